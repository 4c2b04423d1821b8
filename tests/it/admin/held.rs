//! Requests that were let in, and whose bodies end after something has changed.

use crosstalk::domain::{AccountId, Actor, Dialect, OrganizationId, PasswordHash, Scopes, TokenId};
use crosstalk::ops::{accounts, administration, sign_in};
use crosstalk::store::{self, tokens::Use};
use serde_json::{Value, json};

use crate::kit::{Browser, PASSWORD, RawAnswer, TestApp, Wire, number, wait_until};

/// A request of which the end is still to come.
struct Held {
    wire: Wire,
    rest: String,
}

impl Held {
    fn release(mut self) -> RawAnswer {
        self.wire.send(&self.rest).answer()
    }
}

/// The token of a browser's session.
fn token_of(browser: &Browser) -> TokenId {
    TokenId::new(-number(&browser.get("/session").ok()["id"]))
}

/// Sends the head of a request and some of its body, a minute later; returns when the server has let it in.
fn hold(app: &TestApp, browser: &Browser, method: &str, path: &str, body: &Value) -> Held {
    let token = token_of(browser);
    app.advance_s(60);
    let (mut wire, body) = (Wire::open(app), body.to_string());
    let (begun, rest) = body.split_at(5);
    let head = format!("{method} /admin/api{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    let secrets = format!("Cookie: crosstalk_session={}\r\nX-CSRF-Token: {}\r\n", browser.session, browser.csrf);
    wire.send(format!("{head}{secrets}Content-Length: {}\r\n\r\n{begun}", body.len()));
    // Who is let in has used the session.
    let now = app.world.clock().now();
    let is_used = || {
        app.flush_uses();
        let sessions = app.world.read(administration::list_sessions).expect("sessions");
        sessions.iter().any(|session| session.token == token && session.used == Some(now))
    };
    wait_until("the session is used", is_used);
    Held { wire, rest: rest.to_owned() }
}

fn newcomer(email: &str) -> Value {
    json!({"organization": "office", "email": email, "name": "Newcomer"})
}

#[test]
fn who_lost_the_right_after_a_request_was_let_in_changes_nothing_and_gets_it_back_by_none() {
    let app = TestApp::start();
    let admin = app.admin();
    let bob = app.another_admin("bob@example.com");
    let user = format!("/users/{}", app.person("Bob"));
    let new = json!({"password": "a wholly new one"});
    let held = [
        hold(&app, &bob, "PUT", &format!("{user}/admin"), &new),
        hold(&app, &bob, "PUT", "/session/password", &new),
        hold(&app, &bob, "POST", "/users", &newcomer("new@example.com")),
    ];
    admin.bare("DELETE", &format!("{user}/admin")).ok();
    for request in held {
        request.release().is_not_done(401, "sign_in");
    }
    let found = admin.get("/users?organization=office").ok();
    let is_admin = |item: &&Value| item["is_admin"] == true;
    let admins: Vec<&Value> = found["items"].as_array().expect("people").iter().filter(is_admin).map(|item| &item["email"]).collect();
    assert_eq!((admins, found["total"].as_i64()), (vec![&json!("alice@example.com")], Some(3)));
    // Nor does the right bring sessions back when it is given again.
    app.make_admin("bob@example.com");
    bob.get("/session").is_not_done(401, "sign_in");
}

#[test]
fn a_new_password_makes_nobody_an_administrator() {
    let app = TestApp::start();
    let _admin = app.admin();
    let bob = app.another_admin("bob@example.com");
    let (account, organization) = (AccountId::new(app.person("Bob")), OrganizationId::new(app.organization("office")));
    let actor = Actor { account, organization, dialect: Dialect::Admin, token: token_of(&bob), scopes: Scopes::Only(Vec::new()) };
    let (changed, admins) = app.in_store(move |tx| {
        accounts::withdraw_admin(tx, account)?;
        Ok((administration::change_password(tx, &actor, &PasswordHash::new("x".to_owned())), accounts::list_admins(tx)?.len()))
    });
    assert!(changed.is_err());
    assert_eq!(admins, 1);
}

#[test]
fn a_password_that_was_shown_too_long_ago_when_a_request_ends_is_asked_for_again() {
    let app = TestApp::start();
    let admin = app.admin();
    let user = format!("/users/{}", app.person("Bob"));
    let sensitive = hold(&app, &admin, "PUT", &format!("{user}/admin"), &json!({"password": PASSWORD}));
    let ordinary = hold(&app, &admin, "PATCH", &user, &json!({"name": "Robert"}));
    app.advance_s(10 * 60);
    sensitive.release().is_not_done(403, "confirm_password");
    assert_eq!(ordinary.release().ok()["is_admin"], false);
}

#[test]
fn nobody_elses_session_speaks_for_an_administrator_who_was_erased() {
    let app = TestApp::start();
    let (admin, kim) = (app.admin(), app.add_person("office", "Kim").id());
    let erased = app.another_admin("kim@example.com");
    let theirs = token_of(&erased);
    let held = hold(&app, &erased, "POST", "/users", &newcomer("new@example.com"));
    admin.json("POST", &format!("/users/{kim}/erasure"), &json!({"messages": "keep"})).ok();
    let next = app.another_admin("carol@example.com");
    held.release().is_not_done(401, "sign_in");
    let token = token_of(&next);
    assert_ne!(token, theirs, "no session gets the number of one that is gone");

    // Neither does who acts as somebody else through a token that is good.
    let (account, organization) = (AccountId::new(app.person("Bob")), OrganizationId::new(app.organization("office")));
    let actor = Actor { account, organization, dialect: Dialect::Chatwork, token, scopes: Scopes::All };
    let is_known = app.in_store(move |tx| Ok(sign_in::check_again(tx, &actor, &["read"]).is_ok()));
    assert!(!is_known);
}

#[test]
fn where_an_erased_administrator_came_from_is_noted_for_nobody_else() {
    let app = TestApp::start();
    let (admin, kim) = (app.admin(), app.add_person("office", "Kim").id());
    let erased = app.another_admin("kim@example.com");
    app.flush_uses();
    app.advance_s(60);
    crate::kit::send(erased.request("GET", "/session").header("User-Agent", "Kim's browser")).ok();
    admin.json("POST", &format!("/users/{kim}/erasure"), &json!({"messages": "keep"})).ok();
    let next = app.another_admin("carol@example.com");
    app.flush_uses();
    let listed = admin.get("/sessions").ok();
    assert!(!listed.to_string().contains("Kim's browser"), "{listed}");

    let (token, stranger) = (token_of(&next), AccountId::new(kim));
    let used = Use { account: stranger, at: app.world.clock().now(), address: "198.51.100.7".to_owned(), client: String::new() };
    app.in_store(move |tx| store::tokens::update_used(tx, token, &used));
    assert!(!admin.get("/sessions").ok().to_string().contains("198.51.100.7"));
}
