//! Who signed up for a meeting, and the organization's address book.

use super::{Email, Language, RegistrationId, SessionId, Timestamp};

/// Somebody who signed up.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// E-mail address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Answers to further fields, by their numbers.
    pub answers: Vec<(u32, String)>,
    /// What the personal link carries.
    pub hash: String,
    /// The page that led to the form.
    pub referer: Option<String>,
    /// When the address was confirmed.
    pub confirmed: Option<Timestamp>,
    /// The session in which the person first appeared.
    pub session: Option<SessionId>,
    /// When it was made.
    pub registered: Timestamp,
}

/// Somebody who wants to sign up.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// E-mail address.
    pub email: Email,
    /// First name.
    pub first_name: String,
    /// Last name, perhaps empty.
    pub last_name: String,
    /// Answers to further fields, by their numbers.
    pub answers: Vec<(u32, String)>,
    /// The page that led to the form.
    pub referer: Option<String>,
    /// The language of the page or the confirmation, if one is known.
    pub language: Option<Language>,
}

/// Which registrations a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationStatus {
    /// All.
    All,
    /// Those whose event has not been held.
    Active,
}

/// Somebody in an organization's address book.
#[derive(Clone, Debug)]
pub struct Address {
    /// E-mail address.
    pub email: Email,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone number, or empty.
    pub phone: String,
    /// Company, or empty.
    pub company: String,
    /// ISO 3166 code of the country in capital letters, or empty.
    pub country: String,
}
