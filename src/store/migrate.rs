//! Brings a database to this program's schema: numbered scripts, a counter in the file, a copy aside first.
//!
//! Invariant: scripts are only ever added (R14). A database from a newer program is refused, untouched.

use std::path::Path;

use rusqlite::Connection;

use super::OpenError;

/// All scripts, oldest first; the number of a script is its place here, from 1.
const SCRIPTS: &[&str] = &[include_str!("migrations/0001_first.sql")];

/// The schema this program works with.
pub(crate) const SCHEMA: u32 = SCRIPTS.len() as u32;

/// Runs what is missing, each script in a transaction of its own.
pub(super) fn migrate(conn: &mut Connection, database: &Path) -> Result<(), OpenError> {
    let found: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > SCHEMA {
        return Err(OpenError::NewerSchema { found, known: SCHEMA });
    }
    if found > 0 && found < SCHEMA {
        copy_aside(conn, database, found)?;
    }
    for (number, script) in (1u32..).zip(SCRIPTS).filter(|(number, _)| *number > found) {
        let tx = conn.transaction()?;
        tx.execute_batch(script)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}

/// `backups/before-schema-<n>.db`: a compact, consistent copy of what was there.
fn copy_aside(conn: &Connection, database: &Path, found: u32) -> Result<(), OpenError> {
    let folder = database.parent().unwrap_or(Path::new(".")).join("backups");
    std::fs::create_dir_all(&folder)?;
    let copy = folder.join(format!("before-schema-{}.db", found + 1));
    if !copy.exists() {
        conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, migrate};
    use crate::store::OpenError;

    #[test]
    fn a_database_from_a_newer_program_is_refused_untouched() -> Result<(), OpenError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("app.db");
        #[expect(clippy::disallowed_methods, reason = "this test makes the file that the store refuses")]
        let mut conn = rusqlite::Connection::open(&path)?;
        conn.pragma_update(None, "user_version", SCHEMA + 1)?;
        assert!(matches!(migrate(&mut conn, &path), Err(OpenError::NewerSchema { .. })));
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        assert_eq!(tables, 0);
        Ok(())
    }

    #[test]
    fn migrating_twice_changes_nothing() -> Result<(), OpenError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("app.db");
        #[expect(clippy::disallowed_methods, reason = "this test works below the store")]
        let mut conn = rusqlite::Connection::open(&path)?;
        migrate(&mut conn, &path)?;
        migrate(&mut conn, &path)?;
        let version: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        assert_eq!(version, SCHEMA);
        Ok(())
    }
}
