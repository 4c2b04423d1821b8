//! Passwords of meetings: some are shown again to their owner, others are kept as a hash only.

/// A password's Argon2id hash, as a PHC string.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a hash that was just made or comes from the store.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The PHC string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a meeting knows of its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetingPassword {
    /// The password itself, which the meeting's owner may read.
    Plain(String),
    /// Its hash: nobody can be told the password.
    Hashed(PasswordHash),
}

impl MeetingPassword {
    /// The password, if it can be told.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Hashed(_) => None,
        }
    }

    /// The hash, if nothing else is known.
    pub fn hash(&self) -> Option<&PasswordHash> {
        match self {
            Self::Plain(_) => None,
            Self::Hashed(hash) => Some(hash),
        }
    }
}

impl From<&str> for MeetingPassword {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}
