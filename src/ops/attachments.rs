//! Contents that belong to no room's file list: pictures of rooms, media of messages. Whoever knows the address of one
//! may open it, so its key can't be guessed.

use super::settings;
use crate::domain::{Actor, Attachment, BlobHash, Error, Noun};
use crate::store::{self, Tx};

/// Random characters of a key: 32 × 5 = 160 bits.
const KEY_CHARS: usize = 32;

/// Keeps content that is on the disk; gives it its key.
pub fn keep_attachment(tx: &Tx<'_>, actor: &Actor, media_type: &str, bytes: u64, hash: BlobHash) -> Result<Attachment, Error> {
    settings::check_quota(tx, actor.organization, bytes)?;
    let attachment = Attachment { key: tx.random_text(KEY_CHARS), media_type: media_type.to_owned(), bytes, hash };
    store::attachments::insert_attachment(tx, actor.organization, actor.account, &attachment)?;
    Ok(attachment)
}

/// The attachment behind an address.
pub fn get_attachment(tx: &Tx<'_>, key: &str) -> Result<Attachment, Error> {
    store::attachments::find_attachment(tx, key)?.ok_or(Error::NotFound(Noun::File))
}
