//! Databases of former schemas are brought to this program's, also when that is interrupted anywhere.
//!
//! `tests/fixtures/schemas/<n>.sql` is a database of schema n as text: an office in which everything was used that there was. Its
//! README says how they came to be. With UPDATE=1 the newest schema gets its file, which is then never changed again.

#![expect(clippy::print_stdout, reason = "the numbers and seeds of a long run are for people")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crosstalk::sandbox::{SeedFile, Tokens, seed as put_people_in};
use fastrand::Rng;
use rusqlite::Connection;

use super::disk::{Disk, Luck, Watch};
use super::office::{Office, fetch};
use super::things::{KINDS, Thing};
use super::{census, number_from, seed};
use crate::kit::{BINARY, Process, open_office};

/// Interruptions of each upgrade; `CROSSTALK_INTERRUPTIONS` sets more.
const INTERRUPTIONS: u64 = 2;
/// Tables in which a start of the program itself writes, or whose rows SQLite makes.
const OWN_TABLES: [&str; 6] = ["sequence", "search_index", "search_era", "search_state", "audit_edge", "mail"];

#[test]
fn databases_of_all_schemas_are_migrated_and_lose_nothing() {
    for fixture in fixtures() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("data");
        fixture.put_into(&dir);
        drop(open_office(&dir));
        fixture.is_migrated(&dir);
        let _serves = Process::serve(&dir);
        fixture.is_migrated(&dir);
    }
}

#[test]
fn an_upgrade_says_what_it_does() {
    let [.., former, _] = &fixtures()[..] else { panic!("a fixture of a former schema") };
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    former.put_into(&dir);
    drop(Process::serve(&dir));
    let log = fs::read_to_string(dir.with_extension("log")).expect("a log");
    let (found, newest) = (former.schema, NEWEST.0);
    for line in [format!("found={found} wanted={newest}"), format!("schema={newest} of={newest}")] {
        assert_eq!(log.matches(&line).count(), 1, "{line} in {log}");
    }
}

#[test]
fn an_upgrade_that_is_interrupted_anywhere_is_resumed() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    let interruptions = number_from("CROSSTALK_INTERRUPTIONS").unwrap_or(INTERRUPTIONS);
    let newest = NEWEST.0;
    for fixture in fixtures().iter().filter(|fixture| fixture.schema < newest) {
        let records = fixture.records();
        for _ in 0..interruptions {
            let end = rng.u64(1..records);
            println!("CROSSTALK_SEED={seed}, schema {}, interrupted at change {end} of {records}", fixture.schema);
            fixture.interrupt_and_resume(end, &mut rng);
        }
    }
}

#[test]
fn the_newest_schema_has_a_fixture() {
    let newest = NEWEST.0;
    let path = folder().join(format!("{newest:02}.sql"));
    if std::env::var_os("UPDATE").is_some() && !path.exists() {
        let made = tempfile::tempdir().expect("a folder");
        let dir = made.path().join("data");
        use_everything(&dir);
        fs::write(&path, dump(&open(&dir.join("app.db")))).expect("a fixture");
    }
    assert!(path.exists(), "schema {newest} has no fixture: run `UPDATE=1 cargo test --test it upgrade` once it will not change any more");
    let all: Vec<u32> = fixtures().iter().map(|fixture| fixture.schema).collect();
    assert_eq!(all, (1..=newest).collect::<Vec<_>>(), "each schema has its own");
}

/// Makes an office with the people of a sandbox and what they did, and one of everything that clients make.
fn use_everything(dir: &Path) {
    let world = open_office(dir);
    put_people_in(&world, Tokens::Random, SeedFile::default()).expect("people");
    let office = Office::of(&world);
    drop(world);
    let server = Process::serve(dir);
    let ways = office.ways(server.base(), &office.furnish(server.base()));
    for (number, kind) in (1..).zip(KINDS) {
        let mut thing = Thing::new(kind, number);
        let answer = thing.make(&ways);
        assert!(answer.status < 300, "{}: {}", thing.name, answer.text());
        if let Some((change, _)) = kind.change {
            fetch(change(&ways, &thing, 1));
        }
    }
    // Names are compared without their width and case.
    ways.alice.create_room("ＯＰＳ ﾃﾞｻﾞｲﾝ Straße", &[], &[]);
    let contact = [("email", "ada@example.com"), ("firstname", "Ada"), ("lastname", "Lovelace")];
    ways.clickmeeting.post("/contacts", &contact).ok();
    let invitation = format!("/conferences/{}/invitation/email/en", ways.shared.locked_conference);
    ways.clickmeeting.post(&invitation, &[("attendees[0][email]", "ada@example.com")]).ok();
}

