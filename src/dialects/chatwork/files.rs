//! `/rooms/{room_id}/files`.

use actix_web::{HttpRequest, web};

use super::Listed;
use super::requests;
use super::wire::{FileIdOut, FileOut, Urls};
use crate::domain::{FileId, RoomId};
use crate::ops;
use crate::web::{Call, Fault, Id, Out, Params, Reply, upload};

/// Largest file (Chatwork documentation: 5 MB).
const FILE_BYTES: u64 = 5 * 1024 * 1024;
/// How long a download link works without a token, in seconds (Chatwork documentation).
const LINK_S: i64 = 30;

/// GET /rooms/{room_id}/files
pub(super) async fn get_files(call: Call, Id(room): Id<RoomId>, params: Params) -> Result<Listed<FileOut>, Fault> {
    let uploader = params.id("account_id");
    let files = call.read(|tx, actor| ops::files::list_files(tx, actor, room, uploader))?;
    let urls = Urls::new(call.base());
    Ok(files.into_iter().map(|file| FileOut::new(file, &urls, None)).collect())
}

/// POST /rooms/{room_id}/files
pub(super) async fn post_file(call: Call, Id(room): Id<RoomId>, req: HttpRequest, payload: web::Payload) -> Reply<FileIdOut> {
    // Asked before the body, so that strangers can't fill the disk.
    call.read(|tx, actor| ops::files::check_upload(tx, actor, room))?;
    let upload = upload::receive(&req, payload, &call.server().world, "file", FILE_BYTES).await?;
    let cmd = requests::post_file(upload);
    let id = call.write(move |tx, actor| ops::files::post_file(tx, actor, room, cmd)).await?;
    Ok(Out(FileIdOut { file_id: id.get() }))
}

/// GET /rooms/{room_id}/files/{file_id}
pub(super) async fn get_file(call: Call, Id(room): Id<RoomId>, Id(id): Id<FileId>, params: Params) -> Reply<FileOut> {
    let file = call.read(|tx, actor| ops::files::get_file(tx, actor, room, id))?;
    let link = params.flag("create_download_url", false)?.then(|| call.download_link(&file, LINK_S));
    Ok(Out(FileOut::new(file, &Urls::new(call.base()), link)))
}
