//! Text as it is searched: a sequence of words and signs, without what people leave out when they type a query.
//!
//! Case, width, ligatures (NFKC) and diacritics don't count, and letters that merely look decorated are plain ones: đ is d,
//! ł is l, ß is ss. Scripts that put blanks between words give words; those that don't (Chinese characters, kana, hangul,
//! Thai and its neighbours) and pictographs give single signs. A message and a query go through the same function, so they
//! can't disagree. Changing it asks for a new search index: a migration has to set the backlog, as the first one did.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word or a sign of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is, folded.
    pub form: Form,
    /// Whether nothing stands between it and the one before.
    pub is_attached: bool,
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Letters and digits up to the next blank or punctuation.
    Word(String),
    /// One character of a script without blanks, or a pictograph.
    Sign(char),
}

/// The words and signs of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut reading = Reading::default();
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        let upto = end_of_cluster(&mut rest, text.len());
        // Most of most texts; nothing is to be decomposed.
        if first.is_ascii() && upto == from + 1 {
            reading.take(first.to_ascii_lowercase(), from..upto);
        } else {
            fold(text.get(from..upto).unwrap_or_default()).for_each(|c| reading.take(c, from..upto));
        }
    }
    reading.tokens
}

/// Passes over what belongs to the character before: marks, parts of a syllable. They can't be folded without it.
fn end_of_cluster(rest: &mut Peekable<CharIndices<'_>>, end: usize) -> usize {
    let belongs = |c: char| is_combining_mark(c) || is_ignored(c) || matches!(c, '\u{FF9E}' | '\u{FF9F}' | '\u{1160}'..='\u{11FF}');
    while rest.next_if(|(_, c)| belongs(*c)).is_some() {}
    rest.peek().map_or(end, |(at, _)| *at)
}

/// A character with its marks, folded. Marks of kana and parts of hangul are put together again: they tell letters apart.
fn fold(cluster: &str) -> impl Iterator<Item = char> {
    let decomposed = cluster.chars().filter(|c| !is_ignored(*c)).nfkd();
    decomposed.flat_map(char::to_lowercase).nfkd().filter(|c| !is_diacritic(*c)).nfc().flat_map(plain)
}

/// A whole text, folded: for looking for part of a name.
pub(super) fn folded(text: &str) -> String {
    fold(text).collect()
}

/// What only steers how others are drawn: joiners, soft hyphens, variants and shades of pictographs.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}' | '\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}')
        || matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Marks that people leave out: accents, and points of Hebrew and Arabic. Marks of other scripts are vowels.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
        || matches!(c, '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

/// Letters that Unicode does not decompose, as people type them who don't have them on their keyboard.
fn plain(c: char) -> impl Iterator<Item = char> {
    let letters = match c {
        'đ' | 'ð' | 'ɖ' => "d",
        'ł' | 'ƚ' => "l",
        'ø' => "o",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ȷ' => "j",
        'ŧ' => "t",
        'ŋ' => "n",
        'ƀ' => "b",
        'ƶ' => "z",
        'ĸ' => "k",
        'ə' => "e",
        'ς' => "σ",
        _ => "",
    };
    letters.chars().chain(letters.is_empty().then_some(c))
}

/// Characters that stand for themselves: scripts without blanks, and pictographs.
fn is_sign(c: char) -> bool {
    let is_east_asian = matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}'
        | '\u{3100}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'
        | '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7FF}');
    let is_south_east_asian = matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}');
    let is_pictograph =
        matches!(c, '\u{2300}'..='\u{23FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B05}'..='\u{2B55}' | '\u{1F000}'..='\u{1FAFF}');
    is_east_asian || is_pictograph || (is_south_east_asian && (c.is_alphanumeric() || is_combining_mark(c)))
}

/// A text that is being read.
#[derive(Default)]
struct Reading {
    tokens: Vec<Token>,
    /// Whether something was passed over since the last token.
    is_apart: bool,
}

