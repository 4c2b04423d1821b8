//! XML of a JSON-like tree; one shape for all dialects.
//!
//! Root `<response>`; a member becomes an element of its name, a list entry `<item>`, a name that XML does not allow
//! `<item key="…">`; true is 1, false 0, null and empty are empty elements. Always well-formed: characters that XML
//! can't carry are dropped.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

pub(super) fn render(tree: &Value) -> Vec<u8> {
    let mut xml = Writer::new(Vec::with_capacity(1024));
    write(&mut xml, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    element(&mut xml, BytesStart::new("response"), tree);
    xml.into_inner()
}

/// Writing into memory can't fail.
fn write(xml: &mut Writer<Vec<u8>>, event: Event<'_>) {
    let _ = xml.write_event(event);
}

fn element(xml: &mut Writer<Vec<u8>>, start: BytesStart<'_>, value: &Value) {
    if is_empty(value) {
        write(xml, Event::Empty(start));
        return;
    }
    let end = BytesEnd::new(start.name().as_ref().to_owned());
    write(xml, Event::Start(start));
    content(xml, value);
    write(xml, Event::End(end));
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn content(xml: &mut Writer<Vec<u8>>, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(fact) => text(xml, if *fact { "1" } else { "0" }),
        Value::Number(number) => text(xml, &number.to_string()),
        Value::String(words) => text(xml, words),
        Value::Array(items) => items.iter().for_each(|item| element(xml, BytesStart::new("item"), item)),
        Value::Object(members) => members.iter().for_each(|(key, member)| element(xml, start_of(key), member)),
    }
}

fn text(xml: &mut Writer<Vec<u8>>, words: &str) {
    write(xml, Event::Text(BytesText::from_escaped(escaped(words, false))));
}

fn start_of(key: &str) -> BytesStart<'_> {
    if is_name(key) {
        return BytesStart::new(key);
    }
    // The attribute is written here, as its escaping has to keep line breaks.
    BytesStart::from_content(format!("item key=\"{}\"", escaped(key, true)), "item".len())
}

fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn escaped(words: &str, is_attribute: bool) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would turn these into something else.
            '\r' => out.push_str("&#13;"),
            '\n' if is_attribute => out.push_str("&#10;"),
            '\t' if is_attribute => out.push_str("&#9;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::render;
    use serde_json::json;

    fn xml(tree: &serde_json::Value) -> String {
        String::from_utf8(render(tree)).unwrap().replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")
    }

    #[test]
    fn the_shape_is_as_documented() {
        assert_eq!(
            xml(&json!({"access_tokens": [{"token": "K7D4QP", "sent_to_email": null, "first_use_date": ""}]})),
            "<response><access_tokens><item><token>K7D4QP</token><sent_to_email/><first_use_date/></item></access_tokens></response>"
        );
        assert_eq!(xml(&json!([true, false, 5, []])), "<response><item>1</item><item>0</item><item>5</item><item/></response>");
        assert_eq!(
            xml(&json!({"First Name": "a<b", "1": 2})),
            "<response><item key=\"First Name\">a&lt;b</item><item key=\"1\">2</item></response>"
        );
        assert_eq!(xml(&json!("just text\u{0}\r")), "<response>just text&#13;</response>");
        assert_eq!(xml(&json!({})), "<response/>");
    }

    fn trees() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|b| json!(b)),
            any::<i64>().prop_map(|n| json!(n)),
            any::<String>().prop_map(|s| json!(s))
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
                prop::collection::btree_map("\\PC{0,8}|[a-z]{1,8}", inner, 0..6)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
            ]
        })
    }

    /// An element as a reader sees it: its name or key, its text, its children.
    #[derive(Debug, Default, PartialEq)]
    struct Element {
        name: String,
        text: String,
        children: Vec<Element>,
    }

    /// What a tree has to look like to a reader.
    fn expected(name: &str, value: &serde_json::Value) -> Element {
        use serde_json::Value;
        let carried = |text: &str| {
            text.chars().filter(|c| !matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')).collect()
        };
        let mut element = Element { name: carried(name), ..Element::default() };
        match value {
            Value::Null => {}
            Value::Bool(fact) => element.text = u8::from(*fact).to_string(),
            Value::Number(number) => element.text = number.to_string(),
            Value::String(text) => element.text = carried(text),
            Value::Array(items) => element.children = items.iter().map(|item| expected("item", item)).collect(),
            Value::Object(members) => element.children = members.iter().map(|(key, member)| expected(key, member)).collect(),
        }
        element
    }

    fn read_back(xml: &[u8]) -> Element {
        use quick_xml::events::Event;
        let mut reader = quick_xml::Reader::from_reader(xml);
        reader.config_mut().expand_empty_elements = true;
        let (mut open, mut buffer) = (vec![Element::default()], Vec::new());
        loop {
            match reader.read_event_into(&mut buffer).unwrap() {
                Event::Start(start) => {
                    let key = start
                        .attributes()
                        .next()
                        .map(|key| key.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned());
                    let name = key.unwrap_or_else(|| start.name().as_ref().to_owned());
                    open.push(Element { name, ..Element::default() });
                }
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref().unwrap() {
                        Some(c) => c.to_string(),
                        None => quick_xml::escape::resolve_predefined_entity(&reference).unwrap().to_owned(),
                    };
                    open.last_mut().unwrap().text.push_str(&text);
                }
                Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
                _ => {}
            }
            buffer.clear();
        }
    }

    proptest::proptest! {
        #[test]
        fn every_tree_is_read_back_as_it_was(tree in trees()) {
            proptest::prop_assert_eq!(read_back(&render(&tree)), expected("response", &tree));
        }
    }
}
