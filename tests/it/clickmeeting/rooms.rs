//! `/conferences` and `/conferences/{room_id}`.

use serde_json::json;

use crate::kit::{Form, NOW_S, TestApp, number};

const DAY_S: i64 = 24 * 60 * 60;

#[test]
fn a_scheduled_room_is_shown_whole_and_in_the_vendors_order() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let form: Form<'_> = &[
        ("name", "Spring demo"),
        ("room_type", "webinar"),
        ("permanent_room", "0"),
        ("access_type", "2"),
        ("password", "tulip-9"),
        ("starts_at", "2031-03-04 15:00:00"),
        ("duration", "1:30"),
        ("timezone", "Europe/Warsaw"),
        ("lobby_description", "Soon"),
        ("registration[enabled]", "1"),
        ("settings[connection_tester_enabled]", "true"),
        ("settings[thank_you_page_url]", "https://x.example/bye"),
    ];
    let mut room = office.post("/conferences", form).ok()["room"].clone();
    let keys: Vec<String> = room.as_object().expect("a room").keys().cloned().collect();
    assert_eq!(
        keys.join(" "),
        "id parent_id room_type room_pin name name_url starts_at ends_at access_type password lobby_enabled lobby_description \
         registration_enabled status timezone timezone_offset paid_enabled automated_enabled created_at updated_at type permanent_room ccc \
         access_role_hashes room_url phone_presenter_pin phone_listener_pin embed_room_url recorder_list settings autologin_hashes autologin_hash"
    );
    let id = number(&room["id"]);
    assert!((100_000_000..1_000_000_000).contains(&number(&room["room_pin"])));
    assert_eq!(room["room_url"], json!(format!("{}/meet/spring_demo", app.base)));
    assert_eq!(room["embed_room_url"], json!(format!("{}/embed_conference.html?r=171000000{id}", app.base)));
    assert_eq!(room["autologin_hashes"]["host"], room["autologin_hash"]);
    for role in ["listener", "presenter", "host"] {
        let hash = room["access_role_hashes"][role].as_str().expect("a hash");
        assert!(hash.len() == 32 && hash.ends_with(&format!("{NOW_S:010x}")), "{hash}");
    }
    for gone in [
        "id",
        "room_pin",
        "room_url",
        "embed_room_url",
        "phone_presenter_pin",
        "phone_listener_pin",
        "access_role_hashes",
        "autologin_hashes",
        "autologin_hash",
    ] {
        room.as_object_mut().expect("a room").remove(gone);
    }
    assert_eq!(
        room,
        json!({
            "parent_id": null, "room_type": "webinar", "name": "Spring demo", "name_url": "spring_demo",
            "starts_at": "2031-03-04T15:00:00+01:00", "ends_at": "2031-03-04T16:30:00+01:00", "access_type": 2, "password": "tulip-9",
            "lobby_enabled": true, "lobby_description": "Soon", "registration_enabled": 1, "status": "active",
            "timezone": "Europe/Warsaw", "timezone_offset": 3600, "paid_enabled": 0, "automated_enabled": 0,
            "created_at": "2026-01-31T01:00:00+01:00", "updated_at": "2026-01-31T01:00:00+01:00", "type": 0, "permanent_room": false,
            "ccc": "2031-03-04 14:00:00", "recorder_list": [],
            "settings": {
                "show_on_personal_page": true, "thank_you_emails_enabled": true, "connection_tester_enabled": true, "phonegateway_enabled": false,
                "recorder_autostart_enabled": false, "room_invite_button_enabled": true, "social_media_sharing_enabled": false,
                "connection_status_enabled": true, "thank_you_page_url": "https://x.example/bye"
            }
        })
    );
    let got = office.room(id);
    assert_eq!(got["widgets_hash"].as_str().map(str::len), Some(6));
    assert_eq!(got["password"], json!("tulip-9"));
}

#[test]
fn a_permanent_room_has_no_times_and_an_open_one_no_password() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create("Chat", &[("password", ""), ("starts_at", "2031-03-04 15:00:00")]);
    for absent in ["starts_at", "ends_at", "ccc", "password"] {
        assert!(room.get(absent).is_none(), "{absent}: {room}");
    }
    assert_eq!((&room["permanent_room"], &room["type"], &room["timezone"]), (&json!(true), &json!(1), &json!("UTC")));
}

