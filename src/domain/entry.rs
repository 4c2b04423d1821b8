//! How people come into a meeting: what they show at the door, and what the door says.

use super::{
    AccessTokenId, AttendeeId, AttendeeRole, Email, Error, Meeting, MeetingId, PasswordHash, PersonName, RegistrationId, SessionId,
    Timestamp,
};

/// What the same person is recognised by in a meeting: a browser's secret or an address, hashed.
pub type PersonKey = [u8; 32];

/// What the `l` of a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkKey {
    /// The owner's or a role's hash; its signature was checked.
    Verified(AttendeeRole),
    /// The secret of an autologin link that was issued, still to be looked up.
    Issued(String),
}

/// Everything that somebody shows at the door. The strongest counts: link, registration, token, password.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The `l` of a link.
    pub link: Option<LinkKey>,
    /// The `r` of a registration's personal link.
    pub registration: Option<String>,
    /// A single-use access token.
    pub token: Option<String>,
    /// The room's password.
    pub password: Option<String>,
    /// The hash that this password was compared with and fits.
    pub fits: Option<PasswordHash>,
    /// The secret part of a quick call's address.
    pub quick_call: Option<String>,
}

/// Somebody at the door.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The browser's own secret, hashed.
    pub browser: PersonKey,
    /// The name given, if any.
    pub name: Option<PersonName>,
    /// The address given, if any.
    pub email: Option<Email>,
    /// What the browser calls itself.
    pub device: String,
    /// Where it comes from.
    pub address: String,
    /// What addresses in letters to this person start with.
    pub base: String,
}

/// Why the door stays closed. Password and token fail alike, so that nobody learns which part was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such room.
    Nowhere,
    /// Somebody closed the room.
    Closed,
    /// The meeting is over since then.
    Over(Timestamp),
    /// Password, token or link is not right, or the token is somebody else's by now.
    Wrong,
    /// One has to register first.
    MustRegister,
    /// This address is registered already.
    AlreadyRegistered,
    /// A name is missing.
    Nameless,
    /// As many people are there as may be.
    Full,
    /// Somebody who keeps order has sent this person out.
    Kicked,
}

impl Refusal {
    /// One word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nowhere => "nowhere",
            Self::Closed => "closed",
            Self::Over(_) => "over",
            Self::Wrong => "wrong",
            Self::MustRegister => "must_register",
            Self::AlreadyRegistered => "already_registered",
            Self::Nameless => "nameless",
            Self::Full => "full",
            Self::Kicked => "kicked",
        }
    }
}

impl Meeting {
    /// Why nobody may enter at this instant, if so.
    pub fn refusal(&self, now: Timestamp) -> Option<Refusal> {
        if self.is_active(now) {
            return None;
        }
        let over = self.schedule.filter(|schedule| !self.is_closed && schedule.ends <= now);
        Some(over.map_or(Refusal::Closed, |schedule| Refusal::Over(schedule.ends)))
    }
}

/// Somebody who was let through the door.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The room.
    pub meeting: MeetingId,
    /// What the person is recognised by.
    pub person: PersonKey,
    /// Name as shown.
    pub nickname: String,
    /// E-mail address, if one is known.
    pub email: Option<String>,
    /// What they may do.
    pub role: AttendeeRole,
    /// The registration they came by.
    pub registration: Option<RegistrationId>,
    /// The access token they came with, and the browser it was bound to.
    pub token: Option<(AccessTokenId, PersonKey)>,
    /// What the browser calls itself.
    pub device: String,
    /// Where it comes from.
    pub address: String,
    /// What addresses in letters start with.
    pub base: String,
}

/// What the door said.
#[derive(Clone, Debug)]
pub enum Door<T> {
    /// Come in.
    Open(T),
    /// Not so.
    Shut(Refusal),
}

/// Where somebody went who was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Into the session, as this attendee, for this span of presence.
    Seat(Seat),
    /// Into the lobby, until somebody starts.
    Lobby,
}

