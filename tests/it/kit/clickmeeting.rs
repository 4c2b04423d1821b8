//! A client of the ClickMeeting dialect.

use std::ops::Deref;

use serde_json::Value;

use super::caller::Caller;
use super::{Answer, send};

/// An organization's way in.
#[derive(Clone, Debug)]
pub struct ClickMeeting(Caller);

impl Deref for ClickMeeting {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl ClickMeeting {
    /// With a key.
    pub fn new(base: &str, key: &str) -> Self {
        Self(Caller::new(format!("{base}/v1"), "X-Api-Key", key))
    }

    /// A write with a JSON body.
    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).json(body))
    }

    /// A write with a body as it stands, and no content type unless one is named.
    #[track_caller]
    pub fn bare(&self, method: &str, path: &str, content_type: Option<&str>, body: &str) -> Answer {
        let request = self.request(method, path).body(body.to_owned());
        send(content_type.into_iter().fold(request, |request, name| request.header("content-type", name)))
    }

    /// Uploads a file to a library.
    #[track_caller]
    pub fn upload(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.post_file(path, "uploaded", name, content, &[])
    }
}
