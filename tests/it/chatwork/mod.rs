//! The Chatwork dialect; files mirror its paths.

mod files;
mod limits;
mod messages;
mod reading;
mod tasks;
mod transport;
