//! Who signs up for a meeting, and the organization's address book.

use super::inviting::Surroundings;
use super::{access, inviting};
use crate::domain::{Actor, Address, Error, Event, Language, Meeting, MeetingId, NewRegistration, Registration, RegistrationStatus};
use crate::store::{self, Tx};

/// Characters of a personal link's hash: 32 × 5 = 160 bits.
const HASH_CHARS: usize = 32;

/// Registrations of a meeting, oldest first, and the meeting itself for its zone.
pub fn list_registrations(
    tx: &Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    status: RegistrationStatus,
) -> Result<(Meeting, Vec<Registration>), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let mut found = store::registrations::list_of_meeting(tx, id)?;
    if status == RegistrationStatus::Active {
        found.retain(|registration| registration.session.is_none());
    }
    Ok((meeting, found))
}

/// What came of signing up.
#[derive(Clone, Debug)]
pub struct SignedUp {
    /// The registration.
    pub registration: Registration,
    /// Whether the address was known already; then nothing was changed.
    pub was_known: bool,
}

/// Signs somebody up for a meeting of the actor's organization, and confirms it by mail if a language is named.
pub fn register(
    tx: &Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    cmd: Result<(NewRegistration, Option<Language>), Error>,
    around: &Surroundings,
) -> Result<(Meeting, SignedUp), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let (cmd, language) = cmd?;
    if !meeting.has_registration {
        return Err(Error::Invalid("registration", "registration is not open for this room"));
    }
    let signed_up = sign_up(tx, &meeting, &cmd)?;
    if let Some(language) = language {
        store::registrations::update_language(tx, signed_up.registration.id, language)?;
        inviting::confirm(tx, &meeting, &signed_up.registration, language, around)?;
    }
    Ok((meeting, signed_up))
}

/// Signs somebody up, whoever asks for it; the same address gets the same link.
pub fn sign_up(tx: &Tx<'_>, meeting: &Meeting, cmd: &NewRegistration) -> Result<SignedUp, Error> {
    let find = || store::registrations::find_by_email(tx, meeting.id, cmd.email.as_str());
    if let Some(registration) = find()? {
        return Ok(SignedUp { registration, was_known: true });
    }
    let id = store::registrations::insert_registration(tx, meeting.id, cmd, &tx.random_text(HASH_CHARS))?;
    tx.record(Event::Registered(meeting.id, id))?;
    let registration = find()?.ok_or_else(|| Error::internal("a registration is gone"))?;
    Ok(SignedUp { registration, was_known: false })
}

/// Adds an address to the organization's book, or brings what is there up to date.
pub fn keep_address(tx: &Tx<'_>, actor: &Actor, cmd: Result<Address, Error>) -> Result<(), Error> {
    store::registrations::upsert_address(tx, actor.organization, &cmd?)?;
    tx.record(Event::AddressKept(actor.organization))
}
