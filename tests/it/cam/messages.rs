//! `sendMessage` and `sendMessages`: to people, into rooms, many at once.

use serde_json::{Value, json};

use crate::kit::{NOW_S, TestApp, number};

fn unread(app: &TestApp, name: &str, room: i64) -> (i64, i64) {
    let room = app.chatwork(name).room(room);
    (number(&room["unread_num"]), number(&room["mention_num"]))
}

/// Texts that a person has from the organization's account, and the room they stand in.
fn from_api(app: &TestApp, name: &str) -> Vec<String> {
    let person = app.chatwork(name);
    let rooms = person.get("/rooms").ok();
    let direct = rooms.as_array().expect("a list").iter().filter(|room| room["type"] == "direct" && room["name"] == "API");
    direct.flat_map(|room| person.said(number(&room["room_id"]))).filter(|body| !body.starts_with("[info]")).collect()
}

#[test]
fn a_message_to_people_reaches_each_alone() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let sent = cam
        .send(&json!({"panelName": "messenger", "message": " Hello ", "isOpened": true, "generalPurposes": {"users": " BOB@example.com ,,alice@example.com,bob@example.com"}}))
        .ok();
    let message = &sent["message"];
    assert_eq!(message["panelName"], "messenger");
    assert_eq!((&message["message"], &message["isOpened"]), (&json!(" Hello "), &json!(true)), "the text stays as it is");
    assert_eq!(message["generalPurposes"]["users"], "BOB@example.com,alice@example.com");
    assert_eq!(message["sendDate"], NOW_S * 1000);
    assert!(message["id"].as_str().is_some_and(|id| id.len() == 19) && message.get("roomId").is_none() && sent.get("warnings").is_none());
    for name in ["Alice", "Bob"] {
        assert_eq!(from_api(&app, name), [" Hello "], "{name}");
    }
    assert!(from_api(&app, "Carol").is_empty());
    // The same two share one room.
    cam.send(&json!({"message": "Again", "users": [app.uid("Bob")]})).message();
    assert_eq!(from_api(&app, "Bob"), [" Hello ", "Again"]);
    let bob = app.chatwork("Bob");
    let direct = bob.get("/rooms").ok().as_array().expect("a list").iter().find(|room| room["name"] == "API").cloned().expect("a room");
    assert!(number(&direct["unread_num"]) >= 2 && bob.members(number(&direct["room_id"])).len() == 2);
}

#[test]
fn unknown_people_are_warned_about_unless_nobody_is_left() {
    let app = TestApp::start();
    let cam = app.cam("office");
    app.set_disabled("Carol", true);
    let some = cam.send(&json!({"message": "x", "users": "nobody@example.com,bob@example.com,carol@example.com,eve@example.com"})).ok();
    let warned = json!(["user not found: nobody@example.com", "user not found: carol@example.com", "user not found: eve@example.com"]);
    assert_eq!((&some["warnings"], &some["message"]["generalPurposes"]["users"]), (&warned, &json!("bob@example.com")));
    let none = cam.send(&json!({"panelName": "messenger", "message": "x", "users": ["nobody@example.com", app.uid("Eve")]}));
    none.in_band(200, &["USER_NOT_FOUND", "USER_NOT_FOUND"]);
    let own =
        cam.send(&json!({"message": "x", "users": "bob@example.com"})).message()["sendUserId"].as_str().map(str::to_owned).expect("an id");
    cam.send(&json!({"message": "to itself", "users": own})).in_band(200, &["USER_NOT_FOUND"]);
    assert_eq!(from_api(&app, "Bob"), ["x", "x"]);
}

