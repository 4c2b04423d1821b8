//! Reading the request log.

use crate::domain::{Error, Grain, LogPage, LoggedRequest, RequestCount, RequestFilter, Timestamp};
use crate::store::requests::RequestLog;

/// Most requests of a page.
pub const PAGE: i64 = 200;
/// Requests that one look goes through, however few of them fit.
const STRETCH: i64 = 20_000;
/// Most days of a chart, by hours and by days.
const MOST_DAYS: [i64; 2] = [31, 400];

/// Requests that fit, newest first: at most `limit` (and 200) of those before a number, or of all.
pub fn list_requests(log: &RequestLog, filter: &RequestFilter, before: Option<i64>, limit: i64) -> Result<LogPage<LoggedRequest>, Error> {
    log.list_requests(filter, before, limit.clamp(1, PAGE), STRETCH)
}

/// Requests that fit among those behind a number, up to the newest one, newest first; and whether there were more than one
/// look goes through.
pub fn list_newer(log: &RequestLog, filter: &RequestFilter, after: i64, newest: i64) -> Result<(Vec<LoggedRequest>, bool), Error> {
    let news = newest.saturating_sub(after).max(0);
    let page = log.list_requests(filter, Some(newest.saturating_add(1)), PAGE, news.min(STRETCH))?;
    let has_gap = news > STRETCH || page.entries.len() as i64 >= PAGE;
    Ok((page.entries, has_gap))
}

/// How many requests each API answered in each hour or day of the last days. Days begin `offset_ms` before those of UTC.
pub fn count_requests(log: &RequestLog, now: Timestamp, days: i64, grain: Grain, offset_ms: i64) -> Result<Vec<RequestCount>, Error> {
    let [by_hours, by_days] = MOST_DAYS;
    let most = if grain == Grain::Hour { by_hours } else { by_days };
    if !(1..=most).contains(&days) {
        return Err(Error::Invalid("days", "1 to 31 days by hours, 1 to 400 by days"));
    }
    if offset_ms.abs() >= Grain::Day.ms() {
        return Err(Error::Invalid("offset", "no place is a day away from UTC"));
    }
    // Whole times only: the first one would look as if there had been few.
    let first = (now.ms() + offset_ms).div_euclid(grain.ms()) * grain.ms() - offset_ms + grain.ms() - days * Grain::Day.ms();
    log.count_requests(Timestamp::from_ms(first), grain, offset_ms)
}
