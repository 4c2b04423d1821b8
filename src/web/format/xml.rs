//! XML of whatever serializes to JSON; one shape for all dialects.
//!
//! Root `<response>`; a member becomes an element of its name, a list entry `<item>`, a name that XML does not allow
//! `<item key="…">`; true is 1, false 0, null and empty are empty elements. Always well-formed: characters that XML
//! can't carry are dropped.
//!
//! Invariant: written while the value is walked, without a tree of it. A start tag waits until there is content, so that
//! an element without any can be closed in the tag.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

/// Most answers fit; longer ones grow.
const START: usize = 1024;
const ITEM: &[u8] = b"item";

/// What a document begins with.
pub(super) const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

pub(super) fn render<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(START);
    body.extend_from_slice(PROLOG.as_bytes());
    write_element(&mut body, b"response", value)?;
    Ok(body)
}

/// Writes an entry of a list behind what is there.
pub(super) fn write_item<T: Serialize + ?Sized>(body: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    write_element(body, ITEM, value)
}

fn write_element<T: Serialize + ?Sized>(body: &mut Vec<u8>, name: &[u8], value: &T) -> serde_json::Result<()> {
    let mut elements = Elements::default();
    elements.push(name, name.len());
    value.serialize(&mut Serializer::with_formatter(&mut *body, &mut elements))?;
    elements.close(body).map_err(serde_json::Error::io)
}

/// The elements around the place that is being written.
#[derive(Default)]
struct Elements {
    /// What their start tags hold between the brackets, one behind the other.
    tags: Vec<u8>,
    /// For each: where its tag begins in `tags`, and how long its name is, which the tag begins with.
    open: Vec<(usize, usize)>,
    /// Whether the innermost start tag is still to be written.
    is_waiting: bool,
    /// Whether the name of a member is being read, and what there is of it.
    is_in_key: bool,
    key: String,
}

impl Elements {
    fn push(&mut self, tag: &[u8], name_len: usize) {
        self.open.push((self.tags.len(), name_len));
        self.tags.extend_from_slice(tag);
        self.is_waiting = true;
    }

    /// There is content: writes the start tag, if it was not written yet.
    fn begin<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        if !std::mem::take(&mut self.is_waiting) {
            return Ok(());
        }
        writer.write_all(b"<")?;
        writer.write_all(self.open.last().and_then(|(start, _)| self.tags.get(*start..)).unwrap_or_default())?;
        writer.write_all(b">")
    }

    fn close<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        let Some((start, name_len)) = self.open.pop() else { return Ok(()) };
        let tag = self.tags.get(start..).unwrap_or_default();
        if std::mem::take(&mut self.is_waiting) {
            writer.write_all(b"<")?;
            writer.write_all(tag)?;
            writer.write_all(b"/>")?;
        } else {
            writer.write_all(b"</")?;
            writer.write_all(tag.get(..name_len).unwrap_or_default())?;
            writer.write_all(b">")?;
        }
        self.tags.truncate(start);
        Ok(())
    }

    fn push_member(&mut self, key: &str) {
        if is_name(key) {
            return self.push(key.as_bytes(), key.len());
        }
        let mut tag = b"item key=\"".to_vec();
        // Writing into memory can't fail.
        let _ = escape(&mut tag, key, true);
        tag.push(b'"');
        self.push(&tag, ITEM.len());
    }

    /// A part of a text: of a member's name, or content.
    fn text<W: Write + ?Sized>(&mut self, writer: &mut W, part: &str) -> io::Result<()> {
        if self.is_in_key {
            self.key.push_str(part);
            return Ok(());
        }
        self.begin(writer)?;
        escape(writer, part, false)
    }
}

/// Numbers are content as JSON writes them; as names of members they come as a text in parts.
macro_rules! numbers {
    ($($write:ident $number:ty,)+) => {
        $(fn $write<W: Write + ?Sized>(&mut self, writer: &mut W, number: $number) -> io::Result<()> {
            if self.is_in_key {
                self.key.push_str(&number.to_string());
                return Ok(());
            }
            self.begin(writer)?;
            CompactFormatter.$write(writer, number)
        })+
    };
}

impl Formatter for &mut Elements {
    numbers! {
        write_i8 i8, write_i16 i16, write_i32 i32, write_i64 i64, write_i128 i128,
        write_u8 u8, write_u16 u16, write_u32 u32, write_u64 u64, write_u128 u128,
        write_f32 f32, write_f64 f64, write_number_str &str,
    }

    fn write_null<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn write_bool<W: Write + ?Sized>(&mut self, writer: &mut W, fact: bool) -> io::Result<()> {
        self.text(writer, if fact { "1" } else { "0" })
    }

    fn begin_string<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn end_string<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.text(writer, fragment)
    }

    fn write_char_escape<W: Write + ?Sized>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()> {
        self.text(
            writer,
            match escape {
                CharEscape::Quote => "\"",
                CharEscape::ReverseSolidus => "\\",
                CharEscape::Solidus => "/",
                CharEscape::LineFeed => "\n",
                CharEscape::CarriageReturn => "\r",
                CharEscape::Tab => "\t",
                // XML can't carry these; but text made of nothing else is still text.
                CharEscape::Backspace | CharEscape::FormFeed | CharEscape::AsciiControl(_) => "",
            },
        )
    }

    fn begin_array<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn end_array<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.begin(writer)?;
        self.push(ITEM, ITEM.len());
        Ok(())
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn end_object<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, _: bool) -> io::Result<()> {
        self.is_in_key = true;
        self.begin(writer)
    }

    fn end_object_key<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_in_key = false;
        let mut key = std::mem::take(&mut self.key);
        self.push_member(&key);
        key.clear();
        self.key = key;
        Ok(())
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer)
    }
}

fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn escape<W: Write + ?Sized>(writer: &mut W, text: &str, is_attribute: bool) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| is_special(byte, is_attribute)) {
        let (plain, special) = rest.split_at(at);
        writer.write_all(plain.as_bytes())?;
        let Some(c) = special.chars().next() else { break };
        writer.write_all(match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '"' => b"&quot;",
            // A parser would turn these into something else.
            '\r' => b"&#13;",
            '\n' if is_attribute => b"&#10;",
            '\t' if is_attribute => b"&#9;",
            '\u{0}'..='\u{1F}' if !matches!(c, '\t' | '\n') => b"",
            '\u{FFFE}' | '\u{FFFF}' => b"",
            _ => special.get(..c.len_utf8()).unwrap_or_default().as_bytes(),
        })?;
        rest = special.get(c.len_utf8()..).unwrap_or_default();
    }
    writer.write_all(rest.as_bytes())
}

/// Whether a character may need care that begins with this byte.
fn is_special(byte: u8, is_attribute: bool) -> bool {
    match byte {
        b'\t' | b'\n' => is_attribute,
        0..=0x1F | b'&' | b'<' | b'>' | b'"' => true,
        // The first byte of what stands at the end of the plane, U+FFFE and U+FFFF among it.
        0xEF => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::reading::Element;
    use super::render;
    use serde_json::json;

    fn xml(tree: &serde_json::Value) -> String {
        String::from_utf8(render(tree).unwrap()).unwrap().replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")
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

    proptest::proptest! {
        #[test]
        fn every_tree_is_read_back_as_it_was(tree in trees()) {
            proptest::prop_assert_eq!(Element::read(&render(&tree).unwrap()), Some(Element::of("response", &tree)));
        }
    }
}
