//! Reports of sessions: asked for by the API, made in the background.

use super::access;
use crate::domain::{Actor, BlobHash, Error, Language, MeetingId, Noun, Report, ReportState, SessionId};
use crate::store::{self, Tx};

/// Characters that a report's address ends in: with the session's number nobody guesses them. GUESS: the vendor has five or six;
/// ours are longer, as this link opens without a key.
const CODE_CHARS: usize = 24;

/// Asks for a report, or says how far it is. Asking again changes nothing.
pub fn request_report(tx: &Tx<'_>, actor: &Actor, meeting: MeetingId, session: SessionId, language: Language) -> Result<Report, Error> {
    let (_, session) = access::session(tx, actor, meeting, session)?;
    if let Some(known) = store::reports::find_report(tx, session.id, language)? {
        return Ok(known);
    }
    tx.must_write()?;
    store::reports::insert_report(tx, session.id, language, &tx.random_text(CODE_CHARS))?;
    find(tx, session.id, language)
}

fn find(tx: &Tx<'_>, session: SessionId, language: Language) -> Result<Report, Error> {
    store::reports::find_report(tx, session, language)?.ok_or(Error::NotFound(Noun::Session))
}

/// A finished report, for whoever knows its address.
pub fn get_report(tx: &Tx<'_>, session: SessionId, language: Language, code: &str) -> Result<Report, Error> {
    let report = find(tx, session, language)?;
    // The code is long and random: that it is compared byte by byte tells nobody anything.
    if report.code == code && report.content.is_some() { Ok(report) } else { Err(Error::NotFound(Noun::Session)) }
}

/// The report that waits longest, which is then being made.
pub fn take_report(tx: &Tx<'_>) -> Result<Option<Report>, Error> {
    let Some(report) = store::reports::find_to_make(tx)? else { return Ok(None) };
    tx.must_write()?;
    store::reports::update_state(tx, report.session, report.language, ReportState::Running)?;
    Ok(Some(report))
}

/// Keeps what was made, or that it could not be.
pub fn finish_report(tx: &Tx<'_>, report: &Report, content: Option<(u64, BlobHash)>) -> Result<(), Error> {
    match content {
        Some((bytes, hash)) => store::reports::update_finished(tx, report.session, report.language, bytes, hash),
        None => store::reports::update_state(tx, report.session, report.language, ReportState::Failed),
    }
}
