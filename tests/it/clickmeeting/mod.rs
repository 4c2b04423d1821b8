//! The ClickMeeting dialect; files mirror its paths.

mod checklist;
mod files;
mod formats;
mod keys;
mod letters;
mod other;
mod recordings;
mod registrations;
mod requests;
mod rooms;
mod sessions;
mod transport;
