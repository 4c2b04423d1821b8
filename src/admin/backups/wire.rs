//! Backups as the page sees them.

use std::path::Path;

use serde::Serialize;

use crate::admin::overview::BackupFailureOut;
use crate::backup::{Backup, Scheduled};
use crate::domain::Timestamp;

#[derive(Serialize)]
pub(in crate::admin) struct BackupsOut {
    pub(super) items: Vec<BackupOut>,
    /// The folder they lie in.
    pub(super) folder: String,
    /// When the last one was made, in whichever folder.
    pub(super) last_backup_at: Option<String>,
    /// What makes one in another folder.
    pub(super) create: String,
    /// None where none are made without being asked for.
    pub(super) schedule: Option<ScheduleOut>,
}

/// When backups are made, and what is kept of them.
#[derive(Serialize)]
pub(in crate::admin) struct ScheduleOut {
    /// A time of every day, such as `03:30`, or a pause, such as `6h`.
    when: String,
    next_at: Option<String>,
    keep_days: u32,
    keep_weeks: u32,
    failure: Option<BackupFailureOut>,
}

impl ScheduleOut {
    pub(super) fn of(scheduled: &Scheduled, next: Option<Timestamp>) -> Option<Self> {
        let when = scheduled.schedule?.to_string();
        Some(Self {
            when,
            next_at: next.map(|next| next.to_string()),
            keep_days: scheduled.keep.days,
            keep_weeks: scheduled.keep.weeks,
            failure: scheduled.failure().map(BackupFailureOut::from),
        })
    }
}

#[derive(Serialize)]
pub(in crate::admin) struct BackupOut {
    name: String,
    path: String,
    made_at: String,
    mode: String,
    contents: usize,
    /// Contents that were missing already when it was made.
    missing: usize,
    bytes: u64,
    /// What puts it back.
    restore: String,
}

/// The command that makes a backup of a data directory in another folder.
pub(super) fn command(data: &Path) -> String {
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    format!("crosstalk --data {} backup create --to DIR", quoted(&data.display().to_string()))
}

/// A path as one word of a shell.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', "'\\''"))
}

impl From<Backup> for BackupOut {
    fn from(backup: Backup) -> Self {
        let path = backup.path.display().to_string();
        Self {
            name: backup.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            restore: format!("crosstalk backup restore {} --data NEW-DIR", quoted(&path)),
            path,
            made_at: backup.made.to_string(),
            mode: backup.mode,
            contents: backup.contents,
            missing: backup.missing,
            bytes: backup.bytes,
        }
    }
}
