//! `/matrix/credentials` and `/matrix/login`.

use serde_json::json;

use crate::kit::{TestApp, request, send};

#[test]
fn credentials_stay_the_same_until_the_person_was_away() {
    let app = TestApp::start();
    let alice = app.messenger_of("Alice");
    let first = alice.get("/matrix/credentials").ok();
    assert_eq!(first["username"], format!("u{}", app.person("Alice")));
    for path in ["/matrix/credentials", "/user/credentials", "/chatrooms/user/credentials", "/chat/matrix/credentials"] {
        assert_eq!(alice.get(path).ok(), first, "{path}");
    }
    assert_ne!(app.messenger_of("Bob").get("/matrix/credentials").ok()["password"], first["password"]);
    app.set_disabled("Alice", true);
    alice.get("/matrix/credentials").is_refused(401, "unauthorized");
    app.set_disabled("Alice", false);
    assert_ne!(alice.get("/matrix/credentials").ok()["password"], first["password"]);
}

#[test]
fn a_token_of_the_organization_is_told_that_a_person_is_needed() {
    let app = TestApp::start();
    for path in ["/matrix", "/user", "/chatrooms/user"] {
        let told = app.messenger().get(&format!("{path}/credentials"));
        told.is_refused(400, "bad_request");
        assert!(told.json()["message"].as_str().expect("words").contains("Personal-Access-Token"));
        app.messenger().json("POST", &format!("{path}/login"), &json!({"deviceID": "A"})).is_refused(400, "bad_request");
    }
}

#[test]
fn signing_in_answers_with_a_session_that_works() {
    let app = TestApp::start();
    let id = app.person("Alice");
    for path in ["/matrix/login", "/user/login", "/chatrooms/user/login"] {
        let login = app.messenger_of("Alice").json("POST", path, &json!({"deviceID": "PHONE7"})).ok();
        let base = json!({"base_url": app.base});
        assert_eq!(
            (&login["deviceID"], &login["expiresInMS"], &login["userID"]),
            (&json!("PHONE7"), &json!(3_600_000), &json!(format!("@u{id}:test.local")))
        );
        assert_eq!((&login["wellKnown"]["m.homeserver"], &login["wellKnown"]["homeserver"]["baseURL"]), (&base, &base["base_url"]));
        let whoami = send(
            request("GET", &format!("{}/_matrix/client/v3/account/whoami", app.base))
                .bearer_auth(login["accessToken"].as_str().expect("a token")),
        );
        assert_eq!(whoami.ok(), json!({"user_id": login["userID"], "device_id": "PHONE7", "is_guest": false}));
        let refreshed = app.matrix_post("/refresh", &json!({"refresh_token": login["refreshToken"]})).ok();
        assert_ne!(refreshed["access_token"], login["accessToken"]);
    }
}

#[test]
fn the_same_device_is_signed_in_anew_and_without_a_name_it_gets_one() {
    let app = TestApp::start();
    let alice = app.messenger_of("Alice");
    let first = alice.json("POST", "/matrix/login", &json!({"deviceID": "A"})).ok();
    let second = alice.json("POST", "/matrix/login", &json!({"deviceID": "A"})).ok();
    let whoami = |login: &serde_json::Value| {
        send(
            request("GET", &format!("{}/_matrix/client/v3/account/whoami", app.base))
                .bearer_auth(login["accessToken"].as_str().expect("a token")),
        )
    };
    whoami(&first).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(whoami(&second).status, 200);
    for body in [json!({}), json!({"deviceID": ""}), json!({"deviceID": null})] {
        let login = alice.json("POST", "/matrix/login", &body).ok();
        let device = login["deviceID"].as_str().expect("a device");
        assert!(device.len() == 10 && device.bytes().all(|letter| letter.is_ascii_uppercase()), "{device}");
    }
    for bad in [json!({"deviceID": "a".repeat(65)}), json!({"deviceID": "a\nb"}), json!({"deviceID": 5})] {
        alice.json("POST", "/matrix/login", &bad).is_refused(400, "bad_request");
    }
    send(alice.request("POST", "/matrix/login")).is_refused(400, "bad_request");
    assert_eq!(alice.json("POST", "/matrix/login", &json!({"deviceID": "é".repeat(64)})).status, 200);
}

#[test]
fn more_than_ten_sign_ins_in_a_minute_are_refused_for_that_person_alone() {
    let app = TestApp::start();
    let (alice, bob) = (app.messenger_of("Alice"), app.messenger_of("Bob"));
    for _ in 0..10 {
        alice.json("POST", "/matrix/login", &json!({"deviceID": "A"})).ok();
    }
    let refused = alice.json("POST", "/user/login", &json!({"deviceID": "A"}));
    refused.is_refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(bob.json("POST", "/matrix/login", &json!({"deviceID": "A"})).status, 200);
    app.advance_s(60);
    assert_eq!(alice.json("POST", "/matrix/login", &json!({"deviceID": "A"})).status, 200);
}
