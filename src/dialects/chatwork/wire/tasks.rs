//! Tasks as the Chatwork API shows them.

use serde::Serialize;

use super::rooms::face;
use super::{PersonOut, Urls};
use crate::dialects::chatwork::markup;
use crate::domain::{Deadline, Task, TaskStatus, Timestamp};

/// A task of the caller, with its room.
#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct MyTaskOut {
    task_id: i64,
    room: TaskRoomOut,
    assigned_by_account: PersonOut,
    message_id: String,
    body: String,
    limit_time: i64,
    status: &'static str,
    limit_type: &'static str,
}

#[derive(Serialize)]
struct TaskRoomOut {
    room_id: i64,
    name: String,
    icon_path: String,
}

impl MyTaskOut {
    pub(in crate::dialects::chatwork) fn new(task: Task, urls: &Urls) -> Self {
        let room = task.room;
        let (name, icon_path) = face(room.kind, room.name, room.icon, room.shown_person.as_ref(), urls);
        Self {
            task_id: task.id.get(),
            room: TaskRoomOut { room_id: room.id.get(), name, icon_path },
            assigned_by_account: PersonOut::new(task.requester, urls),
            message_id: task.message.to_string(),
            body: task.body,
            limit_time: limit_time(task.deadline),
            status: status_word(task.status),
            limit_type: markup::limit_type(task.deadline),
        }
    }
}

/// A task of a room, with its assignee.
#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct TaskOut {
    task_id: i64,
    account: PersonOut,
    assigned_by_account: PersonOut,
    message_id: String,
    body: String,
    limit_time: i64,
    status: &'static str,
    limit_type: &'static str,
}

impl TaskOut {
    pub(in crate::dialects::chatwork) fn new(task: Task, urls: &Urls) -> Self {
        Self {
            task_id: task.id.get(),
            account: PersonOut::new(task.assignee, urls),
            assigned_by_account: PersonOut::new(task.requester, urls),
            message_id: task.message.to_string(),
            body: task.body,
            limit_time: limit_time(task.deadline),
            status: status_word(task.status),
            limit_type: markup::limit_type(task.deadline),
        }
    }
}

fn limit_time(deadline: Deadline) -> i64 {
    deadline.instant().map_or(0, Timestamp::seconds)
}

fn status_word(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Open => "open",
        TaskStatus::Done => "done",
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct TaskIdsOut {
    pub(in crate::dialects::chatwork) task_ids: Vec<i64>,
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct TaskIdOut {
    pub(in crate::dialects::chatwork) task_id: i64,
}
