//! `/ping`, `/time_zone_list`, `/phone_gateways` and `/conference/availability`.

use crosstalk::config::PhoneGateway;
use serde_json::json;

use crate::kit::{TestApp, TestOptions};

#[test]
fn a_ping_is_answered() {
    assert_eq!(TestApp::start().clickmeeting("office").get("/ping").ok(), json!({"ping": "pong"}));
}

#[test]
fn time_zones_are_listed_whole_and_by_country() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let all = office.list("/time_zone_list/");
    assert!(all.len() > 400 && all[0] == json!("Africa/Abidjan") && all.last() == Some(&json!("UTC")));
    assert_eq!(office.get("/time_zone_list/pl").ok(), json!(["Europe/Warsaw"]));
    assert_eq!(office.get("/time_zone_list/PL.xml").text().matches("<item>").count(), 1);
    assert!(office.list("/time_zone_list/ru").len() > 20);
    assert_eq!(office.get("/time_zone_list/xx").ok(), json!([]));
}

#[test]
fn telephone_numbers_come_from_the_configuration() {
    assert_eq!(TestApp::start().clickmeeting("office").get("/phone_gateways").ok(), json!([]));
    let mut options = TestOptions::default();
    options.config.clickmeeting.phone_gateways = PhoneGateway::parse("PL; Gdańsk; +48 (58) 000-0000; 54.35; 18.64").into_iter().collect();
    assert_eq!(
        TestApp::with(options).clickmeeting("office").get("/phone_gateways").ok(),
        json!([{"code": "PL", "location": "Gdańsk", "value": "+48 (58) 000-0000", "geo": {"lat": "54.35", "long": "18.64"}}])
    );
}

#[test]
fn every_slot_is_free() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let form = [("start_time", "2031-03-04 15:00:00"), ("duration", "2"), ("id", "0")];
    assert_eq!(office.post("/conference/availability", &form).status, 200);
    office.post("/conference/availability", &[("start_time", "soon")]).refused(422, "INVALID_DATES", "start_time");
}
