//! What administrators set while the server runs: how long messages and logs are kept, how much files may take.

use super::access;
use crate::domain::{Error, Event, Grain, OrganizationId, Setting};
use crate::store::requests::Retention;
use crate::store::{self, Tx};

/// What is set for an organization and for the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Days after which messages of the organization lose their texts.
    pub message_days: Option<i64>,
    /// Bytes that the organization's files may take.
    pub quota_bytes: Option<i64>,
    /// Bytes that they take.
    pub stored_bytes: i64,
    /// Days after which the audit log is cut.
    pub audit_days: Option<i64>,
    /// Free bytes of the disk below which no file is taken.
    pub free_floor_bytes: Option<i64>,
    /// Days after which the request log forgets.
    pub request_days: Option<i64>,
    /// Most requests that it keeps.
    pub request_rows: Option<i64>,
}

/// What is set.
pub fn get_settings(tx: &Tx<'_>, organization: Option<&str>) -> Result<Settings, Error> {
    let organization = access::organization(tx, organization)?;
    let find = |setting: Setting| store::settings::find_value(tx, owner(setting, organization), setting);
    Ok(Settings {
        message_days: find(Setting::MessageDays)?,
        quota_bytes: find(Setting::QuotaBytes)?,
        stored_bytes: store::settings::find_storage_use(tx, organization)?,
        audit_days: find(Setting::AuditDays)?,
        free_floor_bytes: find(Setting::FreeFloorBytes)?,
        request_days: find(Setting::RequestDays)?,
        request_rows: find(Setting::RequestRows)?,
    })
}

/// How much of the request log is kept: what is set, else what is usual.
pub fn find_request_retention(tx: &Tx<'_>) -> Result<Retention, Error> {
    let find = |setting: Setting| store::settings::find_value(tx, None, setting);
    let usual = Retention::default();
    Ok(Retention {
        requests: find(Setting::RequestRows)?.unwrap_or(usual.requests),
        age_ms: find(Setting::RequestDays)?.map_or(usual.age_ms, |days| days.saturating_mul(Grain::Day.ms())),
    })
}

fn owner(setting: Setting, organization: OrganizationId) -> Option<OrganizationId> {
    setting.is_of_organization().then_some(organization)
}

/// Sets a value, or takes it away; gives what holds then.
pub fn change_setting(tx: &Tx<'_>, organization: Option<&str>, setting: Setting, value: Option<i64>) -> Result<Settings, Error> {
    let id = access::organization(tx, organization)?;
    let owner = owner(setting, id);
    let value = value.map(|value| setting.check(value)).transpose()?;
    if store::settings::find_value(tx, owner, setting)? != value {
        match value {
            Some(value) => store::settings::upsert_value(tx, owner, setting, value)?,
            None => store::settings::delete_value(tx, owner, setting)?,
        }
        tx.record(Event::SettingChanged(owner, setting, value))?;
    }
    get_settings(tx, organization)
}

/// Refuses content that the organization has no room for. GUESS: equal contents count as often as they were uploaded, and reports, which
/// the server makes, don't count.
pub(super) fn check_quota(tx: &Tx<'_>, organization: OrganizationId, bytes: u64) -> Result<(), Error> {
    let Some(quota) = store::settings::find_value(tx, Some(organization), Setting::QuotaBytes)? else { return Ok(()) };
    let stored = store::settings::find_storage_use(tx, organization)?;
    let is_over = i64::try_from(bytes).map_or(true, |bytes| stored.saturating_add(bytes) > quota);
    if is_over { Err(Error::QuotaReached) } else { Ok(()) }
}
