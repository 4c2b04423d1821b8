//! One folder per foreign API: translates wire ⇄ domain. No SQL, and never a sibling's words.

pub mod chat_messages;
pub mod chatwork;
pub mod clickmeeting;

use crate::web::{Dialect, Mount};

/// Where they are mounted.
pub const MOUNTS: &[&Mount] = &[&chatwork::Chatwork::MOUNT, &clickmeeting::ClickMeeting::MOUNT, &chat_messages::ChatMessages::MOUNT];
