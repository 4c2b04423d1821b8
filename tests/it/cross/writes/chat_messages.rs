//! chat-messages.

use serde_json::{Value, json};

use super::super::office::{ALICE, BOB, CAROL, Office};
use super::super::rooms::Room;
use super::{Shown, Write};
use crate::kit::{Operation, request, send};

pub const WRITES: &[Write] = &[
    Write("post-chat-message", Shown(post_chat_message)),
    Write("patch-chat-messages", Shown(patch_chat_messages)),
    Write("patch-chat-message", Shown(patch_chat_message)),
    Write("post-chat-room", Shown(post_chat_room)),
    Write("patch-chat-room", Shown(patch_chat_room)),
    Write("post-file", Shown(post_file)),
];

impl Office {
    /// Does an operation on something of an id for somebody.
    #[track_caller]
    fn in_chats(&self, who: usize, operation: &Operation, id: &str, body: &Value) -> Value {
        self.chats[who].json(&operation.method, &operation.filled([("id", id)]), body).ok()
    }

    /// A group in which Alice has a report and two messages of Bob's before her; gives their ids.
    fn spoken(&self) -> (Room, [String; 2]) {
        let room = self.group();
        self.chatwork[ALICE].put(&room.messages("/read"), &[]).ok();
        let said = ["one", "two"].map(|words| self.chatwork[BOB].say(room.number, words));
        (room, said)
    }
}

fn post_chat_message(office: &Office, operation: &Operation) {
    let room = office.group();
    let before = office.unread(&room, ALICE);
    let words = format!("[To:{}] hey", office.ids[ALICE]);
    let body = json!({"room": room.external, "text": words, "media": "https://x.example/a.png", "createdAt": 1});
    let posted = office.in_chats(BOB, operation, "", &body);
    let shown = office.chatwork[ALICE].list(&room.messages("?force=1")).pop().expect("a message");
    assert_eq!((&shown["message_id"], &shown["account"]["account_id"]), (&posted["id"], &json!(office.ids[BOB])));
    assert_eq!(shown["body"], format!("{words}\nhttps://x.example/a.png"));
    assert_eq!((office.unread(&room, ALICE), office.chatwork[ALICE].counters(room.number).1), (before + 1, 1));
}

fn patch_chat_messages(office: &Office, operation: &Operation) {
    let (room, [first, second]) = office.spoken();
    assert_eq!(office.unread(&room, ALICE), 2);
    let path = format!("{}?room={}&id[$in][]={first}", operation.path, room.external);
    office.chats[ALICE].json(&operation.method, &path, &json!({"seen": true})).ok();
    assert_eq!((office.unread(&room, ALICE), office.seen_by(&first, BOB), office.seen_by(&second, BOB)), (1, vec![ALICE], vec![]));
}

fn patch_chat_message(office: &Office, operation: &Operation) {
    let (room, [first, second]) = office.spoken();
    office.in_chats(ALICE, operation, &first, &json!({"seen": true}));
    assert_eq!(office.unread(&room, ALICE), 1);
    office.in_chats(ALICE, operation, &second, &json!({"seen": true}));
    assert_eq!(office.unread(&room, ALICE), 0);
    office.chatwork[ALICE].put(&room.messages("/read"), &[("message_id", &second)]).fails(400, "The message is already read");
}

fn post_chat_room(office: &Office, operation: &Operation) {
    let body = json!({"participants": [office.uids[BOB], office.uids[CAROL]], "title": "Lunch", "description": "Where?"});
    office.in_chats(ALICE, operation, "", &body);
    let room = office.room_called(ALICE, "Lunch");
    office.show_group(&room, "Lunch", &[ALICE], &[BOB, CAROL]);
    assert_eq!(office.chatwork[BOB].room(room.number)["description"], "Where?");
    let made = office.in_chats(ALICE, operation, "", &json!({"participants": [office.uids[BOB]]}));
    let direct = office.room_called(ALICE, "Bob");
    assert_eq!((&made["id"], &office.chatwork[BOB].room(direct.number)["type"]), (&json!(direct.external), &json!("direct")));
    let contact = &office.chatwork[ALICE].list("/contacts")[0];
    assert_eq!((&contact["account_id"], &contact["room_id"]), (&json!(office.ids[BOB]), &json!(direct.number)));
}

fn patch_chat_room(office: &Office, operation: &Operation) {
    let (room, _) = office.spoken();
    office.in_chats(ALICE, operation, &room.external, &json!({"seen": true, "title": "Staff", "description": "Who?"}));
    office.show_group(&room, "Staff", &[ALICE], &[BOB]);
    assert_eq!((office.unread(&room, ALICE), &office.chatwork[BOB].room(room.number)["description"]), (0, &json!("Who?")));
}

fn post_file(office: &Office, operation: &Operation) {
    let room = office.group();
    let kept = office.in_chats(BOB, operation, "", &json!({"uri": "data:text/plain;base64,SGVsbG8="}));
    office.chats[BOB].post_message(&json!({"room": room.external, "media": kept["uri"]}));
    let shown = office.chatwork[ALICE].list(&room.messages("?force=1")).pop().expect("a message");
    assert_eq!(shown["body"], kept["uri"]);
    assert_eq!(send(request("GET", shown["body"].as_str().expect("an address"))).text(), "Hello");
}
