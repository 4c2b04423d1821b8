//! Who may do what: tokens of the organization, administrators, chat managers, members, strangers.

use crosstalk::domain::OrganizationRole;
use serde_json::{Value, json};

use crate::kit::{Messenger, TestApp};

/// Every operation on a room and every one on an organization, with a body that would be fine.
fn attempts(office: i64, room: i64, bob: i64) -> Vec<(&'static str, String, Value)> {
    vec![
        ("GET", format!("/chatrooms/{room}"), json!(null)),
        ("GET", format!("/chatrooms?organization_id={office}"), json!(null)),
        ("POST", "/chatrooms".to_owned(), json!({"name": "New", "organizationID": office})),
        ("POST", "/chatrooms/default".to_owned(), json!({"automationEnabled": false, "organizationID": office})),
        ("PATCH", format!("/chatrooms/{room}"), json!({"automationEnabled": true})),
        ("POST", format!("/chatrooms/{room}/users"), json!({"assignedUsers": [bob]})),
        ("DELETE", format!("/chatrooms/default/{office}"), json!(null)),
        ("DELETE", format!("/chatrooms/{room}"), json!(null)),
    ]
}

fn statuses(messenger: &Messenger, attempts: &[(&'static str, String, Value)]) -> Vec<u16> {
    let send = |(method, path, body): &(&'static str, String, Value)| match body {
        Value::Null => messenger.bare(method, path).status,
        body => messenger.json(method, path, body).status,
    };
    attempts.iter().map(send).collect()
}

#[test]
fn each_role_may_do_what_the_table_says() {
    let app = TestApp::start();
    app.add_manager("Mia", OrganizationRole::ChatManager);
    let (office, bob) = (app.organization("office"), app.person("Bob"));
    let all = [200, 200, 201, 201, 200, 200, 200, 200];
    for (who, expected) in [
        ("", all),
        ("Alice", all),
        ("Mia", all),
        ("Bob", [200, 403, 403, 403, 403, 403, 403, 403]),
        ("Carol", [403; 8]),
        ("Eve", [404, 403, 403, 403, 404, 404, 404, 404]),
    ] {
        let room = app.messenger().create_id(&app, &format!("Room {who}"), &[bob]);
        let messenger = if who.is_empty() { app.messenger() } else { app.messenger_of(who) };
        assert_eq!(statuses(&messenger, &attempts(office, room, bob)), expected, "{who}");
        if let Some(new) = app.messenger().get(&format!("/chatrooms?organization_id={office}&all=1")).ok()["entries"]
            .as_array()
            .and_then(|rooms| rooms.iter().find(|room| room["name"] == "New"))
        {
            app.messenger().bare("DELETE", &format!("/chatrooms/{}", new["id"])).ok();
        }
    }
}

#[test]
fn strangers_learn_nothing_from_bad_parameters() {
    let app = TestApp::start();
    let (office, bob) = (app.organization("office"), app.person("Bob"));
    let room = app.messenger().create_id(&app, "A", &[bob]);
    let carol = app.messenger_of("Carol");
    carol.json("PATCH", &format!("/chatrooms/{room}"), &json!({})).is_refused(403, "forbidden");
    carol.json("POST", &format!("/chatrooms/{room}/users"), &json!({})).is_refused(403, "forbidden");
    carol.json("POST", "/chatrooms", &json!({"name": "A", "organizationID": office})).is_refused(403, "forbidden");
    carol.json("POST", "/chatrooms", &json!({})).is_refused(403, "forbidden");
    carol.get("/chatrooms?limit=x").is_refused(403, "forbidden");
    app.messenger_of("Eve").json("POST", &format!("/chatrooms/{room}/users"), &json!({})).is_refused(404, "not_found");
}

#[test]
fn an_administrator_of_the_room_alone_does_not_manage_it_here_and_an_outsider_with_the_right_does() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = bob.create_room("Bob's", &[&carol], &[]);
    app.messenger_of("Bob").bare("DELETE", &format!("/chatrooms/{room}")).is_refused(403, "forbidden");
    assert!(!alice.rooms().contains(&room));
    app.messenger_of("Alice").json("POST", &format!("/chatrooms/{room}/users"), &json!({"moderators": [carol.id()]})).ok();
    let report = app.messenger_of("Alice").json("POST", &format!("/chatrooms/{room}/users"), &json!({"assignedUsers": [alice.id()]}));
    assert_eq!(report.status, 200);
    assert!(alice.rooms().contains(&room));
    // Through Chatwork the right of the organization opens nothing.
    let other = bob.create_room("Bob's other", &[], &[]);
    alice.get(&format!("/rooms/{other}")).fails(403, "You don't have permission to get this room");
}
