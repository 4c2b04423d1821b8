//! PATCH of messages and rooms: who has seen what.

use serde_json::{Value, json};

use crate::kit::{ChatMessages, TestApp};

fn seen_by(reader: &ChatMessages, id: &str) -> Vec<String> {
    let message = reader.get(&format!("/chat-messages/{id}")).ok();
    message["seenBy"].as_array().expect("a list").iter().map(|uid| uid.as_str().expect("a uid").to_owned()).collect()
}

fn unseen(reader: &ChatMessages, room: &str, uid: &str) -> i64 {
    reader.get(&format!("/chat-rooms/{room}")).ok()["unseenMessages"][uid].as_i64().expect("a number")
}

#[test]
fn one_message_is_marked_once_by_anybody_in_the_room() {
    let app = TestApp::start();
    let (alice, bob, carol) = (app.chat_messages("Alice"), app.chat_messages("Bob"), app.chat_messages("Carol"));
    let (a, b, c) = (app.uid("Alice"), app.uid("Bob"), app.uid("Carol"));
    let room = alice.start_room(&[&b, &c], "Trio");
    let ids: Vec<String> = (0..3).map(|number| alice.say(&room, &number.to_string())).collect();
    let path = format!("/chat-messages/{}", ids[1]);
    assert_eq!(carol.see(&path)["seenBy"], json!([c]));
    assert_eq!(bob.see(&path)["seenBy"], json!([c, b]), "in the order in which they saw it");
    assert_eq!(alice.see(&path)["seenBy"], json!([c, b, a]), "the author too");
    assert_eq!(bob.see(&path)["seenBy"], json!([c, b, a]));
    assert_eq!(seen_by(&alice, &ids[0]), Vec::<String>::new(), "earlier ones stay as they are");
    assert_eq!((unseen(&alice, &room, &b), unseen(&alice, &room, &c)), (1, 1), "but they are read");
    let shown = alice.get(&format!("/chat-rooms/{room}")).ok();
    assert_eq!(shown["participantsLastMessageSeen"][&b], json!(ids[1]));
    bob.see(&format!("/chat-messages/{}", ids[0]));
    assert_eq!(alice.get(&format!("/chat-rooms/{room}")).ok()["participantsLastMessageSeen"][&b], json!(ids[1]), "it never moves back");
}

#[test]
fn only_a_yes_marks_and_nothing_else_changes() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = alice.start_room(&[&app.uid("Bob")], "Duo");
    let id = alice.say(&room, "hey");
    let path = format!("/chat-messages/{id}");
    let before = bob.get(&path).ok();
    for body in [
        json!({}),
        json!(null),
        json!({"seen": false}),
        json!({"seen": null}),
        json!({"seen": "false"}),
        json!({"seen": 0}),
        json!({"text": "other", "media": "x", "createdBy": "x", "seenBy": ["x"], "createdAt": 1, "room": "1"}),
        json!({"$unset": {"text": ""}}),
    ] {
        assert_eq!(bob.json("PATCH", &path, &body).ok(), before, "{body}");
    }
    for body in [json!({"seen": "maybe"}), json!({"seen": 2}), json!({"seen": {}}), json!([{"seen": true}]), json!(1)] {
        bob.json("PATCH", &path, &body).feathers(400, "BadRequest");
        app.chat_messages("Carol").json("PATCH", &path, &body).feathers(404, "NotFound");
    }
    let form = bob.request("PATCH", &path).form(&[("seen", "1")]);
    assert_eq!(crate::kit::send(form).ok()["seenBy"], json!([app.uid("Bob")]));
}

#[test]
fn a_room_is_read_as_a_whole() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let (a, b) = (app.uid("Alice"), app.uid("Bob"));
    let room = alice.start_room(&[&b], "Duo");
    let first = alice.say(&room, "one");
    let own = bob.say(&room, "two");
    let last = alice.say(&room, "three");
    let shown = bob.see(&format!("/chat-rooms/{room}"));
    assert_eq!((&shown["unseenMessages"][&b], &shown["participantsLastMessageSeen"][&b]), (&json!(0), &json!(last)));
    assert_eq!((seen_by(&alice, &first), seen_by(&alice, &last)), (vec![b.clone()], vec![b.clone()]));
    assert_eq!(seen_by(&alice, &own), Vec::<String>::new(), "an author has not seen what they wrote");
    let next = alice.say(&room, "four");
    assert_eq!(seen_by(&alice, &next), Vec::<String>::new());
    assert_eq!(unseen(&alice, &room, &b), 1);
    app.chat_messages("Carol").json("PATCH", &format!("/chat-rooms/{room}"), &json!({"seen": true})).feathers(404, "NotFound");
    assert_eq!(unseen(&alice, &room, &a), 1, "what she wrote is read, what he wrote is not");
}

#[test]
fn several_are_marked_by_a_query_that_names_them() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let b = app.uid("Bob");
    let room = alice.start_room(&[&b], "Duo");
    let ids: Vec<String> = (0..4).map(|number| alice.say(&room, &number.to_string())).collect();
    let changed = |query: &str| {
        let found = bob.see(&format!("/chat-messages?{query}"));
        let texts = found.as_array().expect("a list").iter().map(|message| {
            assert!(message["seenBy"].as_array().expect("a list").contains(&json!(b)), "{message}");
            message["text"].as_str().unwrap_or_default().to_owned()
        });
        texts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(changed(&format!("id[$in][]={}&id[$in][]={}", ids[2], ids[0])), "0 2");
    assert_eq!(changed(&format!("id[$in][]={}&id[$in][]={}", ids[2], ids[1])), "1", "only what was not seen");
    assert_eq!(changed(&format!("room={room}&text=3")), "3");
    assert_eq!(changed(&format!("room={room}")), "Alice made the room \"Duo\".", "the rest of the room");
    assert_eq!(changed(&format!("room={room}")), "");
    assert_eq!(changed("room=1"), "");
    for query in ["", "text=3", "createdBy=x", "$or[0][room]=1"] {
        bob.json("PATCH", &format!("/chat-messages?{query}"), &json!({"seen": true})).feathers(400, "BadRequest");
    }
    assert_eq!(bob.json("PATCH", &format!("/chat-messages?room={room}"), &json!({"seen": false})).ok(), json!([]));
    bob.json("PATCH", &format!("/chat-messages?room={room}"), &json!({"seen": "x"})).feathers(400, "BadRequest");
    assert_eq!(app.chat_messages("Carol").see(&format!("/chat-messages?room={room}")), Value::Array(Vec::new()));
}

#[test]
fn who_comes_later_has_not_seen_what_was_before_and_who_left_is_not_counted() {
    let app = TestApp::start();
    let (chatwork, bob, carol) = app.trio();
    let number = chatwork.create_room("Late", &[&bob], &[]);
    let alice = app.chat_messages("Alice");
    let room = alice.room_called("Late");
    let before = alice.say(&room, "before");
    chatwork.set_members(number, &[&bob, &carol], &[]);
    let after = alice.say(&room, "after");
    app.chat_messages("Carol").see(&format!("/chat-rooms/{room}"));
    assert_eq!(seen_by(&alice, &before), Vec::<String>::new());
    assert_eq!(seen_by(&alice, &after), [app.uid("Carol")]);
    app.chat_messages("Bob").see(&format!("/chat-messages/{after}"));
    chatwork.set_members(number, &[&bob], &[]);
    assert_eq!(seen_by(&alice, &after), [app.uid("Bob")], "a mark stays, reading goes with the reader");
}
