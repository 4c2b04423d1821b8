//! Quick calls: found by an address that can't be guessed, open until they expire.

use crosstalk::domain::{CallExpiry, CallPassword, Dialect, Error, MeetingId, NewQuickCall, QuickCall, Scopes, Timestamp};
use crosstalk::ops;
use crosstalk::store;
use crosstalk::web::passwords;
use serde_json::{Value, json};

use crate::kit::{Answer, ClickMeeting, Conference, Guest, NOW_S, TestApp, Visitor};

/// A quick call that expires so many seconds from now, with this password unless it is empty.
fn quick_call(app: &TestApp, seconds: i64, password: &str) -> (QuickCall, Conference) {
    let expiry = CallExpiry::At(app.world.clock().now().plus_ms(seconds * 1_000));
    let call = make(app, expiry, password).expect("a quick call");
    let id = call.meeting;
    let meeting = app.in_store(move |tx| store::meetings::find_any_meeting(tx, id)).expect("a meeting");
    (call, Conference { id: id.get(), pin: meeting.pin, slug: meeting.slug })
}

fn make(app: &TestApp, expiry: CallExpiry, password: &str) -> Result<QuickCall, Error> {
    let password = CallPassword::parse(password)?.map(|word| passwords::hash_now(word.as_str())).transpose()?;
    let (_, secret) = app.token(Dialect::Cam, None, Scopes::All, None);
    app.world.write_blocking(store::Cause::job("test"), move |tx| {
        let actor = ops::sign_in::authenticate(tx, &secret, Dialect::Cam, false)?;
        ops::quick_calls::create_quick_call(tx, &actor, Ok(NewQuickCall { expiry, password }))
    })
}

fn path(call: &QuickCall) -> String {
    format!("/quick/{}", call.id)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{}", answer.text());
}

#[test]
fn whoever_has_the_link_comes_in_and_talks() {
    let app = TestApp::start();
    let (call, room) = quick_call(&app, 3_600, "");
    let mut browser = Visitor::new(&app);
    let page = browser.get(&path(&call));
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains(&format!("name=\"call\" value=\"{}\"", call.id)) && !text.contains("name=\"password\""), "{text}");
    assert!(text.contains(&format!("\"url\":\"{}/quick/{}\"", app.base, call.id)), "what is copied inside is the link");
    let mut ada = browser.join(&room, &[("name", "Ada"), ("call", &call.id)]);
    assert_eq!(ada.state(), "welcome", "nobody waits for a host");
    let mut ben = Visitor::new(&app).join(&room, &[("name", "Ben"), ("call", &call.id)]);
    ada.say("1", "hello");
    assert_eq!(ben.until("chat")["line"]["text"], "hello");
    ada.leave();
    ben.leave();
    let office = app.clickmeeting("office");
    let sessions = office.list(&format!("/conferences/{}/sessions", room.id));
    assert_eq!(sessions[0]["total_visitors"], 2, "attendance is counted");
}

#[test]
fn clickmeeting_lists_it_as_a_room_and_tells_no_password() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let (open, _) = quick_call(&app, 3_600, "");
    let (locked, room) = quick_call(&app, 7_200, "tulip-9");
    let listed = office.get("/conferences").ok()["active_conferences"].clone();
    let shown = |id: i64| listed.as_array().expect("a list").iter().find(|room| room["id"] == id).expect("the room").clone();
    let (open, locked) = (shown(open.meeting.get()), shown(locked.meeting.get()));
    assert_eq!((&open["access_type"], open.get("password")), (&json!(1), None));
    assert_eq!((&locked["access_type"], locked.get("password")), (&json!(2), Some(&Value::Null)));
    assert_eq!(
        (&locked["name"], &locked["lobby_enabled"], &locked["permanent_room"]),
        (&json!("Quick call"), &json!(false), &json!(false))
    );
    assert_eq!(locked["ends_at"], "2026-01-31T02:00:00+00:00");
    assert_eq!(locked["settings"]["show_on_personal_page"], false);
    assert!(app.clickmeeting("other").get("/conferences").ok()["active_conferences"].as_array().expect("a list").is_empty());
    office.put(&format!("/conferences/{}", room.id), &[("name", "Standup")]).ok();
    let renamed = office.room(room.id);
    assert_eq!((&renamed["name"], &renamed["access_type"], renamed.get("password")), (&json!("Standup"), &json!(2), Some(&Value::Null)));
    assert_eq!(enter(&app, &room, "tulip-9").status, 200, "changing something else keeps the password");
}

fn enter(app: &TestApp, room: &Conference, password: &str) -> Answer {
    Visitor::new(app).enter(room, &[("name", "Ada"), ("call", &room.slug), ("password", password)])
}

