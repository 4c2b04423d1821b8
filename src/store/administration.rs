//! What administrators sign in with, their sessions, and the key of the set-up page.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccountId, AdminLogin, AdminSession, Error, NewToken, OrganizationId, PasswordHash, Timestamp, TokenId, TotpKey};

/// Most sessions that one list shows.
const MOST: i64 = 1_000;

fn totp_at(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<TotpKey>> {
    Ok(row.get::<_, Option<Vec<u8>>>(index)?.map(TotpKey::stored))
}

fn login(row: &Row<'_>) -> rusqlite::Result<AdminLogin> {
    Ok(AdminLogin {
        account: row.get(0)?,
        organization: row.get(1)?,
        password: PasswordHash::new(row.get(2)?),
        totp: totp_at(row, 3)?,
        totp_waiting: totp_at(row, 4)?,
        totp_step: row.get(5)?,
    })
}

macro_rules! select_login {
    ($condition:literal) => {
        concat!(
            "SELECT id, organization_id, password_hash, totp_key, totp_waiting, totp_step FROM account \
             WHERE is_server_admin = 1 AND password_hash IS NOT NULL AND disabled_ms IS NULL AND ",
            $condition
        )
    };
}

/// The administrator with this e-mail address, unless disabled.
pub fn find_login(tx: &Tx<'_>, email: &str) -> Result<Option<AdminLogin>, Error> {
    tx.first(select_login!("email = ?1"), [email], login)
}

/// The administrator behind an account, unless disabled.
pub fn find_login_of(tx: &Tx<'_>, account: AccountId) -> Result<Option<AdminLogin>, Error> {
    tx.first(select_login!("id = ?1"), [account], login)
}

/// Whether anybody may administer this server.
pub fn has_admin(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(tx.first("SELECT 1 FROM account WHERE is_server_admin = 1 AND disabled_ms IS NULL LIMIT 1", [], |_| Ok(()))?.is_some())
}

/// The id of a session: below zero, so that it is none of the ids that clients see, and made of the secret, so that none is given twice,
/// though rows go when somebody is erased. What still waits for one that is gone meets nobody else's. 52 bits: scripts read them exactly.
fn session_id(hash: &[u8; 32]) -> TokenId {
    let [a, b, c, d, e, f, g, ..] = *hash;
    TokenId::new(-1 - (i64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 4))
}

/// Keeps the token of a new session.
pub fn insert_session(
    tx: &Tx<'_>,
    organization: OrganizationId,
    account: AccountId,
    token: &NewToken,
    hash: &[u8; 32],
) -> Result<TokenId, Error> {
    let id = session_id(hash);
    tx.execute(
        "INSERT INTO token (id, hash, prefix, dialect, organization_id, account_id, scopes, created_by, created_ms, expires_ms, \
         used_address) VALUES (?1, ?2, '', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            id,
            hash.as_slice(),
            token.dialect,
            organization,
            account,
            token.scopes.text(),
            &tx.cause.causation,
            tx.now,
            token.expires,
            tx.cause.address.as_deref(),
        ),
    )?;
    tx.execute("INSERT INTO admin_session (token_id, confirmed_ms) VALUES (?1, ?2)", (id, tx.now))?;
    Ok(id)
}

fn session(row: &Row<'_>) -> rusqlite::Result<AdminSession> {
    Ok(AdminSession {
        token: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        signed_in: row.get(3)?,
        expires: row.get(4)?,
        used: row.get(5)?,
        address: row.get(6)?,
        client: row.get(7)?,
        confirmed: row.get(8)?,
    })
}

macro_rules! select_session {
    ($tail:literal) => {
        concat!(
            "SELECT t.id, t.account_id, a.name, t.created_ms, t.expires_ms, t.used_ms, coalesce(t.used_address, ''), \
             coalesce(t.used_client, ''), s.confirmed_ms FROM admin_session s JOIN token t ON t.id = s.token_id \
             JOIN account a ON a.id = t.account_id ",
            $tail
        )
    };
}

/// A session.
pub fn find_session(tx: &Tx<'_>, token: TokenId) -> Result<Option<AdminSession>, Error> {
    tx.first(select_session!("WHERE s.token_id = ?1"), [token], session)
}

/// Sessions that may still be used, newest first.
pub fn list_sessions(tx: &Tx<'_>) -> Result<Vec<AdminSession>, Error> {
    tx.all(
        select_session!(
            "WHERE (t.revoked_ms IS NULL OR t.revoked_ms > ?1) AND t.expires_ms > ?1 ORDER BY t.created_ms DESC, t.id LIMIT ?2"
        ),
        (tx.now, MOST),
        session,
    )
}

