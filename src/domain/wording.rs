//! Reports of what happened in plain English, for APIs that have no notation of their own for them.

use super::{AccountId, Notice, TaskCard};

/// Names that a sentence lists; the rest is a number.
const LISTED: usize = 10;

impl Notice {
    /// One sentence. `author` is who did it; `name_of` names everybody else.
    pub fn in_words(&self, author: &str, name_of: impl Fn(AccountId) -> String) -> String {
        let names = |accounts: &[AccountId]| listed(&accounts.iter().map(|account| name_of(*account)).collect::<Vec<_>>());
        let task = |what: &str, card: &TaskCard| format!("{author} {what} the task of {}: {}", name_of(card.assignee), card.body);
        match self {
            Self::RoomCreated { name, .. } => format!("{author} made the room \"{name}\"."),
            Self::OwnRoomCreated => format!("This is where {author} keeps notes."),
            Self::ContactAdded => format!("{author} made the contact."),
            Self::JoinedByLink => format!("{author} came in through the invitation link."),
            Self::RoomEdited { name, description, added, removed, left, icon } => {
                let mut deeds = Vec::new();
                deeds.extend(name.as_ref().map(|name| format!("named the room \"{name}\"")));
                deeds.extend(description.as_ref().map(|_| "changed the description".to_owned()));
                deeds.extend(icon.then(|| "changed the picture".to_owned()));
                deeds.extend((!added.is_empty()).then(|| format!("added {}", names(added))));
                deeds.extend((!removed.is_empty()).then(|| format!("removed {}", names(removed))));
                deeds.extend((!left.is_empty()).then(|| "left".to_owned()));
                format!("{author} {}.", listed(&deeds))
            }
            Self::FileUploaded { name, .. } => format!("{author} uploaded {name}."),
            Self::TasksAdded(cards) => {
                let assignees: Vec<AccountId> = cards.iter().map(|card| card.assignee).collect();
                format!("{author} gave {} a task: {}", names(&assignees), cards.first().map_or("", |card| card.body.as_str()))
            }
            Self::TaskDone(card) => task("finished", card),
            Self::TaskReopened(card) => task("reopened", card),
        }
    }

    /// Everybody whom the sentence names besides its author, as far as it lists them.
    pub fn names(&self) -> Vec<AccountId> {
        match self {
            Self::RoomEdited { added, removed, .. } => added.iter().take(LISTED).chain(removed.iter().take(LISTED)).copied().collect(),
            Self::TasksAdded(cards) => cards.iter().take(LISTED).map(|card| card.assignee).collect(),
            Self::TaskDone(card) | Self::TaskReopened(card) => vec![card.assignee],
            Self::RoomCreated { .. } | Self::OwnRoomCreated | Self::ContactAdded | Self::JoinedByLink | Self::FileUploaded { .. } => {
                Vec::new()
            }
        }
    }
}

/// `a`, `a and b`, `a, b and c`; of many only the first.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        many if many.len() > LISTED => format!("{} and {} more", many[..LISTED].join(", "), many.len() - LISTED),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;
    use crate::domain::{AccountId, Deadline, Notice, TaskCard, TaskStatus};

    fn edited(added: &[i64], left: &[i64]) -> Notice {
        let ids = |numbers: &[i64]| numbers.iter().map(|number| AccountId::new(*number)).collect();
        Notice::RoomEdited {
            name: Some("Launch".into()),
            description: Some(String::new()),
            added: ids(added),
            removed: Vec::new(),
            left: ids(left),
            icon: true,
        }
    }

    #[test]
    fn what_happened_reads_as_a_sentence() {
        let words = |notice: &Notice| notice.in_words("Ann", |id| format!("P{id}"));
        assert_eq!(
            words(&edited(&[2, 3], &[])),
            "Ann named the room \"Launch\", changed the description, changed the picture and added P2 and P3."
        );
        assert_eq!(edited(&[2, 3], &[]).names().len(), 2);
        let card = TaskCard { assignee: AccountId::new(7), status: TaskStatus::Done, deadline: Deadline::None, body: "Write".into() };
        assert_eq!(words(&Notice::TaskDone(card.clone())), "Ann finished the task of P7: Write");
        assert_eq!(words(&Notice::TasksAdded(vec![card.clone(), card])), "Ann gave P7 and P7 a task: Write");
        assert_eq!(words(&Notice::JoinedByLink), "Ann came in through the invitation link.");
    }

    #[test]
    fn long_lists_are_cut() {
        let parts: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        assert_eq!(listed(&parts), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
        assert_eq!((listed(&[]), listed(&parts[..1]), listed(&parts[..3])), (String::new(), "0".into(), "0, 1 and 2".into()));
    }
}
