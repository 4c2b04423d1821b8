//! A client of the CAM dialect, and what its tests ask again and again.

use std::ops::Deref;

use serde_json::Value;

use super::caller::Caller;
use super::{Answer, request, send};

/// An organization's way in.
#[derive(Clone, Debug)]
pub struct Cam {
    caller: Caller,
    base: String,
}

impl Deref for Cam {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Cam {
    /// With a token.
    pub fn new(base: &str, token: &str) -> Self {
        Self { caller: Caller::new(base.to_owned(), "x-cam-apiToken", token), base: base.to_owned() }
    }

    /// Calls a method with a JSON argument in its field.
    #[track_caller]
    pub fn call(&self, method: &str, field: &str, argument: &Value) -> Answer {
        self.post(&format!("/{method}"), &[(field, &argument.to_string())])
    }

    /// `sendMessage`.
    #[track_caller]
    pub fn send(&self, message: &Value) -> Answer {
        self.call("sendMessage", "message", message)
    }

    /// `sendMessages`.
    #[track_caller]
    pub fn send_all(&self, messages: &Value) -> Answer {
        self.call("sendMessages", "messages", messages)
    }

    /// `updateChatRoom`.
    #[track_caller]
    pub fn save(&self, room: &Value) -> Answer {
        self.call("updateChatRoom", "chatRoom", room)
    }

    /// `updateChatRoom`; gives the room.
    #[track_caller]
    pub fn saved(&self, room: &Value) -> Value {
        self.save(room).ok()["chatRoom"].clone()
    }

    /// A body byte by byte, as shells send it.
    #[track_caller]
    pub fn bare(&self, method: &str, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Answer {
        let request = request("POST", &format!("{}/{method}", self.base)).header("x-cam-apiToken", &self.token).body(body.into());
        send(content_type.into_iter().fold(request, |request, name| request.header("content-type", name)))
    }
}

impl Answer {
    /// Asserts a failure in CAM's shape: the status and all codes.
    #[track_caller]
    pub fn in_band(&self, status: u16, codes: &[&str]) {
        let body = self.json();
        assert_eq!((self.status, &body["errorCodes"]), (status, &serde_json::json!(codes)), "{body}");
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(codes.len()), "{body}");
    }

    /// The message that was sent.
    #[track_caller]
    pub fn message(&self) -> Value {
        let body = self.ok();
        assert!(body.get("errors").is_none(), "{body}");
        body["message"].clone()
    }
}
