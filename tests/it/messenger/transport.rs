//! Tokens, paths, verbs, formats: what all operations have in common.

use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::{TestApp, number, request, send};

#[test]
fn every_operation_needs_a_token_of_its_kind() {
    let app = TestApp::start();
    let url = format!("{}/api/v1/chatrooms?organization_id={}", app.base, app.organization("office"));
    let (organization, person) = (app.messenger().token.clone(), app.messenger_of("Alice").token.clone());
    let asked =
        |headers: &[(&str, &str)]| send(headers.iter().fold(request("GET", &url), |request, (name, value)| request.header(*name, *value)));
    asked(&[]).is_refused(401, "unauthorized");
    for wrong in [
        ("API-TOKEN", "x"),
        ("API-TOKEN", &*person),
        ("Personal-Access-Token", &*organization),
        ("X-Api-Key", &*organization),
        ("Authorization", &*format!("Bearer {person}")),
    ] {
        asked(&[wrong]).is_refused(401, "unauthorized");
    }
    for right in [("API-TOKEN", &*organization), ("api-token", &*organization), ("Personal-Access-Token", &*person)] {
        assert_eq!(asked(&[right]).status, 200, "{right:?}");
    }
    assert_eq!(asked(&[("Personal-Access-Token", &person), ("API-TOKEN", "x")]).status, 200);
    asked(&[("Personal-Access-Token", "x"), ("API-TOKEN", &organization)]).is_refused(401, "unauthorized");
    asked(&[("Personal-Access-Token", ""), ("API-TOKEN", &organization)]).is_refused(401, "unauthorized");
    send(request("GET", &format!("{}/api/v1/nothing", app.base))).is_refused(401, "unauthorized");
    send(request("POST", &format!("{}/chatrooms", app.base)).body("{broken")).is_refused(401, "unauthorized");
}

#[test]
fn a_restricted_token_reads_and_does_not_write() {
    let app = TestApp::start();
    let (_, token) = app.token(Dialect::Messenger, None, Scopes::parse("read").expect("scopes"), None);
    let office = app.organization("office");
    let url = |path: &str| format!("{}/api/v1{path}", app.base);
    assert_eq!(send(request("GET", &url(&format!("/chatrooms?organization_id={office}"))).header("API-TOKEN", &token)).status, 200);
    send(request("DELETE", &url("/chatrooms/5")).header("API-TOKEN", &token)).is_refused(403, "forbidden");
    send(request("POST", &url("/chatrooms")).header("API-TOKEN", &token).body("{}")).is_refused(403, "forbidden");
}

#[test]
fn rooms_stand_below_three_roots_and_a_slash_at_the_end_changes_nothing() {
    let app = TestApp::start();
    let messenger = app.messenger();
    let id = messenger.create_id(&app, "A", &[]);
    for root in ["/api/v1", "/api/v1/chat", "", "/API/v1", "/api/V1/CHAT"] {
        for path in [
            format!("/chatrooms/{id}"),
            format!("/chatroom/{id}/"),
            format!("/chatrooms/!r{id}:test.local/"),
            format!("/chatrooms/{id}.json"),
        ] {
            let answer = send(request("GET", &format!("{}{root}{path}", app.base)).header("API-TOKEN", &messenger.token));
            assert_eq!(number(&answer.ok()["id"]), id, "{root}{path}");
        }
    }
    for path in ["/chatroomsx", "/chat/chatrooms", "/matrix/login", "/nowhere"] {
        let answer = send(request("GET", &format!("{}{path}", app.base)).header("API-TOKEN", &messenger.token));
        answer.is_refused(404, "not_found");
        send(request("GET", &format!("{}{path}", app.base)).header("Personal-Access-Token", "x")).is_refused(401, "unauthorized");
    }
    assert_eq!(send(request("GET", &format!("{}/chatroomsx", app.base))).text(), "There is nothing at this address.\n");
}

#[test]
fn unknown_paths_and_verbs_are_told_apart() {
    let app = TestApp::start();
    let messenger = app.messenger();
    for path in ["/chatrooms/5/nothing", "/chatrooms/5/users/6", "/user", "/matrix", "/rooms", "/"] {
        messenger.get(path).is_refused(404, "not_found");
    }
    for (method, path) in [
        ("POST", "/chatrooms/5"),
        ("DELETE", "/chatrooms"),
        ("GET", "/chatrooms/default"),
        ("GET", "/matrix/login"),
        ("OPTIONS", "/chatrooms"),
        ("GET", "/chatrooms/5/claim"),
    ] {
        messenger.bare(method, path).is_refused(405, "bad_request");
    }
    let answer = messenger.get("/chatrooms");
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn a_body_is_an_object_of_at_most_64_levels() {
    let app = TestApp::start();
    let messenger = app.messenger();
    let (office, make) = (app.organization("office"), |body: String| send(messenger.request("POST", "/chatrooms").body(body)));
    let nested = |levels: usize| {
        make(format!("{{\"name\":\"{levels}\",\"organizationID\":{office},\"other\":{}{}}}", "[".repeat(levels), "]".repeat(levels)))
    };
    nested(64).is_refused(400, "bad_request");
    assert_eq!(nested(63).status, 201);
    for body in ["", "[]", "null", "{"] {
        make(body.to_owned()).is_refused(400, "bad_request");
    }
}

#[test]
fn answers_come_as_xml_where_the_path_asks_for_it() {
    let app = TestApp::start();
    let messenger = app.messenger();
    let id = messenger.create_id(&app, "A & B", &[]);
    let xml = messenger.get(&format!("/chatrooms/{id}.xml"));
    assert_eq!(xml.header("content-type"), "application/xml; charset=utf-8");
    assert!(xml.text().contains("<name>A &amp; B</name>"), "{}", xml.text());
    let by_matrix_id = messenger.get(&format!("/chatrooms/!r{id}:test.local.xml"));
    assert!(by_matrix_id.text().starts_with("<?xml"), "{}", by_matrix_id.text());
    let failed = messenger.get("/chatrooms/1.xml");
    assert!(
        failed.status == 404 && failed.text().contains("<success>false</success>") || failed.text().contains("<success>0</success>"),
        "{}",
        failed.text()
    );
}

#[test]
fn lists_that_the_page_calls_arrays_are_never_null() {
    let app = TestApp::start();
    let office = app.organization("office");
    assert_eq!(app.messenger().get(&format!("/chatrooms?organization_id={office}")).ok(), json!({"entries": [], "total": 0}));
}
