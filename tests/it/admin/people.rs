//! Organizations, the people in them, and who administers the server.

use crosstalk::domain::OrganizationId;
use crosstalk::store;
use serde_json::json;

use crate::kit::{PASSWORD, TestApp, number};

#[test]
fn organizations_are_made_and_changed() {
    let app = TestApp::start();
    let admin = app.admin();
    let made = admin.json("POST", "/organizations", &json!({"slug": "lab", "name": "Lab", "time_zone": "Asia/Tokyo", "language": "ja"}));
    assert_eq!((made.status, &made.json()["language"]), (201, &json!("ja")));
    admin.json("POST", "/organizations", &json!({"slug": "lab", "name": "Lab", "time_zone": "UTC"})).is_not_done(409, "taken");
    let changed = admin.json("PATCH", "/organizations/lab", &json!({"name": "Laboratory"})).ok();
    assert_eq!((&changed["name"], &changed["time_zone"]), (&json!("Laboratory"), &json!("Asia/Tokyo")));
    admin.json("PATCH", "/organizations/nothing", &json!({"name": "x"})).is_not_done(404, "not_found");
    for (bad, code) in [
        (json!({"slug": "9", "name": "x", "time_zone": "UTC"}), "invalid"),
        (json!({"slug": "x", "name": "", "time_zone": "UTC"}), "missing"),
        (json!({"slug": "x", "name": "x"}), "missing"),
    ] {
        admin.json("POST", "/organizations", &bad).is_not_done(400, code);
    }
    let listed = admin.get("/organizations").ok();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(3));
}

#[test]
fn people_are_added_found_changed_and_disabled() {
    let app = TestApp::start();
    let admin = app.admin();
    admin.json("POST", "/users", &json!({"email": "kim@example.org", "name": "Kim"})).is_not_done(400, "invalid");
    let new = json!({"organization": "office", "email": "Kim@Example.org", "name": "Kim", "role": "chat-manager"});
    let made = admin.json("POST", "/users", &new).json();
    let path = format!("/users/{}", made["id"]);
    assert_eq!((&made["email"], &made["role"]), (&json!("kim@example.org"), &json!("chat-manager")));
    admin.json("POST", "/users", &new).is_not_done(409, "taken");
    let found = admin.get("/users?organization=office&q=KIM").ok();
    assert_eq!((found["total"].clone(), &found["items"][0]["id"]), (json!(1), &made["id"]));
    let page = admin.get("/users?organization=office&limit=2&offset=3").ok();
    assert_eq!((page["total"].clone(), page["items"].as_array().map(Vec::len)), (json!(4), Some(1)));
    let changed = admin.json("PATCH", &path, &json!({"name": "Kim Nguyễn", "email": "kim2@example.org", "role": "member"})).ok();
    assert_eq!(
        (&changed["name"], &changed["email"], &changed["role"]),
        (&json!("Kim Nguyễn"), &json!("kim2@example.org"), &json!("member"))
    );
    admin.json("PATCH", &path, &json!({"email": "bob@example.com"})).is_not_done(409, "taken");
    assert_eq!(admin.json("PATCH", &path, &json!({"is_disabled": true})).ok()["is_disabled"], true);
    assert_eq!(admin.json("PATCH", &path, &json!({"is_disabled": false})).ok()["is_disabled"], false);
    for (path, body, status) in [
        (path.as_str(), json!({"role": "king"}), 400),
        (path.as_str(), json!({"name": ""}), 400),
        ("/users/5", json!({"name": "x"}), 404),
        ("/users/99999999999999999999", json!({"name": "x"}), 404),
        ("/users/x", json!({"name": "x"}), 404),
    ] {
        assert_eq!(admin.json("PATCH", path, &body).status, status, "{path} {body}");
    }
    for bad in ["limit=0", "limit=201", "limit=x", "offset=-1"] {
        admin.get(&format!("/users?organization=office&{bad}")).is_not_done(400, "invalid");
    }
}

#[test]
fn the_account_of_the_organization_itself_is_no_person() {
    let app = TestApp::start();
    let (admin, office) = (app.admin(), OrganizationId::new(app.organization("office")));
    let service = app.world.read(|tx| store::accounts::find_service_account(tx, office)).expect("accounts").expect("one of them");
    admin.json("PATCH", &format!("/users/{service}"), &json!({"name": "x"})).is_not_done(404, "not_found");
    admin.json("PUT", &format!("/users/{service}/admin"), &json!({"password": PASSWORD})).is_not_done(404, "not_found");
}

#[test]
fn a_disabled_persons_tokens_are_refused_at_once() {
    let app = TestApp::start();
    let (admin, bob) = (app.admin(), app.chatwork("Bob"));
    bob.get("/me").ok();
    admin.json("PATCH", &format!("/users/{}", bob.id()), &json!({"is_disabled": true})).ok();
    assert_eq!(bob.get("/me").status, 401);
}

#[test]
fn the_right_to_administer_is_given_and_taken_but_never_from_the_last() {
    let app = TestApp::start();
    let admin = app.admin();
    let (alice, bob) = (app.person("Alice"), app.person("Bob"));
    admin.bare("DELETE", &format!("/users/{alice}/admin")).is_not_done(403, "forbidden");
    admin.json("PATCH", &format!("/users/{alice}"), &json!({"is_disabled": true})).is_not_done(400, "invalid");
    assert_eq!(admin.json("PUT", &format!("/users/{bob}/admin"), &json!({"password": PASSWORD})).ok()["is_admin"], true);
    let mut other = app.browser();
    other.sign_in(&json!({"email": "bob@example.com", "password": PASSWORD})).ok();
    other.bare("DELETE", &format!("/users/{alice}/admin")).ok();
    admin.get("/session").is_not_done(401, "sign_in");
    other.bare("DELETE", &format!("/users/{bob}/admin")).is_not_done(403, "forbidden");
    other.bare("DELETE", &format!("/users/{alice}/admin")).is_not_done(404, "not_found");
    assert_eq!(number(&other.get("/session").ok()["account_id"]), bob);
}

#[test]
fn two_administrators_who_take_each_others_right_away_leave_one() {
    let app = TestApp::start();
    let admin = app.admin();
    let (alice, bob) = (app.person("Alice"), app.person("Bob"));
    admin.json("PUT", &format!("/users/{bob}/admin"), &json!({"password": PASSWORD})).ok();
    let mut other = app.browser();
    other.sign_in(&json!({"email": "bob@example.com", "password": PASSWORD})).ok();
    let statuses = std::thread::scope(|scope| {
        let first = scope.spawn(|| admin.bare("DELETE", &format!("/users/{bob}/admin")).status);
        let second = scope.spawn(|| other.bare("DELETE", &format!("/users/{alice}/admin")).status);
        [first.join().expect("an answer"), second.join().expect("an answer")]
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}
