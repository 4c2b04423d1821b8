//! Seats, the lobby and the passing of time, without a network.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, channel};

use super::{Line, Live, NoPlace, Out};
use crate::domain::{Admission, AttendeeId, AttendeeRole, MeetingId, MeetingKind, Seat, SessionId, Timestamp};

const ROOM: MeetingId = MeetingId::new(1);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn admission(person: u8) -> Admission {
    Admission {
        meeting: ROOM,
        person: [person; 32],
        nickname: "Ada".into(),
        email: None,
        role: AttendeeRole::Listener,
        registration: None,
        token: None,
        device: String::new(),
        address: String::new(),
        base: String::new(),
    }
}

fn seat(session: i64, attendee: i64, span: i64) -> Seat {
    Seat { session: SessionId::new(session), attendee: AttendeeId::new(attendee), span }
}

fn line(number: u64, room: usize) -> (Line, Receiver<Out>) {
    let (outbox, incoming) = channel(room);
    (Line { number, outbox }, incoming)
}

fn sit(live: &mut Live, person: u8, seat: Seat, pass: &str, now: i64) -> (Result<u64, NoPlace>, Receiver<Out>) {
    live.open_pass(pass.into(), admission(person), at(now));
    let (line, incoming) = line(live.number(), 8);
    (live.sit(MeetingKind::Meeting, seat, pass, &admission(person), line, at(now)), incoming)
}

fn tick(live: &mut Live, now: i64) -> super::Chores {
    live.tick(at(now), |count| count.to_string().into())
}

#[test]
fn a_seat_in_a_session_that_has_ended_is_refused() {
    let mut live = Live::default();
    live.end(ROOM, SessionId::new(5), &Arc::from("over"), at(0));
    assert!(sit(&mut live, 1, seat(5, 1, 1), "a", 0).0.is_err());
    assert!(sit(&mut live, 1, seat(6, 1, 1), "a", 0).0.is_ok());
}

#[test]
fn who_is_put_out_on_the_way_to_a_seat_does_not_get_it() {
    let mut live = Live::default();
    let theirs = Admission { email: Some("ada@example.com".into()), ..admission(1) };
    let (mut others, mut seated) = (theirs.clone(), theirs.clone());
    (others.email, seated.person) = (None, [2; 32]);
    for (pass, admission) in [("theirs", &theirs), ("others", &others), ("seated", &seated)] {
        live.open_pass(pass.into(), admission.clone(), at(0));
    }
    let (line, mut incoming) = line(live.number(), 8);
    live.sit(MeetingKind::Meeting, seat(1, 1, 1), "seated", &seated, line, at(0)).unwrap();
    live.issue("ticket".into(), theirs.clone(), at(60), at(0));
    assert!(live.may_sit(&theirs, "theirs") && live.emails().contains("ada@example.com"));
    live.forget("ada@example.com", &Arc::from("over"), at(0));
    assert!(!live.may_sit(&theirs, "theirs") && live.may_sit(&others, "others"));
    assert!(live.redeem("ticket", at(0)).is_none() && live.emails().is_empty());
    assert!(matches!(incoming.try_recv(), Ok(Out::End(_))));
    assert_eq!(tick(&mut live, 0).lost.len(), 1, "the span is ended with the next tick");
}

#[test]
fn a_seat_that_was_written_while_its_owner_was_put_out_is_not_theirs() {
    let mut live = Live::default();
    let theirs = Admission { email: Some("ada@example.com".into()), ..admission(1) };
    let (waiting, mut called) = line(live.number(), 8);
    for (pass, admission) in [("theirs", theirs.clone()), ("waits", admission(2))] {
        live.open_pass(pass.into(), admission, at(0));
    }
    live.wait(&meeting(), "waits", waiting, at(0), 8).unwrap();
    let arrive = |live: &mut Live, admission: &Admission, pass: &str, seat: Seat| {
        let (line, _incoming) = line(live.number(), 8);
        live.sit(MeetingKind::Meeting, seat, pass, admission, line, at(0))
    };
    assert!(live.may_sit(&theirs, "theirs"));
    live.forget("ada@example.com", &Arc::from("over"), at(0));
    assert_eq!(arrive(&mut live, &theirs, "theirs", seat(5, 1, 1)), Err(NoPlace::PutOut));
    let (line, _incoming) = line(live.number(), 8);
    assert_eq!(live.wait(&meeting(), "theirs", line, at(0), 8), Err(NoPlace::PutOut));
    assert!(live.people(ROOM).is_empty() && called.try_recv().is_err());
    let lost: Vec<Seat> = tick(&mut live, 0).lost.into_iter().map(|(_, gone)| gone.seat).collect();
    assert_eq!(lost, [seat(5, 1, 1)], "their span is ended");
    assert_eq!(tick(&mut live, 60).empty, [(ROOM, SessionId::new(5))], "and the session that was opened for them");
    assert!(arrive(&mut live, &admission(2), "waits", seat(5, 2, 2)).is_ok());
    live.expel(ROOM, AttendeeId::new(2), &Arc::from("out"), at(60));
    live.open_pass("again".into(), admission(2), at(60));
    assert_eq!(arrive(&mut live, &admission(2), "again", seat(5, 2, 3)), Err(NoPlace::PutOut), "who was sent out has a new pass");
}

