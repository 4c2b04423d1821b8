//! What is fixed about a world: its mode, its name, its keys; and what administrators set while it runs.

use super::Tx;
use crate::domain::{Error, OrganizationId, Setting};

/// A value, if it was ever set.
pub fn find_setting(tx: &Tx<'_>, key: &str) -> Result<Option<String>, Error> {
    tx.first("SELECT value FROM world WHERE key = ?1", [key], |row| row.get(0))
}

/// Sets a value for good.
pub fn insert_setting(tx: &Tx<'_>, key: &str, value: &str) -> Result<(), Error> {
    tx.execute("INSERT INTO world (key, value) VALUES (?1, ?2)", [key, value]).map(|_| ())
}

/// Sets a value that changes.
pub fn upsert_setting(tx: &Tx<'_>, key: &str, value: &str) -> Result<(), Error> {
    tx.execute("INSERT INTO world (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", [key, value])
        .map(|_| ())
}

/// Stands for the whole server where an organization's id stands else.
const SERVER: i64 = 0;
/// Organizations that have a setting, at most, in one read.
const MOST: i64 = 10_000;

/// What administrators set for an organization, or (none) for the server.
pub fn find_value(tx: &Tx<'_>, organization: Option<OrganizationId>, setting: Setting) -> Result<Option<i64>, Error> {
    let owner = organization.map_or(SERVER, OrganizationId::get);
    tx.first("SELECT value FROM setting WHERE organization_id = ?1 AND key = ?2", (owner, setting.word()), |row| row.get(0))
}

/// Sets a value.
pub fn upsert_value(tx: &Tx<'_>, organization: Option<OrganizationId>, setting: Setting, value: i64) -> Result<(), Error> {
    let owner = organization.map_or(SERVER, OrganizationId::get);
    tx.execute(
        "INSERT INTO setting (organization_id, key, value) VALUES (?1, ?2, ?3) \
         ON CONFLICT (organization_id, key) DO UPDATE SET value = excluded.value",
        (owner, setting.word(), value),
    )
    .map(|_| ())
}

/// Takes a value away.
pub fn delete_value(tx: &Tx<'_>, organization: Option<OrganizationId>, setting: Setting) -> Result<(), Error> {
    let owner = organization.map_or(SERVER, OrganizationId::get);
    tx.execute("DELETE FROM setting WHERE organization_id = ?1 AND key = ?2", (owner, setting.word())).map(|_| ())
}

/// The organizations that have a setting, with its values.
pub fn list_values(tx: &Tx<'_>, setting: Setting) -> Result<Vec<(OrganizationId, i64)>, Error> {
    tx.all(
        "SELECT organization_id, value FROM setting WHERE key = ?1 AND organization_id <> 0 ORDER BY organization_id LIMIT ?2",
        (setting.word(), MOST),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Bytes that the files of an organization take.
pub fn find_storage_use(tx: &Tx<'_>, organization: OrganizationId) -> Result<i64, Error> {
    let found = tx.first("SELECT bytes FROM storage_use WHERE organization_id = ?1", [organization], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}
