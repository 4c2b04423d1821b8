//! What tests stand on: a real server on port 0 with its own temporary data, a movable clock, clients of its dialects.

mod answer;
mod app;
mod chatwork;
mod process;
mod raw;

pub use answer::Answer;
pub use app::{NOW_S, TestApp, TestOptions};
pub use chatwork::{Chatwork, number, send};
pub use process::{BINARY, Process};
pub use raw::{RawAnswer, Wire};
