//! The APIs that are held to their documents: the one list of them. A dialect without endpoints has a document only;
//! with them its routes, coverage and oddities are tested too.

use std::sync::LazyLock;

use crosstalk::dialects::MOUNTS;
use crosstalk::dialects::chat_messages::ChatMessages;
use crosstalk::dialects::chatwork::Chatwork;
use crosstalk::dialects::clickmeeting::ClickMeeting;
use crosstalk::web::{Dialect, Endpoint};

use super::document::Document;

/// An API and its document.
pub struct Contract {
    /// Its name, which its folders and tables bear.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where it is mounted.
    pub mount: &'static str,
    /// Its routes.
    pub endpoints: &'static [Endpoint],
    /// What the vendor has and this server does not.
    pub not_served: &'static [&'static str],
    /// Its document.
    pub document: LazyLock<Document>,
}

/// All of them.
static CONTRACTS: [Contract; 3] = [
    Contract {
        name: "chatwork",
        title: "Chatwork",
        mount: "/v2",
        endpoints: Chatwork::ENDPOINTS,
        not_served: &["webhooks", "OAuth2: authorize", "OAuth2: token"],
        document: LazyLock::new(|| Document::read("chatwork", include_str!("../../../static/docs/chatwork.yaml"))),
    },
    Contract {
        name: "clickmeeting",
        title: "ClickMeeting",
        mount: "/v1",
        endpoints: ClickMeeting::ENDPOINTS,
        not_served: &[
            "white-label accounts",
            "settings[recorder_autostart_enabled]: kept and shown, without effect until there is video",
            "settings[encryption_enabled]: kept and shown, without effect until there is video",
            "conversion of documents into slides: files say that they wait for it",
        ],
        document: LazyLock::new(|| Document::read("clickmeeting", include_str!("../../../static/docs/clickmeeting.yaml"))),
    },
    Contract {
        name: "chat-messages",
        title: "chat-messages",
        mount: "",
        endpoints: ChatMessages::ENDPOINTS,
        not_served: &["realtime events over socket.io", "chat-sessions: `session` is kept as it is given"],
        document: LazyLock::new(|| Document::read("chat-messages", include_str!("../../../static/docs/chat-messages.yaml"))),
    },
];

impl Contract {
    /// All that have a document.
    pub fn all() -> &'static [Self] {
        &CONTRACTS
    }

    /// Those that are served.
    pub fn served() -> impl Iterator<Item = &'static Self> {
        CONTRACTS.iter().filter(|contract| !contract.endpoints.is_empty())
    }

    /// The one that a path belongs to, and the path below its mount.
    pub fn of_path(path: &str) -> Option<(&'static Self, &str)> {
        CONTRACTS.iter().find_map(|contract| {
            let mount = MOUNTS.iter().find(|mount| mount.name == contract.name)?;
            let start = if (mount.also_at)(path).is_some() { mount.shown } else { mount.prefix };
            let below = path.strip_prefix(start)?;
            below.starts_with('/').then_some((contract, below))
        })
    }

    /// The part of the tests that is about it.
    pub fn tests(&self) -> String {
        format!("{}::", self.name.replace('-', "_"))
    }
}
