//! Integration tests: the real app over a real socket, each test with its own data, all in parallel.
#![expect(unreachable_pub, reason = "the kit is written like a library, and this binary is its only user")]
#![expect(clippy::expect_used, reason = "a test ends where what it stands on is missing")]

mod chatwork;
mod contract;
mod kit;
