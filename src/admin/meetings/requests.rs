//! What the page sends about conference rooms, as what operations take.

use super::super::requests::{required, zone};
use super::wire::{HowManyIn, MeetingIn, TokensIn};
use crate::domain::{Access, Error, MeetingKind, MeetingName, MeetingPatch, MeetingStatus, NewMeeting, Start};
use crate::web::Params;

const MINUTE_MS: i64 = 60_000;
/// Longest time that a meeting takes, in minutes: 30 days. GUESS: the vendor's longest is not known.
const MOST_MINUTES: i64 = 30 * 24 * 60;
/// Longest text that people wait with, in bytes.
const LOBBY_BYTES: usize = 64 * 1024;
const PASSWORD_CHARS: usize = 255;
/// Most access tokens of one request.
const MOST_AT_ONCE: usize = 1_000;

/// Which rooms a list shows; those that are active unless said otherwise.
pub(super) fn status(query: &Params) -> Result<MeetingStatus, Error> {
    status_named(query.text("status")?.unwrap_or("active"))
}

fn status_named(word: &str) -> Result<MeetingStatus, Error> {
    match word {
        "active" => Ok(MeetingStatus::Active),
        "inactive" => Ok(MeetingStatus::Inactive),
        _ => Err(Error::Invalid("status", "use active or inactive")),
    }
}

fn kind_named(word: &str) -> Result<MeetingKind, Error> {
    match word {
        "meeting" => Ok(MeetingKind::Meeting),
        "webinar" => Ok(MeetingKind::Webinar),
        _ => Err(Error::Invalid("kind", "use meeting or webinar")),
    }
}

fn access_named(word: &str) -> Result<Access, Error> {
    match word {
        "open" => Ok(Access::Open),
        "password" => Ok(Access::Password),
        "token" => Ok(Access::Token),
        _ => Err(Error::Invalid("access", "use open, password or token")),
    }
}

pub(super) fn new_meeting(body: MeetingIn) -> Result<NewMeeting, Error> {
    let name = MeetingName::parse(&required(body.name.clone(), "name")?)?;
    let rest = patch(body)?;
    Ok(NewMeeting {
        name,
        kind: rest.kind.unwrap_or(MeetingKind::Meeting),
        is_permanent: rest.is_permanent.unwrap_or(true),
        access: rest.access.unwrap_or(Access::Open),
        rest,
    })
}

pub(super) fn patch(body: MeetingIn) -> Result<MeetingPatch, Error> {
    Ok(MeetingPatch {
        name: body.name.map(|name| MeetingName::parse(&name)).transpose()?,
        kind: body.kind.as_deref().map(kind_named).transpose()?,
        is_permanent: body.is_permanent,
        starts: body.starts_at.filter(|text| !text.is_empty()).map(|text| starts(&text)).transpose()?,
        duration_ms: body.duration_min.map(duration).transpose()?,
        zone: body.time_zone.as_deref().map(zone).transpose()?,
        access: body.access.as_deref().map(access_named).transpose()?,
        password: body.password.filter(|password| !password.is_empty()).map(password).transpose()?,
        has_lobby: body.has_lobby,
        lobby_text: body.lobby_text.map(lobby_text).transpose()?,
        has_registration: body.has_registration,
        status: body.status.as_deref().map(status_named).transpose()?,
        ..MeetingPatch::default()
    })
}

fn starts(text: &str) -> Result<Start, Error> {
    Start::parse(text).map_err(|_| Error::Invalid("starts_at", "write it as 2027-01-31T10:00"))
}

fn duration(minutes: i64) -> Result<i64, Error> {
    match minutes {
        1..=MOST_MINUTES => Ok(minutes * MINUTE_MS),
        _ => Err(Error::Invalid("duration_min", "a meeting takes 1 to 43,200 minutes")),
    }
}

fn password(text: String) -> Result<String, Error> {
    let is_short = text.chars().count() <= PASSWORD_CHARS && !text.chars().any(char::is_control);
    if is_short { Ok(text) } else { Err(Error::Invalid("password", "use at most 255 characters")) }
}

fn lobby_text(text: String) -> Result<String, Error> {
    if text.len() <= LOBBY_BYTES { Ok(text) } else { Err(Error::Invalid("lobby_text", "use at most 65,536 bytes")) }
}

pub(super) fn how_many(body: &HowManyIn) -> Result<i64, Error> {
    let is_allowed = usize::try_from(body.how_many).is_ok_and(|count| (1..=MOST_AT_ONCE).contains(&count));
    if is_allowed { Ok(body.how_many) } else { Err(Error::Invalid("how_many", "use a number from 1 to 1,000")) }
}

pub(super) fn tokens(body: TokensIn) -> Result<Vec<String>, Error> {
    match body.tokens.len() {
        0 => Err(Error::Missing("tokens")),
        1..=MOST_AT_ONCE => Ok(body.tokens),
        _ => Err(Error::Invalid("tokens", "at most 1,000 at once")),
    }
}
