//! Quick calls: meetings that begin at once, for whoever has the link (and the password), until they expire.

use super::{Error, MeetingId, PasswordHash, Timestamp};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// How long a call is open when nobody says, in milliseconds.
const DEFAULT_MS: i64 = 24 * HOUR_MS;
/// How long a call is open at most, in milliseconds: a year.
const LONGEST_MS: i64 = 365 * 24 * HOUR_MS;
/// Smaller numbers are seconds: as milliseconds they would lie before March 1973.
const FIRST_MS: i64 = 100_000_000_000;

/// When the link of a quick call ends to work, as a caller said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallExpiry {
    /// A day from now.
    Default,
    /// At this instant.
    At(Timestamp),
}

impl CallExpiry {
    /// From a number: milliseconds since 1970, or seconds when it is too small for that. 0 leaves it open.
    pub fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Default,
            seconds if seconds < FIRST_MS => Self::At(Timestamp::from_seconds(seconds)),
            ms => Self::At(Timestamp::from_ms(ms)),
        }
    }

    /// The instant itself: not past, and a year ahead at most.
    pub fn instant(self, now: Timestamp) -> Result<Timestamp, Error> {
        match self {
            Self::Default => Ok(now.plus_ms(DEFAULT_MS)),
            Self::At(at) if at <= now => Err(Error::Invalid("expiredDate", "this date is past; name one that is still to come")),
            Self::At(at) => Ok(at.min(now.plus_ms(LONGEST_MS))),
        }
    }
}

/// The password of a quick call before it is hashed: 1 to 1,000 bytes, without control characters, which no form sends.
#[derive(Clone, PartialEq, Eq)]
pub struct CallPassword(String);

impl CallPassword {
    /// Longest password, in bytes.
    const MAX: usize = 1_000;

    /// Checks a password; an empty one is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Error> {
        match text {
            "" => Ok(None),
            text if text.len() <= Self::MAX && !text.chars().any(char::is_control) => Ok(Some(Self(text.to_owned()))),
            _ => Err(Error::Invalid("password", "a password has at most 1,000 bytes and no control characters")),
        }
    }

    /// The password.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for CallPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallPassword")
    }
}

/// A quick call to be made.
#[derive(Clone, Debug)]
pub struct NewQuickCall {
    /// When its link ends to work.
    pub expiry: CallExpiry,
    /// Its password, hashed already: hashing is slow and does not belong to the writer.
    pub password: Option<PasswordHash>,
}

/// A quick call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickCall {
    /// The part of its address that can't be guessed.
    pub id: String,
    /// The meeting that it is.
    pub meeting: MeetingId,
    /// From when on nobody comes in any more.
    pub expires: Timestamp,
    /// Whether it asks for a password.
    pub has_password: bool,
}

#[cfg(test)]
mod tests {
    use super::{CallExpiry, CallPassword};
    use crate::domain::{Error, Timestamp};

    const DAY_MS: i64 = 86_400_000;

    #[test]
    fn an_expiry_is_milliseconds_or_seconds_and_lies_within_a_year() {
        let now = Timestamp::from_ms(1_767_571_200_000);
        let at = |number: i64| CallExpiry::from_number(number).instant(now).map(Timestamp::ms);
        let past = || Err(Error::Invalid("expiredDate", "this date is past; name one that is still to come"));
        for (number, expected) in [
            (0, Ok(now.ms() + DAY_MS)),
            (1_767_571_200_001, Ok(1_767_571_200_001)),
            (1_767_571_200_000, past()),
            (1_767_571_201, Ok(1_767_571_201_000)),
            (1_767_571_200, past()),
            (1_624_368_868_714, past()),
            (99_999_999_999, Ok(now.ms() + 365 * DAY_MS)),
            (100_000_000_000, past()),
            (1_799_107_200_000, Ok(now.ms() + 365 * DAY_MS)),
            (1_799_107_200_001, Ok(now.ms() + 365 * DAY_MS)),
            (i64::MAX, Ok(now.ms() + 365 * DAY_MS)),
            (-1, past()),
            (i64::MIN, past()),
        ] {
            assert_eq!(at(number), expected, "{number}");
        }
    }

    #[test]
    fn an_empty_password_is_none_and_a_long_one_is_refused() {
        assert_eq!(CallPassword::parse(""), Ok(None));
        assert_eq!(CallPassword::parse(" ").map(|word| word.map(|word| word.as_str().to_owned())), Ok(Some(" ".to_owned())));
        assert!(CallPassword::parse(&"x".repeat(1_000)).is_ok() && CallPassword::parse(&"x".repeat(1_001)).is_err());
        assert!(CallPassword::parse("a\nb").is_err());
        assert!(!format!("{:?}", CallPassword::parse("secret")).contains("secret"));
    }
}
