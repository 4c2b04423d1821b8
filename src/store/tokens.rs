//! Tokens: found by the SHA-256 of their secret, never stored in the clear.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccountId, Actor, Error, NewToken, OrganizationId, Scopes, Timestamp, Token, TokenId};

/// Most tokens that one list has: more than anybody makes, as the newest would be the ones left out.
const MOST: i64 = 100_000;

/// What is known about a presented secret.
#[derive(Clone, Debug)]
pub struct Presented {
    /// Who acts through it.
    pub actor: Actor,
    /// When it ends, if ever.
    pub expires: Option<Timestamp>,
    /// When it was taken back, if it was.
    pub revoked: Option<Timestamp>,
    /// Whether its account is disabled.
    pub is_disabled: bool,
}

/// A token's last use.
#[derive(Clone, Debug)]
pub struct Use {
    /// Who acted through it.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
    /// What the client called itself.
    pub client: String,
}

fn scopes_at(row: &Row<'_>, index: usize) -> rusqlite::Result<Scopes> {
    let text = row.get_ref(index)?.as_str()?;
    Ok(if text.is_empty() { Scopes::All } else { Scopes::Only(text.split(' ').map(str::to_owned).collect()) })
}

/// The token with this hash.
pub fn find_by_hash(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<Option<Presented>, Error> {
    match tx.memo {
        Some(memo) => memo.tokens.find(*hash, || select_by_hash(tx, hash)),
        None => select_by_hash(tx, hash),
    }
}

macro_rules! select_presented {
    ($tail:literal) => {
        concat!(
            "SELECT t.id, t.account_id, t.organization_id, t.dialect, t.scopes, t.expires_ms, t.revoked_ms, a.disabled_ms IS NOT NULL \
             FROM token t JOIN account a ON a.id = t.account_id ",
            $tail
        )
    };
}

fn select_by_hash(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<Option<Presented>, Error> {
    tx.first(select_presented!("WHERE t.hash = ?1"), [hash.as_slice()], presented)
}

/// The same token later, when only its id is known.
pub fn find_presented(tx: &Tx<'_>, id: TokenId) -> Result<Option<Presented>, Error> {
    tx.first(select_presented!("WHERE t.id = ?1"), [id], presented)
}

fn presented(row: &Row<'_>) -> rusqlite::Result<Presented> {
    let actor =
        Actor { token: row.get(0)?, account: row.get(1)?, organization: row.get(2)?, dialect: row.get(3)?, scopes: scopes_at(row, 4)? };
    Ok(Presented { actor, expires: row.get(5)?, revoked: row.get(6)?, is_disabled: row.get(7)? })
}

/// Keeps a new token. `prefix` is what lists show of its secret.
pub fn insert_token(
    tx: &Tx<'_>,
    organization: OrganizationId,
    account: AccountId,
    token: &NewToken,
    hash: &[u8; 32],
    prefix: &str,
) -> Result<TokenId, Error> {
    let id = TokenId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO token (id, hash, prefix, dialect, organization_id, account_id, scopes, note, created_by, created_ms, expires_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        (
            id,
            hash.as_slice(),
            prefix,
            token.dialect,
            organization,
            account,
            token.scopes.text(),
            &token.note,
            &tx.cause.causation,
            tx.now,
            token.expires,
        ),
    )?;
    Ok(id)
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        prefix: row.get(1)?,
        dialect: row.get(2)?,
        account: row.get(3)?,
        acts_as: row.get(4)?,
        scopes: scopes_at(row, 5)?,
        note: row.get(6)?,
        created: row.get(7)?,
        expires: row.get(8)?,
        revoked: row.get(9)?,
        last_used: row.get(10)?,
        used_address: row.get(11)?,
        used_client: row.get(12)?,
        created_by: row.get(13)?,
    })
}

macro_rules! select_token {
    ($tail:literal) => {
        concat!(
            "SELECT t.id, t.prefix, t.dialect, t.account_id, coalesce(a.email, a.name), t.scopes, t.note, t.created_ms, t.expires_ms, \
             t.revoked_ms, t.used_ms, coalesce(t.used_address, ''), coalesce(t.used_client, ''), t.created_by FROM token t JOIN account a ON a.id = t.account_id ",
            $tail
        )
    };
}

/// The tokens of an organization, oldest first. Those of devices and sessions are no business of a list.
pub fn list_tokens(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<Token>, Error> {
    tx.all(
        select_token!("WHERE t.organization_id = ?1 AND t.dialect NOT IN ('matrix', 'admin') ORDER BY t.id LIMIT ?2"),
        (organization, MOST),
        token,
    )
}

/// A token of an organization, unless it is a device's or a session's.
pub fn find_token(tx: &Tx<'_>, organization: OrganizationId, id: TokenId) -> Result<Option<Token>, Error> {
    tx.first(
        select_token!("WHERE t.organization_id = ?1 AND t.id = ?2 AND t.dialect NOT IN ('matrix', 'admin')"),
        (organization, id),
        token,
    )
}

/// Takes a token back at an instant, which may lie ahead; an earlier one stays.
pub fn update_revoked(tx: &Tx<'_>, id: TokenId, at: Timestamp) -> Result<(), Error> {
    tx.execute("UPDATE token SET revoked_ms = min(coalesce(revoked_ms, ?2), ?2) WHERE id = ?1", (id, at)).map(|_| ())
}

/// Writes down a token's last use, unless it is gone or another's by now.
pub fn update_used(tx: &Tx<'_>, id: TokenId, used: &Use) -> Result<(), Error> {
    tx.execute(
        "UPDATE token SET used_ms = ?2, used_address = ?3, used_client = ?4 WHERE id = ?1 AND account_id = ?5",
        (id, used.at, &used.address, &used.client, used.account),
    )
    .map(|_| ())
}
