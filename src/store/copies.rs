//! Copies of a whole database: made beside a writer that goes on, and looked into without opening a world.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use rusqlite::{Connection, OptionalExtension};

use super::OpenError;
use super::connection::open_copier;
use crate::domain::BlobHash;

/// Contents that one query lists.
const PAGE: i64 = 10_000;

/// Bytes of a copy that go to the disk at a time: what a slow disk writes in 50 ms.
const PIECE_BYTES: u64 = 4 << 20;
/// Steps of SQLite's machine after which the growing copy is looked at: some twenty rows, which may be long.
const STEPS: i32 = 100;
/// So many times that, and it is asked whether to go on: every few milliseconds.
const ASKED_EVERY: u32 = 100;

/// Says whether what takes long is still wanted.
pub type GoOn<'a> = &'a dyn Fn() -> bool;

/// What a copy says of itself.
#[derive(Debug)]
pub struct Inspected {
    /// Number of its schema.
    pub schema: u32,
    /// Contents that its rows name, each once, by hash, with their sizes in bytes.
    pub contents: Vec<(BlobHash, u64)>,
}

/// Writes a compact, consistent copy of a database to a new file and pushes it to the disk. Writers go on meanwhile: the copy goes to
/// the disk piece by piece as it grows, since whoever commits while much is pushed at once waits for all of it. When it is not wanted any
/// more it ends with an error of SQLite's, and who asked for it takes the file away.
pub fn copy_database(from: &Path, to: &Path, go_on: GoOn<'_>) -> Result<(), OpenError> {
    let conn = open_copier(from)?;
    // SQLite would push all of it when it is done.
    conn.pragma_update(None, "synchronous", "OFF")?;
    let failure = Arc::new(Mutex::new(None));
    let (mut growing, noted) = (Growing { path: to.to_owned(), file: None, pushed: 0 }, failure.clone());
    let push = move || growing.push().map_err(|cause| *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause)).is_ok();
    let copied = run_asking(conn, push, go_on, |conn| conn.execute("VACUUM INTO ?1", [to.to_string_lossy()]));
    if let Some(cause) = failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(cause.into());
    }
    copied??;
    File::open(to)?.sync_all()?;
    Ok(())
}

/// Runs SQL that takes long on a thread of its own, as SQLite's handlers outlive what this one borrows. Every few steps `each` says
/// whether it can go on, every few more `go_on` whether it is wanted.
fn run_asking<T: Send>(
    mut conn: Connection,
    mut each: impl FnMut() -> bool + Send + 'static,
    go_on: GoOn<'_>,
    work: impl FnOnce(&Connection) -> T + Send,
) -> Result<T, OpenError> {
    let (asker, asked) = mpsc::sync_channel(1);
    let is_over = Arc::new(AtomicBool::new(false));
    let (heard, mut steps) = (is_over.clone(), 0_u32);
    conn.progress_handler(
        STEPS,
        Some(move || {
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(ASKED_EVERY) {
                // One question that waits is enough.
                let _ = asker.try_send(());
            }
            heard.load(Ordering::Relaxed) || !each()
        }),
    )?;
    thread::scope(|scope| {
        // With the connection the handler goes, and with that the questions.
        let working = scope.spawn(move || work(&conn));
        for () in asked {
            is_over.fetch_or(!go_on(), Ordering::Relaxed);
        }
        working.join().map_err(|_| io::Error::other("the thread that worked on the database ended with a panic").into())
    })
}

/// A copy that is being written.
struct Growing {
    path: PathBuf,
    file: Option<File>,
    /// Bytes of it that were pushed to the disk.
    pushed: u64,
}

impl Growing {
    /// Pushes it to the disk if it has grown by a piece.
    fn push(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none if self.path.exists() => none.insert(File::open(&self.path)?),
            _ => return Ok(()),
        };
        let bytes = file.metadata()?.len();
        if bytes >= self.pushed + PIECE_BYTES {
            file.sync_data()?;
            self.pushed = bytes;
        }
        Ok(())
    }
}

