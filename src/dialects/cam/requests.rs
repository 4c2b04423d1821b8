//! What requests of the CAM API ask for: JSON into domain types. Nothing here decides anything.

use serde_json::{Map, Value};

use crate::domain::civil::Period;
use crate::domain::{Body, CallExpiry, CallPassword, Error, Problem, RoomName};
use crate::ops::delivery::{Delivery, Destination};
use crate::ops::groups::SaveGroup;
use crate::web::RawForm;

/// Where a direct message goes, instead of the name of a room.
const MESSENGER: &str = "messenger";
/// Most items of a batch.
const MOST_ITEMS: usize = 1_000;
/// Most people that one message names.
const MOST_USERS: usize = 1_000;
/// Longest text, in characters.
const TEXT_CHARS: usize = 20_000;
/// Longest name of a room, in characters.
const NAME_CHARS: usize = 100;
/// JavaScript rounds whole numbers beyond this one.
const SAFE: u64 = (1 << 53) - 1;

/// `sendMessage`.
pub(super) fn message(form: &RawForm) -> Result<Delivery, Error> {
    delivery(&form.json("message")?)
}

/// `sendMessages`: each item by itself. A list in the list counts as its items.
pub(super) fn messages(form: &RawForm) -> Result<Vec<Result<Delivery, Error>>, Error> {
    let Value::Array(items) = form.json("messages")? else { return Err(Error::Invalid("messages", "this is not a list")) };
    let flat = items.into_iter().flat_map(|item| if let Value::Array(inner) = item { inner } else { vec![item] });
    let flat: Vec<Value> = flat.take(MOST_ITEMS + 1).collect();
    if flat.len() > MOST_ITEMS {
        return Err(Error::TooMany("messages", MOST_ITEMS));
    }
    Ok(flat.iter().map(delivery).collect())
}

/// A message in either of the two vocabularies.
fn delivery(value: &Value) -> Result<Delivery, Error> {
    let Value::Object(members) = value else { return Err(Error::Invalid("message", "this is not an object")) };
    let body = text(members, "message")?.filter(|text| !text.trim().is_empty()).ok_or(Error::Missing("message"))?;
    if body.chars().count() > TEXT_CHARS {
        return Err(Error::Invalid("message", "a text has at most 20,000 characters"));
    }
    let people = users(members)?;
    let panel = text(members, "panelName")?.or(text(members, "send")?).filter(|name| !name.trim().is_empty());
    let to = match panel {
        Some(name) if !name.trim().eq_ignore_ascii_case(MESSENGER) => Destination::Group(name),
        None if people.is_empty() => return Err(Error::Invalid("panelName", "say which room, or in users who gets it")),
        _ if people.is_empty() => return Err(Error::Missing("users")),
        _ => Destination::People,
    };
    Ok(Delivery { to, body: Body::parse(body)?, is_sealed: is_sealed(members), people })
}

/// `seal` counts when it says yes or no.
fn is_sealed(members: &Map<String, Value>) -> bool {
    let said = |name| members.get(name).and_then(Value::as_bool);
    said("seal").or_else(|| said("isOpened")).unwrap_or(false)
}

/// E-mail addresses or ids, separated by commas or as a list, in the first place that has some; each once.
fn users(members: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let nested = ["generalPurposes", "property"].into_iter().filter_map(|name| members.get(name)?.get("users"));
    for place in nested.chain(members.get("users")) {
        let found = names(place)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn names(value: &Value) -> Result<Vec<String>, Error> {
    const NOT_NAMES: Error = Error::Invalid("users", "use e-mail addresses separated by commas, or a list of them");
    let texts: Vec<&str> = match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text],
        Value::Array(items) => {
            let texts = items.iter().filter(|item| !item.is_null()).map(|item| item.as_str().ok_or(NOT_NAMES));
            texts.collect::<Result<_, _>>()?
        }
        _ => return Err(NOT_NAMES),
    };
    let mut seen = std::collections::HashSet::new();
    let all = texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = all.filter(|name| seen.insert(name.to_lowercase())).map(str::to_owned).collect();
    if names.len() > MOST_USERS { Err(Error::TooMany("users", MOST_USERS)) } else { Ok(names) }
}

