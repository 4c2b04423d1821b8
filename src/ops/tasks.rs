//! Giving out, listing and finishing tasks.

use super::{access, messages, rooms};
use crate::domain::{
    AccountId, Actor, Content, Error, Event, NewTask, Notice, Noun, Room, RoomId, Task, TaskCard, TaskFilter, TaskId, TaskStatus,
};
use crate::store::{self, Tx};

/// Tasks of the actor over all rooms.
pub fn list_own_tasks(tx: &Tx<'_>, actor: &Actor, filter: Result<(Option<AccountId>, TaskStatus), Error>) -> Result<Vec<Task>, Error> {
    let (requester, status) = filter?;
    store::tasks::list_of_assignee(tx, actor.account, requester, status)
}

/// Tasks of a room.
pub fn list_tasks(tx: &Tx<'_>, actor: &Actor, room: RoomId, filter: Result<TaskFilter, Error>) -> Result<Vec<Task>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let mut tasks = store::tasks::list_of_room(tx, actor.account, room.id, &filter?)?;
    // Newest first: what is taken off is the end of the list.
    let hidden = access::newest_hidden(tx, &room)?;
    tasks.retain(|task| task.message > hidden);
    Ok(tasks)
}

/// One task.
pub fn get_task(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: TaskId) -> Result<Task, Error> {
    let room = access::visible_room(tx, actor, room)?;
    find(tx, &room, id)
}

fn find(tx: &Tx<'_>, room: &Room, id: TaskId) -> Result<Task, Error> {
    let hidden = access::newest_hidden(tx, room)?;
    let found = store::tasks::find_task(tx, room.membership.account, room.id, id)?;
    found.filter(|task| task.message > hidden).ok_or(Error::NotFound(Noun::Task))
}

/// Gives out one task for each assignee, announced by one message.
pub fn create_tasks(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: Result<NewTask, Error>) -> Result<Vec<TaskId>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let cmd = cmd?;
    let room = room.writable()?;
    for assignee in &cmd.assignees {
        if store::memberships::find_role(tx, room.id, *assignee)?.is_none() {
            return Err(Error::Invalid("assignees", "tasks go to members of the room"));
        }
    }
    let cards = cmd.assignees.iter().map(|assignee| TaskCard {
        assignee: *assignee,
        status: TaskStatus::Open,
        deadline: cmd.deadline,
        body: cmd.body.as_str().to_owned(),
    });
    let message = messages::append(tx, &room, &Content::notice(Notice::TasksAdded(cards.collect())), false)?.id;
    let mut ids = Vec::with_capacity(cmd.assignees.len());
    for assignee in &cmd.assignees {
        let id = store::tasks::insert_task(tx, room.id, actor.account, *assignee, &cmd, message)?;
        store::memberships::add_open_tasks(tx, room.id, *assignee, 1)?;
        tx.record(Event::TaskCreated(room.id, id))?;
        ids.push(id);
    }
    store::rooms::add_tasks(tx, room.id, i64::try_from(ids.len()).unwrap_or(0))?;
    Ok(ids)
}

/// Finishes a task or opens it again. Asking for the state it has changes nothing.
pub fn set_task_status(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: TaskId, status: Result<TaskStatus, Error>) -> Result<TaskId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let task = find(tx, &room, id)?;
    let status = status?;
    let room = room.writable()?;
    if task.status == status {
        return Ok(id);
    }
    store::tasks::update_status(tx, id, status)?;
    let card = TaskCard { assignee: task.assignee.id, status, deadline: task.deadline, body: task.body };
    let (change, event, notice) = match status {
        TaskStatus::Done => (-1, Event::TaskDone(room.id, id), Notice::TaskDone(card)),
        TaskStatus::Open => (1, Event::TaskReopened(room.id, id), Notice::TaskReopened(card)),
    };
    store::memberships::add_open_tasks(tx, room.id, task.assignee.id, change)?;
    tx.record(event)?;
    rooms::report(tx, room, notice)?;
    Ok(id)
}
