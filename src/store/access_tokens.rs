//! Keys of conference rooms: single-use access tokens, and autologin links.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccessToken, AccessTokenId, AttendeeRole, Error, MeetingId, Timestamp};

/// Most tokens that one list shows: a room never has more.
const MOST: i64 = 1_000_000;

fn access_token(row: &Row<'_>) -> rusqlite::Result<AccessToken> {
    Ok(AccessToken { id: row.get(0)?, token: row.get(1)?, sent_to: row.get(2)?, first_use: row.get(3)? })
}

/// Adds a token; says whether it was new.
pub fn insert_token(tx: &Tx<'_>, meeting: MeetingId, token: &str) -> Result<bool, Error> {
    Ok(tx.execute("INSERT OR IGNORE INTO access_token (meeting_id, token) VALUES (?1, ?2)", (meeting, token))? > 0)
}

/// How many tokens were ever made for a room.
pub fn count_tokens(tx: &Tx<'_>, meeting: MeetingId) -> Result<i64, Error> {
    tx.one("SELECT count(*) FROM access_token WHERE meeting_id = ?1", [meeting], |row| row.get(0))
}

/// The tokens of a room that work or did, oldest first, from a row on.
pub fn list_tokens(tx: &Tx<'_>, meeting: MeetingId, after: AccessTokenId) -> Result<Vec<AccessToken>, Error> {
    tx.all(
        "SELECT id, token, sent_to, first_use_ms FROM access_token WHERE meeting_id = ?1 AND ended_ms IS NULL AND id > ?2 ORDER BY id LIMIT ?3",
        (meeting, after, MOST),
        access_token,
    )
}

/// The row of the newest token of a room; zero when there is none.
pub fn last_token(tx: &Tx<'_>, meeting: MeetingId) -> Result<AccessTokenId, Error> {
    let last: Option<i64> = tx.one("SELECT max(id) FROM access_token WHERE meeting_id = ?1", [meeting], |row| row.get(0))?;
    Ok(AccessTokenId::new(last.unwrap_or(0)))
}

/// A token of a room that was not taken back.
pub fn find_token(tx: &Tx<'_>, meeting: MeetingId, token: &str) -> Result<Option<AccessToken>, Error> {
    tx.first(
        "SELECT id, token, sent_to, first_use_ms FROM access_token WHERE meeting_id = ?1 AND token = ?2 AND ended_ms IS NULL",
        (meeting, token),
        access_token,
    )
}

/// Whether a token was not taken back.
pub fn is_good(tx: &Tx<'_>, id: AccessTokenId) -> Result<bool, Error> {
    Ok(tx.first("SELECT 1 FROM access_token WHERE id = ?1 AND ended_ms IS NULL", [id], |_| Ok(()))?.is_some())
}

/// The tokens that were sent to an address.
pub fn list_sent_to(tx: &Tx<'_>, meeting: MeetingId, email: &str) -> Result<Vec<AccessToken>, Error> {
    tx.all(
        "SELECT id, token, sent_to, first_use_ms FROM access_token WHERE meeting_id = ?1 AND sent_to = ?2 AND ended_ms IS NULL ORDER BY id LIMIT ?3",
        (meeting, email, MOST),
        access_token,
    )
}

/// The first token that nobody has and nobody used.
pub fn find_free(tx: &Tx<'_>, meeting: MeetingId) -> Result<Option<AccessToken>, Error> {
    tx.first(
        "SELECT id, token, sent_to, first_use_ms FROM access_token \
         WHERE meeting_id = ?1 AND sent_to IS NULL AND first_use_ms IS NULL AND ended_ms IS NULL ORDER BY id LIMIT 1",
        [meeting],
        access_token,
    )
}

/// Notes whom a token was sent to.
pub fn update_sent_to(tx: &Tx<'_>, id: AccessTokenId, email: &str) -> Result<(), Error> {
    tx.execute("UPDATE access_token SET sent_to = ?2 WHERE id = ?1", (id, email)).map(|_| ())
}

/// Takes a token back; an unknown one is nothing.
pub fn end_token(tx: &Tx<'_>, meeting: MeetingId, token: &str) -> Result<(), Error> {
    tx.execute("UPDATE access_token SET ended_ms = ?3 WHERE meeting_id = ?1 AND token = ?2 AND ended_ms IS NULL", (meeting, token, tx.now))
        .map(|_| ())
}

/// Who came in with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// E-mail address of the first who did, if one was given.
    pub email: Option<String>,
    /// What the person is recognised by who did last.
    pub person: Vec<u8>,
    /// When that was.
    pub since: Timestamp,
}

/// Who came in with a token, if anybody did.
pub fn find_holder(tx: &Tx<'_>, id: AccessTokenId) -> Result<Option<Holder>, Error> {
    tx.first("SELECT used_by, holder, held_ms FROM access_token WHERE id = ?1 AND holder IS NOT NULL", [id], |row| {
        Ok(Holder { email: row.get(0)?, person: row.get(1)?, since: row.get(2)? })
    })
}

/// Binds a token to who comes in with it; the first time is kept.
pub fn update_used(tx: &Tx<'_>, id: AccessTokenId, email: Option<&str>, holder: &[u8]) -> Result<(), Error> {
    tx.execute(
        "UPDATE access_token SET first_use_ms = coalesce(first_use_ms, ?4), used_by = coalesce(used_by, ?2), holder = ?3, held_ms = ?4 WHERE id = ?1",
        (id, email, holder, tx.now),
    )
    .map(|_| ())
}

/// A link that lets one person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autologin {
    /// The room.
    pub meeting: MeetingId,
    /// Whose it is.
    pub email: String,
    /// Name as shown.
    pub nickname: String,
    /// What its holder may do.
    pub role: AttendeeRole,
    /// The access token that entering uses up.
    pub token: Option<AccessTokenId>,
}

/// Keeps an autologin link under the hash of its secret.
pub fn insert_autologin(tx: &Tx<'_>, hash: &[u8; 32], link: &Autologin) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO autologin (hash, meeting_id, email, nickname, role, token_id, created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (hash, link.meeting, &link.email, &link.nickname, link.role, link.token, tx.now),
    )
    .map(|_| ())
}

/// The autologin link of this secret's hash.
pub fn find_autologin(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<Option<Autologin>, Error> {
    tx.first("SELECT meeting_id, email, nickname, role, token_id FROM autologin WHERE hash = ?1", [hash], |row| {
        Ok(Autologin { meeting: row.get(0)?, email: row.get(1)?, nickname: row.get(2)?, role: row.get(3)?, token: row.get(4)? })
    })
}
