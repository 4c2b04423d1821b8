//! An organization's files for its meetings.

use super::{access, settings};
use crate::domain::{Actor, BlobHash, Error, Event, FileName, LibraryFile, LibraryFileId, MeetingId, Noun};
use crate::store::{self, Tx};

/// A file whose content is on the disk, to be kept in the library.
#[derive(Debug)]
pub struct KeepFile {
    /// Its name.
    pub name: FileName,
    /// Media type.
    pub media_type: String,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
}

/// All files of the organization, oldest first.
pub fn list_files(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<LibraryFile>, Error> {
    store::library::list_of_organization(tx, actor.organization)
}

/// The files of a meeting, oldest first.
pub fn list_meeting_files(tx: &Tx<'_>, actor: &Actor, meeting: MeetingId) -> Result<Vec<LibraryFile>, Error> {
    access::meeting(tx, actor, meeting)?;
    store::library::list_of_meeting(tx, meeting)
}

/// Whether the actor may put files into a meeting: asked before an upload is received.
pub fn check_upload(tx: &Tx<'_>, actor: &Actor, meeting: MeetingId) -> Result<(), Error> {
    access::meeting(tx, actor, meeting).map(|_| ())
}

/// Keeps a file in the library, and with a meeting if one is named.
pub fn keep_file(tx: &Tx<'_>, actor: &Actor, meeting: Option<MeetingId>, cmd: Result<KeepFile, Error>) -> Result<LibraryFile, Error> {
    if let Some(meeting) = meeting {
        access::meeting(tx, actor, meeting)?;
    }
    let KeepFile { name, media_type, bytes, hash } = cmd?;
    settings::check_quota(tx, actor.organization, bytes)?;
    let file = LibraryFile { id: store::library::next_file_id(tx)?, name, media_type, bytes, hash, uploaded: tx.now };
    store::library::insert_file(tx, actor.organization, meeting, &file)?;
    tx.record(Event::LibraryFileKept(actor.organization, file.id))?;
    Ok(file)
}

/// One file.
pub fn get_file(tx: &Tx<'_>, actor: &Actor, id: LibraryFileId) -> Result<LibraryFile, Error> {
    store::library::find_file(tx, actor.organization, id)?.ok_or(Error::NotFound(Noun::File))
}

/// Deletes a file; its content goes with a sweep.
pub fn delete_file(tx: &Tx<'_>, actor: &Actor, id: LibraryFileId) -> Result<(), Error> {
    if !store::library::delete_file(tx, actor.organization, id)? {
        return Err(Error::NotFound(Noun::File));
    }
    tx.record(Event::LibraryFileDeleted(actor.organization, id))
}
