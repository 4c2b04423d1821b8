//! The request log: what was asked and how it was answered is in it; what was said, shown or proved is not.

use std::fs;

use crosstalk::domain::{Dialect, LoggedRequest, RequestFilter, Scopes};
use crosstalk::ops::requests::{count_requests, list_requests};
use crosstalk::store::requests::RequestLog;
use serde_json::json;

use crate::kit::{TestApp, TestOptions, Visitor, request, send};

fn log(app: &TestApp) -> &RequestLog {
    let log = app.world.requests().expect("a log");
    log.settle();
    log
}

/// Requests that fit, newest first.
fn list(app: &TestApp, filter: &RequestFilter) -> Vec<LoggedRequest> {
    list_requests(log(app), filter, None, 200).expect("requests").entries
}

fn everything() -> RequestFilter {
    RequestFilter::default()
}

#[test]
fn a_request_is_in_the_log_with_its_caller_and_the_id_of_its_answer() {
    let app = TestApp::start();
    let (token, secret) = app.token(Dialect::Chatwork, Some("Alice"), Scopes::All, None);
    let url = format!("{}/v2/Me.json?x=secret-query", app.base);
    let answer = send(request("GET", &url).header("x-chatworktoken", &secret).header("user-agent", "curl/".repeat(100)));
    let size = answer.bytes.len() as u64;
    let found = list(&app, &everything());
    let [LoggedRequest { request: logged, .. }] = &found[..] else { panic!("not one: {found:?}") };
    assert_eq!((&*logged.method, &*logged.path, logged.status, &*logged.api), ("GET", "/v2/Me.json", 200, "chatwork"), "as it was sent");
    let caller = logged.caller.expect("a caller");
    assert_eq!((caller.token.get(), caller.organization.get()), (token, app.organization("office")));
    assert_eq!(caller.account.get(), answer.json()["account_id"].as_i64().expect("an id"));
    assert_eq!((&*logged.address, logged.client.len(), logged.bytes), ("127.0.0.1", 200, Some(size)));
    assert_eq!(logged.request_id, answer.header("x-request-id"));
    assert_eq!(logged.at, app.world.clock().now());
    assert_eq!(list(&app, &RequestFilter { request_id: Some(logged.request_id.clone()), ..everything() }).len(), 1);
}

#[test]
fn who_is_refused_is_named_too_and_strangers_are_nobody() {
    let mut options = TestOptions { limits: crosstalk::config::Limits::Vendor, ..TestOptions::default() };
    options.config.chatwork.account_limit = 1;
    let app = TestApp::with(options);
    let alice = app.chatwork("Alice");
    for (status, is_known) in [(200, true), (429, true)] {
        assert_eq!(alice.get("/my/status").status, status);
        let newest = &list(&app, &everything())[0].request;
        assert_eq!((newest.status, newest.caller.is_some()), (status, is_known));
    }
    send(request("GET", &format!("{}/v2/me", app.base)).header("x-chatworktoken", "cwunknown"));
    send(request("GET", &format!("{}/nowhere", app.base)));
    let found = list(&app, &RequestFilter { statuses: Some((401, 404)), ..everything() });
    let shown: Vec<_> =
        found.iter().map(|LoggedRequest { request, .. }| (&*request.path, &*request.api, request.status, request.caller)).collect();
    assert_eq!(shown, [("/nowhere", "server", 404, None), ("/v2/me", "chatwork", 401, None)]);
    let counts = count_requests(log(&app), app.world.clock().now(), 1, crosstalk::domain::Grain::Hour, 0).expect("numbers");
    let counted: Vec<_> = counts.iter().map(|count| (&*count.api, count.requests, count.refused, count.failed)).collect();
    assert_eq!(counted, [("chatwork", 3, 2, 0), ("server", 1, 1, 0)]);
}

#[test]
fn a_chart_has_bounds_and_whole_hours_and_days() {
    use crosstalk::domain::Grain;
    let app = TestApp::start();
    app.open("/");
    let now = app.world.clock().now();
    let count = |days, grain, offset_ms| count_requests(log(&app), now, days, grain, offset_ms);
    for (days, grain, offset_ms) in [(0, Grain::Day, 0), (401, Grain::Day, 0), (32, Grain::Hour, 0), (1, Grain::Day, Grain::Day.ms())] {
        assert!(count(days, grain, offset_ms).is_err(), "{days} {grain:?} {offset_ms}");
    }
    let starts = |days, grain, offset_ms| count(days, grain, offset_ms).expect("numbers")[0].starts.ms() - now.ms();
    assert_eq!((starts(400, Grain::Day, 0), starts(31, Grain::Hour, 0)), (0, 0), "tests begin at midnight");
    assert_eq!(starts(1, Grain::Day, 9 * Grain::Hour.ms()), -9 * Grain::Hour.ms(), "the day began nine hours ago in Tokyo");
    app.advance_s(24 * 3_600);
    let tomorrow = app.world.clock().now();
    assert_eq!(count_requests(log(&app), tomorrow, 1, Grain::Day, 0), Ok(Vec::new()), "nothing was asked that day");
    assert_eq!(count_requests(log(&app), tomorrow, 2, Grain::Day, 0).expect("numbers").len(), 1);
}

