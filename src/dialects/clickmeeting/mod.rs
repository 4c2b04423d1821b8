//! ClickMeeting REST API v1 below `/v1`: the route table, and what the dialect says about itself.

mod error;
mod files;
mod keys;
mod other;
mod recordings;
mod registrations;
mod requests;
mod rooms;
mod sessions;
mod skins;
mod wire;

use std::borrow::Cow;

use actix_web::dev::RequestHead;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{delete, get, post, put};

use crate::config::Config;
use crate::domain::{self, Error};
use crate::ops::inviting::Surroundings;
use crate::web::dialect::{READ, READ_OR_WRITE, WRITE, endpoints};
use crate::web::params::query_text;
use crate::web::{Call, Dialect, Drawn, Endpoint, Format, Mount, Scene};
use wire::Showing;

/// The ClickMeeting API.
#[derive(Debug)]
pub struct ClickMeeting;

/// What a key may be restricted to. GUESS: the vendor's keys may do everything.
pub const SCOPES: &[&str] = READ_OR_WRITE;

/// Every operation.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "ping" "GET" "/ping" READ, "" => get().to(other::ping);
    "get-conferences" "GET" "/conferences" READ, "" => get().to(rooms::get_conferences);
    "post-conference" "POST" "/conferences" WRITE, "" => post().to(rooms::post_conference);
    // QUIRK(clickmeeting): one connector writes the status with a capital letter.
    "get-conferences-by-status" "GET" "/conferences/{status:(?i:active|inactive)}" READ, "" => get().to(rooms::get_conferences_by_status);
    "get-skins" "GET" "/conferences/skins" READ, "" => get().to(rooms::get_skins);
    "get-recordings" "GET" "/conferences/recordings" READ, "" => get().to(recordings::get_recordings);
    "get-conference" "GET" r"/conferences/{room_id:\d+}" READ, "" => get().to(rooms::get_conference);
    "put-conference" "PUT" r"/conferences/{room_id:\d+}" WRITE, "" => put().to(rooms::put_conference);
    "delete-conference" "DELETE" r"/conferences/{room_id:\d+}" WRITE, "" => delete().to(rooms::delete_conference);
    "post-autologin-hash" "POST" r"/conferences/{room_id:\d+}/room/autologin_hash" WRITE, "" => post().to(keys::post_autologin_hash);
    "post-invitation" "POST" r"/conferences/{room_id:\d+}/invitation/email/{lang}" WRITE, "" => post().to(registrations::post_invitation);
    "get-tokens" "GET" r"/conferences/{room_id:\d+}/tokens" READ, "" => get().to(keys::get_tokens);
    "post-tokens" "POST" r"/conferences/{room_id:\d+}/tokens" WRITE, "" => post().to(keys::post_tokens);
    "delete-tokens" "DELETE" r"/conferences/{room_id:\d+}/tokens" WRITE, "" => delete().to(keys::delete_tokens);
    "post-invitee-token" "POST" r"/conferences/{room_id:\d+}/token" WRITE, "" => post().to(keys::post_invitee_token);
    "get-sessions" "GET" r"/conferences/{room_id:\d+}/sessions" READ, "" => get().to(sessions::get_sessions);
    "get-session" "GET" r"/conferences/{room_id:\d+}/sessions/{session_id:\d+}" READ, "" => get().to(sessions::get_session);
    "get-session-attendees" "GET" r"/conferences/{room_id:\d+}/sessions/{session_id:\d+}/attendees" READ, "" => get().to(sessions::get_session_attendees);
    "get-session-registrations" "GET" r"/conferences/{room_id:\d+}/sessions/{session_id:\d+}/registrations" READ, "" => get().to(sessions::get_session_registrations);
    "get-session-registrations-by-status" "GET" r"/conferences/{room_id:\d+}/sessions/{session_id:\d+}/registrations/{status}" READ, "" => get().to(sessions::get_session_registrations);
    // QUIRK(clickmeeting): the official clients of four languages leave a slash out.
    "get-session-registrations-alias" "GET" r"/conferences/{room_id:\d+}/sessions{session_id:\d+}/registrations/{status}" READ, "" => get().to(sessions::get_session_registrations);
    "generate-pdf" "GET" r"/conferences/{room_id:\d+}/sessions/{session_id:\d+}/generate-pdf/{lang}" READ, "" => get().to(sessions::generate_pdf);
    "get-registrations" "GET" r"/conferences/{room_id:\d+}/registrations" READ, "" => get().to(registrations::get_registrations);
    "get-registrations-by-status" "GET" r"/conferences/{room_id:\d+}/registrations/{status}" READ, "" => get().to(registrations::get_registrations);
    "post-registration" "POST" r"/conferences/{room_id:\d+}/registration" WRITE, "" => post().to(registrations::post_registration);
    "get-room-recordings" "GET" r"/conferences/{room_id:\d+}/recordings" READ, "" => get().to(recordings::get_room_recordings);
    "delete-recordings" "DELETE" r"/conferences/{room_id:\d+}/recordings" WRITE, "" => delete().to(recordings::delete_recordings);
    "delete-recording" "DELETE" r"/conferences/{room_id:\d+}/recordings/{recording_id:\d+}" WRITE, "" => delete().to(recordings::delete_recording);
    "post-contact" "POST" "/contacts" WRITE, "" => post().to(registrations::post_contact);
    "get-time-zones" "GET" "/time_zone_list" READ, "" => get().to(other::get_time_zones);
    "get-time-zones-of-country" "GET" "/time_zone_list/{country}" READ, "" => get().to(other::get_time_zones_of_country);
    "get-phone-gateways" "GET" "/phone_gateways" READ, "" => get().to(other::get_phone_gateways);
    "get-files" "GET" "/file-library" READ, "" => get().to(files::get_files);
    "post-file" "POST" "/file-library" WRITE, "" => post().to(files::post_file);
    "get-room-files" "GET" r"/file-library/conferences/{room_id:\d+}" READ, "" => get().to(files::get_room_files);
    "post-room-file" "POST" r"/file-library/conferences/{room_id:\d+}" WRITE, "" => post().to(files::post_room_file);
    "get-file" "GET" r"/file-library/{file_id:\d+}" READ, "" => get().to(files::get_file);
    "delete-file" "DELETE" r"/file-library/{file_id:\d+}" WRITE, "" => delete().to(files::delete_file);
    "download-file" "GET" r"/file-library/{file_id:\d+}/download" READ, "" => get().to(files::download_file);
    "get-chats" "GET" "/chats" READ, "" => get().to(sessions::get_chats);
    "get-chat" "GET" r"/chats/{session_id:\d+}" READ, "" => get().to(sessions::get_chat);
    // QUIRK(clickmeeting): not documented; without it the Moodle plugin can't make a room.
    "post-availability" "POST" "/conference/availability" WRITE, "" => post().to(other::post_availability);
};

