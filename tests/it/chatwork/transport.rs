//! What holds for every operation: tokens, paths, parameters, formats, sizes, headers

use std::collections::HashSet;

use crosstalk::domain::{Dialect, Email, Scopes, Timestamp, TokenId};
use crosstalk::ops;
use crosstalk::store::{Cause, Tx};
use futures_util::FutureExt;
use serde_json::json;

use crate::kit::{Answer, Chatwork, NOW_S, RawAnswer, TestApp, TestOptions, Wire, number, send, wait_until};

const UNKNOWN: &str = "Invalid API token";
const NO_ENDPOINT: &str = "Invalid Endpoint or HTTP method";
const NO_BODY: &str = "Parameter 'body' is required";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const JSON: &str = "Content-Type: application/json";
const MIB: usize = 1024 * 1024;

/// A request written by hand, with a length when it has a body.
fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut lines: Vec<String> = vec![format!("{method} {path} HTTP/1.1")];
    if !headers.iter().any(|line| line.to_ascii_lowercase().starts_with("host:")) {
        lines.push("Host: localhost".into());
    }
    lines.extend(headers.iter().map(|line| (*line).to_owned()));
    if !body.is_empty() {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    [lines.join("\r\n").as_bytes(), b"\r\n\r\n", body].concat()
}

fn ask(app: &TestApp, method: &str, path: &str, headers: &[&str], body: &[u8]) -> RawAnswer {
    app.raw(request(method, path, headers, body))
}

/// The header line of a token.
fn line(person: &Chatwork) -> String {
    format!("X-ChatWorkToken: {}", person.token)
}

/// A request of somebody with a token.
fn ask_as(app: &TestApp, person: &Chatwork, method: &str, path: &str, headers: &[&str], body: &[u8]) -> RawAnswer {
    ask(app, method, path, &[&[&*line(person)], headers].concat(), body)
}

/// A multipart body of one field.
fn multipart(name: &str, value: &str) -> (String, String) {
    let body = format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--XX--\r\n");
    ("Content-Type: multipart/form-data; boundary=XX".to_owned(), body)
}

fn message_num(person: &Chatwork, room: i64) -> i64 {
    number(&person.get(&format!("/rooms/{room}")).ok()["message_num"])
}

// ---- Tokens

#[test]
fn the_name_of_the_token_header_is_read_in_any_case() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    for name in ["X-ChatWorkToken", "x-chatworktoken", "X-ChatworkToken", "X-CHATWORKTOKEN"] {
        ask(&app, "GET", "/v2/me", &[&format!("{name}: {}", alice.token)], b"").ok();
        ask(&app, "GET", "/v2/me", &[&format!("{name}:   {} ", alice.token)], b"").ok();
    }
}

#[test]
fn tokens_that_are_no_good_are_refused_in_one_voice() {
    let app = TestApp::start();
    let token = |dialect, person, expires| app.token(dialect, person, Scopes::All, expires);
    let mut bad = vec!["".to_owned(), "wrong".to_owned(), "cw".repeat(20), app.chatwork("Alice").token.to_uppercase()];
    for dialect in Dialect::ALL.into_iter().filter(|dialect| *dialect != Dialect::Chatwork) {
        bad.push(token(dialect, dialect.is_personal().then_some("Alice"), None).1);
    }
    let (revoked, secret) = token(Dialect::Chatwork, Some("Alice"), None);
    bad.push(secret);
    let short = token(Dialect::Chatwork, Some("Alice"), Some(Timestamp::from_seconds(NOW_S + 10))).1;
    let disabled = app.chatwork("Bob");
    let sandbox = "sandbox-alice".to_owned();
    let kept = sandbox.clone();
    assert_eq!([&short, &disabled.token].map(|token| Chatwork::new(&app.base, token).get("/me").status), [200, 200]);
    app.world
        .write_blocking(Cause::job("test"), move |tx| {
            let (alice, bob) = (Email::parse("alice@example.com")?, Email::parse("bob@example.com")?);
            let new = crosstalk::domain::NewToken { dialect: Dialect::Chatwork, scopes: Scopes::All, expires: None, note: String::new() };
            ops::tokens::keep_secret(tx, Some("office"), Some(&alice), &new, kept)?;
            ops::tokens::revoke_token(tx, Some("office"), TokenId::new(revoked))?;
            ops::accounts::set_user_disabled(tx, &bob, true).map(|_| ())
        })
        .expect("tokens that are no good");
    app.advance_s(10);
    bad.extend([short, disabled.token.clone(), sandbox]);
    for token in bad {
        let answer = ask(&app, "GET", "/v2/me", &[&format!("X-ChatWorkToken: {token}")], b"");
        answer.fails(401, UNKNOWN);
        assert_eq!(answer.text(), "{\"errors\":[\"Invalid API token\"]}", "to the byte");
        assert!(!answer.headers.contains_key("www-authenticate"), "{token}");
    }
    app.chatwork("Alice").get("/me").ok();
}

#[test]
fn a_token_counts_only_in_its_header() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let token = &alice.token;
    for headers in [
        vec![],
        vec!["X-ChatWorkToken:".to_owned()],
        vec![format!("X-Chat-Work-Token: {token}")],
        vec![format!("Cookie: X-ChatWorkToken={token}")],
        vec![format!("Authorization: {token}")],
        vec![format!("Authorization: Basic {token}")],
        vec!["X-ChatWorkToken: \u{e9}".to_owned()],
    ] {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let answer = ask(&app, "GET", &format!("/v2/me?X-ChatWorkToken={token}&token={token}&api_token={token}"), &headers, b"");
        answer.fails(401, UNKNOWN);
        assert!(!answer.headers.contains_key("www-authenticate"), "{headers:?}");
    }
}

