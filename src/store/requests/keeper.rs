//! The thread that writes requests down, some at a time, and takes the oldest ones away.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::{Connection, ErrorCode, Transaction};
use tokio::sync::watch;

use super::{Due, Retention, Shared, WAITING};
use crate::domain::{AnsweredRequest, Grain};
use crate::store::OpenError;
use crate::store::connection::{Durability, open_writer};
use crate::store::wal::empty;

const SCHEMA: &str = include_str!("schema.sql");
/// Number of this schema; a log of another one is made anew.
const VERSION: u32 = 1;
/// Requests that are taken away at once: no fewer than come at once.
const STEP: i64 = WAITING as i64;
/// How long hours are counted, in milliseconds.
const COUNTED_MS: i64 = 400 * Grain::Day.ms();

/// Owns the database.
pub(super) struct Keeper {
    path: PathBuf,
    /// None once it was damaged and could not be made anew.
    conn: Option<Connection>,
    shared: Arc<Shared>,
    newest: watch::Sender<i64>,
    /// Whether the last try failed: then the log has said so already.
    is_failing: bool,
}

impl Keeper {
    pub(super) fn open(path: &Path, shared: Arc<Shared>, newest: watch::Sender<i64>) -> Option<Self> {
        let conn = Some(open_or_renew(path)?);
        Some(Self { path: path.to_owned(), conn, shared, newest, is_failing: false })
    }

    /// Writes down what comes until there will be nothing more.
    pub(super) fn serve(mut self) {
        while let Some(due) = self.shared.next_due() {
            match self.conn.as_mut().map(|conn| write(conn, self.shared.retention(), &due)) {
                Some(Ok(written)) => self.tell(&due, &written),
                failed => self.give_up(failed.and_then(Result::err), due.requests.len()),
            }
            self.shared.finish(due.requests);
        }
    }

    /// Tells who follows, and goes on taking away after the requests that wait meanwhile.
    fn tell(&mut self, due: &Due, written: &Written) {
        self.is_failing = false;
        if !due.requests.is_empty() {
            self.newest.send_replace(written.newest);
        }
        if let Some(now) = due.tidied.filter(|_| written.has_more) {
            self.shared.tidy(now);
        }
    }

    /// Does without these requests. A damaged log is made anew for the next ones.
    fn give_up(&mut self, cause: Option<rusqlite::Error>, requests: usize) {
        self.shared.dropped.fetch_add(requests as u64, Ordering::Relaxed);
        let Some(cause) = cause else { return };
        if !self.is_failing {
            tracing::warn!(%cause, "requests can't be logged; what is asked meanwhile is not in the log");
        }
        self.is_failing = true;
        if is_damage(&cause) {
            // Closed first: SQLite clears up by names when it closes, and they will be those of the new one.
            self.conn = None;
            self.conn = renew(&self.path);
        }
    }
}

/// What came of one step.
struct Written {
    /// The newest request.
    newest: i64,
    /// Whether there may be more to take away.
    has_more: bool,
}

fn write(conn: &mut Connection, retention: Retention, due: &Due) -> rusqlite::Result<Written> {
    let tx = conn.transaction()?;
    for request in &due.requests {
        insert(&tx, request)?;
    }
    count(&tx, &due.requests)?;
    let newest = tx.prepare_cached("SELECT coalesce(max(id), 0) FROM request")?.query_row([], |row| row.get(0))?;
    let mut has_more = false;
    if let Some(now) = due.tidied.or(due.requests.last().map(|last| last.at)) {
        has_more = trim(&tx, newest - retention.requests, now.ms() - retention.age_ms)?;
        tx.prepare_cached("DELETE FROM request_count WHERE hour_ms < ?1")?.execute([now.ms() - COUNTED_MS])?;
    }
    tx.commit()?;
    Ok(Written { newest, has_more })
}

/// Whether the file itself is to blame, and not the disk or somebody who holds it.
fn is_damage(cause: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, PermissionDenied, ReadOnly, SystemIoFailure};
    let elsewhere = [CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, PermissionDenied, ReadOnly, SystemIoFailure];
    cause.sqlite_error_code().is_none_or(|code| !elsewhere.contains(&code))
}

