//! Chat&Messenger.

use serde_json::{Value, json};

use super::super::office::{ALICE, BOB, CAROL, Office};
use super::super::rooms::{Room, list};
use super::{Shown, Untold, Write};
use crate::kit::{Operation, number, request, send};

const READS: &str = "reads only: callers of this API ask by POST";

pub const WRITES: &[Write] = &[
    Write("sendMessage", Shown(send_message)),
    Write("sendMessages", Shown(send_messages)),
    Write("createQuickCall", Shown(create_quick_call)),
    Write("updateChatRoom", Shown(update_chat_room)),
    Write("getConferenceMaster-post", Untold(READS)),
    Write("getConferenceRooms-post", Untold(READS)),
    Write("getConferenceRoomStatus-post", Untold(READS)),
];

impl Office {
    /// Fails unless Chatwork and chat-messages show somebody a message of the organization's own account.
    #[track_caller]
    fn show_from_api(&self, room: &Room, reader: usize, id: &Value, text: &str) {
        let id = id.as_str().expect("an id");
        let shown = self.chatwork[reader].get(&room.messages(&format!("/{id}"))).ok();
        assert_eq!((&shown["body"], &shown["account"]["name"]), (&json!(text), &json!("API")), "Chatwork");
        let shown = self.chats[reader].get(&format!("/chat-messages/{id}")).ok();
        assert_eq!((&shown["text"], &shown["room"]), (&json!(text), &json!(room.external)), "chat-messages");
        assert!(self.uids.iter().all(|uid| shown["createdBy"] != **uid), "chat-messages");
    }
}

fn send_message(office: &Office, operation: &Operation) {
    let send = |message: Value| office.cam.call(&operation.path[1..], "message", &message).message();
    let room = office.group();
    let before = (office.unread(&room, ALICE), office.unread(&room, BOB));
    let sent = send(json!({"panelName": "Crew", "message": "R&D: 100 %", "generalPurposes": {"users": "bob@example.com"}}));
    office.show_from_api(&room, BOB, &sent["id"], "R&D: 100 %");
    assert_eq!((office.unread(&room, ALICE), office.unread(&room, BOB)), (before.0 + 1, before.1 + 1));
    assert_eq!((office.chatwork[ALICE].counters(room.number).1, office.chatwork[BOB].counters(room.number).1), (0, 1), "mentions");
    let sent = send(json!({"panelName": "messenger", "message": "psst", "generalPurposes": {"users": "carol@example.com"}}));
    let direct = office.room_called(CAROL, "API");
    office.show_from_api(&direct, CAROL, &sent["id"], "psst");
    assert_eq!(
        (office.unread(&direct, CAROL), list(&office.chat(CAROL, &direct)["participants"]).len()),
        (2, 2),
        "with the report that they are contacts"
    );
    office.hide_room(&direct, ALICE);
}

fn send_messages(office: &Office, operation: &Operation) {
    let room = office.group();
    let messages =
        json!([{"send": "Crew", "message": "one"}, {"message": "two", "property": {"users": "alice@example.com,bob@example.com"}}]);
    let sent = office.cam.call(&operation.path[1..], "messages", &messages).ok()["messages"].clone();
    office.show_from_api(&room, BOB, &sent[0]["id"], "one");
    office.show_from_api(&office.room_called(ALICE, "API"), ALICE, &sent[1]["id"], "two");
    let other = office.room_called(BOB, "API");
    let listed = office.chatwork[BOB].list(&other.messages("?force=1"));
    office.show_from_api(&other, BOB, &listed.last().expect("a message")["message_id"], "two");
}

fn create_quick_call(office: &Office, operation: &Operation) {
    let form = [("expiredDate", ""), ("password", "tulip-9")];
    let made = office.cam.post(&operation.path, &form).ok();
    let listed = office.app.clickmeeting("office").list("/conferences/active");
    let slug = made["quickCall"]["id"].as_str().expect("an id");
    assert_eq!((listed.len(), &listed[0]["name"], &listed[0]["access_type"]), (1, &json!("Quick call"), &json!(2)));
    assert_eq!(listed[0]["password"], Value::Null, "it is kept as a hash");
    assert!(listed[0]["room_url"].as_str().is_some_and(|url| url.ends_with(slug)), "{}", listed[0]);
    assert_eq!(send(request("GET", made["url"].as_str().expect("an address"))).status, 200);
}

fn update_chat_room(office: &Office, operation: &Operation) {
    let save = |room: Value| office.cam.call(&operation.path[1..], "chatRoom", &room).ok()["chatRoom"].clone();
    let [alice, bob, carol] = &office.uids;
    save(json!({"id": "ops-1", "name": "Ops", "createUserId": alice, "memberUids": {&**alice: true, &**bob: false}}));
    let room = office.room_called(ALICE, "Ops");
    let listed = office.messenger.get(&format!("/chatrooms?organization_id={}", office.organization)).ok()["entries"].clone();
    assert_eq!(list(&listed).iter().map(|room| number(&room["id"])).collect::<Vec<_>>(), [room.number]);
    office.show_group(&room, "Ops", &[ALICE], &[BOB]);
    save(json!({"id": "ops-1", "name": "Staff", "memberUids": {&**alice: true, &**bob: true, &**carol: false}}));
    office.show_group(&office.room_called(CAROL, "Staff"), "Staff", &[ALICE, BOB], &[CAROL]);
}
