//! Crosstalk: several chat and meeting APIs over one durable store, in one binary.
//!
//! `src/README.md` is the map of this house.

pub mod config;
pub mod domain;
pub mod files;
pub mod ops;
pub mod store;
pub mod world;
