//! The administration page's own API.

mod people;
mod places;
mod request_log;
mod session;
mod setup;
mod tokens;
mod way;
