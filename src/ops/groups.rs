//! Groups as callers keep them who know rooms by texts: made or changed in one call, under an id of their own choice.

use super::rooms::{self, Group};
use super::{access, addressing};
use crate::domain::{AccountId, Actor, ChosenRoomId, Error, Event, GroupCard, Icon, MemberList, Notice, Role, RoomId, RoomName, RoomPatch};
use crate::store::{self, Tx};

/// A group as it should be; what is none stays as it is.
#[derive(Clone, Debug)]
pub struct SaveGroup {
    /// Which one; one that does not exist is made under this id.
    pub id: Option<String>,
    /// Its name; a new one needs it.
    pub name: Option<RoomName>,
    /// E-mail address or 20-character id of who counts as the maker of a new one; none: the actor.
    pub maker: Option<String>,
    /// Whether replies hang under what they answer.
    pub is_thread: Option<bool>,
    /// Whether everybody of the organization may find it.
    pub is_public: Option<bool>,
    /// All of its members, and whether each is an administrator.
    pub members: Option<Vec<(String, bool)>>,
}

/// A group as it is now.
#[derive(Clone, Debug)]
pub struct SavedGroup {
    /// The group.
    pub card: GroupCard,
    /// Its members' 20-character ids, and whether each is an administrator.
    pub members: Vec<(String, bool)>,
}

/// Makes a group, or changes the one that has this id.
pub fn save_group(tx: &Tx<'_>, actor: &Actor, cmd: Result<SaveGroup, Error>) -> Result<SavedGroup, Error> {
    let cmd = cmd?;
    let found = match &cmd.id {
        Some(id) => store::rooms::find_group_by_text(tx, actor.organization, id)?,
        None => None,
    };
    let room = match found {
        Some(room) => change(tx, actor, room, &cmd)?,
        None => make(tx, actor, &cmd)?,
    };
    let card = store::rooms::find_card(tx, room)?.ok_or(Error::RoomHidden)?;
    let members = store::memberships::list_uids(tx, room)?;
    Ok(SavedGroup { card, members: members.into_iter().map(|(uid, role)| (uid, role == Role::Admin)).collect() })
}

fn make(tx: &Tx<'_>, actor: &Actor, cmd: &SaveGroup) -> Result<RoomId, Error> {
    let chosen = cmd.id.as_deref().map(ChosenRoomId::parse).transpose()?;
    let name = cmd.name.as_ref().ok_or(Error::Missing("name"))?;
    require_free_name(tx, actor, name, None)?;
    let maker = match &cmd.maker {
        Some(maker) => addressing::person(tx, actor, maker)?.ok_or_else(|| Error::UnknownPeople(vec![maker.clone()]))?,
        None => actor.account,
    };
    let mut members = listed(tx, actor, cmd.members.as_deref().unwrap_or_default(), maker)?;
    put_admin(&mut members, maker);
    let members: Vec<(AccountId, Role)> = members.into_iter().map(|(account, is_admin)| (account, role_of(is_admin, None))).collect();
    let group = Group { name, description: "", icon: Icon::default(), maker, members: &members };
    let room = rooms::make_group(tx, actor, &group)?;
    if let Some(id) = &chosen {
        store::rooms::update_chosen_id(tx, room, id)?;
    }
    store::rooms::update_manner(tx, room, cmd.is_thread, cmd.is_public)?;
    Ok(room)
}

