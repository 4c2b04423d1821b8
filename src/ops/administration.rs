//! Administrators of this server: setting it up, signing in, showing the password again, one-time codes, sessions.
//!
//! Passwords are compared before a unit of work begins, as that is slow on purpose; what was compared is compared again by
//! its hash inside, so that a password changed meanwhile opens nothing.

use super::sign_in::hash_secret;
use super::{access, accounts, audit, organizations, tokens, totp};
use crate::domain::{
    AccountId, Actor, AdminLogin, AdminSession, Dialect, Email, Error, Event, NewPerson, NewToken, Noun, OrganizationPatch,
    OrganizationRole, PasswordHash, Scopes, SetUp, TokenId, TotpKey, Unauthenticated,
};
use crate::store::{self, Tx};

/// How long a session lasts at most, in milliseconds: 12 hours.
pub const SESSION_MS: i64 = 12 * 3_600_000;
/// How long a session lasts without being used, in milliseconds: half an hour.
pub const IDLE_MS: i64 = 30 * 60_000;
/// How long a password that was shown opens what is sensitive, in milliseconds: ten minutes.
pub const CONFIRMED_MS: i64 = 10 * 60_000;
/// How long the set-up page can be opened by its key, in milliseconds: half an hour.
const SETUP_MS: i64 = 30 * 60_000;
/// Random characters of a secret: 38 × 5 = 190 bits.
const SECRET_CHARS: usize = 38;
/// Random characters of the key of the set-up page: 32 × 5 = 160 bits.
const SETUP_CHARS: usize = 32;
/// Recovery codes that are made at a time, and the characters of one: 10 × 5 = 50 bits.
const RECOVERY_CODES: usize = 10;
const RECOVERY_CHARS: usize = 10;
/// How long a sandbox's door stays open, in milliseconds: as long as it runs, a year at most.
const DOOR_MS: i64 = 365 * 24 * 3_600_000;
/// People who are looked at to find one who manages an organization.
const MOST_LOOKED_AT: i64 = 1_000;
/// How long ended sessions are kept for looking back, in milliseconds: a week.
const KEPT_MS: i64 = 7 * 24 * 3_600_000;

/// What a session may do without its password having been shown just now.
const ORDINARY: [&str; 2] = ["read", "write"];
/// What it may do besides right after.
const SENSITIVE: &str = "confirmed";

/// Whether nobody administers this server yet.
pub fn needs_setup(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(!store::administration::has_admin(tx)?)
}

/// Makes the only key that opens the set-up page, for half an hour; one made before is worthless.
pub fn renew_setup_key(tx: &Tx<'_>) -> Result<String, Error> {
    if !needs_setup(tx)? {
        return Err(Error::Taken("administrator"));
    }
    let key = tx.random_text(SETUP_CHARS);
    store::administration::replace_setup_key(tx, &hash_secret(&key), tx.now.plus_ms(SETUP_MS))?;
    Ok(key)
}

/// A server that was just set up.
#[derive(Debug)]
pub struct Begun {
    /// The secret of the administrator's session.
    pub session: String,
    /// The first token: it acts as the administrator through Chatwork's API.
    pub token: tokens::Made,
}

/// Whether a key opens the set-up page at the moment.
pub fn check_setup_key(tx: &Tx<'_>, key: &str) -> Result<(), Error> {
    match store::administration::has_setup_key(tx, &hash_secret(key))? {
        true => Ok(()),
        false => Err(Error::Unauthenticated(Unauthenticated::Unknown)),
    }
}

/// Sets the server up: names the organization, makes the administrator and the first token. Whoever holds the key may,
/// once.
pub fn set_up(tx: &Tx<'_>, key: &str, cmd: SetUp) -> Result<Begun, Error> {
    if !store::administration::delete_setup_key(tx, &hash_secret(key))? || !needs_setup(tx)? {
        return Err(Error::Unauthenticated(Unauthenticated::Unknown));
    }
    let organization = access::organization(tx, None)?;
    let slug = store::organizations::get(tx, organization)?.slug;
    let patch = OrganizationPatch { name: Some(cmd.organization), zone: Some(cmd.zone), language: Some(cmd.language) };
    organizations::edit_organization(tx, &slug, &patch)?;
    if store::accounts::find_by_email(tx, cmd.email.as_str())?.is_none() {
        let person = NewPerson { email: cmd.email.clone(), name: cmd.name, role: OrganizationRole::Admin };
        accounts::create_user(tx, Some(&slug), &person)?;
    }
    let admin = accounts::create_admin(tx, Some(&slug), &cmd.email, cmd.password.as_str())?;
    let token = NewToken { dialect: Dialect::Chatwork, scopes: Scopes::All, expires: None, note: "made at set-up".to_owned() };
    let token = tokens::create_token(tx, Some(&slug), Some(&cmd.email), &token)?;
    let session = open_session(tx, &login_of(tx, admin.account.person.id)?)?;
    Ok(Begun { session, token })
}

