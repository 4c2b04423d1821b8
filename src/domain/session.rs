//! What happens in meetings: sessions, who attended, what was said, voted and recorded.

use super::{AttendeeId, BlobHash, MeetingId, RecordingId, SessionId, TimeZone, Timestamp};

/// What an attendee may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttendeeRole {
    /// Takes part.
    Listener,
    /// Starts and leads, too.
    Presenter,
    /// Decides everything in the room.
    Host,
}

impl AttendeeRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Listener, Self::Presenter, Self::Host];

    /// `listener`, `presenter` or `host`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listener => "listener",
            Self::Presenter => "presenter",
            Self::Host => "host",
        }
    }

    /// The role of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether this role may start and end a session, and keep order in it.
    pub fn leads(self) -> bool {
        self >= Self::Presenter
    }
}

/// One run of a room.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The room.
    pub meeting: MeetingId,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it goes on.
    pub ended: Option<Timestamp>,
    /// Different people who came.
    pub total_visitors: i64,
    /// Most people at the same time.
    pub max_visitors: i64,
    /// Messages in its chat.
    pub message_num: i64,
    /// When it was last known to be going on.
    pub heartbeat: Timestamp,
}

/// A person in one session.
#[derive(Clone, Debug)]
pub struct Attendee {
    /// Its id.
    pub id: AttendeeId,
    /// Name as shown.
    pub nickname: String,
    /// E-mail address, if one was given.
    pub email: Option<String>,
    /// Highest role held.
    pub role: AttendeeRole,
    /// What the browser called itself.
    pub device: String,
    /// Where it came from.
    pub address: String,
    /// 1 to 5.
    pub rating: Option<i64>,
    /// Words to go with the rating.
    pub rating_comment: Option<String>,
    /// First arrival.
    pub joined: Timestamp,
    /// Last departure; none while present.
    pub left: Option<Timestamp>,
}

/// A person's answers in one poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Whose.
    pub attendee: AttendeeId,
    /// The poll's number and name.
    pub poll: (i64, String),
    /// The question's number and text.
    pub question: (i64, String),
    /// The answer.
    pub answer: String,
    /// What it is worth.
    pub points: i64,
}

/// A poll with what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Whether one may vote.
    pub is_open: bool,
    /// Its questions.
    pub questions: Vec<PollQuestion>,
}

/// A question of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollQuestion {
    /// Its number.
    pub id: i64,
    /// What is asked.
    pub text: String,
    /// What one may answer.
    pub answers: Vec<PollAnswer>,
}

/// A possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollAnswer {
    /// Its number.
    pub id: i64,
    /// What it says.
    pub text: String,
    /// What it is worth.
    pub points: i64,
    /// Who chose it.
    pub votes: i64,
}

/// A line of a session's chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// When it was said.
    pub sent: Timestamp,
    /// Who said it.
    pub attendee: AttendeeId,
    /// By which name.
    pub nickname: String,
    /// From which address.
    pub email: Option<String>,
    /// What.
    pub text: String,
}

/// A session that has chat, in a list of all.
#[derive(Clone, Debug)]
pub struct ChatArchive {
    /// The session.
    pub session: SessionId,
    /// Name of its room.
    pub room_name: String,
    /// When it began.
    pub started: Timestamp,
    /// The room's zone.
    pub zone: TimeZone,
}

/// A recording of a room.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its id.
    pub id: RecordingId,
    /// The room.
    pub meeting: MeetingId,
    /// Name as shown.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// When it began.
    pub started: Timestamp,
    /// How long it is.
    pub duration_s: i64,
    /// Size.
    pub bytes: u64,
    /// Content.
    pub hash: BlobHash,
    /// When it was stored.
    pub created: Timestamp,
}

/// A session that is told about afterwards.
#[derive(Clone, Debug)]
pub struct PastSession {
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Who came.
    pub attendees: Vec<PastAttendee>,
    /// What was said: by which attendee (by place in the list), when, what.
    pub chat: Vec<(usize, Timestamp, String)>,
    /// What was asked: polls, with the votes left out.
    pub polls: Vec<Poll>,
}

/// Somebody who came to such a session.
#[derive(Clone, Debug)]
pub struct PastAttendee {
    /// Name as shown.
    pub nickname: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Highest role held.
    pub role: AttendeeRole,
    /// What the browser called itself.
    pub device: String,
    /// Where it came from.
    pub address: String,
    /// When they were there, in order; empty for the whole session.
    pub spans: Vec<(Timestamp, Timestamp)>,
    /// 1 to 5.
    pub rating: Option<i64>,
    /// Words to go with the rating.
    pub rating_comment: Option<String>,
    /// Answers chosen: poll, question, answer, each by its place.
    pub votes: Vec<(usize, usize, usize)>,
}
