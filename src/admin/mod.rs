//! The administration page's own API below `/admin/api`: a dialect in all but name, for administrators' sessions.
//!
//! Invariants: nothing is answered to pages of other sites or off this machine unprotected (`way`); what changes something
//! needs the session's own token against forgery; what is sensitive needs a password shown just now, which is a scope
//! that a session has for some minutes.

mod audit_log;
mod backups;
mod desk;
mod diagnostics;
mod door;
mod error;
mod files;
mod meetings;
mod messages;
mod organizations;
mod outbox;
mod overview;
mod pages;
mod people;
mod places;
mod qr;
mod request_log;
mod requests;
mod rooms;
mod session;
mod settings;
mod setup;
mod tasks;
mod tokens;
mod way;
mod wire;
mod works;

use std::borrow::Cow;

use actix_web::dev::{RequestHead, ServiceRequest};
use actix_web::web::{self, delete, get, patch, post, put};

use crate::domain::{self, Actor, Error};
use crate::web::dialect::{READ, WRITE, endpoints};
use crate::web::health::is_loopback;
use crate::web::{Dialect, Drawn, Endpoint, Mount, Scene, Server};

pub use desk::Desk;
pub use door::open_door;

/// The administration page's API.
#[derive(Debug)]
pub struct Admin;

/// Needs no session.
const OPEN: &[&str] = &[];
/// Needs a password shown just now.
const CONFIRMED: &[&str] = &["confirmed"];

