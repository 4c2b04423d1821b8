//! What an organization has, as whoever administers it looks through it: rooms, messages, files and tasks.

use std::ops::Range;

use super::folding::folded;
use super::{
    AccountId, Error, ExternalRoomId, MessageId, OrganizationId, Person, Role, RoomId, RoomKind, StoredFile, Task, TaskStatus, Timestamp,
};

/// Part of a name that is looked for: case, width and accents do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamePart(String);

impl NamePart {
    /// Longest part, in characters.
    const MAX_CHARS: usize = 200;

    /// Reads one; an empty one fits every name.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text.chars().count() {
            0..=Self::MAX_CHARS => Ok(Self(folded(text.trim()))),
            _ => Err(Error::Invalid("q", "search for at most 200 characters")),
        }
    }

    /// Whether every name has it.
    pub fn is_in_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a name has it.
    pub fn is_in(&self, name: &str) -> bool {
        self.is_in_all() || folded(name).contains(&self.0)
    }
}

/// A room as lists name it to somebody who need not be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLabel {
    /// Its id.
    pub id: RoomId,
    /// What it is for.
    pub kind: RoomKind,
    /// Its name; of a personal or direct room, the names of who is in it.
    pub name: String,
}

/// A room in the list of all.
#[derive(Clone, Debug)]
pub struct RoomEntry {
    /// What it is called.
    pub label: RoomLabel,
    /// Its 19 digits.
    pub external_id: ExternalRoomId,
    /// The id that a client chose.
    pub chosen_id: Option<String>,
    /// Description, or empty.
    pub description: String,
    /// The API it was made through, or another way in a word.
    pub made_through: String,
    /// When it was made.
    pub created: Timestamp,
    /// Last activity.
    pub updated: Timestamp,
    /// People in it.
    pub members: i64,
    /// Messages ever posted.
    pub messages: i64,
    /// Files.
    pub files: i64,
    /// Tasks.
    pub tasks: i64,
}

/// Somebody in a room.
#[derive(Clone, Debug)]
pub struct Inhabitant {
    /// Who.
    pub person: Person,
    /// E-mail address; a service account has none.
    pub email: Option<String>,
    /// The name of their organization.
    pub organization: String,
    /// Role in the room.
    pub role: Role,
    /// Whether the account is disabled.
    pub is_disabled: bool,
}

/// How many rooms of each kind an organization has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomCounts {
    /// Groups.
    pub groups: i64,
    /// Rooms of two contacts.
    pub direct: i64,
    /// Rooms for notes.
    pub personal: i64,
}

impl RoomCounts {
    /// How many of one kind there are, or of all.
    pub fn of(self, kind: Option<RoomKind>) -> i64 {
        match kind {
            Some(RoomKind::Group) => self.groups,
            Some(RoomKind::Direct) => self.direct,
            Some(RoomKind::My) => self.personal,
            None => self.groups + self.direct + self.personal,
        }
    }
}

/// A message in a list of them.
#[derive(Clone, Debug)]
pub struct ListedMessage {
    /// Its id.
    pub id: MessageId,
    /// Its room.
    pub room: RoomLabel,
    /// Who wrote it, or did what it reports.
    pub author: Person,
    /// When.
    pub sent: Timestamp,
    /// What it says, reports in plain words.
    pub text: String,
    /// What of the text was looked for, as ranges of bytes in order.
    pub marks: Vec<Range<usize>>,
}

/// A member of a room through whom a message of it can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who.
    pub account: AccountId,
    /// The organization of that account.
    pub organization: OrganizationId,
}

/// A message to be shown as APIs show it.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// The message.
    pub id: MessageId,
    /// Its room.
    pub room: RoomLabel,
    /// Somebody who may see it; none when nobody is left in the room.
    pub witness: Option<(Witness, Person)>,
}

/// A file in the list of all.
#[derive(Clone, Debug)]
pub struct FileEntry {
    /// The file.
    pub file: StoredFile,
    /// Its room.
    pub room: RoomLabel,
}

/// When tasks that are asked for are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueFilter {
    /// Before now.
    Overdue,
    /// From now on, within seven days.
    Week,
    /// Never.
    Never,
}

impl DueFilter {
    /// The filter of this name.
    pub fn named(name: &str) -> Result<Self, Error> {
        match name {
            "overdue" => Ok(Self::Overdue),
            "week" => Ok(Self::Week),
            "never" => Ok(Self::Never),
            _ => Err(Error::Invalid("due", "use overdue, week or never")),
        }
    }

    /// Whether it lets through what is due then.
    pub fn fits(self, due: Option<Timestamp>, now: Timestamp) -> bool {
        const WEEK_MS: i64 = 7 * 24 * 3_600_000;
        match (self, due) {
            (Self::Never, due) => due.is_none(),
            (Self::Overdue, Some(due)) => due < now,
            (Self::Week, Some(due)) => now <= due && due <= now.plus_ms(WEEK_MS),
            (Self::Overdue | Self::Week, None) => false,
        }
    }
}

/// Which tasks of an organization are asked for; what is none lets everything through.
#[derive(Clone, Copy, Debug, Default)]
pub struct TaskQuery {
    /// In this room.
    pub room: Option<RoomId>,
    /// Of this assignee.
    pub assignee: Option<AccountId>,
    /// In this state.
    pub status: Option<TaskStatus>,
    /// Due then.
    pub due: Option<DueFilter>,
}

/// A task in the list of all.
#[derive(Clone, Debug)]
pub struct TaskEntry {
    /// The task.
    pub task: Task,
    /// Its room.
    pub room: RoomLabel,
}

#[cfg(test)]
mod tests {
    use super::{DueFilter, NamePart, Timestamp};

    #[test]
    fn part_of_a_name_is_found_as_people_type_it() {
        for (part, name) in
            [("", "x"), ("du an", "Dự án mới"), ("会議", "第2会議室"), ("ŁÓD", "łódzki"), ("ops ", "ＯＰＳ-2"), ("a b", "x A B")]
        {
            assert!(NamePart::parse(part).unwrap().is_in(name), "{part} in {name}");
        }
        assert!(!NamePart::parse("ops").unwrap().is_in("Office"));
        assert!(NamePart::parse(&"x".repeat(201)).is_err());
    }

    #[test]
    fn tasks_are_due_before_now_soon_or_never() {
        let (now, day) = (Timestamp::from_ms(1_000_000_000), 24 * 3_600_000);
        let due = |days: i64| Some(now.plus_ms(days * day));
        for (filter, fitting, others) in [
            (DueFilter::Overdue, vec![due(-1)], vec![due(0), due(1), None]),
            (DueFilter::Week, vec![due(0), due(7)], vec![due(-1), due(8), None]),
            (DueFilter::Never, vec![None], vec![due(-1), due(1)]),
        ] {
            assert!(fitting.into_iter().all(|due| filter.fits(due, now)), "{filter:?}");
            assert!(!others.into_iter().any(|due| filter.fits(due, now)), "{filter:?}");
        }
    }
}
