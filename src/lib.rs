//! Crosstalk: several chat and meeting APIs over one durable store, in one binary.
//!
//! `src/README.md` is the map of this house.

#![warn(unreachable_pub)]

pub mod admin;
pub mod app;
pub mod backup;
pub mod cli;
pub mod config;
pub mod control;
pub mod dialects;
pub mod doctor;
pub mod documents;
pub mod domain;
pub mod export;
pub mod files;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod jobs;
pub mod mail;
pub mod meet;
pub mod ops;
pub mod reference;
pub mod sandbox;
pub mod session_file;
pub mod store;
pub mod tls;
pub mod web;
pub mod world;
