//! Chatwork and chat-messages speak about the same rooms.

use serde_json::json;

use crate::kit::{TestApp, request, send};

#[test]
fn what_is_posted_in_one_is_read_in_the_other() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let number = alice.create_room("Shared", &[&bob], &[]);
    let (here, there) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = here.room_called("Shared");
    let words = "[To:1]あ [info]\"hey\"[/info]\n";
    let first = alice.say(number, words);
    let shown = there.get(&format!("/chat-messages/{first}")).ok();
    assert_eq!((&shown["text"], &shown["room"], &shown["createdBy"]), (&json!(words), &json!(room), &json!(app.uid("Alice"))));

    let second = there.say(&room, "[rp aid=1]\n&amp;");
    let message = alice.get(&format!("/rooms/{number}/messages/{second}")).ok();
    assert_eq!((&message["body"], &message["account"]["account_id"]), (&json!("[rp aid=1]\n&amp;"), &json!(bob.id())));
    let media = there.post_message(&json!({"room": room, "text": "look", "media": "https://x.example/a.png"}));
    let alone = there.post_message(&json!({"room": room, "media": "https://x.example/b.png"}));
    let body =
        |id: &serde_json::Value| alice.get(&format!("/rooms/{number}/messages/{}", id.as_str().expect("an id"))).ok()["body"].clone();
    assert_eq!((body(&media["id"]), body(&alone["id"])), (json!("look\nhttps://x.example/a.png"), json!("https://x.example/b.png")));
    let polled = alice.list(&format!("/rooms/{number}/messages?force=1"));
    assert_eq!(polled.len(), here.texts(&format!("room={room}")).len());
}

#[test]
fn unread_counters_agree_whatever_is_read_where() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let number = alice.create_room("Shared", &[&bob], &[]);
    let (here, there) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    let room = here.room_called("Shared");
    let unseen = || there.get(&format!("/chat-rooms/{room}")).ok()["unseenMessages"][app.uid("Bob")].as_i64().expect("a number");
    let agree = |expected: i64| assert_eq!((unseen(), bob.counters(number).0), (expected, expected));
    agree(1);
    let ids: Vec<String> = (0..4).map(|number| here.say(&room, &format!("[To:{}] {number}", bob.id()))).collect();
    agree(5);
    assert_eq!(bob.counters(number).1, 4, "words count as mentions, whichever API they come through");
    there.see(&format!("/chat-messages/{}", ids[1]));
    agree(2);
    bob.put(&format!("/rooms/{number}/messages/read"), &[("message_id", &ids[2])]).ok();
    agree(1);
    bob.put(&format!("/rooms/{number}/messages/unread"), &[("message_id", &ids[0])]).ok();
    agree(4);
    there.say(&room, "own");
    agree(4);
    there.see(&format!("/chat-rooms/{room}"));
    agree(0);
    let seen = here.list(&format!("/chat-messages?id={}", ids[3]))[0]["seenBy"].clone();
    bob.put(&format!("/rooms/{number}/messages/unread"), &[("message_id", &ids[3])]).ok();
    agree(2);
    assert_eq!(here.list(&format!("/chat-messages?id={}", ids[3]))[0]["seenBy"], seen, "unread again takes no name out");
}

#[test]
fn what_is_deleted_or_edited_in_one_is_so_in_the_other() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let number = alice.create_room("Shared", &[&bob], &[]);
    let here = app.chat_messages("Alice");
    let room = here.room_called("Shared");
    let gone = here.say(&room, "secret");
    let kept = here.say(&room, "kept");
    bob.delete(&format!("/rooms/{number}/messages/{gone}"), &[]).fails(403, "You don't have permission to delete this message");
    alice.delete(&format!("/rooms/{number}/messages/{gone}"), &[]).ok();
    here.get(&format!("/chat-messages/{gone}")).feathers(404, "NotFound");
    assert_eq!(here.texts(&format!("room={room}")).len(), 2);
    assert_eq!(here.get(&format!("/chat-messages?room={room}&$limit=0")).ok()["total"], 2);
    here.json("PATCH", &format!("/chat-messages/{gone}"), &json!({"seen": true})).feathers(404, "NotFound");
    alice.put(&format!("/rooms/{number}/messages/{kept}"), &[("body", "edited")]).ok();
    assert_eq!(here.get(&format!("/chat-messages/{kept}")).ok()["text"], "edited");
    alice.delete(&format!("/rooms/{number}/messages/{kept}"), &[]).ok();
    let shown = here.get(&format!("/chat-rooms/{room}")).ok();
    assert_eq!(shown["lastMessage"]["text"], "Alice made the room \"Shared\".");
    alice.delete(&format!("/rooms/{number}"), &[("action_type", "leave")]).no_content();
    here.get(&format!("/chat-rooms/{room}")).feathers(404, "NotFound");
    assert_eq!(here.texts(&format!("room={room}")), Vec::<String>::new());
}

#[test]
fn a_file_of_one_is_media_of_the_other_and_opens_without_a_token() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let number = alice.create_room("Shared", &[&bob], &[]);
    alice.upload(number, "plan 1.txt", b"the plan", Some("Here it is")).ok();
    alice.upload(number, "b.txt", b"b", None).ok();
    let there = app.chat_messages("Bob");
    let room = there.room_called("Shared");
    let found = there.list(&format!("/chat-messages?room={room}&media[$ne]"));
    assert_eq!((found.len(), &found[0]["text"], found[1].get("text")), (2, &json!("Here it is"), None));
    let address = found[0]["media"].as_str().expect("an address").to_owned();
    assert!(address.contains("/plan%201.txt?"), "{address}");
    assert_eq!(send(request("GET", &address)).text(), "the plan");
    app.advance_s(60);
    assert_eq!(there.list(&format!("/chat-messages?room={room}&media[$ne]"))[0]["media"], address, "it stays the same for the day");
    assert_eq!(
        there.list(&format!("/chat-messages?media={}", address.replace('&', "%26").replace('%', "%25").replace("%2526", "%26"))).len(),
        1
    );
    app.advance_s(7 * 24 * 3600);
    assert_eq!(send(request("GET", &address)).status, 200, "a week later");
    app.advance_s(2 * 24 * 3600);
    assert_eq!(send(request("GET", &address)).status, 403);
}

#[test]
fn what_happens_in_a_room_is_told_in_plain_english() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let number = alice.create_room("Shared", &[&bob], &[]);
    let here = app.chat_messages("Alice");
    let room = here.room_called("Shared");
    alice.set_members(number, &[&bob, &carol], &[]);
    alice.put(&format!("/rooms/{number}"), &[("name", "Renamed"), ("icon_preset", "star")]).ok();
    let task =
        alice.post(&format!("/rooms/{number}/tasks"), &[("body", "Feed"), ("to_ids", &bob.id().to_string())]).ok()["task_ids"][0].clone();
    bob.put(&format!("/rooms/{number}/tasks/{task}/status"), &[("body", "done")]).ok();
    alice.set_members(number, &[&bob], &[]);
    assert_eq!(
        here.texts(&format!("room={room}")),
        [
            "Alice made the room \"Shared\".",
            "Alice added Carol.",
            "Alice named the room \"Renamed\" and changed the picture.",
            "Alice gave Bob a task: Feed",
            "Bob finished the task of Bob: Feed",
            "Alice removed Carol.",
        ]
    );
}
