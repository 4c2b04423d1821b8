//! What tests stand on: a real server on port 0 with its own temporary data, a movable clock, clients of its dialects.

mod answer;
mod app;
mod calls;
mod chatwork;
mod document;
mod process;

pub use answer::Answer;
pub use app::{NOW_S, TestApp, TestOptions};
pub use calls::CALLS;
pub use chatwork::{Chatwork, number, send};
pub use document::DOCUMENT;
pub use process::{BINARY, Process};
