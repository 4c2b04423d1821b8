//! What has to hold in a whole world, however it came to be: counters are what a count gives, no content without a row and no row
//! without content, and an audit log without gaps.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crosstalk::domain::ChainVerdict;
use crosstalk::jobs::sweep_files;
use crosstalk::ops::audit;
use crosstalk::world::{Mode, World};
use data_encoding::HEXLOWER;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use crate::kit::{TestApp, TestOptions, open_world};

/// Bytes of a page of a database.
const PAGE: usize = 4_096;

/// Each finds nothing in a world that is in order. The first column says what is wrong.
const FAULTS: &[(&str, &str)] = &[
    ("a row that names one that is not there", "SELECT \"table\" || ' ' || coalesce(rowid, '') FROM pragma_foreign_key_check"),
    (
        "unread messages are not what a count gives",
        "SELECT m.room_id || ' ' || m.account_id || ': ' || (r.last_ordinal - m.read_upto - m.own_read) FROM membership m \
         JOIN room r ON r.id = m.room_id WHERE m.ended_ms IS NULL AND r.deleted_ms IS NULL AND r.last_ordinal - m.read_upto - m.own_read <> \
         (SELECT count(*) FROM message g WHERE g.room_id = m.room_id AND g.ordinal > m.read_upto \
          AND NOT (g.author_id = m.account_id AND NOT g.is_self_unread AND g.ordinal > m.own_from))",
    ),
    (
        "the messages of a room are not numbered without gaps",
        "SELECT r.id || ': ' || r.last_ordinal || ', ' || count(g.id) || ', ' || coalesce(max(g.ordinal), 0) FROM room r \
         LEFT JOIN message g ON g.room_id = r.id GROUP BY r.id HAVING r.last_ordinal <> count(g.id) OR r.last_ordinal <> coalesce(max(g.ordinal), 0)",
    ),
    (
        "a message without its text",
        "SELECT g.id FROM message g LEFT JOIN message_version v ON v.id = g.version_id AND v.message_id = g.id WHERE v.id IS NULL",
    ),
    (
        "a file or task without the message that announces it",
        "SELECT id FROM (SELECT id, message_id FROM file UNION ALL SELECT id, message_id FROM task) \
         WHERE message_id NOT IN (SELECT id FROM message)",
    ),
    (
        "files or tasks of a room are not what a count gives",
        "SELECT r.id || ': ' || r.file_num || ', ' || r.task_num FROM room r WHERE r.purged_ms IS NULL AND (\
         r.file_num <> (SELECT count(*) FROM file f WHERE f.room_id = r.id AND f.deleted_ms IS NULL) OR \
         r.task_num <> (SELECT count(*) FROM task t WHERE t.room_id = r.id AND t.deleted_ms IS NULL))",
    ),
    (
        "open tasks of a member are not what a count gives",
        "SELECT m.id || ': ' || m.open_task_num FROM membership m WHERE m.ended_ms IS NULL AND m.open_task_num <> (SELECT count(*) FROM task t \
         WHERE t.room_id = m.room_id AND t.assignee_id = m.account_id AND t.status = 'open' AND t.deleted_ms IS NULL)",
    ),
    (
        "what files take is not what a sum gives",
        "SELECT o.id FROM organization o WHERE coalesce((SELECT bytes FROM storage_use u WHERE u.organization_id = o.id), 0) <> \
         (SELECT coalesce(sum(bytes), 0) FROM (SELECT f.bytes FROM file f JOIN room r ON r.id = f.room_id WHERE r.organization_id = o.id \
          AND f.hash IS NOT NULL UNION ALL SELECT bytes FROM attachment WHERE organization_id = o.id \
          UNION ALL SELECT bytes FROM library_file WHERE organization_id = o.id \
          UNION ALL SELECT c.bytes FROM recording c JOIN meeting m ON m.id = c.meeting_id WHERE m.organization_id = o.id))",
    ),
    (
        "an id that will be given out again",
        "SELECT name FROM sequence WHERE value < (CASE name WHEN 'message' THEN (SELECT coalesce(max(id), 0) FROM message) \
         ELSE (SELECT max(id) FROM room) END)",
    ),
    ("a message without its event", "SELECT id FROM message WHERE id NOT IN (SELECT object_id FROM event WHERE kind = 'message-posted')"),
];

