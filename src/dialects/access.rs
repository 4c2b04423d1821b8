//! How clients of each API show their token, and what a token of it may be restricted to.

use super::{cam, chat_messages, chatwork, clickmeeting, messenger};
use crate::domain::{Dialect, OrganizationId};

/// A kind of token, as its clients use it.
#[derive(Debug)]
pub struct Access {
    /// What it is for.
    pub dialect: Dialect,
    /// The API's name for people.
    pub title: &'static str,
    /// The header that carries it.
    pub header: &'static str,
    /// What stands before it in there.
    pub scheme: &'static str,
    /// What it may be restricted to.
    pub scopes: &'static [&'static str],
    /// Scopes of a token that posts messages and does nothing else; none where there is no such thing.
    pub notify_only: &'static [&'static str],
    /// Something to ask for that shows that it works.
    pub trial: &'static str,
}

/// A person's token for Chatwork's API.
pub const CHATWORK: Access = Access {
    dialect: Dialect::Chatwork,
    title: "Chatwork API v2",
    header: "X-ChatWorkToken",
    scheme: "",
    scopes: chatwork::SCOPES,
    notify_only: &["rooms.messages:write"],
    trial: "/v2/me",
};

/// An organization's key for ClickMeeting's API.
pub const CLICKMEETING: Access = Access {
    dialect: Dialect::ClickMeeting,
    title: "ClickMeeting API v1",
    header: "X-Api-Key",
    scheme: "",
    scopes: clickmeeting::SCOPES,
    notify_only: &[],
    trial: "/v1/ping",
};

/// An organization's token for CAM's API.
pub const CAM: Access = Access {
    dialect: Dialect::Cam,
    title: "Chat&Messenger API",
    header: "x-cam-apiToken",
    scheme: "",
    scopes: cam::SCOPES,
    notify_only: &[],
    trial: "/getConferenceRooms",
};

/// An organization's token for the Messenger API.
pub const MESSENGER: Access = Access {
    dialect: Dialect::Messenger,
    title: "Messenger API, organization",
    header: "API-TOKEN",
    scheme: "",
    scopes: messenger::SCOPES,
    notify_only: &[],
    trial: "/api/v1/chatrooms?organization_id={organization}",
};

/// A person's token for the Messenger API.
pub const MESSENGER_PERSONAL: Access = Access {
    dialect: Dialect::MessengerPersonal,
    title: "Messenger API, person",
    header: "Personal-Access-Token",
    scheme: "",
    scopes: messenger::SCOPES,
    notify_only: &[],
    trial: "/api/v1/user/credentials",
};

/// A person's key for chat-messages.
pub const CHAT_MESSAGES: Access = Access {
    dialect: Dialect::ChatMessages,
    title: "chat-messages",
    header: "Authorization",
    scheme: "Bearer ",
    scopes: chat_messages::SCOPES,
    notify_only: &[],
    trial: "/chat-messages?$limit=1",
};

/// All kinds that tokens are made of.
pub const ALL: &[Access] = &[CHATWORK, CLICKMEETING, CAM, MESSENGER, MESSENGER_PERSONAL, CHAT_MESSAGES];

/// The kind of token that a dialect has; none for sessions that people sign in to.
pub fn of(dialect: Dialect) -> Option<&'static Access> {
    ALL.iter().find(|access| access.dialect == dialect)
}

impl Access {
    /// Where it goes in a request, in words.
    pub fn place(&self) -> String {
        match self.scheme.trim() {
            "" => self.header.to_owned(),
            scheme => format!("{}, after {scheme}", self.header),
        }
    }

    /// Scopes that change nothing.
    pub fn read_only(&self) -> Vec<&'static str> {
        self.scopes.iter().copied().filter(|scope| *scope == "read" || scope.ends_with(":read")).collect()
    }

    /// A line for a terminal that shows that a token works.
    pub fn curl(&self, base: &str, secret: &str, organization: OrganizationId) -> String {
        let path = self.trial.replace("{organization}", &organization.to_string());
        format!("curl -H '{}: {}{secret}' '{base}{path}'", self.header, self.scheme)
    }
}