#[test]
fn bearer_tokens_work_too_and_their_refusal_says_why() {
    const EXPIRED: &str = "Bearer error=\"invalid_token\", error_description=\"The access token expired\"";
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let good = |scheme: &str| format!("Authorization: {scheme} {}", alice.token);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        ask(&app, "GET", "/v2/me", &[&good(scheme)], b"").ok();
    }
    for line in ["Authorization: Bearer wrong", "Authorization: Bearer ", "authorization: bearer x y"] {
        let answer = ask(&app, "GET", "/v2/me", &[line], b"");
        if answer.headers.contains_key("www-authenticate") {
            answer.fails(401, "Invalid API Token");
            assert_eq!(answer.header("www-authenticate"), EXPIRED);
        } else {
            // Without a value there is no Bearer token at all.
            assert_eq!(line, "Authorization: Bearer ");
            answer.fails(401, UNKNOWN);
        }
    }
    let both = [&*line(&alice), "Authorization: Bearer wrong"];
    ask(&app, "GET", "/v2/me", &both, b"").ok();
    let answer = ask(&app, "GET", "/v2/me", &["X-ChatWorkToken: wrong", &good("Bearer")], b"");
    answer.fails(401, UNKNOWN);
    assert!(!answer.headers.contains_key("www-authenticate"), "the API token counts");
}

#[test]
fn strangers_are_refused_before_path_verb_and_body_matter() {
    let app = TestApp::start();
    for (method, path) in
        [("GET", "/v2"), ("GET", "/v2/"), ("GET", "/v2/nowhere"), ("PATCH", "/v2/me"), ("POST", "/v2/rooms//x"), ("GET", "/V2/Me.json")]
    {
        ask(&app, method, path, &[], b"").fails(401, UNKNOWN);
    }
    for framing in ["Content-Length: 1000000", "Content-Length: 999999999999", "Transfer-Encoding: chunked"] {
        for path in ["/v2/rooms/1/messages", "/v2/rooms/1/files", "/v2/nowhere"] {
            // The body is never sent.
            let head = request("POST", path, &["X-ChatWorkToken: wrong", FORM, framing], b"");
            app.raw(head).fails(401, UNKNOWN);
        }
    }
}

#[test]
fn a_restricted_token_reaches_what_its_scopes_name() {
    const ROOMS_READ: [&str; 2] = ["rooms.all:read", "rooms.all:read_write"];
    const ROOMS_WRITE: [&str; 2] = ["rooms.all:write", "rooms.all:read_write"];
    const CONTACTS_READ: [&str; 2] = ["contacts.all:read", "contacts.all:read_write"];
    const CONTACTS_WRITE: [&str; 2] = ["contacts.all:write", "contacts.all:read_write"];
    let operations: [(&str, &str, [&str; 2], &str); 34] = [
        ("GET", "/me", ["users.all:read", ""], "users.profile.me:read"),
        ("GET", "/my/status", ["users.all:read", ""], "users.status.me:read"),
        ("GET", "/my/tasks", ["users.all:read", ""], "users.tasks.me:read"),
        ("GET", "/contacts", CONTACTS_READ, ""),
        ("GET", "/incoming_requests", CONTACTS_READ, ""),
        ("PUT", "/incoming_requests/1", CONTACTS_WRITE, ""),
        ("DELETE", "/incoming_requests/1", CONTACTS_WRITE, ""),
        ("PUT", "/incoming_requests/1/accept", CONTACTS_WRITE, ""),
        ("DELETE", "/incoming_requests/1/reject", CONTACTS_WRITE, ""),
        ("GET", "/rooms", ROOMS_READ, "rooms.info:read"),
        ("POST", "/rooms", ROOMS_WRITE, "rooms:write"),
        ("GET", "/rooms/1", ROOMS_READ, "rooms.info:read"),
        ("PUT", "/rooms/1", ROOMS_WRITE, "rooms.info:write"),
        ("DELETE", "/rooms/1", ROOMS_WRITE, "rooms:write"),
        ("GET", "/rooms/1/members", ROOMS_READ, "rooms.members:read"),
        ("PUT", "/rooms/1/members", ROOMS_WRITE, "rooms.members:write"),
        ("GET", "/rooms/1/messages", ROOMS_READ, "rooms.messages:read"),
        ("POST", "/rooms/1/messages", ROOMS_WRITE, "rooms.messages:write"),
        ("PUT", "/rooms/1/messages/read", ROOMS_WRITE, "rooms.messages:write"),
        ("PUT", "/rooms/1/messages/unread", ROOMS_WRITE, "rooms.messages:write"),
        ("GET", "/rooms/1/messages/1", ROOMS_READ, "rooms.messages:read"),
        ("PUT", "/rooms/1/messages/1", ROOMS_WRITE, "rooms.messages:write"),
        ("DELETE", "/rooms/1/messages/1", ROOMS_WRITE, "rooms.messages:write"),
        ("GET", "/rooms/1/tasks", ROOMS_READ, "rooms.tasks:read"),
        ("POST", "/rooms/1/tasks", ROOMS_WRITE, "rooms.tasks:write"),
        ("GET", "/rooms/1/tasks/1", ROOMS_READ, "rooms.tasks:read"),
        ("PUT", "/rooms/1/tasks/1/status", ROOMS_WRITE, "rooms.tasks:write"),
        ("GET", "/rooms/1/files", ROOMS_READ, "rooms.files:read"),
        ("POST", "/rooms/1/files", ROOMS_WRITE, "rooms.files:write"),
        ("GET", "/rooms/1/files/1", ROOMS_READ, "rooms.files:read"),
        ("GET", "/rooms/1/link", ROOMS_READ, "rooms.info:read"),
        ("POST", "/rooms/1/link", ROOMS_WRITE, "rooms.info:write"),
        ("PUT", "/rooms/1/link", ROOMS_WRITE, "rooms.info:write"),
        ("DELETE", "/rooms/1/link", ROOMS_WRITE, "rooms.info:write"),
    ];
    let app = TestApp::start();
    let scopes: HashSet<&str> = operations.iter().flat_map(|(_, _, wide, narrow)| [wide[0], wide[1], narrow]).collect();
    for scope in scopes.into_iter().filter(|scope| !scope.is_empty()) {
        let (_, secret) = app.token(Dialect::Chatwork, Some("Alice"), Scopes::Only(vec!["offline_access".into(), scope.into()]), None);
        let person = Chatwork::new(&app.base, &secret);
        for (method, path, wide, narrow) in operations {
            let answer = send(person.request(method, path));
            let is_refused = answer.text() == "{\"errors\":[\"Insufficient scope\"]}";
            assert_eq!(is_refused, !(wide.contains(&scope) || narrow == scope), "{scope}: {method} {path}");
            assert!(!is_refused || answer.status == 403, "{scope}: {method} {path}");
        }
        person.get("/nowhere").fails(400, NO_ENDPOINT);
    }
}

