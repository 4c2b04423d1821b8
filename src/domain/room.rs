//! Rooms and who is in them.

use super::unread::ReadMark;
use super::{Account, AccountId, Error, ExternalRoomId, OrganizationId, Person, RoomId, Timestamp};

/// What a room is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomKind {
    /// Notes to oneself.
    My,
    /// Two contacts.
    Direct,
    /// Any number of people.
    Group,
}

impl RoomKind {
    /// The kind in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::My => "my",
            Self::Direct => "direct",
            Self::Group => "group",
        }
    }

    /// The kind of this name.
    pub fn named(word: &str) -> Option<Self> {
        [Self::My, Self::Direct, Self::Group].into_iter().find(|kind| kind.word() == word)
    }
}

/// What a member may do in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Readonly,
    /// Takes part.
    Member,
    /// Takes part and keeps order (Messenger only; elsewhere shown as a member).
    Moderator,
    /// Manages the room.
    Admin,
}

impl Role {
    /// The role in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Moderator => "moderator",
            Self::Member => "member",
            Self::Readonly => "readonly",
        }
    }

    /// The role of this name.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Admin, Self::Moderator, Self::Member, Self::Readonly].into_iter().find(|role| role.word() == word)
    }
}

/// A room, and the caller's place in it, as the access check hands it out.
#[derive(Clone, Debug)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// The organization of its maker.
    pub organization: OrganizationId,
    /// What it is for.
    pub kind: RoomKind,
    /// Number of its newest message.
    pub last_ordinal: i64,
    /// The caller sees what came after this message; 0 shows everything.
    pub visible_from: i64,
    /// The caller's membership.
    pub membership: Membership,
}

/// Somebody's being in a room.
#[derive(Clone, Copy, Debug)]
pub struct Membership {
    /// Number of the row, for the store; none for an organization's service account that acts in a room without being in it.
    pub row: Option<i64>,
    /// Who.
    pub account: AccountId,
    /// Role.
    pub role: Role,
    /// Place in the history.
    pub mark: ReadMark,
    /// Newest message that a poll for news has handed out.
    pub delivered_upto: i64,
}

impl Membership {
    /// The place of a service account in a room of its organization that it is not in: it manages, and has nothing to read.
    pub fn outside(service: AccountId, last_ordinal: i64) -> Self {
        Self { row: None, account: service, role: Role::Admin, mark: ReadMark::joining_at(last_ordinal), delivered_upto: last_ordinal }
    }
}

/// A room that the caller may post into: proof of a check.
#[derive(Clone, Debug)]
pub struct Writable(Room);

/// A group room that the caller may manage: proof of a check.
#[derive(Clone, Debug)]
pub struct Managed(Room);

impl Room {
    /// Lets members and administrators through.
    pub fn writable(self) -> Result<Writable, Error> {
        if self.membership.role > Role::Readonly { Ok(Writable(self)) } else { Err(Error::Forbidden) }
    }

    /// Lets administrators of a group through.
    pub fn managed(self) -> Result<Managed, Error> {
        match (self.kind, self.membership.role) {
            (RoomKind::Group, Role::Admin) => Ok(Managed(self)),
            (RoomKind::Group, _) => Err(Error::Forbidden),
            (RoomKind::My | RoomKind::Direct, _) => Err(Error::NotInThisRoom),
        }
    }

    /// For what the system itself reports in the caller's name, whatever their role.
    pub fn for_notice(self) -> Writable {
        Writable(self)
    }
}

impl std::ops::Deref for Writable {
    type Target = Room;

    fn deref(&self) -> &Room {
        &self.0
    }
}

impl std::ops::Deref for Managed {
    type Target = Room;

    fn deref(&self) -> &Room {
        &self.0
    }
}

impl Managed {
    /// The room, for a report about what was managed.
    pub fn for_notice(self) -> Writable {
        Writable(self.0)
    }
}

/// A room as lists show it to one of its members.
#[derive(Clone, Debug)]
pub struct RoomView {
    /// Its id.
    pub id: RoomId,
    /// Its id in dialects that know 19 digits.
    pub external_id: ExternalRoomId,
    /// What it is for.
    pub kind: RoomKind,
    /// Own name; none for personal and direct rooms, which show a person instead.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Picture of a group.
    pub icon: Icon,
    /// The person that a personal or direct room shows.
    pub shown_person: Option<Person>,
    /// The caller's role.
    pub role: Role,
    /// Whether the caller pinned it.
    pub is_pinned: bool,
    /// The caller's unread messages.
    pub unread: i64,
    /// Unread messages that address the caller.
    pub mentions: i64,
    /// Open tasks of the caller.
    pub own_tasks: i64,
    /// Messages ever posted.
    pub messages: i64,
    /// Files.
    pub files: i64,
    /// Tasks.
    pub tasks: i64,
    /// Last activity.
    pub updated: Timestamp,
}

/// A member as lists show it.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account.
    pub account: Account,
    /// Its role in the room.
    pub role: Role,
}

/// A group as dialects show it that know rooms by texts.
#[derive(Clone, Debug)]
pub struct GroupCard {
    /// The room.
    pub room: RoomId,
    /// The id that clients know: the one that a client chose, else the 19-digit one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who counts as its maker.
    pub maker: AccountId,
    /// The maker's 20-character id.
    pub maker_uid: String,
    /// Whether replies hang under what they answer.
    pub is_thread: bool,
    /// Whether everybody of the organization may find it.
    pub is_public: bool,
    /// Last activity.
    pub updated: Timestamp,
}

