//! Long work as the page sees it.

use serde::Serialize;

use super::{Kind, Work};

#[derive(Serialize)]
pub(in crate::admin) struct WorkOut {
    id: u64,
    kind: &'static str,
    subject: String,
    state: &'static str,
    began_at: String,
    ended_at: Option<String>,
    done: u64,
    total: Option<u64>,
    /// How many things it was about, once it succeeded.
    count: Option<u64>,
    /// Why it failed.
    failure: Option<String>,
}

impl From<&Work> for WorkOut {
    fn from(work: &Work) -> Self {
        let (state, count, failure) = match &work.outcome {
            None => ("running", None, None),
            Some(Ok(count)) => ("done", Some(*count), None),
            Some(Err(why)) => ("failed", None, Some(why.clone())),
        };
        Self {
            id: work.id,
            kind: match work.kind {
                Kind::Backup => "backup",
                Kind::BackupCheck => "backup-check",
                Kind::ChainCheck => "chain-check",
                Kind::DatabaseCheck => "database-check",
            },
            subject: work.subject.clone(),
            state,
            began_at: work.began.to_string(),
            ended_at: work.ended.map(|ended| ended.to_string()),
            done: work.done,
            total: work.total,
            count,
            failure,
        }
    }
}
