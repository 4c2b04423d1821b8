//! What makes a meeting a quick call: the part of its address that can't be guessed.

use super::Tx;
use crate::domain::{Error, MeetingId};

/// Makes a meeting a quick call.
pub fn insert_quick_call(tx: &Tx<'_>, id: &str, meeting: MeetingId) -> Result<(), Error> {
    tx.execute("INSERT INTO quick_call (id, meeting_id) VALUES (?1, ?2)", (id, meeting)).map(|_| ())
}

/// The meeting at this address.
pub fn find_meeting_id(tx: &Tx<'_>, id: &str) -> Result<Option<MeetingId>, Error> {
    tx.first("SELECT meeting_id FROM quick_call WHERE id = ?1", [id], |row| row.get(0))
}

/// The address of a meeting that is a quick call.
pub fn find_id(tx: &Tx<'_>, meeting: MeetingId) -> Result<Option<String>, Error> {
    tx.first("SELECT id FROM quick_call WHERE meeting_id = ?1", [meeting], |row| row.get(0))
}
