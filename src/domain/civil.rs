//! Times as people write and read them: in a zone, with its offset then.

use jiff::civil::{Date, DateTime};
use jiff::tz;

use super::{Error, Start, TimeZone, Timestamp};

const BAD_START: Error = Error::Invalid("starts_at", "write it as 2031-03-04 15:00:00 or 2031-03-04T15:00:00+01:00");
const FAR_START: Error = Error::Invalid("starts_at", "name a year before 3000");
const BAD_DURATION: Error = Error::Invalid("duration", "write hours, such as 1:30, up to 24");
/// The last year in which a meeting may begin.
const LAST_YEAR: i16 = 2_999;
/// Longest meeting, in minutes.
const MOST_MINUTES: i64 = 24 * 60;

/// A zone ready to render many times.
#[derive(Clone, Debug)]
pub struct Local(tz::TimeZone);

impl Local {
    /// Of a zone that was checked when it was named; one that newer zone data no longer has counts as UTC.
    pub fn of(zone: &TimeZone) -> Self {
        Self(tz::TimeZone::get(zone.as_str()).unwrap_or(tz::TimeZone::UTC))
    }

    /// Seconds that the zone is ahead of UTC at an instant.
    pub fn offset_s(&self, at: Timestamp) -> i32 {
        self.0.to_offset(instant(at)).seconds()
    }

    /// `2031-03-04T15:00:00+01:00`; never with `Z`.
    pub fn iso(&self, at: Timestamp) -> String {
        let offset = self.0.to_offset(instant(at));
        let mut text = stamp(offset.to_datetime(instant(at)), 'T');
        put_offset(&mut text, offset.seconds());
        text
    }

    /// What such a time ends with: `+01:00`.
    pub fn offset_text(&self, at: Timestamp) -> String {
        let mut text = String::with_capacity(6);
        put_offset(&mut text, self.offset_s(at));
        text
    }

    /// `20310304`: the day on the wall.
    pub fn day(&self, at: Timestamp) -> String {
        let date = self.wall(at).date();
        format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
    }

    /// Date and time on the wall.
    pub fn wall(&self, at: Timestamp) -> DateTime {
        self.0.to_offset(instant(at)).to_datetime(instant(at))
    }
}

/// A month or a day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
}

impl Period {
    /// One day.
    pub fn day(day: Date) -> Self {
        Self { first: day, last: day }
    }

    /// A whole month: the one that a day lies in.
    pub fn month(day: Date) -> Self {
        Self { first: day.first_of_month(), last: day.last_of_month() }
    }

    /// The day that it is at an instant on the walls of a zone.
    pub fn today(now: Timestamp, zone: &TimeZone) -> Self {
        Self::day(Local::of(zone).wall(now).date())
    }

    /// Reads `yyyyMM` as a month and `yyyyMMdd` as a day; `-` or `/` may stand between the parts. Complaints name the field.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let bad = || Error::Invalid(field, "write a month as 202601 or a day as 20260131");
        let text = text.trim();
        let parts: Vec<&str> = text.split(['-', '/']).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_cut_well = matches!(lengths.as_slice(), [6 | 8] | [4, 2] | [4, 2, 2]);
        if !is_cut_well || !parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(bad());
        }
        let digits = parts.concat();
        let number = |from: usize, to: usize| digits.get(from..to).map_or(Ok(1), str::parse::<i16>).unwrap_or_default();
        let month = i8::try_from(number(4, 6)).unwrap_or_default();
        let day = i8::try_from(number(6, 8)).unwrap_or_default();
        let date = Date::new(number(0, 4), month, day).map_err(|_| bad())?;
        let period = if digits.len() == 6 { Self::month(date) } else { Self::day(date) };
        period.last.tomorrow().map_err(|_| Error::Invalid(field, "the calendar ends here"))?;
        Ok(period)
    }

    /// First instant, and the first one after it, in a zone.
    pub fn within(self, zone: &TimeZone) -> Result<(Timestamp, Timestamp), Error> {
        let after = self.last.tomorrow().map_err(Error::internal)?;
        Ok((zone.first_instant_of(self.first)?, zone.first_instant_of(after)?))
    }
}

fn put_offset(text: &mut String, offset_s: i32) {
    let minutes = offset_s.abs() / 60;
    text.push(if offset_s < 0 { '-' } else { '+' });
    put_two(text, minutes / 60);
    text.push(':');
    put_two(text, minutes % 60);
}

/// A number below 100 with two digits. Lists show four times an entry; formatting them was a tenth of the work.
fn put_two(text: &mut String, number: i32) {
    let digit = |number: i32| u8::try_from(number % 10).map_or('0', |digit| char::from(b'0' + digit));
    text.push(digit(number / 10));
    text.push(digit(number));
}

/// Date and time of day in UTC.
pub fn utc(at: Timestamp) -> DateTime {
    tz::Offset::UTC.to_datetime(instant(at))
}

