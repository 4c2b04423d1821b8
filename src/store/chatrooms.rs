//! Groups as their organization manages them: purpose, automation, end, picture, people by role.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccountId, Chatroom, Error, MemberList, OrganizationId, Page, Purpose, Role, RoomId, Timestamp};

/// Most groups one list shows.
pub const MOST: i64 = 10_000;
/// Most rooms and memberships that one step ends.
const STEP: i64 = 100;
/// Most groups that one person is in and that follow the organization's people.
const MOST_FOLLOWING: i64 = 10_000;

/// What a group is besides a group.
#[derive(Debug)]
pub struct Details<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The event it is about.
    pub event: Option<i64>,
    /// Whether its members follow the organization's people.
    pub is_automated: bool,
    /// When it is to be deleted.
    pub ends: Option<Timestamp>,
    /// Key of its picture.
    pub picture: Option<&'a str>,
}

macro_rules! select_chatroom {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.organization_id, r.name, r.purpose, r.event_id, r.is_automated, r.ends_ms, r.picture FROM room r \
             WHERE r.kind = 'group' AND r.deleted_ms IS NULL AND ",
            $tail
        )
    };
}

/// Everything but the members.
fn chatroom(row: &Row<'_>) -> rusqlite::Result<Chatroom> {
    Ok(Chatroom {
        id: row.get(0)?,
        organization: row.get(1)?,
        name: row.get(2)?,
        purpose: row.get(3)?,
        event: row.get(4)?,
        is_automated: row.get(5)?,
        ends: row.get(6)?,
        picture: row.get(7)?,
        members: Vec::new(),
    })
}

fn with_members(tx: &Tx<'_>, mut room: Chatroom) -> Result<Chatroom, Error> {
    room.members = list_people(tx, room.id)?;
    Ok(room)
}

