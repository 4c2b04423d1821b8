//! Conference rooms, seen from the administration page and from the ClickMeeting API.

use serde_json::{Value, json};

use crate::kit::{TestApp, number, request, send};

const ORG: &str = "?organization=office";

#[test]
fn a_room_made_here_is_one_of_the_api_and_the_other_way_round() {
    let app = TestApp::start();
    let (admin, api) = (app.admin(), app.clickmeeting("office"));
    let wanted = json!({
        "name": "Planning", "access": "password", "password": "soup", "is_permanent": false, "starts_at": "2030-12-01T10:00",
        "duration_min": 90, "time_zone": "Europe/Warsaw", "has_registration": true
    });
    let made = admin.json("POST", &format!("/meetings{ORG}"), &wanted);
    let (status, made) = (made.status, made.json());
    assert_eq!((status, &made["starts_at"], &made["password"]), (201, &json!("2030-12-01T10:00:00+01:00"), &json!("soup")), "{made}");
    let id = number(&made["id"]);
    let shown = api.get(&format!("/conferences/{id}")).ok()["conference"].clone();
    assert_eq!((&shown["name"], &shown["ends_at"], &shown["room_url"]), (&made["name"], &json!("2030-12-01T11:30:00+01:00"), &made["url"]));
    let path = format!("/meetings/{id}{ORG}");
    let edited = admin.json("PATCH", &path, &json!({"name": "Planning again", "access": "open", "status": "inactive"})).ok();
    assert_eq!((&edited["status"], &edited["password"]), (&json!("inactive"), &Value::Null));
    assert_eq!(api.get(&format!("/conferences/{id}")).ok()["conference"]["status"], "inactive");
    let names = |status: &str, words: &str| {
        let found = admin.get(&format!("/meetings{ORG}&status={status}&q={words}")).ok();
        (found["total"].as_u64(), found["items"][0]["name"].as_str().map(str::to_owned))
    };
    assert_eq!(names("inactive", "PLANNING"), (Some(1), Some("Planning again".to_owned())));
    api.create("Made by a program", &[]);
    assert_eq!(names("active", "by+a"), (Some(1), Some("Made by a program".to_owned())));
    assert_eq!(names("active", "planning"), (Some(0), None));
    admin.bare("DELETE", &path).ok();
    admin.get(&path).is_not_done(404, "not_found");
    assert_eq!(api.get(&format!("/conferences/{id}")).status, 404);
}

#[test]
fn who_came_what_was_said_and_what_was_recorded_is_shown() {
    let app = TestApp::start();
    let (admin, api) = (app.admin(), app.clickmeeting("office"));
    let room = number(&api.create("Spring demo", &[])["id"]);
    let (session, recording) = (app.past_session(room), app.recording(room, b"moving pictures"));
    let at = |rest: &str| format!("/meetings/{room}{rest}{ORG}");
    let listed = admin.get(&at("/sessions")).ok();
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["messages"]), (&json!(session), &json!(3)));
    let of_session = |rest: &str| at(&format!("/sessions/{session}{rest}"));
    let shown = admin.get(&of_session("")).ok();
    assert_eq!((&shown["attendees"][0]["nickname"], &shown["attendees"][0]["rating"]), (&json!("Guest"), &json!(4)));
    assert_eq!(shown["reports"].as_array().map(Vec::len), Some(7));
    let chat = admin.get(&of_session("/chat")).ok();
    assert_eq!((&chat["items"][1]["nickname"], &chat["items"][1]["text"]), (&json!("Guest"), &json!("Say \"hi\", all")));
    let rest = admin.get(&format!("{}&after={}", of_session("/chat"), chat["next"])).ok();
    assert_eq!(rest["items"], json!([]));
    let archive = admin.get(&of_session("/chat/archive"));
    assert_eq!((archive.status, archive.header("content-type")), (200, "application/zip"));
    assert_eq!(archive.bytes, api.get(&format!("/chats/{session}")).bytes, "the same as through the API");

    let asked = admin.json("POST", &of_session("/reports"), &json!({"language": "pl"})).ok();
    assert_eq!((&asked["state"], &asked["url"]), (&json!("asked"), &Value::Null));
    admin.json("POST", &of_session("/reports"), &json!({"language": "xx"})).is_not_done(400, "invalid");
    app.make_reports();
    let url = admin.json("POST", &of_session("/reports"), &json!({"language": "pl"})).ok()["url"].as_str().expect("an address").to_owned();
    assert!(send(request("GET", &url)).bytes.starts_with(b"%PDF-"), "{url}");

    let recordings = admin.get(&at("/recordings")).ok();
    let url = recordings["items"][0]["url"].as_str().expect("an address");
    assert_eq!(send(request("GET", url)).bytes, b"moving pictures");
    admin.bare("DELETE", &at(&format!("/recordings/{recording}"))).ok();
    admin.bare("DELETE", &at(&format!("/recordings/{recording}"))).is_not_done(404, "not_found");
    assert_eq!(api.list(&format!("/conferences/{room}/recordings")).len(), 0);
}

