//! Rooms.

use rusqlite::Row;
use unicode_normalization::UnicodeNormalization;

use super::Tx;
use super::accounts::person_at;
use crate::domain::unread::ReadMark;
use crate::domain::{
    AccountId, ChosenRoomId, Error, ExternalRoomId, GroupCard, Icon, Membership, OrganizationId, Person, Room, RoomId, RoomKind, RoomPatch,
    RoomView,
};

/// Most rooms one list shows.
const MOST: i64 = 10_000;

/// A room to be stored.
#[derive(Debug)]
pub struct RoomRow<'a> {
    /// The organization of its maker.
    pub organization: OrganizationId,
    /// What it is for.
    pub kind: RoomKind,
    /// Own name, or empty.
    pub name: &'a str,
    /// Description, or empty.
    pub description: &'a str,
    /// Picture.
    pub icon: Icon,
    /// Who makes it.
    pub maker: AccountId,
}

/// Makes a room without members.
pub fn insert_room(tx: &Tx<'_>, room: &RoomRow<'_>) -> Result<RoomId, Error> {
    let id = RoomId::new(tx.next_id()?);
    let external = ExternalRoomId::new(tx.next_message_id()?.get());
    let made_through = tx.cause.dialect.map_or("crosstalk", |dialect| dialect.name());
    tx.execute(
        "INSERT INTO room (id, external_id, organization_id, kind, name, name_key, description, icon, made_through, hides_past, created_by, created_ms, updated_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9 IN ('messenger', 'messenger-personal'), ?10, ?11, ?11)",
        (id, external, room.organization, room.kind, room.name, name_key(room.name), room.description, room.icon, made_through, room.maker, tx.now),
    )?;
    Ok(id)
}

