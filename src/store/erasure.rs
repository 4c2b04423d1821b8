//! Erasing a person: how far it is, and the statements that take traces away, some rows at a time.

use rusqlite::Row;

use super::Tx;
use crate::domain::{AccountId, ERASED, Erased, Erasure, ErasureId, ErasureProgress, ErasureStage, Error, MessageId, RoomId, RoomKind};

const MOST: i64 = 1_000;

/// Notes that somebody is to be erased, and what is looked for.
pub fn insert_erasure(tx: &Tx<'_>, who: &Erased, first: ErasureStage) -> Result<ErasureId, Error> {
    tx.one(
        "INSERT INTO erasure (account_id, email, name, is_blanking, stage, began_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        (who.account, &who.email, &who.name, who.is_blanking, first.word(), tx.now),
        |row| row.get(0),
    )
}

macro_rules! select_erasure {
    ($tail:literal) => {
        concat!("SELECT id, account_id, email, name, is_blanking, stage, position, ordinal FROM erasure ", $tail)
    };
}

fn erasure(row: &Row<'_>) -> rusqlite::Result<Erasure> {
    Ok(Erasure {
        id: row.get(0)?,
        who: Erased { account: row.get(1)?, email: row.get(2)?, name: row.get(3)?, is_blanking: row.get(4)? },
        progress: ErasureProgress {
            stage: ErasureStage::named(row.get_ref(5)?.as_str()?).unwrap_or(ErasureStage::Rooms),
            position: row.get(6)?,
            ordinal: row.get(7)?,
        },
    })
}

/// An erasure that goes on.
pub fn find_erasure(tx: &Tx<'_>, id: ErasureId) -> Result<Option<Erasure>, Error> {
    tx.first(select_erasure!("WHERE id = ?1"), [id], erasure)
}

/// Erasures that go on.
pub fn list_open(tx: &Tx<'_>) -> Result<Vec<ErasureId>, Error> {
    tx.all("SELECT id FROM erasure ORDER BY id LIMIT ?1", [MOST], |row| row.get(0))
}

/// Notes how far it is.
pub fn update_progress(tx: &Tx<'_>, erasure: &Erasure) -> Result<(), Error> {
    let ErasureProgress { stage, position, ordinal } = erasure.progress;
    tx.execute("UPDATE erasure SET stage = ?2, position = ?3, ordinal = ?4 WHERE id = ?1", (erasure.id, stage.word(), position, ordinal))
        .map(|_| ())
}

/// It is done; what was looked for is forgotten.
pub fn delete_erasure(tx: &Tx<'_>, id: ErasureId) -> Result<(), Error> {
    tx.execute("DELETE FROM erasure WHERE id = ?1", [id]).map(|_| ())
}

/// Leaves of an account only that there was one. Its number stays, as others' things name it; the uid becomes another.
pub fn blank_account(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    tx.execute(
        "UPDATE account SET name = ?2, email = NULL, handle = '', department = '', title = '', url = '', introduction = '', mail = '', \
         tel_organization = '', tel_extension = '', tel_mobile = '', skype = '', facebook = '', twitter = '', role = 'member', \
         is_server_admin = 0, password_hash = NULL, totp_key = NULL, totp_waiting = NULL, totp_step = 0, uid = ?3, \
         disabled_ms = coalesce(disabled_ms, ?4) WHERE id = ?1",
        (account, ERASED, tx.random_text(20), tx.now),
    )
    .map(|_| ())
}

/// Takes away everything that an account signs in with, what was written beside it, and where it was used.
pub fn delete_credentials(tx: &Tx<'_>, account: AccountId) -> Result<(), Error> {
    for sql in [
        "DELETE FROM device_token WHERE account_id = ?1 OR token_id IN (SELECT id FROM token WHERE account_id = ?1)",
        "DELETE FROM device WHERE account_id = ?1",
        "DELETE FROM admin_session WHERE token_id IN (SELECT id FROM token WHERE account_id = ?1)",
        "DELETE FROM recovery_code WHERE account_id = ?1",
        "DELETE FROM token WHERE account_id = ?1",
    ] {
        tx.execute(sql, [account])?;
    }
    Ok(())
}

