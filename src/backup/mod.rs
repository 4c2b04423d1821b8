//! Backups of a world: made while it is served, checked, listed and put back.
//!
//! A backup is a folder with `app.db`, `files/` and `manifest.json`. Invariants: a folder under its final name is
//! complete, on the disk and its owner's alone; no content is swept while a backup is being made; putting one back writes the database
//! last, so a directory that has `app.db` is whole.

mod lacking;
mod owner;
mod scheduled;
mod shelf;
mod wire;

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::domain::Timestamp;
use crate::files::disk::{DiskError, at, copy_file, hash_file, hash_of, link_file, sync_tree, write_file};
use crate::files::wire::{Listed, by_hash};
use crate::files::{content_path, make_folder, make_private_folder, sync_folder};
use crate::store::copies::{self, GoOn};
use crate::store::{Entropy, OpenError};
use crate::world::World;
use crate::world::parts::{Occupied, UNFINISHED, clear_unfinished, refuse_occupied};
pub use lacking::{Lacking, lacking};
pub use owner::Owner;
pub use scheduled::{Failure, Scheduled};
pub use shelf::{Newest, is_backup, is_credible, is_own, newest};
use wire::{FORMAT, Manifest};

const DATABASE: &str = "app.db";
const CONTENTS: &str = "files";
const MANIFEST: &str = "manifest.json";
/// What an export has, and no backup.
const FIRST_OF_EXPORT: &str = "world.jsonl";
/// What the name of a backup that is being made starts with.
const PARTIAL: &str = ".partial-";
/// Letters of the instant that the name of a backup begins with.
const INSTANT_CHARS: usize = 20;
/// Largest manifest that is read: ten million contents.
const MANIFEST_BYTES: u64 = 1 << 30;

/// Why a backup could not be made or used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder could not be read or made.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The database could not be copied or read.
    #[error(
        "the database {path} can't be copied or read: {cause}. Check that the disk has space and is well; `crosstalk doctor` looks at the data directory."
    )]
    Database {
        /// Which.
        path: String,
        /// Why.
        cause: OpenError,
    },
    /// It is no backup, or of a layout that this program does not know.
    #[error("{path} is no backup that this program can read: {cause}. Name the folder of one; `crosstalk backup list` shows them.")]
    NotABackup {
        /// The folder.
        path: String,
        /// Why.
        cause: String,
    },
    /// Something in it is missing or not what it was.
    #[error("the backup {path} is damaged, nothing was changed: {}. Use another one; `crosstalk backup list` shows them.", problems.join("; "))]
    Damaged {
        /// The folder.
        path: String,
        /// What is wrong.
        problems: Vec<String>,
    },
    /// Whoever waited for it waits no more.
    #[error("it was broken off before it was done, and nothing of it is left; begin it again")]
    BrokenOff,
    /// There is something already where it should be put.
    #[error(transparent)]
    Occupied(#[from] Occupied),
}

/// A backup as lists show it.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its folder.
    pub path: PathBuf,
    /// When it was made.
    pub made: Timestamp,
    /// Office or sandbox.
    pub mode: String,
    /// Contents of files in it.
    pub contents: usize,
    /// Contents that were missing already when it was made.
    pub missing: usize,
    /// Size of database and contents, in bytes.
    pub bytes: u64,
    world: Option<String>,
}

impl Backup {
    /// Whether it is of a world; one of before worlds were told apart is of any.
    pub fn is_of(&self, world: &str) -> bool {
        self.world.as_deref().is_none_or(|own| own == world)
    }

    /// When it was made, if that was outside of the data directory.
    pub fn made_elsewhere(&self, data: &Path) -> Option<Timestamp> {
        (self.path.parent() != Some(&usual_folder(data))).then_some(self.made)
    }
}

/// Where a world's backups lie unless somebody names another folder.
pub fn usual_folder(data: &Path) -> PathBuf {
    data.join("backups")
}

/// Tells how many contents are done, of how many; says whether to go on.
pub type Watch<'a> = &'a dyn Fn(u64, u64) -> bool;

/// Nobody watches.
pub const UNWATCHED: Watch<'static> = &|_, _| true;

/// Makes a backup below a folder. Blocks; the world goes on being read and written.
pub fn create(world: &World, below: &Path, watch: Watch<'_>) -> Result<Backup, BackupError> {
    create_named(world, below, "", watch)
}

