//! The Chatwork dialect; files mirror its paths.

mod contacts;
mod link;
mod me;
mod members;
mod messages;
mod permissions;
mod rooms;
