//! JSON, compact; optionally with `\uXXXX` for everything outside ASCII.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::JsonStyle;

/// Most answers fit; longer ones grow.
const START: usize = 512;

pub(super) fn render<T: Serialize + ?Sized>(style: JsonStyle, value: &T) -> serde_json::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(START);
    match style {
        JsonStyle::Utf8 => value.serialize(&mut Serializer::with_formatter(&mut body, CompactFormatter))?,
        JsonStyle::Ascii => value.serialize(&mut Serializer::with_formatter(&mut body, Ascii))?,
    }
    Ok(body)
}

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(start) = rest.bytes().position(|byte| !byte.is_ascii()) {
            let (ascii, tail) = rest.split_at(start);
            writer.write_all(ascii.as_bytes())?;
            let end = tail.bytes().position(|byte| byte.is_ascii()).unwrap_or(tail.len());
            let (foreign, after) = tail.split_at(end);
            for unit in foreign.encode_utf16() {
                write_escape(writer, unit)?;
            }
            rest = after;
        }
        writer.write_all(rest.as_bytes())
    }
}

fn write_escape<W: Write + ?Sized>(writer: &mut W, unit: u16) -> io::Result<()> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u16| DIGITS.get(usize::from(unit >> shift & 0xF)).copied().unwrap_or(b'0');
    writer.write_all(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)])
}

#[cfg(test)]
mod tests {
    use super::{JsonStyle, render};

    #[test]
    fn everything_outside_ascii_is_escaped() {
        let json = render(JsonStyle::Ascii, "a/é日🎉\n\"").unwrap();
        assert_eq!(String::from_utf8(json).unwrap(), r#""a/\u00e9\u65e5\ud83c\udf89\n\"""#);
    }

    proptest::proptest! {
        #[test]
        fn escaped_text_reads_back_the_same(text in "\\PC*") {
            let json = render(JsonStyle::Ascii, &text).unwrap();
            assert!(json.is_ascii());
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }
    }
}
