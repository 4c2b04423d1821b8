//! Conference rooms.

use rusqlite::Row;

use super::Tx;
use crate::domain::{
    AccountId, Error, Meeting, MeetingId, MeetingPassword, MeetingSettings, OrganizationId, PasswordHash, Schedule, TimeZone, Timestamp,
};

/// Meetings on one page of a list.
pub const PAGE: i64 = 250;
/// Most rooms that a public page lists.
const MOST: i64 = 1_000;

macro_rules! select_meeting {
    ($tail:literal) => {
        concat!(
            "SELECT id, organization_id, kind, pin, name, slug, starts_ms, ends_ms, access, password, has_lobby, lobby_text, has_registration, \
             registration_template, time_zone, skin_id, presenter_pin, listener_pin, widgets, switches, thank_you_url, is_encrypted, is_closed, \
             inactive_from_ms, recording_num, created_ms, updated_ms, password_hash FROM meeting ",
            $tail
        )
    };
}

fn meeting(row: &Row<'_>) -> rusqlite::Result<Meeting> {
    let schedule = row.get::<_, Option<Timestamp>>(6)?.zip(row.get(7)?).map(|(starts, ends)| Schedule { starts, ends });
    Ok(Meeting {
        id: row.get(0)?,
        organization: row.get(1)?,
        kind: row.get(2)?,
        pin: row.get(3)?,
        name: row.get(4)?,
        slug: row.get(5)?,
        schedule,
        access: row.get(8)?,
        password: password(row.get(9)?, row.get(27)?),
        has_lobby: row.get(10)?,
        lobby_text: row.get(11)?,
        has_registration: row.get(12)?,
        registration_template: row.get(13)?,
        zone: TimeZone::stored(row.get(14)?),
        skin: row.get(15)?,
        presenter_pin: row.get(16)?,
        listener_pin: row.get(17)?,
        widgets: row.get(18)?,
        settings: MeetingSettings { bits: row.get(19)?, thank_you_url: row.get(20)?, is_encrypted: row.get(21)? },
        is_closed: row.get(22)?,
        inactive_from: row.get(23)?,
        recording_num: row.get(24)?,
        created: row.get(25)?,
        updated: row.get(26)?,
    })
}

/// At most one of the two columns is filled.
fn password(plain: Option<String>, hash: Option<String>) -> Option<MeetingPassword> {
    let hashed = hash.map(|hash| MeetingPassword::Hashed(PasswordHash::new(hash)));
    hashed.or(plain.map(MeetingPassword::Plain))
}

/// Draws the id of a meeting before its row is there.
pub fn next_meeting_id(tx: &Tx<'_>) -> Result<MeetingId, Error> {
    tx.next_id().map(MeetingId::new)
}

/// Makes a meeting.
pub fn insert_meeting(tx: &Tx<'_>, meeting: &Meeting, maker: AccountId) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO meeting (id, organization_id, pin, presenter_pin, listener_pin, widgets, created_by, created_ms, updated_ms, kind, name, slug, \
         access, has_lobby, lobby_text, has_registration, registration_template, time_zone, switches, thank_you_url) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, 'open', 0, '', 0, 1, ?12, 0, '')",
        (
            meeting.id,
            meeting.organization,
            meeting.pin,
            meeting.presenter_pin,
            meeting.listener_pin,
            &meeting.widgets,
            maker,
            tx.now,
            meeting.kind,
            &meeting.name,
            &meeting.slug,
            meeting.zone.as_str(),
        ),
    )?;
    update_meeting(tx, meeting)
}

