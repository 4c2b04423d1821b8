//! Keys, paths, verbs, formats: what all operations have in common.

use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::{TestApp, request, send};

#[test]
fn every_operation_needs_a_key_that_works() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let url = format!("{}/v1/ping", app.base);
    send(request("GET", &url)).refused(401, "UNAUTHORIZED", "api_key");
    send(request("GET", &url).header("X-Api-Key", "nonsense")).refused(401, "UNAUTHORIZED", "api_key");
    let (_, chatwork) = app.token(Dialect::Chatwork, Some("Alice"), Scopes::All, None);
    send(request("GET", &url).header("X-Api-Key", chatwork)).refused(401, "UNAUTHORIZED", "api_key");
    send(request("GET", &format!("{}/v1/nothing", app.base))).refused(401, "UNAUTHORIZED", "api_key");
    send(request("POST", &format!("{}/v1/conferences", app.base)).body("{broken")).refused(401, "UNAUTHORIZED", "api_key");
    for name in ["X-Api-Key", "X-API-KEY", "x-api-key"] {
        assert_eq!(send(request("GET", &url).header(name, &office.token)).status, 200, "{name}");
    }
}

#[test]
fn the_key_may_stand_in_the_query_or_in_the_body_of_a_write() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let base = format!("{}/v1", app.base);
    let key = &office.token;
    assert_eq!(send(request("GET", &format!("{base}/ping?api_key={key}"))).status, 200);
    let form = [("api_key", key.as_str()), ("email", "a@example.com"), ("firstname", "A"), ("lastname", "B")];
    assert_eq!(send(request("POST", &format!("{base}/contacts")).form(&form)).ok(), json!({"status": "OK"}), "the body is still there");
    let body = json!({"api_key": key, "email": "a@example.com", "firstname": "A", "lastname": "B"});
    assert_eq!(send(request("POST", &format!("{base}/contacts")).json(&body)).status, 200);
    send(request("GET", &format!("{base}/ping?api_key={key}")).header("X-Api-Key", "wrong")).refused(401, "UNAUTHORIZED", "api_key");
    send(request("POST", &format!("{base}/contacts?api_key=wrong")).form(&form)).refused(401, "UNAUTHORIZED", "api_key");
}

#[test]
fn a_revoked_key_and_a_restricted_one_are_refused() {
    let app = TestApp::start();
    let (id, key) = app.token(Dialect::ClickMeeting, None, Scopes::parse("read").expect("scopes"), None);
    let reader = crate::kit::ClickMeeting::new(&app.base, &key);
    assert_eq!(reader.get("/ping").status, 200);
    reader.post("/conferences", &[]).refused(403, "FORBIDDEN", "");
    app.world
        .write_blocking(crosstalk::store::Cause::job("test"), move |tx| {
            crosstalk::ops::tokens::revoke_token(tx, Some("office"), crosstalk::domain::TokenId::new(id))
        })
        .expect("a revocation");
    reader.get("/ping").refused(401, "UNAUTHORIZED", "api_key");
}

#[test]
fn unknown_paths_verbs_and_extensions_are_told_apart() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    for path in [
        "/nothing",
        "/conferences/closed",
        "/conferences/1x",
        "/ping.exe",
        "/conferences/99999999999999999999999",
        "/v1",
        "/file-library/x",
    ] {
        office.get(path).refused(404, "NOT_FOUND", "");
    }
    send(office.request("PATCH", "/conferences")).refused(405, "METHOD_NOT_ALLOWED", "");
    send(office.request("POST", "/ping")).refused(405, "METHOD_NOT_ALLOWED", "");
    send(office.request("OPTIONS", "/ping")).refused(405, "METHOD_NOT_ALLOWED", "");
    // Rejected claims of third parties stay unknown.
    let id = office.create_id("Room", &[]);
    let session = app.past_session(id);
    for below in ["invitations", "room-files", &format!("sessions/{session}/polls"), &format!("sessions/{session}/recordings")] {
        office.get(&format!("/conferences/{id}/{below}")).refused(404, "NOT_FOUND", "");
    }
    assert_eq!(send(request("GET", &format!("{}/elsewhere", app.base)).header("X-Api-Key", &office.token)).status, 404);
}

