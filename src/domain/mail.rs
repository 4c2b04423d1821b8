//! Letters that this server writes to people, and how far a mail is.

use super::{AttendeeRole, MeetingId, MeetingKind, NamePart, OrganizationId, Schedule, TimeZone, Timestamp};

/// Why a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody is asked to come.
    Invitation,
    /// Somebody signed up.
    Confirmation,
    /// Somebody was there.
    ThankYou,
}

/// A letter about a meeting, before it has words.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Why.
    pub occasion: Occasion,
    /// Who writes.
    pub organization: String,
    /// The address that it comes from.
    pub sender: String,
    /// The room.
    pub meeting: MeetingId,
    /// Its name.
    pub room: String,
    /// Meeting or webinar.
    pub kind: MeetingKind,
    /// When it takes place; none for a permanent room.
    pub schedule: Option<Schedule>,
    /// The zone in which times are told.
    pub zone: TimeZone,
    /// The address to go to.
    pub link: String,
    /// What lets the reader in, where the room asks for it.
    pub token: Option<String>,
    /// The same for all readers.
    pub password: Option<String>,
    /// What the reader will be.
    pub role: AttendeeRole,
    /// What people read while they wait; may be empty.
    pub lobby_text: String,
    /// Telephone numbers: place and number; empty where the room has none.
    pub dial_in: Vec<(String, String)>,
    /// What a caller types.
    pub phone_pin: i64,
    /// Nine digits that lead to the room.
    pub room_pin: i64,
    /// The reader's name, or empty.
    pub nickname: String,
    /// With a designed part besides plain text.
    pub is_advanced: bool,
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same with a design; none for a basic letter.
    pub html: Option<String>,
    /// An entry for calendars, of scheduled rooms.
    pub calendar: Option<String>,
}

/// A mail of the outbox.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its row.
    pub id: i64,
    /// To whom.
    pub to: String,
    /// What it says.
    pub letter: Composed,
    /// The random part of its Message-ID: the same whenever it is built.
    pub key: String,
    /// When it was written.
    pub written: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
}

/// A mail and how far it is.
#[derive(Clone, Debug)]
pub struct OutboxMail {
    /// The mail.
    pub mail: Mail,
    /// Whose.
    pub organization: OrganizationId,
    /// How far it is.
    pub state: MailState,
    /// When it is tried next, while it waits.
    pub next_try: Timestamp,
    /// Why the last try failed.
    pub failure: Option<String>,
    /// When it was sent or given up.
    pub ended: Option<Timestamp>,
}

/// Which mails are asked for; what is none lets everything through.
#[derive(Clone, Debug, Default)]
pub struct OutboxFilter {
    /// How far they are.
    pub state: Option<MailState>,
    /// What recipient or subject has.
    pub words: NamePart,
}

/// How far a mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// Waits.
    Queued,
    /// Handed to the mail server at this moment.
    Sending,
    /// The mail server took it.
    Sent,
    /// The mail server will not take it.
    Failed,
    /// Kept here: there is no mail server to send it to.
    Kept,
    /// This program ended while it was being sent: it may have arrived, so it is never sent again.
    Uncertain,
}

impl MailState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Kept, Self::Uncertain];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Kept => "kept",
            Self::Uncertain => "uncertain",
        }
    }
}

/// What came of handing a mail over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// The mail server took it.
    Sent,
    /// It did not, and may later.
    Later(String),
    /// It never will.
    Refused(String),
}
