//! The administration page: one document for all addresses, its scripts, style and words. It speaks only to the API beside it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::way;
use crate::domain::Error;
use crate::web::{Server, assets, pages};

/// `GET /admin`, `GET /admin/<page>`: which page it shows, its script reads from the address.
pub(super) async fn page(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    way::check(&server, &req).map_or_else(|error| refused(&error), |()| pages::shell(&req, "admin/index.html"))
}

/// `GET /admin/files/…`: scripts, style and words.
pub(super) async fn file(req: HttpRequest, path: web::Path<String>) -> HttpResponse {
    assets::serve(&req, &format!("admin/{path}"))
}

fn refused(error: &Error) -> HttpResponse {
    HttpResponse::Forbidden().content_type("text/plain; charset=utf-8").body(format!("{}.\n", error.plain()))
}
