//! The file of `crosstalk sandbox --seed`: what is in a sandbox besides its office, in JSON.
//!
//! What was read is valid by itself: every text went through the domain's own parser. Whether it fits the sandbox (who is
//! named, who is where) is found out when it is applied (`annex.rs`).

use std::fmt::Display;
use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::domain::civil::parse_duration;
use crate::domain::{
    Access, Body, Count, Deadline, Dialect, Email, Error, Icon, InvitationCode, Label, MeetingKind, MeetingName, MeetingSlug, Memo,
    OrganizationRole, PersonName, Problem, RoomName, Start, TimeZone, Timestamp, Title,
};
use crate::session_file::SessionFile;

/// Most entries of all lists together.
pub(super) const MOST_ENTRIES: usize = 10_000;

/// The place of complaints that are about no place in particular.
const WHOLE: &str = "";

/// What is in a sandbox besides its office.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "an object with people, rooms and the like")]
pub struct SeedFile {
    pub(super) people: Vec<PersonEntry>,
    pub(super) contacts: Vec<ContactEntry>,
    pub(super) rooms: Vec<RoomEntry>,
    pub(super) direct: Vec<DirectEntry>,
    pub(super) places: Vec<PlaceEntry>,
    pub(super) reservations: Vec<ReservationEntry>,
    pub(super) meetings: Vec<MeetingEntry>,
    pub(super) tokens: Vec<TokenEntry>,
    /// Where it lies: files that it names lie there, too.
    #[serde(skip)]
    pub folder: PathBuf,
}

impl SeedFile {
    /// Largest file, in MiB.
    pub const MOST_MIB: u64 = 16;

    /// Reads and checks a text.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut json = serde_json::Deserializer::from_slice(text);
        let file: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            // A dot is the whole, a question mark what could not be read so far that it had a name.
            wrong(error.path().to_string().trim_end_matches(['.', '?']), error.inner())
        })?;
        json.end().map_err(|error| wrong(WHOLE, error))?;
        if file.entries() > MOST_ENTRIES {
            return Err(wrong(WHOLE, "all lists together have at most 10,000 entries"));
        }
        Ok(file)
    }

    /// How many entries all lists have.
    fn entries(&self) -> usize {
        let in_rooms = self.rooms.iter().map(|room| room.people() + room.messages.len() + room.tasks.len() + room.files.len());
        let in_tasks = self.rooms.iter().flat_map(|room| &room.tasks).map(|task| task.to.len());
        let in_direct = self.direct.iter().map(|room| room.messages.len());
        let in_reservations = self.reservations.iter().map(|reservation| reservation.members.len());
        let in_meetings = self.meetings.iter().map(|meeting| meeting.sessions.len() + meeting.registrations.len());
        let nested = in_rooms.chain(in_tasks).chain(in_direct).chain(in_reservations).chain(in_meetings);
        let lists = [self.people.len(), self.contacts.len(), self.rooms.len(), self.direct.len(), self.places.len()];
        let more = [self.reservations.len(), self.meetings.len(), self.tokens.len()];
        lists.into_iter().chain(more).chain(nested).sum()
    }
}

/// A complaint about a place in the file.
pub(super) fn wrong(place: impl Into<String>, why: impl Display) -> Error {
    Error::Fields(vec![Problem { field: place.into(), why: why.to_string() }])
}

/// Makes an error a complaint about a place in the file, unless it names one already or is no fault of the file.
pub(super) fn blame(place: impl Into<String>) -> impl FnOnce(Error) -> Error {
    |error| match error {
        Error::Fields(_) | Error::Internal(_) | Error::Busy | Error::QuotaReached | Error::StorageFull | Error::StorageReadOnly => error,
        other => wrong(place, why(&other)),
    }
}

/// What is wrong with a value, without the name that the domain has for it: the place in the file is told instead.
fn why(error: &Error) -> String {
    match error {
        Error::Invalid(_, why) => (*why).to_owned(),
        Error::Missing(_) => "this must not be empty".to_owned(),
        other => other.plain(),
    }
}

/// A value of the domain, written as a text.
#[derive(Clone, Debug)]
pub(super) struct Parsed<T>(pub(super) T);

impl<'de, T: Written> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::read(&text).map(Self).map_err(|error| D::Error::custom(why(&error)))
    }
}

/// What can be written as a text.
pub(super) trait Written: Sized {
    /// Reads it.
    fn read(text: &str) -> Result<Self, Error>;
}

/// How values are written: each type with the function that reads it.
macro_rules! written {
    ($($type:ty: $read:expr),+ $(,)?) => {
        $(impl Written for $type {
            fn read(text: &str) -> Result<Self, Error> {
                $read(text)
            }
        })+
    };
}

