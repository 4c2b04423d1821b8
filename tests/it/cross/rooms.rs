//! What all dialects have to show of a room and of what is written there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::office::{ALICE, BOB, NAMES, Office, PEOPLE};
use crate::kit::number;

/// A room under test.
pub struct Room {
    /// Its number in Chatwork and Messenger.
    pub number: i64,
    /// Its 19 digits in CAM and chat-messages.
    pub external: String,
}

impl Room {
    /// The path of its messages in Chatwork, or of one of them.
    pub fn messages(&self, below: &str) -> String {
        format!("/rooms/{}/messages{below}", self.number)
    }
}

impl Office {
    /// A group of Alice, who leads it, and Bob.
    pub fn group(&self) -> Room {
        self.room(ALICE, self.chatwork[ALICE].create_room("Crew", &[&self.chatwork[BOB]], &[]))
    }

    /// A room that somebody is in, by its number.
    pub fn room(&self, who: usize, number: i64) -> Room {
        Room { number, external: self.app.external_id(self.ids[who], number) }
    }

    /// A room that Chatwork lists under a name for somebody.
    #[track_caller]
    pub fn room_called(&self, who: usize, name: &str) -> Room {
        let listed = self.chatwork[who].list("/rooms");
        let shown = listed.iter().find(|room| room["name"] == name).unwrap_or_else(|| panic!("no room is called {name}: {listed:?}"));
        self.room(who, number(&shown["room_id"]))
    }

    /// Fails unless every dialect shows a group with this name and these people, and nobody else sees it.
    #[track_caller]
    pub fn show_group(&self, room: &Room, name: &str, admins: &[usize], others: &[usize]) {
        let members: BTreeSet<usize> = admins.iter().chain(others).copied().collect();
        let roles: BTreeSet<(usize, bool)> = members.iter().map(|who| (*who, admins.contains(who))).collect();
        let of_messenger = self.messenger.room(room.number);
        assert_eq!((&of_messenger["name"], self.roles_in_messenger(&of_messenger)), (&json!(name), roles.clone()), "Messenger");
        let of_cam = self.cam.saved(&json!({"id": room.external}));
        assert_eq!((&of_cam["name"], self.roles_in_cam(&of_cam)), (&json!(name), roles.clone()), "CAM");
        for (who, person) in NAMES.into_iter().enumerate() {
            if !members.contains(&who) {
                self.hide_room(room, who);
                continue;
            }
            let shown = self.chatwork[who].room(room.number);
            assert_eq!((&shown["name"], self.roles_in_chatwork(who, room)), (&json!(name), roles.clone()), "Chatwork, {person}");
            let shown = self.chat(who, room);
            let people: BTreeSet<usize> = list(&shown["participants"]).iter().map(|uid| self.person_with_uid(uid)).collect();
            assert_eq!((&shown["title"], &people), (&json!(name), &members), "chat-messages, {person}");
        }
    }

    /// Fails if any dialect still shows a group.
    #[track_caller]
    pub fn show_no_group(&self, room: &Room) {
        (0..PEOPLE).for_each(|who| self.hide_room(room, who));
        self.messenger.get(&format!("/chatrooms/{}", room.number)).is_refused(404, "not_found");
        // Without a name it can't be made anew.
        self.cam.save(&json!({"id": room.external})).in_band(400, &["INVALID_ARGUMENT"]);
    }

    /// Fails if somebody sees a room in the dialects that go by membership.
    #[track_caller]
    pub fn hide_room(&self, room: &Room, who: usize) {
        let refusal = "You don't have permission to get this room";
        self.chatwork[who].get(&format!("/rooms/{}", room.number)).fails(403, refusal);
        self.chats[who].get(&format!("/chat-rooms/{}", room.external)).feathers(404, "NotFound");
    }

    /// A room as chat-messages shows it to somebody.
    #[track_caller]
    pub fn chat(&self, who: usize, room: &Room) -> Value {
        self.chats[who].get(&format!("/chat-rooms/{}", room.external)).ok()
    }

    /// Fails unless both dialects that read messages show this one, and chat-messages as the room's newest.
    #[track_caller]
    pub fn show_message(&self, room: &Room, id: &str, reader: usize, author: usize, text: &str) {
        let shown = self.chatwork[reader].get(&room.messages(&format!("/{id}"))).ok();
        assert_eq!((&shown["body"], &shown["account"]["account_id"]), (&json!(text), &json!(self.ids[author])), "Chatwork");
        let shown = self.chats[reader].get(&format!("/chat-messages/{id}")).ok();
        let expected = (json!(text), json!(self.uids[author]), json!(room.external));
        assert_eq!((&shown["text"], &shown["createdBy"], &shown["room"]), (&expected.0, &expected.1, &expected.2), "chat-messages");
        assert_eq!(self.chat(reader, room)["lastMessage"], shown);
    }

    /// Number of messages that somebody has not read, on which both dialects that count them have to agree.
    #[track_caller]
    pub fn unread(&self, room: &Room, who: usize) -> i64 {
        let counted = self.chatwork[who].counters(room.number).0;
        assert_eq!(self.chat(who, room)["unseenMessages"][&self.uids[who]], counted, "{}", NAMES[who]);
        counted
    }

    /// Who has seen a message, as chat-messages tells somebody.
    #[track_caller]
    pub fn seen_by(&self, id: &str, reader: usize) -> Vec<usize> {
        let shown = self.chats[reader].get(&format!("/chat-messages/{id}")).ok();
        list(&shown["seenBy"]).iter().map(|uid| self.person_with_uid(uid)).collect()
    }

    fn roles_in_chatwork(&self, who: usize, room: &Room) -> BTreeSet<(usize, bool)> {
        let members = self.chatwork[who].members(room.number).into_iter();
        members.map(|(id, role)| (self.person_with_id(id).expect("a person"), role == "admin")).collect()
    }

    fn roles_in_messenger(&self, room: &Value) -> BTreeSet<(usize, bool)> {
        let lists = ["admins", "moderators", "assignedUsers"].map(|name| (list(&room[name]), name == "admins"));
        let people = lists.into_iter().flat_map(|(ids, leads)| ids.iter().map(move |id| (number(id), leads)));
        people.map(|(id, leads)| (self.person_with_id(id).expect("a person"), leads)).collect()
    }

    fn roles_in_cam(&self, room: &Value) -> BTreeSet<(usize, bool)> {
        let members = room["memberUids"].as_object().expect("members").iter();
        members.map(|(uid, leads)| (self.person_with_uid(&json!(uid)), *leads == true)).collect()
    }
}

/// The entries of a JSON list.
#[track_caller]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}
