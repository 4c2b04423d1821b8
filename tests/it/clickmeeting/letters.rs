//! `/conferences/{room_id}/invitation/email/{lang}`, and what else writes letters.

use crosstalk::domain::Mail;
use crosstalk::{ops, store};
use serde_json::json;

use crate::kit::{Conference, Form, TestApp, TestOptions, Visitor, number, send};

fn letters(app: &TestApp) -> Vec<Mail> {
    let all = app.world.read(|tx| store::mail::list_of_organization(tx, ops::access::organization(tx, Some("office"))?));
    all.expect("the outbox").into_iter().map(|(mail, _)| mail).collect()
}

#[test]
fn every_invited_person_gets_a_letter() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let form: Form<'_> = &[("permanent_room", "0"), ("starts_at", "2031-03-04 15:00:00"), ("access_type", "2"), ("password", "tulip")];
    let room = office.create("Spring", form);
    let path = format!("/conferences/{}/invitation/email", room["id"]);
    let body = "attendees[][email]=a@x.example&attendees[][email]=b@x.example&role=presenter&template=basic";
    assert_eq!(send(office.request("POST", &format!("{path}/pl.json")).body(body)).ok(), json!({"status": "OK"}));
    assert_eq!(
        send(office.request("POST", &format!("{path}/us")).json(&json!({"attendees": ["c@x.example"]}))).ok(),
        json!({"status": "OK"})
    );
    let letters = letters(&app);
    let to: Vec<&str> = letters.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["a@x.example", "b@x.example", "c@x.example"]);
    assert_eq!((letters[0].letter.subject.as_str(), letters[2].letter.subject.as_str()), ("Zaproszenie: Spring", "Invitation: Spring"));
    assert!(letters[0].letter.html.is_none() && letters[2].letter.html.is_some(), "basic and advanced");
    assert!(letters[0].letter.text.contains("prezenter") && !letters[2].letter.text.contains("presenter"));
    for part in [format!("{}/meet/spring", app.base), "Password: tulip".into(), "2031-03-04 15:00".into()] {
        assert!(letters[2].letter.text.contains(&part), "{part}: {}", letters[2].letter.text);
    }
    let organizer = "ORGANIZER;CN=\"Office\":mailto:crosstalk@test.local\r\n";
    assert!(letters.iter().all(|mail| mail.letter.calendar.as_ref().is_some_and(|entry| entry.contains(organizer))));
}

#[test]
fn in_a_token_room_each_invited_person_gets_a_token_of_their_own() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    office.post(&format!("/conferences/{id}/tokens"), &[("how_many", "1")]).ok();
    let invite = |email: &str| office.post(&format!("/conferences/{id}/invitation/email/en"), &[("attendees[0][email]", email)]).ok();
    invite("a@x.example");
    invite("b@x.example");
    invite("a@x.example");
    let tokens = office.get(&format!("/conferences/{id}/tokens")).ok()["access_tokens"].clone();
    assert_eq!(
        (tokens.as_array().map(Vec::len), &tokens[0]["sent_to_email"], &tokens[1]["sent_to_email"]),
        (Some(2), &json!("a@x.example"), &json!("b@x.example"))
    );
    let token = tokens[0]["token"].as_str().expect("a token");
    assert_eq!(office.post(&format!("/conferences/{id}/token"), &[("email", "A@x.example")]).ok(), json!([token]));
    let letters = letters(&app);
    assert!(letters[0].letter.text.contains(&format!("/meet/room/{token}")) && letters[2].letter.text.contains(token));
    assert!(!letters[1].letter.text.contains(token));
}

#[test]
fn who_is_invited_as_presenter_comes_in_as_one() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    for (access, more) in [("1", ("registration[enabled]", "1")), ("2", ("password", "tulip-9")), ("3", ("lobby_enabled", "1"))] {
        let room = office.create("Room", &[("access_type", access), more]);
        let id = number(&room["id"]);
        let form = [("attendees[0][email]", "pat@x.example"), ("role", "presenter")];
        office.post(&format!("/conferences/{id}/invitation/email/en"), &form).ok();
        let text = letters(&app).pop().expect("a letter").letter.text;
        let link = format!("{}?l=", room["room_url"].as_str().expect("an address"));
        let (_, secret) = text.split_once(&link).unwrap_or_else(|| panic!("no link of their own: {text}"));
        let secret = secret.split_whitespace().next().expect("a secret");
        let conference = Conference { id, pin: number(&room["room_pin"]), slug: room["name_url"].as_str().expect("a slug").to_owned() };
        assert_eq!(Visitor::new(&app).enter(&conference, &[("l", secret)]).status, 422, "the link knows no name");
        let pat = Visitor::new(&app).join(&conference, &[("l", secret), ("name", "Pat")]);
        assert_eq!((pat.state(), &pat.first["role"], &pat.first["name"]), ("welcome", &json!("presenter"), &json!("Pat")), "{access}");
        assert!(office.list(&format!("/conferences/{id}/registrations")).is_empty(), "presenters need not sign up");
    }
    let token_room = letters(&app).pop().expect("a letter").letter.text;
    assert!(token_room.contains("Your access token: "), "{token_room}");
}

