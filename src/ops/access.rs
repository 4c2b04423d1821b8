//! Who may get hold of what. The only door to a room or a meeting.

use crate::domain::{
    AccountId, Actor, Error, ExternalRoomId, Meeting, MeetingId, Noun, OrganizationId, Reach, Room, RoomId, Session, SessionId,
};
use crate::store::{self, Tx};

/// A room the actor is in, or any group of the organization for a token that reaches them all. Rooms that don't exist,
/// were deleted or were left look the same to a stranger.
pub fn visible_room(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Room, Error> {
    let found = match store::rooms::find_room_of(tx, actor.account, room)? {
        None if actor.dialect.reaches_every_group() => store::rooms::find_group(tx, actor.organization, actor.account, room)?,
        found => found,
    };
    found.ok_or(Error::RoomHidden)
}

/// The rooms the actor is in, or those of them that are named; others are left out.
pub fn rooms_within_reach(tx: &Tx<'_>, actor: &Actor, named: Option<&[ExternalRoomId]>) -> Result<Vec<Reach>, Error> {
    let Some(named) = named else { return store::finding::list_reach(tx, actor.account) };
    let mut found = Vec::with_capacity(named.len());
    for room in named {
        let reach = store::finding::find_reach(tx, actor.account, actor.organization, *room)?;
        found.extend(reach.filter(|reach| !found.contains(reach)));
    }
    Ok(found)
}

/// A room the actor is in, by its 19 digits.
pub fn room_in_reach(tx: &Tx<'_>, actor: &Actor, room: ExternalRoomId) -> Result<Room, Error> {
    let reach = store::finding::find_reach(tx, actor.account, actor.organization, room)?.ok_or(Error::RoomHidden)?;
    visible_room(tx, actor, reach.room)
}

/// The same where the API says apart rooms that do not exist and rooms one is not in.
pub fn addressed_room(tx: &Tx<'_>, actor: &Actor, room: ExternalRoomId) -> Result<Room, Error> {
    match room_in_reach(tx, actor, room) {
        Err(Error::RoomHidden) if store::finding::is_room(tx, room)? => Err(Error::Forbidden),
        found => found,
    }
}

/// A meeting of the actor's organization. Those of others look as if they did not exist.
pub fn meeting(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<Meeting, Error> {
    store::meetings::find_meeting(tx, actor.organization, id)?.ok_or(Error::NotFound(Noun::Meeting))
}

/// A session of such a meeting.
pub fn session(tx: &Tx<'_>, actor: &Actor, id: MeetingId, session: SessionId) -> Result<(Meeting, Session), Error> {
    let meeting = meeting(tx, actor, id)?;
    let session = store::sessions::find_session(tx, meeting.id, session)?.ok_or(Error::NotFound(Noun::Session))?;
    Ok((meeting, session))
}

/// Whether an account may be put into a room by the actor: an active person of the same organization, or a contact.
pub fn may_invite(tx: &Tx<'_>, actor: &Actor, account: AccountId) -> Result<bool, Error> {
    match store::accounts::find_active_person(tx, account)? {
        None => Ok(false),
        Some(organization) if organization == actor.organization => Ok(true),
        Some(_) => Ok(store::contacts::find_contact(tx, actor.account, account)?.is_some()),
    }
}

/// The organization a command line names, or the only one there is.
pub fn organization(tx: &Tx<'_>, slug: Option<&str>) -> Result<OrganizationId, Error> {
    if let Some(slug) = slug {
        let found = store::organizations::find_by_slug(tx, slug)?;
        return found.map(|organization| organization.id).ok_or(Error::NotFound(Noun::Organization));
    }
    match store::organizations::list_organizations(tx)?.as_slice() {
        [only] => Ok(only.id),
        _ => Err(Error::Invalid("organization", "there are several; say which with --organization SLUG")),
    }
}
