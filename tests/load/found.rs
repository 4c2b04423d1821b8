//! The yardstick of finding messages: the same statements and the same struct without anything around them.

use std::collections::HashMap;
use std::path::PathBuf;

use actix_web::{HttpResponse, web};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::yardstick::{CONNECTION, open};

/// The list query of `store/finding.rs`, newest first.
const FOUND: &str = "SELECT m.id, m.room_id, m.ordinal, m.shown_ms, m.session, v.text, v.notice, v.media, a.id, a.name, a.avatar, a.uid \
    FROM message m JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id \
    WHERE m.room_id = ?1 AND m.deleted_ms IS NULL AND (m.shown_ms, m.id) < (?2, ?3) AND m.shown_ms >= ?4 \
    AND m.ordinal > ?5 AND (?6 IS NULL OR m.author_id = ?6) ORDER BY m.shown_ms DESC, m.id DESC LIMIT ?7";
/// Who marked them, and who reads the room.
const MARKS: &str = "SELECT s.message_id, a.uid FROM json_each(?1) j CROSS JOIN seen_mark s ON s.message_id = j.value \
    JOIN account a ON a.id = s.account_id ORDER BY s.id LIMIT 1000000";
const AUDIENCE: &str = "SELECT b.account_id, a.uid, b.joined_at, b.seen_upto FROM membership b JOIN account a ON a.id = b.account_id \
    WHERE b.room_id = ?1 AND b.ended_ms IS NULL ORDER BY b.account_id LIMIT 5001";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundOut {
    id: String,
    created_at: i64,
    created_by: String,
    room: String,
    text: String,
    seen_by: Vec<String>,
}

struct Row {
    id: i64,
    ordinal: i64,
    author: i64,
    out: FoundOut,
}

/// `/found/<room>`: its newest 50 messages.
pub async fn find(room: web::Path<i64>, database: web::Data<PathBuf>) -> HttpResponse {
    let found = CONNECTION.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = open(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
        }
        kept.as_ref().map(|conn| query(conn, *room))
    });
    match found {
        Some(Ok(found)) => {
            HttpResponse::Ok().content_type("application/json; charset=utf-8").body(serde_json::to_vec(&found).unwrap_or_default())
        }
        _ => HttpResponse::InternalServerError().finish(),
    }
}

fn query(conn: &Connection, room: i64) -> rusqlite::Result<Vec<FoundOut>> {
    let external: i64 = conn.prepare_cached("SELECT external_id FROM room WHERE id = ?1")?.query_row([room], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(FOUND)?;
    let rows = statement.query_map((room, i64::MAX, i64::MAX, i64::MIN, 0, None::<i64>, 50), |row| {
        let id: i64 = row.get(0)?;
        let out = FoundOut {
            id: id.to_string(),
            created_at: row.get(3)?,
            created_by: row.get(11)?,
            room: external.to_string(),
            text: row.get(5)?,
            seen_by: Vec::new(),
        };
        Ok(Row { id, ordinal: row.get(2)?, author: row.get(8)?, out })
    })?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<Row>>>()?;
    add_readers(conn, room, &mut rows)?;
    Ok(rows.into_iter().map(|row| row.out).collect())
}

fn add_readers(conn: &Connection, room: i64, rows: &mut [Row]) -> rusqlite::Result<()> {
    let ids = format!("[{}]", rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>().join(","));
    let mut marks: HashMap<i64, Vec<String>> = HashMap::new();
    let mut statement = conn.prepare_cached(MARKS)?;
    for mark in statement.query_map([ids], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))? {
        let (message, uid) = mark?;
        marks.entry(message).or_default().push(uid);
    }
    let mut statement = conn.prepare_cached(AUDIENCE)?;
    let readers = statement
        .query_map([room], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?)))?;
    let readers = readers.collect::<rusqlite::Result<Vec<_>>>()?;
    for row in rows {
        row.out.seen_by = marks.remove(&row.id).unwrap_or_default();
        for (account, uid, joined_at, seen_upto) in &readers {
            if *joined_at < row.ordinal && row.ordinal <= *seen_upto && *account != row.author && !row.out.seen_by.contains(uid) {
                row.out.seen_by.push(uid.clone());
            }
        }
    }
    Ok(())
}
