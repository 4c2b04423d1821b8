//! `/conferences` and `/conferences/{room_id}`.

mod wire;

use actix_web::web::Path;

use super::requests;
use super::wire::SkinOut;
use super::{showing, skins, speaks_moodle};
use crate::domain::{MeetingId, MeetingStatus};
use crate::ops::meetings;
use crate::web::{Call, Id, Out, Reply, Tree};
use wire::{ConferenceOut, ConferencesOut, DeletedOut, MadeOut, RoomOut};

/// GET /conferences
pub(super) async fn get_conferences(call: Call, tree: Tree) -> Reply<ConferencesOut> {
    let active_conferences = list(&call, MeetingStatus::Active, &tree)?;
    Ok(Out(ConferencesOut { active_conferences, scheduled_conferences: Vec::new() }))
}

/// GET /conferences/{status}
pub(super) async fn get_conferences_by_status(call: Call, status: Path<String>, tree: Tree) -> Reply<Vec<RoomOut>> {
    Ok(Out(list(&call, requests::parse_status(&status)?, &tree)?))
}

fn list(call: &Call, status: MeetingStatus, tree: &Tree) -> Result<Vec<RoomOut>, crate::domain::Error> {
    let page = requests::page(tree);
    let found = call.read(|tx, actor| meetings::list_meetings(tx, actor, status, page))?;
    let showing = showing(call);
    Ok(found.into_iter().map(|view| RoomOut::new(view, &showing)).collect())
}

/// POST /conferences
pub(super) async fn post_conference(call: Call, tree: Tree) -> Reply<MadeOut> {
    let cmd = requests::new_meeting(&tree);
    let made = call.write(move |tx, actor| meetings::create_meeting(tx, actor, cmd)).await?;
    Ok(Out(MadeOut { room: RoomOut::new(made, &showing(&call)).just_made() }))
}

/// GET /conferences/{room_id}
pub(super) async fn get_conference(call: Call, Id(room): Id<MeetingId>) -> Reply<ConferenceOut> {
    let found = call.read(|tx, actor| meetings::get_meeting(tx, actor, room))?;
    Ok(Out(ConferenceOut { conference: RoomOut::new(found, &showing(&call)) }))
}

/// PUT /conferences/{room_id}
pub(super) async fn put_conference(call: Call, Id(room): Id<MeetingId>, tree: Tree) -> Reply<ConferenceOut> {
    let cmd = requests::meeting_patch(&tree);
    let edited = call.write(move |tx, actor| meetings::edit_meeting(tx, actor, room, cmd)).await?;
    Ok(Out(ConferenceOut { conference: RoomOut::new(edited, &showing(&call)) }))
}

/// DELETE /conferences/{room_id}
pub(super) async fn delete_conference(call: Call, Id(room): Id<MeetingId>) -> Reply<DeletedOut> {
    call.write(move |tx, actor| meetings::delete_meeting(tx, actor, room)).await?;
    let is_text = speaks_moodle(call.head(), &call.server().config);
    Ok(Out(if is_text { DeletedOut::Text("200 OK") } else { DeletedOut::Object { result: "OK" } }))
}

/// GET /conferences/skins
pub(super) async fn get_skins(call: Call) -> Reply<Vec<SkinOut>> {
    Ok(Out(skins::list(&call.base())))
}
