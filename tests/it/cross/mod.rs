//! Written through one API, read through another.

mod chatwork_and_chat_messages;
mod histories;
mod office;
mod rooms;
mod writes;
