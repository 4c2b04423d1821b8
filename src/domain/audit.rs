//! The audit log: what administrators did, and what changed who may do what, whoever did it. What people say, read and
//! work on is not its business.

use super::{AccountId, ContactRequestId, Event, MeetingId, OrganizationId, PlaceId, ReservationId, Role, RoomId, Timestamp, TokenId};

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says all there is to say")]
pub enum Subject {
    World,
    Organization(OrganizationId),
    Account(AccountId),
    Token(TokenId),
    ContactRequest(ContactRequestId),
    Room(RoomId),
    Meeting(MeetingId),
    Place(OrganizationId, PlaceId),
    Reservation(OrganizationId, ReservationId),
}

impl Subject {
    /// What kind of thing it is, in a word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::World => "world",
            Self::Organization(_) => "organization",
            Self::Account(_) => "account",
            Self::Token(_) => "token",
            Self::ContactRequest(_) => "contact-request",
            Self::Room(_) => "room",
            Self::Meeting(_) => "meeting",
            Self::Place(..) => "place",
            Self::Reservation(..) => "reservation",
        }
    }

    /// Its id; there is only one world.
    pub fn id(self) -> Option<i64> {
        match self {
            Self::World => None,
            Self::Organization(id) => Some(id.get()),
            Self::Account(id) => Some(id.get()),
            Self::Token(id) => Some(id.get()),
            Self::ContactRequest(id) => Some(id.get()),
            Self::Room(id) => Some(id.get()),
            Self::Meeting(id) => Some(id.get()),
            Self::Place(_, id) => Some(id.get()),
            Self::Reservation(_, id) => Some(id.get()),
        }
    }
}

/// What the audit log keeps of an event; who, when and by which way is the cause's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audited {
    /// A word that stays as it is, such as `token.created`.
    pub action: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// Who did it, where nobody was known to act: whoever signs in.
    pub by: Option<AccountId>,
    /// Whom it concerns.
    pub account: Option<AccountId>,
    /// The role that they have from then on.
    pub role: Option<Role>,
    /// Another thing that it names: what, and its id.
    pub object: Option<(&'static str, i64)>,
}

/// Name of the action of somebody who could not sign in.
pub const SIGN_IN_FAILED: &str = "account.sign-in-failed";

fn about(action: &'static str, subject: Subject) -> Audited {
    let account = if let Subject::Account(id) = subject { Some(id) } else { None };
    Audited { action, subject, by: None, account, role: None, object: None }
}

fn in_room(action: &'static str, room: RoomId, account: AccountId, role: Option<Role>) -> Audited {
    Audited { account: Some(account), role, ..about(action, Subject::Room(room)) }
}

fn in_meeting(action: &'static str, meeting: MeetingId, noun: &'static str, id: i64) -> Audited {
    Audited { object: Some((noun, id)), ..about(action, Subject::Meeting(meeting)) }
}