#[test]
fn its_owner_may_give_it_another_password_or_none_through_clickmeeting() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let (_, room) = quick_call(&app, 3_600, "tulip-9");
    let change = |form: &[(&str, &str)]| office.put(&format!("/conferences/{}", room.id), form).ok();
    change(&[("access_type", "2"), ("password", "rose-3")]);
    refused(&enter(&app, &room, "tulip-9"), 403, "wrong");
    assert_eq!(enter(&app, &room, "rose-3").status, 200);
    change(&[("access_type", "1")]);
    assert_eq!(enter(&app, &room, "").status, 200);
    let (_, other) = quick_call(&app, 3_600, "tulip-9");
    let person = [("email", "pat@x.example"), ("nickname", "Pat"), ("role", "listener")];
    let link = office.post(&format!("/conferences/{}/room/autologin_hash", other.id), &person).ok()["autologin_hash"].clone();
    let pat = Visitor::new(&app).join(&other, &[("l", link.as_str().expect("a hash"))]);
    assert_eq!(pat.first["name"], "Pat", "a link of one's own needs no password");
    assert_eq!(office.delete(&format!("/conferences/{}", other.id), &[]).status, 200);
    assert_eq!(Visitor::new(&app).get(&format!("/quick/{}", other.slug)).status, 404);
    app.advance_s(31 * 86_400);
    while app.in_store(ops::meetings::purge_step) {}
    let id = MeetingId::new(other.id);
    assert_eq!(app.in_store(move |tx| store::quick_calls::find_id(tx, id)), None, "after a month nothing of it is left");
}

#[test]
fn a_password_is_asked_for_and_five_wrong_ones_are_enough() {
    let app = TestApp::start();
    let (call, room) = quick_call(&app, 3_600, "tulip-9");
    let (_, other) = quick_call(&app, 3_600, "tulip-9");
    let page = Visitor::new(&app).get(&path(&call));
    assert!(page.text().contains("name=\"password\"") && !page.text().contains("argon2"));
    refused(&enter(&app, &room, ""), 403, "wrong");
    assert_eq!(enter(&app, &room, "tulip-9").status, 200);
    for wrong in ["tulip", "tulip-9 ", "TULIP-9"] {
        refused(&enter(&app, &room, wrong), 403, "wrong");
    }
    // Who shows nothing guesses nothing: these are the fourth and the fifth.
    refused(&enter(&app, &room, "no"), 403, "wrong");
    refused(&enter(&app, &room, "no"), 403, "wrong");
    refused(&enter(&app, &room, "no"), 429, "too_many");
    refused(&enter(&app, &room, "tulip-9"), 429, "too_many");
    refused(&enter(&app, &other, "tulip-9"), 429, "too_many");
    app.advance_s(59);
    refused(&enter(&app, &room, "tulip-9"), 429, "too_many");
    app.advance_s(1);
    assert_eq!(enter(&app, &room, "tulip-9").status, 200);
}

