//! The administration page's own API.

mod audit_log;
mod backups;
mod diagnostics;
mod follow;
mod outbox;
mod overview;
mod people;
mod places;
mod request_log;
mod session;
mod setup;
mod tokens;
mod way;
mod works;
