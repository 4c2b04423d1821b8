//! Rooms as their participants see them, whatever API made them.

use rusqlite::Row;

use super::accounts::person_at;
use super::finding::numbers;
use super::{Tx, memberships};
use crate::domain::unread::ReadMark;
use crate::domain::{AccountId, Error, MessageId, Participant, Reach, RoomId, RoomSheet};

/// Most rooms of one account.
const ROOMS: i64 = 10_000;
/// Messages that are looked at to find one that was not deleted.
const NEWEST: i64 = 1_000;

macro_rules! select_sheet {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.external_id, r.hides_past * b.joined_at, \
             r.kind, r.name, r.description, r.icon, r.picture, a.id, a.name, a.avatar, a.uid, r.created_ms, r.last_ordinal \
             FROM membership b JOIN room r ON r.id = b.room_id JOIN account a ON a.id = r.created_by \
             WHERE b.account_id = ?1 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL ",
            $tail
        )
    };
}

fn sheet(row: &Row<'_>) -> rusqlite::Result<RoomSheet> {
    Ok(RoomSheet {
        reach: Reach { room: row.get(0)?, external_id: row.get(1)?, beyond: row.get(2)? },
        kind: row.get(3)?,
        name: row.get(4)?,
        description: row.get(5)?,
        icon: row.get(6)?,
        picture: row.get(7)?,
        maker: person_at(row, 8)?,
        maker_uid: row.get(11)?,
        created: row.get(12)?,
        last_ordinal: row.get(13)?,
    })
}

/// Every room an account is in, newest activity first.
pub fn list_sheets(tx: &Tx<'_>, account: AccountId) -> Result<Vec<RoomSheet>, Error> {
    tx.all(select_sheet!("ORDER BY r.updated_ms DESC, r.id DESC LIMIT ?2"), (account, ROOMS), sheet)
}

/// One room an account is in.
pub fn find_sheet(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Option<RoomSheet>, Error> {
    tx.first(select_sheet!("AND b.room_id = ?2"), (account, room), sheet)
}

/// Who is in a room and how far they have read, in the order in which they came.
pub fn list_participants(tx: &Tx<'_>, room: RoomId) -> Result<Vec<Participant>, Error> {
    tx.all(
        "SELECT a.id, a.name, a.avatar, a.uid, b.read_upto, b.own_from, b.own_read, b.seen_upto, m.id \
         FROM membership b JOIN account a ON a.id = b.account_id \
         LEFT JOIN message m ON m.room_id = b.room_id AND m.ordinal = b.read_upto AND b.read_upto > b.joined_at \
         WHERE b.room_id = ?1 AND b.ended_ms IS NULL ORDER BY b.id LIMIT ?2",
        (room, memberships::most_members()),
        |row| {
            let mark = ReadMark { read_upto: row.get(4)?, own_from: row.get(5)?, own_read: row.get(6)?, seen_upto: row.get(7)? };
            Ok(Participant { person: person_at(row, 0)?, uid: row.get(3)?, mark, last_read: row.get(8)? })
        },
    )
}

/// Uids of who is in a room, in the order in which they came.
pub fn list_uids(tx: &Tx<'_>, room: RoomId) -> Result<Vec<String>, Error> {
    tx.all(
        "SELECT a.uid FROM membership b JOIN account a ON a.id = b.account_id WHERE b.room_id = ?1 AND b.ended_ms IS NULL ORDER BY b.id LIMIT ?2",
        (room, memberships::most_members()),
        |row| row.get(0),
    )
}

/// The newest message of a room that is still there. GUESS: where all of the newest thousand were deleted, as they are in a room that
/// rested longer than texts are kept, the one that shows the latest time counts as the newest.
pub fn find_last(tx: &Tx<'_>, sheet: &RoomSheet) -> Result<Option<MessageId>, Error> {
    let (reach, newest) = (&sheet.reach, sheet.last_ordinal - NEWEST);
    let found = tx.first(
        "SELECT id FROM message WHERE room_id = ?1 AND ordinal > ?2 AND deleted_ms IS NULL ORDER BY ordinal DESC LIMIT 1",
        (reach.room, reach.beyond.max(newest)),
        |row| row.get(0),
    )?;
    if found.is_some() || newest <= reach.beyond {
        return Ok(found);
    }
    tx.first(
        "SELECT id FROM (SELECT id, ordinal, shown_ms FROM message WHERE room_id = ?1 AND deleted_ms IS NULL ORDER BY shown_ms DESC LIMIT ?3) \
         WHERE ordinal > ?2 ORDER BY shown_ms DESC, id DESC LIMIT 1",
        (reach.room, reach.beyond, NEWEST),
        |row| row.get(0),
    )
}

/// A group that was made through chat-messages and has exactly these members, each named once.
pub fn find_same(tx: &Tx<'_>, account: AccountId, members: &[AccountId]) -> Result<Option<RoomId>, Error> {
    let count = i64::try_from(members.len()).unwrap_or(i64::MAX);
    tx.first(
        "SELECT r.id FROM membership b JOIN room r ON r.id = b.room_id \
         WHERE b.account_id = ?1 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL AND r.kind = 'group' AND r.made_through = 'chat-messages' \
         AND (SELECT count(*) FROM (SELECT 1 FROM membership o WHERE o.room_id = r.id AND o.ended_ms IS NULL LIMIT ?2 + 1)) = ?2 \
         AND NOT EXISTS (SELECT 1 FROM membership o WHERE o.room_id = r.id AND o.ended_ms IS NULL \
                         AND o.account_id NOT IN (SELECT value FROM json_each(?3))) ORDER BY r.id LIMIT 1",
        (account, count, numbers(members.iter().map(|id| id.get()))),
        |row| row.get(0),
    )
}
