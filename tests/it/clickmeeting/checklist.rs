//! What existing clients rely on, one test for each line of the specification's checklist.

use serde_json::json;

use crate::kit::{TestApp, number, request, send};

#[test]
fn slashes_at_the_end_empty_queries_and_extensions_in_the_query_work() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    for path in ["/conferences/active/", "/conferences/active.json?", "/conferences/active?page=1.json", "/time_zone_list/"] {
        let answer = office.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"), "{path}");
    }
    assert!(office.get("/conferences/active?page=1.xml").text().starts_with("<?xml"));
}

#[test]
fn forms_without_a_type_query_only_writes_and_bodies_of_none_work() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = "name=A&room_type=meeting&permanent_room=1&access_type=1";
    assert_eq!(send(office.request("POST", "/conferences").body(room)).status, 200);
    assert_eq!(send(office.request("POST", &format!("/conferences/?{room}"))).status, 200);
    assert_eq!(send(office.request("GET", "/conferences.json").body("None")).status, 200);
}

#[test]
fn empty_brackets_open_new_elements_and_count_from_zero() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("registration[enabled]", "1")]);
    let body = "registration[]=&registration[]=Ada&registration[]=L&registration[]=ada@x.example";
    assert_eq!(send(office.request("POST", &format!("/conferences/{id}/registration")).body(body)).status, 200);
    assert_eq!(office.list(&format!("/conferences/{id}/registrations/all"))[0]["email"], json!("ada@x.example"));
}

#[test]
fn booleans_are_booleans_and_numbers_are_numbers() {
    let app = TestApp::start();
    let room = app.clickmeeting("office").create("Room", &[]);
    for fact in ["lobby_enabled", "permanent_room"] {
        assert!(room[fact].is_boolean(), "{fact}");
    }
    assert!(room["settings"]["show_on_personal_page"].is_boolean());
    for count in
        ["id", "room_pin", "access_type", "registration_enabled", "phone_presenter_pin", "phone_listener_pin", "timezone_offset", "type"]
    {
        assert!(room[count].is_i64(), "{count}");
    }
}

#[test]
fn times_are_rfc_3339_with_an_offset() {
    let app = TestApp::start();
    let room = app.clickmeeting("office").create("Room", &[("permanent_room", "0"), ("timezone", "America/New_York")]);
    for time in ["starts_at", "ends_at", "created_at", "updated_at"] {
        let text = room[time].as_str().expect("a time");
        assert!(text.parse::<crosstalk::domain::Timestamp>().is_ok() && text.ends_with("-05:00"), "{text}");
    }
}

#[test]
fn rooms_are_wrapped_as_each_operation_wraps_them() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let path = format!("/conferences/{id}");
    assert!(office.get(&path).ok()["conference"].is_object() && office.put(&path, &[]).ok()["conference"].is_object());
    assert!(office.get("/conferences/active").ok().is_array());
    assert!(office.get("/conferences").ok()["active_conferences"].is_array());
}

#[test]
fn every_success_is_200_with_json() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let answers = [
        office.get("/ping"),
        office.post(&format!("/conferences/{id}/tokens"), &[]),
        office.delete(&format!("/conferences/{id}/tokens"), &[("tokens[]", "A")]),
        office.delete(&format!("/conferences/{id}"), &[]),
    ];
    for answer in answers {
        assert!(answer.status == 200 && answer.header("content-type").starts_with("application/json") && !answer.json().is_null());
    }
}

#[test]
fn errors_carry_a_code_and_messages_and_successes_carry_no_code() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    office.get("/conferences/1").refused(404, "NOT_FOUND", "");
    let made = office.post("/conferences", &[("name", "A"), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")]).ok();
    assert!(made.get("code").is_none());
}

#[test]
fn passwords_are_shown_when_made_read_and_listed() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create("Room", &[("access_type", "2"), ("password", "tulip")]);
    let listed = &office.list("/conferences/active")[0];
    for shown in [&room, &office.room(number(&room["id"])), listed] {
        assert_eq!(shown["password"], json!("tulip"));
    }
}

#[test]
fn the_words_of_the_token_limit_have_numbers_at_their_places() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let path = format!("/conferences/{id}/tokens");
    for _ in 0..4 {
        office.post(&path, &[("how_many", "1000")]).ok();
    }
    let refused = office.post(&path, &[("how_many", "1")]);
    let body = refused.json();
    let words: Vec<&str> = body["errors"][0]["message"].as_str().expect("words").split(' ').collect();
    assert_eq!((refused.status, words[8], words[17]), (403, "4000", "4000"));
}

#[test]
fn availability_is_exactly_200() {
    let app = TestApp::start();
    let form = [("start_time", "2031-03-04 15:00:00"), ("duration", "6"), ("id", "5")];
    assert_eq!(app.clickmeeting("office").post("/conference/availability", &form).status, 200);
}

#[test]
fn a_recording_has_as_many_bytes_as_it_says() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    app.recording(id, b"exactly these bytes");
    let recording = office.list(&format!("/conferences/{id}/recordings"))[0].clone();
    let film = send(request("GET", recording["recording_url"].as_str().expect("a link")));
    assert_eq!(i64::try_from(film.bytes.len()).ok(), recording["recording_file_size"].as_i64());
}
