//! Rooms, seen and managed from the administration page.

use serde_json::{Value, json};

use crate::kit::{Browser, TestApp, number};

/// Names and kinds of the rooms that a query lists.
#[track_caller]
fn listed(admin: &Browser, query: &str) -> Vec<String> {
    let found = admin.get(&format!("/rooms?organization=office{query}")).ok();
    let shown = |room: &Value| format!("{} {}", room["kind"].as_str().expect("a kind"), room["name"].as_str().expect("a name"));
    found["items"].as_array().expect("a list").iter().map(shown).collect()
}

/// Ids and roles of people, as the page shows them.
fn people(room: &Value) -> Vec<(i64, String)> {
    let shown = |one: &Value| (number(&one["id"]), one["role"].as_str().expect("a role").to_owned());
    room["people"].as_array().expect("a list").iter().map(shown).collect()
}

#[test]
fn rooms_are_listed_by_kind_and_part_of_their_name() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let launch = alice.create_room("Dự án mới <script>alert(1)</script>", &[&bob], &[]);
    app.advance_s(5);
    alice.create_room("会議室", &[], &[]);
    app.befriend("Alice", "Bob");
    let admin = app.admin();
    assert_eq!(listed(&admin, ""), ["group 会議室", "group Dự án mới <script>alert(1)</script>"]);
    assert_eq!(listed(&admin, "&q=du+an"), ["group Dự án mới <script>alert(1)</script>"]);
    assert_eq!(listed(&admin, "&q=会議"), ["group 会議室"]);
    assert_eq!(listed(&admin, "&kind=direct"), ["direct Bob, Alice"]);
    assert_eq!(listed(&admin, "&kind=my").len(), 3);
    let all = listed(&admin, "&kind=all");
    assert_eq!(all.len(), 6);
    assert_eq!(listed(&admin, "&kind=all&limit=2&offset=3"), all[3..5]);
    assert_eq!(listed(&admin, "&q=mới&limit=1&offset=1"), [""; 0]);
    assert_eq!(listed(&admin, "&offset=9223372036854775807"), [""; 0]);
    for (query, total) in [("", 2), ("&kind=all&limit=2", 6), ("&kind=my&limit=1", 3), ("&q=mới&offset=9", 1)] {
        assert_eq!(admin.get(&format!("/rooms?organization=office{query}")).ok()["total"], total, "{query}");
    }
    let found = admin.get("/rooms?organization=office").ok();
    assert_eq!(found["counts"], json!({"group": 2, "direct": 1, "my": 3}));
    admin.get("/rooms?organization=office&kind=none").is_not_done(400, "invalid");
    let room = admin.get(&format!("/rooms/{launch}?organization=office")).ok();
    assert_eq!(room["made_through"], "chatwork");
    assert_eq!(room["ids"]["chatwork"], json!(launch.to_string()));
    assert_eq!(room["ids"]["chat_messages"], json!(app.external_id(alice.id(), launch)));
    assert_eq!(room["ids"]["matrix"], json!(format!("!r{launch}:test.local")));
    admin.get(&format!("/rooms/{launch}?organization=other")).is_not_done(404, "not_found");
}

#[test]
fn a_group_made_here_is_managed_here_and_seen_through_chatwork() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let admin = app.admin();
    let new =
        json!({"organization": "office", "name": "Launch", "description": "Until May", "admins": [bob.id()], "members": [alice.id()]});
    let made = admin.json("POST", "/rooms", &new);
    assert_eq!((made.status, &made.json()["made_through"]), (201, &json!("admin")), "{}", made.text());
    let id = number(&made.json()["id"]);
    assert_eq!(bob.room(id)["description"], "Until May");
    let path = format!("/rooms/{id}");
    let renamed = admin.json("PATCH", &path, &json!({"organization": "office", "name": "Start"})).ok();
    assert_eq!((&renamed["name"], &alice.room(id)["name"]), (&json!("Start"), &json!("Start")));

    let member = |person: i64| format!("{path}/members/{person}");
    let as_role = |role: &str| json!({"organization": "office", "role": role});
    let added = admin.json("PUT", &member(carol.id()), &as_role("readonly")).ok();
    assert!(people(&added).contains(&(carol.id(), "readonly".to_owned())));
    let raised = admin.json("PUT", &member(carol.id()), &as_role("member")).ok();
    assert!(people(&raised).contains(&(carol.id(), "member".to_owned())));
    assert_eq!(carol.say(id, "here").len(), 19);
    admin.bare("DELETE", &format!("{}?organization=office", member(carol.id()))).ok();
    assert_eq!(carol.get(&format!("/rooms/{id}")).status, 403);

    admin.bare("DELETE", &format!("{path}?organization=office")).ok();
    admin.get(&format!("{path}?organization=office")).is_not_done(404, "not_found");
    assert!(!bob.rooms().contains(&id));
}

#[test]
fn one_administrator_remains_and_strangers_stay_out() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    let admin = app.admin();
    let member = |person: i64| format!("/rooms/{room}/members/{person}");
    let as_role = |role: &str| json!({"organization": "office", "role": role});
    admin.json("PUT", &member(alice.id()), &as_role("member")).is_not_done(403, "forbidden");
    admin.bare("DELETE", &format!("{}?organization=office", member(alice.id()))).is_not_done(403, "forbidden");
    admin.json("PUT", &member(bob.id()), &as_role("admin")).ok();
    admin.json("PUT", &member(alice.id()), &as_role("member")).ok();
    admin.json("PUT", &member(alice.id()), &as_role("owner")).is_not_done(400, "invalid");
    let eve = app.world.read(|tx| crosstalk::store::accounts::find_by_email(tx, "eve@example.com")).expect("people").expect("Eve");
    admin.json("PUT", &member(eve.account.person.id.get()), &as_role("member")).is_not_done(404, "not_found");
    admin.bare("DELETE", &format!("{}?organization=office", member(5))).is_not_done(404, "not_found");
    admin.json("POST", "/rooms", &json!({"organization": "office", "name": "Nobody's"})).is_not_done(400, "invalid");
    admin.json("POST", "/rooms", &json!({"organization": "office", "name": "", "admins": [alice.id()]})).is_not_done(400, "missing");
}

#[test]
fn rooms_of_two_and_of_one_are_their_peoples_own() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let direct = app.befriend("Alice", "Bob");
    let admin = app.admin();
    for room in [direct, alice.own_room()] {
        assert_eq!(admin.get(&format!("/rooms/{room}?organization=office")).ok()["ids"]["cam"], Value::Null);
        let path = format!("/rooms/{room}");
        admin.json("PATCH", &path, &json!({"organization": "office", "name": "x"})).is_not_done(404, "not_found");
        admin.bare("DELETE", &format!("{path}?organization=office")).is_not_done(404, "not_found");
    }
}
