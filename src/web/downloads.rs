//! `GET /files/…`: contents behind signed links, with ranges and conditions; no token.

use actix_files::NamedFile;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::front::request_id;
use super::links;
use super::params::query_of;
use super::server::Server;
use crate::domain::{AccountId, Error, FileId, StoredFile, Timestamp};
use crate::ops;

/// Files up to this size are read in the worker's own thread: a few reads from the page cache.
const READ_IN_THREAD_BYTES: u64 = 1 << 20;

/// Types that a browser may show by itself; everything else is saved.
const INLINE: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"];

/// A file behind a signed link.
pub async fn download(req: HttpRequest, server: web::Data<Server>, path: web::Path<(String, String)>) -> HttpResponse {
    match find(&req, &server, &path.0) {
        Ok((file, is_attachment)) => send(&req, &server, &file, is_attachment),
        Err(Error::Unauthenticated(_)) => plain(HttpResponse::Forbidden(), "This link has expired or is not valid. Ask for a new one.\n"),
        Err(Error::Internal(cause)) => {
            tracing::error!(request_id = &*request_id(&req), cause, "a download failed");
            plain(HttpResponse::InternalServerError(), "The server failed; its log has the cause.\n")
        }
        Err(_) => plain(HttpResponse::NotFound(), "This file does not exist any more.\n"),
    }
}

fn plain(mut answer: actix_web::HttpResponseBuilder, text: &'static str) -> HttpResponse {
    answer.content_type("text/plain; charset=utf-8").insert_header((CACHE_CONTROL, "no-store")).body(text)
}

/// Checks the signature before anything else is looked at.
fn find(req: &HttpRequest, server: &Server, id: &str) -> Result<(StoredFile, bool), Error> {
    let refused = Error::Unauthenticated(crate::domain::Unauthenticated::Expired);
    let query = query_of(req)?;
    let id: FileId = id.parse().map_err(|_| refused.clone())?;
    let account: AccountId = query.id("Account")?.ok_or_else(|| refused.clone())?;
    let expires = Timestamp::from_seconds(query.natural("Expires")?.ok_or_else(|| refused.clone())?);
    let signature = query.text("Signature")?.unwrap_or_default();
    if !server.signer.is_signed(id, account, expires, signature) || server.world.clock().now() > expires {
        return Err(refused);
    }
    let is_attachment = query.text("response-content-disposition")?.is_some_and(|text| text.starts_with("attachment"));
    server.world.read(|tx| ops::files::get_signed_file(tx, id)).map(|file| (file, is_attachment))
}

fn send(req: &HttpRequest, server: &Server, file: &StoredFile, is_attachment: bool) -> HttpResponse {
    let opened = NamedFile::open(server.world.blobs().path(file.hash));
    let Ok(content) = opened else {
        tracing::error!(request_id = &*request_id(req), file = %file.id, "the content of a file is missing on the disk; restore it from a backup");
        return plain(HttpResponse::InternalServerError(), "The server failed; its log has the cause.\n");
    };
    let media_type = file.media_type.parse().unwrap_or(mime_guess::mime::APPLICATION_OCTET_STREAM);
    let content = content.set_content_type(media_type).disable_content_disposition().read_mode_threshold(READ_IN_THREAD_BYTES);
    let mut answer = content.into_response(req);
    let headers = answer.headers_mut();
    if let Ok(disposition) = HeaderValue::from_str(&disposition(file, is_attachment)) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
    answer
}

fn disposition(file: &StoredFile, is_attachment: bool) -> String {
    let kind = file.media_type.as_str();
    let may_show = INLINE.contains(&kind) || kind.starts_with("audio/") || kind.starts_with("video/");
    let how = if may_show && !is_attachment { "inline" } else { "attachment" };
    let plain: String =
        file.name.as_str().chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", links::segment(file.name.as_str()))
}
