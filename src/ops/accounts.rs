//! People: adding, disabling, making them administrators.

use super::{access, administration, chatrooms, devices, rooms};
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    AccountId, AccountPatch, AccountProfile, Actor, Email, Error, Event, IS_ERASED, NewPerson, Noun, OrganizationId, OrganizationRole,
    PasswordHash, PersonName,
};
use crate::store::{self, Tx};

/// Why somebody gets no administrator's password: a disabled one could not sign in with it.
const IS_DISABLED: &str = "this person is disabled and could not sign in; enable them first (`crosstalk user enable`)";

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

/// Who has an e-mail address, and the slug of their organization.
pub fn find_owner(tx: &Tx<'_>, email: &Email) -> Result<Option<(AccountProfile, String)>, Error> {
    let Some(found) = store::accounts::find_by_email(tx, email.as_str())? else { return Ok(None) };
    let slug = store::organizations::get(tx, found.account.organization)?.slug;
    Ok(Some((found, slug)))
}

/// Changes a person; what the patch does not name stays, and what it does not change leaves no trace. Nobody disables themselves or the
/// last administrator.
pub fn edit_user(tx: &Tx<'_>, by: AccountId, id: AccountId, patch: &AccountPatch) -> Result<AccountProfile, Error> {
    let found = somebody(tx, id)?;
    let email = patch.email.as_ref().filter(|email| email.as_str() != found.email);
    let name = patch.name.as_ref().filter(|name| name.as_str() != found.account.person.name);
    let role = patch.role.filter(|role| *role != found.role);
    if let Some(email) = email {
        if store::accounts::find_by_email(tx, email.as_str())?.is_some() {
            return Err(Error::Taken("email"));
        }
        store::accounts::update_email(tx, id, email)?;
    }
    if let Some(name) = name {
        store::accounts::update_name(tx, id, name)?;
    }
    if let Some(role) = role {
        store::accounts::update_role(tx, id, role)?;
    }
    if email.is_some() || name.is_some() || role.is_some() {
        tx.record(Event::AccountEdited(id))?;
    }
    match patch.is_disabled {
        Some(true) if id == by => Err(Error::Invalid("is_disabled", "you can't disable yourself")),
        Some(true) if found.is_server_admin => withdraw_admin(tx, id).and_then(|()| switch(tx, &found, true)),
        Some(is_disabled) => switch(tx, &found, is_disabled),
        None => profile(tx, id),
    }
}

/// Makes a person an administrator of this server, or gives one another password.
pub fn grant_admin(tx: &Tx<'_>, id: AccountId, password: &PasswordHash) -> Result<AccountProfile, Error> {
    let found = somebody(tx, id)?;
    if found.disabled.is_some() {
        return Err(Error::Invalid("password", IS_DISABLED));
    }
    store::accounts::update_admin(tx, id, password.as_str())?;
    store::administration::update_sessions_revoked(tx, id, None)?;
    tx.record(if found.is_server_admin { Event::PasswordChanged(id) } else { Event::AdminGranted(id) })?;
    profile(tx, id)
}

/// Takes the administrator's right away, and the sessions with it; the person stays. One administrator has to remain.
pub fn withdraw_admin(tx: &Tx<'_>, id: AccountId) -> Result<(), Error> {
    if !profile(tx, id)?.is_server_admin {
        return Err(Error::NotFound(Noun::Account));
    }
    another_admin(tx, id)?;
    store::accounts::update_no_admin(tx, id)?;
    store::administration::update_sessions_revoked(tx, id, None)?;
    tx.record(Event::AdminWithdrawn(id))
}

/// Whether somebody else can administer this server.
fn another_admin(tx: &Tx<'_>, id: AccountId) -> Result<(), Error> {
    let admins = store::accounts::list_server_admins(tx)?;
    let is_another = |admin: &AccountProfile| admin.disabled.is_none() && admin.account.person.id != id;
    if admins.iter().any(is_another) { Ok(()) } else { Err(Error::LastAdmin) }
}

