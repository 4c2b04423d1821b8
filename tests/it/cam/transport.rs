//! Tokens, paths, verbs, pages of other sites, limits: what all methods have in common.

use crosstalk::config::Limits;
use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::{Answer, Cam, TestApp, TestOptions, request, send};

fn with(change: impl FnOnce(&mut TestOptions)) -> TestApp {
    let mut options = TestOptions::default();
    change(&mut options);
    TestApp::with(options)
}

fn hello() -> serde_json::Value {
    json!({"panelName": "messenger", "message": "Hello", "generalPurposes": {"users": "bob@example.com"}})
}

#[test]
fn every_call_needs_a_token_in_the_header() {
    let app = TestApp::start();
    let token = app.cam("office").token.clone();
    let (_, foreign) = app.token(Dialect::Chatwork, Some("Alice"), Scopes::All, None);
    let body = [("message", hello().to_string())];
    let url = format!("{}/sendMessage", app.base);
    send(request("POST", &url).form(&body)).in_band(401, &["INVALID_API_TOKEN"]);
    for wrong in ["nonsense", foreign.as_str(), "", &format!("Bearer {token}"), "sandboxCam0000000000000000000001"] {
        send(request("POST", &url).header("x-cam-apiToken", wrong).form(&body)).in_band(401, &["INVALID_API_TOKEN"]);
    }
    for query in ["x-cam-apiToken", "apiToken", "token"] {
        send(request("POST", &format!("{url}?{query}={token}")).form(&body)).in_band(401, &["INVALID_API_TOKEN"]);
    }
    for name in ["x-cam-apiToken", "X-CAM-APITOKEN", "x-cam-apitoken"] {
        assert_eq!(send(request("POST", &url).header(name, format!("  {token} ")).form(&body)).status, 200, "{name}");
    }
}

#[test]
fn the_token_is_asked_for_before_path_verb_and_body() {
    let app = TestApp::start();
    for path in ["/cam/nothing", "/cam", "/cam/sendMessage"] {
        send(request("GET", &format!("{}{path}", app.base))).in_band(401, &["INVALID_API_TOKEN"]);
    }
    send(request("POST", &format!("{}/sendMessage", app.base)).body("{broken")).in_band(401, &["INVALID_API_TOKEN"]);
    let stray = send(request("GET", &format!("{}/getNothing", app.base)).header("x-cam-apiToken", "wrong"));
    stray.in_band(401, &["INVALID_API_TOKEN"]);
}

#[test]
fn methods_stand_at_the_root_and_below_the_prefix() {
    let app = TestApp::start();
    let cam = app.cam("office");
    let body = [("message", &*hello().to_string())];
    for path in [
        "/sendMessage",
        "//sendMessage",
        "/sendMessage/",
        "/sendMessage.json",
        "/cam/sendMessage",
        "/cam//sendMessage/",
        "/CAM/sendMessage",
    ] {
        assert_eq!(cam.post(path, &body).status, 200, "{path}");
    }
    let xml = cam.post("/sendMessage.xml", &body);
    assert!(xml.header("content-type").starts_with("application/xml") && xml.text().contains("<panelName>messenger</panelName>"));
    assert_eq!(cam.post("/sendMessage", &body).header("content-type"), "application/json; charset=utf-8");
}

#[test]
fn names_are_case_sensitive_and_unknown_ones_are_told() {
    let app = TestApp::start();
    let cam = app.cam("office");
    for path in [
        "/sendmessage",
        "/SendMessage",
        "/getSchedules",
        "/cam/sendmessage",
        "/cam/nothing",
        "/cam",
        "/cam/sendMessage/x",
        "/sendMessage//",
    ] {
        cam.post(path, &[]).in_band(404, &["UNKNOWN_API"]);
    }
    assert_eq!(app.open("/getSchedules").status, 404, "without a token it is a plain page");
}

#[test]
fn writes_take_post_alone() {
    let app = TestApp::start();
    let cam = app.cam("office");
    for method in ["sendMessage", "sendMessages", "createQuickCall", "updateChatRoom"] {
        for verb in ["GET", "PUT", "DELETE", "PATCH"] {
            let answer = send(cam.request(verb, &format!("/{method}")));
            answer.in_band(405, &["METHOD_NOT_ALLOWED"]);
            assert_eq!(answer.header("allow"), "POST, OPTIONS", "{verb} {method}");
        }
    }
}

