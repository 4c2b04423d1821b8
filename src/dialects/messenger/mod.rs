//! GroupAlarm Messenger API below `/api/v1`, `/api/v1/chat` and, for rooms, at the root: the route table, and what the
//! dialect says about itself.

mod error;
mod requests;
mod rooms;
mod user;
mod wire;

use std::borrow::Cow;

use actix_web::dev::RequestHead;
use actix_web::web::{delete, get, patch, post, put};

use crate::domain::{self, Error};
use crate::web::dialect::{READ, READ_OR_WRITE, WRITE, endpoints};
use crate::web::{Dialect, Drawn, Endpoint, Format, Mount, Scene};

/// The Messenger API.
#[derive(Debug)]
pub struct Messenger;

/// What a token may be restricted to. GUESS: the vendor's tokens may do everything.
pub const SCOPES: &[&str] = READ_OR_WRITE;

/// The header of a person's token.
const PERSONAL: &str = "personal-access-token";
/// The header of an organization's token.
const OF_ORGANIZATION: &str = "api-token";

/// Every operation. GUESS: no copy of the vendor's page names paths; the first of each operation is the likeliest, and a
/// path learnt later costs one line here.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "get-chatroom-of-event" "GET" "/chatroom" READ, "" => get().to(rooms::get_chatroom_of_event);
    "post-chatroom-alias" "POST" "/chatroom" WRITE, "" => post().to(rooms::post_chatroom);
    "get-chatrooms" "GET" "/chatrooms" READ, "" => get().to(rooms::get_chatrooms);
    "post-chatroom" "POST" "/chatrooms" WRITE, "" => post().to(rooms::post_chatroom);
    "get-chatroom-of-event-alias" "GET" "/chatrooms/event" READ, "" => get().to(rooms::get_chatroom_of_event);
    "post-default-chatroom" "POST" "/chatrooms/default" WRITE, "" => post().to(rooms::post_default_chatroom);
    "put-default-chatroom" "PUT" "/chatrooms/default" WRITE, "" => put().to(rooms::post_default_chatroom);
    "post-default-chatroom-alias" "POST" "/chatrooms/organization" WRITE, "" => post().to(rooms::post_default_chatroom);
    "put-default-chatroom-alias" "PUT" "/chatrooms/organization" WRITE, "" => put().to(rooms::post_default_chatroom);
    "post-default-chatroom-singular" "POST" "/chatroom/default" WRITE, "" => post().to(rooms::post_default_chatroom);
    "put-default-chatroom-singular" "PUT" "/chatroom/default" WRITE, "" => put().to(rooms::post_default_chatroom);
    "delete-default-chatroom" "DELETE" "/chatrooms/default/{organizationID}" WRITE, "" => delete().to(rooms::delete_default_chatroom);
    "delete-default-chatroom-alias" "DELETE" "/chatrooms/organization/{organizationID}" WRITE, "" => delete().to(rooms::delete_default_chatroom);
    "delete-default-chatroom-singular" "DELETE" "/chatroom/default/{organizationID}" WRITE, "" => delete().to(rooms::delete_default_chatroom);
    "get-credentials-below-chatrooms" "GET" "/chatrooms/user/credentials" READ, "" => get().to(user::get_credentials);
    "post-login-below-chatrooms" "POST" "/chatrooms/user/login" WRITE, "" => post().to(user::post_login);
    "get-chatroom" "GET" "/chatrooms/{roomID}" READ, "" => get().to(rooms::get_chatroom);
    "delete-chatroom" "DELETE" "/chatrooms/{roomID}" WRITE, "" => delete().to(rooms::delete_chatroom);
    "patch-chatroom" "PATCH" "/chatrooms/{roomID}" WRITE, "" => patch().to(rooms::patch_chatroom);
    "put-chatroom" "PUT" "/chatrooms/{roomID}" WRITE, "" => put().to(rooms::patch_chatroom);
    "get-chatroom-alias" "GET" "/chatroom/{roomID}" READ, "" => get().to(rooms::get_chatroom);
    "delete-chatroom-alias" "DELETE" "/chatroom/{roomID}" WRITE, "" => delete().to(rooms::delete_chatroom);
    "patch-chatroom-alias" "PATCH" "/chatroom/{roomID}" WRITE, "" => patch().to(rooms::patch_chatroom);
    "put-chatroom-alias" "PUT" "/chatroom/{roomID}" WRITE, "" => put().to(rooms::patch_chatroom);
    "patch-automation" "PATCH" "/chatrooms/{roomID}/automation" WRITE, "" => patch().to(rooms::patch_chatroom);
    "put-automation" "PUT" "/chatrooms/{roomID}/automation" WRITE, "" => put().to(rooms::patch_chatroom);
    "post-claim" "POST" "/chatrooms/{roomID}/claim" WRITE, "" => post().to(rooms::post_claim);
    "put-claim" "PUT" "/chatrooms/{roomID}/claim" WRITE, "" => put().to(rooms::post_claim);
    "patch-claim" "PATCH" "/chatrooms/{roomID}/claim" WRITE, "" => patch().to(rooms::post_claim);
    "post-claim-alias" "POST" "/chatroom/{roomID}/claim" WRITE, "" => post().to(rooms::post_claim);
    "put-claim-alias" "PUT" "/chatroom/{roomID}/claim" WRITE, "" => put().to(rooms::post_claim);
    "patch-claim-alias" "PATCH" "/chatroom/{roomID}/claim" WRITE, "" => patch().to(rooms::post_claim);
    "post-users" "POST" "/chatrooms/{roomID}/users" WRITE, "" => post().to(rooms::post_users);
    "put-users" "PUT" "/chatrooms/{roomID}/users" WRITE, "" => put().to(rooms::post_users);
    "patch-users" "PATCH" "/chatrooms/{roomID}/users" WRITE, "" => patch().to(rooms::post_users);
    "post-users-alias" "POST" "/chatrooms/{roomID}/{people:members|participants|invite}" WRITE, "" => post().to(rooms::post_users);
    "put-users-alias" "PUT" "/chatrooms/{roomID}/{people:members|participants|invite}" WRITE, "" => put().to(rooms::post_users);
    "patch-users-alias" "PATCH" "/chatrooms/{roomID}/{people:members|participants|invite}" WRITE, "" => patch().to(rooms::post_users);
    "get-credentials" "GET" "/matrix/credentials" READ, "" => get().to(user::get_credentials);
    "post-login" "POST" "/matrix/login" WRITE, "" => post().to(user::post_login);
    "get-credentials-alias" "GET" "/user/credentials" READ, "" => get().to(user::get_credentials);
    "post-login-alias" "POST" "/user/login" WRITE, "" => post().to(user::post_login);
};

