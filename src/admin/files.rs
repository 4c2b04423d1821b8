//! `/files`: files of an organization's rooms, putting new ones into its groups, and deleting them there.

mod wire;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};

use self::wire::{FileOut, FilesOut, PostedOut};
use super::requests;
use super::wire::DoneOut;
use crate::domain::{Error, FileId, NamePart, Noun, RoomId};
use crate::ops::files::PostFile;
use crate::ops::{catalogue, stewards};
use crate::store::Tx;
use crate::web::{Call, Fault, Out, Reply, With, upload};

/// Largest file: 1 GiB.
const FILE_BYTES: u64 = 1 << 30;
/// How long links of a list work, in milliseconds: an hour.
const LINK_MS: i64 = 3_600_000;
/// Files of a page, unless the caller says otherwise and at most.
const ON_PAGE: i64 = 50;
const MOST_ON_PAGE: i64 = 200;

/// GET /files
pub(super) async fn get_files(call: Call) -> Reply<FilesOut> {
    let query = call.query()?;
    let (limit, before) = requests::stretch(&query, ON_PAGE, MOST_ON_PAGE)?;
    let (organization, room) = (requests::organization(&query)?, query.id::<RoomId>("room")?);
    let (name, limit) = (NamePart::parse(query.text("q")?.unwrap_or_default())?, usize::try_from(limit).unwrap_or_default());
    let find = move |tx: &Tx<'_>| catalogue::list_files(tx, organization.as_deref(), room, &name, before.map(FileId::new), limit);
    let page = call.blocking(move |world| world.read(find)).await?;
    let (server, account) = (call.server(), call.actor().account);
    let ends = server.world.clock().now().plus_ms(LINK_MS);
    let items = page.entries.into_iter().map(|entry| {
        let path = server.file_path(entry.file.id, entry.file.name.as_str(), account, ends);
        FileOut::new(entry, path)
    });
    Ok(Out(FilesOut { items: items.collect(), next: page.next.map(|next| next.to_string()), most_bytes: FILE_BYTES }))
}

/// POST /files. The room is asked for before the body is read, and so is the size that the request announces.
pub(super) async fn post_file(call: Call, req: HttpRequest, payload: web::Payload) -> Result<With<PostedOut>, Fault> {
    let query = call.query()?;
    let (organization, room) = (requests::organization(&query)?, query.id::<RoomId>("room")?.ok_or(Error::Missing("room"))?);
    call.read(|tx, admin| stewards::check_upload(tx, admin, organization.as_deref(), room))?;
    let upload = upload::receive(&req, payload, &call.server().world, "file", FILE_BYTES).await?;
    let cmd = upload.file.map(|file| PostFile::of(file.media_type(), file.name, &file.content)).ok_or(Error::Missing("file"));
    let id = call.write(move |tx, admin| stewards::post_file(tx, admin, organization.as_deref(), room, cmd)).await?;
    Ok(With(StatusCode::CREATED, PostedOut { id: id.get() }))
}

/// DELETE /files/{file_id}
pub(super) async fn delete_file(call: Call) -> Reply<DoneOut> {
    let id: FileId = requests::id_in_path(&call, "file_id", Error::NotFound(Noun::File))?;
    let organization = requests::organization(&call.query()?)?;
    call.write(move |tx, admin| stewards::delete_file(tx, admin, organization.as_deref(), id)).await?;
    Ok(Out(DoneOut {}))
}
