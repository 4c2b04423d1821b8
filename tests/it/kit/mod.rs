//! What tests stand on: a real server on port 0 with its own temporary data, a movable clock, clients of its dialects.

mod answer;
mod app;
mod caller;
mod calls;
mod cam;
mod chat_messages;
mod chatwork;
mod clickmeeting;
mod contracts;
mod document;
mod guest;
mod matrix;
mod messenger;
mod process;
mod raw;
mod rooms;
mod search;
mod smtp;
mod template;

pub use answer::Answer;
pub use app::{NOW_S, TestApp, TestOptions};
pub use caller::{number, request, send};
pub use cam::Cam;
pub use chat_messages::ChatMessages;
pub use chatwork::Chatwork;
pub use clickmeeting::ClickMeeting;
pub use contracts::Contract;
pub use document::Operation;
pub use guest::{Conference, Guest, Visitor, make_meeting, open, schedule};
pub use matrix::Matrix;
pub use messenger::{Messenger, PNG};
pub use process::{BINARY, Process, open_office};
pub use raw::{RawAnswer, Wire};
pub use rooms::{Form, Roles, ids};
pub use search::asking;
pub use smtp::{Guard, MailServer, Manner, authority};
