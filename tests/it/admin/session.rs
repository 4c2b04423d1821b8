//! Signing in and out, how long a session lasts, showing the password again, one-time codes.

use crosstalk::domain::TotpKey;
use crosstalk::ops::totp;
use serde_json::json;

use crate::kit::{PASSWORD, TestApp};

#[test]
fn an_administrator_signs_in_and_out() {
    let app = TestApp::start();
    app.make_admin("alice@example.com");
    let mut admin = app.browser();
    let given = admin.sign_in(&json!({"email": "alice@example.com", "password": PASSWORD}));
    given.ok();
    // No script reads it, no page of another site sends it, no API gets it, and nothing keeps it for longer than the session lasts.
    let cookie = format!("crosstalk_session={}; Path=/admin; HttpOnly; SameSite=Strict; Max-Age=43200", admin.session);
    assert!(!admin.session.is_empty() && given.header("set-cookie") == cookie, "{}", given.header("set-cookie"));
    let found = admin.get("/session").ok();
    assert_eq!((&found["email"], &found["mode"], &found["is_open_door"]), (&json!("alice@example.com"), &json!("office"), &json!(false)));
    assert_eq!((&found["is_confirmed"], &found["has_totp"]), (&json!(true), &json!(false)));
    let cookie = admin.bare("DELETE", "/session");
    cookie.ok();
    assert!(cookie.header("set-cookie").contains("crosstalk_session=; Path=/admin; HttpOnly; SameSite=Strict; Max-Age=0"));
    admin.get("/session").is_not_done(401, "sign_in");
    assert_eq!(admin.get("/session").header("cache-control"), "no-store");
}

#[test]
fn who_is_no_administrator_or_has_another_password_is_told_nothing_more() {
    let app = TestApp::start();
    app.make_admin("alice@example.com");
    let mut browser = app.browser();
    for (email, password) in [("alice@example.com", "wrong horse battery"), ("bob@example.com", PASSWORD), ("nobody@example.com", PASSWORD)]
    {
        browser.sign_in(&json!({"email": email, "password": password})).is_not_done(401, "wrong_password");
    }
    browser.sign_in(&json!({"email": "alice", "password": PASSWORD})).is_not_done(400, "no_address");
    browser.sign_in(&json!({"email": "alice@example.com"})).is_not_done(400, "missing");
    assert!(browser.session.is_empty());
}

#[test]
fn who_tries_too_often_waits_and_a_new_password_gives_all_tries_again() {
    let app = TestApp::start();
    app.make_admin("alice@example.com");
    let mut browser = app.browser();
    let wrong = json!({"email": "alice@example.com", "password": "wrong horse battery"});
    for _ in 0..5 {
        browser.sign_in(&wrong).is_not_done(401, "wrong_password");
    }
    let right = json!({"email": "alice@example.com", "password": PASSWORD});
    let refused = browser.sign_in(&right);
    refused.is_not_done(429, "too_many_tries");
    assert_eq!(refused.header("retry-after"), "60");
    app.advance_s(60);
    browser.sign_in(&right).ok();
    browser.sign_in(&wrong).is_not_done(401, "wrong_password");
}

#[test]
fn a_session_ends_unused_after_half_an_hour_and_used_after_twelve() {
    let app = TestApp::start();
    let admin = app.admin();
    app.advance_s(30 * 60);
    admin.get("/session").ok();
    app.flush_uses();
    app.advance_s(30 * 60 + 1);
    admin.get("/session").is_not_done(401, "session_over");

    let admin = app.admin_again();
    for _ in 0..24 {
        app.advance_s(29 * 60);
        admin.get("/session").ok();
        app.flush_uses();
    }
    app.advance_s(24 * 60);
    admin.get("/session").is_not_done(401, "session_over");
}

#[test]
fn sensitive_things_need_the_password_shown_within_ten_minutes() {
    let app = TestApp::start();
    let admin = app.admin();
    let new = json!({"dialect": "cam", "name": "Groupware", "reason": "it never changes"});
    admin.json("POST", "/tokens", &new);
    app.advance_s(10 * 60 + 1);
    admin.json("POST", "/tokens", &new).is_not_done(403, "confirm_password");
    assert_eq!(admin.get("/session").ok()["is_confirmed"], false);
    admin.json("POST", "/session/confirmation", &json!({"password": "wrong horse battery"})).is_not_done(401, "wrong_password");
    admin.json("POST", "/tokens", &new).is_not_done(403, "confirm_password");
    admin.json("POST", "/session/confirmation", &json!({"password": PASSWORD})).ok();
    assert_eq!(admin.get("/session").ok()["is_confirmed"], true);
}