impl Dialect for ClickMeeting {
    const TOKENS: domain::Dialect = domain::Dialect::ClickMeeting;
    const MOUNT: Mount =
        Mount { prefix: "/v1", shown: "/v1", name: "clickmeeting", formats: &Format::ALL, has_format_in_query: true, ..Mount::PLAIN };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    // QUIRK(clickmeeting): the documentation of 2013 sent the key as a parameter.
    const SECRET_FIELD: Option<&'static str> = Some("api_key");

    fn secret(head: &RequestHead) -> Cow<'_, str> {
        match head.headers.get("x-api-key").and_then(|value| value.to_str().ok()) {
            Some(key) => Cow::Borrowed(key.trim()),
            None => Cow::Owned(query_text(head.uri.query().unwrap_or_default(), &["api_key"]).unwrap_or_default()),
        }
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

/// What rendering rooms in the answer to a call needs.
fn showing(call: &Call) -> Showing<'_> {
    let server = call.server();
    Showing { base: call.base(), keys: &server.meeting_keys, now: server.world.clock().now() }
}

/// What letters need to know of this server and this call.
fn surroundings(call: &Call) -> Surroundings {
    let (config, mail) = (&call.server().config.clickmeeting, &call.server().config.mail);
    Surroundings {
        base: call.base(),
        sender: mail.sender_address(call.server().world.server_name()),
        dial_in: config.phone_gateways.iter().map(|gateway| (gateway.location.clone(), gateway.number.clone())).collect(),
        most_tokens: config.most_tokens(),
        invitation_registers: config.invitation_registers,
    }
}

/// Whether a deletion is to be answered with the bare texts that the official Moodle plugin understands.
fn speaks_moodle(head: &RequestHead, config: &Config) -> bool {
    let client = head.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    config.clickmeeting.deletes_with_text || client.starts_with("MoodleBot")
}
