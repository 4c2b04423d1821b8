//! Messages and what they are made of.

use super::{AccountId, Deadline, Error, FileId, MessageId, Person, TaskStatus, Timestamp, notation};

/// A message as its readers see it.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id, increasing with time over the whole world.
    pub id: MessageId,
    /// Who wrote it, or who did what it reports.
    pub author: Person,
    /// What it says; none when it was deleted.
    pub content: Option<Content>,
    /// When it was posted.
    pub sent: Timestamp,
    /// When it was last edited or deleted, if ever.
    pub updated: Option<Timestamp>,
}

/// What a message says: words, a report of something that happened, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Words, verbatim; empty for a pure report.
    pub text: String,
    /// What happened, if the message reports something.
    pub notice: Option<Notice>,
    /// Address of media that belong to the words.
    pub media: Option<Media>,
}

/// Something that happened in a room and that its message history reports. Dialects put it into their own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The room was made.
    RoomCreated {
        /// Its name.
        name: String,
        /// Who was put into it.
        members: Vec<AccountId>,
    },
    /// A room for notes to oneself was made.
    OwnRoomCreated,
    /// Two people became contacts; this is their direct room.
    ContactAdded,
    /// Somebody came in through the invitation link.
    JoinedByLink,
    /// Name, description or members changed; what did not change is none or empty.
    RoomEdited {
        /// New name.
        name: Option<String>,
        /// New description.
        description: Option<String>,
        /// Who came in.
        added: Vec<AccountId>,
        /// Who was taken out by somebody else.
        removed: Vec<AccountId>,
        /// Who left.
        left: Vec<AccountId>,
        /// Whether the icon changed.
        icon: bool,
    },
    /// A file was put into the room.
    FileUploaded {
        /// The file.
        file: FileId,
        /// Its name.
        name: String,
        /// Its size.
        bytes: u64,
        /// Whether a picture can be shown.
        is_image: bool,
    },
    /// Tasks were given out.
    TasksAdded(Vec<TaskCard>),
    /// A task was finished.
    TaskDone(TaskCard),
    /// A task was opened again.
    TaskReopened(TaskCard),
}

/// A task as a notice shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCard {
    /// Who has to do it.
    pub assignee: AccountId,
    /// State at that time.
    pub status: TaskStatus,
    /// When it is due.
    pub deadline: Deadline,
    /// What is to be done.
    pub body: String,
}

impl Content {
    /// Words alone.
    pub fn text(body: Body) -> Self {
        Self { text: body.0, notice: None, media: None }
    }

    /// A report alone.
    pub fn notice(notice: Notice) -> Self {
        Self { text: String::new(), notice: Some(notice), media: None }
    }

    /// Whom the message addresses: by its words, and by the words of the tasks it reports.
    pub fn mentions(&self) -> Mentions {
        let mut mentions = notation::mentions(&self.text);
        if let Some(Notice::TasksAdded(cards)) = &self.notice {
            // GUESS: a task card counts like words; every card of one message has the same body.
            if let Some(card) = cards.first() {
                mentions.merge(notation::mentions(&card.body));
            }
        }
        mentions
    }
}

/// Whom a message addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Everybody in the room.
    pub all: bool,
    /// Single accounts, each once.
    pub accounts: Vec<AccountId>,
}

impl Mentions {
    /// Takes over whom another addresses.
    pub fn merge(&mut self, other: Self) {
        self.all |= other.all;
        for account in other.accounts {
            if !self.accounts.contains(&account) {
                self.accounts.push(account);
            }
        }
    }
}

/// Words of a message or a task: 1 to 65,535 characters, kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// Most characters (Unicode scalar values) a body has (Chatwork documentation, `body`).
    pub const MAX_CHARS: usize = 65_535;

    /// Checks the length.
    pub fn parse(text: String) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::Missing("body"));
        }
        // Every character has at least one byte, so short texts need no count.
        if text.len() > Self::MAX_CHARS && text.chars().count() > Self::MAX_CHARS {
            return Err(Error::Invalid("body", "a text has at most 65,535 characters"));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Address of media as its client gave it: it is shown and never opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media(String);

impl Media {
    /// Most characters of an address.
    pub const MAX_CHARS: usize = 2_048;
    /// Most bytes of media that stand in the address itself (`data:`).
    pub const MAX_DATA_BYTES: usize = 64 * 1024;

    /// Checks the length, and that it is a single line.
    pub fn parse(text: String) -> Result<Self, Error> {
        let is_data = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
        match () {
            () if text.is_empty() => Err(Error::Missing("media")),
            () if text.chars().any(char::is_control) => Err(Error::Invalid("media", "an address is a single line")),
            () if is_data && text.len() > Self::MAX_DATA_BYTES => Err(Error::Invalid("media", "data in an address has at most 64 KiB")),
            () if !is_data && text.chars().count() > Self::MAX_CHARS => {
                Err(Error::Invalid("media", "an address has at most 2,048 characters"))
            }
            () => Ok(Self(text)),
        }
    }

    /// Wraps an address that was checked before it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message to be posted by a client that says more about it than its words.
#[derive(Clone, Debug)]
pub struct PostGiven {
    /// What it says.
    pub content: Content,
    /// A word for the conversation it belongs to, kept as it came.
    pub session: Option<String>,
    /// When it was written, by the client's clock; none: when it comes.
    pub written: Option<Timestamp>,
}

/// A message to be posted.
#[derive(Clone, Debug)]
pub struct PostMessage {
    /// What it says.
    pub body: Body,
    /// Whether it counts as unread for its own author.
    pub self_unread: bool,
}
