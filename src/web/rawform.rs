//! Forms whose fields hold JSON, as shells really send them: `curl -d 'message={"a":"x & y"}'`, without any encoding.
//!
//! A body is kept as bytes until somebody asks for a field. Then every way to read it is tried, the likeliest first: as
//! UTF-8, and only when none of them makes sense, as Windows-31J.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest};
use encoding_rs::SHIFT_JIS;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use super::dialect::Fault;
use super::params::{self, TOO_SLOW, WHOLE};
use super::upload;
use crate::domain::Error;

/// What editors on Windows put in front of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// Names of keys are trimmed down to this depth: what is pasted from a translated manual has blanks there.
const TRIMMED_DEPTH: usize = 2;
/// Most parts of a body that are looked at.
const MOST_FIELDS: usize = 1_000;

const NOT_JSON: &str = "this is not JSON";

/// A body, or the query of a GET, before anybody knows what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawForm {
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// `name=value&name=value`, perhaps without any encoding.
    Form(Vec<u8>),
    /// A JSON document.
    Json(Vec<u8>),
    /// Parts of a multipart body.
    Parts(Vec<(String, Vec<u8>)>),
}

/// How bytes become text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Charset {
    Utf8,
    Windows31J,
}

impl RawForm {
    /// A query or a body, whatever it calls itself: some send forms that are called JSON, and JSON that is called a form.
    pub fn of_form(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii();
        // Nothing that is named in a form starts so.
        let is_json = matches!(bytes.first(), Some(b'{' | b'['));
        Self { place: if is_json { Place::Json(bytes.to_vec()) } else { Place::Form(bytes.to_vec()) } }
    }

    /// Parts of a multipart body.
    pub fn of_parts(parts: Vec<(String, Vec<u8>)>) -> Self {
        Self { place: Place::Parts(parts) }
    }

    /// The argument of an operation: JSON in a field, or the JSON body itself, bare or below the field's name.
    pub fn json(&self, field: &'static str) -> Result<Value, Error> {
        let found = match &self.place {
            Place::Json(body) => Some(unwrapped(document(body)?, field)),
            place => Self::first_json(&place.readings(field), field)?,
        };
        match found {
            None | Some(Value::Null) => Err(Error::Missing(field)),
            Some(value) => Ok(with_trimmed_keys(value, 0)),
        }
    }

    /// The first reading that is JSON; none when nothing was sent.
    fn first_json(readings: &[Cow<'_, [u8]>], field: &'static str) -> Result<Option<Value>, Error> {
        if readings.first().is_none_or(|reading| reading.trim_ascii().is_empty()) {
            return Ok(None);
        }
        for charset in [Charset::Utf8, Charset::Windows31J] {
            for reading in readings {
                match parsed(reading, charset) {
                    Err(Error::Malformed(why)) if why != NOT_JSON => return Err(Error::Malformed(why)),
                    Err(_) => {}
                    Ok(value) => return Ok(Some(value)),
                }
            }
        }
        Err(Error::Invalid(field, NOT_JSON))
    }

    /// A plain value without blanks around it; none when it is absent or empty.
    pub fn text(&self, field: &'static str) -> Result<Option<String>, Error> {
        let given = self.given(field)?.map(|text| text.trim().to_owned());
        Ok(given.filter(|text| !text.is_empty()))
    }

    /// A plain value as it was sent, perhaps empty. Of a JSON body, a text or a number in an object, or a body that is one.
    pub fn given(&self, field: &'static str) -> Result<Option<String>, Error> {
        match &self.place {
            Place::Json(body) => match with_trimmed_keys(document(body)?, 0) {
                Value::Object(mut members) => members.remove(field).map(|value| scalar(value, field)).transpose(),
                value => scalar(value, field).map(Some),
            },
            place => {
                let read = |text: &Cow<'_, [u8]>| texts(text).ok_or(Error::Invalid(field, "this is neither UTF-8 nor Windows-31J"));
                place.readings(field).first().map(read).transpose()
            }
        }
    }
}

impl Place {
    /// Every way to read a field, the likeliest first.
    fn readings(&self, field: &str) -> Vec<Cow<'_, [u8]>> {
        match self {
            Self::Json(_) => Vec::new(),
            Self::Parts(parts) => {
                parts.iter().filter(|(name, _)| name.trim() == field).map(|(_, value)| Cow::Borrowed(&**value)).take(1).collect()
            }
            Self::Form(body) => form_readings(body, field),
        }
    }
}