/// Addresses of an account's sessions, also of those that ended and are still kept. Looked for among the sessions: an account may
/// have many more tokens.
pub fn list_addresses(tx: &Tx<'_>, account: AccountId) -> Result<Vec<String>, Error> {
    tx.all(
        "SELECT DISTINCT t.used_address FROM admin_session s CROSS JOIN token t ON t.id = s.token_id \
         WHERE t.account_id = ?1 AND t.used_address IS NOT NULL ORDER BY t.created_ms DESC LIMIT ?2",
        (account, MOST),
        |row| row.get(0),
    )
}

/// Notes that the password was shown in a session.
pub fn update_confirmed(tx: &Tx<'_>, token: TokenId) -> Result<(), Error> {
    tx.execute("UPDATE admin_session SET confirmed_ms = ?2 WHERE token_id = ?1", (token, tx.now)).map(|_| ())
}

/// Ends every session of an account but one. A sandbox's open door may do everything, and is no session of anybody's.
pub fn update_sessions_revoked(tx: &Tx<'_>, account: AccountId, but: Option<TokenId>) -> Result<(), Error> {
    tx.execute(
        "UPDATE token SET revoked_ms = ?2 WHERE account_id = ?1 AND id IS NOT ?3 AND revoked_ms IS NULL AND scopes <> '' \
         AND id IN (SELECT token_id FROM admin_session)",
        (account, tx.now, but),
    )
    .map(|_| ())
}

/// Forgets sessions that ended before an instant.
pub fn delete_sessions_before(tx: &Tx<'_>, at: Timestamp) -> Result<usize, Error> {
    const STEP: i64 = 500;
    tx.execute(
        "DELETE FROM admin_session WHERE token_id IN (SELECT t.id FROM token t WHERE t.id < 0 AND t.expires_ms < ?1 LIMIT ?2)",
        (at, STEP),
    )?;
    tx.execute("DELETE FROM token WHERE id < 0 AND expires_ms < ?1 AND id NOT IN (SELECT token_id FROM admin_session)", [at])
}

/// Keeps the key of one-time codes that waits for its first code.
pub fn update_totp_waiting(tx: &Tx<'_>, account: AccountId, key: &TotpKey) -> Result<(), Error> {
    tx.execute("UPDATE account SET totp_waiting = ?2 WHERE id = ?1", (account, key.bytes())).map(|_| ())
}

/// Makes a key of one-time codes count, or none.
pub fn update_totp(tx: &Tx<'_>, account: AccountId, key: Option<&TotpKey>) -> Result<(), Error> {
    tx.execute("UPDATE account SET totp_key = ?2, totp_waiting = NULL WHERE id = ?1", (account, key.map(TotpKey::bytes))).map(|_| ())
}

/// Notes the time step of a code that was used.
pub fn update_totp_step(tx: &Tx<'_>, account: AccountId, step: i64) -> Result<(), Error> {
    tx.execute("UPDATE account SET totp_step = ?2 WHERE id = ?1", (account, step)).map(|_| ())
}

/// Takes every recovery code away.
pub fn delete_recovery_codes(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    tx.execute("DELETE FROM recovery_code WHERE account_id = ?1", [account]).map(|_| ())
}

/// Adds a recovery code.
pub fn insert_recovery_code(tx: &Tx<'_>, account: AccountId, hash: &[u8; 32]) -> Result<(), Error> {
    tx.execute("INSERT INTO recovery_code (account_id, hash) VALUES (?1, ?2)", (account, hash.as_slice())).map(|_| ())
}

/// Uses a recovery code up; says whether there was one.
pub fn delete_recovery_code(tx: &Tx<'_>, account: AccountId, hash: &[u8; 32]) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM recovery_code WHERE account_id = ?1 AND hash = ?2", (account, hash.as_slice()))? > 0)
}

/// How many recovery codes are left.
pub fn count_recovery_codes(tx: &Tx<'_>, account: AccountId) -> Result<i64, Error> {
    tx.one("SELECT count(*) FROM recovery_code WHERE account_id = ?1", [account], |row| row.get(0))
}

/// Makes this key the one that opens the set-up page.
pub fn replace_setup_key(tx: &Tx<'_>, hash: &[u8; 32], expires: Timestamp) -> Result<(), Error> {
    tx.execute("INSERT OR REPLACE INTO setup_key (only_one, hash, expires_ms) VALUES (1, ?1, ?2)", (hash.as_slice(), expires)).map(|_| ())
}

/// Whether this is the key of the set-up page, and still good.
pub fn has_setup_key(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<bool, Error> {
    let found = tx.first("SELECT 1 FROM setup_key WHERE hash = ?1 AND expires_ms > ?2", (hash.as_slice(), tx.now), |_| Ok(()))?;
    Ok(found.is_some())
}

/// Takes the key of the set-up page away, if it is this one and still good; says whether it was.
pub fn delete_setup_key(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<bool, Error> {
    Ok(tx.execute("DELETE FROM setup_key WHERE hash = ?1 AND expires_ms > ?2", (hash.as_slice(), tx.now))? > 0)
}
