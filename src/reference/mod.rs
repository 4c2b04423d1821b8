//! `/docs`: the reference of all APIs, for people and for programs.
//!
//! Invariant: what a page shows about an API is its document and its QUIRKS.md, as they stand; nothing is written twice.

mod contract;
mod wire;

pub use contract::{CONTRACTS, Contract};

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, web};

use crate::sandbox;
use crate::web::front::request_id;
use crate::web::health::is_loopback;
use crate::web::{Server, assets, pages};

/// The page. Which API it shows, its script reads from the address.
const PAGE: &str = "docs/viewer/index.html";

/// Everything below `/docs`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(read("/docs", index))
        .service(read("/docs/", index))
        .service(read("/docs/config.json", server))
        .service(read("/docs/viewer/{path:.*}", viewer))
        .service(read("/docs/{name}", of_dialect));
}

fn read<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}

/// `GET /docs`: all APIs.
async fn index(req: HttpRequest) -> HttpResponse {
    pages::shell(&req, PAGE)
}

/// `GET /docs/viewer/…`: scripts, style and words of the page.
async fn viewer(req: HttpRequest, path: web::Path<String>) -> HttpResponse {
    assets::serve(&req, &format!("docs/viewer/{path}"))
}

/// `GET /docs/<dialect>`: its page; with an extension its document (`.yaml`, `.json`) or its oddities (`.md`).
async fn of_dialect(req: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let (stem, extension) = name.split_once('.').unwrap_or((&name, ""));
    match (Contract::named(stem), extension) {
        (Some(_), "") => pages::shell(&req, PAGE),
        (Some(contract), "yaml") => assets::serve_text(&req, "application/yaml", contract.document()),
        (Some(contract), "md") => assets::serve_text(&req, "text/markdown; charset=utf-8", contract.quirks),
        (Some(contract), "json") => document(&req, contract),
        _ => HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("There is no such reference. All of them are listed at /docs.\n"),
    }
}

fn document(req: &HttpRequest, contract: &Contract) -> HttpResponse {
    match contract.json() {
        Ok(json) => assets::serve_text(req, "application/json", json),
        Err(cause) => failed(req, &cause),
    }
}

/// `GET /docs/config.json`: what pages have to know about this server. Well-known tokens are shown to this machine only.
async fn server(req: HttpRequest, server: web::Data<Server>) -> HttpResponse {
    let known = if is_loopback(&req) { sandbox::working_tokens(&server.world) } else { Ok(Vec::new()) };
    match known {
        Ok(known) => {
            let shown = wire::ServerOut::new(server.world.mode().name(), server.bases.of(&req), &known);
            HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown)
        }
        Err(cause) => failed(&req, &cause),
    }
}

fn failed(req: &HttpRequest, cause: &dyn std::fmt::Debug) -> HttpResponse {
    tracing::error!(request_id = &*request_id(req), ?cause, "the reference failed");
    HttpResponse::InternalServerError().content_type("text/plain; charset=utf-8").body("The server failed; its log has the cause.\n")
}