/// A database as text.
struct Fixture {
    schema: u32,
    sql: String,
}

/// The schema whose rows the fixtures of all before it have, too.
const SAME_ROWS: u32 = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas")
}

fn fixtures() -> Vec<Fixture> {
    let entries = fs::read_dir(folder()).expect("fixtures").map(|entry| entry.expect("an entry").path());
    let of_path = |path: PathBuf| {
        let schema = path.file_stem()?.to_str()?.parse().ok()?;
        Some(Fixture { schema, sql: fs::read_to_string(&path).expect("a fixture") })
    };
    let mut all: Vec<Fixture> = entries.filter_map(of_path).collect();
    all.sort_by_key(|fixture| fixture.schema);
    all
}

/// The schema that the program makes: its number, and what it is made of.
static NEWEST: LazyLock<(u32, Vec<String>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    drop(open_office(folder.path()));
    let database = open(&folder.path().join("app.db"));
    let number = database.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
    (number, structure(&database))
});

#[expect(clippy::disallowed_methods, reason = "these tests make and look through databases of all schemas")]
fn open(path: &Path) -> Connection {
    Connection::open(path).expect("a database")
}

impl Fixture {
    fn put_into(&self, dir: &Path) {
        fs::create_dir_all(dir).expect("a folder");
        open(&dir.join("app.db")).execute_batch(&self.sql).expect("a fixture");
    }

    /// How many changes on the disk an upgrade takes, and the start of the server after it.
    fn records(&self) -> u64 {
        let folder = tempfile::tempdir().expect("a folder");
        let (dir, journal) = self.place(folder.path());
        drop(Process::start(watch(&dir, &journal, None).command(), &["serve"], &dir, &dir).unwrap_or_else(|why| panic!("{why}")));
        Disk::count(&journal)
    }

    fn place(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let folder = folder.canonicalize().expect("a folder");
        let dir = folder.join("data");
        self.put_into(&dir);
        (dir, folder.join("journal"))
    }

    /// The program dies at a change on the disk, or the power is cut there; the next start has to finish.
    fn interrupt_and_resume(&self, end: u64, rng: &mut Rng) {
        let folder = tempfile::tempdir().expect("a folder");
        let (dir, journal) = self.place(folder.path());
        let mut disk = Disk::of(&dir);
        drop(Process::start(watch(&dir, &journal, Some(end)).command(), &["serve"], &dir, &dir));
        if rng.bool() {
            disk.replay(&journal);
            disk.come_back(Luck::random(rng), rng);
        }
        drop(Process::start(Command::new(BINARY), &["serve"], &dir, &dir).unwrap_or_else(|why| panic!("{why}")));
        self.is_migrated(&dir);
    }