/// The people in a room and their roles, by id; not an organization's service account.
fn list_people(tx: &Tx<'_>, room: RoomId) -> Result<Vec<(AccountId, Role)>, Error> {
    tx.all(
        "SELECT m.account_id, m.role FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.room_id = ?1 AND m.ended_ms IS NULL AND a.kind = 'person' ORDER BY m.account_id LIMIT ?2",
        (room, MemberList::MAX as i64),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// A group of an organization.
pub fn find_chatroom(tx: &Tx<'_>, organization: OrganizationId, room: RoomId) -> Result<Option<Chatroom>, Error> {
    let found = tx.first(select_chatroom!("r.organization_id = ?1 AND r.id = ?2"), (organization, room), chatroom)?;
    found.map(|room| with_members(tx, room)).transpose()
}

/// The room for everybody.
pub fn find_for_all(tx: &Tx<'_>, organization: OrganizationId) -> Result<Option<Chatroom>, Error> {
    let found = tx.first(select_chatroom!("r.organization_id = ?1 AND r.purpose = 'default'"), [organization], chatroom)?;
    found.map(|room| with_members(tx, room)).transpose()
}

/// The room of an event.
pub fn find_of_event(tx: &Tx<'_>, organization: OrganizationId, event: i64) -> Result<Option<Chatroom>, Error> {
    let sql = select_chatroom!("r.organization_id = ?1 AND r.event_id = ?2 AND r.purpose = 'event'");
    tx.first(sql, (organization, event), chatroom)?.map(|room| with_members(tx, room)).transpose()
}

/// Groups of an organization, oldest first.
pub fn list_chatrooms(tx: &Tx<'_>, organization: OrganizationId, page: Page) -> Result<Vec<Chatroom>, Error> {
    let sql = select_chatroom!("r.organization_id = ?1 ORDER BY r.id LIMIT ?2 OFFSET ?3");
    let found = tx.all(sql, (organization, page.limit.min(MOST), page.offset), chatroom)?;
    found.into_iter().map(|room| with_members(tx, room)).collect()
}

/// Groups of an organization that a person is in, oldest first, and the number of all.
pub fn list_chatrooms_of(tx: &Tx<'_>, organization: OrganizationId, account: AccountId, page: Page) -> Result<(Vec<Chatroom>, i64), Error> {
    let sql = select_chatroom!(
        "r.organization_id = ?1 AND r.id IN (SELECT room_id FROM membership WHERE account_id = ?2 AND ended_ms IS NULL) \
         ORDER BY r.id LIMIT ?3 OFFSET ?4"
    );
    let found = tx.all(sql, (organization, account, page.limit.min(MOST), page.offset), chatroom)?;
    let total = tx.one(
        "SELECT count(*) FROM membership m JOIN room r ON r.id = m.room_id WHERE m.account_id = ?2 AND m.ended_ms IS NULL \
         AND r.organization_id = ?1 AND r.kind = 'group' AND r.deleted_ms IS NULL",
        (organization, account),
        |row| row.get(0),
    )?;
    Ok((found.into_iter().map(|room| with_members(tx, room)).collect::<Result<_, _>>()?, total))
}

/// Whether a group of an organization has this name.
pub fn is_named(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM room WHERE organization_id = ?1 AND name = ?2 AND kind = 'group' AND deleted_ms IS NULL LIMIT 1";
    Ok(tx.first(sql, (organization, name), |_| Ok(()))?.is_some())
}

/// Says what a group is besides a group.
pub fn update_details(tx: &Tx<'_>, room: RoomId, details: &Details<'_>) -> Result<(), Error> {
    tx.execute(
        "UPDATE room SET purpose = ?2, hides_past = hides_past OR ?2 <> 'custom', event_id = ?3, is_automated = ?4, ends_ms = ?5, picture = ?6 WHERE id = ?1",
        (room, details.purpose, details.event, details.is_automated, details.ends, details.picture),
    )
    .map(|_| ())
}

/// Says whether a group's members follow the organization's people.
pub fn update_automated(tx: &Tx<'_>, room: RoomId, is_automated: bool) -> Result<(), Error> {
    tx.execute("UPDATE room SET is_automated = ?2 WHERE id = ?1", (room, is_automated)).map(|_| ())
}

/// Takes the picture from a room; gives its key.
pub fn take_picture(tx: &Tx<'_>, room: RoomId) -> Result<Option<String>, Error> {
    let key = tx.first("SELECT picture FROM room WHERE id = ?1", [room], |row| row.get::<_, Option<String>>(0))?.flatten();
    if key.is_some() {
        tx.execute("UPDATE room SET picture = NULL WHERE id = ?1", [room])?;
    }
    Ok(key)
}

/// Rooms whose time is over, some of them.
pub fn list_over(tx: &Tx<'_>) -> Result<Vec<RoomId>, Error> {
    let sql = "SELECT id FROM room WHERE ends_ms <= ?1 AND deleted_ms IS NULL ORDER BY ends_ms LIMIT ?2";
    tx.all(sql, (tx.now, STEP), |row| row.get(0))
}

/// Groups that follow their organization's people and that somebody is in.
pub fn list_following(tx: &Tx<'_>, account: AccountId) -> Result<Vec<RoomId>, Error> {
    tx.all(
        "SELECT r.id FROM membership m JOIN room r ON r.id = m.room_id \
         WHERE m.account_id = ?1 AND m.ended_ms IS NULL AND r.is_automated = 1 AND r.deleted_ms IS NULL ORDER BY r.id LIMIT ?2",
        (account, MOST_FOLLOWING),
        |row| row.get(0),
    )
}

/// Members of a room whose accounts are disabled.
pub fn list_disabled(tx: &Tx<'_>, room: RoomId) -> Result<Vec<AccountId>, Error> {
    tx.all(
        "SELECT m.account_id FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.room_id = ?1 AND m.ended_ms IS NULL AND a.disabled_ms IS NOT NULL ORDER BY m.account_id LIMIT ?2",
        (room, MemberList::MAX as i64),
        |row| row.get(0),
    )
}
