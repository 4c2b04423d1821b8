//! The index of messages by the terms of their texts, and how far it follows the log.
//!
//! Invariant: lists are read one term at a time, newest first, a piece at a time. Let FTS5 intersect two of them, and it walks
//! both to their ends when they never meet; nothing outside can stop it. No list is longer than an era (`eras`).

use rusqlite::Row;

use super::Tx;
use super::accounts::person_at;
use super::eras::Era;
use crate::domain::{AccountId, Error, EventSeq, MessageId, OrganizationId, Person, RoomId, Timestamp};

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchState {
    /// Changes of messages up to this event are in it.
    pub followed: EventSeq,
    /// Messages below this one still have to be put into it, newest first; 0 is none.
    pub backlog: MessageId,
    /// Messages of the backlog that are done.
    pub done: i64,
    /// Messages that the backlog had.
    pub total: i64,
}

/// A message as it goes into the index.
#[derive(Clone, Debug)]
pub struct Indexable {
    /// Its id.
    pub id: MessageId,
    /// The organization of its room.
    pub organization: OrganizationId,
    /// Its room.
    pub room: RoomId,
    /// Who wrote it.
    pub author: AccountId,
    /// The version of the text.
    pub version: i64,
    /// What it says; empty when it was deleted.
    pub text: String,
}

/// A message that may be a hit.
#[derive(Debug)]
pub struct Candidate {
    /// Its room.
    pub room: RoomId,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub sent: Timestamp,
    /// What it says.
    pub text: String,
}

/// A word of the log: an event, and the message whose text it changed, if it did.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The event.
    pub seq: EventSeq,
    /// The message.
    pub message: Option<MessageId>,
}

/// How far the index is.
pub fn find_state(tx: &Tx<'_>) -> Result<SearchState, Error> {
    tx.one("SELECT followed, backlog, done, total FROM search_state WHERE id = 1", [], |row| {
        Ok(SearchState { followed: row.get(0)?, backlog: row.get(1)?, done: row.get(2)?, total: row.get(3)? })
    })
}

/// Moves the index from one state to another; says whether it was in the first one.
pub fn update_state(tx: &Tx<'_>, from: &SearchState, to: &SearchState) -> Result<bool, Error> {
    let moved = tx.execute(
        "UPDATE search_state SET followed = ?3, backlog = ?4, done = ?5, total = ?6 WHERE id = 1 AND followed = ?1 AND backlog = ?2",
        (from.followed, from.backlog, to.followed, to.backlog, to.done, to.total),
    )?;
    Ok(moved > 0)
}

/// Makes a backlog of all messages there are.
pub fn reset_backlog(tx: &Tx<'_>) -> Result<(), Error> {
    tx.execute(
        "UPDATE search_state SET done = 0, backlog = (SELECT coalesce(max(id) + 1, 0) FROM message), \
         total = (SELECT coalesce(sum(last_ordinal), 0) FROM room) WHERE id = 1",
        [],
    )
    .map(|_| ())
}

/// What the log says after an event, in order.
pub fn list_changes(tx: &Tx<'_>, after: EventSeq, most: i64) -> Result<Vec<Change>, Error> {
    tx.all(
        "SELECT seq, CASE WHEN kind IN ('message-posted', 'message-edited', 'message-deleted') THEN object_id END \
         FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        (after, most),
        |row| Ok(Change { seq: row.get(0)?, message: row.get(1)? }),
    )
}

/// Messages whose texts came after an event, the latest ones first; of the last `most` events.
pub fn list_fresh(tx: &Tx<'_>, after: EventSeq, most: i64) -> Result<Vec<MessageId>, Error> {
    tx.all(
        "SELECT DISTINCT object_id FROM (SELECT kind, object_id FROM event WHERE seq > ?1 ORDER BY seq DESC LIMIT ?2) \
         WHERE kind IN ('message-posted', 'message-edited') LIMIT ?2",
        (after, most),
        |row| row.get(0),
    )
}

macro_rules! select_indexable {
    ($tail:literal) => {
        concat!(
            "SELECT m.id, r.organization_id, m.room_id, m.author_id, m.version_id, \
             CASE WHEN m.deleted_ms IS NULL AND r.deleted_ms IS NULL THEN v.text ELSE '' END \
             FROM message m JOIN room r ON r.id = m.room_id JOIN message_version v ON v.id = m.version_id ",
            $tail
        )
    };
}

fn indexable(row: &Row<'_>) -> rusqlite::Result<Indexable> {
    Ok(Indexable {
        id: row.get(0)?,
        organization: row.get(1)?,
        room: row.get(2)?,
        author: row.get(3)?,
        version: row.get(4)?,
        text: row.get(5)?,
    })
}

/// A message as it is now.
pub fn find_indexable(tx: &Tx<'_>, message: MessageId) -> Result<Option<Indexable>, Error> {
    tx.first(select_indexable!("WHERE m.id = ?1"), [message], indexable)
}

