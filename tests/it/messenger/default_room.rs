//! The room for everybody.

use serde_json::json;

use crate::kit::{TestApp, number};

#[test]
fn there_is_one_it_holds_everybody_and_follows_who_comes_and_goes() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(|name| app.person(name));
    let made = messenger.json("POST", "/chatrooms/default", &json!({"automationEnabled": true, "organizationID": office}));
    assert_eq!(made.status, 201);
    let room = made.json();
    let id = number(&room["id"]);
    assert_eq!(
        (&room["name"], &room["type"], &room["admins"], &room["assignedUsers"]),
        (&json!("Office"), &json!("default"), &json!([alice]), &json!([bob, carol]))
    );
    let dave = app.add_person("office", "Dave");
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob, carol, dave.id()]));
    assert_eq!(dave.room(id)["name"], "Office");
    app.set_disabled("Bob", true);
    assert_eq!(messenger.room(id)["assignedUsers"], json!([carol, dave.id()]));
    app.set_disabled("Bob", false);
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob, carol, dave.id()]));
    app.add_person("other", "Frank");
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob, carol, dave.id()]), "another organization's people are none of ours");
}

#[test]
fn asking_twice_keeps_the_room_and_sets_the_flag() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let ask = |method: &str, path: &str, is_on: bool| {
        let answer = messenger.json(method, path, &json!({"automationEnabled": is_on, "organizationID": office}));
        (answer.status, number(&answer.json()["id"]), answer.json()["automationEnabled"].as_bool().expect("a flag"))
    };
    let (status, id, is_on) = ask("POST", "/chatrooms/default", false);
    assert_eq!((status, is_on), (201, false));
    let dave = app.add_person("office", "Dave").id();
    let bob = app.person("Bob");
    app.set_disabled("Bob", true);
    assert!(!messenger.room(id)["assignedUsers"].as_array().expect("a list").contains(&json!(dave)), "it does not follow");
    assert_eq!(ask("PUT", "/chatrooms/organization", true), (200, id, true));
    let now = messenger.room(id)["assignedUsers"].as_array().expect("a list").clone();
    assert!(now.contains(&json!(dave)) && !now.contains(&json!(bob)), "what was missed is made up for: {now:?}");
    assert_eq!(ask("PUT", "/chatroom/default", false), (200, id, false));
    assert_eq!(ask("POST", "/chatrooms/organization", false), (200, id, false));
    assert_eq!(ask("POST", "/chatroom/default", true), (200, id, true));
    assert_eq!(ask("PUT", "/chatrooms/default", true), (200, id, true));
}

#[test]
fn it_is_removed_through_its_organization_and_made_anew() {
    let app = TestApp::start();
    let (office, other, messenger) = (app.organization("office"), app.organization("other"), app.messenger());
    let make = || messenger.json("POST", "/chatrooms/default", &json!({"automationEnabled": true, "organizationID": office})).json();
    let mut last = json!(null);
    for path in ["/chatrooms/default", "/chatrooms/organization", "/chatroom/default"] {
        messenger.bare("DELETE", &format!("{path}/{office}")).is_refused(404, "not_found");
        let room = make();
        assert_ne!(room["matrixRoomID"], last);
        last = room["matrixRoomID"].clone();
        messenger.bare("DELETE", &format!("{path}/{other}")).is_refused(404, "not_found");
        messenger.bare("DELETE", &format!("{path}/x")).is_refused(400, "bad_request");
        messenger.bare("DELETE", &format!("{path}/99999999999999999999")).is_refused(404, "not_found");
        assert_eq!(messenger.bare("DELETE", &format!("{path}/{office}")).ok()["success"], true);
        messenger.get(&format!("/chatrooms/{}", room["id"])).is_refused(404, "not_found");
    }
}

#[test]
fn both_fields_have_to_be_there() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    for bad in [
        json!({}),
        json!({"automationEnabled": true}),
        json!({"organizationID": office}),
        json!({"automationEnabled": "true", "organizationID": office}),
    ] {
        messenger.json("POST", "/chatrooms/default", &bad).is_refused(400, "bad_request");
    }
    messenger
        .json("POST", "/chatrooms/default", &json!({"automationEnabled": true, "organizationID": app.organization("other")}))
        .is_refused(403, "forbidden");
}
