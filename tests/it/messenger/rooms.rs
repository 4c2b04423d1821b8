//! Looking at rooms, listing them, finding the one of an event, deleting, switching automation.

use serde_json::json;

use crate::kit::{Messenger, TestApp, TestOptions, number, send};

#[test]
fn a_list_has_pages_and_counts_what_is_on_all_of_them() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let made: Vec<i64> = (0..12).map(|n| messenger.create_id(&app, &format!("R{n}"), &[])).collect();
    let ids = |query: &str| -> Vec<i64> {
        let page = messenger.get(&format!("/chatrooms?organization_id={office}{query}")).ok();
        assert_eq!(page["total"], 12);
        page["entries"].as_array().expect("a list").iter().map(|room| number(&room["id"])).collect()
    };
    assert_eq!(ids(""), made[..10]);
    assert_eq!(ids("&limit=1&offset=11"), made[11..]);
    assert_eq!(ids("&limit=50"), made);
    assert!(ids("&offset=12").is_empty());
    assert!(ids("&offset=9223372036854775807").is_empty());
    assert_eq!(ids("&all=true&limit=3&offset=5"), made);
    assert_eq!(ids("&all=1&limit=99"), made, "limit and offset are not looked at");
    assert_eq!(ids("&all=false&limit=&offset="), made[..10]);
    for bad in
        ["limit=0", "limit=51", "limit=abc", "limit=-1", "limit=1.5", "offset=-1", "offset=x", "all=maybe", "offset=99999999999999999999"]
    {
        messenger.get(&format!("/chatrooms?organization_id={office}&{bad}")).is_refused(400, "bad_request");
    }
    for bad in ["/chatrooms", "/chatrooms?organization_id=", "/chatrooms?organization_id=x", "/chatrooms?limit=5"] {
        messenger.get(bad).is_refused(400, "bad_request");
    }
}

/// Older versions of the vendor listed a person's own rooms where no organization was named.
#[test]
fn a_list_without_an_organization_has_the_callers_own_rooms_where_the_office_wants_it() {
    let mut options = TestOptions::default();
    options.config.messenger.lists_own_rooms = true;
    let app = TestApp::with(options);
    let (messenger, bob) = (app.messenger(), app.person("Bob"));
    let (with_bob, without) = (messenger.create_id(&app, "With Bob", &[bob]), messenger.create_id(&app, "Without", &[]));
    let also_bob = messenger.create_id(&app, "Also Bob", &[bob]);
    let listed = |caller: &Messenger, query: &str| -> (Vec<i64>, i64) {
        let page = caller.get(&format!("/chatrooms{query}")).ok();
        (page["entries"].as_array().expect("a list").iter().map(|room| number(&room["id"])).collect(), number(&page["total"]))
    };
    assert_eq!(listed(&app.messenger_of("Bob"), ""), (vec![with_bob, also_bob], 2));
    assert_eq!(listed(&app.messenger_of("Bob"), "?limit=1&offset=1"), (vec![also_bob], 2));
    assert_eq!(listed(&app.messenger_of("Carol"), "?all=true"), (vec![], 0));
    assert_eq!(listed(&messenger, ""), (vec![with_bob, without, also_bob], 3));
    let office = app.organization("office");
    app.messenger_of("Bob").get(&format!("/chatrooms?organization_id={office}")).is_refused(403, "forbidden");
    app.messenger_of("Bob").get("/chatrooms?limit=0").is_refused(400, "bad_request");
}

#[test]
fn groups_of_other_apis_are_listed_and_direct_and_own_rooms_are_not() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    app.befriend("Alice", "Bob");
    let group = alice.create_room("By Chatwork", &[&bob], &[&carol]);
    let page = app.messenger().get(&format!("/chatrooms?organization_id={}", app.organization("office"))).ok();
    assert_eq!(page["total"], 1);
    let room = &page["entries"][0];
    assert_eq!((number(&room["id"]), &room["type"]), (group, &json!("custom")));
    assert_eq!(
        (&room["admins"], &room["assignedUsers"]),
        (&json!([alice.id()]), &json!([bob.id(), carol.id()])),
        "who only reads is assigned"
    );
    app.messenger().get(&format!("/chatrooms/{}", alice.own_room())).is_refused(404, "not_found");
}

#[test]
fn a_room_is_found_by_its_number_and_by_its_matrix_id() {
    let app = TestApp::start();
    let messenger = app.messenger();
    let id = messenger.create_id(&app, "A", &[]);
    for key in [format!("{id}"), format!("!r{id}:test.local"), format!("%21r{id}%3Atest.local"), format!("%21r{id}%3atest.local")] {
        for root in ["/chatrooms", "/chatroom"] {
            assert_eq!(number(&messenger.get(&format!("{root}/{key}")).ok()["id"]), id, "{key}");
        }
    }
    for nobodys in ["1", "99999999999999999999", "!r1:test.local", &format!("!r{id}:elsewhere"), "!x", "%21"] {
        messenger.get(&format!("/chatrooms/{nobodys}")).is_refused(404, "not_found");
    }
    for bad in ["abc", "-1", "1x", "%D9%A3", "1.5"] {
        messenger.get(&format!("/chatrooms/{bad}")).is_refused(400, "bad_request");
    }
}