#[test]
fn a_new_password_ends_the_other_sessions_and_a_withdrawn_right_ends_all() {
    let app = TestApp::start();
    let (admin, other) = (app.admin(), app.admin_again());
    admin.json("PUT", "/session/password", &json!({"password": "short"})).is_not_done(400, "invalid");
    admin.json("PUT", "/session/password", &json!({"password": "a wholly new one"})).ok();
    admin.get("/session").ok();
    other.get("/session").is_not_done(401, "sign_in");
    let mut browser = app.browser();
    browser.sign_in(&json!({"email": "alice@example.com", "password": PASSWORD})).is_not_done(401, "wrong_password");
    browser.sign_in(&json!({"email": "alice@example.com", "password": "a wholly new one"})).ok();
    app.make_admin("bob@example.com");
    app.set_disabled("Alice", true);
    browser.get("/session").is_not_done(401, "sign_in");
}

#[test]
fn one_time_codes_are_asked_for_once_set_up_and_recovery_codes_help_once() {
    let app = TestApp::start();
    let admin = app.admin();
    let key = admin.bare("POST", "/session/totp").json();
    let text = key["key"].as_str().expect("a key");
    assert!(key["url"].as_str().expect("an address").starts_with("otpauth://totp/Crosstalk:alice%40example.com?secret="));
    let (size, path) = (key["qr"]["size"].as_i64().expect("a size"), key["qr"]["path"].as_str().expect("a path"));
    assert!(size >= 33 && path.starts_with("M0 0h1v1h-1z"), "the address as a picture: {size} {path}");
    let key = TotpKey::stored(data_encoding::BASE32_NOPAD.decode(text.as_bytes()).expect("a key"));
    let code = |app: &TestApp| totp::code_at(&key, app.world.clock().now().seconds() / 30);
    admin.json("PUT", "/session/totp", &json!({"code": "000000"})).is_not_done(400, "invalid");
    let codes = admin.json("PUT", "/session/totp", &json!({"code": code(&app)})).ok();
    let recovery = codes["recovery_codes"][0].as_str().expect("a code").to_owned();
    assert_eq!(codes["recovery_codes"].as_array().map(Vec::len), Some(10));

    let mut browser = app.browser();
    let with = |code: &str| json!({"email": "alice@example.com", "password": PASSWORD, "code": code});
    browser.sign_in(&with("")).is_not_done(401, "code_needed");
    browser.sign_in(&with(&code(&app))).is_not_done(401, "wrong_password");
    app.advance_s(30);
    browser.sign_in(&with(&code(&app))).ok();
    browser.sign_in(&with(&recovery.to_uppercase())).ok();
    assert_eq!(browser.get("/session").ok()["recovery_codes_left"], 9);
    browser.sign_in(&with(&recovery)).is_not_done(401, "wrong_password");
    app.advance_s(600);
    browser.sign_in(&with(&code(&app))).ok();
    browser.bare("DELETE", "/session/totp").ok();
    browser.sign_in(&json!({"email": "alice@example.com", "password": PASSWORD})).ok();
}

#[test]
fn sessions_are_listed_and_ended_by_any_administrator() {
    let app = TestApp::start();
    let admin = app.admin();
    app.advance_s(1);
    app.make_admin("bob@example.com");
    let mut bob = app.browser();
    bob.sign_in(&json!({"email": "bob@example.com", "password": PASSWORD})).ok();
    let listed = admin.get("/sessions").ok();
    let names: Vec<_> =
        listed["items"].as_array().expect("a list").iter().map(|item| (item["name"].clone(), item["is_own"].clone())).collect();
    assert_eq!(names, [(json!("Bob"), json!(false)), (json!("Alice"), json!(true))]);
    admin.bare("DELETE", &format!("/sessions/{}", listed["items"][0]["id"])).ok();
    bob.get("/session").is_not_done(401, "sign_in");
    for nobodys in ["999", "99999999999999999999", "0"] {
        admin.bare("DELETE", &format!("/sessions/{nobodys}")).is_not_done(404, "not_found");
    }
}
