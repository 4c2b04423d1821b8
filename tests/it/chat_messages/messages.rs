//! POST and GET of messages.

use serde_json::json;

use crate::kit::{NOW_S, TestApp};

const NOW_MS: i64 = NOW_S * 1000;

#[test]
fn a_posted_message_is_shown_as_documented() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let body = json!({"room": room, "text": " hey\n", "session": "s-1", "media": "https://x.example/a.png",
        "id": "1", "createdBy": "me", "seenBy": ["me"], "__proto__": {"x": 1}, "other": [1]});
    let posted = alice.post_message(&body);
    let id = posted["id"].as_str().expect("an id");
    assert_eq!(
        posted.to_string(),
        format!(
            r#"{{"id":"{id}","createdAt":{NOW_MS},"createdBy":"{}","room":"{room}","session":"s-1","text":" hey\n","media":"https://x.example/a.png","seenBy":[]}}"#,
            app.uid("Alice")
        )
    );
    assert!(id.len() == 19 && room.len() == 19);
    for reader in [&alice, &bob] {
        assert_eq!(reader.get(&format!("/chat-messages/{id}")).ok(), posted);
    }
    let plain = alice.post_message(&json!({"room": room, "text": "x", "session": "", "media": null}));
    assert_eq!(
        plain.as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["id", "createdAt", "createdBy", "room", "text", "seenBy"]
    );
    let media = alice.post_message(&json!({"room": room, "media": "data:text/plain,hi"}));
    assert_eq!((&media["media"], media.get("text")), (&json!("data:text/plain,hi"), None));
}

#[test]
fn what_is_wrong_is_named_by_its_field() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let errors = |body: serde_json::Value| alice.json("POST", "/chat-messages", &body).feathers(400, "BadRequest");
    assert_eq!(errors(json!({"text": "hey"})), json!({"room": "required"}));
    assert_eq!(errors(json!({"room": "", "text": "hey"})), json!({"room": "required"}));
    assert_eq!(errors(json!({"room": room})), json!({"text": "required"}));
    for (field, value) in [
        ("text", json!("a".repeat(20_001))),
        ("text", json!({"a": 1})),
        ("media", json!("m".repeat(2_049))),
        ("media", json!(format!("data:,{}", "m".repeat(65_536)))),
        ("media", json!("https://x.example/\u{0}")),
        ("session", json!("s".repeat(257))),
        ("session", json!(["s"])),
        ("createdAt", json!("yesterday")),
        ("createdAt", json!(-1)),
        ("createdAt", json!(1e17)),
        ("createdAt", json!(true)),
        ("room", json!({"$ne": null})),
    ] {
        let mut body = json!({"room": room, "text": "hey"});
        body[field] = value;
        let named = errors(body.clone());
        assert!(named.get(field).is_some(), "{field}: {named}");
    }
    alice.post_message(&json!({"room": room, "text": "あ".repeat(20_000)}));
    alice.post_message(&json!({"room": room, "media": "m".repeat(2_048)}));
}

#[test]
fn a_room_that_one_is_not_in_is_forbidden_and_one_that_is_not_there_not_found() {
    let app = TestApp::start();
    let (alice, carol) = (app.chat_messages("Alice"), app.chat_messages("Carol"));
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let id = alice.say(&room, "hey");
    let post = |room: &str, text: &str| carol.json("POST", "/chat-messages", &json!({"room": room, "text": text}));
    post(&room, "hey").feathers(403, "Forbidden");
    post(&room, "").feathers(403, "Forbidden");
    for unknown in ["1769817600000009999", "r-3", "0", "99999999999999999999999", "'; --", "9007199254740993"] {
        post(unknown, "hey").feathers(404, "NotFound");
    }
    carol.get(&format!("/chat-messages/{id}")).feathers(404, "NotFound");
    assert_eq!(carol.texts(&format!("room={room}")), Vec::<String>::new());
    assert_eq!(carol.texts(&format!("id={id}")), Vec::<String>::new());
}

#[test]
fn an_id_as_a_number_is_refused_because_a_script_may_have_rounded_it() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let number: i64 = room.parse().expect("digits");
    let named = alice.json("POST", "/chat-messages", &json!({"room": number, "text": "hey"})).feathers(400, "BadRequest");
    assert!(named["room"].as_str().is_some_and(|why| why.contains("quotes")), "{named}");
    assert!(!alice.texts(&format!("room={room}")).contains(&"hey".to_owned()));
}

