//! What all dialects share between the socket and `ops`: who calls, parameters, formats, streams, faults, limits, links.
//!
//! Invariant: a caller is authenticated before the body is read (R7); one place draws every fault and renders every
//! answer in the format that the extension asked for.

pub mod assets;
pub mod body;
pub mod call;
pub mod connections;
mod contents;
pub mod cookies;
pub mod data_uri;
pub mod dialect;
pub mod downloads;
pub mod events;
pub mod format;
pub mod forwarded;
pub mod front;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod guard;
pub mod health;
pub mod limits;
pub mod links;
pub mod listing;
pub mod loopback;
pub mod meeting_links;
mod packing;
pub mod pages;
pub mod params;
pub mod passes;
pub mod passwords;
pub mod pictures;
pub mod rawform;
mod request_log;
pub mod server;
pub mod tree;
pub mod typed;
pub mod upload;
pub mod wrong_secrets;

pub use body::Body;
pub use call::{Call, Id, Reply, Visit};
pub use dialect::{CrossOrigin, Dialect, Drawn, Endpoint, Fault, Mount, Scene};
pub use format::{Format, JsonStyle, Out, With};
pub use params::Params;
pub use rawform::RawForm;
pub use server::Server;
pub use tree::{Node, Reader, Tree};
pub use typed::Typed;