#[test]
fn reads_take_get_and_post() {
    let app = TestApp::start();
    let cam = app.cam("office");
    for method in ["getConferenceMaster", "getConferenceRooms", "getConferenceRoomStatus"] {
        assert_eq!((cam.get(&format!("/{method}")).status, cam.post(&format!("/{method}"), &[]).status), (200, 200), "{method}");
        let answer = send(cam.request("PUT", &format!("/{method}")));
        answer.in_band(405, &["METHOD_NOT_ALLOWED"]);
        assert_eq!(answer.header("allow"), "GET, POST, OPTIONS");
    }
}

#[track_caller]
fn is_open(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, POST, OPTIONS");
    assert_eq!(answer.header("access-control-allow-headers"), "x-cam-apiToken, content-type");
    assert_eq!(answer.header("access-control-max-age"), "86400");
}

#[test]
fn pages_of_other_sites_may_call_and_see_failures() {
    let app = TestApp::start();
    let cam = app.cam("office");
    for path in ["/sendMessage", "/cam/sendMessage", "/cam/nothing"] {
        let asked = send(request("OPTIONS", &format!("{}{path}", app.base)).header("origin", "https://page.example"));
        asked.no_content();
        is_open(&asked);
    }
    is_open(&cam.send(&hello()));
    is_open(&cam.send(&json!({})));
    is_open(&cam.post("/nothing", &[]));
    is_open(&send(request("POST", &format!("{}/sendMessage", app.base))));
}

#[test]
fn a_restricted_or_revoked_token_is_refused() {
    let app = TestApp::start();
    let (id, token) = app.token(Dialect::Cam, None, Scopes::parse("read").expect("scopes"), None);
    let reader = Cam::new(&app.base, &token);
    reader.send(&hello()).in_band(403, &["FORBIDDEN"]);
    app.world
        .write_blocking(crosstalk::store::Cause::job("test"), move |tx| {
            crosstalk::ops::tokens::revoke_token(tx, Some("office"), crosstalk::domain::TokenId::new(id))
        })
        .expect("a revocation");
    reader.send(&hello()).in_band(401, &["INVALID_API_TOKEN"]);
}

#[test]
fn failures_may_all_have_status_200() {
    let app = with(|options| options.config.cam.errors_always_200 = true);
    let cam = app.cam("office");
    send(request("POST", &format!("{}/cam/sendMessage", app.base))).in_band(200, &["INVALID_API_TOKEN"]);
    cam.post("/nothing", &[]).in_band(200, &["UNKNOWN_API"]);
    send(cam.request("GET", "/cam/sendMessage")).in_band(200, &["METHOD_NOT_ALLOWED"]);
    cam.post("/sendMessage", &[]).in_band(200, &["INVALID_ARGUMENT"]);
}

#[test]
fn each_token_has_its_calls_in_a_minute() {
    let app = with(|options| {
        options.limits = Limits::Vendor;
        options.config.cam.calls_per_minute = 3;
    });
    let (cam, other) = (app.cam("office"), app.cam("office"));
    for _ in 0..3 {
        let answer = cam.send(&hello());
        assert!(answer.status == 200 && answer.header("retry-after").is_empty(), "{answer:?}");
    }
    app.advance_s(15);
    let refused = cam.send(&hello());
    refused.in_band(429, &["RATE_LIMIT"]);
    assert_eq!(refused.header("retry-after"), "45");
    assert_eq!(other.send(&hello()).status, 200, "another token counts by itself");
    app.advance_s(45);
    assert_eq!(cam.send(&hello()).status, 200);
}

#[test]
fn without_vendor_limits_nobody_is_refused() {
    for (general, own) in [(Limits::CountOnly, None), (Limits::Vendor, Some(Limits::Off))] {
        let app = with(|options| {
            options.limits = general;
            options.config.cam.limits = own;
            options.config.cam.calls_per_minute = 1;
        });
        let cam = app.cam("office");
        assert!((0..3).all(|_| cam.send(&hello()).status == 200));
    }
}

#[test]
fn the_script_for_pages_is_there_without_a_token() {
    let app = TestApp::start();
    let script = app.open("/CAMAPIClient.js");
    assert_eq!(
        (script.status, script.header("content-type"), script.header("cache-control")),
        (200, "text/javascript", "public, no-cache")
    );
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert!(script.text().contains("class CAMAPIClient"));
    let known = send(request("GET", &format!("{}/CAMAPIClient.js", app.base)).header("if-none-match", script.header("etag")));
    assert!(known.status == 304 && known.bytes.is_empty());
    assert_eq!(send(request("HEAD", &format!("{}/CAMAPIClient.js", app.base))).status, 200);
    let lost = send(request("GET", &format!("{}/camapiclient.js", app.base)));
    assert_eq!(lost.status, 404);
}
