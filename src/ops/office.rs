//! What tests of this part begin with: a store with people in it.

use crate::domain::{
    Actor, Dialect, Email, Error, Icon, MemberList, NewPerson, NewRoom, OrganizationRole, PersonName, RoomId, RoomName, Scopes, Timestamp,
    TokenId,
};
use crate::store::{Cause, Clock, Durability, Entropy, Store, StoreOptions, Tx};

/// When tests begin, in milliseconds since 1970.
pub(super) const START_MS: i64 = 1_769_817_600_000;

/// A store that goes with its folder.
pub(super) struct Office {
    pub(super) store: Store,
    _folder: tempfile::TempDir,
}

impl Office {
    /// An office of one organization.
    pub(super) fn found() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (clock, entropy) = (Clock::fixed(Timestamp::from_ms(START_MS)), Entropy::seeded(1));
        let options = StoreOptions { durability: Durability::Off, clock, entropy, max_read_steps: None };
        let store = Store::open(&folder.path().join("app.db"), options).expect("a store");
        let office = Self { store, _folder: folder };
        office.write(|tx| super::organizations::found_world(tx, "office", "test.local", [0; 32])).expect("a world");
        office
    }

    /// One transaction.
    pub(super) fn write<T: Send + 'static>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        self.store.write_blocking(Cause::job("test"), work)
    }
}

/// Somebody new in an organization.
pub(super) fn person(tx: &Tx<'_>, organization: &str, name: &str) -> Result<Actor, Error> {
    let (email, name) = (Email::parse(&format!("{name}@example.com"))?, PersonName::parse(name)?);
    let new = NewPerson { email, name, role: OrganizationRole::Member };
    let made = super::accounts::create_user(tx, Some(organization), &new)?.account;
    let (token, dialect, scopes) = (TokenId::new(0), Dialect::Chatwork, Scopes::All);
    Ok(Actor { account: made.person.id, organization: made.organization, token, dialect, scopes })
}

/// A group that somebody keeps, with these people.
pub(super) fn group(tx: &Tx<'_>, keeper: &Actor, others: &[&Actor]) -> Result<RoomId, Error> {
    let members = MemberList::parse(vec![keeper.account], others.iter().map(|other| other.account).collect(), Vec::new())?;
    let (name, description) = (RoomName::parse("Room".to_owned())?, String::new());
    super::rooms::create_room(tx, keeper, Ok(NewRoom { name, description, icon: Icon::default(), members, invitation: None }))
}
