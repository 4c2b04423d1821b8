//! Invitation links of groups, and coming in through them.

use super::{access, rooms};
use crate::domain::{
    AccountId, Actor, Error, Event, Invitation, InvitationCode, InvitationView, JoinRequest, NewInvitation, Notice, Noun, Role, Room,
    RoomId, RoomKind,
};
use crate::store::{self, Tx};

/// Length of a random code.
const RANDOM_CODE: usize = 14;

/// The link of a group, if there is one. Read-only members don't see it.
pub fn get_link(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Option<Invitation>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    require_group(&room)?;
    store::invitations::find_invitation(tx, room.writable()?.id)
}

/// Makes the link of a group.
pub fn create_link(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: Result<NewInvitation, Error>) -> Result<Invitation, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let cmd = cmd?;
    let room = room.managed()?;
    if store::invitations::find_invitation(tx, room.id)?.is_some() {
        return Err(Error::LinkExists);
    }
    make(tx, room.id, cmd)
}

/// Makes a link for a room that has none.
pub(super) fn make(tx: &Tx<'_>, room: RoomId, cmd: NewInvitation) -> Result<Invitation, Error> {
    let invitation = insert(tx, room, cmd, String::new())?;
    tx.record(Event::LinkCreated(room))?;
    Ok(invitation)
}

/// Replaces the link of a group: without a code it gets a new random one, without a description it keeps the old text.
/// Who waits to be let in goes on waiting.
pub fn replace_link(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: Result<NewInvitation, Error>) -> Result<Invitation, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let cmd = cmd?;
    let room = room.managed()?;
    let old = store::invitations::find_invitation(tx, room.id)?.ok_or(Error::LinkMissing)?;
    store::invitations::end_invitation(tx, room.id)?;
    let invitation = insert(tx, room.id, cmd, old.description)?;
    tx.record(Event::LinkEdited(room.id))?;
    Ok(invitation)
}

/// Ends the link of a group. Who waits behind it waits no more.
pub fn delete_link(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    let room = access::visible_room(tx, actor, room)?.managed()?;
    store::invitations::find_invitation(tx, room.id)?.ok_or(Error::LinkMissing)?;
    end(tx, room.id)?;
    tx.record(Event::LinkDeleted(room.id))
}

/// Ends the link of a room, if there is one, and the waiting of those who came through it.
pub(super) fn end(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    store::invitations::end_invitation(tx, room)?;
    store::invitations::delete_join_requests(tx, room)
}

fn insert(tx: &Tx<'_>, room: RoomId, cmd: NewInvitation, old_description: String) -> Result<Invitation, Error> {
    let code = match cmd.code {
        Some(code) => code,
        None => InvitationCode::parse("code", &tx.random_text(RANDOM_CODE))?,
    };
    if store::invitations::find_by_code(tx, &code)?.is_some() {
        return Err(Error::Taken("code"));
    }
    let description = cmd.description.unwrap_or(old_description);
    let invitation = Invitation { room, code, needs_acceptance: cmd.needs_acceptance, description };
    store::invitations::insert_invitation(tx, &invitation)?;
    Ok(invitation)
}

fn require_group(room: &Room) -> Result<(), Error> {
    if room.kind == RoomKind::Group { Ok(()) } else { Err(Error::NotInThisRoom) }
}

/// What anybody who has the link may see.
pub fn view_link(tx: &Tx<'_>, code: &InvitationCode) -> Result<InvitationView, Error> {
    store::invitations::find_by_code(tx, code)?.ok_or(Error::NotFound(Noun::Invitation))
}

/// How somebody stands to the room behind a link.
#[derive(Debug)]
pub enum Standing {
    /// Just came in.
    Joined,
    /// Waits for an administrator.
    Waiting,
    /// Is in the room already.
    Member,
    /// Is in the room and may let these people in.
    Admin(Vec<JoinRequest>),
}

/// Comes in through a link, or asks to be let in. People of the room's organization only.
pub fn join_by_link(tx: &Tx<'_>, actor: &Actor, code: &InvitationCode) -> Result<Standing, Error> {
    let view = view_link(tx, code)?;
    let room = view.invitation.room;
    match store::memberships::find_role(tx, room, actor.account)? {
        Some(Role::Admin) => return store::invitations::list_join_requests(tx, room).map(Standing::Admin),
        Some(_) => return Ok(Standing::Member),
        None => {}
    }
    if store::accounts::find_active_person(tx, actor.account)? != Some(view.organization) {
        return Err(Error::Forbidden);
    }
    if view.invitation.needs_acceptance {
        if store::invitations::insert_join_request(tx, room, actor.account)? {
            tx.record(Event::JoinRequested(room, actor.account))?;
        }
        return Ok(Standing::Waiting);
    }
    enter(tx, room, actor.account)?;
    Ok(Standing::Joined)
}

/// Lets somebody in who waits, or sends them away. Administrators of the room only.
pub fn answer_join_request(
    tx: &Tx<'_>,
    actor: &Actor,
    code: &InvitationCode,
    person: AccountId,
    is_accepted: bool,
) -> Result<Standing, Error> {
    let room = access::visible_room(tx, actor, view_link(tx, code)?.invitation.room)?.managed()?;
    let is_active = store::accounts::find_active_person(tx, person)?.is_some();
    if !is_active || !store::invitations::delete_join_request(tx, room.id, person)? {
        return Err(Error::NotFound(Noun::JoinRequest));
    }
    if is_accepted && store::memberships::find_role(tx, room.id, person)?.is_none() {
        enter(tx, room.id, person)?;
    } else {
        tx.record(Event::JoinDeclined(room.id, person))?;
    }
    store::invitations::list_join_requests(tx, room.id).map(Standing::Admin)
}

fn enter(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<(), Error> {
    let last = store::rooms::find_last_ordinal(tx, room)?;
    rooms::join(tx, room, account, Role::Member, last)?;
    let member = rooms::as_member(tx, account, room)?;
    rooms::report(tx, member, Notice::JoinedByLink)
}
