//! Sessions of meetings, who attended them, and what was said.

use rusqlite::Row;

use super::Tx;
use crate::domain::{
    Attendee, AttendeeId, AttendeeRole, ChatArchive, ChatLine, Error, MeetingId, OrganizationId, Session, SessionId, TimeZone, Timestamp,
};

/// Most sessions or attendees that one list shows.
const MOST: i64 = 10_000;

macro_rules! select_session {
    ($tail:literal) => {
        concat!("SELECT id, meeting_id, started_ms, ended_ms, total_visitors, max_visitors, message_num, heartbeat_ms FROM session ", $tail)
    };
}

macro_rules! select_attendee {
    ($tail:literal) => {
        concat!("SELECT id, nickname, email, role, device, address, rating, rating_comment, joined_ms, left_ms FROM attendee ", $tail)
    };
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        meeting: row.get(1)?,
        started: row.get(2)?,
        ended: row.get(3)?,
        total_visitors: row.get(4)?,
        max_visitors: row.get(5)?,
        message_num: row.get(6)?,
        heartbeat: row.get(7)?,
    })
}

/// Opens a session of a meeting that has no open one. `base` is what addresses in letters about it start with.
pub fn insert_session(tx: &Tx<'_>, meeting: MeetingId, base: &str) -> Result<SessionId, Error> {
    let id = SessionId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO session (id, meeting_id, started_ms, heartbeat_ms, base) VALUES (?1, ?2, ?3, ?3, ?4)",
        (id, meeting, tx.now, base),
    )?;
    Ok(id)
}

/// What addresses in letters about a session start with.
pub fn find_base(tx: &Tx<'_>, id: SessionId) -> Result<String, Error> {
    tx.one("SELECT base FROM session WHERE id = ?1", [id], |row| row.get(0))
}

/// A session of a meeting.
pub fn find_session(tx: &Tx<'_>, meeting: MeetingId, id: SessionId) -> Result<Option<Session>, Error> {
    tx.first(select_session!("WHERE id = ?2 AND meeting_id = ?1"), (meeting, id), session)
}

/// A session wherever it is, for work of ours.
pub fn find_any_session(tx: &Tx<'_>, id: SessionId) -> Result<Option<Session>, Error> {
    tx.first(select_session!("WHERE id = ?1"), [id], session)
}

/// The session of a meeting that goes on.
pub fn find_open(tx: &Tx<'_>, meeting: MeetingId) -> Result<Option<Session>, Error> {
    tx.first(select_session!("WHERE meeting_id = ?1 AND ended_ms IS NULL"), [meeting], session)
}

/// All sessions that go on.
pub fn list_open(tx: &Tx<'_>) -> Result<Vec<Session>, Error> {
    tx.all(select_session!("WHERE ended_ms IS NULL ORDER BY id LIMIT ?1"), [MOST], session)
}

/// Sessions of a meeting, oldest first.
pub fn list_of_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<Vec<Session>, Error> {
    tx.all(select_session!("WHERE meeting_id = ?1 ORDER BY id LIMIT ?2"), (meeting, MOST), session)
}

/// Notes that a session still goes on.
pub fn update_heartbeat(tx: &Tx<'_>, id: SessionId) -> Result<(), Error> {
    tx.execute("UPDATE session SET heartbeat_ms = ?2 WHERE id = ?1 AND ended_ms IS NULL", (id, tx.now)).map(|_| ())
}

/// Ends a session, and with it whoever is still there.
pub fn end_session(tx: &Tx<'_>, id: SessionId, at: Timestamp, reason: &str) -> Result<(), Error> {
    tx.execute(
        "UPDATE attendance_span SET left_ms = max(joined_ms, ?2), reason = ?3 \
         WHERE left_ms IS NULL AND attendee_id IN (SELECT id FROM attendee WHERE session_id = ?1)",
        (id, at, reason),
    )?;
    tx.execute("UPDATE attendee SET left_ms = max(joined_ms, ?2) WHERE session_id = ?1 AND left_ms IS NULL", (id, at))?;
    tx.execute(
        "UPDATE session SET ended_ms = max(started_ms, ?2), end_reason = ?3, present_num = 0 WHERE id = ?1 AND ended_ms IS NULL",
        (id, at, reason),
    )
    .map(|_| ())
}

/// How many people are in a session.
pub fn count_present(tx: &Tx<'_>, id: SessionId) -> Result<i64, Error> {
    tx.one("SELECT present_num FROM session WHERE id = ?1", [id], |row| row.get(0))
}

/// Somebody who comes into a session.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// What the same person is recognised by.
    pub person: &'a [u8],
    /// Name as shown.
    pub nickname: &'a str,
    /// E-mail address, if one was given.
    pub email: Option<&'a str>,
    /// What they may do.
    pub role: AttendeeRole,
    /// What the browser calls itself.
    pub device: &'a str,
    /// Where it comes from.
    pub address: &'a str,
}

