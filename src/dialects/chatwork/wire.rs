//! Exact shapes of the Chatwork API's answers, and their conversions from the domain.
//!
//! Strings are never null (`""` when unset), message ids are strings, times are Unix seconds, 0 when unset.

use serde::Serialize;

use super::markup;
use crate::domain::unread::Counters;
use crate::domain::{
    Account, AccountId, AccountProfile, Avatar, Contact, ContactRequest, Deadline, Icon, Invitation, InvitationCode, Member, Message,
    MessageId, Person, Role, RoomKind, RoomView, StoredFile, Task, TaskStatus, Timestamp,
};
use crate::ops::reading::Status;

/// Name of the room for notes to oneself, as recorded from the vendor.
const OWN_ROOM_NAME: &str = "マイチャット";

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

#[derive(Serialize)]
pub(super) struct MeOut {
    account_id: i64,
    room_id: i64,
    name: String,
    chatwork_id: String,
    organization_id: i64,
    organization_name: String,
    department: String,
    title: String,
    url: String,
    introduction: String,
    mail: String,
    tel_organization: String,
    tel_extension: String,
    tel_mobile: String,
    skype: String,
    facebook: String,
    twitter: String,
    avatar_image_url: String,
    login_mail: String,
}

impl MeOut {
    pub(super) fn new(me: AccountProfile, urls: &Urls) -> Self {
        Self {
            account_id: me.account.person.id.get(),
            room_id: me.own_room.get(),
            avatar_image_url: urls.avatar(me.account.person.avatar),
            name: me.account.person.name,
            chatwork_id: me.account.handle,
            organization_id: me.account.organization.get(),
            organization_name: me.account.organization_name,
            department: me.account.department,
            title: me.title,
            url: me.url,
            introduction: me.introduction,
            mail: me.mail,
            tel_organization: me.tel_organization,
            tel_extension: me.tel_extension,
            tel_mobile: me.tel_mobile,
            skype: me.skype,
            facebook: me.facebook,
            twitter: me.twitter,
            login_mail: me.email,
        }
    }
}

#[derive(Serialize)]
pub(super) struct StatusOut {
    unread_room_num: i64,
    mention_room_num: i64,
    mytask_room_num: i64,
    unread_num: i64,
    mention_num: i64,
    mytask_num: i64,
}

impl From<Status> for StatusOut {
    fn from(status: Status) -> Self {
        Self {
            unread_room_num: status.unread_rooms,
            mention_room_num: status.mention_rooms,
            mytask_room_num: status.task_rooms,
            unread_num: status.unread,
            mention_num: status.mentions,
            mytask_num: status.tasks,
        }
    }
}

#[derive(Serialize)]
pub(super) struct PersonOut {
    account_id: i64,
    name: String,
    avatar_image_url: String,
}

impl PersonOut {
    fn new(person: Person, urls: &Urls) -> Self {
        Self { account_id: person.id.get(), avatar_image_url: urls.avatar(person.avatar), name: person.name }
    }
}

#[derive(Serialize)]
pub(super) struct ContactOut {
    account_id: i64,
    room_id: i64,
    name: String,
    chatwork_id: String,
    organization_id: i64,
    organization_name: String,
    department: String,
    avatar_image_url: String,
}

impl ContactOut {
    pub(super) fn new(contact: Contact, urls: &Urls) -> Self {
        let account = contact.account;
        Self {
            account_id: account.person.id.get(),
            room_id: contact.room.get(),
            avatar_image_url: urls.avatar(account.person.avatar),
            name: account.person.name,
            chatwork_id: account.handle,
            organization_id: account.organization.get(),
            organization_name: account.organization_name,
            department: account.department,
        }
    }
}

/// QUIRK(chatwork): the Rust crate `chatwork` 0.1.0 decodes `request_id` here, which the documentation does not have;
/// it harms nobody else.
#[derive(Serialize)]
pub(super) struct AcceptedOut {
    request_id: i64,
    #[serde(flatten)]
    contact: ContactOut,
}

impl AcceptedOut {
    pub(super) fn new(request_id: i64, contact: Contact, urls: &Urls) -> Self {
        Self { request_id, contact: ContactOut::new(contact, urls) }
    }
}

#[derive(Serialize)]
pub(super) struct IncomingRequestOut {
    request_id: i64,
    account_id: i64,
    message: String,
    name: String,
    chatwork_id: String,
    organization_id: i64,
    organization_name: String,
    department: String,
    avatar_image_url: String,
}

impl IncomingRequestOut {
    pub(super) fn new(request: ContactRequest, urls: &Urls) -> Self {
        let from: Account = request.from;
        Self {
            request_id: request.id.get(),
            account_id: from.person.id.get(),
            message: request.message,
            avatar_image_url: urls.avatar(from.person.avatar),
            name: from.person.name,
            chatwork_id: from.handle,
            organization_id: from.organization.get(),
            organization_name: from.organization_name,
            department: from.department,
        }
    }
}