/// The same where clients of these tests made everything, who address people by `[To:…]` alone.
const FAULTS_OF_LOAD: &[(&str, &str)] = &[
    (
        "mentions are not what the texts say",
        "SELECT g.id FROM message g JOIN message_version v ON v.id = g.version_id JOIN account a ON a.kind = 'person' \
         WHERE (g.deleted_ms IS NULL AND v.text LIKE '%[To:' || a.id || ']%') <> \
         EXISTS (SELECT 1 FROM mention t WHERE t.room_id = g.room_id AND t.account_id = a.id AND t.ordinal = g.ordinal)",
    ),
    ("keys of a conference that were made in threes", "SELECT count(*) FROM access_token GROUP BY meeting_id HAVING count(*) % 3 <> 0"),
    (
        "a token without its entry in the audit log",
        "SELECT id FROM token WHERE id > 0 AND dialect <> 'matrix' AND id NOT IN (SELECT subject_id FROM audit WHERE subject_kind = 'token')",
    ),
];

/// A database as it is on the disk, beside its server.
pub fn database(dir: &Path) -> Connection {
    #[expect(clippy::disallowed_methods, reason = "this test looks at what the program made")]
    let conn = Connection::open_with_flags(dir.join("app.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
    conn.pragma_update(None, "busy_timeout", 5_000).expect("a setting");
    conn
}

/// Everything that is wrong in a world, beside its server.
pub fn faults(dir: &Path) -> Vec<String> {
    let damage = damage(dir);
    if !damage.is_empty() {
        return damage;
    }
    let database = database(dir);
    let mut found = found_by(FAULTS, &database);
    found.extend(found_by(FAULTS_OF_LOAD, &database));
    found.extend(contents(dir, &named(&database), false));
    found
}

/// What is wrong in its database.
pub fn faults_of_rows(dir: &Path) -> Vec<String> {
    let damage = damage(dir);
    if damage.is_empty() { found_by(FAULTS, &database(dir)) } else { damage }
}

/// What SQLite finds broken in its own file. Whatever else such a database is asked for may end in an error.
pub fn damage(dir: &Path) -> Vec<String> {
    let database = database(dir);
    let check = || {
        let mut statement = database.prepare("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'")?;
        statement.query_map([], |row| row.get::<_, String>(0))?.take(5).collect::<Result<Vec<_>, _>>()
    };
    let found = check().unwrap_or_else(|error| vec![error.to_string()]);
    found.into_iter().map(|what| format!("SQLite's own check: {what}")).collect()
}

fn found_by(faults: &[(&str, &str)], database: &Connection) -> Vec<String> {
    let mut found = Vec::new();
    for (what, sql) in faults {
        let mut statement = database.prepare(sql).expect(sql);
        let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0)).expect(sql);
        found.extend(rows.take(5).map(|row| format!("{what}: {:?}", row.expect(sql))));
    }
    found
}

/// The same when nothing goes on: the chain of the audit log is checked, and the sweep leaves exactly what rows name.
pub fn faults_at_rest(dir: &Path, mode: Mode) -> Vec<String> {
    let world = match open_world(dir, mode) {
        Ok(world) => world,
        Err(cause) => return vec![cause.to_string()],
    };
    let mut found = Vec::new();
    let verdict = audit::verify_chain(|check| world.read(|tx| check.step(tx)));
    if !matches!(verdict, Ok(ChainVerdict::Whole(entries)) if entries > 0) {
        found.push(format!("the audit log: {verdict:?}"));
    }
    make_contents_old(dir);
    sweep(&world);
    drop(world);
    found.extend(faults(dir));
    found.extend(contents(dir, &named(&database(dir)), true));
    found
}

/// Makes all contents so old that the sweep may take them.
pub fn make_contents_old(dir: &Path) {
    for (_, path) in kept(dir) {
        let file = File::options().write(true).open(&path).expect("a file");
        let modified = file.metadata().and_then(|meta| meta.modified()).expect("a time");
        file.set_modified(modified - Duration::from_secs(3 * 86_400)).expect("a time");
    }
}

/// Takes away what no row names.
pub fn sweep(world: &Arc<World>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(sweep_files(world.clone())).expect("a sweep");
}

/// Contents that rows name.
fn named(database: &Connection) -> BTreeSet<String> {
    let sql = "SELECT hash FROM file WHERE hash IS NOT NULL UNION SELECT hash FROM attachment UNION SELECT hash FROM library_file \
               UNION SELECT hash FROM recording UNION SELECT hash FROM report WHERE hash IS NOT NULL";
    let mut statement = database.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect(sql);
    rows.map(|row| HEXLOWER.encode(&row.expect("a hash"))).collect()
}

