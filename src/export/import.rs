//! An export becomes a new world: all of it, or nothing.
//!
//! The database is made beside its final name and gets that name last. Before that, every line was a row, every
//! reference led somewhere, the rows said again what the lines said, and every content was what its name says.
//! Rows of a former schema become a database of that schema first, which is then upgraded like any other.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::wire::{FORMAT, Head, Manifest, NounFile};
use super::{CONTENTS, Export, ExportError, Lines, MANIFEST, Progress, file_name, shown, take_content};
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
    let rows: u64 = files.iter().map(|noun| noun.rows).sum();
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
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let (mut hasher, mut given, mut line) = (Sha256::new(), Lines::default(), Vec::new());
        loop {
            line.clear();
            if reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line).map_err(at(&path))? == 0 {
                break;
            }
            hasher.update(&line);
            let number = given.rows + 1;
            let refuse = |cause: String| ExportError::Line { file: told.file.clone(), line: number, cause };
            let text = std::str::from_utf8(&line).map_err(|_| refuse("it is not UTF-8".to_owned()))?;
            let text = text.strip_suffix('\n').ok_or_else(|| refuse("it is cut off, or too long".to_owned()))?;
            given.add(&import.insert(noun, text).map_err(|cause: LineError| refuse(cause.to_string()))?);
            progress.step()?;
        }
        let sha256 = hex(BlobHash(hasher.finalize().into()));
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

fn read_manifest(folder: &Path) -> Result<Manifest, ExportError> {
    let path: PathBuf = folder.join(MANIFEST);
    let no_export = |cause: String| ExportError::NotAnExport { path: folder.display().to_string(), cause };
    if path.exists() && folder.join(DATABASE).exists() {
        return Err(no_export("it is a backup, which `crosstalk backup restore` puts into a new data directory".to_owned()));
    }
    let mut text = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MANIFEST_BYTES).read_to_end(&mut text));
    read.map_err(|cause| no_export(format!("{}: {cause}", path.display())))?;
    let malformed = |cause: serde_json::Error| no_export(format!("{}: {cause}", path.display()));
    let head: Head = serde_json::from_slice(&text).map_err(malformed)?;
    if head.format != FORMAT {
        return Err(no_export(format!("its format is {}, this program knows {FORMAT}", head.format)));
    }
    if !(FIRST_EXPORTED..=KNOWN_SCHEMA).contains(&head.schema) {
        return Err(ExportError::OtherSchema { path: folder.display().to_string(), found: head.schema, known: KNOWN_SCHEMA });
    }
    let manifest: Manifest = serde_json::from_slice(&text).map_err(malformed)?;
    let named: Vec<&str> = manifest.nouns.iter().map(|noun| noun.file.as_str()).collect();
    let known: Vec<String> = nouns_of(head.schema).into_iter().map(file_name).collect();
    if named != known {
        return Err(no_export("its manifest.json does not list the files of all nouns in their order".to_owned()));
    }
    Ok(manifest)
}
