//! Groups as an organization manages them from outside: what they are for, who is in them by role, when they end.

use super::{AccountId, Error, MemberList, OrganizationId, Role, RoomId, RoomName, Timestamp};

/// What a group is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Everybody of the organization.
    Everybody,
    /// Whatever its maker wanted.
    Custom,
    /// One event.
    Event,
}

/// A group of an organization.
#[derive(Clone, Debug)]
pub struct Chatroom {
    /// Its id.
    pub id: RoomId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The event it is about, if any.
    pub event: Option<i64>,
    /// Whether its members follow the organization's people.
    pub is_automated: bool,
    /// When it is to be deleted, if ever.
    pub ends: Option<Timestamp>,
    /// Key of the attachment that is its picture.
    pub picture: Option<String>,
    /// The people in it, by id.
    pub members: Vec<(AccountId, Role)>,
}

/// A group to be made.
#[derive(Clone, Debug)]
pub struct NewChatroom {
    /// Whose it is to be.
    pub organization: OrganizationId,
    /// Its name.
    pub name: RoomName,
    /// Who is in it.
    pub people: People,
    /// Whether its members follow the organization's people.
    pub is_automated: bool,
    /// When it is to be deleted, if ever.
    pub ends: Option<Timestamp>,
}

/// The room for everybody, to be made or kept.
#[derive(Clone, Copy, Debug)]
pub struct NewRoomForAll {
    /// Whose it is to be.
    pub organization: OrganizationId,
    /// Whether it follows the organization's people.
    pub is_automated: bool,
}

/// A page of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Entries at most.
    pub limit: i64,
    /// Entries before it.
    pub offset: i64,
}

/// People by role, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People(Vec<(AccountId, Role)>);

impl People {
    /// From one list per role; who stands in several gets the highest.
    pub fn parse(admins: Vec<AccountId>, moderators: Vec<AccountId>, members: Vec<AccountId>) -> Result<Self, Error> {
        let mut seen = std::collections::HashSet::new();
        let mut people = Vec::new();
        for (ids, role) in [(admins, Role::Admin), (moderators, Role::Moderator), (members, Role::Member)] {
            people.extend(ids.into_iter().filter(|id| seen.insert(*id)).map(|id| (id, role)));
        }
        if people.len() > MemberList::MAX {
            return Err(Error::Invalid("assignedUsers", "a room has at most 5,000 members"));
        }
        Ok(Self(people))
    }

    /// The same people with this one as an administrator, if nobody is one.
    #[must_use]
    pub fn led_by(mut self, account: AccountId) -> Self {
        if self.0.iter().all(|(_, role)| *role != Role::Admin) {
            self.0.retain(|(id, _)| *id != account);
            self.0.insert(0, (account, Role::Admin));
        }
        self
    }

    /// Who is named, highest roles first.
    pub fn as_slice(&self) -> &[(AccountId, Role)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountId, People, Role};

    fn ids(numbers: &[i64]) -> Vec<AccountId> {
        numbers.iter().copied().map(AccountId::new).collect()
    }

    #[test]
    fn who_is_named_twice_gets_the_higher_role() {
        let people = People::parse(ids(&[1, 1]), ids(&[2, 1]), ids(&[3, 2, 1])).unwrap();
        let named: Vec<(i64, Role)> = people.as_slice().iter().map(|(id, role)| (id.get(), *role)).collect();
        assert_eq!(named, [(1, Role::Admin), (2, Role::Moderator), (3, Role::Member)]);
    }

    #[test]
    fn somebody_leads_only_where_nobody_does() {
        let led = People::parse(vec![], ids(&[5]), ids(&[6])).unwrap().led_by(AccountId::new(5));
        assert_eq!(led.as_slice(), [(AccountId::new(5), Role::Admin), (AccountId::new(6), Role::Member)]);
        let kept = People::parse(ids(&[6]), vec![], vec![]).unwrap();
        assert_eq!(kept.clone().led_by(AccountId::new(5)), kept);
        assert!(People::parse(vec![], vec![], (0..5_001).map(AccountId::new).collect()).is_err());
    }
}
