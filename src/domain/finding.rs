//! Messages of several rooms at once, found by what they are, and who has seen them.

use std::collections::HashSet;
use std::sync::Arc;

use super::unread::ReadMark;
use super::{AccountId, ExternalRoomId, FileId, Icon, MessageId, Person, RoomId, RoomKind, Timestamp};

/// A room that somebody is in, as far as finding messages goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The room.
    pub room: RoomId,
    /// Its 19 digits.
    pub external_id: ExternalRoomId,
    /// Only messages beyond this ordinal are shown: newcomers don't see what was before them in every room.
    pub beyond: i64,
}

/// Instants from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First.
    pub from: Timestamp,
    /// Last.
    pub upto: Timestamp,
}

impl Span {
    /// Always.
    pub const ALWAYS: Self = Self { from: Timestamp::from_ms(i64::MIN), upto: Timestamp::from_ms(i64::MAX) };
}

/// In which order messages come, by the instant they show and then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Which messages to look at: what the store can tell by its indexes. None does not restrict.
#[derive(Clone, Debug)]
pub struct MessageQuery {
    /// In these rooms.
    pub rooms: Option<Vec<ExternalRoomId>>,
    /// With these ids.
    pub ids: Option<Vec<MessageId>>,
    /// By this author, named by uid.
    pub author: Option<String>,
    /// Written in this time.
    pub span: Span,
    /// Their order.
    pub order: Order,
}

/// A message that was found, in plain words.
#[derive(Clone, Debug)]
pub struct FoundMessage {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// The room's 19 digits.
    pub external_room: ExternalRoomId,
    /// Its place in the room.
    pub ordinal: i64,
    /// Who wrote it, or did what it reports.
    pub author: Person,
    /// The author's uid.
    pub author_uid: String,
    /// When it says it was written.
    pub written: Timestamp,
    /// A word of its client for the conversation it belongs to.
    pub session: Option<String>,
    /// Words; reports of what happened in plain English.
    pub text: Option<String>,
    /// Address of media that belong to it.
    pub media: Option<String>,
    /// A file that it announces, with its name.
    pub file: Option<(FileId, String)>,
    /// Uids of those who marked it as seen, in the order in which they did.
    pub marks: Vec<String>,
    /// Who reads the room.
    pub audience: Arc<Audience>,
}

/// Who writes, as messages that are found show it.
#[derive(Clone, Debug)]
pub struct Author {
    /// Account, name and picture.
    pub person: Person,
    /// Uid.
    pub uid: String,
}

impl FoundMessage {
    /// Uids of all who have seen it: single marks as they came, then whoever has read the room up to it. The author
    /// counts by a mark alone.
    pub fn seen_by(&self) -> impl Iterator<Item = &str> {
        let marked: HashSet<&str> = self.marks.iter().map(String::as_str).collect();
        let has_read = move |reader: &&Reader| {
            reader.joined_at < self.ordinal
                && self.ordinal <= reader.seen_upto
                && reader.account != self.author.id
                && !marked.contains(reader.uid.as_str())
        };
        self.marks.iter().map(String::as_str).chain(self.audience.0.iter().filter(has_read).map(|reader| reader.uid.as_str()))
    }
}

/// The members of a room as far as reading goes, by account id.
#[derive(Clone, Debug, Default)]
pub struct Audience(pub Vec<Reader>);

/// One of them.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Account.
    pub account: AccountId,
    /// Its uid.
    pub uid: String,
    /// The room's newest ordinal when they came.
    pub joined_at: i64,
    /// What they have read by reading the room.
    pub seen_upto: i64,
}

/// A room as its participants see it.
#[derive(Clone, Debug)]
pub struct RoomSheet {
    /// The room, for its reader.
    pub reach: Reach,
    /// What it is for.
    pub kind: RoomKind,
    /// Own name; empty for personal and direct rooms.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Icon of a group.
    pub icon: Icon,
    /// Key of the attachment that is its picture, if it has one besides its icon.
    pub picture: Option<String>,
    /// Who made it.
    pub maker: Person,
    /// The maker's uid.
    pub maker_uid: String,
    /// When it was made.
    pub created: Timestamp,
    /// Number of its newest message.
    pub last_ordinal: i64,
}

/// Somebody in a room.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Who.
    pub person: Person,
    /// Uid.
    pub uid: String,
    /// Place in the history.
    pub mark: ReadMark,
    /// The newest message that they have read.
    pub last_read: Option<MessageId>,
}
