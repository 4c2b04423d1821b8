//! What the request log keeps of a request, and what it must not: no query, no body, and no secret that stands in a path.
//!
//! Every request passes here, so it costs little: a few texts are copied and handed over, nothing is waited for.

use std::time::Instant;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::USER_AGENT;

use super::call::{address_of, caller_of};
use super::dialect::Mount;
use super::front::RequestId;
use super::health::SERVER;
use super::server::Server;
use crate::domain::{AnsweredRequest, Timestamp};

/// What stands in the place of a secret.
const MASK: &str = "***";
/// Longest path that is kept, in bytes.
const PATH_BYTES: usize = 1_000;
/// Longest name of a program that is kept, in characters.
const CLIENT_CHARS: usize = 200;
/// Letters and digits in a row that no name of ours has, but every secret: then it is taken for one wherever it stands.
const SECRET_CHARS: usize = 24;

/// A request that is being answered.
pub(super) struct Begun {
    started: Instant,
    at: Timestamp,
    path: String,
    /// The kind of page that it is for, if the log keeps it.
    page: Option<&'static str>,
}

/// Takes down what later steps change: the path as it was sent. None where nobody wants to know.
pub(super) fn begin(server: &Server, req: &ServiceRequest) -> Option<Begun> {
    // As routes see it: decoded, so that nothing hides behind percent signs.
    let path = req.match_info().get_ref().path();
    let page = page_of(path).filter(|_| server.world.requests().is_some());
    let is_wanted = page.is_some() || tracing::enabled!(tracing::Level::DEBUG);
    is_wanted.then(|| Begun { started: Instant::now(), at: server.world.clock().now(), path: masked(path), page })
}

/// Hands it over with its answer.
pub(super) fn finish<B: MessageBody>(
    server: &Server,
    begun: Begun,
    mount: Option<&'static Mount>,
    id: &RequestId,
    res: &ServiceResponse<B>,
) {
    let req = res.request();
    let (method, status) = (verb(req.method()), res.status().as_u16());
    let duration_us = begun.started.elapsed().as_micros() as u64;
    if tracing::enabled!(tracing::Level::DEBUG) {
        // As it was routed: without an extension, below the prefix that one API's paths at the root are brought to.
        let path = masked(req.match_info().get_ref().path());
        tracing::debug!(request_id = &*id.0, method, path, status, elapsed_us = duration_us, "request");
    }
    let (Some(log), Some(page)) = (server.world.requests(), begun.page) else { return };
    let client = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    log.record(AnsweredRequest {
        at: begun.at,
        method: method.into(),
        path: begun.path,
        status,
        duration_us,
        api: mount.map_or(page, |mount| mount.name).into(),
        caller: caller_of(req),
        address: address_of(server, req),
        client: client.chars().take(CLIENT_CHARS).collect(),
        request_id: id.0.as_ref().to_owned(),
        bytes: match res.response().body().size() {
            BodySize::None => Some(0),
            BodySize::Sized(bytes) => Some(bytes),
            BodySize::Stream => None,
        },
    });
}

/// The kind of page at a path that belongs to no API; none for what is asked all the time and tells nothing.
fn page_of(path: &str) -> Option<&'static str> {
    let mut segments = segments(path);
    match segments.next().unwrap_or_default() {
        // Scripts, style and words of the page, as in `assets`.
        "admin" if segments.next() == Some("files") => None,
        "livez" | "readyz" | "metrics" | "assets" => None,
        "meet" | "quick" | "o" | "_m" | "embed_conference.html" => Some("meetings"),
        "g" => Some("invitations"),
        "files" | "panel" => Some("files"),
        "admin" => Some("admin"),
        "docs" => Some("docs"),
        _ => Some(SERVER),
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// A path as the log shows it.
fn masked(path: &str) -> String {
    let first = segments(path).next().unwrap_or_default();
    let mut shown = String::with_capacity(path.len().min(PATH_BYTES) + 1);
    for (place, segment) in segments(path).enumerate() {
        if shown.len() + segment.len() >= PATH_BYTES {
            shown.push_str("/…");
            break;
        }
        shown.push('/');
        shown.push_str(if is_secret(first, place, segment) { MASK } else { segment });
    }
    if shown.is_empty() {
        shown.push('/');
    }
    shown
}

/// Whether a segment may be a secret, or somebody's name or address: codes and tokens of links, keys and names of files,
/// whatever looks like a token or an e-mail address.
fn is_secret(first: &str, place: usize, segment: &str) -> bool {
    let from = |name: &str, since: usize| place >= since && first.eq_ignore_ascii_case(name);
    let is_long_word = segment.len() >= SECRET_CHARS && segment.bytes().all(|byte| byte.is_ascii_alphanumeric());
    from("g", 1)
        || from("quick", 1)
        || from("meet", 2)
        || from("files", 2)
        || from("panel", 4)
        || segment.contains('@')
        || (is_long_word && !segment.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The verb without copying it. Whoever makes one up does not write into the log.
fn verb(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::{masked, page_of};

    #[test]
    fn secrets_in_paths_are_masked() {
        let long = "a".repeat(2_000);
        let cases = [
            ("/", "/"),
            ("/v2/rooms/1000005/messages", "/v2/rooms/1000005/messages"),
            ("/v1/conferences/5/sessions/6/generate-pdf/en", "/v1/conferences/5/sessions/6/generate-pdf/en"),
            ("/chat-messages/1769817600000000000", "/chat-messages/1769817600000000000"),
            ("/g/launch-42", "/g/***"),
            ("//G//launch-42", "/G/***"),
            ("/meet/spring_demo", "/meet/spring_demo"),
            ("/meet/spring_demo/R4T6Y7", "/meet/spring_demo/***"),
            ("/meet/k3wq7d2mzk3wq7d2mzk3wq7d2mzabcde", "/meet/***"),
            ("/quick/short", "/quick/***"),
            ("/files/a/short", "/files/a/***"),
            ("/files/1000007/salaries.xlsx", "/files/1000007/***"),
            ("/panel/pdf/en/5/abc", "/panel/pdf/en/5/***"),
            ("/v2/cwabcdefghijklmnopqrstuvwxyz234567", "/v2/***"),
            ("/v1/contacts/ada@x.example", "/v1/contacts/***"),
            (&format!("/v2/a/{long}/b"), "/v2/a/…"),
        ];
        for (path, shown) in cases {
            assert_eq!(masked(path), shown, "{path}");
        }
    }

    #[test]
    fn what_monitors_and_browsers_ask_all_the_time_is_left_out() {
        for path in ["/livez", "/readyz", "/metrics", "/assets/icon/ico_group.png", "/admin/files/main.js"] {
            assert_eq!(page_of(path), None, "{path}");
        }
        assert_eq!((page_of("/"), page_of("/g/x"), page_of("/admin/users")), (Some("server"), Some("invitations"), Some("admin")));
    }
}
