//! Whole databases as lines of JSON, and back: one snapshot goes out row by row, and a new database is made of rows.

use std::path::{Path, PathBuf};

use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::{Map, Value};

use super::OpenError;
use super::connection::{open_copier, open_importer};
use super::copies::list_contents;
use super::migrate::{SCHEMA, bring_to};
use super::nouns::{Kind, NOUNS, Noun};
use crate::domain::BlobHash;

/// Number of the schema whose nouns this program knows.
pub const KNOWN_SCHEMA: u32 = SCHEMA;

/// A database as it was at one instant; others go on writing. Its log of changes can't be folded meanwhile.
pub struct Snapshot {
    conn: Connection,
}

impl Snapshot {
    /// Takes a snapshot, and holds it.
    pub fn take(path: &Path) -> Result<Self, OpenError> {
        let conn = open_copier(path)?;
        conn.execute_batch("BEGIN")?;
        // Only the first read takes it.
        conn.query_row("SELECT count(*) FROM world", [], |_| Ok(()))?;
        Ok(Self { conn })
    }

    /// Rows of all nouns.
    pub fn count_rows(&self) -> Result<u64, OpenError> {
        let count = |noun: &Noun| self.conn.query_row(noun.count, [], |row| row.get::<_, i64>(0));
        NOUNS.iter().try_fold(0, |sum, noun| Ok(sum + count(noun)?.unsigned_abs()))
    }

    /// Hands out a noun row by row, each as one line of JSON without its end, in the order of their keys.
    pub fn each_line<E: From<OpenError>>(&self, noun: &Noun, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        each_line(&self.conn, noun, &mut take)
    }

    /// Contents that rows name, each once, by hash, with their sizes in bytes.
    pub fn list_contents(&self) -> Result<Vec<(BlobHash, u64)>, OpenError> {
        list_contents(&self.conn)
    }
}

fn each_line<E: From<OpenError>>(conn: &Connection, noun: &Noun, take: &mut dyn FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    let mut statement = conn.prepare(noun.select).map_err(OpenError::from)?;
    let mut rows = statement.query([]).map_err(OpenError::from)?;
    while let Some(row) = rows.next().map_err(OpenError::from)? {
        take(&line_of(noun, row).map_err(OpenError::from)?)?;
    }
    Ok(())
}

fn line_of(noun: &Noun, row: &Row<'_>) -> rusqlite::Result<String> {
    let mut object = Map::new();
    for (place, column) in noun.columns.iter().enumerate() {
        object.insert(column.name.to_owned(), json_of(row.get_ref(place)?)?);
    }
    Ok(Value::Object(object).to_string())
}

fn json_of(cell: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text)?.into(),
        ValueRef::Blob(bytes) => data_encoding::HEXLOWER.encode(bytes).into(),
    })
}

