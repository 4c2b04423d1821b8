//! Devices: seeing, naming, signing out.

use serde_json::{Value, json};

use crate::kit::{Matrix, NOW_S, TestApp, request, send};

fn names(session: &Matrix) -> Vec<String> {
    let devices = session.get("/devices").ok()["devices"].clone();
    devices.as_array().expect("a list").iter().map(|device| device["device_id"].as_str().expect("an id").to_owned()).collect()
}

fn auth(app: &TestApp, name: &str, session: &Value) -> Value {
    let (user, password) = app.credentials(name);
    json!({"type": "m.login.password", "session": session, "identifier": {"type": "m.id.user", "user": user}, "password": password})
}

#[test]
fn devices_are_listed_named_and_their_owners_alone() {
    let app = TestApp::start();
    let alice = app.sign_in("Alice", json!({"device_id": "A/ B%", "initial_device_display_name": "Phone"}));
    app.sign_in("Alice", json!({"device_id": "B"}));
    let bob = app.sign_in("Bob", json!({"device_id": "C"}));
    assert_eq!(names(&alice), ["A/ B%", "B"]);
    let device = alice.get("/devices/A%2F%20B%25").ok();
    assert_eq!(device, json!({"device_id": "A/ B%", "display_name": "Phone", "last_seen_ip": "127.0.0.1", "last_seen_ts": NOW_S * 1_000}));
    assert_eq!(alice.json("PUT", "/devices/B", &json!({"display_name": "ラップトップ"})).ok(), json!({}));
    assert_eq!(alice.get("/devices/B").ok()["display_name"], "ラップトップ");
    alice.json("PUT", "/devices/B", &json!({"other": 1})).ok();
    assert_eq!(alice.get("/devices/B").ok()["display_name"], "ラップトップ");
    alice.json("PUT", "/devices/B", &json!({"display_name": ""})).ok();
    assert!(alice.get("/devices/B").ok().get("display_name").is_none());
    for path in ["/devices/C", "/devices/nothing", "/devices/%00"] {
        alice.get(path).is_matrix_error(404, "M_NOT_FOUND");
        alice.json("PUT", path, &json!({"display_name": "x"})).is_matrix_error(404, "M_NOT_FOUND");
    }
    alice.json("PUT", "/devices/B", &json!({"display_name": "x".repeat(256)})).is_matrix_error(400, "M_INVALID_PARAM");
    alice.json("PUT", "/devices/B", &json!({"display_name": 5})).is_matrix_error(400, "M_BAD_JSON");
    assert_eq!(names(&bob), ["C"]);
}

#[test]
fn a_device_shows_when_it_was_last_seen() {
    let app = TestApp::start();
    let alice = app.sign_in("Alice", json!({"device_id": "A"}));
    app.advance_s(600);
    alice.get("/account/whoami").ok();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(crosstalk::jobs::flush_uses(app.world.clone())).expect("written uses");
    assert_eq!(alice.get("/devices/A").ok()["last_seen_ts"], (NOW_S + 600) * 1_000);
}

