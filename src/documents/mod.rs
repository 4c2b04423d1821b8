//! What this server writes for people: letters, archives of chats.
//!
//! Plain data in, bytes out; nothing here asks the store, the clock or the network.

mod chat;
mod letter;

pub use chat::{ChatArchiveFile, chat_file_name};
pub use letter::compose;

/// Why a document could not be made, for the log.
#[derive(Debug, thiserror::Error)]
#[error("a document can't be made: {0}")]
pub struct DocumentError(String);

impl DocumentError {
    fn new(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}
