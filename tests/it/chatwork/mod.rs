//! The Chatwork dialect; files mirror its paths.

mod contacts;
mod me;
mod members;
mod messages;
mod rooms;
