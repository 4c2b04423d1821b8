//! Failures of the administration page's API: a code for the page, words for people, the field where there is one.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

use crate::domain::{Error, IS_ERASED, LimitKind, NO_ADDRESS, NOBODY_KNOWN, Unauthenticated};
use crate::web::{Drawn, Scene};

/// `{"error": {"code", "message", "field"?, "fields"?}}`
pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let (status, code) = kind(error, scene);
    let mut said = Map::new();
    said.insert("code".to_owned(), code.into());
    said.insert("message".to_owned(), words(error).into());
    if let Some(field) = field(error) {
        said.insert("field".to_owned(), field.into());
    }
    let mut headers = Vec::new();
    if let Error::RateLimited(LimitKind::SignIn(seconds)) = error {
        headers.push((RETRY_AFTER, HeaderValue::from(*seconds)));
    }
    if matches!(error, Error::Busy) {
        headers.push((RETRY_AFTER, HeaderValue::from_static("1")));
    }
    Drawn { status, body: Value::Object(Map::from_iter([("error".to_owned(), Value::Object(said))])), headers }
}

fn kind(error: &Error, scene: &Scene<'_>) -> (StatusCode, &'static str) {
    match error {
        Error::Unauthenticated(_) if is_setup(scene) => (StatusCode::UNAUTHORIZED, "key_not_good"),
        Error::Unauthenticated(Unauthenticated::Expired) => (StatusCode::UNAUTHORIZED, "session_over"),
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "sign_in"),
        Error::WrongPassword => (StatusCode::UNAUTHORIZED, "wrong_password"),
        Error::Missing("code") => (StatusCode::UNAUTHORIZED, "code_needed"),
        Error::InsufficientScope => (StatusCode::FORBIDDEN, "confirm_password"),
        Error::NotHere(_) => (StatusCode::FORBIDDEN, "not_here"),
        Error::Forbidden | Error::NotInThisRoom | Error::LastAdmin => (StatusCode::FORBIDDEN, "forbidden"),
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_tries"),
        Error::NoEndpoint | Error::NotFound(_) | Error::RoomHidden => (StatusCode::NOT_FOUND, "not_found"),
        Error::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
        Error::Taken(_) | Error::Ambiguous(_) => (StatusCode::CONFLICT, "taken"),
        Error::BodyTooLarge(_) | Error::TooMany(..) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        Error::UnsupportedType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type"),
        // Said in the reader's language by the page, as they are often met.
        Error::Invalid(_, NO_ADDRESS) => (StatusCode::BAD_REQUEST, "no_address"),
        Error::Invalid(_, NOBODY_KNOWN) => (StatusCode::BAD_REQUEST, "nobody_known"),
        Error::Invalid(_, IS_ERASED) => (StatusCode::BAD_REQUEST, "erased"),
        Error::Missing(_) => (StatusCode::BAD_REQUEST, "missing"),
        Error::Invalid(..)
        | Error::Fields(_)
        | Error::UnknownPeople(_)
        | Error::Malformed(_)
        | Error::AlreadyRead
        | Error::AlreadyUnread
        | Error::LinkExists
        | Error::LinkMissing
        | Error::TooManyTokens { .. } => (StatusCode::BAD_REQUEST, "invalid"),
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Error::QuotaReached => (StatusCode::INSUFFICIENT_STORAGE, "quota"),
        Error::StorageFull | Error::StorageReadOnly => (StatusCode::INSUFFICIENT_STORAGE, "storage"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

fn is_setup(scene: &Scene<'_>) -> bool {
    ["/setup", "/setup/key"].iter().any(|end| scene.head.uri.path().ends_with(end))
}

fn field(error: &Error) -> Option<&str> {
    match error {
        Error::Missing(field) | Error::Invalid(field, _) | Error::Taken(field) | Error::Ambiguous(field) => Some(field),
        Error::Fields(problems) => problems.first().map(|problem| problem.field.as_str()),
        _ => None,
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Unauthenticated(Unauthenticated::Expired) => "the session is over; sign in again".to_owned(),
        Error::Unauthenticated(_) => "sign in first".to_owned(),
        Error::WrongPassword => "the e-mail address, the password or the code is wrong".to_owned(),
        Error::InsufficientScope => "show your password again for this".to_owned(),
        Error::RateLimited(LimitKind::SignIn(seconds)) => format!("too many tries; wait {seconds} seconds"),
        // The field is named beside.
        Error::Invalid(_, why) => (*why).to_owned(),
        _ => error.plain(),
    }
}