#[derive(Serialize)]
pub(super) struct RoomOut {
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
    pub(super) fn listed(room: RoomView, urls: &Urls) -> Self {
        Self { description: None, ..Self::detailed(room, urls) }
    }

    /// As it stands alone.
    pub(super) fn detailed(room: RoomView, urls: &Urls) -> Self {
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
fn face(kind: RoomKind, name: String, icon: Icon, person: Option<&Person>, urls: &Urls) -> (String, String) {
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
pub(super) struct RoomIdOut {
    pub(super) room_id: i64,
}

#[derive(Serialize)]
pub(super) struct MemberOut {
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
    pub(super) fn new(member: Member, urls: &Urls) -> Self {
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
pub(super) struct MembersOut {
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

#[derive(Serialize)]
pub(super) struct MessageOut {
    message_id: String,
    account: PersonOut,
    body: String,
    send_time: i64,
    update_time: i64,
}

impl MessageOut {
    pub(super) fn new(message: Message, urls: &Urls) -> Self {
        Self {
            message_id: message.id.to_string(),
            account: PersonOut::new(message.author, urls),
            body: markup::body(message.content),
            send_time: message.sent.seconds(),
            update_time: message.updated.map_or(0, Timestamp::seconds),
        }
    }
}

#[derive(Serialize)]
pub(super) struct MessageIdOut {
    message_id: String,
}

impl From<MessageId> for MessageIdOut {
    fn from(id: MessageId) -> Self {
        Self { message_id: id.to_string() }
    }
}

#[derive(Serialize)]
pub(super) struct CountersOut {
    unread_num: i64,
    mention_num: i64,
}

impl From<Counters> for CountersOut {
    fn from(counters: Counters) -> Self {
        Self { unread_num: counters.unread, mention_num: counters.mentions }
    }
}

/// A task of the caller, with its room.
#[derive(Serialize)]
pub(super) struct MyTaskOut {
    task_id: i64,
    room: TaskRoomOut,
    assigned_by_account: PersonOut,
    message_id: String,
    body: String,
    limit_time: i64,
    status: &'static str,
    limit_type: &'static str,
}

#[derive(Serialize)]
struct TaskRoomOut {
    room_id: i64,
    name: String,
    icon_path: String,
}

impl MyTaskOut {
    pub(super) fn new(task: Task, urls: &Urls) -> Self {
        let room = task.room;
        let (name, icon_path) = face(room.kind, room.name, room.icon, room.shown_person.as_ref(), urls);
        Self {
            task_id: task.id.get(),
            room: TaskRoomOut { room_id: room.id.get(), name, icon_path },
            assigned_by_account: PersonOut::new(task.requester, urls),
            message_id: task.message.to_string(),
            body: task.body,
            limit_time: limit_time(task.deadline),
            status: status_word(task.status),
            limit_type: markup::limit_type(task.deadline),
        }
    }
}

/// A task of a room, with its assignee.
#[derive(Serialize)]
pub(super) struct TaskOut {
    task_id: i64,
    account: PersonOut,
    assigned_by_account: PersonOut,
    message_id: String,
    body: String,
    limit_time: i64,
    status: &'static str,
    limit_type: &'static str,
}

impl TaskOut {
    pub(super) fn new(task: Task, urls: &Urls) -> Self {
        Self {
            task_id: task.id.get(),
            account: PersonOut::new(task.assignee, urls),
            assigned_by_account: PersonOut::new(task.requester, urls),
            message_id: task.message.to_string(),
            body: task.body,
            limit_time: limit_time(task.deadline),
            status: status_word(task.status),
            limit_type: markup::limit_type(task.deadline),
        }
    }
}

fn limit_time(deadline: Deadline) -> i64 {
    deadline.instant().map_or(0, Timestamp::seconds)
}

fn status_word(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Open => "open",
        TaskStatus::Done => "done",
    }
}

#[derive(Serialize)]
pub(super) struct TaskIdsOut {
    pub(super) task_ids: Vec<i64>,
}

#[derive(Serialize)]
pub(super) struct TaskIdOut {
    pub(super) task_id: i64,
}

#[derive(Serialize)]
pub(super) struct FileOut {
    file_id: i64,
    account: PersonOut,
    message_id: String,
    filename: String,
    filesize: u64,
    upload_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    download_url: Option<String>,
}

impl FileOut {
    pub(super) fn new(file: StoredFile, urls: &Urls, download_url: Option<String>) -> Self {
        Self {
            file_id: file.id.get(),
            account: PersonOut::new(file.uploader, urls),
            message_id: file.message.to_string(),
            filename: file.name.as_str().to_owned(),
            filesize: file.bytes,
            upload_time: file.uploaded.seconds(),
            download_url,
        }
    }
}

#[derive(Serialize)]
pub(super) struct FileIdOut {
    pub(super) file_id: i64,
}

/// Without a link there is `public` alone.
#[derive(Serialize)]
pub(super) struct LinkOut {
    public: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    need_acceptance: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl LinkOut {
    pub(super) fn new(invitation: Option<Invitation>, urls: &Urls) -> Self {
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
