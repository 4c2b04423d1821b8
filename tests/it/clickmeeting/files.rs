//! `/file-library`.

use std::io::{Read, repeat};
use std::time::Duration;

use reqwest::blocking::multipart::{Form, Part};
use serde_json::json;

use crate::kit::{ClickMeeting, Process, TestApp, TestOptions, Wire, number, send};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

#[test]
fn files_are_kept_listed_downloaded_and_deleted() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let kept = office.upload("/file-library", "プロフィール.png", PNG).ok();
    let id = number(&kept["id"]);
    assert_eq!(
        kept,
        json!({"id": id, "name": "プロフィール.png", "document_type": "image", "conversion_progress": 0, "status": "converted", "status_message": "",
               "upload_date": "2026-01-31 00:00:00", "url": format!("{}/v1/file-library/{id}/download", app.base), "created_at": "2026-01-31T00:00:00+00:00"})
    );
    assert_eq!(office.get("/file-library").ok(), json!([kept]));
    let path = format!("/file-library/{id}");
    assert_eq!(office.get(&path).ok(), kept);
    for download in [format!("{path}/download"), format!("{path}/download.json")] {
        let file = office.get(&download);
        assert_eq!((file.status, file.bytes.as_slice(), file.header("content-type")), (200, PNG, "application/octet-stream"));
        assert!(file.header("content-disposition").starts_with("attachment; filename="), "{}", file.header("content-disposition"));
        assert_eq!(
            (file.header("content-transfer-encoding"), file.header("pragma"), file.header("content-length")),
            ("binary", "public", "16")
        );
    }
    assert_eq!(office.delete(&path, &[]).ok(), json!({"response": "OK"}));
    office.delete(&path, &[]).refused(404, "NOT_FOUND", "");
    office.get(&path).refused(404, "NOT_FOUND", "");
    office.get(&format!("{path}/download")).refused(404, "NOT_FOUND", "");
}

#[test]
fn of_too_many_files_the_newest_are_listed() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let newest = office.upload("/file-library", "newest.png", PNG).ok();
    #[expect(clippy::disallowed_methods, reason = "ten thousand uploads would take too long")]
    let database = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database");
    let older = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000) \
        INSERT INTO library_file (id, organization_id, name, media_type, bytes, hash, created_ms) \
        SELECT id - n, organization_id, 'older.png', media_type, bytes, hash, created_ms FROM library_file, n WHERE name = 'newest.png'";
    assert_eq!(database.execute(older, []).expect("older files"), 10_000);
    let listed = office.get("/file-library").ok();
    let listed = listed.as_array().expect("a list");
    assert_eq!((listed.len(), listed.last()), (10_000, Some(&newest)));
}

#[test]
fn a_rooms_files_are_in_both_lists() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create_id("Room", &[]);
    let path = format!("/file-library/conferences/{room}");
    assert_eq!(office.get(&path).ok(), json!([]));
    let kept = office.upload(&path, "slides.pdf", b"%PDF-1.7").ok();
    assert_eq!((&kept["document_type"], &kept["status"]), (&json!("presentation_pdf"), &json!("waiting_for_conversion")));
    assert!(kept["status_message"].as_str().is_some_and(|words| !words.is_empty()), "it says why");
    let audio = office.upload("/file-library", "news.mp3", b"ID3\x03\0\0\0\0\0\0").ok();
    assert_eq!((&audio["document_type"], &audio["conversion_progress"]), (&json!("audio"), &json!(100)));
    assert_eq!(office.list(&path), std::slice::from_ref(&kept));
    assert_eq!(office.list("/file-library"), [kept, audio]);
    office.upload("/file-library/conferences/1", "a.txt", b"x").refused(404, "NOT_FOUND", "");
    let gone = office.delete(&format!("/conferences/{room}"), &[]);
    assert_eq!((gone.status, office.list("/file-library").len()), (200, 2), "the library keeps a deleted room's files");
}

