//! `/me` and `/my`.

use super::Listed;
use super::requests;
use super::wire::{MeOut, MyTaskOut, StatusOut, Urls};
use crate::ops;
use crate::web::{Call, Fault, Out, Params, Reply};

/// GET /me
pub(super) async fn get_me(call: Call) -> Reply<MeOut> {
    let me = call.read(ops::accounts::get_own_profile)?;
    Ok(Out(MeOut::new(me, &Urls::new(call.base()))))
}

/// GET /my/status
pub(super) async fn get_my_status(call: Call) -> Reply<StatusOut> {
    Ok(Out(call.read(ops::reading::get_status)?.into()))
}

/// GET /my/tasks
pub(super) async fn get_my_tasks(call: Call, params: Params) -> Result<Listed<MyTaskOut>, Fault> {
    let filter = params.id("assigned_by_account_id").and_then(|requester| Ok((requester, requests::task_status(&params)?)));
    let tasks = call.read(|tx, actor| ops::tasks::list_own_tasks(tx, actor, filter))?;
    let urls = Urls::new(call.base());
    Ok(tasks.into_iter().map(|task| MyTaskOut::new(task, &urls)).collect())
}