/// Why a line is no row.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no object of JSON.
    #[error("it is no JSON object: {0}")]
    Json(#[from] serde_json::Error),
    /// A field that the noun does not have.
    #[error("its field {0:?} is not known")]
    Unknown(String),
    /// A field is missing.
    #[error("its field {0:?} is missing")]
    Missing(&'static str),
    /// A value is of another kind.
    #[error("its field {0:?} is not {1}")]
    Kind(&'static str, &'static str),
    /// It names a row that is not there, comes twice, or is out of bounds.
    #[error("the database does not take it: {0}")]
    Refused(rusqlite::Error),
}

/// A database that is being made of rows. Nothing of it counts before [`Import::finish`]; who gives up takes its file away.
pub struct Import {
    conn: Connection,
    path: PathBuf,
}

impl Import {
    /// Makes an empty database of a schema in a new file.
    pub fn begin(path: &Path, schema: u32) -> Result<Self, OpenError> {
        let mut conn = open_importer(path)?;
        bring_to(&mut conn, schema)?;
        conn.execute_batch("BEGIN IMMEDIATE")?;
        Ok(Self { conn, path: path.to_owned() })
    }

    /// Puts a row in; gives the line as an export writes it. What it names has to be there already.
    pub fn insert(&self, noun: &Noun, line: &str) -> Result<String, LineError> {
        let cells = cells_of(noun, line)?;
        let mut statement = self.conn.prepare_cached(noun.insert).map_err(LineError::Refused)?;
        statement.execute(params_from_iter(cells.iter().map(|(_, cell, _)| cell))).map_err(LineError::Refused)?;
        Ok(Value::Object(cells.into_iter().map(|(name, _, value)| (name.to_owned(), value)).collect()).to_string())
    }

    /// See [`Snapshot::each_line`].
    pub fn each_line<E: From<OpenError>>(&self, noun: &Noun, mut take: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        each_line(&self.conn, noun, &mut take)
    }

    /// All rows are there: brings them to the schema of this program.
    pub fn upgrade(&mut self) -> Result<(), OpenError> {
        self.conn.execute_batch("COMMIT")?;
        bring_to(&mut self.conn, SCHEMA)?;
        Ok(self.conn.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// See [`Snapshot::list_contents`].
    pub fn list_contents(&self) -> Result<Vec<(BlobHash, u64)>, OpenError> {
        list_contents(&self.conn)
    }

    /// What the world is for, as its rows say.
    pub fn find_mode(&self) -> Result<Option<String>, OpenError> {
        let mut rows = self.conn.prepare("SELECT value FROM world WHERE key = 'mode'")?;
        Ok(rows.query_map([], |row| row.get(0))?.next().transpose()?)
    }

    /// What no constraint of a table holds: says what is wrong, if something is.
    pub fn check_references(&self) -> Result<Option<&'static str>, OpenError> {
        let is_broken = |sql: &'static str| self.conn.query_row(sql, [], |row| row.get::<_, bool>(0));
        for (sql, why) in REFERENCES {
            if is_broken(sql)? {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// Makes what follows from the rows, and pushes everything to the disk.
    pub fn finish(self) -> Result<(), OpenError> {
        self.conn.execute_batch(
            "UPDATE search_state SET followed = (SELECT coalesce(max(seq), 0) FROM event), done = 0, \
             backlog = (SELECT coalesce(max(id) + 1, 0) FROM message), total = (SELECT coalesce(sum(last_ordinal), 0) FROM room) WHERE id = 1; \
             COMMIT;",
        )?;
        self.conn.close().map_err(|(_, cause)| cause)?;
        std::fs::File::open(&self.path)?.sync_all()?;
        Ok(())
    }
}

/// Each is true when what it is about is broken.
const REFERENCES: [(&str, &str); 7] = [
    (
        "SELECT NOT EXISTS (SELECT 1 FROM world WHERE key = 'mode' AND value IN ('office', 'sandbox'))",
        "world does not say what the world is for",
    ),
    (
        "SELECT (SELECT count(*) FROM world WHERE key IN ('mode', 'key', 'server_name')) <> 3 OR (SELECT count(*) FROM sequence) <> 2",
        "world or sequence lacks a row",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM message m LEFT JOIN message_version v ON v.id = m.version_id WHERE v.message_id IS NOT m.id)",
        "a message names a version that is not its own",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM message_version v LEFT JOIN message m ON m.id = v.message_id WHERE m.id IS NULL)",
        "a message_version names a message that is not there",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM account a LEFT JOIN room r ON r.id = a.own_room_id WHERE a.own_room_id IS NOT NULL AND r.id IS NULL)",
        "an account names an own_room_id that is not there",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM file f LEFT JOIN message m ON m.id = f.message_id WHERE f.hash IS NOT NULL AND m.id IS NULL)",
        "a file names a message that is not there",
    ),
    // `ops/merge.rs` relies on it.
    (
        "SELECT EXISTS (SELECT 1 FROM message WHERE id < sent_ms * 1000000 OR shown_ms > sent_ms + 300000)",
        "a message has an id from before it was sent, or shows a time more than five minutes after that",
    ),
];

/// The columns of a noun with what a line gives for each: as the database takes it, and as it was written.
fn cells_of(noun: &Noun, line: &str) -> Result<Vec<(&'static str, Cell, Value)>, LineError> {
    let mut object: Map<String, Value> = serde_json::from_str(line)?;
    let cells = noun.columns.iter().map(|column| {
        let value = object.shift_remove(column.name).ok_or(LineError::Missing(column.name))?;
        Ok((column.name, cell_of(column.name, column.kind, &value)?, value))
    });
    let cells = cells.collect::<Result<Vec<_>, LineError>>()?;
    match object.into_iter().next() {
        Some((unknown, _)) => Err(LineError::Unknown(unknown)),
        None => Ok(cells),
    }
}

/// What fuzzers give to the reader of rows: what the database takes of a line it says again as it was written, which is what an
/// import asks of it in the end.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(noun: &Noun, line: &str) -> Result<(), LineError> {
    for (name, cell, value) in cells_of(noun, line)? {
        let again = json_of(ValueRef::from(&cell));
        assert!(again.as_ref().is_ok_and(|again| *again == value), "{}.{name}: {value} became {again:?}", noun.name);
    }
    Ok(())
}

fn cell_of(name: &'static str, kind: Kind, value: &Value) -> Result<Cell, LineError> {
    match (kind, value) {
        (_, Value::Null) => Ok(Cell::Null),
        (Kind::Number, _) => value.as_i64().map(Cell::Integer).ok_or(LineError::Kind(name, "a whole number of 64 bits")),
        (Kind::Text, Value::String(text)) => Ok(Cell::Text(text.clone())),
        (Kind::Text, _) => Err(LineError::Kind(name, "a text")),
        (Kind::Bytes, _) => {
            let bytes = value.as_str().and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok());
            bytes.map(Cell::Blob).ok_or(LineError::Kind(name, "a text of hexadecimal digits, two a byte, in lower case"))
        }
    }
}
