//! Recordings of meetings.

use super::{access, settings};
use crate::domain::{Actor, BlobHash, Error, Event, Meeting, MeetingId, Noun, Recording, RecordingId, Timestamp};
use crate::store::{self, Tx};

/// Recordings of a meeting, oldest first.
pub fn list_recordings(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<Vec<Recording>, Error> {
    access::meeting(tx, actor, id)?;
    store::recordings::list_of_meeting(tx, id)
}

/// Recordings of the whole organization, oldest first.
pub fn list_all_recordings(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<Recording>, Error> {
    store::recordings::list_of_organization(tx, actor.organization)
}

/// Deletes a recording; its content goes with a sweep.
pub fn delete_recording(tx: &Tx<'_>, actor: &Actor, id: MeetingId, recording: RecordingId) -> Result<(), Error> {
    access::meeting(tx, actor, id)?;
    if !store::recordings::delete_recording(tx, id, recording)? {
        return Err(Error::NotFound(Noun::Recording));
    }
    store::meetings::add_recordings(tx, id, -1)?;
    tx.record(Event::RecordingDeleted(id, recording))
}

/// Deletes all recordings of a meeting.
pub fn delete_recordings(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<(), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    store::recordings::delete_of_meeting(tx, id)?;
    store::meetings::add_recordings(tx, id, -meeting.recording_num)?;
    tx.record(Event::RecordingsDeleted(id))
}

/// A recording behind a link whose signature was checked.
pub fn get_signed_recording(tx: &Tx<'_>, id: RecordingId) -> Result<Recording, Error> {
    store::recordings::find_any_recording(tx, id)?.ok_or(Error::NotFound(Noun::Recording))
}

/// A recording whose content is on the disk.
#[derive(Clone, Debug)]
pub struct NewRecording {
    /// Name as shown; the room's when absent.
    pub name: Option<String>,
    /// Media type.
    pub media_type: String,
    /// When it began; now when absent.
    pub started: Option<Timestamp>,
    /// How long it is.
    pub duration_s: i64,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
}

/// Adds a recording to a meeting.
pub fn add_recording(tx: &Tx<'_>, meeting: &Meeting, new: NewRecording) -> Result<Recording, Error> {
    if !(0..=30 * 24 * 3_600).contains(&new.duration_s) {
        return Err(Error::Invalid("duration", "a recording lasts 0 seconds to 30 days"));
    }
    settings::check_quota(tx, meeting.organization, new.bytes)?;
    let recording = Recording {
        id: store::recordings::next_recording_id(tx)?,
        meeting: meeting.id,
        name: new.name.unwrap_or_else(|| meeting.name.clone()),
        media_type: new.media_type,
        started: new.started.unwrap_or(tx.now),
        duration_s: new.duration_s,
        bytes: new.bytes,
        hash: new.hash,
        created: tx.now,
    };
    store::recordings::insert_recording(tx, &recording)?;
    store::meetings::add_recordings(tx, meeting.id, 1)?;
    tx.record(Event::RecordingAdded(meeting.id, recording.id))?;
    Ok(recording)
}
