//! Administrators of this server: how they prove who they are, and where they are signed in.

use super::{AccountId, Email, Error, Language, OrganizationId, PasswordHash, PersonName, TimeZone, Timestamp, TokenId};

/// Shortest and longest password of an administrator, in characters.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=1000;

/// What an administrator signs in with.
#[derive(Clone, Debug)]
pub struct AdminLogin {
    /// The account.
    pub account: AccountId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Hash of the password.
    pub password: PasswordHash,
    /// Key of one-time codes, if they are asked for.
    pub totp: Option<TotpKey>,
    /// One that was made and waits for its first code.
    pub totp_waiting: Option<TotpKey>,
    /// Time step of the code used last.
    pub totp_step: i64,
}

/// A session of the administration page.
#[derive(Clone, Debug)]
pub struct AdminSession {
    /// Its token.
    pub token: TokenId,
    /// Whose.
    pub account: AccountId,
    /// Name of that account.
    pub name: String,
    /// When it began.
    pub signed_in: Timestamp,
    /// When it ends at the latest.
    pub expires: Option<Timestamp>,
    /// Its last use, to about a minute.
    pub used: Option<Timestamp>,
    /// Where it was used from.
    pub address: String,
    /// What the browser called itself.
    pub client: String,
    /// When the password was shown last.
    pub confirmed: Timestamp,
}

/// What the set-up page asks for.
#[derive(Clone, Debug)]
pub struct SetUp {
    /// Name of the organization.
    pub organization: String,
    /// Language of its letters and of the page.
    pub language: Language,
    /// Zone its days are counted in.
    pub zone: TimeZone,
    /// The administrator's e-mail address.
    pub email: Email,
    /// The administrator's name.
    pub name: PersonName,
    /// Hash of the administrator's password.
    pub password: PasswordHash,
}

/// A password that an administrator chose.
pub fn checked_password(text: &str) -> Result<&str, Error> {
    let length = text.chars().count();
    if PASSWORD_CHARS.contains(&length) { Ok(text) } else { Err(Error::Invalid("password", "a password has 8 to 1000 characters")) }
}

/// Key of one-time codes.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpKey(Vec<u8>);

impl std::fmt::Debug for TotpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpKey(…)")
    }
}

impl TotpKey {
    /// Bytes of a key: as many as its hash has (RFC 4226, section 4).
    const BYTES: usize = 20;

    /// A key of random bytes.
    pub fn random(bytes: [u8; 32]) -> Self {
        Self(bytes.into_iter().take(Self::BYTES).collect())
    }

    /// Wraps a key that comes from the store.
    pub fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::checked_password;

    #[test]
    fn passwords_have_a_length() {
        assert!(checked_password("eight888").is_ok() && checked_password("seven77").is_err());
        assert!(checked_password(&"é".repeat(1000)).is_ok() && checked_password(&"é".repeat(1001)).is_err());
    }
}
