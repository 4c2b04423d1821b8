//! Recordings of meetings; their content lies on disk under its hash.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Error, MeetingId, OrganizationId, Recording, RecordingId};

const MOST: i64 = 10_000;

macro_rules! select_recording {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.meeting_id, r.name, r.media_type, r.started_ms, r.duration_s, r.bytes, r.hash, r.created_ms FROM recording r ",
            $tail
        )
    };
}

fn recording(row: &Row<'_>) -> rusqlite::Result<Recording> {
    Ok(Recording {
        id: row.get(0)?,
        meeting: row.get(1)?,
        name: row.get(2)?,
        media_type: row.get(3)?,
        started: row.get(4)?,
        duration_s: row.get(5)?,
        bytes: row.get::<_, i64>(6)?.unsigned_abs(),
        hash: row.get(7)?,
        created: row.get(8)?,
    })
}

/// Draws the id of a recording before its row is there.
pub fn next_recording_id(tx: &Tx<'_>) -> Result<RecordingId, Error> {
    tx.next_id().map(RecordingId::new)
}

/// Stores a recording's row.
pub fn insert_recording(tx: &Tx<'_>, recording: &Recording) -> Result<(), Error> {
    let bytes = i64::try_from(recording.bytes).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO recording (id, meeting_id, name, media_type, started_ms, duration_s, bytes, hash, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            recording.id,
            recording.meeting,
            &recording.name,
            &recording.media_type,
            recording.started,
            recording.duration_s,
            bytes,
            recording.hash,
            tx.now,
        ),
    )
    .map(|_| ())
}

/// Recordings of a meeting, oldest first.
pub fn list_of_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<Vec<Recording>, Error> {
    tx.all(select_recording!("WHERE r.meeting_id = ?1 ORDER BY r.id LIMIT ?2"), (meeting, MOST), recording)
}

/// Ids of a meeting's recordings, oldest first.
pub fn list_ids(tx: &Tx<'_>, meeting: MeetingId) -> Result<Vec<RecordingId>, Error> {
    tx.all("SELECT id FROM recording WHERE meeting_id = ?1 ORDER BY id LIMIT ?2", (meeting, MOST), |row| row.get(0))
}

/// Recordings of an organization, oldest first.
pub fn list_of_organization(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<Recording>, Error> {
    tx.all(
        select_recording!(
            "JOIN meeting m ON m.id = r.meeting_id WHERE m.organization_id = ?1 AND m.deleted_ms IS NULL ORDER BY r.id LIMIT ?2"
        ),
        (organization, MOST),
        recording,
    )
}

/// A recording wherever it is, for links that were signed.
pub fn find_any_recording(tx: &Tx<'_>, id: RecordingId) -> Result<Option<Recording>, Error> {
    tx.first(select_recording!("JOIN meeting m ON m.id = r.meeting_id WHERE r.id = ?1 AND m.deleted_ms IS NULL"), [id], recording)
}

/// Takes a recording of a meeting away; says whether there was one. Its content goes with a sweep.
pub fn delete_recording(tx: &Tx<'_>, meeting: MeetingId, id: RecordingId) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM recording WHERE id = ?2 AND meeting_id = ?1", (meeting, id))? > 0)
}

/// Takes all recordings of a meeting away; gives their number.
pub fn delete_of_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<i64, Error> {
    Ok(i64::try_from(tx.execute("DELETE FROM recording WHERE meeting_id = ?1", [meeting])?).unwrap_or(i64::MAX))
}
