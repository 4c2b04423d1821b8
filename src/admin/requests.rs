//! What the page sends, as what operations take.

use std::str::FromStr;

use super::wire::{PlaceIn, ReservationIn, SetupIn, TokenIn};
use crate::dialects::access;
use crate::domain::{
    Count, Dialect, Email, Error, Label, Language, Memo, NewPlace, NewReservation, NewToken, PasswordHash, PersonName, ReservedTime,
    Scopes, SetUp, TimeZone, Timestamp, Title, checked_password,
};
use crate::web::{Call, Params};

/// Entries of a page of a list, unless the caller says otherwise and at most.
const ON_PAGE: i64 = 50;
const MOST_ON_PAGE: i64 = 200;
/// Longest name of a token, in characters.
const NAME_CHARS: usize = 200;

/// A text that has to be there.
pub(super) fn required(text: Option<String>, field: &'static str) -> Result<String, Error> {
    text.filter(|text| !text.trim().is_empty()).ok_or(Error::Missing(field))
}

/// An id in the path; digits that are too many are an id that nobody has.
pub(super) fn id_in_path<T: FromStr>(call: &Call, place: &str, nobody: Error) -> Result<T, Error> {
    call.place(place).parse().map_err(|_| nobody)
}

/// Entries at most.
pub(super) fn limit(query: &Params) -> Result<i64, Error> {
    let limit = query.natural("limit")?.unwrap_or(ON_PAGE);
    if (1..=MOST_ON_PAGE).contains(&limit) { Ok(limit) } else { Err(Error::Invalid("limit", "use a number from 1 to 200")) }
}

/// What a browser says that lost a stream of events and goes on: the id of the last one that it got.
pub(super) fn last_event(call: &Call) -> Result<Option<i64>, Error> {
    let Some(given) = call.head().headers().get("last-event-id") else { return Ok(None) };
    let id = given.to_str().ok().and_then(|text| text.parse().ok()).filter(|id| *id >= 0);
    id.map(Some).ok_or(Error::Invalid("last-event-id", "send the id of an event as it came"))
}

/// Which part of a list is asked for: entries at most, entries left out before.
pub(super) fn part(query: &Params) -> Result<(usize, usize), Error> {
    let limit = limit(query)?;
    let offset = query.natural("offset")?.unwrap_or(0);
    Ok((usize::try_from(limit).unwrap_or_default(), usize::try_from(offset).unwrap_or(usize::MAX)))
}

/// Which organization is asked for, by its slug.
pub(super) fn organization(query: &Params) -> Result<Option<String>, Error> {
    Ok(query.text("organization")?.map(str::to_owned))
}

/// Which part of a list that goes on from entry to entry is asked for: entries at most, and the one before which it begins.
pub(super) fn stretch(query: &Params, usual: i64, most: i64) -> Result<(i64, Option<i64>), Error> {
    let limit = query.natural("limit")?.unwrap_or(usual);
    if !(1..=most).contains(&limit) {
        return Err(Error::Invalid("limit", "use a number from 1 to the most that the list shows at once"));
    }
    Ok((limit, query.natural("before")?))
}

/// What the set-up page sends, read in the order in which its fields stand: the first that is wrong is told. Its password has to be hashed.
pub(super) fn set_up(body: SetupIn) -> Result<(String, impl FnOnce(PasswordHash) -> SetUp), Error> {
    let language = Language::named(&required(body.language, "language")?)?;
    let organization = required(body.organization, "organization")?;
    let zone = zone(&required(body.time_zone, "time_zone")?)?;
    let name = PersonName::parse(&required(body.name, "name")?)?;
    let email = Email::parse(&required(body.email, "email")?)?;
    let password = new_password(body.password)?;
    Ok((password, move |password| SetUp { organization, language, zone, email, name, password }))
}

const BAD_ZONE: Error = Error::Invalid("time_zone", "no such zone; names look like Asia/Tokyo or Europe/Warsaw");

