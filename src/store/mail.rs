//! The outbox: letters until they are sent or given up.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Composed, Error, Mail, MailState, OrganizationId, Timestamp};

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

/// Mails that were being sent when this program ended.
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

/// Takes a mail away.
pub fn delete_mail(tx: &Tx<'_>, id: i64) -> Result<(), Error> {
    tx.execute("DELETE FROM mail WHERE id = ?1", [id]).map(|_| ())
}

/// Lets a mail wait for another try.
pub fn update_retry(tx: &Tx<'_>, id: i64, at: Timestamp, why: &str) -> Result<(), Error> {
    tx.execute("UPDATE mail SET state = 'queued', next_try_ms = ?2, last_error = ?3 WHERE id = ?1", (id, at, why)).map(|_| ())
}
