//! What the first page shows.

use serde::Serialize;

use crate::backup::Failure;
use crate::domain::{Grain, RequestCount, Timestamp};
use crate::ops::overview::Figures;
use crate::world::usage::Usage;

#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct OverviewOut {
    pub(super) mode: &'static str,
    pub(super) version: &'static str,
    pub(super) started_at: String,
    pub(super) last_backup_at: Option<String>,
    /// Files that were missing when it was made.
    pub(super) last_backup_lacks: u64,
    /// Why the last scheduled one could not be made.
    pub(super) backup_failure: Option<BackupFailureOut>,
    pub(super) storage: StorageOut,
    pub(super) counts: CountsOut,
    pub(super) steps: StepsOut,
    pub(super) messages: Vec<DayOut>,
    /// Whether messages are still being counted: those of the oldest days are there first.
    pub(super) is_counting: bool,
    /// None where no requests are logged.
    pub(super) requests: Option<Vec<DayRequestsOut>>,
}

#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct StorageOut {
    free_bytes: u64,
    disk_bytes: u64,
    database_bytes: u64,
    contents_bytes: u64,
    log_bytes: u64,
    backups_bytes: u64,
    is_partial: bool,
}

impl From<Usage> for StorageOut {
    fn from(usage: Usage) -> Self {
        Self {
            free_bytes: usage.free_bytes,
            disk_bytes: usage.disk_bytes,
            database_bytes: usage.database_bytes,
            contents_bytes: usage.contents_bytes,
            log_bytes: usage.log_bytes,
            backups_bytes: usage.backups_bytes,
            is_partial: usage.is_partial,
        }
    }
}

/// A scheduled backup that could not be made.
#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct BackupFailureOut {
    at: String,
    why: String,
}

impl From<Failure> for BackupFailureOut {
    fn from(failure: Failure) -> Self {
        Self { at: failure.at.to_string(), why: failure.why }
    }
}

#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct CountsOut {
    people: i64,
    rooms: i64,
    messages: i64,
    tokens: usize,
    tokens_expiring: usize,
    tokens_never_used: usize,
}

/// What one does first, and whether it is done.
#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct StepsOut {
    organization: bool,
    person: bool,
    token: bool,
    message: bool,
    backup: bool,
}

#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct DayOut {
    day: String,
    count: i64,
}

#[derive(Clone, PartialEq, Serialize)]
pub(in crate::admin) struct DayRequestsOut {
    day: String,
    api: String,
    count: i64,
    refused: i64,
    failed: i64,
}

impl CountsOut {
    pub(super) fn new(figures: &Figures) -> Self {
        Self {
            people: figures.people,
            rooms: figures.rooms,
            messages: figures.messages,
            tokens: figures.tokens,
            tokens_expiring: figures.tokens_expiring,
            tokens_never_used: figures.tokens_never_used,
        }
    }
}

impl StepsOut {
    pub(super) fn new(figures: &Figures, has_backup: bool) -> Self {
        Self {
            organization: figures.is_named,
            person: figures.people > 1,
            token: figures.has_token,
            message: figures.has_message,
            backup: has_backup,
        }
    }
}

impl DayOut {
    pub(super) fn new((starts, count): (Timestamp, i64), offset_ms: i64) -> Self {
        Self { day: day_of(starts, offset_ms), count }
    }
}

impl DayRequestsOut {
    pub(super) fn new(count: RequestCount, offset_ms: i64) -> Self {
        Self { day: day_of(count.starts, offset_ms), api: count.api, count: count.requests, refused: count.refused, failed: count.failed }
    }
}

/// The day that it is at a place, as in `2026-01-31`.
fn day_of(instant: Timestamp, offset_ms: i64) -> String {
    let days = (instant.ms() + offset_ms).div_euclid(Grain::Day.ms());
    Timestamp::from_ms(days * Grain::Day.ms()).to_string().chars().take_while(|sign| *sign != 'T').collect()
}
