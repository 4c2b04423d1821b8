//! What a report of a session tells.

use super::{AttendeeRole, MeetingKind, Poll, TimeZone, Timestamp};

/// A session, as its report tells it.
#[derive(Clone, Debug)]
pub struct SessionReport {
    /// Name of the room.
    pub room: String,
    /// Whose room it is.
    pub organization: String,
    /// Meeting or webinar.
    pub kind: MeetingKind,
    /// The zone in which times are told.
    pub zone: TimeZone,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, or was last known to go on.
    pub ended: Timestamp,
    /// Different people who came.
    pub total_visitors: i64,
    /// Most people at the same time.
    pub max_visitors: i64,
    /// Messages in its chat.
    pub messages: i64,
    /// Who came, in the order of their arrival.
    pub attendees: Vec<ReportAttendee>,
    /// What was asked and answered.
    pub polls: Vec<Poll>,
}

/// Somebody who came.
#[derive(Clone, Debug)]
pub struct ReportAttendee {
    /// Name as shown.
    pub nickname: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Highest role held.
    pub role: AttendeeRole,
    /// When they were there, in order.
    pub spans: Vec<(Timestamp, Timestamp)>,
    /// What the browser called itself.
    pub device: String,
    /// 1 to 5.
    pub rating: Option<i64>,
    /// Words to go with the rating.
    pub comment: Option<String>,
}
