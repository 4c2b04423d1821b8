//! `getConferenceMaster`, `getConferenceRooms` and `getConferenceRoomStatus`.

use crosstalk::domain::{Count, Email, Label, Memo, NewPlace, NewReservation, ReservedTime, Title};
use crosstalk::ops::places;
use crosstalk::store::Cause;
use serde_json::{Value, json};

use crate::kit::{Cam, TestApp};

fn add_place(app: &TestApp, organization: &'static str, name: &str, sort_order: i64, is_valid: bool) {
    let new = NewPlace {
        name: Title::parse("name", name).expect("a name"),
        group: Label::parse("group", "Tokyo 3F").expect("a group"),
        capacity: Count::parse("capacity", 8).expect("a number"),
        memo: Memo::parse("screen").expect("a memo"),
        sort_order: Some(Count::parse("sort-order", sort_order).expect("a number")),
        is_valid,
    };
    app.world.write_blocking(Cause::job("test"), move |tx| places::create_place(tx, Some(organization), &new)).expect("a place");
}

fn reserve(app: &TestApp, organization: &'static str, place: &str, creator: &str, time: ReservedTime, members: &[(&str, bool)]) {
    let email = |name: &str| Email::parse(&format!("{name}@example.com")).expect("an address");
    let new = NewReservation {
        place: place.to_owned(),
        time,
        title: Title::parse("title", "Weekly").expect("a title"),
        memo: Memo::parse("bring food").expect("a memo"),
        creator: email(creator),
        members: members.iter().map(|(name, is_in_charge)| (email(name), *is_in_charge)).collect(),
    };
    app.world.write_blocking(Cause::job("test"), move |tx| places::reserve_place(tx, Some(organization), &new)).expect("a reservation");
}

fn span(start: &str, end: &str) -> ReservedTime {
    ReservedTime::parse_span(start, end).expect("a time")
}

/// Starts of the listed reservations.
fn starts(cam: &Cam, period: &str) -> Vec<Value> {
    let body = cam.post("/getConferenceRoomStatus", &[("yyyyMMdd", period)]).ok();
    assert!(body.get("errors").is_none());
    body["conferenceRoomStatus"].as_array().expect("a list").iter().map(|one| one["startDate"].clone()).collect()
}

#[test]
fn meeting_rooms_are_listed_under_both_names_and_verbs() {
    let app = TestApp::start();
    let cam = app.cam("office");
    assert_eq!(cam.get("/getConferenceRooms").ok(), json!({"conferenceRooms": []}));
    for (name, sort_order, is_valid) in [("B", 2, true), ("大会議室", 1, true), ("A", 2, true), ("closed", 0, false)] {
        add_place(&app, "office", name, sort_order, is_valid);
    }
    let listed = cam.get("/getConferenceMaster").ok();
    let rooms = listed["conferenceRooms"].as_array().expect("a list");
    let names: Vec<&Value> = rooms.iter().map(|room| &room["name"]).collect();
    assert_eq!(names, ["大会議室", "A", "B"]);
    let mut first = rooms[0].clone();
    assert_eq!(first["id"].take().as_str().map(str::len), Some(19));
    let expected = json!({
        "id": null, "name": "大会議室", "groupName": "Tokyo 3F", "capacity": 8, "memo": "screen", "sortOrder": 1, "isValid": true,
    });
    assert_eq!(first, expected);
    for answer in
        [cam.get("/getConferenceRooms?x=1"), cam.post("/getConferenceRooms", &[("a", "b")]), cam.post("/getConferenceMaster", &[])]
    {
        assert_eq!(answer.ok(), listed);
    }
    assert_eq!(app.cam("other").get("/getConferenceRooms").ok(), json!({"conferenceRooms": []}));
}

