//! Conference rooms: making, listing, changing, deleting.

use super::access;
use crate::domain::{
    Access, Actor, Error, Event, Meeting, MeetingId, MeetingPassword, MeetingPatch, MeetingSettings, MeetingSlug, MeetingStatus, NamePart,
    NewMeeting, RecordingId, Schedule, TimeZone, Timestamp,
};
use crate::store::{self, Tx};

/// How long a meeting lasts when nobody says (three live rooms of the vendor), in milliseconds.
const DURATION_MS: i64 = 3 * 60 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// How long inactive rooms stay in lists, in milliseconds: the longest six months, so that none leaves early.
const LISTED_MS: i64 = 184 * DAY_MS;
/// How long a deleted room is kept, in milliseconds: a month.
const KEPT_MS: i64 = 30 * DAY_MS;
/// Rows that one step of a purge takes away.
const STEP: i64 = 500;

/// A meeting and its recordings' ids, oldest first.
#[derive(Clone, Debug)]
pub struct MeetingView {
    /// The room.
    pub meeting: Meeting,
    /// Its recordings.
    pub recordings: Vec<RecordingId>,
}

/// A page (from 1) of the organization's meetings, newest first.
pub fn list_meetings(tx: &Tx<'_>, actor: &Actor, status: MeetingStatus, page: i64) -> Result<Vec<MeetingView>, Error> {
    let offset = page.max(1).saturating_sub(1).saturating_mul(store::meetings::PAGE);
    list_page(tx, actor, status, offset)?.into_iter().map(|meeting| view(tx, meeting)).collect()
}

/// Pages of rooms that a search looks through.
const PAGES_SEARCHED: i64 = 40;

/// The organization's meetings whose name has a part, newest first, out of the newest 10,000. Slow where there are many.
pub fn search_meetings(tx: &Tx<'_>, actor: &Actor, status: MeetingStatus, part: &NamePart) -> Result<Vec<Meeting>, Error> {
    let mut all = Vec::new();
    for page in 0..PAGES_SEARCHED {
        let found = list_page(tx, actor, status, page.saturating_mul(store::meetings::PAGE))?;
        let is_last = (found.len() as i64) < store::meetings::PAGE;
        all.extend(found.into_iter().filter(|meeting| part.is_in(&meeting.name)));
        if is_last {
            break;
        }
    }
    Ok(all)
}

fn list_page(tx: &Tx<'_>, actor: &Actor, status: MeetingStatus, offset: i64) -> Result<Vec<Meeting>, Error> {
    match status {
        MeetingStatus::Active => store::meetings::list_active(tx, actor.organization, offset),
        MeetingStatus::Inactive => store::meetings::list_inactive(tx, actor.organization, tx.now.plus_ms(-LISTED_MS), offset),
    }
}