#[test]
fn a_scheduled_room_without_times_begins_this_minute_and_lasts_three_hours() {
    let app = TestApp::start();
    app.advance_s(77);
    let room = app.clickmeeting("office").create("Now", &[("permanent_room", "false")]);
    assert_eq!((&room["starts_at"], &room["ends_at"]), (&json!("2026-01-31T00:01:00+00:00"), &json!("2026-01-31T03:01:00+00:00")));
}

#[test]
fn wrong_parameters_are_all_named() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let answer =
        office.post("/conferences", &[("name", " "), ("room_type", "party"), ("access_type", "4"), ("settings[encryption_enabled]", "x")]);
    answer.refused(422, "VALIDATION_ERROR", "name");
    let names: Vec<String> = answer.json()["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["name"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(names, ["name", "room_type", "permanent_room", "access_type", "settings[encryption_enabled]"]);
    assert!(office.list("/conferences/active").is_empty());
    let base = [("name", "A"), ("room_type", "meeting"), ("permanent_room", "0"), ("access_type", "1")];
    let cases: &[(&str, &str, &str)] = &[
        ("name", "", "name"),
        ("permanent_room", "maybe", "permanent_room"),
        ("access_type", "2", "password"),
        ("timezone", "Mars/Olympus", "timezone"),
        ("custom_room_url_name", "a b", "custom_room_url_name"),
        ("custom_room_url_name", "12345", "custom_room_url_name"),
        ("registration[template]", "4", "registration[template]"),
        ("status", "open", "status"),
        ("skin_id", "99", "skin_id"),
        ("settings[thank_you_page_url]", "javascript:alert(1)", "settings[thank_you_page_url]"),
        ("lobby_description", &"x".repeat(64 * 1024 + 1), "lobby_description"),
    ];
    for (field, value, named) in cases {
        let mut form: Vec<(&str, &str)> = base.iter().filter(|(key, _)| key != field).copied().collect();
        form.push((field, value));
        office.post("/conferences", &form).refused(422, "VALIDATION_ERROR", named);
    }
    let long = "あ".repeat(256);
    office.post("/conferences", &[("name", &long), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")]).refused(
        422,
        "VALIDATION_ERROR",
        "name",
    );
}

#[test]
fn dates_that_can_not_be_have_a_name_of_their_own() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let cases: &[(&str, &str, &str)] = &[
        ("tomorrow", "1", "starts_at"),
        ("2031-02-30 10:00:00", "1", "starts_at"),
        ("2031-03-30 02:30:00", "1", "starts_at"),
        ("2020-01-01 10:00:00", "1", "starts_at"),
        ("2031-03-04 10:00:60", "1", "starts_at"),
        ("2031-03-04T10:00:00[Asia/Tokyo]", "1", "starts_at"),
        ("3000-01-01 10:00:00", "1", "starts_at"),
        ("9999-12-31T23:59:59Z", "1", "starts_at"),
        ("2031-03-04 10:00:00", "25:00", "duration"),
        ("2031-03-04 10:00:00", "-1", "duration"),
        ("2031-03-04 10:00:00", "abc", "duration"),
        ("2031-03-04 10:00:00", "0", "duration"),
    ];
    for (starts_at, duration, field) in cases {
        let form: Form<'_> = &[
            ("name", "A"),
            ("room_type", "meeting"),
            ("permanent_room", "0"),
            ("access_type", "1"),
            ("timezone", "Europe/Warsaw"),
            ("starts_at", starts_at),
            ("duration", duration),
        ];
        office.post("/conferences", form).refused(422, "INVALID_DATES", field);
    }
}

#[test]
fn names_may_repeat_and_addresses_may_not() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let url = |name: &str, form: Form<'_>| office.create(name, form)["name_url"].as_str().expect("a slug").to_owned();
    assert_eq!(url("My Meeting", &[]), "my_meeting");
    assert_eq!(url("My meeting", &[]), "my_meeting_2");
    assert_eq!(url("my-meeting!", &[]), "my_meeting_");
    assert_eq!(url("x", &[("custom_room_url_name", "Own-Name_1")]), "Own-Name_1");
    assert_eq!(url("Łódź – Đà Nẵng", &[]), "lodz_da_nang");
    assert_eq!(url("2031", &[]), "room_2031");
    assert!(!url("会議室", &[]).is_empty());
    let taken =
        [("name", "y"), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1"), ("custom_room_url_name", "my_meeting")];
    office.post("/conferences", &taken).refused(422, "VALIDATION_ERROR", "custom_room_url_name");
    // Another organization shares the same addresses, too: they are this server's.
    app.clickmeeting("other").post("/conferences", &taken).refused(422, "VALIDATION_ERROR", "custom_room_url_name");
}

