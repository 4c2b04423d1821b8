//! Letters about meetings: invitations, confirmations, thanks.

use std::collections::HashSet;

use super::{access, mail, registrations, room_keys};
use crate::domain::link::{autologin_url, registration_url, room_url};
use crate::domain::{
    Access, AccessToken, Actor, AttendeeRole, Email, Error, Event, Language, Letter, Meeting, MeetingId, MeetingPassword, NewRegistration,
    Occasion, Registration, SessionId, Switch,
};
use crate::store::{self, Tx};

/// What letters need to know that no transaction does.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// What addresses start with, without a slash at the end.
    pub base: String,
    /// The address that letters come from.
    pub sender: String,
    /// Telephone numbers: place and number.
    pub dial_in: Vec<(String, String)>,
    /// Most access tokens of a room.
    pub most_tokens: i64,
    /// Whether an invitation signs people up, where the room has registration.
    pub invitation_registers: bool,
}

/// An invitation of several people.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Whom, and as what.
    pub people: Vec<(Email, AttendeeRole)>,
    /// With a designed part.
    pub is_advanced: bool,
    /// In which language.
    pub language: Language,
}

/// Invites people by mail: one letter each. Where the room asks for tokens, each gets one of their own.
pub fn invite(tx: &Tx<'_>, actor: &Actor, id: MeetingId, cmd: Result<Invite, Error>, around: &Surroundings) -> Result<(), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let cmd = cmd?;
    for (email, role) in &cmd.people {
        let token = match meeting.access {
            Access::Token => Some(room_keys::token_for(tx, &meeting, email, around.most_tokens)?),
            Access::Open | Access::Password => None,
        };
        let link = way_in(tx, &meeting, email, *role, token.as_ref(), around)?;
        let plain = letter(tx, &meeting, Occasion::Invitation, link, around)?;
        let phone_pin = if role.leads() { meeting.presenter_pin } else { meeting.listener_pin };
        let letter = Letter { token: token.map(|token| token.token), role: *role, phone_pin, is_advanced: cmd.is_advanced, ..plain };
        mail::queue_letter(tx, meeting.organization, email, &letter, cmd.language)?;
        store::registrations::upsert_invitee(tx, id, email.as_str(), cmd.language)?;
    }
    tx.record(Event::Invited(id))
}

/// The link of an invitation. GUESS: it makes a presenter of who is invited as one, and presenters need not sign up.
fn way_in(
    tx: &Tx<'_>,
    meeting: &Meeting,
    email: &Email,
    role: AttendeeRole,
    token: Option<&AccessToken>,
    around: &Surroundings,
) -> Result<String, Error> {
    if role.leads() {
        let secret = room_keys::issue_invited(tx, meeting, email, role, token.map(|token| token.id))?;
        return Ok(autologin_url(&around.base, &meeting.slug, &secret));
    }
    let room = room_url(&around.base, &meeting.slug);
    Ok(match token {
        Some(token) => format!("{room}/{}", token.token),
        None if meeting.has_registration && around.invitation_registers => {
            let registration = registrations::sign_up(tx, meeting, &unnamed(email))?.registration;
            registration_url(&around.base, meeting.pin, &registration.hash)
        }
        None => room,
    })
}

/// GUESS: somebody who is signed up by an invitation has no name but the first part of the address.
fn unnamed(email: &Email) -> NewRegistration {
    let name = email.as_str().split('@').next().unwrap_or_default().to_owned();
    NewRegistration { email: email.clone(), first_name: name, last_name: String::new(), answers: Vec::new(), referer: None, language: None }
}

/// Confirms a registration by mail.
pub fn confirm(
    tx: &Tx<'_>,
    meeting: &Meeting,
    registration: &Registration,
    language: Language,
    around: &Surroundings,
) -> Result<(), Error> {
    let link = registration_url(&around.base, meeting.pin, &registration.hash);
    let nickname = format!("{} {}", registration.first_name, registration.last_name);
    let letter = Letter { nickname, ..letter(tx, meeting, Occasion::Confirmation, link, around)? };
    mail::queue_letter(tx, meeting.organization, &Email::parse(&registration.email)?, &letter, language)
}

/// Thanks everybody with an address who was in a session, once each, where the room has that setting. GUESS: thanks
/// come in the language in which they registered or were invited, else in the organization's; a room has none of its own.
pub fn thank(tx: &Tx<'_>, meeting: &Meeting, session: SessionId) -> Result<(), Error> {
    if !meeting.settings.is_on(Switch::ThankYouMail) {
        return Ok(());
    }
    let base = store::sessions::find_base(tx, session)?;
    let link = room_url(&base, &meeting.slug);
    // Thanks name neither the sender nor telephones.
    let around = Surroundings { base, sender: String::new(), dial_in: Vec::new(), most_tokens: 0, invitation_registers: false };
    let own_language = store::organizations::get(tx, meeting.organization)?.language;
    let mut thanked = HashSet::new();
    for attendee in store::sessions::list_attendees(tx, session)? {
        let Some(email) = attendee.email.as_deref().and_then(|email| Email::parse(email).ok()) else { continue };
        if thanked.insert(email.as_str().to_owned()) {
            let letter = Letter { nickname: attendee.nickname, ..letter(tx, meeting, Occasion::ThankYou, link.clone(), &around)? };
            let known = store::registrations::find_language(tx, meeting.id, email.as_str())?;
            mail::queue_letter(tx, meeting.organization, &email, &letter, known.unwrap_or(own_language))?;
        }
    }
    Ok(())
}

/// A letter about a meeting to nobody in particular.
fn letter(tx: &Tx<'_>, meeting: &Meeting, occasion: Occasion, link: String, around: &Surroundings) -> Result<Letter, Error> {
    let has_phone = meeting.settings.is_on(Switch::PhoneGateway);
    Ok(Letter {
        occasion,
        organization: store::organizations::get(tx, meeting.organization)?.name,
        sender: around.sender.clone(),
        meeting: meeting.id,
        room: meeting.name.clone(),
        kind: meeting.kind,
        schedule: meeting.schedule,
        zone: meeting.zone.clone(),
        link,
        token: None,
        password: meeting.password.as_ref().and_then(MeetingPassword::plain).map(str::to_owned),
        role: AttendeeRole::Listener,
        lobby_text: meeting.lobby_text.clone(),
        dial_in: if has_phone { around.dial_in.clone() } else { Vec::new() },
        phone_pin: meeting.listener_pin,
        room_pin: meeting.pin,
        nickname: String::new(),
        is_advanced: true,
    })
}