/// `2031-03-04 14:00:00` in UTC.
pub fn utc_text(at: Timestamp) -> String {
    stamp(utc(at), ' ')
}

fn stamp(time: DateTime, between: char) -> String {
    // With room for an offset.
    let mut text = String::with_capacity(25);
    let year = i32::from(time.year());
    put_two(&mut text, year / 100);
    put_two(&mut text, year % 100);
    for (before, part) in [('-', time.month()), ('-', time.day()), (between, time.hour()), (':', time.minute()), (':', time.second())] {
        text.push(before);
        put_two(&mut text, part.into());
    }
    text
}

/// An instant that the calendar has; times of ours never leave it.
fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.ms()).unwrap_or_default()
}

impl Start {
    /// Reads `YYYY-mm-dd HH:MM[:SS]` or ISO 8601, with fractions of a second, an offset or `Z`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = with_two_digits(text.trim()).ok_or(BAD_START)?;
        let (start, wall) = match text.parse::<jiff::Timestamp>() {
            Ok(instant) => (Self::At(Timestamp::from_ms(instant.as_millisecond())), tz::Offset::UTC.to_datetime(instant)),
            Err(_) => text.parse::<DateTime>().map(|wall| (Self::Wall(wall), wall)).map_err(|_| BAD_START)?,
        };
        if wall.year() <= LAST_YEAR { Ok(start) } else { Err(FAR_START) }
    }
}

/// The same with an hour of two digits; none for what only looks like a time: zones in brackets, leap seconds.
fn with_two_digits(text: &str) -> Option<String> {
    let is_time = |byte: u8| byte.is_ascii_digit() || b"-+:. TtZz".contains(&byte);
    if text.len() > 64 || !text.bytes().all(is_time) || !text.bytes().take(4).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut text = text.to_owned();
    if text.as_bytes().get(12) == Some(&b':') {
        text.insert(11, '0');
    }
    (text.get(16..19) != Some(":60")).then_some(text)
}

/// Reads hours as `1:20`, `3:0`, `2` or `1.5`; gives milliseconds. More than nothing, at most 24 hours.
pub fn parse_duration(text: &str) -> Result<i64, Error> {
    let text = text.trim();
    let minutes = match text.split_once(':') {
        Some((hours, minutes)) => {
            digits(hours)?.saturating_mul(60).saturating_add(digits(minutes).ok().filter(|m| *m < 60).ok_or(BAD_DURATION)?)
        }
        None => decimal_minutes(text)?,
    };
    if (1..=MOST_MINUTES).contains(&minutes) { Ok(minutes * 60_000) } else { Err(BAD_DURATION) }
}

fn digits(text: &str) -> Result<i64, Error> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().ok_or(BAD_DURATION)
}

/// Whole or decimal hours, rounded to the minute.
fn decimal_minutes(text: &str) -> Result<i64, Error> {
    let Some((whole, part)) = text.split_once('.') else { return Ok(digits(text)? * 60) };
    let part_minutes = digits(part)? * 60 * 10 / 10_i64.pow(u32::try_from(part.len()).unwrap_or(4));
    Ok(digits(whole)? * 60 + (part_minutes + 5) / 10)
}

