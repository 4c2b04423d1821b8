//! What is embedded in the binary: pictures, pages, API documents.

use std::borrow::Cow;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag, Header, HeaderValue, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// A file below `static/`, by its path there.
pub fn find(path: &str) -> Option<EmbeddedFile> {
    Static::get(path)
}

/// A text below `static/`; empty when it is missing, which a test excludes.
pub fn text(path: &str) -> String {
    find(path).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Where pages get the script that calls CAM methods.
pub const CAM_CLIENT: &str = "/CAMAPIClient.js";

/// `GET /assets/…`: pictures, styles, scripts.
pub async fn asset(req: HttpRequest, path: web::Path<String>) -> HttpResponse {
    serve(&req, &format!("assets/{path}"))
}

/// The script that calls CAM methods, for pages of all sites.
pub async fn cam_client(req: HttpRequest) -> HttpResponse {
    let mut answer = serve(&req, &format!("client{CAM_CLIENT}"));
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// Sends a file below `static/`, or says that the asker has it.
pub fn serve(req: &HttpRequest, path: &str) -> HttpResponse {
    let Some(file) = find(path) else { return HttpResponse::NotFound().body("There is no such picture.\n") };
    let tag = EntityTag::new_strong(data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let mut answer = if is_known(req, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    // Scripts and styles have to fit the page that names them: they are asked for anew, and mostly answered with 304.
    let is_code = matches!(media_type.subtype().as_str(), "javascript" | "css");
    let kept = if is_code { "public, no-cache" } else { "public, max-age=86400" };
    answer.insert_header((ETAG, tag.to_string())).insert_header((CACHE_CONTROL, kept));
    if is_known(req, &tag) {
        return answer.finish();
    }
    answer.insert_header((CONTENT_TYPE, media_type.as_ref())).body(bytes(file.data))
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