#[test]
fn editing_changes_what_is_named_and_nothing_else() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Old", &[("lobby_description", "Wait"), ("settings[phonegateway_enabled]", "1"), ("timezone", "Asia/Tokyo")]);
    let before = office.room(id);
    app.advance_s(60);
    let path = format!("/conferences/{id}");
    for form in [&[][..], &[("name", "Old"), ("settings[phonegateway_enabled]", "1"), ("status", "active")]] {
        let mut unchanged = office.put(&path, form).ok()["conference"].clone();
        // Derived anew for each answer.
        unchanged["access_role_hashes"] = before["access_role_hashes"].clone();
        assert_eq!(unchanged, before, "updated_at included");
    }

    let edited = office
        .put(
            &path,
            &[("name", "New"), ("settings[show_on_personal_page]", "0"), ("registration[enabled]", "1"), ("registration[template]", "3")],
        )
        .ok()["conference"]
        .clone();
    assert_eq!((&edited["name"], &edited["name_url"]), (&json!("New"), &json!("old")));
    assert_eq!(edited["registration_enabled"], json!(1));
    assert_eq!((&edited["settings"]["show_on_personal_page"], &edited["settings"]["phonegateway_enabled"]), (&json!(false), &json!(true)));
    assert_eq!((&edited["lobby_description"], &edited["timezone"]), (&json!("Wait"), &json!("Asia/Tokyo")));
    assert_eq!((&edited["created_at"], &edited["updated_at"]), (&json!("2026-01-31T09:00:00+09:00"), &json!("2026-01-31T09:01:00+09:00")));
    assert!(edited["settings"].get("encryption_enabled").is_none());
    let edited = office.put(&path, &[("settings[encryption_enabled]", "1"), ("custom_room_url_name", "fresh")]).ok()["conference"].clone();
    assert_eq!((&edited["settings"]["encryption_enabled"], &edited["name_url"]), (&json!(true), &json!("fresh")));
    assert_eq!(office.put(&path, &[("lobby_description", "")]).ok()["conference"]["lobby_description"], json!(""), "it can be taken away");
    office.put(&path, &[("access_type", "9")]).refused(422, "VALIDATION_ERROR", "access_type");
}

#[test]
fn an_event_that_begins_between_two_minutes_keeps_its_duration_when_it_is_moved() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let form: Form<'_> = &[("permanent_room", "0"), ("starts_at", "2031-03-04 15:00:30"), ("duration", "1:30")];
    let room = office.create("Event", form);
    assert_eq!((&room["starts_at"], &room["ends_at"]), (&json!("2031-03-04T15:00:30+00:00"), &json!("2031-03-04T16:30:00+00:00")));
    let moved = office.put(&format!("/conferences/{}", room["id"]), &[("starts_at", "2031-07-01 9:00:00")]).ok()["conference"].clone();
    assert_eq!((&moved["starts_at"], &moved["ends_at"]), (&json!("2031-07-01T09:00:00+00:00"), &json!("2031-07-01T10:30:00+00:00")));
}

#[test]
fn a_password_comes_and_goes_with_the_way_to_enter() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let path = format!("/conferences/{id}");
    office.put(&path, &[("access_type", "2")]).refused(422, "VALIDATION_ERROR", "password");
    assert_eq!(office.put(&path, &[("access_type", "2"), ("password", "a&b")]).ok()["conference"]["password"], json!("a&b"));
    assert_eq!(office.put(&path, &[("name", "Other")]).ok()["conference"]["password"], json!("a&b"));
    assert!(office.put(&path, &[("access_type", "1")]).ok()["conference"].get("password").is_none());
    office.put(&path, &[("access_type", "2")]).refused(422, "VALIDATION_ERROR", "password");
}

