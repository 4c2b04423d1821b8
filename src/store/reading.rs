//! Read marks, the cursor for news, and mentions.

use super::Tx;
use crate::domain::unread::{Position, ReadMark};
use crate::domain::{AccountId, Error, Membership, Mentions, MessageId, RoomId};

/// Keeps a member's place in the history.
pub fn update_mark(tx: &Tx<'_>, membership: &Membership, mark: &ReadMark) -> Result<(), Error> {
    tx.execute(
        "UPDATE membership SET read_upto = ?2, own_from = ?3, own_read = ?4, seen_upto = ?5 WHERE id = ?1",
        (membership.row, mark.read_upto, mark.own_from, mark.own_read, mark.seen_upto),
    )
    .map(|_| ())
}

/// Counts one more read message of the member's own.
pub fn add_own_read(tx: &Tx<'_>, membership: &Membership) -> Result<(), Error> {
    tx.execute("UPDATE membership SET own_read = own_read + 1 WHERE id = ?1", [membership.row]).map(|_| ())
}

/// Moves the cursor for news.
pub fn update_delivered(tx: &Tx<'_>, membership: &Membership, upto: i64) -> Result<(), Error> {
    tx.execute("UPDATE membership SET delivered_upto = ?2 WHERE id = ?1", (membership.row, upto)).map(|_| ())
}

/// Born-read messages of an author in a room up to an ordinal: one seek.
pub fn own_no(tx: &Tx<'_>, room: RoomId, author: AccountId, upto: i64) -> Result<i64, Error> {
    let found = tx.first(
        "SELECT own_no FROM message WHERE room_id = ?1 AND author_id = ?2 AND ordinal <= ?3 ORDER BY ordinal DESC LIMIT 1",
        (room, author, upto),
        |row| row.get(0),
    )?;
    Ok(found.unwrap_or(0))
}

/// Where a message of a room stands, for one of the members.
pub fn find_position(tx: &Tx<'_>, room: RoomId, message: MessageId, reader: AccountId) -> Result<Option<Position>, Error> {
    tx.first(
        "SELECT ordinal, author_id = ?3 AND is_self_unread = 0 FROM message WHERE id = ?2 AND room_id = ?1",
        (room, message, reader),
        |row| Ok(Position { ordinal: row.get(0)?, is_own_born_read: row.get(1)? }),
    )
}

/// Unread messages that address a member.
pub fn count_mentions(tx: &Tx<'_>, room: RoomId, account: AccountId, read_upto: i64) -> Result<i64, Error> {
    tx.one(
        "SELECT (SELECT count(*) FROM mention WHERE room_id = ?1 AND account_id = ?2 AND ordinal > ?3) \
         + (SELECT count(*) FROM mention WHERE room_id = ?1 AND account_id = 0 AND ordinal > ?3 AND except_id <> ?2)",
        (room, account, read_upto),
        |row| row.get(0),
    )
}

/// Keeps whom a message addresses: current members only, and not its author unless it is unread for them too.
pub fn insert_mentions(tx: &Tx<'_>, room: RoomId, ordinal: i64, mentions: &Mentions, except: Option<AccountId>) -> Result<(), Error> {
    if mentions.all {
        let sql = "INSERT INTO mention (room_id, account_id, ordinal, except_id) VALUES (?1, 0, ?2, ?3)";
        return tx.execute(sql, (room, ordinal, except.map_or(0, AccountId::get))).map(|_| ());
    }
    for account in mentions.accounts.iter().filter(|account| Some(**account) != except) {
        tx.execute(
            "INSERT INTO mention (room_id, account_id, ordinal) SELECT room_id, account_id, ?3 FROM membership \
             WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL",
            (room, account, ordinal),
        )?;
    }
    Ok(())
}

/// Forgets whom a message addresses.
pub fn delete_mentions(tx: &Tx<'_>, room: RoomId, ordinal: i64) -> Result<(), Error> {
    tx.execute("DELETE FROM mention WHERE room_id = ?1 AND ordinal = ?2", (room, ordinal)).map(|_| ())
}
