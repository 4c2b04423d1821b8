//! What the audit log's operations answer, and the lines of its file.

use serde::Serialize;
use serde_json::Value;

use crate::domain::AuditEntry;

#[derive(Serialize)]
pub(in crate::admin) struct AuditOut {
    seq: i64,
    at: String,
    action: String,
    actor_id: Option<i64>,
    actor: String,
    organization_id: Option<i64>,
    dialect: String,
    address: Option<String>,
    request_id: String,
    subject_kind: String,
    /// Digits: some ids are longer than numbers of scripts can be.
    subject_id: Option<String>,
    facts: Value,
    previous: String,
    hash: String,
}

impl From<AuditEntry> for AuditOut {
    fn from(entry: AuditEntry) -> Self {
        let hex = |hash: [u8; 32]| data_encoding::HEXLOWER.encode(&hash);
        Self {
            seq: entry.seq,
            at: entry.at.to_string(),
            action: entry.action,
            actor_id: entry.actor.map(|actor| actor.get()),
            actor: entry.actor_name,
            organization_id: entry.organization.map(|organization| organization.get()),
            dialect: entry.dialect,
            address: entry.address,
            request_id: entry.request_id,
            subject_kind: entry.subject_kind,
            subject_id: entry.subject_id.map(|id| id.to_string()),
            facts: serde_json::from_str(&entry.facts).unwrap_or_default(),
            previous: hex(entry.previous),
            hash: hex(entry.hash),
        }
    }
}
