//! What a unit of work sees of the world: its connection, its one instant, its ids, its randomness, its cause.

use std::cell::Cell;

use rusqlite::{CachedStatement, Connection, Params, Row, StatementStatus};

use super::Entropy;
use super::memo::Memo;
use crate::domain::{AccountId, Dialect, Error, MessageId, Timestamp, TokenId};

/// How something came that came through no API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// This program does it by itself.
    #[default]
    Server,
    /// The command line.
    CommandLine,
    /// A page behind a link, without a token.
    Link,
}

impl Way {
    /// Its name in the audit log.
    fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::CommandLine => "command-line",
            Self::Link => "link",
        }
    }
}

/// What made a unit of work happen; every event it records carries this.
#[derive(Clone, Debug, Default)]
pub struct Cause {
    /// The account that acts, if any.
    pub actor: Option<AccountId>,
    /// The token it acts through.
    pub token: Option<TokenId>,
    /// The API it came through.
    pub dialect: Option<Dialect>,
    /// How it came otherwise.
    pub way: Way,
    /// The address it came from.
    pub address: Option<String>,
    /// The request, or the command (`cli:<user>`), or the job (`job:<name>`) that everything it did has in common.
    pub causation: String,
}

impl Cause {
    /// Something this program does by itself.
    pub fn job(name: &str) -> Self {
        Self { causation: format!("job:{name}"), ..Self::default() }
    }

    /// Something a person does at the command line.
    pub fn command(user: &str) -> Self {
        Self { way: Way::CommandLine, causation: format!("cli:{user}"), ..Self::default() }
    }

    /// The API it came through, or the word for another way.
    pub(super) fn way_name(&self) -> &'static str {
        self.dialect.map_or(self.way.name(), Dialect::name)
    }
}

/// The two sequences of a world, kept by the writer.
#[derive(Debug)]
pub(super) struct Ids {
    pub(super) last_id: Cell<i64>,
    pub(super) last_message: Cell<i64>,
}

/// First id of the general sequence: nothing collides with the small numbers that people type in tests.
pub(super) const FIRST_ID: i64 = 1_000_000;
/// Ids that clients see stay below 2^31 (clients with 32-bit integers).
const LAST_ID: i64 = i32::MAX as i64;

/// A unit of work.
pub struct Tx<'a> {
    pub(super) conn: &'a Connection,
    ids: Option<&'a Ids>,
    /// Only while reading: what was found out since the last commit.
    pub(super) memo: Option<&'a Memo>,
    entropy: &'a Entropy,
    /// The instant at which all of it happens.
    pub now: Timestamp,
    /// What made it happen.
    pub cause: &'a Cause,
    /// Set when a reading unit of work found that it has to write.
    pub(super) wants_to_write: Cell<bool>,
}

impl<'a> Tx<'a> {
    pub(super) fn reading(conn: &'a Connection, memo: &'a Memo, entropy: &'a Entropy, now: Timestamp, cause: &'a Cause) -> Self {
        Self { conn, ids: None, memo: Some(memo), entropy, now, cause, wants_to_write: Cell::new(false) }
    }

    pub(super) fn writing(conn: &'a Connection, ids: &'a Ids, entropy: &'a Entropy, now: Timestamp, cause: &'a Cause) -> Self {
        Self { conn, ids: Some(ids), memo: None, entropy, now, cause, wants_to_write: Cell::new(false) }
    }

