//! An organization's files for its meetings; their content lies on disk under its hash.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Error, FileName, LibraryFile, LibraryFileId, MeetingId, OrganizationId};

/// Files that a list shows; of more, the oldest are left out.
const MOST: i64 = 10_000;

macro_rules! select_file {
    ($tail:literal) => {
        concat!("SELECT id, name, media_type, bytes, hash, created_ms FROM library_file ", $tail)
    };
}

fn file(row: &Row<'_>) -> rusqlite::Result<LibraryFile> {
    Ok(LibraryFile {
        id: row.get(0)?,
        name: FileName::stored(row.get(1)?),
        media_type: row.get(2)?,
        bytes: row.get::<_, i64>(3)?.unsigned_abs(),
        hash: row.get(4)?,
        uploaded: row.get(5)?,
    })
}

/// Draws the id of a file before its row is there.
pub fn next_file_id(tx: &Tx<'_>) -> Result<LibraryFileId, Error> {
    tx.next_id().map(LibraryFileId::new)
}

/// Stores a file's row.
pub fn insert_file(tx: &Tx<'_>, organization: OrganizationId, meeting: Option<MeetingId>, file: &LibraryFile) -> Result<(), Error> {
    let bytes = i64::try_from(file.bytes).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO library_file (id, organization_id, meeting_id, name, media_type, bytes, hash, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (file.id, organization, meeting, file.name.as_str(), &file.media_type, bytes, file.hash, tx.now),
    )
    .map(|_| ())
}

/// A file of an organization.
pub fn find_file(tx: &Tx<'_>, organization: OrganizationId, id: LibraryFileId) -> Result<Option<LibraryFile>, Error> {
    tx.first(select_file!("WHERE id = ?2 AND organization_id = ?1"), (organization, id), file)
}

/// The newest files of an organization, oldest first.
pub fn list_of_organization(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<LibraryFile>, Error> {
    oldest_first(tx.all(select_file!("WHERE organization_id = ?1 ORDER BY id DESC LIMIT ?2"), (organization, MOST), file))
}

/// The newest files of a meeting, oldest first.
pub fn list_of_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<Vec<LibraryFile>, Error> {
    oldest_first(tx.all(select_file!("WHERE meeting_id = ?1 ORDER BY id DESC LIMIT ?2"), (meeting, MOST), file))
}

fn oldest_first(newest_first: Result<Vec<LibraryFile>, Error>) -> Result<Vec<LibraryFile>, Error> {
    newest_first.map(|mut files| {
        files.reverse();
        files
    })
}

/// Takes a file away; says whether there was one. Its content goes with a sweep.
pub fn delete_file(tx: &Tx<'_>, organization: OrganizationId, id: LibraryFileId) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM library_file WHERE id = ?2 AND organization_id = ?1", (organization, id))? > 0)
}
