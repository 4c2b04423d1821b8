//! The yardstick of the list of conference rooms: the same SQL, the same struct, nothing worked out.

use std::path::PathBuf;

use actix_web::{HttpResponse, web};
use rusqlite::{Connection, OpenFlags, Row};
use serde::Serialize;

use crate::yardstick::{CONNECTION, open};

/// The list query of `store/meetings.rs`.
const LIST: &str = "SELECT id, organization_id, kind, pin, name, slug, starts_ms, ends_ms, access, password, has_lobby, lobby_text, has_registration, \
    registration_template, time_zone, skin_id, presenter_pin, listener_pin, widgets, switches, thank_you_url, is_encrypted, is_closed, \
    inactive_from_ms, recording_num, created_ms, updated_ms FROM meeting \
    WHERE organization_id = ?1 AND deleted_ms IS NULL AND (inactive_from_ms IS NULL OR inactive_from_ms > ?2) ORDER BY id DESC LIMIT ?3 OFFSET ?4";

/// A time and two hashes, as long as real ones.
const TIME: &str = "2031-03-04T15:00:00+01:00";
const ROLE_HASH: &str = "0f1e2d3c4b5a69788796a50072f1c2d3";
const OWNER_HASH: &str = "nunzet2rfizj2w3snq7kyt3jbehk5bb6hnivbikf3rgok6c6jynq__";

#[derive(Serialize)]
struct RoomOut {
    id: i64,
    parent_id: Option<i64>,
    room_type: String,
    room_pin: i64,
    name: String,
    name_url: String,
    starts_at: String,
    ends_at: String,
    access_type: u8,
    lobby_enabled: bool,
    lobby_description: String,
    registration_enabled: bool,
    status: &'static str,
    timezone: String,
    timezone_offset: i32,
    paid_enabled: u8,
    automated_enabled: u8,
    created_at: String,
    updated_at: String,
    r#type: u8,
    permanent_room: bool,
    ccc: String,
    access_role_hashes: Roles,
    room_url: String,
    phone_presenter_pin: i64,
    phone_listener_pin: i64,
    embed_room_url: String,
    widgets_hash: String,
    recorder_list: Vec<String>,
    settings: Settings,
    autologin_hashes: Owner,
    autologin_hash: String,
}

#[derive(Serialize)]
struct Roles {
    listener: String,
    presenter: String,
    host: String,
}

#[derive(Serialize)]
struct Owner {
    host: String,
}

#[derive(Serialize)]
struct Settings {
    show_on_personal_page: bool,
    thank_you_emails_enabled: bool,
    connection_tester_enabled: bool,
    phonegateway_enabled: bool,
    recorder_autostart_enabled: bool,
    room_invite_button_enabled: bool,
    social_media_sharing_enabled: bool,
    connection_status_enabled: bool,
    thank_you_page_url: String,
}

/// `GET /conferences`
pub async fn list(database: web::Data<PathBuf>) -> HttpResponse {
    let rooms = CONNECTION.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = open(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
        }
        kept.as_ref().map(query)
    });
    match rooms {
        Some(Ok(rooms)) => {
            HttpResponse::Ok().content_type("application/json; charset=utf-8").body(serde_json::to_vec(&rooms).unwrap_or_default())
        }
        _ => HttpResponse::InternalServerError().finish(),
    }
}

fn query(conn: &Connection) -> rusqlite::Result<Vec<RoomOut>> {
    let mut statement = conn.prepare_cached(LIST)?;
    let rows = statement.query_map((1_000_000, 0, 250, 0), room)?;
    rows.collect()
}

fn room(row: &Row<'_>) -> rusqlite::Result<RoomOut> {
    let (id, slug): (i64, String) = (row.get(0)?, row.get(5)?);
    let switches: u8 = row.get(19)?;
    Ok(RoomOut {
        id,
        parent_id: None,
        room_type: row.get(2)?,
        room_pin: row.get(3)?,
        name: row.get(4)?,
        starts_at: TIME.to_owned(),
        ends_at: TIME.to_owned(),
        access_type: 1,
        lobby_enabled: row.get(10)?,
        lobby_description: row.get(11)?,
        registration_enabled: row.get(12)?,
        status: "active",
        timezone: row.get(14)?,
        timezone_offset: 3_600,
        paid_enabled: 0,
        automated_enabled: 0,
        created_at: TIME.to_owned(),
        updated_at: TIME.to_owned(),
        r#type: 0,
        permanent_room: false,
        ccc: TIME[..19].to_owned(),
        access_role_hashes: Roles { listener: ROLE_HASH.to_owned(), presenter: ROLE_HASH.to_owned(), host: ROLE_HASH.to_owned() },
        room_url: format!("http://127.0.0.1:43121/meet/{slug}"),
        name_url: slug,
        phone_presenter_pin: row.get(16)?,
        phone_listener_pin: row.get(17)?,
        embed_room_url: format!("http://127.0.0.1:43121/embed_conference.html?r=171000000{id}"),
        widgets_hash: row.get(18)?,
        recorder_list: Vec::new(),
        settings: Settings {
            show_on_personal_page: switches & 1 != 0,
            thank_you_emails_enabled: switches & 2 != 0,
            connection_tester_enabled: switches & 4 != 0,
            phonegateway_enabled: switches & 8 != 0,
            recorder_autostart_enabled: switches & 16 != 0,
            room_invite_button_enabled: switches & 32 != 0,
            social_media_sharing_enabled: switches & 64 != 0,
            connection_status_enabled: switches & 128 != 0,
            thank_you_page_url: row.get(20)?,
        },
        autologin_hashes: Owner { host: OWNER_HASH.to_owned() },
        autologin_hash: OWNER_HASH.to_owned(),
    })
}
