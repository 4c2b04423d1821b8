//! What PHP's `serialize` and `print_r` write of a JSON-like tree. Objects and lists are both PHP arrays.

use std::io::Write;

use serde_json::{Number, Value};

/// `serialize()`.
pub(super) fn serialized(tree: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    serialize(&mut out, tree);
    out
}

/// Writing into memory can't fail.
fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn serialize(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => put(out, format_args!("N;")),
        Value::Bool(fact) => put(out, format_args!("b:{};", u8::from(*fact))),
        Value::Number(number) => serialize_number(out, number),
        Value::String(text) => put(out, format_args!("s:{}:\"{text}\";", text.len())),
        Value::Array(items) => {
            put(out, format_args!("a:{}:{{", items.len()));
            for (place, item) in items.iter().enumerate() {
                put(out, format_args!("i:{place};"));
                serialize(out, item);
            }
            put(out, format_args!("}}"));
        }
        Value::Object(members) => {
            put(out, format_args!("a:{}:{{", members.len()));
            for (key, member) in members {
                match whole_number(key) {
                    Some(number) => put(out, format_args!("i:{number};")),
                    None => put(out, format_args!("s:{}:\"{key}\";", key.len())),
                }
                serialize(out, member);
            }
            put(out, format_args!("}}"));
        }
    }
}

fn serialize_number(out: &mut Vec<u8>, number: &Number) {
    match number.as_i64() {
        Some(whole) => put(out, format_args!("i:{whole};")),
        None => put(out, format_args!("d:{number};")),
    }
}

/// A key that PHP turns into a number: written as PHP itself would write that number.
fn whole_number(key: &str) -> Option<i64> {
    key.parse::<i64>().ok().filter(|number| number.to_string() == key)
}

/// `print_r()`.
pub(super) fn printed(tree: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    print(&mut out, tree, 0);
    out
}

fn print(out: &mut Vec<u8>, value: &Value, indent: usize) {
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) => put(out, format_args!("1")),
        Value::Number(number) => put(out, format_args!("{number}")),
        Value::String(text) => put(out, format_args!("{text}")),
        Value::Array(items) => print_entries(out, indent, items.iter().enumerate()),
        Value::Object(members) => print_entries(out, indent, members.iter()),
    }
}

fn print_entries<'a, K: std::fmt::Display>(out: &mut Vec<u8>, indent: usize, entries: impl Iterator<Item = (K, &'a Value)>) {
    let margin = " ".repeat(indent);
    put(out, format_args!("Array\n{margin}(\n"));
    for (key, value) in entries {
        put(out, format_args!("{margin}    [{key}] => "));
        print(out, value, indent + 8);
        put(out, format_args!("\n"));
    }
    put(out, format_args!("{margin})\n"));
}

#[cfg(test)]
mod tests {
    use super::super::reading;
    use super::{printed, serialized};
    use serde_json::{Value, json};

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn trees_are_serialized_as_php_does() {
        let cases: [(Value, &str); 8] = [
            (json!(null), "N;"),
            (json!(true), "b:1;"),
            (json!(5), "i:5;"),
            (json!(1.5), "d:1.5;"),
            (json!("zażółć"), "s:10:\"zażółć\";"),
            (json!([]), "a:0:{}"),
            (json!(["a", false]), "a:2:{i:0;s:1:\"a\";i:1;b:0;}"),
            (json!({"1": 1, "01": 2, "-5": 3, "a b": {}}), "a:4:{i:1;i:1;s:2:\"01\";i:2;i:-5;i:3;s:3:\"a b\";a:0:{}}"),
        ];
        for (tree, expected) in cases {
            assert_eq!(text(serialized(&tree)), expected);
        }
    }

    #[test]
    fn trees_are_printed_as_php_does() {
        assert_eq!(text(printed(&json!({"ping": "pong"}))), "Array\n(\n    [ping] => pong\n)\n");
        assert_eq!(
            text(printed(&json!([{"a": [], "b": null}, true]))),
            "Array\n(\n    [0] => Array\n        (\n            [a] => Array\n                (\n                )\n\n            [b] => \n        )\n\n    [1] => 1\n)\n"
        );
        assert_eq!(text(printed(&json!("bare"))), "bare");
    }

    #[test]
    fn what_was_written_is_read_back() {
        let tree = json!({"a": [1, -2.5, "x\n)\n", null, true, false, {}], "7": {"": "é"}, "07": [[], [[18_446_744_073_709_551_615_u64]]]});
        assert_eq!(reading::unserialized(&serialized(&tree)), Some(reading::php_array(&tree)));
        assert!(reading::is_printed(&printed(&tree), &tree));
        assert!(!reading::is_printed(&printed(&json!({"a": 1})), &json!({"a": 2})));
        for broken in ["", "i:1", "s:5:\"é\";", "a:1:{i:0;}", "N;N;"] {
            assert_eq!(reading::unserialized(broken.as_bytes()), None, "{broken}");
        }
    }
}
