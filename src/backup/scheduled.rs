//! Backups on a schedule: when the next one is due, which old ones go, and how the last try ended.
//!
//! The names of such backups end in `-scheduled`, or in that and a number where the name was taken; only they are ever cleared away, by the
//! world and directory that they are of. Whoever renames one keeps it for good.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::lacking::holders;
use super::owner::Owner;
use super::shelf::{Newest, is_credible, is_marked, is_own, list_named, newest};
use super::{Backup, BackupError, PARTIAL, create_named, read_manifest};
use crate::domain::{Error, Keep, Recurrence, TimeZone, Timestamp};
use crate::files::disk::{DiskError, at};
use crate::world::World;

/// What the names of backups on a schedule end with.
const MARK: &str = "-scheduled";
/// After a failure the next try comes this much later.
const RETRY_MS: i64 = 15 * 60 * 1000;

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
    /// Whether it was told that a name says a time to come.
    is_future_told: AtomicBool,
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
        Self { schedule, folder, keep, failure: Mutex::default(), is_over: AtomicBool::new(false), is_future_told: AtomicBool::new(false) }
    }

    /// Why the last one could not be made; none once one could.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest backup of a world in its folder, whoever asked for it.
    pub fn newest(&self, world: &World) -> Option<Newest> {
        newest(&self.folder, &Owner::of(world), world.clock().now())
    }

    /// When the next one is due, if there is a schedule. Reads the folder.
    pub fn next(&self, world: &World, zone: &TimeZone) -> Result<Option<Timestamp>, Error> {
        let Some(schedule) = self.schedule else { return Ok(None) };
        let now = world.clock().now();
        let made = self.list_made(world).map_err(Error::internal)?;
        let due = schedule.next(made.first().map(|(made, _)| *made), now, zone)?;
        let retry = self.failure().filter(|failure| failure.at <= now).map(|failure| failure.at.plus_ms(RETRY_MS));
        Ok(Some(retry.map_or(due, |retry| retry.max(due))))
    }

    /// Makes one if it is due, and clears away what is no longer kept. Blocks.
    pub fn work(&self, world: &World, zone: &TimeZone) -> Result<Option<Backup>, BackupError> {
        let now = world.clock().now();
        let outcome = match self.next(world, zone) {
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
        if let Err(cause) = self.clear_away(world, zone, &made) {
            tracing::warn!(%cause, "a scheduled backup was made, but old ones could not be cleared away; the next one tries again");
        }
        Ok(made)
    }

    /// Clears away what is no longer kept. What the latest one lacks stays in an older one that has it: it may be the last copy.
    fn clear_away(&self, world: &World, zone: &TimeZone, latest: &Backup) -> Result<(), BackupError> {
        let made = self.list_made(world)?;
        let missing = if latest.missing > 0 { read_manifest(&latest.path)?.missing } else { Vec::new() };
        let needed: BTreeSet<PathBuf> = holders(&missing, made.iter().map(|(_, path)| path.clone())).collect();
        let instants: Vec<Timestamp> = made.iter().map(|(made, _)| *made).collect();
        let judged = self.keep.judge(&instants, world.clock().now(), zone);
        for ((_, path), _) in made.iter().zip(judged).filter(|((_, path), is_kept)| !is_kept && !needed.contains(path)) {
            remove(path)?;
        }
        Ok(())
    }

    /// One's own backups on a schedule in the folder, newest first. What a clock that was wrong once said does not count: it would keep
    /// the next one from being made for years.
    fn list_made(&self, world: &World) -> Result<Vec<(Timestamp, PathBuf)>, DiskError> {
        let (owner, now) = (Owner::of(world), world.clock().now());
        let mut made = list_named(&self.folder)?;
        made.retain(|(_, path)| is_marked(path, MARK) && is_own(path, &owner));
        let future = made.partition_point(|(made, _)| !is_credible(*made, now));
        if let Some((_, path)) = made.drain(..future).next()
            && !self.is_future_told.swap(true, Ordering::Relaxed)
        {
            let backup = path.display();
            tracing::warn!(%backup, "a backup's name says a time to come, so it does not count; if a clock was wrong then, rename it or delete it");
        }
        Ok(made)
    }

    /// The server stops: what is being made is broken off.
    pub fn close(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// Under another name first: what is half gone must not pass for a backup.
fn remove(path: &Path) -> Result<(), BackupError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let going = path.with_file_name(format!("{PARTIAL}{name}"));
    fs::rename(path, &going).map_err(at(path))?;
    Ok(fs::remove_dir_all(&going).map_err(at(&going))?)
}
