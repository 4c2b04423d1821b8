//! What the request log's operations answer.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{AccountId, LoggedRequest};

/// A part of a log, newest first.
#[derive(Serialize)]
pub(in crate::admin) struct LogOut<T> {
    pub(in crate::admin) items: Vec<T>,
    /// What `before` says to go on; null: there is nothing more.
    pub(in crate::admin) next: Option<i64>,
}

/// What came since.
#[derive(Serialize)]
pub(in crate::admin) struct NewRequestsOut {
    pub(in crate::admin) items: Vec<RequestOut>,
    /// Whether there were more than are told here.
    pub(in crate::admin) has_gap: bool,
}

#[derive(Serialize)]
pub(in crate::admin) struct RequestOut {
    id: i64,
    at: String,
    method: String,
    path: String,
    status: u16,
    duration_ms: f64,
    api: String,
    caller: Option<CallerOut>,
    address: String,
    client: String,
    request_id: String,
    bytes: Option<u64>,
}

#[derive(Serialize)]
struct CallerOut {
    account_id: i64,
    name: String,
    /// Sessions of this page are no tokens that a list shows.
    token_id: Option<i64>,
}

impl RequestOut {
    /// `names` has the callers' ones.
    pub(in crate::admin) fn new(LoggedRequest { id, request }: LoggedRequest, names: &BTreeMap<AccountId, String>) -> Self {
        let caller = request.caller.map(|caller| CallerOut {
            account_id: caller.account.get(),
            name: names.get(&caller.account).cloned().unwrap_or_default(),
            token_id: Some(caller.token.get()).filter(|id| *id > 0),
        });
        Self {
            id,
            at: request.at.to_string(),
            method: request.method.into_owned(),
            path: request.path,
            status: request.status,
            duration_ms: request.duration_us as f64 / 1000.0,
            api: request.api.into_owned(),
            caller,
            address: request.address,
            client: request.client,
            request_id: request.request_id,
            bytes: request.bytes,
        }
    }
}
