//! Failures in Chatwork's words: `{"errors":["…"]}`, one element in practice, no codes.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Map, Value};

use super::is_bearer;
use crate::domain::{Error, LimitKind, Noun};
use crate::web::{Drawn, Scene};

pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let (status, text) = words(error, scene);
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    match error {
        // Never for X-ChatWorkToken: chatwork-ruby takes this header as the sign of an OAuth failure.
        Error::Unauthenticated(_) if is_bearer(scene.head) => headers.push((
            WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer error=\"invalid_token\", error_description=\"The access token expired\""),
        )),
        Error::Busy => headers.push((RETRY_AFTER, HeaderValue::from_static("1"))),
        _ => {}
    }
    let mut body = Map::new();
    body.insert("errors".to_owned(), Value::Array(vec![Value::String(text)]));
    Drawn { status, body: Value::Object(body), headers }
}

fn words(error: &Error, scene: &Scene<'_>) -> (StatusCode, String) {
    match error {
        // QUIRK(chatwork): the two spellings are recorded for the two ways of logging in.
        Error::Unauthenticated(_) if is_bearer(scene.head) => (StatusCode::UNAUTHORIZED, "Invalid API Token".to_owned()),
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "Invalid API token".to_owned()),
        Error::InsufficientScope => (StatusCode::FORBIDDEN, "Insufficient scope".to_owned()),
        Error::RateLimited(LimitKind::Account | LimitKind::SignIn(_)) => (StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded".to_owned()),
        Error::RateLimited(LimitKind::Room) => {
            (StatusCode::TOO_MANY_REQUESTS, "Rate limit for message posting per room exceeded.".to_owned())
        }
        Error::NoEndpoint | Error::WrongMethod => (StatusCode::BAD_REQUEST, "Invalid Endpoint or HTTP method".to_owned()),
        // QUIRK(chatwork): a room that is gone is 403, not 404.
        Error::RoomHidden | Error::Forbidden | Error::NotHere(_) => (StatusCode::FORBIDDEN, denied(scene)),
        Error::NotFound(noun) => (StatusCode::NOT_FOUND, format!("The {} is not found", noun_of(*noun))),
        // GUESS: no text was ever recorded for personal and direct rooms.
        Error::NotInThisRoom => (StatusCode::BAD_REQUEST, "This operation is available in group chats only".to_owned()),
        Error::Missing(field) => (StatusCode::BAD_REQUEST, format!("Parameter '{}' is required", parameter(field, scene))),
        Error::Invalid(field, _) | Error::Taken(field) => {
            (StatusCode::BAD_REQUEST, format!("Parameter '{}' is invalid", parameter(field, scene)))
        }
        Error::Fields(problems) => {
            let first = problems.first().map_or("", |problem| problem.field.as_str());
            (StatusCode::BAD_REQUEST, format!("Parameter '{first}' is invalid"))
        }
        Error::Malformed(why) => (StatusCode::BAD_REQUEST, format!("Invalid request: {why}")),
        // GUESS: 400 as for a text that is too long, not 413.
        Error::BodyTooLarge(limit) => (StatusCode::BAD_REQUEST, format!("Invalid request: at most {limit} bytes are accepted")),
        Error::AlreadyRead => (StatusCode::BAD_REQUEST, "The message is already read".to_owned()),
        Error::AlreadyUnread => (StatusCode::BAD_REQUEST, "The message is already unread".to_owned()),
        Error::LinkExists => (StatusCode::BAD_REQUEST, "The invitation link already exists".to_owned()),
        Error::LinkMissing => (StatusCode::BAD_REQUEST, "The invitation link is disabled".to_owned()),
        Error::Ambiguous(field) => (StatusCode::BAD_REQUEST, format!("Parameter '{}' is invalid", parameter(field, scene))),
        Error::UnknownPeople(_) | Error::TooMany(..) => (StatusCode::BAD_REQUEST, format!("Invalid request: {}", error.plain())),
        Error::LastAdmin => (StatusCode::BAD_REQUEST, "A room needs at least one administrator".to_owned()),
        Error::WrongPassword => (StatusCode::UNAUTHORIZED, "Invalid API token".to_owned()),
        Error::UnsupportedType => (StatusCode::BAD_REQUEST, "Invalid request: the body is of a type that can't be read".to_owned()),
        Error::TooManyTokens { .. } => (StatusCode::FORBIDDEN, denied(scene)),
        // GUESS: what a vendor's plan does not allow is a 403.
        Error::QuotaReached => (StatusCode::FORBIDDEN, "The storage of the organization is used up: nothing was saved".to_owned()),
        Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, "The server is busy: nothing was saved, try again".to_owned()),
        Error::StorageFull => (StatusCode::SERVICE_UNAVAILABLE, "The server's disk is full: nothing was saved".to_owned()),
        Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "The server's disk can't be written: nothing was saved".to_owned()),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error".to_owned()),
    }
}

fn denied(scene: &Scene<'_>) -> String {
    format!("You don't have permission to {}", scene.endpoint.map_or("do this", |endpoint| endpoint.denied))
}

fn noun_of(noun: Noun) -> &'static str {
    match noun {
        Noun::ContactRequest => "request",
        Noun::Message
        | Noun::Task
        | Noun::File
        | Noun::Account
        | Noun::Organization
        | Noun::Token
        | Noun::Invitation
        | Noun::JoinRequest
        | Noun::Meeting
        | Noun::Session
        | Noun::Recording
        | Noun::AccessToken
        | Noun::Attendee
        | Noun::Poll
        | Noun::Place
        | Noun::Reservation
        | Noun::Device
        | Noun::Mail
        | Noun::Backup => noun.word(),
    }
}

/// What a field of ours is called in a request.
fn parameter<'a>(field: &'a str, scene: &Scene<'_>) -> &'a str {
    match field {
        "administrators" => "members_admin_ids",
        "members" => "members_member_ids",
        "readonly members" => "members_readonly_ids",
        "assignees" => "to_ids",
        "icon" => "icon_preset",
        "code" if scene.endpoint.is_some_and(|endpoint| endpoint.operation == "post-rooms") => "link_code",
        other => other,
    }
}
