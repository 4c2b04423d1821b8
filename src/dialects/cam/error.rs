//! Failures in CAM's shape: texts for people, and beside them codes for programs. What callers do wrong in business is a
//! success of HTTP: their scripts look at `errors`, not at the status.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

use super::{ENDPOINTS, PREFIX};
use crate::domain::Error;
use crate::web::{Drawn, Scene};

pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let status = if scene.config.cam.errors_always_200 { StatusCode::OK } else { status(error) };
    Drawn { status, body: body(&entries(error)), headers: headers(error, scene) }
}

fn body(entries: &[(&'static str, String)]) -> Value {
    let mut body = Map::new();
    body.insert("errors".to_owned(), entries.iter().map(|(_, text)| Value::from(text.as_str())).collect());
    body.insert("errorCodes".to_owned(), entries.iter().map(|(code, _)| Value::from(*code)).collect());
    Value::Object(body)
}

fn headers(error: &Error, scene: &Scene<'_>) -> Vec<(HeaderName, HeaderValue)> {
    match error {
        Error::Busy => vec![(RETRY_AFTER, HeaderValue::from_static("1"))],
        Error::WrongMethod => {
            let path = scene.head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
            let verbs: Vec<&str> = ENDPOINTS.iter().filter(|endpoint| endpoint.path == path).map(|endpoint| endpoint.method).collect();
            HeaderValue::from_str(&[&*verbs.join(", "), "OPTIONS"].join(", ")).map(|value| (ALLOW, value)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Code and words of everything that is wrong, at least one.
pub(super) fn entries(error: &Error) -> Vec<(&'static str, String)> {
    let code = kind(error).1;
    match error {
        Error::UnknownPeople(names) => names.iter().map(|name| (code, format!("user not found: {name}"))).collect(),
        Error::Fields(problems) => problems.iter().map(|problem| (code, format!("{}: {}", problem.field, problem.why))).collect(),
        _ => vec![(code, words(error))],
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Unauthenticated(reason) => format!("{}; send it in the header x-cam-apiToken", reason.plain()),
        Error::NoEndpoint => "there is no such API; names of methods are case-sensitive".to_owned(),
        Error::WrongMethod => "this method has no such verb; the header Allow names those that it has".to_owned(),
        Error::RoomHidden => "there is no chat room of this name or id".to_owned(),
        Error::Ambiguous(_) => "several chat rooms have this name; use the room's id instead".to_owned(),
        Error::Taken("name") => "this name is taken by another chat room, or reserved; choose another".to_owned(),
        _ => error.plain(),
    }
}

fn status(error: &Error) -> StatusCode {
    kind(error).0
}

fn kind(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "INVALID_API_TOKEN"),
        // GUESS: the vendor's tokens have no scopes, so it has no code for this.
        Error::InsufficientScope | Error::Forbidden | Error::NotHere(_) | Error::NotInThisRoom | Error::WrongPassword => {
            (StatusCode::FORBIDDEN, "FORBIDDEN")
        }
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT"),
        Error::NoEndpoint => (StatusCode::NOT_FOUND, "UNKNOWN_API"),
        Error::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        Error::BodyTooLarge(_) | Error::TooMany(..) | Error::QuotaReached => (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"),
        Error::RoomHidden => (StatusCode::OK, "ROOM_NOT_FOUND"),
        Error::Ambiguous(_) => (StatusCode::OK, "AMBIGUOUS_ROOM"),
        Error::UnknownPeople(_) | Error::NotFound(_) => (StatusCode::OK, "USER_NOT_FOUND"),
        Error::Taken(_) => (StatusCode::OK, "DUPLICATE_NAME"),
        Error::LastAdmin => (StatusCode::OK, "NO_ADMIN"),
        Error::Invalid("expiredDate", _) => (StatusCode::OK, "INVALID_DATE"),
        Error::Missing(_)
        | Error::Invalid(..)
        | Error::Fields(_)
        | Error::Malformed(_)
        | Error::UnsupportedType
        | Error::AlreadyRead
        | Error::AlreadyUnread
        | Error::LinkExists
        | Error::LinkMissing
        | Error::TooManyTokens { .. } => (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"),
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "INTERNAL"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL"),
    }
}

#[cfg(test)]
mod tests {
    use super::{body, entries};
    use crate::domain::{Error, Problem};

    #[test]
    fn texts_and_codes_go_in_pairs() {
        let unknown = body(&entries(&Error::UnknownPeople(vec!["x@ex.jp".into(), "y@ex.jp".into()])));
        assert_eq!(unknown["errors"], serde_json::json!(["user not found: x@ex.jp", "user not found: y@ex.jp"]));
        assert_eq!(unknown["errorCodes"], serde_json::json!(["USER_NOT_FOUND", "USER_NOT_FOUND"]));
        let fields = Error::Fields(vec![Problem { field: "name".into(), why: "too long".into() }]);
        assert_eq!(body(&entries(&fields))["errors"][0], "name: too long");
        let fault = body(&entries(&Error::internal("a secret cause")));
        assert!(!fault.to_string().contains("secret") && fault["errorCodes"][0] == "INTERNAL");
    }
}
