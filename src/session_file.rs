//! A session of a conference room that is over, as a file in JSON describes it: `crosstalk session import` and the sandbox read it.

use serde::{Deserialize, Serialize};

use crate::domain::{AttendeeRole, Email, Error, PastAttendee, PastSession, Poll, PollAnswer, PollQuestion, Timestamp};

/// A session as a file describes it. Times are ISO 8601 with an offset.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionFile {
    /// When it began.
    pub started: String,
    /// When it ended.
    pub ended: String,
    /// Who came.
    #[serde(default)]
    pub attendees: Vec<AttendeeEntry>,
    /// What was said.
    #[serde(default)]
    pub chat: Vec<ChatEntry>,
    /// What was asked.
    #[serde(default)]
    pub polls: Vec<PollEntry>,
}

/// Somebody who came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendeeEntry {
    /// Name as shown.
    pub nickname: String,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// listener (when absent), presenter or host.
    #[serde(default)]
    pub role: Option<String>,
    /// What the browser called itself.
    #[serde(default)]
    pub device: String,
    /// Where it came from.
    #[serde(default)]
    pub address: String,
    /// From and to, once for each stay; empty: there all the time.
    #[serde(default)]
    pub spans: Vec<(String, String)>,
    /// 1 to 5.
    #[serde(default)]
    pub rating: Option<i64>,
    /// Words to go with the rating.
    #[serde(default)]
    pub comment: Option<String>,
    /// Poll, question and answer, each counted from 0.
    #[serde(default)]
    pub votes: Vec<(usize, usize, usize)>,
}

/// A line of chat.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatEntry {
    /// Who said it, by place in the list, from 0.
    pub attendee: usize,
    /// When.
    pub at: String,
    /// What.
    pub text: String,
}

/// A poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollEntry {
    /// Its name.
    pub name: String,
    /// Its questions.
    pub questions: Vec<QuestionEntry>,
}

/// A question of a poll.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionEntry {
    /// What is asked.
    pub question: String,
    /// What one may answer.
    pub answers: Vec<AnswerEntry>,
}

/// A possible answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerEntry {
    /// What it says.
    pub value: String,
    /// What it is worth.
    #[serde(default)]
    pub points: i64,
}

fn instant(field: &'static str, text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::Invalid(field, "write times as 2026-01-31T09:00:00Z"))
}

impl TryFrom<SessionFile> for PastSession {
    type Error = Error;

    fn try_from(file: SessionFile) -> Result<Self, Error> {
        let line = |entry: ChatEntry| instant("chat", &entry.at).map(|at| (entry.attendee, at, entry.text));
        Ok(Self {
            started: instant("started", &file.started)?,
            ended: instant("ended", &file.ended)?,
            attendees: file.attendees.into_iter().map(attendee).collect::<Result<_, _>>()?,
            chat: file.chat.into_iter().map(line).collect::<Result<_, _>>()?,
            polls: file.polls.into_iter().map(poll).collect(),
        })
    }
}

fn attendee(entry: AttendeeEntry) -> Result<PastAttendee, Error> {
    let role = entry.role.as_deref().unwrap_or("listener");
    let span = |(from, to): (String, String)| Ok((instant("spans", &from)?, instant("spans", &to)?));
    Ok(PastAttendee {
        nickname: entry.nickname,
        email: entry.email.map(|email| Email::parse(&email).map(|email| email.as_str().to_owned())).transpose()?,
        role: AttendeeRole::named(role).ok_or(Error::Invalid("role", "use listener, presenter or host"))?,
        device: entry.device,
        address: entry.address,
        spans: entry.spans.into_iter().map(span).collect::<Result<_, Error>>()?,
        rating: entry.rating,
        rating_comment: entry.comment,
        votes: entry.votes,
    })
}

fn poll(entry: PollEntry) -> Poll {
    let answer = |entry: AnswerEntry| PollAnswer { id: 0, text: entry.value, points: entry.points, votes: 0 };
    let question =
        |entry: QuestionEntry| PollQuestion { id: 0, text: entry.question, answers: entry.answers.into_iter().map(answer).collect() };
    Poll { id: 0, name: entry.name, is_open: false, questions: entry.questions.into_iter().map(question).collect() }
}
