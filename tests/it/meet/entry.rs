//! The door: every way in, every reason to stay outside.

use crosstalk::domain::{Access, AttendeeRole, MeetingId, Timestamp};
use crosstalk::ops::sign_in::hash_secret;
use crosstalk::store;
use crosstalk::store::access_tokens::Autologin;

use crate::kit::{Answer, Conference, Guest, NOW_S, TestApp, Visitor, schedule};

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.text());
}

fn password_room(app: &TestApp) -> Conference {
    app.meeting(|meeting| (meeting.access, meeting.password) = (Access::Password, Some("tulip-9".into())))
}

fn token_room(app: &TestApp) -> Conference {
    app.meeting(|meeting| meeting.access = Access::Token)
}

#[test]
fn an_open_room_asks_for_a_name_and_nothing_else() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    refused(&browser.enter(&room, &[]), 422, "nameless");
    let guest = browser.join(&room, &[("name", "Ada")]);
    assert_eq!((guest.state(), guest.first["role"].as_str()), ("welcome", Some("listener")));
    assert!(browser.cookie.expect("a cookie").len() > 32);
}

#[test]
fn a_ticket_works_once_and_for_a_minute() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    let mut browser = Visitor::new(&app);
    let mut ticket = || format!("ticket={}", browser.enter(&room, &[("name", "Ada")]).ok()["ticket"].as_str().expect("a ticket"));
    let first = ticket();
    assert_eq!(Guest::connect(&app.base, &first).state(), "welcome");
    assert_eq!(Guest::connect(&app.base, &first).first["code"], "ticket");
    let late = ticket();
    app.advance_s(60);
    assert_eq!(Guest::connect(&app.base, &late).first["code"], "ticket");
    assert_eq!(Guest::connect(&app.base, "").first["code"], "ticket");
}

#[test]
fn a_password_is_asked_for_and_wrong_ones_run_out() {
    let app = TestApp::start();
    let (room, other) = (password_room(&app), password_room(&app));
    let mut browser = Visitor::new(&app);
    for wrong in ["", "tulip", "tulip-9 "] {
        refused(&browser.enter(&room, &[("name", "Ada"), ("password", wrong)]), 403, "wrong");
    }
    assert_eq!(browser.join(&room, &[("name", "Ada"), ("password", "tulip-9")]).state(), "welcome");
    // Two of the three showed something.
    for _ in 0..8 {
        refused(&browser.enter(&room, &[("name", "Ada"), ("password", "no")]), 403, "wrong");
    }
    refused(&browser.enter(&room, &[("name", "Ada"), ("password", "tulip-9")]), 429, "too_many");
    assert_eq!(browser.enter(&other, &[("name", "Ada"), ("password", "tulip-9")]).status, 200, "each room counts by itself");
    app.advance_s(60);
    assert_eq!(browser.enter(&room, &[("name", "Ada"), ("password", "tulip-9")]).status, 200);
}

#[test]
fn a_token_lets_one_browser_in_and_keeps_letting_it_in() {
    let app = TestApp::start();
    let room = token_room(&app);
    let token = app.access_token(&room, "K7D4QP");
    let (mut first, mut second) = (Visitor::new(&app), Visitor::new(&app));
    refused(&first.enter(&room, &[("name", "Ada")]), 403, "wrong");
    refused(&first.enter(&room, &[("name", "Ada"), ("token", "XXXXXX")]), 403, "wrong");
    assert_eq!(first.join(&room, &[("name", "Ada"), ("token", "k7d4qp")]).state(), "welcome");
    refused(&second.enter(&room, &[("name", "Bob"), ("token", token)]), 403, "wrong");
    assert_eq!(first.join(&room, &[("name", "Ada"), ("token", token)]).state(), "welcome");
    let id = MeetingId::new(room.id);
    let kept = app.in_store(move |tx| store::access_tokens::find_token(tx, id, "K7D4QP"));
    assert_eq!(kept.expect("a token").first_use, Some(Timestamp::from_seconds(NOW_S)));
}

