//! The Messenger dialect, and what its rooms look like through Chatwork.

mod creating;
mod default_room;
mod ending;
mod members;
mod newcomers;
mod rights;
mod rooms;
mod transport;
mod user;
