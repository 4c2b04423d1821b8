//! What Crosstalk is measured against: bare actix-web, and raw SQLite with the statements of one post.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

/// An answer of the length and headers' weight that one message has.
const ONE: &str = r#"{"message_id":"1795370000000000001","account":{"account_id":1000003,"name":"Person 0","avatar_image_url":"http://127.0.0.1:43121/assets/avatar/ico_default_orange.png"},"body":"Message 2500 of an ordinary length, as people write them all day long.","send_time":1795370000,"update_time":0}"#;

/// The list query of `store/messages.rs`.
const LIST: &str = "SELECT m.id, m.sent_ms, m.updated_ms, m.deleted_ms IS NOT NULL, v.text, v.notice, a.id, a.name, a.avatar \
    FROM message m JOIN message_version v ON v.id = m.version_id JOIN account a ON a.id = m.author_id \
    WHERE m.room_id = ?1 AND m.ordinal > ?2 AND m.ordinal <= ?3 ORDER BY m.ordinal LIMIT 100";

/// Largest body that a bare server takes.
const MOST_BYTES: usize = 6 << 20;

thread_local! {
    pub static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

#[derive(Serialize)]
struct MessageOut {
    message_id: String,
    account: AccountOut,
    body: String,
    send_time: i64,
    update_time: i64,
}

#[derive(Serialize)]
struct AccountOut {
    account_id: i64,
    name: String,
    avatar_image_url: String,
}

/// Serves `/one` and `/list/<room>` with as many threads as Crosstalk has.
pub fn serve(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let database = web::Data::new(dir.join("app.db"));
    run(move |config| {
        config
            .app_data(database.clone())
            .route("/one", web::get().to(one))
            .route("/list/{room}", web::get().to(list))
            .route("/found/{room}", web::get().to(super::found::find))
            .route("/conferences", web::get().to(super::conferences::list));
    })
}

/// Answers `/<name>`, whatever is asked and sent, with the bytes of `<name>` and the content type in `<name>.type`.
pub fn serve_same(dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut answers = HashMap::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.ends_with(".type")) {
            let content_type = std::fs::read_to_string(path.with_extension("type"))?;
            answers.insert(name.to_owned(), (content_type, web::Bytes::from(std::fs::read(&path)?)));
        }
    }
    let answers = web::Data::new(answers);
    run(move |config| {
        config.app_data(answers.clone()).app_data(web::PayloadConfig::new(MOST_BYTES)).route("/{name}", web::route().to(same));
    })
}

/// A bare server of these routes, which tells its address.
fn run(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Result<(), Box<dyn std::error::Error>> {
    let workers = std::thread::available_parallelism()?.get().min(4);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || App::new().configure(routes.clone())).workers(workers).bind("127.0.0.1:0")?;
        writeln!(std::io::stdout(), "http://{}", server.addrs()[0])?;
        Ok(server.run().await?)
    })
}

async fn same(name: web::Path<String>, _body: web::Bytes, answers: web::Data<HashMap<String, (String, web::Bytes)>>) -> HttpResponse {
    match answers.get(name.as_str()) {
        Some((content_type, bytes)) => HttpResponse::Ok().content_type(content_type.as_str()).body(bytes.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn one() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json; charset=utf-8").body(ONE)
}

async fn list(room: web::Path<i64>, database: web::Data<PathBuf>) -> HttpResponse {
    let messages = CONNECTION.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = open(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
        }
        kept.as_ref().map(|conn| query(conn, *room))
    });
    match messages {
        Some(Ok(messages)) => {
            HttpResponse::Ok().content_type("application/json; charset=utf-8").body(serde_json::to_vec(&messages).unwrap_or_default())
        }
        _ => HttpResponse::InternalServerError().finish(),
    }
}

fn query(conn: &Connection, room: i64) -> rusqlite::Result<Vec<MessageOut>> {
    let last: i64 = conn.prepare_cached("SELECT last_ordinal FROM room WHERE id = ?1")?.query_row([room], |row| row.get(0))?;
    let mut statement = conn.prepare_cached(LIST)?;
    let rows = statement.query_map((room, last - 100, last), |row| {
        let avatar: String = row.get(8)?;
        Ok(MessageOut {
            message_id: row.get::<_, i64>(0)?.to_string(),
            account: AccountOut {
                account_id: row.get(6)?,
                name: row.get(7)?,
                avatar_image_url: format!("http://127.0.0.1:43121/assets/avatar/ico_default_{avatar}.png"),
            },
            body: row.get(4)?,
            send_time: row.get::<_, i64>(1)? / 1000,
            update_time: row.get::<_, Option<i64>>(2)?.unwrap_or(0) / 1000,
        })
    })?;
    rows.collect()
}

