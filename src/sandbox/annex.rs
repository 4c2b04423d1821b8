//! What a seed file adds to the office of the sandbox: people and what they have.
//!
//! Everything comes a second after what stands before it, in the order of the file, so that the same file makes the same ids; what people
//! say and do in rooms comes after it (`story.rs`).

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::SandboxToken;
use super::seed::{ALICE, START, TOKENS, Tokens, add_person};
use super::seed_file::{
    ContactEntry, DirectEntry, MeetingEntry, Parsed, PersonEntry, PlaceEntry, RegistrationEntry, ReservationEntry, RoomEntry, SeedFile,
    TokenEntry, blame, wrong,
};
use super::story::{Deed, Story};
use crate::domain::{
    Access, AccountId, Actor, Email, Error, Label, Meeting, MeetingKind, MeetingPatch, MemberList, Memo, NewInvitation, NewMeeting,
    NewPlace, NewRegistration, NewReservation, NewRoom, NewToken, OrganizationRole, PastSession, ReservedTime, RoomId, Scopes, Timestamp,
};
use crate::ops::{accounts, contacts, meetings, past, places, registrations, rooms, tokens};
use crate::session_file::SessionFile;
use crate::store::Tx;
use crate::web::upload::UploadedFile;

const SECOND_MS: i64 = 1_000;
const HOUR_MS: i64 = 60 * 60 * SECOND_MS;
/// When the first of it is there: the office is done by then.
pub(super) const ADDED: Timestamp = START.plus_ms(6 * HOUR_MS);

/// Puts a seed file's people and things beside those of the office; gives its tokens.
pub(super) fn build(
    tx: &Tx<'_>,
    office: [(&str, &Actor); 3],
    seed: SeedFile,
    contents: Vec<Vec<UploadedFile>>,
    which: Tokens,
) -> Result<Vec<SandboxToken>, Error> {
    let mut people = People(office.map(|(email, actor)| (email.to_owned(), actor.clone())).into());
    let clock = Seconds { tx, passed: Cell::new(0) };
    for (index, entry) in seed.people.iter().enumerate() {
        let actor = settle(&clock.next(), index, entry).map_err(blame(format!("people[{index}]")))?;
        people.0.insert(entry.email.0.as_str().to_owned(), actor);
    }
    let annex = Annex { clock, people };
    each("contacts", &seed.contacts, |place, entry| annex.introduce(place, entry))?;
    let rooms = each("rooms", &seed.rooms, |place, entry| annex.open_room(place, entry))?;
    let direct = each("direct", &seed.direct, |place, entry| annex.find_direct_room(place, entry))?;
    each("places", &seed.places, |_, entry| annex.furnish(entry))?;
    each("reservations", &seed.reservations, |place, entry| annex.reserve(place, entry))?;
    each("meetings", &seed.meetings, |place, entry| annex.meet(place, entry))?;
    let tokens = annex.make_tokens(&seed.tokens, which)?;
    let mut story = Story::until(tx.now);
    for (index, ((room, entry), contents)) in rooms.into_iter().zip(seed.rooms).zip(contents).enumerate() {
        let place = |list: &str| format!("rooms[{index}].{list}");
        story.add(&place("messages"), room, entry.messages.into_iter().map(Deed::Message))?;
        story.add(&place("tasks"), room, entry.tasks.into_iter().map(Deed::Task))?;
        story.add(&place("files"), room, entry.files.into_iter().zip(contents).map(|(entry, content)| Deed::File(entry, content)))?;
    }
    for (index, (room, entry)) in direct.into_iter().zip(seed.direct).enumerate() {
        story.add(&format!("direct[{index}].messages"), room, entry.messages.into_iter().map(Deed::Message))?;
    }
    story.happen(tx, &annex.people)?;
    Ok(tokens)
}

/// Adds the entries of a list one by one; complaints name the entry, unless they name something in it.
fn each<E, T>(list: &str, entries: &[E], add: impl Fn(&str, &E) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    let place = |index: usize| format!("{list}[{index}]");
    entries.iter().enumerate().map(|(index, entry)| add(&place(index), entry).map_err(blame(place(index)))).collect()
}