/// Reads a copy through and lists what contents it needs; an error when SQLite finds it broken, or when it is not wanted any more.
pub fn inspect(copy: &Path, go_on: GoOn<'_>) -> Result<Inspected, OpenError> {
    let check = |conn: &Connection| conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    let verdict: String = run_asking(open_copier(copy)?, || true, go_on, check)??;
    if verdict != "ok" {
        return Err(OpenError::Broken(verdict));
    }
    let conn = open_copier(copy)?;
    let schema = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(Inspected { schema, contents: list_contents(&conn)? })
}

/// How much of a database is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its pages.
    Quick,
    /// Its indexes, too, each entry against its row.
    Whole,
}

/// Looks a database through that others go on writing; says what is wrong, if something is. Blocks.
pub fn check(path: &Path, depth: Depth) -> Result<Option<String>, OpenError> {
    let conn = open_copier(path)?;
    let question = match depth {
        Depth::Quick => "PRAGMA quick_check(1)",
        Depth::Whole => "PRAGMA integrity_check(1)",
    };
    let verdict: String = conn.query_row(question, [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

/// Number of a database's schema.
pub fn find_schema(path: &Path) -> Result<u32, OpenError> {
    Ok(open_copier(path)?.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// What a world keeps of itself under a key, in a database that others go on writing.
pub fn find_setting(path: &Path, key: &str) -> Result<Option<String>, OpenError> {
    Ok(open_copier(path)?.query_row("SELECT value FROM world WHERE key = ?1", [key], |row| row.get(0)).optional()?)
}

/// Contents that the rows of a database name, each once, by hash, with their sizes in bytes; others go on writing it.
pub fn list_named(path: &Path) -> Result<Vec<(BlobHash, u64)>, OpenError> {
    list_contents(&open_copier(path)?)
}

pub(super) fn list_contents(conn: &Connection) -> Result<Vec<(BlobHash, u64)>, OpenError> {
    let mut page = conn.prepare(
        "SELECT hash, max(bytes) FROM (SELECT hash, bytes FROM file WHERE hash > ?1 UNION ALL SELECT hash, bytes FROM library_file WHERE hash > ?1 \
         UNION ALL SELECT hash, bytes FROM recording WHERE hash > ?1 UNION ALL SELECT hash, bytes FROM report WHERE hash > ?1 \
         UNION ALL SELECT hash, bytes FROM attachment WHERE hash > ?1) GROUP BY hash ORDER BY hash LIMIT ?2",
    )?;
    let mut contents: Vec<(BlobHash, u64)> = Vec::new();
    loop {
        let beyond = contents.last().map_or(Vec::new(), |(hash, _)| hash.0.to_vec());
        let rows = page.query_map((beyond, PAGE), |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
        let found = rows.collect::<Result<Vec<_>, _>>()?;
        if found.is_empty() {
            return Ok(contents);
        }
        contents.extend(found);
    }
}

#[cfg(test)]
mod tests {
    use super::{copy_database, inspect};

    #[test]
    fn what_is_not_wanted_any_more_is_broken_off_long_before_its_end() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let (from, to) = (folder.path().join("app.db"), folder.path().join("copy.db"));
        #[expect(clippy::disallowed_methods, reason = "this test makes the database that is copied")]
        let conn = rusqlite::Connection::open(&from)?;
        conn.execute_batch(
            "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX i ON t (b); \
             WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) INSERT INTO t SELECT x, 'row ' || x FROM n",
        )?;
        let is_interrupted = |outcome: Result<(), super::OpenError>| outcome.is_err_and(|cause| cause.to_string().contains("interrupted"));
        assert!(is_interrupted(copy_database(&from, &to, &|| false)));
        assert!(is_interrupted(inspect(&from, &|| false).map(|_| ())));
        Ok(())
    }
}
