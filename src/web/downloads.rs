//! `GET /files/…`: contents behind signed links, with ranges and conditions; no token.

use std::fs::File;

use actix_files::NamedFile;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::HttpServiceFactory;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::contents;
use super::front::request_id;
use super::links;
use super::params::{Params, query_of};
use super::server::Server;
use crate::domain::{
    AccountId, BlobHash, Error, FileId, FileName, Language, Noun, Recording, RecordingId, Report, StoredFile, Timestamp, Unauthenticated,
};
use crate::ops;

/// Types that a browser may show by itself; everything else is saved.
const INLINE: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"];

/// The complaint about a link that is not ours or is over.
const REFUSED: Error = Error::Unauthenticated(Unauthenticated::Expired);

/// Everything below `/files`.
pub fn scope() -> impl HttpServiceFactory {
    macro_rules! shown {
        ($path:literal => $how:ident) => {
            web::resource($path).route(web::get().to($how)).route(web::head().to($how))
        };
    }
    web::scope("/files")
        .service(shown!("/rec/{recording_id}" => recording))
        .service(shown!("/a/{key}" => attachment))
        .service(shown!("/{file_id}/{name:.*}" => download))
}

/// A file behind a signed link.
async fn download(req: HttpRequest, server: web::Data<Server>, path: web::Path<(String, String)>) -> HttpResponse {
    let found = find(&req, &server, &path.0);
    answer(&req, found, |(file, is_attachment)| {
        send(&req, &server, &Named { name: file.name.as_str(), media_type: &file.media_type, hash: file.hash }, is_attachment)
    })
}

