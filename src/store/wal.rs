//! Folds the write-ahead log into the database on a thread of its own, so that no commit waits for it.
//!
//! Left to itself, SQLite does that in whichever commit finds the log long. What a backup has put off – it stays in one snapshot, and
//! nothing newer can be folded meanwhile – would be done by one commit, with all others waiting behind it.
//!
//! The log begins anew only once all of it is folded, and a thread beside a busy writer never gets to its end: it folds the bulk,
//! pushes that to the disk, and leaves the rest, which is small, to the writer between two transactions.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::OpenError;
use super::connection::{Durability, open_writer};

/// Pages of a log that is worth folding.
const LONG: i64 = 1_000;
/// So many pages later it is tried again.
const MORE: i64 = 250;
/// Pages that the writer may fold between two transactions.
const FEW: i64 = 250;
/// Passes in a row: what was written during one is folded by the next.
const PASSES: usize = 8;

/// The thread, as the writer knows it. Dropping it waits for what is being done.
pub(super) struct Folding {
    wake: Option<Arc<SyncSender<()>>>,
    thread: Option<JoinHandle<()>>,
    /// Set while only a small rest is left, which is the writer's.
    is_nearly_done: Arc<AtomicBool>,
}

impl Folding {
    /// Starts the thread beside the writer's connection, which then folds nothing by itself.
    pub(super) fn start(path: &Path, durability: Durability, writer: &mut Connection) -> Result<Self, OpenError> {
        let database = (durability != Durability::Off).then(|| File::open(path)).transpose()?;
        let is_nearly_done = Arc::new(AtomicBool::new(false));
        let folder = Folder { conn: open_writer(path, durability)?, database, is_nearly_done: is_nearly_done.clone() };
        // One word that waits stands for everything that is committed until it is heard.
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("folding".to_owned()).spawn(move || folder.serve(&woken))?;
        let folding = Self { wake: Some(Arc::new(wake)), thread: Some(thread), is_nearly_done };
        folding.follow(writer)?;
        Ok(folding)
    }

    /// Wakes the thread whenever a commit finds the log long.
    fn follow(&self, writer: &mut Connection) -> rusqlite::Result<()> {
        let wake = self.wake.as_ref().map(Arc::downgrade).unwrap_or_default();
        let mut due = LONG;
        writer.wal_hook(Some(move |_: &mut Wal, pages: i32| {
            let pages = i64::from(pages);
            // A log that began anew is due sooner than the old one was.
            due = due.min((pages + MORE).max(LONG));
            if pages >= due {
                due = pages + MORE;
                wake.upgrade().map(|wake| wake.try_send(()));
            }
            Ok(())
        }))
    }

    /// Has the whole log folded when there is time.
    pub(super) fn wake(&self) {
        // A word that waits there already says the same.
        self.wake.as_ref().map(|wake| wake.try_send(()));
    }

    /// Folds the rest with the writer's connection if it is small; it is called between two transactions.
    pub(super) fn finish(&self, writer: &Connection) {
        if self.is_nearly_done.load(Ordering::Acquire) && fold(writer).is_none_or(|left| left == 0 || left > FEW) {
            self.is_nearly_done.store(false, Ordering::Release);
        }
    }
}

impl Drop for Folding {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Folder {
    conn: Connection,
    /// The database's file, to push it to the disk. It stays open as long as the thread runs: closing any descriptor of a file
    /// gives up the locks that SQLite has on it.
    database: Option<File>,
    is_nearly_done: Arc<AtomicBool>,
}

impl Folder {
    fn serve(self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            self.work();
        }
    }

    /// Passes until little is left, or as long as there is less after each: a backup in an old snapshot ends them.
    fn work(&self) {
        let mut before = i64::MAX;
        for _ in 0..PASSES {
            let Some(left) = fold(&self.conn) else { return };
            if left >= before {
                return;
            }
            if left > 0
                && let Some(Err(cause)) = self.database.as_ref().map(File::sync_data)
            {
                tracing::warn!(%cause, "the database could not be pushed to the disk; it is tried again");
                return;
            }
            if left <= FEW {
                self.is_nearly_done.store(left > 0, Ordering::Release);
                return;
            }
            before = left;
        }
    }
}

/// Folds what no reader needs in the log any more; gives the number of pages that are left, or none when it failed.
pub(super) fn fold(conn: &Connection) -> Option<i64> {
    let folded = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?));
    folded
        .inspect_err(|cause| tracing::warn!(%cause, "the write-ahead log could not be folded into the database; it grows until this works"))
        .ok()
}