impl Reading {
    fn take(&mut self, c: char, at: Range<usize>) {
        if is_sign(c) {
            self.push(Form::Sign(c), at);
        } else if c.is_alphanumeric() {
            match self.open_word() {
                Some((word, whole)) => {
                    word.push(c);
                    whole.end = at.end;
                }
                None => self.push(Form::Word(c.to_string()), at),
            }
        } else if !is_combining_mark(c) {
            self.is_apart = true;
        } else if let Some((word, whole)) = self.open_word() {
            word.push(c);
            whole.end = at.end;
        }
    }

    /// The word that the next letter belongs to, and where it stands.
    fn open_word(&mut self) -> Option<(&mut String, &mut Range<usize>)> {
        match self.tokens.last_mut() {
            Some(Token { form: Form::Word(word), at, .. }) if !self.is_apart => Some((word, at)),
            _ => None,
        }
    }

    fn push(&mut self, form: Form, at: Range<usize>) {
        self.tokens.push(Token { form, is_attached: !self.is_apart, at });
        self.is_apart = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, tokens};

    /// The tokens of a text: `+` before what is attached to the one before.
    fn shown(text: &str) -> String {
        let show = |token: super::Token| {
            let form = match token.form {
                Form::Word(word) => word,
                Form::Sign(sign) => format!("<{sign}>"),
            };
            format!("{}{form}", if token.is_attached { "+" } else { " " })
        };
        tokens(text).into_iter().map(show).collect::<String>().trim_start_matches(['+', ' ']).to_owned()
    }

    #[test]
    fn what_people_leave_out_does_not_count() {
        for (text, folded) in [
            ("Đặng Văn Łódź", "dang van lodz"),
            ("Smørrebrød Straße GROẞ Þór Ærø Œuvre", "smorrebrod strasse gross thor aero oeuvre"),
            ("ＡＢＣ１２３ ｶﾞﾗｽ", "abc123 <ガ>+<ラ>+<ス>"),
            ("ΟΔΟΣ Ἀθῆναι İstanbul ılık ﬁn", "οδοσ αθηναι istanbul ilik fin"),
            ("e\u{301}te\u{301} co\u{AD}op", "ete coop"),
            ("Ёлка שָׁלוֹם", "елка שלום"),
        ] {
            assert_eq!(shown(text), folded, "{text}");
        }
    }

    #[test]
    fn scripts_without_blanks_give_signs() {
        assert_eq!(shown("会議室でMTG、3回"), "<会>+<議>+<室>+<で>+mtg 3+<回>");
        assert_eq!(shown("か\u{3099}ｶﾞ゛"), "<が>+<ガ>");
        assert_eq!(shown("コーヒー・スーパー"), "<コ>+<ー>+<ヒ>+<ー> <ス>+<ー>+<パ>+<ー>");
        assert_eq!(shown("\u{1112}\u{1161}\u{11AB} 한"), "<한> <한>");
        assert_eq!(shown("👍🏽 👨\u{200D}👩 ❤\u{FE0F}a"), "<👍> <👨>+<👩> <❤>+a");
        assert_eq!(shown("नमस्ते"), "नमस्ते");
    }

    #[test]
    fn punctuation_parts_and_is_no_token() {
        assert_eq!(shown("e-mail, don't (3.14)"), "e mail don t 3 14");
        assert_eq!(shown("\"*:^()- \u{0}\n\t"), "");
    }

    proptest::proptest! {
        #[test]
        fn tokens_stand_in_their_text_in_order_and_fold_to_themselves(text in "\\PC{0,60}") {
            let mut last = 0;
            for token in tokens(&text) {
                assert!(text.get(token.at.clone()).is_some_and(|part| !part.is_empty()) && token.at.start >= last, "{token:?}");
                last = token.at.start;
                let folded = match token.form { Form::Word(word) => word, Form::Sign(sign) => sign.to_string() };
                let again: String = tokens(&folded).into_iter().map(|token| match token.form { Form::Word(word) => word, Form::Sign(sign) => sign.to_string() }).collect();
                assert_eq!(again, folded);
            }
        }
    }
}
