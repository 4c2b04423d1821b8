//! What clients really put on the wire: every spelling of parameters, over the socket.

use serde_json::{Value, json};

use crate::kit::{TestApp, send};

/// Room parameters in many spellings; each has to make the same room.
#[test]
fn a_room_is_made_by_every_spelling_of_its_parameters() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    const FORM: &str = "application/x-www-form-urlencoded";
    let body = "name=Demo+room&room_type=webinar&permanent_room=1&access_type=1&settings%5Bthank_you_page_url%5D=https%3A%2F%2Fx.example%2Fbye&registration[enabled]=1";
    let json_body = json!({
        "name": "Demo room", "room_type": "webinar", "permanent_room": true, "access_type": 1,
        "settings": {"thank_you_page_url": "https://x.example/bye"}, "registration": {"enabled": true}
    })
    .to_string();
    let query = format!("/conferences/?{body}");
    // Path, content type (none at all where empty), body.
    let cases: Vec<(&str, &str, &str)> = vec![
        ("/conferences", FORM, body),
        ("/conferences", "application/x-www-form-urlencoded;charset=UTF-8", body),
        ("/conferences.json", "", body),
        ("/conferences", "text/plain", body),
        (&query, "", ""),
        (&query, "application/json", ""),
        ("/conferences", "application/json", &json_body),
        ("/conferences", "", &json_body),
        ("/conferences?name=Hidden", FORM, body),
    ];
    let mut ampersand = body.to_owned();
    ampersand.insert(0, '&');
    for (path, kind, body) in cases.into_iter().chain([("/conferences", FORM, ampersand.as_str())]) {
        let mut sent = office.request("POST", path).body(body.to_owned());
        if !kind.is_empty() {
            sent = sent.header("Content-Type", kind);
        }
        let room: Value = send(sent).ok()["room"].clone();
        let found = (&room["name"], &room["room_type"], &room["registration_enabled"], &room["settings"]["thank_you_page_url"]);
        assert_eq!(found, (&json!("Demo room"), &json!("webinar"), &json!(1), &json!("https://x.example/bye")), "{path} {kind} {body}");
    }
}

#[test]
fn booleans_are_said_in_several_languages() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let path = format!("/conferences/{id}");
    for (yes, no) in [("1", "0"), ("true", "false"), ("True", "False"), ("on", "off"), ("yes", "no")] {
        assert_eq!(office.put(&path, &[("lobby_enabled", no)]).ok()["conference"]["lobby_enabled"], json!(false), "{no}");
        assert_eq!(office.put(&path, &[("lobby_enabled", yes)]).ok()["conference"]["lobby_enabled"], json!(true), "{yes}");
    }
}

#[test]
fn bodies_that_say_nothing_are_harmless() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    const FORM: &str = "application/x-www-form-urlencoded";
    let path = format!("/conferences/{id}");
    assert_eq!(send(office.request("GET", &path).header("Content-Type", FORM).body("None")).status, 200);
    assert_eq!(send(office.request("GET", "/ping").header("Content-Type", "application/json").body("{broken")).status, 200);
    assert_eq!(send(office.request("PUT", &path).header("Content-Length", "0")).ok()["conference"]["name"], json!("Room"));
    assert_eq!(send(office.request("DELETE", &path).header("Content-Type", FORM).body("None")).ok(), json!({"result": "OK"}));
}

#[test]
fn a_name_for_a_scalar_that_came_as_a_list_is_a_problem_of_that_parameter() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let body = json!({"name": ["A"], "room_type": "meeting", "permanent_room": true, "access_type": 1});
    send(office.request("POST", "/conferences").json(&body)).refused(422, "VALIDATION_ERROR", "name");
}
