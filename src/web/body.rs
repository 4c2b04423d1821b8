//! Bodies of APIs that speak JSON and mean its types: a value as it came, or a form as flat texts.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde_json::{Map, Value};

use super::dialect::Fault;
use super::params::{self, TOO_SLOW, WHOLE};
use crate::domain::Error;

/// A byte order mark, with which some clients begin a text.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A body of JSON or, flat, of a form. No body is null. `BYTES` is the most that is read.
#[derive(Clone, Debug)]
pub struct Body<const BYTES: usize = { params::BODY_BYTES }>(pub Value);

impl<const BYTES: usize> FromRequest for Body<BYTES> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let whole = tokio::time::timeout(WHOLE, params::bytes_up_to(&req, payload, BYTES)).await.unwrap_or(Err(TOO_SLOW));
            whole.and_then(|body| read(req.content_type(), &body)).map(Self).map_err(Fault)
        })
    }
}

pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Value, Error> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    match content_type.to_ascii_lowercase().as_str() {
        // GUESS: a body without a type is JSON.
        "" | "application/json" => params::parse_json(body.strip_prefix(MARK).unwrap_or(body)),
        "application/x-www-form-urlencoded" => form(body),
        _ => Err(Error::UnsupportedType),
    }
}

/// The fields of a form; one that comes twice, or with `[]` behind its name, is a list.
fn form(body: &[u8]) -> Result<Value, Error> {
    let mut fields = Map::new();
    for (name, value) in params::urlencoded(body)?.into_pairs() {
        let value = Value::String(value.ok_or(Error::Malformed("a value is not UTF-8"))?);
        let is_list = name.ends_with("[]");
        match fields.get_mut(name.trim_end_matches("[]")) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                let value = if is_list { Value::Array(vec![value]) } else { value };
                fields.insert(name.trim_end_matches("[]").to_owned(), value);
            }
        }
    }
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;
    use crate::domain::Error;

    #[test]
    fn json_keeps_its_types_and_a_form_has_texts_and_lists() {
        assert_eq!(read("application/json", b"[{\"a\":1}, null]"), Ok(json!([{"a": 1}, null])));
        assert_eq!(read("", b"\xEF\xBB\xBF{}"), Ok(json!({})));
        assert_eq!(
            read("application/x-www-form-urlencoded", b"a=1&b[]=2&c=3&c=4&b[]=5"),
            Ok(json!({"a": "1", "b": ["2", "5"], "c": ["3", "4"]}))
        );
        assert_eq!(read("text/plain", b" \n"), Ok(Value::Null), "no body has no type");
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for body in ["{", "{'a':1}", "[1,]", "undefined", &"[".repeat(200), "\u{FEFF}\u{FEFF}{}"] {
            assert!(matches!(read("application/json", body.as_bytes()), Err(Error::Malformed(_))), "{body}");
        }
        assert_eq!(read("text/plain", b"{}"), Err(Error::UnsupportedType));
        assert!(matches!(read("application/x-www-form-urlencoded", b"a=%ff"), Err(Error::Malformed(_))));
    }
}
