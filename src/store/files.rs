//! Rows of files; their content lies on disk under its hash.

use rusqlite::Row;

use super::Tx;
use super::accounts::person_at;
use crate::domain::{AccountId, BlobHash, Error, FileId, FileName, MessageId, RoomId, StoredFile};

/// Draws the id of a file before its announcing message exists.
pub fn next_file_id(tx: &Tx<'_>) -> Result<FileId, Error> {
    tx.next_id().map(FileId::new)
}

/// A file to be stored; its content is on disk already.
#[derive(Debug)]
pub struct FileRow<'a> {
    /// Its id.
    pub id: FileId,
    /// The room.
    pub room: RoomId,
    /// Who puts it there.
    pub uploader: AccountId,
    /// The message that announces it.
    pub message: MessageId,
    /// Its name.
    pub name: &'a FileName,
    /// Media type.
    pub media_type: &'a str,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
}

/// Stores a file's row.
pub fn insert_file(tx: &Tx<'_>, file: &FileRow<'_>) -> Result<(), Error> {
    let bytes = i64::try_from(file.bytes).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO file (id, room_id, uploader_id, message_id, name, media_type, bytes, hash, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (file.id, file.room, file.uploader, file.message, file.name.as_str(), file.media_type, bytes, file.hash, tx.now),
    )
    .map(|_| ())
}

/// The columns of a file `f`, further ones, and where they come from.
macro_rules! file_columns {
    ($($more:literal)?) => {
        concat!(
            "f.id, f.room_id, f.message_id, f.name, f.media_type, f.bytes, f.hash, f.created_ms, a.id, a.name, a.avatar ",
            $(", ", $more,)?
            " FROM file f JOIN account a ON a.id = f.uploader_id "
        )
    };
}
pub(super) use file_columns;

macro_rules! select_file {
    ($tail:literal) => {
        concat!("SELECT ", file_columns!(), $tail)
    };
}

/// Reads a file from these columns.
pub(super) fn file_at(row: &Row<'_>) -> rusqlite::Result<StoredFile> {
    Ok(StoredFile {
        id: row.get(0)?,
        room: row.get(1)?,
        uploader: person_at(row, 8)?,
        message: row.get(2)?,
        name: FileName::stored(row.get(3)?),
        media_type: row.get(4)?,
        bytes: row.get::<_, i64>(5)?.unsigned_abs(),
        hash: row.get(6)?,
        uploaded: row.get(7)?,
    })
}

/// One file of a room.
pub fn find_file(tx: &Tx<'_>, room: RoomId, id: FileId) -> Result<Option<StoredFile>, Error> {
    tx.first(select_file!("WHERE f.id = ?2 AND f.room_id = ?1 AND f.deleted_ms IS NULL"), (room, id), file_at)
}

/// A file wherever it is, for links that were signed.
pub fn find_any_file(tx: &Tx<'_>, id: FileId) -> Result<Option<StoredFile>, Error> {
    tx.first(
        select_file!("JOIN room r ON r.id = f.room_id WHERE f.id = ?1 AND f.deleted_ms IS NULL AND r.deleted_ms IS NULL"),
        [id],
        file_at,
    )
}

/// At most 100 files of a room, newest first, of one uploader or of all.
pub fn list_of_room(tx: &Tx<'_>, room: RoomId, uploader: Option<AccountId>) -> Result<Vec<StoredFile>, Error> {
    match uploader {
        None => tx.all(select_file!("WHERE f.room_id = ?1 AND f.deleted_ms IS NULL ORDER BY f.id DESC LIMIT 100"), [room], file_at),
        Some(uploader) => tx.all(
            select_file!("WHERE f.room_id = ?1 AND f.uploader_id = ?2 AND f.deleted_ms IS NULL ORDER BY f.id DESC LIMIT 100"),
            (room, uploader),
            file_at,
        ),
    }
}

/// Deletes every file of an uploader in a room; gives their number. Their content goes with the next sweep.
pub fn delete_files_of(tx: &Tx<'_>, room: RoomId, uploader: AccountId) -> Result<i64, Error> {
    let gone = tx.execute(
        "UPDATE file SET deleted_ms = ?3, name = '', hash = NULL WHERE room_id = ?1 AND uploader_id = ?2 AND deleted_ms IS NULL",
        (room, uploader, tx.now),
    )?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// Deletes a file. Its content goes with the next sweep.
pub fn delete_file(tx: &Tx<'_>, id: FileId) -> Result<(), Error> {
    tx.execute("UPDATE file SET deleted_ms = ?2, name = '', hash = NULL WHERE id = ?1 AND deleted_ms IS NULL", (id, tx.now)).map(|_| ())
}

/// Whether any row names this content.
pub fn is_named(tx: &Tx<'_>, hash: BlobHash) -> Result<bool, Error> {
    let named = tx.first(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM file WHERE hash = ?1) OR EXISTS (SELECT 1 FROM library_file WHERE hash = ?1) \
         OR EXISTS (SELECT 1 FROM recording WHERE hash = ?1) OR EXISTS (SELECT 1 FROM report WHERE hash = ?1) \
         OR EXISTS (SELECT 1 FROM attachment WHERE hash = ?1)",
        [hash],
        |_| Ok(()),
    )?;
    Ok(named.is_some())
}
