//! Making, changing, leaving and deleting rooms, and who is in them.

use std::collections::{HashMap, HashSet};

use super::{access, invitations, messages};
use crate::domain::{
    AccountId, Actor, Content, Error, Event, Icon, Member, MemberList, NewRoom, Notice, OrganizationId, Role, Room, RoomId, RoomKind,
    RoomName, RoomPatch, RoomView, Writable,
};
use crate::store::rooms::RoomRow;
use crate::store::{self, Tx};

/// Every room the actor is in.
pub fn list_rooms(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<RoomView>, Error> {
    store::rooms::list_rooms_of(tx, actor.account)
}

/// One room the actor is in.
pub fn get_room(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<RoomView, Error> {
    store::rooms::find_view(tx, actor.account, room)?.ok_or(Error::RoomHidden)
}

/// Makes a group. The actor is in it, as an administrator unless named otherwise.
pub fn create_room(tx: &Tx<'_>, actor: &Actor, cmd: Result<NewRoom, Error>) -> Result<RoomId, Error> {
    let cmd = cmd?;
    // GUESS: who makes a room and does not name themselves is its administrator.
    let members: Vec<(AccountId, Role)> = cmd.members.with_admin(actor.account).iter().collect();
    let group = Group { name: &cmd.name, description: &cmd.description, icon: cmd.icon, maker: actor.account, members: &members };
    let id = make_group(tx, actor, &group)?;
    if let Some(invitation) = cmd.invitation {
        invitations::make(tx, id, invitation)?;
    }
    Ok(id)
}

/// A group to be made, whichever API asks for it.
pub(super) struct Group<'a> {
    /// Its name.
    pub(super) name: &'a RoomName,
    /// Description, or empty.
    pub(super) description: &'a str,
    /// Picture.
    pub(super) icon: Icon,
    /// Who counts as its maker.
    pub(super) maker: AccountId,
    /// Who is in it, each once.
    pub(super) members: &'a [(AccountId, Role)],
}

/// Makes a group with exactly these members; its first message says so in the actor's name.
pub(super) fn make_group(tx: &Tx<'_>, actor: &Actor, group: &Group<'_>) -> Result<RoomId, Error> {
    require_invitable(tx, actor, group.members.iter().copied())?;
    let row = RoomRow {
        organization: actor.organization,
        kind: RoomKind::Group,
        name: group.name.as_str(),
        description: group.description,
        icon: group.icon,
        maker: group.maker,
    };
    let id = store::rooms::insert_room(tx, &row)?;
    tx.record(Event::RoomCreated(id))?;
    for (account, role) in group.members {
        join(tx, id, *account, *role, 0)?;
    }
    let members = group.members.iter().map(|(account, _)| *account).collect();
    let room = access::visible_room(tx, actor, id)?.for_notice();
    report(tx, room, Notice::RoomCreated { name: group.name.as_str().to_owned(), members })?;
    Ok(id)
}

/// Makes the room for notes to oneself.
pub(super) fn create_own_room(tx: &Tx<'_>, organization: OrganizationId, account: AccountId) -> Result<RoomId, Error> {
    let row = RoomRow { organization, kind: RoomKind::My, name: "", description: "", icon: Icon::default(), maker: account };
    let id = store::rooms::insert_room(tx, &row)?;
    tx.record(Event::RoomCreated(id))?;
    // The report that the room was made is read from the start: it is its owner's own.
    join(tx, id, account, Role::Member, 0)?;
    store::memberships::update_pinned(tx, id, account)?;
    store::accounts::update_own_room(tx, account, id)?;
    let room = as_member(tx, account, id)?;
    report(tx, room, Notice::OwnRoomCreated)?;
    Ok(id)
}

/// Makes the direct room of two people; `maker` reports it. The other one has the report unread.
pub(super) fn create_direct_room(tx: &Tx<'_>, organization: OrganizationId, maker: AccountId, other: AccountId) -> Result<RoomId, Error> {
    let row = RoomRow { organization, kind: RoomKind::Direct, name: "", description: "", icon: Icon::default(), maker };
    let id = store::rooms::insert_room(tx, &row)?;
    tx.record(Event::RoomCreated(id))?;
    for account in [maker, other] {
        join(tx, id, account, Role::Member, 0)?;
    }
    let room = as_member(tx, maker, id)?;
    report(tx, room, Notice::ContactAdded)?;
    Ok(id)
}

/// Changes name, description or icon of a group.
pub fn edit_room(tx: &Tx<'_>, actor: &Actor, room: RoomId, patch: Result<RoomPatch, Error>) -> Result<RoomId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let patch = patch?;
    let room = room.managed()?;
    let id = room.id;
    let patch = only_changes(patch, store::rooms::find_looks(tx, id)?);
    if patch.name.is_none() && patch.description.is_none() && patch.icon.is_none() {
        return Ok(id);
    }
    store::rooms::update_room(tx, id, &patch)?;
    tx.record(Event::RoomEdited(id))?;
    let notice = Notice::RoomEdited {
        name: patch.name.as_ref().map(|name: &RoomName| name.as_str().to_owned()),
        description: patch.description,
        icon: patch.icon.is_some(),
        added: Vec::new(),
        removed: Vec::new(),
        left: Vec::new(),
    };
    report(tx, room.for_notice(), notice)?;
    Ok(id)
}

fn only_changes(patch: RoomPatch, (name, description, icon): (String, String, Icon)) -> RoomPatch {
    RoomPatch {
        name: patch.name.filter(|new| new.as_str() != name),
        description: patch.description.filter(|new| *new != description),
        icon: patch.icon.filter(|new| *new != icon),
    }
}

/// Leaves a group: the actor's tasks and files there go, messages stay. A group without people is deleted.
pub fn leave_room(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    let room = access::visible_room(tx, actor, room)?;
    if room.kind != RoomKind::Group {
        return Err(Error::NotInThisRoom);
    }
    let id = room.id;
    report(tx, room.for_notice(), membership_notice(Vec::new(), Vec::new(), vec![actor.account]))?;
    let files = store::files::delete_files_of(tx, id, actor.account)?;
    store::rooms::add_files(tx, id, -files)?;
    part(tx, id, actor.account)?;
    if store::memberships::list_roles(tx, id)?.is_empty() {
        // GUESS: nobody could ever see an emptied room again.
        end_room(tx, id)?;
    }
    Ok(())
}

/// Deletes a group for everybody.
pub fn delete_room(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    let room = access::visible_room(tx, actor, room)?.managed()?;
    end_room(tx, room.id)
}

/// Ends a room: nobody is in it any more, and what was in it goes.
pub(super) fn end_room(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    store::memberships::end_memberships(tx, room)?;
    invitations::end(tx, room)?;
    if let Some(picture) = store::chatrooms::take_picture(tx, room)? {
        store::attachments::delete_attachment(tx, &picture)?;
    }
    store::rooms::update_deleted(tx, room)?;
    tx.record(Event::RoomDeleted(room))
}

/// Who is in a room.
pub fn list_members(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Vec<Member>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    store::memberships::list_members(tx, room.id)
}

/// Makes the membership of a group exactly this list; gives the list that holds now.
pub fn replace_members(tx: &Tx<'_>, actor: &Actor, room: RoomId, list: Result<MemberList, Error>) -> Result<Vec<(AccountId, Role)>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let list: Vec<(AccountId, Role)> = list?.iter().collect();
    let room = room.managed()?;
    set_members(tx, actor, room.for_notice(), &list)?;
    Ok(list)
}

/// Makes the membership of a room exactly this list; one message says who came and who went.
pub(super) fn set_members(tx: &Tx<'_>, actor: &Actor, room: Writable, list: &[(AccountId, Role)]) -> Result<(), Error> {
    let id = room.id;
    let listed: HashSet<AccountId> = list.iter().map(|(account, _)| *account).collect();
    let before = store::memberships::list_roles(tx, id)?;
    let roles: HashMap<AccountId, Role> = before.iter().copied().collect();
    let was_in = |account: AccountId| roles.get(&account).copied();
    let added: Vec<(AccountId, Role)> = list.iter().copied().filter(|(account, _)| was_in(*account).is_none()).collect();
    require_invitable(tx, actor, added.iter().copied())?;
    let gone: Vec<AccountId> = before.iter().map(|(account, _)| *account).filter(|account| !listed.contains(account)).collect();

    for (account, role) in list {
        change_role(tx, id, *account, was_in(*account), *role)?;
    }
    for (account, role) in &added {
        join(tx, id, *account, *role, room.last_ordinal)?;
    }
    if !added.is_empty() || !gone.is_empty() {
        let (left, removed) = gone.iter().partition(|account| **account == actor.account);
        let added = added.iter().map(|(account, _)| *account).collect();
        report(tx, room, membership_notice(added, removed, left))?;
    }
    for account in &gone {
        part(tx, id, *account)?;
    }
    Ok(())
}

fn change_role(tx: &Tx<'_>, room: RoomId, account: AccountId, before: Option<Role>, role: Role) -> Result<(), Error> {
    // Such a list can't name moderators and shows them as members: the role it is shown changes nothing.
    let shown = before.map(|role| if role == Role::Moderator { Role::Member } else { role });
    if shown.is_none() || shown == Some(role) {
        return Ok(());
    }
    store::memberships::update_role(tx, room, account, role)?;
    tx.record(Event::RoleChanged(room, account, role))
}

pub(super) fn membership_notice(added: Vec<AccountId>, removed: Vec<AccountId>, left: Vec<AccountId>) -> Notice {
    Notice::RoomEdited { name: None, description: None, icon: false, added, removed, left }
}

/// Puts somebody into a room whose newest message is `last`.
pub(super) fn join(tx: &Tx<'_>, room: RoomId, account: AccountId, role: Role, last: i64) -> Result<(), Error> {
    store::memberships::insert_membership(tx, room, account, role, last)?;
    store::invitations::delete_join_request(tx, room, account)?;
    tx.record(Event::MemberJoined(room, account, role))
}

/// Takes somebody out of a room, and the tasks they had there.
pub(super) fn part(tx: &Tx<'_>, room: RoomId, account: AccountId) -> Result<(), Error> {
    // GUESS: tasks of somebody who was taken out go too, as nobody could finish them; files stay unless the person left.
    let tasks = store::tasks::delete_tasks_of(tx, room, account)?;
    store::rooms::add_tasks(tx, room, -tasks)?;
    store::memberships::end_membership(tx, room, account)?;
    tx.record(Event::MemberLeft(room, account))
}

/// Appends a report to a room in the name of the member who caused it.
pub(super) fn report(tx: &Tx<'_>, room: Writable, notice: Notice) -> Result<(), Error> {
    messages::append(tx, &room, &Content::notice(notice), false).map(|_| ())
}

/// A room as one of its members has it, to report in their name.
pub(super) fn as_member(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Writable, Error> {
    let found: Option<Room> = store::rooms::find_room_of(tx, account, room)?;
    found.map(Room::for_notice).ok_or(Error::RoomHidden)
}

fn require_invitable(tx: &Tx<'_>, actor: &Actor, people: impl Iterator<Item = (AccountId, Role)>) -> Result<(), Error> {
    for (account, role) in people {
        if account != actor.account && !access::may_invite(tx, actor, account)? {
            let list = match role {
                Role::Admin => "administrators",
                Role::Moderator | Role::Member => "members",
                Role::Readonly => "readonly members",
            };
            return Err(Error::Invalid(list, "only contacts and people of the same organization can be put into a room"));
        }
    }
    Ok(())
}
