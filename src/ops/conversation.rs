//! What people do in a session: talk, vote, say how they liked it. Who may do it was checked by whoever knows who is in.

use crate::domain::{AttendeeId, ChatLine, ChatText, Error, NewPoll, Noun, Poll, Rating, SessionId};
use crate::store::{self, Tx};

/// Lines of chat that somebody who comes in is shown.
const HISTORY: i64 = 200;
/// Longest mark by which a client recognises a line of its own.
const KEY_BYTES: usize = 64;

/// What somebody who comes in gets to see of a session so far.
#[derive(Debug)]
pub struct SoFar {
    /// The last lines of chat, oldest first, each with its number.
    pub lines: Vec<(i64, ChatLine)>,
    /// Polls.
    pub polls: Vec<Poll>,
    /// Own answers.
    pub answers: Vec<i64>,
}

/// What happened so far, for an attendee.
pub fn catch_up(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId) -> Result<SoFar, Error> {
    Ok(SoFar {
        lines: store::sessions::list_last_messages(tx, session, HISTORY)?,
        polls: store::polls::list_polls(tx, session)?,
        answers: store::polls::list_answers_of(tx, attendee)?,
    })
}

/// Says a line; none when it was said before under the same mark. Gives its number.
pub fn say(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, key: &str, text: &ChatText) -> Result<Option<i64>, Error> {
    if key.is_empty() || key.len() > KEY_BYTES {
        return Err(Error::Invalid("key", "a mark has 1 to 64 bytes"));
    }
    require_open(tx, session)?;
    store::sessions::insert_message(tx, session, attendee, key, text.as_str())
}

/// Makes a poll.
pub fn create_poll(tx: &Tx<'_>, session: SessionId, new: &NewPoll) -> Result<Poll, Error> {
    require_open(tx, session)?;
    if store::polls::count_polls(tx, session)? >= store::polls::MOST_POLLS {
        return Err(Error::Invalid("poll", "a session has at most 200 polls"));
    }
    let id = store::polls::insert_poll(tx, session, &new.name, new.is_open)?;
    for (text, answers) in &new.questions {
        let question = store::polls::insert_question(tx, id, text)?;
        for answer in answers {
            store::polls::insert_answer(tx, question, answer, 0)?;
        }
    }
    find_poll(tx, session, id)
}

/// Opens or closes a poll.
pub fn turn_poll(tx: &Tx<'_>, session: SessionId, poll: i64, is_open: bool) -> Result<Poll, Error> {
    require_open(tx, session)?;
    store::polls::update_open(tx, session, poll, is_open)?;
    find_poll(tx, session, poll)
}

/// Answers a question of an open poll, in place of an earlier answer.
pub fn vote(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, answer: i64) -> Result<Poll, Error> {
    require_open(tx, session)?;
    let missing = || Error::NotFound(Noun::Poll);
    let question = store::polls::find_question_of(tx, session, answer)?.ok_or_else(missing)?;
    store::polls::replace_vote(tx, attendee, question, answer)?;
    let polls = store::polls::list_polls(tx, session)?;
    polls.into_iter().find(|poll| poll.questions.iter().any(|asked| asked.id == question)).ok_or_else(missing)
}

fn find_poll(tx: &Tx<'_>, session: SessionId, id: i64) -> Result<Poll, Error> {
    store::polls::list_polls(tx, session)?.into_iter().find(|poll| poll.id == id).ok_or(Error::NotFound(Noun::Poll))
}

/// Keeps what an attendee thought of a session, also after its end; the last word counts.
pub fn rate(tx: &Tx<'_>, session: SessionId, attendee: AttendeeId, rating: &Rating) -> Result<(), Error> {
    store::sessions::find_attendee(tx, session, attendee)?.ok_or(Error::NotFound(Noun::Attendee))?;
    store::sessions::update_rating(tx, attendee, rating.stars, rating.comment.as_deref())
}

fn require_open(tx: &Tx<'_>, session: SessionId) -> Result<(), Error> {
    let is_open = store::sessions::find_any_session(tx, session)?.is_some_and(|session| session.ended.is_none());
    if is_open { Ok(()) } else { Err(Error::NotFound(Noun::Session)) }
}
