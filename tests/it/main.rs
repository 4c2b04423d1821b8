//! Integration tests: the real app over a real socket, each test with its own data, all in parallel.
#![expect(clippy::expect_used, reason = "a test ends where what it stands on is missing")]

mod abuse;
mod admin;
mod audit;
mod authorization;
mod backup;
mod cam;
mod chat_messages;
mod chatwork;
mod cli;
mod clickmeeting;
mod contract;
mod cross;
mod doctor;
mod durability;
mod erasure;
mod export;
mod formats;
mod founding;
mod growth;
mod kit;
mod mail;
mod mail_tls;
mod matrix;
mod meet;
mod messenger;
mod places;
mod reference;
mod requests;
mod sandbox;
mod search;
mod tls;
