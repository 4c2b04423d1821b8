//! One room: its chairs, who sits on them, who waits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use crate::domain::{AttendeeId, AttendeeRole, MeetingKind, PersonKey, Seat, SessionId, Timestamp};

/// What goes out through a connection.
#[derive(Clone, Debug)]
pub(in crate::meet) enum Out {
    /// A message.
    Text(Arc<str>),
    /// Are you there?
    Ping,
    /// Somebody has started: try again for a seat.
    Started,
    /// A last message.
    End(Arc<str>),
}

/// A connection, as far as a room needs it.
#[derive(Clone, Debug)]
pub(in crate::meet) struct Line {
    /// Tells a connection from the one that took its place.
    pub(in crate::meet) number: u64,
    /// The way to it. Too full means too slow: it is cut off and may come back.
    pub(in crate::meet) outbox: Sender<Out>,
}

/// An attendee who is there.
#[derive(Clone, Debug)]
pub(in crate::meet) struct Person {
    pub(in crate::meet) nickname: String,
    pub(in crate::meet) role: AttendeeRole,
    /// Since when the hand is up.
    pub(in crate::meet) hand: Option<Timestamp>,
}

#[derive(Debug)]
pub(super) struct Chair {
    pub(super) seat: Seat,
    pub(super) pass: String,
    pub(super) person: PersonKey,
    pub(super) line: Option<Line>,
    pub(super) heard: Timestamp,
}

#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) line: Line,
    pub(super) pass: String,
    pub(super) heard: Timestamp,
}

#[derive(Debug)]
pub(super) struct Hall {
    pub(super) kind: MeetingKind,
    pub(super) session: Option<SessionId>,
    pub(super) people: HashMap<AttendeeId, Person>,
    pub(super) chairs: HashMap<u64, Chair>,
    pub(super) waiting: HashMap<u64, Waiter>,
    pub(super) kicked: HashSet<PersonKey>,
    pub(super) empty_since: Timestamp,
    /// Whether listeners of a webinar have to be told a new number of people.
    pub(super) is_count_stale: bool,
}

impl Hall {
    pub(super) fn new(kind: MeetingKind, now: Timestamp) -> Self {
        Self {
            kind,
            session: None,
            people: HashMap::new(),
            chairs: HashMap::new(),
            waiting: HashMap::new(),
            kicked: HashSet::new(),
            empty_since: now,
            is_count_stale: false,
        }
    }

    pub(super) fn ping(&mut self) {
        self.chairs.values_mut().for_each(|chair| send(&mut chair.line, Out::Ping));
        self.waiting.values().for_each(|waiter| drop(waiter.line.outbox.try_send(Out::Ping)));
    }

    /// Listeners of a webinar see no names, only how many there are, and that not for everybody who comes.
    pub(super) fn tell_count(&mut self, count: &impl Fn(usize) -> Arc<str>) {
        if !std::mem::take(&mut self.is_count_stale) || self.kind != MeetingKind::Webinar {
            return;
        }
        let text = count(self.people.len());
        for chair in self.chairs.values_mut() {
            if self.people.get(&chair.seat.attendee).is_some_and(|person| !person.role.leads()) {
                send(&mut chair.line, Out::Text(text.clone()));
            }
        }
    }
}

/// Sends, and cuts a line off that takes nothing more.
pub(super) fn send(line: &mut Option<Line>, out: Out) {
    if line.as_ref().is_some_and(|line| line.outbox.try_send(out).is_err()) {
        *line = None;
    }
}
