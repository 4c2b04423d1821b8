//! `/conferences/recordings` and `/conferences/{room_id}/recordings`.

mod wire;

use super::showing;
use super::wire::CapitalStatusOut;
use crate::domain::{MeetingId, Recording, RecordingId};
use crate::ops::recordings;
use crate::web::{Call, Id, Out, Reply};
use wire::RecordingOut;

/// GET /conferences/{room_id}/recordings
pub(super) async fn get_room_recordings(call: Call, Id(room): Id<MeetingId>) -> Reply<Vec<RecordingOut>> {
    let found = call.read(|tx, actor| recordings::list_recordings(tx, actor, room))?;
    Ok(Out(shown(&call, found, false)))
}

/// GET /conferences/recordings
pub(super) async fn get_recordings(call: Call) -> Reply<Vec<RecordingOut>> {
    let found = call.read(recordings::list_all_recordings)?;
    Ok(Out(shown(&call, found, true)))
}

fn shown(call: &Call, found: Vec<Recording>, with_room: bool) -> Vec<RecordingOut> {
    let (showing, is_text) = (showing(call), call.server().config.clickmeeting.sizes_are_texts);
    found.into_iter().map(|recording| RecordingOut::new(recording, &showing, is_text, with_room)).collect()
}

/// DELETE /conferences/{room_id}/recordings
pub(super) async fn delete_recordings(call: Call, Id(room): Id<MeetingId>) -> Reply<CapitalStatusOut> {
    call.write(move |tx, actor| recordings::delete_recordings(tx, actor, room)).await?;
    Ok(Out(CapitalStatusOut { status: "OK" }))
}

/// DELETE /conferences/{room_id}/recordings/{recording_id}
pub(super) async fn delete_recording(call: Call, Id(room): Id<MeetingId>, Id(id): Id<RecordingId>) -> Reply<CapitalStatusOut> {
    call.write(move |tx, actor| recordings::delete_recording(tx, actor, room, id)).await?;
    Ok(Out(CapitalStatusOut { status: "OK" }))
}
