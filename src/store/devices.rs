//! Devices that are signed in, and the pairs of tokens that they hold. Secrets are kept as hashes only.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccountId, Device, DeviceId, Error, OrganizationId, Timestamp, TokenId};

/// Most devices of one account; one more, and the one seen least recently is signed out.
pub const MOST: i64 = 200;

/// An account as somebody who signs in names it.
#[derive(Clone, Debug)]
pub struct Login {
    /// The account.
    pub account: AccountId,
    /// Its organization.
    pub organization: OrganizationId,
    /// The local part of its id.
    pub local_part: String,
    /// Which of its passwords counts.
    pub password_version: i64,
    /// Whether it is disabled.
    pub is_disabled: bool,
}

/// A pair of tokens of a device.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The access token.
    pub token: TokenId,
    /// Whose.
    pub account: AccountId,
    /// The device.
    pub device: DeviceId,
    /// When its refresh token ends.
    pub refresh_expires: Option<Timestamp>,
}

macro_rules! select_login {
    ($tail:literal) => {
        concat!(
            "SELECT id, organization_id, local_part, password_version, disabled_ms IS NOT NULL FROM account WHERE kind = 'person' AND ",
            $tail
        )
    };
}

fn login(row: &Row<'_>) -> rusqlite::Result<Login> {
    Ok(Login {
        account: row.get(0)?,
        organization: row.get(1)?,
        local_part: row.get(2)?,
        password_version: row.get(3)?,
        is_disabled: row.get(4)?,
    })
}

/// The person with this local part.
pub fn find_login(tx: &Tx<'_>, local_part: &str) -> Result<Option<Login>, Error> {
    tx.first(select_login!("local_part = ?1"), [local_part], login)
}

/// The person with this e-mail address.
pub fn find_login_by_email(tx: &Tx<'_>, email: &str) -> Result<Option<Login>, Error> {
    tx.first(select_login!("email = ?1"), [email], login)
}

/// The person behind an account.
pub fn find_login_of(tx: &Tx<'_>, account: AccountId) -> Result<Option<Login>, Error> {
    tx.first(select_login!("id = ?1"), [account], login)
}

/// Makes another password count.
pub fn update_password_version(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    tx.execute("UPDATE account SET password_version = password_version + 1 WHERE id = ?1", [account]).map(|_| ())
}

/// Notes that a device signed in or refreshed its token. A name given before stays unless there is a new one.
pub fn insert_device(tx: &Tx<'_>, account: AccountId, device: &DeviceId, name: Option<&str>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO device (account_id, device_id, display_name, signed_in_ms, address) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (account_id, device_id) DO UPDATE SET display_name = coalesce(display_name, ?3), signed_in_ms = ?4, address = ?5",
        (account, device.as_str(), name, tx.now, tx.cause.address.as_deref()),
    )
    .map(|_| ())
}

/// Gives a device a name, or takes it away; says whether there is such a device.
pub fn update_name(tx: &Tx<'_>, account: AccountId, device: &DeviceId, name: Option<&str>) -> Result<bool, Error> {
    let sql = "UPDATE device SET display_name = ?3 WHERE account_id = ?1 AND device_id = ?2";
    Ok(tx.execute(sql, (account, device.as_str(), name))? > 0)
}

macro_rules! latest {
    ($column:literal) => {
        concat!(
            "(SELECT t.",
            $column,
            " FROM device_token p JOIN token t ON t.id = p.token_id WHERE p.account_id = d.account_id \
             AND p.device_id = d.device_id AND t.used_ms IS NOT NULL ORDER BY t.used_ms DESC LIMIT 1)"
        )
    };
}

macro_rules! select_device {
    ($tail:literal) => {
        concat!(
            "SELECT d.device_id, d.display_name, d.signed_in_ms, d.address, ",
            latest!("used_ms"),
            ", ",
            latest!("used_address"),
            " FROM device d WHERE d.account_id = ?1 ",
            $tail
        )
    };
}