#[test]
fn a_reservation_shows_who_made_it_and_who_comes() {
    let app = TestApp::start();
    let cam = app.cam("office");
    add_place(&app, "office", "A", 1, true);
    reserve(&app, "office", "A", "alice", span("2026-01-12 09:00", "2026-01-12 10:00"), &[("bob", false), ("carol", true)]);
    let place = cam.get("/getConferenceRooms").ok()["conferenceRooms"][0]["id"].clone();
    let mut shown = cam.get("/getConferenceRoomStatus?yyyyMMdd=202601").ok()["conferenceRoomStatus"][0].clone();
    assert_eq!(shown["id"].take().as_str().map(str::len), Some(19));
    let expected = json!({
        "id": null, "conferenceRoomId": place, "conferenceRoomName": "A", "yyyyMMdd": "20260112",
        "startDate": 1_768_208_400_000_i64, "endDate": 1_768_212_000_000_i64, "isAllDay": false, "title": "Weekly", "memo": "bring food",
        "createUserId": app.uid("Alice"), "createUserName": "Alice", "createUserEmail": "alice@example.com",
        "memberUids": {app.uid("Alice"): true, app.uid("Bob"): false, app.uid("Carol"): true},
    });
    assert_eq!(shown, expected);
    assert!(starts(&app.cam("other"), "202601").is_empty(), "another organization sees nothing of it");
}

#[test]
fn a_period_is_a_month_a_day_or_today() {
    let app = TestApp::start();
    let cam = app.cam("office");
    add_place(&app, "office", "A", 1, true);
    add_place(&app, "office", "B", 2, true);
    // The test's clock says 2026-01-31T00:00:00Z.
    reserve(&app, "office", "B", "alice", span("2026-01-31 09:00", "2026-01-31 10:00"), &[]);
    reserve(&app, "office", "A", "alice", span("2026-01-31 09:00", "2026-01-31 09:30"), &[]);
    reserve(&app, "office", "A", "alice", span("2026-01-31 23:00", "2026-02-01 01:00"), &[]);
    reserve(&app, "office", "A", "alice", ReservedTime::parse_days("2026-03-02", "2026-03-03").expect("days"), &[]);
    let (nine, eleven, march) = (json!(1_769_850_000_000_i64), json!(1_769_900_400_000_i64), json!(1_772_409_600_000_i64));
    for period in ["202601", "2026-01", "2026/01", "20260131", "2026-01-31", "2026/01/31", "", " 20260131 "] {
        assert_eq!(starts(&cam, period), [nine.clone(), nine.clone(), eleven.clone()], "{period:?}");
    }
    let today = cam.get("/getConferenceRoomStatus").ok();
    let rooms: Vec<&Value> =
        today["conferenceRoomStatus"].as_array().expect("a list").iter().map(|one| &one["conferenceRoomName"]).collect();
    assert_eq!(rooms, ["A", "B", "A"], "by start, then meeting room");
    assert_eq!(starts(&cam, "20260201"), [eleven], "what overlaps counts");
    assert!(starts(&cam, "20260130").is_empty() && starts(&cam, "201908").is_empty());
    assert_eq!((starts(&cam, "20260303"), starts(&cam, "202603")), (vec![march.clone()], vec![march]));
    let body = cam.bare("getConferenceRoomStatus", Some("application/json"), r#"{"yyyyMMdd":202603}"#).ok();
    assert_eq!(body["conferenceRoomStatus"][0]["isAllDay"], true);
    for period in ["2019", "20190832", "201913", "today", "2019--08", "20260131T00"] {
        cam.post("/getConferenceRoomStatus", &[("yyyyMMdd", period)]).in_band(400, &["INVALID_ARGUMENT"]);
        cam.get(&format!("/getConferenceRoomStatus?yyyyMMdd={period}")).in_band(400, &["INVALID_ARGUMENT"]);
    }
}

#[test]
fn days_are_those_of_the_organization() {
    let app = TestApp::start();
    let tokyo = app.cam("other");
    add_place(&app, "other", "A", 1, true);
    // Eight in the evening of the 30th in UTC.
    reserve(&app, "other", "A", "eve", span("2026-01-31 05:00", "2026-01-31 06:00"), &[]);
    let at = json!(1_769_803_200_000_i64);
    assert_eq!((starts(&tokyo, "20260131"), starts(&tokyo, "20260130")), (vec![at], Vec::new()));
    assert_eq!(tokyo.get("/getConferenceRoomStatus").ok()["conferenceRoomStatus"][0]["yyyyMMdd"], "20260131", "it is the 31st there");
}