#[test]
fn signing_a_device_out_needs_the_password_once_more() {
    let app = TestApp::start();
    let alice = app.sign_in("Alice", json!({"device_id": "A"}));
    let other = app.sign_in("Alice", json!({"device_id": "B"}));
    let asked = send(request("DELETE", &format!("{}/_matrix/client/v3/devices/B", app.base)).bearer_auth(&alice.access));
    assert_eq!(asked.status, 401);
    let asked = asked.json();
    assert_eq!(
        (&asked["flows"], &asked["params"], &asked["completed"]),
        (&json!([{"stages": ["m.login.password"]}]), &json!({}), &json!([]))
    );
    assert!(asked.get("errcode").is_none());

    let mut wrong = auth(&app, "Alice", &asked["session"]);
    wrong["password"] = json!("x");
    let refused = alice.json("DELETE", "/devices/B", &json!({"auth": wrong}));
    refused.is_matrix_error(401, "M_FORBIDDEN");
    let session = refused.json()["session"].clone();
    alice.json("DELETE", "/devices/B", &json!({"auth": auth(&app, "Bob", &session)})).is_matrix_error(401, "M_FORBIDDEN");
    // An attempt is about one thing, of one person, for five minutes.
    for (who, path, session) in [
        (&alice, "/devices/A", &session),
        (&alice, "/devices/B", &json!("1.x")),
        (&alice, "/devices/B", &json!("")),
        (&app.sign_in("Bob", json!({})), "/devices/B", &session),
    ] {
        let again = who.json("DELETE", path, &json!({"auth": auth(&app, "Alice", session)}));
        assert!(again.status == 401 && again.json().get("errcode").is_none(), "{}", again.text());
    }
    assert_eq!(other.get("/account/whoami").status, 200);
    app.advance_s(300);
    assert_eq!(alice.json("DELETE", "/devices/B", &json!({"auth": auth(&app, "Alice", &session)})).status, 401);

    let session = alice.json("DELETE", "/devices/B", &json!({})).json()["session"].clone();
    assert_eq!(alice.json("DELETE", "/devices/B", &json!({"auth": auth(&app, "Alice", &session)})).ok(), json!({}));
    other.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(names(&alice), ["A"]);
}

#[test]
fn several_devices_go_at_once_and_unknown_ones_are_ignored() {
    let app = TestApp::start();
    let alice = app.sign_in("Alice", json!({"device_id": "A"}));
    let [b, c] = ["B", "C"].map(|device| app.sign_in("Alice", json!({"device_id": device})));
    let bob = app.sign_in("Bob", json!({"device_id": "D"}));
    let devices = json!(["C", "B", "D", "nothing"]);
    let session = alice.json("POST", "/delete_devices", &json!({"devices": devices})).json()["session"].clone();
    let other_list = alice.json("POST", "/delete_devices", &json!({"devices": ["A"], "auth": auth(&app, "Alice", &session)}));
    assert_eq!(other_list.status, 401, "the attempt was about other devices");
    assert_eq!(alice.json("POST", "/delete_devices", &json!({"devices": devices, "auth": auth(&app, "Alice", &session)})).ok(), json!({}));
    for gone in [b, c] {
        gone.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    }
    assert_eq!((names(&alice), names(&bob)), (vec!["A".to_owned()], vec!["D".to_owned()]));
    alice.json("POST", "/delete_devices", &json!({})).is_matrix_error(400, "M_MISSING_PARAM");
    alice.json("POST", "/delete_devices", &json!({"devices": "A"})).is_matrix_error(400, "M_BAD_JSON");
    alice.json("POST", "/delete_devices", &json!({"devices": vec!["x"; 1_001]})).is_matrix_error(400, "M_INVALID_PARAM");
}

#[test]
fn proofs_are_limited_too() {
    let app = TestApp::start();
    let alice = app.sign_in("Alice", json!({"device_id": "A"}));
    let session = alice.json("DELETE", "/devices/A", &json!({})).json()["session"].clone();
    let mut wrong = auth(&app, "Alice", &session);
    wrong["password"] = json!("x");
    for _ in 0..10 {
        alice.json("DELETE", "/devices/A", &json!({"auth": wrong})).is_matrix_error(401, "M_FORBIDDEN");
    }
    alice.json("DELETE", "/devices/A", &json!({"auth": auth(&app, "Alice", &session)})).is_matrix_error(429, "M_LIMIT_EXCEEDED");
}

#[test]
fn of_too_many_devices_the_one_seen_least_recently_is_signed_out() {
    let app = TestApp::start();
    let first = app.sign_in("Alice", json!({"device_id": "first"}));
    app.advance_s(1);
    let (user, password) = app.credentials("Alice");
    for n in 0..199 {
        let body = json!({"type": "m.login.password", "user": user, "password": password, "device_id": format!("D{n}")});
        app.matrix_post("/login", &body).ok();
    }
    assert_eq!(names(&first).len(), 200);
    let last = app.sign_in("Alice", json!({"device_id": "last"}));
    first.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(names(&last).len(), 200);
}
