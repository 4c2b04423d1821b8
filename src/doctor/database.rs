//! The database: its schema, its pages, its audit log, and what time it thinks it is.

use std::path::Path;

use super::contents;
use super::wire::{Finding, State};
use super::{Wish, warned_if};
use crate::domain::{ChainVerdict, SearchProgress, TimeZone, Timestamp};
use crate::ops::audit::verify_chain;
use crate::ops::overview::{self, Condition};
use crate::store::copies::{self, Depth};
use crate::store::{Onlooker, transfer::KNOWN_SCHEMA};

/// How far what happened last may lie ahead of the clock: clocks are set by moments all the time.
const AHEAD_MS: i64 = 60_000;
/// No clock that goes right is before this: 2026-01-01.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_767_225_600);
/// A zone whose hours change, so its rules have to be there.
const ZONE: &str = "Europe/Warsaw";

/// Everything that the database tells.
pub(super) fn examine(dir: &Path, wish: &Wish) -> Vec<Finding> {
    let path = dir.join("app.db");
    let schema = match copies::find_schema(&path) {
        Ok(schema) => schema,
        Err(cause) => return vec![Finding::bad("schema", format!("the database can't be read: {cause}"), RESTORE)],
    };
    let known = KNOWN_SCHEMA;
    if schema > known {
        let advice = "Run the newer crosstalk on it, or put back the copy in its folder `backups`";
        return vec![Finding::bad("schema", format!("the database has schema {schema}, and this program knows {known}"), advice)];
    }
    let mut findings = vec![of_schema(schema, known), integrity(&path, wish)];
    if schema < known {
        findings.push(Finding::unknown("contents", "looked at when the schema is this program's"));
        findings.push(Finding::unknown("audit", "looked at when the schema is this program's"));
        return findings;
    }
    let onlooker = Onlooker::new(&path);
    findings.push(contents::examine(dir, wish));
    findings.push(audit(&onlooker));
    match onlooker.read(overview::look_over) {
        Ok(condition) => findings.extend([clock(&Condition { now: wish.now, ..condition.clone() }), mails(&condition)]),
        Err(cause) => findings.push(Finding::bad("clock", format!("the newest entry can't be read: {}", cause.plain()), RESTORE)),
    }
    findings
}

const RESTORE: &str = "Stop the server, keep a copy of the data directory as it is, and put a backup into a new one with `crosstalk backup restore BACKUP --data NEW-DIR`";

fn of_schema(schema: u32, known: u32) -> Finding {
    match schema == known {
        true => Finding::good("schema", format!("{schema}, as this program knows it")),
        false => Finding::good("schema", format!("{schema}; the next start brings it to {known}, and puts a copy aside first")),
    }
}

fn integrity(path: &Path, wish: &Wish) -> Finding {
    let depth = if wish.is_deep { Depth::Whole } else { Depth::Quick };
    match copies::check(path, depth) {
        Ok(None) => Finding::good("database", if wish.is_deep { "every page and index is whole" } else { "every page is whole" }),
        Ok(Some(verdict)) => Finding::bad("database", damage(&verdict), RESTORE),
        Err(cause) => Finding::bad("database", cause.to_string(), RESTORE),
    }
}

/// Looks the pages of a database through that others go on writing; says what is wrong, if something is. Blocks.
pub fn quick_check(dir: &Path) -> Result<(), String> {
    match copies::check(&dir.join("app.db"), Depth::Quick) {
        Ok(None) => Ok(()),
        Ok(Some(verdict)) => Err(damage(&verdict)),
        Err(cause) => Err(cause.to_string()),
    }
}

/// What SQLite found, in one line and without its heading.
fn damage(verdict: &str) -> String {
    let lines = verdict.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("***"));
    format!("the database is damaged: {}", lines.collect::<Vec<_>>().join("; "))
}

fn audit(onlooker: &Onlooker) -> Finding {
    match verify_chain(|check| onlooker.read(|tx| check.step(tx))) {
        Ok(ChainVerdict::Whole(entries)) => Finding::good("audit", format!("the chain of {entries} entries is whole")),
        Ok(ChainVerdict::Broken { seq, why }) => {
            let advice = "Somebody or something changed the audit log beside the program: compare it with a backup or an export";
            Finding::bad("audit", format!("the chain breaks at entry {seq}: {why}"), advice)
        }
        Err(cause) => Finding::bad("audit", format!("the audit log can't be read: {}", cause.plain()), RESTORE),
    }
}