#[test]
fn of_many_tries_at_once_five_are_looked_at() {
    let app = TestApp::start();
    let (_, room) = quick_call(&app, 3_600, "tulip-9");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..12)
            .map(|number| {
                scope.spawn({
                    let (app, room) = (&app, &room);
                    move || enter(app, room, &format!("no-{number}")).status
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 403).count(), 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 7, "{answers:?}");
}

#[test]
fn no_other_way_in_leads_past_password_address_or_expiry() {
    let app = TestApp::start();
    let (open, open_room) = quick_call(&app, 3_600, "");
    let (locked, room) = quick_call(&app, 3_600, "tulip-9");
    let mut browser = Visitor::new(&app);
    // Numbers can be counted up; they tell nothing and open nothing.
    for room in [&open_room, &room] {
        refused(&browser.enter(room, &[("name", "Eve")]), 404, "nowhere");
        refused(&browser.enter(room, &[("name", "Eve"), ("password", "tulip-9")]), 404, "nowhere");
        refused(&browser.enter(room, &[("name", "Eve"), ("call", "guessed")]), 404, "nowhere");
        assert_eq!(browser.get(&format!("/meet/{}", room.pin)).status, 404);
        let office = app.in_store(|tx| store::organizations::find_by_slug(tx, "office")).expect("an office").id.to_string();
        let embedded = browser.get(&format!("/embed_conference.html?r=1{}{office}{}", office.len(), room.id)).text();
        assert!(embedded.contains("no such room"), "{embedded}");
        let bye = browser.get(&format!("/_m/{}/bye", room.id)).text();
        assert!(!bye.contains(&room.slug), "{bye}");
    }
    assert!(!browser.get("/o/office").text().contains("Quick call"));
    refused(&browser.enter(&room, &[("name", "Eve"), ("call", &open.id), ("password", "tulip-9")]), 404, "nowhere");
    // The same room by its slug asks the same.
    let page = browser.get(&format!("/meet/{}", room.slug));
    assert!(page.status == 200 && page.text().contains("name=\"password\""));
    refused(&browser.enter(&room, &[("name", "Eve"), ("call", &locked.id)]), 403, "wrong");
    app.advance_s(3_600);
    assert_eq!(browser.get(&format!("/meet/{}", room.slug)).status, 410);
    refused(&browser.enter(&room, &[("name", "Eve"), ("call", &locked.id), ("password", "tulip-9")]), 410, "over");
}

#[test]
fn a_link_of_ones_own_leads_in_by_the_nine_digits_too() {
    let app = TestApp::start();
    let (_, room) = quick_call(&app, 3_600, "tulip-9");
    let page = Visitor::new(&app).get(&format!("/meet/{}?l={}", room.pin, app.owner_link(&room)));
    assert!(page.status == 200 && !page.text().contains("name=\"password\""), "{}", page.text());
    let owner = Visitor::new(&app).join(&room, &[("l", &app.owner_link(&room)), ("name", "Olga")]);
    assert_eq!(owner.first["role"], "host");
    assert_eq!(Visitor::new(&app).get(&format!("/meet/{}?l=forged", room.pin)).status, 404);
}

#[test]
fn an_expired_link_says_so_in_the_readers_language_and_the_call_goes_on() {
    let app = TestApp::start();
    let (call, room) = quick_call(&app, 60, "");
    let mut ada = Visitor::new(&app).join(&room, &[("name", "Ada"), ("call", &call.id)]);
    app.pass_s(20);
    ada.say("1", "still here");
    app.advance_s(25);
    ada.say("2", "and here");
    app.advance_s(14);
    assert_eq!(Visitor::new(&app).get(&path(&call)).status, 200, "a second before");
    let late =
        Visitor::new(&app).enter(&room, &[("name", "Late"), ("call", &call.id)]).ok()["ticket"].as_str().expect("a ticket").to_owned();
    app.pass_s(1);
    let browser = Visitor::new(&app);
    for (spoken, words) in
        [("en", "This link has expired"), ("ja", "有効期限が切れました"), ("pl-PL", "Ten link wygasł"), ("vi", "đã hết hạn")]
    {
        let page = browser.get_with(&path(&call), &[("Accept-Language", spoken)]);
        assert!(
            page.status == 410 && page.text().contains(words) && !page.text().contains("<form id=\"entry\""),
            "{spoken}: {}",
            page.text()
        );
    }
    refused(&Visitor::new(&app).enter(&room, &[("name", "Ben"), ("call", &call.id)]), 410, "over");
    assert_eq!(Guest::connect(&app.base, &format!("ticket={late}")).first["code"], "over");
    ada.say("3", "after the end");
    assert_eq!(ada.again(&app).state(), "welcome", "who was in comes back");
}

#[test]
fn an_unknown_link_leads_nowhere_and_the_page_speaks_the_readers_language() {
    let app = TestApp::start();
    let (call, _) = quick_call(&app, 60, "");
    let browser = Visitor::new(&app);
    for unknown in ["x", "Quick_call", &"a".repeat(32), &"a".repeat(5_000), "%00", "..%2f.."] {
        let page = browser.get_with(&format!("/quick/{unknown}"), &[("Accept-Language", "pl")]);
        assert!(page.status == 404 && page.text().contains("prowadzi donikąd"), "{unknown}: {} {}", page.status, page.text());
    }
    for (spoken, name) in [("en", "Quick call"), ("ja", "クイック通話"), ("pl", "Szybka rozmowa"), ("vi", "Cuộc gọi nhanh")] {
        let page = browser.get_with(&path(&call), &[("Accept-Language", spoken)]).text();
        assert!(page.contains(&format!("<h1>{name}</h1>")), "{spoken}");
    }
}

#[test]
fn who_was_in_finds_the_way_back() {
    let app = TestApp::start();
    let (call, room) = quick_call(&app, 3_600, "");
    let other = app.meeting(|_| {});
    let pass =
        |room: &Conference, form: &[(&str, &str)]| Visitor::new(&app).join(room, form).first["rating"].as_str().expect("a pass").to_owned();
    let own = pass(&room, &[("name", "Ada"), ("call", &call.id)]);
    let strange = pass(&other, &[("name", "Eve")]);
    let mut browser = Visitor::new(&app);
    let bye = |pass: &str| Visitor::new(&app).get(&format!("/_m/{}/bye?pass={pass}", room.id)).text();
    assert!(bye(&own).contains(&format!("href=\"/quick/{}\"", call.id)), "{}", bye(&own));
    assert!(!bye(&strange).contains(&call.id), "{}", bye(&strange));
    let thanks =
        |browser: &mut Visitor, pass: &str| browser.post(&format!("/_m/{}/rating", room.id), &[("pass", pass), ("rating", "4")]).text();
    assert!(thanks(&mut browser, &own).contains(&call.id));
    assert!(!thanks(&mut browser, &strange).contains(&call.id));
}

#[test]
fn a_date_that_is_past_is_refused_and_a_far_one_drawn_in() {
    let app = TestApp::start();
    assert!(matches!(make(&app, CallExpiry::from_number(NOW_S * 1_000), ""), Err(Error::Invalid("expiredDate", _))));
    let expires = |number| make(&app, CallExpiry::from_number(number), "").expect("a call").expires;
    assert_eq!(expires(0), Timestamp::from_seconds(NOW_S + 86_400));
    assert_eq!(expires(NOW_S + 1), Timestamp::from_seconds(NOW_S + 1));
    assert_eq!(expires(i64::MAX), Timestamp::from_seconds(NOW_S + 365 * 86_400));
    let office: ClickMeeting = app.clickmeeting("office");
    assert_eq!(office.get("/conferences").ok()["active_conferences"].as_array().expect("a list").len(), 3, "the refused one is not there");
}
