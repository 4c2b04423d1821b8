//! The Chatwork dialect; files mirror its paths.

mod messages;
