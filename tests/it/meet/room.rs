//! Inside a meeting: lobby, people, chat, polls, order.

use crosstalk::domain::{MeetingKind, SettingsPatch, Switch};
use serde_json::{Value, json};

use crate::kit::{Conference, Guest, TestApp, Visitor, schedule};

fn come(app: &TestApp, room: &Conference, name: &str) -> Guest {
    Visitor::new(app).join(room, &[("name", name)])
}

fn host(app: &TestApp, room: &Conference) -> Guest {
    Visitor::new(app).join(room, &[("l", &app.owner_link(room)), ("name", "Olga")])
}

fn names(roster: &Value) -> Vec<&str> {
    roster["people"].as_array().expect("people").iter().map(|person| person["name"].as_str().expect("a name")).collect()
}

#[track_caller]
fn fails(answer: &Value, code: &str) {
    assert_eq!((answer["t"].as_str(), answer["code"].as_str()), (Some("error"), Some(code)), "{answer}");
}

#[test]
fn who_comes_to_a_lobby_waits_for_somebody_who_leads() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| {
        (meeting.has_lobby, meeting.lobby_text, meeting.schedule) = (true, "Soon".into(), schedule(600, 3600));
    });
    let mut ada = come(&app, &room, "Ada");
    assert_eq!((ada.state(), ada.first["text"].as_str()), ("lobby", Some("Soon")));
    assert!(ada.first["starts_at"].as_i64().is_some());
    fails(&ada.ask(json!({"t": "chat.send", "key": "1", "text": "hello?"})), "waiting");
    assert!(sessions(&app, &room).is_empty(), "waiting opens nothing");
    let mut olga = host(&app, &room);
    let welcome = ada.until("welcome");
    assert_eq!(welcome["role"], "listener");
    assert_eq!(olga.until("roster")["count"], 1);
    assert_eq!(olga.until("roster")["joined"][0]["name"], "Ada");
    assert_eq!(come(&app, &room, "Bob").state(), "welcome", "once it has begun nobody waits");
}

fn sessions(app: &TestApp, room: &Conference) -> Vec<crosstalk::domain::Session> {
    let id = crosstalk::domain::MeetingId::new(room.id);
    app.in_store(move |tx| crosstalk::store::sessions::list_of_meeting(tx, id))
}

#[test]
fn everybody_sees_who_comes_and_goes() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut ada = come(&app, &room, "Ada");
    let bob = come(&app, &room, "Bob");
    assert_eq!(names(&bob.first["roster"]), ["Ada", "Bob"]);
    ada.until("roster");
    assert_eq!(ada.until("roster")["joined"][0]["name"], "Bob");
    let id = bob.id();
    bob.leave();
    assert_eq!(ada.until("roster")["left"], json!([id]));
}

#[test]
fn listeners_of_a_webinar_see_who_leads_and_how_many_there_are() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.kind = MeetingKind::Webinar);
    let mut olga = host(&app, &room);
    let mut ada = come(&app, &room, "Ada");
    let bob = come(&app, &room, "Bob");
    assert_eq!((names(&bob.first["roster"]), bob.first["roster"]["count"].as_i64()), (vec!["Olga"], Some(3)));
    app.tick();
    assert_eq!(ada.until("count")["count"], 3);
    olga.ask(json!({"t": "mod.role", "attendee": bob.id(), "role": "presenter"}));
    let roster = ada.until("roster");
    assert_eq!(names(&roster), ["Olga", "Bob"], "nothing but this came to a listener");
    assert_eq!(host(&app, &room).first["roster"]["people"].as_array().expect("people").len(), 4);
}

