//! Who comes to a room of the Messenger API sees what is said from then on, in every dialect.

use serde_json::json;

use crate::kit::TestApp;

#[test]
fn a_newcomer_sees_messages_files_and_tasks_from_then_on_only() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let messenger = app.messenger();
    let room = messenger.create_id(&app, "A", &[alice.id(), bob.id()]);
    let before = alice.say(room, "before");
    let file = alice.upload(room, "a.txt", b"a", None).ok()["file_id"].clone();
    let task = alice.give_task(room, &bob, "Feed");
    messenger.json("POST", &format!("/chatrooms/{room}/users"), &json!({"assignedUsers": [carol.id()]})).ok();
    let after = alice.say(room, "after");

    let said = carol.said(room);
    assert!(said.len() == 2 && said[1] == "after", "the report that she came, and what followed: {said:?}");
    carol.get(&format!("/rooms/{room}/messages/{before}")).fails(404, "The message is not found");
    assert_eq!(carol.get(&format!("/rooms/{room}/messages/{after}")).ok()["body"], "after");
    carol.put(&format!("/rooms/{room}/messages/read"), &[("message_id", &before)]).fails(404, "The message is not found");
    carol.put(&format!("/rooms/{room}/messages/unread"), &[("message_id", &before)]).fails(404, "The message is not found");
    assert!(carol.list(&format!("/rooms/{room}/files")).is_empty() && carol.list(&format!("/rooms/{room}/tasks")).is_empty());
    carol.get(&format!("/rooms/{room}/files/{file}")).fails(404, "The file is not found");
    carol.get(&format!("/rooms/{room}/tasks/{task}")).fails(404, "The task is not found");
    assert_eq!((bob.list(&format!("/rooms/{room}/files")).len(), bob.list(&format!("/rooms/{room}/tasks")).len()), (1, 1));
    assert!(bob.said(room).contains(&"before".to_owned()));
    assert_eq!(carol.upload(room, "b.txt", b"b", None).status, 200);
    assert_eq!(carol.list(&format!("/rooms/{room}/files")).len(), 1);
}

#[test]
fn a_room_of_chatwork_shows_newcomers_its_whole_history() {
    let app = TestApp::start();
    let (alice, _, carol) = app.trio();
    let room = alice.create_room("A", &[], &[]);
    alice.say(room, "before");
    app.messenger().json("POST", &format!("/chatrooms/{room}/users"), &json!({"assignedUsers": [carol.id()]})).ok();
    assert!(carol.said(room).contains(&"before".to_owned()));
}

#[test]
fn who_comes_back_sees_from_the_second_time_on() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let messenger = app.messenger_of("Alice");
    let room = messenger.create_id(&app, "A", &[bob.id()]);
    alice.say(room, "first");
    bob.end_room(room, "leave").no_content();
    alice.say(room, "while away");
    messenger.json("POST", &format!("/chatrooms/{room}/users"), &json!({"assignedUsers": [bob.id()]})).ok();
    alice.say(room, "again");
    let said = bob.said(room);
    assert!(
        !said.iter().any(|text| text == "first" || text == "while away") && said.last().is_some_and(|text| text == "again"),
        "{said:?}"
    );
    assert_eq!(bob.counters(room).0, 2, "the report and one message are unread");
}
