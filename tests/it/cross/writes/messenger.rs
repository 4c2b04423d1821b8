//! Messenger.

use serde_json::json;

use super::super::office::{ALICE, BOB, CAROL, Office};
use super::super::rooms::Room;
use super::{Shown, Write};
use crate::kit::{Answer, Operation, PNG, number, request, send};

pub const WRITES: &[Write] = &[
    Write("post-chatroom", Shown(post_chatroom)),
    Write("post-chatroom-alias", Shown(post_chatroom)),
    Write("post-default-chatroom", Shown(post_default_chatroom)),
    Write("put-default-chatroom", Shown(post_default_chatroom)),
    Write("post-default-chatroom-alias", Shown(post_default_chatroom)),
    Write("put-default-chatroom-alias", Shown(post_default_chatroom)),
    Write("post-default-chatroom-singular", Shown(post_default_chatroom)),
    Write("put-default-chatroom-singular", Shown(post_default_chatroom)),
    Write("delete-default-chatroom", Shown(delete_default_chatroom)),
    Write("delete-default-chatroom-alias", Shown(delete_default_chatroom)),
    Write("delete-default-chatroom-singular", Shown(delete_default_chatroom)),
    Write("post-login-below-chatrooms", Shown(post_login)),
    Write("delete-chatroom", Shown(delete_chatroom)),
    Write("delete-chatroom-alias", Shown(delete_chatroom)),
    Write("patch-chatroom", Shown(patch_chatroom)),
    Write("put-chatroom", Shown(patch_chatroom)),
    Write("patch-chatroom-alias", Shown(patch_chatroom)),
    Write("put-chatroom-alias", Shown(patch_chatroom)),
    Write("patch-automation", Shown(patch_chatroom)),
    Write("put-automation", Shown(patch_chatroom)),
    Write("post-claim", Shown(post_claim)),
    Write("put-claim", Shown(post_claim)),
    Write("patch-claim", Shown(post_claim)),
    Write("post-claim-alias", Shown(post_claim)),
    Write("put-claim-alias", Shown(post_claim)),
    Write("patch-claim-alias", Shown(post_claim)),
    Write("post-users", Shown(post_users)),
    Write("put-users", Shown(post_users)),
    Write("patch-users", Shown(post_users)),
    Write("post-users-alias", Shown(post_users)),
    Write("put-users-alias", Shown(post_users)),
    Write("patch-users-alias", Shown(post_users)),
    Write("post-login", Shown(post_login)),
    Write("post-login-alias", Shown(post_login)),
];

impl Office {
    /// A group that Messenger makes for people.
    fn chatroom(&self, assigned: &[usize]) -> Room {
        let ids: Vec<i64> = assigned.iter().map(|who| self.ids[*who]).collect();
        let number = self.messenger.create_id(&self.app, "Crew", &ids);
        self.room(assigned[0], number)
    }

    /// Does an operation on a room with the organization's token.
    #[track_caller]
    fn in_messenger(&self, operation: &Operation, room: &Room, body: &serde_json::Value) -> Answer {
        let number = room.number.to_string();
        self.messenger.json(&operation.method, &operation.filled([("roomID", &*number), ("people", "members")]), body)
    }
}

fn post_chatroom(office: &Office, operation: &Operation) {
    let [alice, bob, carol] = office.ids;
    let body = json!({"name": "Crew", "organizationID": office.organization, "admins": [alice], "moderators": [bob],
        "assignedUsers": [carol], "avatar": PNG});
    let made = office.messenger.json(&operation.method, &operation.path, &body).json();
    let room = office.room(ALICE, number(&made["id"]));
    office.show_group(&room, "Crew", &[ALICE], &[BOB, CAROL]);
    let picture = office.chat(BOB, &room)["picURL"].clone();
    assert_eq!(picture, made["avatarURL"], "the one picture");
    assert_eq!(send(request("GET", picture.as_str().expect("an address"))).bytes, PNG);
    assert_eq!(office.chatwork[ALICE].room(room.number)["icon_path"], format!("{}/assets/icon/ico_group.png", office.app.base));
}

fn post_default_chatroom(office: &Office, operation: &Operation) {
    let body = json!({"organizationID": office.organization, "automationEnabled": true});
    let made = office.messenger.json(&operation.method, &operation.path, &body).json();
    office.show_group(&office.room(ALICE, number(&made["id"])), "Office", &[ALICE], &[BOB, CAROL]);
}

fn delete_default_chatroom(office: &Office, operation: &Operation) {
    let body = json!({"organizationID": office.organization, "automationEnabled": false});
    let made = office.messenger.json("POST", "/chatrooms/default", &body).json();
    let room = office.room(ALICE, number(&made["id"]));
    let organization = office.organization.to_string();
    office.messenger.bare(&operation.method, &operation.filled([("organizationID", &*organization)])).ok();
    office.show_no_group(&room);
}

fn delete_chatroom(office: &Office, operation: &Operation) {
    let room = office.group();
    office.messenger.bare(&operation.method, &operation.filled([("roomID", &*room.number.to_string())])).ok();
    office.show_no_group(&room);
}

/// Automation itself is told by nobody else; who drops out by it is.
fn patch_chatroom(office: &Office, operation: &Operation) {
    let room = office.chatroom(&[ALICE, BOB, CAROL]);
    office.app.set_disabled("Carol", true);
    let people = |who: usize| office.chatwork[who].members(room.number).len();
    assert_eq!(people(BOB), 3);
    office.in_messenger(operation, &room, &json!({"automationEnabled": true})).ok();
    assert_eq!(people(BOB), 2);
    office.app.set_disabled("Carol", false);
    office.show_group(&room, "Crew", &[], &[ALICE, BOB]);
}

fn post_claim(office: &Office, operation: &Operation) {
    let room = office.chatroom(&[BOB]);
    office.show_group(&room, "Crew", &[], &[BOB]);
    let path = operation.filled([("roomID", &*room.number.to_string())]);
    office.app.messenger_of("Alice").bare(&operation.method, &path).ok();
    office.show_group(&room, "Crew", &[ALICE], &[BOB]);
}

fn post_users(office: &Office, operation: &Operation) {
    let room = office.group();
    let [_, bob, carol] = office.ids;
    office.in_messenger(operation, &room, &json!({"admins": [bob], "moderators": [carol]})).ok();
    office.show_group(&room, "Crew", &[ALICE, BOB], &[CAROL]);
    office.in_messenger(operation, &room, &json!({"assignedUsers": [bob]})).ok();
    office.show_group(&room, "Crew", &[ALICE], &[BOB, CAROL]);
}

fn post_login(office: &Office, operation: &Operation) {
    let login = office.app.messenger_of("Bob").json(&operation.method, &operation.path, &json!({"deviceID": "PHONE7"})).ok();
    let in_matrix = |path: &str| {
        let asked = request("GET", &format!("{}/_matrix/client/v3{path}", office.app.base));
        send(asked.bearer_auth(login["accessToken"].as_str().expect("a token"))).ok()
    };
    let user = format!("@u{}:test.local", office.ids[BOB]);
    assert_eq!(in_matrix("/account/whoami"), json!({"user_id": user, "device_id": "PHONE7", "is_guest": false}));
    assert_eq!(in_matrix("/devices")["devices"][0]["device_id"], "PHONE7");
}