/// Id of a room that a client chose: 1 to 64 of letters, digits, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenRoomId(String);

impl ChosenRoomId {
    /// Checks an id.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_fine = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        is_fine.then(|| Self(text.to_owned())).ok_or(Error::Invalid("id", "use 1 to 64 letters, digits, _ and -, as a text"))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Name of a group room: 1 to 255 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomName(String);

impl RoomName {
    /// Checks the length.
    pub fn parse(text: String) -> Result<Self, Error> {
        match text.chars().count() {
            0 => Err(Error::Missing("name")),
            1..=255 => Ok(Self(text)),
            _ => Err(Error::Invalid("name", "a name has 1 to 255 characters")),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Picture of a group room, from a fixed set (files `static/assets/icon/ico_<name>.png`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    /// All names, as Chatwork documents them for `icon_preset`.
    pub const ALL: [&'static str; 17] = [
        "group", "check", "document", "meeting", "event", "project", "business", "study", "security", "star", "idea", "heart", "magcup",
        "beer", "music", "sports", "travel",
    ];

    /// The icon of this name.
    pub fn parse(name: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|known| *known == name);
        known.map(Self).ok_or(Error::Invalid("icon", "there is no such icon"))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl Default for Icon {
    fn default() -> Self {
        Self("group")
    }
}

/// The whole membership of a room, by role. Each account stands in one list only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberList(Vec<(AccountId, Role)>);

impl MemberList {
    /// Most people in one room.
    pub const MAX: usize = 5_000;

    /// From one list per role; who stands in several gets the highest. At least one administrator is required.
    pub fn parse(admins: Vec<AccountId>, members: Vec<AccountId>, readonly: Vec<AccountId>) -> Result<Self, Error> {
        if admins.is_empty() {
            return Err(Error::Missing("administrators"));
        }
        if admins.len() + members.len() + readonly.len() > Self::MAX {
            return Err(Error::Invalid("administrators", "a room has at most 5,000 members"));
        }
        let mut list = Self(Vec::with_capacity(admins.len() + members.len() + readonly.len()));
        let mut seen = std::collections::HashSet::new();
        for (ids, role) in [(admins, Role::Admin), (members, Role::Member), (readonly, Role::Readonly)] {
            list.0.extend(ids.into_iter().filter(|id| seen.insert(*id)).map(|id| (id, role)));
        }
        Ok(list)
    }

    /// The list with this account as an administrator, if it was not named.
    #[must_use]
    pub fn with_admin(mut self, account: AccountId) -> Self {
        if self.role_of(account).is_none() {
            self.0.insert(0, (account, Role::Admin));
        }
        self
    }

    /// Who is named, in order.
    pub fn iter(&self) -> impl Iterator<Item = (AccountId, Role)> + '_ {
        self.0.iter().copied()
    }

    /// The role of an account, if named.
    pub fn role_of(&self, account: AccountId) -> Option<Role> {
        self.0.iter().find(|(id, _)| *id == account).map(|(_, role)| *role)
    }
}

/// A group room to be made.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Its name.
    pub name: RoomName,
    /// Description, or empty.
    pub description: String,
    /// Picture.
    pub icon: Icon,
    /// Who is in it.
    pub members: MemberList,
    /// An invitation link to make with it.
    pub invitation: Option<NewInvitation>,
}

/// Changes to a room; none keeps what is there.
#[derive(Clone, Debug, Default)]
pub struct RoomPatch {
    /// New name.
    pub name: Option<RoomName>,
    /// New description; empty clears it.
    pub description: Option<String>,
    /// New picture.
    pub icon: Option<Icon>,
}

/// Code of an invitation link: 1 to 50 of letters, digits, `-` and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationCode(String);

impl InvitationCode {
    /// Checks a code that somebody chose.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, Error> {
        let fine = (1..=50).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fine { Ok(Self(text.to_owned())) } else { Err(Error::Invalid(field, "1 to 50 letters, digits, - and _")) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An invitation link to be made, or what an existing one is to become.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The chosen code; none: a random one.
    pub code: Option<InvitationCode>,
    /// Whether an administrator of the room has to let people in.
    pub needs_acceptance: bool,
    /// Words for the page behind the link; none keeps what is there.
    pub description: Option<String>,
}

/// The invitation link of a room.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The room it leads to.
    pub room: RoomId,
    /// Its code.
    pub code: InvitationCode,
    /// Whether an administrator of the room has to let people in.
    pub needs_acceptance: bool,
    /// Words for the page behind the link.
    pub description: String,
}

/// Somebody who came through a link that needs acceptance and waits.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// Who waits.
    pub person: Person,
    /// Since when.
    pub since: Timestamp,
}

/// What the page behind an invitation link may show to anybody who has the link.
#[derive(Clone, Debug)]
pub struct InvitationView {
    /// The link.
    pub invitation: Invitation,
    /// Name of the room.
    pub room_name: String,
    /// Picture of the room.
    pub icon: Icon,
    /// People in it.
    pub members: i64,
    /// The organization the room belongs to.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
}
