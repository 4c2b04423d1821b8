//! The APIs that have a document: where they are mounted, how a caller signs in, what was found odd about them.

use std::sync::OnceLock;

use serde_json::Value;

use crate::dialects::{MOUNTS, access};
use crate::domain::Dialect;
use crate::web::assets;

/// An API that has a document.
#[derive(Debug)]
pub struct Contract {
    /// What it is.
    pub dialect: Dialect,
    /// Its name for people.
    pub title: &'static str,
    /// What stands before its operations.
    pub prefix: &'static str,
    /// The header that carries the token.
    pub header: &'static str,
    /// What stands before the token in there.
    pub scheme: &'static str,
    /// The header and the kind of token for what concerns a person, where those are others.
    pub personal: Option<(&'static str, Dialect)>,
    /// Oddities of its vendor, and guesses of ours, as Markdown.
    pub quirks: &'static str,
}

/// All APIs that have a document.
pub const CONTRACTS: &[Contract] = &[
    Contract {
        dialect: Dialect::Chatwork,
        title: "Chatwork API",
        prefix: "/v2",
        header: access::CHATWORK.header,
        scheme: access::CHATWORK.scheme,
        personal: None,
        quirks: include_str!("../dialects/chatwork/QUIRKS.md"),
    },
    Contract {
        dialect: Dialect::ClickMeeting,
        title: "ClickMeeting API",
        prefix: "/v1",
        header: access::CLICKMEETING.header,
        scheme: access::CLICKMEETING.scheme,
        personal: None,
        quirks: include_str!("../dialects/clickmeeting/QUIRKS.md"),
    },
    Contract {
        dialect: Dialect::Messenger,
        title: "Messenger API",
        prefix: "/api/v1",
        header: access::MESSENGER.header,
        scheme: access::MESSENGER.scheme,
        personal: Some((access::MESSENGER_PERSONAL.header, Dialect::MessengerPersonal)),
        quirks: include_str!("../dialects/messenger/QUIRKS.md"),
    },
    Contract {
        dialect: Dialect::Matrix,
        title: "Matrix API",
        prefix: "/_matrix",
        header: "Authorization",
        scheme: "Bearer ",
        personal: None,
        quirks: include_str!("../dialects/matrix/QUIRKS.md"),
    },
    Contract {
        dialect: Dialect::Cam,
        title: "CAM API",
        prefix: "",
        header: access::CAM.header,
        scheme: access::CAM.scheme,
        personal: None,
        quirks: include_str!("../dialects/cam/QUIRKS.md"),
    },
    Contract {
        dialect: Dialect::ChatMessages,
        title: "chat-messages",
        prefix: "",
        header: access::CHAT_MESSAGES.header,
        scheme: access::CHAT_MESSAGES.scheme,
        personal: None,
        quirks: include_str!("../dialects/chat_messages/QUIRKS.md"),
    },
];

/// The documents as JSON, each made when it is first asked for.
static RENDERED: [OnceLock<String>; CONTRACTS.len()] = [const { OnceLock::new() }; CONTRACTS.len()];

impl Contract {
    /// The contract of a dialect, by its name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CONTRACTS.iter().find(|contract| contract.dialect.name() == name)
    }

    /// The APIs that are served.
    pub fn served() -> impl Iterator<Item = &'static Self> {
        CONTRACTS.iter().filter(|contract| MOUNTS.iter().any(|mount| mount.name == contract.dialect.name()))
    }

    /// Its OpenAPI document.
    pub fn document(&self) -> String {
        assets::text(&format!("docs/{}.yaml", self.dialect.name()))
    }

    /// Its document as a tree; why not, if it can't be read.
    pub fn tree(&self) -> Result<Value, String> {
        serde_saphyr::from_str(&self.document()).map_err(|cause| format!("the embedded document can't be read: {cause}"))
    }

    /// Its document as JSON.
    pub fn json(&self) -> Result<&'static str, String> {
        let place = CONTRACTS.iter().position(|contract| contract.dialect == self.dialect).ok_or("it is not listed")?;
        if let Some(known) = RENDERED[place].get() {
            return Ok(known);
        }
        let rendered = self.tree()?.to_string();
        Ok(RENDERED[place].get_or_init(|| rendered))
    }
}
