//! Messages and their versions.

use rusqlite::Row;

use super::accounts::person_at;
use super::{Tx, notices, reading};
use crate::domain::{AccountId, Content, Error, Media, Message, MessageId, RoomId, Timestamp, Writable};

/// Most messages one list shows (Chatwork documentation).
pub const PAGE: i64 = 100;

/// A message that was just stored.
#[derive(Clone, Copy, Debug)]
pub struct Inserted {
    /// Its id.
    pub id: MessageId,
    /// Its place in the room.
    pub ordinal: i64,
    /// The version that holds its text.
    pub version: i64,
}

/// Where a message stands and who wrote it, for changing it.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// Its id.
    pub id: MessageId,
    /// Its place in the room.
    pub ordinal: i64,
    /// Who wrote it.
    pub author: AccountId,
    /// Whether it counts as unread for its author.
    pub is_self_unread: bool,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// Appends a message to a room and moves the room's newest ordinal and last activity.
pub fn insert_message(tx: &Tx<'_>, room: &Writable, content: &Content, is_self_unread: bool) -> Result<Inserted, Error> {
    let id = tx.next_message_id()?;
    let author = room.membership.account;
    // The row of the room, not the caller's copy: an operation may report several things.
    let ordinal = tx.one(
        "UPDATE room SET last_ordinal = last_ordinal + 1, updated_ms = ?2 WHERE id = ?1 RETURNING last_ordinal",
        (room.id, tx.now),
        |row| row.get(0),
    )?;
    let own_no = reading::own_no(tx, room.id, author, i64::MAX)? + i64::from(!is_self_unread);
    let version = insert_version(tx, id, content)?;
    tx.execute(
        "INSERT INTO message (id, room_id, ordinal, author_id, own_no, is_self_unread, version_id, sent_ms, shown_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        (id, room.id, ordinal, author, own_no, is_self_unread, version, tx.now),
    )?;
    Ok(Inserted { id, ordinal, version })
}

/// Puts a message into an envelope.
pub fn update_sealed(tx: &Tx<'_>, message: MessageId) -> Result<(), Error> {
    tx.execute("UPDATE message SET is_sealed = 1 WHERE id = ?1", [message]).map(|_| ())
}

/// Keeps what a client says about a message: when it was written, and the conversation it belongs to.
pub fn update_given(tx: &Tx<'_>, message: MessageId, written: Timestamp, session: Option<&str>) -> Result<(), Error> {
    tx.execute("UPDATE message SET shown_ms = ?2, session = ?3 WHERE id = ?1", (message, written, session)).map(|_| ())
}

/// Adds a version to a message and makes it the shown one.
pub fn update_text(tx: &Tx<'_>, message: MessageId, content: &Content) -> Result<i64, Error> {
    let version = insert_version(tx, message, content)?;
    tx.execute("UPDATE message SET version_id = ?2, updated_ms = ?3 WHERE id = ?1", (message, version, tx.now))?;
    Ok(version)
}

/// Blanks every version of a message and marks it as deleted; its place in the room stays.
pub fn blank_message(tx: &Tx<'_>, message: MessageId) -> Result<(), Error> {
    tx.execute("UPDATE message_version SET text = '', notice = NULL, media = NULL WHERE message_id = ?1", [message])?;
    tx.execute("UPDATE message SET deleted_ms = ?2, updated_ms = ?2, session = NULL WHERE id = ?1", (message, tx.now)).map(|_| ())
}

/// A message of a room, for changing it.
pub fn find_stored(tx: &Tx<'_>, room: RoomId, message: MessageId) -> Result<Option<Stored>, Error> {
    tx.first(
        "SELECT ordinal, author_id, is_self_unread, deleted_ms IS NOT NULL FROM message WHERE id = ?2 AND room_id = ?1",
        (room, message),
        |row| Ok(Stored { id: message, ordinal: row.get(0)?, author: row.get(1)?, is_self_unread: row.get(2)?, is_deleted: row.get(3)? }),
    )
}

macro_rules! select_message {
    ($tail:literal) => {
        concat!(
            "SELECT m.id, m.sent_ms, m.updated_ms, m.deleted_ms IS NOT NULL, v.text, v.notice, v.media, a.id, a.name, a.avatar \
             FROM message m JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id ",
            $tail
        )
    };
}

/// Reads `text, notice, media` from three columns.
pub(super) fn content_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Content> {
    let media = row.get::<_, Option<String>>(first + 2)?.map(Media::stored);
    Ok(Content { text: row.get(first)?, notice: notices::notice_at(row, first + 1)?, media })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let content = if row.get(3)? { None } else { Some(content_at(row, 4)?) };
    Ok(Message { id: row.get(0)?, author: person_at(row, 7)?, content, sent: row.get(1)?, updated: row.get(2)? })
}

/// One message of a room.
pub fn find_message(tx: &Tx<'_>, room: RoomId, id: MessageId) -> Result<Option<Message>, Error> {
    tx.first(select_message!("WHERE m.id = ?2 AND m.room_id = ?1"), (room, id), message)
}

/// The id of the message at a place in a room.
pub fn find_id_at(tx: &Tx<'_>, room: RoomId, ordinal: i64) -> Result<Option<MessageId>, Error> {
    tx.first("SELECT id FROM message WHERE room_id = ?1 AND ordinal = ?2", (room, ordinal), |row| row.get(0))
}

/// The newest messages beyond an ordinal, at most a page, oldest first.
pub fn list_newest(tx: &Tx<'_>, room: RoomId, last: i64, beyond: i64) -> Result<Vec<Message>, Error> {
    tx.all(
        select_message!("WHERE m.room_id = ?1 AND m.ordinal > ?2 AND m.ordinal <= ?3 ORDER BY m.ordinal LIMIT 100"),
        (room, beyond.max(last - PAGE), last),
        message,
    )
}

fn insert_version(tx: &Tx<'_>, message: MessageId, content: &Content) -> Result<i64, Error> {
    tx.execute(
        "INSERT INTO message_version (message_id, text, notice, media, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            message,
            &content.text,
            content.notice.as_ref().map(notices::to_json).transpose()?,
            content.media.as_ref().map(Media::as_str),
            tx.now,
        ),
    )?;
    Ok(tx.conn.last_insert_rowid())
}
