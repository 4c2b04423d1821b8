//! Old messages whose texts go: found by their ids, which follow the time in which they were posted.

use super::Tx;
use crate::domain::{Error, MessageId, OrganizationId, RoomId};

/// A message that was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Old {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// Its place in the room.
    pub ordinal: i64,
    /// Whose room it is.
    pub organization: OrganizationId,
    /// Whether its text is gone already.
    pub is_deleted: bool,
}

/// How far an organization's retention has come.
pub fn find_upto(tx: &Tx<'_>, organization: OrganizationId) -> Result<MessageId, Error> {
    let found = tx.first("SELECT message_upto FROM retention WHERE organization_id = ?1", [organization], |row| row.get(0))?;
    Ok(found.unwrap_or(MessageId::new(0)))
}

/// Notes how far it has come.
pub fn upsert_upto(tx: &Tx<'_>, organization: OrganizationId, upto: MessageId) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO retention (organization_id, message_upto) VALUES (?1, ?2) \
         ON CONFLICT (organization_id) DO UPDATE SET message_upto = excluded.message_upto",
        (organization, upto),
    )
    .map(|_| ())
}

/// The next messages of all organizations after an id and below another, oldest first.
pub fn list_between(tx: &Tx<'_>, after: MessageId, below: MessageId, limit: i64) -> Result<Vec<Old>, Error> {
    tx.all(
        "SELECT m.id, m.room_id, m.ordinal, r.organization_id, m.deleted_ms IS NOT NULL FROM message m JOIN room r ON r.id = m.room_id \
         WHERE m.id > ?1 AND m.id < ?2 ORDER BY m.id LIMIT ?3",
        (after, below, limit),
        |row| Ok(Old { id: row.get(0)?, room: row.get(1)?, ordinal: row.get(2)?, organization: row.get(3)?, is_deleted: row.get(4)? }),
    )
}
