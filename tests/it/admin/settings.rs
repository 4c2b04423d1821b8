//! What is set while the server runs, and that it holds in every API.

use std::sync::Arc;

use crosstalk::domain::{AnsweredRequest, AuditFilter, ChainVerdict, RequestFilter};
use crosstalk::jobs;
use crosstalk::ops::{audit, settings};
use serde_json::{Value, json};

use crate::kit::{Browser, TestApp, number};

const DAY_S: i64 = 24 * 60 * 60;

/// Sets a value; gives what holds then.
#[track_caller]
fn set(admin: &Browser, setting: &str, value: impl Into<Option<i64>>) -> Value {
    admin.json("PUT", &format!("/settings/{setting}"), &json!({"organization": "office", "value": value.into()})).ok()
}

fn stored(admin: &Browser) -> i64 {
    number(&admin.get("/settings?organization=office").ok()["chosen"]["stored_bytes"])
}

/// What the server does every hour; here it is done when this returns.
fn forget_old(app: &TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::forget_old(Arc::clone(&app.world))).expect("retention");
}

#[test]
fn the_configuration_is_shown_with_its_origins_and_values_are_set_and_taken_away() {
    let app = TestApp::start();
    let admin = app.admin();
    let shown = admin.get("/settings?organization=office").ok();
    let listen = shown["configuration"].as_array().expect("values").iter().find(|one| one["key"] == "server.listen").expect("a key");
    assert_eq!((&listen["value"], &listen["origin"]), (&json!("0.0.0.0:8080"), &json!("default")));
    assert_eq!((&shown["chosen"]["message_days"], &shown["chosen"]["free_floor_bytes"]), (&Value::Null, &Value::Null));
    assert!(number(&shown["chosen"]["floor_bytes"]) <= 1 << 30 && number(&shown["chosen"]["free_bytes"]) > 0, "{shown}");
    assert_eq!(set(&admin, "message_days", 365)["message_days"], 365);
    assert_eq!(set(&admin, "audit_days", 30)["audit_days"], 30);
    assert_eq!(set(&admin, "message_days", None)["message_days"], Value::Null);
    for (setting, value) in [("message_days", 0), ("audit_days", 29), ("quota_bytes", -1)] {
        let refused = admin.json("PUT", &format!("/settings/{setting}"), &json!({"organization": "office", "value": value}));
        refused.is_not_done(400, "invalid");
    }
    admin.json("PUT", "/settings/colour", &json!({"value": 1})).is_not_done(404, "not_found");
    admin.json("PUT", "/settings/message_days", &json!({"organization": "nowhere", "value": 1})).is_not_done(404, "not_found");
    let filter = AuditFilter { action: Some("setting.".to_owned()), ..AuditFilter::default() };
    let log = app.world.read(|tx| audit::list_audit(tx, &filter, None, 10)).expect("the log").entries;
    let facts: Vec<_> = log.iter().map(|entry| (entry.actor_name.as_str(), entry.subject_kind.as_str(), entry.facts.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Alice", "organization", r#"{"message_days":0}"#),
            ("Alice", "world", r#"{"audit_days":30}"#),
            ("Alice", "organization", r#"{"message_days":365}"#),
        ]
    );
    app.advance_s(10 * 60 + 1);
    admin.json("PUT", "/settings/message_days", &json!({"organization": "office", "value": 1})).is_not_done(403, "confirm_password");
}

#[test]
fn old_messages_lose_their_texts_in_every_api_and_counters_stay_right() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Plans", &[&bob], &[]);
    let old = alice.say(room, "An old secret");
    let addressed = alice.say(room, &format!("[To:{}] also old", bob.id()));
    let other = app.add_person("other", "Olga");
    let (elsewhere, before) = (other.own_room(), bob.counters(room));
    let kept = other.say(elsewhere, "Nobody forgets this");
    app.advance_s(10 * DAY_S);
    let new = alice.say(room, "New");
    let admin = app.admin();
    set(&admin, "message_days", 9);
    forget_old(&app);
    let text = |id: &str| bob.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"].clone();
    assert_eq!((text(&old), text(&addressed), text(&new)), (json!("[deleted]"), json!("[deleted]"), json!("New")));
    assert_eq!(other.get(&format!("/rooms/{elsewhere}/messages/{kept}")).ok()["body"], "Nobody forgets this");
    assert_eq!(before.1 - bob.counters(room).1, 1, "what addressed somebody no longer does");
    assert_eq!(bob.counters(room).0, before.0 + 1, "places stay, and stay unread");
    let texts = app.chat_messages("Bob").texts("").join(" ");
    assert!(!texts.contains("old") && texts.contains("New"), "{texts}");
    set(&admin, "message_days", None);
    app.advance_s(30 * DAY_S);
    forget_old(&app);
    assert_eq!(text(&new), json!("New"));
}

#[test]
fn files_count_and_what_goes_beyond_the_quota_is_refused_in_each_apis_own_shape() {
    let app = TestApp::start();
    let (alice, admin, office) = (app.chatwork("Alice"), app.admin(), app.clickmeeting("office"));
    let before = stored(&admin);
    let room = alice.create_room("Files", &[], &[]);
    alice.upload(room, "a.txt", &[b'a'; 100], None).ok();
    let media = |length: usize| json!({"uri": format!("data:text/plain,{}", "a".repeat(length))});
    app.chat_messages("Alice").json("POST", "/files", &media(50)).ok();
    let kept = number(&office.upload("/file-library", "b.txt", &[b'b'; 30]).ok()["id"]);
    let conference = office.create_id("Recorded", &[]);
    let recording = app.recording(conference, b"twenty bytes of film");
    assert_eq!(stored(&admin) - before, 200);
    office.delete(&format!("/file-library/{kept}"), &[]).ok();
    office.delete(&format!("/conferences/{conference}/recordings/{recording}"), &[]).ok();
    assert_eq!(stored(&admin) - before, 150);

    set(&admin, "quota_bytes", before + 160);
    alice.upload(room, "c.txt", &[b'c'; 11], None).fails(403, "The storage of the organization is used up: nothing was saved");
    app.chat_messages("Alice").json("POST", "/files", &media(11)).feathers(413, "PayloadTooLarge");
    office.upload("/file-library", "d.txt", &[b'd'; 11]).refused(403, "STORAGE_LIMIT_EXCEEDED", "");
    alice.say(room, "Messages go on");
    alice.upload(room, "c.txt", &[b'c'; 10], None).ok();
    set(&admin, "quota_bytes", None);
    alice.upload(room, "c.txt", &[b'c'; 11], None).ok();
    alice.end_room(room, "delete").no_content();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::purge_rooms(Arc::clone(&app.world))).expect("purged rooms");
    assert_eq!(stored(&admin) - before, 50, "a deleted room gives its storage back");
}

