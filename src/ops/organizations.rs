//! Organizations, and what a world starts with.

use crate::domain::{Error, Event, Noun, Organization, OrganizationId, OrganizationPatch, Setting, Slug, TimeZone};
use crate::store::{self, Tx};

/// Makes an organization and its service account.
pub fn create_organization(tx: &Tx<'_>, slug: &Slug, name: &str, zone: &TimeZone) -> Result<OrganizationId, Error> {
    let name = checked(name)?;
    if store::organizations::find_by_slug(tx, slug.as_str())?.is_some() {
        return Err(Error::Taken("slug"));
    }
    let id = store::organizations::insert_organization(tx, slug, name, zone)?;
    tx.record(Event::OrganizationCreated(id))?;
    store::accounts::insert_account(tx, id, None)?;
    Ok(id)
}

fn checked(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    if (1..=100).contains(&name.chars().count()) { Ok(name) } else { Err(Error::Invalid("name", "a name has 1 to 100 characters")) }
}

/// Changes an organization; what the patch does not name stays. One that changes nothing leaves no trace.
pub fn edit_organization(tx: &Tx<'_>, slug: &str, patch: &OrganizationPatch) -> Result<Organization, Error> {
    let before = store::organizations::find_by_slug(tx, slug)?.ok_or(Error::NotFound(Noun::Organization))?;
    let mut organization = before.clone();
    if let Some(name) = &patch.name {
        checked(name)?.clone_into(&mut organization.name);
    }
    if let Some(zone) = &patch.zone {
        zone.as_str().clone_into(&mut organization.time_zone);
    }
    organization.language = patch.language.unwrap_or(organization.language);
    if organization != before {
        store::organizations::update_organization(tx, &organization)?;
        tx.record(Event::OrganizationEdited(organization.id))?;
    }
    Ok(organization)
}

/// All organizations, oldest first.
pub fn list_organizations(tx: &Tx<'_>) -> Result<Vec<Organization>, Error> {
    store::organizations::list_organizations(tx)
}

/// What a world is and keeps for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `office` or `sandbox`.
    pub mode: String,
    /// The server name that ids of other protocols contain.
    pub server_name: String,
    /// Key for signatures and derived secrets.
    pub key: Vec<u8>,
}

/// The identity of this world; none before its first start.
pub fn find_identity(tx: &Tx<'_>) -> Result<Option<Identity>, Error> {
    let setting = |key| store::settings::find_setting(tx, key);
    let Some(mode) = setting("mode")? else { return Ok(None) };
    let key = data_encoding::HEXLOWER.decode(setting("key")?.unwrap_or_default().as_bytes()).map_err(Error::internal)?;
    Ok(Some(Identity { mode, server_name: setting("server_name")?.unwrap_or_default(), key }))
}

/// What the first organization is called until somebody names it.
pub const FIRST_NAME: &str = "Office";

/// First start: fixes the identity and makes the first organization, "Office".
pub fn found_world(tx: &Tx<'_>, mode: &str, server_name: &str, key: [u8; 32]) -> Result<Identity, Error> {
    store::settings::insert_setting(tx, "mode", mode)?;
    store::settings::insert_setting(tx, "server_name", server_name)?;
    store::settings::insert_setting(tx, "key", &data_encoding::HEXLOWER.encode(&key))?;
    create_organization(tx, &Slug::parse("office")?, FIRST_NAME, &TimeZone::parse("UTC")?)?;
    Ok(Identity { mode: mode.to_owned(), server_name: server_name.to_owned(), key: key.to_vec() })
}

/// The zone of the office: of the first organization, in which the server's own days are counted.
pub fn find_zone(tx: &Tx<'_>) -> Result<TimeZone, Error> {
    let first = list_organizations(tx)?.into_iter().next();
    Ok(TimeZone::stored(first.map_or_else(|| "UTC".to_owned(), |organization| organization.time_zone)))
}

/// Free bytes of the disk below which no file is taken, where somebody set them.
pub fn find_free_floor(tx: &Tx<'_>) -> Result<Option<u64>, Error> {
    Ok(store::settings::find_value(tx, None, Setting::FreeFloorBytes)?.and_then(|bytes| u64::try_from(bytes).ok()))
}
