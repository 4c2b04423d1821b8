//! Registrations for meetings, and the address book.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Address, Error, Language, MeetingId, NewRegistration, OrganizationId, Registration, RegistrationId, SessionId};

const MOST: i64 = 100_000;

macro_rules! select_registration {
    ($tail:literal) => {
        concat!(
            "SELECT id, email, first_name, last_name, answers, hash, referer, confirmed_ms, session_id, created_ms FROM registration ",
            $tail
        )
    };
}

fn registration(row: &Row<'_>) -> rusqlite::Result<Registration> {
    let answers: String = row.get(4)?;
    Ok(Registration {
        id: row.get(0)?,
        email: row.get(1)?,
        first_name: row.get(2)?,
        last_name: row.get(3)?,
        answers: serde_json::from_str(&answers).unwrap_or_default(),
        hash: row.get(5)?,
        referer: row.get(6)?,
        confirmed: row.get(7)?,
        session: row.get(8)?,
        registered: row.get(9)?,
    })
}

/// Keeps a registration.
pub fn insert_registration(tx: &Tx<'_>, meeting: MeetingId, new: &NewRegistration, hash: &str) -> Result<RegistrationId, Error> {
    let id = RegistrationId::new(tx.next_id()?);
    let answers = serde_json::to_string(&new.answers).map_err(Error::internal)?;
    tx.execute(
        "INSERT INTO registration (id, meeting_id, email, first_name, last_name, answers, hash, referer, language, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (id, meeting, new.email.as_str(), &new.first_name, &new.last_name, answers, hash, &new.referer, new.language, tx.now),
    )?;
    Ok(id)
}

/// The registration of an address.
pub fn find_by_email(tx: &Tx<'_>, meeting: MeetingId, email: &str) -> Result<Option<Registration>, Error> {
    tx.first(select_registration!("WHERE meeting_id = ?1 AND email = ?2"), (meeting, email), registration)
}

/// The registration behind a personal link.
pub fn find_by_hash(tx: &Tx<'_>, meeting: MeetingId, hash: &str) -> Result<Option<Registration>, Error> {
    tx.first(select_registration!("WHERE hash = ?2 AND meeting_id = ?1"), (meeting, hash), registration)
}

/// Registrations of a meeting, oldest first.
pub fn list_of_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<Vec<Registration>, Error> {
    tx.all(select_registration!("WHERE meeting_id = ?1 ORDER BY id LIMIT ?2"), (meeting, MOST), registration)
}

/// Registrations that were first seen in a session, oldest first.
pub fn list_of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Registration>, Error> {
    tx.all(select_registration!("WHERE session_id = ?1 ORDER BY id LIMIT ?2"), (session, MOST), registration)
}

/// Notes the session in which somebody first appeared.
pub fn update_session(tx: &Tx<'_>, id: RegistrationId, session: SessionId) -> Result<(), Error> {
    tx.execute("UPDATE registration SET session_id = ?2 WHERE id = ?1 AND session_id IS NULL", (id, session)).map(|_| ())
}

/// Notes that the address was confirmed: its owner came by the personal link.
pub fn update_confirmed(tx: &Tx<'_>, id: RegistrationId) -> Result<(), Error> {
    tx.execute("UPDATE registration SET confirmed_ms = ?2 WHERE id = ?1 AND confirmed_ms IS NULL", (id, tx.now)).map(|_| ())
}

/// Notes the language in which a registration was last confirmed.
pub fn update_language(tx: &Tx<'_>, id: RegistrationId, language: Language) -> Result<(), Error> {
    tx.execute("UPDATE registration SET language = ?2 WHERE id = ?1", (id, language)).map(|_| ())
}

/// Notes the language in which an address is invited.
pub fn upsert_invitee(tx: &Tx<'_>, meeting: MeetingId, email: &str, language: Language) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO invitee (meeting_id, email, language) VALUES (?1, ?2, ?3) \
         ON CONFLICT (meeting_id, email) DO UPDATE SET language = excluded.language",
        (meeting, email, language),
    )
    .map(|_| ())
}

/// The language of an address, as far as its registration or else its invitation tells it.
pub fn find_language(tx: &Tx<'_>, meeting: MeetingId, email: &str) -> Result<Option<Language>, Error> {
    tx.first(
        "SELECT language FROM (SELECT language FROM registration WHERE meeting_id = ?1 AND email = ?2 AND language IS NOT NULL \
         UNION ALL SELECT language FROM invitee WHERE meeting_id = ?1 AND email = ?2) LIMIT 1",
        (meeting, email),
        |row| row.get(0),
    )
}

/// Adds an address to the book, or replaces what is there about it.
pub fn upsert_address(tx: &Tx<'_>, organization: OrganizationId, address: &Address) -> Result<(), Error> {
    let Address { email, first_name, last_name, phone, company, country } = address;
    let known = tx.execute(
        "UPDATE address SET first_name = ?3, last_name = ?4, phone = ?5, company = ?6, country = ?7, updated_ms = ?8 \
         WHERE organization_id = ?1 AND email = ?2",
        (organization, email.as_str(), first_name, last_name, phone, company, country, tx.now),
    )?;
    if known == 0 {
        tx.execute(
            "INSERT INTO address (id, organization_id, email, first_name, last_name, phone, company, country, created_ms, updated_ms) \
             VALUES (?9, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            (organization, email.as_str(), first_name, last_name, phone, company, country, tx.now, tx.next_id()?),
        )?;
    }
    Ok(())
}

/// The book, by address.
pub fn list_addresses(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<Address>, Error> {
    tx.all(
        "SELECT email, first_name, last_name, phone, company, country FROM address WHERE organization_id = ?1 ORDER BY email LIMIT ?2",
        (organization, MOST),
        |row| {
            Ok(Address {
                email: row.get(0)?,
                first_name: row.get(1)?,
                last_name: row.get(2)?,
                phone: row.get(3)?,
                company: row.get(4)?,
                country: row.get(5)?,
            })
        },
    )
}