/// An attendee's presence in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The session.
    pub session: SessionId,
    /// The attendee.
    pub attendee: AttendeeId,
    /// The span of presence.
    pub span: i64,
}

/// A line to be said: 1 to 4,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatText(String);

impl ChatText {
    /// Checks a line; blanks around it and control characters in it, but for line ends and tabs, don't belong to it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let clean = clean.trim();
        match clean.chars().count() {
            0 => Err(Error::Missing("text")),
            1..=4_000 => Ok(Self(clean.to_owned())),
            _ => Err(Error::Invalid("text", "a message has at most 4,000 characters")),
        }
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody thought of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// 1 to 5.
    pub stars: i64,
    /// Words to go with it.
    pub comment: Option<String>,
}

impl Rating {
    /// Checks a rating; a comment has at most 2,000 characters.
    pub fn parse(stars: i64, comment: &str) -> Result<Self, Error> {
        if !(1..=5).contains(&stars) {
            return Err(Error::Invalid("rating", "choose 1 to 5"));
        }
        if comment.chars().count() > 2_000 {
            return Err(Error::Invalid("comment", "a comment has at most 2,000 characters"));
        }
        let comment = Some(comment.trim()).filter(|comment| !comment.is_empty()).map(str::to_owned);
        Ok(Self { stars, comment })
    }
}

/// A poll to be made.
#[derive(Clone, Debug)]
pub struct NewPoll {
    /// Its name.
    pub name: String,
    /// Questions with their answers.
    pub questions: Vec<(String, Vec<String>)>,
    /// Whether one may vote at once.
    pub is_open: bool,
}

impl NewPoll {
    /// Checks a poll: 1 to 10 questions of 2 to 20 answers, all of 1 to 255 characters.
    pub fn parse(name: &str, questions: Vec<(String, Vec<String>)>, is_open: bool) -> Result<Self, Error> {
        let trim = |text: &str| text.trim().chars().filter(|c| !c.is_control()).collect::<String>();
        let fits = |text: &String| (1..=255).contains(&text.chars().count());
        let name = trim(name);
        let questions: Vec<(String, Vec<String>)> =
            questions.iter().map(|(text, answers)| (trim(text), answers.iter().map(|answer| trim(answer)).collect())).collect();
        let is_fine = fits(&name)
            && (1..=10).contains(&questions.len())
            && questions.iter().all(|(text, answers)| fits(text) && (2..=20).contains(&answers.len()) && answers.iter().all(fits));
        if is_fine {
            return Ok(Self { name, questions, is_open });
        }
        Err(Error::Invalid("poll", "a poll has a name and 1 to 10 questions of 2 to 20 answers, all of 1 to 255 characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::{ChatText, NewPoll, Rating};

    #[test]
    fn a_line_is_cleaned_and_bounded() {
        assert_eq!(ChatText::parse(" a\u{0}\nb ").unwrap().as_str(), "a\nb");
        assert!(ChatText::parse(" \n\u{7}").is_err());
        assert!(ChatText::parse(&"あ".repeat(4_000)).is_ok() && ChatText::parse(&"あ".repeat(4_001)).is_err());
    }

    #[test]
    fn a_rating_is_one_to_five() {
        assert!(Rating::parse(0, "").is_err() && Rating::parse(6, "").is_err());
        assert_eq!(Rating::parse(5, " ").unwrap(), Rating { stars: 5, comment: None });
        assert!(Rating::parse(3, &"x".repeat(2_001)).is_err());
    }

    #[test]
    fn a_poll_has_something_to_choose_from() {
        let ask = |answers: &[&str]| NewPoll::parse("P", vec![("Q".into(), answers.iter().map(|a| (*a).to_owned()).collect())], true);
        assert!(ask(&["a", "b"]).is_ok());
        assert!(ask(&["a"]).is_err() && ask(&["a", " "]).is_err() && ask(&["x"; 21]).is_err());
        assert!(NewPoll::parse("P", vec![], true).is_err());
    }
}
