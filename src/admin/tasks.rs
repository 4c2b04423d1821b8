//! `/tasks`: tasks of an organization's rooms; those of groups can be finished and opened again.

mod wire;

use self::wire::{TaskIn, TaskOut, TasksOut};
use super::requests;
use super::wire::DoneOut;
use crate::domain::{AccountId, DueFilter, Error, Noun, RoomId, TaskId, TaskQuery, TaskStatus};
use crate::ops::{catalogue, stewards};
use crate::store::Tx;
use crate::web::{Call, Out, Params, Reply, Typed};

/// Tasks of a page, unless the caller says otherwise and at most.
const ON_PAGE: i64 = 50;
const MOST_ON_PAGE: i64 = 200;

/// GET /tasks
pub(super) async fn get_tasks(call: Call) -> Reply<TasksOut> {
    let query = call.query()?;
    let (limit, before) = requests::stretch(&query, ON_PAGE, MOST_ON_PAGE)?;
    let (organization, wanted) = (requests::organization(&query)?, task_query(&query)?);
    let limit = usize::try_from(limit).unwrap_or_default();
    let find = move |tx: &Tx<'_>| catalogue::list_tasks(tx, organization.as_deref(), &wanted, before.map(TaskId::new), limit);
    let page = call.blocking(move |world| world.read(find)).await?;
    Ok(Out(TasksOut { items: page.entries.into_iter().map(TaskOut::from).collect(), next: page.next.map(|next| next.to_string()) }))
}

fn task_query(query: &Params) -> Result<TaskQuery, Error> {
    Ok(TaskQuery {
        room: query.id::<RoomId>("room")?,
        assignee: query.id::<AccountId>("assignee")?,
        status: query.text("status")?.map(status).transpose()?,
        due: query.text("due")?.map(DueFilter::named).transpose()?,
    })
}

fn status(word: &str) -> Result<TaskStatus, Error> {
    TaskStatus::named(word).ok_or(Error::Invalid("status", "use open or done"))
}

/// PATCH /tasks/{task_id}
pub(super) async fn patch_task(call: Call, Typed(body): Typed<TaskIn>) -> Reply<DoneOut> {
    let id: TaskId = requests::id_in_path(&call, "task_id", Error::NotFound(Noun::Task))?;
    let room = RoomId::new(body.room.ok_or(Error::Missing("room"))?);
    let status = status(&requests::required(body.status, "status")?)?;
    call.write(move |tx, admin| stewards::set_task_status(tx, admin, body.organization.as_deref(), room, id, status)).await?;
    Ok(Out(DoneOut {}))
}
