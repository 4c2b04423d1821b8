//! Tokens and who acts through them.

use super::{AccountId, Error, OrganizationId, Timestamp, TokenId};

/// The foreign APIs that tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Chatwork API v2.
    Chatwork,
    /// ClickMeeting API v1.
    ClickMeeting,
    /// Chat&Messenger.
    Cam,
    /// Messenger API, for an organization (API-TOKEN).
    Messenger,
    /// Messenger API, for a person (Personal-Access-Token).
    MessengerPersonal,
    /// chat-messages.
    ChatMessages,
    /// Matrix: sessions of people who signed in with a password. Nobody makes such a token by command.
    Matrix,
}

impl Dialect {
    /// All that tokens are made for.
    pub const ALL: [Self; 6] =
        [Self::Chatwork, Self::ClickMeeting, Self::Cam, Self::Messenger, Self::MessengerPersonal, Self::ChatMessages];

    /// The name used on command lines and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chatwork => "chatwork",
            Self::ClickMeeting => "clickmeeting",
            Self::Cam => "cam",
            Self::Messenger => "messenger",
            Self::MessengerPersonal => "messenger-personal",
            Self::ChatMessages => "chat-messages",
            Self::Matrix => "matrix",
        }
    }

    /// The dialect of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Matrix]).find(|dialect| dialect.name() == name)
    }

    /// Whether a token of this dialect acts as a person (else as the organization's service account).
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Chatwork | Self::MessengerPersonal | Self::ChatMessages | Self::Matrix)
    }

    /// Whether a token of this dialect reaches every group of its organization, whoever is in it.
    pub fn reaches_every_group(self) -> bool {
        matches!(self, Self::Cam | Self::Messenger)
    }

    /// The letters a secret of this dialect starts with, so that people can tell tokens apart.
    pub fn secret_prefix(self) -> &'static str {
        match self {
            Self::Chatwork => "cw",
            Self::ClickMeeting => "cm",
            Self::Cam => "ca",
            Self::Messenger => "mo",
            Self::MessengerPersonal => "mp",
            Self::ChatMessages => "ch",
            Self::Matrix => "mx",
        }
    }
}

/// What a token may be used for: everything, or the named scopes of its dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scopes {
    /// Everything its account may do.
    All,
    /// Only these.
    Only(Vec<String>),
}

impl Scopes {
    /// From a list separated by blanks or commas; an empty list means everything.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let names: Vec<String> = text.split([' ', ',']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.len() > 50 || names.iter().any(|name| name.len() > 60) {
            return Err(Error::Invalid("scope", "at most 50 scopes"));
        }
        Ok(if names.is_empty() { Self::All } else { Self::Only(names) })
    }

    /// The list separated by blanks; empty for everything.
    pub fn text(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Only(names) => names.join(" "),
        }
    }

    /// Whether one of these scopes was granted.
    pub fn allows(&self, any_of: &[&str]) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|name| any_of.contains(&name.as_str())),
        }
    }
}

/// Who does something, through which token.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Its organization.
    pub organization: OrganizationId,
    /// The token.
    pub token: TokenId,
    /// What the token is for.
    pub dialect: Dialect,
    /// What the token may be used for.
    pub scopes: Scopes,
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub dialect: Dialect,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends, if ever.
    pub expires: Option<Timestamp>,
    /// Words for people, or empty.
    pub note: String,
}

/// A token as lists show it: never its secret.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// First characters of the secret.
    pub prefix: String,
    /// What it is for.
    pub dialect: Dialect,
    /// The account it acts as.
    pub account: AccountId,
    /// Name or e-mail of that account.
    pub acts_as: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// Words for people, or empty.
    pub note: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends, if ever.
    pub expires: Option<Timestamp>,
    /// When it was taken back, if it was.
    pub revoked: Option<Timestamp>,
    /// Its last use, to about a minute.
    pub last_used: Option<Timestamp>,
}
