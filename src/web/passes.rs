//! Secrets that last as long as one request of the server's own: with one, it asks itself as somebody for what only they see.
//!
//! Invariant: nothing is written down. A pass is good once, for one dialect, for what its scopes say, and is worthless once
//! its holder has let go of it; it is no token, so lists, last uses and quotas know nothing of it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Actor, Error};
use crate::ops::sign_in::hash_secret;
use crate::store::Entropy;

/// What secrets of passes start with: no token does.
const PREFIX: &str = "pass-";
/// Random characters of one: 38 × 5 = 190 bits.
const SECRET_CHARS: usize = 38;
/// Passes at a time.
const MOST: usize = 64;

/// The passes that are out.
#[derive(Debug, Default)]
pub struct Passes(Mutex<HashMap<[u8; 32], (Actor, String)>>);

/// A pass; dropping it takes it back.
#[derive(Debug)]
pub struct Pass<'a> {
    passes: &'a Passes,
    /// What a request presents.
    pub secret: String,
}

impl Passes {
    /// Lets one request act as somebody; links in the answer start with `base`.
    pub fn issue(&self, actor: Actor, base: String) -> Result<Pass<'_>, Error> {
        let secret = format!("{PREFIX}{}", Entropy::System.text(SECRET_CHARS));
        let mut out = self.lock();
        if out.len() >= MOST {
            return Err(Error::Busy);
        }
        out.insert(hash_secret(&secret), (actor, base));
        Ok(Pass { passes: self, secret })
    }

    /// Who acts through a pass, once, and what links start with.
    pub(super) fn redeem(&self, secret: &str) -> Option<(Actor, String)> {
        self.lock().remove(&hash_secret(secret))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], (Actor, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a secret is one of a pass.
pub(super) fn is_pass(secret: &str) -> bool {
    secret.starts_with(PREFIX)
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.passes.redeem(&self.secret);
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Pass, Passes, is_pass};
    use crate::domain::{AccountId, Actor, Dialect, Error, OrganizationId, Scopes, TokenId};

    fn actor() -> Actor {
        let (account, organization, token) = (AccountId::new(1), OrganizationId::new(2), TokenId::new(-3));
        Actor { account, organization, token, dialect: Dialect::Chatwork, scopes: Scopes::All }
    }

    #[test]
    fn a_pass_is_good_once_and_as_long_as_it_is_held() {
        let passes = Passes::default();
        let pass = passes.issue(actor(), String::new()).unwrap();
        assert!(is_pass(&pass.secret) && passes.redeem("pass-of-nobody").is_none());
        assert!(passes.redeem(&pass.secret).is_some());
        assert!(passes.redeem(&pass.secret).is_none());
        let other = passes.issue(actor(), String::new()).unwrap();
        let secret = other.secret.clone();
        drop(other);
        assert!(passes.redeem(&secret).is_none());
    }

    #[test]
    fn there_are_not_more_than_so_many_at_a_time() {
        let passes = Passes::default();
        let out: Vec<Pass<'_>> = (0..MOST).map(|_| passes.issue(actor(), String::new()).unwrap()).collect();
        assert!(matches!(passes.issue(actor(), String::new()), Err(Error::Busy)));
        drop(out);
        assert!(passes.issue(actor(), String::new()).is_ok());
    }
}