/// The room and this account's place in it, if the account is in it and the room exists.
pub fn find_room_of(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Option<Room>, Error> {
    match tx.memo {
        Some(memo) => memo.rooms.find((account, room), || select_room_of(tx, account, room)),
        None => select_room_of(tx, account, room),
    }
}

fn select_room_of(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Option<Room>, Error> {
    tx.first(
        "SELECT r.organization_id, r.kind, r.last_ordinal, m.id, m.role, m.read_upto, m.own_from, m.own_read, m.seen_upto, m.delivered_upto, \
         r.hides_past * m.joined_at \
         FROM membership m JOIN room r ON r.id = m.room_id \
         WHERE m.room_id = ?1 AND m.account_id = ?2 AND m.ended_ms IS NULL AND r.deleted_ms IS NULL",
        (room, account),
        |row| {
            let mark = ReadMark { read_upto: row.get(5)?, own_from: row.get(6)?, own_read: row.get(7)?, seen_upto: row.get(8)? };
            let membership = Membership { row: row.get(3)?, account, role: row.get(4)?, mark, delivered_upto: row.get(9)? };
            Ok(Room {
                id: room,
                organization: row.get(0)?,
                kind: row.get(1)?,
                last_ordinal: row.get(2)?,
                visible_from: row.get(10)?,
                membership,
            })
        },
    )
}

/// A group of an organization, for an account that manages it and need not be in it.
pub fn find_group(tx: &Tx<'_>, organization: OrganizationId, service: AccountId, room: RoomId) -> Result<Option<Room>, Error> {
    tx.first(
        "SELECT last_ordinal FROM room WHERE id = ?2 AND organization_id = ?1 AND kind = 'group' AND deleted_ms IS NULL",
        (organization, room),
        |row| {
            let last_ordinal = row.get(0)?;
            let membership = Membership::outside(service, last_ordinal);
            Ok(Room { id: room, organization, kind: RoomKind::Group, last_ordinal, visible_from: 0, membership })
        },
    )
}

/// A name as names are compared: width and case of letters, and blanks around it, don't count.
pub(super) fn name_key(name: &str) -> String {
    // There and back, letter by letter: ß and SS are one, and so are all forms of a sigma.
    let folded = name.trim().nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    folded.nfkc().collect()
}

/// Groups of an organization that bear exactly this name: at most two, as more say no more.
pub fn list_groups_named(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<Vec<RoomId>, Error> {
    tx.all(
        "SELECT id FROM room WHERE organization_id = ?1 AND kind = 'group' AND deleted_ms IS NULL AND name_key = ?2 AND name = ?3 LIMIT 2",
        (organization, name_key(name), name),
        |row| row.get(0),
    )
}

/// Groups of an organization whose name is the same but for width and case of its letters: at most two.
pub fn list_groups_called(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<Vec<RoomId>, Error> {
    tx.all(
        "SELECT id FROM room WHERE organization_id = ?1 AND kind = 'group' AND deleted_ms IS NULL AND name_key = ?2 LIMIT 2",
        (organization, name_key(name)),
        |row| row.get(0),
    )
}

/// Whether a group other than `except` is called so.
pub fn is_called(tx: &Tx<'_>, organization: OrganizationId, name: &str, except: Option<RoomId>) -> Result<bool, Error> {
    let found = list_groups_called(tx, organization, name)?;
    Ok(found.into_iter().any(|room| Some(room) != except))
}

/// The group that clients know by this id: the chosen one, else the external one.
pub fn find_group_by_text(tx: &Tx<'_>, organization: OrganizationId, id: &str) -> Result<Option<RoomId>, Error> {
    let sql = "SELECT id FROM room WHERE organization_id = ?1 AND chosen_id = ?2 AND deleted_ms IS NULL";
    if let Some(found) = tx.first(sql, (organization, id), |row| row.get(0))? {
        return Ok(Some(found));
    }
    let Some(external) = id.parse::<i64>().ok().filter(|number| number.to_string() == id) else { return Ok(None) };
    tx.first(
        "SELECT id FROM room WHERE organization_id = ?1 AND external_id = ?2 AND kind = 'group' AND deleted_ms IS NULL",
        (organization, external),
        |row| row.get(0),
    )
}

/// A group as dialects show it that know rooms by texts.
pub fn find_card(tx: &Tx<'_>, room: RoomId) -> Result<Option<GroupCard>, Error> {
    tx.first(
        "SELECT coalesce(r.chosen_id, CAST(r.external_id AS TEXT)), r.name, r.created_by, a.uid, r.is_thread, r.is_public, r.updated_ms \
         FROM room r JOIN account a ON a.id = r.created_by WHERE r.id = ?1",
        [room],
        |row| {
            let (maker, maker_uid) = (row.get(2)?, row.get(3)?);
            let (is_thread, is_public, updated) = (row.get(4)?, row.get(5)?, row.get(6)?);
            Ok(GroupCard { room, id: row.get(0)?, name: row.get(1)?, maker, maker_uid, is_thread, is_public, updated })
        },
    )
}

/// Keeps the id that a client chose.
pub fn update_chosen_id(tx: &Tx<'_>, room: RoomId, id: &ChosenRoomId) -> Result<(), Error> {
    tx.execute("UPDATE room SET chosen_id = ?2 WHERE id = ?1", (room, id.as_str())).map(|_| ())
}

/// Keeps how a group shows replies and who may find it; what is none stays. That is activity of which no message tells, unless one of
/// the same instant does.
pub fn update_manner(tx: &Tx<'_>, room: RoomId, is_thread: Option<bool>, is_public: Option<bool>) -> Result<(), Error> {
    tx.execute(
        "UPDATE room SET is_thread = coalesce(?2, is_thread), is_public = coalesce(?3, is_public), updated_ms = ?4, \
         silent_ms = CASE updated_ms WHEN ?4 THEN silent_ms ELSE ?4 END WHERE id = ?1",
        (room, is_thread, is_public, tx.now),
    )
    .map(|_| ())
}

/// The person that a personal or direct room shows to the account ?1, joined as `p`.
macro_rules! shown_person {
    () => {
        "LEFT JOIN account p ON p.id = CASE r.kind WHEN 'my' THEN r.created_by WHEN 'direct' THEN \
         (SELECT c.other_id FROM contact c WHERE c.account_id = ?1 AND c.room_id = r.id LIMIT 1) END "
    };
}
pub(super) use shown_person;

/// Reads `id, name, avatar` of a person who may be absent.
pub(super) fn shown_person_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Person>> {
    if row.get_ref(first)? == rusqlite::types::ValueRef::Null { Ok(None) } else { person_at(row, first).map(Some) }
}

/// Unread messages of the room r that address the account ?1, its member m: looked for only where there is anything that was not read.
macro_rules! unread_mentions {
    () => {
        "CASE WHEN m.read_upto < r.last_ordinal THEN \
         (SELECT count(*) FROM mention t WHERE t.room_id = r.id AND t.account_id = ?1 AND t.ordinal > m.read_upto) \
         + (SELECT count(*) FROM mention t WHERE t.room_id = r.id AND t.account_id = 0 AND t.ordinal > m.read_upto AND t.except_id <> ?1) \
         ELSE 0 END"
    };
}
pub(super) use unread_mentions;

macro_rules! select_view {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.external_id, r.kind, r.name, r.description, r.icon, m.role, m.is_pinned, r.last_ordinal, m.read_upto, m.own_read, ",
            unread_mentions!(),
            ", m.open_task_num, r.file_num, r.task_num, r.updated_ms, p.id, p.name, p.avatar \
             FROM membership m JOIN room r ON r.id = m.room_id ",
            crate::store::rooms::shown_person!(),
            $tail
        )
    };
}

fn view(row: &Row<'_>) -> rusqlite::Result<RoomView> {
    let last: i64 = row.get(8)?;
    let mark = ReadMark { read_upto: row.get(9)?, own_read: row.get(10)?, ..ReadMark::default() };
    Ok(RoomView {
        id: row.get(0)?,
        external_id: row.get(1)?,
        kind: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        icon: row.get(5)?,
        shown_person: shown_person_at(row, 16)?,
        role: row.get(6)?,
        is_pinned: row.get(7)?,
        unread: mark.unread(last),
        mentions: row.get(11)?,
        own_tasks: row.get(12)?,
        messages: last,
        files: row.get(13)?,
        tasks: row.get(14)?,
        updated: row.get(15)?,
    })
}

/// Every room an account is in: pinned ones first, then by last activity.
pub fn list_rooms_of(tx: &Tx<'_>, account: AccountId) -> Result<Vec<RoomView>, Error> {
    tx.all(
        select_view!(
            "WHERE m.account_id = ?1 AND m.ended_ms IS NULL AND r.deleted_ms IS NULL ORDER BY m.is_pinned DESC, r.updated_ms DESC, r.id DESC LIMIT ?2"
        ),
        (account, MOST),
        view,
    )
}

/// One room as its member sees it in lists.
pub fn find_view(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<Option<RoomView>, Error> {
    tx.first(
        select_view!("WHERE m.account_id = ?1 AND m.room_id = ?2 AND m.ended_ms IS NULL AND r.deleted_ms IS NULL"),
        (account, room),
        view,
    )
}

/// Name, description and icon of a room.
pub fn find_looks(tx: &Tx<'_>, room: RoomId) -> Result<(String, String, Icon), Error> {
    tx.one("SELECT name, description, icon FROM room WHERE id = ?1", [room], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Changes name, description or icon; what is none stays.
pub fn update_room(tx: &Tx<'_>, room: RoomId, patch: &RoomPatch) -> Result<(), Error> {
    tx.execute(
        "UPDATE room SET name = coalesce(?2, name), name_key = coalesce(?3, name_key), description = coalesce(?4, description), \
         icon = coalesce(?5, icon) WHERE id = ?1",
        (
            room,
            patch.name.as_ref().map(|name| name.as_str()),
            patch.name.as_ref().map(|name| name_key(name.as_str())),
            patch.description.as_deref(),
            patch.icon,
        ),
    )
    .map(|_| ())
}

/// Marks a room as gone. Its texts go later, piece by piece.
pub fn update_deleted(tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
    tx.execute(
        "UPDATE room SET deleted_ms = ?2, name = '', name_key = '', chosen_id = NULL, description = '' WHERE id = ?1",
        (room, tx.now),
    )
    .map(|_| ())
}

/// Counts a room's files up or down.
pub fn add_files(tx: &Tx<'_>, room: RoomId, change: i64) -> Result<(), Error> {
    tx.execute("UPDATE room SET file_num = file_num + ?2 WHERE id = ?1", (room, change)).map(|_| ())
}

/// Counts a room's tasks up or down.
pub fn add_tasks(tx: &Tx<'_>, room: RoomId, change: i64) -> Result<(), Error> {
    tx.execute("UPDATE room SET task_num = task_num + ?2 WHERE id = ?1", (room, change)).map(|_| ())
}

/// A deleted room whose texts are still there.
pub fn find_room_to_purge(tx: &Tx<'_>) -> Result<Option<RoomId>, Error> {
    tx.first("SELECT id FROM room WHERE deleted_ms IS NOT NULL AND purged_ms IS NULL LIMIT 1", [], |row| row.get(0))
}

/// Takes away the next `most` texts, files and tasks of a deleted room; says whether everything is gone.
pub fn purge_some(tx: &Tx<'_>, room: RoomId, most: i64) -> Result<bool, Error> {
    let (from, last): (i64, i64) =
        tx.one("SELECT purged_upto, last_ordinal FROM room WHERE id = ?1", [room], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let upto = (from + most).min(last);
    tx.execute(
        "UPDATE message_version SET text = '', notice = NULL, media = NULL WHERE message_id IN \
         (SELECT id FROM message WHERE room_id = ?1 AND ordinal > ?2 AND ordinal <= ?3)",
        (room, from, upto),
    )?;
    tx.execute(
        "UPDATE message SET session = NULL WHERE room_id = ?1 AND ordinal > ?2 AND ordinal <= ?3 AND session IS NOT NULL",
        (room, from, upto),
    )?;
    tx.execute("DELETE FROM mention WHERE room_id = ?1 AND ordinal > ?2 AND ordinal <= ?3", (room, from, upto))?;
    super::search::delete_terms_of(tx, room, from, upto)?;
    let files = tx.execute(
        "UPDATE file SET name = '', hash = NULL, deleted_ms = ?3 \
         WHERE id IN (SELECT id FROM file WHERE room_id = ?1 AND deleted_ms IS NULL LIMIT ?2)",
        (room, most, tx.now),
    )?;
    let tasks = tx.execute(
        "UPDATE task SET body = '', deleted_ms = ?3 WHERE id IN (SELECT id FROM task WHERE room_id = ?1 AND deleted_ms IS NULL LIMIT ?2)",
        (room, most, tx.now),
    )?;
    let is_done = upto == last && files + tasks == 0;
    tx.execute("UPDATE room SET purged_upto = ?2, purged_ms = ?3 WHERE id = ?1", (room, upto, is_done.then_some(tx.now)))?;
    Ok(is_done)
}

/// Ordinal of a room's newest message.
pub fn find_last_ordinal(tx: &Tx<'_>, room: RoomId) -> Result<i64, Error> {
    tx.one("SELECT last_ordinal FROM room WHERE id = ?1", [room], |row| row.get(0))
}

/// The organization that a room belongs to.
pub fn find_organization(tx: &Tx<'_>, room: RoomId) -> Result<OrganizationId, Error> {
    tx.one("SELECT organization_id FROM room WHERE id = ?1", [room], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::name_key;

    #[test]
    fn width_and_case_do_not_tell_names_apart() {
        for (one, other) in
            [("Ops", "ＯＰＳ"), ("ﾃﾞｻﾞｲﾝ", "デザイン"), ("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), (" a ", "A"), ("é", "E\u{301}")]
        {
            assert_eq!(name_key(one), name_key(other));
        }
        assert_ne!(name_key("a b"), name_key("ab"));
        assert_ne!(name_key("è"), name_key("é"));
    }
}
