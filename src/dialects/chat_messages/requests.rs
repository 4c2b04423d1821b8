//! Bodies into domain types. What clients add besides the documented fields is ignored.

use serde_json::{Map, Value};

use crate::domain::{Body, Content, Error, ExternalRoomId, Media, MessageId, PostGiven, RoomName, RoomPatch, Timestamp};
use crate::ops::chats::{ChatPatch, NewChat};
use crate::ops::messages::Given;

/// Most entries of a body that is a list.
const ENTRIES: usize = 100;
/// Longest text of a message, in characters.
const TEXT_CHARS: usize = 20_000;
/// Longest description of a room, in characters.
const DESCRIPTION_CHARS: usize = 10_000;
/// Longest id of a session, in bytes.
const SESSION_BYTES: usize = 256;
/// Most participants of a room.
const PARTICIPANTS: usize = 5_000;
/// Smaller numbers are seconds: as milliseconds they would lie before March 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;
/// The last instant that a client's clock can name.
const LAST_MS: f64 = 8.64e15;

/// The entries of a body: one, or a list of them.
pub(super) struct Entered {
    /// Each as an object.
    pub(super) entries: Vec<Map<String, Value>>,
    /// Whether it was a list, and so is the answer.
    pub(super) is_list: bool,
}

/// Takes a body apart.
pub(super) fn entries(body: Value) -> Result<Entered, Error> {
    let object = |value| match value {
        Value::Object(members) => Ok(members),
        _ => Err(Error::Malformed("every entry has to be an object")),
    };
    match body {
        Value::Null => Ok(Entered { entries: vec![Map::new()], is_list: false }),
        Value::Object(members) => Ok(Entered { entries: vec![members], is_list: false }),
        Value::Array(items) if items.len() > ENTRIES => Err(Error::Malformed("a list has at most 100 entries")),
        Value::Array(items) => Ok(Entered { entries: items.into_iter().map(object).collect::<Result<_, _>>()?, is_list: true }),
        _ => Err(Error::Malformed("the body has to be an object or a list of objects")),
    }
}

/// Messages to be posted, each with its room.
pub(super) fn posts(entries: Vec<Map<String, Value>>) -> Given {
    entries.into_iter().map(|entry| (room(&entry), post(&entry))).collect()
}

fn room(entry: &Map<String, Value>) -> Result<ExternalRoomId, Error> {
    // Ids are longer than a script's numbers: as a number one may have been rounded, to that of another room.
    if matches!(entry.get("room"), Some(Value::Number(_))) {
        return Err(Error::Invalid("room", "put the id in quotes: scripts round long numbers"));
    }
    text(entry, "room")?.ok_or(Error::Missing("room")).map(|text| external_room(&text).unwrap_or(ExternalRoomId::new(0)))
}

fn post(entry: &Map<String, Value>) -> Result<PostGiven, Error> {
    let words = text(entry, "text")?.filter(|words| !words.trim().is_empty());
    let media = text(entry, "media")?.filter(|media| !media.trim().is_empty());
    if words.as_ref().is_some_and(|words| words.chars().count() > TEXT_CHARS) {
        return Err(Error::Invalid("text", "a text has at most 20,000 characters"));
    }
    let media = media.map(Media::parse).transpose()?;
    let mut content = match words {
        Some(words) => Content::text(Body::parse(words)?),
        None if media.is_some() => Content { text: String::new(), notice: None, media: None },
        None => return Err(Error::Missing("text")),
    };
    content.media = media;
    let session = text(entry, "session")?;
    if session.as_ref().is_some_and(|session| session.len() > SESSION_BYTES) {
        return Err(Error::Invalid("session", "an id has at most 256 bytes"));
    }
    Ok(PostGiven { content, session, written: written(entry.get("createdAt"))? })
}

/// A text that is not empty.
fn text(entry: &Map<String, Value>, field: &'static str) -> Result<Option<String>, Error> {
    match entry.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Error::Invalid(field, "use a text")),
    }
}

/// Milliseconds as a number or as digits, seconds likewise, or ISO 8601.
fn written(value: Option<&Value>) -> Result<Option<Timestamp>, Error> {
    const BAD: Error = Error::Invalid("createdAt", "use milliseconds since 1970");
    let number = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64().ok_or(BAD)?,
        Some(Value::String(text)) if text.is_empty() => return Ok(None),
        Some(Value::String(text)) => match text.trim().parse::<f64>() {
            Ok(number) => number,
            Err(_) => return text.trim().parse().map(Some).map_err(|_| BAD),
        },
        Some(_) => return Err(BAD),
    };
    if !(0.0..=LAST_MS).contains(&number) {
        return Err(BAD);
    }
    let whole = number as i64;
    Ok(Some(if whole < SECONDS_BELOW { Timestamp::from_ms((number * 1000.0) as i64) } else { Timestamp::from_ms(whole) }))
}

/// Whether something is to be marked as seen.
pub(super) fn is_seen(entry: &Map<String, Value>) -> Result<bool, Error> {
    match entry.get("seen") {
        None | Some(Value::Null | Value::Bool(false)) => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(Value::Number(number)) if number.as_i64() == Some(1) => Ok(true),
        Some(Value::Number(number)) if number.as_i64() == Some(0) => Ok(false),
        Some(Value::String(text)) if matches!(text.as_str(), "true" | "1") => Ok(true),
        Some(Value::String(text)) if matches!(text.as_str(), "false" | "0" | "") => Ok(false),
        Some(_) => Err(Error::Invalid("seen", "use true or false")),
    }
}

