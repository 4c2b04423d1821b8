//! Sessions of the Matrix dialect.

mod devices;
mod refresh;
mod session;
mod transport;
