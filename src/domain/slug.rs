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

    /// The slug of a name: its letters without accents, in lower case, everything between them `_`.
    pub fn from_name(name: &str) -> Self {
        let mut slug = String::new();
        for c in deunicode::deunicode_with_tofu(name, "_").to_lowercase().chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.ends_with('_') {
                slug.push('_');
            }
        }
        slug.truncate(Self::MAX);
        if slug.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') {
            slug = format!("room_{slug}");
            slug.truncate(Self::MAX);
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

#[cfg(test)]
mod tests {
    use super::MeetingSlug;

    #[test]
    fn names_of_all_scripts_become_addresses() {
        for (name, slug) in [
            ("My meeting", "my_meeting"),
            ("Zażółć gęślą jaźń", "zazolc_gesla_jazn"),
            ("Đà Nẵng – Łódź", "da_nang_lodz"),
            (" API test ", "_api_test_"),
            ("2031", "room_2031"),
            ("!!!", "room__"),
        ] {
            assert_eq!(MeetingSlug::from_name(name).as_str(), slug, "{name}");
        }
        for name in ["会議", "Xin chào", "🎉", "\u{0}", &"長".repeat(255), &"9".repeat(100), &format!("{}a", "9".repeat(100))] {
            let slug = MeetingSlug::from_name(name);
            assert_eq!(MeetingSlug::parse(slug.as_str()).unwrap(), slug, "{name}");
        }
    }

    #[test]
    fn a_slug_is_short_plain_and_no_number() {
        for good in ["a", "Own-Name_1", "_", &"a".repeat(100)] {
            assert!(MeetingSlug::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "1", "318204957", "a b", "é", "a/b", "a.b", &"a".repeat(101)] {
            assert!(MeetingSlug::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(MeetingSlug::from_name(&"a".repeat(255)).numbered(12).as_str(), format!("{}_12", "a".repeat(97)));
    }

    proptest::proptest! {
        #[test]
        fn every_name_has_a_valid_slug(name in "\\PC{0,255}") {
            let slug = MeetingSlug::from_name(&name);
            assert!(MeetingSlug::parse(slug.as_str()).is_ok(), "{name:?} became {slug:?}");
        }
    }
}
