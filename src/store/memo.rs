//! What a reading thread found out since the last commit, so that it need not ask again.
//!
//! Invariant: everything in it is what the current snapshot says. A commit empties it, so a token that was revoked
//! is refused by the very next request.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::tokens::Presented;

/// Tokens remembered at most; a crowd larger than this is looked up as before.
const TOKENS: usize = 1_024;

/// Remembered rows of one connection.
#[derive(Default)]
pub(super) struct Memo {
    commits: Cell<u64>,
    tokens: RefCell<HashMap<[u8; 32], Presented>>,
}

impl Memo {
    /// Forgets everything unless nothing was committed meanwhile.
    pub(super) fn keep_since(&self, commits: u64) {
        if self.commits.replace(commits) != commits {
            self.tokens.borrow_mut().clear();
        }
    }

    /// The token with this hash, asked for once.
    pub(super) fn token<E>(&self, hash: &[u8; 32], find: impl FnOnce() -> Result<Option<Presented>, E>) -> Result<Option<Presented>, E> {
        if let Some(known) = self.tokens.borrow().get(hash) {
            return Ok(Some(known.clone()));
        }
        let found = find()?;
        let mut tokens = self.tokens.borrow_mut();
        if let (Some(presented), true) = (&found, tokens.len() < TOKENS) {
            tokens.insert(*hash, presented.clone());
        }
        Ok(found)
    }
}
