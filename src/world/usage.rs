//! How much room a world takes on its disk, and how much is left.
//!
//! Contents that a backup shares with the data (a second name for the same bytes) are counted once, with the data.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files that are looked at; a larger world is measured in part.
const MOST: usize = 200_000;

/// What was measured, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// What is left on the disk for this program.
    pub free_bytes: u64,
    /// How large the disk is.
    pub disk_bytes: u64,
    /// The database.
    pub database_bytes: u64,
    /// Contents of files.
    pub contents_bytes: u64,
    /// The request log.
    pub log_bytes: u64,
    /// Backups in the data directory.
    pub backups_bytes: u64,
    /// Whether there is more than was looked at.
    pub is_partial: bool,
}

/// Measures a data directory. Blocks.
pub fn measure(dir: &Path) -> io::Result<Usage> {
    let disk = rustix::fs::statvfs(dir)?;
    let mut seen = Seen::default();
    let mut sum = |names: &[&str]| names.iter().map(|name| seen.add(dir.join(name))).sum();
    let usage = Usage {
        free_bytes: disk.f_bavail * disk.f_frsize,
        disk_bytes: disk.f_blocks * disk.f_frsize,
        database_bytes: sum(&["app.db", "app.db-wal", "app.db-shm"]),
        contents_bytes: sum(&["files"]),
        log_bytes: sum(&["log.db", "log.db-wal", "log.db-shm"]),
        backups_bytes: sum(&["backups"]),
        is_partial: false,
    };
    Ok(Usage { is_partial: seen.files.len() >= MOST, ..usage })
}

/// Files that were counted: each once, whatever its names.
#[derive(Default)]
struct Seen {
    files: HashSet<(u64, u64)>,
}

impl Seen {
    /// Bytes of a file, or of all files below a folder. What goes away meanwhile is not there.
    fn add(&mut self, path: PathBuf) -> u64 {
        let (mut bytes, mut open) = (0, vec![path]);
        while let Some(path) = open.pop() {
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            if found.is_dir() {
                open.extend(fs::read_dir(&path).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()));
            } else if self.files.len() < MOST && self.files.insert((found.dev(), found.ino())) {
                bytes += found.len();
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_backup_shares_with_the_data_is_counted_once() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for folder in ["files/ab", "backups/one/files"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for (name, bytes) in [("app.db", 10), ("app.db-wal", 5), ("files/ab/abcd", 100), ("log.db", 7), ("backups/one/app.db", 9)] {
            fs::write(at(name), vec![0; bytes]).unwrap();
        }
        fs::hard_link(at("files/ab/abcd"), at("backups/one/files/abcd")).unwrap();
        let usage = measure(dir.path()).unwrap();
        let sizes = [usage.database_bytes, usage.contents_bytes, usage.log_bytes, usage.backups_bytes];
        assert_eq!((sizes, usage.is_partial), ([15, 100, 7, 9], false));
        assert!(usage.disk_bytes > usage.free_bytes);
    }
}