// ---- Paths

#[test]
fn paths_are_read_in_any_case_with_a_slash_or_a_question_mark_at_the_end() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let read = format!("/v2/ROOMS/{room}/Messages/READ");
    for path in ["/v2/Rooms", "/V2/rooms", "/v2/rooms/", "/v2/rooms?", "/v2/rooms/?", "/V2/ROOMS/?x=1"] {
        let listed = ask_as(&app, &alice, "GET", path, &[], b"").ok();
        assert_eq!(listed.as_array().map(Vec::len), Some(2), "{path}");
    }
    assert_eq!(ask_as(&app, &alice, "GET", "/v2/My/Tasks?", &[], b"").status, 204);
    assert_eq!(ask_as(&app, &alice, "PUT", &read, &[], b"").ok(), json!({"unread_num": 0, "mention_num": 0}));
    assert_eq!(ask_as(&app, &alice, "PUT", &format!("{read}/?"), &[], b"").status, 200);
}

#[test]
fn unknown_paths_and_verbs_are_a_400_of_the_vendor() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let id = alice.say(room, "x");
    let paths = [
        "/v2",
        "/v2/",
        "/v2//",
        "/v2/nowhere",
        "/v2/me/x",
        "/v2/rooms//messages",
        "/v2/rooms//",
        "/v2//rooms",
        "/v2/rooms/x",
        "/v2/rooms/-1",
        "/v2/rooms/+1",
        "/v2/rooms/1.5",
        "/v2/rooms/0x10",
        "/v2/rooms/%EF%BC%91",
        "/v2/rooms/{room_id}",
        "/v2/rooms/1%2F2",
        "/v2/rooms/1/../1",
        "/v2/room/1/members",
        "/v2/rooms.txt",
        "/v2/rooms/1/messages/x",
        "/v2/rooms/1/messages/1/2",
    ];
    for path in paths {
        ask_as(&app, &alice, "GET", path, &[], b"").fails(400, NO_ENDPOINT);
    }
    for verb in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PURGE", "get"] {
        ask_as(&app, &alice, verb, "/v2/me", &[], b"").fails(400, NO_ENDPOINT);
    }
    for (verb, path) in [("GET", "messages/read"), ("POST", "messages/read"), ("DELETE", "messages"), ("POST", &*format!("messages/{id}"))]
    {
        ask_as(&app, &alice, verb, &format!("/v2/rooms/{room}/{path}"), &[], b"").fails(400, NO_ENDPOINT);
    }
    for (path, token, status) in [("/v2/me", &*alice.token, 400), ("/v2/nowhere", &alice.token, 400), ("/v2/me", "wrong", 401)] {
        let mut wire = Wire::open(&app);
        wire.send(request("HEAD", path, &[&format!("X-ChatWorkToken: {token}")], b""));
        assert_eq!(wire.bodiless_answer().status, status);
        // No body may have come: the next answer starts right after the head.
        assert_eq!(wire.send(request("GET", "/livez", &[], b"")).answer().text(), "ok\n");
    }
}

#[test]
fn ids_that_overflow_belong_to_nobody() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    for id in ["2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999999999999999999999"] {
        alice.get(&format!("/rooms/{id}")).fails(403, "You don't have permission to get this room");
        alice.get(&format!("/rooms/{room}/messages/{id}")).fails(404, "The message is not found");
        alice.delete(&format!("/incoming_requests/{id}"), &[]).fails(404, "The request is not found");
    }
    assert_eq!(alice.get(&format!("/rooms/000{room}")).ok()["room_id"], json!(room), "zeros in front are digits");
}

