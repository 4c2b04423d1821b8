//! `/rooms`: every room of an organization; groups are managed here, direct and personal rooms are only listed.

mod wire;

use actix_web::http::StatusCode;

pub(super) use self::wire::RoomLabelOut;
use self::wire::{MemberIn, RoomIn, RoomOut, RoomsOut};
use super::requests::{self, required};
use super::wire::DoneOut;
use crate::domain::{AccountId, Error, MemberList, NamePart, Noun, Role, RoomId, RoomKind, RoomName, RoomPatch};
use crate::ops::{catalogue, stewards};
use crate::store::Tx;
use crate::web::{Call, Fault, Out, Params, Reply, Typed, With};

/// Longest description, in characters.
const DESCRIPTION_CHARS: usize = 10_000;

/// GET /rooms
pub(super) async fn get_rooms(call: Call) -> Reply<RoomsOut> {
    let query = call.query()?;
    let part = requests::part(&query)?;
    let (organization, kind, name) =
        (requests::organization(&query)?, kind(&query)?, NamePart::parse(query.text("q")?.unwrap_or_default())?);
    let find = move |tx: &Tx<'_>| catalogue::list_rooms(tx, organization.as_deref(), kind, &name, part);
    Ok(Out(RoomsOut::new(call.blocking(move |world| world.read(find)).await?)))
}

/// Groups unless something else is asked for.
fn kind(query: &Params) -> Result<Option<RoomKind>, Error> {
    match query.text("kind")? {
        None => Ok(Some(RoomKind::Group)),
        Some("all") => Ok(None),
        Some(word) => RoomKind::named(word).map(Some).ok_or(Error::Invalid("kind", "use group, direct, my or all")),
    }
}

/// The room that the path names.
fn room_in_path(call: &Call) -> Result<RoomId, Error> {
    requests::id_in_path(call, "room_id", Error::RoomHidden)
}

/// GET /rooms/{room_id}
pub(super) async fn get_room(call: Call) -> Reply<RoomOut> {
    let (id, organization) = (room_in_path(&call)?, requests::organization(&call.query()?)?);
    let found = call.read(|tx, _| catalogue::get_room(tx, organization.as_deref(), id))?;
    Ok(Out(RoomOut::new(found, call.server().world.server_name())))
}

/// POST /rooms
pub(super) async fn post_room(call: Call, Typed(body): Typed<RoomIn>) -> Result<With<RoomOut>, Fault> {
    let name = RoomName::parse(required(body.name, "name")?)?;
    let description = body.description.map(description).transpose()?.unwrap_or_default();
    let admins = body.admins.unwrap_or_default().into_iter().map(AccountId::new).collect();
    let members = body.members.unwrap_or_default().into_iter().map(AccountId::new).collect();
    let members = MemberList::parse(admins, members, Vec::new())
        .map_err(|_| Error::Invalid("admins", "name at least one administrator, and at most 5,000 people"))?;
    let made =
        call.write(move |tx, admin| stewards::create_group(tx, admin, body.organization.as_deref(), &name, &description, &members)).await?;
    Ok(With(StatusCode::CREATED, RoomOut::new(made, call.server().world.server_name())))
}

fn description(text: String) -> Result<String, Error> {
    let is_fine = text.chars().count() <= DESCRIPTION_CHARS;
    if is_fine { Ok(text) } else { Err(Error::Invalid("description", "a description has at most 10,000 characters")) }
}

/// PATCH /rooms/{room_id}
pub(super) async fn patch_room(call: Call, Typed(body): Typed<RoomIn>) -> Reply<RoomOut> {
    let id = room_in_path(&call)?;
    let name = body.name.map(RoomName::parse).transpose()?;
    let patch = RoomPatch { name, description: body.description.map(description).transpose()?, icon: None };
    let changed = call.write(move |tx, admin| stewards::edit_group(tx, admin, body.organization.as_deref(), id, Ok(patch))).await?;
    Ok(Out(RoomOut::new(changed, call.server().world.server_name())))
}

/// DELETE /rooms/{room_id}
pub(super) async fn delete_room(call: Call) -> Reply<DoneOut> {
    let (id, organization) = (room_in_path(&call)?, requests::organization(&call.query()?)?);
    call.write(move |tx, admin| stewards::delete_group(tx, admin, organization.as_deref(), id)).await?;
    Ok(Out(DoneOut {}))
}

/// The person that the path names.
fn member_in_path(call: &Call) -> Result<AccountId, Error> {
    requests::id_in_path(call, "account_id", Error::NotFound(Noun::Account))
}

/// PUT /rooms/{room_id}/members/{account_id}
pub(super) async fn put_member(call: Call, Typed(body): Typed<MemberIn>) -> Reply<RoomOut> {
    let (id, account) = (room_in_path(&call)?, member_in_path(&call)?);
    let role = Role::named(&required(body.role, "role")?).ok_or(Error::Invalid("role", "use admin, moderator, member or readonly"))?;
    let changed = call.write(move |tx, admin| stewards::set_member(tx, admin, body.organization.as_deref(), id, account, role)).await?;
    Ok(Out(RoomOut::new(changed, call.server().world.server_name())))
}

/// DELETE /rooms/{room_id}/members/{account_id}
pub(super) async fn delete_member(call: Call) -> Reply<RoomOut> {
    let (id, account, organization) = (room_in_path(&call)?, member_in_path(&call)?, requests::organization(&call.query()?)?);
    let changed = call.write(move |tx, admin| stewards::remove_member(tx, admin, organization.as_deref(), id, account)).await?;
    Ok(Out(RoomOut::new(changed, call.server().world.server_name())))
}
