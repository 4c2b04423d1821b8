//! Everything a world keeps in an open format, for people who want to read it elsewhere or leave, and the way back.
//!
//! FORMAT.md says what an export is; every export carries it as README.md. Invariants: a folder under its final name is
//! complete and on the disk; the same rows give the same bytes; an import that is not whole leaves no world.

mod import;
mod wire;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::backup::Watch;
use crate::domain::BlobHash;
use crate::files::disk::{DiskError, at, copy_file, hash_file, hex, sync_tree, write_file};
use crate::files::wire::Listed;
use crate::files::{content_path, make_folder, make_private_folder, sync_folder};
use crate::store::nouns::{NOUNS, Noun};
use crate::store::transfer::{KNOWN_SCHEMA, Snapshot};
use crate::store::{Entropy, OpenError};
use crate::world::World;
use crate::world::parts::Occupied;
#[cfg(any(test, feature = "fuzzing"))]
pub use import::fuzz;
pub use import::import;
use wire::{FORMAT, Manifest, NounFile};

const CONTENTS: &str = "files";
const MANIFEST: &str = "manifest.json";
const README: (&str, &str) = ("README.md", include_str!("FORMAT.md"));
/// What the name of an export that is being made starts with.
const PARTIAL: &str = ".partial-";
/// Rows between two words on how far it is.
const TOLD_EVERY: u64 = 1_000;

/// Why an export could not be made or brought in.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file or folder could not be read or made.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The database could not be read or made.
    #[error("the database: {0}")]
    Database(#[from] OpenError),
    /// There is something already where it should go.
    #[error("{path} is not empty. Name a folder that is empty or not there yet.")]
    Occupied {
        /// The folder.
        path: String,
    },
    /// Whoever waited for it waits no more.
    #[error("it was broken off before it was done, and nothing of it is left; begin it again")]
    BrokenOff,
    /// It is no export, or of a format that this program does not know.
    #[error("{path} is no export that this program can read: {cause}")]
    NotAnExport {
        /// The folder.
        path: String,
        /// Why.
        cause: String,
    },
    /// It was made with a newer schema, or with one from before there were exports.
    #[error("the export {path} is of schema {found}, this program knows {known}. {advice}", advice = schema_advice(*found, *known))]
    OtherSchema {
        /// The folder.
        path: String,
        /// What it was made with.
        found: u32,
        /// What this program knows.
        known: u32,
    },
    /// A line of it can't be taken.
    #[error("{file}, line {line}: {cause}. Nothing was imported.")]
    Line {
        /// The file in the export.
        file: String,
        /// The line, from 1.
        line: u64,
        /// Why.
        cause: String,
    },
    /// Something in it is missing or not what it was.
    #[error("the export {path} is damaged, nothing was imported: {cause}")]
    Damaged {
        /// The folder.
        path: String,
        /// What is wrong.
        cause: String,
    },
    /// A content of the world that is exported is not what its name says.
    #[error(
        "the file {path} is damaged: its content is not what its name says. Nothing was exported. `crosstalk doctor --deep` counts all \
         that are; put them back from a backup, then export again."
    )]
    DamagedContent {
        /// The file.
        path: String,
    },
    /// Another disk begins at the folder, which nothing can be put in place of.
    #[error("another disk begins at {path}, so no folder can take its place. Name one below it, such as {path}/export.")]
    MountPoint {
        /// The folder.
        path: String,
    },
    /// The data directory holds something.
    #[error(transparent)]
    HoldsData(#[from] Occupied),
}

fn schema_advice(found: u32, known: u32) -> &'static str {
    if found > known {
        "Import it with the version of crosstalk that its manifest.json names, or a newer one."
    } else {
        "Import it with the version of crosstalk that its manifest.json names; this one then upgrades that data directory."
    }
}

/// An export that was made or brought in.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its folder.
    pub path: PathBuf,
    /// Office or sandbox.
    pub mode: String,
    /// Rows of all nouns.
    pub rows: u64,
    /// Contents of files.
    pub contents: u64,
    /// Contents that rows name and that were not there.
    pub missing: u64,
    /// Bytes of all of it.
    pub bytes: u64,
}

/// Exports a world into a folder that is empty or not there yet. Blocks; the world goes on being read and written.
pub fn export(world: &World, folder: &Path, watch: Watch<'_>) -> Result<Export, ExportError> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    refuse_what_is_there(folder)?;
    let _held = world.blobs().hold();
    make_way(folder)?;
    let partial = parent.join(format!("{PARTIAL}{}", Entropy::System.text(12)));
    // It holds what nobody else may read.
    make_private_folder(&partial).map_err(at(&partial))?;
    let made = fill(world, &partial, watch).and_then(|manifest| {
        fs::rename(&partial, folder).map_err(at(folder))?;
        sync_folder(parent).map_err(at(parent))?;
        Ok(shown(folder, &manifest))
    });
    if made.is_err() {
        // What is left would only take space; the failure is what counts.
        let _ = fs::remove_dir_all(&partial);
    }
    made
}

fn refuse_what_is_there(folder: &Path) -> Result<(), ExportError> {
    match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(at(folder)(cause).into()),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(ExportError::Occupied { path: folder.display().to_string() }),
        },
    }
}

/// Takes an empty folder away, so that what can't be replaced is known before anything is written.
fn make_way(folder: &Path) -> Result<(), ExportError> {
    match fs::remove_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::ResourceBusy => Err(ExportError::MountPoint { path: folder.display().to_string() }),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(at(folder)(cause).into()),
        _ => Ok(()),
    }
}

