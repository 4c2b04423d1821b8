//! Exact shapes of this API's answers. What is unset is left out, times are milliseconds, ids are texts.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::domain::{AccountId, FoundMessage, Participant, Person, RoomKind, RoomSheet, Timestamp};
use crate::ops::chats::Chat;
use crate::web::Server;
use crate::web::links::attachment_path;

/// Links to files work for a week, and stay the same for a day: clients compare them.
const LINK_DAYS: i64 = 7;
const DAY_S: i64 = 24 * 60 * 60;

/// What rendering needs of the server and the call.
#[derive(Clone)]
pub(super) struct Showing {
    server: Arc<Server>,
    base: String,
    account: AccountId,
    expires: Timestamp,
}

impl Showing {
    pub(super) fn new(server: Arc<Server>, base: String, account: AccountId) -> Self {
        let today = server.world.clock().now().seconds().div_euclid(DAY_S);
        Self { base, account, expires: Timestamp::from_seconds((today + 1 + LINK_DAYS) * DAY_S), server }
    }

    /// The address of what belongs to a message: what its client gave, or a link to the file that it announces.
    pub(super) fn media<'a>(&self, message: &'a FoundMessage) -> Option<Cow<'a, str>> {
        if let Some(media) = &message.media {
            return Some(Cow::Borrowed(media));
        }
        let (file, name) = message.file.as_ref()?;
        Some(Cow::Owned(format!("{}{}", self.base, self.server.file_path(*file, name, self.account, self.expires))))
    }

    /// The picture of a group, or else its icon. GUESS: other rooms have none; they show a person.
    pub(super) fn room_picture(&self, sheet: &RoomSheet) -> Option<String> {
        let path = match &sheet.picture {
            Some(key) => attachment_path(key),
            None => format!("/assets/icon/ico_{}.png", sheet.icon.name()),
        };
        (sheet.kind == RoomKind::Group).then(|| format!("{}{path}", self.base))
    }

    fn person<'a>(&self, person: &'a Person, uid: &'a str) -> PersonOut<'a> {
        let pic_url = format!("{}/assets/avatar/ico_default_{}.png", self.base, person.avatar.name());
        PersonOut { uid, pic_url, name: NameOut::of(&person.name) }
    }
}

/// Which fields are shown; none shows all.
#[derive(Clone, Debug)]
pub(super) struct Selection(pub(super) Option<Vec<String>>);

impl Selection {
    fn shows(&self, field: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|name| name == field))
    }

    /// Shown only if it is named.
    fn names(&self, field: &str) -> bool {
        self.0.as_ref().is_some_and(|names| names.iter().any(|name| name == field))
    }
}

/// A message.
pub(super) struct MessageOut<'a> {
    pub(super) message: &'a FoundMessage,
    pub(super) showing: &'a Showing,
    pub(super) selection: &'a Selection,
}

impl Serialize for MessageOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { message, showing, selection } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &format_args!("{}", message.id))?;
        if selection.shows("createdAt") {
            map.serialize_entry("createdAt", &message.written.ms())?;
        }
        if selection.shows("createdBy") {
            map.serialize_entry("createdBy", &message.author_uid)?;
        }
        if selection.shows("room") {
            map.serialize_entry("room", &format_args!("{}", message.external_room))?;
        }
        if let Some(session) = message.session.as_ref().filter(|_| selection.shows("session")) {
            map.serialize_entry("session", session)?;
        }
        if let Some(text) = message.text.as_ref().filter(|_| selection.shows("text")) {
            map.serialize_entry("text", text)?;
        }
        if let Some(media) = selection.shows("media").then(|| showing.media(message)).flatten() {
            map.serialize_entry("media", &media)?;
        }
        if selection.shows("seenBy") {
            map.serialize_entry("seenBy", &SeenByOut(message))?;
        }
        // The front end can show it, but the documentation does not have it: only for whoever asks.
        if selection.names("creator") {
            map.serialize_entry("creator", &showing.person(&message.author, &message.author_uid))?;
        }
        map.end()
    }
}

/// Who has seen a message.
struct SeenByOut<'a>(&'a FoundMessage);

