//! The audit log as the page shows it, as a file, and its chain.

use crosstalk::domain::Event;
use crosstalk::store::{Cause, Tx};
use serde_json::{Value, json};

use super::works::finished;
use crate::kit::{Browser, TestApp};

fn listed(admin: &Browser, query: &str) -> Vec<Value> {
    admin.get(&format!("/audit?{query}")).ok()["items"].as_array().expect("a list").clone()
}

#[test]
fn entries_are_listed_newest_first_and_found_by_what_they_are_about() {
    let app = TestApp::start();
    let admin = app.admin();
    let body = json!({"organization": "office", "dialect": "cam", "name": "Groupware", "expires_at": "2027-01-31T00:00:00Z"});
    let token = admin.json("POST", "/tokens", &body).json()["id"].clone();
    let all = listed(&admin, "limit=200");
    let numbers: Vec<i64> = all.iter().map(|entry| entry["seq"].as_i64().expect("a number")).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1] + 1) && numbers.last() == Some(&1), "{numbers:?}");
    let newest = &all[0];
    assert_eq!((&newest["action"], &newest["actor"], &newest["dialect"]), (&json!("token.created"), &json!("Alice"), &json!("admin")));
    assert_eq!((&newest["subject_id"], &newest["facts"]["token_dialect"]), (&json!(token.to_string()), &json!("cam")));
    assert_eq!(newest["previous"], all[1]["hash"]);
    let account = newest["actor_id"].as_i64().expect("an id");
    let (organization, subject) = (newest["organization_id"].clone(), format!("subject=token&subject_id={token}"));
    for (query, count) in [
        ("action=token.".to_owned(), 1),
        ("action=oken.".to_owned(), 0),
        (format!("account={account}&action=token."), 1),
        ("account=5".to_owned(), 0),
        (format!("organization_id={organization}&action=token."), 1),
        ("dialect=chatwork".to_owned(), 0),
        (subject, 1),
        ("since=2026-02-01T00:00:00Z".to_owned(), 0),
        ("until=2026-01-31T00:00:00Z".to_owned(), 0),
    ] {
        assert_eq!(listed(&admin, &query).len(), count, "{query}");
    }
    let page = admin.get("/audit?limit=1").ok();
    assert_eq!(listed(&admin, &format!("limit=1&before={}", page["next"]))[0], all[1]);
    admin.get("/audit?since=soon").is_not_done(400, "invalid");
}

#[test]
fn the_whole_log_is_a_file_with_an_entry_a_line() {
    let app = TestApp::start();
    let admin = app.admin();
    // More than are read at once.
    let many = |tx: &Tx<'_>| (0..1_100).try_for_each(|_| tx.record(Event::BackupMade));
    app.world.write_blocking(Cause::job("test"), many).expect("many entries");
    let answer = admin.get("/audit/export");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"audit.jsonl\"");
    let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let numbers: Vec<i64> = lines.iter().map(|line| line["seq"].as_i64().expect("a number")).collect();
    assert_eq!(numbers, (1..=lines.len() as i64).collect::<Vec<_>>());
    let newest = listed(&admin, "limit=200");
    assert!(lines.len() > 1_100 && lines.iter().rev().zip(&newest).all(|(line, entry)| line == entry));
}

#[test]
fn the_chain_is_checked_and_a_break_is_told() {
    let app = TestApp::start();
    let admin = app.admin();
    let begun = admin.bare("POST", "/audit/verification");
    assert_eq!(begun.status, 202);
    let work = finished(&admin, &begun.json());
    let entries = listed(&admin, "limit=200").len();
    assert_eq!((&work["state"], &work["count"]), (&json!("done"), &json!(entries)));
    assert_eq!(admin.get("/diagnostics").ok()["checks"]["audit"], "good");
    #[expect(clippy::disallowed_methods, reason = "this test changes what nobody may change")]
    let database = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database");
    database.execute_batch("DROP TRIGGER audit_is_not_changed; UPDATE audit SET actor = 'nobody' WHERE seq = 2").expect("a change");
    let work = finished(&admin, &admin.bare("POST", "/audit/verification").json());
    assert_eq!((&work["state"], &work["failure"]), (&json!("failed"), &json!("at entry 2: the entry was changed")));
    assert_eq!(admin.get("/diagnostics").ok()["checks"]["audit"], "bad");
}
