//! A client of the Chatwork dialect, and what its tests ask again and again.

use std::ops::Deref;

use serde_json::Value;

use super::caller::Caller;
use super::{Answer, ids, number};

/// One account's way in.
#[derive(Clone, Debug)]
pub struct Chatwork(Caller);

impl Deref for Chatwork {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl Chatwork {
    /// With a token.
    pub fn new(base: &str, token: &str) -> Self {
        Self(Caller::new(format!("{base}/v2"), "X-ChatWorkToken", token))
    }

    /// Account id.
    pub fn id(&self) -> i64 {
        number(&self.get("/me").ok()["account_id"])
    }

    /// Id of the room for notes.
    pub fn own_room(&self) -> i64 {
        number(&self.get("/me").ok()["room_id"])
    }

    /// Makes a group of which the caller is administrator; gives its id.
    pub fn create_room(&self, name: &str, members: &[&Chatwork], readonly: &[&Chatwork]) -> i64 {
        let form = [
            ("name", name),
            ("members_admin_ids", &self.id().to_string()),
            ("members_member_ids", &ids(members)),
            ("members_readonly_ids", &ids(readonly)),
        ];
        number(&self.post("/rooms", &form).ok()["room_id"])
    }

    /// Posts a message; gives its id.
    #[track_caller]
    pub fn say(&self, room: i64, body: &str) -> String {
        let posted = self.post(&format!("/rooms/{room}/messages"), &[("body", body)]).ok();
        posted["message_id"].as_str().expect("a message id").to_owned()
    }

    /// Uploads a file.
    #[track_caller]
    pub fn upload(&self, room: i64, name: &str, content: &[u8], message: Option<&str>) -> Answer {
        let texts: Vec<_> = message.map(|message| ("message", message)).into_iter().collect();
        self.post_file(&format!("/rooms/{room}/files"), "file", name, content, &texts)
    }

    /// Replaces the members of a room whose only administrator the caller is and stays.
    #[track_caller]
    pub fn set_members(&self, room: i64, members: &[&Chatwork], readonly: &[&Chatwork]) {
        let form = [
            ("members_admin_ids", &*self.id().to_string()),
            ("members_member_ids", &ids(members)),
            ("members_readonly_ids", &ids(readonly)),
        ];
        self.put(&format!("/rooms/{room}/members"), &form).ok();
    }

    /// The entries of a list; none when it answers 204.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path);
        if answer.status == 204 {
            return Vec::new();
        }
        answer.ok().as_array().expect("a list").clone()
    }

    /// Makes an accepted contact of another; gives their direct room. `app` sends the request, by first names.
    pub fn befriend(&self, app: &super::TestApp, from: &str, to: &str) -> i64 {
        let request = app.request_contact(from, to, "");
        number(&self.put(&format!("/incoming_requests/{request}"), &[]).ok()["room_id"])
    }

    /// Unread messages and mentions of a room, as its detail shows them.
    pub fn counters(&self, room: i64) -> (i64, i64) {
        let room = self.get(&format!("/rooms/{room}")).ok();
        (number(&room["unread_num"]), number(&room["mention_num"]))
    }
}
