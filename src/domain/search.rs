//! Searching messages for words: what is asked, what of a text answers it, and the terms by which an index finds candidates.
//!
//! Invariant: whether a message is found is decided by its text alone (`Words::find`). An index only proposes: whatever
//! `find` accepts has every one of `Words::terms` among its `index_terms`.

use std::collections::BTreeSet;
use std::ops::Range;

use super::folding::{Form, Token, tokens};
use super::{AccountId, Error, MessageId, Person, RoomId, Span, Timestamp};

/// Longest word that the index knows whole, in characters; of a longer one it knows the beginning.
const WORD: usize = 64;
/// Beginnings of words that the index knows, in characters: a query may break off in the middle of its last word.
const HEADS: [usize; 4] = [4, 6, 8, 10];
/// Terms of one query that candidates are looked up by; the text decides about the rest.
const TERMS: usize = 16;
/// Most places in one text that are marked.
const MARKS: usize = 100;

/// What somebody types into a search field. All parts have to be in a text, wherever they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Vec<Part>);

/// A word, or several tokens that have to follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    tokens: Vec<Token>,
    /// Whether the last word may go on.
    is_open: bool,
}

impl Words {
    /// Longest query, in characters.
    pub const MAX_CHARS: usize = 200;
    /// Most parts of a query.
    pub const MAX_PARTS: usize = 10;

    /// Reads a query. Blanks part it, quotation marks hold together; everything else that is no letter, digit or pictograph
    /// means nothing. The last word also finds longer ones that begin with it, once it has four letters.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > Self::MAX_CHARS && text.chars().count() > Self::MAX_CHARS {
            return Err(Error::Invalid("query", "search for at most 200 characters"));
        }
        let mut parts: Vec<Part> = pieces(text).map(tokens).map(|tokens| Part { tokens, is_open: false }).collect();
        let ends_in_quotes = text.trim_end().ends_with(is_quotation_mark);
        if let Some(last) = parts.last_mut().filter(|_| !ends_in_quotes) {
            last.is_open = matches!(last.tokens.last(), Some(Token { form: Form::Word(word), .. }) if head_of(word).is_some());
        }
        parts.retain(|part| !part.tokens.is_empty());
        match parts.len() {
            0 => Err(Error::Invalid("query", "write at least one letter, digit or pictograph")),
            1..=Self::MAX_PARTS => Ok(Self(parts)),
            _ => Err(Error::Invalid("query", "search for at most 10 words or quoted phrases")),
        }
    }

    /// Where a text answers the query, as ranges of bytes in order, the first hundred; none when a part is missing.
    pub fn find(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let tokens = tokens(text);
        let mut found = Vec::new();
        for part in &self.0 {
            let before = found.len();
            found.extend(part.places(&tokens).take(MARKS));
            if found.len() == before {
                return None;
            }
        }
        Some(merged(found))
    }

    /// Terms of the index that every answer has.
    pub fn terms(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.0.iter().flat_map(Part::terms).collect();
        all.into_iter().take(TERMS).collect()
    }
}

/// What stands between quotation marks, and what stands between blanks outside of them.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_quotation_mark).enumerate().flat_map(|(number, piece)| {
        let is_quoted = number % 2 == 1;
        let (quoted, plain) = if is_quoted { (piece, "") } else { ("", piece) };
        plain.split_whitespace().chain((!quoted.is_empty()).then_some(quoted))
    })
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{FF02}' | '\u{201C}'..='\u{201F}')
}

impl Part {
    /// Places where the part stands in a text.
    fn places<'a>(&'a self, text: &'a [Token]) -> impl Iterator<Item = Range<usize>> + 'a {
        text.windows(self.tokens.len()).filter(|window| self.fits(window)).filter_map(|window| {
            let (first, last) = (window.first()?, window.last()?);
            Some(first.at.start..last.at.end)
        })
    }

    fn fits(&self, window: &[Token]) -> bool {
        let last = self.tokens.len() - 1;
        self.tokens.iter().zip(window).enumerate().all(|(number, (wanted, given))| {
            // What is written in one has to be in one there, too; what is written apart may be.
            let hangs_together = number == 0 || !wanted.is_attached || given.is_attached;
            hangs_together && (wanted.form == given.form || (self.is_open && number == last && goes_on(&wanted.form, &given.form)))
        })
    }

    fn terms(&self) -> Vec<String> {
        let (last, whole) = match self.tokens.split_last() {
            Some((Token { form: Form::Word(word), .. }, rest)) if self.is_open => (head_of(word).map(|head| term('h', head)), rest),
            _ => (None, &self.tokens[..]),
        };
        let pairs: Vec<String> = whole.windows(2).filter_map(pair).collect();
        // A sign that is part of a pair says nothing more.
        let is_paired = |number: usize| {
            let pair_at = |from: Option<usize>| from.and_then(|from| self.tokens.get(from..from + 2)).and_then(pair).is_some();
            pair_at(number.checked_sub(1)) || pair_at(Some(number))
        };
        let single = whole.iter().enumerate().filter(|(number, _)| !is_paired(*number)).map(|(_, token)| single(&token.form));
        single.chain(pairs).chain(last).collect()
    }
}

