//! Keys of conference rooms: access tokens and autologin links.

use super::access;
use super::sign_in::hash_secret;
use crate::domain::{
    Access, AccessToken, AccessTokenId, Actor, AttendeeRole, Email, Error, Event, Meeting, MeetingId, MeetingPassword, Noun,
};
use crate::store::access_tokens::Autologin;
use crate::store::{self, Tx};

/// Characters of a token: none that looks like another.
const ALPHABET: &[u8] = b"346789ACDEFGHKMNPQRTWXY";
/// Length of a token.
const LENGTH: usize = 6;
/// Random characters of an autologin link's secret: 51 × 5 = 255 bits.
const SECRET_CHARS: usize = 51;

/// A room and its access tokens, oldest first; a room that does not ask for any has none.
pub fn list_tokens(tx: &Tx<'_>, actor: &Actor, id: MeetingId) -> Result<(Meeting, Vec<AccessToken>), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let tokens = match meeting.access {
        Access::Token => store::access_tokens::list_tokens(tx, id, AccessTokenId::new(0))?,
        Access::Open | Access::Password => Vec::new(),
    };
    Ok((meeting, tokens))
}

/// Makes access tokens; gives the room and the new ones. A room has at most `most`; beyond that none at all are made.
pub fn create_tokens(
    tx: &Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    how_many: Result<i64, Error>,
    most: i64,
) -> Result<(Meeting, Vec<AccessToken>), Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let how_many = how_many?;
    if meeting.access != Access::Token {
        return Err(Error::Invalid("access_type", "this room does not ask for tokens"));
    }
    let last = store::access_tokens::last_token(tx, id)?;
    add_tokens(tx, &meeting, how_many, most)?;
    tx.record(Event::TokensCreated(id))?;
    let made = store::access_tokens::list_tokens(tx, id, last)?;
    Ok((meeting, made))
}

fn add_tokens(tx: &Tx<'_>, meeting: &Meeting, how_many: i64, most: i64) -> Result<(), Error> {
    let has = store::access_tokens::count_tokens(tx, meeting.id)?;
    if has.saturating_add(how_many) > most {
        return Err(Error::TooManyTokens { has, most });
    }
    let mut made = 0;
    while made < how_many {
        made += i64::from(store::access_tokens::insert_token(tx, meeting.id, &tx.random_choice(ALPHABET, LENGTH))?);
    }
    Ok(())
}

/// A token for somebody who is invited: one that was sent to the same address, else one that nobody has, else a new one.
pub fn token_for(tx: &Tx<'_>, meeting: &Meeting, email: &Email, most: i64) -> Result<AccessToken, Error> {
    let sent = store::access_tokens::list_sent_to(tx, meeting.id, email.as_str())?;
    if let Some(known) = sent.into_iter().next() {
        return Ok(known);
    }
    let free = match store::access_tokens::find_free(tx, meeting.id)? {
        Some(free) => free,
        None => {
            add_tokens(tx, meeting, 1, most)?;
            store::access_tokens::find_free(tx, meeting.id)?.ok_or(Error::NotFound(Noun::AccessToken))?
        }
    };
    store::access_tokens::update_sent_to(tx, free.id, email.as_str())?;
    Ok(AccessToken { sent_to: Some(email.as_str().to_owned()), ..free })
}

/// Makes a token that is given (the sandbox's well-known one), as if it had been sent to an address.
pub fn keep_token(tx: &Tx<'_>, meeting: &Meeting, token: &str, email: &Email) -> Result<(), Error> {
    store::access_tokens::insert_token(tx, meeting.id, token)?;
    let kept = store::access_tokens::find_token(tx, meeting.id, token)?.ok_or(Error::NotFound(Noun::AccessToken))?;
    store::access_tokens::update_sent_to(tx, kept.id, email.as_str())
}

/// The tokens that were sent to an address; at least one.
pub fn tokens_of_invitee(tx: &Tx<'_>, actor: &Actor, id: MeetingId, email: Result<Email, Error>) -> Result<Vec<AccessToken>, Error> {
    access::meeting(tx, actor, id)?;
    let found = store::access_tokens::list_sent_to(tx, id, email?.as_str())?;
    if found.is_empty() { Err(Error::NotFound(Noun::AccessToken)) } else { Ok(found) }
}

/// Takes tokens back; unknown ones are nothing.
pub fn revoke_tokens(tx: &Tx<'_>, actor: &Actor, id: MeetingId, tokens: Result<Vec<String>, Error>) -> Result<(), Error> {
    access::meeting(tx, actor, id)?;
    for token in tokens? {
        store::access_tokens::end_token(tx, id, &token.to_ascii_uppercase())?;
    }
    tx.record(Event::TokensRevoked(id))
}

/// Whoever an autologin link is to be made for.
#[derive(Clone, Debug)]
pub struct NewAutologin {
    /// E-mail address.
    pub email: Email,
    /// Name as shown.
    pub nickname: String,
    /// What the link lets its holder do.
    pub role: AttendeeRole,
    /// The room's password, where it asks for one.
    pub password: Option<String>,
    /// A token of the room, where it asks for one.
    pub token: Option<String>,
}

/// Makes a link that lets one person in; gives its random text. The token is used up by entering, not by this.
pub fn create_autologin(
    tx: &Tx<'_>,
    actor: &Actor,
    id: MeetingId,
    cmd: Result<NewAutologin, Error>,
    dress: fn(&str) -> String,
) -> Result<String, Error> {
    let meeting = access::meeting(tx, actor, id)?;
    let cmd = cmd?;
    let token = match meeting.access {
        Access::Open => None,
        // GUESS: whoever may make links of a quick call need not know its password, which can't be compared here.
        Access::Password if meeting.password.as_ref().is_some_and(|password| password.hash().is_some()) => None,
        Access::Password if cmd.password.is_none() => return Err(Error::Missing("password")),
        Access::Password if cmd.password.as_deref() == meeting.password.as_ref().and_then(MeetingPassword::plain) => None,
        Access::Password => return Err(Error::Invalid("password", "this is not the room's password")),
        Access::Token => Some(known_token(tx, id, cmd.token.as_deref())?),
    };
    let hash = dress(&tx.random_text(SECRET_CHARS));
    let link = Autologin { meeting: id, email: cmd.email.as_str().to_owned(), nickname: cmd.nickname, role: cmd.role, token };
    store::access_tokens::insert_autologin(tx, &hash_secret(&hash), &link)?;
    tx.record(Event::AutologinCreated(id))?;
    Ok(hash)
}

/// Makes the link of somebody who is invited with more rights than a listener; gives its random text. It knows the address
/// alone, so the door asks for a name.
pub(super) fn issue_invited(
    tx: &Tx<'_>,
    meeting: &Meeting,
    email: &Email,
    role: AttendeeRole,
    token: Option<AccessTokenId>,
) -> Result<String, Error> {
    let secret = tx.random_text(SECRET_CHARS);
    let link = Autologin { meeting: meeting.id, email: email.as_str().to_owned(), nickname: String::new(), role, token };
    store::access_tokens::insert_autologin(tx, &hash_secret(&secret), &link)?;
    Ok(secret)
}

fn known_token(tx: &Tx<'_>, id: MeetingId, token: Option<&str>) -> Result<AccessTokenId, Error> {
    let token = token.ok_or(Error::Missing("token"))?;
    let found = store::access_tokens::find_token(tx, id, &token.to_ascii_uppercase())?;
    found.map(|found| found.id).ok_or(Error::Invalid("token", "this is no token of the room"))
}
