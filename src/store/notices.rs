//! How a notice stands in its column: JSON, with letters that never change.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};

use crate::domain::{AccountId, Deadline, Error, FileId, Notice, TaskCard, TaskStatus, Timestamp};

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum NoticeRow {
    RoomCreated { name: String, members: Vec<i64> },
    OwnRoomCreated,
    ContactAdded,
    JoinedByLink,
    RoomEdited(EditRow),
    FileUploaded { file: i64, name: String, bytes: u64, is_image: bool },
    TasksAdded { tasks: Vec<TaskRow> },
    TaskDone { task: TaskRow },
    TaskReopened { task: TaskRow },
}

#[derive(Serialize, Deserialize)]
struct EditRow {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    added: Vec<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    removed: Vec<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    left: Vec<i64>,
    #[serde(default)]
    icon: bool,
}

#[derive(Serialize, Deserialize)]
struct TaskRow {
    assignee: i64,
    is_done: bool,
    due_kind: DueKind,
    due_ms: i64,
    body: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DueKind {
    None,
    Day,
    Instant,
}

/// Writes a notice for its column.
pub(super) fn to_json(notice: &Notice) -> Result<String, Error> {
    serde_json::to_string(&to_row(notice)).map_err(Error::internal)
}

/// Reads a notice from its column, if there is one.
pub(super) fn notice_at(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Notice>> {
    let Some(json) = row.get_ref(index)?.as_str_or_null()? else { return Ok(None) };
    let parsed = serde_json::from_str::<NoticeRow>(json);
    parsed.map(|row| Some(from_row(row))).map_err(|cause| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(cause)))
}

fn to_row(notice: &Notice) -> NoticeRow {
    match notice {
        Notice::RoomCreated { name, members } => NoticeRow::RoomCreated { name: name.clone(), members: numbers(members) },
        Notice::OwnRoomCreated => NoticeRow::OwnRoomCreated,
        Notice::ContactAdded => NoticeRow::ContactAdded,
        Notice::JoinedByLink => NoticeRow::JoinedByLink,
        Notice::RoomEdited { name, description, added, removed, left, icon } => NoticeRow::RoomEdited(EditRow {
            name: name.clone(),
            description: description.clone(),
            added: numbers(added),
            removed: numbers(removed),
            left: numbers(left),
            icon: *icon,
        }),
        Notice::FileUploaded { file, name, bytes, is_image } => {
            NoticeRow::FileUploaded { file: file.get(), name: name.clone(), bytes: *bytes, is_image: *is_image }
        }
        Notice::TasksAdded(cards) => NoticeRow::TasksAdded { tasks: cards.iter().map(task_row).collect() },
        Notice::TaskDone(card) => NoticeRow::TaskDone { task: task_row(card) },
        Notice::TaskReopened(card) => NoticeRow::TaskReopened { task: task_row(card) },
    }
}

fn from_row(row: NoticeRow) -> Notice {
    match row {
        NoticeRow::RoomCreated { name, members } => Notice::RoomCreated { name, members: accounts(members) },
        NoticeRow::OwnRoomCreated => Notice::OwnRoomCreated,
        NoticeRow::ContactAdded => Notice::ContactAdded,
        NoticeRow::JoinedByLink => Notice::JoinedByLink,
        NoticeRow::RoomEdited(edit) => Notice::RoomEdited {
            name: edit.name,
            description: edit.description,
            added: accounts(edit.added),
            removed: accounts(edit.removed),
            left: accounts(edit.left),
            icon: edit.icon,
        },
        NoticeRow::FileUploaded { file, name, bytes, is_image } => Notice::FileUploaded { file: FileId::new(file), name, bytes, is_image },
        NoticeRow::TasksAdded { tasks } => Notice::TasksAdded(tasks.into_iter().map(card).collect()),
        NoticeRow::TaskDone { task } => Notice::TaskDone(card(task)),
        NoticeRow::TaskReopened { task } => Notice::TaskReopened(card(task)),
    }
}

fn task_row(card: &TaskCard) -> TaskRow {
    let due_kind = match card.deadline {
        Deadline::None => DueKind::None,
        Deadline::Day(_) => DueKind::Day,
        Deadline::Instant(_) => DueKind::Instant,
    };
    TaskRow {
        assignee: card.assignee.get(),
        is_done: card.status == TaskStatus::Done,
        due_kind,
        due_ms: card.deadline.instant().map_or(0, Timestamp::ms),
        body: card.body.clone(),
    }
}

fn card(row: TaskRow) -> TaskCard {
    let at = Timestamp::from_ms(row.due_ms);
    let deadline = match row.due_kind {
        DueKind::None => Deadline::None,
        DueKind::Day => Deadline::Day(at),
        DueKind::Instant => Deadline::Instant(at),
    };
    let status = if row.is_done { TaskStatus::Done } else { TaskStatus::Open };
    TaskCard { assignee: AccountId::new(row.assignee), status, deadline, body: row.body }
}

fn numbers(ids: &[AccountId]) -> Vec<i64> {
    ids.iter().map(|id| id.get()).collect()
}

fn accounts(numbers: Vec<i64>) -> Vec<AccountId> {
    numbers.into_iter().map(AccountId::new).collect()
}
