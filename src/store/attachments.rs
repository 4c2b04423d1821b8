//! Contents that belong to no room's file list; their content lies on disk under its hash.

use super::Tx;
use crate::domain::{AccountId, Attachment, Error, OrganizationId};

/// Stores an attachment's row.
pub fn insert_attachment(tx: &Tx<'_>, organization: OrganizationId, uploader: AccountId, attachment: &Attachment) -> Result<(), Error> {
    let bytes = i64::try_from(attachment.bytes).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO attachment (key, organization_id, uploader_id, media_type, bytes, hash, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (&attachment.key, organization, uploader, &attachment.media_type, bytes, attachment.hash, tx.now),
    )
    .map(|_| ())
}

/// The attachment with this key.
pub fn find_attachment(tx: &Tx<'_>, key: &str) -> Result<Option<Attachment>, Error> {
    tx.first("SELECT key, media_type, bytes, hash FROM attachment WHERE key = ?1", [key], |row| {
        Ok(Attachment { key: row.get(0)?, media_type: row.get(1)?, bytes: row.get::<_, i64>(2)?.unsigned_abs(), hash: row.get(3)? })
    })
}

/// Takes an attachment away; says whether there was one. Its content goes with a sweep.
pub fn delete_attachment(tx: &Tx<'_>, key: &str) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM attachment WHERE key = ?1", [key])? > 0)
}
