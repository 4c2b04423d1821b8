//! Whole files and folders, for copies of a world that leave it or come back.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::sync_folder;
use crate::domain::BlobHash;

/// Bytes read at once.
const PIECE_BYTES: usize = 256 * 1024;
/// Bytes that are pushed to the disk at a time: what a slow disk writes in 50 ms.
const PUSHED_BYTES: usize = 4 << 20;

/// A file or folder that could not be read or made.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {cause}. Check that it is there, that you may use it, and that the disk has space.")]
pub struct DiskError {
    /// Which.
    pub path: String,
    /// Why.
    pub cause: io::Error,
}

impl DiskError {
    /// Whether it is not there at all.
    pub fn is_missing(&self) -> bool {
        self.cause.kind() == io::ErrorKind::NotFound
    }
}

/// Names the file that something failed at.
pub fn at(path: &Path) -> impl Fn(io::Error) -> DiskError {
    move |cause| DiskError { path: path.display().to_string(), cause }
}

/// SHA-256 and size in bytes of a file.
pub fn hash_file(path: &Path) -> Result<(BlobHash, u64), DiskError> {
    let mut file = File::open(path).map_err(at(path))?;
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        match file.read(&mut piece).map_err(at(path))? {
            0 => return Ok((BlobHash(hasher.finalize().into()), bytes)),
            length => {
                hasher.update(&piece[..length]);
                bytes += length as u64;
            }
        }
    }
}

/// Copies a file, making the folder it goes to, and pushes it to the disk: piece by piece, since whoever else waits for the disk
/// waits for all that is pushed at once.
pub fn copy_file(from: &Path, to: &Path) -> Result<(), DiskError> {
    make_parent(to)?;
    let mut source = File::open(from).map_err(at(from))?;
    let mut target = File::create(to).map_err(at(to))?;
    let (mut piece, mut waiting) = (vec![0; PIECE_BYTES], 0);
    loop {
        let length = source.read(&mut piece).map_err(at(from))?;
        if length == 0 {
            let keep_rights = source.metadata().and_then(|about| target.set_permissions(about.permissions()));
            return keep_rights.and_then(|()| target.sync_all()).map_err(at(to));
        }
        target.write_all(&piece[..length]).map_err(at(to))?;
        waiting += length;
        if waiting >= PUSHED_BYTES {
            target.sync_data().map_err(at(to))?;
            waiting = 0;
        }
    }
}

/// Content never changes, so within one file system a second name is a copy; elsewhere its bytes are copied.
pub fn link_file(from: &Path, to: &Path) -> Result<(), DiskError> {
    make_parent(to)?;
    match fs::hard_link(from, to) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(at(from)(cause)),
        Err(_) => copy_file(from, to),
        Ok(()) => Ok(()),
    }
}

fn make_parent(path: &Path) -> Result<(), DiskError> {
    path.parent().map_or(Ok(()), |parent| fs::create_dir_all(parent).map_err(at(parent)))
}

/// Writes a small file and pushes it to the disk.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    fs::write(path, bytes).and_then(|()| File::open(path)?.sync_all()).map_err(at(path))
}

/// Pushes a folder, and the folders in it, to the disk.
pub fn sync_tree(folder: &Path) -> Result<(), DiskError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.is_dir() {
            sync_folder(&path).map_err(at(&path))?;
        }
    }
    sync_folder(folder).map_err(at(folder))
}

/// A hash as manifests write it.
pub fn hex(hash: BlobHash) -> String {
    data_encoding::HEXLOWER.encode(&hash.0)
}

/// The hash that such a text says.
pub fn hash_of(hex: &str) -> Option<BlobHash> {
    data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok().map(BlobHash)
}