/// The same; its name ends with a mark.
fn create_named(world: &World, below: &Path, mark: &str, watch: Watch<'_>) -> Result<Backup, BackupError> {
    let _held = world.blobs().hold();
    let made = world.clock().now();
    make_folder(below).map_err(at(below))?;
    let partial = below.join(format!("{PARTIAL}{}", Entropy::System.text(12)));
    make_private_folder(&partial).map_err(at(&partial))?;
    let filled = fill(world, made, &partial, watch).and_then(|manifest| {
        let path = free_name(below, made, mark);
        fs::rename(&partial, &path).map_err(at(&path))?;
        sync_folder(below).map_err(at(below))?;
        Ok(shown(path, &manifest))
    });
    if filled.is_err() {
        // What is left would only take space; the failure is what counts.
        let _ = fs::remove_dir_all(&partial);
    }
    if let Err(cause) = shelf::clear_leftovers(below) {
        tracing::warn!(%cause, "what an unfinished backup left could not be cleared away");
    }
    filled
}

fn fill(world: &World, made: Timestamp, folder: &Path, watch: Watch<'_>) -> Result<Manifest, BackupError> {
    let database = folder.join(DATABASE);
    asking(watch, &database, |go_on| copies::copy_database(&world.dir().join(DATABASE), &database, go_on))?;
    let inspected = asking(watch, &database, |go_on| copies::inspect(&database, go_on))?;
    let target = folder.join(CONTENTS);
    make_folder(&target).map_err(at(&target))?;
    let (mut contents, mut missing) = (Vec::new(), Vec::new());
    for (number, (hash, bytes)) in inspected.contents.iter().enumerate() {
        tell(watch, number, inspected.contents.len())?;
        let entry = Listed::of((*hash, *bytes));
        match link_file(&world.blobs().path(*hash), &content_path(&target, *hash)) {
            // One that is lost must not cost the copy of all others.
            Err(cause) if cause.is_missing() => missing.push(entry),
            linked => linked.map(|()| contents.push(entry))?,
        }
    }
    sync_tree(&target)?;
    let manifest = Manifest {
        format: FORMAT,
        world: Some(world.id()),
        directory: Some(owner::number_of(world.dir())?),
        made_ms: made.ms(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mode: world.mode().name().to_owned(),
        server_name: world.server_name().to_owned(),
        schema: inspected.schema,
        database: listed(&database)?,
        lacks: missing.len() as u64,
        contents,
        missing,
    };
    let (path, text) = (folder.join(MANIFEST), serde_json::to_vec_pretty(&manifest).unwrap_or_default());
    write_file(&path, &text)?;
    sync_folder(folder).map_err(at(folder))?;
    Ok(manifest)
}

fn tell(watch: Watch<'_>, done: usize, total: usize) -> Result<(), BackupError> {
    if watch(done as u64, total as u64) { Ok(()) } else { Err(BackupError::BrokenOff) }
}

/// Work on a database that asks meanwhile whether to go on. What was broken off is no fault of the database.
fn asking<T>(watch: Watch<'_>, database: &Path, work: impl FnOnce(GoOn<'_>) -> Result<T, OpenError>) -> Result<T, BackupError> {
    let is_over = Cell::new(false);
    let go_on = || {
        is_over.set(is_over.get() || !watch(0, 1));
        !is_over.get()
    };
    let done = work(&go_on);
    if is_over.get() { Err(BackupError::BrokenOff) } else { done.map_err(in_database(database)) }
}

/// The instant as a name, with a number behind it if that is taken.
fn free_name(below: &Path, made: Timestamp, mark: &str) -> PathBuf {
    let name = format!("{}{mark}", made.to_string().replace(':', "-"));
    let mut path = below.join(&name);
    let mut number = 2;
    while path.exists() {
        path = below.join(format!("{name}-{number}"));
        number += 1;
    }
    path
}

/// Reads a whole backup through and compares it with its manifest.
pub fn verify(folder: &Path, watch: Watch<'_>) -> Result<Backup, BackupError> {
    let manifest = read_manifest(folder)?;
    let mut problems = Vec::new();
    let database = folder.join(DATABASE);
    check(&database, &manifest.database, &mut problems)?;
    if problems.is_empty() {
        match asking(watch, &database, |go_on| copies::inspect(&database, go_on)) {
            Ok(inspected) => {
                let named: Vec<Listed> = inspected.contents.into_iter().map(Listed::of).collect();
                if named != by_hash(&manifest.contents, &manifest.missing) {
                    problems.push("manifest.json does not list what the database names".to_owned());
                }
            }
            // Whoever wrote it wrote the manifest to it.
            Err(BackupError::Database { path, cause }) => problems.push(format!("{path} is no database that can be read ({cause})")),
            Err(other) => return Err(other),
        }
    }
    for (number, entry) in manifest.contents.iter().enumerate() {
        tell(watch, number, manifest.contents.len())?;
        match hash_of(&entry.sha256) {
            Some(hash) => check(&content_path(&folder.join(CONTENTS), hash), entry, &mut problems)?,
            None => problems.push(format!("manifest.json names {:?}, which is no hash", entry.sha256)),
        }
    }
    if problems.is_empty() {
        return Ok(shown(folder.to_owned(), &manifest));
    }
    problems.truncate(10);
    Err(BackupError::Damaged { path: folder.display().to_string(), problems })
}

