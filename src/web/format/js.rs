//! JSON as a script: bare, or handed to a function of the page that asked.

/// Longest name of such a function.
const NAME: usize = 128;

/// Whether a name may stand before the brackets: nothing but a name can.
pub(super) fn is_callback(name: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$');
    let mut bytes = name.bytes();
    name.len() <= NAME && bytes.next().is_some_and(is_first) && bytes.all(|byte| is_first(byte) || byte.is_ascii_digit() || byte == b'.')
}

/// `name(…);`
pub(super) fn called(name: &str, json: Vec<u8>) -> Vec<u8> {
    let mut script = Vec::with_capacity(json.len() + name.len() + 3);
    script.extend_from_slice(name.as_bytes());
    script.push(b'(');
    script.extend(json);
    script.extend_from_slice(b");");
    script
}

#[cfg(test)]
mod tests {
    use super::is_callback;

    #[test]
    fn only_a_name_is_called() {
        for name in ["f", "_", "$", "jQuery.cb_1", &"a".repeat(128)] {
            assert!(is_callback(name), "{name}");
        }
        for name in ["", "1a", "alert(1)//", "a b", "a;b", "é", ".a", &"a".repeat(129)] {
            assert!(!is_callback(name), "{name}");
        }
    }
}
