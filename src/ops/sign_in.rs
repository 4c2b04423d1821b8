//! Finding out who calls.

use sha2::{Digest, Sha256};

use super::{administration, devices};
use crate::domain::{Actor, Dialect, Error, Timestamp, TokenId, Unauthenticated};
use crate::store::tokens::{Presented, Use};
use crate::store::{self, Tx};

/// Well-known sandbox tokens start with this; an office refuses them whatever its database says.
pub const SANDBOX_PREFIX: &str = "sandbox";

/// How a secret is kept.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Who acts through this secret in this dialect.
pub fn authenticate(tx: &Tx<'_>, secret: &str, dialect: Dialect, is_sandbox: bool) -> Result<Actor, Error> {
    let actor = authenticate_any(tx, secret, is_sandbox)?;
    if actor.dialect == dialect { Ok(actor) } else { Err(Error::Unauthenticated(Unauthenticated::Unknown)) }
}

/// Who acts through this secret, whatever dialect it is for. Found by its hash in a unique index: no timing tells
/// anything about other secrets.
pub fn authenticate_any(tx: &Tx<'_>, secret: &str, is_sandbox: bool) -> Result<Actor, Error> {
    let refuse = |reason| Err(Error::Unauthenticated(reason));
    if secret.is_empty() {
        return refuse(Unauthenticated::Missing);
    }
    if !is_sandbox && secret.starts_with(SANDBOX_PREFIX) {
        return refuse(Unauthenticated::SandboxOnly);
    }
    judge(tx, store::tokens::find_by_hash(tx, &hash_secret(secret))?)
}

/// Refuses who was known when a request came, and is no more when it writes: an upload may take half an hour. An administrator's right
/// may be taken back meanwhile, and a password that was shown counts for minutes: what their session may do is asked anew.
pub fn check_again(tx: &Tx<'_>, actor: &Actor, any_of: &[&str]) -> Result<(), Error> {
    let holder = judge(tx, store::tokens::find_presented(tx, actor.token)?)?;
    // A pass carries the token of the administrator who looks, not of the person it acts as: it is for reading.
    if holder.account != actor.account {
        return Err(Error::Unauthenticated(Unauthenticated::Unknown));
    }
    match holder.dialect {
        Dialect::Admin if !administration::resume(tx, &holder)?.allows(any_of) => Err(Error::InsufficientScope),
        _ => Ok(()),
    }
}

fn judge(tx: &Tx<'_>, presented: Option<Presented>) -> Result<Actor, Error> {
    let refuse = |reason| Err(Error::Unauthenticated(reason));
    let Some(presented) = presented else { return refuse(Unauthenticated::Unknown) };
    let is_over = |at: Option<Timestamp>| at.is_some_and(|at| at <= tx.now);
    match () {
        () if is_over(presented.revoked) => refuse(Unauthenticated::Revoked),
        () if is_over(presented.expires) => refuse(Unauthenticated::Expired),
        () if presented.is_disabled => refuse(Unauthenticated::Disabled),
        () => Ok(presented.actor),
    }
}

/// A token that was refreshed into takes the place of the one before it when it is first used.
pub fn settle(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    devices::settle(tx, token)
}

/// Writes down when tokens were last used; called now and then with what has gathered.
pub fn note_uses(tx: &Tx<'_>, uses: &[(TokenId, Use)]) -> Result<(), Error> {
    for (token, used) in uses {
        store::tokens::update_used(tx, *token, used)?;
    }
    Ok(())
}