/// Every operation.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "get-setup" "GET" "/setup" OPEN, "" => get().to(setup::get_setup);
    "post-setup" "POST" "/setup" OPEN, "" => post().to(setup::post_setup);
    "post-setup-key" "POST" "/setup/key" OPEN, "" => post().to(setup::post_setup_key);
    "post-session" "POST" "/session" OPEN, "" => post().to(session::post_session);
    "get-session" "GET" "/session" READ, "" => get().to(session::get_session);
    "delete-session" "DELETE" "/session" WRITE, "" => delete().to(session::delete_session);
    "post-confirmation" "POST" "/session/confirmation" WRITE, "" => post().to(session::post_confirmation);
    "put-password" "PUT" "/session/password" CONFIRMED, "" => put().to(session::put_password);
    "post-totp" "POST" "/session/totp" CONFIRMED, "" => post().to(session::post_totp);
    "put-totp" "PUT" "/session/totp" CONFIRMED, "" => put().to(session::put_totp);
    "delete-totp" "DELETE" "/session/totp" CONFIRMED, "" => delete().to(session::delete_totp);
    "get-sessions" "GET" "/sessions" READ, "" => get().to(session::get_sessions);
    "delete-other-session" "DELETE" "/sessions/{session_id}" WRITE, "" => delete().to(session::delete_other_session);
    "get-organizations" "GET" "/organizations" READ, "" => get().to(organizations::get_organizations);
    "post-organization" "POST" "/organizations" WRITE, "" => post().to(organizations::post_organization);
    "patch-organization" "PATCH" "/organizations/{slug}" WRITE, "" => patch().to(organizations::patch_organization);
    "get-users" "GET" "/users" READ, "" => get().to(people::get_users);
    "post-user" "POST" "/users" WRITE, "" => post().to(people::post_user);
    "patch-user" "PATCH" "/users/{account_id}" WRITE, "" => patch().to(people::patch_user);
    "put-admin" "PUT" "/users/{account_id}/admin" CONFIRMED, "" => put().to(people::put_admin);
    "delete-admin" "DELETE" "/users/{account_id}/admin" CONFIRMED, "" => delete().to(people::delete_admin);
    "post-erasure" "POST" "/users/{account_id}/erasure" CONFIRMED, "" => post().to(people::post_erasure);
    "post-erasure-by-email" "POST" "/erasures" CONFIRMED, "" => post().to(people::post_erasure_by_email);
    "get-erasure" "GET" "/erasures/{erasure_id}" READ, "" => get().to(people::get_erasure);
    "get-tokens" "GET" "/tokens" READ, "" => get().to(tokens::get_tokens);
    "post-token" "POST" "/tokens" CONFIRMED, "" => post().to(tokens::post_token);
    "post-revocations" "POST" "/tokens/revocations" WRITE, "" => post().to(tokens::post_revocations);
    "post-rotation" "POST" "/tokens/{token_id}/rotation" CONFIRMED, "" => post().to(tokens::post_rotation);
    "get-dialects" "GET" "/dialects" READ, "" => get().to(tokens::get_dialects);
    "get-places" "GET" "/places" READ, "" => get().to(places::get_places);
    "post-place" "POST" "/places" WRITE, "" => post().to(places::post_place);
    "patch-place" "PATCH" "/places/{place_id}" WRITE, "" => patch().to(places::patch_place);
    "get-reservations" "GET" "/reservations" READ, "" => get().to(places::get_reservations);
    "post-reservation" "POST" "/reservations" WRITE, "" => post().to(places::post_reservation);
    "delete-reservation" "DELETE" "/reservations/{reservation_id}" WRITE, "" => delete().to(places::delete_reservation);
    // What is in rooms.
    "get-rooms" "GET" "/rooms" READ, "" => get().to(rooms::get_rooms);
    "post-room" "POST" "/rooms" WRITE, "" => post().to(rooms::post_room);
    "get-room" "GET" "/rooms/{room_id}" READ, "" => get().to(rooms::get_room);
    "patch-room" "PATCH" "/rooms/{room_id}" WRITE, "" => patch().to(rooms::patch_room);
    "delete-room" "DELETE" "/rooms/{room_id}" WRITE, "" => delete().to(rooms::delete_room);
    "put-member" "PUT" "/rooms/{room_id}/members/{account_id}" WRITE, "" => put().to(rooms::put_member);
    "delete-member" "DELETE" "/rooms/{room_id}/members/{account_id}" WRITE, "" => delete().to(rooms::delete_member);
    "get-messages" "GET" "/messages" READ, "" => get().to(messages::get_messages);
    "post-renderings" "POST" "/messages/{message_id}/renderings" WRITE, "" => post().to(messages::post_renderings);
    "get-files" "GET" "/files" READ, "" => get().to(files::get_files);
    "post-file" "POST" "/files" WRITE, "" => post().to(files::post_file);
    "delete-file" "DELETE" "/files/{file_id}" WRITE, "" => delete().to(files::delete_file);
    "get-tasks" "GET" "/tasks" READ, "" => get().to(tasks::get_tasks);
    "patch-task" "PATCH" "/tasks/{task_id}" WRITE, "" => patch().to(tasks::patch_task);
    // How the server is, and what happened to it.
    "get-requests" "GET" "/requests" READ, "" => get().to(request_log::get_requests);
    "get-requests-live" "GET" "/requests/live" READ, "" => get().to(request_log::get_requests_live);
    "get-overview" "GET" "/overview" READ, "" => get().to(overview::get_overview);
    "get-overview-live" "GET" "/overview/live" READ, "" => get().to(overview::get_overview_live);
    "get-audit" "GET" "/audit" READ, "" => get().to(audit_log::get_audit);
    "get-audit-export" "GET" "/audit/export" READ, "" => get().to(audit_log::get_audit_export);
    "post-audit-verification" "POST" "/audit/verification" WRITE, "" => post().to(audit_log::post_audit_verification);
    "get-mails" "GET" "/mails" READ, "" => get().to(outbox::get_mails);
    "get-mail" "GET" "/mails/{mail_id}" READ, "" => get().to(outbox::get_mail);
    "get-mail-message" "GET" "/mails/{mail_id}/message" READ, "" => get().to(outbox::get_mail_message);
    "post-mail-retry" "POST" "/mails/{mail_id}/retry" WRITE, "" => post().to(outbox::post_mail_retry);
    "get-backups" "GET" "/backups" READ, "" => get().to(backups::get_backups);
    "post-backup" "POST" "/backups" CONFIRMED, "" => post().to(backups::post_backup);
    "post-backup-verification" "POST" "/backups/{name}/verification" WRITE, "" => post().to(backups::post_backup_verification);
    "get-works" "GET" "/works" READ, "" => get().to(works::get_works);
    "get-diagnostics" "GET" "/diagnostics" READ, "" => get().to(diagnostics::get_diagnostics);
    "post-database-check" "POST" "/diagnostics/database" WRITE, "" => post().to(diagnostics::post_database_check);
    "post-reindexing" "POST" "/search/reindexing" WRITE, "" => post().to(diagnostics::post_reindexing);
    // Conference rooms.
    "get-meetings" "GET" "/meetings" READ, "" => get().to(meetings::get_meetings);
    "post-meeting" "POST" "/meetings" WRITE, "" => post().to(meetings::post_meeting);
    "get-meeting" "GET" "/meetings/{meeting_id}" READ, "" => get().to(meetings::get_meeting);
    "patch-meeting" "PATCH" "/meetings/{meeting_id}" WRITE, "" => patch().to(meetings::patch_meeting);
    "delete-meeting" "DELETE" "/meetings/{meeting_id}" WRITE, "" => delete().to(meetings::delete_meeting);
    "get-meeting-sessions" "GET" "/meetings/{meeting_id}/sessions" READ, "" => get().to(meetings::get_meeting_sessions);
    "get-meeting-session" "GET" "/meetings/{meeting_id}/sessions/{session_id}" READ, "" => get().to(meetings::get_meeting_session);
    "get-meeting-chat" "GET" "/meetings/{meeting_id}/sessions/{session_id}/chat" READ, "" => get().to(meetings::get_chat);
    "get-meeting-chat-archive" "GET" "/meetings/{meeting_id}/sessions/{session_id}/chat/archive" READ, "" => get().to(meetings::get_chat_archive);
    "post-meeting-report" "POST" "/meetings/{meeting_id}/sessions/{session_id}/reports" WRITE, "" => post().to(meetings::post_report);
    "get-meeting-recordings" "GET" "/meetings/{meeting_id}/recordings" READ, "" => get().to(meetings::get_meeting_recordings);
    "delete-meeting-recording" "DELETE" "/meetings/{meeting_id}/recordings/{recording_id}" WRITE, "" => delete().to(meetings::delete_meeting_recording);
    "get-meeting-registrations" "GET" "/meetings/{meeting_id}/registrations" READ, "" => get().to(meetings::get_meeting_registrations);
    "get-meeting-tokens" "GET" "/meetings/{meeting_id}/tokens" READ, "" => get().to(meetings::get_meeting_tokens);
    "post-meeting-tokens" "POST" "/meetings/{meeting_id}/tokens" WRITE, "" => post().to(meetings::post_meeting_tokens);
    "post-meeting-token-revocations" "POST" "/meetings/{meeting_id}/tokens/revocations" WRITE, "" => post().to(meetings::post_token_revocations);
    // Settings.
    "get-settings" "GET" "/settings" READ, "" => get().to(settings::get_settings);
    "put-setting" "PUT" "/settings/{setting}" CONFIRMED, "" => put().to(settings::put_setting);
};

