//! People: adding, disabling, making them administrators.

use super::{access, chatrooms, devices, rooms};
use crate::domain::{AccountId, AccountProfile, Actor, Email, Error, Event, NewPerson, Noun, OrganizationId, OrganizationRole, PersonName};
use crate::store::{self, Tx};

/// Everything the actor may see of itself.
pub fn get_own_profile(tx: &Tx<'_>, actor: &Actor) -> Result<AccountProfile, Error> {
    store::accounts::find_profile(tx, actor.account)?.ok_or(Error::NotFound(Noun::Account))
}

/// Adds a person, with their room for notes.
pub fn create_user(tx: &Tx<'_>, organization: Option<&str>, person: &NewPerson) -> Result<AccountProfile, Error> {
    let organization = access::organization(tx, organization)?;
    if store::accounts::find_by_email(tx, person.email.as_str())?.is_some() {
        return Err(Error::Taken("email"));
    }
    let id = store::accounts::insert_account(tx, organization, Some(person))?;
    tx.record(Event::AccountCreated(id))?;
    rooms::create_own_room(tx, organization, id)?;
    chatrooms::follow_arrival(tx, organization, id)?;
    profile(tx, id)
}

/// The people of an organization.
pub fn list_users(tx: &Tx<'_>, organization: Option<&str>) -> Result<Vec<AccountProfile>, Error> {
    let organization = access::organization(tx, organization)?;
    store::accounts::list_people(tx, organization)
}

/// Disables a person (their tokens are refused from the next request on) or enables them again.
pub fn set_user_disabled(tx: &Tx<'_>, email: &Email, is_disabled: bool) -> Result<AccountProfile, Error> {
    let found = by_email(tx, email)?;
    let id = found.account.person.id;
    if found.disabled.is_some() != is_disabled {
        store::accounts::update_disabled(tx, id, is_disabled)?;
        tx.record(if is_disabled { Event::AccountDisabled(id) } else { Event::AccountEnabled(id) })?;
        if is_disabled { depart(tx, id)? } else { arrive_again(tx, found.account.organization, id)? }
    }
    profile(tx, id)
}

/// Out of the rooms that follow the organization's people, and out of every device.
fn depart(tx: &Tx<'_>, id: AccountId) -> Result<(), Error> {
    devices::remove_all(tx, id)?;
    chatrooms::follow_departure(tx, id)
}

/// GUESS: who was away signs in with a new password; the old one may be known to others.
fn arrive_again(tx: &Tx<'_>, organization: OrganizationId, id: AccountId) -> Result<(), Error> {
    devices::renew_password(tx, id)?;
    chatrooms::follow_arrival(tx, organization, id)
}

/// Fills in what a person tells about themselves.
pub fn set_profile(tx: &Tx<'_>, profile: &AccountProfile) -> Result<(), Error> {
    store::accounts::update_profile(tx, profile)
}

/// Makes somebody an administrator of this server, adding the person if need be.
pub fn create_admin(tx: &Tx<'_>, organization: Option<&str>, email: &Email, password_hash: &str) -> Result<AccountProfile, Error> {
    let existing = store::accounts::find_by_email(tx, email.as_str())?;
    let id = match existing {
        Some(found) if found.is_server_admin => return Err(Error::Taken("email")),
        Some(found) => found.account.person.id,
        None => {
            let name = email.as_str().split('@').next().unwrap_or("Administrator");
            let person = NewPerson { email: email.clone(), name: PersonName::parse(name)?, role: OrganizationRole::Admin };
            create_user(tx, organization, &person)?.account.person.id
        }
    };
    store::accounts::update_admin(tx, id, password_hash)?;
    tx.record(Event::AdminGranted(id))?;
    profile(tx, id)
}

/// The administrators of this server.
pub fn list_admins(tx: &Tx<'_>) -> Result<Vec<AccountProfile>, Error> {
    store::accounts::list_server_admins(tx)
}

/// Gives an administrator a new password.
pub fn reset_admin_password(tx: &Tx<'_>, email: &Email, password_hash: &str) -> Result<AccountProfile, Error> {
    let found = admin_by_email(tx, email)?;
    store::accounts::update_admin(tx, found.account.person.id, password_hash)?;
    tx.record(Event::AdminPasswordReset(found.account.person.id))?;
    Ok(found)
}

/// Takes the administrator's right away; the person stays.
pub fn disable_admin(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    let found = admin_by_email(tx, email)?;
    store::accounts::update_no_admin(tx, found.account.person.id)?;
    tx.record(Event::AdminWithdrawn(found.account.person.id))?;
    Ok(found)
}

fn admin_by_email(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    let found = by_email(tx, email)?;
    if found.is_server_admin { Ok(found) } else { Err(Error::Invalid("email", "this person is not an administrator")) }
}

fn by_email(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    store::accounts::find_by_email(tx, email.as_str())?.ok_or(Error::NotFound(Noun::Account))
}

fn profile(tx: &Tx<'_>, id: AccountId) -> Result<AccountProfile, Error> {
    store::accounts::find_profile(tx, id)?.ok_or(Error::NotFound(Noun::Account))
}