/// What an administrator signs in with, for comparing the password; none: nobody of this address may.
pub fn find_login(tx: &Tx<'_>, email: &Email) -> Result<Option<AdminLogin>, Error> {
    store::administration::find_login(tx, email.as_str())
}

/// What the administrator behind a session signs in with.
pub fn own_login(tx: &Tx<'_>, actor: &Actor) -> Result<AdminLogin, Error> {
    login_of(tx, actor.account)
}

fn login_of(tx: &Tx<'_>, account: AccountId) -> Result<AdminLogin, Error> {
    store::administration::find_login_of(tx, account)?.ok_or(Error::Unauthenticated(Unauthenticated::Disabled))
}

/// Signs an administrator in whose password fits `compared`; gives the session's secret.
pub fn sign_in(tx: &Tx<'_>, account: AccountId, compared: &PasswordHash, code: &str) -> Result<String, Error> {
    let login = still(tx, account, compared)?;
    spend_code(tx, &login, code)?;
    open_session(tx, &login)
}

/// Addresses from which an account signed in, as far as its sessions are still kept.
pub fn list_addresses(tx: &Tx<'_>, account: AccountId) -> Result<Vec<String>, Error> {
    store::administration::list_addresses(tx, account)
}

/// Writes down that somebody tried to sign in as an administrator and failed.
pub fn note_failure(tx: &Tx<'_>, account: Option<AccountId>) -> Result<(), Error> {
    audit::note_failed_sign_in(tx, account)
}

/// The login of an account, if its password is still the one that was compared.
fn still(tx: &Tx<'_>, account: AccountId, compared: &PasswordHash) -> Result<AdminLogin, Error> {
    login_of(tx, account).ok().filter(|login| login.password == *compared).ok_or(Error::WrongPassword)
}

/// Asks for a one-time code or a recovery code, where the account has them.
fn spend_code(tx: &Tx<'_>, login: &AdminLogin, code: &str) -> Result<(), Error> {
    let Some(key) = &login.totp else { return Ok(()) };
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if code.is_empty() {
        return Err(Error::Missing("code"));
    }
    if let Some(step) = totp::step_of(key, &code, tx.now, login.totp_step) {
        return store::administration::update_totp_step(tx, login.account, step);
    }
    let is_recovery = store::administration::delete_recovery_code(tx, login.account, &hash_secret(&code.to_ascii_lowercase()))?;
    if is_recovery { Ok(()) } else { Err(Error::WrongPassword) }
}

fn open_session(tx: &Tx<'_>, login: &AdminLogin) -> Result<String, Error> {
    let secret = format!("{}{}", Dialect::Admin.secret_prefix(), tx.random_text(SECRET_CHARS));
    let token = keep_session(tx, login, &secret)?;
    tx.record(Event::SignedIn(login.account, token))?;
    Ok(secret)
}

fn keep_session(tx: &Tx<'_>, login: &AdminLogin, secret: &str) -> Result<TokenId, Error> {
    let token = NewToken {
        dialect: Dialect::Admin,
        scopes: Scopes::Only(ORDINARY.map(str::to_owned).to_vec()),
        expires: Some(tx.now.plus_ms(SESSION_MS)),
        note: String::new(),
    };
    store::administration::insert_session(tx, login.organization, login.account, &token, &hash_secret(secret))
}

/// Checks that a session is still good and says what it may do now. Sessions that nobody used for a while are over.
pub fn resume(tx: &Tx<'_>, actor: &Actor) -> Result<Scopes, Error> {
    // A sandbox's open door is no session of anybody's: it may do everything and is never over.
    if actor.scopes == Scopes::All {
        return Ok(Scopes::All);
    }
    let session = store::administration::find_session(tx, actor.token)?;
    let session = session.ok_or(Error::Unauthenticated(Unauthenticated::Unknown))?;
    if store::administration::find_login_of(tx, actor.account)?.is_none() {
        return Err(Error::Unauthenticated(Unauthenticated::Disabled));
    }
    if tx.now.ms() - session.used.map_or(session.signed_in, |used| used.max(session.signed_in)).ms() > IDLE_MS {
        return Err(Error::Unauthenticated(Unauthenticated::Expired));
    }
    let mut scopes = ORDINARY.to_vec();
    if tx.now.ms() - session.confirmed.ms() <= CONFIRMED_MS {
        scopes.push(SENSITIVE);
    }
    Ok(Scopes::Only(scopes.into_iter().map(str::to_owned).collect()))
}

