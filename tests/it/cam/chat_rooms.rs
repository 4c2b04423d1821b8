//! `updateChatRoom`: rooms under ids of the caller's choice, their names and members.

use serde_json::{Value, json};

use crate::kit::{TestApp, number};

fn rooms_of(app: &TestApp, name: &str) -> Vec<String> {
    let rooms = app.chatwork(name).get("/rooms").ok();
    let groups = rooms.as_array().expect("a list").iter().filter(|room| room["type"] == "group");
    groups.map(|room| room["name"].as_str().expect("a name").to_owned()).collect()
}

/// The Chatwork number of a person's room of this name.
fn number_of(app: &TestApp, person: &str, name: &str) -> i64 {
    let rooms = app.chatwork(person).get("/rooms").ok();
    number(&rooms.as_array().expect("a list").iter().find(|room| room["name"] == name).expect("a room")["room_id"])
}

#[test]
fn a_room_is_made_under_the_id_of_the_sample() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(|name| app.uid(name));
    let wanted = json!({
        "id": "1564831284702237059", "name": "Secret meeting", "createUserId": alice, "isMessageThread": true, "isPublic": false,
        "memberUids": {&*alice: true, &*bob: false, &*carol: false},
    });
    let made = cam.saved(&wanted);
    let mut expected = wanted.clone();
    expected["updateDate"] = made["updateDate"].clone();
    assert_eq!(made, expected);
    for name in ["Alice", "Bob", "Carol"] {
        assert_eq!(rooms_of(&app, name), ["Secret meeting"], "{name}");
    }
    let room = number_of(&app, "Alice", "Secret meeting");
    let roles: Vec<String> = app.chatwork("Alice").members(room).into_iter().map(|(_, role)| role).collect();
    assert_eq!(roles, ["admin", "member", "member"]);
    assert_eq!(cam.send(&json!({"panelName": "1564831284702237059", "message": "x"})).message()["roomId"], "1564831284702237059");
    app.advance_s(5);
    assert_eq!(cam.saved(&wanted), made, "the same again changes nothing");
}

#[test]
fn a_room_without_an_id_gets_one_and_belongs_to_the_api_account() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let made = cam.saved(&json!({"id": "", "name": " Ops ", "memberUids": {"bob@example.com": "false", " carol@example.com ": 1}}));
    let own = made["createUserId"].as_str().expect("an id").to_owned();
    assert_eq!((&made["name"], made["id"].as_str().map(str::len)), (&json!("Ops"), Some(19)));
    assert_eq!(made["memberUids"], json!({&*own: true, &*app.uid("Bob"): false, &*app.uid("Carol"): true}));
    assert_eq!((&made["isMessageThread"], &made["isPublic"]), (&json!(false), &json!(false)));
    assert_eq!(cam.send(&json!({"message": "x", "users": "bob@example.com"})).message()["sendUserId"], *own);
    assert_eq!(rooms_of(&app, "Bob"), ["Ops"]);
    let alone = cam.saved(&json!({"id": null, "name": "Empty", "createUserId": null, "memberUids": null, "isPublic": null}));
    assert_eq!(alone["memberUids"], json!({&*own: true}));
}

#[test]
fn what_is_left_out_stays_and_members_are_replaced() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let alice = app.uid("Alice");
    let made = cam.saved(&json!({"id": "ops-1", "name": "Ops", "createUserId": "alice@example.com", "isPublic": true, "memberUids": {"bob@example.com": false}}));
    assert_eq!(made["id"], "ops-1");
    app.advance_s(1);
    let changed = cam.saved(&json!({"id": "ops-1", "isMessageThread": "true", "createUserId": "bob@example.com"}));
    assert!(changed["updateDate"].as_i64() > made["updateDate"].as_i64());
    let mut expected = made.clone();
    expected["isMessageThread"] = json!(true);
    expected["updateDate"] = changed["updateDate"].clone();
    assert_eq!(changed, expected, "who made it stays");
    let members = |list: Value| cam.saved(&json!({"id": "ops-1", "memberUids": list}))["memberUids"].clone();
    assert_eq!(members(json!({"carol@example.com": true})), json!({&*alice: true, &*app.uid("Carol"): true}), "who made it stays in it");
    assert!(rooms_of(&app, "Bob").is_empty() && rooms_of(&app, "Carol") == ["Ops"]);
    assert_eq!(cam.saved(&json!({"id": "ops-1", "name": "Operations"}))["name"], "Operations");
    assert_eq!(rooms_of(&app, "Carol"), ["Operations"]);
    assert_eq!(members(json!({"alice@example.com": true})), json!({&*alice: true}));
}

#[test]
fn rooms_of_chatwork_are_changed_by_their_19_digits() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[&carol]);
    let cam = app.cam("office");
    let id = cam.send(&json!({"panelName": "Ops", "message": "x"})).message()["roomId"].clone();
    let found = cam.saved(&json!({"id": id, "isPublic": true}));
    assert_eq!((&found["id"], &found["createUserId"]), (&id, &json!(app.uid("Alice"))));
    let members = found["memberUids"].clone();
    assert_eq!(members.as_object().map(serde_json::Map::len), Some(3), "the API account is no member");
    assert_eq!(cam.saved(&json!({"id": id, "memberUids": members}))["memberUids"], members);
    assert_eq!(alice.members(room)[2], (carol.id(), "readonly".to_owned()), "a role that is shown as false stays");
    let own =
        cam.send(&json!({"message": "x", "users": "bob@example.com"})).message()["sendUserId"].as_str().map(str::to_owned).expect("an id");
    let with_own = cam.saved(&json!({"id": id, "memberUids": {&*own: true, "alice@example.com": true}}));
    assert_eq!(with_own["memberUids"], json!({&*app.uid("Alice"): true}), "it is only in rooms that it made");
    assert!(!bob.rooms().contains(&room));
}

