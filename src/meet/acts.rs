//! What somebody in a session asks for, message by message. Every right is checked here, whatever the page shows.

use serde_json::{Value, json};

use super::meetings::{Meetings, ended, text};
use super::wire::{self, Said};
use crate::domain::{
    AttendeeId, AttendeeRole, ChatLine, ChatText, Error, MeetingId, MeetingKind, NewPoll, Poll, Rating, Seat, SessionId, Timestamp,
};
use crate::ops::{attendance, conversation};
use crate::store::{Cause, Tx};

/// Somebody in a session, as their connection knows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Me {
    pub(super) meeting: MeetingId,
    pub(super) kind: MeetingKind,
    pub(super) chair: u64,
    pub(super) seat: Seat,
}

/// Why something asked for was not done.
#[derive(Debug)]
pub(super) enum Trouble {
    /// One's role does not allow it.
    Forbidden,
    /// Whom or what it is about is not there.
    Gone,
    /// Anything else.
    Failed(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Trouble {
    /// One word for it, for the page.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Gone | Self::Failed(Error::NotFound(_)) => "gone",
            Self::Failed(Error::Invalid(..) | Error::Missing(_)) => "invalid",
            Self::Failed(Error::Busy | Error::StorageFull | Error::StorageReadOnly) => "busy",
            Self::Failed(_) => "failed",
        }
    }
}

