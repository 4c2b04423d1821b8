//! Reports of sessions: asked for by the API, made in the background.

use std::collections::HashMap;

use super::access;
use crate::domain::{
    Actor, AttendeeId, BlobHash, Error, Language, MeetingId, MeetingKind, Noun, Poll, PollAnswer, PollQuestion, Report, ReportAnswer,
    ReportAttendee, ReportPoll, ReportQuestion, SessionId, SessionReport, Timestamp,
};
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
    store::reports::update_running(tx, report.session, report.language)?;
    Ok(Some(report))
}

/// Keeps what was made, or that it could not be. A report that is to be made anew since (somebody in it was erased) still is.
pub fn finish_report(tx: &Tx<'_>, report: &Report, content: Option<(u64, BlobHash)>) -> Result<(), Error> {
    match content {
        Some((bytes, hash)) => store::reports::update_finished(tx, report.session, report.language, bytes, hash),
        None => store::reports::update_failed(tx, report.session, report.language),
    }
}

/// What a report tells. A report of a room that was deleted meanwhile can't be made.
pub fn tell_session(tx: &Tx<'_>, session: SessionId) -> Result<SessionReport, Error> {
    let session = store::sessions::find_any_session(tx, session)?.ok_or(Error::NotFound(Noun::Session))?;
    let meeting = store::meetings::find_any_meeting(tx, session.meeting)?.ok_or(Error::NotFound(Noun::Meeting))?;
    let ended = session.ended.unwrap_or(session.heartbeat);
    Ok(SessionReport {
        organization: store::organizations::get(tx, meeting.organization)?.name,
        room_name: meeting.name,
        is_webinar: meeting.kind == MeetingKind::Webinar,
        time_zone: meeting.zone,
        started: session.started,
        ended,
        total_visitors: count(session.total_visitors),
        max_visitors: count(session.max_visitors),
        messages: count(session.message_num),
        attendees: tell_attendees(tx, session.id, ended)?,
        polls: store::polls::list_polls(tx, session.id)?.into_iter().map(tell_poll).collect(),
    })
}

/// In the order of their arrival.
fn tell_attendees(tx: &Tx<'_>, session: SessionId, ended: Timestamp) -> Result<Vec<ReportAttendee>, Error> {
    let mut spans: HashMap<AttendeeId, Vec<(Timestamp, Timestamp)>> = HashMap::new();
    for (attendee, from, to) in store::sessions::list_spans(tx, session)? {
        spans.entry(attendee).or_default().push((from, to.unwrap_or(ended).max(from)));
    }
    let attendees = store::sessions::list_attendees(tx, session)?.into_iter().rev();
    let told = attendees.map(|attendee| ReportAttendee {
        spans: spans.remove(&attendee.id).unwrap_or_default(),
        nickname: attendee.nickname,
        email: attendee.email,
        role: attendee.role,
        device: attendee.device,
        rating: attendee.rating.and_then(|rating| u8::try_from(rating).ok()),
        comment: attendee.rating_comment,
    });
    Ok(told.collect())
}

fn tell_poll(poll: Poll) -> ReportPoll {
    let answer = |answer: PollAnswer| ReportAnswer { text: answer.text, votes: count(answer.votes), points: answer.points };
    let question =
        |question: PollQuestion| ReportQuestion { text: question.text, answers: question.answers.into_iter().map(answer).collect() };
    ReportPoll { name: poll.name, questions: poll.questions.into_iter().map(question).collect() }
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