#[test]
fn the_room_of_an_event_is_found_by_it() {
    let app = TestApp::start();
    let (office, other, bob) = (app.organization("office"), app.organization("other"), app.person("Bob"));
    let id = app.event_room(7, "Fire", &[bob]);
    for path in ["/chatroom", "/chatrooms/event"] {
        let room = app.messenger().get(&format!("{path}?organization_id={office}&event_id=7")).ok();
        assert_eq!((number(&room["id"]), &room["eventID"], &room["type"]), (id, &json!(7), &json!("event")));
        app.messenger().get(&format!("{path}?organization_id={office}&event_id=8")).is_refused(404, "not_found");
        app.messenger().get(&format!("{path}?organization_id={other}&event_id=7")).is_refused(404, "not_found");
        app.messenger().get(&format!("{path}?organization_id={office}")).is_refused(400, "bad_request");
        app.messenger().get(&format!("{path}?event_id=7")).is_refused(400, "bad_request");
        app.messenger().get(&format!("{path}?organization_id={office}&event_id=x")).is_refused(400, "bad_request");
    }
    assert_eq!(app.messenger_of("Bob").get(&format!("/chatroom?organization_id={office}&event_id=7")).ok()["assignedUsers"], json!([bob]));
    app.messenger_of("Carol").get(&format!("/chatroom?organization_id={office}&event_id=7")).is_refused(403, "forbidden");
}

#[test]
fn deleting_takes_custom_rooms_only() {
    let app = TestApp::start();
    let (office, messenger, bob) = (app.organization("office"), app.messenger(), app.chatwork("Bob"));
    let custom = messenger.create_id(&app, "A", &[bob.id()]);
    bob.say(custom, "hello");
    assert_eq!(messenger.bare("DELETE", &format!("/chatrooms/{custom}")).ok(), json!({"success": true, "message": "chatroom deleted"}));
    messenger.bare("DELETE", &format!("/chatrooms/{custom}")).is_refused(404, "not_found");
    bob.get(&format!("/rooms/{custom}")).fails(403, "You don't have permission to get this room");
    let event = app.event_room(7, "Fire", &[]);
    messenger.bare("DELETE", &format!("/chatroom/{event}")).is_refused(400, "bad_request");
    let everybody = messenger.json("POST", "/chatrooms/default", &json!({"organizationID": office, "automationEnabled": false})).json();
    messenger.bare("DELETE", &format!("/chatrooms/{}", everybody["id"])).is_refused(400, "bad_request");
}

#[test]
fn automation_is_switched_at_every_path_and_disabled_people_drop_out() {
    let app = TestApp::start();
    let (messenger, bob, carol) = (app.messenger(), app.person("Bob"), app.person("Carol"));
    let id = messenger.create_id(&app, "A", &[bob, carol]);
    app.set_disabled("Carol", true);
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob, carol]), "a list that does not follow stays");
    for (method, path) in [
        ("PUT", "/chatrooms/{}"),
        ("PATCH", "/chatroom/{}"),
        ("PUT", "/chatroom/{}"),
        ("PUT", "/chatrooms/{}/automation"),
        ("PATCH", "/chatrooms/{}/automation"),
    ] {
        for is_on in [false, true, false] {
            let answer = messenger.json(method, &path.replace("{}", &id.to_string()), &json!({"automationEnabled": is_on})).ok();
            assert_eq!(answer["success"], true);
            assert_eq!(messenger.room(id)["automationEnabled"], is_on);
        }
    }
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob]), "who was disabled before drops out when it is switched on");
    app.set_disabled("Carol", false);
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob]));
    messenger.json("PATCH", &format!("/chatrooms/{id}"), &json!({"automationEnabled": true})).ok();
    app.set_disabled("Bob", true);
    assert_eq!(messenger.room(id)["assignedUsers"], json!([]));
    for bad in [json!({}), json!({"automationEnabled": null}), json!({"automationEnabled": 1}), json!({"automation": true})] {
        messenger.json("PATCH", &format!("/chatrooms/{id}"), &bad).is_refused(400, "bad_request");
    }
    send(messenger.request("PATCH", &format!("/chatrooms/{id}"))).is_refused(400, "bad_request");
    messenger.json("PATCH", "/chatrooms/1", &json!({"automationEnabled": true})).is_refused(404, "not_found");
}
