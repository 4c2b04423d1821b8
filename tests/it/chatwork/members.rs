//! `/rooms/{room_id}/members`

use crate::kit::{Chatwork, Form, Roles, TestApp, ids, number};
use crosstalk::domain::{AccountId, Role, RoomId};
use crosstalk::store::{self, Cause};
use serde_json::json;

/// The report of a changed membership: pairs of who and what happened.
fn report(lines: &[(&Chatwork, &str)]) -> String {
    let line = |(who, what): &(&Chatwork, &str)| format!("[dtext:chatroom_member_is][piconname:{}][dtext:chatroom_{what}]", who.id());
    let lines = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    format!("[info][title][dtext:chatroom_chat_edited][/title]{lines}[/info]")
}

#[test]
fn members_show_who_they_are_and_what_they_may() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    app.tell("Bob", |profile| {
        profile.account.handle = "bob".into();
        profile.account.department = "Support".into();
    });
    let room = alice.create_room("Launch", &[], &[&bob]);
    insta::assert_snapshot!(app.shown(&bob.get(&format!("/rooms/{room}/members"))), @r#"
    [
      {
        "account_id": 1000004,
        "role": "admin",
        "name": "Alice",
        "chatwork_id": "",
        "organization_id": 1000000,
        "organization_name": "Office",
        "department": "",
        "avatar_image_url": "BASE/assets/avatar/ico_default_red.png"
      },
      {
        "account_id": 1000006,
        "role": "readonly",
        "name": "Bob",
        "chatwork_id": "bob",
        "organization_id": 1000000,
        "organization_name": "Office",
        "department": "Support",
        "avatar_image_url": "BASE/assets/avatar/ico_default_pink.png"
      }
    ]
    "#);
}

#[test]
fn the_list_of_members_is_replaced_as_a_whole_and_the_change_reported() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let dave = app.add_person("office", "Dave");
    let room = alice.create_room("Launch", &[&bob], &[]);
    let put = |roles: Roles<'_>| {
        let out = alice.put_members(room, roles);
        assert_eq!(alice.members(room).len(), roles.iter().map(|list| list.len()).sum::<usize>());
        (app.shown(&out), alice.said(room).len(), alice.said(room).last().cloned().unwrap_or_default())
    };
    let shown = |roles: Roles<'_>| {
        let [admin, member, readonly] = roles.map(|list| list.iter().map(|person| person.id()).collect::<Vec<_>>());
        serde_json::to_string_pretty(&json!({"admin": admin, "member": member, "readonly": readonly})).expect("JSON")
    };
    let steps: [(Roles<'_>, usize, String); 5] = [
        ([&[&alice], &[&bob, &carol], &[&dave]], 2, report(&[(&carol, "added"), (&dave, "added")])),
        // Roles alone change without a word.
        ([&[&alice, &bob], &[&dave], &[&carol]], 2, report(&[(&carol, "added"), (&dave, "added")])),
        ([&[&alice, &bob], &[&dave], &[&carol]], 2, report(&[(&carol, "added"), (&dave, "added")])),
        ([&[&alice], &[&dave], &[]], 3, report(&[(&bob, "deleted"), (&carol, "deleted")])),
        ([&[&alice], &[&bob], &[]], 4, report(&[(&bob, "added"), (&dave, "deleted")])),
    ];
    for (roles, messages, last) in steps {
        assert_eq!(put(roles), (shown(roles), messages, last));
    }
    assert_eq!(alice.members(room), [(alice.id(), "admin".to_owned()), (bob.id(), "member".to_owned())]);
    insta::assert_snapshot!(app.shown(&alice.put_members(room, [&[&alice, &bob], &[], &[]])), @r#"
    {
      "admin": [
        1000004,
        1000006
      ],
      "member": [],
      "readonly": []
    }
    "#);
}

#[test]
fn a_new_role_holds_from_the_next_request_on() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let name = |who: &Chatwork| who.put(&format!("/rooms/{room}"), &[("name", "x")]).status;
    let say = |who: &Chatwork| who.post(&format!("/rooms/{room}/messages"), &[("body", "x")]).status;
    let steps: [(Roles<'_>, &str, u16, u16); 4] = [
        ([&[&alice, &bob], &[], &[]], "admin", 200, 200),
        ([&[&alice], &[&bob], &[]], "member", 403, 200),
        ([&[&alice], &[], &[&bob]], "readonly", 403, 403),
        ([&[&alice], &[&bob], &[&bob]], "member", 403, 200),
    ];
    for (roles, role, naming, saying) in steps {
        alice.put_members(room, roles).ok();
        assert_eq!((bob.room(room)["role"].as_str(), name(&bob), say(&bob)), (Some(role), naming, saying));
    }
    bob.put_members(room, [&[&bob], &[], &[]]).fails(403, "You don't have permission to edit members of this room");
}

#[test]
fn who_is_taken_out_loses_their_tasks_and_leaves_their_files() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let (task, kept) = (alice.give_task(room, &bob, "for Bob"), bob.give_task(room, &carol, "for Carol"));
    let (file, link) = bob.upload_linked(room, "bob.txt");
    bob.say(room, "words stay");
    alice.put_members(room, [&[&alice], &[&carol], &[]]).ok();

    bob.get(&format!("/rooms/{room}")).fails(403, "You don't have permission to get this room");
    assert!(!bob.rooms().contains(&room));
    bob.get("/my/tasks").no_content();
    assert_eq!(bob.get("/my/status").ok()["mytask_num"], 0);
    alice.get(&format!("/rooms/{room}/tasks/{task}")).fails(404, "The task is not found");
    assert_eq!(alice.get(&format!("/rooms/{room}/tasks")).ok()[0]["task_id"], kept);
    assert_eq!(alice.get(&format!("/rooms/{room}/files")).ok()[0]["file_id"], file);
    assert_eq!(app.open(link.trim_start_matches(&app.base)).status, 200);
    let now = alice.room(room);
    assert_eq!(["message_num", "file_num", "task_num"].map(|key| number(&now[key])), [6, 1, 1]);
    assert!(alice.said(room).contains(&"words stay".to_owned()));
}