#[test]
fn tokens_are_guessed_ten_times_a_minute_whatever_browser_one_takes() {
    let app = TestApp::start();
    let (room, other) = (token_room(&app), token_room(&app));
    let (token, elsewhere) = (app.access_token(&room, "K7D4QP"), app.access_token(&other, "K7D4QP"));
    let path = format!("/_m/{}/register", room.id);
    let form = [("first_name", "Eve"), ("email", "eve@x.example"), ("token", "WRONG1")];
    for guess in 0..5 {
        refused(&Visitor::new(&app).enter(&room, &[("name", "Eve"), ("token", &format!("WRONG{guess}"))]), 403, "wrong");
        refused(&Visitor::new(&app).post(&path, &form), 403, "wrong");
    }
    // From here on a right one is not even looked at, or the answer would tell it.
    refused(&Visitor::new(&app).enter(&room, &[("name", "Eve"), ("token", "WRONG9")]), 429, "too_many");
    refused(&Visitor::new(&app).enter(&room, &[("name", "Eve"), ("token", token)]), 429, "too_many");
    refused(&Visitor::new(&app).post(&path, &form), 429, "too_many");
    let id = MeetingId::new(room.id);
    let kept = app.in_store(move |tx| store::access_tokens::find_token(tx, id, "K7D4QP"));
    assert_eq!(kept.expect("a token").first_use, None, "nobody has come in by it");
    assert_eq!(Visitor::new(&app).enter(&other, &[("name", "Eve"), ("token", elsewhere)]).status, 200, "each room counts by itself");
    app.advance_s(60);
    assert_eq!(Visitor::new(&app).enter(&room, &[("name", "Ada"), ("token", token)]).status, 200);
}

#[test]
fn another_browser_of_the_same_address_takes_a_token_over_only_when_the_first_has_gone() {
    let app = TestApp::start();
    let room = token_room(&app);
    let form = [("name", "Ada"), ("email", "ada@x.example"), ("token", app.access_token(&room, "K7D4QP"))];
    let (mut phone, mut laptop) = (Visitor::new(&app), Visitor::new(&app));
    let there = phone.join(&room, &form);
    app.advance_s(61);
    refused(&laptop.enter(&room, &form), 403, "wrong");
    there.leave();
    refused(&laptop.enter(&room, &[("name", "Eve"), ("email", "eve@x.example"), form[2]]), 403, "wrong");
    refused(&laptop.enter(&room, &[("name", "Eve"), form[2]]), 403, "wrong");
    assert_eq!(laptop.join(&room, &form).state(), "welcome");
}

#[test]
fn of_a_hundred_who_try_one_token_at_once_one_comes_in() {
    let app = TestApp::start();
    let room = token_room(&app);
    let token = app.access_token(&room, "K7D4QP");
    let form = [("name", "Ada"), ("email", "ada@x.example"), ("token", token)];
    let admitted: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..100).map(|_| scope.spawn(|| Visitor::new(&app).enter(&room, &form).status)).collect();
        tries.into_iter().map(|one| usize::from(one.join().expect("an answer") == 200)).sum()
    });
    assert_eq!(admitted, 1);
}

#[test]
fn a_ticket_is_worth_nothing_when_its_token_has_gone_to_another_browser() {
    let app = TestApp::start();
    let room = token_room(&app);
    let form = [("name", "Ada"), ("email", "ada@x.example"), ("token", app.access_token(&room, "K7D4QP"))];
    let mut first = Visitor::new(&app);
    first.enter(&room, &form).ok();
    app.advance_s(59);
    let old = first.enter(&room, &form).ok()["ticket"].as_str().expect("a ticket").to_owned();
    let (id, mine) = (MeetingId::new(room.id), hash_secret("somebody else"));
    app.in_store(move |tx| {
        let token = store::access_tokens::find_token(tx, id, "K7D4QP")?.expect("a token");
        store::access_tokens::update_used(tx, token.id, None, &mine)
    });
    assert_eq!(Guest::connect(&app.base, &format!("ticket={old}")).first["code"], "wrong");
}

