//! Paths, tokens, bodies and failures, whatever is asked for.

use crosstalk::web::{Format, JsonStyle};
use serde_json::{Value, json};

use crate::kit::{TestApp, TestOptions, request, send};

#[test]
fn a_collection_is_the_same_with_and_without_a_slash_and_below_the_alias() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let found = alice.list("/chat-messages");
    assert_eq!(found.len(), 1, "the note that her own room was made");
    for path in ["/chat-messages/", "/chat-messages/?%24limit=%2350", "/hapi/chat-messages", "/hapi/chat-messages/", "/HAPI/chat-messages"]
    {
        assert_eq!(alice.list(path), found, "{path}");
    }
    assert_eq!(alice.list("/chat-rooms/").len(), 1);
}

#[test]
fn the_scheme_is_written_in_any_case_and_a_body_less_get_may_have_a_type() {
    let app = TestApp::start();
    let token = app.chat_messages("Alice").token.split_once(' ').expect("a scheme").1.to_owned();
    for value in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER  {token} ")] {
        let call = request("GET", &format!("{}/chat-messages", app.base)).header("Authorization", &value);
        send(call.header("Content-Type", "application/json").header("Environment", "staging")).ok();
    }
    for value in [format!("Basic {token}"), token.clone(), "Bearer".into(), "Bearer x".into(), String::new()] {
        send(request("GET", &format!("{}/chat-messages", app.base)).header("Authorization", &value)).feathers(401, "NotAuthenticated");
    }
    send(request("GET", &format!("{}/chat-messages", app.base)).header("X-ChatWorkToken", &token)).feathers(401, "NotAuthenticated");
}

#[test]
fn a_token_is_asked_for_before_path_and_verb() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let bare = |method: &str, path: &str| send(request(method, &format!("{}{path}", app.base)));
    for (method, path) in [("DELETE", "/chat-messages/1"), ("GET", "/chat-messages/1/2"), ("GET", "/hapi/nothing"), ("GET", "/files")] {
        bare(method, path).feathers(401, "NotAuthenticated");
    }
    for (method, path) in [
        ("PUT", "/chat-messages/1"),
        ("DELETE", "/chat-messages/1"),
        ("DELETE", "/chat-messages"),
        ("PUT", "/chat-messages"),
        ("PATCH", "/chat-rooms"),
        ("DELETE", "/chat-rooms/1"),
        ("GET", "/files"),
        ("GET", "/files/"),
    ] {
        send(alice.request(method, path)).feathers(405, "MethodNotAllowed");
    }
    for path in ["/chat-messages/1/2", "/chat-rooms/a/b/c", "/hapi", "/hapi/nothing"] {
        alice.get(path).feathers(404, "NotFound");
    }
    alice.get("/nothing/at/all").feathers(404, "NotFound");
}

#[test]
fn pages_of_other_sites_may_call() {
    let app = TestApp::start();
    for path in ["/chat-messages", "/chat-messages/1", "/files", "/hapi/chat-rooms"] {
        let asked = send(request("OPTIONS", &format!("{}{path}", app.base)).header("Origin", "https://x.example"));
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (204, "*"), "{path}");
        assert_eq!(asked.header("access-control-allow-methods"), "GET, POST, PATCH, OPTIONS");
        assert_eq!(asked.header("access-control-allow-headers"), "authorization, content-type, environment");
    }
    let listed = app.chat_messages("Alice").get("/chat-messages");
    assert_eq!((listed.header("access-control-allow-origin"), listed.header("content-type")), ("*", "application/json; charset=utf-8"));
    let refused = send(request("GET", &format!("{}/chat-messages", app.base)));
    assert_eq!(refused.header("access-control-allow-origin"), "*");
}

#[test]
fn a_restricted_token_does_only_what_its_scopes_say() {
    use crosstalk::domain::{Dialect, Scopes};
    let app = TestApp::start();
    let (_, secret) = app.token(Dialect::ChatMessages, Some("Alice"), Scopes::parse("read").expect("scopes"), None);
    let reader = crate::kit::ChatMessages::new(&app.base, &secret);
    reader.get("/chat-messages").ok();
    reader.json("POST", "/chat-messages", &json!({})).feathers(403, "Forbidden");
}

