//! Who is in which room. Leaving ends a row; coming back makes a new one.

use super::Tx;
use super::accounts::account_at;
use crate::domain::unread::ReadMark;
use crate::domain::{AccountId, Error, Member, MemberList, Role, RoomId};

/// Puts an account into a room whose newest message is `last`: nothing so far is unread.
pub fn insert_membership(tx: &Tx<'_>, room: RoomId, account: AccountId, role: Role, last: i64) -> Result<(), Error> {
    let mark = ReadMark::joining_at(last);
    tx.execute(
        "INSERT INTO membership (room_id, account_id, role, joined_at, read_upto, own_from, own_read, seen_upto, joined_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (room, account, role, last, mark.read_upto, mark.own_from, mark.own_read, mark.seen_upto, tx.now),
    )
    .map(|_| ())
}

/// Pins a room for one of its members.
pub fn update_pinned(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<(), Error> {
    tx.execute("UPDATE membership SET is_pinned = 1 WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL", (room, account))
        .map(|_| ())
}

/// Changes a member's role.
pub fn update_role(tx: &Tx<'_>, room: RoomId, account: AccountId, role: Role) -> Result<(), Error> {
    tx.execute("UPDATE membership SET role = ?3 WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL", (room, account, role))
        .map(|_| ())
}

/// Ends a membership.
pub fn end_membership(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<(), Error> {
    tx.execute(
        "UPDATE membership SET ended_ms = ?3, open_task_num = 0 WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL",
        (room, account, tx.now),
    )
    .map(|_| ())
}

/// Ends all memberships of a room.
pub fn end_memberships(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    tx.execute("UPDATE membership SET ended_ms = ?2, open_task_num = 0 WHERE room_id = ?1 AND ended_ms IS NULL", (room, tx.now)).map(|_| ())
}

/// The role of an account in a room, if it is in it.
pub fn find_role(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<Option<Role>, Error> {
    tx.first("SELECT role FROM membership WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL", (room, account), |row| row.get(0))
}

/// Ids and roles of a room's members, in the order in which they came.
pub fn list_roles(tx: &Tx<'_>, room: RoomId) -> Result<Vec<(AccountId, Role)>, Error> {
    tx.all(
        "SELECT account_id, role FROM membership WHERE room_id = ?1 AND ended_ms IS NULL ORDER BY id LIMIT ?2",
        (room, most_members()),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The 20-character ids and roles of a room's members, in the order in which they came.
pub fn list_uids(tx: &Tx<'_>, room: RoomId) -> Result<Vec<(String, Role)>, Error> {
    tx.all(
        "SELECT a.uid, m.role FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.room_id = ?1 AND m.ended_ms IS NULL ORDER BY m.id LIMIT ?2",
        (room, most_members()),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A room's members, in the order in which they came.
pub fn list_members(tx: &Tx<'_>, room: RoomId) -> Result<Vec<Member>, Error> {
    tx.all(
        "SELECT m.role, a.id, a.name, a.avatar, a.handle, a.organization_id, o.name, a.department FROM membership m \
         JOIN account a ON a.id = m.account_id JOIN organization o ON o.id = a.organization_id \
         WHERE m.room_id = ?1 AND m.ended_ms IS NULL ORDER BY m.id LIMIT ?2",
        (room, most_members()),
        |row| Ok(Member { role: row.get(0)?, account: account_at(row, 1)? }),
    )
}

/// Counts a member's open tasks in a room up or down.
pub fn add_open_tasks(tx: &Tx<'_>, room: RoomId, account: AccountId, change: i64) -> Result<(), Error> {
    tx.execute(
        "UPDATE membership SET open_task_num = open_task_num + ?3 WHERE room_id = ?1 AND account_id = ?2 AND ended_ms IS NULL",
        (room, account, change),
    )
    .map(|_| ())
}

/// Most members that lists show.
pub(super) fn most_members() -> i64 {
    i64::try_from(MemberList::MAX).unwrap_or(i64::MAX) + 1
}
