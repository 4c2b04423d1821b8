//! Chatwork REST API v2 below `/v2`: the route table, and what the dialect says about itself.

mod contacts;
mod error;
mod files;
mod link;
mod markup;
mod me;
mod messages;
mod requests;
mod rooms;
mod tasks;
mod wire;

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::{delete, get, post, put};
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::config::Parameters;
use crate::domain::{self, Actor, Error, LimitKind, RoomId};
use crate::web::dialect::{bearer, endpoints};
use crate::web::guard::no_content;
use crate::web::limits::Quota;
use crate::web::{Call, Dialect, Drawn, Endpoint, Format, JsonStyle, Mount, Out, Scene, Server};

/// The Chatwork API.
#[derive(Debug)]
pub struct Chatwork;

/// OAuth2 scopes of the vendor; a token may be restricted to some of them.
pub const SCOPES: &[&str] = &[
    "users.all:read",
    "users.profile.me:read",
    "users.status.me:read",
    "users.tasks.me:read",
    "rooms.all:read_write",
    "rooms.all:read",
    "rooms.all:write",
    "rooms:write",
    "rooms.info:read",
    "rooms.info:write",
    "rooms.members:read",
    "rooms.members:write",
    "rooms.messages:read",
    "rooms.messages:write",
    "rooms.tasks:read",
    "rooms.tasks:write",
    "rooms.files:read",
    "rooms.files:write",
    "contacts.all:read_write",
    "contacts.all:read",
    "contacts.all:write",
];

macro_rules! read {
    ($scope:literal) => {
        &["rooms.all:read", "rooms.all:read_write", $scope]
    };
}
macro_rules! write {
    ($scope:literal) => {
        &["rooms.all:read_write", "rooms.all:write", $scope]
    };
}

const CONTACTS_READ: &[&str] = &["contacts.all:read", "contacts.all:read_write"];
const CONTACTS_WRITE: &[&str] = &["contacts.all:read_write", "contacts.all:write"];

/// Every operation. Where a room can't be seen or a role is missing, the vendor says "You don't have permission to …".
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "get-messages" "GET" r"/rooms/{room_id:\d+}/messages" read!("rooms.messages:read"), "get messages in this room" => get().to(messages::get_messages);
    "post-message" "POST" r"/rooms/{room_id:\d+}/messages" write!("rooms.messages:write"), "send/edit message." => post().to(messages::post_message);
    "get-message" "GET" r"/rooms/{room_id:\d+}/messages/{message_id:\d+}" read!("rooms.messages:read"), "get messages in this room" => get().to(messages::get_message);
    "put-message" "PUT" r"/rooms/{room_id:\d+}/messages/{message_id:\d+}" write!("rooms.messages:write"), "send/edit message." => put().to(messages::put_message);
    "delete-message" "DELETE" r"/rooms/{room_id:\d+}/messages/{message_id:\d+}" write!("rooms.messages:write"), "delete this message" => delete().to(messages::delete_message);
    "read-messages" "PUT" r"/rooms/{room_id:\d+}/messages/read" write!("rooms.messages:write"), "read messages in this room" => put().to(messages::read_messages);
    "unread-messages" "PUT" r"/rooms/{room_id:\d+}/messages/unread" write!("rooms.messages:write"), "unread messages in this room" => put().to(messages::unread_messages);
    "get-rooms" "GET" "/rooms" read!("rooms.info:read"), "get rooms" => get().to(rooms::get_rooms);
    "post-rooms" "POST" "/rooms" write!("rooms:write"), "create a room" => post().to(rooms::post_rooms);
    "get-room" "GET" r"/rooms/{room_id:\d+}" read!("rooms.info:read"), "get this room" => get().to(rooms::get_room);
    "put-room" "PUT" r"/rooms/{room_id:\d+}" write!("rooms.info:write"), "edit this room" => put().to(rooms::put_room);
    "delete-room" "DELETE" r"/rooms/{room_id:\d+}" write!("rooms:write"), "leave/delete this room" => delete().to(rooms::delete_room);
    "get-members" "GET" r"/rooms/{room_id:\d+}/members" read!("rooms.members:read"), "get members of this room" => get().to(rooms::get_members);
    "put-members" "PUT" r"/rooms/{room_id:\d+}/members" write!("rooms.members:write"), "edit members of this room" => put().to(rooms::put_members);
    "get-tasks" "GET" r"/rooms/{room_id:\d+}/tasks" read!("rooms.tasks:read"), "get tasks in this room" => get().to(tasks::get_tasks);
    "post-task" "POST" r"/rooms/{room_id:\d+}/tasks" write!("rooms.tasks:write"), "create tasks in this room" => post().to(tasks::post_task);
    "get-task" "GET" r"/rooms/{room_id:\d+}/tasks/{task_id:\d+}" read!("rooms.tasks:read"), "get tasks in this room" => get().to(tasks::get_task);
    "put-task-status" "PUT" r"/rooms/{room_id:\d+}/tasks/{task_id:\d+}/status" write!("rooms.tasks:write"), "edit tasks in this room" => put().to(tasks::put_task_status);
    "get-files" "GET" r"/rooms/{room_id:\d+}/files" read!("rooms.files:read"), "get files in this room" => get().to(files::get_files);
    "post-file" "POST" r"/rooms/{room_id:\d+}/files" write!("rooms.files:write"), "upload files in this room" => post().to(files::post_file);
    "get-file" "GET" r"/rooms/{room_id:\d+}/files/{file_id:\d+}" read!("rooms.files:read"), "get files in this room" => get().to(files::get_file);
    "get-link" "GET" r"/rooms/{room_id:\d+}/link" read!("rooms.info:read"), "get the invitation link of this room" => get().to(link::get_link);
    "post-link" "POST" r"/rooms/{room_id:\d+}/link" write!("rooms.info:write"), "create the invitation link of this room" => post().to(link::post_link);
    "put-link" "PUT" r"/rooms/{room_id:\d+}/link" write!("rooms.info:write"), "edit the invitation link of this room" => put().to(link::put_link);
    "delete-link" "DELETE" r"/rooms/{room_id:\d+}/link" write!("rooms.info:write"), "delete the invitation link of this room" => delete().to(link::delete_link);
    "get-me" "GET" "/me" &["users.all:read", "users.profile.me:read"], "get this account" => get().to(me::get_me);
    "get-my-status" "GET" "/my/status" &["users.all:read", "users.status.me:read"], "get this status" => get().to(me::get_my_status);
    "get-my-tasks" "GET" "/my/tasks" &["users.all:read", "users.tasks.me:read"], "get these tasks" => get().to(me::get_my_tasks);
    "get-contacts" "GET" "/contacts" CONTACTS_READ, "get contacts" => get().to(contacts::get_contacts);
    "get-incoming-requests" "GET" "/incoming_requests" CONTACTS_READ, "get incoming requests" => get().to(contacts::get_incoming_requests);
    "accept-incoming-request" "PUT" r"/incoming_requests/{request_id:\d+}" CONTACTS_WRITE, "accept this request" => put().to(contacts::accept_incoming_request);
    "decline-incoming-request" "DELETE" r"/incoming_requests/{request_id:\d+}" CONTACTS_WRITE, "decline this request" => delete().to(contacts::decline_incoming_request);
    // QUIRK(chatwork): the official MCP server (0.0.4) calls these two, which the documentation does not have.
    "accept-incoming-request-alias" "PUT" r"/incoming_requests/{request_id:\d+}/accept" CONTACTS_WRITE, "accept this request" => put().to(contacts::accept_incoming_request);
    "decline-incoming-request-alias" "DELETE" r"/incoming_requests/{request_id:\d+}/reject" CONTACTS_WRITE, "decline this request" => delete().to(contacts::decline_incoming_request);
};

