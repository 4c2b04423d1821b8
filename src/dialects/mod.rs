//! One folder per foreign API: translates wire ⇄ domain. No SQL, and never a sibling's words.

pub mod access;
pub mod cam;
pub mod chat_messages;
pub mod chatwork;
pub mod clickmeeting;
pub mod matrix;
pub mod messenger;

use crate::web::{Dialect, Mount};

/// Where they are mounted.
pub const MOUNTS: &[&Mount] = &[
    &chatwork::Chatwork::MOUNT,
    &clickmeeting::ClickMeeting::MOUNT,
    &messenger::Messenger::MOUNT,
    &matrix::Matrix::MOUNT,
    &cam::Cam::MOUNT,
    &chat_messages::ChatMessages::MOUNT,
];