/// Whether a word begins with another one.
fn goes_on(wanted: &Form, given: &Form) -> bool {
    matches!((wanted, given), (Form::Word(wanted), Form::Word(given)) if given.starts_with(wanted.as_str()))
}

/// All terms of a text, each once: words and beginnings of words, signs and pairs of neighbouring signs. A pair is what makes
/// a search for two signs as cheap as one for a word; single ones are there because one sign alone may be a word.
pub fn index_terms(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let mut terms: BTreeSet<String> = tokens.windows(2).filter_map(pair).collect();
    for token in &tokens {
        terms.insert(single(&token.form));
        if let Form::Word(word) = &token.form {
            terms.extend(HEADS.iter().filter_map(|length| head(word, *length)).map(|head| term('h', head)));
        }
    }
    terms
}

/// Terms of different kinds begin with different letters.
fn term(kind: char, text: &str) -> String {
    format!("{kind}{text}")
}

fn single(form: &Form) -> String {
    match form {
        Form::Word(word) => term('w', head(word, WORD).unwrap_or(word)),
        Form::Sign(sign) => format!("s{sign}"),
    }
}

/// The term of two neighbouring signs.
fn pair(tokens: &[Token]) -> Option<String> {
    match tokens {
        [Token { form: Form::Sign(one), .. }, Token { form: Form::Sign(other), is_attached: true, .. }] => Some(format!("s{one}{other}")),
        _ => None,
    }
}

/// The first characters of a word that has so many.
fn head(word: &str, length: usize) -> Option<&str> {
    let last = word.char_indices().nth(length - 1)?;
    word.get(..last.0 + last.1.len_utf8())
}

/// The longest beginning of a word that the index knows.
fn head_of(word: &str) -> Option<&str> {
    HEADS.iter().rev().find_map(|length| head(word, *length))
}

/// Ranges in order, those that overlap made one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged.truncate(MARKS);
    merged
}

/// Which messages are wanted.
#[derive(Clone, Debug)]
pub struct SearchQuery {
    /// Words they contain.
    pub words: Words,
    /// In this room.
    pub room: Option<RoomId>,
    /// By this author.
    pub author: Option<AccountId>,
    /// Posted in this time, as their ids say it.
    pub span: Span,
}

/// Which hits are shown: the newest ones older than a message.
#[derive(Clone, Copy, Debug)]
pub struct SearchPage {
    /// Where the page before said that the search goes on; none is the newest message.
    pub before: Option<MessageId>,
    /// Hits at most.
    pub limit: usize,
}

impl SearchPage {
    /// Most hits of a page.
    pub const MAX: usize = 100;
    /// The first hits, as many as a page usually shows.
    pub const FIRST: Self = Self { before: None, limit: 20 };
}

/// A message that was found.
#[derive(Clone, Debug)]
pub struct SearchHit {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub sent: Timestamp,
    /// What it says.
    pub text: String,
    /// What of the text was looked for, as ranges of bytes in order.
    pub marks: Vec<Range<usize>>,
}

/// Some of the messages that were found, newest first.
#[derive(Clone, Debug)]
pub struct FoundPage {
    /// The hits. Fewer than asked for, even none, do not mean that there are no more.
    pub hits: Vec<SearchHit>,
    /// Where the search goes on; none when everything was looked at. A page gives up after so much work, so that words
    /// that are common apart and rare together cost no more than others.
    pub next: Option<MessageId>,
    /// How much was looked at, in entries of the index.
    pub effort: usize,
}

