//! The marks that people put into texts: addressing, replies, quotes, code.
//!
//! Texts are stored verbatim; this module only finds out whom they address. One pass, linear in the length.

use super::{AccountId, Mentions};

/// Whom a text addresses. What stands in code blocks and quotes does not count; a block that is never closed is
/// plain text. Tag names are read without regard to case.
pub(super) fn mentions(text: &str) -> Mentions {
    let mut found = Mentions::default();
    if !text.contains('[') {
        return found;
    }
    for tag in visible_tags(&tags(text)) {
        match tag {
            Tag::ToAll => found.all = true,
            Tag::To(account) if !found.accounts.contains(&account) => found.accounts.push(account),
            _ => {}
        }
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    To(AccountId),
    ToAll,
    CodeOpen,
    CodeClose,
    QuoteOpen,
    QuoteClose,
}

/// All tags that matter, in order, before code and quotes are taken out.
fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        rest = &rest[open + 1..];
        // A tag never contains a bracket; an opening one before the closing one starts a new attempt.
        let Some(end) = rest.find(['[', ']']) else { break };
        if rest.as_bytes().get(end) == Some(&b']') {
            found.extend(kind_of(&rest[..end]));
            rest = &rest[end + 1..];
        } else {
            rest = &rest[end..];
        }
    }
    found
}

fn kind_of(inner: &str) -> Option<Tag> {
    let is = |name: &str| inner.eq_ignore_ascii_case(name);
    if let Some(digits) = strip_prefix_ignoring_case(inner, "to:") {
        return digits.trim().parse().ok().map(Tag::To);
    }
    if let Some(attributes) = strip_prefix_ignoring_case(inner, "rp ").or_else(|| inner.strip_prefix("返信 ")) {
        return attribute(attributes, "aid").map(Tag::To);
    }
    match () {
        () if is("toall") => Some(Tag::ToAll),
        () if is("code") => Some(Tag::CodeOpen),
        () if is("/code") => Some(Tag::CodeClose),
        () if is("qt") || inner.starts_with("引用 ") || inner == "引用" => Some(Tag::QuoteOpen),
        () if is("/qt") || inner == "/引用" => Some(Tag::QuoteClose),
        () => None,
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn attribute(attributes: &str, name: &str) -> Option<AccountId> {
    attributes.split_ascii_whitespace().find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.parse().ok())?
    })
}

/// Tags outside code and closed quotes. Code is taken out first: a quote mark inside it means nothing.
fn visible_tags(tags: &[Tag]) -> Vec<Tag> {
    without_quotes(&without_code(tags))
}

fn without_code(tags: &[Tag]) -> Vec<Tag> {
    let Some(last_close) = tags.iter().rposition(|tag| *tag == Tag::CodeClose) else { return tags.to_vec() };
    let mut kept = Vec::with_capacity(tags.len());
    let mut inside = false;
    for (index, tag) in tags.iter().enumerate() {
        match tag {
            Tag::CodeOpen if !inside && index < last_close => inside = true,
            Tag::CodeClose if inside => inside = false,
            _ if !inside => kept.push(*tag),
            _ => {}
        }
    }
    kept
}

/// Quotes may be nested: a closing mark belongs to the last open one. Marks without a partner are plain text.
fn without_quotes(tags: &[Tag]) -> Vec<Tag> {
    let mut open = Vec::new();
    let mut edges = vec![0i32; tags.len() + 1];
    for (index, tag) in tags.iter().enumerate() {
        if *tag == Tag::QuoteOpen {
            open.push(index);
        } else if *tag == Tag::QuoteClose
            && let Some(start) = open.pop()
        {
            edges[start] += 1;
            edges[index + 1] -= 1;
        }
    }
    let mut depth = 0;
    let is_outside = |edge: &i32| {
        depth += edge;
        depth == 0
    };
    edges.iter().map(is_outside).zip(tags).filter(|(outside, _)| *outside).map(|(_, tag)| *tag).collect()
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use crate::domain::AccountId;

    fn accounts(text: &str) -> Vec<i64> {
        mentions(text).accounts.into_iter().map(AccountId::get).collect()
    }

    #[test]
    fn addressing_and_replies_are_found() {
        let cases: [(&str, &[i64]); 12] = [
            ("[To:7] hello", &[7]),
            ("[to:7][TO:8]x[To:7]", &[7, 8]),
            ("[rp aid=7 to=4101-1700000000000000001]", &[7]),
            ("[RP to=4101-1 aid=9]", &[9]),
            ("[返信 aid=5 to=1-2]", &[5]),
            ("[picon:7][pname:7][piconname:7]", &[]),
            ("[To:x][To:][To:-1]", &[]),
            ("[[To:7]]", &[7]),
            ("[To:7", &[]),
            ("[To:7[To:8]", &[8]),
            ("no marks", &[]),
            ("é[To:3]日本", &[3]),
        ];
        for (text, expected) in cases {
            assert_eq!(accounts(text), expected, "{text}");
        }
        assert!(mentions("[toall]").all && mentions("[TOALL]").all && !mentions("[toal]").all);
    }

    #[test]
    fn code_and_quotes_do_not_address() {
        let cases: [(&str, &[i64]); 12] = [
            ("[To:5][/qt][qt][To:1]", &[5, 1]),
            ("[code][To:1][/code][To:2]", &[2]),
            ("[code][To:1]", &[1]),
            ("[qt][qtmeta aid=1 time=5][To:1][/qt][To:2]", &[2]),
            ("[qt][To:1]", &[1]),
            ("[qt][To:1][qt][To:2][/qt][To:3][/qt][To:4]", &[4]),
            ("[qt][To:1][qt][To:2][/qt][To:3]", &[1, 3]),
            ("[/qt][To:1]", &[1]),
            ("[code][qt][/code][To:1][/qt]", &[1]),
            ("[引用 aid=1 time=2][To:1][/引用][To:2]", &[2]),
            ("[/code][To:1][code][To:2][/code]", &[1]),
            ("[code]a[code][To:1][/code][To:2]", &[2]),
        ];
        for (text, expected) in cases {
            assert_eq!(accounts(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(\\[|\\]|qt|/|code|To:|1|rp aid=|toall|返信 |引用 |é| ){0,60}") {
            mentions(&text);
        }
    }
}
