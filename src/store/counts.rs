//! How many rooms people and organizations have.
//!
//! Invariant: what makes or ends a room, or somebody's being in it, leaves an event that says so, in the same transaction. So a reading
//! thread keeps what it counted as long as the log tells of no such thing: people talk all day, and seldom make rooms.

use std::cell::Cell;

use super::Tx;
use super::memo::Known;
use crate::domain::{AccountId, Error, OrganizationId, RoomCounts, RoomId};

/// Most rooms of an account that are counted, and that a list of them has.
pub(super) const ROOMS: i64 = 10_000;
/// Behind so many events, counting anew is as quick as to look through them.
const EVENTS: i64 = 500;

/// The rooms of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many.
    pub rooms: u32,
    /// The last one.
    pub last: RoomId,
}

/// What was counted. It holds at the last event that was looked at.
#[derive(Default)]
pub(super) struct Counts {
    upto: Cell<i64>,
    of_accounts: Known<AccountId, Extent>,
    of_organizations: Known<OrganizationId, RoomCounts>,
}

/// How many rooms an account is in, and which is the last.
pub fn find_extent(tx: &Tx<'_>, account: AccountId) -> Result<Extent, Error> {
    let Some(memo) = tx.memo else { return count_of_account(tx, account) };
    memo.counts.follow(tx)?;
    memo.counts.of_accounts.get(account, || count_of_account(tx, account))
}

/// How many rooms of each kind an organization has.
pub fn count_rooms(tx: &Tx<'_>, organization: OrganizationId) -> Result<RoomCounts, Error> {
    let Some(memo) = tx.memo else { return count_of_organization(tx, organization) };
    memo.counts.follow(tx)?;
    memo.counts.of_organizations.get(organization, || count_of_organization(tx, organization))
}

impl Counts {
    /// Forgets everything if it may hold no more.
    fn follow(&self, tx: &Tx<'_>) -> Result<(), Error> {
        let last = tx.last_event()?;
        let (new, sql) = (
            last - self.upto.get(),
            "SELECT EXISTS (SELECT 1 FROM event WHERE seq > ?1 AND kind IN ('room-created', 'room-deleted', 'member-joined', 'member-left'))",
        );
        if new != 0 && (!(0..EVENTS).contains(&new) || tx.one(sql, [self.upto.get()], |row| row.get(0))?) {
            self.of_accounts.clear();
            self.of_organizations.clear();
        }
        self.upto.set(last);
        Ok(())
    }
}

/// The index alone tells, as nobody is in a deleted room.
fn count_of_account(tx: &Tx<'_>, account: AccountId) -> Result<Extent, Error> {
    tx.one(
        "SELECT count(*), coalesce(max(room_id), 0) FROM \
         (SELECT room_id FROM membership WHERE account_id = ?1 AND ended_ms IS NULL ORDER BY room_id LIMIT ?2)",
        (account, ROOMS),
        |row| Ok(Extent { rooms: row.get(0)?, last: row.get(1)? }),
    )
}

/// An index for groups and one for the others tell, by the condition that each stands for.
fn count_of_organization(tx: &Tx<'_>, organization: OrganizationId) -> Result<RoomCounts, Error> {
    tx.one(
        "SELECT (SELECT count(*) FROM room WHERE organization_id = ?1 AND kind = 'group' AND deleted_ms IS NULL), \
         (SELECT count(*) FROM room WHERE organization_id = ?1 AND kind <> 'group' AND kind = 'direct' AND deleted_ms IS NULL), \
         (SELECT count(*) FROM room WHERE organization_id = ?1 AND kind <> 'group' AND kind = 'my' AND deleted_ms IS NULL)",
        [organization],
        |row| Ok(RoomCounts { groups: row.get(0)?, direct: row.get(1)?, personal: row.get(2)? }),
    )
}
