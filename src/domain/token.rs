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
    /// The administration page's own API: sessions of administrators. Nobody makes such a token by command.
    Admin,
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
            Self::Admin => "admin",
        }
    }

    /// The dialect of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Matrix, Self::Admin]).find(|dialect| dialect.name() == name)
    }

    /// Whether a token of this dialect acts as a person (else as the organization's service account).
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Chatwork | Self::MessengerPersonal | Self::ChatMessages | Self::Matrix | Self::Admin)
    }

    /// Whether a token of this dialect reaches every group of its organization, whoever is in it. Administrators do.
    pub fn reaches_every_group(self) -> bool {
        matches!(self, Self::Cam | Self::Messenger | Self::Admin)
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
            Self::Admin => "ad",
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

    /// The names; none for everything.
    pub fn names(&self) -> &[String] {
        match self {
            Self::All => &[],
            Self::Only(names) => names,
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
    /// From where it was last used, or empty.
    pub used_address: String,
    /// What the client called itself then, or empty.
    pub used_client: String,
    /// What made it: a request, a command, a job.
    pub created_by: String,
}

/// Whether a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It works.
    Active,
    /// It works for a while after it was taken back.
    Ending,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl TokenState {
    /// The state in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Ending => "ending",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// Why somebody should look at a token that works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenWarning {
    /// A week old, and nobody ever used it.
    NeverUsed,
    /// Nobody used it for 90 days.
    Unused,
    /// It ends within two weeks.
    Expiring,
}

impl TokenWarning {
    /// The warning in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::NeverUsed => "never-used",
            Self::Unused => "unused",
            Self::Expiring => "expiring",
        }
    }
}

const DAY_MS: i64 = 24 * 3_600_000;
/// A new token may wait this long for its first use.
const NEW_MS: i64 = 7 * DAY_MS;
const UNUSED_MS: i64 = 90 * DAY_MS;
const EXPIRING_MS: i64 = 14 * DAY_MS;

impl Token {
    /// Whether it works at an instant.
    pub fn state(&self, now: Timestamp) -> TokenState {
        match (self.revoked, self.expires) {
            (Some(at), _) if at <= now => TokenState::Revoked,
            (_, Some(at)) if at <= now => TokenState::Expired,
            (Some(_), _) => TokenState::Ending,
            (None, _) => TokenState::Active,
        }
    }

    /// Why somebody should look at it.
    pub fn warnings(&self, now: Timestamp) -> Vec<TokenWarning> {
        if self.state(now) != TokenState::Active {
            return Vec::new();
        }
        let age_ms = |at: Timestamp| now.ms() - at.ms();
        let of_use = match self.last_used {
            None if age_ms(self.created) >= NEW_MS => Some(TokenWarning::NeverUsed),
            Some(at) if age_ms(at) >= UNUSED_MS => Some(TokenWarning::Unused),
            _ => None,
        };
        let of_end = self.expires.filter(|at| -age_ms(*at) <= EXPIRING_MS).map(|_| TokenWarning::Expiring);
        of_use.into_iter().chain(of_end).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountId, Dialect, Scopes, Timestamp, Token, TokenId, TokenState, TokenWarning};

    #[test]
    fn a_token_tells_how_it_stands_and_what_is_odd_about_it() {
        let day = |days: i64| Timestamp::from_seconds(days * 86_400);
        let token = Token {
            id: TokenId::new(1),
            prefix: String::new(),
            dialect: Dialect::Cam,
            account: AccountId::new(1),
            acts_as: String::new(),
            scopes: Scopes::All,
            note: String::new(),
            created: day(0),
            expires: None,
            revoked: None,
            last_used: None,
            used_address: String::new(),
            used_client: String::new(),
            created_by: String::new(),
        };
        let now = day(100);
        assert_eq!(
            (token.state(now), token.warnings(day(6)), token.warnings(now)),
            (TokenState::Active, vec![], vec![TokenWarning::NeverUsed])
        );
        let used = Token { last_used: Some(day(11)), expires: Some(day(114)), ..token.clone() };
        assert_eq!(used.warnings(now), [TokenWarning::Expiring]);
        assert_eq!(used.warnings(day(101)), [TokenWarning::Unused, TokenWarning::Expiring]);
        assert_eq!((used.state(day(114)), used.warnings(day(114))), (TokenState::Expired, vec![]));
        let revoked = Token { revoked: Some(day(101)), ..used };
        assert_eq!((revoked.state(now), revoked.state(day(101))), (TokenState::Ending, TokenState::Revoked));
    }
}