/// Everybody who can be named, by e-mail address.
pub(super) struct People(HashMap<String, Actor>);

impl People {
    /// Somebody whom the file names at a place.
    pub(super) fn find(&self, Parsed(email): &Parsed<Email>, place: &str) -> Result<&Actor, Error> {
        self.0.get(email.as_str()).ok_or_else(|| {
            let can = "people in the file and alice@example.com, bob@example.com, carol@example.com can be named";
            wrong(place, format!("nobody here has the e-mail {}; {can}", email.as_str()))
        })
    }

    /// The accounts of a list.
    pub(super) fn accounts(&self, emails: &[Parsed<Email>], place: &str) -> Result<Vec<AccountId>, Error> {
        let entries = emails.iter().enumerate();
        entries.map(|(index, email)| self.find(email, &format!("{place}[{index}]")).map(|actor| actor.account)).collect()
    }
}

/// A clock that goes on by a second whenever something is added.
struct Seconds<'a> {
    tx: &'a Tx<'a>,
    passed: Cell<i64>,
}

impl Seconds<'_> {
    fn next(&self) -> Tx<'_> {
        let passed = self.passed.get();
        self.passed.set(passed + 1);
        self.tx.at(ADDED.plus_ms(passed * SECOND_MS))
    }
}

/// The 20-character id that some dialects know somebody by: the beginning of the address, and a number. That of the three is 1, so nobody
/// gets one of theirs.
fn uid(email: &Email, index: usize) -> String {
    let letters = email.as_str().bytes().take_while(|byte| *byte != b'@');
    let letters: String = letters.filter(u8::is_ascii_alphanumeric).map(char::from).collect();
    format!("{letters:0<15.15}{:05}", index + 2)
}

fn settle(tx: &Tx<'_>, index: usize, entry: &PersonEntry) -> Result<Actor, Error> {
    let email = &entry.email.0;
    let role = entry.role.as_ref().map_or(OrganizationRole::Member, |role| role.0);
    let actor = add_person(tx, email.as_str(), &uid(email, index), entry.name.0.as_str(), role)?;
    let mut profile = accounts::get_own_profile(tx, &actor)?;
    for (field, given) in [
        (&mut profile.account.handle, &entry.handle),
        (&mut profile.account.department, &entry.department),
        (&mut profile.title, &entry.title),
        (&mut profile.url, &entry.url),
        (&mut profile.mail, &entry.mail),
        (&mut profile.tel_organization, &entry.tel_organization),
        (&mut profile.tel_extension, &entry.tel_extension),
        (&mut profile.tel_mobile, &entry.tel_mobile),
        (&mut profile.skype, &entry.skype),
        (&mut profile.facebook, &entry.facebook),
        (&mut profile.twitter, &entry.twitter),
    ] {
        label(given).clone_into(field);
    }
    memo(entry.introduction.as_ref()).clone_into(&mut profile.introduction);
    accounts::set_profile(tx, &profile)?;
    Ok(actor)
}

fn label(given: &Option<Parsed<Label>>) -> &str {
    given.as_ref().map_or("", |label| label.0.as_str())
}

fn memo(given: Option<&Parsed<Memo>>) -> &str {
    given.map_or("", |memo| memo.0.as_str())
}

struct Annex<'a> {
    clock: Seconds<'a>,
    people: People,
}

