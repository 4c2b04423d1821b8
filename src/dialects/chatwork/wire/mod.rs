//! Exact shapes of the Chatwork API's answers, and their conversions from the domain; a file for each noun.
//!
//! Strings are never null (`""` when unset), message ids are strings, times are Unix seconds, 0 when unset.

mod files;
mod messages;
mod people;
mod rooms;
mod tasks;

use crate::domain::{Avatar, Icon, InvitationCode};
pub(super) use files::{FileIdOut, FileOut};
pub(super) use messages::{CountersOut, MessageIdOut, MessageOut};
pub(super) use people::{AcceptedOut, ContactOut, IncomingRequestOut, MeOut, PersonOut, StatusOut};
pub(super) use rooms::{LinkOut, MemberOut, MembersOut, RoomIdOut, RoomOut};
pub(super) use tasks::{MyTaskOut, TaskIdOut, TaskIdsOut, TaskOut};

/// Builds the addresses in an answer.
pub(super) struct Urls {
    base: String,
}

impl Urls {
    pub(super) fn new(base: String) -> Self {
        Self { base }
    }

    fn avatar(&self, avatar: Avatar) -> String {
        [&self.base, "/assets/avatar/ico_default_", avatar.name(), ".png"].concat()
    }

    fn icon(&self, icon: Icon) -> String {
        [&self.base, "/assets/icon/ico_", icon.name(), ".png"].concat()
    }

    fn invitation(&self, code: &InvitationCode) -> String {
        [&self.base, "/g/", code.as_str()].concat()
    }
}