/// The attendee that a person already is in a session.
pub fn find_person(tx: &Tx<'_>, session: SessionId, person: &[u8]) -> Result<Option<Attendee>, Error> {
    tx.first(select_attendee!("WHERE session_id = ?1 AND person = ?2"), (session, person), attendee)
}

/// Adds an attendee, who counts as a visitor.
pub fn insert_attendee(tx: &Tx<'_>, session: SessionId, arrival: &Arrival<'_>) -> Result<AttendeeId, Error> {
    let id = AttendeeId::new(tx.next_id()?);
    tx.execute(
        "INSERT INTO attendee (id, session_id, person, nickname, email, role, device, address, joined_ms, left_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        (id, session, arrival.person, arrival.nickname, arrival.email, arrival.role, arrival.device, arrival.address, tx.now),
    )?;
    tx.execute("UPDATE session SET total_visitors = total_visitors + 1 WHERE id = ?1", [session])?;
    Ok(id)
}

/// What a returning attendee brings anew; the higher role stays.
pub fn update_attendee(tx: &Tx<'_>, id: AttendeeId, role: AttendeeRole, device: &str) -> Result<(), Error> {
    tx.execute("UPDATE attendee SET role = ?2, device = ?3 WHERE id = ?1", (id, role, device)).map(|_| ())
}

/// Begins a span of presence; the first open one of an attendee counts as one more person present.
pub fn insert_span(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId) -> Result<i64, Error> {
    let was_present = tx.first("SELECT 1 FROM attendee WHERE id = ?1 AND left_ms IS NULL", [attendee], |_| Ok(()))?.is_some();
    tx.execute("INSERT INTO attendance_span (attendee_id, joined_ms) VALUES (?1, ?2)", (attendee, tx.now))?;
    let span = tx.conn.last_insert_rowid();
    if !was_present {
        tx.execute("UPDATE attendee SET left_ms = NULL WHERE id = ?1", [attendee])?;
        tx.execute(
            "UPDATE session SET present_num = present_num + 1, max_visitors = max(max_visitors, present_num + 1), heartbeat_ms = ?2 WHERE id = ?1",
            (session, tx.now),
        )?;
    }
    Ok(span)
}

/// Ends a span of presence; with its last open one an attendee has left. Says whether that is so.
pub fn end_span(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, span: i64, reason: &str) -> Result<bool, Error> {
    let ended =
        tx.execute("UPDATE attendance_span SET left_ms = ?2, reason = ?3 WHERE id = ?1 AND left_ms IS NULL", (span, tx.now, reason))?;
    let is_here =
        tx.first("SELECT 1 FROM attendance_span WHERE attendee_id = ?1 AND left_ms IS NULL LIMIT 1", [attendee], |_| Ok(()))?.is_some();
    if ended == 0 || is_here {
        return Ok(false);
    }
    tx.execute("UPDATE attendee SET left_ms = ?2 WHERE id = ?1", (attendee, tx.now))?;
    tx.execute("UPDATE session SET present_num = present_num - 1, heartbeat_ms = ?2 WHERE id = ?1", (session, tx.now))?;
    Ok(true)
}

/// Ends whatever spans of presence an attendee has open.
pub fn end_spans(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, reason: &str) -> Result<(), Error> {
    let open =
        tx.all("SELECT id FROM attendance_span WHERE attendee_id = ?1 AND left_ms IS NULL LIMIT ?2", (attendee, MOST), |row| row.get(0))?;
    for span in open {
        end_span(tx, session, attendee, span, reason)?;
    }
    Ok(())
}

/// Adds a span that lies in the past, as an import tells it.
pub fn insert_past_span(tx: &Tx<'_>, attendee: AttendeeId, from: Timestamp, to: Timestamp) -> Result<(), Error> {
    tx.execute("INSERT INTO attendance_span (attendee_id, joined_ms, left_ms, reason) VALUES (?1, ?2, ?3, 'leave')", (attendee, from, to))?;
    tx.execute("UPDATE attendee SET joined_ms = min(joined_ms, ?2), left_ms = max(left_ms, ?3) WHERE id = ?1", (attendee, from, to))
        .map(|_| ())
}

/// Sets the most people that a past session had at the same time.
pub fn update_peak(tx: &Tx<'_>, id: SessionId, peak: i64) -> Result<(), Error> {
    tx.execute("UPDATE session SET max_visitors = ?2 WHERE id = ?1", (id, peak)).map(|_| ())
}

/// Keeps what an attendee thought of a session.
pub fn update_rating(tx: &Tx<'_>, id: AttendeeId, rating: i64, comment: Option<&str>) -> Result<(), Error> {
    tx.execute("UPDATE attendee SET rating = ?2, rating_comment = ?3 WHERE id = ?1", (id, rating, comment)).map(|_| ())
}

