//! Meeting rooms with walls and their reservations, seen from the administration page and from CAM.

use serde_json::{Value, json};

use crate::kit::{TestApp, number};

#[test]
fn rooms_and_reservations_made_here_are_seen_through_cam() {
    let app = TestApp::start();
    let admin = app.admin();
    let place = json!({"organization": "office", "name": "Board room", "group": "Second floor", "capacity": 12, "memo": "Has a screen"});
    let made = admin.json("POST", "/places", &place);
    assert_eq!((made.status, &made.json()["is_in_use"]), (201, &json!(true)), "{}", made.text());
    admin.json("POST", "/places", &place).is_not_done(409, "taken");
    let wanted = |from: &str, to: &str| {
        json!({
            "organization": "office", "place": "Board room", "starts": from, "ends": to, "title": "Planning",
            "by": "alice@example.com", "members": ["bob@example.com"]
        })
    };
    let reserved = admin.json("POST", "/reservations", &wanted("2026-02-02 10:00", "2026-02-02 11:00"));
    assert_eq!((reserved.status, &reserved.json()["starts_at"]), (201, &json!("2026-02-02T10:00:00+00:00")), "{}", reserved.text());
    admin.json("POST", "/reservations", &wanted("2026-02-02 10:30", "2026-02-02 11:30")).is_not_done(409, "taken");
    let listed = admin.get("/reservations?organization=office&period=2026-02").ok();
    assert_eq!((&listed["items"][0]["title"], number(&listed["items"][0]["members"])), (&json!("Planning"), 2));
    let rooms: Value = app.cam("office").get("/getConferenceRooms").ok();
    assert!(rooms.to_string().contains("Board room"), "{rooms}");
    let status: Value = app.cam("office").get("/getConferenceRoomStatus?yyyyMMdd=20260202").ok();
    assert!(status.to_string().contains("Planning"), "{status}");
    let reserved = reserved.json();
    let id = reserved["id"].as_str().expect("a text, as scripts round long numbers");
    admin.bare("DELETE", &format!("/reservations/{id}?organization=office")).ok();
    admin.bare("DELETE", &format!("/reservations/{id}?organization=office")).is_not_done(404, "not_found");
    let path = format!("/places/{}", made.json()["id"].as_str().expect("a text"));
    assert_eq!(admin.json("PATCH", &path, &json!({"organization": "office", "is_in_use": false})).ok()["is_in_use"], false);
    assert!(!app.cam("office").get("/getConferenceRooms").ok().to_string().contains("Board room"));
    assert_eq!(admin.get("/places?organization=office").ok()["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_makes_no_sense_is_refused_with_its_field() {
    let app = TestApp::start();
    let admin = app.admin();
    admin.json("POST", "/places", &json!({"organization": "office", "name": "Board room"}));
    let base =
        json!({"organization": "office", "place": "Board room", "first_day": "2026-02-02", "title": "Planning", "by": "alice@example.com"});
    assert_eq!(admin.json("POST", "/reservations", &base).status, 201);
    for (changes, status) in [
        (json!({"place": "Nowhere"}), 404),
        (json!({"title": ""}), 400),
        (json!({"by": "nobody@example.com"}), 404),
        (json!({"first_day": "2026-02-30"}), 400),
        (json!({"first_day": null}), 400),
        (json!({"starts": "2026-02-03 10:00"}), 400),
        (json!({"organization": "nowhere"}), 404),
    ] {
        let mut body = base.clone();
        for (key, value) in changes.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let answer = admin.json("POST", "/reservations", &body);
        assert_eq!(answer.status, status, "{changes} {}", answer.text());
    }
    admin.json("POST", "/places", &json!({"organization": "office", "name": "x", "capacity": -1})).is_not_done(400, "invalid");
    admin.json("PATCH", "/places/5", &json!({"organization": "office", "is_in_use": true})).is_not_done(404, "not_found");
    admin.get("/reservations?organization=office&period=soon").is_not_done(400, "invalid");
}
