//! One value of a query, in whichever of the three encodings of official clients it comes.

use regex::{Regex, RegexBuilder};

use super::refused;
use crate::domain::{Error, Timestamp};
use crate::web::Node;

/// Most entries of a list.
const LIST: usize = 100;
/// Longest pattern, in characters.
const PATTERN: usize = 200;
/// Most memory that a pattern may need, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Given<'a> {
    /// A name without `=`.
    Null,
    /// A plain text, which may stand for a number where one is expected.
    Text(&'a str),
    /// A number that says it is one.
    Number(f64),
    /// The same for yes and no.
    Flag(bool),
    /// An instant that says it is one, as text of ISO 8601.
    Instant(Timestamp),
    /// An empty list.
    Nothing,
    /// A pattern.
    Pattern(Regex),
    /// Names or numbers with values below.
    Branch(&'a [(String, Node)]),
}

impl<'a> Given<'a> {
    /// Decodes a value; `name` is for complaints.
    pub(super) fn read(name: &str, node: &'a Node) -> Result<Self, Error> {
        match node {
            Node::Garbled => Err(refused(name, "this is not UTF-8")),
            Node::Null => Ok(Self::Null),
            Node::Text(text) => Ok(hashed(text).unwrap_or(Self::Text(text))),
            Node::Branch(entries) => match node.member("$coerce") {
                Some(coerced) => coerce(name, coerced),
                None => Ok(Self::Branch(entries)),
            },
        }
    }
}

/// The newer client's encoding: `#50`, `#true`, `#[]`. What only looks like it stays a text.
fn hashed(text: &str) -> Option<Given<'_>> {
    match text.strip_prefix('#')? {
        "true" => Some(Given::Flag(true)),
        "false" => Some(Given::Flag(false)),
        "[]" => Some(Given::Nothing),
        number => json_number(number).map(Given::Number),
    }
}

/// A number as JSON writes it; `NaN` and `Infinity` are none.
pub(super) fn json_number(text: &str) -> Option<f64> {
    serde_json::from_str::<f64>(text).ok().filter(|number| number.is_finite())
}

/// The older client's encoding: `[$coerce][type]=number` and `[$coerce][value]=50`.
fn coerce<'a>(name: &str, node: &'a Node) -> Result<Given<'a>, Error> {
    let part = |part| match node.member(part) {
        Some(Node::Text(text)) => Ok(text.as_str()),
        _ => Err(refused(name, "$coerce needs a type and a value")),
    };
    let (kind, value) = (part("type")?, part("value")?);
    match kind {
        "number" => json_number(value).map(Given::Number).ok_or_else(|| refused(name, "this is not a number")),
        "date" => value.parse().map(Given::Instant).map_err(|_| refused(name, "a date looks like 2026-01-31T09:00:00.000Z")),
        "regex" => pattern(name, value).map(Given::Pattern),
        _ => Err(refused(name, "$coerce knows the types number, date and regex")),
    }
}

/// `/words/i`. It is searched in time that grows with the text alone, and may not need much memory.
fn pattern(name: &str, text: &str) -> Result<Regex, Error> {
    let bad = |why| refused(name, why);
    if text.chars().count() > PATTERN {
        return Err(bad("a pattern has at most 200 characters"));
    }
    let (body, flags) =
        text.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')).ok_or_else(|| bad("a pattern looks like /words/i"))?;
    if !flags.chars().all(|flag| "gimsu".contains(flag)) {
        return Err(bad("a pattern may have the flags g, i, m, s and u"));
    }
    RegexBuilder::new(body)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES)
        .build()
        .map_err(|_| bad("this pattern can't be used: it is not well-formed, too large, or looks around or back"))
}

/// The entries of a list, whose names are numbers.
pub(super) fn list<'a>(name: &str, entries: &'a [(String, Node)]) -> Result<Vec<&'a Node>, Error> {
    if entries.len() > LIST {
        return Err(refused(name, "a list has at most 100 entries"));
    }
    let is_list = entries.iter().all(|(key, _)| key.parse::<u32>().is_ok());
    if is_list { Ok(entries.iter().map(|(_, node)| node).collect()) } else { Err(refused(name, "use a list")) }
}
