//! Contents of files on the local disk, named by their SHA-256.
//!
//! Invariants: a name under `files/xx/` holds complete, fsynced content, and is there to stay with all folders above it; the row
//! comes after it; only the sweep unlinks, and never what a row names or what is younger than a day. Names from users never become paths.

pub mod disk;
mod incoming;
pub mod wire;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use incoming::{Incoming, Received};

use crate::domain::{BlobHash, Error};
use disk::{hash_of, hex};

/// Content younger than this is never swept: its row may be on the way.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Free bytes that stay when nobody chose: a gibibyte, or of a small disk a hundredth. GUESS: enough for the database to go on for days.
const USUAL_FLOOR_BYTES: u64 = 1 << 30;
/// Stands for a floor that nobody chose.
const NOBODY_SAID: u64 = u64::MAX;

/// Room on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Bytes that are free.
    pub free_bytes: u64,
    /// Bytes that have to stay free.
    pub floor_bytes: u64,
}

/// The folder of contents.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
    /// Held while content gets its name and while content is unlinked.
    gate: Arc<Mutex<()>>,
    /// Backups that are being made.
    holds: Arc<AtomicUsize>,
    /// Free bytes below which nothing is received; `NOBODY_SAID` for the usual ones.
    floor: Arc<AtomicU64>,
}

/// As long as it lives nothing is unlinked.
#[derive(Debug)]
pub struct Hold(Arc<AtomicUsize>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Blobs {
    /// Opens (and at first makes) the folder, and clears what uploads left unfinished.
    pub fn open(root: &Path) -> io::Result<Self> {
        make_folder(root)?;
        let tmp = root.join("tmp");
        if tmp.exists() {
            fs::remove_dir_all(&tmp)?;
        }
        fs::create_dir(&tmp)?;
        sync_folder(root)?;
        Ok(Self { root: root.to_owned(), gate: Arc::default(), holds: Arc::default(), floor: Arc::new(AtomicU64::new(NOBODY_SAID)) })
    }

    /// Starts to receive content of at most `limit` bytes under a random name, unless the disk has too little room: the database on it
    /// has to go on.
    pub fn receive(&self, random_name: &str, limit: u64) -> Result<Incoming, Error> {
        self.check_room(0)?;
        Incoming::create(self.clone(), self.root.join("tmp").join(random_name), limit)
    }

    /// Refuses so many bytes more if too little room would stay.
    fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let space = self.space().map_err(storage_error)?;
        if space.free_bytes < space.floor_bytes.saturating_add(bytes) { Err(Error::StorageFull) } else { Ok(()) }
    }

    /// How much room the disk has.
    pub fn space(&self) -> io::Result<Space> {
        let disk = rustix::fs::statvfs(&self.root)?;
        let usual = USUAL_FLOOR_BYTES.min(disk.f_blocks.saturating_mul(disk.f_frsize) / 100);
        let floor_bytes = Some(self.floor.load(Ordering::Relaxed)).filter(|floor| *floor != NOBODY_SAID).unwrap_or(usual);
        Ok(Space { free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize), floor_bytes })
    }

    /// Chooses how much room has to stay; none: what is usual.
    pub fn set_floor(&self, bytes: Option<u64>) {
        self.floor.store(bytes.unwrap_or(NOBODY_SAID), Ordering::Relaxed);
    }

    /// Where content lies.
    pub fn path(&self, hash: BlobHash) -> PathBuf {
        content_path(&self.root, hash)
    }

    /// Keeps the sweep from unlinking anything, for a backup.
    pub fn hold(&self) -> Hold {
        // Behind the gate: a sweep that is unlinking finishes first.
        let _gate = self.gate();
        self.holds.fetch_add(1, Ordering::AcqRel);
        Hold(self.holds.clone())
    }

    /// Contents in one of the 256 folders that are old enough to be swept.
    pub fn list_old(&self, folder: u8) -> io::Result<Vec<BlobHash>> {
        let mut old = Vec::new();
        let path = self.root.join(format!("{folder:02x}"));
        if !path.exists() {
            return Ok(old);
        }
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > GRACE {
                old.extend(entry.file_name().to_str().and_then(hash_of));
            }
        }
        Ok(old)
    }

    /// Unlinks content unless it is named or has become young again. Runs inside a writing unit of work, so that no
    /// row can appear in between.
    pub fn delete_unless(&self, hash: BlobHash, is_named: impl FnOnce() -> Result<bool, Error>) -> Result<bool, Error> {
        let _gate = self.gate();
        let path = self.path(hash);
        let is_young = fs::metadata(&path).and_then(|meta| meta.modified()).is_ok_and(|at| at.elapsed().unwrap_or_default() <= GRACE);
        if is_young || self.holds.load(Ordering::Acquire) > 0 || is_named()? {
            return Ok(false);
        }
        fs::remove_file(&path).map_err(storage_error)?;
        Ok(true)
    }

    /// The folder that content goes to, made (and made to stay) when it is the first there. Behind the gate: whoever finds it there
    /// must not go on before it is there to stay.
    fn folder(&self, hash: BlobHash) -> io::Result<PathBuf> {
        let folder = self.root.join(format!("{:02x}", hash.0[0]));
        let _gate = self.gate();
        make_folder(&folder)?;
        Ok(folder)
    }

    fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where content lies below a folder of contents.