impl Dialect for Admin {
    const TOKENS: domain::Dialect = domain::Dialect::Admin;
    const MOUNT: Mount = Mount { prefix: "/admin/api", shown: "/admin/api", name: "admin", ..Mount::PLAIN };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    const IS_PRIVATE: bool = true;

    fn secret(head: &RequestHead) -> Cow<'_, str> {
        Cow::Borrowed(way::session_cookie(head).unwrap_or_default())
    }

    fn is_open(head: &RequestHead) -> bool {
        let below = head.uri.path().strip_prefix(Self::MOUNT.prefix).unwrap_or_default();
        ENDPOINTS.iter().any(|endpoint| endpoint.scopes == OPEN && endpoint.path == below && endpoint.method == head.method.as_str())
    }

    fn check_way(server: &Server, req: &ServiceRequest) -> Result<(), Error> {
        way::check(server, req.request())
    }

    fn stand_in<'a>(server: &'a Server, req: &ServiceRequest) -> Option<&'a str> {
        server.admin_door.as_deref().filter(|_| is_loopback(req.request()))
    }

    fn check_caller(server: &Server, req: &ServiceRequest, actor: &mut Actor) -> Result<(), Error> {
        way::check_caller(server, req.request(), actor)
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

/// The page itself; its API has a scope of its own.
pub fn routes(config: &mut web::ServiceConfig) {
    let file = web::resource("/admin/files/{path:.*}").route(get().to(pages::file)).route(web::head().to(pages::file));
    let page =
        web::resource(["/admin", "/admin/", "/admin/{page:[a-z-]+}"]).route(get().to(pages::page)).route(web::head().to(pages::page));
    config.service(file).service(page);
}
