//! Groups as their organization manages them from outside: making, listing, filling and ending them, whoever is in them;
//! and the room for everybody, which follows the organization's people.

use super::{access, attachments, rooms};
use crate::domain::{
    AccountId, Actor, BlobHash, Chatroom, Dialect, Error, Event, Icon, Managed, MemberList, NewChatroom, NewRoomForAll, Noun,
    OrganizationId, OrganizationRole, Page, People, Purpose, Role, RoomId, RoomName, Scopes, TokenId,
};
use crate::store::chatrooms::Details;
use crate::store::{self, Tx};

/// A picture whose content is on the disk.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Media type.
    pub media_type: &'static str,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
}

/// The room of an event.
pub fn find_of_event(tx: &Tx<'_>, actor: &Actor, query: Result<(OrganizationId, i64), Error>) -> Result<Chatroom, Error> {
    let (organization, event) = query?;
    let own = (organization == actor.organization).then_some(organization).ok_or(Error::RoomHidden)?;
    let room = store::chatrooms::find_of_event(tx, own, event)?.ok_or(Error::RoomHidden)?;
    access::chatroom(tx, actor, room.id)?;
    Ok(room)
}

/// A page of an organization's groups, or of those that the actor is in where none is named, oldest first, and the number
/// of all; without a page, everything.
pub fn list_chatrooms(
    tx: &Tx<'_>,
    actor: &Actor,
    organization: Result<Option<OrganizationId>, Error>,
    page: Result<Option<Page>, Error>,
) -> Result<(Vec<Chatroom>, i64), Error> {
    // GUESS: to an organization's token its organization's groups are its own.
    let wants_own = organization == Ok(None) && !actor.dialect.reaches_every_group();
    if !wants_own {
        require_manager(tx, actor)?;
    }
    let (organization, page) = (organization?, page?);
    let page = page.unwrap_or(Page { limit: store::chatrooms::MOST, offset: 0 });
    if wants_own {
        return store::chatrooms::list_chatrooms_of(tx, actor.organization, actor.account, page);
    }
    let organization = organization.unwrap_or(actor.organization);
    require_own(actor, organization)?;
    Ok((store::chatrooms::list_chatrooms(tx, organization, page)?, store::counts::count_rooms(tx, organization)?.groups))
}

