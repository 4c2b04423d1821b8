//! Accounts.

use rusqlite::Row;

use super::Tx;
use crate::domain::{
    Account, AccountId, AccountKind, AccountProfile, Avatar, Email, Error, NewPerson, OrganizationId, OrganizationRole, Person, PersonName,
    RoomId,
};

const MOST: i64 = 100_000;

/// Reads `id, name, avatar` from three columns.
pub(super) fn person_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Person> {
    Ok(Person { id: row.get(first)?, name: row.get(first + 1)?, avatar: row.get(first + 2)? })
}

/// Reads `id, name, avatar, handle, organization_id, organization.name, department` from seven columns.
pub(super) fn account_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Account> {
    Ok(Account {
        person: person_at(row, first)?,
        handle: row.get(first + 3)?,
        organization: row.get(first + 4)?,
        organization_name: row.get(first + 5)?,
        department: row.get(first + 6)?,
    })
}

fn profile(row: &Row<'_>) -> rusqlite::Result<AccountProfile> {
    Ok(AccountProfile {
        account: account_at(row, 0)?,
        uid: row.get(7)?,
        own_room: RoomId::new(row.get::<_, Option<i64>>(8)?.unwrap_or(0)),
        email: row.get::<_, Option<String>>(9)?.unwrap_or_default(),
        title: row.get(10)?,
        url: row.get(11)?,
        introduction: row.get(12)?,
        mail: row.get(13)?,
        tel_organization: row.get(14)?,
        tel_extension: row.get(15)?,
        tel_mobile: row.get(16)?,
        skype: row.get(17)?,
        facebook: row.get(18)?,
        twitter: row.get(19)?,
        role: row.get(20)?,
        is_server_admin: row.get(21)?,
        disabled: row.get(22)?,
    })
}

macro_rules! select_profile {
    ($tail:literal) => {
        concat!(
            "SELECT a.id, a.name, a.avatar, a.handle, a.organization_id, o.name, a.department, a.uid, a.own_room_id, a.email, a.title, a.url, \
             a.introduction, a.mail, a.tel_organization, a.tel_extension, a.tel_mobile, a.skype, a.facebook, a.twitter, a.role, \
             a.is_server_admin, a.disabled_ms FROM account a JOIN organization o ON o.id = a.organization_id ",
            $tail
        )
    };
}

/// Makes an account: a person, or (without e-mail) an organization's service account.
pub fn insert_account(tx: &Tx<'_>, organization: OrganizationId, person: Option<&NewPerson>) -> Result<AccountId, Error> {
    let id = AccountId::new(tx.next_id()?);
    let (kind, email, name, role) = match person {
        Some(person) => (AccountKind::Person, Some(person.email.as_str()), person.name.as_str(), person.role),
        None => (AccountKind::Service, None, "API", OrganizationRole::Admin),
    };
    tx.execute(
        "INSERT INTO account (id, organization_id, kind, uid, local_part, email, name, avatar, role, created_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (id, organization, kind, tx.random_text(20), format!("u{id}"), email, name, Avatar::for_account(id), role, tx.now),
    )?;
    Ok(id)
}

/// Remembers an account's room for notes to oneself.
pub fn update_own_room(tx: &Tx<'_>, account: AccountId, room: RoomId) -> Result<(), Error> {
    tx.execute("UPDATE account SET own_room_id = ?2 WHERE id = ?1", (account, room)).map(|_| ())
}

/// Everything its owner may see.
pub fn find_profile(tx: &Tx<'_>, account: AccountId) -> Result<Option<AccountProfile>, Error> {
    tx.first(select_profile!("WHERE a.id = ?1"), [account], profile)
}

/// The person who logs in with this e-mail.
pub fn find_by_email(tx: &Tx<'_>, email: &str) -> Result<Option<AccountProfile>, Error> {
    tx.first(select_profile!("WHERE a.email = ?1"), [email], profile)
}

/// Whether whoever logs in with this e-mail is disabled.
pub fn is_disabled(tx: &Tx<'_>, email: &str) -> Result<bool, Error> {
    tx.one("SELECT EXISTS (SELECT 1 FROM account WHERE email = ?1 AND disabled_ms IS NOT NULL)", [email], |row| row.get(0))
}

/// The active account of an organization with this e-mail address, in any case, or this 20-character id. A
/// service account has an id only.
pub fn find_named(tx: &Tx<'_>, organization: OrganizationId, name: &str) -> Result<Option<AccountId>, Error> {
    tx.first(
        "SELECT id FROM account WHERE (email = ?2 OR uid = ?3) AND organization_id = ?1 AND disabled_ms IS NULL LIMIT 1",
        (organization, name.to_lowercase(), name),
        |row| row.get(0),
    )
}

/// The 20-character id of an account.
pub fn find_uid(tx: &Tx<'_>, account: AccountId) -> Result<Option<String>, Error> {
    tx.first("SELECT uid FROM account WHERE id = ?1", [account], |row| row.get(0))
}

