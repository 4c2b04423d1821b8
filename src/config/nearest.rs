//! Finding what somebody meant.

/// The candidate that looks most like a word; none only when there are no candidates.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    candidates.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}

/// The same, if it may have been meant: the last part of a key, which is told apart from the others of its section by it, is
/// mistyped by a third at most.
pub(super) fn near_key<'a>(key: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let last = key.rsplit('.').next().unwrap_or(key).rsplit("__").next().unwrap_or(key);
    let slips = (last.chars().count() / 3).max(1);
    nearest(key, candidates).filter(|candidate| strsim::damerau_levenshtein(key, candidate) <= slips)
}

#[cfg(test)]
mod tests {
    use super::{near_key, nearest};

    #[test]
    fn a_key_that_nobody_can_have_meant_is_not_named() {
        let keys = ["server.tls", "server.listen", "server.public_url"];
        assert_eq!(near_key("server.foo", keys), None);
        assert_eq!(near_key("server.tsl", keys), Some("server.tls"));
        assert_eq!(near_key("servr.listen", keys), Some("server.listen"));
        assert_eq!(near_key("server.publicurl", keys), Some("server.public_url"));
        assert_eq!(near_key("CROSSTALK_SERVER__FOO", ["CROSSTALK_SERVER__TLS"]), None);
    }

    #[test]
    fn the_nearest_word_is_found() {
        assert_eq!(nearest("lsten", ["hosts", "listen", "name"]), Some("listen"));
        assert_eq!(nearest("x", []), None);
    }
}
