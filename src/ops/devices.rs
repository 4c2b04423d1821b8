//! Signing in with a password: devices, the pairs of tokens they hold, refreshing, signing out.
//!
//! Passwords are derived, not kept: they follow from the world's key, the account and a version, so they can be shown
//! again. Tokens are kept as hashes. A pair goes when the one it was refreshed into is first used (an answer may get lost).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::sign_in::hash_secret;
use super::{access, audit, organizations};
use crate::domain::{
    AccountId, Actor, Device, DeviceId, Dialect, Error, Event, NewClient, NewToken, Noun, Pass, Proof, Proven, Scopes, SignIn, Timestamp,
    TokenId, Unauthenticated,
};
use crate::store::devices::{Login, Pair};
use crate::store::{self, Tx};

/// How long an access token lasts that can be refreshed, in milliseconds: an hour.
const ACCESS_MS: i64 = 3_600_000;
/// How long a refresh token waits to be used, in milliseconds. GUESS: 90 days.
const REFRESH_MS: i64 = 90 * 24 * 3_600_000;
/// How long one may take to prove who one is, in milliseconds.
const PROOF_MS: i64 = 300_000;
/// Random characters of a secret: 38 × 5 = 190 bits.
const SECRET_CHARS: usize = 38;
/// Letters of a device that we name.
const DEVICE_LETTERS: usize = 10;
/// Bytes of a derived password: 160 bits.
const PASSWORD_BYTES: usize = 20;

/// Local part and password that the actor signs in with. People only.
pub fn get_credentials(tx: &Tx<'_>, actor: &Actor) -> Result<(String, String), Error> {
    access::person(actor)?;
    let login = login_of(tx, actor.account)?;
    let password = password_of(tx, &login)?;
    Ok((login.local_part, password))
}

/// Signs somebody in who shows name and password. A refusal is an outcome too: that somebody tried is kept.
pub fn sign_in(tx: &Tx<'_>, cmd: &SignIn) -> Result<Result<Pass, Error>, Error> {
    let refusal = match prove(tx, &cmd.user, &cmd.password) {
        Ok(login) if login.is_disabled => Error::Unauthenticated(Unauthenticated::Disabled),
        Ok(login) => return open(tx, &login, &cmd.client).map(Ok),
        Err(Error::WrongPassword) => Error::WrongPassword,
        Err(error) => return Err(error),
    };
    audit::note_failed_sign_in(tx, find_login(tx, &cmd.user)?.map(|login| login.account))?;
    Ok(Err(refusal))
}

/// Signs a person in who showed a token of theirs.
pub fn sign_in_by_token(tx: &Tx<'_>, actor: &Actor, client: Result<NewClient, Error>) -> Result<Pass, Error> {
    access::person(actor)?;
    let client = client?;
    open(tx, &login_of(tx, actor.account)?, &client)
}

