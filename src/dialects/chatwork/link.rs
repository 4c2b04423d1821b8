//! `/rooms/{room_id}/link`.

use super::requests;
use super::wire::{LinkOut, Urls};
use crate::domain::RoomId;
use crate::ops;
use crate::web::{Call, Id, Out, Params, Reply};

/// GET /rooms/{room_id}/link
pub(super) async fn get_link(call: Call, Id(room): Id<RoomId>) -> Reply<LinkOut> {
    let link = call.read(|tx, actor| ops::invitations::get_link(tx, actor, room))?;
    Ok(Out(LinkOut::new(link, &Urls::new(call.base()))))
}

/// POST /rooms/{room_id}/link
pub(super) async fn post_link(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<LinkOut> {
    let cmd = requests::new_invitation(&params);
    let link = call.write(move |tx, actor| ops::invitations::create_link(tx, actor, room, cmd)).await?;
    Ok(Out(LinkOut::new(Some(link), &Urls::new(call.base()))))
}

/// PUT /rooms/{room_id}/link
pub(super) async fn put_link(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<LinkOut> {
    let cmd = requests::new_invitation(&params);
    let link = call.write(move |tx, actor| ops::invitations::replace_link(tx, actor, room, cmd)).await?;
    Ok(Out(LinkOut::new(Some(link), &Urls::new(call.base()))))
}

/// DELETE /rooms/{room_id}/link
pub(super) async fn delete_link(call: Call, Id(room): Id<RoomId>) -> Reply<LinkOut> {
    call.write(move |tx, actor| ops::invitations::delete_link(tx, actor, room)).await?;
    Ok(Out(LinkOut::new(None, &Urls::new(call.base()))))
}