#[test]
fn an_invitation_beyond_the_token_limit_invites_nobody() {
    let mut options = TestOptions::default();
    options.config.clickmeeting.attendees = 1;
    let app = TestApp::with(options);
    let office = app.clickmeeting("office");
    let id = office.create_id("Room", &[("access_type", "3")]);
    let emails: Vec<String> = (0..5).map(|n| format!("p{n}@x.example")).collect();
    let form: Vec<(&str, &str)> = emails.iter().map(|email| ("attendees[][email]", email.as_str())).collect();
    office.post(&format!("/conferences/{id}/invitation/email/en"), &form).refused(403, "TOKENS_LIMIT_EXCEEDED", "how_many");
    assert!(letters(&app).is_empty());
    assert_eq!(office.get(&format!("/conferences/{id}/tokens")).ok()["access_tokens"], json!([]));
}

#[test]
fn an_invitation_signs_people_up_where_there_is_registration() {
    for (registers, count) in [(true, 1), (false, 0)] {
        let mut options = TestOptions::default();
        options.config.clickmeeting.invitation_registers = registers;
        let app = TestApp::with(options);
        let office = app.clickmeeting("office");
        let id = office.create_id("Room", &[("registration[enabled]", "1")]);
        office.post(&format!("/conferences/{id}/invitation/email/en"), &[("attendees[0][email]", "ada@x.example")]).ok();
        let registered = office.list(&format!("/conferences/{id}/registrations/all"));
        assert_eq!(registered.len(), count);
        let text = letters(&app)[0].letter.text.clone();
        assert_eq!(text.contains("?r="), registers, "{text}");
    }
}

#[test]
fn wrong_invitations_are_named_and_nothing_is_sent() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let path = format!("/conferences/{}/invitation/email/en", office.create_id("Room", &[]));
    office.post(&path, &[]).refused(422, "VALIDATION_ERROR", "attendees");
    office.post(&path, &[("attendees", "[object Object]")]).refused(422, "VALIDATION_ERROR", "attendees");
    let both = [("attendees[0][email]", "a@x.example"), ("attendees[1][email]", "nobody")];
    office.post(&path, &both).refused(422, "VALIDATION_ERROR", "attendees[1][email]");
    office.post(&path, &[both[0], ("role", "host")]).refused(422, "VALIDATION_ERROR", "role");
    office.post(&path, &[both[0], ("template", "fancy")]).refused(422, "VALIDATION_ERROR", "template");
    office.post("/conferences/1/invitation/email/en", &[both[0]]).refused(404, "NOT_FOUND", "");
    assert!(letters(&app).is_empty());
}

#[test]
fn a_registration_is_confirmed_by_mail_when_asked_for() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let room = office.create("Room", &[("registration[enabled]", "1")]);
    let path = format!("/conferences/{}/registration", number(&room["id"]));
    let who = [("registration[1]", "Ada\r\nBcc: x@y"), ("registration[2]", "L"), ("registration[3]", "ada@x.example")];
    office.post(&path, &who).ok();
    office.post(&path, &[&who[..], &[("confirmation_email[enabled]", "0")]].concat()).ok();
    assert!(letters(&app).is_empty());
    let made = office.post(&path, &[&who[..], &[("confirmation_email[enabled]", "1"), ("confirmation_email[lang]", "vi")]].concat()).ok();
    let letters = letters(&app);
    assert_eq!((letters.len(), letters[0].letter.subject.as_str()), (1, "Bạn đã đăng ký: Room"));
    assert!(letters[0].letter.text.contains(made["url"].as_str().expect("a link")) && letters[0].letter.text.contains("AdaBcc: x@y L,"));
}

#[test]
fn telephone_numbers_are_named_where_the_room_has_that_setting() {
    let mut options = TestOptions::default();
    options.config.clickmeeting.phone_gateways =
        crosstalk::config::PhoneGateway::parse("PL; Gdańsk; +48 58; 54.35; 18.64").into_iter().collect();
    let app = TestApp::with(options);
    let office = app.clickmeeting("office");
    for (setting, is_named) in [("0", false), ("1", true)] {
        let room = office.create("Room", &[("settings[phonegateway_enabled]", setting)]);
        for (role, pin) in [("listener", "phone_listener_pin"), ("presenter", "phone_presenter_pin")] {
            let form = [("attendees[0][email]", "a@x.example"), ("role", role)];
            office.post(&format!("/conferences/{}/invitation/email/en", room["id"]), &form).ok();
            let text = letters(&app).pop().expect("a letter").letter.text;
            let named = [text.contains("+48 58"), text.contains(&format!("PIN at the telephone: {}\n", room[pin]))];
            assert_eq!(named, [is_named; 2], "{role}: {text}");
        }
    }
}
