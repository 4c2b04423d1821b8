//! Backups as the page sees them.

use serde::Serialize;

use crate::backup::Backup;

#[derive(Serialize)]
pub(in crate::admin) struct BackupsOut {
    pub(super) items: Vec<BackupOut>,
    /// The folder they lie in.
    pub(super) folder: String,
}

#[derive(Serialize)]
pub(in crate::admin) struct BackupOut {
    name: String,
    path: String,
    made_at: String,
    mode: String,
    contents: usize,
    bytes: u64,
    /// What puts it back.
    restore: String,
}

impl From<Backup> for BackupOut {
    fn from(backup: Backup) -> Self {
        let path = backup.path.display().to_string();
        Self {
            name: backup.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            restore: format!("crosstalk backup restore '{}' --data NEW-DIR", path.replace('\'', "'\\''")),
            path,
            made_at: backup.made.to_string(),
            mode: backup.mode,
            contents: backup.contents,
            bytes: backup.bytes,
        }
    }
}
