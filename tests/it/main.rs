//! Integration tests: the real app over a real socket, each test with its own data, all in parallel.

mod chatwork;
mod contract;
mod durability;
mod kit;
