//! Recordings as the ClickMeeting API shows them.

use serde::Serialize;

use crate::dialects::clickmeeting::wire::Showing;
use crate::domain::Recording;
use crate::domain::civil::utc_text;

/// A recording, in a list of its room or (with the room's id) of all.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct RecordingOut {
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_id: Option<i64>,
    recording_url: String,
    recording_duration: i64,
    recorder_started: String,
    recorder_start_date: String,
    recording_file_size: SizeOut,
    recording_name: String,
}

/// A size in bytes: a number, or a text where the configuration says so.
#[derive(Serialize)]
#[serde(untagged)]
enum SizeOut {
    Number(u64),
    Text(String),
}

impl RecordingOut {
    pub(in crate::dialects::clickmeeting) fn new(recording: Recording, showing: &Showing<'_>, is_size_text: bool, with_room: bool) -> Self {
        let utc = utc_text(recording.started);
        let size = if is_size_text { SizeOut::Text(recording.bytes.to_string()) } else { SizeOut::Number(recording.bytes) };
        Self {
            id: recording.id.get(),
            conference_id: with_room.then(|| recording.meeting.get()),
            recording_url: showing.recording_link(recording.id),
            recording_duration: recording.duration_s,
            recorder_start_date: format!("{}+00:00", utc.replace(' ', "T")),
            recorder_started: utc,
            recording_file_size: size,
            recording_name: recording.name,
        }
    }
}
