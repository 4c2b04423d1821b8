//! `POST /chatrooms`: who is in it, names, pictures, times.

use crosstalk::config::Limits;
use serde_json::{Value, json};

use crate::kit::{NOW_S, PNG, TestApp, TestOptions, number, request, send};

#[test]
fn a_room_has_all_fields_of_the_document() {
    let app = TestApp::start();
    let (office, [alice, bob, carol]) = (app.organization("office"), ["Alice", "Bob", "Carol"].map(|name| app.person(name)));
    let body = json!({
        "admins": [alice], "assignedUsers": [bob, alice], "moderators": [carol, bob], "automationEnabled": true, "avatar": null,
        "name": "  Crew North ", "organizationID": office, "scheduledDeletion": "2026-02-01T01:00:00+01:00", "type": "default", "unknown": {"a": [[]]}
    });
    let room = app.messenger().create(&body);
    let id = number(&room["id"]);
    let expected = json!({
        "id": id, "admins": [alice], "assignedUsers": [], "automationEnabled": true, "avatarURL": "", "eventID": 0,
        "matrixRoomID": format!("!r{id}:test.local"), "moderators": [bob, carol], "name": "Crew North", "organizationID": office,
        "scheduledDeletion": "2026-02-01T00:00:00Z", "type": "custom"
    });
    assert_eq!(room, expected);
    assert_eq!(app.messenger().room(id), expected);
    let keys: Vec<&String> = room.as_object().expect("an object").keys().collect();
    assert_eq!(keys[..4], ["id", "admins", "assignedUsers", "automationEnabled"]);
}

#[test]
fn only_name_and_organization_have_to_be_there() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let bare = messenger.create(&json!({"name": "Bare", "organizationID": office}));
    assert_eq!((&bare["admins"], &bare["assignedUsers"], &bare["automationEnabled"]), (&json!([]), &json!([]), &json!(false)));
    let nulls = json!({"name": "Nulls", "organizationID": office, "admins": null, "assignedUsers": null, "moderators": null, "avatar": [],
                       "automationEnabled": null, "scheduledDeletion": null});
    assert_eq!(messenger.create(&nulls)["avatarURL"], "");
    for (bad, status) in [
        (json!({"name": "A"}), 400),
        (json!({"organizationID": office}), 400),
        (json!({"name": "", "organizationID": office}), 400),
        (json!({"name": "   ", "organizationID": office}), 400),
        (json!({"name": "a\u{7}b", "organizationID": office}), 400),
        (json!({"name": "あ".repeat(101), "organizationID": office}), 400),
        (json!({"name": 5, "organizationID": office}), 400),
        (json!({"name": "A", "organizationID": "x"}), 400),
        (json!({"name": "A", "organizationID": 1.5}), 400),
        (json!({"name": "A", "organizationID": office, "admins": ["1"]}), 400),
        (json!({"name": "A", "organizationID": office, "admins": [1e300]}), 400),
        (json!({"name": "A", "organizationID": office, "admins": {"a": 1}}), 400),
        (json!({"name": "A", "organizationID": office, "automationEnabled": "yes"}), 400),
    ] {
        messenger.json("POST", "/chatrooms", &bad).is_refused(status, "bad_request");
    }
    assert_eq!(messenger.create(&json!({"name": "あ".repeat(100), "organizationID": office}))["type"], "custom");
}

