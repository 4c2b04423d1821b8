//! Rooms by last activity, newest first.
//!
//! Invariant: a room's last activity is its newest message, or a change that `silent_ms` tells of.

use super::Tx;
use super::counts::ROOMS;
use crate::domain::{AccountId, Error, OrganizationId, RoomId, RoomKind, Timestamp};

/// Which rooms.
#[derive(Clone, Copy, Debug)]
pub enum Among {
    /// Those an account is in.
    Own(AccountId),
    /// Those of an organization, of one kind or of all.
    Organization(OrganizationId, Option<RoomKind>),
}

/// When a room was last active, if it is among these.
pub fn find_activity(tx: &Tx<'_>, among: Among, room: RoomId) -> Result<Option<Timestamp>, Error> {
    match among {
        Among::Own(account) => tx.first(
            "SELECT r.updated_ms FROM membership b CROSS JOIN room r ON r.id = b.room_id \
             WHERE b.room_id = ?2 AND b.account_id = ?1 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL",
            (account, room),
            |row| row.get(0),
        ),
        Among::Organization(organization, kind) => tx.first(
            "SELECT updated_ms FROM room WHERE id = ?3 AND organization_id = ?1 AND deleted_ms IS NULL AND (?2 IS NULL OR kind = ?2)",
            (organization, kind, room),
            |row| row.get(0),
        ),
    }
}

/// The first of these rooms, at most `most`: looks at all of them.
pub fn list_rooms(tx: &Tx<'_>, among: Among, most: i64) -> Result<Vec<RoomId>, Error> {
    match among {
        Among::Own(account) => tx.all(
            "SELECT r.id FROM membership b JOIN room r ON r.id = b.room_id \
             WHERE b.account_id = ?1 AND b.ended_ms IS NULL AND r.deleted_ms IS NULL ORDER BY r.updated_ms DESC, r.id DESC LIMIT ?2",
            (account, most.min(ROOMS)),
            |row| row.get(0),
        ),
        Among::Organization(organization, kind) => tx.all(
            "SELECT id FROM room WHERE organization_id = ?1 AND deleted_ms IS NULL AND (?2 IS NULL OR kind = ?2) \
             ORDER BY updated_ms DESC, id DESC LIMIT ?3",
            (organization, kind, most),
            |row| row.get(0),
        ),
    }
}

/// Rooms that were active after an instant though no message tells of it; at most `most`.
pub fn list_silent(tx: &Tx<'_>, after: Timestamp, most: i64) -> Result<Vec<RoomId>, Error> {
    tx.all("SELECT id FROM room WHERE silent_ms > ?1 LIMIT ?2", (after, most), |row| row.get(0))
}