#[test]
fn a_broken_line_keeps_its_chair_until_it_is_silent_for_long() {
    let mut live = Live::default();
    let (chair, _incoming) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    live.hang_up(ROOM, chair.unwrap(), 1);
    assert!(tick(&mut live, 29).lost.is_empty());
    assert_eq!(live.find_pass("a", at(29)).unwrap().chair.unwrap().0, chair.unwrap());
    let (other, _kept) = line(9, 8);
    assert!(live.take_over(ROOM, chair.unwrap(), other, at(29)));
    assert!(tick(&mut live, 58).lost.is_empty());
    let lost = tick(&mut live, 59).lost;
    assert_eq!((lost[0].1.seat, lost[0].1.gone), (seat(5, 1, 1), Some(AttendeeRole::Listener)));
    assert!(live.find_pass("a", at(59)).unwrap().chair.is_none());
}

#[test]
fn only_the_last_chair_takes_its_owner_along() {
    let mut live = Live::default();
    let (first, _one) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    let (second, _two) = sit(&mut live, 1, seat(5, 1, 2), "b", 0);
    assert_eq!(live.vacate(ROOM, first.unwrap(), at(1)).unwrap().gone, None);
    assert_eq!(live.people(ROOM).len(), 1);
    assert_eq!(live.vacate(ROOM, second.unwrap(), at(1)).unwrap().gone, Some(AttendeeRole::Listener));
    assert!(live.people(ROOM).is_empty());
}

#[test]
fn an_empty_room_is_given_a_minute() {
    let mut live = Live::default();
    let (chair, _incoming) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    live.vacate(ROOM, chair.unwrap(), at(10));
    assert!(tick(&mut live, 69).empty.is_empty());
    assert_eq!(tick(&mut live, 70).empty, [(ROOM, SessionId::new(5))]);
}

#[test]
fn going_on_is_noted_every_fifteen_seconds() {
    let mut live = Live::default();
    let (_chair, _incoming) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    assert_eq!(tick(&mut live, 0).beat, [SessionId::new(5)]);
    assert!(tick(&mut live, 14).beat.is_empty());
    assert_eq!(tick(&mut live, 15).beat.len(), 1);
}

#[test]
fn a_line_that_is_too_slow_is_cut_off() {
    let mut live = Live::default();
    let (slow, mut incoming) = line(live.number(), 1);
    live.open_pass("a".into(), admission(1), at(0));
    live.sit(MeetingKind::Meeting, seat(5, 1, 1), "a", &admission(1), slow, at(0)).unwrap();
    for _ in 0..2 {
        live.tell(ROOM, |_, _| Some(Arc::from("x")));
    }
    assert!(matches!(incoming.try_recv(), Ok(Out::Text(_))));
    assert!(incoming.blocking_recv().is_none(), "nothing more will come");
}

#[test]
fn who_waits_is_called_when_it_begins_and_nobody_waits_after_that() {
    let mut live = Live::default();
    let meeting = meeting();
    let (waiting, mut incoming) = line(live.number(), 8);
    ["v", "w"].iter().for_each(|pass| live.open_pass((*pass).into(), admission(2), at(0)));
    assert_eq!(live.wait(&meeting, "w", waiting, at(0), 1), Ok(()));
    let (second, _other) = line(live.number(), 8);
    assert_eq!(live.wait(&meeting, "v", second.clone(), at(0), 1), Err(NoPlace::Full));
    let (_chair, _sitting) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    assert!(matches!(incoming.try_recv(), Ok(Out::Started)));
    assert_eq!(live.wait(&meeting, "v", second, at(0), 1), Err(NoPlace::Over));
}

#[test]
fn who_was_sent_out_has_no_way_back_until_the_session_ends() {
    let mut live = Live::default();
    let (_chair, mut incoming) = sit(&mut live, 1, seat(5, 1, 1), "a", 0);
    let (_other, _stays) = sit(&mut live, 2, seat(5, 2, 2), "b", 0);
    live.expel(ROOM, AttendeeId::new(1), &Arc::from("out"), at(1));
    assert!(matches!(incoming.try_recv(), Ok(Out::End(_))));
    assert!(live.is_kicked(&admission(1)) && !live.is_kicked(&admission(2)) && live.find_pass("a", at(1)).is_none());
    live.end(ROOM, SessionId::new(5), &Arc::from("over"), at(2));
    assert!(!live.is_kicked(&admission(1)));
}

fn meeting() -> crate::domain::Meeting {
    crate::domain::Meeting {
        id: ROOM,
        organization: crate::domain::OrganizationId::new(1),
        kind: MeetingKind::Meeting,
        pin: 1,
        name: String::new(),
        slug: String::new(),
        schedule: None,
        access: crate::domain::Access::Open,
        password: None,
        has_lobby: true,
        lobby_text: String::new(),
        has_registration: false,
        registration_template: 1,
        zone: crate::domain::TimeZone::parse("UTC").unwrap(),
        skin: None,
        presenter_pin: 1,
        listener_pin: 1,
        widgets: String::new(),
        settings: crate::domain::MeetingSettings::default(),
        is_closed: false,
        inactive_from: None,
        recording_num: 0,
        created: at(0),
        updated: at(0),
    }
}
