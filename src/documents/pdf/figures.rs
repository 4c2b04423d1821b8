//! What a report counts: who was present when, how long, and what they thought of it.

use crate::domain::{ReportAttendee, SessionReport};

/// Ratings of a session.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ratings {
    /// How many gave one star, two, … five.
    pub(super) counts: [u32; 5],
}

impl Ratings {
    /// Counts the stars of everybody who gave some.
    pub(super) fn of(report: &SessionReport) -> Self {
        let mut counts = [0; 5];
        for stars in report.attendees.iter().filter_map(|attendee| attendee.rating) {
            if let Some(count) = usize::from(stars).checked_sub(1).and_then(|index| counts.get_mut(index)) {
                *count += 1;
            }
        }
        Self { counts }
    }

    /// How many rated.
    pub(super) fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// The average in tenths of a star, rounded; none when nobody rated.
    pub(super) fn average_tenths(&self) -> Option<u64> {
        let total = u64::from(self.total());
        let stars: u64 = (1..).zip(self.counts).map(|(stars, count)| stars * u64::from(count)).sum();
        (total > 0).then(|| (stars * 20 + total) / (2 * total))
    }
}

/// When somebody was present, in milliseconds: in order, without overlaps (of two windows) and empty spans.
fn presence(attendee: &ReportAttendee) -> Vec<(i64, i64)> {
    let mut spans: Vec<(i64, i64)> = attendee.spans.iter().map(|(from, to)| (from.ms(), to.ms())).filter(|(from, to)| from < to).collect();
    spans.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match merged.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => merged.push((from, to)),
        }
    }
    merged
}

/// How long somebody was present, in milliseconds.
pub(super) fn present_ms(attendee: &ReportAttendee) -> i64 {
    presence(attendee).iter().map(|(from, to)| to.saturating_sub(*from)).sum()
}

/// The most people present at once in each of so many equal parts of the session.
pub(super) fn curve(report: &SessionReport, parts: usize) -> Vec<u32> {
    let (start, end) = (report.started.ms(), report.ended.ms());
    let length = i128::from(end) - i128::from(start);
    let mut curve = vec![0_u32; parts];
    if length <= 0 {
        return curve;
    }
    let part = |at: i64| usize::try_from((i128::from(at) - i128::from(start)) * parts as i128 / length).unwrap_or(0);
    let mut present = 0_u32;
    let mut since = start;
    for (at, is_coming) in comings_and_goings(report, start, end) {
        if at > since {
            let (first, last) = (part(since), part(at - 1));
            for most in curve.iter_mut().take(last + 1).skip(first) {
                *most = (*most).max(present);
            }
        }
        present = if is_coming { present + 1 } else { present.saturating_sub(1) };
        since = at;
    }
    curve
}

/// Instants within the session at which somebody came (`true`) or went, in order; who goes makes room first.
fn comings_and_goings(report: &SessionReport, start: i64, end: i64) -> Vec<(i64, bool)> {
    let spans = report.attendees.iter().flat_map(presence).map(|(from, to)| (from.clamp(start, end), to.clamp(start, end)));
    let mut events: Vec<(i64, bool)> = spans.filter(|(from, to)| from < to).flat_map(|(from, to)| [(from, true), (to, false)]).collect();
    events.sort_unstable();
    events
}

/// `1:05:09`: hours, minutes, seconds.
pub(super) fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Browser and system out of what a browser says of itself; what it says when neither is known.
pub(super) fn short_device(agent: &str) -> String {
    // Browsers claim to be older ones as well: the first that is found is it.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ratings, clock, curve, present_ms, short_device};
    use crate::documents::pdf::sample;
    use crate::domain::Timestamp;

    /// Somebody present at these minutes of the session.
    fn attendee(minutes: &[(i64, i64)]) -> crate::domain::ReportAttendee {
        let at = |minute: i64| sample::START.plus_ms(minute * 60_000);
        crate::domain::ReportAttendee { spans: minutes.iter().map(|(from, to)| (at(*from), at(*to))).collect(), ..sample::attendee(0) }
    }

    #[test]
    fn time_in_two_windows_counts_once() {
        assert_eq!(present_ms(&attendee(&[(0, 10), (5, 15), (20, 25), (25, 26)])), 21 * 60_000);
        assert_eq!(present_ms(&attendee(&[(10, 5), (3, 3)])), 0);
        assert_eq!(present_ms(&attendee(&[])), 0);
    }

    #[test]
    fn the_curve_shows_the_most_at_once_of_each_part() {
        let mut report = sample::report(0);
        report.ended = report.started.plus_ms(60 * 60_000);
        report.attendees = vec![attendee(&[(0, 60)]), attendee(&[(10, 20), (15, 30)]), attendee(&[(12, 14)]), attendee(&[(30, 45)])];
        assert_eq!(curve(&report, 6), [1, 3, 2, 2, 2, 1]);
    }

    #[test]
    fn who_comes_as_another_goes_is_not_there_at_once() {
        let mut report = sample::report(0);
        report.ended = report.started.plus_ms(60 * 60_000);
        report.attendees = vec![attendee(&[(0, 25)]), attendee(&[(25, 60)]), attendee(&[(-30, 5), (50, 90)])];
        assert_eq!(curve(&report, 6), [2, 1, 1, 1, 1, 2]);
    }

    #[test]
    fn a_session_of_no_length_has_an_empty_curve() {
        let mut report = sample::report(3);
        report.ended = report.started;
        assert_eq!(curve(&report, 3), [0, 0, 0]);
        report.ended = Timestamp::from_ms(i64::MIN);
        assert_eq!(curve(&report, 3), [0, 0, 0]);
    }

    #[test]
    fn the_average_is_rounded_and_only_stars_count() {
        let mut report = sample::report(0);
        assert_eq!(Ratings::of(&report).average_tenths(), None);
        for rating in [Some(5), Some(5), Some(4), None, Some(0), Some(6)] {
            report.attendees.push(crate::domain::ReportAttendee { rating, ..sample::attendee(0) });
        }
        let ratings = Ratings::of(&report);
        assert_eq!((ratings.counts, ratings.total(), ratings.average_tenths()), ([0, 0, 0, 1, 2], 3, Some(47)));
    }

    #[test]
    fn a_duration_is_written_as_a_clock_shows_it() {
        assert_eq!(
            [clock(0), clock(59_999), clock(3_909_000), clock(360_000_000), clock(-5)],
            ["0:00:00", "0:00:59", "1:05:09", "100:00:00", "0:00:00"]
        );
    }

    #[test]
    fn a_device_is_named_by_browser_and_system() {
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36";
        for (agent, expected) in [
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome}"), "Chrome, Windows"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Edg/126.0"), "Edge, Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0".to_owned(), "Firefox, Linux"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1".to_owned(), "Safari, iPhone"),
            (format!("Mozilla/5.0 (Linux; Android 14) {chrome}"), "Chrome, Android"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605".to_owned(), "Safari, macOS"),
            ("RoomKit 3".to_owned(), "RoomKit 3"),
            (String::new(), ""),
        ] {
            assert_eq!(short_device(&agent), expected, "{agent}");
        }
    }
}
