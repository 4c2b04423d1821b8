//! What belongs to a conference room: recordings, who registered, access tokens.

use actix_web::http::StatusCode;

use super::super::requests::id_in_path;
use super::super::wire::{DoneOut, ListOut};
use super::wire::{AccessTokenOut, HowManyIn, RecordingOut, RegistrationOut, TokensIn};
use super::{meeting_in_path, read, requests, showing, write};
use crate::domain::{Error, Noun, RecordingId, RegistrationStatus};
use crate::ops::{recordings, registrations, room_keys};
use crate::web::{Call, Fault, Out, Reply, Typed, With};

/// GET /meetings/{meeting_id}/recordings
pub(in crate::admin) async fn get_meeting_recordings(call: Call) -> Reply<ListOut<RecordingOut>> {
    let id = meeting_in_path(&call)?;
    let found = read(&call, |tx, actor| recordings::list_recordings(tx, actor, id))?;
    let showing = showing(&call);
    Ok(Out(ListOut { items: found.into_iter().map(|recording| RecordingOut::new(recording, &showing)).collect() }))
}

/// DELETE /meetings/{meeting_id}/recordings/{recording_id}
pub(in crate::admin) async fn delete_meeting_recording(call: Call) -> Reply<DoneOut> {
    let id = meeting_in_path(&call)?;
    let recording: RecordingId = id_in_path(&call, "recording_id", Error::NotFound(Noun::Recording))?;
    write(&call, move |tx, actor| recordings::delete_recording(tx, actor, id, recording)).await?;
    Ok(Out(DoneOut {}))
}

/// GET /meetings/{meeting_id}/registrations
pub(in crate::admin) async fn get_meeting_registrations(call: Call) -> Reply<ListOut<RegistrationOut>> {
    let id = meeting_in_path(&call)?;
    let (_, found) = read(&call, |tx, actor| registrations::list_registrations(tx, actor, id, RegistrationStatus::All))?;
    Ok(Out(ListOut { items: found.into_iter().map(RegistrationOut::from).collect() }))
}

/// GET /meetings/{meeting_id}/tokens
pub(in crate::admin) async fn get_meeting_tokens(call: Call) -> Reply<ListOut<AccessTokenOut>> {
    let id = meeting_in_path(&call)?;
    let (_, found) = read(&call, |tx, actor| room_keys::list_tokens(tx, actor, id))?;
    Ok(Out(ListOut { items: found.into_iter().map(AccessTokenOut::from).collect() }))
}

/// POST /meetings/{meeting_id}/tokens
pub(in crate::admin) async fn post_meeting_tokens(
    call: Call,
    Typed(body): Typed<HowManyIn>,
) -> Result<With<ListOut<AccessTokenOut>>, Fault> {
    let (id, how_many, most) = (meeting_in_path(&call)?, requests::how_many(&body)?, call.server().config.clickmeeting.most_tokens());
    let (_, made) = write(&call, move |tx, actor| room_keys::create_tokens(tx, actor, id, Ok(how_many), most)).await?;
    Ok(With(StatusCode::CREATED, ListOut { items: made.into_iter().map(AccessTokenOut::from).collect() }))
}

/// POST /meetings/{meeting_id}/tokens/revocations
pub(in crate::admin) async fn post_token_revocations(call: Call, Typed(body): Typed<TokensIn>) -> Reply<DoneOut> {
    let (id, tokens) = (meeting_in_path(&call)?, requests::tokens(body)?);
    write(&call, move |tx, actor| room_keys::revoke_tokens(tx, actor, id, Ok(tokens))).await?;
    Ok(Out(DoneOut {}))
}
