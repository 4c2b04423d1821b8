//! Clients that people signed in with by password.

use super::{AccountId, Error, Timestamp};

/// Name of a device, chosen by the client or by us: 1 to 255 characters that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceId(String);

impl DeviceId {
    /// Longest name, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Checks a name that a client chose; an empty one is none.
    pub fn parse(field: &'static str, text: &str, most: usize) -> Result<Option<Self>, Error> {
        if text.chars().count() > most || text.chars().any(char::is_control) {
            return Err(Error::Invalid(field, "a device's name is short and has no control characters"));
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    /// Wraps a name that was checked before it was stored, or that we made.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A device as its owner sees it.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What people call it.
    pub name: Option<String>,
    /// Where it was last seen, if that is known.
    pub address: Option<String>,
    /// When it was last seen.
    pub seen: Timestamp,
}

/// What somebody who signs in with a password says.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The local part, the whole id, or the e-mail address.
    pub user: String,
    /// The password.
    pub password: String,
    /// The device.
    pub client: NewClient,
}

/// The device that somebody signs in with.
#[derive(Clone, Debug, Default)]
pub struct NewClient {
    /// Its id; none: a new one.
    pub device: Option<DeviceId>,
    /// What to call it, if it is new.
    pub name: Option<String>,
    /// Whether its tokens are to expire and be refreshed.
    pub refreshes: bool,
}

/// What a device that was just signed in, or that refreshed its token, goes on with: secrets for the only time.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Whose.
    pub account: AccountId,
    /// The local part of the account's id.
    pub local_part: String,
    /// The device.
    pub device: DeviceId,
    /// The access token.
    pub access: String,
    /// The refresh token, if there is one, and how long the access token lasts, in milliseconds.
    pub refresh: Option<(String, i64)>,
}

/// What somebody shows to prove once more that it is really them.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The attempt that it belongs to.
    pub session: String,
    /// Who, as in [`SignIn`].
    pub user: String,
    /// The password.
    pub password: String,
}

/// What came of something that needs a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proven {
    /// It was done.
    Done,
    /// No proof was shown; one has to name this attempt.
    Asked(String),
    /// The proof was wrong; the next one has to name this attempt.
    Refused(String),
}
