//! Messages, found by their words, and one of them as each API shows it.

use serde_json::{Value, json};

use crate::kit::{Browser, TestApp};

/// The excerpts of a list, with what is marked in brackets.
#[track_caller]
fn found(admin: &Browser, query: &str) -> Vec<String> {
    let answer = admin.get(&format!("/messages?organization=office{query}")).ok();
    let piece = |piece: &Value| {
        let text = piece["text"].as_str().expect("a text");
        if piece["is_marked"] == json!(true) { format!("[{text}]") } else { text.to_owned() }
    };
    let shown = |message: &Value| message["pieces"].as_array().expect("a list").iter().map(piece).collect();
    answer["items"].as_array().expect("a list").iter().map(shown).collect()
}

#[test]
fn messages_are_found_as_people_type_them() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    alice.say(room, "明日は会議室です");
    app.advance_s(60);
    bob.say(room, "anh Đặng <b>ở đây</b>");
    let other = alice.create_room("Elsewhere", &[], &[]);
    alice.say(other, "dang it");
    let admin = app.admin();
    assert_eq!(found(&admin, "&q=会議"), ["明日は[会議]室です"]);
    assert_eq!(found(&admin, "&q=dang"), ["[dang] it", "anh [Đặng] <b>ở đây</b>"]);
    assert_eq!(found(&admin, &format!("&q=dang&room={room}")), ["anh [Đặng] <b>ở đây</b>"]);
    assert_eq!(found(&admin, &format!("&q=dang&author={}", alice.id())), ["[dang] it"]);
    let first = admin.get("/messages?organization=office&q=dang&limit=1").ok();
    let next = first["next"].as_str().expect("a next page");
    assert_eq!(found(&admin, &format!("&q=dang&limit=1&before={next}")), ["anh [Đặng] <b>ở đây</b>"]);
    let sent = first["items"][0]["sent_at"].as_str().expect("a time").to_owned();
    assert_eq!(found(&admin, &format!("&q=会議&from={sent}")), Vec::<String>::new());
    assert_eq!(found(&admin, &format!("&q=会議&to={sent}")).len(), 1);
    assert_eq!(admin.get("/messages?organization=other&q=dang").ok()["items"], json!([]));
    admin.get("/messages?organization=office&q=%3F%3F").is_not_done(400, "invalid");
    admin.get("/messages?organization=office&q=x&from=soon").is_not_done(400, "invalid");
    admin.get("/messages?organization=office&limit=101").is_not_done(400, "invalid");
}

#[test]
fn without_words_the_newest_are_listed_and_reports_are_put_into_words() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    let gone = alice.say(room, "gone");
    for number in 0..5 {
        bob.say(room, &format!("number {number}"));
    }
    alice.delete(&format!("/rooms/{room}/messages/{gone}"), &[]).ok();
    let admin = app.admin();
    let query = format!("&room={room}&limit=4");
    assert_eq!(found(&admin, &query), ["number 4", "number 3", "number 2", "number 1"]);
    let next = admin.get(&format!("/messages?organization=office{query}")).ok()["next"].as_str().expect("a next page").to_owned();
    assert_eq!(found(&admin, &format!("{query}&before={next}")), ["number 0", "Alice made the room \"Ops\"."]);
    assert_eq!(found(&admin, "&limit=1"), ["number 4"]);
    let elsewhere = admin.get("/messages?organization=other&limit=100").text();
    assert!(!elsewhere.contains("number"), "{elsewhere}");
}

#[test]
fn a_message_is_shown_as_each_api_shows_it_and_stays_unread() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Ops", &[&bob, &carol], &[]);
    let message = bob.say(room, "[info]<script>alert(1)</script>[/info]");
    let mut admin = app.admin();
    app.flush_uses();
    let tokens = admin.get("/tokens?organization=office").ok();
    let counters = (alice.counters(room), bob.counters(room), carol.counters(room));
    let path = format!("/messages/{message}/renderings?organization=office");
    let shown = admin.bare("POST", &path).ok();
    assert_eq!((&shown["seen_by"], &shown["room"]["name"]), (&json!("Bob"), &json!("Ops")));
    let items = shown["items"].as_array().expect("a list");
    let [chatwork, chat_messages] = &items[..] else { panic!("{shown}") };
    for (rendering, dialect, key) in [(chatwork, "chatwork", "message_id"), (chat_messages, "chat-messages", "id")] {
        assert_eq!((&rendering["dialect"], &rendering["status"]), (&json!(dialect), &json!(200)), "{rendering}");
        let body: Value = serde_json::from_str(rendering["body"].as_str().expect("a body")).expect("JSON");
        assert_eq!(body[key], json!(message));
    }
    let direct = bob.get(&format!("/rooms/{room}/messages/{message}")).ok();
    let body: Value = serde_json::from_str(chatwork["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(body, direct, "what Bob himself gets, addresses of pictures included");
    assert_eq!((alice.counters(room), bob.counters(room), carol.counters(room)), counters);
    let seen = app.chat_messages("Bob").get(&format!("/chat-messages/{message}")).ok();
    assert_eq!(seen["seenBy"], json!([]));
    assert_eq!(admin.get("/tokens?organization=office").ok()["total"].as_i64().map(|total| total - 1), tokens["total"].as_i64());
    // Who looks is written down.
    let entries =
        app.world.read(|tx| crosstalk::ops::audit::list_audit(tx, &crosstalk::domain::AuditFilter::default(), None, 50)).expect("a log");
    let inspected: Vec<_> = entries.entries.iter().filter(|entry| entry.action == "message.inspected").collect();
    assert_eq!(inspected.len(), 1);
    assert_eq!((inspected[0].actor_name.as_str(), inspected[0].subject_id), ("Alice", Some(room)));
    assert!(inspected[0].facts.contains(&message) && !inspected[0].facts.contains("script"));
    admin.bare("POST", "/messages/5/renderings?organization=office").is_not_done(404, "not_found");
    admin.bare("POST", &path.replace("office", "other")).is_not_done(404, "not_found");
    // Without the proof that a page of ours asks, nothing is shown: looking is written down.
    admin.csrf = String::new();
    admin.bare("POST", &path).is_not_done(403, "not_here");
}

#[test]
fn only_who_sees_a_message_is_asked_as_and_without_anybody_it_is_shown_through_no_api() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = app.messenger().create_id(&app, "Crew", &[alice.id(), bob.id()]);
    let message = bob.say(room, "before Carol came");
    // Who comes into such a room later does not see what was said before.
    app.messenger().json("POST", &format!("/chatrooms/{room}/users"), &json!({"assignedUsers": [carol.id()]})).ok();
    app.make_admin("carol@example.com");
    let mut admin = app.browser();
    admin.sign_in(&json!({"email": "carol@example.com", "password": crate::kit::PASSWORD})).ok();
    let shown = || admin.bare("POST", &format!("/messages/{message}/renderings?organization=office")).ok();
    assert_eq!(shown()["seen_by"], json!("Bob"));
    app.set_disabled("Bob", true);
    let through_alice = shown();
    assert_eq!((&through_alice["seen_by"], &through_alice["items"][0]["status"]), (&json!("Alice"), &json!(200)));
    app.set_disabled("Alice", true);
    assert_eq!((&shown()["seen_by"], &shown()["items"]), (&Value::Null, &json!([])));
}

#[test]
fn a_pass_that_nobody_has_opens_nothing() {
    let app = TestApp::start();
    let nobody = crate::kit::Chatwork::new(&app.base, "pass-abcdefghijklmnopqrstuvwxyz0123456789ab");
    assert_eq!(nobody.get("/me").status, 401);
}
