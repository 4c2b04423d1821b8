//! Eras: messages by when they came. The lists of the search index end with them.
//!
//! FTS5 merges parts of its index while it writes, and stops only between two lists. So a list must not grow with the world: whoever
//! posts meanwhile waits for it. Each era has lists of its own, under terms of its own.

use super::Tx;
use crate::domain::{Error, MessageId};

/// Messages of an era. A list that all of them are in is merged in 4 to 12 ms, as measured (one of eight million in 0.7 s), and a search for
/// what nobody said looks into 77 eras of ten million messages.
pub const MESSAGES: i64 = 131_072;

/// A stretch of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Era {
    /// Its number. Only that each has another one matters.
    pub number: i64,
    /// The least id that its messages may have; they end where the next era begins.
    pub first: MessageId,
}

/// All eras, oldest first; none before the first message went into the index.
pub fn list_eras(tx: &Tx<'_>) -> Result<Vec<Era>, Error> {
    list_eras_from(tx, MessageId::new(0))
}

/// The era of a message, and all later ones, oldest first.
pub fn list_eras_from(tx: &Tx<'_>, message: MessageId) -> Result<Vec<Era>, Error> {
    let sql = "SELECT number, first FROM search_era WHERE first >= (SELECT coalesce(max(first), 0) FROM search_era WHERE first <= ?1) ORDER BY first";
    tx.all(sql, [message], |row| Ok(Era { number: row.get(0)?, first: row.get(1)? }))
}

/// Works out eras for the messages that are there, oldest first. Looks at all of them.
pub fn lay_out(tx: &Tx<'_>) -> Result<Vec<Era>, Error> {
    let mut eras = vec![Era { number: 1, first: MessageId::new(0) }];
    while let Some(last) = eras.last()
        && let Some(first) =
            tx.first("SELECT id FROM message WHERE id >= ?1 ORDER BY id LIMIT 1 OFFSET ?2", (last.first, MESSAGES), |row| row.get(0))?
    {
        eras.push(Era { number: last.number + 1, first });
    }
    Ok(eras)
}

/// Keeps an era.
pub fn insert_era(tx: &Tx<'_>, era: Era) -> Result<(), Error> {
    tx.execute("INSERT INTO search_era (number, first, entries) VALUES (?1, ?2, 0)", (era.number, era.first)).map(|_| ())
}

/// Counts messages that were put into the newest era. When it is full, another one begins behind all messages there are.
pub fn add_entries(tx: &Tx<'_>, newest: Era, entries: i64) -> Result<(), Error> {
    let sql = "UPDATE search_era SET entries = entries + ?2 WHERE number = ?1 RETURNING entries";
    let entries: i64 = tx.one(sql, (newest.number, entries), |row| row.get(0))?;
    if entries < MESSAGES {
        return Ok(());
    }
    let first = tx.one("SELECT coalesce(max(id) + 1, 0) FROM message", [], |row| row.get(0))?;
    insert_era(tx, Era { number: newest.number + 1, first })
}

/// The era of a message, by eras from the oldest one on.
pub fn era_of(eras: &[Era], message: MessageId) -> Option<Era> {
    let later = eras.partition_point(|era| era.first <= message);
    eras.get(later.saturating_sub(1)).copied()
}
