//! Messages by the instant they show, over one room or several, and who has seen them.

use std::collections::HashMap;

use rusqlite::Row;
use rusqlite::types::Value;

use super::accounts::person_at;
use super::counts::ROOMS;
use super::messages::content_at;
use super::{Tx, memberships};
use crate::domain::{
    AccountId, Audience, Author, Content, Error, ExternalRoomId, MessageId, Order, OrganizationId, Person, Reach, Reader, RoomId, Span,
    Timestamp,
};

/// Most messages whose newest ones a reading of a whole room names.
const CHANGED: i64 = 1_000;

/// A message as it is stored.
#[derive(Debug)]
pub struct Stored {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// The room's 19 digits.
    pub external_room: ExternalRoomId,
    /// Its place in the room.
    pub ordinal: i64,
    /// When it says it was written.
    pub written: Timestamp,
    /// A word of its client.
    pub session: Option<String>,
    /// What it says.
    pub content: Content,
    /// Who wrote it.
    pub author: Person,
    /// Uid of the author.
    pub author_uid: String,
}

/// Where a list goes on: behind this message.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The instant it shows.
    pub written: Timestamp,
    /// Its id.
    pub id: MessageId,
}

impl Place {
    /// Before everything, in this order.
    pub fn start(order: Order, span: &Span) -> Self {
        match order {
            Order::Ascending => Self { written: span.from, id: MessageId::new(0) },
            Order::Descending => Self { written: span.upto, id: MessageId::new(i64::MAX) },
        }
    }
}

/// What of one room is listed.
#[derive(Clone, Copy, Debug)]
pub struct Shelf {
    /// The room.
    pub reach: Reach,
    /// In this time.
    pub span: Span,
    /// By this author.
    pub author: Option<AccountId>,
    /// In this order.
    pub order: Order,
}

/// Messages of the room ?1 behind the place (?2, ?3) up to ?4, beyond the ordinal ?5, by the author ?6 if there is one.
macro_rules! in_room {
    (ascending $select:literal, $tail:literal) => {
        concat!(
            $select,
            "WHERE m.room_id = ?1 AND m.deleted_ms IS NULL AND (m.shown_ms, m.id) > (?2, ?3) AND m.shown_ms <= ?4 \
             AND m.ordinal > ?5 AND (?6 IS NULL OR m.author_id = ?6) ORDER BY m.shown_ms, m.id ",
            $tail
        )
    };
    (descending $select:literal, $tail:literal) => {
        concat!(
            $select,
            "WHERE m.room_id = ?1 AND m.deleted_ms IS NULL AND (m.shown_ms, m.id) < (?2, ?3) AND m.shown_ms >= ?4 \
             AND m.ordinal > ?5 AND (?6 IS NULL OR m.author_id = ?6) ORDER BY m.shown_ms DESC, m.id DESC ",
            $tail
        )
    };
}

fn row_at(row: &Row<'_>, external_room: ExternalRoomId) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get(0)?,
        room: row.get(1)?,
        external_room,
        ordinal: row.get(2)?,
        written: row.get(3)?,
        session: row.get(4)?,
        content: content_at(row, 5)?,
        author: person_at(row, 8)?,
        author_uid: row.get(11)?,
    })
}

/// The next messages of a shelf: at most `most`, and not many more bytes of text than `bytes`.
pub fn list_of_room(tx: &Tx<'_>, shelf: &Shelf, behind: Place, most: i64, bytes: usize) -> Result<Vec<Stored>, Error> {
    let sql = match shelf.order {
        Order::Ascending => in_room!(ascending
            "SELECT m.id, m.room_id, m.ordinal, m.shown_ms, m.session, v.text, v.notice, v.media, a.id, a.name, a.avatar, a.uid \
             FROM message m JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id ", "LIMIT ?7"),
        Order::Descending => in_room!(descending
            "SELECT m.id, m.room_id, m.ordinal, m.shown_ms, m.session, v.text, v.notice, v.media, a.id, a.name, a.avatar, a.uid \
             FROM message m JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id ", "LIMIT ?7"),
    };
    let (reach, mut left) = (shelf.reach, bytes);
    tx.while_true(
        sql,
        (reach.room, behind.written, behind.id, last_of(shelf), reach.beyond, shelf.author, most),
        |row| row_at(row, reach.external_id),
        |found| {
            left = left.saturating_sub(found.content.text.len() + found.content.media.as_ref().map_or(0, |media| media.as_str().len()));
            left > 0
        },
    )
}

/// Places of the next messages of a shelf, behind `skip` others.
pub fn list_places(tx: &Tx<'_>, shelf: &Shelf, behind: Place, most: i64, skip: i64) -> Result<Vec<Place>, Error> {
    let sql = match shelf.order {
        Order::Ascending => in_room!(ascending "SELECT m.shown_ms, m.id FROM message m ", "LIMIT ?7 OFFSET ?8"),
        Order::Descending => in_room!(descending "SELECT m.shown_ms, m.id FROM message m ", "LIMIT ?7 OFFSET ?8"),
    };
    let reach = shelf.reach;
    tx.all(sql, (reach.room, behind.written, behind.id, last_of(shelf), reach.beyond, shelf.author, most, skip), |row| {
        Ok(Place { written: row.get(0)?, id: row.get(1)? })
    })
}

