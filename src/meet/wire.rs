//! Messages of the room's WebSocket: JSON objects with a type `t`, a request number `id`, and in answers `re`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::live::Person;
use crate::domain::{AttendeeId, AttendeeRole, ChatLine, Meeting, MeetingKind, Poll, Switch};

/// What a client says.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    /// Its number for this request.
    #[serde(default)]
    pub(super) id: Option<u64>,
    #[serde(flatten)]
    pub(super) said: Said,
}

/// The messages that a room understands; others are ignored.
#[derive(Debug, Deserialize)]
#[serde(tag = "t")]
pub(super) enum Said {
    #[serde(rename = "chat.send")]
    Chat { key: String, text: String },
    #[serde(rename = "hand")]
    Hand { up: bool },
    #[serde(rename = "poll.create")]
    PollCreate { name: String, questions: Vec<Question>, open: bool },
    #[serde(rename = "poll.open")]
    PollOpen { poll: i64 },
    #[serde(rename = "poll.close")]
    PollClose { poll: i64 },
    #[serde(rename = "poll.vote")]
    PollVote { answer: i64 },
    #[serde(rename = "mod.end")]
    End,
    #[serde(rename = "mod.kick")]
    Kick { attendee: i64 },
    #[serde(rename = "mod.role")]
    Role { attendee: i64, role: String },
    #[serde(rename = "rate")]
    Rate { rating: i64, comment: Option<String> },
    #[serde(rename = "ping")]
    Ping,
    #[serde(rename = "leave")]
    Leave,
    #[serde(other)]
    Unknown,
}

/// A question of a new poll.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) answers: Vec<String>,
}

/// What a role may do, for the page; every message is checked all the same.
pub(super) fn permissions(role: AttendeeRole) -> Vec<&'static str> {
    let mut words = vec!["chat", "vote", "hand", "rate"];
    if role.leads() {
        words.extend(["polls", "kick", "end"]);
    }
    if role == AttendeeRole::Host {
        words.push("roles");
    }
    words
}

/// The settings that the room page obeys.
pub(super) fn settings(meeting: &Meeting) -> Value {
    let settings = &meeting.settings;
    json!({
        "kind": meeting.kind.word(),
        "invite": settings.is_on(Switch::Invite),
        "sharing": settings.is_on(Switch::Sharing),
        "connection_status": settings.is_on(Switch::ConnectionStatus),
    })
}

pub(super) fn person(id: AttendeeId, person: &Person) -> Value {
    json!({"id": id.get(), "name": person.nickname, "role": person.role.word(), "hand": person.hand.map(|since| since.ms())})
}

/// Who is there, as a role sees it: listeners of a webinar see those who lead, and how many there are.
pub(super) fn roster(kind: MeetingKind, role: AttendeeRole, people: &[(AttendeeId, Person)]) -> Value {
    let is_shown = |other: &Person| sees(kind, role, other.role);
    let shown: Vec<Value> = people.iter().filter(|(_, other)| is_shown(other)).map(|(id, other)| person(*id, other)).collect();
    json!({"t": "roster", "people": shown, "count": people.len()})
}

/// Whether somebody of a role is shown who has another.
pub(super) fn sees(kind: MeetingKind, role: AttendeeRole, other: AttendeeRole) -> bool {
    kind == MeetingKind::Meeting || role.leads() || other.leads()
}

pub(super) fn line(number: i64, line: &ChatLine) -> Value {
    json!({"n": number, "at": line.sent.ms(), "from": line.attendee.get(), "name": line.nickname, "text": line.text})
}

/// A poll as a role sees it. Who doesn't lead sees no votes while it is open, and nothing of one that nobody voted in.
pub(super) fn poll(poll: &Poll, role: AttendeeRole) -> Option<Value> {
    let has_votes = poll.questions.iter().any(|question| question.answers.iter().any(|answer| answer.votes > 0));
    if !role.leads() && !poll.is_open && !has_votes {
        return None;
    }
    let shows_votes = role.leads() || !poll.is_open;
    let questions: Vec<Value> = poll
        .questions
        .iter()
        .map(|question| {
            let answers: Vec<Value> = question
                .answers
                .iter()
                .map(|answer| json!({"id": answer.id, "text": answer.text, "votes": shows_votes.then_some(answer.votes)}))
                .collect();
            json!({"id": question.id, "text": question.text, "answers": answers})
        })
        .collect();
    Some(json!({"id": poll.id, "name": poll.name, "open": poll.is_open, "questions": questions}))
}

/// What fuzzers give to the reader of messages.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn fuzz(text: &str) {
    let _ = serde_json::from_str::<Envelope>(text);
}

#[cfg(test)]
mod tests {
    use super::{Envelope, Said};

    #[test]
    fn messages_are_told_apart_and_unknown_ones_are_ignored() {
        let read = |text: &str| serde_json::from_str::<Envelope>(text);
        let chat = read(r#"{"v":1,"t":"chat.send","id":7,"key":"a","text":"hi","more":1}"#).unwrap();
        assert!(chat.id == Some(7) && matches!(chat.said, Said::Chat { .. }));
        assert!(matches!(read(r#"{"t":"sub.want","x":{}}"#).unwrap().said, Said::Unknown));
        for bad in ["", "[]", "1", r#"{"id":1}"#, r#"{"t":"chat.send"}"#, r#"{"t":1}"#, r#"{"t":"chat.send","key":1,"text":[]}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
