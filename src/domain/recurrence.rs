//! When something is done again and again, and what of it is kept.

use jiff::civil::{Date, DateTime, Time};

use super::civil::Local;
use super::{Error, TimeZone, Timestamp};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Longest pause, in hours: four weeks.
const MOST_HOURS: i64 = 28 * 24;

/// When something is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// Every day at a time on the wall.
    DailyAt(Time),
    /// So many hours after the last time.
    EveryHours(i64),
}

impl Recurrence {
    /// Reads `03:30` as a time of every day, and `6h` as a pause of 1 to 672 hours.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(hours) = text.strip_suffix('h') {
            let hours = hours.parse().ok().filter(|hours| (1..=MOST_HOURS).contains(hours))?;
            return Some(Self::EveryHours(hours));
        }
        let (hour, minute) = text.split_once(':')?;
        let is_well_formed = hour.len() == 2 && minute.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
        Time::new(hour, minute, 0, 0).ok().filter(|_| is_well_formed).map(Self::DailyAt)
    }

    /// The instant at which it is due (again), which may be over; none was done yet: `now`.
    pub fn next(self, last: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Error> {
        let Some(last) = last else { return Ok(now) };
        match self {
            Self::EveryHours(hours) => Ok(last.plus_ms(hours * HOUR_MS)),
            Self::DailyAt(time) => {
                let day = Local::of(zone).wall(last).date();
                let same_day = zone.instant_near(day.to_datetime(time))?;
                if same_day > last { Ok(same_day) } else { zone.instant_near(day_after(day)?.to_datetime(time)) }
            }
        }
    }
}

fn day_after(day: Date) -> Result<Date, Error> {
    day.tomorrow().map_err(Error::internal)
}

impl std::fmt::Display for Recurrence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DailyAt(time) => write!(f, "{:02}:{:02}", time.hour(), time.minute()),
            Self::EveryHours(hours) => write!(f, "{hours}h"),
        }
    }
}

/// What is kept of things that are made again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The newest one of so many days that have one.
    pub days: u32,
    /// The newest one of so many weeks (from Monday on) that have one.
    pub weeks: u32,
}

impl Keep {
    /// For each instant, newest first, whether what was made then is kept. The newest one always is, and whatever is
    /// younger than a day; days and weeks without one don't count, so a long pause takes nothing away.
    pub fn judge(self, newest_first: &[Timestamp], now: Timestamp, zone: &TimeZone) -> Vec<bool> {
        let local = Local::of(zone);
        let (mut days, mut weeks) = (Counter::of(self.days), Counter::of(self.weeks));
        let judged = newest_first.iter().enumerate().map(|(place, made)| {
            let wall: DateTime = local.wall(*made);
            let week = wall.date().iso_week_date();
            let is_of_day = days.takes((wall.year(), i32::from(wall.date().day_of_year())));
            let is_of_week = weeks.takes((week.year(), i32::from(week.week())));
            place == 0 || is_of_day || is_of_week || now.ms() - made.ms() < DAY_MS
        });
        judged.collect()
    }
}

/// Takes the first one of each of so many spans.
struct Counter {
    left: u32,
    last: Option<(i16, i32)>,
}

impl Counter {
    fn of(left: u32) -> Self {
        Self { left, last: None }
    }

    fn takes(&mut self, span: (i16, i32)) -> bool {
        if self.last == Some(span) || self.left == 0 {
            return false;
        }
        self.last = Some(span);
        self.left -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, HOUR_MS, Keep, Recurrence};
    use crate::domain::{TimeZone, Timestamp};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap()
    }

    #[test]
    fn schedules_are_read_and_shown() {
        for text in ["00:00", "03:30", "23:59", "1h", "6h", "672h"] {
            assert_eq!(Recurrence::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "h", "0h", "-1h", "673h", "3:30", "24:00", "03:60", "03:30:00", "+1:00", "daily", "1 h"] {
            assert_eq!(Recurrence::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_comes_once_a_day_on_the_wall_of_the_office() {
        let nightly = Recurrence::parse("03:30").unwrap();
        let next = |last: &str, name: &str| nightly.next(Some(at(last)), at("2026-06-01T00:00:00Z"), &zone(name)).unwrap().to_string();
        assert_eq!(next("2026-01-31T10:00:00Z", "Asia/Tokyo"), "2026-01-31T18:30:00Z");
        assert_eq!(next("2026-01-31T18:30:00Z", "Asia/Tokyo"), "2026-02-01T18:30:00Z", "it is not due again at its own time");
        assert_eq!(next("2026-01-31T18:29:59Z", "Asia/Tokyo"), "2026-01-31T18:30:00Z");
        let spring = Recurrence::parse("02:30").unwrap();
        let due = spring.next(Some(at("2026-03-28T12:00:00Z")), at("2026-06-01T00:00:00Z"), &zone("Europe/Warsaw")).unwrap();
        assert_eq!(due.to_string(), "2026-03-29T01:30:00Z", "clocks jump over 02:30; it is as much later");
    }

    #[test]
    fn a_pause_is_counted_from_the_last_time() {
        let (often, now) = (Recurrence::parse("6h").unwrap(), at("2026-01-31T09:00:00Z"));
        assert_eq!(often.next(Some(now), now, &zone("UTC")), Ok(now.plus_ms(6 * HOUR_MS)));
        assert_eq!(often.next(None, now, &zone("UTC")), Ok(now), "the first one comes at once");
    }

    #[test]
    fn days_and_weeks_keep_their_newest() {
        let now = at("2026-01-31T09:00:00Z");
        let made: Vec<Timestamp> = (0..60).map(|days| now.plus_ms(-days * DAY_MS)).collect();
        let kept = |keep: Keep, made: &[Timestamp]| -> Vec<usize> {
            let judged = keep.judge(made, now, &zone("UTC"));
            judged.iter().enumerate().filter(|(_, is_kept)| **is_kept).map(|(place, _)| place).collect()
        };
        // 2026-01-31 is a Saturday: the newest ones of weeks are Sundays, 6, 13 … days before.
        assert_eq!(kept(Keep { days: 3, weeks: 3 }, &made), [0, 1, 2, 6, 13]);
        assert_eq!(kept(Keep { days: 0, weeks: 0 }, &made), [0]);
        assert_eq!(kept(Keep { days: 100, weeks: 0 }, &made).len(), 60);
        let hourly: Vec<Timestamp> = (0..48).map(|hours| now.plus_ms(-hours * HOUR_MS)).collect();
        assert_eq!(kept(Keep { days: 3, weeks: 0 }, &hourly), (0..24).chain([34]).collect::<Vec<_>>(), "all of the last 24 hours");
        let long_ago = [now.plus_ms(-300 * DAY_MS), now.plus_ms(-301 * DAY_MS)];
        assert_eq!(kept(Keep { days: 2, weeks: 0 }, &long_ago), [0, 1], "a long pause takes nothing away");
    }
}