#[test]
fn a_room_turns_inactive_after_its_end_and_leaves_the_lists_after_six_months() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Event", &[("permanent_room", "0"), ("duration", "1")]);
    let lists = || (office.list("/conferences/active").len(), office.list("/conferences/inactive").len());
    assert_eq!(lists(), (1, 0));
    app.advance_s(3_599);
    assert_eq!((lists(), office.room(id)["status"].clone()), ((1, 0), json!("active")));
    app.advance_s(1);
    assert_eq!((lists(), office.room(id)["status"].clone()), ((0, 1), json!("inactive")));
    let (over, changed) = (office.room(id)["ends_at"].clone(), office.room(id)["updated_at"].clone());
    assert_eq!((over, changed), (json!("2026-01-31T01:00:00+00:00"), json!("2026-01-31T01:00:00+00:00")), "closing is a change");
    app.advance_s(184 * DAY_S - 1);
    assert_eq!(lists(), (0, 1), "six months have 184 days at most");
    app.advance_s(2);
    assert_eq!((lists(), office.room(id)["status"].clone()), ((0, 0), json!("inactive")));
}

#[test]
fn a_room_is_closed_and_opened_by_hand() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let permanent = office.create_id("Permanent", &[]);
    let event = office.create_id("Event", &[("permanent_room", "0"), ("duration", "1")]);
    let put = |id: i64, form: Form<'_>| office.put(&format!("/conferences/{id}"), form).ok()["conference"].clone();

    let closed = put(permanent, &[("status", "inactive")]);
    assert_eq!((&closed["status"], &closed["ends_at"]), (&json!("inactive"), &json!("2026-01-31T00:00:00+00:00")));
    assert_eq!(put(permanent, &[("name", "Still closed")])["status"], json!("inactive"));
    let opened = put(permanent, &[("status", "active")]);
    assert_eq!((&opened["status"], opened.get("ends_at")), (&json!("active"), None));

    app.advance_s(7_200);
    assert_eq!(office.room(event)["status"], json!("inactive"));
    assert_eq!(put(event, &[("status", "active")])["status"], json!("active"), "opened by hand after its end");
    app.advance_s(60);
    assert_eq!(put(event, &[("name", "Still open")])["status"], json!("active"));
    assert_eq!(put(event, &[("starts_at", "2026-01-31 10:00:00"), ("duration", "2")])["status"], json!("active"));
    app.advance_s(DAY_S);
    assert_eq!(office.room(event)["status"], json!("inactive"), "the new end counts");
    office.put(&format!("/conferences/{event}"), &[("duration", "1")]).refused(422, "INVALID_DATES", "starts_at");
}

#[test]
fn offsets_follow_daylight_saving() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let form: Form<'_> = &[("permanent_room", "0"), ("timezone", "Europe/Warsaw"), ("starts_at", "2026-03-29 01:30:00"), ("duration", "2")];
    let room = office.create("Night", form);
    assert_eq!((&room["starts_at"], &room["ends_at"]), (&json!("2026-03-29T01:30:00+01:00"), &json!("2026-03-29T04:30:00+02:00")));
    assert_eq!((&room["timezone_offset"], &room["ccc"]), (&json!(3_600), &json!("2026-03-29 00:30:00")));
    app.advance_s(58 * DAY_S);
    assert_eq!(office.room(number(&room["id"]))["timezone_offset"], json!(7_200));
}

#[test]
fn a_deleted_room_is_gone_at_once_and_purged_after_a_month() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("registration[enabled]", "1"), ("access_type", "3")]);
    app.past_session(id);
    app.recording(id, b"film");
    office.post(&format!("/conferences/{id}/tokens"), &[("how_many", "3")]).ok();
    office.post(&format!("/conferences/{id}/registration"), &[("registration[1]", "A"), ("registration[3]", "a@example.com")]).ok();
    let path = format!("/conferences/{id}");
    assert_eq!(office.delete(&path, &[]).ok(), json!({"result": "OK"}));
    office.delete(&path, &[]).refused(404, "NOT_FOUND", "");
    office.get(&path).refused(404, "NOT_FOUND", "");
    office.get(&format!("{path}/sessions")).refused(404, "NOT_FOUND", "");
    assert!(office.list("/conferences/recordings").is_empty() && office.list("/chats").is_empty());
    assert_eq!(office.create("Room", &[])["name_url"], json!("room"), "its address is free");

    let has_purge = || app.world.read(crosstalk::ops::meetings::has_purge).expect("an answer");
    app.advance_s(30 * DAY_S - 1);
    assert!(!has_purge());
    app.advance_s(2);
    assert!(has_purge());
    let mut steps = 0;
    while app.world.write_blocking(crosstalk::store::Cause::job("test"), crosstalk::ops::meetings::purge_step).expect("a step") {
        steps += 1;
        assert!(steps < 100, "purging comes to an end");
    }
    assert!(!has_purge());
}

