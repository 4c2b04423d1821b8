//! One folder per foreign API: translates wire ⇄ domain. No SQL, and never a sibling's words.

pub mod chatwork;

use crate::web::{Dialect, Mount};

/// Where they are mounted.
pub const MOUNTS: &[&Mount] = &[&chatwork::Chatwork::MOUNT];
