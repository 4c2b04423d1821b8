//! Chatwork.

use serde_json::json;

use super::super::office::{ALICE, BOB, CAROL, Office};
use super::super::rooms::{Room, list};
use super::{Shown, Untold, Write};
use crate::kit::{Answer, Operation, number, request, send};

const LINKS: &str = "an invitation link: no other dialect knows them";

pub const WRITES: &[Write] = &[
    Write("get-messages", Untold("moves the caller's cursor for news, which is Chatwork's alone, and reads nothing")),
    Write("post-message", Shown(post_message)),
    Write("put-message", Shown(put_message)),
    Write("delete-message", Shown(delete_message)),
    Write("read-messages", Shown(read_messages)),
    Write("unread-messages", Shown(unread_messages)),
    Write("post-rooms", Shown(post_rooms)),
    Write("put-room", Shown(put_room)),
    Write("delete-room", Shown(delete_room)),
    Write("put-members", Shown(put_members)),
    Write("post-task", Shown(post_task)),
    Write("put-task-status", Shown(put_task_status)),
    Write("post-file", Shown(post_file)),
    Write("post-link", Untold(LINKS)),
    Write("put-link", Untold(LINKS)),
    Write("delete-link", Untold(LINKS)),
    Write("accept-incoming-request", Shown(accept_request)),
    Write("accept-incoming-request-alias", Shown(accept_request)),
    Write("decline-incoming-request", Untold("a contact request: nobody else knows them, and nothing comes of this one")),
    Write("decline-incoming-request-alias", Untold("a contact request: nobody else knows them, and nothing comes of this one")),
];

impl Office {
    /// Does an operation for somebody.
    #[track_caller]
    fn in_chatwork(&self, who: usize, operation: &Operation, places: &[(&str, &str)], form: &[(&str, &str)]) -> Answer {
        send(self.chatwork[who].request(&operation.method, &operation.filled(places.iter().copied())).form(form))
    }

    /// Does an operation on a room.
    #[track_caller]
    fn on_room(&self, who: usize, operation: &Operation, room: &Room, form: &[(&str, &str)]) -> Answer {
        self.in_chatwork(who, operation, &[("room_id", &room.number.to_string())], form)
    }

    /// Does an operation on a message.
    #[track_caller]
    fn on_message(&self, who: usize, operation: &Operation, room: &Room, id: &str, form: &[(&str, &str)]) -> Answer {
        self.in_chatwork(who, operation, &[("room_id", &room.number.to_string()), ("message_id", id)], form)
    }

    /// The newest text of a room in chat-messages.
    #[track_caller]
    fn newest_text(&self, who: usize, room: &Room) -> String {
        self.chats[who].texts(&format!("room={}", room.external)).pop().expect("a message")
    }
}

fn post_message(office: &Office, operation: &Operation) {
    let room = office.group();
    let before = office.unread(&room, ALICE);
    let posted = office.on_room(BOB, operation, &room, &[("body", "Hi [To:1] あ")]).ok();
    office.show_message(&room, posted["message_id"].as_str().expect("an id"), ALICE, BOB, "Hi [To:1] あ");
    assert_eq!(office.unread(&room, ALICE), before + 1);
}

fn put_message(office: &Office, operation: &Operation) {
    let room = office.group();
    let id = office.chatwork[BOB].say(room.number, "Hi");
    office.on_message(BOB, operation, &room, &id, &[("body", "Hello")]).ok();
    office.show_message(&room, &id, ALICE, BOB, "Hello");
}

fn delete_message(office: &Office, operation: &Operation) {
    let room = office.group();
    let id = office.chatwork[BOB].say(room.number, "Hi");
    office.on_message(BOB, operation, &room, &id, &[]).ok();
    office.chats[ALICE].get(&format!("/chat-messages/{id}")).feathers(404, "NotFound");
    assert!(!office.chats[ALICE].texts(&format!("room={}", room.external)).contains(&"Hi".to_owned()));
    office.unread(&room, ALICE);
}

fn read_messages(office: &Office, operation: &Operation) {
    let room = office.group();
    let [first, second] = ["one", "two"].map(|words| office.chatwork[BOB].say(room.number, words));
    office.on_room(ALICE, operation, &room, &[("message_id", &first)]).ok();
    assert_eq!((office.unread(&room, ALICE), office.seen_by(&first, BOB), office.seen_by(&second, BOB)), (1, vec![ALICE], vec![]));
    office.on_room(ALICE, operation, &room, &[]).ok();
    assert_eq!((office.unread(&room, ALICE), office.seen_by(&second, BOB)), (0, vec![ALICE]));
}

