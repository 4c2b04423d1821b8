//! Passwords become hashes and are compared with them on threads that may wait, a few at a time.
//!
//! Both are slow on purpose and take 19 MiB each; whoever sends a thousand passwords at once must not stop the rest.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use argon2::Argon2;
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::domain::{Error, PasswordHash};

/// Passwords that are worked on at the same time.
const AT_ONCE: usize = 2;
/// Passwords that wait for it, those included.
const MOST_WAITING: usize = 64;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Somebody in the queue, until dropped.
struct Waiting;

impl Waiting {
    fn enter() -> Result<Self, Error> {
        let waiting = Self;
        if WAITING.fetch_add(1, Ordering::AcqRel) < MOST_WAITING { Ok(waiting) } else { Err(Error::Busy) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The hash of a password.
pub async fn hash(password: String) -> Result<PasswordHash, Error> {
    in_turn(move || hash_now(&password)).await?
}

/// Does the work of a comparison for somebody whom nobody knows: how long an answer takes must not tell who is known.
pub async fn take_as_long(password: String) -> Result<(), Error> {
    hash(password).await.map(|_| ())
}

/// Whether a password is the one that a hash was made of.
pub async fn fits(password: String, hash: PasswordHash) -> Result<bool, Error> {
    in_turn(move || {
        let hash = phc::PasswordHash::new(hash.as_str()).map_err(Error::internal)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await?
}

/// The hash of a password, in this thread: Argon2id, as a PHC string.
pub fn hash_now(password: &str) -> Result<PasswordHash, Error> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| PasswordHash::new(hash.to_string())).map_err(Error::internal)
}

/// Runs slow work when its turn has come.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let waiting = Waiting::enter()?;
    let place = PLACES.acquire().await.map_err(Error::internal)?;
    // Both go along: work whose caller has hung up goes on, and takes its place until it is done.
    let guarded = move || {
        let done = work();
        drop((place, waiting));
        done
    };
    web::block(guarded).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::{fits, hash};
    #[actix_web::test]
    async fn a_hash_fits_its_own_password_alone() {
        let word = || "tulip-9".to_owned();
        let made = hash(word()).await.unwrap();
        assert!(made.as_str().starts_with("$argon2id$v=19$"));
        assert_ne!(made, hash(word()).await.unwrap(), "each has a salt of its own");
        assert_eq!(fits("tulip-9".to_owned(), made.clone()).await, Ok(true));
        for wrong in ["", "tulip-8", "tulip-9 "] {
            assert_eq!(fits(wrong.to_owned(), made.clone()).await, Ok(false), "{wrong:?}");
        }
    }
}
