//! Polls of sessions and what was answered.

use super::Tx;
use crate::domain::{AttendeeId, Error, Poll, PollAnswer, PollQuestion, SessionId, Vote};

/// Most polls of a session.
pub const MOST_POLLS: i64 = 200;
/// Most rows that one list shows.
const MOST: i64 = 200_000;

/// Adds a poll.
pub fn insert_poll(tx: &Tx<'_>, session: SessionId, name: &str, is_open: bool) -> Result<i64, Error> {
    tx.execute("INSERT INTO poll (session_id, name, is_open, created_ms) VALUES (?1, ?2, ?3, ?4)", (session, name, is_open, tx.now))?;
    Ok(tx.conn.last_insert_rowid())
}

/// Adds a question to a poll.
pub fn insert_question(tx: &Tx<'_>, poll: i64, text: &str) -> Result<i64, Error> {
    tx.execute("INSERT INTO poll_question (poll_id, text) VALUES (?1, ?2)", (poll, text))?;
    Ok(tx.conn.last_insert_rowid())
}

/// Adds a possible answer to a question.
pub fn insert_answer(tx: &Tx<'_>, question: i64, text: &str, points: i64) -> Result<i64, Error> {
    tx.execute("INSERT INTO poll_answer (question_id, text, points) VALUES (?1, ?2, ?3)", (question, text, points))?;
    Ok(tx.conn.last_insert_rowid())
}

/// How many polls a session has.
pub fn count_polls(tx: &Tx<'_>, session: SessionId) -> Result<i64, Error> {
    tx.one("SELECT count(*) FROM poll WHERE session_id = ?1", [session], |row| row.get(0))
}

/// Opens or closes a poll of a session; says whether there is such a poll.
pub fn update_open(tx: &Tx<'_>, session: SessionId, poll: i64, is_open: bool) -> Result<bool, Error> {
    Ok(tx.execute("UPDATE poll SET is_open = ?3 WHERE id = ?2 AND session_id = ?1", (session, poll, is_open))? > 0)
}

/// The question that an answer of an open poll of a session belongs to.
pub fn find_question_of(tx: &Tx<'_>, session: SessionId, answer: i64) -> Result<Option<i64>, Error> {
    tx.first(
        "SELECT q.id FROM poll_answer a JOIN poll_question q ON q.id = a.question_id JOIN poll p ON p.id = q.poll_id \
         WHERE a.id = ?2 AND p.session_id = ?1 AND p.is_open",
        (session, answer),
        |row| row.get(0),
    )
}

/// Keeps an attendee's answer to a question in place of an earlier one.
pub fn replace_vote(tx: &Tx<'_>, attendee: AttendeeId, question: i64, answer: i64) -> Result<(), Error> {
    tx.execute(
        "DELETE FROM poll_vote WHERE attendee_id = ?1 AND answer_id IN (SELECT id FROM poll_answer WHERE question_id = ?2)",
        (attendee, question),
    )?;
    insert_vote(tx, attendee, answer)
}

/// What an attendee answered.
pub fn list_answers_of(tx: &Tx<'_>, attendee: AttendeeId) -> Result<Vec<i64>, Error> {
    tx.all("SELECT answer_id FROM poll_vote WHERE attendee_id = ?1 ORDER BY answer_id LIMIT ?2", (attendee, MOST), |row| row.get(0))
}

/// Keeps an answer.
pub fn insert_vote(tx: &Tx<'_>, attendee: AttendeeId, answer: i64) -> Result<(), Error> {
    tx.execute("INSERT OR IGNORE INTO poll_vote (attendee_id, answer_id) VALUES (?1, ?2)", (attendee, answer)).map(|_| ())
}

/// Polls of a session with the number of votes, in the order in which they were made.
pub fn list_polls(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Poll>, Error> {
    let rows = tx.all(
        "SELECT p.id, p.name, p.is_open, q.id, q.text, a.id, a.text, a.points, (SELECT count(*) FROM poll_vote v WHERE v.answer_id = a.id) \
         FROM poll p JOIN poll_question q ON q.poll_id = p.id JOIN poll_answer a ON a.question_id = q.id \
         WHERE p.session_id = ?1 ORDER BY p.id, q.id, a.id LIMIT ?2",
        (session, MOST),
        |row| {
            let poll = Poll { id: row.get(0)?, name: row.get(1)?, is_open: row.get(2)?, questions: vec![] };
            let question = PollQuestion { id: row.get(3)?, text: row.get(4)?, answers: vec![] };
            Ok((poll, question, PollAnswer { id: row.get(5)?, text: row.get(6)?, points: row.get(7)?, votes: row.get(8)? }))
        },
    )?;
    let mut polls: Vec<Poll> = Vec::new();
    for (poll, question, answer) in rows {
        if polls.last().is_none_or(|last| last.id != poll.id) {
            polls.push(poll);
        }
        let Some(poll) = polls.last_mut() else { continue };
        if poll.questions.last().is_none_or(|last| last.id != question.id) {
            poll.questions.push(question);
        }
        if let Some(question) = poll.questions.last_mut() {
            question.answers.push(answer);
        }
    }
    Ok(polls)
}

/// All answers of a session's attendees: by attendee, poll, question.
pub fn list_votes(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Vote>, Error> {
    tx.all(
        "SELECT v.attendee_id, p.id, p.name, q.id, q.text, a.text, a.points FROM poll p JOIN poll_question q ON q.poll_id = p.id \
         JOIN poll_answer a ON a.question_id = q.id JOIN poll_vote v ON v.answer_id = a.id \
         WHERE p.session_id = ?1 ORDER BY v.attendee_id, p.id, q.id, a.id LIMIT ?2",
        (session, MOST),
        |row| {
            Ok(Vote {
                attendee: row.get(0)?,
                poll: (row.get(1)?, row.get(2)?),
                question: (row.get(3)?, row.get(4)?),
                answer: row.get(5)?,
                points: row.get(6)?,
            })
        },
    )
}
