//! Diagnostics.

use crosstalk::domain::MailState;
use serde_json::json;

use super::works::finished;
use crate::kit::TestApp;

#[test]
fn what_is_quickly_found_out_is_told() {
    let app = TestApp::start();
    let admin = app.admin();
    let seen = admin.get("/diagnostics").ok();
    for (name, state) in [
        ("schema", "good"),
        ("backup", "warning"),
        ("clock", "good"),
        ("requests", "good"),
        ("mail", "good"),
        ("search", "good"),
        ("database", "unknown"),
        ("audit", "unknown"),
    ] {
        assert_eq!(seen["checks"][name], state, "{name}");
    }
    assert!(seen["storage"]["disk_bytes"].as_i64() > Some(0) && seen["schema"].as_i64() > Some(0));
    super::outbox::put(&app, "first@example.org", MailState::Failed);
    let seen = admin.get("/diagnostics").ok();
    assert_eq!((&seen["checks"]["mail"], &seen["mails_failed"]), (&json!("warning"), &json!(1)));
}

#[test]
fn the_database_is_looked_through_on_demand() {
    let app = TestApp::start();
    let admin = app.admin();
    let work = finished(&admin, &admin.bare("POST", "/diagnostics/database").json());
    assert_eq!((&work["kind"], &work["state"]), (&json!("database-check"), &json!("done")));
    assert_eq!(admin.get("/diagnostics").ok()["checks"]["database"], "good");
}

#[test]
fn the_search_index_is_made_anew_and_one_sees_how_far_it_is() {
    let app = TestApp::start();
    let admin = app.admin();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    alice.post(&format!("/rooms/{room}/messages"), &[("body", "hello")]).ok();
    admin.bare("POST", "/search/reindexing").ok();
    let started = std::time::Instant::now();
    let progress = loop {
        let search = admin.get("/diagnostics").ok()["search"].clone();
        if search["done"] == search["total"] || started.elapsed().as_secs() > 20 {
            break search;
        }
    };
    assert!(progress["total"].as_i64() >= Some(1) && progress["done"] == progress["total"], "{progress}");
}
