//! Adding users, and claiming a room.

use crosstalk::domain::OrganizationRole;
use serde_json::json;

use crate::kit::{TestApp, send};

#[test]
fn users_are_added_at_every_path_and_nobody_is_taken_out() {
    let app = TestApp::start();
    let (messenger, [alice, bob, carol]) = (app.messenger(), ["Alice", "Bob", "Carol"].map(|name| app.person(name)));
    let id = messenger.create_id(&app, "A", &[alice]);
    let roles = |expected: [&[i64]; 3]| {
        let room = messenger.room(id);
        assert_eq!(
            [&room["admins"], &room["moderators"], &room["assignedUsers"]],
            [&json!(expected[0]), &json!(expected[1]), &json!(expected[2])]
        );
    };
    let add = |method: &str, path: &str, body| messenger.json(method, &format!("/chatrooms/{id}/{path}"), &body).ok();
    assert_eq!(add("POST", "users", json!({"moderators": [bob]})), json!({"success": true, "message": "users added"}));
    roles([&[], &[bob], &[alice]]);
    add("PUT", "users", json!({"admins": [bob, alice], "moderators": [bob], "assignedUsers": null}));
    roles([&[alice, bob], &[], &[]]);
    add("PATCH", "users", json!({"assignedUsers": [alice]}));
    roles([&[bob], &[], &[alice]]);
    add("POST", "members", json!({"assignedUsers": [carol]}));
    roles([&[bob], &[], &[alice, carol]]);
    add("PUT", "participants", json!({"moderators": [carol]}));
    roles([&[bob], &[carol], &[alice]]);
    add("PATCH", "invite", json!({"assignedUsers": [bob, carol]}));
    roles([&[], &[], &[alice, bob, carol]]);
}

#[test]
fn unknown_users_and_no_users_change_nothing() {
    let app = TestApp::start();
    let (messenger, bob, carol, eve) = (app.messenger(), app.person("Bob"), app.person("Carol"), app.person("Eve"));
    let id = messenger.create_id(&app, "A", &[bob]);
    let path = format!("/chatrooms/{id}/users");
    for bad in [
        json!({"admins": [bob], "assignedUsers": [carol, eve]}),
        json!({"moderators": [carol, 1]}),
        json!({"moderators": [carol, i64::MAX]}),
        json!({"moderators": ["x"]}),
        json!({}),
        json!({"admins": [], "moderators": null}),
    ] {
        messenger.json("POST", &path, &bad).is_refused(400, "bad_request");
    }
    send(messenger.request("POST", &path)).is_refused(400, "bad_request");
    messenger.json("POST", "/chatrooms/1/users", &json!({"admins": [bob]})).is_refused(404, "not_found");
    messenger.json("POST", "/chatrooms/x/users", &json!({"admins": [bob]})).is_refused(400, "bad_request");
    let room = messenger.room(id);
    assert_eq!((&room["admins"], &room["assignedUsers"]), (&json!([]), &json!([bob])));
    assert_eq!(send(messenger.request("POST", &format!("/chatrooms/{id}/friends")).body("{}")).status, 404);
}

#[test]
fn moderators_and_readers_look_to_chatwork_like_members_and_stay_what_they_are() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let id = alice.create_room("A", &[], &[&carol]);
    app.messenger().json("POST", &format!("/chatrooms/{id}/users"), &json!({"moderators": [bob.id()], "assignedUsers": [carol.id()]})).ok();
    let of = |who: &crate::kit::Chatwork| alice.members(id).into_iter().find(|(account, _)| *account == who.id()).expect("a member").1;
    assert_eq!((of(&bob).as_str(), of(&carol).as_str()), ("member", "readonly"));
    assert_eq!(app.messenger().room(id)["moderators"], json!([bob.id()]));
}

#[test]
fn claiming_is_for_people_who_are_entitled_and_may_be_repeated() {
    let app = TestApp::start();
    let (office, [alice, bob, carol]) = (app.organization("office"), ["Alice", "Bob", "Carol"].map(|name| app.person(name)));
    let messenger = app.messenger();
    let id = messenger.create_id(&app, "A", &[bob]);
    for (method, root) in [
        ("POST", "chatrooms"),
        ("PUT", "chatrooms"),
        ("PATCH", "chatrooms"),
        ("POST", "chatroom"),
        ("PUT", "chatroom"),
        ("PATCH", "chatroom"),
    ] {
        let answer = app.messenger_of("Bob").bare(method, &format!("/{root}/!r{id}:test.local/claim")).ok();
        assert_eq!(answer, json!({"success": true, "message": "chatroom claimed"}));
        messenger.bare(method, &format!("/{root}/{id}/claim")).is_refused(400, "bad_request");
    }
    assert_eq!(messenger.room(id)["assignedUsers"], json!([bob]));
    app.messenger_of("Carol").bare("POST", &format!("/chatrooms/{id}/claim")).is_refused(403, "forbidden");
    app.messenger_of("Eve").bare("POST", &format!("/chatrooms/{id}/claim")).is_refused(404, "not_found");
    app.messenger_of("Alice").bare("POST", &format!("/chatrooms/{id}/claim")).ok();
    assert_eq!(messenger.room(id)["admins"], json!([alice]), "a room without administrators gets the one who may be it");
    let everybody =
        messenger.json("POST", "/chatrooms/default", &json!({"organizationID": office, "automationEnabled": false})).json()["id"].clone();
    let dave = app.add_person("office", "Dave").id();
    app.messenger_of("Dave").bare("POST", &format!("/chatrooms/{everybody}/claim")).ok();
    assert_eq!(app.messenger().get(&format!("/chatrooms/{everybody}")).ok()["assignedUsers"], json!([bob, carol, dave]));
}

#[test]
fn an_administrator_who_is_in_a_room_without_one_leads_it_after_claiming_and_a_chat_manager_does_not() {
    let app = TestApp::start();
    app.add_manager("Mia", OrganizationRole::ChatManager);
    let (messenger, alice, mia) = (app.messenger(), app.person("Alice"), app.person("Mia"));
    let id = messenger.create_id(&app, "A", &[alice, mia]);
    app.messenger_of("Mia").bare("POST", &format!("/chatrooms/{id}/claim")).ok();
    assert_eq!(messenger.room(id)["admins"], json!([]));
    app.messenger_of("Alice").bare("POST", &format!("/chatrooms/{id}/claim")).ok();
    assert_eq!((&messenger.room(id)["admins"], &messenger.room(id)["assignedUsers"]), (&json!([alice]), &json!([mia])));
}
