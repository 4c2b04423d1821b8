//! Reading: a read-only connection per thread, used in that thread, one snapshot per unit of work.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::connection::open_reader;
use super::{Cause, Clock, Entropy, Tx};
use crate::domain::Error;

/// Tells the databases of one process apart.
static NEXT_SERIAL: AtomicU64 = AtomicU64::new(1);

/// Databases a thread keeps open for reading; the one not used for longest makes room.
const KEPT: usize = 16;

thread_local! {
    static OPEN: RefCell<Vec<(u64, Connection)>> = const { RefCell::new(Vec::new()) };
}

/// How a reading unit of work ended.
pub(super) enum Read<T> {
    /// With its result.
    Done(Result<T, Error>),
    /// It found that it has to write, and did nothing.
    MustWrite,
}

/// Reads one database from any thread.
#[derive(Debug)]
pub(super) struct Reader {
    serial: u64,
    path: PathBuf,
    max_steps: Option<i32>,
    cause: Cause,
}

impl Reader {
    pub(super) fn new(path: &Path, max_steps: Option<i32>) -> Self {
        Self { serial: NEXT_SERIAL.fetch_add(1, Ordering::Relaxed), path: path.to_owned(), max_steps, cause: Cause::default() }
    }

    /// Runs `work` on a fresh snapshot. Must not be nested in the same thread.
    pub(super) fn read<T>(&self, clock: &Clock, entropy: &Entropy, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Read<T> {
        let conn = match self.take() {
            Ok(conn) => conn,
            Err(error) => return Read::Done(Err(error)),
        };
        let tx = Tx::reading(&conn, entropy, clock.now(), &self.cause);
        let result = in_snapshot(&tx, work);
        let read = if result.is_err() && tx.wants_to_write.get() { Read::MustWrite } else { Read::Done(result) };
        if conn.is_autocommit() {
            OPEN.with_borrow_mut(|open| open.push((self.serial, conn)));
        }
        read
    }

    /// This thread's connection, taken out while it is in use, so a panic inside closes it.
    fn take(&self) -> Result<Connection, Error> {
        let kept = OPEN.with_borrow_mut(|open| {
            let place = open.iter().rposition(|(serial, _)| *serial == self.serial);
            if place.is_none() && open.len() >= KEPT {
                open.remove(0);
            }
            place.map(|place| open.remove(place).1)
        });
        match kept {
            Some(conn) => Ok(conn),
            None => Ok(open_reader(&self.path, self.max_steps)?),
        }
    }
}

fn in_snapshot<T>(tx: &Tx<'_>, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
    tx.execute("BEGIN", [])?;
    let result = work(tx);
    tx.execute("COMMIT", [])?;
    result
}
