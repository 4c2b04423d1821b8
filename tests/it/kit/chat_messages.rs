//! A client of the chat-messages dialect.

use std::ops::Deref;

use serde_json::{Value, json};

use super::Answer;
use super::caller::Caller;

/// One account's way in.
#[derive(Clone, Debug)]
pub struct ChatMessages(Caller);

impl Deref for ChatMessages {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl ChatMessages {
    /// With a token.
    pub fn new(base: &str, token: &str) -> Self {
        Self(Caller::new(base.to_owned(), "Authorization", &format!("Bearer {token}")))
    }

    /// The entries of a list.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).ok().as_array().expect("a list").clone()
    }

    /// Texts of the messages that a query finds.
    #[track_caller]
    pub fn texts(&self, query: &str) -> Vec<String> {
        let found = self.list(&format!("/chat-messages?{query}"));
        found.iter().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Id of the room with this title.
    #[track_caller]
    pub fn room_called(&self, title: &str) -> String {
        let found = self.list(&format!("/chat-rooms?title={title}"));
        assert_eq!(found.len(), 1, "{found:?}");
        text(&found[0]["id"])
    }

    /// Posts a message; gives it.
    #[track_caller]
    pub fn post_message(&self, body: &Value) -> Value {
        self.json("POST", "/chat-messages", body).ok()
    }

    /// Says something; gives the id.
    #[track_caller]
    pub fn say(&self, room: &str, words: &str) -> String {
        text(&self.post_message(&json!({"room": room, "text": words}))["id"])
    }

    /// Makes a room with people and a title; gives its id.
    #[track_caller]
    pub fn start_room(&self, participants: &[&str], title: &str) -> String {
        text(&self.json("POST", "/chat-rooms", &json!({"participants": participants, "title": title})).ok()["id"])
    }

    /// Marks something as seen; gives what comes.
    #[track_caller]
    pub fn see(&self, path: &str) -> Value {
        self.json("PATCH", path, &json!({"seen": true})).ok()
    }
}

/// A JSON text.
#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

impl Answer {
    /// Asserts a failure in Feathers' shape; gives its texts by field.
    #[track_caller]
    pub fn feathers(&self, code: u16, name: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status, body["code"].as_u64(), body["name"].as_str()), (code, Some(code.into()), Some(name)), "{body}");
        body["errors"].clone()
    }
}
