//! The APIs that are held to their documents: the one list of them. A dialect without endpoints has a document only;
//! with them its routes, coverage and oddities are tested too.

use std::borrow::Cow;
use std::sync::LazyLock;

use crosstalk::admin::Admin;
use crosstalk::dialects::cam::Cam;
use crosstalk::dialects::chat_messages::ChatMessages;
use crosstalk::dialects::chatwork::Chatwork;
use crosstalk::dialects::clickmeeting::ClickMeeting;
use crosstalk::dialects::matrix::Matrix;
use crosstalk::dialects::messenger::Messenger;
use crosstalk::web::{Dialect, Endpoint, Mount};

use super::document::Document;

/// An API and its document.
pub struct Contract {
    /// Its name, which its folders and tables bear.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where it is mounted.
    pub mount: &'static Mount,
    /// Its routes.
    pub endpoints: &'static [Endpoint],
    /// What the vendor has and this server does not.
    pub not_served: &'static [&'static str],
    /// Its document.
    pub document: LazyLock<Document>,
}

/// All of them.
static CONTRACTS: [Contract; 7] = [
    Contract {
        name: "chatwork",
        title: "Chatwork",
        mount: &Chatwork::MOUNT,
        endpoints: Chatwork::ENDPOINTS,
        not_served: &["webhooks", "OAuth2: authorize", "OAuth2: token"],
        document: LazyLock::new(|| Document::read("chatwork", include_str!("../../../static/docs/chatwork.yaml"))),
    },
    Contract {
        name: "clickmeeting",
        title: "ClickMeeting",
        mount: &ClickMeeting::MOUNT,
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
        name: "messenger",
        title: "Messenger",
        mount: &Messenger::MOUNT,
        endpoints: Messenger::ENDPOINTS,
        not_served: &["rooms of events that make and close themselves: no API of this server tells of alarms"],
        document: LazyLock::new(|| Document::read("messenger", include_str!("../../../static/docs/messenger.yaml"))),
    },
    Contract {
        name: "matrix",
        title: "Matrix",
        mount: &Matrix::MOUNT,
        endpoints: Matrix::ENDPOINTS,
        not_served: &["everything but sessions: sync, rooms, media, keys", "register, account/password, account/deactivate, account/3pid"],
        document: LazyLock::new(|| Document::read("matrix", include_str!("../../../static/docs/matrix.yaml"))),
    },
    Contract {
        name: "cam",
        title: "CAM",
        mount: &Cam::MOUNT,
        endpoints: Cam::ENDPOINTS,
        not_served: &["envelopes: kept with the message, the text is shown"],
        document: LazyLock::new(|| Document::read("cam", include_str!("../../../static/docs/cam.yaml"))),
    },
    Contract {
        name: "chat-messages",
        title: "chat-messages",
        mount: &ChatMessages::MOUNT,
        endpoints: ChatMessages::ENDPOINTS,
        not_served: &["realtime events over socket.io", "chat-sessions: `session` is kept as it is given"],
        document: LazyLock::new(|| Document::read("chat-messages", include_str!("../../../static/docs/chat-messages.yaml"))),
    },
    Contract {
        name: "admin",
        title: "Administration",
        mount: &Admin::MOUNT,
        endpoints: Admin::ENDPOINTS,
        not_served: &[],
        document: LazyLock::new(|| Document::read("admin", include_str!("../../../static/docs/admin.yaml"))),
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

    /// Those that are served and that a vendor drew up; the other one is ours.
    pub fn of_vendors() -> impl Iterator<Item = &'static Self> {
        Self::served().filter(|contract| contract.name != "admin")
    }

    /// The one that a path belongs to, and the path below its mount.
    pub fn of_path(path: &str) -> Option<(&'static Self, String)> {
        CONTRACTS.iter().find_map(|contract| {
            let path = (contract.mount.also_at)(path).map_or(Cow::Borrowed(path), Cow::Owned);
            let below = path.strip_prefix(contract.mount.prefix)?;
            below.starts_with('/').then(|| (contract, below.to_owned()))
        })
    }

    /// The part of the tests that is about it.
    pub fn tests(&self) -> String {
        format!("{}::", self.name.replace('-', "_"))
    }
}