fn fill(world: &World, folder: &Path, watch: Watch<'_>) -> Result<Manifest, ExportError> {
    let snapshot = Snapshot::take(&world.dir().join("app.db"))?;
    let contents = snapshot.list_contents()?;
    let mut progress = Progress::of(watch, snapshot.count_rows()? + contents.len() as u64);
    let nouns = NOUNS.iter().map(|noun| write_noun(&snapshot, noun, folder, &mut progress)).collect::<Result<_, _>>()?;
    // From here on the database goes its own way; the contents are held.
    drop(snapshot);
    let target = folder.join(CONTENTS);
    make_folder(&target).map_err(at(&target))?;
    let (mut taken, mut missing) = (Vec::new(), Vec::new());
    for (hash, bytes) in contents {
        let (from, content) = (world.blobs().path(hash), Listed::of((hash, bytes)));
        match take_content(&from, &content_path(&target, hash), hash, bytes) {
            Ok(true) => taken.push(content),
            Ok(false) => return Err(ExportError::DamagedContent { path: from.display().to_string() }),
            // One that is lost must not cost all the others.
            Err(cause) if cause.is_missing() => missing.push(content),
            Err(cause) => return Err(cause.into()),
        }
        progress.step()?;
    }
    sync_tree(&target)?;
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        schema: KNOWN_SCHEMA,
        mode: world.mode().name().to_owned(),
        nouns,
        contents: taken,
        missing,
    };
    write_file(&folder.join(README.0), README.1.as_bytes())?;
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    write_file(&folder.join(MANIFEST), text.as_bytes())?;
    sync_folder(folder).map_err(at(folder))?;
    progress.end()?;
    Ok(manifest)
}

fn file_name(noun: &Noun) -> String {
    format!("{}.jsonl", noun.name)
}

fn write_noun(snapshot: &Snapshot, noun: &Noun, folder: &Path, progress: &mut Progress<'_>) -> Result<NounFile, ExportError> {
    let path = folder.join(file_name(noun));
    let mut file = BufWriter::new(File::create_new(&path).map_err(at(&path))?);
    let mut lines = Lines::default();
    snapshot.each_line(noun, |line| {
        writeln!(file, "{line}").map_err(at(&path))?;
        lines.add(line);
        progress.step()
    })?;
    let file = file.into_inner().map_err(|cause| at(&path)(cause.into_error()))?;
    file.sync_all().map_err(at(&path))?;
    Ok(lines.as_file(noun))
}

/// Copies content and says whether the copy is what its name says. No second name for the same bytes: whoever opens
/// a file of an export and changes it must not change the world.
fn take_content(from: &Path, to: &Path, hash: BlobHash, bytes: u64) -> Result<bool, DiskError> {
    copy_file(from, to)?;
    Ok(hash_file(to)? == (hash, bytes))
}

/// Lines of a noun, as the manifest knows them.
#[derive(Default)]
struct Lines {
    rows: u64,
    bytes: u64,
    hasher: Sha256,
}

impl Lines {
    fn add(&mut self, line: &str) {
        self.rows += 1;
        self.bytes += line.len() as u64 + 1;
        self.hasher.update(line.as_bytes());
        self.hasher.update(b"\n");
    }

    fn as_file(&self, noun: &Noun) -> NounFile {
        let sha256 = hex(BlobHash(self.hasher.clone().finalize().into()));
        NounFile { file: file_name(noun), rows: self.rows, bytes: self.bytes, sha256 }
    }
}

/// How far it is.
struct Progress<'a> {
    watch: Watch<'a>,
    done: u64,
    total: u64,
}

impl<'a> Progress<'a> {
    fn of(watch: Watch<'a>, total: u64) -> Self {
        Self { watch, done: 0, total }
    }

    fn step(&mut self) -> Result<(), ExportError> {
        self.done += 1;
        if self.done.is_multiple_of(TOLD_EVERY) { self.tell() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), ExportError> {
        self.done = self.total;
        self.tell()
    }

    fn tell(&self) -> Result<(), ExportError> {
        if (self.watch)(self.done, self.total) { Ok(()) } else { Err(ExportError::BrokenOff) }
    }
}

/// Whoever wrote a manifest may have written anything: sums stay within bounds, here and below.
fn count_rows(nouns: &[NounFile]) -> u64 {
    nouns.iter().fold(0, |sum, noun| sum.saturating_add(noun.rows))
}

fn shown(path: &Path, manifest: &Manifest) -> Export {
    let sizes = manifest.nouns.iter().map(|noun| noun.bytes).chain(manifest.contents.iter().map(|content| content.bytes));
    Export {
        path: path.to_owned(),
        mode: manifest.mode.clone(),
        rows: count_rows(&manifest.nouns),
        contents: manifest.contents.len() as u64,
        missing: manifest.missing.len() as u64,
        bytes: sizes.fold(0, u64::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use super::README;
    use crate::store::nouns::NOUNS;

    #[test]
    fn the_format_names_every_noun_with_every_field() {
        for noun in NOUNS {
            let head = format!("### `{}`\n", noun.name);
            let section = README.1.split(&head).nth(1).unwrap_or_else(|| panic!("{} is not described", noun.name));
            let section = section.split("\n#").next().unwrap();
            for column in noun.columns {
                assert!(section.contains(&format!("`{}`", column.name)), "{}.{} is not described", noun.name, column.name);
            }
        }
    }
}
