//! What an organization has, in pages, for whoever administers it and need not be in a room to see its name.

use rusqlite::Row;

use super::Tx;
use super::accounts::person_at;
use super::files::{file_at, file_columns};
use super::memberships::most_members;
use super::messages::content_at;
use super::tasks::{task_at, task_columns};
use crate::domain::{
    Content, Error, FileId, Inhabitant, MessageId, OrganizationId, Person, RoomEntry, RoomId, RoomKind, RoomLabel, StoredFile, Task,
    TaskId, TaskQuery, Timestamp, Witness,
};

/// The name of the room `r`, or of who is in it.
macro_rules! room_name {
    () => {
        "CASE r.kind WHEN 'group' THEN r.name ELSE coalesce((SELECT group_concat(name, ', ') FROM (SELECT a.name FROM membership m \
         JOIN account a ON a.id = m.account_id WHERE m.room_id = r.id AND m.ended_ms IS NULL ORDER BY m.id LIMIT 2)), '') END"
    };
}

fn label(row: &Row<'_>) -> rusqlite::Result<RoomLabel> {
    Ok(RoomLabel { id: row.get(0)?, kind: row.get(1)?, name: row.get(2)? })
}

/// Rooms of an organization, of one kind or of all, by last activity: at most `most`. What they are called is asked of those alone.
pub fn list_labels(tx: &Tx<'_>, organization: OrganizationId, kind: Option<RoomKind>, most: i64) -> Result<Vec<RoomLabel>, Error> {
    tx.all(
        concat!(
            "SELECT r.id, r.kind, ",
            room_name!(),
            " FROM (SELECT id FROM room WHERE organization_id = ?1 AND deleted_ms IS NULL AND (?2 IS NULL OR kind = ?2) \
             ORDER BY updated_ms DESC, id DESC LIMIT ?3) AS page CROSS JOIN room r ON r.id = page.id \
             ORDER BY r.updated_ms DESC, r.id DESC"
        ),
        (organization, kind, most),
        label,
    )
}

/// What a room of an organization is called.
pub fn find_label(tx: &Tx<'_>, organization: OrganizationId, room: RoomId) -> Result<Option<RoomLabel>, Error> {
    tx.first(
        concat!("SELECT r.id, r.kind, ", room_name!(), " FROM room r WHERE r.id = ?2 AND r.organization_id = ?1 AND r.deleted_ms IS NULL"),
        (organization, room),
        label,
    )
}

/// A room of an organization with its numbers.
pub fn find_entry(tx: &Tx<'_>, organization: OrganizationId, room: RoomId) -> Result<Option<RoomEntry>, Error> {
    tx.first(
        concat!(
            "SELECT r.id, r.kind, ",
            room_name!(),
            ", r.external_id, r.chosen_id, r.description, r.made_through, r.created_ms, r.updated_ms, \
             (SELECT count(*) FROM membership m WHERE m.room_id = r.id AND m.ended_ms IS NULL), r.last_ordinal, r.file_num, r.task_num \
             FROM room r WHERE r.id = ?2 AND r.organization_id = ?1 AND r.deleted_ms IS NULL"
        ),
        (organization, room),
        |row| {
            Ok(RoomEntry {
                label: label(row)?,
                external_id: row.get(3)?,
                chosen_id: row.get(4)?,
                description: row.get(5)?,
                made_through: row.get(6)?,
                created: row.get(7)?,
                updated: row.get(8)?,
                members: row.get(9)?,
                messages: row.get(10)?,
                files: row.get(11)?,
                tasks: row.get(12)?,
            })
        },
    )
}

/// Who is in a room, in the order in which they came.
pub fn list_inhabitants(tx: &Tx<'_>, room: RoomId) -> Result<Vec<Inhabitant>, Error> {
    tx.all(
        "SELECT a.id, a.name, a.avatar, a.email, o.name, m.role, a.disabled_ms IS NOT NULL FROM membership m \
         JOIN account a ON a.id = m.account_id JOIN organization o ON o.id = a.organization_id \
         WHERE m.room_id = ?1 AND m.ended_ms IS NULL ORDER BY m.id LIMIT ?2",
        (room, most_members()),
        |row| {
            Ok(Inhabitant {
                person: person_at(row, 0)?,
                email: row.get(3)?,
                organization: row.get(4)?,
                role: row.get(5)?,
                is_disabled: row.get(6)?,
            })
        },
    )
}

/// A message with all that its words are made of.
#[derive(Debug)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub sent: Timestamp,
    /// What it says.
    pub content: Content,
}

/// Something that was looked at: its number, and what it is unless it does not belong into the list.
#[derive(Debug)]
pub struct Looked<T> {
    /// Its id, where the next look goes on.
    pub number: i64,
    /// What it is.
    pub entry: Option<T>,
}

/// Reads `id` from the first column and from another one whether the row belongs into the list. What does not (deleted, or of another
/// organization) is passed over by the caller: skipped in here, it would make a query as long as the world is large.
fn looked<T>(row: &Row<'_>, belongs: usize, entry: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Looked<T>> {
    let entry = if row.get(belongs)? { Some(entry(row)?) } else { None };
    Ok(Looked { number: row.get(0)?, entry })
}

