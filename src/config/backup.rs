//! Backups that are made without being asked for.

use std::path::{Path, PathBuf};

use crate::domain::{Keep, Recurrence};

/// Backups.
#[derive(Clone, Debug)]
pub struct BackupConfig {
    /// When they are made; none: only when somebody asks.
    pub schedule: Option<Recurrence>,
    /// The folder they go to; none: `backups` in the data directory.
    pub dir: Option<PathBuf>,
    /// Days whose newest one is kept.
    pub keep_days: u32,
    /// Weeks whose newest one is kept.
    pub keep_weeks: u32,
}

impl BackupConfig {
    /// The folder that backups of a data directory go to.
    pub fn folder(&self, data: &Path) -> PathBuf {
        self.dir.clone().unwrap_or_else(|| data.join("backups"))
    }

    /// What is kept.
    pub fn keep(&self) -> Keep {
        Keep { days: self.keep_days, weeks: self.keep_weeks }
    }
}

impl Default for BackupConfig {
    fn default() -> Self {
        Self { schedule: None, dir: None, keep_days: 7, keep_weeks: 4 }
    }
}
