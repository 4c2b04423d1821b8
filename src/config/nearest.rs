//! Finding what somebody meant.

/// The candidate that looks most like a word; none only when there are no candidates.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(word, candidate);
    candidates.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_found() {
        assert_eq!(nearest("lsten", ["hosts", "listen", "name"]), Some("listen"));
        assert_eq!(nearest("x", []), None);
    }
}
