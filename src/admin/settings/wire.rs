//! Settings as the administration page knows them.

use serde::{Deserialize, Serialize};

use crate::config::Shown;
use crate::ops::settings::Settings;

/// All there is to see.
#[derive(Serialize)]
pub(in crate::admin) struct SettingsOut {
    configuration: Vec<ValueOut>,
    chosen: ChosenOut,
}

/// A value of the configuration.
#[derive(Serialize)]
struct ValueOut {
    key: &'static str,
    /// Secrets are masked; null: not set.
    value: Option<String>,
    /// A flag, a variable, a file, or `default`.
    origin: String,
}

impl SettingsOut {
    pub(super) fn new(shown: &[Shown], chosen: ChosenOut) -> Self {
        let value = |shown: &Shown| ValueOut { key: shown.key, value: shown.value.clone(), origin: shown.origin.to_string() };
        Self { configuration: shown.iter().map(value).collect(), chosen }
    }
}

/// What was chosen while the server runs; null: nothing was.
#[derive(Serialize)]
pub(in crate::admin) struct ChosenOut {
    message_days: Option<i64>,
    quota_bytes: Option<i64>,
    stored_bytes: i64,
    audit_days: Option<i64>,
    free_floor_bytes: Option<i64>,
    request_days: Option<i64>,
    request_rows: Option<i64>,
    /// What holds: the chosen one, or what is usual on this disk.
    floor_bytes: u64,
    free_bytes: u64,
}

impl ChosenOut {
    pub(super) fn new(settings: &Settings, floor_bytes: u64, free_bytes: u64) -> Self {
        Self {
            message_days: settings.message_days,
            quota_bytes: settings.quota_bytes,
            stored_bytes: settings.stored_bytes,
            audit_days: settings.audit_days,
            free_floor_bytes: settings.free_floor_bytes,
            request_days: settings.request_days,
            request_rows: settings.request_rows,
            floor_bytes,
            free_bytes,
        }
    }
}

#[derive(Deserialize)]
pub(in crate::admin) struct SettingIn {
    pub(super) organization: Option<String>,
    /// None: it no longer holds.
    pub(super) value: Option<i64>,
}