/// Writes everything of a meeting that may change.
pub fn update_meeting(tx: &Tx<'_>, meeting: &Meeting) -> Result<(), Error> {
    tx.execute(
        "UPDATE meeting SET kind = ?2, name = ?3, slug = ?4, starts_ms = ?5, ends_ms = ?6, access = ?7, password = ?8, password_hash = ?9, \
         has_lobby = ?10, lobby_text = ?11, has_registration = ?12, registration_template = ?13, time_zone = ?14, skin_id = ?15 WHERE id = ?1",
        (
            meeting.id,
            meeting.kind,
            &meeting.name,
            &meeting.slug,
            meeting.schedule.map(|schedule| schedule.starts),
            meeting.schedule.map(|schedule| schedule.ends),
            meeting.access,
            meeting.password.as_ref().and_then(MeetingPassword::plain),
            meeting.password.as_ref().and_then(MeetingPassword::hash).map(PasswordHash::as_str),
            meeting.has_lobby,
            &meeting.lobby_text,
            meeting.has_registration,
            meeting.registration_template,
            meeting.zone.as_str(),
            meeting.skin,
        ),
    )?;
    let settings = &meeting.settings;
    tx.execute(
        "UPDATE meeting SET switches = ?2, thank_you_url = ?3, is_encrypted = ?4, is_closed = ?5, inactive_from_ms = ?6, updated_ms = ?7 WHERE id = ?1",
        (meeting.id, settings.bits, &settings.thank_you_url, settings.is_encrypted, meeting.is_closed, meeting.inactive_from, tx.now),
    )
    .map(|_| ())
}

/// A meeting of an organization.
pub fn find_meeting(tx: &Tx<'_>, organization: OrganizationId, id: MeetingId) -> Result<Option<Meeting>, Error> {
    tx.first(select_meeting!("WHERE id = ?1 AND organization_id = ?2 AND deleted_ms IS NULL"), (id, organization), meeting)
}

/// A meeting wherever it is, for links that were signed and for work of ours.
pub fn find_any_meeting(tx: &Tx<'_>, id: MeetingId) -> Result<Option<Meeting>, Error> {
    tx.first(select_meeting!("WHERE id = ?1 AND deleted_ms IS NULL"), [id], meeting)
}

/// The meeting at this address.
pub fn find_by_slug(tx: &Tx<'_>, slug: &str) -> Result<Option<Meeting>, Error> {
    tx.first(select_meeting!("WHERE slug = ?1 AND deleted_ms IS NULL"), [slug], meeting)
}

/// The meeting of this PIN.
pub fn find_by_pin(tx: &Tx<'_>, pin: i64) -> Result<Option<Meeting>, Error> {
    tx.first(select_meeting!("WHERE pin = ?1 AND deleted_ms IS NULL"), [pin], meeting)
}

/// Whether a PIN is taken, also by a room that was deleted and is still kept.
pub fn is_pin_taken(tx: &Tx<'_>, pin: i64) -> Result<bool, Error> {
    Ok(tx.first("SELECT 1 FROM meeting WHERE pin = ?1", [pin], |_| Ok(()))?.is_some())
}

/// A page of the meetings one may enter, newest first. They are few beside those that are over, which only get more: two stretches of an
/// index hold them.
pub fn list_active(tx: &Tx<'_>, organization: OrganizationId, offset: i64) -> Result<Vec<Meeting>, Error> {
    tx.all(
        select_meeting!(
            "WHERE id IN (SELECT id FROM meeting WHERE organization_id = ?1 AND deleted_ms IS NULL AND inactive_from_ms IS NULL \
             UNION ALL SELECT id FROM meeting WHERE organization_id = ?1 AND deleted_ms IS NULL AND inactive_from_ms > ?2) \
             ORDER BY id DESC LIMIT ?3 OFFSET ?4"
        ),
        (organization, tx.now, PAGE, offset),
        meeting,
    )
}

/// A page of the meetings that are over or closed, not before `since`, newest first.
pub fn list_inactive(tx: &Tx<'_>, organization: OrganizationId, since: Timestamp, offset: i64) -> Result<Vec<Meeting>, Error> {
    tx.all(
        select_meeting!(
            "WHERE organization_id = ?1 AND deleted_ms IS NULL AND inactive_from_ms <= ?2 AND inactive_from_ms > ?3 \
             ORDER BY id DESC LIMIT ?4 OFFSET ?5"
        ),
        (organization, tx.now, since, PAGE, offset),
        meeting,
    )
}