#[test]
fn other_organizations_see_none_of_it() {
    let app = TestApp::start();
    let (office, other) = (app.clickmeeting("office"), app.clickmeeting("other"));
    let id = number(&office.upload("/file-library", "a.txt", b"secret").ok()["id"]);
    assert!(other.list("/file-library").is_empty());
    other.get(&format!("/file-library/{id}")).refused(404, "NOT_FOUND", "");
    other.get(&format!("/file-library/{id}/download")).refused(404, "NOT_FOUND", "");
    other.delete(&format!("/file-library/{id}"), &[]).refused(404, "NOT_FOUND", "");
}

#[test]
fn an_upload_without_a_file_is_refused() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    office.post("/file-library", &[("uploaded", "@/path/profile.png")]).refused(422, "VALIDATION_ERROR", "uploaded");
    let text = reqwest::blocking::multipart::Form::new().text("uploaded", "@/path/profile.png");
    crate::kit::send(office.request("POST", "/file-library").multipart(text)).refused(422, "VALIDATION_ERROR", "uploaded");
    assert!(office.list("/file-library").is_empty());
}

#[test]
fn a_comma_before_the_boundary_is_taken_for_a_semicolon() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let body = "--x\r\nContent-Disposition: form-data; name=\"uploaded\"; filename=\"a.txt\"\r\n\r\nhello\r\n--x--\r\n";
    let sent = office.request("POST", "/file-library").header("Content-Type", "multipart/form-data, boundary=x").body(body);
    assert_eq!(crate::kit::send(sent).ok()["name"], json!("a.txt"));
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let mut wire = Wire::open(&app);
    wire.send(format!(
        "POST /v1/file-library HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"uploaded\"; filename=\"a.bin\"\r\n\r\nhalf",
        office.token
    ));
    wire.end();
    assert_eq!(wire.answer().status, 400);
    assert!(office.list("/file-library").is_empty());
}

/// Far more than the server may hold in memory.
const LARGE: u64 = 128 << 20;
/// What a server that passes files on in pieces may need for one, however large.
const STREAMING: u64 = 16 << 20;

#[test]
fn a_large_file_goes_in_and_out_in_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let app = TestApp::with(TestOptions { dir: Some(dir.clone()), ..TestOptions::default() });
    let token = app.clickmeeting("office").token.clone();
    app.stop();
    let process = Process::serve(&dir);
    let office = ClickMeeting::new(process.base(), &token);
    let upload = |bytes: u64| {
        let content = Part::reader_with_length(repeat(b'x').take(bytes), bytes).file_name("film.bin");
        let sent = office.request("POST", "/file-library").multipart(Form::new().part("uploaded", content));
        number(&send(sent.timeout(Duration::from_secs(120))).ok()["id"])
    };
    let download = |id: i64| {
        let asked = office.request("GET", &format!("/file-library/{id}/download")).timeout(Duration::from_secs(120));
        std::io::copy(&mut asked.send().expect("an answer"), &mut std::io::sink()).expect("a whole body")
    };
    // Once small, so that what every first request needs is there.
    assert_eq!(download(upload(1 << 20)), 1 << 20);
    let before = process.memory("VmRSS");
    let id = upload(LARGE);
    let grown = process.memory("VmHWM").saturating_sub(before);
    assert!(grown < STREAMING, "{grown} bytes were needed for the way in");
    assert_eq!(download(id), LARGE);
    let grown = process.memory("VmHWM").saturating_sub(before);
    assert!(grown < STREAMING, "{grown} bytes were needed for the way out");
}

#[test]
fn hostile_names_are_harmless() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    for (raw, clean) in [("../../etc/passwd", "passwd"), ("a\u{202E}gpj.exe", "agpj.exe")] {
        let kept = office.upload("/file-library", raw, b"x").ok();
        assert_eq!(kept["name"], json!(clean));
        let file = office.get(&format!("/file-library/{}/download", number(&kept["id"])));
        assert!(!file.header("content-disposition").contains(".."), "{}", file.header("content-disposition"));
    }
}
