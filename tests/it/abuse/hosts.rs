//! Nobody gets this server to put another host into its answers: a cache in between would show it to others.

use serde_json::json;

use super::entrances;
use crate::kit::{TestApp, Wire};

const EVIL: &str = "evil.example";

/// What names another host in every way there is.
const LIES: &[&str] = &[
    "Host: evil.example",
    "Host: evil.example:8080",
    "Host: localhost@evil.example",
    "Host: evil.example#localhost",
    "Host: localhost.evil.example",
    "Host: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript",
    "Host: localhost\r\nForwarded: host=evil.example;proto=javascript;for=evil.example",
    "Host: localhost\r\nX-Host: evil.example\r\nX-Original-URL: http://evil.example/\r\nX-Rewrite-URL: //evil.example",
    "Host: localhost\r\nX-Forwarded-Prefix: //evil.example\r\nX-Forwarded-Server: evil.example\r\nOrigin: http://evil.example",
];

#[test]
fn another_host_gets_into_no_answer() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let pages = [
        "/".to_owned(),
        "/docs".to_owned(),
        "/docs/chatwork".to_owned(),
        "/docs/chatwork.json".to_owned(),
        "/docs/config.json".to_owned(),
        "/admin".to_owned(),
        "/admin/api/setup".to_owned(),
        "/meet".to_owned(),
        format!("/meet/{}", room.slug),
        format!("/{}", room.pin),
        "/o/office".to_owned(),
        "/embed_conference.html?r=1710000001000500".to_owned(),
        "/.well-known/matrix/client".to_owned(),
        "/_matrix/client/versions".to_owned(),
        "/CAMAPIClient.js".to_owned(),
        "/nowhere".to_owned(),
    ];
    for lie in LIES {
        for page in &pages {
            for target in [page.clone(), format!("http://{EVIL}{page}")] {
                check(&app, &format!("GET {target} HTTP/1.1\r\n{lie}\r\nConnection: close\r\n\r\n"));
            }
        }
        for entrance in entrances(&app) {
            let head = entrance.head(&format!("Content-Length: {}", entrance.body.len()), entrance.secret.as_deref());
            check(&app, &format!("{}{}", head.replace("Host: localhost", lie), entrance.body));
        }
    }
}

/// Asks, and looks for the other host in head and body; what a page of another origin is told is not its name either.
#[track_caller]
fn check(app: &TestApp, request: &str) {
    let mut wire = Wire::open(app);
    let (lines, bytes) = wire.send(request).whole_answer();
    let head = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    let body = String::from_utf8_lossy(&bytes);
    assert!(!head.contains(EVIL) && !body.contains(EVIL) && !head.contains("javascript:"), "{request}\n{head}\n{body}");
}

#[test]
fn a_proxy_that_is_trusted_can_still_not_be_talked_into_another_host_or_scheme() {
    let mut options = crate::kit::TestOptions::default();
    options.config.server.trusted_proxies = vec![[127, 0, 0, 1].into()];
    let app = TestApp::with(options);
    for lie in LIES {
        let asked = format!("GET /.well-known/matrix/client HTTP/1.1\r\n{lie}\r\n\r\n");
        let base = Wire::open(&app).send(asked).answer().json()["m.homeserver"]["base_url"].clone();
        assert!([json!(app.base), json!("http://localhost")].contains(&base), "{lie}: {base}");
    }
    let through = |lines: &str| {
        let asked = format!("GET /.well-known/matrix/client HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n\r\n");
        Wire::open(&app).send(asked).answer().json()["m.homeserver"]["base_url"].clone()
    };
    assert_eq!(through("X-Forwarded-Proto: https\r\nX-Forwarded-Host: office.local"), "https://office.local");
    assert_eq!(through("X-Forwarded-Host: evil.example, office.local"), "http://office.local", "the proxy adds the last one");
}
