//! Erasing a person by the page; `crate::erasure` shows what is left of them.

use serde_json::json;

use crate::kit::{TestApp, number};

#[test]
fn an_administrator_erases_others_with_the_password_but_not_themselves() {
    let app = TestApp::start();
    let person = app.add_person("office", "Kim");
    let admin = app.admin();
    let path = format!("/users/{}/erasure", person.id());
    admin.json("POST", &path, &json!({})).is_not_done(400, "invalid");
    admin.json("POST", &path, &json!({"messages": "burn"})).is_not_done(400, "invalid");
    let own = number(&admin.get("/session").ok()["account_id"]);
    admin.json("POST", &format!("/users/{own}/erasure"), &json!({"messages": "keep"})).is_not_done(400, "invalid");
    admin.json("POST", "/users/1/erasure", &json!({"messages": "keep"})).is_not_done(404, "not_found");
    admin.json("POST", &path, &json!({"messages": "keep"})).ok();
    assert_eq!(person.get("/me").status, 401, "at once");
    admin.json("POST", &path, &json!({"messages": "keep"})).is_not_done(404, "not_found");
    app.advance_s(11 * 60);
    admin.json("POST", &path, &json!({"messages": "keep"})).is_not_done(403, "confirm_password");
}
