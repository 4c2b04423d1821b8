//! Tasks of rooms, seen from the administration page.

use serde_json::{Value, json};

use crate::kit::{Browser, NOW_S, TestApp};

/// Bodies of the tasks that a query lists.
#[track_caller]
fn listed(admin: &Browser, query: &str) -> Vec<String> {
    let found = admin.get(&format!("/tasks?organization=office{query}")).ok();
    found["items"].as_array().expect("a list").iter().map(|task| task["body"].as_str().expect("a body").to_owned()).collect()
}

#[test]
fn tasks_are_listed_by_state_assignee_room_and_when_they_are_due() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let (ops, other) = (alice.create_room("Ops", &[&bob], &[]), alice.create_room("Other", &[&bob], &[]));
    let due = |room: i64, body: &str, at: i64| {
        let form = [("body", body), ("to_ids", &bob.id().to_string()), ("limit", &at.to_string()), ("limit_type", "time")];
        alice.post(&format!("/rooms/{room}/tasks"), &form).ok();
    };
    due(ops, "overdue", NOW_S - 60);
    due(other, "soon", NOW_S + 60);
    due(other, "later", NOW_S + 30 * 86_400);
    let done = alice.give_task(ops, &alice, "<b>done</b>");
    alice.put(&format!("/rooms/{ops}/tasks/{done}/status"), &[("body", "done")]).ok();
    let admin = app.admin();
    assert_eq!(listed(&admin, ""), ["<b>done</b>", "later", "soon", "overdue"]);
    assert_eq!(listed(&admin, "&status=done"), ["<b>done</b>"]);
    assert_eq!(listed(&admin, &format!("&room={ops}&status=open")), ["overdue"]);
    assert_eq!(listed(&admin, &format!("&assignee={}", alice.id())), ["<b>done</b>"]);
    for (filter, expected) in [("overdue", "overdue"), ("week", "soon"), ("never", "<b>done</b>")] {
        assert_eq!(listed(&admin, &format!("&due={filter}")), [expected]);
    }
    let first = admin.get("/tasks?organization=office&limit=3").ok();
    assert_eq!(listed(&admin, &format!("&limit=3&before={}", first["next"].as_str().expect("a next page"))), ["overdue"]);
    assert_eq!(admin.get("/tasks?organization=other").ok(), json!({"items": [], "next": null}));
    admin.get("/tasks?organization=office&due=soon").is_not_done(400, "invalid");
    admin.get("/tasks?organization=office&status=new").is_not_done(400, "invalid");
}

#[test]
fn tasks_of_groups_are_finished_here_and_those_of_others_are_not() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    let task = alice.give_task(room, &bob, "coffee");
    let own = alice.give_task(alice.own_room(), &alice, "my own");
    let admin = app.admin();
    let set = |task: i64, room: i64, status: &str| {
        admin.json("PATCH", &format!("/tasks/{task}"), &json!({"organization": "office", "room": room, "status": status}))
    };
    set(task, room, "done").ok();
    assert_eq!(alice.get(&format!("/rooms/{room}/tasks/{task}")).ok()["status"], "done");
    set(task, room, "open").ok();
    assert_eq!(alice.get(&format!("/rooms/{room}/tasks/{task}")).ok()["status"], "open");
    set(task, room, "new").is_not_done(400, "invalid");
    set(own, alice.own_room(), "done").is_not_done(404, "not_found");
    set(own, room, "done").is_not_done(404, "not_found");
    assert_eq!(listed(&admin, "&status=open"), ["my own", "coffee"]);
    assert_eq!(admin.get("/tasks?organization=office").ok()["items"][0]["room"]["kind"], Value::from("my"));
}
