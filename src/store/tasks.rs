//! Tasks.

use rusqlite::Row;

use super::Tx;
use super::accounts::person_at;
use super::rooms::shown_person_at;
use crate::domain::{AccountId, Deadline, Error, MessageId, NewTask, RoomId, Task, TaskFilter, TaskId, TaskRoom, TaskStatus, Timestamp};

/// Stores one task for one assignee.
pub fn insert_task(
    tx: &Tx<'_>,
    room: RoomId,
    requester: AccountId,
    assignee: AccountId,
    task: &NewTask,
    message: MessageId,
) -> Result<TaskId, Error> {
    let id = TaskId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO task (id, room_id, assignee_id, requester_id, message_id, body, due_ms, due_kind, status, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9)",
        (id, room, assignee, requester, message, task.body.as_str(), task.deadline.instant(), due_kind(task.deadline), tx.now),
    )?;
    Ok(id)
}

/// Changes a task's state.
pub fn update_status(tx: &Tx<'_>, task: TaskId, status: TaskStatus) -> Result<(), Error> {
    tx.execute("UPDATE task SET status = ?2 WHERE id = ?1", (task, status)).map(|_| ())
}

/// Deletes every task of an assignee in a room; gives their number.
pub fn delete_tasks_of(tx: &Tx<'_>, room: RoomId, assignee: AccountId) -> Result<i64, Error> {
    let gone = tx.execute(
        "UPDATE task SET deleted_ms = ?3, body = '' WHERE room_id = ?1 AND assignee_id = ?2 AND status IN ('open', 'done') AND deleted_ms IS NULL",
        (room, assignee, tx.now),
    )?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

fn due_kind(deadline: Deadline) -> &'static str {
    match deadline {
        Deadline::None => "none",
        Deadline::Day(_) => "day",
        Deadline::Instant(_) => "instant",
    }
}

/// The columns of a task `t`, further ones, and where they come from. ?1 is the account that looks, for the person a room shows.
macro_rules! task_columns {
    ($($more:literal)?) => {
        concat!(
            "t.id, t.message_id, t.body, t.due_ms, t.due_kind, t.status, s.id, s.name, s.avatar, q.id, q.name, q.avatar, \
             r.id, r.kind, r.name, r.icon, p.id, p.name, p.avatar ",
            $(", ", $more,)?
            " FROM task t JOIN room r ON r.id = t.room_id JOIN account s ON s.id = t.assignee_id JOIN account q ON q.id = t.requester_id ",
            crate::store::rooms::shown_person!(),
        )
    };
}
pub(super) use task_columns;

macro_rules! select_task {
    ($tail:literal) => {
        concat!("SELECT ", task_columns!(), "WHERE t.deleted_ms IS NULL AND r.deleted_ms IS NULL ", $tail)
    };
}

/// Reads a task from these columns.
pub(super) fn task_at(row: &Row<'_>) -> rusqlite::Result<Task> {
    let at = Timestamp::from_ms(row.get::<_, Option<i64>>(3)?.unwrap_or(0));
    let deadline = match row.get_ref(4)?.as_str()? {
        "day" => Deadline::Day(at),
        "instant" => Deadline::Instant(at),
        _ => Deadline::None,
    };
    Ok(Task {
        id: row.get(0)?,
        message: row.get(1)?,
        body: row.get(2)?,
        deadline,
        status: row.get(5)?,
        assignee: person_at(row, 6)?,
        requester: person_at(row, 9)?,
        room: TaskRoom {
            id: row.get(12)?,
            kind: row.get(13)?,
            name: row.get(14)?,
            icon: row.get(15)?,
            shown_person: shown_person_at(row, 16)?,
        },
    })
}

/// One task of a room, as `viewer` sees it.
pub fn find_task(tx: &Tx<'_>, viewer: AccountId, room: RoomId, id: TaskId) -> Result<Option<Task>, Error> {
    tx.first(select_task!("AND t.id = ?2 AND t.room_id = ?3"), (viewer, id, room), task_at)
}

/// At most 100 tasks of a room, newest first. One constant text per filter, so that each uses its own index.
pub fn list_of_room(tx: &Tx<'_>, viewer: AccountId, room: RoomId, filter: &TaskFilter) -> Result<Vec<Task>, Error> {
    let status = filter.status;
    match (filter.assignee, filter.requester) {
        (None, None) => {
            tx.all(select_task!("AND t.room_id = ?2 AND t.status = ?3 ORDER BY t.id DESC LIMIT 100"), (viewer, room, status), task_at)
        }
        (Some(assignee), None) => tx.all(
            select_task!("AND t.room_id = ?2 AND t.status = ?3 AND t.assignee_id = ?4 ORDER BY t.id DESC LIMIT 100"),
            (viewer, room, status, assignee),
            task_at,
        ),
        (None, Some(requester)) => tx.all(
            select_task!("AND t.room_id = ?2 AND t.status = ?3 AND t.requester_id = ?4 ORDER BY t.id DESC LIMIT 100"),
            (viewer, room, status, requester),
            task_at,
        ),
        (Some(assignee), Some(requester)) => tx.all(
            select_task!(
                "AND t.room_id = ?2 AND t.status = ?3 AND t.assignee_id = ?4 AND t.requester_id = ?5 ORDER BY t.id DESC LIMIT 100"
            ),
            (viewer, room, status, assignee, requester),
            task_at,
        ),
    }
}

/// At most 100 tasks of an assignee over all rooms, newest first.
pub fn list_of_assignee(tx: &Tx<'_>, assignee: AccountId, requester: Option<AccountId>, status: TaskStatus) -> Result<Vec<Task>, Error> {
    match requester {
        None => tx.all(select_task!("AND t.assignee_id = ?1 AND t.status = ?2 ORDER BY t.id DESC LIMIT 100"), (assignee, status), task_at),
        Some(requester) => tx.all(
            select_task!("AND t.assignee_id = ?1 AND t.status = ?2 AND t.requester_id = ?3 ORDER BY t.id DESC LIMIT 100"),
            (assignee, status, requester),
            task_at,
        ),
    }
}
