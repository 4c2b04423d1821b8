//! The CAM dialect: one file per method, and what all of them have in common.

mod chat_rooms;
mod conference_rooms;
mod encodings;
mod messages;
mod quick_calls;
mod transport;
