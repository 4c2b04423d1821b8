//! Parameters of a request, wherever the dialect lets them stand, and lenient readers for single values.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use percent_encoding::percent_decode;
use serde_json::Value;

use super::dialect::Fault;
use super::server::Server;
use super::upload;
use crate::config::Parameters;
use crate::domain::{AccountId, Error};

/// Largest body of parameters, in bytes.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Most fields in one request.
const FIELDS: usize = 1_000;
/// Deepest nesting of a JSON body.
const DEPTH: usize = 64;
/// Longest silence in the middle of a body.
pub(super) const IDLE: Duration = Duration::from_secs(20);
/// Longest time for a whole body of parameters.
pub(super) const WHOLE: Duration = Duration::from_secs(60);

/// The complaint about a body that trickles in.
pub(super) const TOO_SLOW: Error = Error::Malformed("the body did not arrive in time");

/// One field: its name, and its value unless that is not UTF-8.
type Field = (String, Option<String>);

/// The fields of one place (body or query), in order.
#[derive(Debug, Default)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// The fields, in order.
    pub(super) fn into_pairs(self) -> Vec<(String, Option<String>)> {
        self.0
    }

    /// Adds a field; refuses more than 1,000.
    pub fn push(&mut self, name: String, value: Option<String>) -> Result<(), Error> {
        if self.0.len() >= FIELDS {
            return Err(Error::Malformed("there are more than 1,000 fields"));
        }
        self.0.push((name, value));
        Ok(())
    }
}

/// The parameters of a request: places in order of precedence. A later place counts only for names that an earlier one
/// does not have.
#[derive(Debug, Default)]
pub struct Params(Vec<Fields>);

impl Params {
    /// From places in order of precedence.
    pub fn new(places: Vec<Fields>) -> Self {
        Self(places)
    }

    fn values(&self, name: &str) -> impl Iterator<Item = Option<&str>> {
        let is_it = move |field: &&Field| field.0 == name || field.0.strip_suffix("[]") == Some(name);
        let place = self.0.iter().find(|place| place.0.iter().any(|field| is_it(&field)));
        place.into_iter().flat_map(move |place| place.0.iter().filter(is_it)).map(|field| field.1.as_deref())
    }

    /// A text; empty when it was sent empty.
    pub fn text_or_empty(&self, name: &'static str) -> Result<Option<&str>, Error> {
        self.values(name).last().map(|value| value.ok_or(Error::Invalid(name, "this is not UTF-8"))).transpose()
    }

    /// A text; absent when it was sent empty.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Error> {
        Ok(self.text_or_empty(name)?.filter(|text| !text.is_empty()))
    }

    /// A text that has to be there.
    pub fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.text(name)?.ok_or(Error::Missing(name))
    }

    /// `1`, `0`, `true` or `false`.
    pub fn flag(&self, name: &'static str, default: bool) -> Result<bool, Error> {
        match self.text(name)?.map(str::trim) {
            None => Ok(default),
            Some(text) if text == "1" || text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text == "0" || text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(Error::Invalid(name, "use 1 or 0")),
        }
    }

    /// A whole number from 0 on.
    pub fn natural(&self, name: &'static str) -> Result<Option<i64>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let digits = text.trim();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_number.then(|| digits.parse().ok()).flatten();
        number.map(Some).ok_or(Error::Invalid(name, "use a whole number from 0 on"))
    }

    /// An id.
    pub fn id<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| Error::Invalid(name, "use digits"))
    }

    /// Ids separated by commas, in one field or several; blanks and empty items don't count, each id once.
    pub fn ids(&self, name: &'static str) -> Result<Vec<AccountId>, Error> {
        let mut ids = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for value in self.values(name) {
            let text = value.ok_or(Error::Invalid(name, "this is not UTF-8"))?;
            for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                let id = item.parse().map_err(|_| Error::Invalid(name, "use ids separated by commas"))?;
                if seen.insert(id) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }
}

impl FromRequest for Params {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let whole = tokio::time::timeout(WHOLE, read(&req, payload)).await;
            whole.unwrap_or(Err(TOO_SLOW)).map_err(Fault)
        })
    }
}

