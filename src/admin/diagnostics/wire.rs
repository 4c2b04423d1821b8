//! What was found out about the server.

use serde::Serialize;

use crate::admin::overview::{BackupFailureOut, StorageOut};
use crate::doctor::State;
use crate::tls::Tls;

#[derive(Serialize)]
pub(in crate::admin) struct DiagnosticsOut {
    pub(super) schema: i64,
    pub(super) storage: StorageOut,
    pub(super) last_backup_at: Option<String>,
    /// Files that were missing when it was made.
    pub(super) last_backup_lacks: u64,
    pub(super) backup_failure: Option<BackupFailureOut>,
    pub(super) now: String,
    pub(super) newest_event_at: Option<String>,
    pub(super) requests_not_logged: u64,
    pub(super) mails_waiting: i64,
    pub(super) mails_failed: i64,
    pub(super) protection: ProtectionOut,
    pub(super) search: SearchOut,
    pub(super) checks: ChecksOut,
}

/// What protects connections; an authority only where it is the office's own.
#[derive(Default, Serialize)]
pub(in crate::admin) struct ProtectionOut {
    by: &'static str,
    certificate_until: Option<String>,
    renewed_at: Option<String>,
    authority_until: Option<String>,
    fingerprint: Option<String>,
}

impl ProtectionOut {
    pub(super) fn of(tls: Option<&Tls>) -> Self {
        let Some(tls) = tls else { return Self { by: "off", ..Self::default() } };
        let authority = tls.authority().map(|authority| &authority.certificate);
        let own = tls.certificate();
        Self {
            by: if authority.is_some() { "self-signed" } else { "files" },
            certificate_until: Some(own.until.to_string()),
            renewed_at: tls.renewal().map(|at| at.to_string()),
            authority_until: authority.map(|authority| authority.until.to_string()),
            fingerprint: Some(authority.map_or(own.fingerprint, |authority| authority.fingerprint.clone())),
        }
    }
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
    pub(super) certificates: State,
    pub(super) requests: State,
    pub(super) mail: State,
    pub(super) search: State,
    pub(super) database: State,
    pub(super) audit: State,
}