fn issue(app: &TestApp, room: &Conference, secret: &'static str, role: AttendeeRole, token: Option<&'static str>) {
    let id = MeetingId::new(room.id);
    app.in_store(move |tx| {
        let token = match token {
            Some(token) => store::access_tokens::find_token(tx, id, token)?.map(|token| token.id),
            None => None,
        };
        let link = Autologin { meeting: id, email: "pat@x.example".into(), nickname: "Pat".into(), role, token };
        store::access_tokens::insert_autologin(tx, &hash_secret(secret), &link)
    });
}

#[test]
fn an_issued_link_names_its_owner_and_asks_for_nothing() {
    let app = TestApp::start();
    let (room, other) = (password_room(&app), password_room(&app));
    issue(&app, &room, "secret__", AttendeeRole::Presenter, None);
    let mut guest = Visitor::new(&app).join(&room, &[("l", "secret__")]);
    assert_eq!((guest.first["role"].as_str(), guest.first["name"].as_str()), (Some("presenter"), Some("Pat")));
    // The same link in another browser is the same person.
    let again = Visitor::new(&app).join(&room, &[("l", "secret__")]);
    assert_eq!(again.id(), guest.id());
    assert_eq!(guest.until("roster")["count"], 1);
    refused(&Visitor::new(&app).enter(&other, &[("l", "secret__"), ("name", "Eve")]), 403, "wrong");
    refused(&Visitor::new(&app).enter(&room, &[("l", "nonsense"), ("name", "Eve"), ("password", "tulip-9")]), 403, "wrong");
}

#[test]
fn an_issued_link_uses_up_its_token() {
    let app = TestApp::start();
    let room = token_room(&app);
    let token = app.access_token(&room, "K7D4QP");
    issue(&app, &room, "secret__", AttendeeRole::Listener, Some("K7D4QP"));
    let _pat = Visitor::new(&app).join(&room, &[("l", "secret__")]);
    refused(&Visitor::new(&app).enter(&room, &[("name", "Eve"), ("token", token)]), 403, "wrong");
    refused(&Visitor::new(&app).enter(&room, &[("l", "secret__")]), 403, "wrong");
}

#[test]
fn owners_and_roles_come_in_by_hashes_that_follow_from_the_key() {
    let app = TestApp::start();
    let (room, other) = (password_room(&app), password_room(&app));
    let owner = Visitor::new(&app).join(&room, &[("l", &app.owner_link(&room)), ("name", "Olga")]);
    assert_eq!(owner.first["role"], "host");
    let hashes = app.meeting_keys().role_hashes(MeetingId::new(room.id), app.world.clock().now());
    for (hash, role) in hashes.iter().zip(["listener", "presenter", "host"]) {
        assert_eq!(Visitor::new(&app).join(&room, &[("l", hash), ("name", "Rob")]).first["role"], role);
    }
    refused(&Visitor::new(&app).enter(&other, &[("l", &app.owner_link(&room)), ("name", "Olga")]), 403, "wrong");
    refused(&Visitor::new(&app).enter(&room, &[("l", &app.owner_link(&room))]), 422, "nameless");
}

#[test]
fn closed_deleted_and_past_rooms_take_nobody() {
    let app = TestApp::start();
    let closed = app.meeting(|meeting| meeting.is_closed = true);
    let over = app.meeting(|meeting| meeting.schedule = schedule(-7200, 0));
    let gone = app.meeting(|_| {});
    let id = MeetingId::new(gone.id);
    app.in_store(move |tx| store::meetings::update_deleted(tx, id));
    let mut browser = Visitor::new(&app);
    for (room, status, code) in [(closed, 403, "closed"), (over, 410, "over"), (gone, 404, "nowhere")] {
        refused(&browser.enter(&room, &[("name", "Ada"), ("l", &app.owner_link(&room))]), status, code);
    }
}

#[test]
fn the_end_of_the_schedule_sends_nobody_out_but_lets_nobody_in() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| meeting.schedule = schedule(-60, 60));
    let mut ada = Visitor::new(&app).join(&room, &[("name", "Ada")]);
    let ticket = Visitor::new(&app).enter(&room, &[("name", "Bob")]).ok()["ticket"].as_str().expect("a ticket").to_owned();
    app.advance_s(20);
    app.tick();
    ada.say("1", "still here");
    app.advance_s(25);
    ada.say("2", "and here");
    app.pass_s(16);
    ada.say("3", "after the end");
    assert_eq!(Guest::connect(&app.base, &format!("ticket={ticket}")).first["t"], "denied");
    refused(&Visitor::new(&app).enter(&room, &[("name", "Bob")]), 410, "over");
    drop(ada.again(&app));
    assert_eq!(ada.again(&app).state(), "welcome", "who was in comes back");
}