/// The newest messages of the world before one, newest first, with their rooms.
pub fn list_newest(tx: &Tx<'_>, before: MessageId, most: i64) -> Result<Vec<(MessageId, RoomId)>, Error> {
    let sql = "SELECT id, room_id FROM message WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
    tx.all(sql, (before, most), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The message of the same room so many places before one, if nothing was said elsewhere in between. Versions of texts are numbered
/// throughout the world, in the order in which messages came: if as many came as places lie between, they are those of the room. Edits
/// add versions, so it may find none although nothing was said elsewhere.
pub fn find_in_run(tx: &Tx<'_>, message: MessageId, places: i64) -> Result<Option<MessageId>, Error> {
    tx.first(
        "SELECT e.id FROM message m JOIN message e ON e.room_id = m.room_id AND e.ordinal = m.ordinal - ?2 WHERE m.id = ?1 \
         AND (SELECT min(id) FROM message_version WHERE message_id = m.id) - (SELECT min(id) FROM message_version WHERE message_id = e.id) = ?2",
        (message, places),
        |row| row.get(0),
    )
}

fn last_of(shelf: &Shelf) -> Timestamp {
    match shelf.order {
        Order::Ascending => shelf.span.upto,
        Order::Descending => shelf.span.from,
    }
}

/// How many messages a shelf holds. Without an author and where newcomers see everything, the index alone tells.
pub fn count_of_room(tx: &Tx<'_>, shelf: &Shelf) -> Result<i64, Error> {
    let (reach, span) = (shelf.reach, shelf.span);
    if shelf.author.is_none() && reach.beyond == 0 {
        let sql = "SELECT count(*) FROM message WHERE room_id = ?1 AND deleted_ms IS NULL AND shown_ms >= ?2 AND shown_ms <= ?3";
        return tx.one(sql, (reach.room, span.from, span.upto), |row| row.get(0));
    }
    tx.one(
        "SELECT count(*) FROM message WHERE room_id = ?1 AND deleted_ms IS NULL AND shown_ms >= ?2 AND shown_ms <= ?3 \
         AND ordinal > ?4 AND (?5 IS NULL OR author_id = ?5)",
        (reach.room, span.from, span.upto, reach.beyond, shelf.author),
        |row| row.get(0),
    )
}

/// A list of numbers as one value: the statement stays the same, however many there are.
pub(super) fn numbers(ids: impl Iterator<Item = i64>) -> Value {
    let texts: Vec<String> = ids.map(|id| id.to_string()).collect();
    Value::Text(format!("[{}]", texts.join(",")))
}

/// Messages by id that an account may see, in the order of the ids.
pub fn list_by_ids(tx: &Tx<'_>, account: AccountId, ids: &[MessageId]) -> Result<Vec<Stored>, Error> {
    tx.all(
        "SELECT m.id, m.room_id, m.ordinal, m.shown_ms, m.session, v.text, v.notice, v.media, a.id, a.name, a.avatar, a.uid, r.external_id \
         FROM json_each(?2) j CROSS JOIN message m ON m.id = j.value \
         JOIN membership b ON b.room_id = m.room_id AND b.account_id = ?1 AND b.ended_ms IS NULL \
         JOIN room r ON r.id = m.room_id AND r.deleted_ms IS NULL \
         JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id \
         WHERE m.deleted_ms IS NULL AND m.ordinal > r.hides_past * b.joined_at \
         ORDER BY j.key LIMIT 1000",
        (account, numbers(ids.iter().map(|id| id.get()))),
        |row| row_at(row, row.get(12)?),
    )
}

/// The room that knows itself by 19 digits, for an account that is in it. Of several, the own organization's. The room is looked up
/// first (CROSS JOIN keeps that order), not every room that the account is in.
pub fn find_reach(tx: &Tx<'_>, account: AccountId, organization: OrganizationId, room: ExternalRoomId) -> Result<Option<Reach>, Error> {
    tx.first(
        "SELECT r.id, r.external_id, r.hides_past * b.joined_at \
         FROM room r CROSS JOIN membership b ON b.room_id = r.id AND b.account_id = ?1 AND b.ended_ms IS NULL \
         WHERE r.external_id = ?3 AND r.deleted_ms IS NULL ORDER BY r.organization_id <> ?2, r.id LIMIT 1",
        (account, organization, room),
        reach_at,
    )
}

/// Whether anybody has a room of these 19 digits.
pub fn is_room(tx: &Tx<'_>, room: ExternalRoomId) -> Result<bool, Error> {
    Ok(tx.first("SELECT 1 FROM room WHERE external_id = ?1 AND deleted_ms IS NULL LIMIT 1", [room], |_| Ok(()))?.is_some())
}

/// Every room an account is in. When somebody joined is looked up only where it matters (CASE): the index knows the rest.
pub fn list_reach(tx: &Tx<'_>, account: AccountId) -> Result<Vec<Reach>, Error> {
    tx.all(
        "SELECT r.id, r.external_id, CASE r.hides_past WHEN 0 THEN 0 ELSE b.joined_at END \
         FROM membership b JOIN room r ON r.id = b.room_id \
         WHERE b.account_id = ?1 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL ORDER BY b.room_id LIMIT ?2",
        (account, ROOMS),
        reach_at,
    )
}

/// One of these rooms.
pub fn find_own_reach(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Option<Reach>, Error> {
    tx.first(
        "SELECT r.id, r.external_id, r.hides_past * b.joined_at FROM membership b JOIN room r ON r.id = b.room_id \
         WHERE b.account_id = ?1 AND b.room_id = ?2 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL",
        (account, room),
        reach_at,
    )
}

fn reach_at(row: &Row<'_>) -> rusqlite::Result<Reach> {
    Ok(Reach { room: row.get(0)?, external_id: row.get(1)?, beyond: row.get(2)? })
}

/// The members of a room as far as reading goes.
pub fn find_audience(tx: &Tx<'_>, room: RoomId) -> Result<Audience, Error> {
    let readers = tx.all(
        "SELECT b.account_id, a.uid, b.joined_at, b.seen_upto FROM membership b JOIN account a ON a.id = b.account_id \
         WHERE b.room_id = ?1 AND b.ended_ms IS NULL ORDER BY b.account_id LIMIT ?2",
        (room, memberships::most_members()),
        |row| Ok(Reader { account: row.get(0)?, uid: row.get(1)?, joined_at: row.get(2)?, seen_upto: row.get(3)? }),
    )?;
    Ok(Audience(readers))
}

/// Uids of those who marked these messages as seen, in the order in which they did.
pub fn list_marks(tx: &Tx<'_>, messages: impl Iterator<Item = MessageId>) -> Result<HashMap<MessageId, Vec<String>>, Error> {
    let rows: Vec<(MessageId, String)> = tx.all(
        "SELECT s.message_id, a.uid FROM json_each(?1) j CROSS JOIN seen_mark s ON s.message_id = j.value JOIN account a ON a.id = s.account_id \
         ORDER BY s.id LIMIT 1000000",
        [numbers(messages.map(MessageId::get))],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut marks: HashMap<MessageId, Vec<String>> = HashMap::new();
    for (message, uid) in rows {
        marks.entry(message).or_default().push(uid);
    }
    Ok(marks)
}

/// An account as the author of messages.
pub fn find_author(tx: &Tx<'_>, account: AccountId) -> Result<Author, Error> {
    tx.one("SELECT id, name, avatar, uid FROM account WHERE id = ?1", [account], |row| {
        Ok(Author { person: person_at(row, 0)?, uid: row.get(3)? })
    })
}

/// Whether an account marked a message as seen.
pub fn has_mark(tx: &Tx<'_>, message: MessageId, account: AccountId) -> Result<bool, Error> {
    Ok(tx.first("SELECT 1 FROM seen_mark WHERE message_id = ?1 AND account_id = ?2", (message, account), |_| Ok(()))?.is_some())
}

/// Marks a message as seen.
pub fn insert_mark(tx: &Tx<'_>, message: MessageId, account: AccountId) -> Result<(), Error> {
    tx.execute("INSERT INTO seen_mark (message_id, account_id, at_ms) VALUES (?1, ?2, ?3)", (message, account, tx.now)).map(|_| ())
}

/// The newest messages of others in a room, oldest first, that an account has neither marked nor read with the room.
pub fn list_unseen(tx: &Tx<'_>, room: RoomId, account: AccountId, seen_upto: i64) -> Result<Vec<MessageId>, Error> {
    let mut ids = tx.all(
        "SELECT m.id FROM message m WHERE m.room_id = ?1 AND m.ordinal > ?3 AND m.deleted_ms IS NULL AND m.author_id <> ?2 \
         AND NOT EXISTS (SELECT 1 FROM seen_mark s WHERE s.message_id = m.id AND s.account_id = ?2) ORDER BY m.ordinal DESC LIMIT ?4",
        (room, account, seen_upto, CHANGED),
        |row| row.get(0),
    )?;
    ids.reverse();
    Ok(ids)
}

/// Names of accounts.
pub fn list_names(tx: &Tx<'_>, accounts: impl Iterator<Item = AccountId>) -> Result<HashMap<AccountId, String>, Error> {
    let rows: Vec<(AccountId, String)> = tx.all(
        "SELECT a.id, a.name FROM json_each(?1) j CROSS JOIN account a ON a.id = j.value LIMIT 10000",
        [numbers(accounts.map(AccountId::get))],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}
