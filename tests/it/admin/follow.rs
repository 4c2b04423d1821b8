//! Streams of events, read as they come.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use serde_json::Value;

use crate::kit::Browser;

/// A stream that is being followed.
pub struct Stream(BufReader<reqwest::blocking::Response>);

impl Stream {
    /// Begins to follow.
    #[track_caller]
    pub fn open(admin: &Browser, path: &str) -> Self {
        let response = admin.request("GET", path).timeout(Duration::from_secs(30)).send().expect("an answer");
        let content_type = response.headers()["content-type"].to_str().expect("a type").to_owned();
        assert_eq!((response.status().as_u16(), content_type.as_str()), (200, "text/event-stream"));
        assert_eq!(response.headers()["cache-control"], "no-store");
        let mut stream = Self(BufReader::new(response));
        assert_eq!(stream.line(), Some(": follow".to_owned()));
        stream
    }

    /// The next line that says something; none: it is over.
    fn line(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            match self.0.read_line(&mut line) {
                Ok(0) | Err(_) => return None,
                Ok(_) if matches!(line.trim(), "" | ":") => {}
                Ok(_) => return Some(line.trim().to_owned()),
            }
        }
    }

    /// What the next event tells.
    #[track_caller]
    pub fn data(&mut self) -> Value {
        let line = self.line().expect("data");
        serde_json::from_str(line.strip_prefix("data: ").expect("data")).expect("JSON")
    }

    /// The next event that has an id, and what it tells.
    #[track_caller]
    pub fn event(&mut self) -> (i64, Value) {
        let id = self.line().expect("an id");
        (id.strip_prefix("id: ").and_then(|id| id.parse().ok()).expect("a number"), self.data())
    }

    /// Whether nothing comes any more.
    pub fn is_over(&mut self) -> bool {
        self.line().is_none()
    }
}
