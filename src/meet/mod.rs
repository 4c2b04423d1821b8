//! What links open: pages for people who have a link and perhaps no token.

pub mod invitation;
pub mod page;
