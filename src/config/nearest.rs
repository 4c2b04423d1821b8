//! Finding what somebody meant.

/// A question to go behind a refusal; empty where nothing is near enough to have been meant.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    near_key(word, candidates).map(|near| format!(" Did you mean {near}?")).unwrap_or_default()
}

/// The candidate that looks most like a word; none only when there are no candidates.
fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
    use super::{did_you_mean, near_key, nearest};

    #[test]
    fn what_nobody_can_have_meant_is_not_asked_about() {
        assert_eq!(did_you_mean("foo", ["chatwork", "cam"]), "");
        assert_eq!(did_you_mean("nope", ["post-file", "get-me"]), "");
        assert_eq!(did_you_mean("chatwrk", ["chatwork", "cam"]), " Did you mean chatwork?");
        assert_eq!(did_you_mean("post-mesage", ["post-file", "post-message"]), " Did you mean post-message?");
    }

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
