//! `/conferences/{room_id}/registrations`, `/registration`, and `/contacts`.

use serde_json::json;

use crate::kit::{TestApp, number};

#[test]
fn who_signs_up_gets_a_personal_link_and_is_listed() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create("Room", &[("registration[enabled]", "1")]);
    let id = number(&room["id"]);
    let path = format!("/conferences/{id}/registration");
    let form = [
        ("registration[1]", "Ada"),
        ("registration[2]", "Lovelace"),
        ("registration[3]", "ada@example.com"),
        ("registration[10]", "Engines"),
    ];
    let made = office.post(&path, &form).ok();
    let r = made["r"].as_str().expect("a hash").to_owned();
    assert_eq!(made, json!({"status": "OK", "exist": 0, "url": format!("{}/{}?r={r}", app.base, room["room_pin"]), "r": r}));
    let again = office.post(&path, &form).ok();
    assert_eq!((&again["exist"], &again["r"]), (&json!(1), &json!(r)), "the same address has the same link");

    let listed = office.list(&format!("/conferences/{id}/registrations/all"));
    assert_eq!(
        listed,
        [json!({
            "id": listed[0]["id"], "visitor_nickname": "Ada Lovelace", "email": "ada@example.com", "registration_date": "2026-01-31T00:00:00+00:00",
            "registration_confirmed": "null", "session_id": null,
            "fields": {"First Name": "Ada", "Last Name": "Lovelace", "Email Address": "ada@example.com", "Company": "Engines"},
            "url": made["url"], "r": r, "http_referer": null, "geo": {"country": null, "city": null}
        })]
    );
    assert_eq!(office.list(&format!("/conferences/{id}/registrations")), listed);
    assert_eq!(office.list(&format!("/conferences/{id}/registrations/active")), listed);
    office.get(&format!("/conferences/{id}/registrations/pending")).refused(404, "NOT_FOUND", "");
}

#[test]
fn a_registration_belongs_to_the_session_in_which_the_person_was_seen() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("registration[enabled]", "1")]);
    let form = [("registration[1]", "Guest"), ("registration[3]", "guest@example.com")];
    office.post(&format!("/conferences/{id}/registration"), &form).ok();
    let session = app.past_session(id);
    let path = format!("/conferences/{id}/sessions/{session}/registrations");
    let listed = office.list(&path);
    assert_eq!((listed.len(), &listed[0]["session_id"]), (1, &json!(session)));
    for alias in [format!("{path}/all"), format!("/conferences/{id}/sessions{session}/registrations/all.json")] {
        assert_eq!(office.list(&alias), listed, "{alias}");
    }
    assert!(office.list(&format!("{path}/active")).is_empty());
    assert!(office.list(&format!("/conferences/{id}/registrations/active")).is_empty());
    assert_eq!(office.list(&format!("/conferences/{id}/registrations/all")), listed);
}

#[test]
fn signing_up_needs_an_open_registration_a_name_and_an_address() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let closed = format!("/conferences/{}/registration", office.create_id("Closed", &[]));
    office.post(&closed, &[("registration[1]", "A"), ("registration[3]", "a@example.com")]).refused(
        422,
        "VALIDATION_ERROR",
        "registration",
    );
    let open = format!("/conferences/{}/registration", office.create_id("Open", &[("registration[enabled]", "1")]));
    office.post(&open, &[("registration[3]", "a@example.com")]).refused(422, "VALIDATION_ERROR", "registration[1]");
    office.post(&open, &[("registration[1]", "A")]).refused(422, "VALIDATION_ERROR", "registration[3]");
    office.post(&open, &[("registration[1]", "A"), ("registration[3]", "a b")]).refused(422, "VALIDATION_ERROR", "registration[3]");
    office.post(&open, &[("registration", "[object Object]")]).refused(422, "VALIDATION_ERROR", "registration[1]");
    let json_body = office.request("POST", &open).json(&json!({"registration": {"1": "Ada", "2": "-", "3": "ada@example.com"}}));
    assert_eq!(crate::kit::send(json_body).ok()["exist"], json!(0));
}

#[test]
fn a_further_field_has_one_spelling_and_one_answer() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("registration[enabled]", "1")]);
    let form = [
        ("registration[1]", "Ada"),
        ("registration[3]", "ada@example.com"),
        ("registration[10]", "Engines"),
        ("registration[010]", "Looms"),
        ("registration[+10]", "Wheels"),
    ];
    office.post(&format!("/conferences/{id}/registration"), &form).ok();
    // The text, not the tree: a tree keeps one of two members of the same name.
    let listed = office.get(&format!("/conferences/{id}/registrations")).text();
    assert_eq!((listed.matches("Company").count(), listed.matches("Engines").count()), (1, 1), "{listed}");
}

#[test]
fn contacts_are_kept_and_brought_up_to_date() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let book = || {
        app.world.read(|tx| {
            let organization = crosstalk::ops::access::organization(tx, Some("office"))?;
            crosstalk::store::registrations::list_addresses(tx, organization)
        })
    };
    let form = [("email", "ada@example.com"), ("firstname", "Ada"), ("lastname", "L"), ("country", "gb")];
    assert_eq!(office.post("/contacts", &form).ok(), json!({"status": "OK"}));
    office.post("/contacts", &[("email", "ada@example.com"), ("firstname", "Ada"), ("lastname", "Lovelace"), ("phone", "+44")]).ok();
    let found = book().expect("a book");
    assert_eq!((found.len(), found[0].last_name.as_str(), found[0].phone.as_str(), found[0].country.as_str()), (1, "Lovelace", "+44", ""));
    for (field, value) in [("email", "x"), ("firstname", ""), ("lastname", ""), ("country", "GBR")] {
        let form: Vec<(&str, &str)> = form.iter().map(|(key, old)| (*key, if *key == field { value } else { *old })).collect();
        office.post("/contacts", &form).refused(422, "VALIDATION_ERROR", field);
    }
}
