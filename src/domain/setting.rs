//! What administrators set while the server runs, as against the configuration, which it is started with.

use super::Error;

/// A setting. All are numbers; what is not set does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setting {
    /// Messages of the organization that are older than so many days lose their texts.
    MessageDays,
    /// Bytes that the organization's files may take.
    QuotaBytes,
    /// Entries of the audit log that are older than so many days are cut off.
    AuditDays,
    /// Free bytes of the disk below which no file is taken.
    FreeFloorBytes,
}

/// Longest time that anything is kept by a setting: a hundred years of days.
const MOST_DAYS: i64 = 36_500;
/// Shortest time that the audit log is kept: who did something last month can be asked.
const LEAST_AUDIT_DAYS: i64 = 30;
/// Largest number of bytes: four pebibytes. Scripts read numbers exactly up to twice as many.
const MOST_BYTES: i64 = 1 << 52;

impl Setting {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MessageDays, Self::QuotaBytes, Self::AuditDays, Self::FreeFloorBytes];

    /// Its name, which stays as it is.
    pub fn word(self) -> &'static str {
        match self {
            Self::MessageDays => "message_days",
            Self::QuotaBytes => "quota_bytes",
            Self::AuditDays => "audit_days",
            Self::FreeFloorBytes => "free_floor_bytes",
        }
    }

    /// The setting of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.word() == word)
    }

    /// Whether each organization has its own; else the server has one.
    pub fn is_of_organization(self) -> bool {
        matches!(self, Self::MessageDays | Self::QuotaBytes)
    }

    /// Checks a value.
    pub fn check(self, value: i64) -> Result<i64, Error> {
        let (allowed, why) = match self {
            Self::MessageDays => (1..=MOST_DAYS, "messages are kept for 1 to 36,500 days"),
            Self::AuditDays => (LEAST_AUDIT_DAYS..=MOST_DAYS, "the audit log is kept for 30 to 36,500 days"),
            Self::QuotaBytes | Self::FreeFloorBytes => (0..=MOST_BYTES, "use a number of bytes from 0 to 4,503,599,627,370,496"),
        };
        if allowed.contains(&value) { Ok(value) } else { Err(Error::Invalid("value", why)) }
    }
}

#[cfg(test)]
mod tests {
    use super::Setting;

    #[test]
    fn names_lead_back_and_values_have_bounds() {
        for setting in Setting::ALL {
            assert_eq!(Setting::named(setting.word()), Some(setting));
            assert!(setting.check(-1).is_err() && setting.check(i64::MAX).is_err() && setting.check(365).is_ok());
        }
        assert_eq!(Setting::named("nothing"), None);
        assert!(Setting::MessageDays.check(0).is_err() && Setting::AuditDays.check(29).is_err() && Setting::QuotaBytes.check(0).is_ok());
    }
}
