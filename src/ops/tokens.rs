//! Tokens: making, listing, revoking, rotating. The secret is shown once and kept only as its hash.

use super::access;
use super::sign_in::hash_secret;
use crate::domain::{AccountId, Dialect, Email, Error, Event, NewToken, Noun, OrganizationId, Token, TokenId};
use crate::store::{self, Tx};

/// Random characters of a secret: 38 × 5 = 190 bits.
const SECRET_CHARS: usize = 38;
/// Characters of a secret that lists show.
const SHOWN_CHARS: usize = 6;

/// A token that was just made, with its secret for the only time.
#[derive(Debug)]
pub struct Made {
    /// Its id.
    pub id: TokenId,
    /// The secret.
    pub secret: String,
    /// Name or e-mail of the account it acts as.
    pub acts_as: String,
    /// What it is for.
    pub dialect: Dialect,
    /// The organization it belongs to.
    pub organization: OrganizationId,
}

/// Makes a token for a person, or for the whole organization where the dialect has such tokens.
pub fn create_token(tx: &Tx<'_>, organization: Option<&str>, user: Option<&Email>, token: &NewToken) -> Result<Made, Error> {
    let secret = format!("{}{}", token.dialect.secret_prefix(), tx.random_text(SECRET_CHARS));
    keep_secret(tx, organization, user, token, secret)
}

/// Makes a token with a given secret (the sandbox's well-known ones).
pub fn keep_secret(tx: &Tx<'_>, organization: Option<&str>, user: Option<&Email>, token: &NewToken, secret: String) -> Result<Made, Error> {
    let (organization, account) = holder(tx, organization, user, token)?;
    if token.expires.is_some_and(|at| at <= tx.now) {
        return Err(Error::Invalid("expires", "this lies in the past"));
    }
    let prefix: String = secret.chars().take(SHOWN_CHARS).collect();
    let id = store::tokens::insert_token(tx, organization, account, token, &hash_secret(&secret), &prefix)?;
    tx.record(Event::TokenCreated(id))?;
    let acts_as = find(tx, organization, id)?.acts_as;
    Ok(Made { id, secret, acts_as, dialect: token.dialect, organization })
}

fn holder(tx: &Tx<'_>, organization: Option<&str>, user: Option<&Email>, token: &NewToken) -> Result<(OrganizationId, AccountId), Error> {
    match user {
        Some(email) => {
            let found = store::accounts::find_by_email(tx, email.as_str())?.ok_or(Error::NotFound(Noun::Account))?;
            Ok((found.account.organization, found.account.person.id))
        }
        None if token.dialect.is_personal() => {
            Err(Error::Invalid("user", "tokens of this dialect belong to a person; say whose with --user EMAIL"))
        }
        None => {
            let organization = access::organization(tx, organization)?;
            let account = store::accounts::find_service_account(tx, organization)?.ok_or(Error::NotFound(Noun::Account))?;
            Ok((organization, account))
        }
    }
}

/// The tokens of an organization, without secrets.
pub fn list_tokens(tx: &Tx<'_>, organization: Option<&str>) -> Result<Vec<Token>, Error> {
    let organization = access::organization(tx, organization)?;
    store::tokens::list_tokens(tx, organization)
}

/// Takes a token back; the next request with it is refused. One that was taken back already stays as it is.
pub fn revoke_token(tx: &Tx<'_>, organization: Option<&str>, id: TokenId) -> Result<Token, Error> {
    let organization = organization_of(tx, organization, id)?;
    let found = find(tx, organization, id)?;
    if found.revoked.is_none_or(|at| at > tx.now) {
        store::tokens::update_revoked(tx, id, tx.now)?;
        tx.record(Event::TokenRevoked(id))?;
    }
    find(tx, organization, id)
}

/// Makes a new token like an old one, which goes on working for `overlap_s` seconds.
pub fn rotate_token(tx: &Tx<'_>, organization: Option<&str>, id: TokenId, overlap_s: u32) -> Result<Made, Error> {
    let organization = organization_of(tx, organization, id)?;
    let old = find(tx, organization, id)?;
    if old.revoked.is_some_and(|at| at <= tx.now) {
        return Err(Error::Invalid("token", "a revoked token can't be rotated; make a new one"));
    }
    let lifetime_ms = old.expires.map(|at| at.ms() - old.created.ms());
    let new = NewToken { dialect: old.dialect, scopes: old.scopes, expires: lifetime_ms.map(|ms| tx.now.plus_ms(ms)), note: old.note };
    let secret = format!("{}{}", new.dialect.secret_prefix(), tx.random_text(SECRET_CHARS));
    let prefix: String = secret.chars().take(SHOWN_CHARS).collect();
    let made = store::tokens::insert_token(tx, organization, old.account, &new, &hash_secret(&secret), &prefix)?;
    store::tokens::update_revoked(tx, id, tx.now.plus_ms(i64::from(overlap_s) * 1000))?;
    tx.record(Event::TokenRotated(id, made))?;
    Ok(Made { id: made, secret, acts_as: old.acts_as, dialect: new.dialect, organization })
}

fn organization_of(tx: &Tx<'_>, slug: Option<&str>, id: TokenId) -> Result<OrganizationId, Error> {
    access::organization_with(tx, slug, Noun::Token, |organization| Ok(store::tokens::find_token(tx, organization, id)?.is_some()))
}

fn find(tx: &Tx<'_>, organization: OrganizationId, id: TokenId) -> Result<Token, Error> {
    store::tokens::find_token(tx, organization, id)?.ok_or(Error::NotFound(Noun::Token))
}
