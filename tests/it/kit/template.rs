//! Paths as API documents write them, and whether a request's path fits.

use std::collections::BTreeMap;

use serde_json::Value;

/// A path with places for values, such as `/conferences/{room_id}/sessions{session_id}`.
#[derive(Debug)]
pub struct Template(Vec<Segment>);

/// What stands between two slashes: fixed letters, a value, fixed letters.
#[derive(Debug)]
struct Segment {
    before: String,
    place: Option<Place>,
    after: String,
}

/// Which values a place takes.
#[derive(Debug)]
enum Place {
    /// Digits.
    Number,
    /// Digits, or an id that starts with an exclamation mark.
    NumberOrMatrixId,
    /// One of these, in any case.
    OneOf(Vec<String>),
    /// Any text without a slash.
    Text,
}

impl Template {
    /// Reads a path; `schemas` say by name what the places take.
    pub fn parse(path: &str, schemas: &BTreeMap<String, &Value>) -> Self {
        Self(path.split('/').map(|segment| Segment::parse(segment, schemas)).collect())
    }

    /// Whether a path, in lower case and without an extension, fits.
    pub fn fits(&self, path: &str) -> bool {
        let given: Vec<&str> = path.split('/').collect();
        given.len() == self.0.len() && self.0.iter().zip(given).all(|(segment, given)| segment.fits(given))
    }

    /// A path that fits.
    pub fn sample(&self) -> String {
        self.0.iter().map(Segment::sample).collect::<Vec<_>>().join("/")
    }
}

impl Segment {
    fn parse(text: &str, schemas: &BTreeMap<String, &Value>) -> Self {
        let Some((before, rest)) = text.split_once('{') else {
            return Self { before: text.to_owned(), place: None, after: String::new() };
        };
        let (name, after) = rest.split_once('}').expect("a closing brace");
        let schema = schemas.get(name).unwrap_or_else(|| panic!("{name} is no parameter of the path"));
        Self { before: before.to_owned(), place: Some(Place::of(schema)), after: after.to_owned() }
    }

    fn fits(&self, given: &str) -> bool {
        let between = given.strip_prefix(&*self.before).and_then(|rest| rest.strip_suffix(&*self.after));
        between.is_some_and(|value| self.place.as_ref().map_or(value.is_empty(), |place| place.takes(value)))
    }

    fn sample(&self) -> String {
        let value = match &self.place {
            None => "",
            Some(Place::Number | Place::NumberOrMatrixId) => "1",
            Some(Place::OneOf(words)) => &words[0],
            Some(Place::Text) => "en",
        };
        format!("{}{value}{}", self.before, self.after)
    }
}

impl Place {
    /// Only the kind of value counts: a number out of range reaches its operation, too.
    fn of(schema: &Value) -> Self {
        if let Some(words) = schema["enum"].as_array() {
            return Self::OneOf(words.iter().map(|word| word.as_str().expect("a word").to_ascii_lowercase()).collect());
        }
        if schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with("^([0-9]+|!")) {
            return Self::NumberOrMatrixId;
        }
        let is_digits = schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with("^[0-9]"));
        if schema["type"] == "integer" || is_digits { Self::Number } else { Self::Text }
    }

    fn takes(&self, value: &str) -> bool {
        match self {
            Self::Number => !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()),
            Self::NumberOrMatrixId => value.starts_with('!') || value.starts_with("%21") || Self::Number.takes(value),
            Self::OneOf(words) => words.iter().any(|word| word == value),
            Self::Text => !value.is_empty(),
        }
    }
}
