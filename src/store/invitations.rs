//! Invitation links of rooms, and who waits behind them.

use rusqlite::Row;

use super::Tx;
use super::accounts::person_at;
use crate::domain::{AccountId, Error, Invitation, InvitationCode, InvitationView, JoinRequest, RoomId};

const MOST: i64 = 1_000;

fn invitation(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    let code: String = row.get(1)?;
    let code = InvitationCode::parse("code", &code).map_err(|_| rusqlite::Error::InvalidQuery)?;
    Ok(Invitation { room: row.get(0)?, code, needs_acceptance: row.get(2)?, description: row.get(3)? })
}

/// The active link of a room.
pub fn find_invitation(tx: &Tx<'_>, room: RoomId) -> Result<Option<Invitation>, Error> {
    tx.first(
        "SELECT room_id, code, needs_acceptance, description FROM invitation WHERE room_id = ?1 AND ended_ms IS NULL",
        [room],
        invitation,
    )
}

/// The active link with this code, and what its page shows.
pub fn find_by_code(tx: &Tx<'_>, code: &InvitationCode) -> Result<Option<InvitationView>, Error> {
    tx.first(
        "SELECT i.room_id, i.code, i.needs_acceptance, i.description, r.name, r.icon, r.organization_id, o.name, \
         (SELECT count(*) FROM membership m WHERE m.room_id = i.room_id AND m.ended_ms IS NULL) \
         FROM invitation i JOIN room r ON r.id = i.room_id JOIN organization o ON o.id = r.organization_id \
         WHERE i.code = ?1 AND i.ended_ms IS NULL AND r.deleted_ms IS NULL",
        [code.as_str()],
        |row| {
            Ok(InvitationView {
                invitation: invitation(row)?,
                room_name: row.get(4)?,
                icon: row.get(5)?,
                organization: row.get(6)?,
                organization_name: row.get(7)?,
                members: row.get(8)?,
            })
        },
    )
}

/// Makes a room's link.
pub fn insert_invitation(tx: &Tx<'_>, invitation: &Invitation) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO invitation (room_id, code, needs_acceptance, description, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (invitation.room, invitation.code.as_str(), invitation.needs_acceptance, &invitation.description, tx.now),
    )
    .map(|_| ())
}

/// Ends a room's link.
pub fn end_invitation(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    tx.execute("UPDATE invitation SET ended_ms = ?2 WHERE room_id = ?1 AND ended_ms IS NULL", (room, tx.now)).map(|_| ())
}

/// Keeps that somebody waits to be let in.
pub fn insert_join_request(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<bool, Error> {
    Ok(tx.execute("INSERT OR IGNORE INTO join_request (room_id, account_id, created_ms) VALUES (?1, ?2, ?3)", (room, account, tx.now))? > 0)
}

/// Who waits, oldest first; disabled people wait unseen.
pub fn list_join_requests(tx: &Tx<'_>, room: RoomId) -> Result<Vec<JoinRequest>, Error> {
    tx.all(
        "SELECT j.created_ms, a.id, a.name, a.avatar FROM join_request j JOIN account a ON a.id = j.account_id \
         WHERE j.room_id = ?1 AND a.disabled_ms IS NULL ORDER BY j.created_ms, a.id LIMIT ?2",
        (room, MOST),
        |row| Ok(JoinRequest { since: row.get(0)?, person: person_at(row, 1)? }),
    )
}

/// Takes all waiting requests of a room away.
pub fn delete_join_requests(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    tx.execute("DELETE FROM join_request WHERE room_id = ?1", [room]).map(|_| ())
}

/// Takes a waiting request away; says whether there was one.
pub fn delete_join_request(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM join_request WHERE room_id = ?1 AND account_id = ?2", (room, account))? > 0)
}
