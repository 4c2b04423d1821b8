//! The door of a meeting: who may come in, and what they have to show.
//!
//! Order: the room exists, is active, the strongest credential counts (link, registration, token, password), then
//! registration if the room demands it, a name, room for one more. Invariant: an access token is bound to a browser in
//! the same write that lets it in, so of many who try at once one comes in. Links whose hash is derived, not stored,
//! are checked before they get here.

use sha2::{Digest, Sha256};

use super::sign_in::hash_secret;
use crate::domain::link::{quick_call_url, room_url};
use crate::domain::{
    Access, AccessTokenId, Admission, AttendeeRole, Credentials, Door, Error, Event, LinkKey, Meeting, MeetingId, MeetingPassword,
    NewRegistration, Organization, PasswordHash, PersonKey, Refusal, Registration, RegistrationId, SessionId, Visitor,
};
use crate::store::{self, Tx};

/// How long an admission waits for its owner to take the seat, in milliseconds.
pub const TICKET_MS: i64 = 60_000;
/// Random characters of a personal link: 160 bits.
const HASH_CHARS: usize = 32;

/// What a link to a room names.
#[derive(Clone, Debug)]
pub enum RoomAddress {
    /// Its part of an address.
    Slug(String),
    /// Its nine digits.
    Pin(i64),
    /// Its id.
    Id(MeetingId),
    /// The secret part of a quick call's address.
    QuickCall(String),
}

/// What somebody sees before the door.
#[derive(Debug)]
pub struct Doorstep {
    /// The room.
    pub meeting: Meeting,
    /// Whose it is.
    pub organization: Organization,
    /// Its secret part of an address, if it is a quick call. Whoever found the room by an address may have it.
    pub quick_call: Option<String>,
    /// Whether a session goes on.
    pub is_running: bool,
    /// Whom the link is for, if it says.
    pub guest: Option<Guest>,
    /// Why one can't enter, as far as it can be known before trying.
    pub refusal: Option<Refusal>,
}

/// Somebody whom a link names.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Name as shown; none when it has to be asked.
    pub nickname: Option<String>,
    /// What they may do.
    pub role: AttendeeRole,
}

