//! Everything that can go wrong for a caller. One enum; each dialect draws it in its own words.

/// Why a request was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No token was presented.
    Missing,
    /// Nobody has this token, or it belongs to another dialect.
    Unknown,
    /// The token was valid once.
    Expired,
    /// The token was taken back.
    Revoked,
    /// The account or organization behind the token is disabled.
    Disabled,
    /// A well-known sandbox token at an office server.
    SandboxOnly,
}

/// A thing that can be missing inside something the caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// A message of the room.
    Message,
    /// A task of the room.
    Task,
    /// A file of the room.
    File,
    /// A contact request to the caller.
    ContactRequest,
    /// An account.
    Account,
    /// An organization.
    Organization,
    /// A token.
    Token,
    /// An invitation link.
    Invitation,
    /// A request to join a room.
    JoinRequest,
    /// A conference room.
    Meeting,
    /// A run of a conference room.
    Session,
    /// A recording of a conference room.
    Recording,
    /// A key of a conference room.
    AccessToken,
    /// A person in a session.
    Attendee,
    /// A poll of a session.
    Poll,
    /// A meeting room with walls.
    Place,
    /// A reservation of such a room.
    Reservation,
    /// A device that is signed in.
    Device,
    /// A mail of the outbox.
    Mail,
    /// A backup.
    Backup,
}

/// Which limit was hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Calls of one account.
    Account,
    /// Posts of one account in one room.
    Room,
    /// Attempts to sign in; the number is the seconds to wait.
    SignIn(i64),
}

/// Why a parameter can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The parameter, as the caller writes it.
    pub field: String,
    /// What is wrong, for people.
    pub why: String,
}