/// The people of an organization, oldest first.
pub fn list_people(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<AccountProfile>, Error> {
    tx.all(select_profile!("WHERE a.organization_id = ?1 AND a.kind = 'person' ORDER BY a.id LIMIT ?2"), (organization, MOST), profile)
}

/// People who may open the administration page, oldest first.
pub fn list_server_admins(tx: &Tx<'_>) -> Result<Vec<AccountProfile>, Error> {
    tx.all(select_profile!("WHERE a.is_server_admin = 1 ORDER BY a.id LIMIT ?1"), [MOST], profile)
}

/// What others see of an account.
pub fn find_account(tx: &Tx<'_>, account: AccountId) -> Result<Option<Account>, Error> {
    tx.first(
        "SELECT a.id, a.name, a.avatar, a.handle, a.organization_id, o.name, a.department \
         FROM account a JOIN organization o ON o.id = a.organization_id WHERE a.id = ?1",
        [account],
        |row| account_at(row, 0),
    )
}

/// The service account of an organization.
pub fn find_service_account(tx: &Tx<'_>, organization: OrganizationId) -> Result<Option<AccountId>, Error> {
    tx.first("SELECT id FROM account WHERE organization_id = ?1 AND kind = 'service' LIMIT 1", [organization], |row| row.get(0))
}

/// Organization of an active person (not a service account, not disabled).
pub fn find_active_person(tx: &Tx<'_>, account: AccountId) -> Result<Option<OrganizationId>, Error> {
    tx.first("SELECT organization_id FROM account WHERE id = ?1 AND kind = 'person' AND disabled_ms IS NULL", [account], |row| row.get(0))
}

/// Role of an active person in their organization.
pub fn find_role(tx: &Tx<'_>, account: AccountId) -> Result<Option<OrganizationRole>, Error> {
    tx.first("SELECT role FROM account WHERE id = ?1 AND kind = 'person' AND disabled_ms IS NULL", [account], |row| row.get(0))
}

/// The active people of an organization and their roles in it, at most so many, oldest first.
pub fn list_active_people(tx: &Tx<'_>, organization: OrganizationId, most: i64) -> Result<Vec<(AccountId, OrganizationRole)>, Error> {
    tx.all(
        "SELECT id, role FROM account WHERE organization_id = ?1 AND kind = 'person' AND disabled_ms IS NULL ORDER BY id LIMIT ?2",
        (organization, most),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Gives an account a password and the right to open the administration page.
pub fn update_admin(tx: &Tx<'_>, account: AccountId, password_hash: &str) -> Result<(), Error> {
    tx.execute("UPDATE account SET is_server_admin = 1, password_hash = ?2 WHERE id = ?1", (account, password_hash)).map(|_| ())
}

/// Gives an administrator another password; says whether the account is one.
pub fn update_password(tx: &Tx<'_>, account: AccountId, password_hash: &str) -> Result<bool, Error> {
    Ok(tx.execute("UPDATE account SET password_hash = ?2 WHERE id = ?1 AND is_server_admin = 1", (account, password_hash))? > 0)
}

/// Takes the right to open the administration page away, and the password with it.
pub fn update_no_admin(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    tx.execute("UPDATE account SET is_server_admin = 0, password_hash = NULL WHERE id = ?1", [account]).map(|_| ())
}

/// Disables (at this instant) or enables an account.
pub fn update_disabled(tx: &Tx<'_>, account: AccountId, is_disabled: bool) -> Result<(), Error> {
    tx.execute("UPDATE account SET disabled_ms = ?2 WHERE id = ?1", (account, is_disabled.then_some(tx.now))).map(|_| ())
}

/// Changes the address that a person signs in with; it must be free.
pub fn update_email(tx: &Tx<'_>, account: AccountId, email: &Email) -> Result<(), Error> {
    tx.execute("UPDATE account SET email = ?2 WHERE id = ?1", (account, email.as_str())).map(|_| ())
}

/// Changes a person's name.
pub fn update_name(tx: &Tx<'_>, account: AccountId, name: &PersonName) -> Result<(), Error> {
    tx.execute("UPDATE account SET name = ?2 WHERE id = ?1", (account, name.as_str())).map(|_| ())
}

/// Changes what a person may do in the organization.
pub fn update_role(tx: &Tx<'_>, account: AccountId, role: OrganizationRole) -> Result<(), Error> {
    tx.execute("UPDATE account SET role = ?2 WHERE id = ?1", (account, role)).map(|_| ())
}

/// Fills in what a person tells about themselves.
pub fn update_profile(tx: &Tx<'_>, profile: &AccountProfile) -> Result<(), Error> {
    tx.execute(
        "UPDATE account SET handle = ?2, department = ?3, title = ?4, url = ?5, introduction = ?6, mail = ?7, tel_organization = ?8, \
         tel_extension = ?9, tel_mobile = ?10, skype = ?11, facebook = ?12, twitter = ?13 WHERE id = ?1",
        (
            profile.account.person.id,
            &profile.account.handle,
            &profile.account.department,
            &profile.title,
            &profile.url,
            &profile.introduction,
            &profile.mail,
            &profile.tel_organization,
            &profile.tel_extension,
            &profile.tel_mobile,
            &profile.skype,
            &profile.facebook,
            &profile.twitter,
        ),
    )
    .map(|_| ())
}

/// The account of this uid.
pub fn find_by_uid(tx: &Tx<'_>, uid: &str) -> Result<Option<AccountId>, Error> {
    tx.first("SELECT id FROM account WHERE uid = ?1", [uid], |row| row.get(0))
}

/// Gives a new account another uid, so that examples can name it.
pub fn update_uid(tx: &Tx<'_>, account: AccountId, uid: &str) -> Result<(), Error> {
    tx.execute("UPDATE account SET uid = ?2 WHERE id = ?1", (account, uid)).map(|_| ())
}
