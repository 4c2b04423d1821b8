//! Languages of what this server writes to people: mails and reports.

use super::Error;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are ISO 639-1 codes")]
pub enum Language {
    En,
    Pl,
    Ru,
    De,
    Es,
    Ja,
    Vi,
}

impl Language {
    /// Languages of reports, in the order in which the ClickMeeting API lists them; ours come last.
    pub const OF_REPORTS: [Self; 7] = [Self::En, Self::Pl, Self::Ru, Self::De, Self::Es, Self::Ja, Self::Vi];
    /// Languages of mails.
    pub const OF_MAILS: [Self; 4] = [Self::En, Self::Pl, Self::Ja, Self::Vi];

    /// ISO 639-1 code in lower case.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pl => "pl",
            Self::Ru => "ru",
            Self::De => "de",
            Self::Es => "es",
            Self::Ja => "ja",
            Self::Vi => "vi",
        }
    }

    /// The language of a report by its code, in any case.
    pub fn of_report(code: &str) -> Option<Self> {
        Self::OF_REPORTS.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The language of letters that an administrator names.
    pub fn named(code: &str) -> Result<Self, Error> {
        let known = Self::OF_MAILS.into_iter().find(|language| language.code().eq_ignore_ascii_case(code));
        known.ok_or(Error::Invalid("language", "letters are written in en, pl, ja or vi"))
    }

    /// The language of a mail by its code, in any case; anything unknown is English.
    pub fn of_mail(code: &str) -> Self {
        Self::named(code).unwrap_or(Self::En)
    }
}
