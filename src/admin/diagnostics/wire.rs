//! What was found out about the server.

use serde::Serialize;

use crate::admin::overview::{BackupFailureOut, StorageOut};
use crate::doctor::State;

#[derive(Serialize)]
pub(in crate::admin) struct DiagnosticsOut {
    pub(super) schema: i64,
    pub(super) storage: StorageOut,
    pub(super) last_backup_at: Option<String>,
    pub(super) backup_failure: Option<BackupFailureOut>,
    pub(super) now: String,
    pub(super) newest_event_at: Option<String>,
    pub(super) requests_not_logged: u64,
    pub(super) mails_waiting: i64,
    pub(super) mails_failed: i64,
    pub(super) search: SearchOut,
    pub(super) checks: ChecksOut,
}

#[derive(Serialize)]
pub(in crate::admin) struct SearchOut {
    pub(super) done: i64,
    pub(super) total: i64,
}

#[derive(Serialize)]
pub(in crate::admin) struct ChecksOut {
    pub(super) schema: State,
    pub(super) disk: State,
    pub(super) backup: State,
    pub(super) clock: State,
    pub(super) requests: State,
    pub(super) mail: State,
    pub(super) search: State,
    pub(super) database: State,
    pub(super) audit: State,
}
