//! What a reading thread found out in its snapshot, so that it need not ask again.
//!
//! Invariant: everything in it is what the current snapshot says; another snapshot begins without it. So a token that was revoked
//! is refused by the very next request. Statuses and counts alone stay: they know their place in the log, and are brought to its end.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

use super::counts::Counts;
use super::status::Statuses;
use super::tokens::Presented;
use crate::domain::{AccountId, Room, RoomId};

/// Rows of one kind remembered at most; a crowd larger than this is looked up as before.
const MOST: usize = 1_024;

/// Remembered rows of one connection.
#[derive(Default)]
pub(super) struct Memo {
    /// By the hash of their secret.
    pub(super) tokens: Known<[u8; 32], Presented>,
    /// Rooms as their members see them.
    pub(super) rooms: Known<(AccountId, RoomId), Room>,
    /// What people have not read and have to do.
    pub(super) statuses: Statuses,
    /// How many rooms there are.
    pub(super) counts: Counts,
}

/// Rows of one kind.
pub(super) struct Known<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl Memo {
    /// Forgets what holds in one snapshot alone.
    pub(super) fn clear(&self) {
        self.tokens.clear();
        self.rooms.clear();
    }
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    /// The row with this key, asked for once.
    pub(super) fn find<E>(&self, key: K, find: impl FnOnce() -> Result<Option<V>, E>) -> Result<Option<V>, E> {
        if let Some(known) = self.known(&key) {
            return Ok(Some(known));
        }
        Ok(find()?.map(|row| self.keep(key, row)))
    }

    /// What is always there, asked for once.
    pub(super) fn get<E>(&self, key: K, get: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        self.known(&key).map_or_else(|| Ok(self.keep(key, get()?)), Ok)
    }

    fn known(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key).cloned()
    }

    fn keep(&self, key: K, row: V) -> V {
        let mut known = self.0.borrow_mut();
        if known.len() < MOST {
            known.insert(key, row.clone());
        }
        row
    }

    pub(super) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Memo, Presented};
    use crate::domain::{AccountId, Actor, Dialect, Membership, OrganizationId, Room, RoomId, RoomKind, Scopes, TokenId};

    pub(in crate::store) fn presented(token: i64) -> Presented {
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
        let found = memo.tokens.find::<()>([7; 32], || Ok(stored.map(presented)));
        found.expect("an answer").map(|presented| presented.actor.token.get())
    }

    #[test]
    fn a_token_is_remembered_as_long_as_the_snapshot_and_its_absence_never() {
        let memo = Memo::default();
        assert_eq!(ask(&memo, None), None);
        assert_eq!(ask(&memo, Some(5)), Some(5), "an unknown secret is looked up again");
        assert_eq!(ask(&memo, Some(6)), Some(5), "it is the same snapshot");
        memo.clear();
        assert_eq!(ask(&memo, Some(6)), Some(6), "another snapshot may say something else");
    }

    #[test]
    fn a_room_is_remembered_as_long_as_the_snapshot() {
        let (memo, account, id) = (Memo::default(), AccountId::new(1), RoomId::new(2));
        let last_of = |memo: &Memo, stored: i64| {
            let membership = Membership::outside(account, stored);
            let room =
                Room { id, organization: OrganizationId::new(1), kind: RoomKind::Group, last_ordinal: stored, visible_from: 0, membership };
            let found = memo.rooms.find::<()>((account, id), || Ok(Some(room)));
            found.expect("an answer").map(|room| room.last_ordinal)
        };
        assert_eq!((last_of(&memo, 5), last_of(&memo, 6)), (Some(5), Some(5)), "it is the same snapshot");
        memo.clear();
        assert_eq!(last_of(&memo, 7), Some(7), "another snapshot may say something else");
    }
}
