//! Opens connections with the settings that every one needs.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::OpenError;

/// How hard a commit is pushed to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit survives a power cut (office mode).
    Full,
    /// A commit survives a crash of the program; the last moments may go with the power.
    Normal,
    /// Nothing is waited for (sandbox mode).
    Off,
}

/// Statements kept prepared per connection: more than there are different ones.
const STATEMENTS: usize = 256;

/// How long whoever finds a database busy waits for it.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The connection of the writer.
#[expect(clippy::disallowed_methods, reason = "the one place that opens the database for writing")]
pub(super) fn open_writer(path: &Path, durability: Durability) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(
        None,
        "synchronous",
        match durability {
            Durability::Full => "FULL",
            Durability::Normal => "NORMAL",
            Durability::Off => "OFF",
        },
    )?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // What somebody deleted must not stay readable in the file's free places. Not "FAST", which leaves pages as they are that become
    // free altogether; little is ever deleted, so writing those once more costs nothing that anybody notices.
    conn.pragma_update(None, "secure_delete", "ON")?;
    keep_statements(&conn)?;
    Ok(conn)
}

/// Keeps statements prepared, and keeps their plans: unless told to be stable, this SQLite parses a statement anew
/// whenever a value is bound to it, which is most of the work of a small query.
fn keep_statements(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// A connection that copies a database or reads a copy through. It can't change it, but may write elsewhere (`VACUUM INTO`).
#[expect(clippy::disallowed_methods, reason = "the one place that opens the database for copying")]
pub(super) fn open_copier(path: &Path) -> Result<Connection, rusqlite::Error> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// The connection that makes a new database from rows. No journal: a file that is not whole is thrown away.
#[expect(clippy::disallowed_methods, reason = "the one place that makes a database for an import")]
pub(super) fn open_importer(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.pragma_update(None, "journal_mode", "OFF")?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -64_000)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    keep_statements(&conn)?;
    Ok(conn)
}

/// A connection that can't write.
#[expect(clippy::disallowed_methods, reason = "the one place that opens the database for reading")]
pub(super) fn open_reader(path: &Path, max_steps: Option<i32>) -> Result<Connection, rusqlite::Error> {
    let mut conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "cache_size", -8_000)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    keep_statements(&conn)?;
    if let Some(steps) = max_steps {
        conn.progress_handler(steps, Some(|| true))?;
    }
    Ok(conn)
}