#[test]
fn who_comes_back_starts_with_nothing_unread_but_the_report_of_it() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let address = format!("[To:{}] [toall] hello", bob.id());
    bob.say(room, "mine");
    alice.say(room, &address);
    alice.give_task(room, &bob, "before");
    assert_eq!(bob.counters(room), (3, 1));
    bob.end_room(room, "leave").no_content();
    alice.say(room, &address);
    alice.put_members(room, [&[&alice], &[&bob], &[]]).ok();
    assert_eq!(bob.counters(room), (1, 0));
    assert_eq!(number(&bob.room(room)["mytask_num"]), 0);
    assert_eq!(bob.said(room).len(), 7, "the history is there");
    bob.say(room, "mine again");
    assert_eq!(bob.counters(room), (1, 0));
    alice.say(room, &address);
    assert_eq!(bob.counters(room), (2, 1));
    let read = bob.put(&format!("/rooms/{room}/messages/read"), &[]).ok();
    assert_eq!(read, json!({"unread_num": 0, "mention_num": 0}));
    alice.put_members(room, [&[&alice], &[], &[&bob]]).ok();
    assert_eq!(bob.counters(room), (0, 0), "a new role is not coming back");
}

#[test]
fn an_administrator_who_leaves_themselves_out_is_out() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&carol], &[]);
    let put = alice.put_members(room, [&[&bob], &[], &[]]);
    assert_eq!(put.ok(), json!({"admin": [bob.id()], "member": [], "readonly": []}));
    alice.get(&format!("/rooms/{room}")).fails(403, "You don't have permission to get this room");
    assert_eq!(bob.members(room), [(bob.id(), "admin".to_owned())]);
    assert_eq!(bob.said(room).last().expect("a report"), &report(&[(&bob, "added"), (&alice, "leaved"), (&carol, "deleted")]));
}

