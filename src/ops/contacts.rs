//! Contacts and contact requests.

use super::rooms;
use crate::domain::{AccountId, Actor, Contact, ContactRequest, ContactRequestId, Error, Event, Noun, OrganizationId};
use crate::store::{self, Tx};

/// Longest words of a request, in characters.
const MESSAGE_CHARS: usize = 1_000;

/// The actor's contacts.
pub fn list_contacts(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<Contact>, Error> {
    store::contacts::list_contacts(tx, actor.account)
}

/// Open requests to the actor.
pub fn list_requests(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<ContactRequest>, Error> {
    store::contacts::list_requests(tx, actor.account)
}

/// Accepts a request: the two are contacts and have a direct room.
pub fn accept_request(tx: &Tx<'_>, actor: &Actor, id: ContactRequestId) -> Result<Contact, Error> {
    let request = store::contacts::find_request(tx, actor.account, id)?.ok_or(Error::NotFound(Noun::ContactRequest))?;
    let from = request.from.person.id;
    store::contacts::end_request(tx, id, true)?;
    tx.record(Event::ContactAccepted(id))?;
    connect(tx, actor.organization, actor.account, from)?;
    // A request the other way is answered by this.
    if let Some(reverse) = store::contacts::find_request_between(tx, actor.account, from)? {
        store::contacts::end_request(tx, reverse, true)?;
    }
    store::contacts::find_contact(tx, actor.account, from)?.ok_or_else(|| Error::internal("a new contact is missing"))
}

/// Declines a request.
pub fn decline_request(tx: &Tx<'_>, actor: &Actor, id: ContactRequestId) -> Result<(), Error> {
    store::contacts::find_request(tx, actor.account, id)?.ok_or(Error::NotFound(Noun::ContactRequest))?;
    store::contacts::end_request(tx, id, false)?;
    tx.record(Event::ContactDeclined(id))
}

/// Makes two people contacts, with their direct room, unless they are already.
pub(super) fn connect(tx: &Tx<'_>, organization: OrganizationId, maker: AccountId, other: AccountId) -> Result<(), Error> {
    if store::contacts::find_contact(tx, maker, other)?.is_some() {
        return Ok(());
    }
    let room = rooms::create_direct_room(tx, organization, maker, other)?;
    store::contacts::insert_contact(tx, maker, other, room)
}

/// Asks somebody, in another's name, to become a contact (no vendor's API can create one). Both by e-mail.
pub fn request_contact(tx: &Tx<'_>, from: &str, to: &str, message: &str) -> Result<ContactRequestId, Error> {
    let person = |email: &str| {
        let found = store::accounts::find_by_email(tx, &email.to_lowercase())?;
        found.filter(|profile| profile.disabled.is_none()).map(|profile| profile.account.person.id).ok_or(Error::NotFound(Noun::Account))
    };
    let (from, to) = (person(from)?, person(to)?);
    if from == to {
        return Err(Error::Invalid("to", "nobody can be a contact of themselves"));
    }
    if message.chars().count() > MESSAGE_CHARS {
        return Err(Error::Invalid("message", "at most 1,000 characters"));
    }
    if store::contacts::find_contact(tx, from, to)?.is_some() {
        return Err(Error::Invalid("to", "the two are contacts already"));
    }
    if store::contacts::find_request_between(tx, from, to)?.is_some() {
        return Err(Error::Invalid("to", "there is an open request already"));
    }
    let id = store::contacts::insert_request(tx, from, to, message)?;
    tx.record(Event::ContactRequested(id))?;
    Ok(id)
}
