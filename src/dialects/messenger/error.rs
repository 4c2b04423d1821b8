//! Failures in the Messenger API's shape: no success, words for people, a word for programs.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

use crate::domain::{Error, LimitKind};
use crate::web::Drawn;

pub(super) fn draw(error: &Error) -> Drawn {
    let status = status(error);
    let mut headers = Vec::new();
    match error {
        Error::Busy => headers.push((RETRY_AFTER, HeaderValue::from_static("1"))),
        Error::RateLimited(LimitKind::SignIn(seconds)) => headers.push((RETRY_AFTER, HeaderValue::from(*seconds))),
        _ => {}
    }
    let mut body = Map::new();
    body.insert("success".to_owned(), Value::Bool(false));
    body.insert("message".to_owned(), Value::String(message(error)));
    body.insert("error".to_owned(), Value::String(word(status).to_owned()));
    Drawn { status, body: Value::Object(body), headers }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) | Error::WrongPassword => StatusCode::UNAUTHORIZED,
        Error::InsufficientScope | Error::Forbidden | Error::NotHere(_) => StatusCode::FORBIDDEN,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::NoEndpoint | Error::RoomHidden | Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        // GUESS: a picture that there is no room for is one that is too large.
        Error::BodyTooLarge(_) | Error::QuotaReached => StatusCode::PAYLOAD_TOO_LARGE,
        Error::NotInThisRoom
        | Error::Missing(_)
        | Error::Invalid(..)
        | Error::Fields(_)
        | Error::Taken(_)
        | Error::Ambiguous(_)
        | Error::UnknownPeople(_)
        | Error::TooMany(..)
        | Error::LastAdmin
        | Error::UnsupportedType
        | Error::Malformed(_)
        | Error::AlreadyRead
        | Error::AlreadyUnread
        | Error::LinkExists
        | Error::LinkMissing
        | Error::TooManyTokens { .. } => StatusCode::BAD_REQUEST,
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn message(error: &Error) -> String {
    match error {
        Error::RoomHidden => "chatroom not found".to_owned(),
        Error::Forbidden => "you may not do this: it takes an administrator of the organization or the Chat permission".to_owned(),
        _ => error.plain(),
    }
}

/// GUESS: a wrong verb and a body that is too large are bad requests; the vendor's words for them are not known.
fn word(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::TOO_MANY_REQUESTS => "rate_limited",
        _ if status.is_server_error() => "internal",
        _ => "bad_request",
    }
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::domain::{Error, LimitKind, Noun, Unauthenticated};

    #[test]
    fn every_failure_has_a_status_and_a_word() {
        for (error, status, word) in [
            (Error::Unauthenticated(Unauthenticated::Missing), 401, "unauthorized"),
            (Error::Forbidden, 403, "forbidden"),
            (Error::RoomHidden, 404, "not_found"),
            (Error::NotFound(Noun::Account), 404, "not_found"),
            (Error::WrongMethod, 405, "bad_request"),
            (Error::Taken("name"), 400, "bad_request"),
            (Error::BodyTooLarge(5), 413, "bad_request"),
            (Error::RateLimited(LimitKind::SignIn(7)), 429, "rate_limited"),
            (Error::StorageFull, 503, "internal"),
            (Error::Internal("secret".into()), 500, "internal"),
        ] {
            let drawn = draw(&error);
            assert_eq!((drawn.status.as_u16(), drawn.body["error"].as_str()), (status, Some(word)), "{error:?}");
            assert!(drawn.body["success"] == false && !drawn.body["message"].as_str().unwrap().contains("secret"));
        }
        assert_eq!(draw(&Error::RateLimited(LimitKind::SignIn(7))).headers[0].1, "7");
    }
}
