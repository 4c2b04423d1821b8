//! Failures in the shape of Matrix: a code for programs, words for people.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

use crate::domain::{Error, LimitKind, Unauthenticated};
use crate::web::{Drawn, Scene};

pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let (status, code) = kind(error, scene);
    let mut headers = Vec::new();
    let mut body = Map::new();
    body.insert("errcode".to_owned(), Value::String(code.to_owned()));
    body.insert("error".to_owned(), Value::String(words(error)));
    match error {
        Error::Unauthenticated(reason) if code == "M_UNKNOWN_TOKEN" => {
            body.insert("soft_logout".to_owned(), Value::Bool(*reason == Unauthenticated::Expired));
        }
        Error::RateLimited(LimitKind::SignIn(seconds)) => {
            body.insert("retry_after_ms".to_owned(), Value::from(seconds.saturating_mul(1_000)));
            headers.push((RETRY_AFTER, HeaderValue::from(*seconds)));
        }
        Error::Busy => headers.push((RETRY_AFTER, HeaderValue::from_static("1"))),
        _ => {}
    }
    Drawn { status, body: Value::Object(body), headers }
}

fn kind(error: &Error, scene: &Scene<'_>) -> (StatusCode, &'static str) {
    match error {
        Error::Unauthenticated(Unauthenticated::Missing) => (StatusCode::UNAUTHORIZED, "M_MISSING_TOKEN"),
        Error::Unauthenticated(Unauthenticated::Disabled) if is_sign_in(scene) => (StatusCode::FORBIDDEN, "M_USER_DEACTIVATED"),
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "M_UNKNOWN_TOKEN"),
        Error::InsufficientScope
        | Error::Forbidden
        | Error::NotHere(_)
        | Error::RoomHidden
        | Error::NotInThisRoom
        | Error::WrongPassword
        | Error::LastAdmin
        | Error::TooManyTokens { .. } => (StatusCode::FORBIDDEN, "M_FORBIDDEN"),
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "M_LIMIT_EXCEEDED"),
        Error::NoEndpoint => (StatusCode::NOT_FOUND, "M_UNRECOGNIZED"),
        Error::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "M_UNRECOGNIZED"),
        Error::NotFound(_) => (StatusCode::NOT_FOUND, "M_NOT_FOUND"),
        Error::Missing(_) => (StatusCode::BAD_REQUEST, "M_MISSING_PARAM"),
        // Of several ways to sign in, one that is not offered.
        Error::Invalid("type", _) => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
        Error::Invalid(..) | Error::Taken(_) | Error::Ambiguous(_) | Error::UnknownPeople(_) => {
            (StatusCode::BAD_REQUEST, "M_INVALID_PARAM")
        }
        Error::Fields(_) => (StatusCode::BAD_REQUEST, "M_BAD_JSON"),
        Error::Malformed(_) | Error::UnsupportedType => (StatusCode::BAD_REQUEST, "M_NOT_JSON"),
        Error::BodyTooLarge(_) | Error::TooMany(..) | Error::QuotaReached => (StatusCode::PAYLOAD_TOO_LARGE, "M_TOO_LARGE"),
        Error::AlreadyRead | Error::AlreadyUnread | Error::LinkExists | Error::LinkMissing => (StatusCode::BAD_REQUEST, "M_UNKNOWN"),
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "M_UNKNOWN"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "M_UNKNOWN"),
    }
}

fn is_sign_in(scene: &Scene<'_>) -> bool {
    scene.endpoint.is_some_and(|endpoint| endpoint.operation == "post-login")
}

fn words(error: &Error) -> String {
    match error {
        Error::NoEndpoint => "this server does not have this operation".to_owned(),
        _ => error.plain(),
    }
}
