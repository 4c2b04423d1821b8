//! What this server writes for people: letters, reports, archives of chats.
//!
//! Plain data in, text or bytes out; nothing here asks the store, the clock or the network.

mod chat;
mod letter;
mod pdf;

pub use chat::{chat_archive, chat_file_name};
pub use letter::compose;
pub use pdf::report;

/// Why a document could not be made, for the log.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A face that the program carries can't be read.
    #[error("the face {0} can't be read")]
    Face(&'static str),
    /// The PDF could not be written.
    #[error("the PDF can't be written: {0}")]
    Pdf(String),
    /// The archive could not be written.
    #[error("the archive can't be written: {0}")]
    Archive(String),
}