#[test]
fn below_the_floor_of_the_disk_no_file_is_taken_and_messages_go_on() {
    let app = TestApp::start();
    let (alice, admin) = (app.chatwork("Alice"), app.admin());
    let room = alice.create_room("Files", &[], &[]);
    let most = 1 << 52;
    assert_eq!(number(&set(&admin, "free_floor_bytes", most)["floor_bytes"]), most);
    alice.upload(room, "a.txt", b"a", None).fails(503, "The server's disk is full: nothing was saved");
    app.chat_messages("Alice").json("POST", "/files", &json!({"uri": "data:text/plain,a"})).feathers(503, "Unavailable");
    app.clickmeeting("office").upload("/file-library", "d.txt", b"d").refused(503, "SERVICE_UNAVAILABLE", "");
    alice.say(room, "Messages go on");
    set(&admin, "free_floor_bytes", 0);
    alice.upload(room, "a.txt", b"a", None).ok();
}

#[test]
fn the_audit_log_is_cut_where_it_is_too_old_and_what_is_left_can_be_checked() {
    let app = TestApp::start();
    let admin = app.admin();
    let entries = |app: &TestApp| app.world.read(|tx| audit::list_audit(tx, &AuditFilter::default(), None, 100)).expect("the log").entries;
    set(&admin, "audit_days", 30);
    app.advance_s(29 * DAY_S);
    let before = entries(&app);
    forget_old(&app);
    assert_eq!(entries(&app), before);
    app.advance_s(DAY_S + 1);
    forget_old(&app);
    let left = entries(&app);
    assert_eq!(left.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["audit.cut"]);
    let verdict = audit::verify_chain(|check| app.world.read(|tx| check.step(tx))).expect("a check");
    assert_eq!(verdict, ChainVerdict::Whole(1));
}

/// The paths that the request log has, of this API.
fn logged(app: &TestApp) -> Vec<String> {
    let log = app.world.requests().expect("a log");
    log.settle();
    let filter = RequestFilter { api: Some("chatwork".to_owned()), ..RequestFilter::default() };
    log.list_requests(&filter, None, 10_000, 100_000).expect("requests").entries.into_iter().map(|entry| entry.request.path).collect()
}

#[test]
fn the_request_log_forgets_after_the_days_that_are_set_even_if_nobody_asks_anything() {
    let app = TestApp::start();
    let (alice, admin) = (app.chatwork("Alice"), app.admin());
    alice.get("/me");
    set(&admin, "request_days", 2);
    assert_eq!(logged(&app), ["/v2/me"]);
    app.advance_s(DAY_S);
    alice.get("/rooms");
    app.advance_s(DAY_S + 1);
    forget_old(&app);
    assert_eq!(logged(&app), ["/v2/rooms"]);
    set(&app.admin_again(), "request_days", 1);
    assert!(logged(&app).is_empty(), "a shorter time holds at once");
    let kept = set(&app.admin_again(), "request_days", None);
    assert_eq!((&kept["request_days"], &kept["request_rows"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_request_log_keeps_no_more_than_is_set_and_so_it_does_after_a_start() {
    let app = TestApp::start();
    let admin = app.admin();
    let log = app.world.requests().expect("a log");
    let many = 1_500;
    (0..many).for_each(|number| log.record(request_of(&app, number)));
    assert_eq!(logged(&app).len(), many);
    admin.json("PUT", "/settings/request_rows", &json!({"organization": "office", "value": 999})).is_not_done(400, "invalid");
    set(&admin, "request_rows", 1_000);
    assert!((900..=1_000).contains(&logged(&app).len()), "the oldest ones are gone");
    let retention = app.world.read(settings::find_request_retention).expect("what holds");
    assert_eq!((retention.requests, retention.age_ms), (1_000, 30 * DAY_S * 1_000), "what the next start begins with");
}

fn request_of(app: &TestApp, number: usize) -> AnsweredRequest {
    AnsweredRequest {
        at: app.world.clock().now(),
        method: "GET".into(),
        path: format!("/v2/rooms/{number}"),
        status: 200,
        duration_us: 1,
        api: "chatwork".into(),
        caller: None,
        address: "127.0.0.1".to_owned(),
        client: "test".to_owned(),
        request_id: format!("r{number}"),
        bytes: None,
    }
}