impl Event {
    /// What the audit log keeps of it, if it keeps it.
    pub fn audit(self) -> Option<Audited> {
        Some(match self {
            Self::OrganizationCreated(id) => about("organization.created", Subject::Organization(id)),
            Self::OrganizationEdited(id) => about("organization.edited", Subject::Organization(id)),
            Self::AccountCreated(id) => about("account.created", Subject::Account(id)),
            Self::AccountEdited(id) => about("account.edited", Subject::Account(id)),
            Self::AccountDisabled(id) => about("account.disabled", Subject::Account(id)),
            Self::AccountEnabled(id) => about("account.enabled", Subject::Account(id)),
            Self::AccountErased(id) => about("account.erased", Subject::Account(id)),
            // The address is what has to go: the log must not keep it.
            Self::OutsiderErased => about("account.outsider-erased", Subject::World),
            Self::AdminGranted(id) => about("admin.granted", Subject::Account(id)),
            Self::AdminWithdrawn(id) => about("admin.withdrawn", Subject::Account(id)),
            Self::AdminPasswordReset(id) => about("admin.password-reset", Subject::Account(id)),
            Self::PasswordChanged(id) => about("admin.password-changed", Subject::Account(id)),
            Self::OneTimeCodesSet(id) => about("admin.one-time-codes-set", Subject::Account(id)),
            Self::OneTimeCodesRemoved(id) => about("admin.one-time-codes-removed", Subject::Account(id)),
            Self::TokenCreated(id) => about("token.created", Subject::Token(id)),
            Self::TokenRevoked(id) => about("token.revoked", Subject::Token(id)),
            Self::TokenRotated(old, new) => {
                Audited { object: Some(("new_token", new.get())), ..about("token.rotated", Subject::Token(old)) }
            }
            Self::SignedIn(id, token) => {
                Audited { by: Some(id), object: Some(("token", token.get())), ..about("account.signed-in", Subject::Account(id)) }
            }
            Self::SignInFailed(Some(id)) => about(SIGN_IN_FAILED, Subject::Account(id)),
            Self::SignInFailed(None) => about(SIGN_IN_FAILED, Subject::World),
            Self::DeviceRemoved(id) => about("device.removed", Subject::Account(id)),
            Self::ContactRequested(id) => about("contact.requested", Subject::ContactRequest(id)),
            Self::ContactAccepted(id) => about("contact.accepted", Subject::ContactRequest(id)),
            Self::ContactDeclined(id) => about("contact.declined", Subject::ContactRequest(id)),
            Self::RoomCreated(id) => about("room.created", Subject::Room(id)),
            Self::RoomEdited(id) => about("room.edited", Subject::Room(id)),
            Self::RoomDeleted(id) => about("room.deleted", Subject::Room(id)),
            Self::MemberJoined(id, account, role) => in_room("room.member-added", id, account, Some(role)),
            Self::MemberLeft(id, account) => in_room("room.member-removed", id, account, None),
            Self::RoleChanged(id, account, role) => in_room("room.role-changed", id, account, Some(role)),
            Self::MessageInspected(id, message, account) => {
                Audited { object: Some(("message", message.get())), ..in_room("message.inspected", id, account, None) }
            }
            Self::FileDeleted(id, file) => Audited { object: Some(("file", file.get())), ..about("file.deleted", Subject::Room(id)) },
            Self::LinkCreated(id) => about("room.link-created", Subject::Room(id)),
            Self::LinkEdited(id) => about("room.link-edited", Subject::Room(id)),
            Self::LinkDeleted(id) => about("room.link-deleted", Subject::Room(id)),
            Self::JoinRequested(id, account) => in_room("room.join-requested", id, account, None),
            Self::JoinDeclined(id, account) => in_room("room.join-declined", id, account, None),
            Self::MeetingCreated(id) => about("meeting.created", Subject::Meeting(id)),
            Self::MeetingEdited(id) => about("meeting.edited", Subject::Meeting(id)),
            Self::MeetingDeleted(id) => about("meeting.deleted", Subject::Meeting(id)),
            Self::TokensCreated(id) => about("meeting.tokens-created", Subject::Meeting(id)),
            Self::TokensRevoked(id) => about("meeting.tokens-revoked", Subject::Meeting(id)),
            Self::AutologinCreated(id) => about("meeting.autologin-created", Subject::Meeting(id)),
            Self::Invited(id) => about("meeting.invited", Subject::Meeting(id)),
            Self::Registered(id, registration) => in_meeting("meeting.registered", id, "registration", registration.get()),
            Self::SessionImported(id, session) => in_meeting("meeting.session-imported", id, "session", session.get()),
            Self::RecordingAdded(id, recording) => in_meeting("recording.added", id, "recording", recording.get()),
            Self::RecordingDeleted(id, recording) => in_meeting("recording.deleted", id, "recording", recording.get()),
            Self::RecordingsDeleted(id) => about("recording.all-deleted", Subject::Meeting(id)),
            Self::MailQueuedAgain(id, mail) => {
                Audited { object: Some(("mail", mail)), ..about("mail.sent-again", Subject::Organization(id)) }
            }
            Self::PlaceCreated(organization, id) => about("place.created", Subject::Place(organization, id)),
            Self::PlaceEdited(organization, id) => about("place.edited", Subject::Place(organization, id)),
            Self::PlaceReserved(organization, id) => about("reservation.created", Subject::Reservation(organization, id)),
            Self::ReservationRemoved(organization, id) => about("reservation.removed", Subject::Reservation(organization, id)),
            Self::SettingChanged(owner, setting, value) => {
                let subject = owner.map_or(Subject::World, Subject::Organization);
                // What was taken away is told as 0, which no days are.
                Audited { object: Some((setting.word(), value.unwrap_or(0))), ..about("setting.changed", subject) }
            }
            Self::BackupMade => about("backup.made", Subject::World),
            Self::AuditRedacted(id, entries) => {
                Audited { object: Some(("entries", entries)), ..about("audit.redacted", id.map_or(Subject::World, Subject::Account)) }
            }
            Self::DataExported => about("data.exported", Subject::World),
            Self::AuditCut(upto) => Audited { object: Some(("upto", upto)), ..about("audit.cut", Subject::World) },
            Self::SessionRefreshed(..)
            | Self::SessionEnded(..)
            | Self::MessagePosted(..)
            | Self::MessageEdited(..)
            | Self::MessageDeleted(..)
            | Self::MessageSeen(..)
            | Self::RoomRead(_)
            | Self::RoomUnread(_)
            | Self::TaskCreated(..)
            | Self::TaskDone(..)
            | Self::TaskReopened(..)
            | Self::FileUploaded(..)
            | Self::AddressKept(_)
            | Self::LibraryFileKept(..)
            | Self::LibraryFileDeleted(..) => return None,
        })
    }
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What was done, in a word that stays as it is.
    pub action: String,
    /// The account that did it, if one did.
    pub actor: Option<AccountId>,
    /// Who that was, in words: its name at that time, or the user of the operating system.
    pub actor_name: String,
    /// The organization that it happened in.
    pub organization: Option<OrganizationId>,
    /// The API it came through, or `command-line`, `admin`, `link`, `server`.
    pub dialect: String,
    /// The address it came from.
    pub address: Option<String>,
    /// The request or command that did it.
    pub request_id: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Option<i64>,
    /// Some more about it, as an object of JSON.
    pub facts: String,
    /// The hash of the entry before it; zeros before the first one.
    pub previous: [u8; 32],
    /// The hash of all that.
    pub hash: [u8; 32],
}

/// Which entries of the audit log are asked for; what is none lets everything through.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// What the action begins with, such as `token.`.
    pub action: Option<String>,
    /// Who did it.
    pub actor: Option<AccountId>,
    /// Where it happened.
    pub organization: Option<OrganizationId>,
    /// The API it came through, or the word for another way.
    pub dialect: Option<String>,
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// What kind of thing it was done to, such as `room`.
    pub subject_kind: Option<String>,
    /// Which one.
    pub subject_id: Option<i64>,
}

/// What a check of the audit log's chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainVerdict {
    /// Nothing was changed, taken out or put in; so many entries are there.
    Whole(u64),
    /// The chain breaks at the entry with this number.
    Broken {
        /// Number of the first entry that can't be believed.
        seq: i64,
        /// Why.
        why: &'static str,
    },
}
