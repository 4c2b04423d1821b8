//! Tasks.

use super::{AccountId, Body, Error, MessageId, Person, TaskId, Timestamp};

/// State of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// To be done.
    Open,
    /// Done.
    Done,
}

impl TaskStatus {
    /// The state in one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    /// The state of this name.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Open, Self::Done].into_iter().find(|status| status.word() == word)
    }
}

/// When a task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Never.
    None,
    /// On the calendar day of this instant.
    Day(Timestamp),
    /// At this instant.
    Instant(Timestamp),
}

impl Deadline {
    /// The instant, if there is one.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::Day(at) | Self::Instant(at) => Some(at),
        }
    }
}

/// A task as lists show it.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The room it belongs to, as lists over all rooms show it.
    pub room: TaskRoom,
    /// Who has to do it.
    pub assignee: Person,
    /// Who gave it.
    pub requester: Person,
    /// The message that announced it.
    pub message: MessageId,
    /// What is to be done.
    pub body: String,
    /// When it is due.
    pub deadline: Deadline,
    /// State.
    pub status: TaskStatus,
}

/// The part of a room that a task shows.
#[derive(Clone, Debug)]
pub struct TaskRoom {
    /// Its id.
    pub id: super::RoomId,
    /// What it is for.
    pub kind: super::RoomKind,
    /// Own name, if it is a group.
    pub name: String,
    /// Picture of a group.
    pub icon: super::Icon,
    /// The person that a personal or direct room shows to the caller.
    pub shown_person: Option<Person>,
}

/// Tasks to be given out: one for each assignee.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// What is to be done.
    pub body: Body,
    /// Who has to do it, each once, in this order.
    pub assignees: Vec<AccountId>,
    /// When it is due.
    pub deadline: Deadline,
}

impl NewTask {
    /// Most assignees of one call.
    pub const MAX_ASSIGNEES: usize = 1_000;

    /// Checks the list of assignees.
    pub fn parse(body: Body, assignees: Vec<AccountId>, deadline: Deadline) -> Result<Self, Error> {
        match assignees.len() {
            0 => Err(Error::Missing("assignees")),
            1..=Self::MAX_ASSIGNEES => Ok(Self { body, assignees, deadline }),
            _ => Err(Error::Invalid("assignees", "at most 1,000 people at once")),
        }
    }
}

/// Which tasks of a room, or of the caller, to list.
#[derive(Clone, Copy, Debug)]
pub struct TaskFilter {
    /// Only this assignee.
    pub assignee: Option<AccountId>,
    /// Only this requester.
    pub requester: Option<AccountId>,
    /// Only this state.
    pub status: TaskStatus,
}
