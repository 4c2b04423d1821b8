//! Who is connected to which meeting right now: seats, people who wait, tickets, ways back in. Plain logic in memory
//! with the time handed in; what has to last is written by `ops::attendance`.
//!
//! Invariants: a room here never knows a session that has ended: `end` notes it, and `sit` refuses a seat in it. Whoever was put
//! out gets neither a seat nor a place in the lobby, however far they had come on the way to it.

mod hall;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use hall::{Chair, Hall, Waiter, send};
pub(super) use hall::{Line, Out, Person};

use crate::domain::{Admission, AttendeeId, AttendeeRole, Meeting, MeetingId, MeetingKind, Seat, SessionId, Timestamp};

/// Silence after which somebody has left.
pub(super) const SILENCE_MS: i64 = 30_000;
/// How long a room may be empty before its session ends.
pub(super) const EMPTY_MS: i64 = 60_000;
/// How often sessions are noted as going on.
pub(super) const BEAT_MS: i64 = 15_000;
/// How often connections are asked whether they are there.
const PING_MS: i64 = 10_000;
/// How long the way back in stays open after the last sign of life.
const PASS_MS: i64 = 600_000;
/// Tickets that may be out at the same time.
const MOST_TICKETS: usize = 20_000;

/// A way back in for who was there: as whom, and to which chair.
#[derive(Clone, Debug)]
struct Pass {
    admission: Admission,
    chair: Option<u64>,
    used: Timestamp,
}

/// What a pass leads to.
#[derive(Debug)]
pub(super) struct Return {
    pub(super) admission: Admission,
    /// The chair that is still kept.
    pub(super) chair: Option<(u64, Seat)>,
}

/// A chair that was given up; its span has to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vacated {
    pub(super) seat: Seat,
    /// What its owner was, who is gone altogether; none: they have another one.
    pub(super) gone: Option<AttendeeRole>,
}

/// What the passing of time asks for.
#[derive(Debug, Default)]
pub(super) struct Chores {
    /// Went silent, or were put out.
    pub(super) lost: Vec<(MeetingId, Vacated)>,
    /// Nobody was there for a while.
    pub(super) empty: Vec<(MeetingId, SessionId)>,
    /// Go on.
    pub(super) beat: Vec<SessionId>,
    /// All rooms somebody is in or waits for.
    pub(super) rooms: Vec<MeetingId>,
}

/// All meetings that somebody is connected to.
#[derive(Debug, Default)]
pub(super) struct Live {
    halls: HashMap<MeetingId, Hall>,
    tickets: HashMap<String, (Admission, Timestamp)>,
    passes: HashMap<String, Pass>,
    /// Sessions that have ended, for as long as somebody may be on the way to a seat in them.
    ended: HashMap<SessionId, Timestamp>,
    /// Were put out since the last tick.
    left: Vec<(MeetingId, Vacated)>,
    next: u64,
    pinged: Option<Timestamp>,
    beaten: Option<Timestamp>,
}

impl Live {
    /// A number for a connection or a chair.
    pub(super) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Keeps a ticket until it is used or expires; says whether there is room for it.
    pub(super) fn issue(&mut self, ticket: String, admission: Admission, expires: Timestamp, now: Timestamp) -> bool {
        if self.tickets.len() >= MOST_TICKETS {
            self.tickets.retain(|_, (_, expires)| *expires > now);
        }
        let fits = self.tickets.len() < MOST_TICKETS;
        if fits {
            self.tickets.insert(ticket, (admission, expires));
        }
        fits
    }

    /// Takes a ticket: it works once.
    pub(super) fn redeem(&mut self, ticket: &str, now: Timestamp) -> Option<Admission> {
        self.tickets.remove(ticket).filter(|(_, expires)| *expires > now).map(|(admission, _)| admission)
    }

    /// Opens a way back in.
    pub(super) fn open_pass(&mut self, pass: String, admission: Admission, now: Timestamp) {
        self.passes.insert(pass, Pass { admission, chair: None, used: now });
    }

    /// Where a pass leads.
    pub(super) fn find_pass(&mut self, pass: &str, now: Timestamp) -> Option<Return> {
        let known = self.passes.get_mut(pass)?;
        known.used = now;
        let hall = self.halls.get(&known.admission.meeting);
        let chair = known.chair.and_then(|number| Some((number, hall?.chairs.get(&number)?.seat)));
        Some(Return { admission: known.admission.clone(), chair })
    }

    /// Whether somebody may take a seat: whose pass is gone was put out while on the way to it.
    pub(super) fn may_sit(&self, admission: &Admission, pass: &str) -> bool {
        self.passes.contains_key(pass) && !self.is_kicked(admission)
    }

