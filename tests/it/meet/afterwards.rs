//! What is left of a meeting: sessions, attendees, chat, ratings, over leaving, silence, crashes.

use std::path::Path;

use crosstalk::domain::{Attendee, Language, Mail, MeetingId, OrganizationPatch, Session, SettingsPatch, Switch};
use crosstalk::ops::{self, attendance};
use crosstalk::store;

use crate::kit::{Conference, Guest, NOW_S, Process, TestApp, TestOptions, Visitor, make_meeting, open_office};

fn come(app: &TestApp, room: &Conference, name: &str) -> Guest {
    Visitor::new(app).join(room, &[("name", name)])
}

fn sessions(app: &TestApp, room: &Conference) -> Vec<Session> {
    let id = MeetingId::new(room.id);
    app.in_store(move |tx| store::sessions::list_of_meeting(tx, id))
}

fn attendees(app: &TestApp, room: &Conference) -> Vec<Attendee> {
    let session = sessions(app, room)[0].id;
    app.in_store(move |tx| store::sessions::list_attendees(tx, session))
}

fn second(at: Option<crosstalk::domain::Timestamp>) -> Option<i64> {
    at.map(|at| at.seconds() - NOW_S)
}

#[test]
fn people_are_counted_once_and_the_most_at_a_time_is_kept() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let ada = browser.join(&room, &[("name", "Ada"), ("email", "Ada@x.example")]);
    let tab = browser.join(&room, &[("name", "Ada")]);
    let bob = come(&app, &room, "Bob");
    app.advance_s(10);
    bob.leave();
    ada.leave();
    assert!(attendees(&app, &room).iter().any(|attendee| attendee.left.is_none()), "one of two tabs is left");
    app.advance_s(10);
    tab.leave();
    let _carol = come(&app, &room, "Carol");
    let session = sessions(&app, &room).remove(0);
    assert_eq!((session.total_visitors, session.max_visitors), (3, 2));
    let ada = attendees(&app, &room).pop().expect("Ada");
    assert_eq!((ada.nickname.as_str(), ada.email.as_deref(), ada.device.as_str()), ("Ada", Some("ada@x.example"), "Test browser"));
    assert_eq!((ada.address.as_str(), second(Some(ada.joined)), second(ada.left)), ("127.0.0.1", Some(0), Some(20)));
    let spans = app.in_store(move |tx| store::sessions::list_spans(tx, session.id));
    assert_eq!(spans.iter().filter(|(attendee, ..)| *attendee == ada.id).count(), 2);
}

#[test]
fn silence_is_leaving_and_an_empty_room_ends() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let ada = come(&app, &room, "Ada");
    drop(ada);
    app.pass_s(30);
    assert_eq!(second(attendees(&app, &room)[0].left), Some(30));
    app.pass_s(59);
    assert!(sessions(&app, &room)[0].ended.is_none());
    app.pass_s(1);
    assert_eq!(second(sessions(&app, &room)[0].ended), Some(90));
    let _again = come(&app, &room, "Ada");
    assert_eq!(sessions(&app, &room).len(), 2);
}

#[test]
fn a_page_that_goes_says_so_and_may_come_back() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let mut ada = browser.join(&room, &[("name", "Ada")]);
    let (pass, line) = (ada.first["pass"].as_str().expect("a pass").to_owned(), ada.first["line"].to_string());
    let path = format!("/_m/{}/leave", room.id);
    assert_eq!(browser.post(&path, &[("pass", "nonsense"), ("line", "1")]).status, 200);
    let next = ada.again(&app);
    browser.post(&path, &[("pass", &pass), ("line", &line)]);
    assert!(attendees(&app, &room)[0].left.is_none(), "the page before says nothing for the next one");
    browser.post(&path, &[("pass", &pass), ("line", &next.first["line"].to_string())]);
    assert_eq!(second(attendees(&app, &room)[0].left), Some(0));
    while ada.next().is_some() {}
    assert_eq!(next.again(&app).id(), next.id());
    let session = sessions(&app, &room).remove(0);
    assert_eq!((session.total_visitors, session.max_visitors), (1, 1));
}

