//! What people and programs change through the APIs is in the log, by whom and from where; what they say is not.

use crosstalk::domain::{Access, AuditEntry, AuditFilter};
use serde_json::json;

use super::{actions, added, entries, list};
use crate::kit::{TestApp, Visitor, request, send};

/// What `work` added; all of it by this person through this API.
#[track_caller]
fn does(app: &TestApp, (name, dialect): (&str, &str), work: impl FnOnce(), expected: &[&str]) -> Vec<AuditEntry> {
    let found = added(app, work);
    assert_eq!(actions(&found), expected);
    for entry in &found {
        let by = (&*entry.actor_name, entry.actor.is_some(), &*entry.dialect, entry.address.as_deref());
        assert_eq!(by, (name, true, dialect, Some("127.0.0.1")), "{entry:?}");
        assert!(!entry.request_id.is_empty(), "{entry:?}");
    }
    found
}

const ALICE: (&str, &str) = ("Alice", "chatwork");

#[test]
fn rooms_members_roles_and_links_through_chatwork() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let mut room = 0;
    let made =
        does(&app, ALICE, || room = alice.create_room("Plans", &[&bob], &[]), &["room.created", "room.member-added", "room.member-added"]);
    assert!(made.iter().all(|entry| entry.subject_id == Some(room) && entry.subject_kind == "room"), "{made:?}");
    assert_eq!(made[2].facts, format!(r#"{{"account":{},"name":"Bob","role":"member"}}"#, bob.id()));
    does(&app, ALICE, || drop(alice.put(&format!("/rooms/{room}"), &[("name", "Secret plans")]).ok()), &["room.edited"]);
    does(&app, ALICE, || alice.set_members(room, &[], &[&bob]), &["room.role-changed"]);
    does(&app, ALICE, || alice.set_members(room, &[&carol], &[]), &["room.member-added", "room.member-removed"]);
    let link = format!("/rooms/{room}/link");
    let form = [("code", "launch-42"), ("need_acceptance", "1")];
    let mut id = String::new();
    let made = does(&app, ALICE, || id = alice.post(&link, &form).header("x-request-id").to_owned(), &["room.link-created"]);
    assert_eq!(made[0].request_id, id, "the answer names the same request");
    let knock = |token: &str, more: &[(&str, &str)]| {
        let form = [&[("token", token)], more].concat();
        assert_eq!(send(request("POST", &format!("{}/g/launch-42", app.base)).form(&form)).status, 200);
    };
    does(&app, ("Bob", "chatwork"), || knock(&bob.token, &[]), &["room.join-requested"]);
    let person = bob.id().to_string();
    let decline = [("person", person.as_str()), ("answer", "decline")];
    does(&app, ALICE, || knock(&alice.token, &decline), &["room.join-declined"]);
    does(&app, ALICE, || drop(alice.put(&link, &[("code", "launch-43")])), &["room.link-edited"]);
    does(&app, ALICE, || drop(alice.delete(&link, &[])), &["room.link-deleted"]);
    does(
        &app,
        ("Carol", "chatwork"),
        || drop(carol.delete(&format!("/rooms/{room}"), &[("action_type", "leave")])),
        &["room.member-removed"],
    );
    does(&app, ALICE, || drop(alice.delete(&format!("/rooms/{room}"), &[("action_type", "delete")])), &["room.deleted"]);
}

#[test]
fn an_edit_on_the_page_that_changes_nothing_is_not_in_it() {
    let app = TestApp::start();
    let (admin, kim) = (app.admin(), app.add_person("office", "Kim"));
    let (person, group) = (format!("/users/{}", kim.id()), app.chatwork("Alice").create_room("Plans", &[], &[]));
    let member = format!("/rooms/{group}/members/{}", kim.id());
    let by = ("Alice", "admin");
    let cases = [
        ("PATCH", person.clone(), json!({"name": "Kim Lee"}), vec!["account.edited"]),
        ("PATCH", person.clone(), json!({"email": "lee@x.example"}), vec!["account.edited"]),
        ("PATCH", person.clone(), json!({"name": "Kim Lee", "email": "Lee@x.example", "role": "chat-manager"}), vec!["account.edited"]),
        ("PATCH", person, json!({"is_disabled": false}), vec![]),
        ("PATCH", "/organizations/office".to_owned(), json!({"name": "The office", "time_zone": "UTC"}), vec!["organization.edited"]),
        ("PUT", member, json!({"organization": "office", "role": "readonly"}), vec!["room.member-added"]),
    ];
    for (verb, path, body, expected) in cases {
        does(&app, by, || drop(admin.json(verb, &path, &body).ok()), &expected);
        does(&app, by, || drop(admin.json(verb, &path, &body).ok()), &[]);
    }
}

#[test]
fn what_people_say_read_and_do_is_not_in_it() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Plans", &[&bob], &[]);
    let nothing = added(&app, || {
        let message = alice.say(room, "hello");
        alice.put(&format!("/rooms/{room}/messages/{message}"), &[("body", "hullo")]).ok();
        bob.get(&format!("/rooms/{room}/messages")).ok();
        bob.put(&format!("/rooms/{room}/messages/read"), &[]).ok();
        alice.delete(&format!("/rooms/{room}/messages/{message}"), &[]).ok();
        alice.upload(room, "a.txt", b"a", None).ok();
        let to = bob.id().to_string();
        let task = alice.post(&format!("/rooms/{room}/tasks"), &[("body", "do"), ("to_ids", &to)]).ok();
        bob.put(&format!("/rooms/{room}/tasks/{}/status", task["task_ids"][0]), &[("body", "done")]).ok();
    });
    assert_eq!(actions(&nothing), Vec::<&str>::new());
}