    /// Has the newest schema, exactly as a new database has it, and all that was in the old one; the copy that was put aside is whole.
    fn is_migrated(&self, dir: &Path) {
        let database = open(&dir.join("app.db"));
        assert_eq!(structure(&database), NEWEST.1, "from schema {}", self.schema);
        self.is_held_by(&database);
        self.is_like_new(&database);
        let faults = census::faults_of_rows(dir);
        assert!(faults.is_empty(), "from schema {}:\n{}", self.schema, faults.join("\n"));
        let copy = dir.join("backups").join(format!("before-schema-{}.db", self.schema + 1));
        if self.schema < NEWEST.0 {
            let copy = open(&copy);
            assert_eq!(copy.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).as_deref(), Ok("ok"));
            self.is_held_by(&copy);
        }
    }

    /// Every row of the old database is there, in all its columns.
    fn is_held_by(&self, database: &Connection) {
        let old = open(Path::new(":memory:"));
        old.execute_batch(&self.sql).expect("a fixture");
        for table in tables(&old).iter().filter(|table| !OWN_TABLES.contains(&&***table)) {
            let columns = columns(&old, table);
            let (then, now) = (rows(&old, table, &columns), rows(database, table, &columns));
            let lost: Vec<_> = then.iter().filter(|row| now.binary_search(row).is_err()).collect();
            assert!(lost.is_empty(), "from schema {}, {table}: {lost:?}", self.schema);
        }
    }

    /// What a migration reckons from the rows it finds is what the program itself wrote: the last fixture of the same rows has it.
    fn is_like_new(&self, database: &Connection) {
        let Some(last) = fixtures().into_iter().find(|fixture| fixture.schema == SAME_ROWS && self.schema < SAME_ROWS) else { return };
        let newest = open(Path::new(":memory:"));
        newest.execute_batch(&last.sql).expect("a fixture");
        for (table, column) in [("room", "name_key"), ("message", "shown_ms"), ("storage_use", "bytes")] {
            let key = if table == "storage_use" { "organization_id" } else { "id" };
            let columns = [key.to_owned(), column.to_owned()];
            let now = rows(database, table, &columns);
            let wrong: Vec<_> = rows(&newest, table, &columns).into_iter().filter(|row| now.binary_search(row).is_err()).collect();
            // A schema that had no such files yet takes up less.
            assert!(
                wrong.is_empty() || table == "storage_use" && self.schema < 4,
                "from schema {}, {table}.{column}: {wrong:?}",
                self.schema
            );
        }
    }
}

fn watch(dir: &Path, journal: &Path, end: Option<u64>) -> Watch {
    Watch { folder: dir.to_owned(), journal: journal.to_owned(), end }
}

/// Names of the tables that hold rows of ours: not SQLite's own, nor the inner ones of the search index.
fn tables(database: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_index_%' ORDER BY rowid";
    texts(database, sql)
}

fn columns(database: &Connection, table: &str) -> Vec<String> {
    texts(database, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))
}

fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| row.get(0)).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

/// All rows in these columns as SQL writes them, in order.
fn rows(database: &Connection, table: &str, columns: &[String]) -> Vec<String> {
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    let mut all = texts(database, &format!("SELECT {} FROM \"{table}\"", quoted.join(" || ', ' || ")));
    all.sort();
    all
}

/// Everything that makes up the schema.
fn structure(database: &Connection) -> Vec<String> {
    texts(
        database,
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1",
    )
}

/// The search index is left out: it says of itself that it has not begun, as after the migration that brought it.
const INDEX: &str = "INSERT INTO search_index (search_index, rank) VALUES ('pgsz', 1000);
INSERT INTO search_state SELECT 1, coalesce(max(seq), 0), (SELECT max(id) + 1 FROM message), 0, (SELECT sum(last_ordinal) FROM room) FROM event;
";

/// A database as text: tables, rows, and only then what acts on rows.
fn dump(database: &Connection) -> String {
    let version: u32 = database.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
    let mut text = format!("PRAGMA foreign_keys = OFF;\nBEGIN;\nPRAGMA user_version = {version};\n");
    let made = |kind: &str| {
        format!(
            "SELECT sql FROM sqlite_schema WHERE type {kind} AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_index_%' \
             ORDER BY rowid"
        )
    };
    texts(database, &made("= 'table'")).iter().for_each(|sql| text += &format!("{sql};\n"));
    for table in tables(database).into_iter().filter(|table| !table.starts_with("search_")) {
        for row in rows(database, &table, &columns(database, &table)) {
            text += &format!("INSERT INTO {table} VALUES ({row});\n");
        }
    }
    text += INDEX;
    texts(database, &made("<> 'table'")).iter().for_each(|sql| text += &format!("{sql};\n"));
    text + "COMMIT;\n"
}