#[test]
fn ratings_end_up_with_the_attendee_also_after_the_end() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let mut ada = browser.join(&room, &[("name", "Ada")]);
    let pass = ada.first["rating"].as_str().expect("a pass").to_owned();
    assert_eq!(ada.ask(serde_json::json!({"t": "rate", "rating": 2}))["t"], "ok");
    assert_eq!(attendees(&app, &room)[0].rating, Some(2));
    ada.ask(serde_json::json!({"t": "rate", "rating": 9}));
    ada.leave();
    app.pass_s(60);
    let path = format!("/_m/{}/rating", room.id);
    let answer = browser.post(&path, &[("pass", &pass), ("rating", "5"), ("comment", " fine <b> ")]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rated = attendees(&app, &room).remove(0);
    assert_eq!((rated.rating, rated.rating_comment.as_deref()), (Some(5), Some("fine <b>")));
    assert_eq!(browser.post(&path, &[("pass", &pass), ("rating", "6")]).status, 422);
    assert_eq!(browser.post(&path, &[("pass", &pass.replace('.', "x")), ("rating", "1")]).status, 403);
    assert_eq!(attendees(&app, &room)[0].rating, Some(5));
}

#[test]
fn chat_outlives_the_server_and_a_stop_ends_the_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = |dir: &Path| TestOptions { dir: Some(dir.to_owned()), ..TestOptions::default() };
    let app = TestApp::with(options(folder.path()));
    let room = app.meeting(|_| {});
    let mut ada = come(&app, &room, "Ada");
    ada.say("1", "keep this");
    app.stop();
    assert_eq!(ada.until("ended")["code"], "restart");
    let app = TestApp::with(options(folder.path()));
    let session = sessions(&app, &room).remove(0);
    assert!(session.ended.is_some());
    let lines = app.in_store(move |tx| store::sessions::list_messages(tx, session.id, 0, 10));
    assert_eq!(lines.iter().map(|(_, line)| line.text.as_str()).collect::<Vec<_>>(), ["keep this"]);
}

#[test]
fn a_session_that_a_crash_left_open_ends_at_its_last_sign_of_life() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = |dir: &Path| TestOptions { dir: Some(dir.to_owned()), ..TestOptions::default() };
    let app = TestApp::with(options(folder.path()));
    let room = app.meeting(|_| {});
    let id = MeetingId::new(room.id);
    // As a process leaves it that was killed: opened, a beat after 15 seconds, never ended.
    app.in_store(move |tx| {
        let session = store::sessions::insert_session(tx, id, "")?;
        let arrival = store::sessions::Arrival {
            person: &[1],
            nickname: "Ada",
            email: None,
            role: crosstalk::domain::AttendeeRole::Listener,
            device: "",
            address: "",
        };
        let attendee = store::sessions::insert_attendee(tx, session, &arrival)?;
        store::sessions::insert_span(tx, session, attendee)?;
        attendance::beat(&tx.at(tx.now.plus_ms(15_000)), &[session])
    });
    app.advance_s(1_000);
    actix_web::rt::System::new().block_on(app.meetings.clear_up()).expect("a start");
    assert_eq!(second(sessions(&app, &room)[0].ended), Some(15));
    assert_eq!(second(attendees(&app, &room)[0].left), Some(15));
}

#[test]
fn a_killed_server_loses_no_chat_and_its_next_start_ends_the_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let room = make_meeting(&open_office(&dir), |_| {});
    let mut server = Process::serve(&dir);
    let mut ada = Visitor::at(server.base()).join(&room, &[("name", "Ada")]);
    ada.say("1", "acknowledged");
    server.kill();
    let found = || open_office(&dir).read(|tx| store::sessions::list_of_meeting(tx, MeetingId::new(room.id))).expect("sessions").remove(0);
    let open = found();
    assert!(open.ended.is_none());
    drop(Process::serve(&dir));
    assert_eq!(found().ended, Some(open.heartbeat));
    let lines = open_office(&dir).read(|tx| store::sessions::list_messages(tx, open.id, 0, 10)).expect("lines");
    assert_eq!(lines.iter().map(|(_, line)| line.text.as_str()).collect::<Vec<_>>(), ["acknowledged"]);
}

#[test]
fn a_session_that_goes_on_is_noted_every_15_seconds() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    app.tick();
    let mut ada = come(&app, &room, "Ada");
    app.advance_s(14);
    ada.say("1", "here");
    app.tick();
    assert_eq!(second(Some(sessions(&app, &room)[0].heartbeat)), Some(0));
    app.pass_s(1);
    assert_eq!(second(Some(sessions(&app, &room)[0].heartbeat)), Some(15));
}

fn letters(app: &TestApp) -> Vec<Mail> {
    let all = app.world.read(|tx| store::mail::list_of_organization(tx, ops::access::organization(tx, Some("office"))?));
    let mut letters: Vec<_> = all.expect("the outbox").into_iter().map(|(mail, _)| mail).collect();
    letters.sort_by(|one, other| one.to.cmp(&other.to));
    letters
}

