//! Folds the write-ahead log into the database on a thread of its own, so that no commit waits for it.
//!
//! Left to itself, SQLite does that in whichever commit finds the log long. What a backup has put off – it stays in one snapshot, and
//! nothing newer can be folded meanwhile – would be done by one commit, with all others waiting behind it.
//!
//! The log begins anew only once all of it is folded, and a thread beside a busy writer never gets to its end: it folds the bulk,
//! pushes that to the disk, and leaves the rest, which is small, to the writer between two transactions. Where so much is written that
//! the rest never gets small, or the thread gets to the end only in the middle of a transaction, the writer folds the rest once the log
//! is too long, and the thread keeps out of its way: else the log would fill the disk.
//!
//! A folded log begins anew with the next commit, unless somebody is still in one of its snapshots. So threads are told not to stay in
//! theirs, and the writer tries again with each commit.
//!
//! A folded log still holds what stood in it. Where somebody has to be gone from the disk, it is emptied ([`Emptying`]).

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::OpenError;
use super::connection::{BUSY, Durability, open_writer};

/// Pages of a log that is worth folding.
const LONG: i64 = 1_000;
/// So many pages later it is tried again.
const MORE: i64 = 250;
/// Pages that the writer may fold between two transactions.
const FEW: i64 = 250;
/// Pages of a log – 64 MiB – whose rest the writer folds, however many pages that is.
const TOO_LONG: i64 = 16_384;
/// Passes in a row: what was written during one is folded by the next.
const PASSES: usize = 8;

/// How long writers may be held up while readers are waited for that stand in the way of emptying the log: longer than a thread
/// stays in a snapshot that it only keeps.
const PAUSE: Duration = Duration::from_millis(100);
/// Time between tries to empty the log beside a reader that stays, such as a backup.
const AGAIN: Duration = Duration::from_millis(500);

/// The thread, as the writer knows it. Dropping it waits for what is being done.
pub(super) struct Folding {
    wake: Option<Arc<SyncSender<()>>>,
    thread: Option<JoinHandle<()>>,
    /// Set while the rest is the writer's.
    is_the_writers: Arc<AtomicBool>,
    /// Set while threads are not to stay in their snapshots.
    leaves: Arc<AtomicBool>,
    wishes: Arc<Wishes>,
}

/// Asks for an empty log.
pub(super) struct Emptying {
    wishes: Arc<Wishes>,
    wake: Weak<SyncSender<()>>,
}

/// How often an empty log was asked for, and how many of those wishes came true.
#[derive(Default)]
struct Wishes {
    counts: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Default)]
struct Counts {
    asked: u64,
    fulfilled: u64,
}

impl Wishes {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fulfil(&self, upto: u64) {
        self.counts().fulfilled = upto;
        self.changed.notify_all();
    }

    /// The newest wish, if it is open.
    fn newest(&self) -> Option<u64> {
        let Counts { asked, fulfilled } = *self.counts();
        (asked > fulfilled).then_some(asked)
    }
}

impl Emptying {
    /// Has the log emptied of all that was committed before. Waits for it so long; says whether it is done. If not, it is tried until
    /// it is: as long as a backup copies an old snapshot, nothing newer can be folded.
    pub(super) fn empty(&self, patience: Duration) -> bool {
        let mut counts = self.wishes.counts();
        counts.asked += 1;
        let mine = counts.asked;
        self.wake.upgrade().map(|wake| wake.try_send(()));
        let waited = self.wishes.changed.wait_timeout_while(counts, patience, |counts| counts.fulfilled < mine);
        waited.unwrap_or_else(PoisonError::into_inner).0.fulfilled >= mine
    }
}

impl Folding {
    /// Starts the thread beside the writer's connection, which then folds nothing by itself.
    pub(super) fn start(path: &Path, durability: Durability, writer: &mut Connection) -> Result<Self, OpenError> {
        let database = (durability != Durability::Off).then(|| File::open(path)).transpose()?;
        let is_the_writers = Arc::new(AtomicBool::new(false));
        let wishes = Arc::<Wishes>::default();
        let conn = open_writer(path, durability)?;
        let folder = Folder { conn, database, is_the_writers: is_the_writers.clone(), wishes: wishes.clone() };
        // One word that waits stands for everything that is committed until it is heard.
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("folding".to_owned()).spawn(move || folder.serve(&woken))?;
        let (wake, leaves) = (Some(Arc::new(wake)), Arc::default());
        let folding = Self { wake, thread: Some(thread), is_the_writers, leaves, wishes };
        folding.follow(writer)?;
        Ok(folding)
    }

