//! Quick calls: a meeting for whoever has its link, open until it expires.
//!
//! Invariant: the link is the secret. Who comes without a link of their own has to know the unguessable address: the
//! meeting's numbers let nobody in.

use super::meetings;
use crate::domain::{
    Access, Actor, Error, Event, Meeting, MeetingKind, MeetingName, MeetingPassword, MeetingPatch, MeetingSlug, NewMeeting, NewQuickCall,
    QuickCall, Schedule, Switch, TimeZone,
};
use crate::store::{self, Tx};

/// Random characters of an address: 160 bits.
const ID_CHARS: usize = 32;
/// What the meeting is called until somebody renames it.
pub const NAME: &str = "Quick call";

/// Makes a quick call: an ordinary meeting of the organization, which everybody may enter who has the link.
pub fn create_quick_call(tx: &Tx<'_>, actor: &Actor, cmd: Result<NewQuickCall, Error>) -> Result<QuickCall, Error> {
    let cmd = cmd?;
    let expires = cmd.expiry.instant(tx.now)?;
    let id = tx.random_text(ID_CHARS);
    let mut meeting = blank(tx, actor, &id)?;
    meeting.schedule = Some(Schedule { starts: tx.now, ends: expires });
    meeting.inactive_from = Some(expires);
    meeting.access = if cmd.password.is_some() { Access::Password } else { Access::Open };
    meeting.password = cmd.password.map(MeetingPassword::Hashed);
    store::meetings::insert_meeting(tx, &meeting, actor.account)?;
    store::quick_calls::insert_quick_call(tx, &id, meeting.id)?;
    tx.record(Event::MeetingCreated(meeting.id))?;
    Ok(QuickCall { id, meeting: meeting.id, expires, has_password: meeting.password.is_some() })
}

/// Nobody waits for a host, no public page lists it, and no letters are sent about it. Its address is as good as the
/// link: a slug made of its name could be guessed.
fn blank(tx: &Tx<'_>, actor: &Actor, id: &str) -> Result<Meeting, Error> {
    let new = NewMeeting {
        name: MeetingName::parse(NAME)?,
        kind: MeetingKind::Meeting,
        is_permanent: false,
        access: Access::Open,
        rest: MeetingPatch { slug: Some(MeetingSlug::parse(id)?), ..MeetingPatch::default() },
    };
    let zone = TimeZone::stored(store::organizations::get(tx, actor.organization)?.time_zone);
    let mut meeting = meetings::blank(tx, actor, &new, zone)?;
    meeting.has_lobby = false;
    meeting.settings.set(Switch::PersonalPage, false);
    meeting.settings.set(Switch::ThankYouMail, false);
    Ok(meeting)
}