#[test]
fn bodies_come_as_json_or_as_forms_and_nothing_else() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.list("/chat-rooms")[0]["id"].as_str().expect("an id").to_owned();
    let with = |kind: Option<&str>, body: &str| {
        let call = alice.request("POST", "/chat-messages").body(body.to_owned());
        send(kind.into_iter().fold(call, |call, kind| call.header("Content-Type", kind)))
    };
    let body = json!({"room": room, "text": "hey"}).to_string();
    with(Some("application/json"), &body).ok();
    with(Some("Application/JSON; charset=utf-8"), &format!("\u{FEFF}{body}")).ok();
    with(None, &body).ok();
    with(Some("application/x-www-form-urlencoded"), &format!("room={room}&text=a+b")).ok();
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "application/octet-stream"] {
        with(Some(kind), &body).feathers(415, "UnsupportedMediaType");
    }
    for broken in ["{", "[", "null x", "{\"room\":", "\"a\"", "1", "[[]]", "[1]", &"[".repeat(10_000)] {
        with(Some("application/json"), broken).feathers(400, "BadRequest");
    }
    assert_eq!(with(Some("text/plain"), "").feathers(400, "BadRequest"), json!({"room": "required"}), "no body has no type");
    with(Some("application/json"), &format!("\"{}\"", "a".repeat(1024 * 1024))).feathers(413, "PayloadTooLarge");
    let patch = alice.request("PATCH", "/chat-messages/1").header("Content-Type", "text/plain").body("seen");
    send(patch).feathers(415, "UnsupportedMediaType");
}

#[test]
fn ids_in_paths_may_be_anything() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    for id in [
        "undefined",
        "null",
        "NaN",
        "1",
        "-1",
        "0",
        "%00",
        "%ff",
        "a%2Fb",
        "%F0%9F%8E%89",
        "99999999999999999999999",
        "1e5",
        "__proto__",
        "5dd4c1b1e4b0a5a5a5a5a5a5",
        "%20",
        "1769817600000000001%20",
        "01769817600000000001",
    ] {
        for path in [format!("/chat-messages/{id}"), format!("/chat-rooms/{id}")] {
            alice.get(&path).feathers(404, "NotFound");
            alice.json("PATCH", &path, &json!({"seen": true})).feathers(404, "NotFound");
        }
    }
    let told = alice.get("/chat-messages/a%20b").json();
    assert_eq!(told["message"], "No record found for id 'a b'");
    assert_eq!((told["className"].as_str(), &told["errors"]), (Some("not-found"), &json!({})));
}

#[test]
fn a_server_can_be_told_to_always_paginate() {
    let mut options = TestOptions::default();
    options.config.chat_messages.always_paginates = true;
    let app = TestApp::with(options);
    let alice = app.chat_messages("Alice");
    let found = alice.get("/chat-messages").ok();
    assert_eq!(
        (&found["total"], &found["limit"], &found["skip"], found["data"].as_array().map(Vec::len)),
        (&json!(1), &json!(1000), &json!(0), Some(1))
    );
    assert_eq!(alice.get("/chat-rooms?$limit=%230").ok(), json!({"total": 1, "limit": 0, "skip": 0, "data": []}));
    assert_eq!(alice.list("/chat-messages?$paginate=false").len(), 1);
}

#[test]
fn every_answer_comes_as_xml_where_the_path_asks_for_it() {
    let app = TestApp::start();
    let alice = app.chat_messages("Alice");
    let room = alice.start_room(&[&app.uid("Bob")], "A & <B>");
    let id = alice.say(&room, "a < \"b\" あ");
    let rendered = |tree: &Value| String::from_utf8(Format::Xml.render(JsonStyle::Utf8, tree).expect("XML")).expect("UTF-8");
    for (path, query) in [
        ("/chat-messages", ""),
        ("/chat-messages", "?$total=true&$limit=1&$skip=1"),
        ("/chat-messages", "?room=nobodys"),
        ("/chat-messages", "?$limit=0"),
        (&*format!("/chat-messages/{id}"), ""),
        ("/chat-messages/1", ""),
        ("/chat-rooms", ""),
        ("/hapi/chat-rooms", "?$select[]=title"),
        (&*format!("/chat-rooms/{room}"), ""),
        ("/chat-rooms", "?$where=1"),
        ("/files", ""),
    ] {
        let plain = alice.get(&format!("{path}{query}"));
        assert_eq!(alice.get(&format!("{path}.json{query}")).text(), plain.text(), "{path}{query}");
        let xml = alice.get(&format!("{path}.xml{query}"));
        assert_eq!((xml.status, xml.header("content-type")), (plain.status, "application/xml; charset=utf-8"), "{path}{query}");
        let text = xml.text().replace("<response></response>", "<response/>").replace("<data></data>", "<data/>");
        assert_eq!(text, rendered(&plain.json()), "{path}{query}");
    }
    let posted = alice.json("POST", "/chat-messages.xml", &json!([{"room": room, "text": "one"}, {"room": room, "text": "two"}])).text();
    assert_eq!((posted.matches("<item><id>").count(), posted.ends_with("</item></response>")), (2, true), "{posted}");
    let kept = alice.json("POST", "/files.xml", &json!({"uri": "data:text/plain,Hello"})).text();
    assert!(kept.contains("<response><uri>"), "{kept}");
    let refused = send(request("GET", &format!("{}/chat-messages.xml", app.base))).text();
    assert!(refused.contains("<name>NotAuthenticated</name>"), "{refused}");
    alice.get("/chat-messages.php").feathers(404, "NotFound");
}