/// A device was last seen when one of its tokens was last used, or when it last got one.
fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    let (signed_in, used): (Timestamp, Option<Timestamp>) = (row.get(2)?, row.get(4)?);
    let (seen, address) = match used.filter(|used| *used > signed_in) {
        Some(used) => (used, row.get::<_, Option<String>>(5)?),
        None => (signed_in, row.get(3)?),
    };
    Ok(Device { id: DeviceId::stored(row.get(0)?), name: row.get(1)?, seen, address: address.filter(|address| !address.is_empty()) })
}

/// An account's devices, by id.
pub fn list_devices(tx: &Tx<'_>, account: AccountId) -> Result<Vec<Device>, Error> {
    tx.all(select_device!("ORDER BY d.device_id LIMIT ?2"), (account, MOST + 1), device)
}

/// One device of an account.
pub fn find_device(tx: &Tx<'_>, account: AccountId, id: &DeviceId) -> Result<Option<Device>, Error> {
    tx.first(select_device!("AND d.device_id = ?2"), (account, id.as_str()), device)
}

/// Takes a device away; says whether there was one.
pub fn delete_device(tx: &Tx<'_>, account: AccountId, device: &DeviceId) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM device WHERE account_id = ?1 AND device_id = ?2", (account, device.as_str()))? > 0)
}

/// Keeps what belongs to an access token of a device.
pub fn insert_pair(tx: &Tx<'_>, pair: &Pair, refresh_hash: Option<&[u8; 32]>, replaces: Option<TokenId>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO device_token (token_id, account_id, device_id, refresh_hash, refresh_expires_ms, replaces_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (pair.token, pair.account, pair.device.as_str(), refresh_hash.map(<[u8; 32]>::as_slice), pair.refresh_expires, replaces),
    )
    .map(|_| ())
}

fn pair(row: &Row<'_>) -> rusqlite::Result<Pair> {
    Ok(Pair { token: row.get(0)?, account: row.get(1)?, device: DeviceId::stored(row.get(2)?), refresh_expires: row.get(3)? })
}

/// The pair that a refresh token belongs to.
pub fn find_pair_by_refresh(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<Option<Pair>, Error> {
    tx.first(
        "SELECT token_id, account_id, device_id, refresh_expires_ms FROM device_token WHERE refresh_hash = ?1",
        [hash.as_slice()],
        pair,
    )
}

/// The pair that an access token belongs to.
pub fn find_pair(tx: &Tx<'_>, token: TokenId) -> Result<Option<Pair>, Error> {
    tx.first("SELECT token_id, account_id, device_id, refresh_expires_ms FROM device_token WHERE token_id = ?1", [token], pair)
}

/// The token that this one replaces as soon as it is used, if it was not yet, and whose both are.
pub fn find_replaced(tx: &Tx<'_>, token: TokenId) -> Result<Option<(AccountId, TokenId)>, Error> {
    let sql = "SELECT account_id, replaces_id FROM device_token WHERE token_id = ?1 AND replaces_id IS NOT NULL";
    tx.first(sql, [token], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Notes that a token replaces none any more.
pub fn update_settled(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    tx.execute("UPDATE device_token SET replaces_id = NULL WHERE token_id = ?1", [token]).map(|_| ())
}

/// Tokens that would replace this one, but were not used.
pub fn list_replacing(tx: &Tx<'_>, token: TokenId) -> Result<Vec<TokenId>, Error> {
    tx.all("SELECT token_id FROM device_token WHERE replaces_id = ?1 LIMIT ?2", (token, MOST), |row| row.get(0))
}

/// Access tokens of a device.
pub fn list_tokens(tx: &Tx<'_>, account: AccountId, device: &DeviceId) -> Result<Vec<TokenId>, Error> {
    let sql = "SELECT token_id FROM device_token WHERE account_id = ?1 AND device_id = ?2 LIMIT ?3";
    tx.all(sql, (account, device.as_str(), MOST), |row| row.get(0))
}

/// Takes a pair of tokens away for good.
pub fn delete_pair(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    tx.execute("DELETE FROM device_token WHERE token_id = ?1", [token])?;
    tx.execute("DELETE FROM token WHERE id = ?1 AND dialect = 'matrix'", [token]).map(|_| ())
}
