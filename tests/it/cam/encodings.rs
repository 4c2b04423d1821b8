//! Bodies as shells, editors and programs really send them.

use serde_json::{Value, json};

use crate::kit::{Cam, TestApp, send};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

fn start() -> (TestApp, Cam, i64) {
    let app = TestApp::start();
    let cam = app.cam("office");
    let room = app.chatwork("Alice").create_room("Ops", &[], &[]);
    (app, cam, room)
}

fn ops(text: &str) -> String {
    json!({"panelName": "Ops", "message": text}).to_string()
}

#[test]
fn raw_json_keeps_every_character() {
    let (app, cam, room) = start();
    let texts = ["plain", "R&D & more", "100% sure", "1+1=2", "C++ & 50%", "a=b", "あ + い & う", "50%ab", "?#[]{}", "message=x"];
    for text in texts {
        assert_eq!(cam.bare("sendMessage", FORM, format!("message={}", ops(text))).message()["message"], text);
        assert_eq!(cam.send(&json!({"panelName": "Ops", "message": text})).message()["message"], text);
    }
    let said = app.chatwork("Alice").said(room);
    assert_eq!(said[1..].iter().step_by(2).map(String::as_str).collect::<Vec<_>>(), texts);
}

#[test]
fn the_lines_of_the_manual_work_with_their_damage() {
    let (_app, cam, _) = start();
    let direct = r#"message={"panelName":"messenger","message":"Hello","isOpened":false," generalPurposes":{"users":"alice@example.com,bob@example.com"}}"#;
    let sent = cam.bare("sendMessage", FORM, direct).message();
    assert_eq!(sent["generalPurposes"]["users"], "alice@example.com,bob@example.com");
    let room = r#"message={"panelName":"Ops","message":"Hello","isOpened":false,"generalPurposes ":{" users ":"alice@example.com"}}"#;
    assert_eq!(cam.bare("sendMessage", FORM, room).message()["generalPurposes"]["users"], "alice@example.com");
    let batch = "messages=[{\"message\": \"Hello 3\", \"property\":{\"users\": \"alice@example.com,bob@example.com\"}},{\"send\": \"Ops\", \"message\": \"test 1\"}]";
    for body in [batch.to_owned(), format!("\u{FEFF}{batch}   "), batch.replace("=[", "=[[").replace("}]", "}]]") + "\r\n"] {
        let answer = cam.bare("sendMessages", FORM, body).ok();
        assert!(answer["messages"].as_array().is_some_and(|sent| sent.len() == 2 && sent.iter().all(Value::is_object)), "{answer}");
        assert!(answer.get("errors").is_none() && answer.get("warnings").is_none(), "{answer}");
    }
}

#[test]
fn addresses_with_a_plus_are_found_however_they_come() {
    let (app, cam, _) = start();
    app.add_person("office", "Dave+ops");
    for body in [
        "message={\"users\":\"dave+ops@example.com\",\"message\":\"x\"}",
        "message=%7B%22users%22:%22dave+ops@example.com%22,%22message%22:%22x%22%7D",
    ] {
        let sent = cam.bare("sendMessage", FORM, body).ok();
        assert!(sent.get("warnings").is_none() && sent.get("errors").is_none(), "{sent}");
    }
}

