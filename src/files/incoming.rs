//! Content on its way in: written and hashed piece by piece, named only when all of it is on the disk.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::{Blobs, storage_error, sync_folder};
use crate::domain::{BlobHash, Error};

/// Bytes kept in memory to find out what the content is.
const HEAD_BYTES: usize = 8 * 1024;

/// Content that is being received. Dropping it unfinished leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    blobs: Blobs,
    path: PathBuf,
    file: File,
    hasher: Sha256,
    bytes: u64,
    limit: u64,
    head: Vec<u8>,
}

/// Content that is on the disk under its hash.
#[derive(Debug)]
pub struct Received {
    /// Its SHA-256.
    pub hash: BlobHash,
    /// Its size.
    pub bytes: u64,
    /// Its first bytes (at most 8 KiB).
    pub head: Vec<u8>,
}

impl Incoming {
    pub(super) fn create(blobs: Blobs, path: PathBuf, limit: u64) -> Result<Self, Error> {
        let file = File::options().write(true).create_new(true).open(&path).map_err(storage_error)?;
        Ok(Self { blobs, path, file, hasher: Sha256::new(), bytes: 0, limit, head: Vec::new() })
    }

    /// Takes the next piece; refuses what goes beyond the limit, or leaves too little room on the disk: others receive, too, and
    /// something that is never finished must not keep the database from going on.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.limit {
            return Err(Error::BodyTooLarge(self.limit));
        }
        self.blobs.check_room(piece.len() as u64)?;
        let room = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        self.hasher.update(piece);
        self.file.write_all(piece).map_err(storage_error)
    }

    /// Makes the content durable and gives it its name. Blocks on the disk.
    ///
    /// The rename happens even when equal content is there already: it makes it young, and safe from the sweep.
    pub fn finish(mut self) -> Result<Received, Error> {
        let hash = BlobHash(std::mem::take(&mut self.hasher).finalize().into());
        self.file.sync_all().map_err(storage_error)?;
        let folder = self.blobs.folder(hash).map_err(storage_error)?;
        {
            let _gate = self.blobs.gate();
            fs::rename(&self.path, self.blobs.path(hash)).map_err(storage_error)?;
        }
        sync_folder(&folder).map_err(storage_error)?;
        Ok(Received { hash, bytes: self.bytes, head: std::mem::take(&mut self.head) })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After a rename there is nothing under this name any more.
        let _ = fs::remove_file(&self.path);
    }
}
