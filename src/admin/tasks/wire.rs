//! Tasks as the page takes and shows them.

use serde::{Deserialize, Serialize};

use crate::admin::rooms::RoomLabelOut;
use crate::domain::{Deadline, TaskEntry};

/// Some tasks, newest first.
#[derive(Serialize)]
pub(in crate::admin) struct TasksOut {
    pub(super) items: Vec<TaskOut>,
    /// Where the next page begins; none after the last one.
    pub(super) next: Option<String>,
}

#[derive(Serialize)]
pub(in crate::admin) struct TaskOut {
    id: i64,
    room: RoomLabelOut,
    body: String,
    status: &'static str,
    assignee: String,
    by: String,
    due_at: Option<String>,
    /// Whether it is due on that day, at no certain time.
    is_due_on_day: bool,
}

impl From<TaskEntry> for TaskOut {
    fn from(TaskEntry { task, room }: TaskEntry) -> Self {
        Self {
            id: task.id.get(),
            room: room.into(),
            body: task.body,
            status: task.status.word(),
            assignee: task.assignee.name,
            by: task.requester.name,
            due_at: task.deadline.instant().map(|at| at.to_string()),
            is_due_on_day: matches!(task.deadline, Deadline::Day(_)),
        }
    }
}

#[derive(Deserialize)]
pub(in crate::admin) struct TaskIn {
    pub(super) organization: Option<String>,
    pub(super) room: Option<i64>,
    pub(super) status: Option<String>,
}