impl Annex<'_> {
    fn introduce(&self, place: &str, entry: &ContactEntry) -> Result<(), Error> {
        self.people.find(&entry.from, &format!("{place}.from"))?;
        let accepting = self.people.find(&entry.to, &format!("{place}.to"))?;
        let tx = &self.clock.next();
        let request = contacts::request_contact(tx, entry.from.0.as_str(), entry.to.0.as_str(), memo(entry.message.as_ref()))?;
        if entry.accepted {
            contacts::accept_request(tx, accepting, request)?;
        }
        Ok(())
    }

    fn open_room(&self, place: &str, entry: &RoomEntry) -> Result<RoomId, Error> {
        let accounts = |list: &[Parsed<Email>], name: &str| self.people.accounts(list, &format!("{place}.{name}"));
        let [admins, members, readonly] =
            [accounts(&entry.admins, "admins")?, accounts(&entry.members, "members")?, accounts(&entry.readonly, "readonly")?];
        let maker = entry.admins.first().ok_or_else(|| wrong(format!("{place}.admins"), "name at least one person: who makes the room"))?;
        let invitation = entry.invitation.as_ref().map(|entry| NewInvitation {
            code: entry.code.as_ref().map(|code| code.0.clone()),
            needs_acceptance: entry.needs_acceptance,
            description: Some(memo(entry.description.as_ref()).to_owned()),
        });
        let room = NewRoom {
            name: entry.name.0.clone(),
            description: memo(entry.description.as_ref()).to_owned(),
            icon: entry.icon.as_ref().map(|icon| icon.0).unwrap_or_default(),
            members: MemberList::parse(admins, members, readonly)?,
            invitation,
        };
        rooms::create_room(&self.clock.next(), self.people.find(maker, place)?, Ok(room))
    }

    /// The room of two; who are no contacts become some.
    fn find_direct_room(&self, place: &str, entry: &DirectEntry) -> Result<RoomId, Error> {
        let [one, other] = &entry.between;
        let (asking, accepting) =
            (self.people.find(one, &format!("{place}.between[0]"))?, self.people.find(other, &format!("{place}.between[1]"))?);
        let tx = &self.clock.next();
        let known = contacts::list_contacts(tx, asking)?.into_iter().find(|contact| contact.account.person.id == accepting.account);
        if let Some(contact) = known {
            return Ok(contact.room);
        }
        let request = contacts::request_contact(tx, one.0.as_str(), other.0.as_str(), "")?;
        Ok(contacts::accept_request(tx, accepting, request)?.room)
    }

    fn furnish(&self, entry: &PlaceEntry) -> Result<(), Error> {
        let new = NewPlace {
            name: entry.name.0.clone(),
            group: entry.group.as_ref().map(|group| group.0.clone()).unwrap_or_default(),
            capacity: entry.capacity.0,
            memo: entry.memo.as_ref().map(|memo| memo.0.clone()).unwrap_or_default(),
            sort_order: None,
            is_valid: true,
        };
        places::create_place(&self.clock.next(), None, &new).map(|_| ())
    }

    fn reserve(&self, place: &str, entry: &ReservationEntry) -> Result<(), Error> {
        self.people.find(&entry.by, &format!("{place}.by"))?;
        self.people.accounts(&entry.members, &format!("{place}.members"))?;
        let time = match (&entry.start, &entry.end, &entry.day, &entry.last_day) {
            (Some(start), Some(end), None, None) => ReservedTime::parse_span(start, end)?,
            (None, None, Some(day), last) => ReservedTime::parse_days(day, last.as_ref().unwrap_or(day))?,
            _ => return Err(wrong(place, "say when with start and end, or with day and, for several days, last_day")),
        };
        let new = NewReservation {
            place: entry.place.0.as_str().to_owned(),
            time,
            title: entry.title.0.clone(),
            memo: entry.memo.as_ref().map(|memo| memo.0.clone()).unwrap_or_default(),
            creator: entry.by.0.clone(),
            members: entry.members.iter().map(|email| (email.0.clone(), false)).collect(),
        };
        places::reserve_place(&self.clock.next(), None, &new).map(|_| ())
    }

    /// A conference room of Alice's.
    fn meet(&self, place: &str, entry: &MeetingEntry) -> Result<(), Error> {
        let tx = &self.clock.next();
        let alice = self.people.0.get(ALICE).ok_or_else(|| Error::internal("Alice is not there"))?;
        let meeting = meetings::create_meeting(tx, alice, new_meeting(place, entry))?.meeting;
        if !entry.registration && !entry.registrations.is_empty() {
            return Err(wrong(format!("{place}.registrations"), "people sign up where registration is true"));
        }
        each(&format!("{place}.registrations"), &entry.registrations, |_, entry| sign_up(tx, &meeting, entry))?;
        each(&format!("{place}.sessions"), &entry.sessions, |_, entry| self.import(&meeting, entry))?;
        Ok(())
    }

    /// As of now: a session may have ended at any time before.
    fn import(&self, meeting: &Meeting, entry: &SessionFile) -> Result<(), Error> {
        past::import_session(self.clock.tx, meeting, &PastSession::try_from(entry.clone())?).map(|_| ())
    }

    fn make_tokens(&self, entries: &[TokenEntry], which: Tokens) -> Result<Vec<SandboxToken>, Error> {
        let mut taken: HashSet<&str> = TOKENS.iter().map(|token| token.secret).collect();
        for (index, secret) in entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.secret.as_ref()?))) {
            if !taken.insert(&secret.0.0) {
                return Err(wrong(format!("tokens[{index}].secret"), "another token has this secret"));
            }
        }
        each("tokens", entries, |place, entry| self.make_token(place, entry, which))
    }

    fn make_token(&self, place: &str, entry: &TokenEntry, which: Tokens) -> Result<SandboxToken, Error> {
        let dialect = entry.dialect.0;
        let user = match &entry.user {
            Some(email) => self.people.find(email, &format!("{place}.user")).map(|_| Some(&email.0))?,
            None if dialect.is_personal() => {
                return Err(wrong(format!("{place}.user"), "tokens of this dialect belong to a person; say whose"));
            }
            None => None,
        };
        let note = entry.note.as_ref().map_or("sandbox", |note| note.0.as_str()).to_owned();
        let token = NewToken { dialect, scopes: Scopes::All, expires: None, note };
        let tx = &self.clock.next();
        let made = match (&entry.secret, which) {
            (Some(secret), Tokens::WellKnown) => tokens::keep_secret(tx, None, user, &token, secret.0.0.clone())?,
            (Some(_), Tokens::Random) | (None, _) => tokens::create_token(tx, None, user, &token)?,
        };
        Ok(SandboxToken::new(dialect, user.map(Email::as_str), made.secret))
    }
}

