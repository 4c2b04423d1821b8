//! Use cases: one function = one transaction = one thing somebody can do.
//!
//! Sync, no HTTP. Takes a transaction, who acts, and a parsed command that may have failed to parse: access is asked
//! first, so strangers learn nothing from a complaint about parameters. `access` is the only way to get hold of a room.

pub mod access;
pub mod accounts;
mod addressing;
pub mod administration;
pub mod attachments;
pub mod attendance;
pub mod audit;
mod candidates;
pub mod catalogue;
pub mod chatrooms;
pub mod chats;
pub mod contacts;
pub mod conversation;
pub mod delivery;
pub mod devices;
pub mod entry;
pub mod erasure;
pub mod files;
pub mod finding;
pub mod groups;
pub mod indexing;
pub mod invitations;
pub mod inviting;
mod latest;
pub mod library;
pub mod mail;
pub mod meetings;
mod merge;
pub mod messages;
mod newest;
#[cfg(test)]
mod office;
pub mod organizations;
pub mod overview;
pub mod past;
pub mod places;
pub mod quick_calls;
pub mod reading;
pub mod recordings;
pub mod registrations;
pub mod reports;
pub mod requests;
pub mod retention;
pub mod room_keys;
pub mod rooms;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod stewards;
pub mod sweeping;
pub mod tasks;
pub mod tokens;
pub mod totp;