/// How far the index has got with the messages that were there before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchProgress {
    /// Messages that are done.
    pub done: i64,
    /// Messages that had to be done.
    pub total: i64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::{MARKS, Words, index_terms};

    fn words(query: &str) -> Words {
        Words::parse(query).unwrap_or_else(|error| panic!("{query:?}: {error:?}"))
    }

    /// What of a text a query marks, with bars between the marks; none when it does not find it.
    fn marked(query: &str, text: &str) -> Option<String> {
        let (words, terms) = (words(query), index_terms(text));
        let marks = words.find(text)?;
        assert!(words.terms().iter().all(|term| terms.contains(term)), "{query} finds {text}, and the index would not");
        Some(marks.into_iter().map(|mark| &text[mark]).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn words_are_found_in_any_order_and_marked_as_they_stand() {
        for (query, text, marks) in [
            ("meeting", "Two Meetings, one meeting.", "Meetings|meeting"),
            ("one TWO", "Two Meetings, one meeting.", "Two|one"),
            ("会議", "明日は会議室で会議です", "会議|会議"),
            ("議", "会議室", "議"),
            ("会議室で", "明日は会議室で会議です", "会議室で"),
            ("dang", "anh Đặng", "Đặng"),
            ("lodz", "z Łodzi do ŁÓDŹ", "Łodzi|ŁÓDŹ"),
            ("smorrebrod", "Smørrebrød!", "Smørrebrød"),
            ("strasse", "Die Straße", "Straße"),
            ("Straße", "STRASSE 5", "STRASSE"),
            ("abc １２", "ＡＢＣ 12", "ＡＢＣ|12"),
            ("ガラス", "割れたｶﾞﾗｽ", "ｶﾞﾗｽ"),
            ("🎉", "done 🎉🎉", "🎉|🎉"),
            ("👍", "👍🏽 ok", "👍🏽"),
            ("会議室A", "第3会議室Aで", "会議室A"),
            ("e-mail", "E-Mail or e mail", "E-Mail|e mail"),
            ("한국", "한국어", "한국"),
            ("ประชุม", "การประชุมใหญ่", "ประชุม"),
        ] {
            assert_eq!(marked(query, text).as_deref(), Some(marks), "{query} in {text}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_not_found() {
        for (query, text) in [
            ("meet ing", "meeting"),
            ("会議室", "会議と議室"),
            ("京都", "東京、都"),
            ("東京都", "東京から京都へ"),
            ("on", "once"),
            ("meeting", "meet"),
            ("meetin now", "meeting now"),
            ("会議室A", "会議室 A"),
            ("\"one two\"", "two one"),
            ("\"meet\"", "meeting"),
            ("e-mail", "mail e"),
            ("か", "が"),
            ("12", "123"),
        ] {
            assert_eq!(marked(query, text), None, "{query} in {text}");
        }
    }

    #[test]
    fn quoted_words_follow_each_other() {
        assert_eq!(marked("\"one two\" three", "three: one, two"), Some("three|one, two".into()));
        assert_eq!(marked("“会議 室”", "会議、室"), Some("会議、室".into()));
        assert_eq!(marked("say\"one two", "one two say"), Some("one two|say".into()), "a mark that is never closed holds to the end");
    }

    #[test]
    fn the_last_word_may_go_on() {
        for length in 4..=14 {
            let query: String = "administration".chars().take(length).collect();
            assert_eq!(marked(&query, "The Administration!").as_deref(), Some("Administration"), "{query}");
            assert_eq!(marked(&format!("{query} "), "The Administration!").as_deref(), Some("Administration"), "{query}");
        }
        assert_eq!(marked("adm", "The Administration!"), None);
        assert_eq!(marked("the-admin", "The Administration!").as_deref(), Some("The Administration"));
    }

    #[test]
    fn a_query_has_bounds() {
        let long = "語".repeat(200);
        assert!(words(&long).terms().len() <= 16);
        assert_eq!(marked(&long, &format!("言{long}")), Some(long.clone()));
        let parts = (0..10).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert!(Words::parse(&parts).is_ok());
        for bad in [&*format!("{long}語"), &"\"".repeat(10_000), &format!("{parts} 10"), "", " ", "*", "\"\"", "- : ^ ( ) \" ~", "\u{301}"]
        {
            assert!(Words::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(words("a").find(&"a ".repeat(1_000)).map(|marks| marks.len()), Some(MARKS));
    }

    #[test]
    fn what_would_be_syntax_elsewhere_means_nothing() {
        for query in ["NEAR(one two)", "one AND two", "one OR two", "NOT one", "{terms}: one", "one*", "-one", "^one + two", "'one'; --"] {
            let terms = words(query).terms();
            assert!(!terms.is_empty() && terms.iter().flat_map(|term| term.chars()).all(char::is_alphanumeric), "{query}: {terms:?}");
        }
        assert_eq!(marked("one AND two", "one two"), None, "it is a word");
    }

    /// Scripts as people mix them.
    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(
            "[a-zA-Z]{1,12}|[ąćęłńóśźżĐđơư]{1,6}|[会議室東京都のはガｶﾞー]{1,8}|[0-9]{1,4}|[ .,!\"*:-]{1,3}|\\PC{1,4}",
            1..12,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_each_of_its_words_and_pieces(text in text(), from in any::<prop::sample::Index>(), length in 1..20usize) {
            let pieces = text.split_whitespace().map(str::to_owned);
            let chars: Vec<char> = text.chars().collect();
            let quoted: String = chars.iter().skip(from.index(chars.len())).take(length).filter(|c| **c != '"').collect();
            for piece in pieces.filter(|piece| !piece.contains('"')) {
                if let Ok(query) = Words::parse(&piece) {
                    assert!(marked(&piece, &text).is_some(), "{piece} is in {text}: {query:?}");
                }
            }
            // A piece that cuts words or letters in two need not be found; but it never panics, and the index agrees.
            if Words::parse(&quoted).is_ok() {
                marked(&quoted, &text);
            }
        }

        #[test]
        fn no_query_makes_it_panic(query in "(\"|\\*|NEAR|AND|OR|\\^|-|:|\\(|\\)|会|é|\u{301}|a| ){0,40}|\\PC{0,200}", text in "\\PC{0,60}") {
            if let Ok(words) = Words::parse(&query) {
                words.find(&text);
                assert!(words.terms().iter().all(|term| !term.contains(['"', ' '])));
            }
        }
    }
}