impl Dialect for Messenger {
    const TOKENS: domain::Dialect = domain::Dialect::Messenger;
    const MOUNT: Mount =
        Mount { prefix: "/api/v1", shown: "/api/v1", also_at, name: "messenger", formats: &[Format::Json, Format::Xml], ..Mount::PLAIN };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;

    // No limits are documented but the one on signing in, which its own handler counts.

    /// The personal token counts; where it is sent, the other one is not looked at.
    fn secret(head: &RequestHead) -> Cow<'_, str> {
        let header = if head.headers.contains_key(PERSONAL) { PERSONAL } else { OF_ORGANIZATION };
        Cow::Borrowed(head.headers.get(header).and_then(|value| value.to_str().ok()).unwrap_or_default().trim())
    }

    fn kind_of_token(head: &RequestHead) -> domain::Dialect {
        if head.headers.contains_key(PERSONAL) { domain::Dialect::MessengerPersonal } else { domain::Dialect::Messenger }
    }

    fn draw(error: &Error, _: &Scene<'_>) -> Drawn {
        error::draw(error)
    }
}

/// Some of the vendor's services have a segment of their own; rooms stand at the root too.
fn also_at(path: &str) -> Option<String> {
    let below = |prefix: &str| path.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(prefix)).map(|head| &path[head.len()..]);
    let is_whole = |rest: &&str| matches!(rest.as_bytes().first(), None | Some(b'/' | b'.'));
    if let Some(rest) = below("/api/v1/chat").filter(|rest| rest.starts_with('/')) {
        return Some(format!("/api/v1{rest}"));
    }
    let is_room = ["/chatrooms", "/chatroom"].iter().any(|name| path.strip_prefix(name).is_some_and(|rest| is_whole(&rest)));
    is_room.then(|| format!("/api/v1{path}"))
}

#[cfg(test)]
mod tests {
    use super::also_at;

    #[test]
    fn rooms_stand_at_the_root_and_everything_below_chat() {
        for (path, moved) in [
            ("/chatrooms", Some("/api/v1/chatrooms")),
            ("/chatroom.xml", Some("/api/v1/chatroom.xml")),
            ("/chatrooms/5/users", Some("/api/v1/chatrooms/5/users")),
            ("/api/v1/chat/matrix/login", Some("/api/v1/matrix/login")),
            ("/API/v1/Chat/chatroom", Some("/api/v1/chatroom")),
            ("/api/v1/chatrooms", None),
            ("/chatroomsx", None),
            ("/chat", None),
            ("/matrix/login", None),
        ] {
            assert_eq!(also_at(path).as_deref(), moved, "{path}");
        }
    }
}