/// What an operation answers when it doesn't do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The caller is not known.
    Unauthenticated(Unauthenticated),
    /// The token is not good for this operation.
    InsufficientScope,
    /// Too many calls.
    RateLimited(LimitKind),
    /// No operation at this path.
    NoEndpoint,
    /// There is an operation at this path, but not with this verb.
    WrongMethod,
    /// The room does not exist, or the caller is not in it: strangers can't tell.
    RoomHidden,
    /// The thing does not exist where it was looked for.
    NotFound(Noun),
    /// The caller's role does not allow it.
    Forbidden,
    /// Not answered to a request that comes this way; the text says why, for people.
    NotHere(&'static str),
    /// Personal and direct rooms don't have this operation.
    NotInThisRoom,
    /// A required parameter is absent or empty.
    Missing(&'static str),
    /// A parameter has a value that can't be used; the second text says why, for people.
    Invalid(&'static str, &'static str),
    /// Several parameters can't be used, at least one.
    Fields(Vec<Problem>),
    /// The value is taken by something else.
    Taken(&'static str),
    /// Several things bear this name; the caller has to say which.
    Ambiguous(&'static str),
    /// The caller names people that the organization does not have; as the caller named them, at least one.
    UnknownPeople(Vec<String>),
    /// More things of one kind in one request than are taken: their noun, and how many may be.
    TooMany(&'static str, usize),
    /// Nobody would be left who manages it.
    LastAdmin,
    /// Name or password is wrong, or too many were tried.
    WrongPassword,
    /// The body is of a type that this operation doesn't read.
    UnsupportedType,
    /// The request itself can't be read: cut off, too deep, not UTF-8, not what its type says.
    Malformed(&'static str),
    /// The body is larger than the limit, in bytes.
    BodyTooLarge(u64),
    /// Nothing up to this message is unread.
    AlreadyRead,
    /// The message is unread already.
    AlreadyUnread,
    /// The room has an invitation link.
    LinkExists,
    /// The room has no invitation link.
    LinkMissing,
    /// The room would have more access tokens than it may.
    TooManyTokens {
        /// It has this many.
        has: i64,
        /// It may have this many.
        most: i64,
    },
    /// More work is waiting than the server takes on.
    Busy,
    /// The organization's files take all the room that they may: nothing was saved.
    QuotaReached,
    /// The disk is full: nothing was saved.
    StorageFull,
    /// The disk can't be written: nothing was saved.
    StorageReadOnly,
    /// A fault of ours. The text is for the log, never for the caller.
    Internal(String),
}

impl Error {
    /// A fault of ours, with its cause for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// The failure in plain words, for people at a command line or on a page. Dialects have their own words.
    pub fn plain(&self) -> String {
        match self {
            Self::Unauthenticated(reason) => reason.plain().to_owned(),
            Self::InsufficientScope => "the token's scopes do not cover this".to_owned(),
            Self::RateLimited(_) => "too many requests; wait a moment".to_owned(),
            Self::WrongMethod => "there is no such operation with this verb".to_owned(),
            Self::Fields(problems) => {
                let words: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.field, problem.why)).collect();
                words.join("; ")
            }
            Self::NoEndpoint => "there is no such operation".to_owned(),
            Self::RoomHidden => "there is no such room, or this account is not in it".to_owned(),
            Self::NotFound(noun) => format!("there is no such {}", noun.word()),
            Self::Forbidden => "this account's role does not allow it".to_owned(),
            Self::NotHere(why) => (*why).to_owned(),
            Self::NotInThisRoom => "personal and direct rooms do not have this".to_owned(),
            Self::Missing(field) => format!("{field} is required"),
            Self::Invalid(field, why) => format!("{field}: {why}"),
            Self::Taken(field) => format!("this {field} is taken; choose another"),
            Self::Ambiguous(field) => format!("several have this {field}; say which by its id"),
            Self::UnknownPeople(names) => format!("there is nobody called {} in this organization", names.join(", ")),
            Self::TooMany(noun, most) => format!("at most {most} {noun} in one request"),
            Self::LastAdmin => "at least one administrator has to remain".to_owned(),
            Self::WrongPassword => "the name or the password is wrong".to_owned(),
            Self::UnsupportedType => "the body is of a type that can't be read here".to_owned(),
            Self::Malformed(why) => format!("the request can't be read: {why}"),
            Self::BodyTooLarge(limit) => format!("this is larger than {limit} bytes, the most that is accepted"),
            Self::AlreadyRead => "the message is already read".to_owned(),
            Self::AlreadyUnread => "the message is already unread".to_owned(),
            Self::LinkExists => "the room already has an invitation link".to_owned(),
            Self::LinkMissing => "the room has no invitation link".to_owned(),
            Self::TooManyTokens { has, most } => format!("the room has {has} access tokens and may have {most}"),
            Self::Busy => "more is waiting than the server takes on; try again".to_owned(),
            Self::QuotaReached => {
                "the organization's files take all the room that they may, so nothing was saved; delete some, or ask an administrator"
                    .to_owned()
            }
            Self::StorageFull => "the disk is full, so nothing was saved; free some space and try again".to_owned(),
            Self::StorageReadOnly => "the disk can't be written, so nothing was saved".to_owned(),
            Self::Internal(_) => "the server failed; its log has the cause".to_owned(),
        }
    }
}

impl Unauthenticated {
    /// The reason in plain words.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Missing => "no token was sent",
            Self::Unknown => "the token is not known here",
            Self::Expired => "the token has expired; make a new one",
            Self::Revoked => "the token was revoked; make a new one",
            Self::Disabled => "the account behind the token is disabled",
            Self::SandboxOnly => "sandbox tokens do not work on an office server; make one with `crosstalk token create`",
        }
    }
}

impl Noun {
    /// The noun in plain words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Task => "task",
            Self::File => "file",
            Self::ContactRequest => "contact request",
            Self::Account => "account",
            Self::Organization => "organization",
            Self::Token => "token",
            Self::Invitation => "invitation link",
            Self::JoinRequest => "request to join",
            Self::Meeting => "conference room",
            Self::Session => "session",
            Self::Recording => "recording",
            Self::AccessToken => "access token",
            Self::Attendee => "attendee",
            Self::Poll => "poll",
            Self::Place => "meeting room",
            Self::Reservation => "reservation",
            Self::Device => "device",
            Self::Mail => "mail",
            Self::Backup => "backup",
        }
    }
}
