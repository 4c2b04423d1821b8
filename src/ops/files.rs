//! Files of rooms.

use super::{access, messages, settings};
use crate::domain::{AccountId, Actor, BlobHash, Body, Content, Error, Event, FileId, FileName, Notice, Noun, RoomId, StoredFile};
use crate::files::Received;
use crate::store::files::FileRow;
use crate::store::{self, Tx};

/// A file whose content is on the disk, to be put into a room.
#[derive(Debug)]
pub struct PostFile {
    /// Its name.
    pub name: FileName,
    /// Media type.
    pub media_type: String,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
    /// Words to go with it.
    pub message: Option<Body>,
}

impl PostFile {
    /// A file that was received, without words.
    pub fn of(media_type: String, name: FileName, content: &Received) -> Self {
        Self { name, media_type, bytes: content.bytes, hash: content.hash, message: None }
    }
}

/// Files of a room, of one uploader or of all.
pub fn list_files(tx: &Tx<'_>, actor: &Actor, room: RoomId, uploader: Result<Option<AccountId>, Error>) -> Result<Vec<StoredFile>, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let mut files = store::files::list_of_room(tx, room.id, uploader?)?;
    // Newest first: what is taken off is the end of the list.
    let hidden = access::newest_hidden(tx, &room)?;
    files.retain(|file| file.message > hidden);
    Ok(files)
}

/// One file of a room.
pub fn get_file(tx: &Tx<'_>, actor: &Actor, room: RoomId, id: FileId) -> Result<StoredFile, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let hidden = access::newest_hidden(tx, &room)?;
    store::files::find_file(tx, room.id, id)?.filter(|file| file.message > hidden).ok_or(Error::NotFound(Noun::File))
}

/// A file behind a link whose signature was checked.
pub fn get_signed_file(tx: &Tx<'_>, id: FileId) -> Result<StoredFile, Error> {
    store::files::find_any_file(tx, id)?.ok_or(Error::NotFound(Noun::File))
}

/// Deletes a file for everybody, for who manages its room. GUESS: the message that announced it stays, as it does when its uploader
/// leaves, and its links find nothing any more.
pub fn delete_file(tx: &Tx<'_>, actor: &Actor, id: FileId) -> Result<(), Error> {
    let file = store::files::find_any_file(tx, id)?.ok_or(Error::NotFound(Noun::File))?;
    let room = access::visible_room(tx, actor, file.room)?.managed()?;
    store::files::delete_file(tx, id)?;
    store::rooms::add_files(tx, room.id, -1)?;
    tx.record(Event::FileDeleted(room.id, id))
}

/// Whether the actor may see the room: asked before an upload is received.
pub fn check_upload(tx: &Tx<'_>, actor: &Actor, room: RoomId) -> Result<(), Error> {
    access::visible_room(tx, actor, room).map(|_| ())
}

/// Puts a file into a room, announced by a message.
pub fn post_file(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: Result<PostFile, Error>) -> Result<FileId, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let cmd = cmd?;
    let organization = room.organization;
    let room = room.writable()?;
    settings::check_quota(tx, organization, cmd.bytes)?;
    let id = store::files::next_file_id(tx)?;
    let notice = Notice::FileUploaded {
        file: id,
        name: cmd.name.as_str().to_owned(),
        bytes: cmd.bytes,
        is_image: cmd.media_type.starts_with("image/"),
    };
    let text = cmd.message.as_ref().map_or("", Body::as_str).to_owned();
    let message = messages::append(tx, &room, &Content { text, notice: Some(notice), media: None }, false)?.id;
    let row = FileRow {
        id,
        room: room.id,
        uploader: actor.account,
        message,
        name: &cmd.name,
        media_type: &cmd.media_type,
        bytes: cmd.bytes,
        hash: cmd.hash,
    };
    store::files::insert_file(tx, &row)?;
    store::rooms::add_files(tx, room.id, 1)?;
    tx.record(Event::FileUploaded(room.id, id))?;
    Ok(id)
}
