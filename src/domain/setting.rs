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
    /// Requests in the request log that are older than so many days are forgotten.
    RequestDays,
    /// Most requests that the request log keeps.
    RequestRows,
}

/// Longest time that anything is kept by a setting: a hundred years of days.
const MOST_DAYS: i64 = 36_500;
/// Shortest time that the audit log is kept: who did something last month can be asked.
const LEAST_AUDIT_DAYS: i64 = 30;
/// Fewest requests that the request log keeps: what happened just now can be looked at.
const LEAST_REQUESTS: i64 = 1_000;
/// Most requests that it keeps: some gigabytes.
const MOST_REQUESTS: i64 = 10_000_000;
/// Largest number of bytes: four pebibytes. Scripts read numbers exactly up to twice as many.
const MOST_BYTES: i64 = 1 << 52;

impl Setting {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::MessageDays, Self::QuotaBytes, Self::AuditDays, Self::FreeFloorBytes, Self::RequestDays, Self::RequestRows];

    /// Its name, which stays as it is.
    pub fn word(self) -> &'static str {
        match self {
            Self::MessageDays => "message_days",
            Self::QuotaBytes => "quota_bytes",
            Self::AuditDays => "audit_days",
            Self::FreeFloorBytes => "free_floor_bytes",
            Self::RequestDays => "request_days",
            Self::RequestRows => "request_rows",
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
            Self::RequestDays => (1..=MOST_DAYS, "requests are kept for 1 to 36,500 days"),
            Self::RequestRows => (LEAST_REQUESTS..=MOST_REQUESTS, "1,000 to 10,000,000 requests are kept"),
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
            assert!(setting.check(-1).is_err() && setting.check(i64::MAX).is_err() && setting.check(5_000).is_ok());
        }
        assert_eq!(Setting::named("nothing"), None);
        assert!(Setting::MessageDays.check(0).is_err() && Setting::AuditDays.check(29).is_err() && Setting::QuotaBytes.check(0).is_ok());
        assert!(Setting::RequestDays.check(0).is_err() && Setting::RequestRows.check(999).is_err());
    }
}