fn new_meeting(place: &str, entry: &MeetingEntry) -> Result<NewMeeting, Error> {
    let access = entry.access.as_ref().map_or(Access::Open, |access| access.0);
    match (access, &entry.password) {
        (Access::Password, None) => return Err(wrong(format!("{place}.password"), "a room with access `password` needs one")),
        (Access::Open | Access::Token, Some(_)) => {
            return Err(wrong(format!("{place}.password"), "only a room with access `password` has one"));
        }
        _ => {}
    }
    if entry.duration.is_some() && entry.starts.is_none() {
        return Err(wrong(format!("{place}.duration"), "only a room with a beginning (starts) has an end"));
    }
    let rest = MeetingPatch {
        slug: entry.slug.as_ref().map(|slug| slug.0.clone()),
        starts: entry.starts.as_ref().map(|starts| starts.0),
        duration_ms: entry.duration.as_ref().map(|duration| duration.0.ms),
        zone: entry.time_zone.as_ref().map(|zone| zone.0.clone()),
        password: entry.password.as_ref().map(|password| password.0.as_str().to_owned()),
        has_lobby: entry.lobby,
        lobby_text: entry.lobby_text.as_ref().map(|text| text.0.as_str().to_owned()),
        has_registration: Some(entry.registration),
        ..MeetingPatch::default()
    };
    Ok(NewMeeting {
        name: entry.name.0.clone(),
        kind: entry.kind.as_ref().map_or(MeetingKind::Meeting, |kind| kind.0),
        is_permanent: entry.starts.is_none(),
        access,
        rest,
    })
}

fn sign_up(tx: &Tx<'_>, meeting: &Meeting, entry: &RegistrationEntry) -> Result<(), Error> {
    let new = NewRegistration {
        email: entry.email.0.clone(),
        first_name: entry.first_name.0.as_str().to_owned(),
        last_name: label(&entry.last_name).to_owned(),
        answers: Vec::new(),
        referer: None,
        language: None,
    };
    registrations::sign_up(tx, meeting, &new).map(|_| ())
}
