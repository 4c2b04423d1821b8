//! The words of the room's pages, a JSON object for each language. All have the same keys; a test sees to it.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::web::assets;

/// Languages there are words in.
pub(super) const LANGUAGES: [&str; 4] = ["en", "pl", "ja", "vi"];

static TEXTS: LazyLock<Vec<Map<String, Value>>> = LazyLock::new(|| {
    let read = |code: &str| serde_json::from_str(&assets::text(&format!("meet/texts/{code}.json")));
    LANGUAGES.iter().map(|code| read(code).unwrap_or_default()).collect()
});

/// A language by its code, in any case.
pub(super) fn known(code: &str) -> Option<&'static str> {
    LANGUAGES.into_iter().find(|known| known.eq_ignore_ascii_case(code))
}

/// All words of a language.
pub(super) fn all(language: &str) -> &'static Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    LANGUAGES.iter().position(|known| *known == language).and_then(|place| TEXTS.get(place)).unwrap_or_else(|| &NONE)
}

/// One text.
pub(super) fn text(language: &str, key: &str) -> &'static str {
    all(language).get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Places in templates, `t.<key>`, and what stands there in a language.
pub(super) fn keys(language: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    static PLACES: LazyLock<Vec<(String, &'static str)>> =
        LazyLock::new(|| all("en").keys().map(|key| (format!("t.{key}"), key.as_str())).collect());
    let language = known(language).unwrap_or("en");
    PLACES.iter().map(move |(place, key)| (place.as_str(), text(language, key)))
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, all};

    #[test]
    fn every_language_has_the_same_keys_and_no_empty_text() {
        let keys = |code| {
            let mut keys: Vec<&String> = all(code).keys().collect();
            keys.sort();
            keys
        };
        assert!(keys("en").len() > 50);
        for code in LANGUAGES {
            assert_eq!(keys(code), keys("en"), "{code}");
            assert!(all(code).values().all(|text| text.as_str().is_some_and(|text| !text.trim().is_empty())), "{code}");
        }
    }
}
