//! Brings a database to this program's schema: numbered scripts, a counter in the file, a copy aside first.
//!
//! Invariant: scripts are only ever added (R14). A database from a newer program is refused, untouched.

use std::fs::File;
use std::path::Path;

use rusqlite::Connection;

use super::OpenError;
use super::rooms::name_key;

/// All scripts, oldest first; the number of a script is its place here, from 1.
const SCRIPTS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_meetings.sql"),
    include_str!("migrations/0003_mail.sql"),
    include_str!("migrations/0004_attachments.sql"),
    include_str!("migrations/0005_cam.sql"),
    include_str!("migrations/0006_messenger.sql"),
    include_str!("migrations/0007_chat_messages.sql"),
    include_str!("migrations/0008_places.sql"),
    include_str!("migrations/0009_admin.sql"),
    include_str!("migrations/0010_audit.sql"),
    include_str!("migrations/0011_search.sql"),
    include_str!("migrations/0012_settings.sql"),
    include_str!("migrations/0013_growth.sql"),
    include_str!("migrations/0014_erasure.sql"),
    include_str!("migrations/0015_outsiders.sql"),
    include_str!("migrations/0016_latest.sql"),
    include_str!("migrations/0017_eras.sql"),
];

/// The script that brought the keys by which rooms are found by name.
const NAME_KEYS: u32 = 5;

/// Number of the schema that this program works with.
pub(super) const SCHEMA: u32 = SCRIPTS.len() as u32;

/// Runs what is missing, each script in a transaction of its own.
pub(super) fn migrate(conn: &mut Connection, database: &Path) -> Result<(), OpenError> {
    run_scripts(conn, Some(database), SCRIPTS)
}

/// Brings a database that is still being made to a schema, which may be a former one. Without a copy aside: what it is made of is kept.
pub(super) fn bring_to(conn: &mut Connection, schema: u32) -> Result<(), OpenError> {
    run_scripts(conn, None, SCRIPTS.get(..schema as usize).unwrap_or(SCRIPTS))
}

fn run_scripts(conn: &mut Connection, database: Option<&Path>, scripts: &[&str]) -> Result<(), OpenError> {
    let known = scripts.len() as u32;
    let found: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(OpenError::NewerSchema { found, known });
    }
    // A large database takes a minute, during which nothing else shows that something is going on.
    let kept = database.filter(|_| found > 0 && found < known);
    if let Some(database) = kept {
        tracing::info!(found, wanted = known, "the schema is older than this program: a copy of the database goes to backups/ first");
        copy_aside(conn, database, found)?;
    }
    for (number, script) in (1u32..).zip(scripts).filter(|(number, _)| *number > found) {
        let tx = conn.transaction()?;
        tx.execute_batch(script)?;
        if number == NAME_KEYS {
            fill_name_keys(&tx)?;
        }
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
        if kept.is_some() {
            tracing::info!(schema = number, of = known, "the database has another schema now");
        }
    }
    Ok(())
}

/// Folds the names of the groups that are there. SQL can't: its `lower` knows the letters of English alone.
fn fill_name_keys(conn: &Connection) -> Result<(), rusqlite::Error> {
    let mut groups = conn.prepare("SELECT id, name FROM room WHERE kind = 'group'")?;
    let mut names = groups.query([])?;
    while let Some(row) = names.next()? {
        let (room, name): (i64, String) = (row.get(0)?, row.get(1)?);
        conn.execute("UPDATE room SET name_key = ?2 WHERE id = ?1", (room, name_key(&name)))?;
    }
    Ok(())
}