fn change(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: &SaveGroup) -> Result<RoomId, Error> {
    let managed = access::visible_room(tx, actor, room)?.managed()?;
    let card = store::rooms::find_card(tx, room)?.ok_or(Error::RoomHidden)?;
    if let Some(name) = cmd.name.as_ref().filter(|name| name.as_str() != card.name) {
        require_free_name(tx, actor, name, Some(room))?;
        let patch = RoomPatch { name: Some(name.clone()), description: None, icon: None };
        store::rooms::update_room(tx, room, &patch)?;
        tx.record(Event::RoomEdited(room))?;
        let name = Some(name.as_str().to_owned());
        let notice = Notice::RoomEdited { name, description: None, icon: false, added: Vec::new(), removed: Vec::new(), left: Vec::new() };
        rooms::report(tx, managed.clone().for_notice(), notice)?;
    }
    if let Some(wanted) = &cmd.members {
        let list = new_list(tx, actor, &card, wanted)?;
        // The report of a new name moved the newest ordinal: newcomers start behind it.
        let room = access::visible_room(tx, actor, room)?.managed()?;
        rooms::set_members(tx, actor, room.for_notice(), &list)?;
    }
    if cmd.is_thread.is_some_and(|is_so| is_so != card.is_thread) || cmd.is_public.is_some_and(|is_so| is_so != card.is_public) {
        store::rooms::update_manner(tx, room, cmd.is_thread, cmd.is_public)?;
        tx.record(Event::RoomEdited(room))?;
    }
    Ok(room)
}

/// GUESS: names that differ in width and case of letters alone are duplicates too.
fn require_free_name(tx: &Tx<'_>, actor: &Actor, name: &RoomName, except: Option<RoomId>) -> Result<(), Error> {
    match store::rooms::is_called(tx, actor.organization, name.as_str(), except)? {
        true => Err(Error::Taken("name")),
        false => Ok(()),
    }
}

/// The membership that a list asks for. Somebody shown as an ordinary member keeps a role that such a list can't name.
fn new_list(tx: &Tx<'_>, actor: &Actor, card: &GroupCard, wanted: &[(String, bool)]) -> Result<Vec<(AccountId, Role)>, Error> {
    let mut list = listed(tx, actor, wanted, card.maker)?;
    if !list.iter().any(|(_, is_admin)| *is_admin) {
        return Err(Error::LastAdmin);
    }
    let before = store::memberships::list_roles(tx, card.room)?;
    let role_before = |account: AccountId| before.iter().find(|(id, _)| *id == account).map(|(_, role)| *role);
    // GUESS: who made a room and is still in it stays its administrator, whatever the list says.
    if role_before(card.maker).is_some() {
        put_admin(&mut list, card.maker);
    }
    Ok(list.into_iter().map(|(account, is_admin)| (account, role_of(is_admin, role_before(account)))).collect())
}

fn role_of(is_admin: bool, before: Option<Role>) -> Role {
    match (is_admin, before) {
        (true, _) => Role::Admin,
        (false, Some(Role::Readonly)) => Role::Readonly,
        (false, _) => Role::Member,
    }
}

/// Who is listed, each once; named twice, an administrator. The organization's own account is in no room but those it made.
fn listed(tx: &Tx<'_>, actor: &Actor, wanted: &[(String, bool)], maker: AccountId) -> Result<Vec<(AccountId, bool)>, Error> {
    if wanted.len() > MemberList::MAX {
        return Err(Error::TooMany("members", MemberList::MAX));
    }
    let (mut list, mut unknown) = (Vec::<(AccountId, bool)>::new(), Vec::new());
    for (name, is_admin) in wanted {
        let Some(account) = addressing::person(tx, actor, name)? else {
            unknown.push(name.clone());
            continue;
        };
        match list.iter_mut().find(|(other, _)| *other == account) {
            Some((_, is_so)) => *is_so |= is_admin,
            None if account == actor.account && account != maker => {}
            None => list.push((account, *is_admin)),
        }
    }
    if unknown.is_empty() { Ok(list) } else { Err(Error::UnknownPeople(unknown)) }
}

fn put_admin(list: &mut Vec<(AccountId, bool)>, account: AccountId) {
    match list.iter_mut().find(|(other, _)| *other == account) {
        Some((_, is_admin)) => *is_admin = true,
        None => list.insert(0, (account, true)),
    }
}
