//! Small values on the command line: lengths of time, ends, ids, clocks.

use std::time::Duration;

use crate::control::Expiry;
use crate::domain::Timestamp;

/// The longest time that can be asked for: a hundred years.
const LONGEST_S: u64 = 100 * 366 * 86_400;

/// A length of time such as `30s`, `15m`, `12h`, `90d` or `2w`; a bare `0` too.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "write a number and s, m, h, d or w, such as 30s or 90d".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let unit = text.chars().last().ok_or_else(expected)?;
    let (_, seconds) = UNITS.into_iter().find(|(known, _)| *known == unit).ok_or_else(expected)?;
    let number: u64 = text[..text.len() - 1].parse().map_err(|_| expected())?;
    let total = number.checked_mul(seconds.into()).filter(|total| *total <= LONGEST_S);
    total.map(Duration::from_secs).ok_or_else(|| "this is longer than a hundred years".to_owned())
}

/// Units of time with their seconds, the longest first.
const UNITS: [(char, u32); 5] = [('w', 7 * 86_400), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A length of time as one writes it: in the longest unit that it is a whole number of.
pub(super) fn in_words(seconds: u32) -> String {
    let unit = UNITS.iter().find(|(_, length)| seconds.is_multiple_of(*length));
    unit.map_or_else(String::new, |(unit, length)| format!("{}{unit}", seconds / length))
}

/// A length of time in whole seconds, as commands carry it.
pub(super) fn seconds(text: &str) -> Result<u32, String> {
    duration(text).and_then(|length| u32::try_from(length.as_secs()).map_err(|_| "this is too long".to_owned()))
}

/// An id, as lists show it.
pub(super) fn id(text: &str) -> Result<i64, String> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(|| "write the digits that stand in the list".to_owned())
}

/// When something ends: after a length of time, at the end of a day (UTC), or at an instant.
pub(super) fn expiry(text: &str) -> Result<Expiry, String> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(Expiry::AtMs(instant.ms()));
    }
    if let Ok(midnight) = format!("{text}T00:00:00Z").parse::<Timestamp>() {
        return Ok(Expiry::AtMs(midnight.plus_ms(86_400_000).ms()));
    }
    match seconds(text) {
        Ok(0) | Err(_) => Err("write a length such as 90d, or a date such as 2027-01-31".to_owned()),
        Ok(length) => Ok(Expiry::AfterSeconds(length)),
    }
}

/// Where a sandbox takes its time from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockChoice {
    /// The system's clock.
    Real,
    /// Stands still at this instant.
    Fixed(Timestamp),
}

/// `real`, or an instant.
pub(super) fn clock(text: &str) -> Result<ClockChoice, String> {
    if text == "real" {
        return Ok(ClockChoice::Real);
    }
    let expected = "write real, or an instant from 1970 to 2200 such as 2026-01-31T09:00:00Z";
    let instant = text.parse::<Timestamp>().map_err(|_| expected.to_owned())?;
    // Message ids hold the time and have 63 bits.
    let is_fine = (0..=7_258_118_400_000).contains(&instant.ms());
    if is_fine { Ok(ClockChoice::Fixed(instant)) } else { Err(expected.to_owned()) }
}

/// `seed:N`.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    let number = text.strip_prefix("seed:").and_then(|number| number.parse().ok());
    number.ok_or_else(|| "write seed: and a number, such as seed:7".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{ClockChoice, clock, duration, expiry, id, seconds, seed};
    use crate::control::Expiry;
    use crate::domain::Timestamp;

    #[test]
    fn a_length_is_told_as_one_writes_it() {
        assert_eq!([1, 90, 3_600, 5_400, 86_400, 14 * 86_400].map(super::in_words), ["1s", "90s", "1h", "90m", "1d", "2w"]);
    }

    #[test]
    fn lengths_of_time_are_read() {
        for (text, length) in [("0", 0), ("30s", 30), ("2m", 120), ("12h", 43_200), ("90d", 7_776_000), ("1w", 604_800)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(length)), "{text}");
        }
        for text in ["", "s", "30", "-1s", "1.5h", "1y", "99999999999d", "é"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(seconds("1h"), Ok(3_600));
    }

    #[test]
    fn ends_are_lengths_days_and_instants() {
        assert_eq!(expiry("90d"), Ok(Expiry::AfterSeconds(7_776_000)));
        assert_eq!(expiry("2026-12-31"), Ok(Expiry::AtMs(1_798_761_600_000)));
        assert_eq!(expiry("2026-12-31T12:00:00Z"), Ok(Expiry::AtMs(1_798_718_400_000)));
        assert!(expiry("0").is_err() && expiry("soon").is_err() && expiry("2026-02-30").is_err());
    }

    #[test]
    fn ids_are_digits() {
        assert_eq!(id("1795667005640000000"), Ok(1_795_667_005_640_000_000));
        for text in ["", "0", "-5", "abc", "1.5", "99999999999999999999", "１"] {
            assert!(id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn clocks_and_seeds_are_read() {
        assert_eq!(clock("real"), Ok(ClockChoice::Real));
        assert_eq!(clock("1970-01-01T00:00:01Z"), Ok(ClockChoice::Fixed(Timestamp::from_ms(1_000))));
        assert!(clock("now").is_err() && clock("2300-01-01T00:00:00Z").is_err());
        assert_eq!(seed("seed:7"), Ok(7));
        assert!(seed("7").is_err());
    }
}