#[test]
fn elsewhere_a_token_gets_the_vendors_words_and_nobody_gets_plain_ones() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    for path in ["/nowhere", "/v20/me", "/v3/me", "/rooms", "/v2me"] {
        let answer = ask(&app, "GET", path, &[], b"");
        assert_eq!((answer.status, &*answer.text()), (404, "There is nothing at this address.\n"), "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        ask(&app, "GET", path, &["X-ChatWorkToken: wrong"], b"").fails(401, UNKNOWN);
        ask_as(&app, &alice, "POST", path, &[], b"").fails(400, NO_ENDPOINT);
    }
}

// ---- Formats

/// Reads XML to its end; fails when it is not well-formed.
fn check_xml(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|cause| panic!("{cause}: {text}")) {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{text}");
}

#[test]
fn the_extension_chooses_the_format_of_answers_and_errors() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("A & B", &[], &[]);
    alice.say(room, "<b> ]]> & \"q\" \u{1}\u{0}日\r\n\u{fffe}");
    assert_eq!(alice.get("/me.json").ok(), alice.get("/me").ok());
    assert_eq!(alice.post(&format!("/rooms/{room}/messages.json"), &[("body", "y")]).status, 200);
    let wrong = Chatwork::new(&app.base, "wrong");
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response>";
    for (answer, status, part) in [
        (alice.get("/me.xml"), 200, "<name>Alice</name>"),
        (alice.get("/ME.XML/"), 200, "<facebook/>"),
        (alice.get(&format!("/rooms/{room}/messages.xml?force=1")), 200, "<body>&lt;b&gt; ]]&gt; &amp; &quot;q&quot; 日&#13;\n</body>"),
        (alice.get(&format!("/rooms/{room}.xml")), 200, "<name>A &amp; B</name><type>group</type><role>admin</role><sticky>0</sticky>"),
        (alice.get("/rooms/1.xml"), 403, "<errors><item>You don't have permission to get this room</item></errors>"),
        (alice.get("/nowhere.xml"), 400, "<errors><item>Invalid Endpoint or HTTP method</item></errors>"),
        (wrong.get("/me.xml"), 401, "<errors><item>Invalid API token</item></errors>"),
        (alice.post(&format!("/rooms/{room}/messages.xml"), &[("body", "")]), 400, "<item>Parameter 'body' is required</item>"),
        (alice.post(&format!("/rooms/{room}/messages.xml"), &[("body", "x")]), 200, "<message_id>"),
    ] {
        let text = answer.text();
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/xml; charset=utf-8"), "{text}");
        assert!(text.starts_with(declaration) && text.contains(part), "{part} in {text}");
        check_xml(&text);
    }
    alice.get("/contacts.xml").no_content();
}

// ---- Parameters