written! {
    Access: access,
    Body: |text: &str| Body::parse(text.to_owned()),
    Deadline: deadline,
    Dialect: dialect,
    Email: Email::parse,
    Icon: Icon::parse,
    InvitationCode: |text| InvitationCode::parse("code", text),
    Label: |text| Label::parse("", text),
    Length: |text| parse_duration(text).map(|ms| Length { ms }),
    MeetingKind: meeting_kind,
    MeetingName: MeetingName::parse,
    MeetingSlug: MeetingSlug::parse,
    Memo: Memo::parse,
    OrganizationRole: OrganizationRole::named,
    PersonName: PersonName::parse,
    RoomName: |text: &str| RoomName::parse(text.to_owned()),
    Secret: secret,
    Start: Start::parse,
    TimeZone: TimeZone::parse,
    Timestamp: instant,
    Title: |text| Title::parse("", text),
}

/// How long a meeting lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    pub(super) ms: i64,
}

/// The secret of a token, as somebody chose it.
#[derive(Clone, Debug)]
pub(super) struct Secret(pub(super) String);

/// An office refuses secrets with these first letters, so none that stands in a file lets anybody in there.
pub(super) const SECRET_PREFIX: &str = "sandbox";

fn secret(text: &str) -> Result<Secret, Error> {
    let is_fine =
        text.starts_with(SECRET_PREFIX) && (32..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let rule = "a secret begins with `sandbox` and has 32 to 64 letters (a to z, A to Z) and digits; without one a random one is made";
    is_fine.then(|| Secret(text.to_owned())).ok_or(Error::Invalid("secret", rule))
}

fn access(word: &str) -> Result<Access, Error> {
    match word {
        "open" => Ok(Access::Open),
        "password" => Ok(Access::Password),
        "token" => Ok(Access::Token),
        _ => Err(Error::Invalid("access", "use open, password or token")),
    }
}

fn meeting_kind(word: &str) -> Result<MeetingKind, Error> {
    let known = [MeetingKind::Meeting, MeetingKind::Webinar].into_iter().find(|kind| kind.word() == word);
    known.ok_or(Error::Invalid("kind", "use meeting or webinar"))
}

fn dialect(name: &str) -> Result<Dialect, Error> {
    let known = Dialect::ALL.into_iter().find(|dialect| dialect.name() == name);
    known.ok_or(Error::Invalid("dialect", "use chatwork, clickmeeting, cam, messenger, messenger-personal or chat-messages"))
}

fn instant(text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::Invalid("at", "write times as 2026-01-31T09:00:00Z"))
}

/// A day, which is over with its last second, or an instant.
fn deadline(text: &str) -> Result<Deadline, Error> {
    let day = format!("{text}T23:59:59Z").parse().map(Deadline::Day);
    let instant = || text.parse().map(Deadline::Instant);
    day.or_else(|_| instant()).map_err(|_| Error::Invalid("due", "write a day as 2026-01-31, or a time as 2026-01-31T09:00:00Z"))
}

/// Somebody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct PersonEntry {
    pub(super) email: Parsed<Email>,
    pub(super) name: Parsed<PersonName>,
    pub(super) role: Option<Parsed<OrganizationRole>>,
    /// The short handle that people choose (Chatwork's `chatwork_id`).
    pub(super) handle: Option<Parsed<Label>>,
    pub(super) department: Option<Parsed<Label>>,
    pub(super) title: Option<Parsed<Label>>,
    pub(super) url: Option<Parsed<Label>>,
    pub(super) introduction: Option<Parsed<Memo>>,
    pub(super) mail: Option<Parsed<Label>>,
    pub(super) tel_organization: Option<Parsed<Label>>,
    pub(super) tel_extension: Option<Parsed<Label>>,
    pub(super) tel_mobile: Option<Parsed<Label>>,
    pub(super) skype: Option<Parsed<Label>>,
    pub(super) facebook: Option<Parsed<Label>>,
    pub(super) twitter: Option<Parsed<Label>>,
}

/// Two who know each other, or of whom one asks the other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct ContactEntry {
    pub(super) from: Parsed<Email>,
    pub(super) to: Parsed<Email>,
    pub(super) message: Option<Parsed<Memo>>,
    /// Whether the other one said yes, as when it is absent, or has not answered.
    #[serde(default = "yes")]
    pub(super) accepted: bool,
}

