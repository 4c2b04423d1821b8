//! What is cleared away in the background: the texts of deleted rooms, and contents that no row names.

use crate::domain::{BlobHash, Error};
use crate::files::Blobs;
use crate::store::{self, Tx};

/// Texts, files and tasks that one step takes away, so that a step never holds up other writes for long.
const STEP: i64 = 500;

/// Takes away a piece of some deleted room; says whether there is more to do.
pub fn purge_step(tx: &Tx<'_>) -> Result<bool, Error> {
    let Some(room) = store::rooms::find_room_to_purge(tx)? else { return Ok(false) };
    store::rooms::purge_some(tx, room, STEP)?;
    Ok(true)
}

/// Whether a read finds something to purge, so that an idle server writes nothing.
pub fn has_purge(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(store::rooms::find_room_to_purge(tx)?.is_some())
}

/// Those of these contents that no row names. Asked in a read, which sees only what is committed: a deletion in the same transaction as
/// the unlinking could still be undone, and content that is gone never comes back.
pub fn list_unnamed(tx: &Tx<'_>, candidates: &[BlobHash]) -> Result<Vec<BlobHash>, Error> {
    let mut unnamed = Vec::new();
    for hash in candidates {
        if !store::files::is_named(tx, *hash)? {
            unnamed.push(*hash);
        }
    }
    Ok(unnamed)
}

/// Unlinks those of these contents that no row names now either; gives their number.
pub fn sweep_blobs(tx: &Tx<'_>, blobs: &Blobs, candidates: &[BlobHash]) -> Result<usize, Error> {
    let mut swept = 0;
    for hash in candidates {
        swept += usize::from(blobs.delete_unless(*hash, || store::files::is_named(tx, *hash))?);
    }
    Ok(swept)
}
