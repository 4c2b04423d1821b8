//! Erasing a person by the page; `crate::erasure` shows what is left of them.

use crosstalk::ops::erasure;
use serde_json::{Value, json};

use crate::kit::{PASSWORD, TestApp, number};

#[test]
fn an_administrator_erases_others_with_the_password_but_not_themselves() {
    let app = TestApp::start();
    let person = app.add_person("office", "Kim");
    let admin = app.admin();
    let path = format!("/users/{}/erasure", person.id());
    admin.json("POST", &path, &json!({})).is_not_done(400, "missing");
    admin.json("POST", &path, &json!({"messages": ""})).is_not_done(400, "missing");
    admin.json("POST", &path, &json!({"messages": "burn"})).is_not_done(400, "invalid");
    let own = number(&admin.get("/session").ok()["account_id"]);
    admin.json("POST", &format!("/users/{own}/erasure"), &json!({"messages": "keep"})).is_not_done(400, "invalid");
    admin.json("POST", "/users/1/erasure", &json!({"messages": "keep"})).is_not_done(404, "not_found");
    admin.json("POST", &path, &json!({"messages": "keep"})).ok();
    assert_eq!(person.get("/me").status, 401, "at once");
    admin.json("POST", &path, &json!({"messages": "keep"})).is_not_done(404, "not_found");
    let user = path.trim_end_matches("/erasure");
    for change in [json!({"is_disabled": false}), json!({"name": "Kim"}), json!({"email": "kim@example.com"})] {
        admin.json("PATCH", user, &change).is_not_done(400, "erased");
    }
    admin.json("PUT", &format!("{user}/admin"), &json!({"password": PASSWORD})).is_not_done(400, "erased");
    app.advance_s(11 * 60);
    admin.json("POST", &path, &json!({"messages": "keep"})).is_not_done(403, "confirm_password");
}

#[test]
fn an_administrator_erases_whoever_has_an_address() {
    let app = TestApp::start();
    let (admin, office) = (app.admin(), app.clickmeeting("office"));
    let person = app.add_person("office", "Kim");
    office.post("/contacts", &[("email", "guest@x.example"), ("firstname", "Gus"), ("lastname", "Guest")]);
    let erase = |body: serde_json::Value| admin.json("POST", "/erasures", &body);
    erase(json!({"messages": "keep"})).is_not_done(400, "missing");
    erase(json!({"email": "guest", "messages": "keep"})).is_not_done(400, "no_address");
    erase(json!({"email": "guest@x.example"})).is_not_done(400, "missing");
    erase(json!({"email": "nobody@x.example", "messages": "keep"})).is_not_done(400, "nobody_known");
    let begun = erase(json!({"email": "Guest@X.example", "messages": "keep"})).ok();
    assert_eq!((&begun["is_over"], &begun["waits_for"]), (&json!(false), &Value::Null));
    erase(json!({"email": "kim@example.com", "messages": "blank"})).ok();
    assert_eq!(person.get("/me").status, 401, "who has an account is erased with it");
    let own = admin.get("/session").ok()["email"].clone();
    erase(json!({"email": own, "messages": "keep"})).is_not_done(400, "invalid");
    app.advance_s(11 * 60);
    erase(json!({"email": "guest@x.example", "messages": "keep"})).is_not_done(403, "confirm_password");
}

#[test]
fn the_end_of_an_erasure_is_told() {
    let app = TestApp::start();
    let admin = app.admin();
    let person = app.add_person("office", "Kim");
    let begun = admin.json("POST", &format!("/users/{}/erasure", person.id()), &json!({"messages": "blank"})).ok();
    let look = || admin.get(&format!("/erasures/{}", begun["id"])).ok();
    while look()["is_over"] == false {}
    assert_eq!(look()["waits_for"], Value::Null);
    assert!(app.world.read(erasure::list_open).expect("erasures").is_empty());
    admin.get("/erasures/first").is_not_done(404, "not_found");
}
