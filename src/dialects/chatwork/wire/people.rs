//! People as the Chatwork API shows them: the caller, contacts, whoever asks to be one.

use serde::Serialize;

use super::Urls;
use crate::domain::unread::Status;
use crate::domain::{Account, AccountProfile, Contact, ContactRequest, Person};

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct MeOut {
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
    pub(in crate::dialects::chatwork) fn new(me: AccountProfile, urls: &Urls) -> Self {
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
pub(in crate::dialects::chatwork) struct StatusOut {
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
pub(in crate::dialects::chatwork) struct PersonOut {
    account_id: i64,
    name: String,
    avatar_image_url: String,
}

impl PersonOut {
    pub(super) fn new(person: Person, urls: &Urls) -> Self {
        Self { account_id: person.id.get(), avatar_image_url: urls.avatar(person.avatar), name: person.name }
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct ContactOut {
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
    pub(in crate::dialects::chatwork) fn new(contact: Contact, urls: &Urls) -> Self {
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
pub(in crate::dialects::chatwork) struct AcceptedOut {
    request_id: i64,
    #[serde(flatten)]
    contact: ContactOut,
}

impl AcceptedOut {
    pub(in crate::dialects::chatwork) fn new(request_id: i64, contact: Contact, urls: &Urls) -> Self {
        Self { request_id, contact: ContactOut::new(contact, urls) }
    }
}

#[derive(Serialize)]
pub(in crate::dialects::chatwork) struct IncomingRequestOut {
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
    pub(in crate::dialects::chatwork) fn new(request: ContactRequest, urls: &Urls) -> Self {
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
