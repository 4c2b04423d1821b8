//! Reports of sessions: which were asked for, and how far they are.

use rusqlite::Row;

use super::Tx;
use crate::domain::{BlobHash, Error, Language, Report, SessionId};

macro_rules! select_report {
    ($tail:literal) => {
        concat!("SELECT session_id, language, state, code, bytes, hash FROM report ", $tail)
    };
}

fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    let bytes: Option<i64> = row.get(4)?;
    let content = bytes.map(i64::unsigned_abs).zip(row.get::<_, Option<BlobHash>>(5)?);
    Ok(Report { session: row.get(0)?, language: row.get(1)?, state: row.get(2)?, code: row.get(3)?, content })
}

/// Asks for a report that nobody asked for yet.
pub fn insert_report(tx: &Tx<'_>, session: SessionId, language: Language, code: &str) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO report (session_id, language, state, code, requested_ms) VALUES (?1, ?2, 'new', ?3, ?4)",
        (session, language, code, tx.now),
    )
    .map(|_| ())
}

/// A report, if it was asked for.
pub fn find_report(tx: &Tx<'_>, session: SessionId, language: Language) -> Result<Option<Report>, Error> {
    tx.first(select_report!("WHERE session_id = ?1 AND language = ?2"), (session, language), report)
}

/// The reports of a session that were asked for.
pub fn list_of_session(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Report>, Error> {
    tx.all(select_report!("WHERE session_id = ?1 LIMIT 20"), [session], report)
}

/// The report that has waited longest, one that a stopped server left half made included. One of a session that goes on waits for its end.
pub fn find_to_make(tx: &Tx<'_>) -> Result<Option<Report>, Error> {
    tx.first(
        select_report!(
            "WHERE state IN ('new', 'running') AND EXISTS (SELECT 1 FROM session s WHERE s.id = report.session_id AND s.ended_ms IS NOT NULL) \
             ORDER BY requested_ms LIMIT 1"
        ),
        [],
        report,
    )
}

/// A report is being made.
pub fn update_running(tx: &Tx<'_>, session: SessionId, language: Language) -> Result<(), Error> {
    tx.execute("UPDATE report SET state = 'running' WHERE session_id = ?1 AND language = ?2", (session, language)).map(|_| ())
}

/// A report that is being made can't be.
pub fn update_failed(tx: &Tx<'_>, session: SessionId, language: Language) -> Result<(), Error> {
    let sql = "UPDATE report SET state = 'failed' WHERE session_id = ?1 AND language = ?2 AND state = 'running'";
    tx.execute(sql, (session, language)).map(|_| ())
}

/// Keeps the content of a report that is being made.
pub fn update_finished(tx: &Tx<'_>, session: SessionId, language: Language, bytes: u64, hash: BlobHash) -> Result<(), Error> {
    let bytes = i64::try_from(bytes).map_err(Error::internal)?;
    tx.execute(
        "UPDATE report SET state = 'finished', bytes = ?3, hash = ?4 WHERE session_id = ?1 AND language = ?2 AND state = 'running'",
        (session, language, bytes, hash),
    )
    .map(|_| ())
}