#[test]
fn signing_in_and_out_and_failing_to() {
    let app = TestApp::start();
    let (user, password) = app.credentials("Alice");
    let login = |user: &str, password: &str| {
        let body = json!({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password});
        app.matrix_post("/login", &body)
    };
    let found = added(&app, || assert_eq!(login(&user, "password-typed-here").status, 403));
    let account = app.person("Alice");
    assert_eq!((actions(&found), found[0].actor, found[0].subject_id), (vec!["account.sign-in-failed"], None, Some(account)));
    assert_eq!((&*found[0].dialect, found[0].address.as_deref()), ("matrix", Some("127.0.0.1")));
    let found = added(&app, || assert_eq!(login("nobody@example.com", "x").status, 403));
    assert_eq!((actions(&found), &*found[0].subject_kind), (vec!["account.sign-in-failed"], "world"));

    let by_matrix = ("Alice", "matrix");
    does(&app, by_matrix, || drop(login(&user, &password).ok()), &["account.signed-in"]);
    let session = app.sign_in("Alice", json!({"device_id": "A"}));
    app.sign_in("Alice", json!({"device_id": "B"}));
    let asked = session.json("DELETE", "/devices/B", &json!({})).json();
    let proof = |password: &str| {
        let who = json!({"type": "m.id.user", "user": user});
        json!({"auth": {"type": "m.login.password", "session": asked["session"], "identifier": who, "password": password}})
    };
    does(&app, by_matrix, || drop(session.json("DELETE", "/devices/B", &proof("no"))), &["account.sign-in-failed"]);
    does(&app, by_matrix, || drop(session.json("DELETE", "/devices/B", &proof(&password)).ok()), &["device.removed"]);
    does(&app, by_matrix, || drop(session.json("POST", "/logout", &json!({})).ok()), &["device.removed"]);
    let person = app.messenger_of("Alice");
    does(&app, ("Alice", "messenger-personal"), || drop(person.json("POST", "/matrix/login", &json!({})).ok()), &["account.signed-in"]);

    let session = app.sign_in("Alice", json!({"refresh_token": true}));
    let refreshed = added(&app, || {
        let next = app.matrix_post("/refresh", &json!({"refresh_token": session.refresh_token()})).ok();
        session.with(&next["access_token"]).get("/account/whoami").ok();
    });
    assert_eq!(actions(&refreshed), Vec::<&str>::new(), "a session that goes on changes nothing");
}

