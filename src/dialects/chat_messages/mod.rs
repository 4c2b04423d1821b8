//! chat-messages (HAPI Hub, Fleming) at the root of the host: the route table, and what the dialect says about itself.

mod error;
mod files;
mod messages;
mod query;
mod requests;
mod rooms;
mod wire;

use std::borrow::Cow;

use actix_web::dev::RequestHead;
use actix_web::web::{get, patch, post};

use crate::domain::{self, Error};
use crate::web::dialect::{READ, READ_OR_WRITE, WRITE, bearer, endpoints};
use crate::web::{Call, CrossOrigin, Dialect, Drawn, Endpoint, Format, Mount, Scene};

/// The chat-messages API.
#[derive(Debug)]
pub struct ChatMessages;

/// What a token may be restricted to. GUESS: the vendor's keys may do everything.
pub const SCOPES: &[&str] = READ_OR_WRITE;

/// Every operation.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "find-chat-messages" "GET" "/chat-messages" READ, "" => get().to(messages::find_chat_messages);
    "post-chat-message" "POST" "/chat-messages" WRITE, "" => post().to(messages::post_chat_message);
    "patch-chat-messages" "PATCH" "/chat-messages" WRITE, "" => patch().to(messages::patch_chat_messages);
    "get-chat-message" "GET" "/chat-messages/{id}" READ, "" => get().to(messages::get_chat_message);
    "patch-chat-message" "PATCH" "/chat-messages/{id}" WRITE, "" => patch().to(messages::patch_chat_message);
    "find-chat-rooms" "GET" "/chat-rooms" READ, "" => get().to(rooms::find_chat_rooms);
    "post-chat-room" "POST" "/chat-rooms" WRITE, "" => post().to(rooms::post_chat_room);
    "get-chat-room" "GET" "/chat-rooms/{id}" READ, "" => get().to(rooms::get_chat_room);
    "patch-chat-room" "PATCH" "/chat-rooms/{id}" WRITE, "" => patch().to(rooms::patch_chat_room);
    "post-file" "POST" "/files" WRITE, "" => post().to(files::post_file);
};

impl Dialect for ChatMessages {
    const TOKENS: domain::Dialect = domain::Dialect::ChatMessages;
    const MOUNT: Mount =
        Mount { prefix: "/hapi", also_at: below_prefix, name: "chat-messages", formats: &[Format::Json, Format::Xml], ..Mount::PLAIN };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    const CROSS_ORIGIN: Option<&'static CrossOrigin> =
        Some(&CrossOrigin { methods: "GET, POST, PATCH, OPTIONS", headers: "authorization, content-type, environment" });

    fn secret(head: &RequestHead) -> Cow<'_, str> {
        Cow::Borrowed(bearer(head).unwrap_or_default())
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

/// The root paths of this dialect. Below `/files/` are links to files, which belong to nobody's API.
fn below_prefix(path: &str) -> Option<String> {
    let is_own = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']));
    let is_ours = is_own("/chat-messages") || is_own("/chat-rooms") || matches!(path, "/files" | "/files/" | "/files.json" | "/files.xml");
    is_ours.then(|| format!("/hapi{path}"))
}

/// What rendering in the answer to a call needs.
fn showing(call: &Call) -> wire::Showing {
    wire::Showing::new(call.shared_server(), call.base(), call.actor().account)
}

/// What fuzzers give to the reader of queries.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(query: &str) {
    messages::fuzz(query);
    rooms::fuzz(query);
}

#[cfg(test)]
mod tests {
    use super::below_prefix;

    #[test]
    fn root_paths_are_told_from_links_to_files() {
        for (path, moved) in [
            ("/chat-messages", Some("/hapi/chat-messages")),
            ("/chat-messages/", Some("/hapi/chat-messages/")),
            ("/chat-messages/1", Some("/hapi/chat-messages/1")),
            ("/chat-rooms/a/b", Some("/hapi/chat-rooms/a/b")),
            ("/files", Some("/hapi/files")),
            ("/files/", Some("/hapi/files/")),
            ("/files.xml", Some("/hapi/files.xml")),
            ("/chat-rooms.json", Some("/hapi/chat-rooms.json")),
            ("/files.txt", None),
            ("/files//", None),
            ("/files/a/key", None),
            ("/files/1000/plan.txt", None),
            ("/chat-messagesX", None),
            ("/hapi/files", None),
        ] {
            assert_eq!(below_prefix(path).as_deref(), moved, "{path}");
        }
    }
}
