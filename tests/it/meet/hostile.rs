//! What no client of ours sends.

use serde_json::json;
use tungstenite::Message;

use crate::kit::{Conference, Guest, TestApp, TestOptions, Visitor, open, open_from};

fn come(app: &TestApp, room: &Conference, name: &str) -> Guest {
    Visitor::new(app).join(room, &[("name", name)])
}

#[test]
fn pages_of_other_servers_get_no_connection() {
    let app = TestApp::start();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1", ""] {
        assert_eq!(open(&app.base, "ticket=x", Some(origin)).err(), Some(403), "{origin}");
    }
}

#[test]
fn what_is_no_message_is_answered_and_changes_nothing() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut eve = come(&app, &room, "Eve");
    for bad in ["", "{", "[]", "null", "\"x\"", r#"{"t":"chat.send"}"#, r#"{"t":"mod.kick","attendee":"x"}"#] {
        eve.send(bad);
        assert_eq!(eve.until("error")["code"], "malformed", "{bad}");
    }
    eve.send(r#"{"t":"pub.offer","sdp":"x"}"#);
    assert_eq!(eve.ask(json!({"t": "ping"}))["t"], "pong", "unknown types are ignored");
}

#[test]
fn large_and_binary_messages_end_the_connection() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut eve = come(&app, &room, "Eve");
    let large = json!({"t": "chat.send", "key": "1", "text": "x".repeat(17_000)}).to_string();
    eve.send(&large);
    assert_eq!(eve.close_code(), Some(1009));
    let mut eve = come(&app, &room, "Eve");
    eve.send_raw(Message::binary(vec![1, 2, 3]));
    assert_eq!(eve.close_code(), Some(1003));
}

#[test]
fn a_flood_is_refused_and_at_last_cut_off() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut eve = come(&app, &room, "Eve");
    for _ in 0..200 {
        eve.send(r#"{"t":"hand","up":true}"#);
    }
    assert_eq!(eve.until("error")["code"], "too_fast");
    assert_eq!(eve.close_code(), Some(1008));
}

#[test]
fn one_network_takes_no_more_than_its_share_of_the_connections() {
    let mut options = TestOptions::default();
    options.config.server.trusted_proxies = vec![[127, 0, 0, 1].into()];
    options.config.clickmeeting.network_connections = 2;
    let app = TestApp::with(options);
    let room = app.meeting(|_| {});
    let ticket = || Visitor::new(&app).enter(&room, &[("name", "Eve")]).ok()["ticket"].as_str().expect("a ticket").to_owned();
    let come_from = |address: &str| open_from(address, &app.base, &format!("ticket={}", ticket())).map(Guest::over);
    let first = come_from("192.0.2.1").expect("a place");
    let second = come_from("192.0.2.1").expect("a place");
    assert_eq!(come_from("192.0.2.1").err(), Some(503));
    // Addresses of one network of the new kind are one: each of its machines has as many as it likes.
    let others = ["2001:db8::1", "2001:db8::ffff:2"].map(|address| come_from(address).expect("a place"));
    assert_eq!(come_from("2001:db8::3").err(), Some(503));
    assert!(come_from("192.0.2.2").is_ok() && come_from("2001:db8:0:1::1").is_ok(), "who is elsewhere gets in");
    assert!([&first, &second].into_iter().chain(&others).all(|guest| guest.state() == "welcome"));
    first.leave();
    // Its place is free as soon as the server has hung up and let go of it.
    let back = (0..1_000).find_map(|_| come_from("192.0.2.1").ok()).expect("a place that was given back");
    assert_eq!(back.state(), "welcome");
    assert_eq!(come_from("192.0.2.1").err(), Some(503));
}

#[test]
fn markup_in_names_and_lines_stays_text() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.name = "</title><script>alert(1)</script>{{t.enter}}".into());
    let page = Visitor::new(&app).get(&format!("/meet/{}", room.slug)).text();
    assert!(!page.contains("<script>alert") && !page.contains("</title><script"), "{page}");
    let mut eve = come(&app, &room, "<img src=x>");
    eve.say("1", "<script>");
    assert_eq!(eve.again(&app).first["chat"][0]["text"], "<script>");
}

#[test]
fn bodies_that_make_no_sense_get_an_answer() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let long = "x".repeat(101);
    let mut browser = Visitor::new(&app);
    for (name, value) in [("name", long.as_str()), ("name", "a\u{7}b"), ("email", "nobody")] {
        assert_eq!(browser.enter(&room, &[("name", "Eve"), (name, value)]).json()["code"], "invalid");
    }
    assert_eq!(browser.post("/_m/99999999999999999999/enter", &[("name", "Eve")]).status, 404);
    assert_eq!(browser.post("/_m/5/rating", &[]).status, 422);
}
