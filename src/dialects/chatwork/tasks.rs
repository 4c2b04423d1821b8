//! `/rooms/{room_id}/tasks`.

use super::requests;
use super::wire::{TaskIdOut, TaskIdsOut, TaskOut, Urls};
use super::{Listed, count_post};
use crate::domain::{RoomId, TaskId};
use crate::ops;
use crate::web::{Call, Fault, Id, Out, Params, Reply};

/// GET /rooms/{room_id}/tasks
pub(super) async fn get_tasks(call: Call, Id(room): Id<RoomId>, params: Params) -> Result<Listed<TaskOut>, Fault> {
    let filter = requests::task_filter(&params);
    let tasks = call.read(|tx, actor| ops::tasks::list_tasks(tx, actor, room, filter))?;
    let urls = Urls::new(call.base());
    Ok(tasks.into_iter().map(|task| TaskOut::new(task, &urls)).collect())
}

/// POST /rooms/{room_id}/tasks
pub(super) async fn post_task(call: Call, Id(room): Id<RoomId>, params: Params) -> Reply<TaskIdsOut> {
    count_post(&call, room)?;
    let cmd = requests::new_task(&params);
    let ids = call.write(move |tx, actor| ops::tasks::create_tasks(tx, actor, room, cmd)).await?;
    Ok(Out(TaskIdsOut { task_ids: ids.into_iter().map(TaskId::get).collect() }))
}

/// GET /rooms/{room_id}/tasks/{task_id}
pub(super) async fn get_task(call: Call, Id(room): Id<RoomId>, Id(id): Id<TaskId>) -> Reply<TaskOut> {
    let task = call.read(|tx, actor| ops::tasks::get_task(tx, actor, room, id))?;
    Ok(Out(TaskOut::new(task, &Urls::new(call.base()))))
}

/// PUT /rooms/{room_id}/tasks/{task_id}/status
pub(super) async fn put_task_status(call: Call, Id(room): Id<RoomId>, Id(id): Id<TaskId>, params: Params) -> Reply<TaskIdOut> {
    let status = requests::new_status(&params);
    let id = call.write(move |tx, actor| ops::tasks::set_task_status(tx, actor, room, id, status)).await?;
    Ok(Out(TaskIdOut { task_id: id.get() }))
}
