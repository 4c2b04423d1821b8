//! The request log as the page shows it, now and as it comes.

use serde_json::{Value, json};

use super::follow::Stream;
use crate::kit::{Browser, TestApp, TestOptions, request, send};

/// What the log has, once it is written down.
fn listed(app: &TestApp, admin: &Browser, query: &str) -> Vec<Value> {
    app.world.requests().expect("a log").settle();
    admin.get(&format!("/requests?{query}")).ok()["items"].as_array().expect("a list").clone()
}

fn paths(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["path"].as_str().expect("a path")).collect()
}

#[test]
fn requests_are_listed_newest_first_with_who_asked() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    alice.get("/me");
    alice.get("/rooms/5");
    let found = listed(&app, &admin, "dialect=chatwork");
    assert_eq!(paths(&found), ["/v2/rooms/5", "/v2/me"]);
    assert_eq!((&found[0]["status"], &found[0]["method"], &found[0]["caller"]["name"]), (&json!(403), &json!("GET"), &json!("Alice")));
    assert!(found[0]["caller"]["token_id"].is_i64() && found[0]["duration_ms"].is_number());
    let own = listed(&app, &admin, "dialect=admin&status=200");
    assert!(own.iter().all(|one| one["caller"].is_null() || one["caller"]["token_id"].is_null()), "a session is no token");
}

#[test]
fn requests_are_found_by_what_they_were() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    alice.get("/me");
    let refused = alice.get("/rooms/5");
    send(request("GET", &format!("{}/nowhere", app.base)));
    for (query, expected) in [
        ("dialect=chatwork&status=4xx", vec!["/v2/rooms/5"]),
        ("dialect=chatwork&status=200", vec!["/v2/me"]),
        ("path=rooms", vec!["/v2/rooms/5"]),
        ("dialect=server", vec!["/nowhere"]),
        ("except=admin", vec!["/nowhere", "/v2/rooms/5", "/v2/me"]),
        ("method=post&dialect=chatwork", vec![]),
        ("since=2026-02-01T00:00:00Z", vec![]),
        ("until=2026-01-31T00:00:00Z", vec![]),
        ("dialect=chatwork&account=5", vec![]),
        ("dialect=chatwork&token=5", vec![]),
        (&format!("request_id={}", refused.header("x-request-id")), vec!["/v2/rooms/5"]),
    ] {
        assert_eq!(paths(&listed(&app, &admin, query)), expected, "{query}");
    }
    for (query, field) in
        [("status=900", "status"), ("status=4x", "status"), ("since=soon", "since"), ("limit=0", "limit"), ("before=x", "before")]
    {
        let answer = admin.get(&format!("/requests?{query}"));
        answer.is_not_done(400, "invalid");
        assert_eq!(answer.json()["error"]["field"], field, "{query}");
    }
}

#[test]
fn older_requests_come_page_by_page() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    for room in 1..=5 {
        alice.get(&format!("/rooms/{room}"));
    }
    app.world.requests().expect("a log").settle();
    let (mut before, mut seen) = (String::new(), Vec::new());
    loop {
        let page = admin.get(&format!("/requests?path=/rooms/&limit=2{before}")).ok();
        seen.extend(paths(page["items"].as_array().expect("a list")).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_i64() else { break };
        before = format!("&before={next}");
    }
    assert_eq!(seen, (1..=5).rev().map(|room| format!("/v2/rooms/{room}")).collect::<Vec<_>>());
}

#[test]
fn requests_come_as_they_are_answered() {
    let app = TestApp::start();
    let admin = app.admin();
    let mut stream = Stream::open(&admin, "/requests/live?dialect=chatwork");
    let alice = app.chatwork("Alice");
    alice.get("/me");
    let (first, told) = stream.event();
    assert_eq!(paths(told["items"].as_array().expect("a list")), ["/v2/me"]);
    assert_eq!((&told["has_gap"], &told["items"][0]["caller"]["name"]), (&json!(false), &json!("Alice")));
    alice.get("/rooms/5");
    let (second, told) = stream.event();
    assert!(second > first);
    assert_eq!(paths(told["items"].as_array().expect("a list")), ["/v2/rooms/5"]);
}

#[test]
fn who_lost_the_connection_goes_on_where_it_was() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    alice.get("/me");
    let seen = listed(&app, &admin, "dialect=chatwork")[0]["id"].as_i64().expect("a number");
    for _ in 0..250 {
        alice.get("/my/status");
    }
    let mut stream = Stream::open(&admin, &format!("/requests/live?dialect=chatwork&after={seen}"));
    let mut told = stream.event().1;
    while told["items"][0]["path"] != "/v2/my/status" {
        told = stream.event().1;
    }
    assert!(
        told["has_gap"].as_bool().expect("a fact") || told["items"].as_array().expect("a list").len() < 200,
        "more than are told are not kept quiet"
    );
    let response = admin.request("GET", "/requests/live?dialect=chatwork").header("last-event-id", "x");
    send(response).is_not_done(400, "invalid");
}

#[test]
fn a_stream_needs_a_session_and_ends_with_the_server() {
    let app = TestApp::start();
    app.browser().get("/requests/live").is_not_done(401, "sign_in");
    let admin = app.admin();
    let mut stream = Stream::open(&admin, "/requests/live?path=nothing");
    app.stop();
    assert!(stream.is_over());
}

#[test]
fn a_stream_ends_soon_after_its_session() {
    let app = TestApp::start();
    let admin = app.admin();
    let mut stream = Stream::open(&admin, "/requests/live?path=nothing");
    admin.bare("DELETE", "/session").ok();
    let began = std::time::Instant::now();
    assert!(stream.is_over() && began.elapsed().as_secs() < 25, "it is looked every quarter of a minute");
}

#[test]
fn there_are_so_many_streams_and_not_one_more() {
    let app = TestApp::start();
    let admin = app.admin();
    let streams: Vec<Stream> = (0..50).map(|_| Stream::open(&admin, "/requests/live?path=nothing")).collect();
    admin.get("/requests/live").is_not_done(503, "busy");
    drop(streams);
}

#[test]
fn a_server_that_keeps_no_log_says_so() {
    let mut options = TestOptions::default();
    options.config.log.requests = false;
    let app = TestApp::with(options);
    let admin = app.admin();
    for path in ["/requests", "/requests/live"] {
        admin.get(path).is_not_done(403, "not_here");
    }
}
