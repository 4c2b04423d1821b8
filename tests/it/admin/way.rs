//! Which way requests may come: own pages, own names, protected or from this machine.

use serde_json::json;

use crate::kit::{TestApp, TestOptions, request, send};

#[test]
fn changes_need_the_proof_that_a_page_of_ours_sends_them() {
    let app = TestApp::start();
    let mut admin = app.admin();
    let new = json!({"email": "kim@example.org", "name": "Kim"});
    let proof = std::mem::take(&mut admin.csrf);
    admin.json("POST", "/users?x", &new).is_not_done(403, "not_here");
    admin.csrf = format!("{proof}x");
    admin.json("POST", "/users", &new).is_not_done(403, "not_here");
    admin.csrf = proof;
    let organization = json!({"email": "kim@example.org", "name": "Kim", "organization": "office"});
    assert_eq!(admin.json("POST", "/users", &organization).status, 201);
}

#[test]
fn pages_of_other_sites_are_refused_and_ours_are_not() {
    let app = TestApp::start();
    let admin = app.admin();
    let host = app.base.trim_start_matches("http://").to_owned();
    for (origin, status) in [
        (format!("http://{host}"), 200),
        ("http://evil.example.org".to_owned(), 403),
        ("null".to_owned(), 403),
        (format!("http://{host}.evil.example.org"), 403),
        (String::new(), 403),
    ] {
        let answer = send(
            admin.request("POST", "/session/confirmation").header("origin", &origin).json(&json!({"password": "correct horse battery"})),
        );
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[test]
fn unknown_host_names_are_refused_before_anything_else() {
    let app = TestApp::start();
    let admin = app.admin();
    for (host, status) in [("localhost", 200), ("office.local:80", 200), ("evil.example.org", 403), ("", 403)] {
        let answer = send(admin.request("GET", "/session").header("host", host));
        assert!(answer.status == status || host.is_empty(), "{host}: {}", answer.status);
    }
}

#[test]
fn the_public_name_is_ours_on_any_port_and_a_change_comes_from_the_page_that_was_asked_for() {
    let mut options = TestOptions::default();
    options.config.server.public_url = Some("https://Chat.example.org/office".into());
    let app = TestApp::with(options);
    let admin = app.admin();
    for (host, status) in [
        ("chat.example.org", 200),
        ("chat.example.org:8080", 200),
        ("CHAT.example.org:8443", 200),
        ("chat.example.org.evil.org:8080", 403),
        ("evil.example.org:443", 403),
    ] {
        assert_eq!(send(admin.request("GET", "/session").header("host", host)).status, status, "{host}");
    }
    for (host, origin, status) in [
        ("chat.example.org:8080", "http://chat.example.org:8080", 200),
        ("127.0.0.1:8080", "https://chat.example.org", 200),
        ("chat.example.org:8080", "http://chat.example.org:9999", 403),
        ("127.0.0.1:8080", "https://chat.example.org:8080", 403),
    ] {
        let change = admin.request("POST", "/session/confirmation").header("host", host).header("origin", origin);
        assert_eq!(send(change.json(&json!({"password": "correct horse battery"}))).status, status, "{host} from {origin}");
    }
}

#[test]
fn what_comes_through_a_proxy_is_not_from_this_machine() {
    let app = TestApp::start();
    let admin = app.admin();
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-proto"] {
        send(admin.request("GET", "/session").header(header, "https")).is_not_done(403, "not_here");
    }
    let mut options = TestOptions::default();
    options.config.server.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
    let app = TestApp::with(options);
    let admin = app.admin();
    send(admin.request("GET", "/session").header("x-forwarded-proto", "http")).is_not_done(403, "not_here");
    assert_eq!(send(admin.request("GET", "/session").header("x-forwarded-proto", "https")).status, 200);
    let mut options = TestOptions::default();
    options.config.admin.plain_http = true;
    let app = TestApp::with(options);
    let admin = app.admin();
    assert_eq!(send(admin.request("GET", "/session").header("x-forwarded-for", "10.0.0.1")).status, 200);
}

#[test]
fn a_sandbox_is_open_to_its_own_machine_and_to_no_other_sites_page() {
    let app = TestApp::with(TestOptions { opens_admin: true, ..TestOptions::default() });
    let mut browser = app.browser();
    let found = browser.get("/session").ok();
    assert_eq!((&found["is_open_door"], &found["is_confirmed"], &found["name"]), (&json!(true), &json!(true), &json!("Alice")));
    let new = json!({"email": "kim@example.org", "name": "Kim", "organization": "office"});
    browser.json("POST", "/users", &new).is_not_done(403, "not_here");
    browser.csrf = found["csrf_token"].as_str().expect("a token").to_owned();
    assert_eq!(browser.json("POST", "/users", &new).status, 201);
    send(browser.request("GET", "/session").header("x-forwarded-for", "10.0.0.1")).is_not_done(403, "not_here");
    send(browser.request("GET", "/session").header("host", "evil.example.org")).is_not_done(403, "not_here");
}

#[test]
fn tokens_of_the_dialects_open_nothing_here_and_a_session_opens_no_dialect() {
    let app = TestApp::start();
    let (admin, alice) = (app.admin(), app.chatwork("Alice"));
    send(request("GET", &format!("{}/admin/api/session", app.base)).header("cookie", format!("crosstalk_session={}", alice.token)))
        .is_not_done(401, "sign_in");
    let answer = send(request("GET", &format!("{}/v2/me", app.base)).header("x-chatworktoken", &admin.session));
    assert_eq!(answer.status, 401);
    let listed = admin.get("/tokens?organization=office").ok();
    assert!(listed["items"].as_array().expect("a list").iter().all(|token| token["dialect"] != "admin"));
}

#[test]
fn unknown_operations_answer_in_the_same_shape() {
    let app = TestApp::start();
    let admin = app.admin();
    app.browser().get("/nothing").is_not_done(401, "sign_in");
    admin.get("/nothing").is_not_done(404, "not_found");
    admin.bare("PUT", "/session").is_not_done(405, "wrong_method");
    admin.json("POST", "/users", &json!([1])).is_not_done(400, "invalid");
}
