//! What tests stand on: a real server on port 0 with its own temporary data, a movable clock, clients of its dialects.

mod answer;
mod app;
mod calls;
mod chatwork;
mod document;
mod guest;
mod process;
mod raw;
mod rooms;

pub use answer::Answer;
pub use app::{NOW_S, TestApp, TestOptions};
pub use chatwork::{Chatwork, number, request, send};
pub use document::DOCUMENT;
pub use guest::{Conference, Guest, Visitor, make_meeting, open, schedule};
pub use process::{BINARY, Process};
pub use raw::{RawAnswer, Wire};
pub use rooms::{Form, Roles, ids};