#[test]
fn everybody_with_an_address_is_thanked_once_if_the_room_thanks() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mute = app.meeting(|meeting| {
        meeting.settings.apply(&SettingsPatch { switches: vec![(Switch::ThankYouMail, false)], ..SettingsPatch::default() });
    });
    for (room, email) in
        [(&room, "ada@x.example"), (&room, "ADA@x.example"), (&room, ""), (&room, "bob@x.example"), (&mute, "ada@x.example")]
    {
        Visitor::new(&app).join(room, &[("name", "Ada"), ("email", email)]).leave();
    }
    let letters = || letters(&app);
    assert!(letters().is_empty(), "nobody is thanked before the end");
    // Once each room has been empty for a minute, its session ends.
    app.pass_s(30);
    app.pass_s(31);
    let addresses: Vec<String> = letters().into_iter().map(|mail| mail.to).collect();
    assert_eq!(addresses, ["ada@x.example", "bob@x.example"]);
    assert!(letters()[0].letter.text.contains(&format!("{}/meet/", app.base)), "{}", letters()[0].letter.text);
    assert!(sessions(&app, &mute)[0].ended.is_some(), "the room that thanks nobody has ended too");
}

#[test]
fn each_is_thanked_in_the_language_that_is_known_of_them() {
    let app = TestApp::start();
    let polish = OrganizationPatch { language: Some(Language::Pl), ..OrganizationPatch::default() };
    app.in_store(move |tx| ops::organizations::edit_organization(tx, "office", &polish));
    let office = app.clickmeeting("office");
    let room = app.meeting(|meeting| meeting.has_registration = true);
    let api = format!("/conferences/{}", room.id);
    let invite = |language: &str, email: &str| {
        office.post(&format!("{api}/invitation/email/{language}"), &[("attendees[0][email]", email)]).ok();
    };
    let register = |email: &str, more: &[(&str, &str)]| {
        let form = [&[("registration[1]", "Ada"), ("registration[3]", email)], more].concat();
        office.post(&format!("{api}/registration"), &form).ok()["r"].as_str().expect("a hash").to_owned()
    };
    let confirmed = |language| [("confirmation_email[enabled]", "1"), ("confirmation_email[lang]", language)];
    invite("ja", "invited@x.example");
    invite("ja", "both@x.example");
    let links = [
        register("both@x.example", &confirmed("vi")),
        register("invited@x.example", &[]),
        register("unknown@x.example", &[("confirmation_email[lang]", "ja")]),
    ];
    let mut browser = Visitor::new(&app);
    let page = browser.post(&format!("/_m/{}/register", room.id), &[("first_name", "Dan"), ("email", "page@x.example"), ("lang", "vi")]);
    let links = [&links[..], &[page.ok()["r"].as_str().expect("a hash").to_owned()]].concat();
    let before = letters(&app).len();
    for link in &links {
        Visitor::new(&app).join(&room, &[("r", link)]).leave();
    }
    app.pass_s(61);
    let thanked: Vec<String> = letters(&app)
        .into_iter()
        .filter(|mail| mail.letter.calendar.is_none() && !mail.letter.text.contains("?r="))
        .map(|mail| format!("{} {}", mail.to, mail.letter.subject))
        .collect();
    assert_eq!(letters(&app).len(), before + 4);
    assert_eq!(
        thanked,
        [
            "both@x.example Cảm ơn bạn đã tham gia: Spring demo",
            "invited@x.example ご参加ありがとうございました：Spring demo",
            "page@x.example Cảm ơn bạn đã tham gia: Spring demo",
            "unknown@x.example Dziękujemy za udział: Spring demo"
        ]
    );
}

#[test]
fn a_report_waits_until_its_session_is_over() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = app.meeting(|_| {});
    let ada = come(&app, &room, "Ada");
    let path = format!("/conferences/{}/sessions/{}/generate-pdf/en", room.id, sessions(&app, &room)[0].id);
    let make = || actix_web::rt::System::new().block_on(crosstalk::jobs::make_reports(app.world.clone())).expect("made reports");
    office.get(&path).ok();
    make();
    assert_eq!(office.get(&path).ok()["status"], "NEW", "what it would tell is not known yet");
    ada.leave();
    app.pass_s(61);
    make();
    assert_eq!(office.get(&path).ok()["status"], "FINISHED");
}
