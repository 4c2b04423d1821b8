//! The administration page's own API.

mod meetings;
mod people;
mod places;
mod session;
mod settings;
mod setup;
mod tokens;
mod way;
