//! `/rooms` and `/rooms/{room_id}/members`.

use actix_web::HttpResponse;

use super::requests::{self, Leaving};
use super::wire::{MemberOut, MembersOut, RoomIdOut, RoomOut, Urls};
use crate::domain::RoomId;
use crate::ops;
use crate::web::guard::no_content;
use crate::web::{Call, Fault, Id, Out, Params, Reply};

/// GET /rooms
pub(super) async fn get_rooms(call: Call) -> Reply<Vec<RoomOut>> {
    let rooms = call.read(ops::rooms::list_rooms)?;
    let urls = Urls::new(call.base());
    Ok(Out(rooms.into_iter().map(|room| RoomOut::listed(room, &urls)).collect()))
}

/// POST /rooms
pub(super) async fn post_rooms(call: Call, params: Params) -> Reply<RoomIdOut> {
    let cmd = requests::new_room(&params);
    let room = call.write(move |tx, actor| ops::rooms::create_room(tx, actor, cmd)).await?;
    Ok(Out(RoomIdOut { room_id: room.get() }))
}

/// GET /rooms/{room_id}
pub(super) async fn get_room(call: Call, Id(room): Id<RoomId>) -> Reply<RoomOut> {
    let room = call.read(|tx, actor| ops::rooms::get_room(tx, actor, room))?;
    Ok(Out(RoomOut::detailed(room, &Urls::new(call.base()))))
}

/// PUT /rooms/{room_id}
pub(super) async fn put_room(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<RoomIdOut> {
    let patch = requests::room_patch(&params);
    let room = call.write(move |tx, actor| ops::rooms::edit_room(tx, actor, room, patch)).await?;
    Ok(Out(RoomIdOut { room_id: room.get() }))
}

/// DELETE /rooms/{room_id}
pub(super) async fn delete_room(call: Call, Id(room): Id<RoomId>, params: Params) -> Result<HttpResponse, Fault> {
    let action = requests::action_type(&params);
    call.write(move |tx, actor| match action {
        Ok(Leaving::Leave) => ops::rooms::leave_room(tx, actor, room),
        Ok(Leaving::Delete) => ops::rooms::delete_room(tx, actor, room),
        Err(error) => ops::rooms::get_room(tx, actor, room).and(Err(error)),
    })
    .await?;
    Ok(no_content())
}

/// GET /rooms/{room_id}/members
pub(super) async fn get_members(call: Call, Id(room): Id<RoomId>) -> Reply<Vec<MemberOut>> {
    let members = call.read(|tx, actor| ops::rooms::list_members(tx, actor, room))?;
    let urls = Urls::new(call.base());
    Ok(Out(members.into_iter().map(|member| MemberOut::new(member, &urls)).collect()))
}

/// PUT /rooms/{room_id}/members
pub(super) async fn put_members(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<MembersOut> {
    let list = requests::members(&params);
    let members = call.write(move |tx, actor| ops::rooms::replace_members(tx, actor, room, list)).await?;
    Ok(Out(members.into()))
}
