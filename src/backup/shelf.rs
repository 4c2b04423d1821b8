//! What lies in a folder of backups: when each was made and whose it is, found without reading long manifests.
//!
//! Servers may share a folder; each goes by its own backups. What was made before manifests named world and directory is
//! everybody's, so it neither vanishes nor piles up. What does not tell whose it is, is nobody's: another server may mend it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::owner::Owner;
use super::wire::{FORMAT, Head};
use super::{INSTANT_CHARS, MANIFEST, PARTIAL, read_manifest};
use crate::domain::Timestamp;
use crate::files::disk::{DiskError, at};

/// How much of a manifest is read to find out whose it is: all that stands before the contents.
const HEAD_BYTES: u64 = 8 * 1024;
/// What is said to be made later than this from now was made while a clock was wrong: two clocks may differ by their zones.
const SLACK_MS: i64 = 24 * 60 * 60 * 1000;
/// What a program that ended in the middle left is cleared away when it is this old.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a folder is a backup, by its looks.
pub fn is_backup(folder: &Path) -> bool {
    !is_partial(folder) && folder.join(MANIFEST).exists()
}

/// Whether something may have been made then, by the clock of now.
pub fn is_credible(made: Timestamp, now: Timestamp) -> bool {
    made.ms().saturating_sub(now.ms()) <= SLACK_MS
}

/// Whether a backup is somebody's own.
pub fn is_own(folder: &Path, owner: &Owner) -> bool {
    head_of(folder).is_some_and(|head| owner.owns(&head))
}

/// The newest backup in a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Newest {
    /// When it was made, as its name says.
    pub made: Timestamp,
    /// Its folder.
    pub path: PathBuf,
    /// How many files it lacks, as they were missing when it was made.
    pub lacks: u64,
}

/// The newest one of somebody's own backups below a folder.
pub fn newest(below: &Path, owner: &Owner, now: Timestamp) -> Option<Newest> {
    let mut named = list_named(below).ok()?.into_iter().filter(|(made, _)| is_credible(*made, now));
    named.find_map(|(made, path)| {
        let lacks = head_of(&path).filter(|head| owner.owns(head))?.lacks;
        Some(Newest { made, path, lacks })
    })
}

/// Backups of all worlds in a folder whose names say when they were made, newest first.
pub(super) fn list_named(below: &Path) -> Result<Vec<(Timestamp, PathBuf)>, DiskError> {
    if !below.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(below).map_err(at(below))? {
        let path = entry.map_err(at(below))?.path();
        let made = path.file_name().and_then(|name| instant_of(name.to_str()?));
        found.extend(made.filter(|_| is_backup(&path)).map(|made| (made, path)));
    }
    found.sort_by(|one, other| other.cmp(one));
    Ok(found)
}

/// Whether a name is one that a backup on a schedule gets: the instant and the mark, perhaps with a number behind them.
pub(super) fn is_marked(path: &Path, mark: &str) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let number = name.get(INSTANT_CHARS..).and_then(|rest| rest.strip_prefix(mark));
    number.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok()))
}

/// The instant that a name says: `2026-01-31T09-00-00Z`, perhaps with a number behind it.
pub(super) fn instant_of(name: &str) -> Option<Timestamp> {
    let (day, time) = name.get(..INSTANT_CHARS)?.split_once('T')?;
    format!("{day}T{}", time.replace('-', ":")).parse().ok()
}

/// What a backup's manifest says of it; none if that can't be read.
fn head_of(folder: &Path) -> Option<Head> {
    let mut text = Vec::new();
    File::open(folder.join(MANIFEST)).ok()?.take(HEAD_BYTES).read_to_end(&mut text).ok()?;
    // Somebody may have written it anew in another order.
    parse_head(&text).or_else(|| Some(read_manifest(folder).ok()?.head()))
}

/// What stands before the contents.
pub(super) fn parse_head(text: &[u8]) -> Option<Head> {
    let text = String::from_utf8_lossy(text);
    let (before, _) = text.split_once("\"contents\"")?;
    let head: Head = serde_json::from_str(&format!("{}}}", before.trim_end().trim_end_matches(','))).ok()?;
    (head.format == FORMAT).then_some(head)
}

/// Clears away what a program left that ended in the middle. Only folders: no backup under way is a plain file.
pub(super) fn clear_leftovers(folder: &Path) -> Result<(), DiskError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        let path = entry.path();
        let about = entry.metadata().map_err(at(&path))?;
        let age = about.modified().map_err(at(&path))?.elapsed().unwrap_or_default();
        if about.is_dir() && is_partial(&path) && age > LEFTOVER {
            fs::remove_dir_all(&path).map_err(at(&path))?;
        }
    }
    Ok(())
}

fn is_partial(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PARTIAL))
}

#[cfg(test)]
mod tests {
    use super::parse_head;

    #[test]
    fn the_head_of_a_manifest_is_enough_to_know_its_world() {
        let world = |text: &str| parse_head(text.as_bytes()).map(|head| head.world);
        assert_eq!(world(r#"{ "format": 1, "world": "ab", "contents": [{"sha256": "cut o"#), Some(Some("ab".to_owned())));
        assert_eq!(world(r#"{"format":1,"contents":[]}"#), Some(None), "one of before");
        assert_eq!(world(r#"{"contents":[],"world":"ab"}"#), None, "in another order all of it is read");
    }
}