#[test]
fn lists_that_cannot_be_are_refused_and_change_nothing() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let (a, b, c, eve) = (ids(&[&alice]), ids(&[&bob]), ids(&[&carol]), ids(&[&app.chatwork("Eve")]));
    let unsaid = alice.said(room).len();
    let cases: [(Form<'_>, &str); 9] = [
        (&[], "Parameter 'members_admin_ids' is required"),
        (&[("members_admin_ids", ""), ("members_member_ids", &a)], "Parameter 'members_admin_ids' is required"),
        (&[("members_admin_ids", ","), ("members_member_ids", &a)], "Parameter 'members_admin_ids' is required"),
        (&[("members_admin_ids", "x")], "Parameter 'members_admin_ids' is invalid"),
        (&[("members_admin_ids", &a), ("members_member_ids", "x")], "Parameter 'members_member_ids' is invalid"),
        (&[("members_admin_ids", &a), ("members_readonly_ids", "1")], "Parameter 'members_readonly_ids' is invalid"),
        (&[("members_admin_ids", &eve)], "Parameter 'members_admin_ids' is invalid"),
        (&[("members_admin_ids", &a), ("members_member_ids", &eve)], "Parameter 'members_member_ids' is invalid"),
        (
            &[("members_admin_ids", &b), ("members_member_ids", &c), ("members_readonly_ids", &eve)],
            "Parameter 'members_readonly_ids' is invalid",
        ),
    ];
    for (form, text) in cases {
        alice.put(&format!("/rooms/{room}/members"), form).fails(400, text);
    }
    assert_eq!(alice.members(room), [(alice.id(), "admin".to_owned()), (bob.id(), "member".to_owned())]);
    assert_eq!(alice.said(room).len(), unsaid);
}

#[test]
fn a_room_has_at_most_five_thousand_members() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let many = (1..=5_000).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let form = [("members_admin_ids", &*ids(&[&alice])), ("members_member_ids", &*many)];
    alice.put(&format!("/rooms/{room}/members"), &form).fails(400, "Parameter 'members_admin_ids' is invalid");
    assert_eq!(alice.members(room).len(), 1);
}

#[test]
fn a_disabled_person_may_stay_but_not_come_in() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let (b, c) = (ids(&[&bob]), ids(&[&carol]));
    app.set_disabled("Bob", true);
    app.set_disabled("Carol", true);
    let put = |members: &str, readonly: &str| {
        let form = [("members_admin_ids", &*ids(&[&alice])), ("members_member_ids", members), ("members_readonly_ids", readonly)];
        alice.put(&format!("/rooms/{room}/members"), &form)
    };
    put(&b, &c).fails(400, "Parameter 'members_readonly_ids' is invalid");
    put("", &b).ok();
    assert_eq!(alice.members(room).last().map(|member| member.1.as_str()), Some("readonly"));
    put("", "").ok();
    put(&b, "").fails(400, "Parameter 'members_member_ids' is invalid");
    app.set_disabled("Bob", false);
    put(&b, "").ok();
}

#[test]
fn a_moderator_is_shown_as_a_member_and_stays_one_when_the_list_says_member() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let (id, account) = (RoomId::new(room), AccountId::new(bob.id()));
    app.world
        .write_blocking(Cause::job("test"), move |tx| store::memberships::update_role(tx, id, account, Role::Moderator))
        .expect("a moderator");
    let role = || app.world.read(|tx| store::memberships::find_role(tx, id, account)).expect("a role");
    assert_eq!(bob.room(room)["role"], "member");
    assert_eq!(alice.members(room)[1].1, "member");
    alice.put_members(room, [&[&alice], &[&bob], &[]]).ok();
    assert_eq!(role(), Some(Role::Moderator));
    bob.put(&format!("/rooms/{room}"), &[("name", "x")]).fails(403, "You don't have permission to edit this room");
    alice.put_members(room, [&[&alice], &[], &[&bob]]).ok();
    assert_eq!(role(), Some(Role::Readonly));
}
