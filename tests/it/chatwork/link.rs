//! `/rooms/{room_id}/link`, and the page behind a link

use crate::kit::{Answer, Chatwork, TestApp, number};
use crosstalk::domain::{Dialect, Scopes, Timestamp};
use serde_json::json;

/// The code in the address of an answered link.
#[track_caller]
fn code(app: &TestApp, link: &Answer) -> String {
    let link = link.ok();
    let url = link["url"].as_str().expect("an address");
    url.strip_prefix(&format!("{}/g/", app.base)).expect("our address").to_owned()
}

/// What of a page is for its reader: the text without tags, in one line.
fn words(page: &Answer) -> String {
    let html = page.text();
    let body = html.split_once("<body>").map_or("", |halves| halves.1);
    let text = body.split('<').filter_map(|piece| piece.split_once('>')).map(|halves| halves.1).collect::<Vec<_>>().join(" ");
    text.replace("&apos;", "'").split_whitespace().collect::<Vec<_>>().join(" ")
}

const OWN_USE: &str = "The token is the one that your programs use. It is sent to this server only and not kept in your browser.";

fn joined(person: &Chatwork, room: i64) -> bool {
    person.rooms().contains(&room)
}

#[test]
fn a_link_is_made_shown_replaced_and_withdrawn() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let path = format!("/rooms/{room}/link");
    assert_eq!(alice.get(&path).text(), r#"{"public":false}"#);
    alice.put(&path, &[("code", "a")]).fails(400, "The invitation link is disabled");
    alice.delete(&path, &[]).fails(400, "The invitation link is disabled");

    let form = [("code", "launch-42"), ("need_acceptance", "0"), ("description", "Launch room")];
    let made = alice.post(&path, &form);
    insta::assert_snapshot!(app.shown(&made), @r#"
    {
      "public": true,
      "url": "BASE/g/launch-42",
      "need_acceptance": false,
      "description": "Launch room"
    }
    "#);
    for person in [&alice, &bob] {
        assert_eq!(person.get(&path).text(), made.text());
    }
    alice.post(&path, &[("code", "other")]).fails(400, "The invitation link already exists");
    assert_eq!(alice.get(&path).text(), made.text());
    insta::assert_snapshot!(app.shown(&alice.put(&path, &[("code", "other"), ("need_acceptance", "false"), ("description", "New")])), @r#"
    {
      "public": true,
      "url": "BASE/g/other",
      "need_acceptance": false,
      "description": "New"
    }
    "#);
    assert_eq!(alice.delete(&path, &[]).text(), r#"{"public":false}"#);
    assert_eq!(bob.get(&path).text(), r#"{"public":false}"#);
    alice.delete(&path, &[]).fails(400, "The invitation link is disabled");
    assert_eq!(alice.said(room).len(), 1, "links are not reported");
}

#[test]
fn replacing_a_link_forgets_all_but_its_description() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let path = format!("/rooms/{room}/link");
    alice.post(&path, &[("code", "launch"), ("need_acceptance", "0"), ("description", "Launch room")]).ok();
    let replaced = alice.put(&path, &[]);
    let random = code(&app, &replaced);
    assert!(random.len() == 14 && random.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{random}");
    let (url, text) = (format!("{}/g/{random}", app.base), "Launch room");
    assert_eq!(replaced.ok(), json!({"public": true, "url": url, "need_acceptance": true, "description": text}));
    assert_eq!(app.open("/g/launch").status, 404);
    assert_eq!(app.open(&format!("/g/{random}")).status, 200);
    let again = alice.put(&path, &[("need_acceptance", "0")]);
    assert_ne!(code(&app, &again), random);
    assert_eq!(again.ok()["need_acceptance"], false);
    assert_eq!(alice.put(&path, &[("description", "New")]).ok()["description"], "New");
}

#[test]
fn a_random_code_is_made_where_none_is_chosen() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let codes = [vec![], vec![("code", "")]].map(|form| {
        let room = alice.create_room("Launch", &[], &[]);
        let made = alice.post(&format!("/rooms/{room}/link"), &form);
        assert_eq!((&made.ok()["need_acceptance"], &made.ok()["description"]), (&json!(true), &json!("")));
        code(&app, &made)
    });
    assert!(codes.iter().all(|code| code.len() == 14 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())), "{codes:?}");
    assert_ne!(codes[0], codes[1]);
}

#[test]
fn codes_have_1_to_50_letters_digits_dashes_and_underscores() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let path = format!("/rooms/{room}/link");
    let (fifty, more) = ("c".repeat(50), "c".repeat(51));
    alice.post(&path, &[]).ok();
    for fine in ["x", "-", "_", "0", "launch-42_A", &*fifty] {
        assert_eq!(code(&app, &alice.put(&path, &[("code", fine)])), fine);
        assert_eq!(app.open(&format!("/g/{fine}")).status, 200, "{fine}");
    }
    let bad = [&*more, "a b", " a", "a/b", "a.b", "a+b", "é", "\u{FF11}", "a\n", "%41"];
    for bad in bad.map(|bad| ("code", bad)).into_iter().chain([("need_acceptance", "2"), ("need_acceptance", "yes")]) {
        alice.put(&path, &[bad]).fails(400, &format!("Parameter '{}' is invalid", bad.0));
    }
    assert_eq!(code(&app, &alice.get(&path)), fifty);
    alice.delete(&path, &[]).ok();
    for bad in bad.map(|bad| ("code", bad)).into_iter().chain([("need_acceptance", "2")]) {
        alice.post(&path, &[bad]).fails(400, &format!("Parameter '{}' is invalid", bad.0));
    }
    assert_eq!(alice.get(&path).text(), r#"{"public":false}"#);
}

#[test]
fn a_code_leads_to_one_room_at_a_time() {
    let app = TestApp::start();
    let (alice, eve) = (app.chatwork("Alice"), app.chatwork("Eve"));
    let (one, two) = (alice.create_room("One", &[], &[]), eve.create_room("Two", &[], &[]));
    let path = |room: i64| format!("/rooms/{room}/link");
    alice.post(&path(one), &[("code", "launch"), ("description", "one")]).ok();
    eve.post(&path(two), &[("code", "launch")]).fails(400, "Parameter 'code' is invalid");
    let old = eve.post(&path(two), &[("code", "plans")]).text();
    eve.put(&path(two), &[("code", "launch"), ("description", "taken")]).fails(400, "Parameter 'code' is invalid");
    assert_eq!(eve.get(&path(two)).text(), old, "a refused change leaves the link as it was");
    assert_eq!(app.open("/g/plans").status, 200);
    assert_eq!(code(&app, &alice.put(&path(one), &[("code", "launch")])), "launch", "one's own code may be kept");
    assert_eq!(code(&app, &eve.put(&path(two), &[("code", "Launch")])), "Launch", "codes are told apart by case");
    alice.delete(&path(one), &[]).ok();
    assert_eq!(code(&app, &eve.put(&path(two), &[("code", "launch")])), "launch", "a withdrawn code is free");
    assert!(words(&app.open("/g/launch")).contains("Two"));
}

#[test]
fn the_page_shows_the_room_to_whoever_has_the_link() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[], &[]);
    alice.put(&format!("/rooms/{room}"), &[("icon_preset", "star"), ("description", "for members only")]).ok();
    let path = format!("/rooms/{room}/link");
    alice.post(&path, &[("code", "launch"), ("description", "Come in")]).ok();
    let page = app.open("/g/launch");
    assert_eq!((page.status, page.header("content-type"), page.header("cache-control")), (200, "text/html; charset=utf-8", "no-store"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!((page.header("x-content-type-options"), page.header("referrer-policy")), ("nosniff", "no-referrer"));
    assert!(page.text().contains(r#"src="/assets/icon/ico_star.png""#));
    let shown = |people: &str, entry: &str| {
        format!("Invitation to a room of Office Launch {people} Come in {entry} Your API token Join the room {OWN_USE}")
    };
    assert_eq!(words(&page), shown("1 person", "An administrator of the room has to let you in."));
    assert!(!page.text().contains("{{"), "every place of the template is filled");
    alice.put_members(room, [&[&alice], &[&bob], &[]]).ok();
    alice.put(&path, &[("code", "launch"), ("need_acceptance", "0")]).ok();
    assert_eq!(words(&app.open("/g/launch")), shown("2 people", "You come in at once."));
}

#[test]
fn a_token_opens_a_link_that_needs_no_acceptance() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&carol], &[]);
    alice.say(room, "[toall] before");
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch"), ("need_acceptance", "0")]).ok();
    let enter = |person: &Chatwork| {
        let page = app.submit("/g/launch", &[("token", &format!(" {} ", person.token))]);
        assert_eq!(page.status, 200);
        words(&page)
    };
    carol.put(&format!("/rooms/{room}/messages/read"), &[]).ok();
    assert!(enter(&bob).contains("You are in. The room is in your list now."));
    assert_eq!(bob.room(room)["role"], "member");
    assert_eq!((bob.counters(room), carol.counters(room)), ((0, 0), (1, 0)));
    let report = &carol.get(&format!("/rooms/{room}/messages?force=1")).ok()[2];
    assert_eq!(
        (number(&report["account"]["account_id"]), report["body"].as_str()),
        (bob.id(), Some("[info][dtext:chatroom_chat_joined][/info]"))
    );
    assert!(enter(&bob).contains("You are in this room already."));
    assert!(enter(&alice).contains("You manage this room. Nobody is waiting to be let in."));
    assert_eq!(carol.said(room).len(), 3);

    bob.end_room(room, "leave").no_content();
    alice.say(room, "[toall] meanwhile");
    assert!(enter(&bob).contains("You are in."));
    assert_eq!(bob.counters(room), (0, 0), "who comes back starts with nothing unread");
    assert_eq!(bob.said(room).len(), 6);
}

#[test]
fn an_administrator_lets_in_who_waits_or_sends_them_away() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let dave = app.add_person("office", "Dave");
    let room = alice.create_room("Launch", &[&carol], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch")]).ok();
    let enter = |person: &Chatwork| app.submit("/g/launch", &[("token", &person.token)]);
    let answer = |by: &Chatwork, person: &Chatwork, answer: &str| {
        app.submit("/g/launch", &[("token", &by.token), ("person", &person.id().to_string()), ("answer", answer)])
    };
    for _ in 0..2 {
        assert!(words(&enter(&bob)).contains("Your request was sent. An administrator of the room has to let you in."));
    }
    enter(&dave);
    assert!(!joined(&bob, room) && alice.said(room).len() == 1);
    assert!(words(&enter(&carol)).contains("You are in this room already."), "members don't see who waits");
    let page = enter(&alice);
    let waiting = |name: &str| format!("{name} waits since 2026-01-31T00:00:00Z Let in Decline");
    assert!(words(&page).contains(&format!("{} {}", waiting("Bob"), waiting("Dave"))), "{}", words(&page));
    assert_eq!(page.text().matches(&format!(r#"name="person" value="{}""#, bob.id())).count(), 1);

    assert_eq!(answer(&carol, &bob, "accept").status, 403);
    assert_eq!(answer(&bob, &bob, "accept").status, 403);
    assert_eq!(answer(&alice, &carol, "accept").status, 404, "she does not wait");
    assert!(!joined(&bob, room));

    let page = answer(&alice, &bob, "accept");
    assert_eq!(page.status, 200);
    assert!(words(&page).contains(&waiting("Dave")) && !words(&page).contains("Bob"));
    assert_eq!((bob.room(room)["role"].as_str(), bob.counters(room)), (Some("member"), (0, 0)));
    assert_eq!(alice.said(room).last().map(String::as_str), Some("[info][dtext:chatroom_chat_joined][/info]"));
    assert_eq!(answer(&alice, &bob, "accept").status, 404);

    assert!(words(&answer(&alice, &dave, "decline")).contains("Nobody is waiting to be let in."));
    assert!(!joined(&dave, room));
    assert_eq!(answer(&alice, &dave, "accept").status, 404);
    assert!(words(&enter(&dave)).contains("Your request was sent."), "who was sent away may ask again");
    alice.put_members(room, [&[&alice], &[&bob, &dave], &[]]).ok();
    assert!(words(&enter(&alice)).contains("Nobody is waiting to be let in."), "who was put into the room waits no more");
}

#[test]
fn who_was_disabled_while_waiting_does_not_come_in() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch")]).ok();
    app.submit("/g/launch", &[("token", &bob.token)]);
    let accept = [("token", &*alice.token), ("person", &*bob.id().to_string()), ("answer", "accept")];
    let waiting = || words(&app.submit("/g/launch", &[("token", &alice.token)]));
    app.set_disabled("Bob", true);
    assert!(waiting().contains("Nobody is waiting to be let in."));
    assert_eq!(app.submit("/g/launch", &accept).status, 404);
    app.set_disabled("Bob", false);
    assert!(waiting().contains("Bob waits since"));
    assert_eq!(app.submit("/g/launch", &accept).status, 200);
    assert!(joined(&bob, room));
}

#[test]
fn only_people_of_the_rooms_organization_come_in() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let path = format!("/rooms/{room}/link");
    app.befriend("Alice", "Eve");
    let gus = app.add_person("office", "Gus");
    app.set_disabled("Gus", true);
    let (_, service) = app.token(Dialect::Cam, None, Scopes::All, None);
    let (_, short) = app.token(Dialect::Chatwork, Some("Bob"), Scopes::All, Some(Timestamp::from_seconds(crate::kit::NOW_S + 1)));
    app.advance_s(1);
    for acceptance in ["0", "1"] {
        let open = if acceptance == "0" {
            alice.post(&path, &[("code", "launch"), ("need_acceptance", "0")])
        } else {
            alice.put(&path, &[("code", "launch")])
        };
        open.ok();
        let foreign = "This link is for people of the room's own organization. Only administrators of the room let others in.";
        for (token, status, text) in [
            (&*app.chatwork("Eve").token, 403, foreign),
            (&*service, 403, foreign),
            (&*gus.token, 401, "The account behind the token is disabled."),
            (&*short, 401, "The token has expired; make a new one."),
            ("nobody", 401, "The token is not known here."),
            ("", 400, "Token is required."),
        ] {
            let page = app.submit("/g/launch", &[("token", token)]);
            assert_eq!(page.status, status, "{token}");
            assert!(words(&page).contains(&format!("{text} Your API token Try again")), "{}", words(&page));
            assert!(token.is_empty() || !page.text().contains(token), "a refused token is not repeated");
        }
        assert_eq!(app.submit("/g/launch", &[]).status, 400);
    }
    assert_eq!(alice.members(room).len(), 1);
    assert!(words(&app.submit("/g/launch", &[("token", &alice.token)])).contains("Nobody is waiting"));
}

#[test]
fn a_withdrawn_link_leads_nowhere_and_nobody_waits_behind_it_any_more() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[], &[]);
    let path = format!("/rooms/{room}/link");
    alice.post(&path, &[("code", "launch")]).ok();
    app.submit("/g/launch", &[("token", &bob.token)]);
    alice.put(&path, &[("code", "new")]).ok();
    let waits = || words(&app.submit("/g/new", &[("token", &alice.token)])).contains("Bob waits since");
    assert!(waits(), "a new code keeps who waits");
    alice.delete(&path, &[]).ok();
    for gone in ["/g/launch", "/g/new", "/g/never", "/g/a.b", "/g/%3Cscript%3E", "/g/", "/g"] {
        let accept = [("token", &*alice.token), ("person", &*bob.id().to_string()), ("answer", "accept")];
        let answers = [app.open(gone), app.submit(gone, &[("token", &bob.token)]), app.submit(gone, &accept)];
        assert_eq!(answers.each_ref().map(|answer| answer.status), [404; 3], "{gone}");
        assert!(!answers[0].text().contains("Launch") && !answers[0].text().contains("<script>"));
    }
    let text = "This link leads nowhere This invitation link does not exist, or it was withdrawn. Ask whoever sent it for a new one.";
    assert_eq!(words(&app.open("/g/new")), text);
    alice.post(&path, &[("code", "new")]).ok();
    assert!(!waits());
    assert!(!joined(&bob, room));
}

#[test]
fn hostile_names_stay_text() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let hostile = "<script>alert(1)</script>\"'&{{action}}{{description}}";
    let mallory = app.add_person("office", "<img/src=x/onerror=alert(1)>");
    let room = alice.create_room(hostile, &[], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch"), ("description", hostile)]).ok();
    let pages = [
        app.open("/g/launch"),
        app.submit("/g/launch", &[("token", &mallory.token)]),
        app.submit("/g/launch", &[("token", &alice.token)]),
        app.submit("/g/launch", &[("token", "\"><script>alert(2)</script>")]),
    ];
    for page in &pages {
        let html = page.text();
        assert!(!html.contains("<script") && !html.contains("<img/") && !html.contains("{{"), "{html}");
        assert_eq!(
            html.matches("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&amp;").count(),
            3,
            "title, heading and description: {html}"
        );
    }
    assert!(pages[2].text().contains("&lt;img/src=x/onerror=alert(1)&gt; waits since"));
}
