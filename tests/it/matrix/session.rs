//! Signing in with a password, saying who one is, signing out.

use serde_json::{Value, json};

use crate::kit::{TestApp, TestOptions, request, send};

fn login(app: &TestApp, user: Value, password: &str) -> crate::kit::Answer {
    app.matrix_post("/login", &json!({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password}))
}

#[test]
fn the_server_says_where_it_is_what_it_knows_and_how_one_signs_in() {
    let app = TestApp::start();
    let get = |path: &str| send(request("GET", &format!("{}{path}", app.base))).ok();
    let expected = json!({"m.homeserver": {"base_url": app.base}, "io.element.e2ee": {"default": false, "force_disable": true}});
    assert_eq!(get("/.well-known/matrix/client"), expected);
    assert_eq!(get("/.well-known/matrix/client/"), expected);
    let versions = get("/_matrix/client/versions");
    assert!(versions["versions"].as_array().expect("a list").contains(&json!("v1.1")));
    for version in ["v3", "r0"] {
        assert_eq!(get(&format!("/_matrix/client/{version}/login")), json!({"flows": [{"type": "m.login.password"}]}));
    }
}

#[test]
fn a_person_signs_in_by_local_part_whole_id_or_address_in_any_case() {
    let app = TestApp::start();
    let (user, password) = app.credentials("Alice");
    for name in [
        user.clone(),
        user.to_uppercase(),
        format!("@{user}:test.local"),
        format!("@{}:TEST.local", user.to_uppercase()),
        "alice@example.com".into(),
        " Alice@Example.com ".into(),
    ] {
        let answer = login(&app, json!(name), &password).ok();
        assert_eq!(answer["user_id"], format!("@{user}:test.local"), "{name}");
        let keys: Vec<&String> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["user_id", "access_token", "device_id"], "no refreshing without asking, no address without certainty");
    }
    let old = json!({"type": "m.login.password", "user": user, "password": password});
    assert_eq!(app.matrix_post("/login", &old).status, 200);
    let by_mail = json!({"type": "m.login.password", "password": password,
                         "identifier": {"type": "m.id.thirdparty", "medium": "email", "address": "alice@example.com"}});
    assert_eq!(app.matrix_post("/login", &by_mail).status, 200);
}

#[test]
fn a_server_that_knows_its_address_for_certain_tells_it() {
    let mut options = TestOptions::default();
    options.config.server.public_url = Some("https://chat.example.org/".into());
    let app = TestApp::with(options);
    let session = app.sign_in("Alice", json!({}));
    assert_eq!(session.login["well_known"], json!({"m.homeserver": {"base_url": "https://chat.example.org"}}));
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let app = TestApp::start();
    let (user, password) = app.credentials("Alice");
    let wrong = login(&app, json!(user), "x");
    wrong.is_matrix_error(403, "M_FORBIDDEN");
    for name in ["u1", "nobody@example.com", "", "@:", &format!("@{user}:elsewhere"), &format!("@{user}"), "💥"] {
        assert_eq!(login(&app, json!(name), &password).json(), wrong.json(), "{name}");
    }
    let (_, other) = app.credentials("Bob");
    assert_eq!(login(&app, json!(user), &other).json(), wrong.json());
    assert_eq!(login(&app, json!(user), &password.to_uppercase()).json(), wrong.json());
}

#[test]
fn a_body_that_is_none_says_what_is_missing() {
    let app = TestApp::start();
    let name = json!({"type": "m.id.user", "user": "u1"});
    for (body, code) in [
        (json!({}), "M_MISSING_PARAM"),
        (json!({"type": "m.login.password"}), "M_MISSING_PARAM"),
        (json!({"type": "m.login.password", "identifier": name}), "M_MISSING_PARAM"),
        (json!({"type": "m.login.password", "identifier": {"user": "u1"}, "password": "x"}), "M_MISSING_PARAM"),
        (json!({"type": "m.login.password", "identifier": {"type": "m.id.user"}, "password": "x"}), "M_MISSING_PARAM"),
        (json!({"type": "m.login.token", "token": "x"}), "M_UNKNOWN"),
        (json!({"type": "m.login.password", "identifier": {"type": "m.id.phone"}, "password": "x"}), "M_INVALID_PARAM"),
        (json!({"type": "m.login.password", "identifier": name, "password": "x".repeat(256)}), "M_INVALID_PARAM"),
        (json!({"type": "m.login.password", "identifier": name, "password": "x", "device_id": "\u{0}"}), "M_INVALID_PARAM"),
        (json!({"type": "m.login.password", "identifier": name, "password": 5}), "M_BAD_JSON"),
        (json!({"type": "m.login.password", "identifier": [], "password": {}}), "M_BAD_JSON"),
        (json!({"type": "m.login.password", "identifier": name, "password": "x", "refresh_token": "yes"}), "M_BAD_JSON"),
    ] {
        app.matrix_post("/login", &body).is_matrix_error(400, code);
    }
    let url = format!("{}/_matrix/client/v3/login", app.base);
    let deep = format!("{{\"other\":{}{}}}", "[".repeat(64), "]".repeat(64));
    for body in ["", "{", "x=1", "[", &*deep] {
        send(request("POST", &url).body(body.to_owned())).is_matrix_error(400, "M_NOT_JSON");
    }
    for body in ["[]", "null", "5"] {
        send(request("POST", &url).body(body)).is_matrix_error(400, "M_BAD_JSON");
    }
    send(request("POST", &url).body(vec![b' '; (1 << 20) + 1])).is_matrix_error(413, "M_TOO_LARGE");
}