#[test]
fn at_least_one_administrator_remains() {
    let app = TestApp::start();
    let cam = app.cam("office");
    cam.saved(&json!({"id": "r", "name": "Ops", "createUserId": "alice@example.com", "memberUids": {"alice@example.com": false, "bob@example.com": false}}));
    for members in [json!({}), json!({"alice@example.com": false}), json!({"bob@example.com": false, "carol@example.com": 0})] {
        cam.save(&json!({"id": "r", "name": "Other", "memberUids": members})).in_band(200, &["NO_ADMIN"]);
    }
    let room = cam.saved(&json!({"id": "r"}));
    assert_eq!((&room["name"], room["memberUids"].as_object().map(serde_json::Map::len)), (&json!("Ops"), Some(2)), "nothing was changed");
}

#[test]
fn unknown_people_change_nothing() {
    let app = TestApp::start();
    let cam = app.cam("office");
    cam.save(&json!({"name": "Ops", "memberUids": {"nobody": true, "eve@example.com": false}}))
        .in_band(200, &["USER_NOT_FOUND", "USER_NOT_FOUND"]);
    cam.save(&json!({"name": "Ops", "createUserId": "nobody"})).in_band(200, &["USER_NOT_FOUND"]);
    cam.send(&json!({"panelName": "Ops", "message": "x"})).in_band(200, &["ROOM_NOT_FOUND"]);
    cam.saved(&json!({"id": "r", "name": "Ops"}));
    cam.save(&json!({"id": "r", "name": "New", "memberUids": {"bob@example.com": true, "nobody": true}})).in_band(200, &["USER_NOT_FOUND"]);
    assert_eq!(cam.saved(&json!({"id": "r"}))["name"], "Ops");
    assert!(rooms_of(&app, "Bob").is_empty());
}

#[test]
fn names_are_unique_and_one_is_reserved() {
    let app = TestApp::start();
    let cam = app.cam("office");
    cam.saved(&json!({"id": "a", "name": "Ops"}));
    let other = cam.saved(&json!({"id": "b", "name": "Sales"}));
    for name in ["Ops", " Ops ", "ＯＰＳ", "messenger", "Messenger", "MESSENGER"] {
        cam.save(&json!({"name": name})).in_band(200, &["DUPLICATE_NAME"]);
        cam.save(&json!({"id": "b", "name": name, "isPublic": true})).in_band(200, &["DUPLICATE_NAME"]);
    }
    assert_eq!(cam.saved(&json!({"id": "b"})), other, "nothing was changed");
    assert_eq!(cam.saved(&json!({"id": "a", "name": "OPS"}))["name"], "OPS", "its own name in another case");
    assert_eq!(app.cam("other").saved(&json!({"id": "a", "name": "Ops"}))["id"], "a", "another organization has its own");
    app.chatwork("Alice").create_room("Launch", &[], &[]);
    cam.save(&json!({"name": "launch"})).in_band(200, &["DUPLICATE_NAME"]);
}

#[test]
fn ids_and_values_that_cannot_be_used_are_told() {
    let app = TestApp::start();
    let cam = app.cam("office");
    cam.saved(&json!({"id": "x".repeat(64), "name": "Long"}));
    for room in [
        json!({}),
        json!([]),
        json!("Ops"),
        json!({"name": ""}),
        json!({"name": "  "}),
        json!({"name": null}),
        json!({"name": "x".repeat(101)}),
        json!({"name": "a\u{0}b"}),
        json!({"name": ["x"]}),
        json!({"id": "new"}),
        json!({"id": "x".repeat(65), "name": "Ops"}),
        json!({"id": "a b", "name": "Ops"}),
        json!({"id": "ü", "name": "Ops"}),
        json!({"id": 1_564_831_284_702_237_059_i64, "name": "Ops"}),
        json!({"id": 1e30, "name": "Ops"}),
        json!({"id": {}, "name": "Ops"}),
        json!({"name": "Ops", "isPublic": "maybe"}),
        json!({"name": "Ops", "isPublic": 2}),
        json!({"name": "Ops", "isMessageThread": []}),
        json!({"name": "Ops", "memberUids": []}),
        json!({"name": "Ops", "memberUids": "bob@example.com"}),
        json!({"name": "Ops", "memberUids": {"bob@example.com": null}}),
        json!({"name": "Ops", "memberUids": {"bob@example.com": {"admin": true}}}),
        json!({"name": "Ops", "createUserId": ["bob@example.com"]}),
    ] {
        cam.save(&room).in_band(400, &["INVALID_ARGUMENT"]);
    }
    cam.send(&json!({"panelName": "Ops", "message": "x"})).in_band(200, &["ROOM_NOT_FOUND"]);
    let members: serde_json::Map<String, Value> = (0..5_001).map(|number| (format!("u{number}"), json!(false))).collect();
    cam.save(&json!({"name": "Ops", "memberUids": members})).in_band(413, &["TOO_LARGE"]);
}

#[test]
fn a_deleted_room_frees_its_name_and_its_id() {
    let app = TestApp::start();
    let cam = app.cam("office");
    cam.saved(&json!({"id": "r", "name": "Ops", "createUserId": "alice@example.com", "isPublic": true}));
    let room = number_of(&app, "Alice", "Ops");
    app.chatwork("Alice").end_room(room, "delete").no_content();
    let again = cam.saved(&json!({"id": "r", "name": "Ops", "createUserId": "bob@example.com"}));
    assert_eq!((&again["isPublic"], &again["createUserId"]), (&json!(false), &json!(app.uid("Bob"))));
}
