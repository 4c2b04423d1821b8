//! Rooms as the Chatwork API shows them, their members and invitation links.

use serde::Serialize;

use super::Urls;
use crate::domain::{AccountId, Icon, Invitation, Member, Person, Role, RoomKind, RoomView};

/// Name of the room for notes to oneself, as recorded from the vendor.
const OWN_ROOM_NAME: &str = "マイチャット";

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct RoomOut {
    room_id: i64,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    role: &'static str,
    sticky: bool,
    unread_num: i64,
    mention_num: i64,
    mytask_num: i64,
    message_num: i64,
    file_num: i64,
    task_num: i64,
    icon_path: String,
    last_update_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl RoomOut {
    /// As the list shows it: without a description.
    pub(in crate::dialects::chatwork) fn listed(room: RoomView, urls: &Urls) -> Self {
        Self { description: None, ..Self::detailed(room, urls) }
    }

    /// As it stands alone.
    pub(in crate::dialects::chatwork) fn detailed(room: RoomView, urls: &Urls) -> Self {
        let (name, icon_path) = face(room.kind, room.name, room.icon, room.shown_person.as_ref(), urls);
        Self {
            room_id: room.id.get(),
            name,
            kind: match room.kind {
                RoomKind::My => "my",
                RoomKind::Direct => "direct",
                RoomKind::Group => "group",
            },
            role: role_word(room.role),
            sticky: room.is_pinned,
            unread_num: room.unread,
            mention_num: room.mentions,
            mytask_num: room.own_tasks,
            message_num: room.messages,
            file_num: room.files,
            task_num: room.tasks,
            icon_path,
            last_update_time: room.updated.seconds(),
            description: Some(room.description),
        }
    }
}

/// Name and picture of a room: its own, or those of the person it shows.
pub(super) fn face(kind: RoomKind, name: String, icon: Icon, person: Option<&Person>, urls: &Urls) -> (String, String) {
    let picture = person.map_or_else(|| urls.icon(icon), |person| urls.avatar(person.avatar));
    match kind {
        RoomKind::Group => (name, urls.icon(icon)),
        RoomKind::My => (OWN_ROOM_NAME.to_owned(), picture),
        RoomKind::Direct => (person.map(|person| person.name.clone()).unwrap_or_default(), picture),
    }
}

/// A moderator (Messenger) is shown as a member.
fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Moderator | Role::Member => "member",
        Role::Readonly => "readonly",
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct RoomIdOut {
    pub(in crate::dialects::chatwork) room_id: i64,
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct MemberOut {
    account_id: i64,
    role: &'static str,
    name: String,
    chatwork_id: String,
    organization_id: i64,
    organization_name: String,
    department: String,
    avatar_image_url: String,
}

impl MemberOut {
    pub(in crate::dialects::chatwork) fn new(member: Member, urls: &Urls) -> Self {
        let account = member.account;
        Self {
            account_id: account.person.id.get(),
            role: role_word(member.role),
            avatar_image_url: urls.avatar(account.person.avatar),
            name: account.person.name,
            chatwork_id: account.handle,
            organization_id: account.organization.get(),
            organization_name: account.organization_name,
            department: account.department,
        }
    }
}

/// The three lists of a room's members, by role.
#[derive(Serialize, Default)]
pub(in crate::dialects::chatwork) struct MembersOut {
    admin: Vec<i64>,
    member: Vec<i64>,
    readonly: Vec<i64>,
}

impl From<Vec<(AccountId, Role)>> for MembersOut {
    fn from(members: Vec<(AccountId, Role)>) -> Self {
        let mut out = Self::default();
        for (account, role) in members {
            match role {
                Role::Admin => &mut out.admin,
                Role::Moderator | Role::Member => &mut out.member,
                Role::Readonly => &mut out.readonly,
            }
            .push(account.get());
        }
        out
    }
}

/// Without a link there is `public` alone.
#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct LinkOut {
    public: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    need_acceptance: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl LinkOut {
    pub(in crate::dialects::chatwork) fn new(invitation: Option<Invitation>, urls: &Urls) -> Self {
        match invitation {
            None => Self { public: false, url: None, need_acceptance: None, description: None },
            Some(link) => Self {
                public: true,
                url: Some(urls.invitation(&link.code)),
                need_acceptance: Some(link.needs_acceptance),
                description: Some(link.description),
            },
        }
    }
}