#[test]
fn a_room_takes_as_many_as_it_may_and_those_who_are_in() {
    let mut options = crate::kit::TestOptions::default();
    options.config.clickmeeting.attendees = 2;
    let app = TestApp::with(options);
    let room = app.meeting(|_| {});
    let mut ada = Visitor::new(&app);
    let _one = ada.join(&room, &[("name", "Ada")]);
    let late = Visitor::new(&app).enter(&room, &[("name", "Late")]).ok()["ticket"].as_str().expect("a ticket").to_owned();
    let two = Visitor::new(&app).join(&room, &[("name", "Bob")]);
    refused(&Visitor::new(&app).enter(&room, &[("name", "Carol")]), 503, "full");
    assert_eq!(Guest::connect(&app.base, &format!("ticket={late}")).first["code"], "full", "it became full meanwhile");
    assert_eq!(ada.join(&room, &[("name", "Ada")]).state(), "welcome", "a second tab is no second person");
    two.leave();
    assert_eq!(Visitor::new(&app).join(&room, &[("name", "Carol")]).state(), "welcome");
}

#[test]
fn who_has_to_register_does_so_and_comes_in_by_the_personal_link() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| (meeting.has_registration, meeting.registration_template) = (true, 3));
    let mut browser = Visitor::new(&app);
    refused(&browser.enter(&room, &[("name", "Ada")]), 403, "must_register");
    let path = format!("/_m/{}/register", room.id);
    refused(&browser.post(&path, &[("first_name", "Ada")]), 422, "invalid");
    let form = [("first_name", "Ada"), ("last_name", "L"), ("email", "Ada@x.example"), ("company", "Engines"), ("phone", "1")];
    let made = browser.post(&path, &form).ok();
    let r = made["r"].as_str().expect("a hash").to_owned();
    assert_eq!(made["url"], format!("{}/{}?r={r}", app.base, room.pin));
    refused(&Visitor::new(&app).post(&path, &form), 409, "already_registered");
    let id = MeetingId::new(room.id);
    let kept = app.in_store(move |tx| store::registrations::list_of_meeting(tx, id)).remove(0);
    assert_eq!((kept.answers, kept.confirmed, kept.session), (vec![(10, "Engines".into()), (11, "1".into())], None, None));

    let guest = Visitor::new(&app).join(&room, &[("r", &r)]);
    assert_eq!(guest.first["name"], "Ada L");
    let kept = app.in_store(move |tx| store::registrations::list_of_meeting(tx, id)).remove(0);
    assert!(kept.confirmed.is_some() && kept.session.is_some());
    refused(&browser.enter(&room, &[("r", "nonsense")]), 403, "wrong");
}

#[test]
fn registering_asks_for_the_rooms_password_or_token_too() {
    let app = TestApp::start();
    let form = [("first_name", "Ada"), ("email", "ada@x.example")];
    let guarded = app.meeting(|meeting| {
        (meeting.has_registration, meeting.access, meeting.password) = (true, Access::Password, Some("tulip-9".into()));
    });
    let path = format!("/_m/{}/register", guarded.id);
    refused(&Visitor::new(&app).post(&path, &form), 403, "wrong");
    assert_eq!(Visitor::new(&app).post(&path, &[form[0], form[1], ("password", "tulip-9")]).status, 200);

    let tokens = app.meeting(|meeting| (meeting.has_registration, meeting.access) = (true, Access::Token));
    let (path, token) = (format!("/_m/{}/register", tokens.id), ("token", app.access_token(&tokens, "K7D4QP")));
    refused(&Visitor::new(&app).post(&path, &form), 403, "wrong");
    assert_eq!(Visitor::new(&app).post(&path, &[form[0], form[1], token]).status, 200);
    refused(&Visitor::new(&app).post(&path, &[form[0], ("email", "eve@x.example"), token]), 403, "wrong");
}
