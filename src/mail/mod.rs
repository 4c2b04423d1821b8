//! Mails on their way out: letters as messages of the internet, and the connection to a mail server.
//!
//! Knows nothing of why a letter is written; the outbox decides what is sent when.

mod message;
mod smtp;

pub use message::{MessageError, message};
pub use smtp::Sender;