pub fn content_path(root: &Path, hash: BlobHash) -> PathBuf {
    let name = hex(hash);
    root.join(&name[..2]).join(name)
}

/// Makes a folder, and what is missing above it, to stay: a power cut must not take the way to what is kept there.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    make_with(&fs::DirBuilder::new(), folder)
}

/// The same; the folder itself is its owner's alone from the first moment.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut private = fs::DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut private, 0o700);
    make_with(&private, folder)
}

fn make_with(builder: &fs::DirBuilder, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(above)?;
    match builder.create(folder) {
        // Somebody else was faster.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    sync_folder(above)
}

/// Makes what happened to the names in a folder last.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Tells a full or read-only disk from a fault.
fn storage_error(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Error::StorageFull,
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Error::StorageReadOnly,
        // What is open already answers so when a file system gives up.
        _ if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
            tracing::error!(cause = %error, "the disk refused a write; the system's log says more");
            Error::StorageReadOnly
        }
        _ => Error::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{Blobs, GRACE};
    use std::fs::{self, File};

    fn receive(blobs: &Blobs, content: &[u8]) -> Result<super::Received, crate::domain::Error> {
        let mut incoming = blobs.receive("one", 1_000)?;
        incoming.write(content)?;
        incoming.finish()
    }

    fn make_old(blobs: &Blobs, hash: crate::domain::BlobHash) -> std::io::Result<()> {
        let file = File::options().write(true).open(blobs.path(hash))?;
        let modified = file.metadata()?.modified()?;
        file.set_modified(modified - GRACE * 2)
    }

    #[test]
    fn content_lies_under_its_hash_and_nothing_else_stays() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let blobs = Blobs::open(folder.path())?;
        let received = receive(&blobs, b"hello").map_err(|e| e.plain())?;
        assert_eq!(fs::read(blobs.path(received.hash))?, b"hello");
        assert_eq!(fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        assert!(blobs.receive("two", 3).map_err(|e| e.plain())?.write(b"four").is_err());
        assert_eq!(fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        Ok(())
    }

    #[test]
    fn what_is_being_received_is_refused_once_the_disk_has_too_little_room() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let blobs = Blobs::open(folder.path())?;
        let mut incoming = blobs.receive("one", 1_000).map_err(|e| e.plain())?;
        assert_eq!(incoming.write(b"first"), Ok(()));
        blobs.set_floor(Some(u64::MAX - 1));
        assert_eq!(incoming.write(b"second"), Err(crate::domain::Error::StorageFull));
        drop(incoming);
        assert_eq!(fs::read_dir(folder.path().join("tmp"))?.count(), 0);
        Ok(())
    }

    #[test]
    fn nothing_is_swept_while_a_backup_is_made() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let blobs = Blobs::open(folder.path())?;
        let hash = receive(&blobs, b"hello").map_err(|e| e.plain())?.hash;
        make_old(&blobs, hash)?;
        let held = blobs.hold();
        assert_eq!(blobs.delete_unless(hash, || Ok(false)), Ok(false));
        drop(held);
        assert_eq!(blobs.delete_unless(hash, || Ok(false)), Ok(true));
        Ok(())
    }

    #[test]
    fn the_sweep_spares_what_is_named_and_what_is_young() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let blobs = Blobs::open(folder.path())?;
        let hash = receive(&blobs, b"hello").map_err(|e| e.plain())?.hash;
        assert_eq!(blobs.delete_unless(hash, || Ok(false)), Ok(false));
        make_old(&blobs, hash)?;
        assert_eq!(blobs.list_old(hash.0[0])?, [hash]);
        assert_eq!(blobs.delete_unless(hash, || Ok(true)), Ok(false));
        receive(&blobs, b"hello").map_err(|e| e.plain())?;
        assert_eq!(blobs.delete_unless(hash, || Ok(false)), Ok(false), "uploading it again makes it young");
        make_old(&blobs, hash)?;
        assert_eq!(blobs.delete_unless(hash, || Ok(false)), Ok(true));
        assert!(!blobs.path(hash).exists());
        Ok(())
    }
}