fn form_readings<'a>(body: &'a [u8], field: &str) -> Vec<Cow<'a, [u8]>> {
    let mut readings = Vec::new();
    let segment = body.split(|byte| *byte == b'&').take(MOST_FIELDS).find_map(|pair| {
        let (name, value) = at_equals(pair)?;
        (form_decoded(name).trim_ascii() == field.as_bytes()).then_some(value)
    });
    let whole = at_equals(body).filter(|(name, _)| name.trim_ascii() == field.as_bytes()).map(|(_, value)| value);
    // GUESS: nothing that encodes forms leaves a brace as it is, so a plus in such a value is no blank either.
    let is_raw = |value: &[u8]| matches!(value.trim_ascii_start().first(), Some(b'{' | b'['));
    readings.extend(segment.filter(|value| is_raw(value)).map(percent_decoded));
    readings.extend(segment.filter(|value| !is_raw(value)).map(form_decoded));
    // A text with `&`, `%` or `+` in it: everything behind the first `=`.
    readings.extend(whole.map(percent_decoded));
    readings.extend(whole.map(Cow::Borrowed));
    readings.extend(segment.filter(|value| is_raw(value)).map(form_decoded));
    readings
}

fn at_equals(pair: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = pair.iter().position(|byte| *byte == b'=')?;
    Some((&pair[..at], &pair[at + 1..]))
}

fn percent_decoded(text: &[u8]) -> Cow<'_, [u8]> {
    percent_decode(text).into()
}

fn form_decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'+') {
        return percent_decoded(text);
    }
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Cow::Owned(percent_decode(&spaced).collect())
}

fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(BOM).unwrap_or(text).trim_ascii()
}

fn decoded(text: &[u8], charset: Charset) -> Option<Cow<'_, str>> {
    match charset {
        Charset::Utf8 => std::str::from_utf8(text).ok().map(Cow::Borrowed),
        Charset::Windows31J => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(text),
    }
}

/// Bytes as text, whichever of the two it is.
fn texts(text: &[u8]) -> Option<String> {
    decoded(text, Charset::Utf8).or_else(|| decoded(text, Charset::Windows31J)).map(Cow::into_owned)
}

fn parsed(text: &[u8], charset: Charset) -> Result<Value, Error> {
    let text = decoded(without_bom(text), charset).ok_or(Error::Malformed(NOT_JSON))?;
    serde_json::from_str::<serde::de::IgnoredAny>(&text).map_err(|_| Error::Malformed(NOT_JSON))?;
    params::parse_json(text.as_bytes())
}

/// A body that is JSON as a whole.
fn document(body: &[u8]) -> Result<Value, Error> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    parsed(body, Charset::Utf8).or_else(|error| match error {
        Error::Malformed(NOT_JSON) => parsed(body, Charset::Windows31J),
        other => Err(other),
    })
}

/// What an object has below the field's name, if that is the argument; else the object is the argument itself.
fn unwrapped(value: Value, field: &str) -> Value {
    let Value::Object(members) = &value else { return value };
    let inner = members.iter().find(|(name, _)| name.trim() == field).map(|(_, inner)| inner);
    match inner {
        Some(inner @ (Value::Object(_) | Value::Array(_))) => inner.clone(),
        // A text there may be JSON once more, as in a form.
        Some(Value::String(text)) if members.len() == 1 && text.trim_start().starts_with(['{', '[']) => {
            params::parse_json(text.as_bytes()).unwrap_or(value)
        }
        _ => value,
    }
}

