//! Meeting rooms with walls ("places") and their reservations.
//!
//! A reservation is half-open: it ends when the next one may begin. Those of one place never overlap.

use jiff::civil::Date;

use super::{AccountId, Email, Error, PlaceId, ReservationId, Start, TimeZone, Timestamp};

/// Longest title and label, in characters.
const LINE_CHARS: usize = 100;
/// Longest memo, in characters.
const MEMO_CHARS: usize = 1_000;
/// Reservations lie between 1970 and 2200.
const LAST: Timestamp = Timestamp::from_seconds(7_258_118_400);

/// A meeting room with walls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingPlace {
    /// Its id.
    pub id: PlaceId,
    /// Name as shown, unique in its organization.
    pub name: String,
    /// What it is listed under, such as a floor, or empty.
    pub group: String,
    /// People it takes; 0 when nobody knows.
    pub capacity: i64,
    /// Words about it, or empty.
    pub memo: String,
    /// Its place in lists; those of one number go by name.
    pub sort_order: i64,
    /// Whether it is in use: only then is it listed and reserved.
    pub is_valid: bool,
}

/// A place to be added.
#[derive(Clone, Debug)]
pub struct NewPlace {
    /// Name as shown.
    pub name: Title,
    /// What it is listed under.
    pub group: Label,
    /// People it takes; 0 when nobody knows.
    pub capacity: Count,
    /// Words about it.
    pub memo: Memo,
    /// Its place in lists; at their end when absent.
    pub sort_order: Option<Count>,
    /// Whether it is in use.
    pub is_valid: bool,
}