fn answer<T>(req: &HttpRequest, found: Result<T, Error>, send: impl FnOnce(T) -> HttpResponse) -> HttpResponse {
    match found {
        Ok(found) => send(found),
        Err(Error::Unauthenticated(_)) => plain(HttpResponse::Forbidden(), "This link has expired or is not valid. Ask for a new one.\n"),
        Err(Error::Internal(cause)) => {
            tracing::error!(request_id = &*request_id(req), cause, "a download failed");
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
    let query = query_of(req)?;
    let id: FileId = id.parse().map_err(|_| REFUSED)?;
    let (account, expires, signature) = claim(&query)?;
    if !server.signer.is_signed(id, account, expires, signature) || server.world.clock().now() > expires {
        return Err(REFUSED);
    }
    let is_attachment = query.text("response-content-disposition")?.is_some_and(|text| text.starts_with("attachment"));
    server.world.read(|tx| ops::files::get_signed_file(tx, id)).map(|file| (file, is_attachment))
}

/// Whose a link to a file says it is, until when, and by which signature.
pub(super) fn claim(query: &Params) -> Result<(AccountId, Timestamp, &str), Error> {
    let account = query.id("Account")?.ok_or(REFUSED)?;
    let expires = Timestamp::from_seconds(query.natural("Expires")?.ok_or(REFUSED)?);
    Ok((account, expires, query.text("Signature")?.unwrap_or_default()))
}

fn send(req: &HttpRequest, server: &Server, file: &Named<'_>, is_attachment: bool) -> HttpResponse {
    let Ok(mut answer) = content(req, server, file.hash, file.media_type) else {
        return plain(HttpResponse::InternalServerError(), "The server failed; its log has the cause.\n");
    };
    if let Ok(disposition) = HeaderValue::from_str(&disposition(file, is_attachment)) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// Content on the disk as an answer, with ranges and conditions.
pub fn content(req: &HttpRequest, server: &Server, hash: BlobHash, media_type: &str) -> Result<HttpResponse, Error> {
    let opened = NamedFile::open(server.world.blobs().path(hash)).and_then(|named| Ok((named.file().try_clone()?, named)));
    let (file, named) =
        opened.map_err(|cause| Error::internal(format!("content is missing on the disk; restore it from a backup: {cause}")))?;
    let media_type = media_type.parse().unwrap_or(mime_guess::mime::APPLICATION_OCTET_STREAM);
    let mut answer = read_by_us(file, named.set_content_type(media_type).disable_content_disposition().into_response(req));
    let headers = answer.headers_mut();
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
    Ok(answer)
}

/// The same answer, whose body is read as in [`contents`]: ranges and conditions stay with the library.
fn read_by_us(file: File, answer: HttpResponse) -> HttpResponse {
    let BodySize::Sized(bytes @ 1..) = answer.body().size() else { return answer };
    let range = answer.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    let offset = range.and_then(|range| range.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()).unwrap_or(0);
    answer.map_body(|_, _| contents::body(file, offset, bytes)).map_into_boxed_body()
}

/// What a browser is told about a file.
struct Named<'a> {
    name: &'a str,
    media_type: &'a str,
    hash: BlobHash,
}

/// `GET /files/rec/<id>?st=&e=`: a recording behind a signed link.
async fn recording(req: HttpRequest, server: web::Data<Server>, path: web::Path<String>) -> HttpResponse {
    let found = find_recording(&req, &server, &path);
    answer(&req, found, |recording| {
        let name = FileName::sanitize(&format!("{}.{}", recording.name, extension(&recording.media_type)));
        send(&req, &server, &Named { name: name.as_str(), media_type: &recording.media_type, hash: recording.hash }, false)
    })
}

fn find_recording(req: &HttpRequest, server: &Server, id: &str) -> Result<Recording, Error> {
    let query = query_of(req)?;
    let id: RecordingId = id.parse().map_err(|_| REFUSED)?;
    let (expires, signature) = claim_of_recording(&query)?;
    if !server.meeting_keys.is_recording_signed(id, expires, signature) || server.world.clock().now() > expires {
        return Err(REFUSED);
    }
    server.world.read(|tx| ops::recordings::get_signed_recording(tx, id))
}

/// Until when a link to a recording says it is good, and by which signature.
pub(super) fn claim_of_recording(query: &Params) -> Result<(Timestamp, &str), Error> {
    let expires = Timestamp::from_seconds(query.natural("e")?.ok_or(REFUSED)?);
    Ok((expires, query.text("st")?.unwrap_or_default()))
}

/// `GET /files/a/<key>`: a picture or media of a message, for whoever knows its address.
async fn attachment(req: HttpRequest, server: web::Data<Server>, path: web::Path<String>) -> HttpResponse {
    let found = server.world.read(|tx| ops::attachments::get_attachment(tx, &path));
    answer(&req, found, |attachment| {
        let name = format!("{}.{}", attachment.key, extension(&attachment.media_type));
        send(&req, &server, &Named { name: &name, media_type: &attachment.media_type, hash: attachment.hash }, false)
    })
}

fn extension(media_type: &str) -> &'static str {
    mime_guess::get_mime_extensions_str(media_type).and_then(|known| known.first()).copied().unwrap_or("bin")
}

/// `GET /panel/pdf/<language>/<session>/<code>`: a report, for whoever knows its address.
pub async fn report(req: HttpRequest, server: web::Data<Server>, path: web::Path<(String, String, String)>) -> HttpResponse {
    let found = find_report(&server, &path);
    answer(&req, found, |(report, hash)| {
        let name = format!("report_{}_{}.pdf", report.session, report.language.code());
        send(&req, &server, &Named { name: &name, media_type: "application/pdf", hash }, false)
    })
}

fn find_report(server: &Server, path: &(String, String, String)) -> Result<(Report, BlobHash), Error> {
    let missing = Error::NotFound(Noun::File);
    let (Some(language), Ok(session)) = (Language::of_report(&path.0), path.1.parse()) else { return Err(missing) };
    let report = server.world.read(|tx| ops::reports::get_report(tx, session, language, &path.2))?;
    let (_, hash) = report.content.ok_or(missing)?;
    Ok((report, hash))
}

fn disposition(file: &Named<'_>, is_attachment: bool) -> String {
    let kind = file.media_type;
    let may_show = INLINE.contains(&kind) || kind.starts_with("audio/") || kind.starts_with("video/");
    let how = if may_show && !is_attachment { "inline" } else { "attachment" };
    let plain: String = file.name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') { c } else { '_' }).collect();
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{}", links::segment(file.name))
}