    /// E-mail addresses that are known of those who are in, wait, or have a way in; each once.
    pub(super) fn emails(&self) -> BTreeSet<String> {
        let admissions = self.passes.values().map(|pass| &pass.admission).chain(self.tickets.values().map(|(admission, _)| admission));
        admissions.filter_map(|admission| admission.email.clone()).collect()
    }

    /// Puts out of all rooms whoever has this e-mail address, and forgets them. The next tick tells that they left.
    pub(super) fn forget(&mut self, email: &str, last: &Arc<str>, now: Timestamp) {
        let is_theirs = |admission: &Admission| admission.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
        self.tickets.retain(|_, (admission, _)| !is_theirs(admission));
        let gone: HashSet<String> = self.passes.extract_if(|_, pass| is_theirs(&pass.admission)).map(|(pass, _)| pass).collect();
        let mut left = Vec::new();
        for (meeting, hall) in &mut self.halls {
            let waiting = hall.waiting.extract_if(|_, waiter| gone.contains(&waiter.pass));
            waiting.for_each(|(_, waiter)| drop(waiter.line.outbox.try_send(Out::End(last.clone()))));
            for (number, chair) in hall.chairs.iter().filter(|(_, chair)| gone.contains(&chair.pass)) {
                chair.line.iter().for_each(|line| drop(line.outbox.try_send(Out::End(last.clone()))));
                left.push((*meeting, *number));
            }
        }
        for (meeting, number) in left {
            let vacated = self.vacate(meeting, number, now);
            self.left.extend(vacated.map(|vacated| (meeting, vacated)));
        }
    }

    /// Whether somebody was sent out of the session that goes on.
    pub(super) fn is_kicked(&self, admission: &Admission) -> bool {
        self.halls.get(&admission.meeting).is_some_and(|hall| hall.kicked.contains(&admission.person))
    }

    fn hall(&mut self, meeting: MeetingId, kind: MeetingKind, now: Timestamp) -> &mut Hall {
        self.halls.entry(meeting).or_insert_with(|| Hall::new(kind, now))
    }

    /// Lets a connection wait; refuses when the session has begun meanwhile, or too many wait.
    pub(super) fn wait(&mut self, meeting: &Meeting, pass: &str, line: Line, now: Timestamp, most: usize) -> Result<(), NoPlace> {
        if !self.passes.contains_key(pass) {
            return Err(NoPlace::PutOut);
        }
        let hall = self.hall(meeting.id, meeting.kind, now);
        if hall.session.is_some() {
            return Err(NoPlace::Over);
        }
        if hall.waiting.len() >= most {
            return Err(NoPlace::Full);
        }
        hall.waiting.insert(line.number, Waiter { line, pass: pass.to_owned(), heard: now });
        Ok(())
    }

    /// Gives somebody a chair; who waits is told that the session has begun. Refuses when it has ended meanwhile, and whoever was put
    /// out while their seat was being written: the next tick ends their span, and the session, if it was theirs alone, after a while.
    pub(super) fn sit(
        &mut self,
        kind: MeetingKind,
        seat: Seat,
        pass: &str,
        admission: &Admission,
        line: Line,
        now: Timestamp,
    ) -> Result<u64, NoPlace> {
        if self.ended.contains_key(&seat.session) {
            return Err(NoPlace::Over);
        }
        if !self.may_sit(admission, pass) {
            self.hall(admission.meeting, kind, now).session.get_or_insert(seat.session);
            self.left.push((admission.meeting, Vacated { seat, gone: None }));
            return Err(NoPlace::PutOut);
        }
        let number = self.number();
        let hall = self.hall(admission.meeting, kind, now);
        hall.session = Some(seat.session);
        let chair = Chair { seat, pass: pass.to_owned(), person: admission.person, line: Some(line), heard: now };
        hall.chairs.insert(number, chair);
        hall.waiting.drain().for_each(|(_, waiter)| drop(waiter.line.outbox.try_send(Out::Started)));
        hall.is_count_stale = true;
        let person = hall.people.entry(seat.attendee).or_insert_with(|| Person {
            nickname: admission.nickname.clone(),
            role: admission.role,
            hand: None,
        });
        person.role = person.role.max(admission.role);
        if let Some(known) = self.passes.get_mut(pass) {
            known.chair = Some(number);
        }
        Ok(number)
    }

    /// Lets another connection take over a chair.
    pub(super) fn take_over(&mut self, meeting: MeetingId, chair: u64, line: Line, now: Timestamp) -> bool {
        let Some(chair) = self.halls.get_mut(&meeting).and_then(|hall| hall.chairs.get_mut(&chair)) else { return false };
        chair.heard = now;
        chair.line = Some(line);
        true
    }

