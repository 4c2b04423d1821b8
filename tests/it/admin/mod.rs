//! The administration page's own API.

mod audit_log;
mod backups;
mod diagnostics;
mod erasure;
mod files;
mod follow;
mod held;
mod meetings;
mod messages;
mod outbox;
mod overview;
mod pages;
mod people;
mod places;
mod request_log;
mod rooms;
mod session;
mod settings;
mod setup;
mod tasks;
mod tokens;
mod way;
mod works;
