//! Files of rooms, listed, opened and put there from the administration page.

use reqwest::blocking::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::kit::{Answer, Browser, TestApp, Wire, number, send};

/// Names of the files that a query lists.
#[track_caller]
fn listed(admin: &Browser, query: &str) -> Vec<String> {
    let found = admin.get(&format!("/files?organization=office{query}")).ok();
    found["items"].as_array().expect("a list").iter().map(|file| file["name"].as_str().expect("a name").to_owned()).collect()
}

fn upload(admin: &Browser, room: i64, name: &str, content: &[u8]) -> Answer {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned());
    send(admin.request("POST", &format!("/files?organization=office&room={room}")).multipart(Form::new().part("file", part)))
}

#[test]
fn files_are_listed_by_room_and_part_of_their_name_and_open_by_their_links() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let (ops, other) = (alice.create_room("Ops", &[&bob], &[]), alice.create_room("Other", &[], &[]));
    alice.upload(ops, "Kế hoạch.txt", b"the plan", None).ok();
    bob.upload(ops, "photo <img src=x>.txt", b"no photo", None).ok();
    alice.upload(other, "予定表.csv", b"a,b", None).ok();
    let admin = app.admin();
    assert_eq!(listed(&admin, ""), ["予定表.csv", "photo <img src=x>.txt", "Kế hoạch.txt"]);
    assert_eq!(listed(&admin, &format!("&room={ops}&q=ke+hoach")), ["Kế hoạch.txt"]);
    assert_eq!(listed(&admin, "&q=予定"), ["予定表.csv"]);
    let first = admin.get("/files?organization=office&limit=2").ok();
    let next = first["next"].as_str().expect("a next page");
    assert_eq!(listed(&admin, &format!("&limit=2&before={next}")), ["Kế hoạch.txt"]);
    let plan = &admin.get("/files?organization=office&q=ke").ok()["items"][0];
    assert_eq!((number(&plan["bytes"]), &plan["by"], &plan["room"]["name"]), (8, &json!("Alice"), &json!("Ops")));
    let path = plan["path"].as_str().expect("a path");
    let opened = app.open(path);
    assert_eq!(
        (opened.status, opened.text().as_str(), opened.header("content-security-policy")),
        (200, "the plan", "sandbox; default-src 'none'")
    );
    assert_eq!(admin.get("/files?organization=other").ok()["items"], json!([]));
    app.advance_s(3_601);
    assert_eq!(app.open(path).status, 403);
}

#[test]
fn a_file_put_into_a_group_here_is_seen_through_chatwork() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Ops", &[], &[]);
    let admin = app.admin();
    let posted = upload(&admin, room, "plan.txt", b"the plan");
    assert_eq!(posted.status, 201, "{}", posted.text());
    let seen = alice.get(&format!("/rooms/{room}/files/{}", posted.json()["id"])).ok();
    assert_eq!((&seen["filename"], &seen["account"]["name"]), (&json!("plan.txt"), &json!("API")));
    // Files larger than Chatwork takes are fine here.
    assert_eq!(upload(&admin, room, "big.bin", &vec![7; 6 * 1024 * 1024]).status, 201);
    let nothing = send(admin.request("POST", &format!("/files?organization=office&room={room}")).multipart(Form::new().text("x", "y")));
    nothing.is_not_done(400, "missing");
    send(admin.request("POST", "/files?organization=office").multipart(Form::new())).is_not_done(400, "missing");
    upload(&admin, alice.own_room(), "mine.txt", b"x").is_not_done(404, "not_found");
    upload(&admin, 5, "mine.txt", b"x").is_not_done(404, "not_found");
}