#[test]
fn chat_reaches_everybody_once_and_who_comes_later() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let (mut ada, mut bob) = (come(&app, &room, "Ada"), come(&app, &room, "Bob"));
    ada.say("one", "first");
    ada.say("one", "first");
    ada.say("two", " second\u{7} ");
    let (first, second) = (bob.until("chat"), bob.until("chat"));
    assert_eq!((first["line"]["text"].as_str(), second["line"]["text"].as_str()), (Some("first"), Some("second")));
    assert_eq!((first["line"]["name"].as_str(), first["line"]["from"].as_i64()), (Some("Ada"), Some(ada.id())));
    let late = come(&app, &room, "Carol");
    let texts: Vec<_> = late.first["chat"].as_array().expect("lines").iter().map(|line| line["text"].as_str()).collect();
    assert_eq!(texts, [Some("first"), Some("second")]);
    fails(&ada.ask(json!({"t": "chat.send", "key": "3", "text": "x".repeat(4_001)})), "invalid");
    fails(&ada.ask(json!({"t": "chat.send", "key": "", "text": "x"})), "invalid");
    fails(&ada.ask(json!({"t": "chat.send", "key": "4", "text": " "})), "invalid");
}

#[test]
fn who_comes_back_soon_was_never_away() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut bob = come(&app, &room, "Bob");
    let ada = come(&app, &room, "Ada");
    bob.until("roster");
    bob.until("roster");
    let back = ada.again(&app);
    assert_eq!((back.id(), back.first["role"].as_str()), (ada.id(), Some("listener")));
    drop(ada);
    bob.until("roster");
    bob.say("1", "hi");
    app.advance_s(29);
    bob.say("2", "hi");
    app.pass_s(2);
    // Both have said nothing for long, but Bob has.
    assert_eq!(bob.until("roster")["left"], json!([back.id()]));
    let again = back.again(&app);
    assert_eq!(again.id(), back.id(), "a way back stays open");
}

#[test]
fn polls_are_for_those_who_lead_and_votes_for_all() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let (mut olga, mut ada) = (host(&app, &room), come(&app, &room, "Ada"));
    let new =
        |open: bool| json!({"t": "poll.create", "name": "Lunch", "open": open, "questions": [{"text": "Soup?", "answers": ["Yes", "No"]}]});
    fails(&ada.ask(new(true)), "forbidden");
    fails(&olga.ask(json!({"t": "poll.create", "name": "", "open": true, "questions": []})), "invalid");
    let poll = olga.ask(new(true))["data"]["poll"].clone();
    let shown = ada.until("poll")["poll"].clone();
    assert_eq!((shown["id"].clone(), shown["questions"][0]["answers"][0]["votes"].clone()), (poll.clone(), Value::Null));
    let answer = |place: usize| shown["questions"][0]["answers"][place]["id"].clone();
    for place in [0, 1] {
        assert_eq!(ada.ask(json!({"t": "poll.vote", "answer": answer(place)}))["t"], "ok");
    }
    fails(&ada.ask(json!({"t": "poll.close", "poll": poll})), "forbidden");
    assert_eq!(olga.ask(json!({"t": "poll.close", "poll": poll}))["t"], "ok");
    let votes = |poll: &Value| [0, 1].map(|place| poll["questions"][0]["answers"][place]["votes"].as_i64());
    let closed = ada.until("poll")["poll"].clone();
    assert_eq!((closed["open"].clone(), votes(&closed)), (json!(false), [Some(0), Some(1)]), "the last answer counts");
    fails(&ada.ask(json!({"t": "poll.vote", "answer": answer(0)})), "gone");
    assert_eq!(olga.ask(json!({"t": "poll.open", "poll": poll}))["t"], "ok");
    assert_eq!(ada.ask(json!({"t": "poll.vote", "answer": answer(0)}))["t"], "ok");
    assert_eq!(ada.again(&app).first["answers"], json!([answer(0)]));
    fails(&olga.ask(json!({"t": "poll.open", "poll": 999_999})), "gone");
    // One that nobody has been asked yet is nobody's business.
    olga.ask(new(false));
    assert_eq!(come(&app, &room, "Bob").first["polls"].as_array().map(Vec::len), Some(1));
}

#[test]
fn hands_are_raised_and_lowered() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let (mut ada, mut bob) = (come(&app, &room, "Ada"), come(&app, &room, "Bob"));
    bob.until("roster");
    ada.ask(json!({"t": "hand", "up": true}));
    assert!(bob.until("roster")["joined"][0]["hand"].is_i64());
    ada.ask(json!({"t": "hand", "up": false}));
    assert!(bob.until("roster")["joined"][0]["hand"].is_null());
}