/// Whether the clock may be right: what happened can't lie ahead of it.
pub fn of_clock(condition: &Condition) -> State {
    warned_if(condition.newest_event.is_some_and(|at| at.ms() - condition.now.ms() > AHEAD_MS))
}

fn clock(condition: &Condition) -> Finding {
    let advice = "Set this machine's clock, best by NTP";
    if condition.now < EARLIEST {
        return Finding::bad("clock", format!("it shows {}, which is long ago", condition.now), advice);
    }
    if TimeZone::parse(ZONE).is_err() {
        return Finding::bad("clock", "the time zones are missing from this program", "Install the program anew");
    }
    match (of_clock(condition), condition.newest_event) {
        (State::Warning, Some(newest)) => {
            Finding::warning("clock", format!("it shows {}, and something happened at {newest}", condition.now), advice)
        }
        _ => Finding::good("clock", format!("it shows {}", condition.now)),
    }
}

fn mails(condition: &Condition) -> Finding {
    let message = format!("{} wait, {} were given up", condition.mails_waiting, condition.mails_failed);
    match warned_if(condition.mails_failed > 0) {
        State::Warning => Finding::warning("mails", message, "Look at the outbox on the administration page"),
        _ => Finding::good("mails", message),
    }
}

/// Whether all messages are in the search index.
pub fn of_search(progress: SearchProgress) -> State {
    if progress.done < progress.total { State::Unknown } else { State::Good }
}

#[cfg(test)]
mod tests {
    use super::{Condition, SearchProgress, State, Timestamp, clock, damage, mails};

    /// At this moment, with what happened last so many milliseconds before or after it.
    fn condition(now: Timestamp, newest_ms: Option<i64>) -> Condition {
        Condition {
            schema: 1,
            newest_event: newest_ms.map(|ms| now.plus_ms(ms)),
            now,
            mails_waiting: 2,
            mails_failed: 0,
            search: SearchProgress { done: 0, total: 0 },
        }
    }

    #[test]
    fn a_clock_is_judged_by_what_happened_and_by_the_year() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let first = Timestamp::from_seconds(1_767_225_600);
        assert_eq!(first.to_string(), "2026-01-01T00:00:00Z");
        let cases = [
            (now, None, State::Good, "it shows 2027-01-15T08:00:00Z"),
            (now, Some(-1), State::Good, "it shows 2027-01-15T08:00:00Z"),
            (now, Some(60_000), State::Good, "it shows 2027-01-15T08:00:00Z"),
            (now, Some(60_001), State::Warning, "it shows 2027-01-15T08:00:00Z, and something happened at 2027-01-15T08:01:00Z"),
            (now, Some(86_400_000), State::Warning, "something happened at 2027-01-16T08:00:00Z"),
            (first, None, State::Good, "it shows 2026-01-01T00:00:00Z"),
            (first.plus_ms(-1), None, State::Bad, "it shows 2025-12-31T23:59:59Z, which is long ago"),
            (Timestamp::from_seconds(0), Some(86_400_000), State::Bad, "it shows 1970-01-01T00:00:00Z, which is long ago"),
        ];
        for (now, newest_ms, state, words) in cases {
            let found = clock(&condition(now, newest_ms));
            assert!(found.state == state && found.message.contains(words), "{words}: {found:?}");
            assert_eq!(found.advice.is_some(), state != State::Good, "{words}");
        }
    }

    #[test]
    fn mails_that_were_given_up_are_worth_a_warning_and_waiting_ones_are_not() {
        for (mails_failed, state) in [(0, State::Good), (1, State::Warning)] {
            let found = mails(&Condition { mails_failed, ..condition(Timestamp::from_seconds(1_800_000_000), None) });
            assert_eq!((found.state, found.message), (state, format!("2 wait, {mails_failed} were given up")));
        }
    }

    #[test]
    fn damage_is_told_in_one_line() {
        let verdict = "*** in database main ***\nTree 7 page 7 cell 0: invalid page number 99\n";
        assert_eq!(damage(verdict), "the database is damaged: Tree 7 page 7 cell 0: invalid page number 99");
    }
}