/// One meeting.
pub fn get_meeting(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<MeetingView, Error> {
    view(tx, access::meeting(tx, actor, id)?)
}

fn view(tx: &Tx<'_>, meeting: Meeting) -> Result<MeetingView, Error> {
    let recordings = if meeting.recording_num > 0 { store::recordings::list_ids(tx, meeting.id)? } else { Vec::new() };
    Ok(MeetingView { meeting, recordings })
}

/// Makes a meeting.
pub fn create_meeting(tx: &Tx<'_>, actor: &Actor, cmd: Result<NewMeeting, Error>) -> Result<MeetingView, Error> {
    let cmd = cmd?;
    let zone = match &cmd.rest.zone {
        Some(zone) => zone.clone(),
        None => TimeZone::stored(store::organizations::get(tx, actor.organization)?.time_zone),
    };
    let mut meeting = blank(tx, actor, &cmd, zone)?;
    let patch =
        MeetingPatch { name: Some(cmd.name), is_permanent: Some(cmd.is_permanent), access: Some(cmd.access), slug: None, ..cmd.rest };
    apply(tx, &mut meeting, &patch)?;
    store::meetings::insert_meeting(tx, &meeting, actor.account)?;
    tx.record(Event::MeetingCreated(meeting.id))?;
    get_meeting(tx, actor, meeting.id)
}

/// A meeting with what nobody chooses, and the defaults of what somebody may.
pub(super) fn blank(tx: &Tx<'_>, actor: &Actor, cmd: &NewMeeting, zone: TimeZone) -> Result<Meeting, Error> {
    let slug = match &cmd.rest.slug {
        Some(slug) => free(tx, slug)?.clone(),
        None => unused(tx, &MeetingSlug::from_name(cmd.name.as_str()))?,
    };
    Ok(Meeting {
        id: store::meetings::next_meeting_id(tx)?,
        organization: actor.organization,
        kind: cmd.kind,
        pin: unused_pin(tx)?,
        name: cmd.name.as_str().to_owned(),
        slug: slug.as_str().to_owned(),
        schedule: None,
        access: Access::Open,
        password: None,
        has_lobby: true,
        lobby_text: String::new(),
        has_registration: false,
        registration_template: 1,
        zone,
        skin: None,
        presenter_pin: tx.random_number(9),
        listener_pin: tx.random_number(9),
        widgets: tx.random_text(6),
        settings: MeetingSettings::default(),
        is_closed: false,
        inactive_from: None,
        recording_num: 0,
        created: tx.now,
        updated: tx.now,
    })
}

/// Changes a meeting; what the patch does not name stays. One that changes nothing leaves no trace.
pub fn edit_meeting(tx: &Tx<'_>, actor: &Actor, id: MeetingId, cmd: Result<MeetingPatch, Error>) -> Result<MeetingView, Error> {
    let before = access::meeting(tx, actor, id)?;
    let mut meeting = before.clone();
    let patch = cmd?;
    if let Some(slug) = patch.slug.as_ref().filter(|slug| slug.as_str() != meeting.slug) {
        meeting.slug = free(tx, slug)?.as_str().to_owned();
    }
    apply(tx, &mut meeting, &patch)?;
    if meeting == before {
        return view(tx, before);
    }
    store::meetings::update_meeting(tx, &meeting)?;
    tx.record(Event::MeetingEdited(id))?;
    get_meeting(tx, actor, id)
}

fn apply(tx: &Tx<'_>, meeting: &mut Meeting, patch: &MeetingPatch) -> Result<(), Error> {
    if let Some(name) = &patch.name {
        name.as_str().clone_into(&mut meeting.name);
    }
    if let Some(zone) = &patch.zone {
        meeting.zone.clone_from(zone);
    }
    meeting.kind = patch.kind.unwrap_or(meeting.kind);
    meeting.has_lobby = patch.has_lobby.unwrap_or(meeting.has_lobby);
    if let Some(text) = &patch.lobby_text {
        meeting.lobby_text.clone_from(text);
    }
    meeting.has_registration = patch.has_registration.unwrap_or(meeting.has_registration);
    meeting.registration_template = patch.registration_template.unwrap_or(meeting.registration_template);
    meeting.skin = patch.skin.or(meeting.skin);
    meeting.settings.apply(&patch.settings);
    change_access(meeting, patch)?;
    reschedule(meeting, patch, tx.now)?;
    change_status(meeting, patch, tx.now);
    Ok(())
}

/// A room that no longer asks for a password has none; one that starts to needs one.
fn change_access(meeting: &mut Meeting, patch: &MeetingPatch) -> Result<(), Error> {
    meeting.access = patch.access.unwrap_or(meeting.access);
    if meeting.access != Access::Password {
        meeting.password = None;
        return Ok(());
    }
    meeting.password = patch.password.clone().map(MeetingPassword::Plain).or_else(|| meeting.password.take());
    if meeting.password.is_some() { Ok(()) } else { Err(Error::Missing("password")) }
}

fn reschedule(meeting: &mut Meeting, patch: &MeetingPatch, now: Timestamp) -> Result<(), Error> {
    if patch.is_permanent.unwrap_or(meeting.schedule.is_none()) {
        meeting.schedule = None;
        return Ok(());
    }
    let old = meeting.schedule;
    if old.is_some() && patch.starts.is_none() && patch.duration_ms.is_none() {
        return Ok(());
    }
    let starts = match (patch.starts, old) {
        (Some(starts), _) => starts.in_zone(&meeting.zone)?,
        (None, Some(old)) => old.starts,
        (None, None) => whole_minute(now),
    };
    // An end stands on the minute, a beginning need not: what lies between them is counted from the minute of the beginning.
    let old_duration_ms = old.map(|old| old.ends.ms() - whole_minute(old.starts).ms());
    let duration_ms = patch.duration_ms.or(old_duration_ms).unwrap_or(DURATION_MS);
    let ends = whole_minute(starts.plus_ms(duration_ms));
    if ends <= now {
        return Err(Error::Invalid("starts_at", "the event would be over already"));
    }
    meeting.schedule = Some(Schedule { starts, ends });
    Ok(())
}

/// The last full minute.
fn whole_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_ms(at.ms().div_euclid(MINUTE_MS) * MINUTE_MS)
}