/// The only entry of a body that may be no list.
pub(super) fn only(body: Value) -> Result<Map<String, Value>, Error> {
    match body {
        Value::Null => Ok(Map::new()),
        Value::Object(members) => Ok(members),
        _ => Err(Error::Malformed("the body has to be an object")),
    }
}

/// A room to be made.
pub(super) fn new_chat(entry: &Map<String, Value>) -> Result<NewChat, Error> {
    let bad = Error::Invalid("participants", "use a list of uids");
    let participants = match entry.get("participants") {
        None | Some(Value::Null) => return Err(Error::Missing("participants")),
        Some(Value::String(uid)) => vec![uid.clone()],
        Some(Value::Array(uids)) if uids.len() > PARTICIPANTS => {
            return Err(Error::Invalid("participants", "a room has at most 5,000 participants"));
        }
        Some(Value::Array(uids)) => uids.iter().map(|uid| uid.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>().ok_or(bad)?,
        Some(_) => return Err(bad),
    };
    Ok(NewChat { participants, title: title(entry)?, description: description(entry)?.unwrap_or_default() })
}

/// What is to be done with a room.
pub(super) fn chat_patch(body: Value) -> Result<ChatPatch, Error> {
    let entry = only(body)?;
    let changes = RoomPatch { name: title(&entry)?, description: description(&entry)?, icon: None };
    Ok(ChatPatch { is_seen: is_seen(&entry)?, changes })
}

fn title(entry: &Map<String, Value>) -> Result<Option<RoomName>, Error> {
    let title = text(entry, "title")?.filter(|title| !title.trim().is_empty());
    title.map(|title| RoomName::parse(title).map_err(|_| Error::Invalid("title", "a title has at most 255 characters"))).transpose()
}

fn description(entry: &Map<String, Value>) -> Result<Option<String>, Error> {
    match text(entry, "description")? {
        Some(text) if text.chars().count() > DESCRIPTION_CHARS => {
            Err(Error::Invalid("description", "a description has at most 10,000 characters"))
        }
        text => Ok(text),
    }
}

/// Content to be uploaded.
pub(super) fn data_uri(body: Value) -> Result<String, Error> {
    text(&only(body)?, "uri")?.ok_or(Error::Missing("uri"))
}

/// The room of an id; none for texts that are no such id.
pub(super) fn external_room(text: &str) -> Option<ExternalRoomId> {
    text.parse::<ExternalRoomId>().ok().filter(|id| id.to_string() == text)
}

/// The message of an id; none for texts that are no such id.
pub(super) fn message(text: &str) -> Option<MessageId> {
    text.parse::<MessageId>().ok().filter(|id| id.to_string() == text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{entries, is_seen, posts, written};
    use crate::domain::{Error, Timestamp};

    #[test]
    fn times_come_in_many_spellings() {
        for (value, ms) in [
            (json!(1_564_661_697_125_i64), 1_564_661_697_125),
            (json!("1564661697125"), 1_564_661_697_125),
            (json!(1_564_661_697), 1_564_661_697_000),
            (json!("2019-08-01T12:14:57.125Z"), 1_564_661_697_125),
            (json!(1_564_661_697_125.9), 1_564_661_697_125),
            (json!(0), 0),
        ] {
            assert_eq!(written(Some(&value)), Ok(Some(Timestamp::from_ms(ms))), "{value}");
        }
        for bad in [json!(-1), json!("soon"), json!(true), json!({}), json!(9e15), json!("NaN"), json!(1e300)] {
            assert!(written(Some(&bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_message_needs_a_room_and_words_or_media() {
        let one = |body: Value| posts(entries(body).unwrap().entries).remove(0);
        assert_eq!(one(json!({"text": "hi"})).0, Err(Error::Missing("room")));
        assert_eq!(one(json!({"room": "abc", "text": "hi"})).0.unwrap().get(), 0, "nobody has this room");
        assert!(matches!(one(json!({"room": 1_767_572_160_000_000_000_i64, "text": "hi"})).0, Err(Error::Invalid("room", _))));
        for empty in [json!({}), json!({"text": null}), json!({"text": " \n"}), json!({"text": "", "media": ""})] {
            assert_eq!(one(empty).1.err(), Some(Error::Missing("text")));
        }
        assert!(one(json!({"media": "https://x.example/a.png"})).1.is_ok());
        assert!(one(json!({"text": "a".repeat(20_001)})).1.is_err() && one(json!({"text": "あ".repeat(20_000)})).1.is_ok());
        assert!(
            one(json!({"media": "m".repeat(2_049)})).1.is_err() && one(json!({"media": format!("data:,{}", "m".repeat(60_000))})).1.is_ok()
        );
        assert!(one(json!({"media": "a\nb"})).1.is_err() && one(json!({"text": ["a"]})).1.is_err());
    }

    #[test]
    fn seen_has_many_spellings_and_some_are_none() {
        let read = |value: Value| is_seen(json!({"seen": value}).as_object().unwrap());
        assert_eq!([json!(true), json!("true"), json!(1), json!("1")].map(read), [Ok(true), Ok(true), Ok(true), Ok(true)]);
        assert_eq!([json!(false), json!("false"), json!(0), json!(null)].map(read), [Ok(false), Ok(false), Ok(false), Ok(false)]);
        for bad in [json!("yes"), json!(2), json!([]), json!({"a": 1})] {
            assert!(read(bad).is_err());
        }
    }

    #[test]
    fn bodies_are_objects_or_short_lists_of_them() {
        for bad in [json!(1), json!("a"), json!([1]), Value::Array(vec![json!({}); 101])] {
            assert!(entries(bad).is_err());
        }
        assert!(entries(json!([])).unwrap().is_list);
    }
}
