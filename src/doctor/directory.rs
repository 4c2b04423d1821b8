//! The data directory itself: who may read it, and what somebody left behind.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;

use super::open_mode;
use super::wire::Finding;
use crate::domain::Timestamp;
use crate::tls::office_folder;
use crate::world::parts::{Remains, UNFINISHED};

/// What is being written is younger than this.
const OLD_MS: i64 = 24 * 60 * 60 * 1_000;

/// Whether this user may use it, and nobody else.
pub(super) fn permissions(dir: &Path) -> Finding {
    let shown = dir.display();
    if fs::metadata(dir).is_err() {
        return Finding::bad("directory", format!("{shown} can't be looked at"), "Run this as the user that the server runs as");
    }
    if rustix::fs::access(dir, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let advice = "Run this as the user that the server runs as, or give that user the directory";
        return Finding::bad("directory", format!("{shown} can't be read and written by this user"), advice);
    }
    if let Some(mode) = open_mode(dir) {
        let message = format!("{shown} is open to other users of this machine (mode {mode:o})");
        return Finding::warning("directory", message, format!("chmod 700 {shown}"));
    }
    let keys = [office_folder(dir).join("ca.key"), office_folder(dir).join("server.pem")];
    match keys.iter().find(|key| open_mode(key).is_some()) {
        Some(key) => {
            Finding::bad("directory", format!("the key in {} is open to others", key.display()), format!("chmod 600 {}", key.display()))
        }
        None => Finding::good("directory", format!("{shown} is open to this user alone")),
    }
}

/// A directory that can't be served: its database is not there.
pub(super) fn without_database(dir: &Path, remains: Option<Remains>) -> Finding {
    let shown = dir.display();
    let (message, advice) = match remains {
        None => (format!("there is no data in {shown}"), "Start `crosstalk serve` with it, or name the right one with --data DIR"),
        Some(Remains::Unfinished) => (
            format!("an import or a restore into {shown} was never finished"),
            "Run `crosstalk import` or `crosstalk backup restore` again with it, or delete it to begin with nothing",
        ),
        Some(Remains::Parts(found)) => (
            format!("{shown} holds {found} of a world, but `app.db` is not there or holds nothing"),
            "Bring back the `app.db` that belongs to it (is a disk not mounted?), or put a backup into a new directory with \
             `crosstalk backup restore BACKUP --data NEW-DIR`",
        ),
    };
    Finding::bad("directory", message, advice)
}

/// Whether something lies there, or where backups are made to, that was never finished.
pub(super) fn leftovers(dir: &Path, backups: &Path, now: Timestamp) -> Finding {
    let below = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let is_partial = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(".partial-") || name.ends_with(".partial") || name == UNFINISHED
    };
    let is_old = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| now.ms() - found.mtime().saturating_mul(1_000) > OLD_MS);
    let folders = BTreeSet::from([dir.to_owned(), dir.join("backups"), dir.join("outbox"), office_folder(dir), backups.to_owned()]);
    let partial = folders.into_iter().flat_map(below).filter(is_partial);
    let old: Vec<PathBuf> = below(dir.join("files/tmp")).chain(partial).filter(is_old).collect();
    match old.first() {
        None => Finding::good("leftovers", "nothing was left unfinished"),
        Some(first) => {
            let message = format!("{} files and folders were never finished, first {}", old.len(), first.display());
            let advice = "Uploads go at the next start, unfinished backups with the next one that is made; all else may be removed by hand";
            Finding::warning("leftovers", message, advice)
        }
    }
}
