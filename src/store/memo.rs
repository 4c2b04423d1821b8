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

#[cfg(test)]
mod tests {
    use super::{Memo, Presented};
    use crate::domain::{AccountId, Actor, Dialect, OrganizationId, Scopes, TokenId};

    fn presented(token: i64) -> Presented {
        let actor = Actor {
            account: AccountId::new(1),
            organization: OrganizationId::new(1),
            token: TokenId::new(token),
            dialect: Dialect::Chatwork,
            scopes: Scopes::All,
        };
        Presented { actor, expires: None, revoked: None, is_disabled: false }
    }

    fn ask(memo: &Memo, stored: Option<i64>) -> Option<i64> {
        let found = memo.token::<()>(&[7; 32], || Ok(stored.map(presented)));
        found.expect("an answer").map(|presented| presented.actor.token.get())
    }

    #[test]
    fn a_token_is_remembered_until_the_next_commit_and_its_absence_never() {
        let memo = Memo::default();
        memo.keep_since(1);
        assert_eq!(ask(&memo, None), None);
        assert_eq!(ask(&memo, Some(5)), Some(5), "an unknown secret is looked up again");
        memo.keep_since(1);
        assert_eq!(ask(&memo, Some(6)), Some(5), "nothing was committed");
        memo.keep_since(2);
        assert_eq!(ask(&memo, Some(6)), Some(6), "a commit may have changed it");
    }
}
