//! How things are: numbers for the first page, and for whoever looks after the server.

use std::collections::BTreeMap;

use super::{access, tokens};
use crate::domain::{Error, Grain, MessageId, OrganizationId, SearchProgress, Timestamp, TokenState, TokenWarning};
use crate::store::figures::{self, Counts};
use crate::store::{self, Tx};

/// Messages that are counted at once.
const STEP: i64 = 2_000;
/// Days that are counted.
pub const DAYS: i64 = 30;
/// Messages that one look goes through to see whether somebody wrote one.
const AMONG: i64 = 10_000;
/// Events that are looked through to bring what was counted up to date. Behind so many, counting anew is as quick.
const ADDED: i64 = 5_000;
/// Mails that are counted.
const MAILS: i64 = 1_000;
/// Events that are looked at to see whether the clock was set back.
const EVENTS: i64 = 1_000;

/// What an organization has.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// People who are not disabled.
    pub people: i64,
    /// Rooms.
    pub rooms: i64,
    /// Messages ever posted into them, reports of what happened among them.
    pub messages: i64,
    /// Tokens that work.
    pub tokens: usize,
    /// Those that end soon.
    pub tokens_expiring: usize,
    /// Those that nobody used.
    pub tokens_never_used: usize,
    /// Whether the organization has a name of its own.
    pub is_named: bool,
    /// Whether a token was ever made.
    pub has_token: bool,
    /// Whether somebody wrote a message, in whichever organization; of a world that begins with many reports, later looks tell.
    pub has_message: bool,
}

/// What was counted: looking again costs what came since.
#[derive(Debug, Default)]
pub struct Counted {
    organizations: BTreeMap<OrganizationId, Counts>,
    has_message: bool,
    /// Texts up to this version are reports.
    reports_upto: i64,
}

impl Counted {
    /// What an organization has now. The log tells what came since; what is not simply added is counted anew.
    fn counts(&mut self, tx: &Tx<'_>, organization: OrganizationId) -> Result<Counts, Error> {
        let mut counts = match self.organizations.get(&organization) {
            Some(known) => *known,
            None => figures::count(tx, organization)?,
        };
        let added = figures::count_added(tx, organization, counts.upto, ADDED)?;
        if added.others > 0 || added.events >= ADDED {
            counts = figures::count(tx, organization)?;
        } else {
            counts = Counts { messages: counts.messages + added.messages, upto: added.upto.unwrap_or(counts.upto), ..counts };
        }
        self.organizations.insert(organization, counts);
        Ok(counts)
    }

    fn has_message(&mut self, tx: &Tx<'_>) -> Result<bool, Error> {
        if !self.has_message {
            let (is_written, upto) = figures::find_written(tx, self.reports_upto, AMONG)?;
            self.has_message = is_written;
            self.reports_upto = upto.unwrap_or(self.reports_upto);
        }
        Ok(self.has_message)
    }
}

/// Counts what an organization has.
pub fn count_up(tx: &Tx<'_>, organization: Option<&str>, counted: &mut Counted) -> Result<Figures, Error> {
    let id = access::organization(tx, organization)?;
    let tokens = tokens::list_tokens(tx, organization)?;
    let working: Vec<_> = tokens.iter().filter(|token| matches!(token.state(tx.now), TokenState::Active | TokenState::Ending)).collect();
    let warned = |warning| working.iter().filter(|token| token.warnings(tx.now).contains(&warning)).count();
    let Counts { people, rooms, messages, .. } = counted.counts(tx, id)?;
    Ok(Figures {
        people,
        rooms,
        messages,
        tokens: working.len(),
        tokens_expiring: warned(TokenWarning::Expiring),
        tokens_never_used: warned(TokenWarning::NeverUsed),
        is_named: store::organizations::get(tx, id)?.name != super::organizations::FIRST_NAME,
        has_token: !tokens.is_empty(),
        has_message: counted.has_message(tx)?,
    })
}