fn check(path: &Path, expected: &Listed, problems: &mut Vec<String>) -> Result<(), BackupError> {
    if !path.exists() {
        problems.push(format!("{} is missing", path.display()));
    } else if listed(path)? != *expected {
        problems.push(format!("{} is not what it was", path.display()));
    }
    Ok(())
}

/// The backups of all worlds below a folder, oldest first. What is none, or is being made, is left out.
pub fn list(below: &Path) -> Result<Vec<Backup>, BackupError> {
    if !below.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(below).map_err(at(below))? {
        let path = entry.map_err(at(below))?.path();
        if is_backup(&path) {
            found.extend(read_manifest(&path).map(|manifest| shown(path.clone(), &manifest)));
        }
    }
    found.sort_by(|one, other| (one.made, &one.path).cmp(&(other.made, &other.path)));
    Ok(found)
}

/// Puts a backup into an empty or new data directory, after reading it through. Everything is copied: the backup stays
/// as it is, whatever becomes of the directory. The caller holds its lock.
pub fn restore(folder: &Path, data: &Path) -> Result<Backup, BackupError> {
    let backup = verify(folder, UNWATCHED)?;
    clear_unfinished(data).map_err(at(data))?;
    refuse_occupied(data)?;
    let (database, partial) = (data.join(DATABASE), data.join(UNFINISHED));
    let copied = copy_back(folder, data, &partial).and_then(|()| Ok(fs::rename(&partial, &database).map_err(at(&database))?));
    if copied.is_err() {
        // What is left would only be in the way of another try; the failure is what counts.
        let _ = clear_unfinished(data);
    }
    copied?;
    sync_folder(data).map_err(at(data))?;
    Ok(backup)
}

/// The database comes first, under the name that tells of a restore that was cut off.
fn copy_back(folder: &Path, data: &Path, partial: &Path) -> Result<(), BackupError> {
    copy_file(&folder.join(DATABASE), partial)?;
    sync_folder(data).map_err(at(data))?;
    let (from, to) = (folder.join(CONTENTS), data.join(CONTENTS));
    make_folder(&to).map_err(at(&to))?;
    for entry in read_manifest(folder)?.contents {
        if let Some(hash) = hash_of(&entry.sha256) {
            copy_file(&content_path(&from, hash), &content_path(&to, hash))?;
        }
    }
    Ok(sync_tree(&to)?)
}

fn read_manifest(folder: &Path) -> Result<Manifest, BackupError> {
    let no_backup = |cause: String| BackupError::NotABackup { path: folder.display().to_string(), cause };
    let path = folder.join(MANIFEST);
    if path.exists() && folder.join(FIRST_OF_EXPORT).exists() {
        return Err(no_backup("it is an export, which `crosstalk import` brings into a new data directory".to_owned()));
    }
    let mut text = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MANIFEST_BYTES).read_to_end(&mut text));
    read.map_err(|cause| no_backup(format!("{}: {cause}", path.display())))?;
    parse_manifest(&text).map_err(|cause| no_backup(format!("{}: {cause}", path.display())))
}

fn parse_manifest(text: &[u8]) -> Result<Manifest, String> {
    let manifest: Manifest = serde_json::from_slice(text).map_err(|cause| cause.to_string())?;
    if manifest.format != FORMAT {
        return Err(format!("its layout is {}, this program knows {FORMAT}", manifest.format));
    }
    Ok(manifest)
}

/// What fuzzers give to the reader of manifests and of names: nobody's bytes may stop a list of backups.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(data: &[u8]) {
    if let Ok(manifest) = parse_manifest(data) {
        let hashes = manifest.contents.iter().map(|entry| hash_of(&entry.sha256));
        let _ = (hashes.count(), shown(PathBuf::new(), &manifest).made.to_string());
    }
    let _ = (std::str::from_utf8(data).map(shelf::instant_of), shelf::parse_head(data).map(|head| head.world));
}

fn shown(path: PathBuf, manifest: &Manifest) -> Backup {
    // Whoever wrote the manifest may have written anything.
    let bytes = manifest.contents.iter().fold(manifest.database.bytes, |sum, entry| sum.saturating_add(entry.bytes));
    let made = Timestamp::from_ms(manifest.made_ms);
    Backup {
        path,
        made,
        mode: manifest.mode.clone(),
        contents: manifest.contents.len(),
        missing: manifest.missing.len(),
        bytes,
        world: manifest.world.clone(),
    }
}

fn listed(path: &Path) -> Result<Listed, DiskError> {
    hash_file(path).map(Listed::of)
}

fn in_database(path: &Path) -> impl Fn(OpenError) -> BackupError {
    move |cause| BackupError::Database { path: path.display().to_string(), cause }
}
