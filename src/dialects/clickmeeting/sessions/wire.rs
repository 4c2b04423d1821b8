//! Sessions, attendees, reports and chats as the ClickMeeting API shows them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::domain::civil::Local;
use crate::domain::link::report_url;
use crate::domain::{Attendee, ChatArchive, Report, ReportState, Session, Timestamp, Vote};

/// A session in a list.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct SessionOut {
    id: i64,
    total_visitors: i64,
    max_visitors: i64,
    start_date: String,
    end_date: String,
}

impl SessionOut {
    pub(in crate::dialects::clickmeeting) fn new(session: &Session, local: &Local) -> Self {
        Self {
            id: session.id.get(),
            total_visitors: session.total_visitors,
            max_visitors: session.max_visitors,
            start_date: local.iso(session.started),
            end_date: local.iso(end_of(session)),
        }
    }
}

/// GUESS: a session that goes on is shown to end when it was last known to go on: clients parse a date there.
fn end_of(session: &Session) -> Timestamp {
    session.ended.unwrap_or(session.heartbeat)
}

/// A session by itself; without its id.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct SessionDetailOut {
    total_visitors: i64,
    max_visitors: i64,
    start_date: String,
    end_date: String,
    attendees: Vec<VisitorOut>,
    pdf: PdfsOut,
}

#[derive(Serialize)]
struct VisitorOut {
    id: i64,
    start_date: String,
    end_date: String,
    login: String,
    email: Option<String>,
}

impl SessionDetailOut {
    pub(in crate::dialects::clickmeeting) fn new(session: &Session, attendees: Vec<Attendee>, pdf: PdfsOut, local: &Local) -> Self {
        let visitor = |attendee: Attendee| VisitorOut {
            id: attendee.id.get(),
            start_date: local.iso(attendee.joined),
            end_date: local.iso(attendee.left.unwrap_or(session.heartbeat.max(attendee.joined))),
            login: attendee.nickname,
            email: attendee.email,
        };
        Self {
            total_visitors: session.total_visitors,
            max_visitors: session.max_visitors,
            start_date: local.iso(session.started),
            end_date: local.iso(end_of(session)),
            attendees: attendees.into_iter().map(visitor).collect(),
            pdf,
        }
    }
}

/// Reports by language, in the order of the languages.
pub(in crate::dialects::clickmeeting) struct PdfsOut(pub(super) Vec<(&'static str, PdfOut)>);

impl Serialize for PdfsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (language, pdf) in &self.0 {
            map.serialize_entry(language, pdf)?;
        }
        map.end()
    }
}

/// How far a report is.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::dialects::clickmeeting) enum PdfOut {
    /// Nobody asked for it.
    Untouched { generate_pdf_url: String, progress: u8 },
    /// Somebody did.
    Asked {
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        progress: u8,
    },
}

impl PdfOut {
    pub(in crate::dialects::clickmeeting) fn of(report: &Report, base: &str, in_progress: &'static str) -> Self {
        let (status, progress) = match report.state {
            ReportState::New => ("NEW", 0),
            ReportState::Running => (in_progress, 50),
            ReportState::Finished => ("FINISHED", 100),
            ReportState::Failed => ("FAILED", 0),
        };
        let is_there = report.state == ReportState::Finished;
        let url = is_there.then(|| report_url(base, report.language, report.session, &report.code));
        Self::Asked { status, url, progress }
    }
}

/// What asking for a report answers: the same, in another order.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct ReportOut {
    status: &'static str,
    progress: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl ReportOut {
    pub(in crate::dialects::clickmeeting) fn new(report: &Report, base: &str, in_progress: &'static str) -> Self {
        match PdfOut::of(report, base, in_progress) {
            PdfOut::Asked { status, url, progress } => Self { status, progress, url },
            PdfOut::Untouched { progress, .. } => Self { status: "NEW", progress, url: None },
        }
    }
}

/// An attendee, with what they voted and thought.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct AttendeeOut {
    /// QUIRK(clickmeeting): a number in a text.
    uid: String,
    role: &'static str,
    nickname: String,
    email: Option<String>,
    device: String,
    /// QUIRK(clickmeeting): a number in a text.
    rating: Option<String>,
    rating_comment: Option<String>,
    start_date: String,
    end_date: String,
    user_ip: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    polls: Vec<PollOut>,
}

#[derive(Serialize)]
struct PollOut {
    name: String,
    questions: Vec<QuestionOut>,
}

#[derive(Serialize)]
struct QuestionOut {
    question: String,
    answers: Vec<AnswerOut>,
}

#[derive(Serialize)]
struct AnswerOut {
    points: i64,
    value: String,
}

impl AttendeeOut {
    pub(in crate::dialects::clickmeeting) fn new(attendee: Attendee, session: &Session, votes: Vec<Vote>, local: &Local) -> Self {
        Self {
            uid: attendee.id.to_string(),
            role: attendee.role.word(),
            nickname: attendee.nickname,
            email: attendee.email,
            device: attendee.device,
            rating: attendee.rating.map(|rating| rating.to_string()),
            rating_comment: attendee.rating_comment,
            start_date: local.iso(attendee.joined),
            end_date: local.iso(attendee.left.unwrap_or(session.heartbeat.max(attendee.joined))),
            user_ip: attendee.address,
            polls: polls(votes),
        }
    }
}

/// Votes come by poll and question.
fn polls(votes: Vec<Vote>) -> Vec<PollOut> {
    let mut polls: Vec<PollOut> = Vec::new();
    let mut last = (0, 0);
    for vote in votes {
        if vote.poll.0 != last.0 {
            polls.push(PollOut { name: vote.poll.1, questions: Vec::new() });
        }
        let Some(poll) = polls.last_mut() else { continue };
        if (vote.poll.0, vote.question.0) != last {
            poll.questions.push(QuestionOut { question: vote.question.1, answers: Vec::new() });
        }
        if let Some(question) = poll.questions.last_mut() {
            question.answers.push(AnswerOut { points: vote.points, value: vote.answer });
        }
        last = (vote.poll.0, vote.question.0);
    }
    polls
}

/// A session with chat.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct ChatOut {
    id: i64,
    name: String,
    date: String,
    time: String,
    timezone: String,
    download_link: String,
}

impl ChatOut {
    pub(in crate::dialects::clickmeeting) fn new(chat: ChatArchive, base: &str) -> Self {
        let local = Local::of(&chat.zone);
        let (wall, offset_s) = (local.wall(chat.started), local.offset_s(chat.started));
        Self {
            id: chat.session.get(),
            name: chat.room_name,
            date: wall.date().to_string(),
            time: format!("{:02}:{:02} {}", wall.hour(), wall.minute(), gmt(offset_s)),
            timezone: chat.zone.as_str().to_owned(),
            download_link: format!("{base}/v1/chats/{}", chat.session),
        }
    }
}

/// `GMT+2`, `GMT-3:30`, `GMT+0`.
fn gmt(offset_s: i32) -> String {
    let (hours, minutes) = (offset_s.abs() / 3_600, offset_s.abs() / 60 % 60);
    let sign = if offset_s < 0 { '-' } else { '+' };
    if minutes == 0 { format!("GMT{sign}{hours}") } else { format!("GMT{sign}{hours}:{minutes:02}") }
}