impl Serialize for SeenByOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for uid in self.0.seen_by() {
            list.serialize_element(uid)?;
        }
        list.end()
    }
}

/// An account as rooms show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonOut<'a> {
    uid: &'a str,
    #[serde(rename = "picURL")]
    pic_url: String,
    name: NameOut<'a>,
}

/// A name in three parts. GUESS: names are kept whole here; the first word is the first name, the last one the last name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NameOut<'a> {
    first_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    middle_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_name: &'a str,
}

impl<'a> NameOut<'a> {
    fn of(name: &'a str) -> Self {
        let (first_name, rest) = name.split_once(' ').unwrap_or((name, ""));
        let (middle_name, last_name) = rest.trim().rsplit_once(' ').unwrap_or(("", rest.trim()));
        Self { first_name, middle_name: middle_name.trim(), last_name }
    }
}

/// A room.
pub(super) struct RoomOut<'a> {
    pub(super) chat: &'a Chat,
    pub(super) showing: &'a Showing,
    pub(super) selection: &'a Selection,
}

impl Serialize for RoomOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { chat: Chat { sheet, participants, last }, showing, selection } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &format_args!("{}", sheet.reach.external_id))?;
        if selection.shows("createdAt") {
            map.serialize_entry("createdAt", &sheet.created.ms())?;
        }
        if selection.shows("createdBy") {
            map.serialize_entry("createdBy", &sheet.maker_uid)?;
        }
        if selection.shows("title") && !sheet.name.is_empty() {
            map.serialize_entry("title", &sheet.name)?;
        }
        if selection.shows("description") && !sheet.description.is_empty() {
            map.serialize_entry("description", &sheet.description)?;
        }
        if let Some(picture) = selection.shows("picURL").then(|| showing.room_picture(sheet)).flatten() {
            map.serialize_entry("picURL", &picture)?;
        }
        if selection.shows("participants") {
            map.serialize_entry("participants", &Uids(participants))?;
        }
        if selection.shows("participantsLastMessageSeen") {
            map.serialize_entry("participantsLastMessageSeen", &LastReadOut(participants))?;
        }
        if selection.shows("participantsPopulated") {
            let people: Vec<PersonOut<'_>> = participants.iter().map(|one| showing.person(&one.person, &one.uid)).collect();
            map.serialize_entry("participantsPopulated", &people)?;
        }
        if selection.shows("creator") {
            map.serialize_entry("creator", &showing.person(&sheet.maker, &sheet.maker_uid))?;
        }
        if let Some(message) = last.as_ref().filter(|_| selection.shows("lastMessage")) {
            map.serialize_entry("lastMessage", &MessageOut { message, showing, selection: &Selection(None) })?;
        }
        if selection.shows("unseenMessages") {
            map.serialize_entry("unseenMessages", &UnseenOut(participants, sheet.last_ordinal))?;
        }
        map.end()
    }
}

/// Uids of participants.
struct Uids<'a>(&'a [Participant]);

impl Serialize for Uids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|one| &one.uid))
    }
}

/// The newest message that each has read; who has read none is left out.
struct LastReadOut<'a>(&'a [Participant]);

impl Serialize for LastReadOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter_map(|one| Some((&one.uid, one.last_read?.to_string()))))
    }
}

/// How many messages each has not read.
struct UnseenOut<'a>(&'a [Participant], i64);

impl Serialize for UnseenOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|one| (&one.uid, one.mark.unread(self.1))))
    }
}

/// An uploaded file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileOut {
    pub(super) uri: String,
    pub(super) id: String,
    pub(super) size: u64,
    pub(super) content_type: String,
}

#[cfg(test)]
mod tests {
    use super::NameOut;

    #[test]
    fn names_are_taken_apart() {
        for (name, first, middle, last) in [
            ("Alice Nguyễn", "Alice", "", "Nguyễn"),
            ("Alice", "Alice", "", ""),
            ("Ann B. C Dee", "Ann", "B. C", "Dee"),
            ("a  b", "a", "", "b"),
        ] {
            let parts = NameOut::of(name);
            assert_eq!((parts.first_name, parts.middle_name, parts.last_name), (first, middle, last));
        }
    }
}