/// Keys without blanks around them, near the top. A key that is right already counts more than one that becomes so.
fn with_trimmed_keys(value: Value, depth: usize) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| with_trimmed_keys(item, depth)).collect()),
        Value::Object(members) if depth < TRIMMED_DEPTH => {
            let mut trimmed = Map::new();
            for (key, value) in members {
                let is_right = key.trim() == key;
                if is_right || !trimmed.contains_key(key.trim()) {
                    trimmed.insert(key.trim().to_owned(), with_trimmed_keys(value, depth + 1));
                }
            }
            Value::Object(trimmed)
        }
        other => other,
    }
}

fn scalar(value: Value, field: &'static str) -> Result<String, Error> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(Error::Invalid(field, "use a single text or number")),
    }
}

impl FromRequest for RawForm {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { tokio::time::timeout(WHOLE, read(&req, payload)).await.unwrap_or(Err(TOO_SLOW)).map_err(Fault) })
    }
}

/// The query of a GET, the body of everything else.
async fn read(req: &HttpRequest, payload: Payload) -> Result<RawForm, Error> {
    if req.method() == Method::GET {
        return Ok(RawForm::of_form(req.query_string().as_bytes()));
    }
    if upload::is_multipart(req) {
        return Ok(RawForm::of_parts(upload::parts(req, payload).await?));
    }
    let body = params::bytes(req, payload).await?;
    Ok(RawForm::of_form(&body))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RawForm, SHIFT_JIS};
    use crate::domain::Error;

    fn read(body: impl AsRef<[u8]>) -> Result<Value, Error> {
        RawForm::of_form(body.as_ref()).json("message")
    }

    #[test]
    fn what_shells_send_without_encoding_is_understood() {
        let said = |text: &str| Ok(json!({"a": text, "b": ["x@y", 1]}));
        let raw = |text: &str| format!("message={{\"a\":\"{text}\",\"b\":[\"x@y\",1]}}");
        for text in ["plain", "x & y", "100%", "100 % & more", "1+1=2", "a=b&message=c", "50%ab", "あ & い", "C++ & 100%!"] {
            assert_eq!(read(raw(text)), said(text), "{text}");
        }
        // What is encoded is decoded, even where the rest is not.
        assert_eq!(read(raw("x%20y%26z")), said("x y&z"));
    }

    #[test]
    fn what_programs_encode_is_decoded_once() {
        let sent = "message=%7B%22a%22%3A%22x+%26+y%2B1+100%25%22%7D";
        assert_eq!(read(sent), Ok(json!({"a": "x & y+1 100%"})));
        assert_eq!(read(format!("other=1&{sent}&more=2")), Ok(json!({"a": "x & y+1 100%"})));
        assert_eq!(read("message={\"a\":1}&other=2"), Ok(json!({"a": 1})));
    }

    #[test]
    fn files_keep_their_prefix_their_bom_and_their_end() {
        let expected = Ok(json!([{"a": 1}]));
        let list = |body: &[u8]| RawForm::of_form(body).json("messages");
        assert_eq!(list(b"\xEF\xBB\xBFmessages=[{\"a\":1}]  \r\n"), expected);
        assert_eq!(list("messages=\u{FEFF}[{\"a\":1}]".as_bytes()), expected);
        assert_eq!(list(b"messages=\n[\n {\"a\":1}\n]\n"), expected);
        assert_eq!(list(b"[{\"a\":1}]"), expected);
        assert_eq!(list(b"{\"messages\":[{\"a\":1}]}"), expected);
    }

    #[test]
    fn windows_31j_is_tried_when_it_is_not_utf_8() {
        let json = "{\"a\":\"表示 ソース 能力\"}";
        let expected = Ok(json!({"a": "表示 ソース 能力"}));
        let (bytes, _, _) = SHIFT_JIS.encode(json);
        assert_eq!(read([b"message=".as_slice(), &bytes].concat()), expected);
        let encoded: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(read(format!("message={encoded}")), expected);
        assert_eq!(read(bytes), expected);
        assert!(matches!(read(b"message={\"a\":\"\xFF\xFE\"}"), Err(Error::Invalid("message", _))));
    }

    #[test]
    fn blanks_in_keys_go_at_the_first_two_depths() {
        let body = json!({" a ": {" b ": {" c ": 1}}, "d": 2, " d": 3});
        assert_eq!(read(format!("message={body}")), Ok(json!({"a": {"b": {" c ": 1}}, "d": 2})));
        assert_eq!(read("message={\" a\":1,\"a\":2}"), Ok(json!({"a": 2})));
        let list = RawForm::of_form(br#"messages=[{" property":{"users ":"x"}}]"#).json("messages");
        assert_eq!(list, Ok(json!([{"property": {"users": "x"}}])));
    }

    #[test]
    fn json_bodies_are_bare_or_named() {
        for body in [r#"{"message":{"message":"Hi"}}"#, r#"{"message":"Hi"}"#, r#"{"message":"{\"message\":\"Hi\"}"}"#] {
            assert_eq!(read(body), Ok(json!({"message": "Hi"})), "{body}");
        }
        assert_eq!(read("{\"panelName\":\"x\",\"message\":\"{1}\"}"), Ok(json!({"panelName": "x", "message": "{1}"})));
    }

    #[test]
    fn what_is_missing_and_what_is_broken_are_told_apart() {
        for body in ["", "message=", "other={}", "message=null", "message=%20"] {
            assert_eq!(read(body), Err(Error::Missing("message")), "{body}");
        }
        for body in ["message={", "message=hello", "message={\"a\":1}}", "message=[[. {\"a\": 1} ]"] {
            assert_eq!(read(body), Err(Error::Invalid("message", "this is not JSON")), "{body}");
        }
        assert!(matches!(read("{\"a\""), Err(Error::Malformed(_))));
        let deep = |depth: usize| format!("message={}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(matches!(read(deep(100)), Err(Error::Malformed(_))));
        assert!(read(deep(100_000)).is_err());
    }

    #[test]
    fn plain_values_are_texts_or_numbers() {
        let text = |body: &str| RawForm::of_form(body.as_bytes()).text("day");
        for body in ["day=201908", "day=+201908+", "x=1&day=201908", "{\"day\":\"201908\"}", "{\"day\":201908}"] {
            assert_eq!(text(body), Ok(Some("201908".to_owned())), "{body}");
        }
        for body in ["", "day=", "day", "x=1", "{}", "{\"day\":null}"] {
            assert_eq!(text(body), Ok(None), "{body}");
        }
        assert!(text("{\"day\":[1]}").is_err());
        let password = RawForm::of_form(b"day=a%2Bb+c%20d");
        assert_eq!(password.text("day"), Ok(Some("a+b c d".to_owned())));
        let given = |body: &str| RawForm::of_form(body.as_bytes()).given("day");
        assert_eq!((given("day=+x+"), given("day="), given("x=1")), (Ok(Some(" x ".to_owned())), Ok(Some(String::new())), Ok(None)));
        assert_eq!((given("{\" day\":null}"), given("{}")), (Ok(Some(String::new())), Ok(None)));
    }

    proptest::proptest! {
        #[test]
        fn no_body_makes_it_panic(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200), prefix in "(message=)?") {
            let _ = read([prefix.as_bytes(), &body].concat());
            let _ = RawForm::of_form(&body).text("message");
        }

        #[test]
        fn nothing_that_looks_like_a_body_makes_it_panic(body in "(message=|x=1&)?[{\\[]?[\\[\\]{}\"a:,&=%+0-9 \\\\あ表\u{FEFF}]{0,60}[}\\]]?") {
            let _ = read(&body);
        }

        #[test]
        fn every_text_survives_encoding_and_most_survive_none(text in "\\PC{0,40}") {
            let body = json!({"a": text}).to_string();
            let encoded: String = body.bytes().map(|byte| if byte == b' ' { "+".to_owned() } else { format!("%{byte:02X}") }).collect();
            assert_eq!(read(format!("message={encoded}")), Ok(json!({"a": text})));
            if !text.contains('%') {
                assert_eq!(read(format!("message={body}")), Ok(json!({"a": text})));
            }
        }
    }
}