/// The newest messages below one: at most `most`, and not many more bytes of text than `bytes`.
pub fn list_indexable(tx: &Tx<'_>, below: MessageId, most: i64, bytes: usize) -> Result<Vec<Indexable>, Error> {
    let mut left = bytes;
    tx.while_true(select_indexable!("WHERE m.id < ?1 ORDER BY m.id DESC LIMIT ?2"), (below, most), indexable, |message| {
        left = left.saturating_sub(message.text.len());
        left > 0
    })
}

/// Puts a message into the index, over what was there of it; unless its text is another one by now, of which the log tells.
pub fn replace_terms(tx: &Tx<'_>, message: MessageId, version: i64, terms: &str) -> Result<(), Error> {
    let is_current = tx.first(
        "SELECT 1 FROM message m JOIN room r ON r.id = m.room_id \
         WHERE m.id = ?1 AND m.version_id = ?2 AND m.deleted_ms IS NULL AND r.deleted_ms IS NULL",
        (message, version),
        |_| Ok(()),
    )?;
    match is_current {
        Some(()) => tx.execute("REPLACE INTO search_index (rowid, terms) VALUES (?1, ?2)", (message, terms)).map(|_| ()),
        None => Ok(()),
    }
}

/// Takes a message out of the index.
pub fn delete_terms(tx: &Tx<'_>, message: MessageId) -> Result<(), Error> {
    tx.execute("DELETE FROM search_index WHERE rowid = ?1", [message]).map(|_| ())
}

/// Takes messages of a room out of the index, by ordinal.
pub(super) fn delete_terms_of(tx: &Tx<'_>, room: RoomId, beyond: i64, upto: i64) -> Result<(), Error> {
    tx.execute(
        "DELETE FROM search_index WHERE rowid IN (SELECT id FROM message WHERE room_id = ?1 AND ordinal > ?2 AND ordinal <= ?3)",
        (room, beyond, upto),
    )
    .map(|_| ())
}

/// Merges so many pages of the index with one another, which takes out the terms of messages that are in it no more: until then their
/// words stay in its pages. The first of several calls has all there is merged. Says whether there may be more to do.
pub fn merge_terms(tx: &Tx<'_>, pages: i64, is_first: bool) -> Result<bool, Error> {
    let before = tx.conn.total_changes();
    // A number below zero begins with all there is; the others go on with what was begun.
    let pages = if is_first { -pages } else { pages };
    tx.execute("INSERT INTO search_index (search_index, rank) VALUES ('merge', ?1)", [pages])?;
    // The command counts as a change, whether it found something to do or not.
    Ok(tx.conn.total_changes() - before > 1)
}

/// The terms of a message as one text, each of them its organization's and its era's, with those of its room and its author.
pub fn scoped_terms(message: &Indexable, era: Era, terms: impl IntoIterator<Item = String>) -> String {
    let places = [room_term(message.room), author_term(message.author)];
    let all: Vec<String> = terms.into_iter().chain(places).map(|term| scoped(message.organization, era, &term)).collect();
    all.join(" ")
}

/// The term of everything that was said in a room. Terms of texts begin with other letters.
pub fn room_term(room: RoomId) -> String {
    format!("r{room}")
}

/// The term of everything that somebody said.
pub fn author_term(author: AccountId) -> String {
    format!("a{author}")
}

/// Digits, a letter, digits, a letter: no organization's term is another one's, and no era's another one's.
fn scoped(organization: OrganizationId, era: Era, term: &str) -> String {
    format!("{organization}e{}{term}", era.number)
}

/// The newest messages of an organization in an era that have a term, from one on.
pub fn list_with_term(
    tx: &Tx<'_>,
    organization: OrganizationId,
    era: Era,
    term: &str,
    from: MessageId,
    most: usize,
) -> Result<Vec<MessageId>, Error> {
    // Terms are letters, digits and signs; in quotation marks nothing of them is syntax.
    let wanted = format!("\"{}\"", scoped(organization, era, term));
    tx.all(
        "SELECT rowid FROM search_index WHERE search_index MATCH ?1 AND rowid <= ?2 ORDER BY rowid DESC LIMIT ?3",
        (wanted, from, i64::try_from(most).unwrap_or(i64::MAX)),
        |row| row.get(0),
    )
}

/// A message that is there, in a room of an organization; if they are given, in this room and by this author.
pub fn find_candidate(
    tx: &Tx<'_>,
    message: MessageId,
    organization: OrganizationId,
    room: Option<RoomId>,
    author: Option<AccountId>,
) -> Result<Option<Candidate>, Error> {
    tx.first(
        "SELECT m.room_id, m.sent_ms, v.text, a.id, a.name, a.avatar \
         FROM message m JOIN room r ON r.id = m.room_id JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id \
         WHERE m.id = ?1 AND m.deleted_ms IS NULL AND r.deleted_ms IS NULL AND r.organization_id = ?2 \
         AND (?3 IS NULL OR m.room_id = ?3) AND (?4 IS NULL OR m.author_id = ?4)",
        (message, organization, room, author),
        |row| Ok(Candidate { room: row.get(0)?, author: person_at(row, 3)?, sent: row.get(1)?, text: row.get(2)? }),
    )
}