/// §1.3: what is read where, leniently and strictly.
#[test]
fn parameters_are_read_where_each_mode_allows() {
    let (lenient, strict) = (TestApp::start(), TestApp::with(TestOptions::strict()));
    for (app, is_strict) in [(&lenient, false), (&strict, true)] {
        let alice = app.chatwork("Alice");
        let room = alice.own_room();
        let (all, me) = (format!("/v2/rooms/{room}/messages"), alice.id());
        let posted = |answer: &RawAnswer| {
            let id = answer.ok()["message_id"].as_str().expect("an id").to_owned();
            alice.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"].as_str().expect("a text").to_owned()
        };
        let ask = |method: &str, path: &str, headers: &[&str], body: &str| ask_as(app, &alice, method, path, headers, body.as_bytes());
        // What strictly is not read, and so is missing.
        let only_lenient = |answer: RawAnswer, expected: &str| {
            if is_strict { answer.fails(400, NO_BODY) } else { assert_eq!(posted(&answer), expected) }
        };
        assert_eq!(posted(&ask("POST", &all, &[FORM], "body=form")), "form");
        assert_eq!(
            posted(&ask("POST", &all, &["Content-Type: application/x-www-form-urlencoded; charset=UTF-8"], "body=charset")),
            "charset"
        );
        assert_eq!(posted(&ask("POST", &all, &[], "body=untyped")), "untyped");
        assert_eq!(posted(&ask("POST", &format!("{all}?body=query"), &[FORM], "body=form")), "form", "the body counts first");
        only_lenient(ask("POST", &format!("{all}?body=query"), &[], ""), "query");
        only_lenient(ask("POST", &format!("{all}?body=query"), &[FORM], "self_unread=1"), "query");
        only_lenient(ask("POST", &all, &[JSON], r#"{"body":"json","self_unread":0}"#), "json");
        only_lenient(ask("POST", &all, &["Content-Type: application/JSON; charset=utf-8"], r#"{"body":5}"#), "5");
        let (content_type, body) = multipart("body", "multi");
        only_lenient(ask("POST", &all, &[&content_type], &body), "multi");
        let id = alice.say(room, "x");
        let one = format!("{all}/{id}");
        only_lenient(ask("PUT", &format!("{one}?body=query"), &[], ""), "query");
        only_lenient(ask("PUT", &one, &[JSON], r#"{"body":"json"}"#), "json");

        // GET: the query, and leniently a form after it.
        let tasks = format!("/v2/rooms/{room}/tasks");
        ask("POST", &tasks, &[FORM], &format!("body=x&to_ids={me}")).ok();
        let found = |answer: RawAnswer| if answer.status == 204 { 0 } else { answer.ok().as_array().map_or(0, Vec::len) };
        assert_eq!(found(ask("GET", &format!("{tasks}?status=done"), &[], "")), 0);
        assert_eq!(found(ask("GET", &tasks, &[FORM], "status=done")), usize::from(is_strict));
        assert_eq!(found(ask("GET", &format!("{tasks}?status=open"), &[FORM], "status=done")), 1, "the query counts first");

        // DELETE: query or body, in both modes.
        for (query, body) in [("?action_type=leave", ""), ("", "action_type=leave"), ("?action_type=x", "action_type=leave")] {
            let group = alice.create_room("Group", &[], &[]);
            assert_eq!(ask("DELETE", &format!("/v2/rooms/{group}{query}"), &[FORM], body).status, 204, "{query} {body}");
        }

        // The verb in the query.
        let (put, delete) = (ask("POST", &format!("{one}?method=PUT"), &[FORM], "body=overridden"), format!("{one}?method=delete"));
        if is_strict {
            put.fails(400, NO_ENDPOINT);
            ask("GET", &delete, &[], "").ok();
            assert_eq!(alice.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"], json!("x"), "nothing was changed");
        } else {
            assert_eq!(posted(&put), "overridden");
            ask("GET", &format!("{one}?x=1&method=put&body=by%20get"), &[], "").ok();
            assert_eq!(alice.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"], json!("by get"));
            ask("PUT", &format!("{one}?method=DELETE"), &[FORM], "body=x").ok();
            ask("POST", &format!("{one}?method=PATCH"), &[FORM], "body=x").fails(400, NO_ENDPOINT);
            assert_eq!(ask("POST", &delete, &[], "").ok(), json!({"message_id": id}));
            assert_eq!(alice.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"], json!("[deleted]"));
        }

        // Multipart is for uploads in both modes; a content type without a body harms nobody.
        alice.upload(room, "a.txt", b"a", None).ok();
        for content_type in [FORM, JSON, &content_type, "Content-Type: text/plain", "Content-Type: nonsense"] {
            ask("GET", "/v2/me", &[content_type], "").ok();
            if content_type.contains("multipart") && !is_strict {
                continue;
            }
            ask("PUT", &format!("{all}/read"), &[content_type, "Content-Length: 0"], "").ok();
        }
    }
}

#[test]
fn forms_are_decoded_and_what_nobody_asked_for_is_ignored() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let path = format!("/v2/rooms/{room}/messages");
    for (form, expected) in [
        ("body=a+b%2Bc", "a b+c"),
        ("body=%E6%97%A5%F0%9F%8E%89", "日🎉"),
        ("body=日🎉", "日🎉"),
        ("body=a=b%26c", "a=b&c"),
        ("&&body=x&", "x"),
        ("body=first&body=last", "last"),
        ("file_name=y&body=x&create_download_flag=1&=&%FF=1&z=%FF", "x"),
        ("body=100%", "100%"),
        ("body=%zz", "%zz"),
        ("self_unread=&body=x", "x"),
    ] {
        let id = ask_as(&app, &alice, "POST", &path, &[FORM], form.as_bytes()).ok()["message_id"].clone();
        let id = id.as_str().expect("an id");
        assert_eq!(alice.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"], json!(expected), "{form}");
    }
}

#[test]
fn lists_of_ids_come_in_many_spellings() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let (b, c) = (bob.id(), carol.id());
    for (form, expected) in [
        (format!("to_ids={b},{c}"), 2),
        (format!("to_ids={b}&to_ids={c}"), 2),
        (format!("to_ids[]={b}&to_ids%5B%5D={c}"), 2),
        (format!("to_ids=+{b}+,,%20{c},"), 2),
        (format!("to_ids={b},{b}&to_ids={b}"), 1),
    ] {
        let made = ask_as(&app, &alice, "POST", &format!("/v2/rooms/{room}/tasks"), &[FORM], format!("body=x&{form}").as_bytes()).ok();
        assert_eq!(made["task_ids"].as_array().map(Vec::len), Some(expected), "{form}");
    }
    let json = format!("{{\"body\":\"x\",\"to_ids\":[{b},\"{c}\"]}}");
    let made = ask_as(&app, &alice, "POST", &format!("/v2/rooms/{room}/tasks"), &[JSON], json.as_bytes()).ok();
    assert_eq!(made["task_ids"].as_array().map(Vec::len), Some(2));
    for form in ["to_ids=1;2", "to_ids=-1", "to_ids=1.0", "to_ids=%FF"] {
        let answer = ask_as(&app, &alice, "POST", &format!("/v2/rooms/{room}/tasks"), &[FORM], format!("body=x&{form}").as_bytes());
        answer.fails(400, "Parameter 'to_ids' is invalid");
    }
}

// ---- Bodies that can't be read

#[test]
fn bodies_that_cannot_be_read_are_refused_and_change_nothing() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let path = format!("/v2/rooms/{room}/messages");
    let not_json = "Invalid request: the body is not JSON";
    let unreadable = "Invalid request: the multipart body can't be read";
    let too_many = "Invalid request: there are more than 1,000 fields";
    let nested = |levels: usize| format!("{{\"body\":\"x\",\"y\":{}{}}}", "[".repeat(levels), "]".repeat(levels)).into_bytes();
    let fields = |count: usize| (0..count).map(|number| format!("f{number}=1&")).collect::<String>() + "body=x";
    let multi = "Content-Type: multipart/form-data; boundary=XX";
    let too_deep = "Invalid request: the body is nested deeper than 64 levels";
    let many_json = format!("{{{}\"body\":\"x\"}}", (0..10_000).map(|number| format!("\"f{number}\":1,")).collect::<String>());
    let many_items = format!("{{\"body\":\"x\",\"y\":[{}0]}}", "0,".repeat(10_000));
    let many_parts = (0..10_000).map(|_| "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n").collect::<String>() + "--XX--";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (FORM, b"body=%FF".to_vec(), "Parameter 'body' is invalid"),
        (FORM, b"body=\xff\xfe".to_vec(), "Parameter 'body' is invalid"),
        (FORM, b"body=%ED%A0%80".to_vec(), "Parameter 'body' is invalid"),
        (FORM, fields(10_000).into_bytes(), too_many),
        (FORM, fields(1_000).into_bytes(), too_many),
        (JSON, b"{".to_vec(), not_json),
        (JSON, b"body=x".to_vec(), not_json),
        (JSON, b"{\"body\":\"\xff\"}".to_vec(), not_json),
        (JSON, b"{\"body\":\"\\ud800\"}".to_vec(), not_json),
        (JSON, b"[\"body\"]".to_vec(), "Invalid request: the body is not a JSON object"),
        (JSON, b"null".to_vec(), "Invalid request: the body is not a JSON object"),
        (JSON, b"{\"body\":{\"x\":1}}".to_vec(), "Parameter 'body' is invalid"),
        (JSON, b"{\"body\":null}".to_vec(), NO_BODY),
        (JSON, b" ".to_vec(), NO_BODY),
        (JSON, nested(64), too_deep),
        (JSON, nested(100_000), too_deep),
        (JSON, many_json.into_bytes(), too_many),
        (JSON, many_items.into_bytes(), too_many),
        (multi, many_parts.into_bytes(), too_many),
        (multi, b"body=x".to_vec(), "Invalid request: the body was cut off"),
        ("Content-Type: multipart/form-data", b"--XX".to_vec(), unreadable),
    ];
    for (content_type, body, text) in cases {
        let start = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let answer = ask_as(&app, &alice, "POST", &path, &[content_type], &body);
        assert_eq!((answer.status, answer.json()), (400, json!({"errors": [text]})), "{content_type}: {start}");
    }
    assert_eq!(message_num(&alice, room), 1);
    for (content_type, body) in [(JSON, nested(63)), (FORM, fields(999).into_bytes())] {
        ask_as(&app, &alice, "POST", &path, &[content_type], &body).ok();
    }
}

#[test]
fn a_mebibyte_of_parameters_is_accepted_and_one_byte_more_is_not() {
    const TOO_LARGE: &str = "Invalid request: at most 1048576 bytes are accepted";
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let path = format!("/v2/rooms/{room}/messages");
    let form = |size: usize| format!("body=x&pad={}", "y".repeat(size - 11)).into_bytes();
    let json = |size: usize| format!("{{\"body\":\"x\"}}{}", " ".repeat(size - 12)).into_bytes();
    for (content_type, make) in [(FORM, &form as &dyn Fn(usize) -> Vec<u8>), (JSON, &json)] {
        let chunked = |body: Vec<u8>| [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
        let head = request("POST", &path, &[&line(&alice), content_type, "Transfer-Encoding: chunked"], b"");
        ask_as(&app, &alice, "POST", &path, &[content_type], &make(MIB)).ok();
        app.raw([head.clone(), chunked(make(MIB))].concat()).ok();
        assert_eq!(message_num(&alice, room) % 2, 1);
        ask_as(&app, &alice, "POST", &path, &[content_type], &make(MIB + 1)).fails(400, TOO_LARGE);
        app.raw([head, chunked(make(MIB + 1))].concat()).fails(400, TOO_LARGE);
        // Announced alone it is refused without waiting for it.
        app.raw(request("POST", &path, &[&line(&alice), content_type, "Content-Length: 1048577"], b"")).fails(400, TOO_LARGE);
    }
    let (content_type, body) = multipart("pad", &"y".repeat(MIB + 1));
    ask_as(&app, &alice, "POST", &path, &[&content_type], body.as_bytes()).fails(400, TOO_LARGE);
    assert_eq!(message_num(&alice, room), 5);
}

#[test]
fn a_body_that_is_cut_off_posts_nothing() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let path = format!("/v2/rooms/{room}/messages");
    for framing in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        for content_type in [FORM, JSON] {
            let mut wire = Wire::open(&app);
            wire.send(request("POST", &path, &[&line(&alice), content_type, framing], b""));
            wire.send(if framing.starts_with('T') { "6\r\nbody=x\r\n" } else { "body=x" }).end();
            if !wire.is_closed() {
                wire.answer().fails(400, "Invalid request: the body was cut off");
            }
        }
    }
    assert_eq!(message_num(&alice, room), 1);
}

#[test]
fn headers_beyond_32_kib_are_refused_before_anything_else() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let pad = |kib: usize| format!("X-Pad: {}", "y".repeat(kib * 1024));
    ask_as(&app, &alice, "GET", "/v2/me", &[&pad(31)], b"").ok();
    ask_as(&app, &alice, "GET", "/v2/me", &[&pad(33)], b"").fails(400, "Invalid request: the headers are larger than 32 KiB");
    ask(&app, "GET", "/v2/me", &[&pad(33)], b"").fails(400, "Invalid request: the headers are larger than 32 KiB");
}

// ---- Connections and headers of answers

#[test]
fn a_connection_goes_on_after_an_empty_answer_and_takes_requests_in_a_row() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let token = line(&alice);
    let mut wire = Wire::open(&app);
    for path in ["/v2/contacts", "/v2/my/tasks", "/v2/incoming_requests"] {
        let answer = wire.send(request("GET", path, &[&token], b"")).answer();
        answer.no_content();
        assert!(!answer.headers.contains_key("content-length"), "{path}");
        wire.send(request("GET", "/v2/me", &[&token], b"")).answer().ok();
    }
    wire.send(request("DELETE", &format!("/v2/rooms/{room}"), &[&token, FORM], b"action_type=leave")).answer().no_content();
    wire.send(request("GET", "/v2/nowhere", &[&token], b"")).answer().fails(400, NO_ENDPOINT);
    let both = [request("GET", "/v2/me", &[&token], b""), request("GET", "/v2/my/status", &[&token], b"")].concat();
    wire.send(both);
    assert!(wire.answer().ok().get("login_mail").is_some());
    assert!(wire.answer().ok().get("unread_room_num").is_some());
}

#[test]
fn a_client_that_waits_to_be_asked_for_its_body_is_asked() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let head =
        request("POST", &format!("/v2/rooms/{room}/messages"), &[&line(&alice), FORM, "Expect: 100-continue", "Content-Length: 6"], b"");
    let mut wire = Wire::open(&app);
    assert_eq!(wire.send(head).answer().status, 100);
    wire.send("body=x").answer().ok();
    assert_eq!(message_num(&alice, room), 2);
}

#[test]
fn every_answer_has_a_request_id_of_its_own() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let token = line(&alice);
    let mut seen = HashSet::new();
    for (path, headers) in [
        ("/v2/me", &[&*token][..]),
        ("/v2/me", &[&token]),
        ("/v2/contacts", &[&token]),
        ("/v2/nowhere", &[&token]),
        ("/v2/rooms/1", &[&token]),
        ("/v2/me", &[]),
        ("/nowhere", &[]),
        ("/nowhere", &[&token]),
        ("/", &[]),
        ("/livez", &[]),
        ("/readyz", &[]),
        ("/metrics", &[]),
        ("/assets/icon/ico_group.png", &[]),
        ("/assets/nowhere", &[]),
        ("/files/1/x", &[]),
        ("/g/nowhere", &[]),
    ] {
        let answer = ask(&app, "GET", path, headers, b"");
        let ids: Vec<&String> = answer.lines.iter().filter(|(name, _)| name == "x-request-id").map(|(_, value)| value).collect();
        let [id] = ids[..] else { panic!("{path}: {:?}", answer.lines) };
        assert!(id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{path}: {id}");
        assert!(seen.insert(id.clone()), "{path}: {id} again");
    }
}

#[test]
fn answers_are_dated_once_and_by_the_clock_that_limits_and_links_go_by() {
    let app = TestApp::start();
    for (seconds, expected) in
        [(0, "Sat, 31 Jan 2026 00:00:00 GMT"), (86_399, "Sat, 31 Jan 2026 23:59:59 GMT"), (1, "Sun, 01 Feb 2026 00:00:00 GMT")]
    {
        app.advance_s(seconds);
        for path in ["/v2/me", "/livez", "/nowhere"] {
            let answer = ask(&app, "GET", path, &[], b"");
            let dates: Vec<&String> =
                answer.lines.iter().filter(|(name, _)| name.eq_ignore_ascii_case("date")).map(|(_, value)| value).collect();
            assert_eq!(dates, [expected], "{path}");
        }
    }
}

#[test]
fn addresses_in_answers_start_with_hosts_that_are_known() {
    let avatar = |app: &TestApp, headers: &[&str]| {
        let shown = ask_as(app, &app.chatwork("Alice"), "GET", "/v2/me", headers, b"").ok();
        let url = shown["avatar_image_url"].as_str().expect("a text").to_owned();
        url.strip_suffix("/assets/avatar/ico_default_red.png").unwrap_or_else(|| panic!("{url}")).to_owned()
    };
    let app = TestApp::start();
    let forwarded = ["Host: localhost", "X-Forwarded-Host: chat.example.org", "X-Forwarded-Proto: https", "Forwarded: host=x;proto=https"];
    for (headers, expected) in [
        (&["Host: localhost:8080"][..], "http://localhost:8080"),
        (&["Host: 192.168.1.5"], "http://192.168.1.5"),
        (&["Host: [::1]:8080"], "http://[::1]:8080"),
        (&["Host: server.local"], "http://server.local"),
        (&["Host: evil.example.org"], &app.base),
        (&["Host: chat.example.org"], &app.base),
        (&["Host: localhost.evil.org"], &app.base),
        (&["Host: x@localhost"], &app.base),
        (&["Host:"], &app.base),
        (&forwarded, "http://localhost"),
    ] {
        assert_eq!(avatar(&app, headers), expected, "{headers:?}");
    }

    let mut options = TestOptions::default();
    options.config.server.hosts = vec!["Chat.example.org".into()];
    options.config.server.trusted_proxies = vec![[127, 0, 0, 1].into()];
    let app = TestApp::with(options);
    assert_eq!(avatar(&app, &["Host: chat.example.org:81"]), "http://chat.example.org:81");
    assert_eq!(avatar(&app, &forwarded[..3]), "https://chat.example.org", "a trusted proxy says so");
    assert_eq!(avatar(&app, &["X-Forwarded-Host: evil.example.org"]), app.base, "even a trusted one can't name a stranger");

    let mut options = TestOptions::default();
    options.config.server.public_url = Some("https://chat.example.org/".into());
    let app = TestApp::with(options);
    assert_eq!(avatar(&app, &["Host: evil.example.org"]), "https://chat.example.org");
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let file = number(&alice.upload(room, "a.txt", b"a", None).ok()["file_id"]);
    let shown = alice.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok();
    assert!(shown["download_url"].as_str().is_some_and(|url| url.starts_with("https://chat.example.org/files/")), "{shown}");
}

// ---- Monitoring

/// Kills the thread that drops it.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
fn a_server_that_can_write_nothing_any_more_is_not_ready() {
    let app = TestApp::start();
    let ready = || ask(&app, "GET", "/readyz", &[], b"").status;
    let (tell, told) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let hold = move |_: &Tx<'_>| Ok((tell.send(()).is_ok(), held.recv().is_err()));
    let held = app.world.write(Cause::job("test"), hold).now_or_never();
    assert_eq!((held, told.recv()), (None, Ok(())));
    // Nobody waits for it any more when the writer hands it out.
    assert!(app.world.write(Cause::job("test"), |_| Ok(Bomb)).now_or_never().is_none());
    assert_eq!(ready(), 200);
    drop(release);
    wait_until("the writer has gone", || !app.world.is_writing());
    assert_eq!(ready(), 503);
}

#[test]
fn health_is_told_to_all_and_numbers_to_this_machine_alone() {
    let app = TestApp::start();
    let get = |path: &str, headers: &[&str]| ask(&app, "GET", path, headers, b"");
    for path in ["/livez", "/readyz"] {
        let answer = get(path, &["X-Forwarded-For: 10.0.0.1"]);
        assert_eq!((answer.status, &*answer.text()), (200, "ok\n"), "{path}");
    }
    let count = || {
        let text = get("/metrics", &[]).text();
        let line = text.lines().find(|line| line.starts_with("crosstalk_requests_total{api=\"chatwork\",status=\"4xx\"}"));
        line.and_then(|line| line.rsplit_once(' ')).map_or(0, |(_, number)| number.parse::<i64>().expect("a number"))
    };
    let before = count();
    (0..3).for_each(|_| get("/v2/me", &[]).fails(401, UNKNOWN));
    assert_eq!(count(), before + 3);
    for header in ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1", "Via: 1.1 proxy"] {
        let answer = get("/metrics", &[header]);
        assert_eq!((answer.status, answer.text().contains("crosstalk_")), (403, false), "{header}");
    }
}

// ---- History as in the vendor's free plan

#[test]
fn history_beyond_the_plan_is_hidden_and_said_to_be() {
    const DAY_S: i64 = 24 * 60 * 60;
    let mut options = TestOptions::default();
    options.config.chatwork.history_days = 40;
    let app = TestApp::with(options);
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let path = format!("/rooms/{room}/messages");
    let old = alice.say(room, "old");
    let limited = |answer: &Answer| {
        let (flag, summary) = (answer.header("chatwork-message-limitation"), answer.header("chatwork-message-limitation-summary"));
        assert_eq!(flag.is_empty(), summary.is_empty());
        assert!(["", "true"].contains(&flag), "{flag}");
        !flag.is_empty()
    };
    let ids = |answer: &Answer| answer.ok().as_array().expect("a list").iter().map(|m| m["body"].clone()).collect::<Vec<_>>();

    app.advance_s(40 * DAY_S);
    let whole = bob.get(&format!("{path}?force=1"));
    assert_eq!((ids(&whole).len(), limited(&whole)), (2, false), "forty days are shown");
    app.advance_s(1);
    let hidden = bob.get(&format!("{path}?force=1"));
    hidden.no_content();
    assert!(limited(&hidden), "all of them are hidden");
    let single = alice.get(&format!("{path}/{old}"));
    single.fails(404, "The message is not found");
    assert!(limited(&single));

    let new = alice.say(room, "new");
    let some = bob.get(&format!("{path}?force=1"));
    assert_eq!((ids(&some), limited(&some)), (vec![json!("new")], true));
    let single = bob.get(&format!("{path}/{new}"));
    assert_eq!((single.ok()["body"].clone(), limited(&single)), (json!("new"), false));
    for answer in [bob.get(&path), bob.get(&format!("{path}/1")), bob.get("/me"), alice.post(&path, &[("body", "x")])] {
        assert!(!limited(&answer), "{answer:?}");
    }
}

#[test]
fn without_a_plan_nothing_is_hidden() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    app.advance_s(10 * 365 * 24 * 60 * 60);
    let answer = alice.get(&format!("/rooms/{room}/messages"));
    assert_eq!(answer.ok().as_array().map(Vec::len), Some(1));
    assert_eq!(answer.header("chatwork-message-limitation"), "");
}