/// The database, made anew when it is damaged.
fn open_or_renew(path: &Path) -> Option<Connection> {
    match open(path) {
        Ok(conn) => Some(conn),
        Err(OpenError::Database(cause)) if !is_damage(&cause) => do_without(path, &cause),
        Err(cause) => {
            tracing::warn!(%cause, path = %path.display(), "the request log can't be read");
            renew(path)
        }
    }
}

fn renew(path: &Path) -> Option<Connection> {
    match remove(path).map_err(OpenError::from).and_then(|()| open(path)) {
        Ok(conn) => {
            tracing::warn!(path = %path.display(), "the request log was made anew; what was in it is gone");
            Some(conn)
        }
        Err(cause) => do_without(path, &cause),
    }
}

fn do_without(path: &Path, cause: &dyn std::fmt::Display) -> Option<Connection> {
    let advice = "make room or mend the permissions, then start again";
    tracing::warn!(%cause, path = %path.display(), "requests are not logged: {advice}");
    None
}

fn open(path: &Path) -> Result<Connection, OpenError> {
    let mut conn = open_writer(path, Durability::Normal)?;
    let version: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        let tx = conn.transaction()?;
        tx.execute_batch(SCHEMA)?;
        tx.pragma_update(None, "user_version", VERSION)?;
        tx.commit()?;
    } else if version != VERSION {
        return Err(OpenError::NewerSchema { found: version, known: VERSION });
    }
    // What a process left behind that did not end by itself.
    empty(&conn);
    // Both ends of what is there: most damage shows here, the rest when it is met.
    conn.query_row(
        "SELECT max(length(path)) FROM request WHERE id IN ((SELECT min(id) FROM request), (SELECT max(id) FROM request))",
        [],
        |_| Ok(()),
    )?;
    conn.query_row("SELECT max(hour_ms) FROM request_count", [], |_| Ok(()))?;
    Ok(conn)
}

fn remove(path: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(PathBuf::from(name)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
    }
    Ok(())
}

fn insert(tx: &Transaction<'_>, request: &AnsweredRequest) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO request (at_ms, method, path, status, duration_us, api, token_id, account_id, organization_id, address, client, \
         request_id, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let params = (
        request.at,
        &request.method,
        &request.path,
        request.status,
        request.duration_us as i64,
        &request.api,
        request.caller.map(|caller| caller.token),
        request.caller.map(|caller| caller.account),
        request.caller.map(|caller| caller.organization),
        &request.address,
        &request.client,
        &request.request_id,
        request.bytes.map(|bytes| bytes as i64),
    );
    statement.execute(params).map(|_| ())
}

/// Adds a batch to the numbers of its hours.
fn count(tx: &Transaction<'_>, batch: &[AnsweredRequest]) -> rusqlite::Result<()> {
    let mut counts: BTreeMap<(i64, &str), (i64, i64, i64)> = BTreeMap::new();
    for request in batch {
        let hour_ms = request.at.ms().div_euclid(Grain::Hour.ms()) * Grain::Hour.ms();
        let (requests, refused, failed) = counts.entry((hour_ms, &request.api)).or_default();
        *requests += 1;
        *refused += i64::from((400..500).contains(&request.status));
        *failed += i64::from(request.status >= 500);
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO request_count (hour_ms, api, requests, refused, failed) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hour_ms, api) \
         DO UPDATE SET requests = requests + ?3, refused = refused + ?4, failed = failed + ?5",
    )?;
    for ((hour_ms, api), (requests, refused, failed)) in counts {
        statement.execute((hour_ms, api, requests, refused, failed))?;
    }
    Ok(())
}

/// Takes away what lies beyond the bounds, a step at a time; says whether there may be more. Most often there is nothing, and one
/// look says so.
fn trim(tx: &Transaction<'_>, last_id: i64, before_ms: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM request WHERE id = (SELECT min(id) FROM request) AND (id <= ?1 OR at_ms < ?2))";
    let is_due: bool = tx.prepare_cached(sql)?.query_row((last_id, before_ms), |row| row.get(0))?;
    if !is_due {
        return Ok(false);
    }
    let sql = "DELETE FROM request WHERE id IN (SELECT id FROM (SELECT id, at_ms FROM request ORDER BY id LIMIT ?3) WHERE id <= ?1 OR at_ms < ?2)";
    let gone = tx.prepare_cached(sql)?.execute((last_id, before_ms, STEP))?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone >= STEP))
}