    /// The same unit of work at another instant, for what is told as past (seeds, imports).
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Tx<'_> {
        Tx {
            conn: self.conn,
            ids: self.ids,
            memo: self.memo,
            entropy: self.entropy,
            now,
            cause: self.cause,
            wants_to_write: Cell::new(false),
        }
    }

    /// For work that only sometimes changes something: fails while reading, and `Store::read_or_write` then runs the
    /// work again as a write.
    pub fn must_write(&self) -> Result<(), Error> {
        self.wants_to_write.set(true);
        self.ids().map(|_| ())
    }

    /// Whether this is a write: what it finds is what holds until its commit.
    pub fn is_writing(&self) -> bool {
        self.ids.is_some()
    }

    /// The next id of the general sequence.
    pub(super) fn next_id(&self) -> Result<i64, Error> {
        let ids = self.ids()?;
        let id = ids.last_id.get() + 1;
        if id > LAST_ID {
            return Err(Error::internal("this world has used up its ids below 2^31"));
        }
        ids.last_id.set(id);
        Ok(id)
    }

    /// The next message id: by time, but never less than the last one plus one.
    pub(super) fn next_message_id(&self) -> Result<MessageId, Error> {
        let ids = self.ids()?;
        let id = (ids.last_message.get() + 1).max(MessageId::first_at(self.now).get());
        ids.last_message.set(id);
        Ok(MessageId::new(id))
    }

    fn ids(&self) -> Result<&Ids, Error> {
        self.ids.ok_or_else(|| Error::internal("a reading unit of work asked for a new id"))
    }

    /// Random text of `a-z0-9`, 5 bits a character.
    pub fn random_text(&self, length: usize) -> String {
        self.entropy.text(length)
    }

    /// Random text of `length` characters of an alphabet.
    pub fn random_choice(&self, alphabet: &[u8], length: usize) -> String {
        self.entropy.choice(alphabet, length)
    }

    /// A random number of this many digits.
    pub fn random_number(&self, digits: usize) -> i64 {
        self.entropy.number(digits)
    }

    pub(super) fn prepare(&self, sql: &'static str) -> Result<CachedStatement<'_>, Error> {
        let statement = self.conn.prepare_cached(sql)?;
        // A statement goes on counting its steps when it is run again; `StoreOptions::max_read_steps` is about one run.
        statement.reset_status(StatementStatus::VmStep);
        Ok(statement)
    }

    /// Runs a change; gives the number of rows it touched.
    pub(super) fn execute(&self, sql: &'static str, params: impl Params) -> Result<usize, Error> {
        Ok(self.prepare(sql)?.execute(params)?)
    }

    /// The first row, if any.
    pub(super) fn first<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params)?;
        Ok(rows.next()?.map(map).transpose()?)
    }

    /// The only row of a query that always has one.
    pub(super) fn one<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.first(sql, params, map)?.ok_or_else(|| Error::internal(format!("no row for: {sql}")))
    }

    /// All rows; the SQL has a LIMIT.
    pub(super) fn all<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let rows = statement.query_map(params, map)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Rows as long as `may_go_on` says so of the last one; the SQL has a LIMIT.
    pub(super) fn while_true<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        mut map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
        mut may_go_on: impl FnMut(&T) -> bool,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(map(row)?);
            if !found.last().is_some_and(&mut may_go_on) {
                break;
            }
        }
        Ok(found)
    }
}

impl From<rusqlite::Error> for Error {
    /// Says apart what the caller can do something about; the rest is a fault of ours.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::StorageFull,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => Self::StorageReadOnly,
            Some(ErrorCode::SystemIoFailure) if is_refused_write(&error) => {
                tracing::error!(cause = %error, "the disk refused a write; the system's log says more");
                Self::StorageReadOnly
            }
            _ => Self::internal(error),
        }
    }
}

/// Whether the system refused to write, which it does for every file once it mounted a file system read-only after an error.
fn is_refused_write(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{
        SQLITE_IOERR_DELETE, SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE,
        SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
    };
    let refusals = [
        SQLITE_IOERR_WRITE,
        SQLITE_IOERR_FSYNC,
        SQLITE_IOERR_DIR_FSYNC,
        SQLITE_IOERR_TRUNCATE,
        SQLITE_IOERR_DELETE,
        SQLITE_IOERR_SHMOPEN,
        SQLITE_IOERR_SHMSIZE,
        SQLITE_IOERR_SHMMAP,
    ];
    error.sqlite_error().is_some_and(|failure| refusals.contains(&failure.extended_code))
}