/// The first room after another one, whoever is in it.
pub fn find_next_room(tx: &Tx<'_>, after: i64) -> Result<Option<(RoomId, RoomKind)>, Error> {
    tx.first("SELECT id, kind FROM room WHERE id > ?1 ORDER BY id LIMIT 1", [after], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// A message that somebody wrote.
#[derive(Debug)]
pub struct Written {
    /// Its id.
    pub id: MessageId,
    /// Its place in the room.
    pub ordinal: i64,
    /// Whether its text is gone already.
    pub is_deleted: bool,
    /// Whether it announces a file.
    pub has_file: bool,
}

/// Somebody's messages in a room after a place.
pub fn list_written(tx: &Tx<'_>, room: RoomId, author: AccountId, after: i64, limit: i64) -> Result<Vec<Written>, Error> {
    tx.all(
        "SELECT m.id, m.ordinal, m.deleted_ms IS NOT NULL, coalesce(v.notice LIKE '{\"kind\":\"file-uploaded\"%', 0) FROM message m \
         JOIN message_version v ON v.id = m.version_id WHERE m.room_id = ?1 AND m.author_id = ?2 AND m.ordinal > ?3 ORDER BY m.ordinal LIMIT ?4",
        (room, author, after, limit),
        |row| Ok(Written { id: row.get(0)?, ordinal: row.get(1)?, is_deleted: row.get(2)?, has_file: row.get(3)? }),
    )
}

/// Takes the pictures and documents off a message whose words stay.
pub fn drop_media(tx: &Tx<'_>, message: MessageId) -> Result<(), Error> {
    tx.execute("UPDATE message_version SET media = NULL WHERE message_id = ?1 AND media IS NOT NULL", [message]).map(|_| ())
}

/// Takes somebody's address out of the log of what happened, between two places; says where the log ends. Who signs up through a link
/// acts without an account.
pub fn drop_addresses(tx: &Tx<'_>, who: &Erased, after: i64, upto: i64) -> Result<i64, Error> {
    tx.execute(
        "UPDATE event SET address = NULL WHERE seq > ?2 AND seq <= ?3 AND actor_id = ?1 AND address IS NOT NULL",
        (who.account, after, upto),
    )?;
    tx.execute(
        "UPDATE event SET address = NULL WHERE seq > ?2 AND seq <= ?3 AND actor_id IS NULL AND address IS NOT NULL \
         AND kind = 'registered' AND object_id IN (SELECT id FROM registration WHERE lower(email) = ?1)",
        (&who.email, after, upto),
    )?;
    tx.last_event()
}

/// Whether an e-mail address stands anywhere where [`drop_traces`] and [`list_letters`] look for it.
pub fn is_known(tx: &Tx<'_>, email: &str) -> Result<bool, Error> {
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM registration WHERE lower(email) = ?1) OR EXISTS (SELECT 1 FROM invitee WHERE lower(email) = ?1) \
         OR EXISTS (SELECT 1 FROM address WHERE lower(email) = ?1) OR EXISTS (SELECT 1 FROM attendee WHERE lower(email) = ?1) \
         OR EXISTS (SELECT 1 FROM autologin WHERE lower(email) = ?1) \
         OR EXISTS (SELECT 1 FROM access_token WHERE lower(sent_to) = ?1 OR lower(used_by) = ?1) \
         OR EXISTS (SELECT 1 FROM mail WHERE lower(recipient) = ?1)",
        [email],
        |row| row.get(0),
    )
}

/// Whether somebody signed up with an e-mail address.
pub fn is_registration_of(tx: &Tx<'_>, registration: i64, email: &str) -> Result<bool, Error> {
    tx.one("SELECT EXISTS (SELECT 1 FROM registration WHERE id = ?1 AND lower(email) = ?2)", (registration, email), |row| row.get(0))
}

/// What names an account; one statement changes at most ?2 rows, and finds none once it is done.
const OF_ACCOUNT: &[&str] = &[
    "DELETE FROM contact_request WHERE id IN (SELECT id FROM contact_request WHERE state = 'open' AND (from_id = ?1 OR to_id = ?1) LIMIT ?2)",
    "UPDATE contact_request SET message = '' WHERE id IN (SELECT id FROM contact_request WHERE from_id = ?1 AND message <> '' LIMIT ?2)",
    "DELETE FROM join_request WHERE account_id = ?1 AND room_id IN (SELECT room_id FROM join_request WHERE account_id = ?1 LIMIT ?2)",
    // Pictures of rooms are their rooms'.
    "DELETE FROM attachment WHERE key IN (SELECT key FROM attachment WHERE uploader_id = ?1 \
     AND key NOT IN (SELECT picture FROM room WHERE picture IS NOT NULL) LIMIT ?2)",
];

/// The same for what an account wrote elsewhere than in messages.
const WRITTEN_BY_ACCOUNT: &[&str] = &[
    "UPDATE task SET body = '' WHERE id IN (SELECT id FROM task WHERE requester_id = ?1 AND body <> '' LIMIT ?2)",
    "UPDATE reservation SET title = '', memo = '' WHERE id IN (SELECT id FROM reservation WHERE creator_id = ?1 AND title || memo <> '' LIMIT ?2)",
];

/// The same for what somebody with an e-mail address (?1) said in sessions.
const WRITTEN_BY_EMAIL: &[&str] = &["UPDATE session_message SET text = '' WHERE id IN (SELECT m.id FROM session_message m \
     JOIN attendee a ON a.id = m.attendee_id WHERE lower(a.email) = ?1 AND m.text <> '' LIMIT ?2)"];

