//! What is fixed about a world: its mode, its name, its keys.

use super::Tx;
use crate::domain::Error;

/// A value, if it was ever set.
pub fn find_setting(tx: &Tx<'_>, key: &str) -> Result<Option<String>, Error> {
    tx.first("SELECT value FROM world WHERE key = ?1", [key], |row| row.get(0))
}

/// Sets a value for good.
pub fn insert_setting(tx: &Tx<'_>, key: &str, value: &str) -> Result<(), Error> {
    tx.execute("INSERT INTO world (key, value) VALUES (?1, ?2)", [key, value]).map(|_| ())
}
