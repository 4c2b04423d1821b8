//! `/file-library`.

mod wire;

use actix_web::http::header::{CONTENT_DISPOSITION, HeaderName, HeaderValue, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};

use super::requests;
use super::wire::ResponseOut;
use crate::domain::{LibraryFileId, MeetingId};
use crate::ops::library;
use crate::web::{Call, Fault, Id, Out, Reply, downloads, upload};
use wire::{FileOut, attachment};

/// Largest file.
const FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// GET /file-library
pub(super) async fn get_files(call: Call) -> Reply<Vec<FileOut>> {
    let (found, base) = (call.read(library::list_files)?, call.base());
    Ok(Out(found.into_iter().map(|file| FileOut::new(file, &base)).collect()))
}

/// POST /file-library
pub(super) async fn post_file(call: Call, req: HttpRequest, payload: web::Payload) -> Reply<FileOut> {
    keep(call, None, req, payload).await
}

/// GET /file-library/conferences/{room_id}
pub(super) async fn get_room_files(call: Call, Id(room): Id<MeetingId>) -> Reply<Vec<FileOut>> {
    let (found, base) = (call.read(|tx, actor| library::list_meeting_files(tx, actor, room))?, call.base());
    Ok(Out(found.into_iter().map(|file| FileOut::new(file, &base)).collect()))
}

/// POST /file-library/conferences/{room_id}
pub(super) async fn post_room_file(call: Call, Id(room): Id<MeetingId>, req: HttpRequest, payload: web::Payload) -> Reply<FileOut> {
    // Asked before the body, so that a wrong address can't fill the disk.
    call.read(|tx, actor| library::check_upload(tx, actor, room))?;
    keep(call, Some(room), req, payload).await
}

async fn keep(call: Call, room: Option<MeetingId>, req: HttpRequest, payload: web::Payload) -> Reply<FileOut> {
    let upload = upload::receive(&req, payload, &call.server().world, "uploaded", FILE_BYTES).await?;
    let cmd = requests::file(upload);
    let kept = call.write(move |tx, actor| library::keep_file(tx, actor, room, cmd)).await?;
    Ok(Out(FileOut::new(kept, &call.base())))
}

/// GET /file-library/{file_id}
pub(super) async fn get_file(call: Call, Id(id): Id<LibraryFileId>) -> Reply<FileOut> {
    let file = call.read(|tx, actor| library::get_file(tx, actor, id))?;
    Ok(Out(FileOut::new(file, &call.base())))
}

/// DELETE /file-library/{file_id}
pub(super) async fn delete_file(call: Call, Id(id): Id<LibraryFileId>) -> Reply<ResponseOut> {
    call.write(move |tx, actor| library::delete_file(tx, actor, id)).await?;
    Ok(Out(ResponseOut { response: "OK" }))
}

/// GET /file-library/{file_id}/download
pub(super) async fn download_file(call: Call, Id(id): Id<LibraryFileId>, req: HttpRequest) -> Result<HttpResponse, Fault> {
    let file = call.read(|tx, actor| library::get_file(tx, actor, id))?;
    let mut answer = downloads::content(&req, call.server(), file.hash, "application/octet-stream")?;
    let headers = answer.headers_mut();
    if let Ok(disposition) = HeaderValue::from_str(&attachment(file.name.as_str())) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(HeaderName::from_static("content-transfer-encoding"), HeaderValue::from_static("binary"));
    headers.insert(PRAGMA, HeaderValue::from_static("public"));
    Ok(answer)
}