impl Meetings {
    async fn in_session<T, F>(&self, work: F) -> Result<T, Trouble>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        Ok(self.world.write(Cause::job("meeting"), work).await?)
    }

    /// Does what was asked for; gives more for the answer, if there is more to say.
    pub(super) async fn act(&self, me: &Me, said: Said) -> Result<Value, Trouble> {
        let role = self.role_of(me)?;
        match said {
            Said::Chat { key, text } => self.chat(me, key, &text).await,
            Said::Hand { up } => self.hand(me, up),
            Said::Rate { rating, comment } => self.rate(me, rating, comment.as_deref().unwrap_or_default()).await,
            Said::PollVote { answer } => self.vote(me, answer).await,
            Said::PollCreate { name, questions, open } if role.leads() => {
                let questions = questions.into_iter().map(|question| (question.text, question.answers)).collect();
                let new = NewPoll::parse(&name, questions, open)?;
                let session = me.seat.session;
                let poll = self.in_session(move |tx| conversation::create_poll(tx, session, &new)).await?;
                self.tell_poll(me.meeting, &poll);
                Ok(json!({"poll": poll.id}))
            }
            Said::PollOpen { poll } if role.leads() => self.turn_poll(me, poll, true).await,
            Said::PollClose { poll } if role.leads() => self.turn_poll(me, poll, false).await,
            Said::End if role.leads() => {
                self.end_session(me.meeting, me.seat.session, "host").await?;
                Ok(Value::Null)
            }
            Said::Kick { attendee } if role.leads() => self.kick(me, role, AttendeeId::new(attendee)).await,
            Said::Role { attendee, role: word } if role == AttendeeRole::Host => {
                let role = AttendeeRole::named(&word).ok_or(Trouble::Failed(Error::Invalid("role", "no such role")))?;
                self.change_role(me, AttendeeId::new(attendee), role).await
            }
            Said::PollCreate { .. } | Said::PollOpen { .. } | Said::PollClose { .. } => Err(Trouble::Forbidden),
            Said::End | Said::Kick { .. } | Said::Role { .. } => Err(Trouble::Forbidden),
            Said::Ping | Said::Leave | Said::Unknown => Ok(Value::Null),
        }
    }

    /// One's role now; who was sent out a moment ago has none.
    fn role_of(&self, me: &Me) -> Result<AttendeeRole, Trouble> {
        let live = self.live();
        let person = live.person(me.meeting, me.seat.attendee).filter(|_| live.has_chair(me.meeting, me.chair));
        person.map(|person| person.role).ok_or(Trouble::Gone)
    }

    async fn chat(&self, me: &Me, key: String, said: &str) -> Result<Value, Trouble> {
        let words = ChatText::parse(said)?;
        let nickname = self.live().person(me.meeting, me.seat.attendee).map(|person| person.nickname.clone()).ok_or(Trouble::Gone)?;
        let (seat, kept) = (me.seat, words.clone());
        let said = self
            .in_session(move |tx| Ok(conversation::say(tx, seat.session, seat.attendee, &key, &kept)?.map(|number| (number, tx.now))))
            .await?;
        if let Some((number, sent)) = said {
            let line = ChatLine { sent, attendee: seat.attendee, nickname, email: None, text: words.as_str().to_owned() };
            let message = text(&json!({"t": "chat", "line": wire::line(number, &line)}));
            self.live().tell(me.meeting, |_, _| Some(message.clone()));
        }
        Ok(Value::Null)
    }

    fn hand(&self, me: &Me, up: bool) -> Result<Value, Trouble> {
        let since: Option<Timestamp> = up.then(|| self.now());
        self.live().set_hand(me.meeting, me.seat.attendee, since);
        self.tell_joined(me.meeting, me.kind, me.seat.attendee);
        Ok(Value::Null)
    }

    async fn rate(&self, me: &Me, stars: i64, comment: &str) -> Result<Value, Trouble> {
        let rating = Rating::parse(stars, comment)?;
        let seat = me.seat;
        self.in_session(move |tx| conversation::rate(tx, seat.session, seat.attendee, &rating)).await?;
        Ok(Value::Null)
    }

    async fn vote(&self, me: &Me, answer: i64) -> Result<Value, Trouble> {
        let seat = me.seat;
        let poll = self.in_session(move |tx| conversation::vote(tx, seat.session, seat.attendee, answer)).await?;
        // Who doesn't lead sees no votes of an open poll, so there is nothing to tell them.
        let Some(shown) = wire::poll(&poll, AttendeeRole::Host) else { return Ok(Value::Null) };
        let message = text(&json!({"t": "poll", "poll": shown}));
        self.live().tell(me.meeting, |_, role| role.leads().then(|| message.clone()));
        Ok(json!({"answer": answer}))
    }

    async fn turn_poll(&self, me: &Me, poll: i64, is_open: bool) -> Result<Value, Trouble> {
        let session = me.seat.session;
        let poll = self.in_session(move |tx| conversation::turn_poll(tx, session, poll, is_open)).await?;
        self.tell_poll(me.meeting, &poll);
        Ok(Value::Null)
    }

    fn tell_poll(&self, meeting: MeetingId, poll: &Poll) {
        let draw = |role| match wire::poll(poll, role) {
            Some(shown) => text(&json!({"t": "poll", "poll": shown})),
            None => text(&json!({"t": "poll", "gone": poll.id})),
        };
        let (leading, listening) = (draw(AttendeeRole::Host), draw(AttendeeRole::Listener));
        self.live().tell(meeting, |_, role| Some(if role.leads() { leading.clone() } else { listening.clone() }));
    }

    /// Presenters may send listeners out, hosts presenters too; nobody sends out a host.
    async fn kick(&self, me: &Me, role: AttendeeRole, attendee: AttendeeId) -> Result<Value, Trouble> {
        self.require_below(me.meeting, attendee, role)?;
        let session: SessionId = me.seat.session;
        self.in_session(move |tx| attendance::send_out(tx, session, attendee)).await?;
        let mut live = self.live();
        live.expel(me.meeting, attendee, &ended("kicked"), self.now());
        let count = live.people(me.meeting).len();
        let left = text(&json!({"t": "roster", "left": [attendee.get()], "count": count}));
        live.tell(me.meeting, |_, role| (me.kind == MeetingKind::Meeting || role.leads()).then(|| left.clone()));
        Ok(Value::Null)
    }

    async fn change_role(&self, me: &Me, attendee: AttendeeId, role: AttendeeRole) -> Result<Value, Trouble> {
        self.require_below(me.meeting, attendee, AttendeeRole::Host)?;
        let session = me.seat.session;
        self.in_session(move |tx| attendance::note_role(tx, session, attendee, role)).await?;
        let mut live = self.live();
        live.set_role(me.meeting, attendee, role);
        let people = live.people(me.meeting);
        let mine = text(&json!({
            "t": "role", "role": role.word(), "permissions": wire::permissions(role), "roster": wire::roster(me.kind, role, &people),
        }));
        live.tell(me.meeting, |id, _| (id == attendee).then(|| mine.clone()));
        // In a webinar listeners see who leads and nobody else: they get the whole list anew.
        let [listening, leading] = [AttendeeRole::Listener, AttendeeRole::Host].map(|sees| text(&wire::roster(me.kind, sees, &people)));
        live.tell(me.meeting, |_, role| Some(if role.leads() { leading.clone() } else { listening.clone() }));
        Ok(Value::Null)
    }

    fn require_below(&self, meeting: MeetingId, attendee: AttendeeId, role: AttendeeRole) -> Result<(), Trouble> {
        let theirs = self.live().person(meeting, attendee).map(|person| person.role).ok_or(Trouble::Gone)?;
        if theirs < role { Ok(()) } else { Err(Trouble::Forbidden) }
    }
}