#[cfg(test)]
mod tests {
    use super::{Local, Period, parse_duration, utc_text};
    use crate::domain::{Error, Start, TimeZone, Timestamp};

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    #[test]
    fn times_are_shown_with_the_offset_of_their_zone_then() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let cases = [
            ("Europe/Warsaw", "2031-01-15T12:00:00Z", "2031-01-15T13:00:00+01:00", 3_600),
            ("Europe/Warsaw", "2031-07-15T12:00:00Z", "2031-07-15T14:00:00+02:00", 7_200),
            ("America/St_Johns", "2031-01-15T12:00:00Z", "2031-01-15T08:30:00-03:30", -12_600),
            ("Asia/Kathmandu", "2031-01-15T12:00:00Z", "2031-01-15T17:45:00+05:45", 20_700),
            ("UTC", "2031-01-15T12:00:00Z", "2031-01-15T12:00:00+00:00", 0),
        ];
        for (name, instant, text, offset) in cases {
            let local = Local::of(&zone(name));
            assert_eq!((local.iso(at(instant)), local.offset_s(at(instant))), (text.to_owned(), offset), "{name}");
        }
        assert_eq!(utc_text(at("2031-01-15T12:00:00Z")), "2031-01-15 12:00:00");
    }

    #[test]
    fn starts_are_read_in_every_spelling_that_clients_send() {
        let warsaw = zone("Europe/Warsaw");
        for text in [
            "2031-03-04 15:00:00",
            "2031-03-04 15:00",
            " 2031-03-04T15:00 ",
            "2031-03-04T15:00:00",
            "2031-03-04T15:00:00.000",
            "2031-03-04T15:00:00+01:00",
            "2031-03-04T14:00:00Z",
            "2031-03-04T14:00:00.123Z",
            "2031-03-04T09:00:00-0500",
        ] {
            let at = Start::parse(text).and_then(|start| start.in_zone(&warsaw));
            assert_eq!(at.map(|at| at.seconds()), Ok(1_930_399_200), "{text}");
        }
        let morning = |text| Start::parse(text).and_then(|start| start.in_zone(&warsaw));
        assert_eq!(morning("2031-03-04 9:05:00"), morning("2031-03-04 09:05:00"));
        for text in [
            "2031-03-04 15:00:60",
            "2031-03-04T15:00:60Z",
            "2031-03-04T15:00:00[Asia/Tokyo]",
            "3000-01-01 00:00",
            "9999-12-31T23:59:59Z",
            "2031-03-04 ３:00",
        ] {
            assert!(matches!(Start::parse(text), Err(Error::Invalid("starts_at", _))), "{text}");
        }
        for text in
            ["", "tomorrow", "2031-02-30 10:00:00", "2031-13-01 10:00", "12:00", "1930399200", "-2031-03-04 10:00", "2031-03-04 25:00"]
        {
            assert!(matches!(Start::parse(text), Err(Error::Invalid("starts_at", _))), "{text}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_jump_over_is_refused_and_of_two_the_first_counts() {
        let warsaw = zone("Europe/Warsaw");
        let at = |text| Start::parse(text).and_then(|start| start.in_zone(&warsaw)).map(Timestamp::seconds);
        assert!(matches!(at("2031-03-30 02:30:00"), Err(Error::Invalid("starts_at", _))));
        assert_eq!(at("2031-10-26 02:30:00"), Ok("2031-10-26T00:30:00Z".parse::<Timestamp>().unwrap().seconds()));
    }

    #[test]
    fn a_period_is_a_month_or_a_day() {
        let period = |text: &str| Period::parse("day", text).map(|period| (period.first.to_string(), period.last.to_string()));
        for (text, first, last) in [
            ("201908", "2019-08-01", "2019-08-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2024/02/29", "2024-02-29", "2024-02-29"),
            (" 20261231 ", "2026-12-31", "2026-12-31"),
            ("2026-12/31", "2026-12-31", "2026-12-31"),
        ] {
            assert_eq!(period(text), Ok((first.to_owned(), last.to_owned())), "{text}");
        }
        for text in [
            "",
            "2019",
            "2019081",
            "20190832",
            "20190230",
            "201913",
            "201900",
            "2019-8",
            "2019-0812",
            "-201908",
            "2019--08",
            "２０１９０８",
            "today",
        ] {
            assert!(matches!(Period::parse("day", text), Err(Error::Invalid("day", _))), "{text}");
        }
    }

    #[test]
    fn days_and_months_are_cut_where_the_zone_cuts_them() {
        let bounds = |name: &str, text: &str| {
            let (from, to) = Period::parse("day", text).unwrap().within(&zone(name)).unwrap();
            (from.to_string(), to.to_string())
        };
        for (name, text, from, to) in [
            ("Asia/Tokyo", "20260112", "2026-01-11T15:00:00Z", "2026-01-12T15:00:00Z"),
            ("Europe/Warsaw", "20260329", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Warsaw", "202610", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
            ("America/New_York", "20260308", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
            ("America/New_York", "20261101", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
            // Midnight itself is jumped over.
            ("America/Santiago", "20260906", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
            ("UTC", "999911", "9999-11-01T00:00:00Z", "9999-12-01T00:00:00Z"),
        ] {
            assert_eq!(bounds(name, text), (from.to_owned(), to.to_owned()), "{name} {text}");
        }
        assert!(Period::parse("day", "99991231").is_err());
        let now = "2026-01-11T15:30:00Z".parse().unwrap();
        assert_eq!(Period::today(now, &zone("Asia/Tokyo")), Period::parse("day", "20260112").unwrap());
        assert_eq!(Period::today(now, &zone("UTC")), Period::parse("day", "20260111").unwrap());
        assert_eq!(Local::of(&zone("Asia/Tokyo")).day(now), "20260112");
    }

    #[test]
    fn durations_are_hours_in_several_spellings() {
        for (text, minutes) in
            [("1:20", 80), ("0:20", 20), ("3:0", 180), ("1", 60), ("1.5", 90), ("0.25", 15), ("24", 1_440), ("24:00", 1_440), (" 2 ", 120)]
        {
            assert_eq!(parse_duration(text), Ok(minutes * 60_000), "{text}");
        }
        for text in ["", "0", "0:00", "-1", "abc", "25:00", "24:01", "1:60", "1:2:3", "1,5", "99999999999", "1.", ".5", "1:-5", "1e3"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