/// A device that is known goes on under its name, and what it held is worthless.
fn open(tx: &Tx<'_>, login: &Login, client: &NewClient) -> Result<Pass, Error> {
    let device = client.device.clone().unwrap_or_else(|| DeviceId::stored(tx.random_choice(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", DEVICE_LETTERS)));
    for token in store::devices::list_tokens(tx, login.account, &device)? {
        end_pair(tx, login.account, token)?;
    }
    store::devices::insert_device(tx, login.account, &device, client.name.as_deref())?;
    make_way(tx, login.account, &device)?;
    let (token, pass) = issue(tx, login, device, client.refreshes, None)?;
    tx.record(Event::SignedIn(login.account, token))?;
    Ok(pass)
}

/// Signs out the device seen least recently where there are more than may be.
fn make_way(tx: &Tx<'_>, account: AccountId, newest: &DeviceId) -> Result<(), Error> {
    let devices = store::devices::list_devices(tx, account)?;
    if devices.len() <= store::devices::MOST as usize {
        return Ok(());
    }
    let oldest = devices.into_iter().filter(|device| device.id != *newest).min_by_key(|device| device.seen);
    oldest.map_or(Ok(()), |device| remove_device(tx, account, &device.id))
}

fn issue(tx: &Tx<'_>, login: &Login, device: DeviceId, refreshes: bool, replaces: Option<TokenId>) -> Result<(TokenId, Pass), Error> {
    let access = format!("{}{}", Dialect::Matrix.secret_prefix(), tx.random_text(SECRET_CHARS));
    let expires = refreshes.then(|| tx.now.plus_ms(ACCESS_MS));
    let token = NewToken { dialect: Dialect::Matrix, scopes: Scopes::All, expires, note: String::new() };
    let id = store::tokens::insert_token(tx, login.organization, login.account, &token, &hash_secret(&access), "")?;
    let refresh = refreshes.then(|| format!("{}r{}", Dialect::Matrix.secret_prefix(), tx.random_text(SECRET_CHARS)));
    let refresh_expires = refreshes.then(|| tx.now.plus_ms(REFRESH_MS));
    let pair = Pair { token: id, account: login.account, device: device.clone(), refresh_expires };
    store::devices::insert_pair(tx, &pair, refresh.as_deref().map(hash_secret).as_ref(), replaces)?;
    let refresh = refresh.map(|refresh| (refresh, ACCESS_MS));
    Ok((id, Pass { account: login.account, local_part: login.local_part.clone(), device, access, refresh }))
}

/// Gives a new pair for a refresh token. The old one works until the new one is first used.
pub fn refresh(tx: &Tx<'_>, secret: &str) -> Result<Pass, Error> {
    let refuse = |reason| Err(Error::Unauthenticated(reason));
    let Some(pair) = store::devices::find_pair_by_refresh(tx, &hash_secret(secret))? else { return refuse(Unauthenticated::Unknown) };
    if pair.refresh_expires.is_none_or(|at| at <= tx.now) {
        return refuse(Unauthenticated::Expired);
    }
    let login = login_of(tx, pair.account)?;
    if login.is_disabled {
        return refuse(Unauthenticated::Disabled);
    }
    settle(tx, pair.token)?;
    // An earlier answer got lost: what it held was never used, and never will be.
    for unused in store::devices::list_replacing(tx, pair.token)? {
        end_pair(tx, pair.account, unused)?;
    }
    store::devices::insert_device(tx, pair.account, &pair.device, None)?;
    let (token, pass) = issue(tx, &login, pair.device, true, Some(pair.token))?;
    tx.record(Event::SessionRefreshed(pair.account, token))?;
    Ok(pass)
}

/// A pair is used: the one that it replaces goes.
pub(super) fn settle(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    if let Some((account, replaced)) = store::devices::find_replaced(tx, token)? {
        tx.must_write()?;
        end_pair(tx, account, replaced)?;
        store::devices::update_settled(tx, token)?;
    }
    Ok(())
}

/// Signs the actor's device out.
pub fn sign_out(tx: &Tx<'_>, actor: &Actor) -> Result<(), Error> {
    match store::devices::find_pair(tx, actor.token)? {
        Some(pair) => remove_device(tx, actor.account, &pair.device),
        None => Ok(()),
    }
}

/// Signs every device of the actor out.
pub fn sign_out_everywhere(tx: &Tx<'_>, actor: &Actor) -> Result<(), Error> {
    remove_all(tx, actor.account)
}

/// Signs every device of an account out.
pub(super) fn remove_all(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    for device in store::devices::list_devices(tx, account)? {
        remove_device(tx, account, &device.id)?;
    }
    Ok(())
}

/// Makes another password count for an account.
pub(super) fn renew_password(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    store::devices::update_password_version(tx, account)
}

fn remove_device(tx: &Tx<'_>, account: AccountId, device: &DeviceId) -> Result<(), Error> {
    for token in store::devices::list_tokens(tx, account, device)? {
        end_pair(tx, account, token)?;
    }
    // Unknown ones are ignored, and leave no trace.
    if store::devices::delete_device(tx, account, device)? { tx.record(Event::DeviceRemoved(account)) } else { Ok(()) }
}

fn end_pair(tx: &Tx<'_>, account: AccountId, token: TokenId) -> Result<(), Error> {
    store::devices::delete_pair(tx, token)?;
    tx.record(Event::SessionEnded(account, token))
}

/// The actor's local part, and the device that the token is for.
pub fn whoami(tx: &Tx<'_>, actor: &Actor) -> Result<(String, Option<DeviceId>), Error> {
    let device = store::devices::find_pair(tx, actor.token)?.map(|pair| pair.device);
    Ok((login_of(tx, actor.account)?.local_part, device))
}

/// The actor's devices.
pub fn list_devices(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<Device>, Error> {
    store::devices::list_devices(tx, actor.account)
}

/// One device of the actor.
pub fn get_device(tx: &Tx<'_>, actor: &Actor, id: &DeviceId) -> Result<Device, Error> {
    store::devices::find_device(tx, actor.account, id)?.ok_or(Error::NotFound(Noun::Device))
}

/// Gives a device of the actor a name; none leaves it as it is, an empty one takes it away.
pub fn name_device(tx: &Tx<'_>, actor: &Actor, id: &DeviceId, name: Option<&str>) -> Result<(), Error> {
    get_device(tx, actor, id)?;
    if let Some(name) = name {
        store::devices::update_name(tx, actor.account, id, (!name.is_empty()).then_some(name))?;
    }
    Ok(())
}

/// Signs devices of the actor out who proves once more who they are. Unknown ones are ignored.
pub fn remove_devices(tx: &Tx<'_>, actor: &Actor, ids: &[DeviceId], proof: Option<&Proof>) -> Result<Proven, Error> {
    let names: Vec<&str> = ids.iter().map(DeviceId::as_str).collect();
    let what = format!("remove-devices\n{}", names.join("\n"));
    let proof = proof.filter(|proof| is_attempt(tx, actor, &what, &proof.session).unwrap_or(false));
    let Some(proof) = proof else { return attempt(tx, actor, &what, tx.now.plus_ms(PROOF_MS)).map(Proven::Asked) };
    match prove(tx, &proof.user, &proof.password) {
        Ok(login) if login.account == actor.account => {}
        Ok(_) | Err(Error::WrongPassword) => {
            tx.must_write()?;
            audit::note_failed_sign_in(tx, Some(actor.account))?;
            return attempt(tx, actor, &what, tx.now.plus_ms(PROOF_MS)).map(Proven::Refused);
        }
        Err(error) => return Err(error),
    }
    tx.must_write()?;
    for id in ids {
        remove_device(tx, actor.account, id)?;
    }
    Ok(Proven::Done)
}

/// The name of an attempt: until when it is good, and who may do what, signed. Nothing has to be remembered.
fn attempt(tx: &Tx<'_>, actor: &Actor, what: &str, until: Timestamp) -> Result<String, Error> {
    let mac = keyed(tx, b"matrix-attempt-v1")?
        .chain_update(actor.account.get().to_be_bytes())
        .chain_update(until.seconds().to_be_bytes())
        .chain_update(what.as_bytes());
    Ok(format!("{}.{}", until.seconds(), data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()[..16])))
}

fn is_attempt(tx: &Tx<'_>, actor: &Actor, what: &str, session: &str) -> Result<bool, Error> {
    let until = session.split_once('.').and_then(|(seconds, _)| seconds.parse().ok()).map(Timestamp::from_seconds);
    let Some(until) = until.filter(|until| *until > tx.now) else { return Ok(false) };
    Ok(is_same(&attempt(tx, actor, what, until)?, session))
}

/// Who shows this name and this password.
fn prove(tx: &Tx<'_>, user: &str, password: &str) -> Result<Login, Error> {
    let login = find_login(tx, user)?.ok_or(Error::WrongPassword)?;
    if is_same(&password_of(tx, &login)?, password) { Ok(login) } else { Err(Error::WrongPassword) }
}

/// By local part, whole id or e-mail address, in any case.
fn find_login(tx: &Tx<'_>, user: &str) -> Result<Option<Login>, Error> {
    let user = user.trim().to_lowercase();
    match (user.strip_prefix('@'), user.contains('@')) {
        (Some(id), _) => {
            let server_name = organizations::find_identity(tx)?.map(|identity| identity.server_name.to_lowercase()).unwrap_or_default();
            match id.split_once(':') {
                Some((local_part, server)) if server == server_name => store::devices::find_login(tx, local_part),
                _ => Ok(None),
            }
        }
        (None, true) => store::devices::find_login_by_email(tx, &user),
        (None, false) => store::devices::find_login(tx, &user),
    }
}

fn login_of(tx: &Tx<'_>, account: AccountId) -> Result<Login, Error> {
    store::devices::find_login_of(tx, account)?.ok_or(Error::NotFound(Noun::Account))
}

fn password_of(tx: &Tx<'_>, login: &Login) -> Result<String, Error> {
    let mac = keyed(tx, b"matrix-password-v1")?
        .chain_update(login.account.get().to_be_bytes())
        .chain_update(login.password_version.to_be_bytes());
    Ok(data_encoding::BASE32_NOPAD.encode(&mac.finalize().into_bytes()[..PASSWORD_BYTES]).to_ascii_lowercase())
}

fn keyed(tx: &Tx<'_>, purpose: &[u8]) -> Result<Hmac<Sha256>, Error> {
    let identity = organizations::find_identity(tx)?.ok_or_else(|| Error::internal("this world has no key"))?;
    Ok(Hmac::<Sha256>::new_from_slice(&identity.key).map_err(Error::internal)?.chain_update(purpose))
}

fn is_same(ours: &str, given: &str) -> bool {
    ours.as_bytes().ct_eq(given.as_bytes()).into()
}
