//! A meeting's part of an address.

use super::Error;

/// 1 to 100 characters `A-Za-z0-9_-`, never digits alone: those are PINs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingSlug(String);

impl MeetingSlug {
    /// Longest slug.
    pub const MAX: usize = 100;

    /// Checks a slug that somebody chose.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain && !is_number && text.len() <= Self::MAX {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::Invalid("custom_room_url_name", "use 1 to 100 letters without accents, digits, - and _, and not digits alone"))
    }

    /// The slug of a name.
    pub fn from_name(name: &str) -> Self {
        let mut slug = String::new();
        for c in name.to_lowercase().chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.ends_with('_') {
                slug.push('_');
            }
        }
        slug.truncate(Self::MAX);
        if slug.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
            slug = format!("room_{slug}");
        }
        Self(slug)
    }

    /// The same with a number, for when it is taken.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let tail = format!("_{number}");
        let head: String = self.0.chars().take(Self::MAX - tail.len()).collect();
        Self(head + &tail)
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
