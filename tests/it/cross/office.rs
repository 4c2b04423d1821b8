//! An office with everybody's way into every dialect.

use serde_json::Value;

use crate::kit::{Cam, ChatMessages, Chatwork, Messenger, TestApp};

/// People of one organization: Alice, its administrator, Bob and Carol.
pub const PEOPLE: usize = 3;
/// Their first names.
pub const NAMES: [&str; PEOPLE] = ["Alice", "Bob", "Carol"];
/// Alice's place among them.
pub const ALICE: usize = 0;
/// Bob's.
pub const BOB: usize = 1;
/// Carol's.
pub const CAROL: usize = 2;

/// A server under test.
pub struct Office {
    pub app: TestApp,
    pub chatwork: [Chatwork; PEOPLE],
    pub chats: [ChatMessages; PEOPLE],
    pub cam: Cam,
    pub messenger: Messenger,
    pub organization: i64,
    pub ids: [i64; PEOPLE],
    pub uids: [String; PEOPLE],
}

impl Office {
    pub fn open() -> Self {
        let app = TestApp::start();
        let chatwork = NAMES.map(|name| app.chatwork(name));
        let chats = NAMES.map(|name| app.chat_messages(name));
        let (cam, messenger, organization) = (app.cam("office"), app.messenger(), app.organization("office"));
        let ids = chatwork.each_ref().map(Chatwork::id);
        let uids = NAMES.map(|name| app.uid(name));
        Self { app, chatwork, chats, cam, messenger, organization, ids, uids }
    }

    pub fn person_with_id(&self, id: i64) -> Option<usize> {
        self.ids.iter().position(|known| *known == id)
    }

    pub fn person_with_uid(&self, uid: &Value) -> usize {
        self.uids.iter().position(|known| uid == known.as_str()).unwrap_or_else(|| panic!("{uid} is nobody"))
    }
}