    /// For whoever wants the log empty.
    pub(super) fn emptying(&self) -> Emptying {
        let wake = self.wake.as_ref().map(Arc::downgrade).unwrap_or_default();
        Emptying { wishes: self.wishes.clone(), wake }
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

    /// Has the whole log folded when there is time: nobody writes now, and threads may stay in their snapshots.
    pub(super) fn wake(&self) {
        self.leaves.store(false, Ordering::Release);
        // A word that waits there already says the same.
        self.wake.as_ref().map(|wake| wake.try_send(()));
    }

    /// Set while threads are not to stay in their snapshots, so that the log can begin anew.
    pub(super) fn leaves(&self) -> Arc<AtomicBool> {
        self.leaves.clone()
    }

    /// Folds the rest with the writer's connection if it is the writer's; it is called between two transactions. A reader who stays,
    /// such as a backup, has it put off.
    pub(super) fn finish(&self, writer: &Connection) {
        if self.is_the_writers.load(Ordering::Acquire) {
            let is_over = fold_to_the_end(writer).is_none_or(|folded| folded.is_begun_anew || folded.left > FEW);
            self.is_the_writers.store(!is_over, Ordering::Release);
            self.leaves.store(!is_over, Ordering::Release);
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
    is_the_writers: Arc<AtomicBool>,
    wishes: Arc<Wishes>,
}

impl Folder {
    fn serve(self, woken: &Receiver<()>) {
        loop {
            let word = match self.wishes.newest() {
                Some(_) => woken.recv_timeout(AGAIN),
                None => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            if word == Err(RecvTimeoutError::Disconnected) {
                return;
            }
            self.work();
            if let Some(wish) = self.wishes.newest().filter(|_| empty(&self.conn)) {
                self.wishes.fulfil(wish);
            }
        }
    }

    /// Passes until little is left, or as long as there is less after each: a backup in an old snapshot ends them, and so does a writer
    /// that is faster. What is left then is the writer's if it is little, or the log too long. Even nothing may be left of one that is
    /// too long: in the middle of a transaction it can't begin anew.
    fn work(&self) {
        if self.is_the_writers.load(Ordering::Acquire) {
            return;
        }
        let mut before = i64::MAX;
        for pass in 1..=PASSES {
            let Some(Folded { left, pages, .. }) = fold(&self.conn) else { return };
            if left > 0
                && let Some(Err(cause)) = self.database.as_ref().map(File::sync_data)
            {
                tracing::warn!(%cause, "the database could not be pushed to the disk; it is tried again");
                return;
            }
            if left <= FEW || left >= before || pass == PASSES {
                self.is_the_writers.store((1..=FEW).contains(&left) || pages >= TOO_LONG, Ordering::Release);
                return;
            }
            before = left;
        }
    }
}

/// How far a log is folded.
struct Folded {
    /// Pages that are still to be folded.
    left: i64,
    /// All of its pages.
    pages: i64,
    /// Whether it was asked to begin anew, and does so with the next commit.
    is_begun_anew: bool,
}

/// Folds what no reader needs in the log any more; none when it failed.
fn fold(conn: &Connection) -> Option<Folded> {
    ask(conn, "PRAGMA wal_checkpoint(PASSIVE)").map(|folded| Folded { is_begun_anew: false, ..folded })
}

/// The same, and has it begin anew if nobody is in it. Waits for nobody.
fn fold_to_the_end(writer: &Connection) -> Option<Folded> {
    writer.busy_timeout(Duration::ZERO).ok()?;
    let folded = ask(writer, "PRAGMA wal_checkpoint(RESTART)");
    writer.busy_timeout(BUSY).ok().and(folded)
}

fn ask(conn: &Connection, pragma: &str) -> Option<Folded> {
    let folded = conn.query_row(pragma, [], |row| {
        let (busy, pages): (i64, i64) = (row.get(0)?, row.get(1)?);
        Ok(Folded { left: pages - row.get::<_, i64>(2)?, pages, is_begun_anew: busy == 0 })
    });
    folded
        .inspect_err(|cause| tracing::warn!(%cause, "the write-ahead log could not be folded into the database; it grows until this works"))
        .ok()
}

/// Folds all of the log and takes everything out of its file; says whether that was possible. Writers are held up meanwhile, so the
/// bulk is to be folded before, and readers that stand in the way are not waited for long.
pub(super) fn empty(conn: &Connection) -> bool {
    let emptied = conn.busy_timeout(PAUSE).and_then(|()| conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)));
    let emptied = conn.busy_timeout(BUSY).and(emptied);
    match emptied {
        Ok(busy) => busy == 0,
        Err(cause) => {
            tracing::warn!(%cause, "the write-ahead log could not be emptied; what was erased may be readable in it until this works");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::AtomicI32;

    use super::*;

    /// A new database, and a writer who folds nothing.
    fn begin(durability: Durability) -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let writer = open_writer(&path, durability).unwrap();
        writer.execute_batch("PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (content BLOB)").unwrap();
        (folder, path, writer)
    }

    /// Writes more pages than so many, one transaction each thousand.
    fn write(conn: &Connection, pages: i64) {
        for _ in 0..=pages / 1_000 {
            let thousand = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)";
            conn.execute(&format!("{thousand} INSERT INTO t SELECT randomblob(4000) FROM n"), []).unwrap();
        }
    }

    fn without_thread(is_the_writers: Arc<AtomicBool>) -> Folding {
        Folding { wake: None, thread: None, is_the_writers, leaves: Arc::default(), wishes: Arc::default() }
    }

    /// Follows how many pages the log has after each commit of a writer; gives the most.
    fn longest_log(writer: &mut Connection) -> Arc<AtomicI32> {
        let longest = Arc::<AtomicI32>::default();
        let most = longest.clone();
        let follow = move |_: &mut Wal, pages: i32| {
            most.fetch_max(pages, Ordering::AcqRel);
            Ok(())
        };
        writer.wal_hook(Some(follow)).unwrap();
        longest
    }

    #[test]
    fn what_a_reader_or_a_fast_writer_leaves_is_the_writers_only_when_the_log_is_too_long() {
        let (_folder, path, mut writer) = begin(Durability::Normal);
        let is_the_writers = Arc::new(AtomicBool::new(false));
        let conn = open_writer(&path, Durability::Normal).unwrap();
        let passes = Folder { conn, database: None, is_the_writers: is_the_writers.clone(), wishes: Arc::default() };
        // A transaction of many pages between two passes leaves more than few, as this reader does.
        let reader = open_writer(&path, Durability::Normal).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
        for (pages, expected) in [(LONG, false), (TOO_LONG, true)] {
            write(&writer, pages);
            passes.work();
            assert_eq!(is_the_writers.load(Ordering::Acquire), expected, "{pages}");
        }
        reader.execute_batch("COMMIT").unwrap();
        let folding = without_thread(is_the_writers.clone());
        folding.finish(&writer);
        assert!(!is_the_writers.load(Ordering::Acquire), "it is done");
        let longest = longest_log(&mut writer);
        write(&writer, 1);
        let pages = longest.load(Ordering::Acquire);
        assert!(pages > 0 && i64::from(pages) < TOO_LONG / 4, "the log began anew: {pages}");
    }

    #[test]
    fn a_log_that_is_folded_is_the_writers_until_nobody_is_in_it() {
        let (_folder, path, mut writer) = begin(Durability::Off);
        write(&writer, LONG);
        let reader = open_writer(&path, Durability::Off).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM t").unwrap();
        let is_the_writers = Arc::new(AtomicBool::new(true));
        let folding = without_thread(is_the_writers.clone());
        folding.finish(&writer);
        let is_waited_for = || [&is_the_writers, &folding.leaves].map(|flag| flag.load(Ordering::Acquire));
        assert_eq!(is_waited_for(), [true; 2], "somebody reads the last of it");
        folding.wake();
        assert_eq!(is_waited_for(), [true, false], "when nobody writes, threads may stay");
        folding.finish(&writer);
        reader.execute_batch("COMMIT").unwrap();
        folding.finish(&writer);
        assert_eq!(is_waited_for(), [false; 2]);
        let longest = longest_log(&mut writer);
        writer.execute("INSERT INTO t VALUES (1)", []).unwrap();
        assert!(longest.load(Ordering::Acquire) < 10, "it began anew");
    }

    #[test]
    fn the_log_begins_anew_although_the_thread_gets_to_its_end_only_in_the_middle_of_transactions() {
        let (_folder, path, mut writer) = begin(Durability::Off);
        let longest = longest_log(&mut writer);
        let is_the_writers = Arc::new(AtomicBool::new(false));
        let conn = open_writer(&path, Durability::Off).unwrap();
        let passes = Folder { conn, database: None, is_the_writers: is_the_writers.clone(), wishes: Arc::default() };
        let folding = without_thread(is_the_writers);
        for _ in 0..2 * TOO_LONG / 1_000 {
            folding.finish(&writer);
            writer.execute_batch("BEGIN").unwrap();
            write(&writer, 1);
            passes.work();
            writer.execute_batch("COMMIT").unwrap();
        }
        let longest = i64::from(longest.load(Ordering::Acquire));
        assert!((TOO_LONG..TOO_LONG + 3_000).contains(&longest), "{longest} pages");
    }
}