/// A group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RoomEntry {
    pub(super) name: Parsed<RoomName>,
    pub(super) description: Option<Parsed<Memo>>,
    pub(super) icon: Option<Parsed<Icon>>,
    /// The first one makes the room.
    pub(super) admins: Vec<Parsed<Email>>,
    #[serde(default)]
    pub(super) members: Vec<Parsed<Email>>,
    #[serde(default)]
    pub(super) readonly: Vec<Parsed<Email>>,
    pub(super) invitation: Option<InvitationEntry>,
    #[serde(default)]
    pub(super) messages: Vec<MessageEntry>,
    #[serde(default)]
    pub(super) tasks: Vec<TaskEntry>,
    #[serde(default)]
    pub(super) files: Vec<FileEntry>,
}

impl RoomEntry {
    fn people(&self) -> usize {
        self.admins.len() + self.members.len() + self.readonly.len()
    }
}

/// The link that lets people into a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct InvitationEntry {
    pub(super) code: Option<Parsed<InvitationCode>>,
    #[serde(default)]
    pub(super) needs_acceptance: bool,
    pub(super) description: Option<Parsed<Memo>>,
}

/// What somebody said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct MessageEntry {
    pub(super) from: Parsed<Email>,
    pub(super) text: Parsed<Body>,
    pub(super) at: Option<Parsed<Timestamp>>,
}

/// What somebody wants done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct TaskEntry {
    pub(super) from: Parsed<Email>,
    pub(super) to: Vec<Parsed<Email>>,
    pub(super) text: Parsed<Body>,
    pub(super) due: Option<Parsed<Deadline>>,
    #[serde(default)]
    pub(super) done: bool,
    pub(super) at: Option<Parsed<Timestamp>>,
}

/// A file in a room.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct FileEntry {
    pub(super) from: Parsed<Email>,
    /// Its name; that of the file beside the seed file when absent.
    pub(super) name: Option<Parsed<Title>>,
    /// What is in it,
    pub(super) text: Option<String>,
    /// or the file beside the seed file that has it.
    pub(super) path: Option<String>,
    pub(super) message: Option<Parsed<Body>>,
    pub(super) at: Option<Parsed<Timestamp>>,
}

/// The room of two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct DirectEntry {
    pub(super) between: [Parsed<Email>; 2],
    #[serde(default)]
    pub(super) messages: Vec<MessageEntry>,
}

/// A meeting room with walls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct PlaceEntry {
    pub(super) name: Parsed<Title>,
    pub(super) group: Option<Parsed<Label>>,
    #[serde(default)]
    pub(super) capacity: Number,
    pub(super) memo: Option<Parsed<Memo>>,
}

/// A number from 0 to 1,000,000.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number(pub(super) Count);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        Count::parse("", number).map(Self).map_err(|error| D::Error::custom(why(&error)))
    }
}

/// Who has a place when: from `start` to `end`, or from `day` to `last_day`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct ReservationEntry {
    pub(super) place: Parsed<Title>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) day: Option<String>,
    pub(super) last_day: Option<String>,
    pub(super) title: Parsed<Title>,
    pub(super) memo: Option<Parsed<Memo>>,
    pub(super) by: Parsed<Email>,
    #[serde(default)]
    pub(super) members: Vec<Parsed<Email>>,
}

/// A conference room.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct MeetingEntry {
    pub(super) name: Parsed<MeetingName>,
    pub(super) kind: Option<Parsed<MeetingKind>>,
    pub(super) access: Option<Parsed<Access>>,
    pub(super) password: Option<Parsed<Title>>,
    /// The last part of its address.
    pub(super) slug: Option<Parsed<MeetingSlug>>,
    /// When it begins; without it, it is always open.
    pub(super) starts: Option<Parsed<Start>>,
    /// Hours and minutes, such as `1:30`.
    pub(super) duration: Option<Parsed<Length>>,
    pub(super) time_zone: Option<Parsed<TimeZone>>,
    pub(super) lobby: Option<bool>,
    pub(super) lobby_text: Option<Parsed<Memo>>,
    #[serde(default)]
    pub(super) registration: bool,
    #[serde(default)]
    pub(super) registrations: Vec<RegistrationEntry>,
    #[serde(default)]
    pub(super) sessions: Vec<SessionFile>,
}

/// Somebody who signed up for a meeting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct RegistrationEntry {
    pub(super) email: Parsed<Email>,
    pub(super) first_name: Parsed<Title>,
    pub(super) last_name: Option<Parsed<Label>>,
}

/// A token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct TokenEntry {
    pub(super) dialect: Parsed<Dialect>,
    /// Whose it is; without somebody, the organization's.
    pub(super) user: Option<Parsed<Email>>,
    pub(super) secret: Option<Parsed<Secret>>,
    pub(super) note: Option<Parsed<Label>>,
}

fn yes() -> bool {
    true
}
