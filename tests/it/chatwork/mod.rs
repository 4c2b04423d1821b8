//! The Chatwork dialect; files mirror its paths.

mod contacts;
mod me;
mod messages;
mod rooms;
