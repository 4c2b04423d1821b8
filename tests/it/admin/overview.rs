//! The overview: what there is, what was going on, what one does first.

use serde_json::{Value, json};

use super::follow::Stream;
use crate::kit::{Browser, TestApp, TestOptions};

fn overview(admin: &Browser) -> Value {
    admin.get("/overview?organization=office").ok()
}

/// The numbers of the last two days.
fn last_days(overview: &Value) -> Vec<i64> {
    let days = overview["messages"].as_array().expect("days");
    assert_eq!(days.len(), 30);
    days[28..].iter().map(|day| day["count"].as_i64().expect("a number")).collect()
}

#[test]
fn the_overview_counts_what_an_organization_has() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    for _ in 0..3 {
        alice.post(&format!("/rooms/{room}/messages"), &[("body", "hello")]).ok();
    }
    let seen = overview(&admin);
    assert_eq!((&seen["mode"], &seen["counts"]["people"], &seen["counts"]["tokens"]), (&json!("office"), &json!(3), &json!(1)));
    assert!(seen["counts"]["messages"].as_i64().expect("a number") >= 3 && seen["storage"]["database_bytes"].as_i64() > Some(0));
    let expected = json!({"organization": false, "person": true, "token": true, "message": true, "backup": false});
    assert_eq!(seen["steps"], expected);
    assert_eq!(admin.get("/overview?organization=other").ok()["counts"]["people"], 1);
    admin.get("/overview?organization=nothing").is_not_done(404, "not_found");
    admin.get("/overview?organization=office&offset_min=1440").is_not_done(400, "invalid");
}

#[test]
fn the_counts_follow_what_happens() {
    let app = TestApp::start();
    let admin = app.admin();
    let counts = || ["people", "rooms", "messages"].map(|name| overview(&admin)["counts"][name].as_i64().expect("a number"));
    let [mut people, mut rooms, mut messages] = counts();
    let mut expect = |what: &str, change: [i64; 3]| {
        (people, rooms, messages) = (people + change[0], rooms + change[1], messages + change[2]);
        assert_eq!(counts(), [people, rooms, messages], "{what}");
    };
    let (alice, bob, eve) = (app.chatwork("Alice"), app.chatwork("Bob"), app.chatwork("Eve"));
    expect("nothing happened", [0, 0, 0]);
    alice.say(alice.own_room(), "one");
    expect("a message", [0, 0, 1]);
    eve.say(eve.own_room(), "elsewhere");
    alice.say(alice.own_room(), "two");
    alice.say(alice.own_room(), "three");
    expect("two messages, and one of another organization", [0, 0, 2]);
    let room = alice.create_room("Plans", &[&bob], &[]);
    expect("a room, with the report of it", [0, 1, 1]);
    bob.say(room, "hello");
    expect("a message there", [0, 0, 1]);
    alice.say(room, "hello");
    alice.delete(&format!("/rooms/{room}"), &[("action_type", "delete")]).no_content();
    expect("a message, and the room is gone", [0, -1, -2]);
    let user = format!("/users/{}", bob.id());
    let switch = |is_disabled| admin.json("PATCH", &user, &json!({"is_disabled": is_disabled})).ok();
    switch(true);
    expect("somebody is disabled", [-1, 0, 0]);
    switch(false);
    expect("and may come back", [1, 0, 0]);
    let new = json!({"organization": "office", "email": "kim@example.org", "name": "Kim", "role": "member"});
    let made = admin.json("POST", "/users", &new).json();
    expect("somebody new, with a room of their own and the report of it", [1, 1, 1]);
    admin.json("POST", &format!("/users/{}/erasure", made["id"]), &json!({"messages": "keep"})).ok();
    expect("somebody is erased", [-1, 0, 0]);
}

