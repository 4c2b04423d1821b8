//! Backups by the page.

use std::fs;

use crosstalk::control::{Command, execute};
use crosstalk::domain::Recurrence;
use crosstalk::store::Cause;
use serde_json::{Value, json};

use super::works::finished;
use crate::kit::{Browser, TestApp, TestOptions};

fn make(admin: &Browser) -> Value {
    let begun = admin.bare("POST", "/backups");
    assert_eq!(begun.status, 202, "{}", begun.text());
    finished(admin, &begun.json())
}

#[test]
fn a_backup_is_made_listed_and_read_through() {
    let app = TestApp::start();
    let admin = app.admin();
    assert!(admin.get("/backups").ok()["items"].as_array().expect("a list").is_empty());
    let work = make(&admin);
    assert_eq!((&work["kind"], &work["state"], &work["count"]), (&json!("backup"), &json!("done"), &json!(0)));
    let listed = admin.get("/backups").ok();
    let backup = &listed["items"][0];
    assert_eq!((&backup["name"], &backup["mode"], &backup["missing"]), (&json!("2026-01-31T00-00-00Z"), &json!("office"), &json!(0)));
    assert!(backup["restore"].as_str().expect("a command").starts_with("crosstalk backup restore '/"));
    let verify = format!("/backups/{}/verification", backup["name"].as_str().expect("a name"));
    assert_eq!(finished(&admin, &admin.bare("POST", &verify).json())["state"], "done");
    let seen = admin.get("/overview?organization=office").ok();
    assert_eq!((&seen["last_backup_at"], &seen["steps"]["backup"]), (&json!("2026-01-31T00:00:00Z"), &json!(true)));
    assert_eq!(admin.get("/audit?action=backup").ok()["items"][0]["actor"], "Alice");
    fs::write(app.world.dir().join("backups/2026-01-31T00-00-00Z/app.db"), "nonsense").expect("damage");
    let work = finished(&admin, &admin.bare("POST", &verify).json());
    assert!(work["state"] == "failed" && work["failure"].as_str().expect("a reason").contains("damaged"), "{work}");
}

#[test]
fn one_that_was_made_on_another_disk_counts_as_the_last() {
    let app = TestApp::start();
    let (admin, elsewhere) = (app.admin(), tempfile::tempdir().expect("a folder"));
    let last =
        || [admin.get("/overview?organization=office").ok(), admin.get("/diagnostics").ok()].map(|seen| seen["last_backup_at"].clone());
    let create = |to: Option<&std::path::Path>| {
        execute(&app.world, Cause::command("root"), Command::Backup { to: to.map(Into::into) }).expect("a backup");
    };
    assert_eq!(last(), [Value::Null, Value::Null]);
    let listed = admin.get("/backups").ok();
    let command = format!("crosstalk --data '{}' backup create --to DIR", app.world.dir().display());
    assert_eq!((&listed["last_backup_at"], &listed["create"]), (&Value::Null, &json!(command)));
    create(Some(elsewhere.path()));
    let listed = admin.get("/backups").ok();
    assert_eq!((&listed["last_backup_at"], &listed["items"]), (&json!("2026-01-31T00:00:00Z"), &json!([])));
    assert_eq!(last(), [json!("2026-01-31T00:00:00Z"), json!("2026-01-31T00:00:00Z")]);
    assert_eq!(admin.get("/overview?organization=office").ok()["steps"]["backup"], true);
    assert_eq!(admin.get("/diagnostics").ok()["checks"]["backup"], "good");
    app.advance_s(60);
    create(None);
    assert_eq!(last()[0], "2026-01-31T00:01:00Z");
    // What lies in the data directory can be looked at: it counts for as long as it is there.
    fs::remove_dir_all(app.world.dir().join("backups")).expect("no backups");
    assert_eq!(last()[1], "2026-01-31T00:00:00Z");
}

#[test]
fn a_backup_asks_for_the_password_and_no_name_leads_elsewhere() {
    let app = TestApp::start();
    let admin = app.admin();
    fs::create_dir_all(app.world.dir().join("backups/.partial-x")).expect("a folder");
    for name in ["nothing", "..", "%2e%2e", "..%2ffiles", ".partial-x"] {
        admin.bare("POST", &format!("/backups/{name}/verification")).is_not_done(404, "not_found");
    }
    app.advance_s(11 * 60);
    admin.bare("POST", "/backups").is_not_done(403, "confirm_password");
    admin.get("/works").ok();
}

#[test]
fn the_schedule_is_shown_and_so_is_a_backup_that_could_not_be_made() {
    let shelf = tempfile::NamedTempFile::new().expect("a file where a folder should be");
    let mut options = TestOptions::default();
    options.config.backup.schedule = Recurrence::parse("03:30");
    options.config.backup.dir = Some(shelf.path().to_owned());
    let app = TestApp::with(options);
    let admin = app.admin();
    // The server tries as soon as it has started.
    let seen = loop {
        let seen = admin.get("/overview?organization=office").ok();
        if !seen["backup_failure"].is_null() {
            break seen;
        }
    };
    let why = seen["backup_failure"]["why"].as_str().expect("a reason");
    assert!(why.contains(&shelf.path().display().to_string()), "{why}");
    let found = admin.get("/diagnostics").ok();
    assert_eq!((&found["checks"]["backup"], &found["backup_failure"]), (&json!("bad"), &seen["backup_failure"]));
}

#[test]
fn a_backup_on_a_schedule_is_listed_with_the_next_one() {
    let shelf = tempfile::tempdir().expect("a folder");
    let mut options = TestOptions::default();
    options.config.backup.schedule = Recurrence::parse("6h");
    options.config.backup.dir = Some(shelf.path().to_owned());
    let app = TestApp::with(options);
    let admin = app.admin();
    let listed = loop {
        let listed = admin.get("/backups").ok();
        if listed["items"].as_array().is_some_and(|items| !items.is_empty()) {
            break listed;
        }
    };
    assert_eq!(listed["items"][0]["name"], "2026-01-31T00-00-00Z-scheduled");
    let schedule = &listed["schedule"];
    assert_eq!((&schedule["when"], &schedule["next_at"]), (&json!("6h"), &json!("2026-01-31T06:00:00Z")));
    assert_eq!((&schedule["keep_days"], &schedule["keep_weeks"], &schedule["failure"]), (&json!(7), &json!(4), &Value::Null));
}