/// `createQuickCall`: an empty date and 0 leave it open, but one has to be sent.
pub(super) fn quick_call(form: &RawForm) -> Result<(CallExpiry, Option<CallPassword>), Error> {
    let date = form.given("expiredDate").map_err(|_| not_a_date())?.ok_or(Error::Missing("expiredDate"))?;
    let password = form.given("password")?.unwrap_or_default();
    Ok((expiry(date.trim())?, CallPassword::parse(&password)?))
}

fn expiry(text: &str) -> Result<CallExpiry, Error> {
    match text.parse() {
        Ok(number) => Ok(CallExpiry::from_number(number)),
        Err(_) if text.is_empty() => Ok(CallExpiry::Default),
        // Too many digits are a date far ahead.
        Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(CallExpiry::from_number(i64::MAX)),
        Err(_) => Err(not_a_date()),
    }
}

/// Not a date that can't be, which is another failure.
fn not_a_date() -> Error {
    let why = "use milliseconds since 1970, in digits".to_owned();
    Error::Fields(vec![Problem { field: "expiredDate".to_owned(), why }])
}

/// `getConferenceRoomStatus`: a month or a day; none is today.
pub(super) fn period(form: &RawForm) -> Result<Option<Period>, Error> {
    form.text("yyyyMMdd")?.map(|text| Period::parse("yyyyMMdd", &text)).transpose()
}

/// `updateChatRoom`.
pub(super) fn chat_room(form: &RawForm) -> Result<SaveGroup, Error> {
    let Value::Object(members) = form.json("chatRoom")? else { return Err(Error::Invalid("chatRoom", "this is not an object")) };
    let filled = |name| Ok::<_, Error>(text(&members, name)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    Ok(SaveGroup {
        id: filled("id")?,
        name: text(&members, "name")?.map(|name| room_name(&name)).transpose()?,
        maker: filled("createUserId")?,
        is_thread: members.get("isMessageThread").map_or(Ok(None), |value| flag(value, "isMessageThread"))?,
        is_public: members.get("isPublic").map_or(Ok(None), |value| flag(value, "isPublic"))?,
        members: members.get("memberUids").map_or(Ok(None), member_uids)?,
    })
}

fn room_name(name: &str) -> Result<RoomName, Error> {
    let name = name.trim();
    if !(1..=NAME_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Error::Invalid("name", "a name has 1 to 100 characters, without control characters"));
    }
    if name.eq_ignore_ascii_case(MESSENGER) {
        return Err(Error::Taken("name"));
    }
    RoomName::parse(name.to_owned())
}

fn member_uids(value: &Value) -> Result<Option<Vec<(String, bool)>>, Error> {
    const NOT_MEMBERS: Error = Error::Invalid("memberUids", "use an object: user id → true for an administrator, false for a member");
    let members = match value {
        Value::Null => return Ok(None),
        Value::Object(members) => members,
        _ => return Err(NOT_MEMBERS),
    };
    let listed = members.iter().map(|(name, value)| {
        let is_admin = flag(value, "memberUids")?.ok_or(NOT_MEMBERS)?;
        Ok((name.trim().to_owned(), is_admin))
    });
    listed.collect::<Result<Vec<_>, _>>().map(Some)
}

/// A yes or a no in the spellings of several languages; none for null.
fn flag(value: &Value, field: &'static str) -> Result<Option<bool>, Error> {
    let number = value.as_i64();
    match value.as_str().map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        Some("true" | "1") => return Ok(Some(true)),
        Some("false" | "0") => return Ok(Some(false)),
        _ => {}
    }
    match value {
        Value::Null => Ok(None),
        Value::Bool(is_so) => Ok(Some(*is_so)),
        _ if number == Some(1) => Ok(Some(true)),
        _ if number == Some(0) => Ok(Some(false)),
        _ => Err(Error::Invalid(field, "use true or false")),
    }
}

/// A text, or a number short enough that no script has rounded it; none for null.
fn text(members: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Error> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) if number.as_i64().is_some_and(|number| number.unsigned_abs() <= SAFE) => Ok(Some(number.to_string())),
        Some(Value::Number(_)) => Err(Error::Invalid(name, "put long numbers in quotes: scripts round them")),
        Some(_) => Err(Error::Invalid(name, "use a text")),
    }
}
