//! Integration tests: the real app over a real socket, each test with its own data, all in parallel.
#![expect(unreachable_pub, reason = "the kit is written like a library, and this binary is its only user")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on has failed")]

mod chatwork;
mod contract;
mod kit;
