//! Whether a data directory and all that belongs to it are well: what the administration page's diagnostics and
//! `crosstalk doctor` find out.
//!
//! Invariant: looking changes nothing. The database is opened for reading alone, so this works beside a running server, beside
//! one that hangs, and without one.

mod contents;
mod database;
mod directory;
mod surroundings;
mod wire;

pub use database::{of_clock, of_search, quick_check};
pub use surroundings::{of_backup, of_certificates, of_disk};
pub use wire::{Finding, Report, State};

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::domain::Timestamp;
use crate::world::parts::find_remains;

/// How somebody wants to look.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Whether everything is read through, however long it takes.
    pub is_deep: bool,
    /// Where backups are made to; none: where the settings say.
    pub backups: Option<PathBuf>,
    /// What time it is.
    pub now: Timestamp,
    /// Whether a server runs that may have been told other settings than these.
    pub may_differ: bool,
    /// Whether these are the settings that the running server goes by.
    pub is_told: bool,
    /// Why the running server could not make the last backup of its schedule.
    pub backup_failure: Option<String>,
}

impl Wish {
    /// Where backups are made to.
    fn backups_of(&self, config: &Config) -> PathBuf {
        self.backups.clone().unwrap_or_else(|| config.backup.folder(&config.data.dir))
    }
}

/// What is said where only the running server's own settings would tell.
pub const MAY_DIFFER: &str = "the server that runs has settings of its own, and does not tell them; add --config FILE";

impl Finding {
    /// As it should be.
    pub fn good(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Good, message: message.into(), advice: None }
    }

    /// Worth somebody's attention.
    pub fn warning(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, state: State::Warning, message: message.into(), advice: Some(advice.into()) }
    }

    /// Broken.
    pub fn bad(check: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, state: State::Bad, message: message.into(), advice: Some(advice.into()) }
    }

    /// Not looked at.
    pub fn unknown(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Unknown, message: message.into(), advice: None }
    }
}

impl Report {
    /// Of these findings.
    pub fn new(checks: Vec<Finding>) -> Self {
        let has = |state| checks.iter().any(|finding| finding.state == state);
        let state = if has(State::Bad) { State::Bad } else { warned_if(has(State::Warning)) };
        Self { state, checks }
    }
}

/// Bits of a mode that open something to others.
const OTHERS: u32 = 0o077;

/// The mode of a file or folder that is open to other users of this machine.
fn open_mode(path: &Path) -> Option<u32> {
    fs::metadata(path).map(|found| found.mode() & 0o777).ok().filter(|mode| mode & OTHERS != 0)
}

/// Good, unless something is wrong.
pub fn warned_if(is_wrong: bool) -> State {
    if is_wrong { State::Warning } else { State::Good }
}

/// Looks at everything that needs no connection to elsewhere. Blocks; deep looks as long as reading all contents takes.
pub fn examine(config: &Config, wish: &Wish) -> Vec<Finding> {
    let dir = &config.data.dir;
    let is_there = dir.join("app.db").try_exists();
    let remains = find_remains(dir);
    if remains.is_some() || !matches!(is_there, Ok(true)) {
        let directory = if is_there.is_ok() { directory::without_database(dir, remains) } else { directory::permissions(dir) };
        return vec![directory, surroundings::certificates(config, wish)];
    }
    let mut findings = vec![directory::permissions(dir), directory::leftovers(dir, &wish.backups_of(config), wish.now)];
    findings.extend(database::examine(dir, wish));
    findings.extend([surroundings::backup(config, wish), surroundings::disk(dir), surroundings::certificates(config, wish)]);
    findings
}
