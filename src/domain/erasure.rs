//! A person who is erased on request: what is looked for, and how far it is.

use super::{AccountId, ErasureId};

/// What is shown instead of a name. GUESS: one word for all languages, as it stands in messages of all of them.
pub const ERASED: &str = "Erased person";

/// Why nobody can be erased by an address.
pub const NOBODY_KNOWN: &str = "nothing is known of anybody with this address";

/// Why nothing is changed about somebody.
pub const IS_ERASED: &str = "this person was erased, which is for good; add them anew if they are back";

/// An erasure that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its row.
    pub id: ErasureId,
    /// Who is erased.
    pub who: Erased,
    /// How far it is.
    pub progress: ErasureProgress,
}

/// Who is erased, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Their account; none of somebody who is known by an e-mail address alone.
    pub account: Option<AccountId>,
    /// Their e-mail address, in lower case.
    pub email: String,
    /// Their name; empty without an account.
    pub name: String,
    /// Whether what they wrote goes too; else it stays under another name.
    pub is_blanking: bool,
}

/// How far an erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasureProgress {
    /// What is being done.
    pub stage: ErasureStage,
    /// The last thing of the stage that is done.
    pub position: i64,
    /// In the next room, the last message that is done.
    pub ordinal: i64,
}

/// What is done one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureStage {
    /// Messages, files and memberships, room by room.
    Rooms,
    /// Addresses in the log of what happened.
    Events,
    /// Names and addresses in the audit log.
    Audit,
    /// Everything else that names the account or the e-mail address.
    Traces,
    /// Letters and their readable copies.
    Letters,
    /// The request log.
    Requests,
}

impl ErasureProgress {
    /// At the beginning of a stage.
    pub fn at(stage: ErasureStage) -> Self {
        Self { stage, position: 0, ordinal: 0 }
    }
}

impl ErasureStage {
    const ALL: [Self; 6] = [Self::Rooms, Self::Events, Self::Audit, Self::Traces, Self::Letters, Self::Requests];

    /// Its name, which stays as it is.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rooms => "rooms",
            Self::Events => "events",
            Self::Audit => "audit",
            Self::Traces => "traces",
            Self::Letters => "letters",
            Self::Requests => "requests",
        }
    }

    /// The stage of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// The one after it; none after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().skip_while(|stage| **stage != self).nth(1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{ERASED, ErasureStage};

    #[test]
    fn stages_follow_each_other_and_names_lead_back() {
        let mut stage = ErasureStage::Rooms;
        let mut seen = vec![stage];
        while let Some(next) = stage.next() {
            stage = next;
            seen.push(stage);
        }
        assert_eq!(seen, ErasureStage::ALL);
        assert!(seen.iter().all(|stage| ErasureStage::named(stage.word()) == Some(*stage)));
        assert_eq!(ErasureStage::named("nothing"), None);
        assert_eq!(ERASED, "Erased person", "store::erasure has it in its statements");
    }
}
