//! What the administration page's API keeps in memory between requests.

use crate::web::events::Streams;

/// One for each server; lost when it ends.
#[derive(Debug, Default)]
pub struct Desk {
    /// What pages follow.
    pub(super) streams: Streams,
}

impl Desk {
    /// The server stops: what would go on without an end is ended.
    pub fn close(&self) {
        self.streams.end();
    }
}
