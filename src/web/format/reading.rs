//! Reads back what the writers of this folder wrote, as strangers would: for tests and fuzzers only.

use quick_xml::events::Event;
use serde_json::Value;

/// An element of XML as a reader sees it: its name or key, its text, its children.
#[derive(Debug, Default, PartialEq)]
pub(in crate::web) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// What a tree has to look like to a reader.
    pub(in crate::web) fn of(name: &str, value: &Value) -> Self {
        let mut element = Self { name: carried(name), ..Self::default() };
        match value {
            Value::Null => {}
            Value::Bool(fact) => element.text = u8::from(*fact).to_string(),
            Value::Number(number) => element.text = number.to_string(),
            Value::String(text) => element.text = carried(text),
            Value::Array(items) => element.children = items.iter().map(|item| Self::of("item", item)).collect(),
            Value::Object(members) => element.children = members.iter().map(|(key, member)| Self::of(key, member)).collect(),
        }
        element
    }

    /// The root of a document; none when it is not well-formed.
    pub(in crate::web) fn read(xml: &[u8]) -> Option<Self> {
        let mut reader = quick_xml::Reader::from_reader(xml);
        reader.config_mut().expand_empty_elements = true;
        let (mut open, mut buffer) = (vec![Self::default()], Vec::new());
        loop {
            match reader.read_event_into(&mut buffer).ok()? {
                Event::Start(start) => {
                    let key = start.attributes().next().transpose().ok()?;
                    let key = key.map(|key| key.normalized_value(quick_xml::XmlVersion::Explicit1_0).map(std::borrow::Cow::into_owned));
                    let name = key.transpose().ok()?.unwrap_or_else(|| start.name().as_ref().to_owned());
                    open.push(Self { name, ..Self::default() });
                }
                Event::End(_) => {
                    let done = open.pop()?;
                    open.last_mut()?.children.push(done);
                }
                Event::Text(text) => open.last_mut()?.text.push_str(&text),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref().ok()? {
                        Some(c) => c.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&reference)?.to_owned(),
                    };
                    open.last_mut()?.text.push_str(&text);
                }
                Event::Eof => return open.pop().filter(|_| open.is_empty())?.children.pop(),
                _ => {}
            }
            buffer.clear();
        }
    }
}

/// A text without what XML can't carry.
fn carried(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')).collect()
}

/// A value of PHP.
#[derive(Debug, PartialEq)]
pub(in crate::web) enum Php {
    Null,
    Bool(bool),
    Int(i64),
    /// As it was written.
    Float(String),
    Text(Vec<u8>),
    Array(Vec<(Php, Php)>),
}

/// What PHP has to make of a tree.
pub(in crate::web) fn php_array(tree: &Value) -> Php {
    let key = |name: &str| match name.parse::<i64>() {
        Ok(number) if number.to_string() == name => Php::Int(number),
        _ => Php::Text(name.as_bytes().to_vec()),
    };
    match tree {
        Value::Null => Php::Null,
        Value::Bool(fact) => Php::Bool(*fact),
        Value::Number(number) => number.as_i64().map_or_else(|| Php::Float(number.to_string()), Php::Int),
        Value::String(text) => Php::Text(text.as_bytes().to_vec()),
        Value::Array(items) => Php::Array(items.iter().zip(0..).map(|(item, place)| (Php::Int(place), php_array(item))).collect()),
        Value::Object(members) => Php::Array(members.iter().map(|(name, member)| (key(name), php_array(member))).collect()),
    }
}

/// `unserialize()`; none when that fails, or when something is left over.
pub(in crate::web) fn unserialized(mut bytes: &[u8]) -> Option<Php> {
    let value = php_value(&mut bytes)?;
    bytes.is_empty().then_some(value)
}

fn php_value(bytes: &mut &[u8]) -> Option<Php> {
    let (kind, rest) = bytes.split_first()?;
    *bytes = rest;
    if *kind == b'N' {
        skip(bytes, b";")?;
        return Some(Php::Null);
    }
    skip(bytes, b":")?;
    match kind {
        b'b' => Some(Php::Bool(until(bytes, b';')? == "1")),
        b'i' => until(bytes, b';')?.parse().ok().map(Php::Int),
        b'd' => until(bytes, b';').map(|number| Php::Float(number.to_owned())),
        b's' => {
            let length = until(bytes, b':')?.parse().ok()?;
            skip(bytes, b"\"")?;
            let (text, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            skip(bytes, b"\";")?;
            Some(Php::Text(text.to_vec()))
        }
        b'a' => {
            let length: usize = until(bytes, b':')?.parse().ok()?;
            skip(bytes, b"{")?;
            let entries = (0..length).map(|_| Some((php_value(bytes)?, php_value(bytes)?))).collect::<Option<_>>()?;
            skip(bytes, b"}")?;
            Some(Php::Array(entries))
        }
        _ => None,
    }
}

fn skip(bytes: &mut &[u8], expected: &[u8]) -> Option<()> {
    *bytes = bytes.strip_prefix(expected)?;
    Some(())
}

fn until<'a>(bytes: &mut &'a [u8], end: u8) -> Option<&'a str> {
    let at = bytes.iter().position(|byte| *byte == end)?;
    let (text, rest) = bytes.split_at(at);
    *bytes = rest.get(1..)?;
    std::str::from_utf8(text).ok()
}

/// Whether a text is what `print_r()` prints of a tree. It can't be read without the tree: texts may look like its marks.
pub(in crate::web) fn is_printed(text: &[u8], tree: &Value) -> bool {
    let mut rest = text;
    skip_printed(&mut rest, tree, 0).is_some() && rest.is_empty()
}

fn skip_printed(bytes: &mut &[u8], tree: &Value, indent: usize) -> Option<()> {
    match tree {
        Value::Null | Value::Bool(false) => Some(()),
        Value::Bool(true) => skip(bytes, b"1"),
        Value::Number(found) => skip(bytes, found.to_string().as_bytes()),
        Value::String(found) => skip(bytes, found.as_bytes()),
        Value::Array(items) => {
            let entries: Vec<(String, &Value)> = items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect();
            skip_entries(bytes, &entries, indent)
        }
        Value::Object(members) => {
            let entries: Vec<(String, &Value)> = members.iter().map(|(name, member)| (name.clone(), member)).collect();
            skip_entries(bytes, &entries, indent)
        }
    }
}

fn skip_entries(bytes: &mut &[u8], entries: &[(String, &Value)], indent: usize) -> Option<()> {
    let margin = " ".repeat(indent);
    skip(bytes, format!("Array\n{margin}(\n").as_bytes())?;
    for (name, value) in entries {
        skip(bytes, format!("{margin}    [{name}] => ").as_bytes())?;
        skip_printed(bytes, value, indent + 8)?;
        skip(bytes, b"\n")?;
    }
    skip(bytes, format!("{margin})\n").as_bytes())
}