/// Why a step at the door did not succeed.
enum Stop {
    Refused(Refusal),
    Failed(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

fn door<T>(step: Result<T, Stop>) -> Result<Door<T>, Error> {
    match step {
        Ok(inside) => Ok(Door::Open(inside)),
        Err(Stop::Refused(refusal)) => Ok(Door::Shut(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The room at an address, for whoever has the address. Changes nothing.
pub fn look(tx: &Tx<'_>, address: &RoomAddress, credentials: &Credentials) -> Result<Option<Doorstep>, Error> {
    let Some(meeting) = find(tx, address)? else { return Ok(None) };
    let quick_call = store::quick_calls::find_id(tx, meeting.id)?;
    let organization = store::organizations::find_organization(tx, meeting.organization)?;
    let organization = organization.ok_or_else(|| Error::internal("a room without an organization"))?;
    let is_running = store::sessions::find_open(tx, meeting.id)?.is_some();
    let (guest, mut refusal) = match named_guest(tx, &meeting, credentials) {
        Ok(guest) => (guest, meeting.refusal(tx.now)),
        Err(Stop::Refused(refusal)) => (None, meeting.refusal(tx.now).or(Some(refusal))),
        Err(Stop::Failed(error)) => return Err(error),
    };
    if refusal.is_none() && guest.is_none() && meeting.has_registration {
        refusal = Some(Refusal::MustRegister);
    }
    let guest = guest.map(|found| Guest { nickname: found.nickname, role: found.role });
    Ok(Some(Doorstep { meeting, organization, quick_call, is_running, guest, refusal }))
}

fn find(tx: &Tx<'_>, address: &RoomAddress) -> Result<Option<Meeting>, Error> {
    match address {
        RoomAddress::Slug(slug) => store::meetings::find_by_slug(tx, slug),
        RoomAddress::Pin(pin) => store::meetings::find_by_pin(tx, *pin),
        RoomAddress::Id(id) => store::meetings::find_any_meeting(tx, *id),
        RoomAddress::QuickCall(id) => match store::quick_calls::find_meeting_id(tx, id)? {
            Some(meeting) => store::meetings::find_any_meeting(tx, meeting),
            None => Ok(None),
        },
    }
}

/// Lets somebody in, or says why not. The answer is worth [`TICKET_MS`].
pub fn enter(tx: &Tx<'_>, meeting: MeetingId, visitor: &Visitor, credentials: &Credentials, most: i64) -> Result<Door<Admission>, Error> {
    door(admit(tx, meeting, visitor, credentials, most))
}

fn admit(tx: &Tx<'_>, meeting: MeetingId, visitor: &Visitor, credentials: &Credentials, most: i64) -> Result<Admission, Stop> {
    let meeting = active_meeting(tx, meeting)?;
    let proof = match named_guest(tx, &meeting, credentials)? {
        Some(proof) => proof,
        None => {
            let token = check_key(tx, &meeting, credentials, visitor)?;
            if meeting.has_registration {
                return Err(Refusal::MustRegister.into());
            }
            Proof { token, ..Proof::listener() }
        }
    };
    let nickname = proof.nickname.or_else(|| visitor.name.as_ref().map(|name| name.as_str().to_owned())).ok_or(Refusal::Nameless)?;
    let email = proof.email.or_else(|| visitor.email.as_ref().map(|email| email.as_str().to_owned()));
    let person = proof.person.unwrap_or(visitor.browser);
    require_room(tx, meeting.id, &person, most)?;
    if let Some(token) = proof.token {
        bind(tx, &meeting, token, visitor.browser, email.as_deref())?;
    }
    Ok(Admission {
        meeting: meeting.id,
        person,
        nickname,
        email,
        role: proof.role,
        registration: proof.registration,
        token: proof.token.map(|token| (token, visitor.browser)),
        device: visitor.device.clone(),
        address: visitor.address.clone(),
        base: visitor.base.clone(),
    })
}

fn active_meeting(tx: &Tx<'_>, meeting: MeetingId) -> Result<Meeting, Stop> {
    let meeting = store::meetings::find_any_meeting(tx, meeting)?.ok_or(Refusal::Nowhere)?;
    match meeting.refusal(tx.now) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(meeting),
    }
}

/// What a credential says of who shows it.
struct Proof {
    nickname: Option<String>,
    email: Option<String>,
    role: AttendeeRole,
    /// Recognised by something else than the browser.
    person: Option<PersonKey>,
    registration: Option<RegistrationId>,
    token: Option<AccessTokenId>,
}

impl Proof {
    fn listener() -> Self {
        Self { nickname: None, email: None, role: AttendeeRole::Listener, person: None, registration: None, token: None }
    }
}

/// Whom a link or a registration names; nobody when neither is shown.
fn named_guest(tx: &Tx<'_>, meeting: &Meeting, credentials: &Credentials) -> Result<Option<Proof>, Stop> {
    match (&credentials.link, &credentials.registration) {
        (Some(LinkKey::Verified(role)), _) => Ok(Some(Proof { role: *role, ..Proof::listener() })),
        (Some(LinkKey::Issued(secret)), _) => issued(tx, meeting.id, secret).map(Some),
        (None, Some(hash)) => {
            let found = store::registrations::find_by_hash(tx, meeting.id, hash)?.ok_or(Refusal::Wrong)?;
            Ok(Some(Proof {
                nickname: Some(full_name(&found)),
                // A registration that is passed around is still one person.
                person: Some(mail_key(&found.email)),
                email: Some(found.email),
                registration: Some(found.id),
                ..Proof::listener()
            }))
        }
        (None, None) => Ok(None),
    }
}

fn issued(tx: &Tx<'_>, meeting: MeetingId, secret: &str) -> Result<Proof, Stop> {
    let link = store::access_tokens::find_autologin(tx, &hash_secret(secret))?.filter(|link| link.meeting == meeting);
    let link = link.ok_or(Refusal::Wrong)?;
    if let Some(token) = link.token
        && !store::access_tokens::is_good(tx, token)?
    {
        return Err(Refusal::Wrong.into());
    }
    Ok(Proof {
        person: Some(mail_key(&link.email)),
        nickname: Some(link.nickname).filter(|name| !name.is_empty()),
        email: Some(link.email),
        role: link.role,
        registration: None,
        token: link.token,
    })
}

/// First and last name of somebody who registered.
fn full_name(registration: &Registration) -> String {
    format!("{} {}", registration.first_name, registration.last_name).trim().to_owned()
}

/// What the owner of an address is recognised by in every browser.
fn mail_key(email: &str) -> PersonKey {
    Sha256::new().chain_update(b"mail:").chain_update(email.to_lowercase()).finalize().into()
}

/// What is compared with a password before somebody is let in.
#[derive(Debug, Default)]
pub struct Lock {
    /// Whether the room is a quick call.
    pub is_quick_call: bool,
    /// The hash of its password, if nothing else is known of it and the visitor knows the address.
    pub hash: Option<PasswordHash>,
}

/// The lock of a room, for whoever compares passwords with hashes: that is slow and does not belong to the writer.
pub fn find_lock(tx: &Tx<'_>, meeting: MeetingId, credentials: &Credentials) -> Result<Lock, Error> {
    let Some(meeting) = store::meetings::find_any_meeting(tx, meeting)? else { return Ok(Lock::default()) };
    let quick_call = store::quick_calls::find_id(tx, meeting.id)?;
    let knows_address = quick_call.is_none() || quick_call == credentials.quick_call;
    let hash = meeting.password.as_ref().and_then(MeetingPassword::hash).filter(|_| knows_address).cloned();
    Ok(Lock { is_quick_call: quick_call.is_some(), hash })
}

/// Checks what the room asks of everybody: its password, or a token that nobody else has. Gives the token.
fn check_key(tx: &Tx<'_>, meeting: &Meeting, credentials: &Credentials, visitor: &Visitor) -> Result<Option<AccessTokenId>, Stop> {
    require_address(tx, meeting, credentials)?;
    match meeting.access {
        Access::Open => Ok(None),
        Access::Password if is_password(meeting.password.as_ref(), credentials) => Ok(None),
        Access::Password => Err(Refusal::Wrong.into()),
        Access::Token => {
            let text = credentials.token.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
            let token = store::access_tokens::find_token(tx, meeting.id, &text)?.ok_or(Refusal::Wrong)?;
            require_free(tx, meeting.id, token.id, visitor.browser, visitor.email.as_ref().map(|email| email.as_str()))?;
            Ok(Some(token.id))
        }
    }
}

/// The number of a quick call is no way in: its address is the secret.
fn require_address(tx: &Tx<'_>, meeting: &Meeting, credentials: &Credentials) -> Result<(), Stop> {
    match store::quick_calls::find_id(tx, meeting.id)? {
        Some(id) if credentials.quick_call.as_ref() != Some(&id) => Err(Refusal::Nowhere.into()),
        _ => Ok(()),
    }
}

fn is_password(ours: Option<&MeetingPassword>, credentials: &Credentials) -> bool {
    match ours {
        // Hashes of equal length: how long the comparison takes tells nothing.
        Some(MeetingPassword::Plain(ours)) => {
            !ours.is_empty() && hash_secret(ours) == hash_secret(credentials.password.as_deref().unwrap_or_default())
        }
        // Compared before the write; if the password changed meanwhile, it fits no more.
        Some(MeetingPassword::Hashed(ours)) => credentials.fits.as_ref() == Some(ours),
        None => false,
    }
}

/// Binds a token to a browser, unless somebody else has it.
fn bind(tx: &Tx<'_>, meeting: &Meeting, token: AccessTokenId, browser: PersonKey, email: Option<&str>) -> Result<(), Stop> {
    require_free(tx, meeting.id, token, browser, email)?;
    store::access_tokens::update_used(tx, token, email, &browser)?;
    Ok(())
}

/// The same browser comes back with its token at any time. Another one only by the same address, and not beside the first.
fn require_free(tx: &Tx<'_>, meeting: MeetingId, token: AccessTokenId, browser: PersonKey, email: Option<&str>) -> Result<(), Stop> {
    let Some(holder) = store::access_tokens::find_holder(tx, token)? else { return Ok(()) };
    if holder.person == browser {
        return Ok(());
    }
    let same_person = email.filter(|email| holder.email.as_deref() == Some(*email)).ok_or(Refusal::Wrong)?;
    let may_be_coming = holder.since.plus_ms(TICKET_MS) > tx.now;
    if may_be_coming || is_present(tx, meeting, &holder.person)? || is_present(tx, meeting, &mail_key(same_person))? {
        return Err(Refusal::Wrong.into());
    }
    Ok(())
}

fn is_present(tx: &Tx<'_>, meeting: MeetingId, person: &[u8]) -> Result<bool, Error> {
    let Some(session) = store::sessions::find_open(tx, meeting)? else { return Ok(false) };
    Ok(store::sessions::find_person(tx, session.id, person)?.is_some_and(|attendee| attendee.left.is_none()))
}

/// Whether one more person fits; who is there already does.
fn require_room(tx: &Tx<'_>, meeting: MeetingId, person: &PersonKey, most: i64) -> Result<(), Stop> {
    let Some(session) = store::sessions::find_open(tx, meeting)? else { return Ok(()) };
    if store::sessions::count_present(tx, session.id)? >= most && !is_present(tx, meeting, person)? {
        return Err(Refusal::Full.into());
    }
    Ok(())
}

/// Whether somebody who was let in may still take the seat: their token must not have gone to another browser.
pub(super) fn may_sit(tx: &Tx<'_>, admission: &Admission, most: i64) -> Result<Door<()>, Error> {
    let step = || {
        if let Some((token, browser)) = admission.token {
            let holder = store::access_tokens::find_holder(tx, token)?;
            if holder.is_none_or(|holder| holder.person != browser) {
                return Err(Refusal::Wrong.into());
            }
        }
        require_room(tx, admission.meeting, &admission.person, most)
    };
    door(step())
}

/// Registers somebody through the room's own form, which asks for the room's password or token, too. Gives the room's
/// PIN for the personal link.
///
/// GUESS: registering uses up a token as entering does, and whoever registers gets the personal link at once.
pub fn register(
    tx: &Tx<'_>,
    meeting: MeetingId,
    visitor: &Visitor,
    credentials: &Credentials,
    form: Result<NewRegistration, Error>,
) -> Result<Door<(i64, Registration)>, Error> {
    let step = || {
        let meeting = active_meeting(tx, meeting)?;
        let token = check_key(tx, &meeting, credentials, visitor)?;
        if !meeting.has_registration {
            return Err(Refusal::Nowhere.into());
        }
        let form = form?;
        // Whoever types an address must not get the link of its owner.
        if store::registrations::find_by_email(tx, meeting.id, form.email.as_str())?.is_some() {
            return Err(Refusal::AlreadyRegistered.into());
        }
        if let Some(token) = token {
            bind(tx, &meeting, token, visitor.browser, Some(form.email.as_str()))?;
        }
        let hash = tx.random_text(HASH_CHARS);
        store::registrations::insert_registration(tx, meeting.id, &form, &hash)?;
        let made = store::registrations::find_by_hash(tx, meeting.id, &hash)?;
        let made = made.ok_or_else(|| Error::internal("a registration that was just made is not there"))?;
        tx.record(Event::Registered(meeting.id, made.id))?;
        Ok((meeting.pin, made))
    };
    door(step())
}

/// The rooms that an organization shows to everybody.
pub fn list_public_rooms(tx: &Tx<'_>, slug: &str) -> Result<Option<(Organization, Vec<Meeting>)>, Error> {
    let Some(organization) = store::organizations::find_by_slug(tx, slug)? else { return Ok(None) };
    let rooms = store::meetings::list_public(tx, organization.id)?;
    Ok(Some((organization, rooms)))
}

/// The organization, if there is only one.
pub fn only_organization(tx: &Tx<'_>) -> Result<Option<Organization>, Error> {
    let mut all = store::organizations::list_organizations(tx)?;
    Ok(if all.len() == 1 { all.pop() } else { None })
}

/// Where somebody finds a room again who was in one of its sessions. Others are not told the address of a quick call.
pub fn find_way_back(tx: &Tx<'_>, meeting: &Meeting, session: Option<SessionId>) -> Result<Option<String>, Error> {
    let Some(id) = store::quick_calls::find_id(tx, meeting.id)? else { return Ok(Some(room_url("", &meeting.slug))) };
    let was_there = match session {
        Some(session) => store::sessions::find_session(tx, meeting.id, session)?.is_some(),
        None => false,
    };
    Ok(was_there.then(|| quick_call_url("", &id)))
}

/// Whether a room's people have to be sent out: somebody closed or deleted it.
///
/// GUESS: the end of its schedule sends nobody out; it only keeps others from coming in.
pub fn is_shut(tx: &Tx<'_>, meeting: MeetingId) -> Result<bool, Error> {
    Ok(store::meetings::find_any_meeting(tx, meeting)?.is_none_or(|meeting| meeting.is_closed))
}
