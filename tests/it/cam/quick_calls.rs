//! `createQuickCall`: the address of a conference, until when, and with which password.

use serde_json::{Value, json};

use crate::kit::{Cam, NOW_S, TestApp};

const DAY_MS: i64 = 86_400_000;

fn make(cam: &Cam, date: &str, password: &str) -> Value {
    cam.post("/createQuickCall", &[("expiredDate", date), ("password", password)]).ok()
}

#[test]
fn an_address_opens_until_it_expires() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let expires = NOW_S * 1_000 + 3_600_000;
    let made = make(&cam, &expires.to_string(), "");
    let url = made["url"].as_str().expect("an address");
    let id = url.strip_prefix(&format!("{}/quick/", app.base)).expect("an address of this server");
    assert!(id.len() >= 26, "at least 128 bits");
    assert_eq!(made, json!({"url": url, "quickCall": {"id": id, "url": url, "expiredDate": expires, "hasPassword": false}}));
    assert_ne!(make(&cam, &expires.to_string(), "")["url"], url);
    assert_eq!(app.open(&format!("/quick/{id}")).status, 200);
    app.advance_s(3_600);
    assert_eq!(app.open(&format!("/quick/{id}")).status, 410);
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let made = make(&cam, "0", " a+b & 100% ");
    assert_eq!(made["quickCall"]["hasPassword"], true);
    assert!(!made.to_string().contains("100%"));
    let page = app.open(&format!("/quick/{}", made["quickCall"]["id"].as_str().expect("an id")));
    assert!(page.status == 200 && page.text().contains("name=\"password\""));
    assert_eq!(make(&cam, "0", " ")["quickCall"]["hasPassword"], true, "blanks belong to it");
    cam.post("/createQuickCall", &[("expiredDate", "0"), ("password", &"x".repeat(1_001))]).in_band(400, &["INVALID_ARGUMENT"]);
}

#[test]
fn dates_are_milliseconds_or_seconds_within_a_year() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let (now, tomorrow, year) = (NOW_S * 1_000, NOW_S * 1_000 + DAY_MS, NOW_S * 1_000 + 365 * DAY_MS);
    for (date, expected) in [
        ("", tomorrow),
        ("0", tomorrow),
        (&*(now + 1).to_string(), now + 1),
        (&*(NOW_S + 60).to_string(), now + 60_000),
        (&*(year + 1).to_string(), year),
        ("99999999999999999999999", year),
    ] {
        assert_eq!(make(&cam, date, "")["quickCall"]["expiredDate"], expected, "{date:?}");
    }
    let json = format!("{{\"expiredDate\":{},\"password\":null}}", now + 5);
    assert_eq!(cam.bare("createQuickCall", Some("application/json"), json).ok()["quickCall"]["expiredDate"], now + 5);
    for past in ["1624368868714", &now.to_string(), &NOW_S.to_string(), "1", "-5"] {
        cam.post("/createQuickCall", &[("expiredDate", past)]).in_band(200, &["INVALID_DATE"]);
    }
    for bad in ["tomorrow", "1.5", "1e13", "2031-01-01", "--5"] {
        cam.post("/createQuickCall", &[("expiredDate", bad)]).in_band(400, &["INVALID_ARGUMENT"]);
    }
    cam.post("/createQuickCall", &[("password", "x")]).in_band(400, &["INVALID_ARGUMENT"]);
    cam.post("/createQuickCall", &[]).in_band(400, &["INVALID_ARGUMENT"]);
    cam.bare("createQuickCall", Some("application/json"), r#"{"expiredDate":[1]}"#).in_band(400, &["INVALID_ARGUMENT"]);
}