#[test]
fn guessing_passwords_does_not_fill_the_log() {
    let app = TestApp::start();
    let guess = |number: usize| {
        let who = json!({"type": "m.id.user", "user": format!("nobody{number}")});
        app.matrix_post("/login", &json!({"type": "m.login.password", "identifier": who, "password": "x"}));
    };
    assert_eq!(added(&app, || (0..80).for_each(guess)).len(), 60);
    app.advance_s(61);
    assert_eq!(added(&app, || guess(81)).len(), 1, "a minute later they are kept again");
}

#[test]
fn meetings_their_keys_and_recordings_through_clickmeeting() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let by = ("API", "clickmeeting");
    let mut id = 0;
    let made = does(&app, by, || id = office.create_id("Spring", &[("access_type", "3")]), &["meeting.created"]);
    assert_eq!((made[0].subject_id, made[0].organization.map(|id| id.get())), (Some(id), Some(app.organization("office"))));
    let room = format!("/conferences/{id}");
    does(&app, by, || drop(office.put(&room, &[("name", "Summer")]).ok()), &["meeting.edited"]);
    let mut token = String::new();
    let make = || {
        let made = office.post(&format!("{room}/tokens"), &[("how_many", "1")]).ok();
        made["access_tokens"][0]["token"].as_str().expect("a token").clone_into(&mut token);
    };
    does(&app, by, make, &["meeting.tokens-created"]);
    let who = [("email", "ada@x.example"), ("nickname", "Ada"), ("role", "listener"), ("token", token.as_str())];
    does(&app, by, || drop(office.post(&format!("{room}/room/autologin_hash"), &who).ok()), &["meeting.autologin-created"]);
    let invite = [("attendees[0][email]", "ada@x.example"), ("role", "listener"), ("template", "basic")];
    does(&app, by, || drop(office.post(&format!("{room}/invitation/email/en"), &invite).ok()), &["meeting.invited"]);
    let revoke = [("tokens[]", token.as_str())];
    does(&app, by, || drop(office.delete(&format!("{room}/tokens"), &revoke)), &["meeting.tokens-revoked"]);
    does(&app, by, || drop(office.delete(&format!("{room}/recordings"), &[])), &["recording.all-deleted"]);
    does(&app, by, || drop(office.delete(&room, &[])), &["meeting.deleted"]);
    let open = office.create_id("Open", &[("registration[enabled]", "1")]);
    let form = [("registration[1]", "Ada"), ("registration[2]", "L"), ("registration[3]", "ada@x.example")];
    does(&app, by, || drop(office.post(&format!("/conferences/{open}/registration"), &form).ok()), &["meeting.registered"]);
    let text = format!("{:?}", entries(&app.world));
    assert!(!text.contains("x.example") && !text.contains(&token), "neither addresses nor secrets");
}

#[test]
fn somebody_who_registers_at_the_door_came_by_a_link() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| (meeting.has_registration, meeting.access) = (true, Access::Open));
    let mut browser = Visitor::new(&app);
    let form = [("first_name", "Ada"), ("last_name", "L"), ("email", "ada@x.example")];
    let found = added(&app, || assert_eq!(browser.post(&format!("/_m/{}/register", room.id), &form).status, 200));
    assert_eq!((actions(&found), found[0].actor, &*found[0].actor_name), (vec!["meeting.registered"], None, ""));
    assert_eq!((&*found[0].dialect, found[0].address.as_deref()), ("link", Some("127.0.0.1")));
}

