//! Who may get hold of what. The only door to a room or a meeting.

use crate::domain::{
    AccountId, Actor, Dialect, Error, ExternalRoomId, Managed, Meeting, MeetingId, Membership, MessageId, Noun, Organization,
    OrganizationId, OrganizationRole, Problem, Reach, Role, Room, RoomId, Session, SessionId,
};
use crate::store::counts::Extent;
use crate::store::{self, Tx};

/// A room the actor is in, or any group of the organization for who manages them all. Rooms that don't exist,
/// were deleted or were left look the same to a stranger.
pub fn visible_room(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Room, Error> {
    let found = match store::rooms::find_room_of(tx, actor.account, room)? {
        None if manages_groups(tx, actor)? => store::rooms::find_group(tx, actor.organization, actor.account, room)?,
        found => found,
    };
    found.ok_or(Error::RoomHidden)
}

/// Whether the actor manages every group of its organization: by a token of the organization, or through the Messenger API
/// by a person's role there.
pub fn manages_groups(tx: &Tx<'_>, actor: &Actor) -> Result<bool, Error> {
    Ok(match actor.dialect {
        dialect if dialect.reaches_every_group() => true,
        Dialect::MessengerPersonal => {
            let role = store::accounts::find_role(tx, actor.account)?;
            matches!(role, Some(OrganizationRole::Admin | OrganizationRole::ChatManager))
        }
        _ => false,
    })
}

/// A group of the actor's organization that the actor is in or manages. Strangers of the same organization may know that
/// there is one; for those of others it does not exist.
pub fn chatroom(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Room, Error> {
    let group = store::rooms::find_group(tx, actor.organization, actor.account, room)?.ok_or(Error::RoomHidden)?;
    match store::rooms::find_room_of(tx, actor.account, room)? {
        Some(own) => Ok(own),
        None if manages_groups(tx, actor)? => Ok(group),
        None => Err(Error::Forbidden),
    }
}

/// The same for who manages all of them, whatever their role in the room.
pub fn managed_chatroom(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Managed, Error> {
    let room = chatroom(tx, actor, room)?;
    if !manages_groups(tx, actor)? {
        return Err(Error::Forbidden);
    }
    Room { membership: Membership { role: Role::Admin, ..room.membership }, ..room }.managed()
}

/// The newest message that the room does not show to the actor: who came later sees what was said from then on.
pub fn newest_hidden(tx: &Tx<'_>, room: &Room) -> Result<MessageId, Error> {
    let hidden = if room.visible_from == 0 { None } else { store::messages::find_id_at(tx, room.id, room.visible_from)? };
    Ok(hidden.unwrap_or(MessageId::new(0)))
}

/// Lets people through, and no token of an organization.
pub fn person(actor: &Actor) -> Result<(), Error> {
    let is_person = actor.dialect.is_personal();
    if is_person {
        Ok(())
    } else {
        Err(Error::Invalid("Personal-Access-Token", "this concerns a person; send the token of one in this header"))
    }
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

/// How many rooms such a search in all of them is about, and which is the last.
pub fn extent_of_rooms(tx: &Tx<'_>, actor: &Actor) -> Result<Extent, Error> {
    store::counts::find_extent(tx, actor.account)
}

/// A room, if the actor is in it.
pub fn own_room_within_reach(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Option<Reach>, Error> {
    store::finding::find_own_reach(tx, actor.account, room)
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
        several => Err(say_which(several)),
    }
}

/// The same for something that is there by this id in one organization alone: then nobody has to say in which.
pub fn organization_with(
    tx: &Tx<'_>,
    slug: Option<&str>,
    noun: Noun,
    has: impl Fn(OrganizationId) -> Result<bool, Error>,
) -> Result<OrganizationId, Error> {
    if slug.is_some() {
        return organization(tx, slug);
    }
    for candidate in store::organizations::list_organizations(tx)? {
        if has(candidate.id)? {
            return Ok(candidate.id);
        }
    }
    Err(Error::NotFound(noun))
}

/// Most organizations that one is told of to choose from.
const NAMED: usize = 10;

fn say_which(several: &[Organization]) -> Error {
    let slugs: Vec<&str> = several.iter().take(NAMED).map(|organization| organization.slug.as_str()).collect();
    let more = if several.len() > NAMED { " and more" } else { "" };
    let why = format!("there are several, {}{more}; say which with --organization SLUG", slugs.join(", "));
    Error::Fields(vec![Problem { field: "organization".to_owned(), why }])
}

/// As whom an administrator of the server acts in the rooms and meetings of an organization. GUESS: as its service account, which reaches
/// every group and no direct or personal room, as through a token of the organization; the logs name the administrator.
pub fn steward(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>) -> Result<Actor, Error> {
    let organization = self::organization(tx, organization)?;
    let account = store::accounts::find_service_account(tx, organization)?.ok_or(Error::NotFound(Noun::Account))?;
    Ok(Actor { account, organization, ..admin.clone() })
}
