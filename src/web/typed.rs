//! JSON bodies that are read straight into what an operation takes. Whatever it does not know is passed over.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::dialect::Fault;
use super::params::{self, BODY_BYTES, TOO_SLOW, WHOLE};
use crate::domain::{Error, Problem};

/// A JSON object of at most so many bytes, whatever its type is said to be.
#[derive(Debug)]
pub struct Typed<T, const MOST: usize = BODY_BYTES>(pub T);

impl<T: DeserializeOwned + 'static, const MOST: usize> FromRequest for Typed<T, MOST> {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let whole = tokio::time::timeout(WHOLE, params::bytes_up_to(&req, payload, MOST)).await;
            let body = whole.unwrap_or(Err(TOO_SLOW))?;
            Ok(read(&body).map(Self)?)
        })
    }
}

/// What a body says. Complaints name the place, never what stands there.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    params::refuse_depth(body)?;
    match body.trim_ascii_start().first() {
        None => Err(Error::Malformed("the body is empty; send a JSON object")),
        Some(b'{') => serde_json::from_slice(body).map_err(problem),
        Some(_) => Err(serde_json::from_slice::<IgnoredAny>(body).map_or_else(problem, |_| wrong("use a JSON object".to_owned()))),
    }
}

fn problem(cause: serde_json::Error) -> Error {
    match cause.classify() {
        Category::Data => {
            wrong(format!("a value has the wrong type or is out of range, at line {}, column {}", cause.line(), cause.column()))
        }
        Category::Io | Category::Syntax | Category::Eof => Error::Malformed("the body is not JSON"),
    }
}

fn wrong(why: String) -> Error {
    Error::Fields(vec![Problem { field: "body".to_owned(), why }])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::read;
    use crate::domain::Error;

    type Numbers = BTreeMap<String, i64>;

    #[test]
    fn a_body_is_an_object_of_the_right_types() {
        assert_eq!(read::<Numbers>(br#" {"a":1}"#).unwrap()["a"], 1);
        for bad in ["", "  ", "x", "[1", "{", "{\"a\":", "{\"a\":1}x", &format!("{{\"b\":{}1{}}}", "[".repeat(64), "]".repeat(64))] {
            assert!(matches!(read::<Numbers>(bad.as_bytes()), Err(Error::Malformed(_))), "{bad}");
        }
        for bad in ["[1]", "7", "null", r#"{"a":"x"}"#, r#"{"a":1.5}"#, r#"{"a":99999999999999999999}"#] {
            assert!(matches!(read::<Numbers>(bad.as_bytes()), Err(Error::Fields(_))), "{bad}");
        }
    }
}