impl Dialect for Chatwork {
    const TOKENS: domain::Dialect = domain::Dialect::Chatwork;
    const MOUNT: Mount = Mount {
        prefix: "/v2",
        shown: "/v2",
        name: "chatwork",
        json: JsonStyle::Ascii,
        formats: &[Format::Json, Format::Xml],
        folds_case: true,
        prepare: take_verb_from_query,
        ..Mount::PLAIN
    };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;

    fn secret(head: &RequestHead) -> Cow<'_, str> {
        // GUESS: with both headers present the API token counts.
        Cow::Borrowed(api_token(head).or_else(|| bearer(head)).unwrap_or_default())
    }

    fn count_call(server: &Server, actor: &Actor) -> (Option<Quota>, Option<Error>) {
        let (quota, is_refused) = server.account_calls.count(actor.account, server.world.clock().now());
        (Some(quota), is_refused.then_some(Error::RateLimited(LimitKind::Account)))
    }

    fn show_quota(quota: &Quota, headers: &mut HeaderMap) {
        let numbers = [
            (HeaderName::from_static("x-ratelimit-limit"), i64::from(quota.limit)),
            (HeaderName::from_static("x-ratelimit-remaining"), i64::from(quota.remaining)),
            (HeaderName::from_static("x-ratelimit-reset"), quota.reset_s),
        ];
        for (name, number) in numbers {
            headers.insert(name, HeaderValue::from(number));
        }
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

fn api_token(head: &RequestHead) -> Option<&str> {
    let value = head.headers.get("x-chatworktoken")?.to_str().unwrap_or_default();
    Some(value.trim())
}

/// Whether a request tries to get in with a Bearer token alone.
fn is_bearer(head: &RequestHead) -> bool {
    api_token(head).is_none() && bearer(head).is_some()
}

/// QUIRK(chatwork): `?method=PUT` overrides the verb of a POST or GET, as it did until July 2025.
fn take_verb_from_query(server: &Server, head: &mut RequestHead) {
    if server.config.chatwork.parameters == Parameters::Strict || !matches!(head.method, Method::GET | Method::POST) {
        return;
    }
    let query = head.uri.query().unwrap_or_default();
    let Some(verb) = query.split('&').find_map(|pair| pair.strip_prefix("method=")) else { return };
    match () {
        () if verb.eq_ignore_ascii_case("put") => head.method = Method::PUT,
        () if verb.eq_ignore_ascii_case("delete") => head.method = Method::DELETE,
        () => {}
    }
}

/// Counts a message or a task against the limit of its room.
fn count_post(call: &Call, room: RoomId) -> Result<(), Error> {
    let server = call.server();
    let (_, is_refused) = server.room_posts.count((call.actor().account, room), server.world.clock().now());
    if is_refused { Err(Error::RateLimited(LimitKind::Room)) } else { Ok(()) }
}

/// A list, which this dialect answers with 204 when it is empty, never with `[]`.
struct Listed<T>(Vec<T>);

impl<T> FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: serde::Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        if self.0.is_empty() { no_content() } else { Out(self.0).respond_to(req) }
    }
}