macro_rules! with_erased_name {
    ($before:literal, $after:literal) => {
        concat!($before, "'Erased person'", $after)
    };
}

/// The same for what names an e-mail address (?1).
const OF_EMAIL: &[&str] = &[
    "DELETE FROM autologin WHERE hash IN (SELECT hash FROM autologin WHERE lower(email) = ?1 LIMIT ?2)",
    // Nobody else is to come in with it: without an address it would be free again.
    "UPDATE access_token SET sent_to = NULL, ended_ms = coalesce(ended_ms, (SELECT began_ms FROM erasure WHERE email = ?1)) \
     WHERE id IN (SELECT id FROM access_token WHERE lower(sent_to) = ?1 LIMIT ?2)",
    with_erased_name!(
        "UPDATE access_token SET holder = NULL, used_by = ",
        " WHERE id IN (SELECT id FROM access_token WHERE lower(used_by) = ?1 LIMIT ?2)"
    ),
    "DELETE FROM registration WHERE id IN (SELECT id FROM registration WHERE lower(email) = ?1 LIMIT ?2)",
    "DELETE FROM invitee WHERE (meeting_id, email) IN (SELECT meeting_id, email FROM invitee WHERE lower(email) = ?1 LIMIT ?2)",
    "DELETE FROM address WHERE id IN (SELECT id FROM address WHERE lower(email) = ?1 LIMIT ?2)",
];

/// Reports of sessions that somebody was in are made anew, without the name, ...
const RENEW_REPORTS: &str = "UPDATE report SET state = 'new', bytes = NULL, hash = NULL WHERE state IN ('running', 'finished') \
     AND session_id IN (SELECT session_id FROM attendee WHERE lower(email) = ?1)";

/// ... which goes in the same transaction.
const OF_ATTENDEE: &str = with_erased_name!(
    "UPDATE attendee SET email = NULL, device = '', address = '', rating_comment = NULL, person = CAST('erased-' || id AS BLOB), nickname = ",
    " WHERE id IN (SELECT id FROM attendee WHERE lower(email) = ?1 LIMIT ?2)"
);

/// Takes at most `limit` rows of traces away; says whether there may be more.
pub fn drop_traces(tx: &Tx<'_>, who: &Erased, limit: i64) -> Result<bool, Error> {
    let email = who.email.as_str();
    let written: (&[&str], &[&str]) = if who.is_blanking { (WRITTEN_BY_ACCOUNT, WRITTEN_BY_EMAIL) } else { (&[], &[]) };
    for sql in OF_ACCOUNT.iter().chain(written.0).filter(|_| who.account.is_some()) {
        if tx.execute(sql, (who.account, limit))? > 0 {
            return Ok(true);
        }
    }
    for sql in written.1.iter().chain(OF_EMAIL) {
        if tx.execute(sql, (email, limit))? > 0 {
            return Ok(true);
        }
    }
    tx.execute(RENEW_REPORTS, [email])?;
    Ok(tx.execute(OF_ATTENDEE, (email, limit))? > 0)
}

/// Whether a letter is about somebody (?1 the address, ?2 the name): all to the address, and of the others those that are done with.
macro_rules! with_letters_of {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " state <> 'sending' AND (lower(recipient) = ?1 OR (ended_ms IS NOT NULL \
             AND (instr(lower(subject || text || coalesce(html, '') || coalesce(calendar, '')), ?1) > 0 \
             OR (?2 <> '' AND instr(subject || text || coalesce(html, '') || coalesce(calendar, ''), ?2) > 0))))",
            $after
        )
    };
}

/// Letters that name somebody, of those between two places.
pub fn list_letters(tx: &Tx<'_>, who: &Erased, after: i64, upto: i64) -> Result<Vec<i64>, Error> {
    tx.all(
        with_letters_of!("SELECT id FROM mail WHERE id > ?3 AND id <= ?4 AND", " ORDER BY id LIMIT ?5"),
        (&who.email, &who.name, after, upto, MOST),
        |row| row.get(0),
    )
}

/// Takes a letter away, if it still is one that [`list_letters`] gives.
pub fn delete_letter(tx: &Tx<'_>, who: &Erased, id: i64) -> Result<(), Error> {
    tx.execute(with_letters_of!("DELETE FROM mail WHERE id = ?3 AND", ""), (&who.email, &who.name, id)).map(|_| ())
}

/// Whether a letter to an e-mail address is being handed over to the mail server.
pub fn is_being_written_to(tx: &Tx<'_>, email: &str) -> Result<bool, Error> {
    tx.one("SELECT EXISTS (SELECT 1 FROM mail WHERE state = 'sending' AND lower(recipient) = ?1)", [email], |row| row.get(0))
}

/// Number of the newest letter.
pub fn find_last_letter(tx: &Tx<'_>) -> Result<i64, Error> {
    tx.one("SELECT coalesce(max(id), 0) FROM mail", [], |row| row.get(0))
}
