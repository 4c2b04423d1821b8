//! Contacts and contact requests.

use rusqlite::Row;

use super::Tx;
use super::accounts::account_at;
use crate::domain::{AccountId, Contact, ContactRequest, ContactRequestId, Error, RoomId};

const MOST_CONTACTS: i64 = 10_000;

macro_rules! select_contact {
    ($tail:literal) => {
        concat!(
            "SELECT c.room_id, a.id, a.name, a.avatar, a.handle, a.organization_id, o.name, a.department FROM contact c \
             JOIN account a ON a.id = c.other_id JOIN organization o ON o.id = a.organization_id WHERE c.account_id = ?1 ",
            $tail
        )
    };
}

fn contact(row: &Row<'_>) -> rusqlite::Result<Contact> {
    Ok(Contact { room: row.get(0)?, account: account_at(row, 1)? })
}

/// An account's contacts by id.
pub fn list_contacts(tx: &Tx<'_>, account: AccountId) -> Result<Vec<Contact>, Error> {
    tx.all(select_contact!("ORDER BY c.other_id LIMIT ?2"), (account, MOST_CONTACTS), contact)
}

/// One contact of an account.
pub fn find_contact(tx: &Tx<'_>, account: AccountId, other: AccountId) -> Result<Option<Contact>, Error> {
    tx.first(select_contact!("AND c.other_id = ?2"), (account, other), contact)
}

/// Connects two accounts, both ways, with their direct room.
pub fn insert_contact(tx: &Tx<'_>, one: AccountId, other: AccountId, room: RoomId) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO contact (account_id, other_id, room_id, created_ms) VALUES (?1, ?2, ?3, ?4), (?2, ?1, ?3, ?4)",
        (one, other, room, tx.now),
    )
    .map(|_| ())
}

fn request(row: &Row<'_>) -> rusqlite::Result<ContactRequest> {
    Ok(ContactRequest { id: row.get(0)?, message: row.get(1)?, from: account_at(row, 2)? })
}

macro_rules! select_request {
    ($tail:literal) => {
        concat!(
            "SELECT q.id, q.message, a.id, a.name, a.avatar, a.handle, a.organization_id, o.name, a.department FROM contact_request q \
             JOIN account a ON a.id = q.from_id JOIN organization o ON o.id = a.organization_id WHERE q.to_id = ?1 AND q.state = 'open' ",
            $tail
        )
    };
}

/// At most 100 open requests to an account, newest first.
pub fn list_requests(tx: &Tx<'_>, to: AccountId) -> Result<Vec<ContactRequest>, Error> {
    tx.all(select_request!("ORDER BY q.id DESC LIMIT 100"), [to], request)
}

/// One open request to an account.
pub fn find_request(tx: &Tx<'_>, to: AccountId, id: ContactRequestId) -> Result<Option<ContactRequest>, Error> {
    tx.first(select_request!("AND q.id = ?2"), (to, id), request)
}

/// The open request from one account to another.
pub fn find_request_between(tx: &Tx<'_>, from: AccountId, to: AccountId) -> Result<Option<ContactRequestId>, Error> {
    tx.first("SELECT id FROM contact_request WHERE to_id = ?2 AND from_id = ?1 AND state = 'open'", (from, to), |row| row.get(0))
}

/// Makes a request.
pub fn insert_request(tx: &Tx<'_>, from: AccountId, to: AccountId, message: &str) -> Result<ContactRequestId, Error> {
    let id = ContactRequestId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO contact_request (id, from_id, to_id, message, state, created_ms) VALUES (?1, ?2, ?3, ?4, 'open', ?5)",
        (id, from, to, message, tx.now),
    )?;
    Ok(id)
}

/// Ends a request: accepted or declined.
pub fn end_request(tx: &Tx<'_>, id: ContactRequestId, is_accepted: bool) -> Result<(), Error> {
    let state = if is_accepted { "accepted" } else { "declined" };
    tx.execute("UPDATE contact_request SET state = ?2, ended_ms = ?3, message = '' WHERE id = ?1", (id, state, tx.now)).map(|_| ())
}
