//! Chat&Messenger (CAM) HTTP API: seven methods at the root, and the same below `/cam`.

mod chat_rooms;
mod conference_rooms;
mod error;
mod messages;
mod quick_calls;
mod requests;
mod wire;

use std::borrow::Cow;

use actix_web::dev::RequestHead;
use actix_web::http::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use actix_web::web::{get, post};

use crate::domain::{self, Actor, Error, LimitKind};
use crate::web::dialect::{READ, READ_OR_WRITE, WRITE, endpoints};
use crate::web::limits::Quota;
use crate::web::{CrossOrigin, Dialect, Drawn, Endpoint, Format, Mount, Scene, Server};

/// The CAM API.
#[derive(Debug)]
pub struct Cam;

/// What a token may be restricted to. GUESS: the vendor's tokens may do everything.
pub const SCOPES: &[&str] = READ_OR_WRITE;

const PREFIX: &str = "/cam";

/// Every operation.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "sendMessage" "POST" "/sendMessage" WRITE, "" => post().to(messages::send_message);
    "sendMessages" "POST" "/sendMessages" WRITE, "" => post().to(messages::send_messages);
    "createQuickCall" "POST" "/createQuickCall" WRITE, "" => post().to(quick_calls::create_quick_call);
    "updateChatRoom" "POST" "/updateChatRoom" WRITE, "" => post().to(chat_rooms::update_chat_room);
    "getConferenceMaster" "GET" "/getConferenceMaster" READ, "" => get().to(conference_rooms::get_conference_rooms);
    "getConferenceMaster-post" "POST" "/getConferenceMaster" READ, "" => post().to(conference_rooms::get_conference_rooms);
    "getConferenceRooms" "GET" "/getConferenceRooms" READ, "" => get().to(conference_rooms::get_conference_rooms);
    "getConferenceRooms-post" "POST" "/getConferenceRooms" READ, "" => post().to(conference_rooms::get_conference_rooms);
    "getConferenceRoomStatus" "GET" "/getConferenceRoomStatus" READ, "" => get().to(conference_rooms::get_conference_room_status);
    "getConferenceRoomStatus-post" "POST" "/getConferenceRoomStatus" READ, "" => post().to(conference_rooms::get_conference_room_status);
};

impl Dialect for Cam {
    const TOKENS: domain::Dialect = domain::Dialect::Cam;
    const MOUNT: Mount = Mount { prefix: PREFIX, also_at, name: "cam", formats: &[Format::Json, Format::Xml], ..Mount::PLAIN };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    // GUESS: scripts in pages send a header of their own, so browsers ask first.
    const CROSS_ORIGIN: Option<&'static CrossOrigin> =
        Some(&CrossOrigin { methods: "GET, POST, OPTIONS", headers: "x-cam-apiToken, content-type" });

    /// The token stands in the header alone: one in the query ends up in logs.
    fn secret(head: &RequestHead) -> Cow<'_, str> {
        let token = head.headers.get("x-cam-apitoken").and_then(|value| value.to_str().ok());
        Cow::Borrowed(token.unwrap_or_default().trim())
    }

    fn count_call(server: &Server, actor: &Actor) -> (Option<Quota>, Option<Error>) {
        let (quota, is_refused) = server.token_calls.count(actor.token, server.world.clock().now());
        if is_refused { (Some(quota), Some(Error::RateLimited(LimitKind::Account))) } else { (None, None) }
    }

    /// Only who is refused hears about a quota: how long to wait.
    fn show_quota(quota: &Quota, headers: &mut HeaderMap) {
        headers.insert(RETRY_AFTER, HeaderValue::from(quota.wait_s));
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

/// Where a method is called besides its place below the prefix: at the root, with slashes doubled, one at the end.
fn also_at(path: &str) -> Option<String> {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let (name, is_below) = match steps[..] {
        [name] => (name, false),
        [prefix, name] if prefix.eq_ignore_ascii_case(&PREFIX[1..]) => (name, true),
        _ => return None,
    };
    let is_tidy = is_below && path.len() == PREFIX.len() + 1 + name.len();
    let bare = ["json", "xml"].iter().find_map(|extension| name.strip_suffix(extension)?.strip_suffix('.')).unwrap_or(name);
    let is_method = ENDPOINTS.iter().any(|endpoint| &endpoint.path[1..] == bare);
    (is_method && !is_tidy && !path.ends_with("//")).then(|| format!("{PREFIX}/{name}"))
}

/// What fuzzers give to the readers of requests.
#[cfg(any(test, feature = "fuzzing"))]
pub fn fuzz(form: &crate::web::RawForm) {
    let _ = (requests::message(form), requests::messages(form), requests::quick_call(form), requests::period(form));
    let _ = requests::chat_room(form);
}

#[cfg(test)]
mod tests {
    use super::also_at;

    #[test]
    fn methods_are_found_at_the_root_and_nothing_else_is() {
        for path in ["/sendMessage", "//sendMessage", "/sendMessage/", "/cam//sendMessage", "/cam/sendMessage/", "//cam/sendMessage"] {
            assert_eq!(also_at(path).as_deref(), Some("/cam/sendMessage"), "{path}");
        }
        assert_eq!(also_at("/sendMessage.xml").as_deref(), Some("/cam/sendMessage.xml"));
        assert_eq!(also_at("/sendMessages.json/").as_deref(), Some("/cam/sendMessages.json"));
        let others = ["/", "", "/sendmessage", "/sendMessage/x", "/sendMessage.", "/sendMessage.txt", "/send", "/cam/sendMessage", "/cam"];
        for path in others.into_iter().chain(["/sendMessage//", "/CAM/sendmessage", "/v2/sendMessage", "/sendMessagexml"]) {
            assert_eq!(also_at(path), None, "{path}");
        }
    }
}
