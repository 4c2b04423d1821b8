//! Backups on a schedule: when the next one is due, which old ones go, and how the last try ended.
//!
//! The names of such backups end in `-scheduled`; only they are ever cleared away. Whoever renames one keeps it for good.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Backup, BackupError, MANIFEST, PARTIAL, create_named, instant_of, newest};
use crate::domain::{Error, Keep, Recurrence, TimeZone, Timestamp};
use crate::files::disk::at;
use crate::world::World;

/// What the names of backups on a schedule end with.
const MARK: &str = "-scheduled";
/// After a failure the next try comes this much later.
const RETRY_MS: i64 = 15 * 60 * 1000;
/// What a program that ended in the middle left is cleared away when it is this old.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Backups on a schedule.
#[derive(Debug)]
pub struct Scheduled {
    /// When they are made, if they are.
    pub schedule: Option<Recurrence>,
    /// The folder of all backups.
    pub folder: PathBuf,
    /// What is kept of them.
    pub keep: Keep,
    failure: Mutex<Option<Failure>>,
    is_over: AtomicBool,
}

/// A backup that could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When it was tried last.
    pub at: Timestamp,
    /// Why it could not be made, in words.
    pub why: String,
}

impl Scheduled {
    /// Backups that go to a folder.
    pub fn new(schedule: Option<Recurrence>, folder: PathBuf, keep: Keep) -> Self {
        Self { schedule, folder, keep, failure: Mutex::default(), is_over: AtomicBool::new(false) }
    }

    /// Why the last one could not be made; none once one could.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When the newest backup in its folder was made, whoever asked for it.
    pub fn newest(&self) -> Option<Timestamp> {
        newest(&self.folder)
    }

    /// When the next one is due, if there is a schedule. Reads the folder.
    pub fn next(&self, now: Timestamp, zone: &TimeZone) -> Result<Option<Timestamp>, Error> {
        let Some(schedule) = self.schedule else { return Ok(None) };
        let made = list_made(&self.folder).map_err(Error::internal)?;
        let due = schedule.next(made.first().map(|(made, _)| *made), now, zone)?;
        let retry = self.failure().map(|failure| failure.at.plus_ms(RETRY_MS));
        Ok(Some(retry.map_or(due, |retry| retry.max(due))))
    }

    /// Makes one if it is due, and clears away what is no longer kept. Blocks.
    pub fn work(&self, world: &World, zone: &TimeZone) -> Result<Option<Backup>, BackupError> {
        let now = world.clock().now();
        let outcome = match self.next(now, zone) {
            Ok(Some(due)) if due <= now => self.make(world, zone).map(Some),
            Ok(_) => return Ok(None),
            // A folder that can't be read is a failure like any other.
            Err(_) if self.failure().is_some_and(|failure| now < failure.at.plus_ms(RETRY_MS)) => return Ok(None),
            Err(_) => self.make(world, zone).map(Some),
        };
        let failure = outcome.as_ref().err().map(|error| Failure { at: now, why: error.to_string() });
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
        outcome
    }

    fn make(&self, world: &World, zone: &TimeZone) -> Result<Backup, BackupError> {
        let made = create_named(world, &self.folder, MARK, &|_, _| !self.is_over.load(Ordering::Relaxed))?;
        self.clear_away(world.clock().now(), zone)?;
        Ok(made)
    }

    /// Clears away what is no longer kept.
    fn clear_away(&self, now: Timestamp, zone: &TimeZone) -> Result<(), BackupError> {
        let made = list_made(&self.folder)?;
        let instants: Vec<Timestamp> = made.iter().map(|(made, _)| *made).collect();
        let judged = self.keep.judge(&instants, now, zone);
        for ((_, path), _) in made.iter().zip(judged).filter(|(_, is_kept)| !is_kept) {
            remove(path)?;
        }
        clear_leftovers(&self.folder)
    }

    /// The server stops: what is being made is broken off.
    pub fn close(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// Backups on a schedule in a folder, newest first.
fn list_made(folder: &Path) -> Result<Vec<(Timestamp, PathBuf)>, BackupError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let made = name.contains(MARK).then(|| instant_of(name)).flatten();
        if let Some(made) = made.filter(|_| path.join(MANIFEST).exists()) {
            found.push((made, path));
        }
    }
    found.sort_by(|one, other| other.cmp(one));
    Ok(found)
}

/// Under another name first: what is half gone must not pass for a backup.
fn remove(path: &Path) -> Result<(), BackupError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let going = path.with_file_name(format!("{PARTIAL}{name}"));
    fs::rename(path, &going).map_err(at(path))?;
    Ok(fs::remove_dir_all(&going).map_err(at(&going))?)
}

fn clear_leftovers(folder: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        let is_partial = entry.file_name().to_string_lossy().starts_with(PARTIAL);
        let modified = entry.metadata().and_then(|about| about.modified()).map_err(at(folder))?;
        if is_partial && modified.elapsed().unwrap_or_default() > LEFTOVER {
            fs::remove_dir_all(entry.path()).map_err(at(folder))?;
        }
    }
    Ok(())
}
