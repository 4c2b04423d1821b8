//! Finding messages by their words.

mod cost;
mod following;
mod words;
