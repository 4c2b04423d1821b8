//! Integration tests: the real app over a real socket, each test with its own data, all in parallel.
#![expect(clippy::expect_used, reason = "a test ends where what it stands on is missing")]

mod chatwork;
mod cli;
mod contract;
mod durability;
mod kit;
mod meet;
