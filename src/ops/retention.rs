//! What is forgotten after a time that administrators set: texts of messages, and the beginning of the audit log.

use super::{audit, messages};
use crate::domain::{Error, MessageId, OrganizationId, Setting, Timestamp};
use crate::store::{self, Tx};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Messages that one step looks at.
const STEP: i64 = 500;

/// The organizations that forget messages.
pub fn list_forgetting(tx: &Tx<'_>) -> Result<Vec<OrganizationId>, Error> {
    Ok(store::settings::list_values(tx, Setting::MessageDays)?.into_iter().map(|(organization, _)| organization).collect())
}

/// Whether an organization has messages to look at.
pub fn has_old(tx: &Tx<'_>, organization: OrganizationId) -> Result<bool, Error> {
    Ok(!next(tx, organization, 1)?.is_empty())
}

/// The next messages that are old enough.
fn next(tx: &Tx<'_>, organization: OrganizationId, limit: i64) -> Result<Vec<store::retention::Old>, Error> {
    let Some(days) = store::settings::find_value(tx, Some(organization), Setting::MessageDays)? else { return Ok(Vec::new()) };
    let oldest = tx.now.plus_ms(-days.saturating_mul(DAY_MS));
    let below = MessageId::first_at(oldest);
    store::retention::list_between(tx, store::retention::find_upto(tx, organization)?, below, limit)
}

/// Takes the texts of some old messages away, as if somebody had deleted them: their places stay, and stay unread.
pub fn forget_step(tx: &Tx<'_>, organization: OrganizationId) -> Result<(), Error> {
    let found = next(tx, organization, STEP)?;
    for old in found.iter().filter(|old| old.organization == organization && !old.is_deleted) {
        messages::blank(tx, old.room, old.id, old.ordinal)?;
    }
    match found.last() {
        Some(last) => store::retention::upsert_upto(tx, organization, last.id),
        None => Ok(()),
    }
}

/// The time before which the audit log is cut, where somebody set one.
fn audit_end(tx: &Tx<'_>) -> Result<Option<Timestamp>, Error> {
    let days = store::settings::find_value(tx, None, Setting::AuditDays)?;
    Ok(days.map(|days| tx.now.plus_ms(-days.saturating_mul(DAY_MS))))
}

/// Whether the audit log has something to cut.
pub fn has_old_audit(tx: &Tx<'_>) -> Result<bool, Error> {
    audit_end(tx)?.map_or(Ok(false), |before| audit::has_before(tx, before))
}

/// Cuts some of it.
pub fn cut_audit_step(tx: &Tx<'_>) -> Result<(), Error> {
    audit_end(tx)?.map_or(Ok(()), |before| audit::cut_before(tx, before).map(|_| ()))
}
