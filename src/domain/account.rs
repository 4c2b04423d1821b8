//! Organizations and accounts.

use super::{AccountId, Error, Language, OrganizationId, RoomId, Timestamp};

/// A tenant of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Short name for command lines and logins.
    pub slug: String,
    /// Name as people know it.
    pub name: String,
    /// IANA zone its days are counted in.
    pub time_zone: String,
    /// Language of letters to people whose own is not known.
    pub language: Language,
    /// When it was made.
    pub created: Timestamp,
}

/// Changes of an organization; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct OrganizationPatch {
    /// Name as people know it.
    pub name: Option<String>,
    /// Zone.
    pub zone: Option<TimeZone>,
    /// Language of letters.
    pub language: Option<Language>,
}

/// What an account may do in its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationRole {
    /// Manages people and rooms.
    Admin,
    /// Manages rooms.
    ChatManager,
    /// Takes part.
    Member,
}

impl OrganizationRole {
    /// The role in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ChatManager => "chat-manager",
            Self::Member => "member",
        }
    }

    /// The role that a word names.
    pub fn named(word: &str) -> Result<Self, Error> {
        let known = [Self::Admin, Self::ChatManager, Self::Member].into_iter().find(|role| role.word() == word);
        known.ok_or(Error::Invalid("role", "a role is admin, chat-manager or member"))
    }
}

/// A person, or the one service account of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// Somebody.
    Person,
    /// Acts for tokens that belong to the whole organization; never listed.
    Service,
}

/// What lists and messages show of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// Name as shown.
    pub name: String,
    /// Picture as shown.
    pub avatar: Avatar,
}

/// An account as member lists and contact lists show it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Id, name and picture.
    pub person: Person,
    /// Short handle chosen by the person, or empty.
    pub handle: String,
    /// The organization.
    pub organization: OrganizationId,
    /// Name of the organization.
    pub organization_name: String,
    /// Department, or empty.
    pub department: String,
}

/// Everything about an account that its owner may see.
#[derive(Clone, Debug)]
pub struct AccountProfile {
    /// What others see.
    pub account: Account,
    /// Opaque 20-character id (CAM and chat-messages know accounts by it).
    pub uid: String,
    /// Room for notes to oneself.
    pub own_room: RoomId,
    /// E-mail for logging in.
    pub email: String,
    /// Job title, or empty.
    pub title: String,
    /// Home page, or empty.
    pub url: String,
    /// A few words, or empty.
    pub introduction: String,
    /// Public e-mail, or empty.
    pub mail: String,
    /// Telephone of the organization, or empty.
    pub tel_organization: String,
    /// Extension, or empty.
    pub tel_extension: String,
    /// Mobile, or empty.
    pub tel_mobile: String,
    /// Skype name, or empty.
    pub skype: String,
    /// Facebook name, or empty.
    pub facebook: String,
    /// Twitter name, or empty.
    pub twitter: String,
    /// Role in the organization.
    pub role: OrganizationRole,
    /// Set when the account may open the administration page.
    pub is_server_admin: bool,
    /// When it was disabled, if it is.
    pub disabled: Option<Timestamp>,
}

/// Changes of a person; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct AccountPatch {
    /// Name as shown.
    pub name: Option<PersonName>,
    /// Login.
    pub email: Option<Email>,
    /// Role in the organization.
    pub role: Option<OrganizationRole>,
    /// Whether the person's tokens are refused.
    pub is_disabled: Option<bool>,
}

/// Person to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Login, unique in the world.
    pub email: Email,
    /// Name as shown.
    pub name: PersonName,
    /// Role in the organization.
    pub role: OrganizationRole,
}

/// One of the pictures an account starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avatar(&'static str);

impl Avatar {
    /// Names of all pictures (files `static/assets/avatar/ico_default_<name>.png`).
    pub const ALL: [&'static str; 10] = ["violet", "blue", "green", "orange", "red", "yellow", "pink", "gray", "brown", "cyan"];

    /// The picture a new account gets.
    pub fn for_account(id: AccountId) -> Self {
        let index = usize::try_from(id.get().unsigned_abs() % 10).unwrap_or(0);
        Self(Self::ALL.get(index).copied().unwrap_or("violet"))
    }

    /// The picture of this name; the first one when there is none.
    pub fn named(name: &str) -> Self {
        Self(Self::ALL.into_iter().find(|known| *known == name).unwrap_or("violet"))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// An e-mail address: one `@`, no blanks, 3 to 254 bytes, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// Why something is no e-mail address.
pub const NO_ADDRESS: &str = "an e-mail address looks like name@example.org";

impl Email {
    /// Checks and folds an address.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let fine = text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if fine { Ok(Self(text.to_lowercase())) } else { Err(Error::Invalid("email", NO_ADDRESS)) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person's name as shown: 1 to 100 characters, no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Checks and trims a name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=100).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Invalid("name", "a name has 1 to 100 characters"))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Short name of an organization: 1 to 40 of `a-z`, `0-9` and `-`, starting with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Checks a slug.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fine = (1..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fine { Ok(Self(text.to_owned())) } else { Err(Error::Invalid("slug", "1 to 40 of a-z, 0-9 and -, starting with a letter")) }
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An IANA time zone that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(String);

impl TimeZone {
    /// Checks a zone name such as `Asia/Tokyo`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match jiff::tz::TimeZone::get(text) {
            Ok(zone) => Ok(Self(zone.iana_name().unwrap_or("UTC").to_owned())),
            Err(_) => Err(Error::Invalid("time-zone", "no such zone; names look like Asia/Tokyo or Europe/Warsaw")),
        }
    }

    /// Wraps a name that was checked before it was stored.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The instant of a time on the wall; one that the zone's clocks jump over does not exist. Of two, the first.
    pub fn instant_of(&self, time: jiff::civil::DateTime) -> Result<Timestamp, Error> {
        const NO_SUCH_TIME: Error = Error::Invalid("starts_at", "the clocks of this zone jump over this time");
        let zone = jiff::tz::TimeZone::get(&self.0).map_err(Error::internal)?;
        let ambiguous = zone.to_ambiguous_timestamp(time);
        if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
            return Err(NO_SUCH_TIME);
        }
        ambiguous.compatible().map(|instant| Timestamp::from_ms(instant.as_millisecond())).map_err(|_| NO_SUCH_TIME)
    }

    /// The instant of a time on the wall; where the clocks jump over it, as much later. Of two, the first.
    pub fn instant_near(&self, time: jiff::civil::DateTime) -> Result<Timestamp, Error> {
        let zone = jiff::tz::TimeZone::get(&self.0).map_err(Error::internal)?;
        let instant = zone.to_ambiguous_timestamp(time).compatible().map_err(Error::internal)?;
        Ok(Timestamp::from_ms(instant.as_millisecond()))
    }

    /// The first instant of a day; where the clocks jump over midnight, the one they jump to.
    pub fn first_instant_of(&self, day: jiff::civil::Date) -> Result<Timestamp, Error> {
        let zone = jiff::tz::TimeZone::get(&self.0).map_err(Error::internal)?;
        let midnight = zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight())).compatible();
        midnight.map(|instant| Timestamp::from_ms(instant.as_millisecond())).map_err(|_| Error::Invalid("day", "the calendar ends here"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