async fn read(req: &HttpRequest, payload: Payload) -> Result<Params, Error> {
    let is_strict = req.app_data::<web::Data<Server>>().is_some_and(|server| server.config.chatwork.parameters == Parameters::Strict);
    let query = || urlencoded(req.query_string().as_bytes());
    let places = match (req.method(), is_strict) {
        (&Method::GET, true) => vec![query()?],
        (&Method::GET, false) => vec![query()?, body(req, payload, is_strict).await?],
        (&Method::DELETE, _) | (_, false) => vec![body(req, payload, is_strict).await?, query()?],
        (_, true) => vec![body(req, payload, is_strict).await?],
    };
    Ok(Params::new(places))
}

/// The query alone, for paths that belong to no dialect.
pub fn query_of(req: &HttpRequest) -> Result<Params, Error> {
    Ok(Params::new(vec![urlencoded(req.query_string().as_bytes())?]))
}

/// The first of these parameters that a query has and that is not empty.
pub fn query_text(query: &str, names: &[&str]) -> Option<String> {
    let fields = urlencoded(query.as_bytes()).ok()?;
    let value = |name: &&str| fields.0.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.clone());
    names.iter().find_map(value).filter(|value| !value.is_empty())
}

/// A form, for pages.
pub async fn form_of(req: &HttpRequest, payload: web::Payload) -> Result<Params, Error> {
    Ok(Params::new(vec![urlencoded(&bytes(req, payload.into_inner()).await?)?]))
}

/// The fields of the body. Strictly, only forms are read; leniently, JSON objects and multipart too.
async fn body(req: &HttpRequest, payload: Payload, is_strict: bool) -> Result<Fields, Error> {
    match req.content_type().to_ascii_lowercase().as_str() {
        "multipart/form-data" if !is_strict => upload::fields(req, payload).await,
        "application/json" if !is_strict => json(&bytes(req, payload).await?),
        "multipart/form-data" | "application/json" => bytes(req, payload).await.map(|_| Fields::default()),
        _ => urlencoded(&bytes(req, payload).await?),
    }
}

/// The whole body, up to the limit.
pub(super) async fn bytes(req: &HttpRequest, payload: Payload) -> Result<Vec<u8>, Error> {
    bytes_up_to(req, payload, BODY_BYTES).await
}

/// The whole body, up to a limit of its own.
pub(super) async fn bytes_up_to(req: &HttpRequest, mut payload: Payload, limit: usize) -> Result<Vec<u8>, Error> {
    let announced = req.headers().get("content-length").and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Error::BodyTooLarge(limit as u64));
    }
    let mut body = Vec::new();
    while let Some(piece) = next_piece(&mut payload).await? {
        if body.len() + piece.len() > limit {
            return Err(Error::BodyTooLarge(limit as u64));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

async fn next_piece(payload: &mut Payload) -> Result<Option<web::Bytes>, Error> {
    match tokio::time::timeout(IDLE, payload.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(_))) => Err(Error::Malformed("the body was cut off")),
        Err(_) => Err(TOO_SLOW),
    }
}

/// Reads `a=1&b=2` with `+` for blanks. A value that is not UTF-8 is kept as bad, so that only its reader complains.
pub(super) fn urlencoded(text: &[u8]) -> Result<Fields, Error> {
    let mut fields = Fields::default();
    for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let middle = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = middle.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        // A name that is not UTF-8 is none that anybody asks for.
        if let Some(name) = decoded(name) {
            fields.push(name, decoded(value))?;
        }
    }
    Ok(fields)
}

pub(super) fn decoded(text: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&spaced).collect()).ok()
}

/// Reads a JSON object of scalars and lists of scalars.
pub(super) fn json(body: &[u8]) -> Result<Fields, Error> {
    let mut fields = Fields::default();
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(fields);
    }
    let Value::Object(members) = parse_json(body)? else { return Err(Error::Malformed("the body is not a JSON object")) };
    for (name, value) in members {
        match value {
            Value::Array(items) => {
                for item in items {
                    fields.push(name.clone(), scalar(item))?;
                }
            }
            value => fields.push(name, scalar(value))?,
        }
    }
    Ok(fields)
}

/// Any JSON that is not nested too deeply.
pub(super) fn parse_json(body: &[u8]) -> Result<Value, Error> {
    refuse_depth(body)?;
    serde_json::from_slice(body).map_err(|_| Error::Malformed("the body is not JSON"))
}