#[test]
fn ten_failures_in_a_minute_are_enough() {
    let app = TestApp::start();
    let (user, password) = app.credentials("Alice");
    for _ in 0..10 {
        login(&app, json!(user), "x").is_matrix_error(403, "M_FORBIDDEN");
    }
    let refused = login(&app, json!(user.to_uppercase()), &password);
    refused.is_matrix_error(429, "M_LIMIT_EXCEEDED");
    assert_eq!((refused.header("retry-after"), &refused.json()["retry_after_ms"]), ("60", &json!(60_000)));
    let (bob, of_bob) = app.credentials("Bob");
    assert_eq!(login(&app, json!(bob), &of_bob).status, 200);
    app.advance_s(60);
    for _ in 0..12 {
        assert_eq!(login(&app, json!(user), &password).status, 200, "what succeeds does not count");
    }
}

#[test]
fn a_disabled_account_is_told_so_only_with_its_password() {
    let app = TestApp::start();
    let (user, password) = app.credentials("Bob");
    let session = app.sign_in("Bob", json!({}));
    app.set_disabled("Bob", true);
    login(&app, json!(user), &password).is_matrix_error(403, "M_USER_DEACTIVATED");
    login(&app, json!(user), "x").is_matrix_error(403, "M_FORBIDDEN");
    session.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    app.set_disabled("Bob", false);
    session.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    login(&app, json!(user), &password).is_matrix_error(403, "M_FORBIDDEN");
    assert_eq!(app.sign_in("Bob", json!({})).get("/account/whoami").status, 200);
}

#[test]
fn signing_in_to_a_known_device_ends_its_old_session() {
    let app = TestApp::start();
    let first = app.sign_in("Alice", json!({"device_id": "PHONE", "initial_device_display_name": "Phone"}));
    let other = app.sign_in("Alice", json!({"device_id": "LAPTOP"}));
    let second = app.sign_in("Alice", json!({"device_id": "PHONE", "initial_device_display_name": "Other"}));
    first.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!((other.get("/account/whoami").status, second.get("/account/whoami").ok()["device_id"].as_str()), (200, Some("PHONE")));
    assert_eq!(second.get("/devices/PHONE").ok()["display_name"], "Phone", "a name stays");
    let bob = app.sign_in("Bob", json!({"device_id": "PHONE"}));
    assert_eq!((bob.get("/account/whoami").status, second.get("/account/whoami").status), (200, 200), "devices are one person's own");
}

#[test]
fn signing_out_ends_a_device_at_once_and_everywhere_ends_all() {
    let app = TestApp::start();
    let [one, two, three] = ["A", "B", "C"].map(|device| app.sign_in("Alice", json!({"device_id": device, "refresh_token": true})));
    let bob = app.sign_in("Bob", json!({}));
    assert_eq!(one.json("POST", "/logout", &json!({})).ok(), json!({}));
    one.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(one.get("/account/whoami").json()["soft_logout"], false);
    app.matrix_post("/refresh", &json!({"refresh_token": one.refresh_token()})).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    assert_eq!(two.get("/devices").ok()["devices"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        send(request("POST", &format!("{}/_matrix/client/r0/logout/all", app.base)).bearer_auth(&two.access)).ok(),
        json!({}),
        "without a body"
    );
    for gone in [&two, &three] {
        gone.get("/account/whoami").is_matrix_error(401, "M_UNKNOWN_TOKEN");
        app.matrix_post("/refresh", &json!({"refresh_token": gone.refresh_token()})).is_matrix_error(401, "M_UNKNOWN_TOKEN");
    }
    assert_eq!(bob.get("/account/whoami").status, 200);
}

#[test]
fn sessions_are_in_no_list_of_tokens_and_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = || TestOptions { dir: Some(folder.path().to_owned()), ..TestOptions::default() };
    let app = TestApp::with(options());
    let session = app.sign_in("Alice", json!({"device_id": "A"}));
    let listed = app.world.read(|tx| crosstalk::ops::tokens::list_tokens(tx, Some("office"))).expect("tokens");
    assert!(!listed.is_empty() && listed.iter().all(|token| token.dialect != crosstalk::domain::Dialect::Matrix));
    app.stop();
    let bytes = std::fs::read(folder.path().join("app.db")).expect("the database");
    let secret = session.access.as_bytes();
    assert!(!bytes.windows(secret.len()).any(|window| window == secret), "only a hash is kept");
    let app = TestApp::with(options());
    let whoami = send(request("GET", &format!("{}/_matrix/client/v3/account/whoami", app.base)).bearer_auth(&session.access));
    assert_eq!(whoami.ok()["device_id"], "A");
}