#[test]
fn five_formats_say_the_same() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let cases = [
        ("/ping", "application/json; charset=utf-8", r#"{"ping":"pong"}"#),
        ("/ping.json", "application/json; charset=utf-8", r#"{"ping":"pong"}"#),
        ("/ping.JSON/", "application/json; charset=utf-8", r#"{"ping":"pong"}"#),
        ("/ping.xml", "application/xml; charset=utf-8", r#"<?xml version="1.0" encoding="UTF-8"?><response><ping>pong</ping></response>"#),
        ("/ping.js", "application/javascript; charset=utf-8", r#"{"ping":"pong"}"#),
        ("/ping.js?callback=my.cb", "application/javascript; charset=utf-8", r#"my.cb({"ping":"pong"});"#),
        ("/ping.js?jsonp=$f", "application/javascript; charset=utf-8", r#"$f({"ping":"pong"});"#),
        ("/ping.json?callback=f", "application/json; charset=utf-8", r#"{"ping":"pong"}"#),
        ("/ping.php", "application/vnd.php.serialized", r#"a:1:{s:4:"ping";s:4:"pong";}"#),
        ("/ping.printr", "text/plain; charset=utf-8", "Array\n(\n    [ping] => pong\n)\n"),
        (
            "/ping?x=1.xml",
            "application/xml; charset=utf-8",
            r#"<?xml version="1.0" encoding="UTF-8"?><response><ping>pong</ping></response>"#,
        ),
    ];
    for (path, content_type, body) in cases {
        let answer = office.get(path);
        assert_eq!((answer.status, answer.header("content-type"), answer.text().as_str()), (200, content_type, body), "{path}");
    }
}

#[test]
fn errors_come_in_the_format_asked_for() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let xml = office.post("/conferences.xml", &[("name", "<&>\u{1}")]);
    assert_eq!((xml.status, xml.header("content-type")), (422, "application/xml; charset=utf-8"));
    assert!(xml.text().contains("<code>422</code><name>VALIDATION_ERROR</name>"), "{}", xml.text());
    let php = office.get("/conferences/1.php");
    assert!(php.status == 404 && php.text().starts_with(r#"a:4:{s:4:"code";i:404;s:4:"name";s:9:"NOT_FOUND";"#), "{}", php.text());
    let printed = send(request("GET", &format!("{}/v1/ping.printr", app.base)));
    assert!(printed.status == 401 && printed.text().starts_with("Array\n(\n    [code] => 401\n"), "{}", printed.text());
}

#[test]
fn a_callback_that_is_no_name_does_nothing() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let path = "/conferences.js?callback=alert(1)//&name=A&room_type=meeting&permanent_room=1&access_type=1";
    let answer = send(office.request("POST", path));
    assert_eq!(answer.header("content-type"), "application/javascript; charset=utf-8");
    answer.refused(422, "VALIDATION_ERROR", "callback");
    assert!(office.list("/conferences/active").is_empty());
}

#[test]
fn names_that_xml_would_choke_on_come_through() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("<b>&\"'\u{FFFE}", &[("lobby_description", "]]>\n<x>")]);
    let xml = office.get(&format!("/conferences/{id}.xml")).text();
    assert!(xml.contains("<name>&lt;b&gt;&amp;&quot;'</name>"), "{xml}");
    assert!(xml.contains("<lobby_description>]]&gt;\n&lt;x&gt;</lobby_description>"), "{xml}");
}

#[test]
fn bodies_have_their_bounds() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    send(office.request("POST", "/contacts").body(vec![b'a'; (1 << 20) + 1])).refused(400, "BAD_REQUEST", "");
    let many: Vec<(String, String)> = (0..10_000).map(|n| (format!("f{n}"), String::new())).collect();
    send(office.request("POST", "/contacts").form(&many)).refused(400, "BAD_REQUEST", "");
    send(office.request("POST", "/contacts").body("{\"email\":")).refused(400, "BAD_REQUEST", "");
    send(office.request("POST", "/contacts").header("Content-Type", "application/json").body("nonsense")).refused(400, "BAD_REQUEST", "");
    send(office.request("POST", "/contacts").body("email=%ff&firstname=A&lastname=B")).refused(422, "VALIDATION_ERROR", "email");
}

/// Stock clients write by the query alone, and a text for the lobby may be long: an address may have 64 KiB.
#[test]
fn a_write_by_query_may_have_60_kib() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let text = "a".repeat(60 * 1024);
    let path = format!("/conferences?name=Long&room_type=meeting&permanent_room=1&access_type=1&lobby_description={text}");
    let made = send(office.request("POST", &path)).ok()["room"].clone();
    let id = made["id"].as_i64().expect("an id");
    assert_eq!(office.room(id)["lobby_description"], text);
    let beyond = format!("{path}{}", "a".repeat(4 * 1024));
    assert_eq!(app.raw(format!("POST /v1{beyond} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {}\r\n\r\n", office.token)).status, 400);
    assert_eq!(office.list("/conferences/active").len(), 1);
}