/// One group.
pub fn get_chatroom(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Chatroom, Error> {
    let room = access::chatroom(tx, actor, room)?;
    find(tx, room.organization, room.id)
}

/// Whether the actor may make a group of this organization: asked before a picture is put on the disk.
pub fn check_creation(tx: &Tx<'_>, actor: &Actor, cmd: Result<&NewChatroom, Error>) -> Result<(), Error> {
    require_manager(tx, actor)?;
    let cmd = cmd?;
    require_own(actor, cmd.organization)?;
    if cmd.ends.is_some_and(|at| at <= tx.now) {
        return Err(Error::Invalid("scheduledDeletion", "this lies in the past"));
    }
    if store::chatrooms::is_named(tx, cmd.organization, cmd.name.as_str())? {
        return Err(Error::Taken("name"));
    }
    require_people(tx, cmd.organization, &cmd.people)
}

/// Makes a custom group. A person who names no administrator is one; a token of the organization may leave it without.
pub fn create_chatroom(tx: &Tx<'_>, actor: &Actor, cmd: NewChatroom, picture: Option<&Picture>) -> Result<Chatroom, Error> {
    check_creation(tx, actor, Ok(&cmd))?;
    let is_person = actor.dialect.is_personal();
    let people = if is_person { cmd.people.led_by(actor.account) } else { cmd.people };
    let kept =
        picture.map(|picture| attachments::keep_attachment(tx, actor, picture.media_type, picture.bytes, picture.hash)).transpose()?;
    let details = Details {
        purpose: Purpose::Custom,
        event: None,
        is_automated: cmd.is_automated,
        ends: cmd.ends,
        picture: kept.as_ref().map(|attachment| attachment.key.as_str()),
    };
    make(tx, actor, &cmd.name, people.as_slice(), &details)
}

fn make(tx: &Tx<'_>, actor: &Actor, name: &RoomName, members: &[(AccountId, Role)], details: &Details<'_>) -> Result<Chatroom, Error> {
    let group = rooms::Group { name, description: "", icon: Icon::default(), maker: actor.account, members };
    let id = rooms::make_group(tx, actor, &group)?;
    store::chatrooms::update_details(tx, id, details)?;
    find(tx, actor.organization, id)
}

/// Makes the room for everybody, or keeps the one there is; says whether it is new.
pub fn create_for_all(tx: &Tx<'_>, actor: &Actor, cmd: Result<NewRoomForAll, Error>) -> Result<(Chatroom, bool), Error> {
    require_manager(tx, actor)?;
    let cmd = cmd?;
    require_own(actor, cmd.organization)?;
    if let Some(room) = store::chatrooms::find_for_all(tx, cmd.organization)? {
        automate(tx, actor, &room, cmd.is_automated)?;
        return Ok((find(tx, cmd.organization, room.id)?, false));
    }
    let organization = store::organizations::find_organization(tx, cmd.organization)?.ok_or(Error::NotFound(Noun::Organization))?;
    let details = Details { purpose: Purpose::Everybody, event: None, is_automated: cmd.is_automated, ends: None, picture: None };
    let room = make(tx, actor, &RoomName::parse(organization.name)?, &everybody(tx, cmd.organization)?, &details)?;
    Ok((room, true))
}

/// Everybody of an organization, in the role they have in its room.
fn everybody(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<(AccountId, Role)>, Error> {
    let most = MemberList::MAX as i64;
    let people = store::accounts::list_active_people(tx, organization, most + 1)?;
    if people.len() > MemberList::MAX {
        return Err(Error::Invalid("organizationID", "a room has at most 5,000 members, and this organization has more people"));
    }
    Ok(people.into_iter().map(|(account, role)| (account, role_for(role))).collect())
}

/// GUESS: who manages the organization's rooms manages the room for everybody.
fn role_for(role: OrganizationRole) -> Role {
    match role {
        OrganizationRole::Admin | OrganizationRole::ChatManager => Role::Admin,
        OrganizationRole::Member => Role::Member,
    }
}

/// Removes the room for everybody; afterwards there may be a new one.
pub fn delete_for_all(tx: &Tx<'_>, actor: &Actor, organization: OrganizationId) -> Result<(), Error> {
    let own = (organization == actor.organization).then_some(organization).ok_or(Error::RoomHidden)?;
    require_manager(tx, actor)?;
    let room = store::chatrooms::find_for_all(tx, own)?.ok_or(Error::RoomHidden)?;
    rooms::end_room(tx, room.id)
}

/// Deletes a custom group.
pub fn delete_chatroom(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    let room = access::managed_chatroom(tx, actor, room)?;
    match find(tx, room.organization, room.id)?.purpose {
        Purpose::Custom => rooms::end_room(tx, room.id),
        Purpose::Everybody => Err(Error::Invalid("roomID", "this is the room for everybody; remove it through its organization")),
        Purpose::Event => Err(Error::Invalid("roomID", "this room belongs to an event and goes with it")),
    }
}

/// Says whether a group's members follow the organization's people.
pub fn set_automated(tx: &Tx<'_>, actor: &Actor, room: RoomId, is_automated: Result<bool, Error>) -> Result<(), Error> {
    let room = access::managed_chatroom(tx, actor, room)?;
    let is_automated = is_automated?;
    automate(tx, actor, &find(tx, room.organization, room.id)?, is_automated)
}

/// Switches it, and does at once what was missed while it was off.
fn automate(tx: &Tx<'_>, actor: &Actor, room: &Chatroom, is_automated: bool) -> Result<(), Error> {
    if room.is_automated != is_automated {
        store::chatrooms::update_automated(tx, room.id, is_automated)?;
        tx.record(Event::RoomEdited(room.id))?;
    }
    if !is_automated {
        return Ok(());
    }
    let missing = match room.purpose {
        Purpose::Everybody => everybody(tx, room.organization)?,
        Purpose::Custom | Purpose::Event => Vec::new(),
    };
    fill(tx, actor, room.id, &missing)?;
    for account in store::chatrooms::list_disabled(tx, room.id)? {
        drop_out(tx, actor, room.id, account)?;
    }
    Ok(())
}

/// Puts those of these people into a room who are not in it, and tells the others.
pub(super) fn fill(tx: &Tx<'_>, actor: &Actor, room: RoomId, people: &[(AccountId, Role)]) -> Result<(), Error> {
    let last = store::rooms::find_last_ordinal(tx, room)?;
    let mut added = Vec::new();
    for (account, role) in people {
        if store::memberships::find_role(tx, room, *account)?.is_none() {
            rooms::join(tx, room, *account, *role, last)?;
            added.push(*account);
        }
    }
    if added.is_empty() {
        return Ok(());
    }
    let room = access::visible_room(tx, actor, room)?.for_notice();
    rooms::report(tx, room, rooms::membership_notice(added, Vec::new(), Vec::new()))
}

/// Takes somebody out of a room, and tells the others.
pub(super) fn drop_out(tx: &Tx<'_>, actor: &Actor, room: RoomId, account: AccountId) -> Result<(), Error> {
    let told = access::visible_room(tx, actor, room)?.for_notice();
    rooms::report(tx, told, rooms::membership_notice(Vec::new(), vec![account], Vec::new()))?;
    rooms::part(tx, room, account)
}

/// Adds people to a group, or gives them another role there. Nobody is taken out.
pub fn add_people(tx: &Tx<'_>, actor: &Actor, room: RoomId, people: Result<People, Error>) -> Result<(), Error> {
    let room = access::managed_chatroom(tx, actor, room)?;
    let people = people?;
    if people.as_slice().is_empty() {
        return Err(Error::Invalid("assignedUsers", "name at least one user in admins, moderators or assignedUsers"));
    }
    require_people(tx, room.organization, &people)?;
    let mut strangers = Vec::new();
    for (account, role) in people.as_slice() {
        match store::memberships::find_role(tx, room.id, *account)? {
            None => strangers.push((*account, *role)),
            Some(before) => change_role(tx, &room, *account, before, *role)?,
        }
    }
    if store::memberships::list_roles(tx, room.id)?.len() + strangers.len() > MemberList::MAX {
        return Err(Error::Invalid("assignedUsers", "a room has at most 5,000 members"));
    }
    fill(tx, actor, room.id, &strangers)
}

fn change_role(tx: &Tx<'_>, room: &Managed, account: AccountId, before: Role, role: Role) -> Result<(), Error> {
    // Who only reads is shown as assigned: the role it is shown changes nothing.
    let is_same = before == role || (before, role) == (Role::Readonly, Role::Member);
    if is_same {
        return Ok(());
    }
    store::memberships::update_role(tx, room.id, account, role)?;
    tx.record(Event::RoleChanged(room.id, account, role))
}

/// Brings the actor into a room that they are entitled to. A room without an administrator gets one, if the organization's
/// administrator asks.
pub fn claim_chatroom(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    access::person(actor)?;
    let room = find(tx, actor.organization, room)?;
    let is_admin = store::accounts::find_role(tx, actor.account)? == Some(OrganizationRole::Admin);
    let leads = is_admin && room.members.iter().all(|(_, role)| *role != Role::Admin);
    let own = room.members.iter().find(|(account, _)| *account == actor.account).map(|(_, role)| *role);
    match own {
        Some(_) if leads => {
            store::memberships::update_role(tx, room.id, actor.account, Role::Admin)?;
            tx.record(Event::RoleChanged(room.id, actor.account, Role::Admin))
        }
        Some(_) => Ok(()),
        None if is_admin || room.purpose == Purpose::Everybody => {
            let role = if leads { Role::Admin } else { Role::Member };
            fill(tx, actor, room.id, &[(actor.account, role)])
        }
        None => Err(Error::Forbidden),
    }
}

/// Makes the room of an event. GUESS: no API makes one; the vendor's own alarms do.
pub fn make_event_room(tx: &Tx<'_>, organization: Option<&str>, event: i64, name: &RoomName, people: &People) -> Result<Chatroom, Error> {
    let actor = service(tx, access::organization(tx, organization)?)?;
    if store::chatrooms::find_of_event(tx, actor.organization, event)?.is_some() {
        return Err(Error::Taken("event"));
    }
    require_people(tx, actor.organization, people)?;
    let details = Details { purpose: Purpose::Event, event: Some(event), is_automated: true, ends: None, picture: None };
    make(tx, &actor, name, people.as_slice(), &details)
}

/// A person was added or enabled: the room for everybody takes them in, if it follows.
pub(super) fn follow_arrival(tx: &Tx<'_>, organization: OrganizationId, account: AccountId) -> Result<(), Error> {
    let Some(room) = store::chatrooms::find_for_all(tx, organization)?.filter(|room| room.is_automated) else { return Ok(()) };
    let Some(role) = store::accounts::find_role(tx, account)? else { return Ok(()) };
    fill(tx, &service(tx, organization)?, room.id, &[(account, role_for(role))])
}

/// A person was disabled: they drop out of every room that follows.
pub(super) fn follow_departure(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    for room in store::chatrooms::list_following(tx, account)? {
        let organization = store::rooms::find_organization(tx, room)?;
        drop_out(tx, &service(tx, organization)?, room, account)?;
    }
    Ok(())
}

/// Whether a read finds a room whose time is over.
pub fn has_over(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(!store::chatrooms::list_over(tx)?.is_empty())
}

/// Deletes some of the rooms whose time is over.
pub fn end_over(tx: &Tx<'_>) -> Result<(), Error> {
    for room in store::chatrooms::list_over(tx)? {
        rooms::end_room(tx, room)?;
    }
    Ok(())
}

/// An organization acting by itself.
fn service(tx: &Tx<'_>, organization: OrganizationId) -> Result<Actor, Error> {
    let account = store::accounts::find_service_account(tx, organization)?.ok_or(Error::NotFound(Noun::Account))?;
    // Nobody acts through a token here.
    Ok(Actor { account, organization, token: TokenId::new(0), dialect: Dialect::Messenger, scopes: Scopes::All })
}

fn find(tx: &Tx<'_>, organization: OrganizationId, room: RoomId) -> Result<Chatroom, Error> {
    store::chatrooms::find_chatroom(tx, organization, room)?.ok_or(Error::RoomHidden)
}

fn require_manager(tx: &Tx<'_>, actor: &Actor) -> Result<(), Error> {
    if access::manages_groups(tx, actor)? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Nobody can tell a stranger's organization from none at all.
fn require_own(actor: &Actor, organization: OrganizationId) -> Result<(), Error> {
    if organization == actor.organization { Ok(()) } else { Err(Error::Forbidden) }
}

/// Active people of the organization, every one of them.
fn require_people(tx: &Tx<'_>, organization: OrganizationId, people: &People) -> Result<(), Error> {
    for (account, role) in people.as_slice() {
        if store::accounts::find_active_person(tx, *account)? != Some(organization) {
            let list = match role {
                Role::Admin => "admins",
                Role::Moderator => "moderators",
                Role::Member | Role::Readonly => "assignedUsers",
            };
            return Err(Error::Invalid(list, "somebody named here is no user of the organization"));
        }
    }
    Ok(())
}