    /// Notes a sign of life.
    pub(super) fn hear(&mut self, meeting: MeetingId, place: u64, now: Timestamp) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        let waiter = hall.waiting.get_mut(&place).map(|waiter| (&mut waiter.heard, &waiter.pass));
        let sign = waiter.or_else(|| hall.chairs.get_mut(&place).map(|chair| (&mut chair.heard, &chair.pass)));
        let Some((heard, pass)) = sign else { return };
        *heard = now;
        if let Some(pass) = self.passes.get_mut(pass) {
            pass.used = now;
        }
    }

    /// A connection broke: the chair is kept for a while.
    pub(super) fn hang_up(&mut self, meeting: MeetingId, place: u64, line: u64) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        hall.waiting.remove(&place);
        if let Some(chair) = hall.chairs.get_mut(&place)
            && chair.line.as_ref().is_some_and(|current| current.number == line)
        {
            chair.line = None;
        }
        self.forget_if_idle(meeting);
    }

    /// The chair of a pass, if the connection on it is still this one: a page that goes says so perhaps after the next has come.
    pub(super) fn chair_of(&self, pass: &str, line: u64) -> Option<(MeetingId, u64)> {
        let known = self.passes.get(pass)?;
        let meeting = known.admission.meeting;
        let number = known.chair?;
        let chair = self.halls.get(&meeting)?.chairs.get(&number)?;
        let is_other = chair.line.as_ref().is_some_and(|current| current.number != line);
        (!is_other).then_some((meeting, number))
    }

    /// Somebody gives up a chair.
    pub(super) fn vacate(&mut self, meeting: MeetingId, chair: u64, now: Timestamp) -> Option<Vacated> {
        let hall = self.halls.get_mut(&meeting)?;
        let chair = hall.chairs.remove(&chair)?;
        let has_other = hall.chairs.values().any(|other| other.seat.attendee == chair.seat.attendee);
        let gone = if has_other { None } else { hall.people.remove(&chair.seat.attendee).map(|person| person.role) };
        hall.is_count_stale |= gone.is_some();
        if hall.chairs.is_empty() {
            hall.empty_since = now;
        }
        Some(Vacated { seat: chair.seat, gone })
    }

    /// Sends an attendee out for the rest of the session; their connections get a last message.
    pub(super) fn expel(&mut self, meeting: MeetingId, attendee: AttendeeId, last: &Arc<str>, now: Timestamp) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        let theirs: Vec<u64> = hall.chairs.iter().filter(|(_, chair)| chair.seat.attendee == attendee).map(|(number, _)| *number).collect();
        for number in &theirs {
            let Some(chair) = hall.chairs.get(number) else { continue };
            hall.kicked.insert(chair.person);
            self.passes.remove(&chair.pass);
            chair.line.iter().for_each(|line| drop(line.outbox.try_send(Out::End(last.clone()))));
        }
        for number in theirs {
            self.vacate(meeting, number, now);
        }
    }

    /// Gives an attendee another role from now on.
    pub(super) fn set_role(&mut self, meeting: MeetingId, attendee: AttendeeId, role: AttendeeRole) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        if let Some(person) = hall.people.get_mut(&attendee) {
            person.role = role;
        }
        for chair in hall.chairs.values().filter(|chair| chair.seat.attendee == attendee) {
            if let Some(pass) = self.passes.get_mut(&chair.pass) {
                pass.admission.role = role;
            }
        }
    }

    /// Raises or lowers a hand.
    pub(super) fn set_hand(&mut self, meeting: MeetingId, attendee: AttendeeId, hand: Option<Timestamp>) {
        if let Some(person) = self.halls.get_mut(&meeting).and_then(|hall| hall.people.get_mut(&attendee)) {
            person.hand = person.hand.filter(|_| hand.is_some()).or(hand);
        }
    }

    /// The attendee, if present.
    pub(super) fn person(&self, meeting: MeetingId, attendee: AttendeeId) -> Option<&Person> {
        self.halls.get(&meeting)?.people.get(&attendee)
    }

    /// Whether a chair is still taken.
    pub(super) fn has_chair(&self, meeting: MeetingId, chair: u64) -> bool {
        self.halls.get(&meeting).is_some_and(|hall| hall.chairs.contains_key(&chair))
    }

    /// Everybody who is there, by arrival.
    pub(super) fn people(&self, meeting: MeetingId) -> Vec<(AttendeeId, Person)> {
        let people = self.halls.get(&meeting).map(|hall| &hall.people);
        let mut people: Vec<_> = people.into_iter().flatten().map(|(id, person)| (*id, person.clone())).collect();
        people.sort_by_key(|(id, _)| *id);
        people
    }

    /// Sends what `draw` makes for each attendee who is there.
    pub(super) fn tell(&mut self, meeting: MeetingId, draw: impl Fn(AttendeeId, AttendeeRole) -> Option<Arc<str>>) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        for chair in hall.chairs.values_mut() {
            let Some(person) = hall.people.get(&chair.seat.attendee) else { continue };
            if let Some(text) = draw(chair.seat.attendee, person.role) {
                send(&mut chair.line, Out::Text(text));
            }
        }
    }

    /// The session of a room is over: everybody in it gets a last message, who waits goes on waiting.
    pub(super) fn end(&mut self, meeting: MeetingId, session: SessionId, last: &Arc<str>, now: Timestamp) {
        self.ended.insert(session, now);
        let Some(hall) = self.halls.get_mut(&meeting).filter(|hall| hall.session == Some(session)) else { return };
        hall.session = None;
        hall.people.clear();
        hall.kicked.clear();
        for (_, chair) in hall.chairs.drain() {
            self.passes.remove(&chair.pass);
            chair.line.iter().for_each(|line| drop(line.outbox.try_send(Out::End(last.clone()))));
        }
        self.forget_if_idle(meeting);
    }

    /// The session that goes on in a room, as far as anybody is connected.
    pub(super) fn session(&self, meeting: MeetingId) -> Option<SessionId> {
        self.halls.get(&meeting)?.session
    }

    /// Meeting or webinar.
    pub(super) fn kind(&self, meeting: MeetingId) -> Option<MeetingKind> {
        self.halls.get(&meeting).map(|hall| hall.kind)
    }

    /// Sends away who waits for a room.
    pub(super) fn dismiss(&mut self, meeting: MeetingId, last: &Arc<str>) {
        let Some(hall) = self.halls.get_mut(&meeting) else { return };
        hall.waiting.drain().for_each(|(_, waiter)| drop(waiter.line.outbox.try_send(Out::End(last.clone()))));
        self.forget_if_idle(meeting);
    }

    fn forget_if_idle(&mut self, meeting: MeetingId) {
        if self.halls.get(&meeting).is_some_and(|hall| hall.session.is_none() && hall.waiting.is_empty()) {
            self.halls.remove(&meeting);
        }
    }

    /// What has to happen now that it is this late; `count` draws the number of people for listeners of webinars.
    pub(super) fn tick(&mut self, now: Timestamp, count: impl Fn(usize) -> Arc<str>) -> Chores {
        let mut chores = Chores { lost: std::mem::take(&mut self.left), ..Chores::default() };
        let is_past = |since: Timestamp, ms: i64| now.ms() - since.ms() >= ms;
        self.tickets.retain(|_, (_, expires)| *expires > now);
        self.passes.retain(|_, pass| !is_past(pass.used, PASS_MS));
        self.ended.retain(|_, at| !is_past(*at, PASS_MS));
        let is_ping_due = self.pinged.is_none_or(|last| is_past(last, PING_MS));
        let is_beat_due = self.beaten.is_none_or(|last| is_past(last, BEAT_MS));
        let mut silent = Vec::new();
        for (meeting, hall) in &mut self.halls {
            hall.waiting.retain(|_, waiter| !is_past(waiter.heard, SILENCE_MS));
            silent.extend(hall.chairs.iter().filter(|(_, chair)| is_past(chair.heard, SILENCE_MS)).map(|(number, _)| (*meeting, *number)));
            if is_ping_due {
                hall.ping();
            }
            if is_beat_due {
                chores.beat.extend(hall.session);
            }
            hall.tell_count(&count);
        }
        for (meeting, number) in silent {
            chores.lost.extend(self.vacate(meeting, number, now).map(|vacated| (meeting, vacated)));
        }
        for (meeting, hall) in &self.halls {
            let is_empty = hall.chairs.is_empty() && is_past(hall.empty_since, EMPTY_MS);
            chores.empty.extend(hall.session.filter(|_| is_empty).map(|session| (*meeting, session)));
            chores.rooms.push(*meeting);
        }
        self.pinged = if is_ping_due { Some(now) } else { self.pinged };
        self.beaten = if is_beat_due { Some(now) } else { self.beaten };
        chores
    }

    /// Ends every connection.
    pub(super) fn close_all(&mut self, last: &Arc<str>) {
        self.tickets.clear();
        self.passes.clear();
        for hall in std::mem::take(&mut self.halls).into_values() {
            let lines =
                hall.chairs.values().filter_map(|chair| chair.line.as_ref()).chain(hall.waiting.values().map(|waiter| &waiter.line));
            lines.for_each(|line| drop(line.outbox.try_send(Out::End(last.clone()))));
        }
    }
}

/// Why somebody gets neither a chair nor a place in the lobby.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// The session that they came for has ended, or the one that they would wait for has begun: they may try again.
    Over,
    /// They were put out on the way.
    PutOut,
    /// Too many wait.
    Full,
}

#[cfg(test)]
mod tests;
