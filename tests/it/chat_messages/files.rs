//! `/files`.

use serde_json::json;

use crate::kit::{TestApp, request, send};

#[test]
fn what_was_uploaded_opens_for_whoever_has_its_address_and_is_media_of_a_message() {
    let app = TestApp::start();
    let (alice, bob) = (app.chat_messages("Alice"), app.chat_messages("Bob"));
    for (uri, content_type, content) in [
        ("data:text/plain;base64,SGVsbG8=", "text/plain", "Hello"),
        ("data:text/plain,Hello%20there", "text/plain", "Hello there"),
        // What it is counts more than what it claims.
        ("data:text/plain;base64,iVBORw0KGgoAAAANSUhEUg==", "image/png", "\u{89}PNG"),
        ("data:image/png;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "text/html", "<script>alert(1)</script>"),
    ] {
        let kept = alice.json("POST", "/files/", &json!({"uri": uri})).ok();
        assert_eq!(kept["contentType"], content_type, "{uri}");
        let address = kept["uri"].as_str().expect("an address");
        assert!(address.starts_with(&format!("{}/files/a/", app.base)) && address.ends_with(kept["id"].as_str().expect("an id")));
        let opened = send(request("GET", address));
        assert_eq!((opened.status, opened.bytes.len() as u64), (200, kept["size"].as_u64().expect("a size")));
        assert_eq!(opened.header("x-content-type-options"), "nosniff");
        if content.is_ascii() {
            assert_eq!(opened.text(), content);
        }
        let room = alice.start_room(&[&app.uid("Bob")], "Files");
        let posted = alice.post_message(&json!({"room": room, "media": address}));
        assert_eq!(bob.get(&format!("/chat-messages/{}", posted["id"].as_str().expect("an id"))).ok()["media"], address);
    }
}

#[test]
fn what_is_no_data_is_refused() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    for uri in [
        "",
        "hello",
        "http://x.example/a.png",
        "data:",
        "data:text/plain",
        "data:;base64,!",
        "data:text/plain;base64,",
        "file:///etc/passwd",
    ] {
        let named = alice.json("POST", "/files", &json!({"uri": uri})).feathers(400, "BadRequest");
        assert!(named.get("uri").is_some(), "{uri}: {named}");
    }
    for body in [json!({}), json!([]), json!({"uri": 5}), json!({"uri": ["data:,a"]})] {
        alice.json("POST", "/files", &body).feathers(400, "BadRequest");
    }
    send(alice.request("POST", "/files").header("Content-Type", "text/plain").body("data:,a")).feathers(415, "UnsupportedMediaType");
}

#[test]
fn a_body_has_at_most_fourteen_mebibytes() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let data = |bytes: usize| json!({"uri": format!("data:application/octet-stream;base64,{}", "AAAA".repeat(bytes / 3))});
    assert_eq!(alice.json("POST", "/files", &data(3 * 1024 * 1024)).ok()["size"], 3 * 1024 * 1024);
    alice.json("POST", "/files", &data(11 * 1024 * 1024)).feathers(413, "PayloadTooLarge");
}