#[test]
fn who_is_sent_out_stays_out() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut olga = host(&app, &room);
    let mut browser = Visitor::new(&app);
    let mut eve = browser.join(&room, &[("name", "Eve")]);
    assert_eq!(olga.ask(json!({"t": "mod.kick", "attendee": eve.id()}))["t"], "ok");
    assert_eq!(eve.until("ended")["code"], "kicked");
    assert!(eve.next().is_none());
    assert_eq!(eve.again(&app).first["code"], "ticket");
    assert_eq!(browser.join(&room, &[("name", "Eve")]).first["code"], "kicked");
    fails(&olga.ask(json!({"t": "mod.kick", "attendee": eve.id()})), "gone");
}

#[test]
fn roles_decide_who_keeps_order() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let (mut olga, mut ada, mut bob) = (host(&app, &room), come(&app, &room, "Ada"), come(&app, &room, "Bob"));
    for forged in [
        json!({"t": "mod.end"}),
        json!({"t": "mod.kick", "attendee": bob.id()}),
        json!({"t": "mod.role", "attendee": ada.id(), "role": "host"}),
        json!({"t": "poll.open", "poll": 1}),
    ] {
        fails(&ada.ask(forged), "forbidden");
    }
    olga.ask(json!({"t": "mod.role", "attendee": ada.id(), "role": "presenter"}));
    assert_eq!(ada.until("role")["role"], "presenter");
    fails(&ada.ask(json!({"t": "mod.kick", "attendee": olga.id()})), "forbidden");
    fails(&ada.ask(json!({"t": "mod.role", "attendee": bob.id(), "role": "host"})), "forbidden");
    fails(&olga.ask(json!({"t": "mod.role", "attendee": olga.id(), "role": "listener"})), "forbidden");
    fails(&olga.ask(json!({"t": "mod.role", "attendee": ada.id(), "role": "king"})), "invalid");
    assert_eq!(ada.again(&app).first["role"], "presenter", "a reload keeps the role");
    olga.ask(json!({"t": "mod.role", "attendee": ada.id(), "role": "listener"}));
    assert_eq!(ada.again(&app).first["role"], "listener");
    bob.say("1", "hi");
}

#[test]
fn an_end_for_all_is_one() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.has_lobby = true);
    let mut olga = host(&app, &room);
    let mut ada = come(&app, &room, "Ada");
    olga.ask(json!({"t": "mod.end"}));
    assert_eq!(ada.until("ended")["code"], "host");
    assert!(sessions(&app, &room)[0].ended.is_some());
    assert_eq!(ada.again(&app).first["code"], "ticket");
    assert_eq!(come(&app, &room, "Ada").state(), "lobby", "the next one has to be started anew");
}

#[test]
fn a_room_that_is_closed_or_deleted_sends_everybody_out() {
    let app = TestApp::start();
    let (closed, deleted) = (app.meeting(|_| {}), app.meeting(|meeting| meeting.has_lobby = true));
    let mut ada = come(&app, &closed, "Ada");
    let mut bob = come(&app, &deleted, "Bob");
    app.change_meeting(&closed, |tx, meeting| (meeting.is_closed, meeting.inactive_from) = (true, Some(tx.now)));
    let id = crosstalk::domain::MeetingId::new(deleted.id);
    app.in_store(move |tx| crosstalk::store::meetings::update_deleted(tx, id));
    app.tick();
    assert_eq!((ada.until("ended")["code"].clone(), bob.until("ended")["code"].clone()), (json!("closed"), json!("closed")));
    assert!(sessions(&app, &closed)[0].ended.is_some());
}

#[test]
fn the_page_is_told_which_settings_count() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| {
        let switches = vec![(Switch::Invite, false), (Switch::Sharing, true), (Switch::ConnectionStatus, false)];
        meeting.settings.apply(&SettingsPatch { switches, ..SettingsPatch::default() });
    });
    let settings = come(&app, &room, "Ada").first["settings"].clone();
    assert_eq!(settings, json!({"kind": "meeting", "invite": false, "sharing": true, "connection_status": false}));
}
