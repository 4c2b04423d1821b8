//! Failures as Feathers' error objects: name, message, code, class, and a text for each bad field.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::domain::{Error, Problem};
use crate::web::{Drawn, Scene};

pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let (status, name, class) = kind(error);
    let headers = if matches!(error, Error::Busy) { vec![(RETRY_AFTER, HeaderValue::from_static("1"))] } else { Vec::new() };
    let errors = problems(error).into_iter().map(|problem| (problem.field, Value::from(problem.why))).collect();
    let members = [
        ("name", Value::from(name)),
        ("message", Value::from(message(error, scene))),
        ("code", Value::from(status.as_u16())),
        ("className", Value::from(class)),
        ("errors", Value::Object(errors)),
    ];
    let body = members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>();
    Drawn { status, body: Value::Object(body), headers }
}

fn kind(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "NotAuthenticated", "not-authenticated"),
        Error::InsufficientScope | Error::Forbidden | Error::NotHere(_) | Error::NotInThisRoom | Error::WrongPassword => {
            (StatusCode::FORBIDDEN, "Forbidden", "forbidden")
        }
        Error::NoEndpoint | Error::RoomHidden | Error::NotFound(_) => (StatusCode::NOT_FOUND, "NotFound", "not-found"),
        Error::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "method-not-allowed"),
        // GUESS: a file that there is no room for is one that is too large.
        Error::BodyTooLarge(_) | Error::QuotaReached => (StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge", "payload-too-large"),
        Error::UnsupportedType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", "unsupported-media-type"),
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "too-many-requests"),
        Error::Missing(_)
        | Error::Invalid(..)
        | Error::Fields(_)
        | Error::Malformed(_)
        | Error::Taken(_)
        | Error::Ambiguous(_)
        | Error::UnknownPeople(_)
        | Error::TooMany(..)
        | Error::LastAdmin
        | Error::AlreadyRead
        | Error::AlreadyUnread
        | Error::LinkExists
        | Error::LinkMissing
        | Error::TooManyTokens { .. } => (StatusCode::BAD_REQUEST, "BadRequest", "bad-request"),
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "Unavailable", "unavailable"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "GeneralError", "general-error"),
    }
}

fn message(error: &Error, scene: &Scene<'_>) -> String {
    match error {
        Error::NotFound(_) | Error::RoomHidden => match id_of(scene.head.uri.path()) {
            Some(id) => format!("No record found for id '{id}'"),
            None => error.plain(),
        },
        _ => error.plain(),
    }
}

/// The id that a path ends with, cut to a length that is worth repeating.
fn id_of(path: &str) -> Option<String> {
    let (_, id) = path.trim_end_matches('/').split_once("chat-")?.1.split_once('/')?;
    Some(percent_decode_str(id).decode_utf8_lossy().chars().take(100).collect())
}

fn problems(error: &Error) -> Vec<Problem> {
    let one = |field: &str, why: &str| vec![Problem { field: field.to_owned(), why: why.to_owned() }];
    match error {
        Error::Fields(problems) => problems.clone(),
        Error::Missing(field) => one(field, "required"),
        Error::Invalid("query", _) => Vec::new(),
        // What rules of rooms call a name is a title here.
        Error::Invalid("name", why) => one("title", why),
        Error::Invalid(field, why) => one(field, why),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{id_of, kind, problems};
    use crate::domain::{Error, LimitKind, Noun, Unauthenticated};

    #[test]
    fn every_failure_has_its_code_name_and_class() {
        for (error, code, name, class) in [
            (Error::Unauthenticated(Unauthenticated::Missing), 401, "NotAuthenticated", "not-authenticated"),
            (Error::Forbidden, 403, "Forbidden", "forbidden"),
            (Error::NotFound(Noun::Message), 404, "NotFound", "not-found"),
            (Error::WrongMethod, 405, "MethodNotAllowed", "method-not-allowed"),
            (Error::BodyTooLarge(1), 413, "PayloadTooLarge", "payload-too-large"),
            (Error::UnsupportedType, 415, "UnsupportedMediaType", "unsupported-media-type"),
            (Error::RateLimited(LimitKind::Account), 429, "TooManyRequests", "too-many-requests"),
            (Error::Internal("secret".into()), 500, "GeneralError", "general-error"),
            (Error::Busy, 503, "Unavailable", "unavailable"),
        ] {
            let (status, found, found_class) = kind(&error);
            assert_eq!((status.as_u16(), found, found_class), (code, name, class));
        }
        assert_eq!(problems(&Error::Missing("room"))[0].why, "required");
    }

    #[test]
    fn the_id_that_is_not_there_is_named() {
        assert_eq!(id_of("/hapi/chat-messages/a%20b/").as_deref(), Some("a b"));
        assert_eq!(id_of("/hapi/chat-messages"), None);
        assert_eq!(id_of("/hapi/files"), None);
    }
}