#[test]
fn neither_secrets_nor_words_nor_addresses_get_into_the_file() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Acquisition", &[&bob], &[]);
    alice.say(room, "a word in confidence");
    alice.upload(room, "salaries.xlsx", b"numbers", Some("see file")).ok();
    let file = alice.list(&format!("/rooms/{room}/files"))[0]["file_id"].clone();
    let link = alice.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok();
    send(request("GET", link["download_url"].as_str().expect("a link")));
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch-42")]).ok();
    app.open("/g/launch-42");
    app.open("//%67/launch-42");
    send(request("GET", &format!("{}/v2/me?method=get&token={}", app.base, alice.token)));
    send(request("GET", &format!("{}/v2/{}", app.base, bob.token)));
    let conference = app.meeting(|meeting| meeting.access = crosstalk::domain::Access::Token);
    let key = app.access_token(&conference, "R4T6Y7");
    app.open(&format!("/meet/{}/{key}", conference.slug));
    let mut browser = Visitor::new(&app);
    browser.enter(&conference, &[("name", "Ada"), ("email", "ada@x.example"), ("token", key)]);
    let expires = (crate::kit::NOW_S * 1_000 + 3_600_000).to_string();
    let call = app.cam("office").post("/createQuickCall", &[("expiredDate", &expires), ("password", "tulip-9")]).ok();
    let call = call["quickCall"]["id"].as_str().expect("an id").to_owned();
    app.open(&format!("/quick/{call}"));
    app.open(&format!("/meet/{call}"));
    let (user, password) = app.credentials("Alice");
    let who = json!({"type": "m.id.user", "user": "alice@example.com"});
    let session = app.matrix_post("/login", &json!({"type": "m.login.password", "identifier": who, "password": password})).ok();
    let access = session["access_token"].as_str().expect("a token");
    send(request("GET", &format!("{}/_matrix/client/v3/account/whoami?access_token={access}", app.base))).ok();
    send(request("GET", &format!("{}/_matrix/client/v3/profile/@{user}:test.local", app.base)));
    assert!(list(&app, &everything()).len() > 15, "all that is in the log");
    let dir = app.world.dir().to_owned();
    let read = |name: &str| fs::read(dir.join(name)).unwrap_or_default();
    let bytes = [read("log.db"), read("log.db-wal")].concat();
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("/v2/rooms/") && has("/quick/***") && has("/g/***"), "this is the file");
    let secrets =
        [&*alice.token, &*bob.token, access, &password, &call, key, "launch-42", "tulip-9", "Signature", "salaries", "confidence"];
    for text in secrets.into_iter().chain(["Acquisition", "example.com", "x.example", &user, "cwunknown"]) {
        assert!(!has(text), "{text}");
    }
}

#[test]
fn what_monitors_ask_is_left_out_and_dropped_requests_are_a_number() {
    let app = TestApp::start();
    for path in ["/livez", "/readyz", "/assets/icon/ico_group.png"] {
        assert_eq!(app.open(path).status, 200, "{path}");
    }
    assert!(app.open("/metrics").text().contains("crosstalk_requests_not_logged_total 0"));
    assert_eq!(list(&app, &everything()), []);
}

#[test]
fn whoever_follows_the_log_is_told_of_new_requests() {
    let app = TestApp::start();
    let mut newest = log(&app).follow();
    let before = *newest.borrow_and_update();
    app.open("/");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(newest.changed()).expect("news");
    assert_eq!((*newest.borrow(), &*list(&app, &everything())[0].request.path), (before + 1, "/"));
}

#[test]
fn a_log_goes_on_after_a_restart_and_none_is_kept_where_nobody_wants_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_folder = |wants_log: bool| {
        let mut options = TestOptions { dir: Some(folder.path().to_owned()), ..TestOptions::default() };
        options.config.log.requests = wants_log;
        TestApp::with(options)
    };
    let app = in_folder(false);
    app.open("/");
    assert!(app.world.requests().is_none() && !folder.path().join("log.db").exists());
    app.stop();
    for number in 1..=2 {
        let app = in_folder(true);
        app.open("/");
        assert_eq!(list(&app, &everything()).len(), number);
        app.stop();
    }
}

#[test]
fn a_broken_log_does_not_keep_the_server_from_serving() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.db");
    let start = || TestApp::with(TestOptions { dir: Some(folder.path().to_owned()), ..TestOptions::default() });
    fs::write(&path, "no database ".repeat(1_000)).expect("a broken log");
    let app = start();
    app.chatwork("Alice").get("/me").ok();
    assert_eq!(list(&app, &everything()).len(), 1, "it was made anew");
    app.stop();
    fs::remove_file(&path).expect("no log");
    fs::create_dir(&path).expect("something else in its place");
    let app = start();
    app.chatwork("Alice").get("/me").ok();
    assert!(app.world.requests().is_none());
}
