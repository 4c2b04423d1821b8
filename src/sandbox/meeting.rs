//! The conference rooms of the sandbox's office.

use crate::domain::{
    Access, Actor, AttendeeRole, Email, Error, MeetingKind, MeetingName, MeetingPatch, NewMeeting, NewRegistration, PastAttendee,
    PastSession, Poll, PollAnswer, PollQuestion, SettingsPatch, Switch, TimeZone, Timestamp,
};
use crate::files::Received;
use crate::ops::recordings::NewRecording;
use crate::ops::{meetings, past, recordings, registrations};
use crate::store::Tx;

const MINUTE_MS: i64 = 60_000;
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";

/// A room that is always open.
pub(super) fn weekly(tx: &Tx<'_>, alice: &Actor) -> Result<(), Error> {
    let rest = MeetingPatch {
        has_lobby: Some(false),
        settings: SettingsPatch { switches: vec![(Switch::ConnectionTester, true), (Switch::Sharing, true)], ..SettingsPatch::default() },
        ..MeetingPatch::default()
    };
    let room = NewMeeting {
        name: MeetingName::parse("週次ミーティング Weekly")?,
        kind: MeetingKind::Meeting,
        is_permanent: true,
        access: Access::Open,
        rest,
    };
    meetings::create_meeting(tx, alice, Ok(room)).map(|_| ())
}

/// A room with registration, and an event of the first day that three people attended. Permanent, so that lists show it
/// whenever the sandbox is started: inactive rooms leave them after six months.
pub(super) fn spring_demo(tx: &Tx<'_>, start: Timestamp, alice: &Actor, film: Received) -> Result<(), Error> {
    let at = |minute: i64| start.plus_ms(minute * MINUTE_MS);
    let rest = MeetingPatch {
        zone: Some(TimeZone::parse("Europe/Warsaw")?),
        lobby_text: Some("We start in a few minutes.".to_owned()),
        has_registration: Some(true),
        ..MeetingPatch::default()
    };
    let room = NewMeeting {
        name: MeetingName::parse("Spring demo – pokaz wiosenny")?,
        kind: MeetingKind::Webinar,
        is_permanent: true,
        access: Access::Open,
        rest,
    };
    let room = meetings::create_meeting(&tx.at(at(117)), alice, Ok(room))?.meeting;
    let guest = NewRegistration {
        email: Email::parse("dang@example.com")?,
        first_name: "Đặng".to_owned(),
        last_name: "Văn Lâm".to_owned(),
        answers: vec![(10, "Công ty Ví dụ".to_owned())],
        referer: None,
    };
    registrations::sign_up(&tx.at(at(118)), &room, &guest)?;
    past::import_session(&tx.at(at(300)), &room, &session(&at))?;
    let recording = NewRecording {
        name: None,
        media_type: "video/mp4".to_owned(),
        started: Some(at(181)),
        duration_s: 120,
        bytes: film.bytes,
        hash: film.hash,
    };
    recordings::add_recording(&tx.at(at(300)), &room, recording).map(|_| ())
}

fn session(at: &impl Fn(i64) -> Timestamp) -> PastSession {
    let attendee = |nickname: &str, email: &str, role, from, to| PastAttendee {
        nickname: nickname.to_owned(),
        email: Some(email.to_owned()),
        role,
        device: BROWSER.to_owned(),
        address: "192.0.2.10".to_owned(),
        spans: vec![(at(from), at(to))],
        rating: None,
        rating_comment: None,
        votes: Vec::new(),
    };
    let alice = attendee("Alice Nguyễn", "alice@example.com", AttendeeRole::Host, 178, 270);
    let dang = PastAttendee {
        rating: Some(5),
        rating_comment: Some("Rất hay! Thank you.".to_owned()),
        votes: vec![(0, 0, 1)],
        ..attendee("Đặng Văn Lâm", "dang@example.com", AttendeeRole::Listener, 182, 268)
    };
    let tanaka =
        PastAttendee { votes: vec![(0, 0, 0)], ..attendee("田中 一郎", "tanaka@example.com", AttendeeRole::Listener, 190, 240) };
    PastSession {
        started: at(178),
        ended: at(270),
        attendees: vec![alice, dang, tanaka],
        chat: vec![
            (0, at(181), "Dzień dobry! Welcome, everybody.".to_owned()),
            (1, at(183), "Xin chào, \"hello\" from Hà Nội".to_owned()),
            (2, at(191), "こんにちは、よろしくお願いします。".to_owned()),
        ],
        polls: vec![poll()],
    }
}

fn poll() -> Poll {
    let answer = |text: &str, points| PollAnswer { id: 0, text: text.to_owned(), points, votes: 0 };
    let question = PollQuestion {
        id: 0,
        text: "When do you want the next demo?".to_owned(),
        answers: vec![answer("In a month", 0), answer("In a week", 1)],
    };
    Poll { id: 0, name: "Next demo".to_owned(), is_open: false, questions: vec![question] }
}
