//! The Chatwork dialect; files mirror its paths.

mod contacts;
mod files;
mod limits;
mod link;
mod me;
mod members;
mod messages;
mod permissions;
mod reading;
mod rooms;
mod tasks;
mod transport;
