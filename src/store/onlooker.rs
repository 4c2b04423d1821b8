//! Reading a database that this program does not serve, perhaps beside one that does: nothing of it is changed, not even its schema.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::reader::{Read, Reader};
use super::{Clock, Entropy, Tx};
use crate::domain::Error;

/// Somebody who only looks on.
#[derive(Debug)]
pub struct Onlooker {
    reader: Reader,
    clock: Clock,
    entropy: Entropy,
}

impl Onlooker {
    /// At a database of this program's schema.
    pub fn new(path: &Path) -> Self {
        let reader = Reader::new(path, None, Arc::new(AtomicU64::new(0)), Arc::default());
        Self { reader, clock: Clock::Real, entropy: Entropy::System }
    }

    /// Runs work that only reads, in a snapshot of its own.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        match self.reader.read(&self.clock, &self.entropy, work) {
            Read::Done(result) => result,
            Read::MustWrite => Err(Error::internal("an onlooker can't write")),
        }
    }
}
