//! Finding messages by their words.

mod cost;
mod eras;
mod following;
mod office;
mod words;