/// Contents on the disk with the names that they have.
fn kept(dir: &Path) -> Vec<(String, std::path::PathBuf)> {
    let folders = std::fs::read_dir(dir.join("files")).expect("a folder").map(|entry| entry.expect("an entry"));
    let of_contents = folders.filter(|folder| folder.file_name() != "tmp");
    of_contents
        .flat_map(|folder| std::fs::read_dir(folder.path()).expect("a folder"))
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect()
}

/// What is wrong with contents: named ones have to be there; what is there has to be what its name says, and, after a sweep, named.
fn contents(dir: &Path, named: &BTreeSet<String>, is_swept: bool) -> Vec<String> {
    let mut found = Vec::new();
    for name in named.iter().filter(|name| !dir.join("files").join(&name[..2]).join(name).exists()) {
        found.push(format!("a row without content: {name}"));
    }
    for (name, path) in kept(dir) {
        if HEXLOWER.encode(&Sha256::digest(std::fs::read(&path).expect("content"))) != name {
            found.push(format!("content that is not what its name says: {name}"));
        } else if is_swept && !named.contains(&name) {
            found.push(format!("content without a row: {name}"));
        }
    }
    found
}

/// What the checks above are worth: each change here is found, and as what it is.
#[test]
fn what_is_wrong_in_a_world_is_found() {
    let kept = tempfile::tempdir().expect("a folder");
    let dir = kept.path().join("data");
    let app = TestApp::with(TestOptions { dir: Some(dir.clone()), ..TestOptions::default() });
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Census", &[&bob], &[]);
    alice.say(room, &format!("[To:{}] Hello", bob.id()));
    alice.upload(room, "plan.txt", b"content", None).ok();
    alice.give_task(room, &bob, "Read it");
    app.stop();
    assert_eq!(faults(&dir), Vec::<String>::new());
    for (sql, what) in [
        ("UPDATE membership SET own_read = own_read - 1 WHERE own_read > 0", "unread messages"),
        ("DELETE FROM mention", "mentions"),
        ("UPDATE room SET last_ordinal = last_ordinal + 1", "numbered without gaps"),
        ("UPDATE message SET version_id = 0", "a message without its text"),
        ("UPDATE task SET message_id = 0", "without the message that announces it"),
        ("UPDATE file SET message_id = 0", "without the message that announces it"),
        ("UPDATE room SET task_num = 0", "files or tasks"),
        ("UPDATE membership SET open_task_num = 0", "open tasks"),
        ("UPDATE storage_use SET bytes = bytes - 1", "what files take"),
        ("UPDATE sequence SET value = 0", "given out again"),
        ("DELETE FROM event", "a message without its event"),
        ("UPDATE file SET hash = zeroblob(32)", "a row without content"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM room", "names one that is not there"),
    ] {
        let folder = copy(&dir);
        #[expect(clippy::disallowed_methods, reason = "this test breaks what the program made")]
        let database = Connection::open(folder.path().join("app.db")).expect("a database");
        database.execute_batch(sql).expect(sql);
        let found = faults(folder.path());
        assert!(found.iter().any(|fault| fault.contains(what)), "{sql}: {found:?}");
    }
}

/// A file that SQLite can't read is told of as that, whichever part of it is broken.
#[test]
fn a_broken_database_is_found() {
    let kept = tempfile::tempdir().expect("a folder");
    let dir = kept.path().join("data");
    TestApp::with(TestOptions { dir: Some(dir.clone()), ..TestOptions::default() }).stop();
    let file = File::options().read(true).write(true).open(dir.join("app.db")).expect("a file");
    for page in (0..file.metadata().expect("a length").len()).step_by(PAGE) {
        let mut whole = [0; PAGE];
        file.read_exact_at(&mut whole, page).expect("a page");
        file.write_all_at(&[0xff; PAGE], page).expect("a broken page");
        let found = faults(&dir);
        assert!(!found.is_empty() && found.iter().all(|fault| fault.starts_with("SQLite's own check")), "at byte {page}: {found:?}");
        file.write_all_at(&whole, page).expect("the page as it was");
    }
    assert_eq!(faults(&dir), Vec::<String>::new());
}

fn copy(dir: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let copied = std::process::Command::new("cp").arg("-a").arg(dir.join(".")).arg(folder.path()).status().expect("a copy");
    assert!(copied.success(), "no copy");
    folder
}
