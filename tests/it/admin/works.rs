//! Work that takes long.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::kit::Browser;

/// A work once it has ended; whoever asks does so until then, as a page does that somebody came back to.
#[track_caller]
pub fn finished(admin: &Browser, begun: &Value) -> Value {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        let works = admin.get("/works").ok();
        let work = works["items"].as_array().expect("a list").iter().find(|work| work["id"] == begun["id"]).expect("it is remembered");
        if work["state"] != "running" {
            assert!(work["ended_at"].is_string());
            return work.clone();
        }
    }
    panic!("it goes on for too long: {begun}");
}
