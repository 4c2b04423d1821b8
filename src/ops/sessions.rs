//! What happened in conference rooms, as their API tells it: sessions, attendees, votes, chat.

use std::collections::HashMap;

use super::access;
use crate::domain::{
    Actor, Attendee, AttendeeId, ChatArchive, ChatLine, Error, Meeting, MeetingId, Noun, Registration, RegistrationStatus, Report, Session,
    SessionId, Vote,
};
use crate::store::{self, Tx};

/// Lines of chat that one read takes.
const LINES: i64 = 1_000;

/// A session with all there is to tell about it.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// Its room.
    pub meeting: Meeting,
    /// The session.
    pub session: Session,
    /// Who came, latest arrival first.
    pub attendees: Vec<Attendee>,
    /// What attendees answered in polls.
    pub votes: HashMap<AttendeeId, Vec<Vote>>,
    /// Reports that were asked for.
    pub reports: Vec<Report>,
}

/// The sessions of a room, oldest first, and the room itself for its zone.
pub fn list_sessions(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<(Meeting, Vec<Session>), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let sessions = store::sessions::list_of_meeting(tx, id)?;
    Ok((meeting, sessions))
}

/// One session of a room.
pub fn get_session(tx: &Tx<'_>, actor: &Actor, id: MeetingId, session: SessionId) -> Result<SessionView, Error> {
    let (meeting, session) = access::session(tx, actor, id, session)?;
    let mut votes: HashMap<AttendeeId, Vec<Vote>> = HashMap::new();
    for vote in store::polls::list_votes(tx, session.id)? {
        votes.entry(vote.attendee).or_default().push(vote);
    }
    let attendees = store::sessions::list_attendees(tx, session.id)?;
    let reports = store::reports::list_of_session(tx, session.id)?;
    Ok(SessionView { meeting, session, attendees, votes, reports })
}

/// Who registered and was first seen in a session.
pub fn list_registrations(
    tx: &Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    session: SessionId,
    status: RegistrationStatus,
) -> Result<(Meeting, Vec<Registration>), Error> {
    let (meeting, session) = access::session(tx, actor, id, session)?;
    // Whoever was seen in a session has had their event.
    let found = match status {
        RegistrationStatus::All => store::registrations::list_of_session(tx, session.id)?,
        RegistrationStatus::Active => Vec::new(),
    };
    Ok((meeting, found))
}

/// All sessions of the organization that have chat, newest first.
pub fn list_chats(tx: &Tx<'_>, actor: &Actor) -> Result<Vec<ChatArchive>, Error> {
    store::sessions::list_with_chat(tx, actor.organization)
}

/// One session that has chat.
pub fn get_chat(tx: &Tx<'_>, actor: &Actor, session: SessionId) -> Result<ChatArchive, Error> {
    store::sessions::find_with_chat(tx, actor.organization, session)?.ok_or(Error::NotFound(Noun::Session))
}

/// The next lines of a chat that the actor may see, after a row; with the row of the last one.
pub fn next_lines(tx: &Tx<'_>, session: SessionId, after: i64) -> Result<(i64, Vec<ChatLine>), Error> {
    let rows = store::sessions::list_messages(tx, session, after, LINES)?;
    let last = rows.last().map_or(after, |(row, _)| *row);
    Ok((last, rows.into_iter().map(|(_, line)| line).collect()))
}