/// A room closes when somebody says so or when its time is over; opening it again by hand outlasts its end.
fn change_status(meeting: &mut Meeting, patch: &MeetingPatch, now: Timestamp) {
    let ends = meeting.schedule.map(|schedule| schedule.ends);
    let was_closed = meeting.is_closed;
    meeting.is_closed = patch.status.map_or(was_closed, |status| status == MeetingStatus::Inactive);
    let is_moved = patch.starts.is_some() || patch.duration_ms.is_some() || patch.is_permanent.is_some();
    meeting.inactive_from = match patch.status {
        Some(MeetingStatus::Inactive) if was_closed => meeting.inactive_from,
        Some(MeetingStatus::Inactive) => Some(now),
        Some(MeetingStatus::Active) => ends.filter(|ends| *ends > now),
        None if was_closed => meeting.inactive_from,
        None if is_moved || ends.is_some_and(|ends| ends > now) => ends,
        None => meeting.inactive_from,
    };
}

/// Deletes a meeting: gone from the API at once, kept for a month.
pub fn delete_meeting(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<(), Error> {
    access::meeting(tx, actor, id)?;
    store::meetings::update_deleted(tx, id)?;
    tx.record(Event::MeetingDeleted(id))
}

/// Whether a read finds a deleted meeting whose month is over.
pub fn has_purge(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(store::meetings::find_to_purge(tx, tx.now.plus_ms(-KEPT_MS))?.is_some())
}

/// Takes away a piece of a deleted meeting whose month is over; says whether there may be more to do.
pub fn purge_step(tx: &Tx<'_>) -> Result<bool, Error> {
    let Some(id) = store::meetings::find_to_purge(tx, tx.now.plus_ms(-KEPT_MS))? else { return Ok(false) };
    store::meetings::purge_some(tx, id, STEP)?;
    Ok(true)
}

/// Tries of a number before a slug gets random letters.
const NUMBERS: u32 = 30;

/// The slug that somebody chose, if nobody has it.
fn free<'a>(tx: &Tx<'_>, slug: &'a MeetingSlug) -> Result<&'a MeetingSlug, Error> {
    match store::meetings::find_by_slug(tx, slug.as_str())? {
        None => Ok(slug),
        Some(_) => Err(Error::Taken("custom_room_url_name")),
    }
}

/// This slug or one like it that nobody has.
fn unused(tx: &Tx<'_>, slug: &MeetingSlug) -> Result<MeetingSlug, Error> {
    let numbered = (2..=NUMBERS).map(|number| slug.numbered(number));
    for candidate in std::iter::once(slug.clone()).chain(numbered) {
        if store::meetings::find_by_slug(tx, candidate.as_str())?.is_none() {
            return Ok(candidate);
        }
    }
    // Many rooms of one name: 50 random bits collide with nobody.
    MeetingSlug::parse(&format!("room_{}", tx.random_text(10)))
}

fn unused_pin(tx: &Tx<'_>) -> Result<i64, Error> {
    loop {
        let pin = tx.random_number(9);
        if !store::meetings::is_pin_taken(tx, pin)? {
            return Ok(pin);
        }
    }
}
