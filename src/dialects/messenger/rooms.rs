//! `/chatroom` and `/chatrooms`.

use actix_web::http::StatusCode;

use super::requests::{self, OrganizationKey, RoomKey};
use super::wire::{AutomationIn, ChatroomCreationIn, ChatroomOut, ChatroomsOut, DefaultChatroomIn, MessageOut, PeopleIn, Showing};
use crate::domain::Error;
use crate::ops::chatrooms::{self, Picture};
use crate::web::{Call, Fault, Out, Reply, Typed, With, pictures};

/// Largest body that makes a room, in bytes: its picture may come as a list of numbers.
const CREATION_BYTES: usize = 5 * 1024 * 1024;

fn showing(call: &Call) -> Showing {
    let server = call.server();
    Showing {
        base: call.base(),
        server_name: server.world.server_name().to_owned(),
        assigned_include_all: server.config.messenger.assigned_users_include_all,
    }
}

/// GET /chatroom
pub(super) async fn get_chatroom_of_event(call: Call) -> Reply<ChatroomOut> {
    let query = requests::event(call.query());
    let room = call.read(|tx, actor| chatrooms::find_of_event(tx, actor, query))?;
    Ok(Out(ChatroomOut::new(room, &showing(&call))))
}

/// GET /chatrooms
pub(super) async fn get_chatrooms(call: Call) -> Reply<ChatroomsOut> {
    let may_be_own = call.server().config.messenger.lists_own_rooms;
    let (given, actor) = (call.query(), call.actor().clone());
    let query = || given.as_ref().map_err(Error::clone);
    let organization = query().and_then(|query| requests::organization_or_own(query, may_be_own));
    let page = query().and_then(requests::page);
    let listed = call.blocking(move |world| world.read(|tx| chatrooms::list_chatrooms(tx, &actor, organization, page)));
    let (found, total) = listed.await?;
    let showing = showing(&call);
    Ok(Out(ChatroomsOut { entries: found.into_iter().map(|room| ChatroomOut::new(room, &showing)).collect(), total }))
}

/// POST /chatrooms
pub(super) async fn post_chatroom(call: Call, Typed(body): Typed<ChatroomCreationIn, CREATION_BYTES>) -> Result<With<ChatroomOut>, Fault> {
    let cmd = requests::creation(body);
    call.read(|tx, actor| chatrooms::check_creation(tx, actor, cmd.as_ref().map(|(new, _)| new).map_err(Error::clone)))?;
    let (new, bytes) = cmd?;
    let picture = keep(&call, bytes).await?;
    let room = call.write(move |tx, actor| chatrooms::create_chatroom(tx, actor, new, picture.as_ref())).await?;
    Ok(With(StatusCode::CREATED, ChatroomOut::new(room, &showing(&call))))
}

/// Content comes before the row that names it.
async fn keep(call: &Call, bytes: Option<Vec<u8>>) -> Result<Option<Picture>, Error> {
    let Some((bytes, media_type)) = bytes.and_then(|bytes| pictures::media_type(&bytes).map(|kind| (bytes, kind))) else { return Ok(None) };
    let kept = call.blocking(move |world| pictures::keep(world, &bytes)).await?;
    Ok(Some(Picture { media_type, bytes: kept.bytes, hash: kept.hash }))
}

/// POST /chatrooms/default
pub(super) async fn post_default_chatroom(call: Call, Typed(body): Typed<DefaultChatroomIn>) -> Result<With<ChatroomOut>, Fault> {
    let cmd = requests::room_for_all(&body);
    let (room, is_new) = call.write(move |tx, actor| chatrooms::create_for_all(tx, actor, cmd)).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(With(status, ChatroomOut::new(room, &showing(&call))))
}

/// DELETE /chatrooms/default/{organizationID}
pub(super) async fn delete_default_chatroom(call: Call, OrganizationKey(organization): OrganizationKey) -> Reply<MessageOut> {
    call.write(move |tx, actor| chatrooms::delete_for_all(tx, actor, organization)).await?;
    Ok(Out(MessageOut::new("default chatroom removed")))
}

/// GET /chatrooms/{roomID}
pub(super) async fn get_chatroom(call: Call, RoomKey(id): RoomKey) -> Reply<ChatroomOut> {
    let room = call.read(|tx, actor| chatrooms::get_chatroom(tx, actor, id))?;
    Ok(Out(ChatroomOut::new(room, &showing(&call))))
}

/// DELETE /chatrooms/{roomID}
pub(super) async fn delete_chatroom(call: Call, RoomKey(id): RoomKey) -> Reply<MessageOut> {
    call.write(move |tx, actor| chatrooms::delete_chatroom(tx, actor, id)).await?;
    Ok(Out(MessageOut::new("chatroom deleted")))
}

/// PATCH /chatrooms/{roomID}
pub(super) async fn patch_chatroom(call: Call, RoomKey(id): RoomKey, Typed(body): Typed<AutomationIn>) -> Reply<MessageOut> {
    let is_automated = requests::automation(&body);
    call.write(move |tx, actor| chatrooms::set_automated(tx, actor, id, is_automated)).await?;
    Ok(Out(MessageOut::new("chatroom updated")))
}

/// POST /chatrooms/{roomID}/claim
pub(super) async fn post_claim(call: Call, RoomKey(id): RoomKey) -> Reply<MessageOut> {
    call.write(move |tx, actor| chatrooms::claim_chatroom(tx, actor, id)).await?;
    Ok(Out(MessageOut::new("chatroom claimed")))
}

/// POST /chatrooms/{roomID}/users
pub(super) async fn post_users(call: Call, RoomKey(id): RoomKey, Typed(body): Typed<PeopleIn>) -> Reply<MessageOut> {
    let people = requests::people(body);
    call.write(move |tx, actor| chatrooms::add_people(tx, actor, id, people)).await?;
    Ok(Out(MessageOut::new("users added")))
}