/// A time zone that the page names.
pub(super) fn zone(name: &str) -> Result<TimeZone, Error> {
    TimeZone::parse(name).map_err(|_| BAD_ZONE)
}

/// A password that somebody chose.
pub(super) fn new_password(text: Option<String>) -> Result<String, Error> {
    let text = text.filter(|text| !text.is_empty()).ok_or(Error::Missing("password"))?;
    checked_password(&text)?;
    Ok(text)
}

/// A token to be made, and whose it is; none: the organization's.
pub(super) fn token(body: TokenIn) -> Result<(NewToken, Option<Email>), Error> {
    const BAD_DIALECT: Error = Error::Invalid("dialect", "this is none of the APIs that tokens are for");
    let dialect = Dialect::named(&required(body.dialect, "dialect")?).ok_or(BAD_DIALECT)?;
    let way = access::of(dialect).ok_or(BAD_DIALECT)?;
    let scopes = body.scopes.unwrap_or_default();
    if scopes.iter().any(|scope| !way.scopes.contains(&scope.as_str())) {
        return Err(Error::Invalid("scopes", "this API has no such scope"));
    }
    let expires = body.expires_at.filter(|text| !text.is_empty()).map(|text| instant("expires_at", &text)).transpose()?;
    let name = required(body.name, "name")?;
    let reason = body.reason.unwrap_or_default();
    if expires.is_none() && reason.trim().is_empty() {
        return Err(Error::Invalid("reason", "say why the token never ends, or choose an end"));
    }
    let note = if expires.is_none() { format!("{} ({})", name.trim(), reason.trim()) } else { name.trim().to_owned() };
    if note.chars().count() > NAME_CHARS || note.chars().any(char::is_control) {
        return Err(Error::Invalid("name", "name and reason have at most 200 characters, without line breaks"));
    }
    let email = body.email.filter(|email| !email.is_empty()).map(|email| Email::parse(&email)).transpose()?;
    if email.is_none() && dialect.is_personal() {
        return Err(Error::Missing("email"));
    }
    Ok((NewToken { dialect, scopes: Scopes::parse(&scopes.join(" "))?, expires, note }, email))
}

/// A time.
pub(super) fn instant(field: &'static str, text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::Invalid(field, "write it as 2027-01-31T00:00:00Z"))
}

pub(super) fn place(body: PlaceIn) -> Result<NewPlace, Error> {
    Ok(NewPlace {
        name: Title::parse("name", &required(body.name, "name")?)?,
        group: Label::parse("group", &body.group.unwrap_or_default())?,
        capacity: Count::parse("capacity", body.capacity.unwrap_or(0))?,
        memo: Memo::parse(&body.memo.unwrap_or_default())?,
        sort_order: body.sort_order.map(|number| Count::parse("sort_order", number)).transpose()?,
        is_valid: body.is_in_use.unwrap_or(true),
    })
}

pub(super) fn reservation(body: ReservationIn) -> Result<NewReservation, Error> {
    let time = match (&body.starts, &body.ends, &body.first_day, &body.last_day) {
        (Some(starts), Some(ends), None, None) => ReservedTime::parse_span(starts, ends)?,
        (None, None, Some(first), last) => ReservedTime::parse_days(first, last.as_ref().unwrap_or(first))?,
        _ => return Err(Error::Invalid("starts", "name start and end, or the first and the last day")),
    };
    let members = body.members.unwrap_or_default().into_iter().map(|email| Email::parse(&email).map(|email| (email, false)));
    Ok(NewReservation {
        place: required(body.place, "place")?,
        time,
        title: Title::parse("title", &required(body.title, "title")?)?,
        memo: Memo::parse(&body.memo.unwrap_or_default())?,
        creator: Email::parse(&required(body.by, "by")?)?,
        members: members.collect::<Result<_, _>>()?,
    })
}
