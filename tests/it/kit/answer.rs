//! An answer, read to its end.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Reads a response.
    pub fn read(response: reqwest::blocking::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Self { status, headers, bytes: response.bytes().expect("a whole body").to_vec() }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("UTF-8")
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text()))
    }

    /// The JSON of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// Asserts an empty success: no body, no content type.
    #[track_caller]
    pub fn no_content(&self) {
        assert_eq!(self.status, 204, "{}", self.text());
        assert!(self.bytes.is_empty() && !self.headers.contains_key("content-type"), "{self:?}");
    }

    /// Asserts a failure in Chatwork's shape: the status and the only text.
    #[track_caller]
    pub fn fails(&self, status: u16, text: &str) {
        assert_eq!((self.status, self.json()), (status, serde_json::json!({"errors": [text]})));
    }

    /// A header; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}