#[test]
fn json_and_multipart_bodies_and_none_that_says_what_it_is() {
    let (_app, cam, _) = start();
    let json = Some("application/json");
    assert_eq!(cam.bare("sendMessage", json, ops("bare")).message()["message"], "bare");
    assert_eq!(cam.bare("sendMessage", json, format!("{{\"message\":{}}}", ops("named"))).message()["message"], "named");
    assert_eq!(cam.bare("sendMessages", json, format!("[{}]", ops("list"))).ok()["messages"][0]["message"], "list");
    assert_eq!(cam.bare("sendMessages", json, format!("{{\"messages\":[{}]}}", ops("x"))).ok()["messages"][0]["message"], "x");
    assert_eq!(cam.bare("updateChatRoom", json, r#"{"name":"Json"}"#).ok()["chatRoom"]["name"], "Json");
    assert_eq!(cam.bare("sendMessage", None, format!("message={}", ops("untyped"))).message()["message"], "untyped");
    assert_eq!(cam.bare("sendMessage", FORM, ops("no name")).message()["message"], "no name");
    let form = reqwest::blocking::multipart::Form::new().text("message", ops("a part & more"));
    assert_eq!(send(cam.request("POST", "/sendMessage").multipart(form)).message()["message"], "a part & more");
    let form = reqwest::blocking::multipart::Form::new();
    let file = reqwest::blocking::multipart::Part::bytes(format!("[{}]", ops("a file")).into_bytes()).file_name("messages.json");
    assert_eq!(send(cam.request("POST", "/sendMessages").multipart(form.part("messages", file))).ok()["messages"][0]["message"], "a file");
}

#[test]
fn japanese_shells_send_windows_31j() {
    let (_app, cam, _) = start();
    // "表示 ソ" in Windows-31J; two of its characters end with a backslash.
    let text = b"\x95\x5C\x8E\xA6 \x83\x5C";
    let body = |before: &[u8], after: &[u8]| [before, text, after].concat();
    let raw = cam.bare("sendMessage", FORM, body(b"message={\"panelName\":\"Ops\",\"message\":\"", b"\"}"));
    assert_eq!(raw.message()["message"], "表示 ソ");
    let encoded = "message=%7B%22panelName%22%3A%22Ops%22%2C%22message%22%3A%22%95%5C%8E%A6+%83%5C%22%7D";
    assert_eq!(cam.bare("sendMessage", FORM, encoded).message()["message"], "表示 ソ");
    let part = reqwest::blocking::multipart::Part::bytes(body(b"{\"panelName\":\"Ops\",\"message\":\"", b"\"}"));
    let form = reqwest::blocking::multipart::Form::new().part("message", part);
    assert_eq!(send(cam.request("POST", "/sendMessage").multipart(form)).message()["message"], "表示 ソ");
    cam.bare("sendMessage", FORM, b"message={\"panelName\":\"Ops\",\"message\":\"\xFF\xFE\"}".to_vec()).in_band(400, &["INVALID_ARGUMENT"]);
}

#[test]
fn what_cannot_be_read_is_told() {
    let (_app, cam, _) = start();
    let bodies: [&str; 9] =
        ["", "message=", "message", "message=null", "message=hello", "message={", "message=[]", "message=7", "other={\"message\":\"x\"}"];
    for body in bodies {
        cam.bare("sendMessage", FORM, body).in_band(400, &["INVALID_ARGUMENT"]);
    }
    for body in ["messages={}", "messages=\"x\"", "messages=[[. {\"message\": \"Hello\"} ]", "messages=[{\"message\":1},"] {
        cam.bare("sendMessages", FORM, body).in_band(400, &["INVALID_ARGUMENT"]);
    }
    for depth in [65, 100, 200, 10_000] {
        let deep = format!("message={{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        cam.bare("sendMessage", FORM, deep).in_band(400, &["INVALID_ARGUMENT"]);
    }
    cam.bare("sendMessage", Some("application/json"), "{\"a\"").in_band(400, &["INVALID_ARGUMENT"]);
    cam.bare("sendMessage", Some("multipart/form-data; boundary=x"), "nothing").in_band(400, &["INVALID_ARGUMENT"]);
    let query = send(cam.request("POST", "/sendMessage").query(&[("message", ops("query"))]));
    query.in_band(400, &["INVALID_ARGUMENT"]);
}

#[test]
fn everything_has_a_bound() {
    let (app, cam, room) = start();
    assert_eq!(cam.send(&json!({"panelName": "Ops", "message": "あ".repeat(20_000)})).status, 200);
    cam.send(&json!({"panelName": "Ops", "message": "あ".repeat(20_001)})).in_band(400, &["INVALID_ARGUMENT"]);
    cam.bare("sendMessage", FORM, vec![b'x'; 1024 * 1024 + 1]).in_band(413, &["TOO_LARGE"]);
    let many = |count: usize| Value::Array(vec![json!({"send": "Ops", "message": "x"}); count]);
    cam.send_all(&many(1_001)).in_band(413, &["TOO_LARGE"]);
    cam.send_all(&json!([many(501), many(500)])).in_band(413, &["TOO_LARGE"]);
    assert_eq!(app.chatwork("Alice").said(room).len(), 2, "nothing of it was posted");
    let all = cam.send_all(&many(1_000)).ok();
    assert!(all.get("errors").is_none() && all["messages"].as_array().is_some_and(|sent| sent.len() == 1_000));
    let users: Vec<String> = (0..1_001).map(|number| format!("u{number}@example.com")).collect();
    cam.send(&json!({"message": "x", "users": users})).in_band(413, &["TOO_LARGE"]);
}