#[test]
fn each_message_is_counted_on_its_day_however_often_one_looks() {
    let app = TestApp::start();
    let mut admin = app.admin();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let before = last_days(&overview(&admin))[1];
    let post = || alice.post(&format!("/rooms/{room}/messages"), &[("body", "hello")]).ok();
    post();
    post();
    assert_eq!(last_days(&overview(&admin))[1], before + 2);
    assert_eq!(last_days(&overview(&admin))[1], before + 2, "once each");
    app.advance_s(24 * 3600);
    admin = app.admin_again();
    post();
    assert_eq!(last_days(&overview(&admin)), [before + 2, 1]);
    app.advance_s(40 * 24 * 3600);
    admin = app.admin_again();
    assert_eq!(last_days(&overview(&admin)), [0, 0]);
}

#[test]
fn requests_are_counted_by_api_unless_none_are_kept() {
    let app = TestApp::start();
    let admin = app.admin();
    app.chatwork("Alice").get("/me");
    app.world.requests().expect("a log").settle();
    let seen = overview(&admin);
    let chatwork = seen["requests"].as_array().expect("numbers").iter().find(|one| one["api"] == "chatwork").expect("one");
    assert_eq!((&chatwork["day"], &chatwork["count"], &chatwork["failed"]), (&json!("2026-01-31"), &json!(1), &json!(0)));
    let mut options = TestOptions::default();
    options.config.log.requests = false;
    let app = TestApp::with(options);
    assert_eq!(overview(&app.admin())["requests"], Value::Null);
}

#[test]
fn who_follows_sees_at_once_how_things_are_and_then_what_changed() {
    let app = TestApp::start();
    let admin = app.admin();
    let mut stream = Stream::open(&admin, "/overview/live?organization=office");
    assert_eq!(stream.data()["counts"]["people"], 3);
    app.add_person("office", "Dana");
    let mut seen = stream.data();
    while seen["counts"]["people"] != 4 {
        seen = stream.data();
    }
    admin.get("/overview/live?organization=nothing").is_not_done(404, "not_found");
    app.stop();
    assert!(stream.is_over());
}

/// Puts so many messages into a room, one a millisecond, from ten days ago on.
fn pour(app: &TestApp, room: i64, messages: i64) {
    #[expect(clippy::disallowed_methods, reason = "this test needs more messages than it has time to post")]
    let database = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database");
    let first_ms = app.world.clock().now().ms() - 10 * 24 * 3_600_000;
    let sql = "INSERT INTO message (id, room_id, ordinal, author_id, own_no, is_self_unread, version_id, sent_ms) \
               SELECT (?1 + value) * 1000000, ?2, 1000 + value, (SELECT account_id FROM membership WHERE room_id = ?2), 0, 0, 1, ?1 + value FROM \
               (WITH RECURSIVE number (value) AS (VALUES (0) UNION ALL SELECT value + 1 FROM number WHERE value + 1 < ?3) SELECT value FROM number)";
    assert_eq!(database.execute(sql, (first_ms, room, messages)).expect("messages") as i64, messages);
}

#[test]
fn many_messages_are_counted_in_pieces_that_are_told_as_they_come() {
    let sum =
        |seen: &Value| seen["messages"].as_array().expect("days").iter().map(|day| day["count"].as_i64().expect("a number")).sum::<i64>();
    let (app, like_it) = (TestApp::start(), TestApp::start());
    let (admin, other) = (app.admin(), like_it.admin());
    let few = sum(&overview(&other));
    pour(&app, app.chatwork("Alice").own_room(), 60_000);
    let first = overview(&admin);
    assert!(first["is_counting"] == true && (1..60_000).contains(&sum(&first)), "one look counts some: {}", sum(&first));
    let mut stream = Stream::open(&admin, "/overview/live?organization=office");
    let mut told = stream.data();
    while told["is_counting"] == true {
        told = stream.data();
    }
    assert_eq!(sum(&told), 60_000 + few);
    assert_eq!(sum(&overview(&admin)), 60_000 + few, "once each");
}
