//! Failures in ClickMeeting's shape: code, name, message, and a list of parameters that is never empty.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use serde_json::{Map, Value};

use super::speaks_moodle;
use crate::domain::{Error, Problem};
use crate::web::{Drawn, Scene};

/// A failure before it becomes JSON.
struct Failure {
    status: StatusCode,
    name: &'static str,
    errors: Vec<Problem>,
}

pub(super) fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
    let failure = failure(error);
    let headers = if matches!(error, Error::Busy) { vec![(RETRY_AFTER, HeaderValue::from_static("1"))] } else { Vec::new() };
    // QUIRK(clickmeeting): the official Moodle plugin takes a deleted room for gone only by this bare text.
    let is_deletion = scene.endpoint.is_some_and(|endpoint| endpoint.operation == "delete-conference");
    if failure.status == StatusCode::NOT_FOUND && is_deletion && speaks_moodle(scene.head, scene.config) {
        return Drawn { status: failure.status, body: Value::String("404 Not Found".to_owned()), headers };
    }
    Drawn { status: failure.status, body: body(&failure), headers }
}

fn body(failure: &Failure) -> Value {
    let entry = |problem: &Problem| object([("name", Value::from(problem.field.as_str())), ("message", Value::from(problem.why.as_str()))]);
    object([
        ("code", Value::from(failure.status.as_u16())),
        ("name", Value::from(failure.name)),
        ("message", Value::from(failure.errors.first().map_or("", |first| first.why.as_str()))),
        ("errors", Value::Array(failure.errors.iter().map(entry).collect())),
    ])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn failure(error: &Error) -> Failure {
    let (status, name) = kind(error);
    Failure { status, name, errors: problems(error) }
}

fn kind(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
        Error::InsufficientScope | Error::Forbidden | Error::NotHere(_) | Error::NotInThisRoom => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        Error::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"),
        Error::NoEndpoint | Error::RoomHidden | Error::NotFound(_) => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        Error::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"),
        Error::Missing(field) | Error::Invalid(field, _) => (StatusCode::UNPROCESSABLE_ENTITY, name_of(field)),
        Error::Fields(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems.first().map_or("", |first| name_of(&first.field))),
        Error::Taken(_)
        | Error::Ambiguous(_)
        | Error::UnknownPeople(_)
        | Error::TooMany(..)
        | Error::LastAdmin
        | Error::AlreadyRead
        | Error::AlreadyUnread
        | Error::LinkExists
        | Error::LinkMissing => (StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR"),
        Error::WrongPassword => (StatusCode::FORBIDDEN, "FORBIDDEN"),
        Error::TooManyTokens { .. } => (StatusCode::FORBIDDEN, "TOKENS_LIMIT_EXCEEDED"),
        // GUESS: named as the limit of tokens is.
        Error::QuotaReached => (StatusCode::FORBIDDEN, "STORAGE_LIMIT_EXCEEDED"),
        // GUESS: a body that is too large is one that can't be read; clients know no 413.
        Error::Malformed(_) | Error::UnsupportedType | Error::BodyTooLarge(_) => (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
        Error::Busy | Error::StorageFull | Error::StorageReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"),
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
    }
}

/// Dates have a name of their own, the only one that clients are known to compare.
fn name_of(field: &str) -> &'static str {
    if matches!(field, "starts_at" | "start_time" | "duration") { "INVALID_DATES" } else { "VALIDATION_ERROR" }
}

fn problems(error: &Error) -> Vec<Problem> {
    let one = |field: &str, why: String| vec![Problem { field: field.to_owned(), why: sentence(field, &why) }];
    match error {
        Error::Fields(problems) => {
            problems.iter().map(|problem| Problem { field: problem.field.clone(), why: sentence(&problem.field, &problem.why) }).collect()
        }
        Error::Unauthenticated(reason) => one("api_key", reason.plain().to_owned()),
        Error::Missing(field) => one(field, format!("{field} is required")),
        Error::Invalid(field, why) => one(field, (*why).to_owned()),
        Error::Taken(field) | Error::Ambiguous(field) => one(field, error.plain()),
        // QUIRK(clickmeeting): a client splits this at blanks; words 8 and 17 (from 0) have to be the numbers.
        Error::TooManyTokens { has, most } => one(
            "how_many",
            format!(
                "Token limit exceeded: this conference room already has {has} tokens generated and the maximum number allowed is {most} tokens"
            ),
        ),
        _ => one("", error.plain()),
    }
}

/// With a capital letter, unless that would change a parameter's name, and a full stop.
fn sentence(field: &str, words: &str) -> String {
    if words.strip_suffix(" is required").is_some_and(|named| named == field) {
        return format!("The parameter {words}.");
    }
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::{body, failure, problems};
    use crate::domain::{Error, Noun, Problem, Unauthenticated};

    #[test]
    fn a_client_finds_both_numbers_of_the_token_limit() {
        let drawn = body(&failure(&Error::TooManyTokens { has: 12, most: 100 }));
        let words: Vec<&str> = drawn["errors"][0]["message"].as_str().unwrap().split(' ').collect();
        assert_eq!((drawn["code"].as_i64(), words[8], words[17]), (Some(403), "12", "100"));
    }

    #[test]
    fn every_failure_names_its_status_and_at_least_one_parameter() {
        let problem = |field: &str| Error::Fields(vec![Problem { field: field.to_owned(), why: "use 1 or 0".into() }]);
        for (error, code, name, field) in [
            (Error::Unauthenticated(Unauthenticated::Missing), 401, "UNAUTHORIZED", "api_key"),
            (Error::NotFound(Noun::Meeting), 404, "NOT_FOUND", ""),
            (Error::WrongMethod, 405, "METHOD_NOT_ALLOWED", ""),
            (problem("duration"), 422, "INVALID_DATES", "duration"),
            (problem("settings[x]"), 422, "VALIDATION_ERROR", "settings[x]"),
            (Error::Invalid("starts_at", "over"), 422, "INVALID_DATES", "starts_at"),
            (Error::Malformed("cut off"), 400, "BAD_REQUEST", ""),
            (Error::Internal("secret".into()), 500, "INTERNAL_ERROR", ""),
        ] {
            let drawn = body(&failure(&error));
            assert_eq!((drawn["code"].as_i64(), drawn["name"].as_str()), (Some(code), Some(name)), "{error:?}");
            assert_eq!(drawn["errors"][0]["name"].as_str(), Some(field), "{error:?}");
            let message = drawn["message"].as_str().unwrap();
            assert!(message.ends_with('.') && !message.contains("secret"), "{error:?}: {message}");
        }
    }

    #[test]
    fn a_parameter_is_named_as_it_is_written() {
        let words = |error: &Error| problems(error).remove(0).why;
        assert_eq!(words(&Error::Missing("room_type")), "The parameter room_type is required.");
        let problem = Problem { field: "registration".into(), why: "registration is not open".into() };
        assert_eq!(words(&Error::Fields(vec![problem])), "Registration is not open.");
    }
}
