//! Reading: a read-only connection per thread, used in that thread, one snapshot per unit of work.
//!
//! Invariant: a unit of work sees every write that was acknowledged before it began. Taking and leaving a snapshot
//! are locks that all threads of the process share, and cost more than a small query. So a thread that serves
//! requests stays in its snapshot between units of work as long as nothing was committed, and for some milliseconds
//! at most: an old snapshot would keep the write-ahead log from being folded. It leaves at once while the log is about to begin anew.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::connection::open_reader;
use super::memo::Memo;
use super::{Cause, Clock, Entropy, Tx};
use crate::domain::Error;

/// Tells the databases of one process apart.
static NEXT_SERIAL: AtomicU64 = AtomicU64::new(1);

/// Databases a thread keeps open for reading; the one not used for longest makes room.
const KEPT: usize = 16;
/// Longest time that a thread stays in a snapshot between units of work.
const STAY: Duration = Duration::from_millis(20);

thread_local! {
    static OPEN: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
    /// Whether this thread stays in its snapshots.
    static STAYS: Cell<bool> = const { Cell::new(false) };
    /// Whether a task is on its way that leaves them.
    static LEAVING: Cell<bool> = const { Cell::new(false) };
}

/// A connection of this thread.
struct Kept {
    serial: u64,
    conn: Connection,
    /// Number of commits that its snapshot holds at least, if it is in one.
    snapshot: Option<u64>,
    memo: Memo,
}

/// Lets this thread stay in its snapshots between units of work. It has to run a local set, as actix's workers do.
pub fn stay_in_snapshots() {
    STAYS.set(true);
}

/// How a reading unit of work ended.
pub(super) enum Read<T> {
    /// With its result.
    Done(Result<T, Error>),
    /// It found that it has to write, and did nothing.
    MustWrite,
}

/// Reads one database from any thread.
#[derive(Debug)]
pub(super) struct Reader {
    serial: u64,
    path: PathBuf,
    max_steps: Option<i32>,
    cause: Cause,
    /// Transactions that the writer has committed; counted before their answers are released.
    commits: Arc<AtomicU64>,
    /// Set while nobody is to stay in a snapshot.
    leaves: Arc<AtomicBool>,
}

impl Reader {
    pub(super) fn new(path: &Path, max_steps: Option<i32>, commits: Arc<AtomicU64>, leaves: Arc<AtomicBool>) -> Self {
        let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Self { serial, path: path.to_owned(), max_steps, cause: Cause::default(), commits, leaves }
    }

    /// Runs `work` on a fresh snapshot. Must not be nested in the same thread.
    pub(super) fn read<T>(&self, clock: &Clock, entropy: &Entropy, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Read<T> {
        // Counted before the snapshot is taken, so the snapshot holds at least this much.
        let commits = self.commits.load(Ordering::Acquire);
        let mut kept = match self.take() {
            Ok(kept) => kept,
            Err(error) => return Read::Done(Err(error)),
        };
        if kept.snapshot != Some(commits) {
            kept.memo.clear();
        }
        let (result, wants_to_write) = {
            let tx = Tx::reading(&kept.conn, &kept.memo, entropy, clock.now(), &self.cause);
            let result = enter(&tx, kept.snapshot, commits).and_then(|()| work(&tx));
            (result, tx.wants_to_write.get())
        };
        kept.snapshot = Some(commits);
        if result.is_err() || !STAYS.get() || self.leaves.load(Ordering::Acquire) {
            kept.leave();
        }
        give_back(kept);
        if result.is_err() && wants_to_write { Read::MustWrite } else { Read::Done(result) }
    }

    /// This thread's connection, taken out while it is in use, so a panic inside closes it.
    fn take(&self) -> Result<Kept, Error> {
        let kept = OPEN.with_borrow_mut(|open| {
            let place = open.iter().rposition(|kept| kept.serial == self.serial);
            if place.is_none() && open.len() >= KEPT {
                open.remove(0);
            }
            place.map(|place| open.remove(place))
        });
        match kept {
            Some(kept) => Ok(kept),
            None => Ok(Kept { serial: self.serial, conn: open_reader(&self.path, self.max_steps)?, snapshot: None, memo: Memo::default() }),
        }
    }
}

/// Makes sure that the connection is in a snapshot that holds everything acknowledged so far.
fn enter(tx: &Tx<'_>, snapshot: Option<u64>, commits: u64) -> Result<(), Error> {
    if snapshot == Some(commits) {
        return Ok(());
    }
    if snapshot.is_some() {
        tx.execute("COMMIT", [])?;
    }
    tx.execute("BEGIN", []).map(|_| ())
}

impl Kept {
    fn leave(&mut self) {
        self.snapshot = None;
        if !self.conn.is_autocommit() {
            // A connection that can't even leave is closed by `give_back`.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
    }
}

/// Whether this thread is in no snapshot.
#[cfg(test)]
pub(super) fn is_outside() -> bool {
    OPEN.with_borrow(|open| open.iter().all(|kept| kept.conn.is_autocommit()))
}

fn give_back(kept: Kept) {
    let stays = kept.snapshot.is_some();
    if stays || kept.conn.is_autocommit() {
        OPEN.with_borrow_mut(|open| open.push(kept));
    }
    if stays && !LEAVING.replace(true) {
        tokio::task::spawn_local(async {
            tokio::time::sleep(STAY).await;
            LEAVING.set(false);
            OPEN.with_borrow_mut(|open| open.iter_mut().for_each(Kept::leave));
        });
    }
}