#[test]
fn a_room_is_found_by_name_then_by_a_similar_one_then_by_id() {
    let app = TestApp::start();
    let (cam, alice) = (app.cam("office"), app.chatwork("Alice"));
    let (ops, lower) = (alice.create_room("Ops", &[], &[]), alice.create_room("ops", &[], &[]));
    let design = alice.create_room("デザイン Straße", &[], &[]);
    let to = |name: &str| cam.send(&json!({"panelName": name, "message": "x"}));
    to("Ops").message();
    to("ops").message();
    assert_eq!((alice.said(ops).len(), alice.said(lower).len()), (2, 2), "exactly these two");
    to("OPS").in_band(200, &["AMBIGUOUS_ROOM"]);
    let sent = to("ﾃﾞｻﾞｲﾝ STRASSE").message();
    assert_eq!(sent["panelName"], "デザイン Straße");
    let id = sent["roomId"].as_str().expect("an id");
    assert_eq!(to(id).message()["roomId"], id);
    assert_eq!(alice.said(design).len(), 3);
    to("nowhere").in_band(200, &["ROOM_NOT_FOUND"]);
    to("1").in_band(200, &["ROOM_NOT_FOUND"]);
    alice.create_room("Ops", &[], &[]);
    to("Ops").in_band(200, &["AMBIGUOUS_ROOM"]);
    alice.put(&format!("/rooms/{ops}"), &[("name", "Operations")]).ok();
    assert_eq!(to("OPERATIONS").message()["panelName"], "Operations", "a new name is found in any case too");
    to(&alice.own_room().to_string()).in_band(200, &["ROOM_NOT_FOUND"]);
    let eve = app.cam("other");
    eve.send(&json!({"panelName": "Operations", "message": "x"})).in_band(200, &["ROOM_NOT_FOUND"]);
    eve.send(&json!({"panelName": id, "message": "x"})).in_band(200, &["ROOM_NOT_FOUND"]);
    alice.end_room(ops, "delete").no_content();
    to("Operations").in_band(200, &["ROOM_NOT_FOUND"]);
}

#[test]
fn people_in_a_room_are_addressed_without_touching_the_text() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Ops", &[&bob], &[]);
    for name in ["Alice", "Bob"] {
        app.chatwork(name).put(&format!("/rooms/{room}/messages/read"), &[]);
    }
    let text = format!("Look, [To:{}]", alice.id());
    let sent = app.cam("office").send(&json!({"panelName": "Ops", "message": text, "generalPurposes": {"users": format!("bob@example.com,{},nobody@example.com,carol@example.com", app.uid("Bob"))}}));
    let body = sent.ok();
    assert_eq!(body["message"]["generalPurposes"]["users"], "bob@example.com,carol@example.com");
    let warned = json!(["user not found: nobody@example.com", "user is not in this room and was not notified: carol@example.com"]);
    assert_eq!(body["warnings"], warned);
    assert_eq!(alice.said(room).last(), Some(&text));
    assert_eq!((unread(&app, "Alice", room), unread(&app, "Bob", room)), ((1, 1), (1, 1)), "by the text, and by the list");
    assert_eq!(alice.members(room).len(), 2, "the API account is not in the room");
    app.cam("office").send(&json!({"panelName": "Ops", "message": "to all and nobody", "generalPurposes": {"users": ""}})).message();
    assert_eq!((unread(&app, "Alice", room), unread(&app, "Bob", room)), ((2, 1), (2, 1)));
}

#[test]
fn both_vocabularies_mean_the_same() {
    let app = TestApp::start();
    let cam = app.cam("office");
    app.chatwork("Alice").create_room("Ops", &[], &[]);
    for (message, sealed) in [
        (json!({"panelName": "Ops", "message": "x", "isOpened": true}), true),
        (json!({"send": "Ops", "message": "x", "seal": true}), true),
        (json!({"send": "Ops", "message": "x", "seal": false, "isOpened": true}), false),
        (json!({"send": "Ops", "message": "x", "seal": "yes", "isOpened": true}), true),
        (json!({"send": "Ops", "message": "x", "isOpened": "true"}), false),
        (json!({"panelName": null, "send": "Ops", "message": "x", "isOpened": null, "generalPurposes": null}), false),
    ] {
        let sent = cam.send(&message).message();
        assert_eq!((&sent["panelName"], &sent["isOpened"]), (&json!("Ops"), &json!(sealed)), "{message}");
        assert_eq!(cam.send_all(&json!([message])).ok()["messages"][0]["isOpened"], sealed);
    }
    for message in [
        json!({"message": "x", "property": {"users": "bob@example.com"}}),
        json!({"message": "x", "generalPurposes": {"users": ["bob@example.com"]}}),
        json!({"message": "x", "generalPurposes": {"users": ""}, "users": ["", "bob@example.com", null]}),
        json!({"send": "Messenger", "message": "x", "users": "bob@example.com"}),
        json!({"send": "", "message": "x", "users": "bob@example.com"}),
        json!({"panelName": "messenger", "message": 42, "users": "bob@example.com"}),
    ] {
        assert_eq!(cam.send(&message).message()["panelName"], "messenger", "{message}");
    }
}