#[test]
fn rooms_through_the_other_apis() {
    let app = TestApp::start();
    let room = ["room.created", "room.member-added", "room.member-added"];
    let (cam, chat) = (app.cam("office"), app.chat_messages("Alice"));
    let bob = app.uid("Bob");
    let wanted = json!({"name": "Ops", "members": [{"userId": bob, "isAdmin": true}]});
    let found = added(&app, || drop(cam.save(&wanted)));
    assert!(found.iter().all(|entry| (&*entry.actor_name, &*entry.dialect) == ("API", "cam")), "{found:?}");
    let made = json!({"participants": [bob], "title": "Lunch"});
    does(&app, ("Alice", "chat-messages"), || drop(chat.json("POST", "/chat-rooms", &made).ok()), &room);
    let (messenger, person) = (app.messenger_of("Alice"), app.person("Bob"));
    let mut id = 0;
    let by = ("Alice", "messenger-personal");
    does(&app, by, || id = messenger.create_id(&app, "Alarm", &[person]), &room);
    let people = json!({"moderators": [person]});
    does(&app, by, || drop(messenger.json("POST", &format!("/chatrooms/{id}/users"), &people)), &["room.role-changed"]);
    does(&app, by, || drop(messenger.bare("DELETE", &format!("/chatrooms/{id}"))), &["room.deleted"]);
    let call = [("expiredDate", (crate::kit::NOW_S * 1_000 + 3_600_000).to_string()), ("password", String::new())];
    let call: Vec<(&str, &str)> = call.iter().map(|(key, value)| (*key, value.as_str())).collect();
    does(&app, ("API", "cam"), || drop(cam.post("/createQuickCall", &call).ok()), &["meeting.created"]);
    let bob = app.chatwork("Bob");
    let contact = app.request_contact("Alice", "Bob", "hello there");
    let accepted = added(&app, || drop(bob.put(&format!("/incoming_requests/{contact}"), &[]).ok()));
    assert_eq!(actions(&accepted), ["contact.accepted", "room.created", "room.member-added", "room.member-added"]);
}

#[test]
fn the_log_is_searched_by_what_was_done_by_whom_and_to_what() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("One", &[&bob], &[]);
    app.advance_s(60);
    let other = bob.create_room("Two", &[], &[]);
    let all = entries(&app.world);
    let fitting = |filter: AuditFilter| actions(&list(&app.world, &filter)).join(" ");
    let by = |client: &crate::kit::Chatwork| Some(crosstalk::domain::AccountId::new(client.id()));
    assert_eq!(fitting(AuditFilter { actor: by(&bob), ..AuditFilter::default() }), "room.member-added room.created");
    assert_eq!(
        fitting(AuditFilter { subject_kind: Some("room".into()), subject_id: Some(room), ..AuditFilter::default() }).split(' ').count(),
        3
    );
    let since = Some(crosstalk::domain::Timestamp::from_seconds(crate::kit::NOW_S + 60));
    assert_eq!(fitting(AuditFilter { since, ..AuditFilter::default() }), "room.member-added room.created");
    assert_eq!(list(&app.world, &AuditFilter { until: since, ..AuditFilter::default() }).len(), all.len() - 2);
    assert_eq!(
        fitting(AuditFilter { dialect: Some("chatwork".into()), action: Some("room.c".into()), ..AuditFilter::default() }),
        "room.created room.created"
    );
    let organization = Some(crosstalk::domain::OrganizationId::new(app.organization("other")));
    let elsewhere = list(&app.world, &AuditFilter { organization, ..AuditFilter::default() });
    assert!(!elsewhere.is_empty() && elsewhere.iter().all(|entry| entry.subject_id != Some(other)));
    let page = |before| app.world.read(|tx| crosstalk::ops::audit::list_audit(tx, &AuditFilter::default(), before, 4)).expect("a page");
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let found = page(before);
        seen.extend(found.entries);
        match found.next {
            Some(next) => before = Some(next),
            None => break,
        }
    }
    seen.reverse();
    assert_eq!(seen, all);
}