/// `backups/before-schema-<n>.db`: a compact, consistent copy of what was there. One of that name is of a former upgrade, before somebody
/// went back: it gives way.
fn copy_aside(conn: &Connection, database: &Path, found: u32) -> Result<(), OpenError> {
    let folder = database.parent().unwrap_or(Path::new(".")).join("backups");
    std::fs::create_dir_all(&folder)?;
    let copy = folder.join(format!("before-schema-{}.db", found + 1));
    // Under another name until it is whole and on disk: a copy that a crash cut off must not pass for one.
    let partial = copy.with_extension("partial");
    if partial.exists() {
        std::fs::remove_file(&partial)?;
    }
    conn.execute("VACUUM INTO ?1", [partial.to_string_lossy()])?;
    File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, &copy)?;
    File::open(&folder)?.sync_all()?;
    // The folder itself may be new.
    File::open(database.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, SCRIPTS, migrate, run_scripts};
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
    fn a_database_without_an_audit_log_starts_one() -> Result<(), Box<dyn std::error::Error>> {
        use crate::domain::{Event, OrganizationId};
        use crate::store::{Cause, Clock, Durability, Entropy, Store, StoreOptions, audit};
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("app.db");
        let former = SCRIPTS.iter().position(|script| script.contains("CREATE TABLE audit ")).ok_or("no audit log")?;
        {
            #[expect(clippy::disallowed_methods, reason = "this test makes a database of a former schema")]
            let mut conn = rusqlite::Connection::open(&path)?;
            run_scripts(&mut conn, Some(&path), &SCRIPTS[..former])?;
            conn.execute("INSERT INTO organization VALUES (1, 'office', 'Office', 'UTC', 'en', 0)", [])?;
            conn.execute("INSERT INTO event (at_ms, kind, organization_id, causation_id) VALUES (0, 'organization-created', 1, 'x')", [])?;
        }
        let (clock, entropy) = (Clock::Real, Entropy::seeded(1));
        let store = Store::open(&path, StoreOptions { durability: Durability::Off, clock, entropy, max_read_steps: None })?;
        let entries = || store.read(|tx| audit::list_after(tx, 0, 10)).map_err(|error| error.plain());
        assert_eq!(entries()?, [], "what happened before is not made up");
        let edit = Event::OrganizationEdited(OrganizationId::new(1));
        store.write_blocking(Cause::command("root"), move |tx| tx.record(edit)).map_err(|error| error.plain())?;
        let [entry] = &entries()?[..] else { return Err("not one entry".into()) };
        assert_eq!((entry.seq, entry.previous, entry.hash), (1, [0; 32], audit::seal(entry)));
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

    #[test]
    fn a_copy_is_put_aside_before_the_schema_changes() -> Result<(), OpenError> {
        let folder = tempfile::tempdir()?;
        let (path, backups) = (folder.path().join("app.db"), folder.path().join("backups"));
        #[expect(clippy::disallowed_methods, reason = "this test works below the store")]
        let mut conn = rusqlite::Connection::open(&path)?;
        migrate(&mut conn, &path)?;
        assert!(!backups.exists(), "a new database has nothing to copy");
        conn.execute("INSERT INTO world (key, value) VALUES ('colour', 'red')", [])?;
        std::fs::create_dir(&backups)?;
        std::fs::write(backups.join(format!("before-schema-{}.partial", SCHEMA + 1)), "cut off by a crash")?;
        std::fs::write(backups.join(format!("before-schema-{}.db", SCHEMA + 1)), "of an upgrade before this one")?;

        let next = [SCRIPTS, &["UPDATE world SET value = 'blue' WHERE key = 'colour'"]].concat();
        run_scripts(&mut conn, Some(&path), &next)?;

        #[expect(clippy::disallowed_methods, reason = "this test looks into the copy")]
        let copy = rusqlite::Connection::open(backups.join(format!("before-schema-{}.db", SCHEMA + 1)))?;
        let colour =
            |conn: &rusqlite::Connection| conn.query_row("SELECT value FROM world WHERE key = 'colour'", [], |row| row.get::<_, String>(0));
        assert_eq!((colour(&copy)?, colour(&conn)?), ("red".to_owned(), "blue".to_owned()));
        assert_eq!(copy.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))?, SCHEMA);
        assert_eq!(std::fs::read_dir(&backups)?.count(), 1, "no partial copy stays behind");
        Ok(())
    }

    #[test]
    fn messages_from_before_the_search_index_are_its_backlog() -> Result<(), OpenError> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("app.db");
        #[expect(clippy::disallowed_methods, reason = "this test works below the store")]
        let mut conn = rusqlite::Connection::open(&path)?;
        let before = SCRIPTS.iter().position(|script| script.contains("VIRTUAL TABLE search_index")).unwrap_or_default();
        run_scripts(&mut conn, Some(&path), &SCRIPTS[..before])?;
        conn.execute_batch(
            "PRAGMA foreign_keys = OFF; \
             INSERT INTO room (id, external_id, organization_id, kind, icon, made_through, created_by, created_ms, updated_ms, last_ordinal) \
             VALUES (1, 1, 1, 'group', 'group', '', 1, 0, 0, 2); \
             INSERT INTO message (id, room_id, ordinal, author_id, own_no, is_self_unread, version_id, sent_ms) \
             VALUES (71, 1, 1, 1, 0, 0, 1, 0), (72, 1, 2, 1, 0, 0, 2, 0); \
             INSERT INTO event (at_ms, kind, room_id, object_id, causation_id) VALUES (0, 'message-posted', 1, 71, ''), (0, 'message-posted', 1, 72, '');",
        )?;
        migrate(&mut conn, &path)?;
        let state = conn.query_row("SELECT followed, backlog, done, total FROM search_state", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        })?;
        assert_eq!(state, (2, 73, 0, 2));
        Ok(())
    }
}
