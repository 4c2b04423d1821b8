//! Rooms as their participants see them: who is in them, and how far each has read.

use std::collections::HashSet;

use super::rooms::{Group, make_group};
use super::{access, contacts, finding, latest};
use crate::domain::{
    AccountId, Actor, Error, ExternalRoomId, FoundMessage, Icon, Participant, Role, RoomId, RoomName, RoomPatch, RoomSheet,
};
use crate::store::latest::Among;
use crate::store::{self, Tx};

/// A room with everything that is shown of it.
#[derive(Debug)]
pub struct Chat {
    /// The room.
    pub sheet: RoomSheet,
    /// Who is in it.
    pub participants: Vec<Participant>,
    /// Its newest message.
    pub last: Option<FoundMessage>,
}

/// A room to be made, unless there is one with these people.
#[derive(Clone, Debug)]
pub struct NewChat {
    /// Uids of those who are to be in it; the actor may be left out.
    pub participants: Vec<String>,
    /// Name, or none.
    pub title: Option<RoomName>,
    /// Description, or empty.
    pub description: String,
}

const STRANGER: Error = Error::Invalid("participants", "name contacts and people of your organization by their uids");

/// Every room the actor is in, newest activity first, without those who are in them.
pub fn list_chats(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<RoomSheet>, Error> {
    store::chats::list_sheets(tx, actor.account)
}

/// Ids of the first `most` of these rooms.
pub fn list_ids(tx: &Tx<'_>, actor: &Actor, most: usize) -> Result<Vec<RoomId>, Error> {
    latest::list_rooms(tx, Among::Own(actor.account), most, count_chats(tx, actor)?)
}

/// How many rooms such a list of all has.
pub fn count_chats(tx: &Tx<'_>, actor: &Actor) -> Result<usize, Error> {
    Ok(access::extent_of_rooms(tx, actor)?.rooms as usize)
}

/// Uids of those who are in a room of such a list.
pub fn list_uids(tx: &Tx<'_>, sheet: &RoomSheet) -> Result<Vec<String>, Error> {
    store::chats::list_uids(tx, sheet.reach.room)
}

/// One room the actor is in, if it is still there.
pub fn find_chat(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<Option<Chat>, Error> {
    let Some(sheet) = store::chats::find_sheet(tx, actor.account, room)? else { return Ok(None) };
    let last = match store::chats::find_last(tx, &sheet)? {
        Some(id) => finding::find_message(tx, actor, id)?,
        None => None,
    };
    Ok(Some(Chat { participants: store::chats::list_participants(tx, room)?, sheet, last }))
}

/// One room the actor is in, by its 19 digits.
pub fn get_chat(tx: &Tx<'_>, actor: &Actor, room: ExternalRoomId) -> Result<Chat, Error> {
    let room = access::room_in_reach(tx, actor, room)?;
    find_chat(tx, actor, room.id)?.ok_or(Error::RoomHidden)
}

/// Makes rooms or finds the ones that have the same people, all of them or none.
pub fn start_chats(tx: &Tx<'_>, actor: &Actor, chats: Vec<Result<NewChat, Error>>) -> Result<Vec<RoomId>, Error> {
    chats.into_iter().map(|chat| start_chat(tx, actor, &chat?)).collect()
}

fn start_chat(tx: &Tx<'_>, actor: &Actor, new: &NewChat) -> Result<RoomId, Error> {
    let others = others_of(tx, actor, &new.participants)?;
    if let [other] = others[..] {
        let known = store::contacts::find_contact(tx, actor.account, other)?;
        if known.is_none() && new.title.is_none() {
            contacts::connect(tx, actor.organization, actor.account, other)?;
            return start_chat(tx, actor, new);
        }
        if let Some(contact) = known {
            return Ok(contact.room);
        }
    }
    let members: Vec<AccountId> = others.iter().copied().chain([actor.account]).collect();
    if let Some(same) = store::chats::find_same(tx, actor.account, &members)? {
        return Ok(same);
    }
    let name = match &new.title {
        Some(title) => title.clone(),
        None => name_after(tx, &members)?,
    };
    let roles: Vec<(AccountId, Role)> =
        [(actor.account, Role::Admin)].into_iter().chain(others.iter().map(|other| (*other, Role::Member))).collect();
    let group = Group { name: &name, description: &new.description, icon: Icon::default(), maker: actor.account, members: &roles };
    make_group(tx, actor, &group)
}

/// The accounts behind uids, each once and without the actor; all have to be people whom the actor may put into a room.
fn others_of(tx: &Tx<'_>, actor: &Actor, uids: &[String]) -> Result<Vec<AccountId>, Error> {
    let mut seen = HashSet::from([actor.account]);
    let mut others = Vec::new();
    for uid in uids {
        let account = store::accounts::find_by_uid(tx, uid)?.ok_or(STRANGER)?;
        if seen.insert(account) {
            if !access::may_invite(tx, actor, account)? {
                return Err(STRANGER);
            }
            others.push(account);
        }
    }
    if others.is_empty() { Err(Error::Invalid("participants", "at least one person besides yourself is needed")) } else { Ok(others) }
}

/// GUESS: a room without a title bears the names of its people, its maker's last.
fn name_after(tx: &Tx<'_>, members: &[AccountId]) -> Result<RoomName, Error> {
    /// Names that fit; a name of a room has 255 characters.
    const NAMES: usize = 20;
    let names = store::finding::list_names(tx, members.iter().copied().take(NAMES))?;
    let names: Vec<&str> = members.iter().filter_map(|member| names.get(member)).map(String::as_str).collect();
    RoomName::parse(names.join(", ").chars().take(255).collect())
}

/// What a client wants of a room it has.
#[derive(Clone, Debug, Default)]
pub struct ChatPatch {
    /// To have read everything in it.
    pub is_seen: bool,
    /// Other name or description.
    pub changes: RoomPatch,
}

/// Reads a room, renames it, or both.
pub fn patch_chat(tx: &Tx<'_>, actor: &Actor, room: ExternalRoomId, patch: Result<ChatPatch, Error>) -> Result<Chat, Error> {
    let id = access::room_in_reach(tx, actor, room)?.id;
    let patch = patch?;
    if patch.changes.name.is_some() || patch.changes.description.is_some() {
        super::rooms::edit_room(tx, actor, id, Ok(patch.changes))?;
    }
    if patch.is_seen {
        super::reading::see_room(tx, actor, room)?;
    }
    get_chat(tx, actor, room)
}