fn unread_messages(office: &Office, operation: &Operation) {
    let room = office.group();
    let id = office.chatwork[BOB].say(room.number, "one");
    office.chatwork[ALICE].put(&room.messages("/read"), &[]).ok();
    office.on_room(ALICE, operation, &room, &[("message_id", &id)]).ok();
    assert_eq!(office.unread(&room, ALICE), 1);
}

fn post_rooms(office: &Office, operation: &Operation) {
    let [alice, bob] = [ALICE, BOB].map(|who| office.ids[who].to_string());
    let form = [("name", "Crew"), ("description", "Where?"), ("members_admin_ids", &*alice), ("members_readonly_ids", &bob)];
    let made = office.in_chatwork(ALICE, operation, &[], &form).ok();
    let room = office.room(ALICE, number(&made["room_id"]));
    office.show_group(&room, "Crew", &[ALICE], &[BOB]);
    assert_eq!(office.chat(BOB, &room)["description"], "Where?");
    office.chats[BOB].json("POST", "/chat-messages", &json!({"room": room.external, "text": "x"})).feathers(403, "Forbidden");
}

fn put_room(office: &Office, operation: &Operation) {
    let room = office.group();
    office.on_room(ALICE, operation, &room, &[("name", "Staff"), ("description", "Who?"), ("icon_preset", "star")]).ok();
    office.show_group(&room, "Staff", &[ALICE], &[BOB]);
    let shown = office.chat(BOB, &room);
    let icon = format!("{}/assets/icon/ico_star.png", office.app.base);
    assert_eq!((&shown["description"], &shown["picURL"]), (&json!("Who?"), &json!(icon)));
}

fn delete_room(office: &Office, operation: &Operation) {
    let room = office.group();
    office.on_room(BOB, operation, &room, &[("action_type", "leave")]).no_content();
    office.show_group(&room, "Crew", &[ALICE], &[]);
    office.on_room(ALICE, operation, &room, &[("action_type", "delete")]).no_content();
    office.show_no_group(&room);
}

fn put_members(office: &Office, operation: &Operation) {
    let room = office.group();
    let [alice, bob, carol] = [ALICE, BOB, CAROL].map(|who| office.ids[who].to_string());
    office.on_room(ALICE, operation, &room, &[("members_admin_ids", &*bob), ("members_readonly_ids", &format!("{alice},{carol}"))]).ok();
    office.show_group(&room, "Crew", &[BOB], &[ALICE, CAROL]);
    office.on_room(BOB, operation, &room, &[("members_admin_ids", &*carol), ("members_member_ids", &bob)]).ok();
    office.show_group(&room, "Crew", &[CAROL], &[BOB]);
}

fn post_task(office: &Office, operation: &Operation) {
    let room = office.group();
    office.on_room(ALICE, operation, &room, &[("body", "Feed"), ("to_ids", &office.ids[BOB].to_string())]).ok();
    assert_eq!(office.newest_text(BOB, &room), "Alice gave Bob a task: Feed");
    assert_eq!(office.unread(&room, BOB), 2);
}

fn put_task_status(office: &Office, operation: &Operation) {
    let room = office.group();
    let task = office.chatwork[ALICE].give_task(room.number, &office.chatwork[BOB], "Feed").to_string();
    office.in_chatwork(BOB, operation, &[("room_id", &room.number.to_string()), ("task_id", &task)], &[("body", "done")]).ok();
    assert_eq!(office.newest_text(ALICE, &room), "Bob finished the task of Bob: Feed");
}

fn post_file(office: &Office, operation: &Operation) {
    let room = office.group();
    let path = operation.filled([("room_id", &*room.number.to_string())]);
    office.chatwork[BOB].post_file(&path, "file", "plan.txt", b"the plan", &[("message", "Here")]).ok();
    let found = office.chats[ALICE].list(&format!("/chat-messages?room={}&media[$ne]", room.external));
    assert_eq!((found.len(), &found[0]["text"]), (1, &json!("Here")));
    assert_eq!(send(request("GET", found[0]["media"].as_str().expect("an address"))).text(), "the plan");
}

fn accept_request(office: &Office, operation: &Operation) {
    let asked = office.app.request_contact("Bob", "Alice", "").to_string();
    let accepted = office.in_chatwork(ALICE, operation, &[("request_id", &asked)], &[]).ok();
    let room = office.room(ALICE, number(&accepted["room_id"]));
    for who in [ALICE, BOB] {
        let shown = office.chat(who, &room);
        assert_eq!((list(&shown["participants"]).len(), shown.get("title")), (2, None));
    }
    office.hide_room(&room, CAROL);
}