#[test]
fn a_deleted_file_is_gone_in_every_api_with_its_bytes_and_its_message_stays() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    let file = number(&alice.upload(room, "plan.txt", b"the plan", Some("See this")).ok()["file_id"]);
    let kept = number(&bob.upload(room, "copy.txt", b"another plan", None).ok()["file_id"]);
    let seen = alice.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok();
    let (link, message) =
        (seen["download_url"].as_str().expect("a link").to_owned(), seen["message_id"].as_str().expect("an id").to_owned());
    let admin = app.admin();
    let path = admin.get("/files?organization=office&q=plan.txt").ok()["items"][0]["path"].as_str().expect("a path").to_owned();
    let stored = || number(&admin.get("/settings?organization=office").ok()["chosen"]["stored_bytes"]);
    let before = stored();

    admin.bare("DELETE", &format!("/files/{file}?organization=other")).is_not_done(404, "not_found");
    admin.bare("DELETE", &format!("/files/{file}?organization=office")).ok();
    admin.bare("DELETE", &format!("/files/{file}?organization=office")).is_not_done(404, "not_found");
    assert_eq!((listed(&admin, ""), before - stored()), (vec!["copy.txt".to_owned()], 8));
    alice.get(&format!("/rooms/{room}/files/{file}")).fails(404, "The file is not found");
    let left = alice.get(&format!("/rooms/{room}/files")).ok();
    assert_eq!((left.as_array().map(Vec::len), number(&left[0]["file_id"])), (Some(1), kept));
    assert_eq!(alice.get(&format!("/rooms/{room}")).ok()["file_num"], 1);
    let body = alice.get(&format!("/rooms/{room}/messages/{message}")).ok()["body"].as_str().expect("a body").to_owned();
    assert!(body.starts_with("See this") && body.contains(&format!("[download:{file}]plan.txt")), "{body}");
    assert_eq!(app.open(&path).status, 404);
    let gone = send(crate::kit::request("GET", &link));
    assert_eq!((gone.status, gone.text().contains("does not exist any more")), (404, true));
    let entry = &admin.get("/audit?action=file.").ok()["items"][0];
    let told = (&entry["action"], &entry["actor"], &entry["subject_kind"], &entry["subject_id"], &entry["facts"]);
    assert_eq!(told, (&json!("file.deleted"), &json!("Alice"), &json!("room"), &json!(room.to_string()), &json!({"file": file})));
}

#[test]
fn files_of_rooms_that_are_their_peoples_are_not_deleted_here() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let file = number(&alice.upload(alice.own_room(), "diary.txt", b"mine", None).ok()["file_id"]);
    let admin = app.admin();
    admin.bare("DELETE", &format!("/files/{file}?organization=office")).is_not_done(404, "not_found");
    for id in ["5", "0", "x", "99999999999999999999"] {
        admin.bare("DELETE", &format!("/files/{id}?organization=office")).is_not_done(404, "not_found");
    }
    alice.get(&format!("/rooms/{}/files/{file}", alice.own_room())).ok();
}

#[test]
fn an_upload_of_two_gigabytes_is_refused_before_it_is_read() {
    let app = TestApp::start();
    let room = app.chatwork("Alice").create_room("Ops", &[], &[]);
    let admin = app.admin();
    let mut wire = Wire::open(&app);
    wire.send(format!(
        "POST /admin/api/files?organization=office&room={room} HTTP/1.1\r\nhost: localhost\r\ncookie: crosstalk_session={}\r\nx-csrf-token: {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: {}\r\n\r\n",
        admin.session,
        admin.csrf,
        2_u64 << 30,
    ));
    // Not one byte of the body was sent.
    let refused = wire.answer();
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (413, &json!("too_large")));
}

#[test]
fn a_token_of_a_dialect_uploads_no_more_than_it_announces_either() {
    let app = TestApp::start();
    let (_, token) = app.token(crosstalk::domain::Dialect::Chatwork, Some("Alice"), crosstalk::domain::Scopes::All, None);
    let room = crate::kit::Chatwork::new(&app.base, &token).create_room("Ops", &[], &[]);
    let mut wire = Wire::open(&app);
    wire.send(format!(
        "POST /v2/rooms/{room}/files HTTP/1.1\r\nhost: localhost\r\nx-chatworktoken: {token}\r\ncontent-type: multipart/form-data; boundary=x\r\n\
         content-length: {}\r\n\r\n",
        2_u64 << 30,
    ));
    let refused = wire.answer();
    assert!(refused.json()["errors"].is_array() && refused.status >= 400, "{}", refused.text());
    assert_ne!(refused.json(), Value::Null);
}