#[expect(clippy::disallowed_methods, reason = "a yardstick works without the store")]
pub fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // As the store does it: without this, SQLite parses a statement anew for every bound value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// Posts per second of raw SQLite on the same disk: the statements of one post, 64 posts a transaction, FULL.
pub fn raw_posts(folder: &Path) -> rusqlite::Result<f64> {
    const SECONDS: f64 = 5.0;
    let path = folder.join(format!("raw-{:?}.db", Instant::now()).replace([' ', '{', '}', ':', ','], ""));
    let conn = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    for script in [
        include_str!("../../src/store/migrations/0001_first.sql"),
        include_str!("../../src/store/migrations/0002_meetings.sql"),
        include_str!("../../src/store/migrations/0005_cam.sql"),
        include_str!("../../src/store/migrations/0006_messenger.sql"),
        include_str!("../../src/store/migrations/0007_chat_messages.sql"),
    ] {
        conn.execute_batch(script)?;
    }
    conn.execute_batch(
        "INSERT INTO organization (id, slug, name, time_zone, language, created_ms) VALUES (1, 'o', 'O', 'UTC', 'en', 0); \
         INSERT INTO account (id, organization_id, kind, uid, local_part, name, avatar, role, created_ms) VALUES (2, 1, 'person', 'u', 'u', 'A', 'blue', 'member', 0); \
         INSERT INTO room (id, external_id, organization_id, kind, icon, made_through, created_by, created_ms, updated_ms) VALUES (3, 3, 1, 'group', 'group', 'chatwork', 2, 0, 0); \
         INSERT INTO membership (id, room_id, account_id, role, joined_at, read_upto, own_from, seen_upto, joined_ms) VALUES (4, 3, 2, 'admin', 0, 0, 0, 0, 0); \
         INSERT INTO sequence VALUES ('id', 5), ('message', 5);",
    )?;
    let (started, mut posts) = (Instant::now(), 0i64);
    while started.elapsed() < Duration::from_secs_f64(SECONDS) {
        conn.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..64 {
            posts += 1;
            post(&conn, posts)?;
        }
        conn.prepare_cached("UPDATE sequence SET value = ?2 WHERE name = ?1")?.execute(("message", posts))?;
        conn.execute_batch("COMMIT")?;
    }
    Ok(posts as f64 / started.elapsed().as_secs_f64())
}

fn post(conn: &Connection, id: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("SAVEPOINT job")?.execute([])?;
    let role: String = conn
        .prepare_cached(
            "SELECT r.organization_id, r.kind, r.last_ordinal, m.id, m.role, m.read_upto, m.own_from, m.own_read, m.seen_upto, m.delivered_upto, \
             r.hides_past * m.joined_at FROM membership m JOIN room r ON r.id = m.room_id \
             WHERE m.room_id = ?1 AND m.account_id = ?2 AND m.ended_ms IS NULL AND r.deleted_ms IS NULL",
        )?
        .query_row((3, 2), |row| row.get(4))?;
    debug_assert_eq!(role, "admin");
    let ordinal: i64 = conn
        .prepare_cached("UPDATE room SET last_ordinal = last_ordinal + 1, updated_ms = ?2 WHERE id = ?1 RETURNING last_ordinal")?
        .query_row((3, id), |row| row.get(0))?;
    let own_no: i64 = conn
        .prepare_cached("SELECT own_no FROM message WHERE room_id = ?1 AND author_id = ?2 AND ordinal <= ?3 ORDER BY ordinal DESC LIMIT 1")?
        .query_row((3, 2, i64::MAX), |row| row.get(0))
        .unwrap_or(0);
    conn.prepare_cached("INSERT INTO message_version (message_id, text, notice, media, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
        id,
        "A message of an ordinary length, as people write them all day long.",
        None::<String>,
        None::<String>,
        id,
    ))?;
    let version = conn.last_insert_rowid();
    conn.prepare_cached(
        "INSERT INTO message (id, room_id, ordinal, author_id, own_no, is_self_unread, version_id, sent_ms, shown_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )?
    .execute((id, 3, ordinal, 2, own_no + 1, false, version, id))?;
    conn.prepare_cached("UPDATE membership SET own_read = own_read + 1 WHERE id = ?1")?.execute([4])?;
    conn.prepare_cached(
        "INSERT INTO event (at_ms, kind, organization_id, room_id, meeting_id, object_id, version_id, account_id, detail, \
         actor_id, token_id, dialect, address, causation_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute((
        id,
        "message-posted",
        None::<i64>,
        3,
        None::<i64>,
        id,
        version,
        None::<i64>,
        None::<String>,
        2,
        5,
        "chatwork",
        "127.0.0.1",
        "abcdefghijkl000001",
    ))?;
    conn.prepare_cached("RELEASE job")?.execute([])?;
    Ok(())
}