/// How many messages came in each hour of the last days. Each is counted once: what was counted is remembered, so looking
/// again costs what came since.
#[derive(Debug, Default)]
pub struct MessageHours {
    hours: BTreeMap<i64, i64>,
    reached: Option<MessageId>,
}

impl MessageHours {
    /// Counts the next messages; says whether there may be more.
    pub fn step(&mut self, tx: &Tx<'_>) -> Result<bool, Error> {
        let first_hour = first_of_day(tx.now, 0).plus_ms(-Grain::Day.ms()).ms() / Grain::Hour.ms();
        self.hours = self.hours.split_off(&first_hour);
        let oldest = MessageId::first_at(Timestamp::from_ms(first_hour * Grain::Hour.ms()));
        let counted = figures::count_by_hours(tx, self.reached.map_or(oldest, |reached| reached.max(oldest)), STEP)?;
        for count in &counted {
            *self.hours.entry(count.hour).or_default() += count.messages;
        }
        self.reached = counted.last().map(|count| count.last).or(self.reached);
        Ok(counted.iter().map(|count| count.messages).sum::<i64>() >= STEP)
    }

    /// How many there were on each of the last days, oldest first; days begin `offset_ms` before those of UTC.
    pub fn by_days(&self, now: Timestamp, offset_ms: i64) -> Vec<(Timestamp, i64)> {
        let first = first_of_day(now, offset_ms);
        let mut days: Vec<(Timestamp, i64)> = (0..DAYS).map(|day| (first.plus_ms(day * Grain::Day.ms()), 0)).collect();
        for (hour, messages) in &self.hours {
            let day = (hour * Grain::Hour.ms() - first.ms()).div_euclid(Grain::Day.ms());
            if let Some((_, sum)) = usize::try_from(day).ok().and_then(|day| days.get_mut(day)) {
                *sum += messages;
            }
        }
        days
    }
}

/// When the first of the last days began.
fn first_of_day(now: Timestamp, offset_ms: i64) -> Timestamp {
    let today = (now.ms() + offset_ms).div_euclid(Grain::Day.ms()) * Grain::Day.ms() - offset_ms;
    Timestamp::from_ms(today - (DAYS - 1) * Grain::Day.ms())
}

/// How a world is, as far as that is quickly found out.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Number of the schema.
    pub schema: i64,
    /// When the newest thing happened.
    pub newest_event: Option<Timestamp>,
    /// What time it is.
    pub now: Timestamp,
    /// Mails that wait.
    pub mails_waiting: i64,
    /// Mails that were given up.
    pub mails_failed: i64,
    /// How far the search index is.
    pub search: SearchProgress,
}

/// Looks how a world is.
pub fn look_over(tx: &Tx<'_>) -> Result<Condition, Error> {
    let (mails_waiting, mails_failed) = store::mail::count_waiting_and_failed(tx, MAILS)?;
    Ok(Condition {
        schema: figures::find_schema(tx)?,
        newest_event: figures::find_latest_event(tx, EVENTS)?,
        now: tx.now,
        mails_waiting,
        mails_failed,
        search: super::search::get_progress(tx)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{DAYS, MessageHours};
    use crate::domain::{Grain, Timestamp};

    #[test]
    fn hours_are_put_together_to_days_of_a_place() {
        let now = Timestamp::from_seconds(1_769_817_600);
        let hour = now.ms() / Grain::Hour.ms();
        let hours = BTreeMap::from([(hour - 1, 3), (hour, 5), (hour - 24 * 40, 100)]);
        let counted = MessageHours { hours, reached: None };
        let last = |offset_h| {
            let days = counted.by_days(now, offset_h * Grain::Hour.ms());
            assert_eq!(days.len() as i64, DAYS);
            days[days.len() - 2..].iter().map(|(_, messages)| *messages).collect::<Vec<_>>()
        };
        assert_eq!(last(0), [3, 5], "a day begins at midnight");
        assert_eq!(last(9), [0, 8], "in Tokyo it began nine hours ago");
        assert_eq!(last(-1), [0, 8], "an hour later it is still the day before");
    }
}
