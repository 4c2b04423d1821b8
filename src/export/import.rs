//! An export becomes a new world: all of it, or nothing.
//!
//! The database is made beside its final name and gets that name last. Before that, every line was a row, every
//! reference led somewhere, the rows said again what the lines said, and every content was what its name says.
//! Rows of a former schema become a database of that schema first, which is then upgraded like any other.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::wire::{FORMAT, Head, Manifest, NounFile};
use super::{CONTENTS, Export, ExportError, Lines, MANIFEST, Progress, count_rows, file_name, shown, take_content};
use crate::backup::Watch;
use crate::domain::BlobHash;
use crate::files::disk::{at, hash_of, hex, sync_tree};
use crate::files::wire::{Listed, by_hash};
use crate::files::{content_path, make_folder, sync_folder};
use crate::store::nouns::{FIRST_EXPORTED, Noun, nouns_of};
use crate::store::transfer::{Import, KNOWN_SCHEMA, LineError};
use crate::world::parts::{UNFINISHED, clear_unfinished, refuse_occupied};

const DATABASE: &str = "app.db";
/// Largest manifest that is read: ten million contents.
const MANIFEST_BYTES: u64 = 1 << 30;
/// Longest line: no row holds more than a few texts, each of some mebibytes at most.
const LINE_BYTES: u64 = 64 << 20;

/// Brings an export into a data directory that is new or empty. The caller holds its lock. Blocks.
pub fn import(from: &Path, data: &Path, watch: Watch<'_>) -> Result<Export, ExportError> {
    let manifest = read_manifest(from)?;
    let (partial, database) = (data.join(UNFINISHED), data.join(DATABASE));
    clear_unfinished(data).map_err(at(data))?;
    refuse_occupied(data)?;
    let done = fill(&Source { folder: from, manifest: &manifest }, data, &partial, watch)
        .and_then(|()| Ok(fs::rename(&partial, &database).map_err(at(&database))?));
    if done.is_err() {
        // What is left would only be in the way of another try; the failure is what counts.
        let _ = clear_unfinished(data);
    }
    done?;
    // From here on it is a world, and nothing of it is taken away.
    sync_folder(data).map_err(at(data))?;
    Ok(shown(data, &manifest))
}

/// An export that is read.
struct Source<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
}

fn fill(source: &Source<'_>, data: &Path, partial: &Path, watch: Watch<'_>) -> Result<(), ExportError> {
    let Manifest { nouns: files, contents, schema, .. } = source.manifest;
    let nouns = nouns_of(*schema);
    let rows = count_rows(files);
    let mut progress = Progress::of(watch, rows.saturating_mul(2).saturating_add(contents.len() as u64));
    let mut import = Import::begin(partial, *schema)?;
    let given = nouns.iter().zip(files).map(|(noun, told)| source.read_noun(&import, noun, told, &mut progress));
    let given = given.collect::<Result<Vec<_>, _>>()?;
    source.check_rows(&import, &nouns, &given, &mut progress)?;
    import.upgrade()?;
    source.check_references(&import)?;
    import.finish()?;
    source.take_contents(&data.join(CONTENTS), &mut progress)?;
    progress.end()
}

impl Source<'_> {
    fn damaged(&self, cause: String) -> ExportError {
        ExportError::Damaged { path: self.folder.display().to_string(), cause }
    }

    /// Puts the rows of a file in; gives them as the database has to say them again.
    fn read_noun(&self, import: &Import, noun: &Noun, told: &NounFile, progress: &mut Progress<'_>) -> Result<NounFile, ExportError> {
        let path = self.folder.join(&told.file);
        let reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let mut given = Lines::default();
        let sha256 = each_line(reader, &path, |text| {
            given.add(&import.insert(noun, text).map_err(Refusal::Line)?);
            Ok(progress.step()?)
        })?;
        if given.rows != told.rows || sha256 != told.sha256 {
            return Err(self.damaged(format!("{} is not what manifest.json says: {} rows, SHA-256 {sha256}", told.file, given.rows)));
        }
        Ok(given.as_file(noun))
    }

    /// Asks the database for all rows again.
    fn check_rows(&self, import: &Import, nouns: &[&Noun], given: &[NounFile], progress: &mut Progress<'_>) -> Result<(), ExportError> {
        for (noun, given) in nouns.iter().zip(given) {
            let mut kept = Lines::default();
            import.each_line(noun, |line| {
                kept.add(line);
                progress.step()
            })?;
            if kept.as_file(noun) != *given {
                let why = "its rows are not in the order of their keys, or contradict rows of other files";
                return Err(self.damaged(format!("{}: {why}", given.file)));
            }
        }
        Ok(())
    }

    /// Asks whether what rows name is there.
    fn check_references(&self, import: &Import) -> Result<(), ExportError> {
        if let Some(why) = import.check_references()? {
            return Err(self.damaged(why.to_owned()));
        }
        let named: Vec<Listed> = import.list_contents()?.into_iter().map(Listed::of).collect();
        if named != by_hash(&self.manifest.contents, &self.manifest.missing) {
            return Err(self.damaged("manifest.json does not list the contents that the rows name".to_owned()));
        }
        if import.find_mode()?.as_ref() != Some(&self.manifest.mode) {
            return Err(self.damaged("manifest.json and world.jsonl do not say the same mode".to_owned()));
        }
        Ok(())
    }

    fn take_contents(&self, target: &Path, progress: &mut Progress<'_>) -> Result<(), ExportError> {
        make_folder(target).map_err(at(target))?;
        for content in &self.manifest.contents {
            let hash = hash_of(&content.sha256).ok_or_else(|| self.damaged(format!("{:?} is no hash", content.sha256)))?;
            let from = content_path(&self.folder.join(CONTENTS), hash);
            if !take_content(&from, &content_path(target, hash), hash, content.bytes)? {
                return Err(self.damaged(format!("{} is not what its name says", from.display())));
            }
            progress.step()?;
        }
        Ok(sync_tree(target)?)
    }
}

