//! The Chatwork dialect; files mirror its paths.

mod me;
mod messages;
