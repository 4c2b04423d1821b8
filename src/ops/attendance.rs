//! Who is in a session: it opens with the first who may start it, people come and go, it ends.
//!
//! Invariant: coming in, and with it the opening of a session, is one write; `end` is the only place where a session ends.

use super::{entry, inviting};
use crate::domain::{Admission, Attendee, AttendeeId, Door, Error, Place, Refusal, Seat, Session, SessionId};
use crate::store::sessions::Arrival;
use crate::store::{self, Tx};

/// Takes somebody who was let in to a seat, or to the lobby while nobody has started.
pub fn join(tx: &Tx<'_>, admission: &Admission, most: i64) -> Result<Door<Place>, Error> {
    let Some(meeting) = store::meetings::find_any_meeting(tx, admission.meeting)? else { return Ok(Door::Shut(Refusal::Nowhere)) };
    let running = store::sessions::find_open(tx, meeting.id)?;
    let known = match &running {
        Some(session) => store::sessions::find_person(tx, session.id, &admission.person)?,
        None => None,
    };
    // Who is in may come back after the schedule's end, but not into a room that was closed.
    if let Some(refusal) = meeting.refusal(tx.now)
        && (meeting.is_closed || known.is_none())
    {
        return Ok(Door::Shut(refusal));
    }
    if let Door::Shut(refusal) = entry::may_sit(tx, admission, most)? {
        return Ok(Door::Shut(refusal));
    }
    let session = match running {
        Some(session) => session.id,
        None if meeting.has_lobby && !admission.role.leads() => return Ok(Door::Open(Place::Lobby)),
        None => store::sessions::insert_session(tx, meeting.id, &admission.base)?,
    };
    seat(tx, session, known, admission).map(|seat| Door::Open(Place::Seat(seat)))
}

fn seat(tx: &Tx<'_>, session: SessionId, known: Option<Attendee>, admission: &Admission) -> Result<Seat, Error> {
    let attendee = match known {
        Some(known) => {
            store::sessions::update_attendee(tx, known.id, known.role.max(admission.role), &admission.device)?;
            known.id
        }
        None => {
            let arrival = Arrival {
                person: &admission.person,
                nickname: &admission.nickname,
                email: admission.email.as_deref(),
                role: admission.role,
                device: &admission.device,
                address: &admission.address,
            };
            store::sessions::insert_attendee(tx, session, &arrival)?
        }
    };
    if let Some(registration) = admission.registration {
        store::registrations::update_session(tx, registration, session)?;
        store::registrations::update_confirmed(tx, registration)?;
    }
    let span = store::sessions::insert_span(tx, session, attendee)?;
    Ok(Seat { session, attendee, span })
}

/// Ends a span of presence.
pub fn leave(tx: &Tx<'_>, seat: Seat, reason: &str) -> Result<(), Error> {
    store::sessions::end_span(tx, seat.session, seat.attendee, seat.span, reason).map(|_| ())
}

/// Ends everything of an attendee who is sent out.
pub fn send_out(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId) -> Result<(), Error> {
    store::sessions::end_spans(tx, session, attendee, "kicked")
}

/// Notes the highest role that an attendee held.
pub fn note_role(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, role: crate::domain::AttendeeRole) -> Result<(), Error> {
    let Some(known) = store::sessions::find_attendee(tx, session, attendee)? else { return Ok(()) };
    store::sessions::update_attendee(tx, attendee, known.role.max(role), &known.device)
}

/// Notes that sessions still go on.
pub fn beat(tx: &Tx<'_>, sessions: &[SessionId]) -> Result<(), Error> {
    sessions.iter().try_for_each(|session| store::sessions::update_heartbeat(tx, *session))
}

/// Ends a session, and with it the presence of whoever is in it.
pub fn end(tx: &Tx<'_>, session: SessionId, reason: &str) -> Result<(), Error> {
    match store::sessions::find_any_session(tx, session)? {
        Some(session) if session.ended.is_none() => finish(tx, &session, reason),
        _ => Ok(()),
    }
}

/// Ends a session in which nobody is; says whether it has ended.
pub fn end_if_empty(tx: &Tx<'_>, session: SessionId) -> Result<bool, Error> {
    if store::sessions::count_present(tx, session)? > 0 {
        return Ok(false);
    }
    end(tx, session, "empty").map(|()| true)
}

/// Ends sessions that an earlier process left open, at the last moment at which they were known to be going on.
pub fn end_left_open(tx: &Tx<'_>) -> Result<usize, Error> {
    let open = store::sessions::list_open(tx)?;
    for session in &open {
        store::sessions::end_session(tx, session.id, session.heartbeat, "crash")?;
    }
    Ok(open.len())
}

/// Ends all sessions that go on, because the server stops.
pub fn end_running(tx: &Tx<'_>, reason: &str) -> Result<(), Error> {
    store::sessions::list_open(tx)?.iter().try_for_each(|session| store::sessions::end_session(tx, session.id, tx.now, reason))
}

/// Ends a session that has run its course and thanks who was there. One that a stop or a crash of the server cut off goes on
/// afterwards as another; nobody is thanked twice for it.
fn finish(tx: &Tx<'_>, session: &Session, reason: &str) -> Result<(), Error> {
    store::sessions::end_session(tx, session.id, tx.now, reason)?;
    match store::meetings::find_any_meeting(tx, session.meeting)? {
        Some(meeting) => inviting::thank(tx, &meeting, session.id),
        None => Ok(()),
    }
}
