//! Sessions that happened elsewhere, so that integrations have something to read: from an import or the sandbox's seed.

use super::access;
use crate::domain::{AttendeeId, Error, Event, Meeting, MeetingId, Noun, PastAttendee, PastSession, SessionId, Timestamp};
use crate::store::sessions::Arrival;
use crate::store::{self, Tx};

/// Most attendees, lines of chat, and rows of polls in one session.
const MOST_ATTENDEES: usize = 10_000;
const MOST_LINES: usize = 100_000;
const MOST_POLLS: usize = 200;

/// The room that an administrator names: by id, PIN or the last part of its address.
pub fn find_meeting(tx: &Tx<'_>, organization: Option<&str>, name: &str) -> Result<Meeting, Error> {
    let organization = access::organization(tx, organization)?;
    let by_number = match name.parse::<i64>() {
        Ok(number) => match store::meetings::find_meeting(tx, organization, MeetingId::new(number))? {
            Some(meeting) => Some(meeting),
            None => store::meetings::find_by_pin(tx, number)?,
        },
        Err(_) => store::meetings::find_by_slug(tx, name)?,
    };
    by_number.filter(|meeting| meeting.organization == organization).ok_or(Error::NotFound(Noun::Meeting))
}

/// Adds a session that is over.
pub fn import_session(tx: &Tx<'_>, meeting: &Meeting, past: &PastSession) -> Result<SessionId, Error> {
    check(past, tx.now)?;
    let start = tx.at(past.started);
    if store::sessions::find_open(tx, meeting.id)?.is_some() {
        return Err(Error::Invalid("session", "a session of this room is going on; import when it is over"));
    }
    let session = store::sessions::insert_session(&start, meeting.id, "")?;
    let attendees: Vec<AttendeeId> = past
        .attendees
        .iter()
        .enumerate()
        .map(|(place, attendee)| add_attendee(tx, session, place, past, attendee))
        .collect::<Result<_, _>>()?;
    store::sessions::end_session(tx, session, past.ended, "ended")?;
    store::sessions::update_peak(tx, session, peak(past))?;
    for (line, (who, at, text)) in past.chat.iter().enumerate() {
        store::sessions::insert_message(&tx.at(*at), session, attendees[*who], &format!("import-{line}"), text)?;
    }
    add_polls(&start, session, past, &attendees)?;
    for email in past.attendees.iter().filter_map(|attendee| attendee.email.as_deref()) {
        if let Some(registration) = store::registrations::find_by_email(tx, meeting.id, email)? {
            store::registrations::update_session(tx, registration.id, session)?;
        }
    }
    tx.record(Event::SessionImported(meeting.id, session))?;
    Ok(session)
}

/// Everything that is told has to fit together before anything is kept.
fn check(past: &PastSession, now: Timestamp) -> Result<(), Error> {
    let is_within = |at: &Timestamp| (past.started..=past.ended).contains(at);
    let spans = || past.attendees.iter().flat_map(|attendee| &attendee.spans);
    match () {
        () if past.ended <= past.started || past.ended > now => {
            Err(Error::Invalid("ended", "a session ends after it began, and not in the future"))
        }
        () if past.attendees.len() > MOST_ATTENDEES => Err(Error::Invalid("attendees", "at most 10,000 people")),
        () if past.chat.len() > MOST_LINES => Err(Error::Invalid("chat", "at most 100,000 lines")),
        () if past.polls.len() > MOST_POLLS => Err(Error::Invalid("polls", "at most 200 polls")),
        () if spans().any(|(from, to)| from > to || !is_within(from) || !is_within(to)) => {
            Err(Error::Invalid("spans", "people are there between beginning and end of the session"))
        }
        () if past.attendees.iter().any(|attendee| attendee.rating.is_some_and(|rating| !(1..=5).contains(&rating))) => {
            Err(Error::Invalid("rating", "ratings go from 1 to 5"))
        }
        () if past.chat.iter().any(|(who, at, _)| *who >= past.attendees.len() || !is_within(at)) => {
            Err(Error::Invalid("chat", "a line is said by an attendee, between beginning and end of the session"))
        }
        () if past.attendees.iter().flat_map(|attendee| &attendee.votes).any(|vote| !is_answer(past, vote)) => {
            Err(Error::Invalid("votes", "a vote names an answer of a poll"))
        }
        () => Ok(()),
    }
}

fn is_answer(past: &PastSession, (poll, question, answer): &(usize, usize, usize)) -> bool {
    past.polls.get(*poll).and_then(|poll| poll.questions.get(*question)).is_some_and(|question| *answer < question.answers.len())
}

fn add_attendee(tx: &Tx<'_>, session: SessionId, place: usize, past: &PastSession, attendee: &PastAttendee) -> Result<AttendeeId, Error> {
    let whole = [(past.started, past.ended)];
    let spans = if attendee.spans.is_empty() { &whole[..] } else { &attendee.spans };
    let first = spans.iter().map(|(from, _)| *from).min().unwrap_or(past.started);
    let arrival = Arrival {
        person: &(place as u64).to_be_bytes(),
        nickname: &attendee.nickname,
        email: attendee.email.as_deref(),
        role: attendee.role,
        device: &attendee.device,
        address: &attendee.address,
    };
    let id = store::sessions::insert_attendee(&tx.at(first), session, &arrival)?;
    for (from, to) in spans {
        store::sessions::insert_past_span(tx, id, *from, *to)?;
    }
    if let Some(rating) = attendee.rating {
        store::sessions::update_rating(tx, id, rating, attendee.rating_comment.as_deref())?;
    }
    Ok(id)
}

/// Most people who were there at the same time.
fn peak(past: &PastSession) -> i64 {
    let whole = [(past.started, past.ended)];
    let mut steps: Vec<(Timestamp, i64)> = Vec::new();
    for attendee in &past.attendees {
        let spans = if attendee.spans.is_empty() { &whole[..] } else { &attendee.spans };
        steps.extend(spans.iter().flat_map(|(from, to)| [(*from, 1), (*to, -1)]));
    }
    // Who leaves at the moment in which another comes was not there with them.
    steps.sort_unstable();
    let mut present = 0;
    steps
        .into_iter()
        .map(|(_, change)| {
            present += change;
            present
        })
        .max()
        .unwrap_or(0)
}

fn add_polls(tx: &Tx<'_>, session: SessionId, past: &PastSession, attendees: &[AttendeeId]) -> Result<(), Error> {
    let mut answers = std::collections::HashMap::new();
    for (poll_place, poll) in past.polls.iter().enumerate() {
        let poll_id = store::polls::insert_poll(tx, session, &poll.name, false)?;
        for (question_place, question) in poll.questions.iter().enumerate() {
            let question_id = store::polls::insert_question(tx, poll_id, &question.text)?;
            for (answer_place, answer) in question.answers.iter().enumerate() {
                let id = store::polls::insert_answer(tx, question_id, &answer.text, answer.points)?;
                answers.insert((poll_place, question_place, answer_place), id);
            }
        }
    }
    for (attendee, id) in past.attendees.iter().zip(attendees) {
        for vote in attendee.votes.iter().filter_map(|vote| answers.get(vote)) {
            store::polls::insert_vote(tx, *id, *vote)?;
        }
    }
    Ok(())
}