/// The name of a place, or what it is reserved for: one line of 1 to 100 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// Trims and checks a text that is said to be this parameter.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let Label(text) = Label::parse(field, text)?;
        if text.is_empty() { Err(Error::Missing(field)) } else { Ok(Self(text)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One line of at most 100 characters, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Trims and checks a text that is said to be this parameter.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let text = text.trim();
        match () {
            () if text.chars().count() > LINE_CHARS => Err(Error::Invalid(field, "this has at most 100 characters")),
            () if text.chars().any(char::is_control) => Err(Error::Invalid(field, "this is one line, without control characters")),
            () => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words of at most 1,000 characters, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memo(String);

impl Memo {
    /// Trims and checks a text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let is_plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
        let is_fine = is_plain && text.chars().count() <= MEMO_CHARS;
        if is_fine {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Invalid("memo", "a memo has at most 1,000 characters and no control characters"))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number from 0 to 1,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count(i64);

impl Count {
    /// Checks a number that is said to be this parameter.
    pub fn parse(field: &'static str, number: i64) -> Result<Self, Error> {
        let is_fine = (0..=1_000_000).contains(&number);
        if is_fine { Ok(Self(number)) } else { Err(Error::Invalid(field, "write a number from 0 to 1,000,000")) }
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// A time that a place is wanted for, as somebody wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservedTime {
    /// From a time up to, not including, another.
    Span(Start, Start),
    /// Whole days of the organization, the last one included.
    Days(Date, Date),
}

impl ReservedTime {
    /// Longest reservation, in milliseconds: 366 days and the hour by which a day may be longer.
    pub const LONGEST_MS: i64 = (366 * 24 + 1) * 60 * 60 * 1_000;

    /// Reads two times, each on the organization's clocks or with an offset.
    pub fn parse_span(start: &str, end: &str) -> Result<Self, Error> {
        let time = |field, text| Start::parse(text).map_err(|error| about(field, error));
        Ok(Self::Span(time("start", start)?, time("end", end)?))
    }

    /// Reads two days such as `2026-01-12`.
    pub fn parse_days(first: &str, last: &str) -> Result<Self, Error> {
        let day = |field, text: &str| text.trim().parse().map_err(|_| Error::Invalid(field, "write a day as 2026-01-12"));
        Ok(Self::Days(day("day", first)?, day("last-day", last)?))
    }

    /// First instant, and the first one after it, for an organization of this zone.
    pub fn within(self, zone: &TimeZone) -> Result<(Timestamp, Timestamp), Error> {
        let (starts, ends) = match self {
            Self::Span(start, end) => (instant("start", start, zone)?, instant("end", end, zone)?),
            Self::Days(first, last) => {
                let after = last.tomorrow().map_err(|_| Error::Invalid("end", "the calendar ends here"))?;
                (zone.first_instant_of(first)?, zone.first_instant_of(after)?)
            }
        };
        match () {
            () if starts < Timestamp::from_ms(0) || starts >= LAST => Err(Error::Invalid("start", "name a time from 1970 to 2199")),
            () if ends <= starts => Err(Error::Invalid("end", "the end has to come after the start")),
            () if ends.ms() - starts.ms() > Self::LONGEST_MS => Err(Error::Invalid("end", "a reservation lasts a year at most")),
            () => Ok((starts, ends)),
        }
    }

    /// Whether it is for whole days.
    pub fn is_all_day(self) -> bool {
        matches!(self, Self::Days(..))
    }
}

fn instant(field: &'static str, time: Start, zone: &TimeZone) -> Result<Timestamp, Error> {
    time.in_zone(zone).map_err(|error| about(field, error))
}

/// The same complaint about another parameter.
fn about(field: &'static str, error: Error) -> Error {
    match error {
        Error::Invalid(_, why) => Error::Invalid(field, why),
        other => other,
    }
}

/// A reservation to be made.
#[derive(Clone, Debug)]
pub struct NewReservation {
    /// The place, by its name or its id.
    pub place: String,
    /// When.
    pub time: ReservedTime,
    /// What for.
    pub title: Title,
    /// More words.
    pub memo: Memo,
    /// Who makes it.
    pub creator: Email,
    /// Who comes, and whether they answer for it; its maker always does both.
    pub members: Vec<(Email, bool)>,
}

/// A place that somebody has for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// The place.
    pub place: PlaceId,
    /// The place's name.
    pub place_name: String,
    /// First instant.
    pub starts: Timestamp,
    /// First instant after it.
    pub ends: Timestamp,
    /// Whether it was made for whole days.
    pub is_all_day: bool,
    /// What for.
    pub title: String,
    /// More words, or empty.
    pub memo: String,
    /// Who made it.
    pub creator: ReservationMember,
    /// The name of who made it.
    pub creator_name: String,
    /// The e-mail address of who made it.
    pub creator_email: String,
    /// Everybody who comes, oldest account first.
    pub members: Vec<ReservationMember>,
}

/// Somebody who comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationMember {
    /// The account.
    pub account: AccountId,
    /// Its opaque id of 20 characters.
    pub uid: String,
    /// Whether the person answers for it.
    pub is_in_charge: bool,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Count, Label, Memo, ReservedTime, Title};
    use crate::domain::{Error, Start, TimeZone};

    #[test]
    fn words_and_numbers_are_trimmed_and_bounded() {
        assert_eq!(Title::parse("name", " 会議室A ").unwrap().as_str(), "会議室A");
        assert_eq!(Title::parse("name", " "), Err(Error::Missing("name")));
        assert_eq!(Label::parse("group", " ").unwrap(), Label::default());
        for text in ["a\nb", "a\u{7}", &"あ".repeat(101)] {
            assert!(matches!(Title::parse("title", text), Err(Error::Invalid("title", _))), "{text}");
            assert!(matches!(Label::parse("group", text), Err(Error::Invalid("group", _))), "{text}");
        }
        assert!(Title::parse("title", &"あ".repeat(100)).is_ok());
        assert_eq!(Memo::parse(" a\nb ").unwrap().as_str(), "a\nb");
        assert!(Memo::parse(&"あ".repeat(1_000)).is_ok() && Memo::parse(&"あ".repeat(1_001)).is_err() && Memo::parse("a\u{0}").is_err());
        assert_eq!(Count::parse("capacity", 1_000_000).map(Count::get), Ok(1_000_000));
        assert!(Count::parse("capacity", -1).is_err() && Count::parse("capacity", 1_000_001).is_err());
    }

    #[test]
    fn a_time_has_an_end_after_its_start_and_a_year_at_most() {
        let zone = TimeZone::parse("Europe/Warsaw").unwrap();
        let span = |start: &str, end: &str| ReservedTime::Span(Start::parse(start).unwrap(), Start::parse(end).unwrap()).within(&zone);
        let (starts, ends) = span("2026-01-12 10:00", "2026-01-12T10:00:00Z").unwrap();
        assert_eq!((starts.to_string().as_str(), ends.to_string().as_str()), ("2026-01-12T09:00:00Z", "2026-01-12T10:00:00Z"));
        for (start, end, field) in [
            ("2026-01-12 10:00", "2026-01-12 10:00", "end"),
            ("2026-01-12 10:00", "2026-01-12 09:59", "end"),
            ("2026-01-12 10:00", "2027-01-14 10:00", "end"),
            ("1969-12-31 10:00", "1969-12-31 11:00", "start"),
            ("2200-01-02 10:00", "2200-01-02 11:00", "start"),
            ("2026-03-29 02:30", "2026-03-29 04:00", "start"),
            ("2026-03-29 01:30", "2026-03-29 02:30", "end"),
        ] {
            assert!(matches!(span(start, end), Err(Error::Invalid(named, _)) if named == field), "{start} {end}");
        }
    }

    #[test]
    fn whole_days_last_as_long_as_the_clocks_say() {
        let hours = |zone: &str, first, last| {
            let (starts, ends) = ReservedTime::Days(first, last).within(&TimeZone::parse(zone).unwrap()).unwrap();
            (ends.ms() - starts.ms()) / 3_600_000
        };
        assert_eq!(hours("Europe/Warsaw", date(2026, 1, 12), date(2026, 1, 12)), 24);
        assert_eq!(hours("Europe/Warsaw", date(2026, 3, 29), date(2026, 3, 29)), 23);
        assert_eq!(hours("Europe/Warsaw", date(2026, 10, 25), date(2026, 10, 25)), 25);
        assert_eq!(hours("America/New_York", date(2026, 3, 8), date(2026, 3, 9)), 47);
        assert_eq!(hours("America/New_York", date(2026, 11, 1), date(2026, 11, 1)), 25);
        let backwards = ReservedTime::Days(date(2026, 1, 12), date(2026, 1, 11)).within(&TimeZone::parse("UTC").unwrap());
        assert!(matches!(backwards, Err(Error::Invalid("end", _))));
    }
}
