//! Tokens, paths, verbs, pages of other sites.

use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::{TestApp, request, send};

#[test]
fn a_token_stands_in_the_header_or_in_the_query() {
    let app = TestApp::start();
    let session = app.sign_in("Alice", json!({}));
    let url = format!("{}/_matrix/client/v3/account/whoami", app.base);
    assert_eq!(send(request("GET", &format!("{url}?access_token={}", session.access))).status, 200);
    assert_eq!(send(request("GET", &url).header("authorization", format!("bearer  {}", session.access))).status, 200);
    for bare in [
        request("GET", &url),
        request("GET", &url).header("authorization", "Basic x"),
        request("GET", &url).header("authorization", "Bearer "),
    ] {
        let answer = send(bare);
        answer.is_matrix_error(401, "M_MISSING_TOKEN");
        assert!(answer.json().get("soft_logout").is_none());
    }
    for (_, foreign) in [
        app.token(Dialect::Chatwork, Some("Alice"), Scopes::All, None),
        app.token(Dialect::MessengerPersonal, Some("Alice"), Scopes::All, None),
    ] {
        let answer = send(request("GET", &url).bearer_auth(foreign));
        answer.is_matrix_error(401, "M_UNKNOWN_TOKEN");
        assert_eq!(answer.json()["soft_logout"], false);
    }
    let chatwork = send(request("GET", &format!("{}/v2/me", app.base)).bearer_auth(&session.access));
    assert_eq!(chatwork.status, 401, "a device opens nothing else");
}

#[test]
fn what_is_not_there_is_told_without_a_token() {
    let app = TestApp::start();
    let ask = |method: &str, path: &str| send(request(method, &format!("{}{path}", app.base)));
    for path in [
        "/_matrix/client/v3/sync",
        "/_matrix/client/v1/auth_metadata",
        "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        "/_matrix/client/v3/login.json",
        "/_matrix/client/v3/devices/a/b",
        "/_matrix/client/v2/login",
        "/_matrix/federation/v1/version",
        "/_matrix",
    ] {
        ask("GET", path).is_matrix_error(404, "M_UNRECOGNIZED");
    }
    for (method, path) in [
        ("PUT", "/_matrix/client/v3/login"),
        ("POST", "/_matrix/client/versions"),
        ("GET", "/_matrix/client/v3/logout"),
        ("DELETE", "/_matrix/client/v3/account/whoami"),
    ] {
        ask(method, path).is_matrix_error(405, "M_UNRECOGNIZED");
    }
    assert_eq!(ask("GET", "/.well-known/matrix/server").status, 404);
    assert_eq!(ask("GET", "/.well-known/other").text(), "There is nothing at this address.\n");
}

#[test]
fn pages_of_other_sites_may_call_everything() {
    let app = TestApp::start();
    for path in
        ["/.well-known/matrix/client", "/_matrix/client/versions", "/_matrix/client/v3/account/whoami", "/_matrix/client/v3/nothing"]
    {
        for method in ["OPTIONS", "GET"] {
            let answer = send(request(method, &format!("{}{path}", app.base)).header("origin", "https://app.example"));
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{method} {path}");
            assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, DELETE, OPTIONS");
            assert_eq!(answer.header("access-control-allow-headers"), "X-Requested-With, Content-Type, Authorization, Date");
            if method == "OPTIONS" {
                assert_eq!((answer.status, answer.bytes.len()), (204, 0));
            } else {
                assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
            }
        }
    }
}
