//! What a report of a session tells.

use super::{AttendeeRole, TimeZone, Timestamp};

/// A session from its first visitor to its last, with everything that a report tells of it.
#[derive(Clone, Debug)]
pub struct SessionReport {
    /// Name of the room.
    pub room_name: String,
    /// Organization that it belongs to.
    pub organization: String,
    /// Whether the room is a webinar rather than a meeting.
    pub is_webinar: bool,
    /// Zone in which the report shows times.
    pub time_zone: TimeZone,
    /// When the session began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Different people who came.
    pub total_visitors: u32,
    /// Most people present at once.
    pub max_visitors: u32,
    /// Messages in the chat.
    pub messages: u32,
    /// Who came, in the order of the table.
    pub attendees: Vec<ReportAttendee>,
    /// Polls of the session.
    pub polls: Vec<ReportPoll>,
}

/// Somebody who came to a session.
#[derive(Clone, Debug)]
pub struct ReportAttendee {
    /// Name as shown in the meeting.
    pub nickname: String,
    /// E-mail address, if one is known.
    pub email: Option<String>,
    /// What they were.
    pub role: AttendeeRole,
    /// From when to when they were present, in order; several when they came back.
    pub spans: Vec<(Timestamp, Timestamp)>,
    /// What their browser says of itself, or empty.
    pub device: String,
    /// Stars that they gave, 1 to 5.
    pub rating: Option<u8>,
    /// What they wrote beside the stars.
    pub comment: Option<String>,
}

/// A poll with what people chose.
#[derive(Clone, Debug)]
pub struct ReportPoll {
    /// Its name.
    pub name: String,
    /// Its questions, in order.
    pub questions: Vec<ReportQuestion>,
}

/// A question of a poll.
#[derive(Clone, Debug)]
pub struct ReportQuestion {
    /// What was asked.
    pub text: String,
    /// What could be chosen, in order.
    pub answers: Vec<ReportAnswer>,
}

/// An answer of a poll.
#[derive(Clone, Debug)]
pub struct ReportAnswer {
    /// What it says.
    pub text: String,
    /// How many people chose it.
    pub votes: u32,
    /// What it is worth in a quiz.
    pub points: i64,
}
