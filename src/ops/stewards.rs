//! What an administrator of the server does in an organization's rooms: as its service account (`access::steward`), so in
//! groups only. Direct and personal rooms are their people's.

use super::files::PostFile;
use super::rooms::Group;
use super::{access, catalogue, chatrooms, files, rooms, tasks};
use crate::domain::{
    AccountId, Actor, Error, Event, FileId, Icon, Inhabitant, MemberList, MessageId, Noun, Role, RoomEntry, RoomId, RoomName, RoomPatch,
    TaskId, TaskStatus,
};
use crate::store::{self, Tx};

/// A room as it is after a change.
pub type Changed = Result<(RoomEntry, Vec<Inhabitant>), Error>;

/// Makes a group with these members; at least one of them is its administrator.
pub fn create_group(
    tx: &Tx<'_>,
    admin: &Actor,
    organization: Option<&str>,
    name: &RoomName,
    description: &str,
    members: &MemberList,
) -> Changed {
    let steward = access::steward(tx, admin, organization)?;
    let members: Vec<(AccountId, Role)> = members.iter().collect();
    let group = Group { name, description, icon: Icon::default(), maker: steward.account, members: &members };
    let room = rooms::make_group(tx, &steward, &group)?;
    catalogue::get_room(tx, organization, room)
}

/// Changes name or description of a group.
pub fn edit_group(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, room: RoomId, patch: Result<RoomPatch, Error>) -> Changed {
    let steward = access::steward(tx, admin, organization)?;
    let room = rooms::edit_room(tx, &steward, room, patch)?;
    catalogue::get_room(tx, organization, room)
}

/// Deletes a group for everybody.
pub fn delete_group(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, room: RoomId) -> Result<(), Error> {
    let steward = access::steward(tx, admin, organization)?;
    rooms::delete_room(tx, &steward, room)
}

/// Puts somebody into a group, or gives them another role there. One administrator has to remain.
pub fn set_member(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, room: RoomId, account: AccountId, role: Role) -> Changed {
    let steward = access::steward(tx, admin, organization)?;
    let managed = access::visible_room(tx, &steward, room)?.managed()?;
    match store::memberships::find_role(tx, managed.id, account)? {
        None => add(tx, &steward, managed.id, account, role)?,
        Some(before) if before == role => {}
        Some(_) => {
            require_another_admin(tx, managed.id, account, role)?;
            store::memberships::update_role(tx, managed.id, account, role)?;
            tx.record(Event::RoleChanged(managed.id, account, role))?;
        }
    }
    catalogue::get_room(tx, organization, room)
}

fn add(tx: &Tx<'_>, steward: &Actor, room: RoomId, account: AccountId, role: Role) -> Result<(), Error> {
    if store::accounts::find_active_person(tx, account)? != Some(steward.organization) {
        return Err(Error::NotFound(Noun::Account));
    }
    if store::memberships::list_roles(tx, room)?.len() >= MemberList::MAX {
        return Err(Error::Invalid("account_id", "a room has at most 5,000 members"));
    }
    chatrooms::fill(tx, steward, room, &[(account, role)])
}

/// Takes somebody out of a group. One administrator has to remain.
pub fn remove_member(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, room: RoomId, account: AccountId) -> Changed {
    let steward = access::steward(tx, admin, organization)?;
    let managed = access::visible_room(tx, &steward, room)?.managed()?;
    store::memberships::find_role(tx, managed.id, account)?.ok_or(Error::NotFound(Noun::Account))?;
    require_another_admin(tx, managed.id, account, Role::Readonly)?;
    chatrooms::drop_out(tx, &steward, managed.id, account)?;
    catalogue::get_room(tx, organization, room)
}

/// Somebody else has to administer the room, unless this one still does. A room that has no administrator needs none.
fn require_another_admin(tx: &Tx<'_>, room: RoomId, account: AccountId, role: Role) -> Result<(), Error> {
    let roles = store::memberships::list_roles(tx, room)?;
    let is_admin = |wanted: bool| roles.iter().any(|(other, role)| *role == Role::Admin && (*other == account) == wanted);
    if role != Role::Admin && is_admin(true) && !is_admin(false) { Err(Error::LastAdmin) } else { Ok(()) }
}

/// Whether a file may be put into a room: asked before it is received.
pub fn check_upload(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, room: RoomId) -> Result<(), Error> {
    files::check_upload(tx, &access::steward(tx, admin, organization)?, room)
}

/// Puts a file into a group.
pub fn post_file(
    tx: &Tx<'_>,
    admin: &Actor,
    organization: Option<&str>,
    room: RoomId,
    cmd: Result<PostFile, Error>,
) -> Result<FileId, Error> {
    files::post_file(tx, &access::steward(tx, admin, organization)?, room, cmd)
}

/// Deletes a file of a group for everybody.
pub fn delete_file(tx: &Tx<'_>, admin: &Actor, organization: Option<&str>, file: FileId) -> Result<(), Error> {
    files::delete_file(tx, &access::steward(tx, admin, organization)?, file)
}

/// Finishes a task of a group, or opens it again.
pub fn set_task_status(
    tx: &Tx<'_>,
    admin: &Actor,
    organization: Option<&str>,
    room: RoomId,
    task: TaskId,
    status: TaskStatus,
) -> Result<(), Error> {
    let steward = access::steward(tx, admin, organization)?;
    tasks::set_task_status(tx, &steward, room, task, Ok(status)).map(|_| ())
}

/// Notes that an administrator looks at a message as somebody in its room sees it.
pub fn note_inspection(tx: &Tx<'_>, room: RoomId, message: MessageId, witness: AccountId) -> Result<(), Error> {
    tx.record(Event::MessageInspected(room, message, witness))
}
