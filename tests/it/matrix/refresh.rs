//! Tokens that expire, and the pairs they are refreshed into.

use serde_json::{Value, json};

use crate::kit::{Answer, Matrix, TestApp};

const REFRESHING: fn() -> Value = || json!({"device_id": "A", "refresh_token": true});

fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.matrix_post("/refresh", &json!({"refresh_token": token}))
}

fn is_good(session: &Matrix) -> bool {
    session.get("/account/whoami").status == 200
}

#[test]
fn a_token_expires_softly_and_its_refresh_token_gives_another() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    assert_eq!(session.login["expires_in_ms"], 3_600_000);
    app.advance_s(3_599);
    assert!(is_good(&session));
    app.advance_s(1);
    let over = session.get("/account/whoami");
    over.is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(over.json()["soft_logout"], true);
    let next = refresh(&app, &session.login["refresh_token"]).ok();
    assert_eq!(next["expires_in_ms"], 3_600_000);
    let again = session.with(&next["access_token"]);
    assert_eq!(again.get("/account/whoami").ok()["device_id"], "A");
}

#[test]
fn a_token_without_refreshing_does_not_expire() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", json!({"refresh_token": false}));
    assert!(session.login.get("refresh_token").is_none() && session.login.get("expires_in_ms").is_none());
    app.advance_s(10 * 365 * 24 * 3_600);
    assert!(is_good(&session));
}

#[test]
fn the_old_pair_works_until_the_new_access_token_is_used() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    let old = session.login["refresh_token"].clone();
    let lost = refresh(&app, &old).ok();
    assert!(is_good(&session), "the answer may have got lost");
    let second = refresh(&app, &old).ok();
    assert_ne!(lost["access_token"], second["access_token"]);
    session.with(&lost["access_token"]).get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    refresh(&app, &lost["refresh_token"]).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert!(is_good(&session));
    assert!(is_good(&session.with(&second["access_token"])));
    session.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    for _ in 0..2 {
        let used_twice = refresh(&app, &old);
        used_twice.is_matrix_error(401, "M_UNKNOWN_TOKEN");
        assert_eq!(used_twice.json()["soft_logout"], false);
    }
    assert!(is_good(&session.with(&second["access_token"])));
}

#[test]
fn the_old_pair_works_until_the_new_refresh_token_is_used() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    let second = refresh(&app, &session.login["refresh_token"]).ok();
    let third = refresh(&app, &second["refresh_token"]).ok();
    refresh(&app, &session.login["refresh_token"]).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    session.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert!(is_good(&session.with(&second["access_token"])) && is_good(&session.with(&third["access_token"])));
    refresh(&app, &second["refresh_token"]).is_matrix_error(401, "M_UNKNOWN_TOKEN");
}

#[test]
fn a_refresh_token_waits_for_ninety_days() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    app.advance_s(90 * 24 * 3_600 - 1);
    let next = refresh(&app, &session.login["refresh_token"]).ok();
    app.advance_s(90 * 24 * 3_600);
    let over = refresh(&app, &next["refresh_token"]);
    over.is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(over.json()["soft_logout"], true);
}

#[test]
fn only_refresh_tokens_refresh() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    for wrong in [json!(session.access), json!(""), json!("x"), json!("é".repeat(100_000))] {
        refresh(&app, &wrong).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    }
    app.matrix_post("/refresh", &json!({})).is_matrix_error(400, "M_MISSING_PARAM");
    app.matrix_post("/refresh", &json!({"refresh_token": 5})).is_matrix_error(400, "M_BAD_JSON");
    session.with(&session.login["refresh_token"]).get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
}

#[test]
fn of_many_who_refresh_at_once_one_pair_remains() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", REFRESHING());
    let pairs: Vec<Value> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh(&app, &session.login["refresh_token"]).ok())).collect();
        asked.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    let good = pairs.iter().filter(|pair| is_good(&session.with(&pair["access_token"]))).count();
    assert_eq!(good, 1);
}