/// Notes that the actor showed the password that fits `compared`: for some minutes sensitive things may be done.
pub fn confirm(tx: &Tx<'_>, actor: &Actor, compared: &PasswordHash, code: &str) -> Result<(), Error> {
    let login = still(tx, actor.account, compared)?;
    spend_code(tx, &login, code)?;
    store::administration::update_confirmed(tx, actor.token)
}

/// Ends the actor's own session.
pub fn sign_out(tx: &Tx<'_>, actor: &Actor) -> Result<(), Error> {
    store::tokens::update_revoked(tx, actor.token, tx.now)?;
    tx.record(Event::SessionEnded(actor.account, actor.token))
}

/// Changes the actor's password; every other session of theirs ends.
pub fn change_password(tx: &Tx<'_>, actor: &Actor, new: &PasswordHash) -> Result<(), Error> {
    if !store::accounts::update_password(tx, actor.account, new.as_str())? {
        return Err(Error::Unauthenticated(Unauthenticated::Disabled));
    }
    store::administration::update_sessions_revoked(tx, actor.account, Some(actor.token))?;
    tx.record(Event::PasswordChanged(actor.account))
}

/// The sessions of all administrators that may still be used, newest first.
pub fn list_sessions(tx: &Tx<'_>) -> Result<Vec<AdminSession>, Error> {
    store::administration::list_sessions(tx)
}

/// Ends a session, whose ever it is.
pub fn end_session(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    let session = store::administration::find_session(tx, token)?.ok_or(Error::NotFound(Noun::Session))?;
    store::tokens::update_revoked(tx, token, tx.now)?;
    tx.record(Event::SessionEnded(session.account, token))
}

/// Makes a key of one-time codes for the actor; it counts once a first code was shown.
pub fn begin_totp(tx: &Tx<'_>, actor: &Actor, key: TotpKey) -> Result<TotpKey, Error> {
    login_of(tx, actor.account)?;
    store::administration::update_totp_waiting(tx, actor.account, &key)?;
    Ok(key)
}

/// Makes the waiting key count, as its first code shows that it arrived; gives recovery codes, for the only time.
pub fn finish_totp(tx: &Tx<'_>, actor: &Actor, code: &str) -> Result<Vec<String>, Error> {
    let login = login_of(tx, actor.account)?;
    let key = login.totp_waiting.ok_or(Error::Invalid("code", "ask for a new key first"))?;
    let step = totp::step_of(&key, code.trim(), tx.now, 0).ok_or(Error::Invalid("code", "this is not the code of this minute"))?;
    store::administration::update_totp(tx, actor.account, Some(&key))?;
    store::administration::update_totp_step(tx, actor.account, step)?;
    tx.record(Event::OneTimeCodesSet(actor.account))?;
    renew_recovery_codes(tx, actor.account)
}

fn renew_recovery_codes(tx: &Tx<'_>, account: AccountId) -> Result<Vec<String>, Error> {
    store::administration::delete_recovery_codes(tx, account)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| tx.random_text(RECOVERY_CHARS)).collect();
    for code in &codes {
        store::administration::insert_recovery_code(tx, account, &hash_secret(code))?;
    }
    Ok(codes)
}

/// How many recovery codes the actor has left.
pub fn count_recovery_codes(tx: &Tx<'_>, actor: &Actor) -> Result<i64, Error> {
    store::administration::count_recovery_codes(tx, actor.account)
}

/// Takes the one-time codes of an account away: its own, or by the command line for who lost both device and codes.
pub fn remove_totp(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    if login_of(tx, account)?.totp.is_none() {
        return Ok(());
    }
    store::administration::update_totp(tx, account, None)?;
    store::administration::delete_recovery_codes(tx, account)?;
    tx.record(Event::OneTimeCodesRemoved(account))
}

/// A session that needs no password: a sandbox gives it to whoever opens its page on the same machine. It acts as the first
/// person who manages an organization.
pub fn open_door(tx: &Tx<'_>, secret: &str) -> Result<Option<TokenId>, Error> {
    let Some(organization) = store::organizations::list_organizations(tx)?.first().map(|organization| organization.id) else {
        return Ok(None);
    };
    let people = store::accounts::list_active_people(tx, organization, MOST_LOOKED_AT)?;
    let Some((account, _)) = people.into_iter().find(|(_, role)| *role == OrganizationRole::Admin) else { return Ok(None) };
    let token = NewToken { dialect: Dialect::Admin, scopes: Scopes::All, expires: Some(tx.now.plus_ms(DOOR_MS)), note: String::new() };
    store::administration::insert_session(tx, organization, account, &token, &hash_secret(secret)).map(Some)
}

/// Forgets sessions that ended a while ago, some at a time.
pub fn forget_sessions(tx: &Tx<'_>) -> Result<usize, Error> {
    store::administration::delete_sessions_before(tx, tx.now.plus_ms(-KEPT_MS))
}