#[test]
fn who_only_reads_may_not_post() {
    let app = TestApp::start();
    let (chatwork, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    chatwork.create_room("Readers", &[], &[&bob]);
    let reader = app.chat_messages("Bob");
    let room = reader.room_called("Readers");
    reader.json("POST", "/chat-messages", &json!({"room": room, "text": "hey"})).feathers(403, "Forbidden");
    assert_eq!(reader.texts(&format!("room={room}")).len(), 1);
}

#[test]
fn a_list_is_posted_as_a_whole_or_not_at_all() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let say = |text: &str| json!({"room": room, "text": text});
    let posted = alice.json("POST", "/chat-messages", &json!([say("one"), say("two")])).ok();
    assert_eq!(posted.as_array().map(Vec::len), Some(2));
    assert_eq!((&posted[0]["text"], &posted[1]["text"]), (&json!("one"), &json!("two")));
    let before = alice.texts("");
    alice.json("POST", "/chat-messages", &json!([say("three"), {"room": room}])).feathers(400, "BadRequest");
    alice.json("POST", "/chat-messages", &json!([say("three"), {"room": "1", "text": "x"}])).feathers(404, "NotFound");
    alice.json("POST", "/chat-messages", &json!([say("three"), null])).feathers(400, "BadRequest");
    assert_eq!(alice.texts(""), before);
    assert_eq!(alice.json("POST", "/chat-messages", &json!([])).ok(), json!([]));
    let many = |count| serde_json::Value::Array((0..count).map(|number| say(&number.to_string())).collect());
    assert_eq!(alice.json("POST", "/chat-messages", &many(100)).ok().as_array().map(Vec::len), Some(100));
    alice.json("POST", "/chat-messages", &many(101)).feathers(400, "BadRequest");
}

#[test]
fn a_time_of_the_client_is_shown_and_one_that_is_too_far_ahead_is_not() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let shown = |at: serde_json::Value| alice.post_message(&json!({"room": room, "text": "x", "createdAt": at}))["createdAt"].clone();
    for (given, expected) in [
        (json!(1_564_661_697_125_i64), 1_564_661_697_125),
        (json!(1_564_661_697), 1_564_661_697_000),
        (json!("1564661697125"), 1_564_661_697_125),
        (json!("2019-08-01T12:14:57.125Z"), 1_564_661_697_125),
        (json!(NOW_MS + 299_000), NOW_MS + 299_000),
        (json!(NOW_MS + 301_000), NOW_MS),
        (json!(0), 0),
        (json!(null), NOW_MS),
    ] {
        assert_eq!(shown(given.clone()), json!(expected), "{given}");
    }
}

#[test]
fn a_time_of_the_client_orders_here_and_moves_nothing_else() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = alice.start_room(&[&app.uid("Bob")], "Lunch");
    let newest = alice.say(&room, "newest");
    app.advance_s(1);
    let old = alice.post_message(&json!({"room": room, "text": "imported", "createdAt": 1_564_661_697_125_i64}));
    assert_eq!(alice.texts(&format!("room={room}&createdAt[$lt]={}", NOW_MS - 1)), ["imported"]);
    assert_eq!(alice.texts(&format!("room={room}&$sort[createdAt]=-1&$limit=1")), ["newest"]);
    let shown = alice.get(&format!("/chat-rooms/{room}")).ok();
    assert_eq!(shown["lastMessage"]["text"], "imported", "the last message is the one that came last");
    bob.see(&format!("/chat-messages/{newest}"));
    let unseen = bob.get(&format!("/chat-rooms/{room}")).ok()["unseenMessages"][app.uid("Bob")].clone();
    assert_eq!(unseen, json!(1), "what came after it is unread, whatever it shows");
    let chatwork = app.chatwork("Bob");
    let number = chatwork.list("/rooms").into_iter().find(|room| room["name"] == "Lunch").expect("a room")["room_id"].clone();
    let seen = chatwork.list(&format!("/rooms/{number}/messages?force=1"));
    assert_eq!(seen.last().map(|message| message["message_id"].clone()), Some(old["id"].clone()));
    assert_eq!(seen.last().map(|message| message["send_time"].clone()), Some(json!(NOW_S + 1)));
}

#[test]
fn everything_is_posted_in_rooms_of_any_kind() {
    let app = TestApp::start();
    let (chatwork, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    bob.befriend(&app, "Alice", "Bob");
    chatwork.create_room("Group", &[&bob], &[]);
    let alice = app.chat_messages("Alice");
    let rooms = alice.list("/chat-rooms");
    assert_eq!(rooms.len(), 3, "her own, the direct one, the group");
    for room in rooms {
        alice.say(room["id"].as_str().expect("an id"), "hey");
    }
    assert_eq!(alice.texts("text=hey").len(), 3);
    assert_eq!(app.chat_messages("Bob").texts("text=hey").len(), 2);
}
