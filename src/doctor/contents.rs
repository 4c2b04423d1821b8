//! Contents of files against the rows that name them, and the other way round.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::Wish;
use super::wire::Finding;
use crate::domain::BlobHash;
use crate::files::content_path;
use crate::files::disk::{hash_file, hash_of, hex};
use crate::store::copies;

/// Contents that are hashed unless all are. GUESS: enough to find a disk that rots, quick enough to be done every day.
const SAMPLE: usize = 100;
/// Bytes that are hashed unless all are, so that a few films do not make it slow.
const SAMPLE_BYTES: u64 = 1 << 30;
/// What no row names is swept after a day; longer than this, and the sweep does not run.
const SWEPT: Duration = Duration::from_secs(3 * 24 * 60 * 60);

const RESTORE: &str = "Find it in a backup: `crosstalk backup list` shows them, `crosstalk backup verify BACKUP` reads one through";

/// Whether every row has its content, whether a sample of them (or all) is what it was, and whether anything lies there unnamed.
pub(super) fn examine(dir: &Path, wish: &Wish) -> Finding {
    let root = dir.join("files");
    let named = match copies::list_named(&dir.join("app.db")) {
        Ok(named) => named,
        Err(cause) => return Finding::bad("contents", format!("the database does not tell what there should be: {cause}"), RESTORE),
    };
    let (mut missing, mut damaged, mut hashed, mut bytes_read) = (Vec::new(), Vec::new(), 0, 0);
    let every = if wish.is_deep { 1 } else { named.len().div_ceil(SAMPLE).max(1) };
    for (number, (hash, bytes)) in named.iter().enumerate() {
        let path = content_path(&root, *hash);
        match fs::metadata(&path) {
            Ok(found) if found.len() != *bytes => damaged.push(*hash),
            Ok(_) if number % every == 0 && (wish.is_deep || bytes_read < SAMPLE_BYTES) => {
                (hashed, bytes_read) = (hashed + 1, bytes_read + bytes);
                if hash_file(&path).ok() != Some((*hash, *bytes)) {
                    damaged.push(*hash);
                }
            }
            Ok(_) => {}
            Err(_) => missing.push(*hash),
        }
    }
    if let Some(first) = missing.first().or(damaged.first()) {
        let which = hex(*first);
        let message = format!("of {} contents {} are missing and {} damaged, first {which}", named.len(), missing.len(), damaged.len());
        return Finding::bad("contents", message, RESTORE);
    }
    let unnamed = count_unnamed(&root, &named.iter().map(|(hash, _)| *hash).collect());
    let message = format!("{} are there, {hashed} were read and are what they were", named.len());
    match unnamed {
        0 => Finding::good("contents", message),
        _ => Finding::warning(
            "contents",
            format!("{message}; {unnamed} lie there that nothing names"),
            "A running server clears them away within a day",
        ),
    }
}

/// Contents that nothing names and that should have been swept.
fn count_unnamed(root: &Path, named: &HashSet<BlobHash>) -> usize {
    let folders = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok).filter(|entry| entry.file_name().len() == 2);
    let contents = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok));
    let is_old =
        |entry: &fs::DirEntry| entry.metadata().and_then(|found| found.modified()).is_ok_and(|at| at.elapsed().unwrap_or_default() > SWEPT);
    let is_named = |entry: &fs::DirEntry| entry.file_name().to_str().and_then(hash_of).is_some_and(|hash| named.contains(&hash));
    contents.filter(|entry| !is_named(entry) && is_old(entry)).count()
}
