//! The links of meetings: who comes in, what happens inside, what is left of it.

mod afterwards;
mod entry;
mod hostile;
mod pages;
mod protected;
mod quick;
mod room;