/// The people of an organization.
pub fn list_users(tx: &Tx<'_>, organization: Option<&str>) -> Result<Vec<AccountProfile>, Error> {
    let organization = access::organization(tx, organization)?;
    store::accounts::list_people(tx, organization)
}

/// What the accounts with these ids are called, each once; an id that nobody has is left out.
pub fn names_of(tx: &Tx<'_>, ids: impl IntoIterator<Item = AccountId>) -> Result<BTreeMap<AccountId, String>, Error> {
    let ids: BTreeSet<AccountId> = ids.into_iter().collect();
    let named = ids.into_iter().map(|id| Ok(store::accounts::find_account(tx, id)?.map(|account| (id, account.person.name))));
    named.filter_map(Result::transpose).collect()
}

/// Disables a person (their tokens are refused from the next request on) or enables them again. One administrator has to remain.
pub fn set_user_disabled(tx: &Tx<'_>, email: &Email, is_disabled: bool) -> Result<AccountProfile, Error> {
    let found = by_email(tx, email)?;
    if is_disabled && found.is_server_admin {
        another_admin(tx, found.account.person.id)?;
    }
    switch(tx, &found, is_disabled)
}

/// Of these e-mail addresses those of disabled people.
pub fn list_disabled<'a>(tx: &Tx<'_>, emails: impl IntoIterator<Item = &'a String>) -> Result<Vec<&'a str>, Error> {
    let asked = emails.into_iter().map(|email| Ok(store::accounts::is_disabled(tx, email)?.then_some(email.as_str())));
    asked.filter_map(Result::transpose).collect()
}

/// Disables somebody who is to be erased.
pub(super) fn disable(tx: &Tx<'_>, found: &AccountProfile) -> Result<(), Error> {
    switch(tx, found, true).map(|_| ())
}

fn switch(tx: &Tx<'_>, found: &AccountProfile, is_disabled: bool) -> Result<AccountProfile, Error> {
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
        Some(found) if found.disabled.is_some() => return Err(Error::Invalid("email", IS_DISABLED)),
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

/// Gives an administrator a new password. Sessions end and one-time codes go: whoever asks has lost something.
pub fn reset_admin_password(tx: &Tx<'_>, email: &Email, password_hash: &str) -> Result<AccountProfile, Error> {
    let found = admin_by_email(tx, email)?;
    if found.disabled.is_some() {
        return Err(Error::Invalid("email", IS_DISABLED));
    }
    let id = found.account.person.id;
    store::accounts::update_admin(tx, id, password_hash)?;
    store::administration::update_sessions_revoked(tx, id, None)?;
    tx.record(Event::AdminPasswordReset(id))?;
    administration::remove_totp(tx, id)?;
    Ok(found)
}

/// The same by e-mail address as [`withdraw_admin`].
pub fn disable_admin(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    let found = admin_by_email(tx, email)?;
    withdraw_admin(tx, found.account.person.id)?;
    Ok(found)
}

fn admin_by_email(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    let found = by_email(tx, email)?;
    if found.is_server_admin { Ok(found) } else { Err(Error::Invalid("email", "this person is not an administrator")) }
}

fn by_email(tx: &Tx<'_>, email: &Email) -> Result<AccountProfile, Error> {
    store::accounts::find_by_email(tx, email.as_str())?.ok_or(Error::NotFound(Noun::Account))
}

/// A person who is still somebody: of an erased one not even the address is left. An organization's service account is no person.
fn somebody(tx: &Tx<'_>, id: AccountId) -> Result<AccountProfile, Error> {
    let found = profile(tx, id)?;
    if store::accounts::find_service_account(tx, found.account.organization)? == Some(id) {
        return Err(Error::NotFound(Noun::Account));
    }
    if found.email.is_empty() { Err(Error::Invalid("account_id", IS_ERASED)) } else { Ok(found) }
}

fn profile(tx: &Tx<'_>, id: AccountId) -> Result<AccountProfile, Error> {
    store::accounts::find_profile(tx, id)?.ok_or(Error::NotFound(Noun::Account))
}
