//! Rooms as the page takes and shows them. Ids of 19 digits are texts: a browser's numbers end before.

use serde::{Deserialize, Serialize};

use crate::domain::{Inhabitant, RoomCounts, RoomEntry, RoomLabel};
use crate::ops::catalogue::RoomPage;

/// A room by its name.
#[derive(Serialize)]
pub(in crate::admin) struct RoomLabelOut {
    id: i64,
    /// `group`, `direct` or `my`.
    kind: &'static str,
    name: String,
}

impl From<RoomLabel> for RoomLabelOut {
    fn from(from: RoomLabel) -> Self {
        Self { id: from.id.get(), kind: from.kind.word(), name: from.name }
    }
}

/// A page of rooms.
#[derive(Serialize)]
pub(in crate::admin) struct RoomsOut {
    items: Vec<ListedRoomOut>,
    total: usize,
    counts: RoomCountsOut,
}

impl RoomsOut {
    pub(super) fn new(page: RoomPage) -> Self {
        let items = page.entries.into_iter().map(ListedRoomOut::from).collect();
        Self { items, total: page.total, counts: page.counts.into() }
    }
}

/// How many rooms there are of each kind, whatever was asked for.
#[derive(Serialize)]
struct RoomCountsOut {
    group: i64,
    direct: i64,
    my: i64,
}

impl From<RoomCounts> for RoomCountsOut {
    fn from(from: RoomCounts) -> Self {
        Self { group: from.groups, direct: from.direct, my: from.personal }
    }
}

#[derive(Serialize)]
struct ListedRoomOut {
    #[serde(flatten)]
    label: RoomLabelOut,
    made_through: String,
    members: i64,
    messages: i64,
    files: i64,
    tasks: i64,
    created_at: String,
    updated_at: String,
}

impl From<RoomEntry> for ListedRoomOut {
    fn from(from: RoomEntry) -> Self {
        Self {
            label: from.label.into(),
            made_through: from.made_through,
            members: from.members,
            messages: from.messages,
            files: from.files,
            tasks: from.tasks,
            created_at: from.created.to_string(),
            updated_at: from.updated.to_string(),
        }
    }
}

/// One room with all that is known of it.
#[derive(Serialize)]
pub(in crate::admin) struct RoomOut {
    #[serde(flatten)]
    room: ListedRoomOut,
    description: String,
    ids: RoomIdsOut,
    people: Vec<InhabitantOut>,
}

impl RoomOut {
    pub(super) fn new((entry, people): (RoomEntry, Vec<Inhabitant>), server_name: &str) -> Self {
        let (ids, description) = (RoomIdsOut::new(&entry, server_name), entry.description.clone());
        Self { room: entry.into(), description, ids, people: people.into_iter().map(InhabitantOut::from).collect() }
    }
}

/// What each API calls a room; none where it does not know such rooms.
#[derive(Serialize)]
struct RoomIdsOut {
    chatwork: String,
    messenger: Option<String>,
    matrix: Option<String>,
    cam: Option<String>,
    chat_messages: String,
}

impl RoomIdsOut {
    fn new(entry: &RoomEntry, server_name: &str) -> Self {
        let (id, external) = (entry.label.id, entry.external_id.to_string());
        let of_groups = |text: String| (entry.label.kind == crate::domain::RoomKind::Group).then_some(text);
        Self {
            chatwork: id.to_string(),
            messenger: of_groups(id.to_string()),
            matrix: of_groups(format!("!r{id}:{server_name}")),
            cam: of_groups(entry.chosen_id.clone().unwrap_or_else(|| external.clone())),
            chat_messages: external,
        }
    }
}

#[derive(Serialize)]
struct InhabitantOut {
    id: i64,
    name: String,
    email: Option<String>,
    organization: String,
    role: &'static str,
    is_disabled: bool,
}

impl From<Inhabitant> for InhabitantOut {
    fn from(from: Inhabitant) -> Self {
        Self {
            id: from.person.id.get(),
            name: from.person.name,
            email: from.email,
            organization: from.organization,
            role: from.role.word(),
            is_disabled: from.is_disabled,
        }
    }
}

#[derive(Deserialize)]
pub(in crate::admin) struct RoomIn {
    pub(super) organization: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    /// Accounts, for a new room.
    pub(super) admins: Option<Vec<i64>>,
    pub(super) members: Option<Vec<i64>>,
}

#[derive(Deserialize)]
pub(in crate::admin) struct MemberIn {
    pub(super) organization: Option<String>,
    pub(super) role: Option<String>,
}