macro_rules! select_said {
    ($tail:literal) => {
        concat!(
            "SELECT m.id, m.room_id, m.sent_ms, v.text, v.notice, v.media, a.id, a.name, a.avatar, \
             r.organization_id = ?1 AND r.deleted_ms IS NULL AND m.deleted_ms IS NULL FROM message m \
             CROSS JOIN room r ON r.id = m.room_id JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id \
             WHERE ",
            $tail
        )
    };
}

fn said(row: &Row<'_>) -> rusqlite::Result<Looked<Said>> {
    looked(row, 9, |row| {
        Ok(Said { id: row.get(0)?, room: row.get(1)?, sent: row.get(2)?, content: content_at(row, 3)?, author: person_at(row, 6)? })
    })
}

/// The newest messages before one, in one room or in all of them; an organization's, unless deleted, belong into the list.
pub fn list_said(
    tx: &Tx<'_>,
    organization: OrganizationId,
    room: Option<RoomId>,
    before: MessageId,
    most: i64,
) -> Result<Vec<Looked<Said>>, Error> {
    match room {
        // Ids rise with ordinals: the ordinal of that one tells the index where to begin.
        Some(room) => tx.all(
            select_said!(
                "m.room_id = ?2 AND m.id < ?3 AND m.ordinal < coalesce((SELECT b.ordinal FROM message b WHERE b.id = ?3 AND b.room_id = ?2), \
                 9223372036854775807) ORDER BY m.ordinal DESC LIMIT ?4"
            ),
            (organization, room, before, most),
            said,
        ),
        None => tx.all(select_said!("m.id < ?2 ORDER BY m.id DESC LIMIT ?3"), (organization, before, most), said),
    }
}

/// Where a message of an organization stands: its room.
pub fn find_room_of_message(tx: &Tx<'_>, organization: OrganizationId, message: MessageId) -> Result<Option<RoomId>, Error> {
    tx.first(
        "SELECT r.id FROM message m JOIN room r ON r.id = m.room_id WHERE m.id = ?2 AND r.organization_id = ?1 AND r.deleted_ms IS NULL",
        (organization, message),
        |row| row.get(0),
    )
}

/// Somebody in a room who may see a message of it: its author before others.
pub fn find_witness(tx: &Tx<'_>, message: MessageId) -> Result<Option<(Witness, Person)>, Error> {
    tx.first(
        "SELECT a.organization_id, a.id, a.name, a.avatar FROM message g JOIN room r ON r.id = g.room_id \
         JOIN membership m ON m.room_id = g.room_id AND m.ended_ms IS NULL JOIN account a ON a.id = m.account_id \
         WHERE g.id = ?1 AND a.kind = 'person' AND a.disabled_ms IS NULL AND r.hides_past * m.joined_at < g.ordinal \
         ORDER BY a.id = g.author_id DESC, m.id LIMIT 1",
        [message],
        |row| {
            let person = person_at(row, 1)?;
            Ok((Witness { account: person.id, organization: row.get(0)? }, person))
        },
    )
}

macro_rules! select_file {
    ($tail:literal) => {
        concat!(
            "SELECT ",
            file_columns!("r.organization_id = ?1 AND r.deleted_ms IS NULL AND f.deleted_ms IS NULL"),
            "CROSS JOIN room r ON r.id = f.room_id WHERE ",
            $tail
        )
    };
}

/// The newest files before one, in one room or in all of them; an organization's, unless deleted, belong into the list.
pub fn list_files(
    tx: &Tx<'_>,
    organization: OrganizationId,
    room: Option<RoomId>,
    before: FileId,
    most: i64,
) -> Result<Vec<Looked<StoredFile>>, Error> {
    let file = |row: &Row<'_>| looked(row, 11, file_at);
    match room {
        Some(room) => tx.all(
            select_file!("f.room_id = ?2 AND f.id < ?3 AND f.deleted_ms IS NULL ORDER BY f.id DESC LIMIT ?4"),
            (organization, room, before, most),
            file,
        ),
        None => tx.all(select_file!("f.id < ?2 ORDER BY f.id DESC LIMIT ?3"), (organization, before, most), file),
    }
}

macro_rules! select_task {
    ($tail:literal) => {
        concat!(
            "SELECT ",
            task_columns!(
                "r.organization_id = ?2 AND r.deleted_ms IS NULL AND t.deleted_ms IS NULL AND (?4 IS NULL OR t.status = ?4) \
                 AND (?5 IS NULL OR t.room_id = ?5) AND (?6 IS NULL OR t.assignee_id = ?6)"
            ),
            "WHERE t.id < ?3 ",
            $tail,
            " ORDER BY t.id DESC LIMIT ?7"
        )
    };
}

/// The newest tasks before one, of a room, of an assignee or all; an organization's of the state, room and assignee asked for belong
/// into the list. One constant text for each, so that each uses its own index.
pub fn list_tasks(
    tx: &Tx<'_>,
    organization: OrganizationId,
    query: &TaskQuery,
    before: TaskId,
    most: i64,
) -> Result<Vec<Looked<Task>>, Error> {
    let sql = match (query.room, query.assignee) {
        (Some(_), _) => select_task!("AND t.room_id = ?5 AND t.deleted_ms IS NULL"),
        (None, Some(_)) => select_task!("AND t.assignee_id = ?6 AND t.deleted_ms IS NULL"),
        (None, None) => select_task!(""),
    };
    let params = (None::<i64>, organization, before, query.status, query.room, query.assignee, most);
    tx.all(sql, params, |row| looked(row, 19, task_at))
}