#[test]
fn a_message_needs_a_text_and_somebody() {
    let app = TestApp::start();
    let cam = app.cam("office");
    for message in [
        json!({}),
        json!({"panelName": "Ops"}),
        json!({"panelName": "Ops", "message": " \n\u{3000} "}),
        json!({"panelName": "Ops", "message": null}),
        json!({"panelName": "Ops", "message": true}),
        json!({"panelName": "Ops", "message": {"text": "x"}}),
        json!({"message": "x"}),
        json!({"panelName": "messenger", "message": "x"}),
        json!({"panelName": "messenger", "message": "x", "users": " , "}),
        json!({"panelName": "messenger", "message": "x", "users": 7}),
        json!({"panelName": "messenger", "message": "x", "users": [{"email": "bob@example.com"}]}),
        json!({"panelName": 1_564_831_284_702_237_059_i64, "message": "x"}),
        json!({"panelName": 1.5, "message": "x"}),
    ] {
        cam.send(&message).in_band(400, &["INVALID_ARGUMENT"]);
    }
}

#[test]
fn items_of_a_batch_stand_for_themselves() {
    let app = TestApp::start();
    let (cam, alice) = (app.cam("office"), app.chatwork("Alice"));
    let room = alice.create_room("Ops", &[], &[]);
    let answer = cam.send_all(&json!([
        {"send": "Ops", "message": "first"},
        {"message": "lost", "users": "nobody@example.com"},
        {"send": "nowhere", "message": "lost"},
        "nonsense",
        {"send": "Ops", "message": ""},
        [{"send": "Ops", "message": "last", "users": "nobody@example.com"}],
        {"message": "Hello", "property": {"users": "bob@example.com,nobody@example.com"}},
        null,
    ]));
    let body = answer.ok();
    let sent: Vec<bool> = body["messages"].as_array().expect("a list").iter().map(Value::is_object).collect();
    assert_eq!(sent, [true, false, false, false, false, true, true, false]);
    assert_eq!(body["errorCodes"], json!(["USER_NOT_FOUND", "ROOM_NOT_FOUND", "INVALID_ARGUMENT", "INVALID_ARGUMENT", "INVALID_ARGUMENT"]));
    assert_eq!(body["errors"][0], "messages[1]: user not found: nobody@example.com");
    assert!(body["errors"][4].as_str().is_some_and(|text| text.starts_with("messages[7]: ")));
    assert_eq!(
        body["warnings"],
        json!(["messages[5]: user not found: nobody@example.com", "messages[6]: user not found: nobody@example.com"])
    );
    assert_eq!(alice.said(room)[1..], ["first", "last"], "in order");
    assert_eq!(from_api(&app, "Bob"), ["Hello"]);
    assert_eq!(cam.send_all(&json!([])).ok(), json!({"messages": []}));
}

#[test]
fn a_long_batch_keeps_its_order() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Ops", &[], &[]);
    let items: Vec<Value> = (0..90).map(|number| json!({"send": "Ops", "message": number.to_string()})).collect();
    let sent = app.cam("office").send_all(&Value::Array(items)).ok();
    let texts: Vec<String> = (0..90).map(|number| number.to_string()).collect();
    assert_eq!(alice.said(room)[1..], texts);
    let ids: Vec<&str> = sent["messages"].as_array().expect("a list").iter().filter_map(|message| message["id"].as_str()).collect();
    assert!(ids.is_sorted() && ids.len() == 90);
}
