//! The administration page's own API.

mod files;
mod messages;
mod people;
mod places;
mod rooms;
mod session;
mod setup;
mod tasks;
mod tokens;
mod way;
