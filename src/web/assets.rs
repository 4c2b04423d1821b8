//! What is embedded in the binary: pictures, pages, API documents.

use std::borrow::Cow;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, Header, HeaderValue, IfNoneMatch, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use super::packing::{is_packable, packed};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// A file below `static/`, by its path there. A debug build reads the disk, where `..` would lead to another folder of it.
pub fn find(path: &str) -> Option<EmbeddedFile> {
    if path.split('/').any(|part| part == "..") { None } else { Static::get(path) }
}

/// A text below `static/`; empty when it is missing, which a test excludes.
pub fn text(path: &str) -> String {
    find(path).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Where pages get the script that calls CAM methods.
pub const CAM_CLIENT: &str = "/CAMAPIClient.js";

/// `GET /assets/…`: pictures, styles, scripts of ours, and below `vendor/` scripts of others.
pub async fn asset(req: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let is_of_others = path.starts_with("vendor/");
    serve(&req, &if is_of_others { path.into_inner() } else { format!("assets/{path}") })
}

/// The script that calls CAM methods, for pages of all sites.
pub async fn cam_client(req: HttpRequest) -> HttpResponse {
    let mut answer = serve(&req, &format!("client{CAM_CLIENT}"));
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// A file below `static/`, unless the browser has it already.
pub fn serve(req: &HttpRequest, path: &str) -> HttpResponse {
    let Some(file) = find(path) else { return HttpResponse::NotFound().body("There is no such file.\n") };
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    // Scripts, styles and words have to fit the page that names them: they are asked for anew, and mostly answered with 304.
    let is_code = matches!(media_type.subtype().as_str(), "javascript" | "css" | "json");
    let kept = if is_code { "public, no-cache" } else { "public, max-age=86400" };
    unless_known(req, file.metadata.sha256_hash(), kept, media_type.as_ref(), bytes(file.data))
}

/// A text that the program makes and that changes with the program alone, unless the browser has it already.
pub fn serve_text(req: &HttpRequest, media_type: &str, text: impl Into<web::Bytes>) -> HttpResponse {
    let text = text.into();
    unless_known(req, Sha256::digest(&text).into(), "public, no-cache", media_type, text)
}

fn unless_known(req: &HttpRequest, hash: [u8; 32], kept: &str, media_type: &str, content: web::Bytes) -> HttpResponse {
    let packed = if is_packable(media_type) { packed(req, hash, &content) } else { None };
    // Another encoding is another representation, with a tag of its own.
    let encoding = if packed.is_some() { "-gz" } else { "" };
    let tag = EntityTag::new_strong(format!("{}{encoding}", data_encoding::HEXLOWER.encode(&hash[..16])));
    let is_known = is_known(req, &tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, kept)).insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_packable(media_type) {
        answer.insert_header((VARY, "accept-encoding"));
    }
    if is_known {
        return answer.finish();
    }
    answer.insert_header((CONTENT_TYPE, media_type));
    match packed {
        Some(packed) => answer.insert_header((CONTENT_ENCODING, "gzip")).body(packed),
        None => answer.body(content),
    }
}

fn bytes(data: Cow<'static, [u8]>) -> web::Bytes {
    match data {
        Cow::Borrowed(bytes) => web::Bytes::from_static(bytes),
        Cow::Owned(bytes) => web::Bytes::from(bytes),
    }
}

fn is_known(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => req.headers().contains_key("if-none-match"),
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
