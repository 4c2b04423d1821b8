//! The outbox: letters until they are sent or given up.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Composed, Error, Mail, MailState, OrganizationId, OutboxMail, Timestamp};

const MOST: i64 = 10_000;

macro_rules! select_mail {
    ($tail:literal) => {
        concat!("SELECT id, recipient, subject, text, html, calendar, key, created_ms, attempts FROM mail ", $tail)
    };
}

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    Ok(Mail {
        id: row.get(0)?,
        to: row.get(1)?,
        letter: Composed { subject: row.get(2)?, text: row.get(3)?, html: row.get(4)?, calendar: row.get(5)? },
        key: row.get(6)?,
        written: row.get(7)?,
        attempts: row.get(8)?,
    })
}

/// Puts a letter into the outbox.
pub fn insert_mail(tx: &Tx<'_>, organization: OrganizationId, to: &str, letter: &Composed, key: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO mail (organization_id, recipient, subject, text, html, calendar, key, state, next_try_ms, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', ?8, ?8)",
        (organization, to, &letter.subject, &letter.text, &letter.html, &letter.calendar, key, tx.now),
    )
    .map(|_| ())
}

/// Mails whose time has come, longest waiting first.
pub fn list_due(tx: &Tx<'_>, limit: i64) -> Result<Vec<Mail>, Error> {
    tx.all(select_mail!("WHERE state = 'queued' AND next_try_ms <= ?1 ORDER BY next_try_ms LIMIT ?2"), (tx.now, limit), mail)
}

/// Mails that are marked as being sent.
pub fn list_sending(tx: &Tx<'_>) -> Result<Vec<Mail>, Error> {
    tx.all(select_mail!("WHERE state = 'sending' ORDER BY id LIMIT ?1"), [MOST], mail)
}

/// An organization's mails and how far they are, oldest first.
pub fn list_of_organization(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<(Mail, MailState)>, Error> {
    tx.all(
        "SELECT id, recipient, subject, text, html, calendar, key, created_ms, attempts, state FROM mail WHERE organization_id = ?1 ORDER BY id LIMIT ?2",
        (organization, MOST),
        |row| Ok((mail(row)?, row.get(9)?)),
    )
}

fn listed(row: &Row<'_>) -> rusqlite::Result<OutboxMail> {
    Ok(OutboxMail {
        mail: mail(row)?,
        organization: row.get(9)?,
        state: row.get(10)?,
        next_try: row.get(11)?,
        failure: row.get(12)?,
        ended: row.get(13)?,
    })
}

macro_rules! select_outbox {
    ($tail:literal) => {
        concat!(
            "SELECT id, recipient, subject, text, html, calendar, key, created_ms, attempts, organization_id, state, next_try_ms, \
             last_error, ended_ms FROM mail ",
            $tail
        )
    };
}

/// Mails of an organization below a number, newest first, in a state or in any.
pub fn list_outbox(
    tx: &Tx<'_>,
    organization: OrganizationId,
    state: Option<MailState>,
    before: i64,
    limit: i64,
) -> Result<Vec<OutboxMail>, Error> {
    tx.all(
        select_outbox!("WHERE organization_id = ?1 AND id < ?2 AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4"),
        (organization, before, state, limit),
        listed,
    )
}

/// One mail of an organization.
pub fn find_in_outbox(tx: &Tx<'_>, organization: OrganizationId, id: i64) -> Result<Option<OutboxMail>, Error> {
    tx.first(select_outbox!("WHERE organization_id = ?1 AND id = ?2"), (organization, id), listed)
}

/// Lets a mail that was given up wait again, as if it had never been tried.
pub fn update_queued(tx: &Tx<'_>, id: i64) -> Result<(), Error> {
    tx.execute(
        "UPDATE mail SET state = 'queued', next_try_ms = ?2, attempts = 0, last_error = NULL, ended_ms = NULL WHERE id = ?1",
        (id, tx.now),
    )
    .map(|_| ())
}

/// How many mails wait, and how many of those kept were given up; each counted up to a number.
pub fn count_waiting_and_failed(tx: &Tx<'_>, most: i64) -> Result<(i64, i64), Error> {
    tx.one(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM mail WHERE state = 'queued' LIMIT ?1)), \
         (SELECT count(*) FROM (SELECT state FROM mail WHERE ended_ms IS NOT NULL ORDER BY ended_ms DESC LIMIT ?1) WHERE state = 'failed')",
        [most],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Marks a mail as being sent.
pub fn update_sending(tx: &Tx<'_>, id: i64) -> Result<(), Error> {
    tx.execute("UPDATE mail SET state = 'sending', attempts = attempts + 1 WHERE id = ?1", [id]).map(|_| ())
}

/// Marks a mail as done with, one way or another.
pub fn update_ended(tx: &Tx<'_>, id: i64, state: MailState, why: Option<&str>) -> Result<(), Error> {
    tx.execute("UPDATE mail SET state = ?2, last_error = ?3, ended_ms = ?4 WHERE id = ?1", (id, state, why, tx.now)).map(|_| ())
}

/// Numbers of mails that were done with before that, at most `limit`, longest ago first.
pub fn list_ended(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<i64>, Error> {
    tx.all("SELECT id FROM mail WHERE ended_ms < ?1 ORDER BY ended_ms LIMIT ?2", (before, limit), |row| row.get(0))
}

/// Takes a mail away, if it was done with before that.
pub fn delete_ended(tx: &Tx<'_>, id: i64, before: Timestamp) -> Result<(), Error> {
    tx.execute("DELETE FROM mail WHERE id = ?1 AND ended_ms < ?2", (id, before)).map(|_| ())
}

/// What tells a mail from an earlier one that had the same number.
pub fn find_key(tx: &Tx<'_>, id: i64) -> Result<Option<String>, Error> {
    tx.first("SELECT key FROM mail WHERE id = ?1", [id], |row| row.get(0))
}

/// Lets a mail wait for another try.
pub fn update_retry(tx: &Tx<'_>, id: i64, at: Timestamp, why: &str) -> Result<(), Error> {
    tx.execute("UPDATE mail SET state = 'queued', next_try_ms = ?2, last_error = ?3 WHERE id = ?1", (id, at, why)).map(|_| ())
}