#[test]
fn access_tokens_and_registrations_are_listed_and_tokens_are_taken_back() {
    let app = TestApp::start();
    let (admin, api) = (app.admin(), app.clickmeeting("office"));
    let room = number(&api.create("For invited people", &[("access_type", "3"), ("registration[enabled]", "1")])["id"]);
    let at = |rest: &str| format!("/meetings/{room}{rest}{ORG}");
    let made = admin.json("POST", &at("/tokens"), &json!({"how_many": 3}));
    assert_eq!((made.status, made.json()["items"].as_array().map(Vec::len)), (201, Some(3)), "{}", made.text());
    admin.json("POST", &at("/tokens"), &json!({"how_many": 0})).is_not_done(400, "invalid");
    let first = made.json()["items"][0]["token"].clone();
    admin.json("POST", &at("/tokens/revocations"), &json!({"tokens": [first]})).ok();
    admin.json("POST", &at("/tokens/revocations"), &json!({"tokens": []})).is_not_done(400, "missing");
    assert_eq!(admin.get(&at("/tokens")).ok()["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(api.get(&format!("/conferences/{room}/tokens")).ok()["access_tokens"].as_array().map(Vec::len), Some(2));
    let answers = [
        ("registration[1]", "Ada"),
        ("registration[2]", "Lovelace"),
        ("registration[3]", "ada@example.com"),
        ("registration[4]", "Engine"),
    ];
    api.post(&format!("/conferences/{room}/registration"), &answers).ok();
    let registered = admin.get(&at("/registrations")).ok();
    let ada = &registered["items"][0];
    assert_eq!((&ada["first_name"], &ada["email"], &ada["has_come"]), (&json!("Ada"), &json!("ada@example.com"), &json!(false)));
    assert_eq!(ada["answers"], json!([{"field": 4, "text": "Engine"}]));
}

#[test]
fn rooms_of_another_organization_are_not_there_and_nonsense_is_refused() {
    let app = TestApp::start();
    let admin = app.admin();
    let new = json!({"slug": "elsewhere", "name": "Elsewhere", "time_zone": "Asia/Tokyo", "language": "ja"});
    assert_eq!(admin.json("POST", "/organizations", &new).status, 201);
    let made = admin.json("POST", "/meetings?organization=elsewhere", &json!({"name": "Elsewhere"})).json();
    assert_eq!(made["time_zone"], "Asia/Tokyo");
    let id = number(&made["id"]);
    for rest in ["", "/sessions", "/sessions/1", "/sessions/1/chat", "/recordings", "/registrations", "/tokens"] {
        admin.get(&format!("/meetings/{id}{rest}{ORG}")).is_not_done(404, "not_found");
    }
    admin.get(&format!("/meetings/99999999999999999999{ORG}")).is_not_done(404, "not_found");
    admin.get("/meetings").is_not_done(400, "invalid");
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": "x", "access": "password"}), "password"),
        (json!({"name": "x", "access": "magic"}), "access"),
        (json!({"name": "x", "kind": "party"}), "kind"),
        (json!({"name": "x", "is_permanent": false, "starts_at": "soon"}), "starts_at"),
        (json!({"name": "x", "is_permanent": false, "duration_min": 0}), "duration_min"),
        (json!({"name": "x", "time_zone": "Moon/Base"}), "time_zone"),
    ] {
        let answer = admin.json("POST", &format!("/meetings{ORG}"), &body);
        assert_eq!((answer.status, &answer.json()["error"]["field"]), (400, &json!(field)), "{}", answer.text());
    }
}
