//! The only SQL. A database file with one writer thread (group commit) and a read-only connection per thread.
//!
//! Invariants: a write's answer is released only after its commit returned; a failed job leaves no trace; readers
//! see every write whose answer was released. SQL is constant text, every list has a LIMIT, ids are made here.

pub mod access_tokens;
pub mod accounts;
pub mod administration;
pub mod attachments;
pub mod audit;
pub mod catalogue;
pub mod chatrooms;
pub mod chats;
mod clock;
mod codes;
mod connection;
pub mod contacts;
pub mod copies;
pub mod counts;
pub mod devices;
mod entropy;
pub mod eras;
pub mod erasure;
pub mod events;
pub mod figures;
pub mod files;
pub mod finding;
pub mod invitations;
pub mod latest;
pub mod library;
pub mod mail;
pub mod meetings;
pub mod memberships;
mod memo;
pub mod messages;
mod migrate;
mod notices;
pub mod nouns;
mod onlooker;
pub mod organizations;
pub mod places;
pub mod polls;
pub mod quick_calls;
mod reader;
pub mod reading;
pub mod recordings;
pub mod registrations;
pub mod reports;
pub mod requests;
pub mod retention;
pub mod rooms;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod status;
pub mod tasks;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod transfer;
mod tx;
mod wal;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

pub use clock::Clock;
pub use connection::Durability;
pub use entropy::Entropy;
pub use onlooker::Onlooker;
pub use reader::stay_in_snapshots;
pub use tx::{Cause, Tx, Way};

use crate::domain::Error;
use reader::{Read, Reader};
use wal::{Emptying, Folding};
use writer::Writer;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It was written by a newer program.
    #[error("the data is of schema {found}, this program knows up to {known}")]
    NewerSchema {
        /// What the file has.
        found: u32,
        /// What this program knows.
        known: u32,
    },
    /// SQLite could not open, read or migrate it.
    #[error("the database can't be opened: {0}")]
    Database(#[from] rusqlite::Error),
    /// SQLite read it through and found it damaged.
    #[error("it is damaged: {0}")]
    Broken(String),
    /// A file or folder could not be read or made.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// What a store is opened with.
#[derive(Debug)]
pub struct StoreOptions {
    /// How hard a commit is pushed to the disk.
    pub durability: Durability,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Tests only: a query that takes more steps of SQLite's machine than this is stopped, so that a bad plan shows.
    pub max_read_steps: Option<i32>,
}

/// An open database.
pub struct Store {
    reader: Reader,
    writer: Writer,
    emptying: Emptying,
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("reader", &self.reader).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens (and if need be makes or migrates) the database at `path` and starts its writer.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        let mut conn = connection::open_writer(path, options.durability)?;
        migrate::migrate(&mut conn, path)?;
        let (clock, entropy) = (Arc::new(options.clock), Arc::new(options.entropy));
        let commits = Arc::new(AtomicU64::new(0));
        // What a process left behind that did not end by itself.
        wal::empty(&conn);
        let folding = Folding::start(path, options.durability, &mut conn)?;
        let (emptying, leaves) = (folding.emptying(), folding.leaves());
        let writer = Writer::start(conn, folding, clock.clone(), entropy.clone(), commits.clone())?;
        Ok(Self { reader: Reader::new(path, options.max_read_steps, commits, leaves), writer, emptying, clock, entropy })
    }

    /// Has the write-ahead log emptied of what was committed before, so that nothing deleted can be read in it; waits so long, and
    /// says whether that was long enough. It is tried until it is done. Blocks.
    pub fn empty_log(&self, patience: Duration) -> bool {
        self.emptying.empty(patience)
    }

    /// This store's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// This store's randomness.
    pub fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// Whether work can be written at all.
    pub fn is_writing(&self) -> bool {
        self.writer.is_running()
    }

    /// Runs bounded reading work in this thread, on a fresh snapshot.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        match self.reader.read(&self.clock, &self.entropy, work) {
            Read::Done(result) => result,
            Read::MustWrite => Err(Error::internal("reading work that has to write was not run as a write")),
        }
    }

    /// Runs writing work; answers after its commit is on disk.
    pub async fn write<T, F>(&self, cause: Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let answer = self.writer.submit(cause, work)?;
        answer.await.unwrap_or_else(|_| Err(Error::internal("the writer thread has ended")))
    }

    /// The same for threads that may block.
    pub fn write_blocking<T, F>(&self, cause: Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let answer = self.writer.submit(cause, work)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(Error::internal("the writer thread has ended")))
    }

    /// Runs work that seldom writes: as a read first, and again as a write only when it says `tx.must_write()`.
    pub async fn read_or_write<T, F>(&self, cause: impl FnOnce() -> Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        match self.reader.read(&self.clock, &self.entropy, &work) {
            Read::Done(result) => result,
            Read::MustWrite => self.write(cause(), work).await,
        }
    }
}
