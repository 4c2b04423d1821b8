//! `/meetings`: conference rooms, as the ClickMeeting API has them. An administrator acts for the organization that the query names.

mod keys;
mod past;
mod requests;
mod wire;

use actix_web::http::StatusCode;

use super::requests::{id_in_path, part};
use super::wire::{DoneOut, PageOut};
use crate::domain::{Actor, Error, MeetingId, NamePart, Noun};
use crate::ops::{access, meetings};
use crate::store::Tx;
use crate::web::{Call, Fault, Out, Reply, Typed, With};
use wire::{MeetingIn, MeetingOut, Showing};

pub(super) use keys::{
    delete_meeting_recording, get_meeting_recordings, get_meeting_registrations, get_meeting_tokens, post_meeting_tokens,
    post_token_revocations,
};
pub(super) use past::{get_chat, get_chat_archive, get_meeting_session, get_meeting_sessions, post_report};

/// Reads for the organization that the query names.
fn read<T>(call: &Call, work: impl FnOnce(&Tx<'_>, &Actor) -> Result<T, Error>) -> Result<T, Error> {
    let query = call.query()?;
    let organization = query.text("organization")?;
    call.read(|tx, actor| work(tx, &access::steward(tx, actor, organization)?))
}

/// Writes for the organization that the query names.
async fn write<T: Send + 'static>(
    call: &Call,
    work: impl FnOnce(&Tx<'_>, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let organization = call.query()?.text("organization")?.map(str::to_owned);
    call.write(move |tx, actor| work(tx, &access::steward(tx, actor, organization.as_deref())?)).await
}

fn meeting_in_path(call: &Call) -> Result<MeetingId, Error> {
    id_in_path(call, "meeting_id", Error::NotFound(Noun::Meeting))
}

fn showing(call: &Call) -> Showing<'_> {
    let server = call.server();
    Showing { base: call.base(), keys: &server.meeting_keys, now: server.world.clock().now() }
}

/// GET /meetings
pub(super) async fn get_meetings(call: Call) -> Reply<PageOut<MeetingOut>> {
    let query = call.query()?;
    let (limit, offset) = part(&query)?;
    let status = requests::status(&query)?;
    let (organization, name) = (query.text("organization")?.map(str::to_owned), NamePart::parse(query.text("q")?.unwrap_or_default())?);
    let actor = call.actor().clone();
    let search = move |tx: &Tx<'_>| {
        let actor = access::steward(tx, &actor, organization.as_deref())?;
        meetings::search_meetings(tx, &actor, status, &name)
    };
    let found = call.blocking(move |world| world.read(search)).await?;
    let (total, showing) = (found.len(), showing(&call));
    let items = found.into_iter().skip(offset).take(limit).map(|meeting| MeetingOut::new(meeting, &showing)).collect();
    Ok(Out(PageOut { items, total }))
}

/// POST /meetings
pub(super) async fn post_meeting(call: Call, Typed(body): Typed<MeetingIn>) -> Result<With<MeetingOut>, Fault> {
    let new = requests::new_meeting(body)?;
    let made = write(&call, move |tx, actor| meetings::create_meeting(tx, actor, Ok(new))).await?;
    Ok(With(StatusCode::CREATED, MeetingOut::new(made.meeting, &showing(&call))))
}

/// GET /meetings/{meeting_id}
pub(super) async fn get_meeting(call: Call) -> Reply<MeetingOut> {
    let id = meeting_in_path(&call)?;
    let found = read(&call, |tx, actor| meetings::get_meeting(tx, actor, id))?;
    Ok(Out(MeetingOut::new(found.meeting, &showing(&call))))
}

/// PATCH /meetings/{meeting_id}
pub(super) async fn patch_meeting(call: Call, Typed(body): Typed<MeetingIn>) -> Reply<MeetingOut> {
    let (id, patch) = (meeting_in_path(&call)?, requests::patch(body)?);
    let edited = write(&call, move |tx, actor| meetings::edit_meeting(tx, actor, id, Ok(patch))).await?;
    Ok(Out(MeetingOut::new(edited.meeting, &showing(&call))))
}

/// DELETE /meetings/{meeting_id}
pub(super) async fn delete_meeting(call: Call) -> Reply<DoneOut> {
    let id = meeting_in_path(&call)?;
    write(&call, move |tx, actor| meetings::delete_meeting(tx, actor, id)).await?;
    Ok(Out(DoneOut {}))
}