/// Why a line is not taken, or what else ends the reading.
enum Refusal {
    Line(LineError),
    Other(ExportError),
}

impl From<ExportError> for Refusal {
    fn from(cause: ExportError) -> Self {
        Self::Other(cause)
    }
}

/// Hands out the lines of a file of rows; gives the SHA-256 of all its bytes.
fn each_line(mut reader: impl BufRead, path: &Path, mut take: impl FnMut(&str) -> Result<(), Refusal>) -> Result<String, ExportError> {
    let (mut hasher, mut line, mut number) = (Sha256::new(), Vec::new(), 0);
    loop {
        line.clear();
        if reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line).map_err(at(path))? == 0 {
            return Ok(hex(BlobHash(hasher.finalize().into())));
        }
        hasher.update(&line);
        number += 1;
        let file = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let refuse = |cause: String| ExportError::Line { file: file(), line: number, cause };
        let text = std::str::from_utf8(&line).map_err(|_| refuse("it is not UTF-8".to_owned()))?;
        let text = text.strip_suffix('\n').ok_or_else(|| refuse("it is cut off, or too long".to_owned()))?;
        take(text).map_err(|refusal| match refusal {
            Refusal::Line(cause) => refuse(cause.to_string()),
            Refusal::Other(cause) => cause,
        })?;
    }
}

fn read_manifest(folder: &Path) -> Result<Manifest, ExportError> {
    let path = folder.join(MANIFEST);
    let no_export = |cause| ExportError::NotAnExport { path: folder.display().to_string(), cause };
    if path.exists() && folder.join(DATABASE).exists() {
        return Err(no_export("it is a backup, which `crosstalk backup restore` puts into a new data directory".to_owned()));
    }
    let mut text = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MANIFEST_BYTES).read_to_end(&mut text));
    read.map_err(|cause| no_export(format!("{}: {cause}", path.display())))?;
    parse_manifest(folder, &text)
}

fn parse_manifest(folder: &Path, text: &[u8]) -> Result<Manifest, ExportError> {
    let no_export = |cause: String| ExportError::NotAnExport { path: folder.display().to_string(), cause };
    let malformed = |cause: serde_json::Error| no_export(format!("{}: {cause}", folder.join(MANIFEST).display()));
    let head: Head = serde_json::from_slice(text).map_err(malformed)?;
    if head.format != FORMAT {
        return Err(no_export(format!("its format is {}, this program knows {FORMAT}", head.format)));
    }
    if !(FIRST_EXPORTED..=KNOWN_SCHEMA).contains(&head.schema) {
        return Err(ExportError::OtherSchema { path: folder.display().to_string(), found: head.schema, known: KNOWN_SCHEMA });
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(malformed)?;
    let named: Vec<&str> = manifest.nouns.iter().map(|noun| noun.file.as_str()).collect();
    let known: Vec<String> = nouns_of(head.schema).into_iter().map(file_name).collect();
    if named != known {
        return Err(no_export("its manifest.json does not list the files of all nouns in their order".to_owned()));
    }
    Ok(manifest)
}

/// What fuzzers give to the readers of an export. A first line that is the name of a noun says whose rows the others are; anything else
/// is a manifest.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(data: &[u8]) {
    let folder = Path::new("export");
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (first, rows) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let outcome = match nouns_of(KNOWN_SCHEMA).into_iter().find(|noun| noun.name.as_bytes() == first) {
        Some(noun) => {
            let path = folder.join(file_name(noun));
            each_line(rows, &path, |text| crate::store::transfer::fuzz(noun, text).map_err(Refusal::Line)).map(|_| ())
        }
        None => parse_manifest(folder, data).map(|manifest| {
            let hashes = manifest.contents.iter().filter_map(|content| hash_of(&content.sha256));
            let mut paths = hashes.map(|hash| content_path(&folder.join(CONTENTS), hash));
            assert!(paths.all(|path| path.starts_with(folder.join(CONTENTS)) && path.components().count() == 4));
            let all = by_hash(&manifest.contents, &manifest.missing);
            assert!(shown(folder, &manifest).contents <= all.len() as u64);
        }),
    };
    // Whoever brings an export has to be told what is wrong with it.
    assert!(outcome.map_err(|cause| cause.to_string()) != Err(String::new()));
}
