//! Tokens: made, shown once, found, rotated, taken back.

use serde_json::{Value, json};

use crate::kit::{Browser, TestApp, number, request, send};

fn make(admin: &Browser, body: Value) -> Value {
    let answer = admin.json("POST", "/tokens", &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn listed(admin: &Browser, query: &str) -> Vec<Value> {
    admin.get(&format!("/tokens?organization=office{query}")).ok()["items"].as_array().expect("a list").clone()
}

#[test]
fn a_token_of_every_dialect_is_made_and_its_curl_line_works() {
    let app = TestApp::start();
    let admin = app.admin();
    for dialect in admin.get("/dialects").ok()["items"].as_array().expect("a list") {
        let mut body = json!({"organization": "office", "dialect": dialect["name"], "name": "Trial", "expires_at": "2027-01-31T00:00:00Z"});
        if dialect["is_personal"] == true {
            body["email"] = json!("alice@example.com");
        }
        let made = make(&admin, body);
        let line = made["curl"].as_str().expect("a line");
        let parts: Vec<&str> = line.split('\'').collect();
        let (header, url) = (parts[1].split_once(": ").expect("a header"), parts[3]);
        assert!(url.starts_with(&app.base), "{line}");
        assert_eq!(send(request("GET", url).header(header.0, header.1)).status, 200, "{line}");
    }
}

#[test]
fn a_secret_is_shown_once_and_lists_have_its_first_letters() {
    let app = TestApp::start();
    let admin = app.admin();
    let made = make(&admin, json!({"organization": "office", "dialect": "cam", "name": "Groupware", "reason": "a machine"}));
    let secret = made["secret"].as_str().expect("a secret");
    let all = admin.get("/tokens?organization=office");
    assert!(!all.text().contains(secret));
    let token = listed(&admin, "").into_iter().find(|token| token["id"] == made["id"]).expect("the token");
    assert_eq!((&token["name"], &token["prefix"]), (&json!("Groupware (a machine)"), &json!(secret[..6])));
    assert_eq!((&token["state"], &token["scopes"], &token["expires_at"]), (&json!("active"), &json!([]), &Value::Null));
}

#[test]
fn scopes_hold_and_a_token_that_never_ends_needs_a_reason() {
    let app = TestApp::start();
    let admin = app.admin();
    let base = json!({"organization": "office", "dialect": "chatwork", "email": "alice@example.com", "name": "Bell", "expires_at": "2027-01-31T00:00:00Z"});
    let with = |changes: Value| {
        let mut body = base.clone();
        for (key, value) in changes.as_object().expect("an object") {
            body[key] = value.clone();
        }
        body
    };
    let made = make(&admin, with(json!({"scopes": ["rooms.messages:write"]})));
    let secret = made["secret"].as_str().expect("a secret");
    assert_eq!(send(request("GET", &format!("{}/v2/rooms", app.base)).header("x-chatworktoken", secret)).status, 403);
    for (changes, field) in [
        (json!({"scopes": ["rooms.everything"]}), "scopes"),
        (json!({"expires_at": null}), "reason"),
        (json!({"expires_at": "soon"}), "expires_at"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires"),
        (json!({"name": " "}), "name"),
        (json!({"name": "x".repeat(201)}), "name"),
        (json!({"dialect": "telex"}), "dialect"),
        (json!({"dialect": "matrix"}), "dialect"),
        (json!({"dialect": "admin"}), "dialect"),
        (json!({"email": null}), "email"),
    ] {
        let answer = admin.json("POST", "/tokens", &with(changes.clone()));
        let is_missing = changes == json!({"name": " "}) || changes == json!({"email": null});
        answer.is_not_done(400, if is_missing { "missing" } else { "invalid" });
        assert_eq!(answer.json()["error"]["field"], field, "{changes}");
    }
    admin.json("POST", "/tokens", &with(json!({"email": "nobody@example.com"}))).is_not_done(404, "not_found");
}

#[test]
fn a_rotated_token_works_beside_the_new_one_for_a_while() {
    let app = TestApp::start();
    let admin = app.admin();
    let body = json!({"organization": "office", "dialect": "cam", "name": "Groupware", "expires_at": "2027-01-31T00:00:00Z"});
    let old = make(&admin, body);
    let new = admin.json("POST", &format!("/tokens/{}/rotation", old["id"]), &json!({"organization": "office", "overlap_s": 3600}));
    let works = |token: &Value| {
        let secret = token["secret"].as_str().expect("a secret");
        send(request("GET", &format!("{}/getConferenceRooms", app.base)).header("x-cam-apitoken", secret)).status == 200
    };
    let new = new.json();
    assert!(works(&old) && works(&new));
    assert_eq!(listed(&admin, "&state=ending").len(), 1);
    app.advance_s(3600);
    assert!(!works(&old) && works(&new));
    let admin = app.admin_again();
    admin.json("POST", "/tokens/5/rotation", &json!({"organization": "office"})).is_not_done(404, "not_found");
    let far = json!({"organization": "office", "overlap_s": 2_592_001});
    admin.json("POST", &format!("/tokens/{}/rotation", new["id"]), &far).is_not_done(400, "invalid");
}

#[test]
fn many_are_taken_back_at_once_or_none() {
    let app = TestApp::start();
    let admin = app.admin();
    let body = json!({"organization": "office", "dialect": "cam", "name": "Groupware", "expires_at": "2027-01-31T00:00:00Z"});
    let ids: Vec<i64> = (0..3).map(|_| number(&make(&admin, body.clone())["id"])).collect();
    let wrong = json!({"organization": "office", "ids": [ids[0], 5]});
    admin.json("POST", "/tokens/revocations", &wrong).is_not_done(404, "not_found");
    assert_eq!(listed(&admin, "&dialect=cam&state=active").len(), 3, "nothing was done");
    assert_eq!(admin.json("POST", "/tokens/revocations", &json!({"organization": "office", "ids": ids[..2]})).ok()["revoked"], 2);
    assert_eq!(admin.json("POST", "/tokens/revocations", &json!({"organization": "office", "ids": ids})).ok()["revoked"], 3);
    assert_eq!(listed(&admin, "&dialect=cam&state=revoked").len(), 3);
    let many: Vec<i64> = (0..1001).collect();
    admin.json("POST", "/tokens/revocations", &json!({"organization": "office", "ids": many})).is_not_done(413, "too_large");
}

#[test]
fn lists_are_filtered_and_warn() {
    let app = TestApp::start();
    let admin = app.admin();
    make(&admin, json!({"organization": "office", "dialect": "cam", "name": "Soon over", "expires_at": "2026-02-10T00:00:00Z"}));
    make(&admin, json!({"organization": "office", "dialect": "clickmeeting", "name": "Calm", "expires_at": "2027-01-31T00:00:00Z"}));
    let names =
        |query: &str| listed(&admin, query).iter().map(|token| token["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>();
    assert_eq!(names(""), ["Calm", "Soon over"], "newest first");
    assert_eq!(names("&warning=expiring"), ["Soon over"]);
    assert_eq!(names("&q=CALM"), ["Calm"]);
    assert_eq!(names("&dialect=cam"), ["Soon over"]);
    assert_eq!(names("&limit=1&offset=1"), ["Soon over"]);
    app.advance_s(8 * 24 * 3600);
    let admin = app.admin_again();
    let token = &listed(&admin, "&q=calm")[0];
    assert_eq!(token["warnings"], json!(["never-used"]));
    assert!(listed(&admin, "&dialect=nothing").is_empty());
    admin.get("/tokens").is_not_done(400, "invalid");
    admin.get("/tokens?organization=nothing").is_not_done(404, "not_found");
}
