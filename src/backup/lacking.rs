//! Contents that are missing in the data directory, so new backups lack them: which older ones still hold them.
//!
//! Invariant: the newest scheduled backup that holds such a content stays until the content is back, or no row names it any more.

use std::fs;
use std::path::{Path, PathBuf};

use super::owner::Owner;
use super::shelf::{Newest, is_own, list_named};
use super::{CONTENTS, read_manifest};
use crate::files::content_path;
use crate::files::disk::hash_of;
use crate::files::wire::Listed;

/// What a backup lacks.
#[derive(Debug)]
pub struct Lacking {
    /// How many of its files are missing in the data directory now, too.
    pub missing: usize,
    /// The newest backup that holds some of those.
    pub holder: Option<PathBuf>,
}

/// What the newest one of somebody's own backups in a folder lacks; none if its manifest can't be read.
pub fn lacking(data: &Path, newest: &Newest, owner: &Owner) -> Option<Lacking> {
    let mut missing = read_manifest(&newest.path).ok()?.missing;
    missing.retain(|entry| !holds(data, entry));
    let named = list_named(newest.path.parent()?).ok()?.into_iter().map(|(_, path)| path);
    let holder = holders(&missing, named.filter(|path| is_own(path, owner))).next();
    Some(Lacking { missing: missing.len(), holder })
}

/// Of some backups, newest first, those that hold one of the contents that no newer one of them holds.
pub(super) fn holders(missing: &[Listed], newest_first: impl Iterator<Item = PathBuf>) -> impl Iterator<Item = PathBuf> {
    let mut left: Vec<&Listed> = missing.iter().collect();
    newest_first.filter(move |path| {
        let before = left.len();
        left.retain(|entry| !holds(path, entry));
        left.len() < before
    })
}

/// Whether a content lies in a data directory or a backup.
fn holds(folder: &Path, entry: &Listed) -> bool {
    let found = hash_of(&entry.sha256).and_then(|hash| fs::metadata(content_path(&folder.join(CONTENTS), hash)).ok());
    found.is_some_and(|found| found.len() == entry.bytes)
}