fn attendee(row: &Row<'_>) -> rusqlite::Result<Attendee> {
    Ok(Attendee {
        id: row.get(0)?,
        nickname: row.get(1)?,
        email: row.get(2)?,
        role: row.get(3)?,
        device: row.get(4)?,
        address: row.get(5)?,
        rating: row.get(6)?,
        rating_comment: row.get(7)?,
        joined: row.get(8)?,
        left: row.get(9)?,
    })
}

/// An attendee of a session.
pub fn find_attendee(tx: &Tx<'_>, session: SessionId, id: AttendeeId) -> Result<Option<Attendee>, Error> {
    tx.first(select_attendee!("WHERE id = ?2 AND session_id = ?1"), (session, id), attendee)
}

/// Attendees of a session, latest arrival first.
pub fn list_attendees(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Attendee>, Error> {
    tx.all(select_attendee!("WHERE session_id = ?1 ORDER BY joined_ms DESC, id DESC LIMIT ?2"), (session, MOST), attendee)
}

/// When attendees of a session were there: attendee, from, to (none: still there); by attendee, in order.
pub fn list_spans(tx: &Tx<'_>, session: SessionId) -> Result<Vec<(AttendeeId, Timestamp, Option<Timestamp>)>, Error> {
    tx.all(
        "SELECT s.attendee_id, s.joined_ms, s.left_ms FROM attendee a JOIN attendance_span s ON s.attendee_id = a.id \
         WHERE a.session_id = ?1 ORDER BY s.attendee_id, s.id LIMIT 100000",
        [session],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Keeps a line of chat; none when the same line was kept before.
pub fn insert_message(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, key: &str, text: &str) -> Result<Option<i64>, Error> {
    let kept = tx.execute(
        "INSERT OR IGNORE INTO session_message (session_id, attendee_id, client_key, text, sent_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        (session, attendee, key, text, tx.now),
    )?;
    if kept == 0 {
        return Ok(None);
    }
    let id = tx.conn.last_insert_rowid();
    tx.execute("UPDATE session SET message_num = message_num + 1 WHERE id = ?1", [session])?;
    Ok(Some(id))
}

/// Lines of a session's chat after a row, oldest first, at most `limit`; each with its row.
pub fn list_messages(tx: &Tx<'_>, session: SessionId, after: i64, limit: i64) -> Result<Vec<(i64, ChatLine)>, Error> {
    tx.all(
        "SELECT m.id, m.sent_ms, m.attendee_id, a.nickname, a.email, m.text FROM session_message m JOIN attendee a ON a.id = m.attendee_id \
         WHERE m.session_id = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3",
        (session, after, limit),
        chat_line,
    )
}

/// The last lines of a session's chat, oldest first, at most `limit`; each with its row.
pub fn list_last_messages(tx: &Tx<'_>, session: SessionId, limit: i64) -> Result<Vec<(i64, ChatLine)>, Error> {
    let mut lines = tx.all(
        "SELECT m.id, m.sent_ms, m.attendee_id, a.nickname, a.email, m.text FROM session_message m JOIN attendee a ON a.id = m.attendee_id \
         WHERE m.session_id = ?1 ORDER BY m.id DESC LIMIT ?2",
        (session, limit),
        chat_line,
    )?;
    lines.reverse();
    Ok(lines)
}

fn chat_line(row: &Row<'_>) -> rusqlite::Result<(i64, ChatLine)> {
    let line = ChatLine { sent: row.get(1)?, attendee: row.get(2)?, nickname: row.get(3)?, email: row.get(4)?, text: row.get(5)? };
    Ok((row.get(0)?, line))
}

/// Sessions of an organization that have chat, newest first.
pub fn list_with_chat(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<ChatArchive>, Error> {
    tx.all(
        "SELECT s.id, m.name, s.started_ms, m.time_zone FROM session s JOIN meeting m ON m.id = s.meeting_id \
         WHERE s.message_num > 0 AND m.organization_id = ?1 AND m.deleted_ms IS NULL ORDER BY s.id DESC LIMIT ?2",
        (organization, MOST),
        chat_archive,
    )
}

/// A session of an organization that has chat.
pub fn find_with_chat(tx: &Tx<'_>, organization: OrganizationId, id: SessionId) -> Result<Option<ChatArchive>, Error> {
    tx.first(
        "SELECT s.id, m.name, s.started_ms, m.time_zone FROM session s JOIN meeting m ON m.id = s.meeting_id \
         WHERE s.id = ?2 AND s.message_num > 0 AND m.organization_id = ?1 AND m.deleted_ms IS NULL",
        (organization, id),
        chat_archive,
    )
}

fn chat_archive(row: &Row<'_>) -> rusqlite::Result<ChatArchive> {
    Ok(ChatArchive { session: row.get(0)?, room_name: row.get(1)?, started: row.get(2)?, zone: TimeZone::stored(row.get(3)?) })
}
