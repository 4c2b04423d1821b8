//! Numbers about the whole world, for pages that say how things are.

use super::Tx;
use crate::domain::{Error, EventSeq, MessageId, OrganizationId, Timestamp};

/// Messages of an hour: hours are counted from 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourCount {
    /// Which hour.
    pub hour: i64,
    /// How many messages.
    pub messages: i64,
    /// The newest one of them.
    pub last: MessageId,
}

/// The first messages behind an id, at most `most`, counted by hours: ids carry the time.
pub fn count_by_hours(tx: &Tx<'_>, after: MessageId, most: i64) -> Result<Vec<HourCount>, Error> {
    tx.all(
        "SELECT id / 3600000000000 AS hour, count(*), max(id) FROM (SELECT id FROM message WHERE id > ?1 ORDER BY id LIMIT ?2) \
         GROUP BY hour ORDER BY hour LIMIT ?2",
        (after, most),
        |row| Ok(HourCount { hour: row.get(0)?, messages: row.get(1)?, last: row.get(2)? }),
    )
}

/// What an organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// People who are not disabled.
    pub people: i64,
    /// Rooms.
    pub rooms: i64,
    /// Messages ever posted into them.
    pub messages: i64,
    /// The last event that is counted in.
    pub upto: EventSeq,
}

/// What came to it behind an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Messages.
    pub messages: i64,
    /// Events that may change the other numbers, whoever's they are.
    pub others: i64,
    /// All events that were looked at.
    pub events: i64,
    /// The last one of them; none when nothing came.
    pub upto: Option<EventSeq>,
}

/// Counts what an organization has: the more of it, the longer that takes.
pub fn count(tx: &Tx<'_>, organization: OrganizationId) -> Result<Counts, Error> {
    let (rooms, messages) = count_rooms(tx, organization)?;
    let upto = EventSeq::new(tx.last_event()?);
    Ok(Counts { people: count_people(tx, organization)?, rooms, messages, upto })
}

/// Looks through the first events behind one, at most `most`.
pub fn count_added(tx: &Tx<'_>, organization: OrganizationId, after: EventSeq, most: i64) -> Result<Added, Error> {
    tx.one(
        "SELECT coalesce(sum(e.kind = 'message-posted' AND r.organization_id = ?1), 0), \
         coalesce(sum(e.kind IN ('room-created', 'room-deleted', 'account-created', 'account-disabled', 'account-enabled', 'account-erased')), 0), \
         count(*), max(e.seq) \
         FROM (SELECT seq, kind, room_id FROM event WHERE seq > ?2 ORDER BY seq LIMIT ?3) e LEFT JOIN room r ON r.id = e.room_id",
        (organization, after, most),
        |row| Ok(Added { messages: row.get(0)?, others: row.get(1)?, events: row.get(2)?, upto: row.get(3)? }),
    )
}

/// How many rooms an organization has, and how many messages were ever posted there.
fn count_rooms(tx: &Tx<'_>, organization: OrganizationId) -> Result<(i64, i64), Error> {
    tx.one(
        "SELECT count(*), coalesce(sum(last_ordinal), 0) FROM room WHERE organization_id = ?1 AND deleted_ms IS NULL",
        [organization],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// How many people an organization has who are not disabled.
fn count_people(tx: &Tx<'_>, organization: OrganizationId) -> Result<i64, Error> {
    tx.one("SELECT count(*) FROM account WHERE organization_id = ?1 AND kind = 'person' AND disabled_ms IS NULL", [organization], |row| {
        row.get(0)
    })
}

/// Whether one of the first texts behind a version, at most `most`, was written by somebody – the rest reports what happened – and the
/// last version that was looked at, if there was one.
pub fn find_written(tx: &Tx<'_>, after: i64, most: i64) -> Result<(bool, Option<i64>), Error> {
    tx.one(
        "SELECT coalesce(max(notice IS NULL), 0), max(id) FROM (SELECT id, notice FROM message_version WHERE id > ?1 ORDER BY id LIMIT ?2)",
        (after, most),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The number of the schema.
pub fn find_schema(tx: &Tx<'_>) -> Result<i64, Error> {
    tx.one("SELECT user_version FROM pragma_user_version", [], |row| row.get(0))
}

/// The latest instant at which one of the last `among` things happened: after a clock was set back, the last of them is not the latest.
pub fn find_latest_event(tx: &Tx<'_>, among: i64) -> Result<Option<Timestamp>, Error> {
    tx.one("SELECT max(at_ms) FROM (SELECT at_ms FROM event ORDER BY seq DESC LIMIT ?1)", [among], |row| row.get(0))
}