/// Fails where JSON is nested too deeply, before anything is made of it.
pub(super) fn refuse_depth(body: &[u8]) -> Result<(), Error> {
    let (mut depth, mut is_in_text, mut is_escaped) = (0_usize, false, false);
    let is_too_deep = body.iter().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_text => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            b'[' | b'{' if !is_in_text => depth += 1,
            b']' | b'}' if !is_in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH
    });
    if is_too_deep { Err(Error::Malformed("the body is nested deeper than 64 levels")) } else { Ok(()) }
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(fact) => Some(fact.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a request announces a body of this type.
pub(super) fn has_type(req: &HttpRequest, wanted: &str) -> bool {
    req.headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with(wanted))
}

#[cfg(test)]
mod tests {
    use super::{Error, Params, json, parse_json, urlencoded};

    fn params(query: &str) -> Params {
        Params::new(vec![urlencoded(query.as_bytes()).unwrap()])
    }

    fn ids(query: &str) -> Result<Vec<i64>, Error> {
        params(query).ids("to").map(|ids| ids.into_iter().map(|id| id.get()).collect())
    }

    #[test]
    fn lists_come_in_many_spellings() {
        for query in ["to=1,2", "to=1&to=2", "to[]=1&to[]=2", "to=1%2C%202,", "to=1,,1,2", "to=+1+,2"] {
            assert_eq!(ids(query), Ok(vec![1, 2]), "{query}");
        }
        assert_eq!(ids("x=1"), Ok(vec![]));
        assert!(ids("to=1,x").is_err() && ids("to=-1").is_err() && ids("to=%ff").is_err());
    }

    #[test]
    fn empty_optional_values_are_absent_and_empty_required_ones_missing() {
        let params = params("a=&b=x&flag=true&n=12");
        assert_eq!(params.text("a"), Ok(None));
        assert_eq!(params.text_or_empty("a"), Ok(Some("")));
        assert_eq!(params.required("a"), Err(Error::Missing("a")));
        assert_eq!(params.flag("flag", false), Ok(true));
        assert_eq!(params.flag("a", true), Ok(true));
        assert!(params.flag("b", true).is_err());
        assert_eq!(params.natural("n"), Ok(Some(12)));
        assert!(params.natural("b").is_err());
    }

    #[test]
    fn an_earlier_place_hides_a_later_one() {
        let params = Params::new(vec![urlencoded(b"a=1").unwrap(), urlencoded(b"a=2&b=3").unwrap()]);
        assert_eq!((params.text("a"), params.text("b")), (Ok(Some("1")), Ok(Some("3"))));
    }

    #[test]
    fn json_objects_are_fields() {
        let params = Params::new(vec![json(br#"{"a":1,"b":[1,"2"],"c":true,"d":null,"e":{}}"#).unwrap()]);
        assert_eq!(params.text("a"), Ok(Some("1")));
        assert_eq!(params.ids("b").unwrap().len(), 2);
        assert_eq!(params.flag("c", false), Ok(true));
        assert_eq!(params.text("d"), Ok(None));
        assert!(params.text("e").is_err());
        assert!(json(b"[1]").is_err() && json(b"{").is_err());
    }

    #[test]
    fn json_has_at_most_64_levels_and_brackets_within_texts_are_none() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_json(nested(64).as_bytes()).is_ok());
        for levels in [65, 127, 1_000_000] {
            assert_eq!(parse_json(nested(levels).as_bytes()), Err(Error::Malformed("the body is nested deeper than 64 levels")));
        }
        let flat = format!(r#"["\\", "\"{}", {}]"#, "[{".repeat(70), "[],".repeat(70) + "{}");
        assert!(parse_json(flat.as_bytes()).is_ok(), "{flat}");
    }

    #[test]
    fn too_many_fields_are_refused() {
        assert!(urlencoded("a=1&".repeat(1_000).as_bytes()).is_ok());
        assert!(urlencoded("a=1&".repeat(1_001).as_bytes()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_list_is_read_or_refused(text in "[0-9, +%x&=\\[\\]a-zA-Z]{0,80}") {
            let _ = ids(&text);
        }

        #[test]
        fn ids_survive_any_separation(numbers in proptest::collection::vec(0i64..10_000, 0..50)) {
            let query = format!("to={}", numbers.iter().map(|n| format!(" {n} ")).collect::<Vec<_>>().join(",").replace(' ', "+"));
            let mut expected = Vec::new();
            for n in numbers { if !expected.contains(&n) { expected.push(n); } }
            assert_eq!(ids(&query), Ok(expected));
        }
    }
}
