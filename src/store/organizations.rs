//! Organizations.

use rusqlite::Row;

use super::Tx;
use crate::domain::{Error, Organization, OrganizationId, Slug, TimeZone};

const MOST: i64 = 10_000;

fn organization(row: &Row<'_>) -> rusqlite::Result<Organization> {
    Ok(Organization {
        id: row.get(0)?,
        slug: row.get(1)?,
        name: row.get(2)?,
        time_zone: row.get(3)?,
        language: row.get(4)?,
        created: row.get(5)?,
    })
}

/// Makes an organization; its slug must be free.
pub fn insert_organization(tx: &Tx<'_>, slug: &Slug, name: &str, zone: &TimeZone) -> Result<OrganizationId, Error> {
    let id = OrganizationId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO organization (id, slug, name, time_zone, language, created_ms) VALUES (?1, ?2, ?3, ?4, 'en', ?5)",
        (id, slug.as_str(), name, zone.as_str(), tx.now),
    )?;
    Ok(id)
}

/// Changes an organization.
pub fn update_organization(tx: &Tx<'_>, organization: &Organization) -> Result<(), Error> {
    let Organization { id, name, time_zone, language, .. } = organization;
    tx.execute("UPDATE organization SET name = ?2, time_zone = ?3, language = ?4 WHERE id = ?1", (id, name, time_zone, language))
        .map(|_| ())
}

/// The organization of this slug.
pub fn find_by_slug(tx: &Tx<'_>, slug: &str) -> Result<Option<Organization>, Error> {
    tx.first("SELECT id, slug, name, time_zone, language, created_ms FROM organization WHERE slug = ?1", [slug], organization)
}

/// An organization that is known to exist.
pub fn get(tx: &Tx<'_>, id: OrganizationId) -> Result<Organization, Error> {
    find_organization(tx, id)?.ok_or_else(|| Error::internal("an organization is gone"))
}

/// The organization of this id.
pub fn find_organization(tx: &Tx<'_>, id: OrganizationId) -> Result<Option<Organization>, Error> {
    tx.first("SELECT id, slug, name, time_zone, language, created_ms FROM organization WHERE id = ?1", [id], organization)
}

/// All of them, oldest first.
pub fn list_organizations(tx: &Tx<'_>) -> Result<Vec<Organization>, Error> {
    tx.all("SELECT id, slug, name, time_zone, language, created_ms FROM organization ORDER BY id LIMIT ?1", [MOST], organization)
}