#[test]
fn bodies_that_are_none_are_refused() {
    let app = TestApp::start();
    let messenger = app.messenger();
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    for body in ["", " ", "{", "[]", "null", "7", "name=A", "{\"name\":\"A\",}", "\u{feff}{}", &deep] {
        send(messenger.request("POST", "/chatrooms").body(body.to_owned())).is_refused(400, "bad_request");
    }
    let office = app.organization("office");
    let ignored = format!("{{\"name\":\"Deep\",\"organizationID\":{office},\"x\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let answer = send(messenger.request("POST", "/chatrooms").body(ignored));
    assert!(matches!(answer.status, 201 | 400), "{}", answer.text());
    let plain = send(
        messenger
            .request("POST", "/chatrooms")
            .header("content-type", "text/plain")
            .body(format!("{{\"name\":\"T\",\"organizationID\":{office}}}")),
    );
    assert_eq!(plain.status, 201);
}

#[test]
fn a_name_is_unique_in_an_organization_whichever_api_gave_it() {
    let app = TestApp::start();
    let (alice, _, _) = app.trio();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let chatwork = alice.create_room("Taken", &[], &[]);
    messenger.json("POST", "/chatrooms", &json!({"name": "Taken", "organizationID": office})).is_refused(400, "bad_request");
    messenger.bare("DELETE", &format!("/chatrooms/{chatwork}")).ok();
    let id = number(&messenger.create(&json!({"name": "Taken", "organizationID": office}))["id"]);
    messenger.json("POST", "/chatroom", &json!({"name": "Taken", "organizationID": office})).is_refused(400, "bad_request");
    assert_ne!(id, chatwork);
}

#[test]
fn ids_have_to_be_users_of_the_organization_and_nothing_is_made_otherwise() {
    let app = TestApp::start();
    let (office, messenger, bob) = (app.organization("office"), app.messenger(), app.person("Bob"));
    let eve = app.person("Eve");
    app.set_disabled("Carol", true);
    let carol = number(&json!(
        app.world.read(|tx| crosstalk::ops::accounts::list_users(tx, Some("office"))).expect("people")[2].account.person.id.get()
    ));
    for stranger in [eve, carol, 0, -1, 9_007_199_254_740_993, i64::MAX] {
        for list in ["admins", "moderators", "assignedUsers"] {
            let body = json!({"name": "A", "organizationID": office, "assignedUsers": [bob], list: [bob, stranger]});
            messenger.json("POST", "/chatrooms", &body).is_refused(400, "bad_request");
        }
    }
    assert_eq!(messenger.get(&format!("/chatrooms?organization_id={office}")).ok()["total"], 0);
}

#[test]
fn a_person_who_names_no_administrator_is_one_and_a_token_of_the_organization_may_leave_none() {
    let app = TestApp::start();
    let (office, alice, bob) = (app.organization("office"), app.person("Alice"), app.person("Bob"));
    let made = |name: &str, extra: Value| {
        let mut body = json!({"name": name, "organizationID": office});
        body.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
        body
    };
    let personal = app.messenger_of("Alice");
    assert_eq!(personal.create(&made("A", json!({})))["admins"], json!([alice]));
    let promoted = personal.create(&made("B", json!({"moderators": [alice], "assignedUsers": [bob]})));
    assert_eq!((&promoted["admins"], &promoted["moderators"], &promoted["assignedUsers"]), (&json!([alice]), &json!([]), &json!([bob])));
    assert_eq!(personal.create(&made("C", json!({"admins": [bob]})))["admins"], json!([bob]), "who makes a room need not be in it");
    assert_eq!(app.messenger().create(&made("D", json!({"assignedUsers": [bob]})))["admins"], json!([]));
}

#[test]
fn a_picture_comes_as_bytes_or_as_base64_and_its_address_opens() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let standard = data_encoding_of(PNG);
    let address = standard.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
    for (n, avatar) in
        [json!(PNG), json!(standard), json!(address), json!(format!("data:image/png;base64,{standard}"))].into_iter().enumerate()
    {
        let room = messenger.create(&json!({"name": format!("R{n}"), "organizationID": office, "avatar": avatar}));
        let url = room["avatarURL"].as_str().expect("an address");
        assert!(url.starts_with(&format!("{}/files/a/", app.base)), "{url}");
        let picture = send(request("GET", url));
        assert_eq!((picture.status, picture.header("content-type"), &*picture.bytes), (200, "image/png", PNG));
        messenger.bare("DELETE", &format!("/chatrooms/{}", room["id"])).ok();
        assert_eq!(send(request("GET", url)).status, 404, "the picture goes with its room");
    }
}

/// Base64 by hand: the kit has no library for it.
fn data_encoding_of(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[test]
fn what_is_no_picture_is_refused() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    for avatar in [
        json!("hello"),
        json!("*"),
        json!(svg),
        json!([1, 2, 3]),
        json!([256]),
        json!([-1]),
        json!(["a"]),
        json!({}),
        json!(5),
        json!("data:image/png,x"),
    ] {
        messenger
            .json("POST", "/chatrooms", &json!({"name": "A", "organizationID": office, "avatar": avatar}))
            .is_refused(400, "bad_request");
    }
    let large = |bytes: usize| {
        let mut picture = PNG.to_vec();
        picture.resize(bytes, 0);
        data_encoding_of(&picture)
    };
    messenger
        .json("POST", "/chatrooms", &json!({"name": "A", "organizationID": office, "avatar": large((1 << 20) + 1)}))
        .is_refused(413, "bad_request");
    messenger.create(&json!({"name": "A", "organizationID": office, "avatar": large(1 << 20)}));
    let mut numbers = PNG.to_vec();
    numbers.resize(1 << 20, 255);
    messenger.create(&json!({"name": "B", "organizationID": office, "avatar": numbers}));
    send(messenger.request("POST", "/chatrooms").body(vec![b' '; (5 << 20) + 1])).is_refused(413, "bad_request");
    send(messenger.request("POST", "/chatrooms/default").body(vec![b' '; (1 << 20) + 1])).is_refused(413, "bad_request");
}

#[test]
fn a_time_has_to_lie_ahead() {
    let app = TestApp::start();
    let (office, messenger) = (app.organization("office"), app.messenger());
    let body = |name: &str, at: Value| json!({"name": name, "organizationID": office, "scheduledDeletion": at});
    for bad in [
        json!("2020-01-01T00:00:00Z"),
        json!("soon"),
        json!(""),
        json!(NOW_S),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_993_i64),
        json!([]),
        json!(true),
    ] {
        messenger.json("POST", "/chatrooms", &body("A", bad)).is_refused(400, "bad_request");
    }
    assert_eq!(messenger.create(&body("A", json!(NOW_S + 60)))["scheduledDeletion"], "2026-01-31T00:01:00Z");
    assert_eq!(messenger.create(&body("B", json!("2026-01-31T00:00:01.5Z")))["scheduledDeletion"], "2026-01-31T00:00:01Z");
}

#[test]
fn older_callers_may_have_everybody_among_the_assigned() {
    let mut options = TestOptions { limits: Limits::Off, ..TestOptions::default() };
    options.config.messenger.assigned_users_include_all = true;
    let app = TestApp::with(options);
    let (office, alice, bob, carol) = (app.organization("office"), app.person("Alice"), app.person("Bob"), app.person("Carol"));
    let room = app
        .messenger()
        .create(&json!({"name": "A", "organizationID": office, "admins": [alice], "moderators": [bob], "assignedUsers": [carol]}));
    assert_eq!((&room["assignedUsers"], &room["admins"]), (&json!([alice, bob, carol]), &json!([alice])));
}