/// The rooms that an organization's public page shows: active ones with that switch on, newest first.
pub fn list_public(tx: &Tx<'_>, organization: OrganizationId) -> Result<Vec<Meeting>, Error> {
    tx.all(
        select_meeting!(
            "WHERE id IN (SELECT id FROM meeting WHERE organization_id = ?1 AND deleted_ms IS NULL AND inactive_from_ms IS NULL \
             UNION ALL SELECT id FROM meeting WHERE organization_id = ?1 AND deleted_ms IS NULL AND inactive_from_ms > ?2) AND switches & 1 \
             ORDER BY id DESC LIMIT ?3"
        ),
        (organization, tx.now, MOST),
        meeting,
    )
}

/// Takes a meeting out of sight.
pub fn update_deleted(tx: &Tx<'_>, id: MeetingId) -> Result<(), Error> {
    tx.execute("UPDATE meeting SET deleted_ms = ?2 WHERE id = ?1 AND deleted_ms IS NULL", (id, tx.now)).map(|_| ())
}

/// Changes the number of recordings of a meeting.
pub fn add_recordings(tx: &Tx<'_>, id: MeetingId, change: i64) -> Result<(), Error> {
    tx.execute("UPDATE meeting SET recording_num = recording_num + ?2 WHERE id = ?1", (id, change)).map(|_| ())
}

/// Some meeting that was deleted before an instant.
pub fn find_to_purge(tx: &Tx<'_>, before: Timestamp) -> Result<Option<MeetingId>, Error> {
    tx.first("SELECT id FROM meeting WHERE deleted_ms < ?1 ORDER BY deleted_ms LIMIT 1", [before], |row| row.get(0))
}

/// What hangs on a meeting, innermost first: one statement takes away at most ?2 rows.
const PURGE: &[&str] = &[
    "DELETE FROM poll_vote WHERE (attendee_id, answer_id) IN (SELECT v.attendee_id, v.answer_id FROM session s JOIN attendee a ON a.session_id = s.id \
     JOIN poll_vote v ON v.attendee_id = a.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM poll_answer WHERE id IN (SELECT a.id FROM session s JOIN poll p ON p.session_id = s.id JOIN poll_question q ON q.poll_id = p.id \
     JOIN poll_answer a ON a.question_id = q.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM poll_question WHERE id IN (SELECT q.id FROM session s JOIN poll p ON p.session_id = s.id JOIN poll_question q ON q.poll_id = p.id \
     WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM poll WHERE id IN (SELECT p.id FROM session s JOIN poll p ON p.session_id = s.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM session_message WHERE id IN (SELECT m.id FROM session s JOIN session_message m ON m.session_id = s.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM attendance_span WHERE id IN (SELECT t.id FROM session s JOIN attendee a ON a.session_id = s.id \
     JOIN attendance_span t ON t.attendee_id = a.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM attendee WHERE id IN (SELECT a.id FROM session s JOIN attendee a ON a.session_id = s.id WHERE s.meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM report WHERE session_id IN (SELECT id FROM session WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM registration WHERE id IN (SELECT id FROM registration WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM invitee WHERE meeting_id = ?1 AND email IN (SELECT email FROM invitee WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM autologin WHERE hash IN (SELECT hash FROM autologin WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM access_token WHERE id IN (SELECT id FROM access_token WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM recording WHERE id IN (SELECT id FROM recording WHERE meeting_id = ?1 LIMIT ?2)",
    "DELETE FROM quick_call WHERE id IN (SELECT id FROM quick_call WHERE meeting_id = ?1 LIMIT ?2)",
    // Files stay in the organization's library.
    "UPDATE library_file SET meeting_id = NULL WHERE id IN (SELECT id FROM library_file WHERE meeting_id = ?1 LIMIT ?2)",
];

/// Takes away at most `step` rows of a deleted meeting, and at last the meeting itself.
pub fn purge_some(tx: &Tx<'_>, id: MeetingId, step: i64) -> Result<(), Error> {
    for sql in PURGE {
        if tx.execute(sql, (id, step))? > 0 {
            return Ok(());
        }
    }
    tx.execute("DELETE FROM meeting WHERE id = ?1", [id]).map(|_| ())
}
