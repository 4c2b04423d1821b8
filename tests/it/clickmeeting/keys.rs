//! `/conferences/{room_id}/tokens`, `/token` and `/room/autologin_hash`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::kit::{Form, TestApp, TestOptions};

fn token(value: &serde_json::Value) -> String {
    value["token"].as_str().expect("a token").to_owned()
}

#[test]
fn tokens_are_made_listed_and_taken_back() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let path = format!("/conferences/{id}/tokens");
    assert_eq!(office.get(&path).ok(), json!({"access_tokens": []}));
    let one = office.post(&path, &[]).ok()["access_tokens"].clone();
    assert_eq!(one, json!([{"token": token(&one[0]), "sent_to_email": null, "first_use_date": null}]));
    let made = office.post(&path, &[("how_many", "20")]).ok()["access_tokens"].as_array().expect("a list").clone();
    let all = office.get(&path).ok()["access_tokens"].as_array().expect("a list").clone();
    assert_eq!((made.len(), all.len(), &all[0]), (20, 21, &one[0]));
    let different: BTreeSet<String> = all.iter().map(token).collect();
    assert!(
        different.len() == 21
            && different.iter().all(|token| token.len() == 6 && token.bytes().all(|b| b"346789ACDEFGHKMNPQRTWXY".contains(&b)))
    );

    let (first, second) = (token(&all[0]), token(&all[1]));
    let deleted = office.delete(&path, &[("tokens[]", &first), ("tokens[]", &second), ("tokens[]", "ZZZZZZ")]).ok();
    assert_eq!(deleted, json!({"status": "deleted", "message": "The tokens is not accessible anymore"}));
    assert_eq!(office.get(&path).ok()["access_tokens"].as_array().map(Vec::len), Some(19));
    office.delete(&path, &[]).refused(422, "VALIDATION_ERROR", "tokens");
}

#[test]
fn the_number_of_tokens_has_two_limits() {
    let mut options = TestOptions::default();
    options.config.clickmeeting.attendees = 25;
    let app = TestApp::with(options);
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let path = format!("/conferences/{id}/tokens");
    for wrong in ["0", "-1", "1001", "x", "1.5"] {
        office.post(&path, &[("how_many", wrong)]).refused(422, "VALIDATION_ERROR", "how_many");
    }
    office.post(&path, &[("how_many", "12")]).ok();
    let refused = office.post(&path, &[("how_many", "89")]);
    refused.refused(403, "TOKENS_LIMIT_EXCEEDED", "how_many");
    let body = refused.json();
    let words: Vec<&str> = body["errors"][0]["message"].as_str().expect("words").split(' ').collect();
    assert_eq!((words[8], words[17]), ("12", "100"));
    assert_eq!(office.get(&path).ok()["access_tokens"].as_array().map(Vec::len), Some(12), "none of them was made");
    office.post(&path, &[("how_many", "88")]).ok();
}

#[test]
fn only_rooms_that_ask_for_tokens_have_some() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let path = format!("/conferences/{}/tokens", office.create_id("Open", &[]));
    office.post(&path, &[("how_many", "1")]).refused(422, "VALIDATION_ERROR", "access_type");
    assert_eq!(office.get(&path).ok(), json!({"access_tokens": []}));
}

#[test]
fn an_invitees_token_is_found_by_address() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let path = format!("/conferences/{id}/token");
    office.post(&path, &[("email", "a@example.com")]).refused(404, "NOT_FOUND", "");
    office.post(&path, &[("email", "nobody")]).refused(422, "VALIDATION_ERROR", "email");
    office.post(&path, &[]).refused(422, "VALIDATION_ERROR", "email");
}

#[test]
fn an_autologin_hash_needs_what_the_room_asks_for() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let who: [(&str, &str); 3] = [("email", "ada@example.com"), ("nickname", "Ada"), ("role", "presenter")];
    let post = |id: i64, extra: Form<'_>| office.post(&format!("/conferences/{id}/room/autologin_hash"), &[&who[..], extra].concat());

    let open = office.create_id("Open", &[]);
    let hash = post(open, &[("password", ""), ("token", "")]).ok()["autologin_hash"].as_str().expect("a hash").to_owned();
    assert!((40..=250).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{hash}");
    assert_ne!(post(open, &[]).ok()["autologin_hash"], json!(hash), "each one is new");

    let locked = office.create_id("Locked", &[("access_type", "2"), ("password", "tulip")]);
    post(locked, &[]).refused(422, "VALIDATION_ERROR", "password");
    post(locked, &[("password", "rose")]).refused(422, "VALIDATION_ERROR", "password");
    post(locked, &[("password", "tulip")]).ok();

    let keyed = office.create_id("Keyed", &[("access_type", "3")]);
    let token = token(&office.post(&format!("/conferences/{keyed}/tokens"), &[]).ok()["access_tokens"][0]);
    post(keyed, &[]).refused(422, "VALIDATION_ERROR", "token");
    post(keyed, &[("token", "ZZZZZZ")]).refused(422, "VALIDATION_ERROR", "token");
    post(keyed, &[("token", &token)]).ok();
    let tokens = office.get(&format!("/conferences/{keyed}/tokens")).ok();
    assert_eq!(tokens["access_tokens"][0]["first_use_date"], json!(null), "making a hash uses nothing up");

    let path = format!("/conferences/{open}/room/autologin_hash");
    for (missing, form) in [("email", [who[1], who[2]]), ("nickname", [who[0], who[2]]), ("role", [who[0], who[1]])] {
        office.post(&path, &form).refused(422, "VALIDATION_ERROR", missing);
    }
    office.post(&path, &[who[0], who[1], ("role", "moderator")]).refused(422, "VALIDATION_ERROR", "role");
}
