//! Numbers about the whole world, for pages that say how things are.

use super::Tx;
use crate::domain::{Error, MessageId, OrganizationId, Timestamp};

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

/// How many rooms an organization has, and how many messages were ever posted there.
pub fn count_rooms(tx: &Tx<'_>, organization: OrganizationId) -> Result<(i64, i64), Error> {
    tx.one(
        "SELECT count(*), coalesce(sum(last_ordinal), 0) FROM room WHERE organization_id = ?1 AND deleted_ms IS NULL",
        [organization],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// How many people an organization has who are not disabled.
pub fn count_people(tx: &Tx<'_>, organization: OrganizationId) -> Result<i64, Error> {
    tx.one("SELECT count(*) FROM account WHERE organization_id = ?1 AND kind = 'person' AND disabled_ms IS NULL", [organization], |row| {
        row.get(0)
    })
}

/// Whether one of the first `among` messages was written by somebody: the rest reports what happened.
pub fn has_written_message(tx: &Tx<'_>, among: i64) -> Result<bool, Error> {
    tx.one("SELECT EXISTS (SELECT 1 FROM (SELECT notice FROM message_version ORDER BY id LIMIT ?1) WHERE notice IS NULL)", [among], |row| {
        row.get(0)
    })
}

/// The number of the schema.
pub fn find_schema(tx: &Tx<'_>) -> Result<i64, Error> {
    tx.one("SELECT user_version FROM pragma_user_version", [], |row| row.get(0))
}

/// The latest instant at which one of the last `among` things happened: after a clock was set back, the last of them is not the latest.
pub fn find_latest_event(tx: &Tx<'_>, among: i64) -> Result<Option<Timestamp>, Error> {
    tx.one("SELECT max(at_ms) FROM (SELECT at_ms FROM event ORDER BY seq DESC LIMIT ?1)", [among], |row| row.get(0))
}
