//! Bodies that are small and would become large, or are made to be looked at for long.

use std::io::Write;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::entrances;
use crate::kit::{PNG, TestApp, Wire, send};

/// Nothing here may keep a thread of the server that long.
const SHORT: Duration = Duration::from_secs(5);

/// Zeros, packed a thousand to one.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; bytes]).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn packed_bodies_are_not_unpacked() {
    let app = TestApp::start();
    let packed = bomb(64 << 20);
    for entrance in entrances(&app) {
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
            let framing = format!("Content-Encoding: {coding}\r\nContent-Length: {}", packed.len());
            let started = Instant::now();
            let answer = Wire::open(&app).send(entrance.head(&framing, entrance.secret.as_deref())).send(&packed).answer();
            let is_refused = (400..500).contains(&answer.status) || answer.text().contains("errors");
            assert!(is_refused && started.elapsed() < SHORT, "{} {coding}: {} {}", entrance.api, answer.status, answer.text());
        }
    }
}

#[test]
fn deep_wide_and_endless_bodies_are_refused_in_every_api() {
    let app = TestApp::start();
    let deep = |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(100_000), close.repeat(100_000));
    let bodies = [
        deep("[", "]"),
        deep("{\"a\":", "}"),
        format!("{{\"a\":[{}0]}}", "0,".repeat(400_000)),
        format!("{{{}\"z\":0}}", (0..50_000).map(|number| format!("\"f{number}\":0,")).collect::<String>()),
        format!("{{\"a\":1{}}}", "0".repeat(900_000)),
        format!("{{\"a\":\"{}\"}}", "\\u0041".repeat(150_000)),
        (0..200_000).map(|number| format!("a[{number}]=&")).collect::<String>()[..1_000_000].to_owned(),
        "a[".repeat(300_000) + &"]".repeat(300_000) + "=1",
        "%".repeat(1_000_000),
        "&".repeat(1_048_576),
        "x".repeat(2 << 20),
    ];
    for entrance in entrances(&app) {
        for body in &bodies {
            let started = Instant::now();
            let framing = format!("Content-Length: {}", body.len());
            let answer = Wire::open(&app).send(entrance.head(&framing, entrance.secret.as_deref())).send(body).answer();
            let shown: String = body.chars().take(20).collect();
            assert!((200..500).contains(&answer.status), "{} {shown}: {}", entrance.api, answer.status);
            assert!(started.elapsed() < SHORT, "{} {shown}: {:?}", entrance.api, started.elapsed());
        }
    }
}

/// The head of a picture that would need 40 GB, were it unpacked.
fn huge_png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x06\0\0\0".to_vec();
    png.extend(bomb(32 << 20));
    png
}

#[test]
fn pictures_are_never_unpacked() {
    let app = TestApp::start();
    let png = huge_png();
    assert!(png.len() < 1 << 20);
    let started = Instant::now();
    let office = app.organization("office");
    app.messenger().create(&json!({"name": "Crew", "organizationID": office, "avatar": BASE64.encode(&png)}));
    let alice = app.chat_messages("Alice");
    let kept = alice.json("POST", "/files", &json!({"uri": format!("data:image/png;base64,{}", BASE64.encode(&png))})).ok();
    assert_eq!(kept["size"], json!(png.len()));
    let chatwork = app.chatwork("Alice");
    chatwork.post_file(&format!("/rooms/{}/files", chatwork.own_room()), "file", "huge.png", &png, &[]).ok();
    app.clickmeeting("office").post_file("/file-library", "uploaded", "bomb.zip", &png, &[]);
    assert!(started.elapsed() < SHORT, "{:?}", started.elapsed());
}

#[test]
fn data_in_addresses_and_pictures_in_bodies_have_an_end() {
    let app = TestApp::start();
    let large = [PNG, &vec![0; 1 << 20]].concat();
    let crew = json!({"name": "Crew", "organizationID": app.organization("office"), "avatar": BASE64.encode(&large)});
    let refused = app.messenger().json("POST", "/chatrooms", &crew);
    assert_eq!(refused.status, 413, "{}", refused.text());
    let alice = app.chat_messages("Alice");
    let long = format!("data:text/plain;base64,{}", "A".repeat(15 << 20));
    let refused = send(alice.request("POST", "/files").json(&json!({"uri": long})));
    assert_eq!(refused.status, 413, "{}", refused.text());
}
