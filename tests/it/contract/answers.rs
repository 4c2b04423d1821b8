//! The kit itself: what its clients send, and that an answer which breaks its contract ends a test.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::panic::catch_unwind;
use std::thread::JoinHandle;

use serde_json::json;

use crate::kit::{Answer, ClickMeeting, TestApp};

/// A server that gives one answer and the request it was for.
struct Canned {
    base: String,
    request: JoinHandle<String>,
}

impl Canned {
    fn start(status: u16, content_type: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = format!(
            "HTTP/1.1 {status} Canned\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let request = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = String::new();
            while !is_whole(&request) {
                let mut bytes = [0; 4096];
                let count = stream.read(&mut bytes).expect("a request");
                request.push_str(std::str::from_utf8(&bytes[..count]).expect("UTF-8"));
            }
            stream.write_all(answer.as_bytes()).expect("a sent answer");
            request
        });
        Self { base, request }
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().expect("a length"))
}

/// What a client sends for a request that is answered so; the answer has to be as documented.
fn sent(status: u16, body: &str, call: impl FnOnce(&ClickMeeting) -> Answer) -> String {
    let server = Canned::start(status, "application/json", body);
    call(&ClickMeeting::new(&server.base, "key"));
    server.request.join().expect("a request")
}

/// Whether a test would go on after this answer to a GET.
fn is_accepted(path: &str, status: u16, content_type: &str, body: &str) -> bool {
    let server = Canned::start(status, content_type, body);
    catch_unwind(|| ClickMeeting::new(&server.base, "key").get(path)).is_ok()
}

#[test]
fn a_key_of_an_organization_goes_into_the_header() {
    let app = TestApp::start();
    let keys = ["office", "other"].map(|organization| app.clickmeeting(organization).token.clone());
    assert_ne!(keys[0], keys[1]);
    let server = Canned::start(200, "application/json", r#"{"ping":"pong"}"#);
    ClickMeeting::new(&server.base, &keys[0]).get("/ping.json").ok();
    let request = server.request.join().expect("a request");
    assert!(request.starts_with("GET /v1/ping.json HTTP/1.1\r\n") && request.contains(&format!("\r\nx-api-key: {}\r\n", keys[0])));
}

#[test]
fn writes_are_sent_as_forms_json_files_or_as_they_stand() {
    let form = sent(200, r#"{"result":"OK"}"#, |client| client.delete("/conferences/1", &[("tokens[]", "a b")]));
    assert!(form.starts_with("DELETE /v1/conferences/1 ") && form.ends_with("\r\n\r\ntokens%5B%5D=a+b"), "{form}");
    let ok = r#"{"status":"OK"}"#;
    let json = sent(200, ok, |client| client.json("POST", "/contacts", &json!({"email": "a@example.com"})));
    assert!(json.contains("application/json") && json.ends_with(r#"{"email":"a@example.com"}"#), "{json}");
    let bare = sent(200, ok, |client| client.bare("POST", "/contacts", None, "email=a"));
    assert!(!bare.contains("content-type") && bare.ends_with("\r\n\r\nemail=a"), "{bare}");
    let missing = r#"{"code":422,"name":"VALIDATION_ERROR","message":"m","errors":[{"name":"uploaded","message":"m"}]}"#;
    let file = sent(422, missing, |client| client.upload("/file-library", "a.txt", b"content"));
    assert!(file.contains(r#"name="uploaded"; filename="a.txt""#) && file.contains("content"), "{file}");
}

#[test]
fn an_answer_that_breaks_the_contract_ends_a_test() {
    let (json, gone) =
        ("application/json; charset=utf-8", r#"{"code":404,"name":"NOT_FOUND","message":"m","errors":[{"name":"","message":"m"}]}"#);
    assert!(is_accepted("/ping", 200, json, r#"{"ping":"pong"}"#));
    assert!(!is_accepted("/ping", 200, json, r#"{"ping":"pong","more":1}"#), "an unknown key");
    assert!(!is_accepted("/ping", 201, json, r#"{"ping":"pong"}"#), "an unknown status");
    assert!(!is_accepted("/ping", 200, "text/html", "pong"), "an unknown type");
    assert!(!is_accepted("/ping", 404, json, gone), "a status of other operations");
    assert!(is_accepted("/conferences/7", 404, json, gone));
    assert!(!is_accepted("/conferences/7", 404, json, &gone.replace("404", "403")), "a code that is not the status");
    assert!(!is_accepted("/conferences/7", 404, json, r#"{"code":404,"name":"NOT_FOUND","message":"m","errors":[]}"#), "no error");
}

#[test]
fn what_is_not_json_is_only_asked_for_its_type() {
    assert!(is_accepted("/ping.xml", 200, "application/xml; charset=utf-8", "<response/>"));
    assert!(is_accepted("/ping.printr", 200, "text/plain; charset=utf-8", "Array"));
    assert!(!is_accepted("/file-library/7/download", 200, "application/octet-stream", "bytes"), "a documented header is missing");
    assert!(!is_accepted("/chats/7", 200, "application/json", "{}"), "an archive is never JSON");
}

#[test]
fn a_path_without_an_operation_has_its_own_answers() {
    let gone = r#"{"code":404,"name":"NOT_FOUND","message":"m","errors":[{"name":"","message":"m"}]}"#;
    assert!(is_accepted("/conferences/Active", 200, "application/json", "[]"));
    for path in ["/conferences/soon", "/conferences/7x", "/conferences/7/sessions/all/registrations", "/ping.yaml"] {
        assert!(is_accepted(path, 404, "application/json", gone), "{path}");
        assert!(!is_accepted(path, 200, "application/json", "[]"), "{path}");
    }
    assert!(is_accepted("/conferences/7/sessions6/registrations/all.json", 200, "application/json", "[]"));
}