#[test]
fn the_official_moodle_plugin_gets_bare_texts() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[]);
    let delete = || crate::kit::send(office.request("DELETE", &format!("/conferences/{id}")).header("User-Agent", "MoodleBot/1.0"));
    assert_eq!(delete().ok(), json!("200 OK"));
    let gone = delete();
    assert_eq!((gone.status, gone.json()), (404, json!("404 Not Found")));
}

#[test]
fn lists_are_paged_newest_first() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let first = office.create_id("Room", &[]);
    for _ in 0..250 {
        office.create("Room", &[]);
    }
    let ids = |path: &str| office.list(path).iter().map(|room| number(&room["id"])).collect::<Vec<i64>>();
    let page = ids("/conferences/active");
    assert!(page.len() == 250 && page.is_sorted_by(|left, right| left > right));
    assert_eq!(ids("/conferences/active?page=2"), [first]);
    assert_eq!(ids("/conferences/Active?page=2.json"), [first]);
    assert!(ids("/conferences/active?page=3").is_empty() && ids("/conferences/inactive?page=1").is_empty());
    assert_eq!(ids("/conferences/active?page=abc").len(), 250);
    let all = office.get("/conferences/").ok();
    assert_eq!((all["active_conferences"].as_array().map(Vec::len), &all["scheduled_conferences"]), (Some(250), &json!([])));
    assert_eq!(office.get("/conferences?page=2").ok()["active_conferences"].as_array().map(Vec::len), Some(1));
}

#[test]
fn another_organizations_rooms_do_not_exist() {
    let app = TestApp::start();
    let (office, other) = (app.clickmeeting("office"), app.clickmeeting("other"));
    let id = office.create_id("Secret", &[("access_type", "3")]);
    let session = app.past_session(id);
    let recording = app.recording(id, b"film");
    assert!(other.list("/conferences/active").is_empty());
    for path in [
        String::new(),
        "/tokens".into(),
        "/sessions".into(),
        format!("/sessions/{session}"),
        format!("/sessions/{session}/attendees"),
        format!("/sessions/{session}/registrations"),
        format!("/sessions/{session}/generate-pdf/en"),
        "/registrations".into(),
        "/recordings".into(),
    ] {
        other.get(&format!("/conferences/{id}{path}")).refused(404, "NOT_FOUND", "");
    }
    other.put(&format!("/conferences/{id}"), &[("name", "Mine")]).refused(404, "NOT_FOUND", "");
    other.delete(&format!("/conferences/{id}"), &[]).refused(404, "NOT_FOUND", "");
    other.delete(&format!("/conferences/{id}/recordings/{recording}"), &[]).refused(404, "NOT_FOUND", "");
    // A stranger learns nothing from bad parameters either.
    other.post(&format!("/conferences/{id}/tokens"), &[("how_many", "0")]).refused(404, "NOT_FOUND", "");
    other.upload(&format!("/file-library/conferences/{id}"), "a.txt", b"x").refused(404, "NOT_FOUND", "");
    assert!(other.list("/chats").is_empty() && other.list("/conferences/recordings").is_empty());
    assert_eq!(office.room(id)["name"], json!("Secret"));
}

#[test]
fn skins_have_pictures_that_are_there() {
    let app = TestApp::start();
    let skins = app.clickmeeting("office").list("/conferences/skins");
    assert_eq!((skins.len(), &skins[0]["id"], &skins[0]["name"]), (11, &json!("5"), &json!("Business 2")));
    for skin in skins {
        let picture = crate::kit::send(crate::kit::request("GET", skin["thumbnail_url"].as_str().expect("an address")));
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"), "{skin}");
    }
}
