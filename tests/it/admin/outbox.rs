//! The outbox by the page.

use crosstalk::domain::{Email, Letter, MailState};
use crosstalk::ops;
use crosstalk::store::{self, Cause};
use serde_json::{Value, json};

use crate::kit::{Browser, TestApp};
use crate::mail::letter;

/// Puts a letter there that is done with in some way.
pub fn put(app: &TestApp, to: &'static str, state: MailState) -> i64 {
    put_letter(app, to, state, letter())
}

fn put_letter(app: &TestApp, to: &'static str, state: MailState, letter: Letter) -> i64 {
    let put = move |tx: &store::Tx<'_>| {
        let organization = ops::access::organization(tx, Some("office"))?;
        ops::mail::queue_letter(tx, organization, &Email::parse(to)?, &letter, crosstalk::domain::Language::En)?;
        let id = store::mail::list_of_organization(tx, organization)?.last().expect("a mail").0.id;
        store::mail::update_ended(tx, id, state, (state == MailState::Failed).then_some("550 no such user")).map(|()| id)
    };
    app.world.write_blocking(Cause::job("test"), put).expect("a mail")
}

fn recipients(admin: &Browser, query: &str) -> Vec<String> {
    let items = admin.get(&format!("/mails?organization=office{query}")).ok()["items"].as_array().expect("a list").clone();
    items.iter().map(|mail| mail["to"].as_str().expect("a recipient").to_owned()).collect()
}

#[test]
fn mails_are_listed_newest_first_and_found() {
    let app = TestApp::start();
    let admin = app.admin();
    put(&app, "first@example.org", MailState::Sent);
    put(&app, "second@example.org", MailState::Failed);
    put(&app, "third@example.org", MailState::Kept);
    assert_eq!(recipients(&admin, ""), ["third@example.org", "second@example.org", "first@example.org"]);
    assert_eq!(recipients(&admin, "&state=failed"), ["second@example.org"]);
    assert_eq!(recipients(&admin, "&q=FIRST"), ["first@example.org"]);
    let page = admin.get("/mails?organization=office&limit=2").ok();
    assert_eq!(recipients(&admin, &format!("&before={}", page["next"])), ["first@example.org"]);
    assert!(admin.get("/mails?organization=other").ok()["items"].as_array().expect("a list").is_empty());
    admin.get("/mails?organization=office&state=lost").is_not_done(400, "invalid");
}

#[test]
fn mails_are_found_by_words_as_people_type_them() {
    let app = TestApp::start();
    let admin = app.admin();
    put(&app, "other@example.org", MailState::Sent);
    put_letter(&app, "ada@example.org", MailState::Sent, Letter { room: "Święto Łodzi".to_owned(), ..letter() });
    for words in ["%C5%9AWI%C4%98TO", "swieto", "%C5%81ODZI"] {
        assert_eq!(recipients(&admin, &format!("&q={words}")), ["ada@example.org"], "{words}");
    }
    admin.get(&format!("/mails?organization=office&q={}", "x".repeat(201))).is_not_done(400, "invalid");
}

#[test]
fn a_mail_is_read_and_taken_away_as_it_is_sent() {
    let app = TestApp::start();
    let admin = app.admin();
    let id = put(&app, "first@example.org", MailState::Kept);
    let found = admin.get(&format!("/mails/{id}?organization=office")).ok();
    assert_eq!((&found["mail"]["state"], &found["has_html"]), (&json!("kept"), &json!(true)));
    assert!(found["text"].as_str().expect("a text").contains("http://localhost/meet/spring"));
    let message = admin.get(&format!("/mails/{id}/message?organization=office"));
    assert_eq!(message.header("content-disposition"), format!("attachment; filename=\"mail-{id}.eml\""));
    assert!(message.text().contains("To: first@example.org"), "{}", message.text());
    for path in [format!("/mails/{id}?organization=other"), "/mails/99999?organization=office".to_owned()] {
        admin.get(&path).is_not_done(404, "not_found");
    }
}

#[test]
fn only_what_was_given_up_is_sent_again() {
    let app = TestApp::start();
    let admin = app.admin();
    let failed = put(&app, "first@example.org", MailState::Failed);
    let before: Value = admin.get(&format!("/mails/{failed}?organization=office")).ok();
    assert_eq!(before["mail"]["failure"], "550 no such user");
    let again = admin.bare("POST", &format!("/mails/{failed}/retry?organization=office")).ok();
    assert_eq!((&again["state"], &again["attempts"], &again["failure"]), (&json!("queued"), &json!(0), &Value::Null));
    assert_eq!(admin.get("/audit?action=mail.").ok()["items"][0]["facts"]["mail"], failed);
    for state in [MailState::Sent, MailState::Kept, MailState::Uncertain] {
        let id = put(&app, "second@example.org", state);
        admin.bare("POST", &format!("/mails/{id}/retry?organization=office")).is_not_done(400, "invalid");
    }
    admin.bare("POST", "/mails/99999/retry?organization=office").is_not_done(404, "not_found");
}
