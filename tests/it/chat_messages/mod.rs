//! The chat-messages API.

mod files;
mod messages;
mod query;
mod rooms;
mod seen;
mod transport;
mod wide;
