//! `/me` and `/my`

use crate::kit::{Chatwork, NOW_S, TestApp, number};
use serde_json::Value;

#[test]
fn ones_own_account_has_nineteen_fields_and_none_is_null() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    insta::assert_snapshot!(app.shown(&alice.get("/me")), @r#"
    {
      "account_id": 1000004,
      "room_id": 1000005,
      "name": "Alice",
      "chatwork_id": "",
      "organization_id": 1000000,
      "organization_name": "Office",
      "department": "",
      "title": "",
      "url": "",
      "introduction": "",
      "mail": "",
      "tel_organization": "",
      "tel_extension": "",
      "tel_mobile": "",
      "skype": "",
      "facebook": "",
      "twitter": "",
      "avatar_image_url": "BASE/assets/avatar/ico_default_red.png",
      "login_mail": "alice@example.com"
    }
    "#);
    app.tell("Alice", |profile| {
        profile.account.handle = "alice".into();
        profile.account.department = "Support".into();
        profile.title = "Lead".into();
        profile.url = "https://example.org".into();
        profile.introduction = "hi\nthere".into();
        profile.mail = "public@example.org".into();
        profile.tel_organization = "03-0000-0000".into();
        profile.tel_extension = "12".into();
        profile.tel_mobile = "090".into();
        profile.skype = "s".into();
        profile.facebook = "f".into();
        profile.twitter = "t".into();
    });
    insta::assert_snapshot!(app.shown(&alice.get("/me")), @r#"
    {
      "account_id": 1000004,
      "room_id": 1000005,
      "name": "Alice",
      "chatwork_id": "alice",
      "organization_id": 1000000,
      "organization_name": "Office",
      "department": "Support",
      "title": "Lead",
      "url": "https://example.org",
      "introduction": "hi\nthere",
      "mail": "public@example.org",
      "tel_organization": "03-0000-0000",
      "tel_extension": "12",
      "tel_mobile": "090",
      "skype": "s",
      "facebook": "f",
      "twitter": "t",
      "avatar_image_url": "BASE/assets/avatar/ico_default_red.png",
      "login_mail": "alice@example.com"
    }
    "#);
}

#[test]
fn letters_beyond_ascii_are_escaped_and_slashes_are_not() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let text = alice.get("/rooms").text();
    assert!(text.contains(r#""name":"\u30de\u30a4\u30c1\u30e3\u30c3\u30c8","type":"my""#), "{text}");
    assert!(text.contains(&format!(r#""icon_path":"{}/assets/avatar/"#, app.base)), "{text}");
}

/// The counters over all rooms, worked out from the list of rooms.
fn sums(person: &Chatwork) -> [i64; 6] {
    let rooms = person.get("/rooms").ok();
    let column = |key: &str| rooms.as_array().expect("a list").iter().map(|room| number(&room[key])).collect::<Vec<_>>();
    let columns = ["unread_num", "mention_num", "mytask_num"].map(column);
    let count = |column: &Vec<i64>| column.iter().filter(|number| **number > 0).count() as i64;
    let [unread, mentions, tasks] = &columns;
    [count(unread), count(mentions), count(tasks), unread.iter().sum(), mentions.iter().sum(), tasks.iter().sum()]
}

fn status(person: &Chatwork) -> [i64; 6] {
    let status = person.get("/my/status").ok();
    ["unread_room_num", "mention_room_num", "mytask_room_num", "unread_num", "mention_num", "mytask_num"].map(|key| number(&status[key]))
}

#[test]
fn the_status_is_the_sum_over_all_rooms() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let check = |expected: [i64; 6]| assert_eq!((status(&bob), sums(&bob)), (expected, expected));
    check([0; 6]);
    let (launch, plans) = (alice.create_room("Launch", &[&bob], &[]), alice.create_room("Plans", &[&bob], &[]));
    let direct = app.befriend("Bob", "Alice");
    check([3, 0, 0, 3, 0, 0]);
    alice.say(launch, &format!("[To:{}] one", bob.id()));
    alice.say(launch, "[toall] two");
    alice.say(direct, "three");
    let first = alice.give_task(launch, &bob, "draft");
    alice.give_task(launch, &bob, "send");
    bob.give_task(bob.own_room(), &bob, "buy milk");
    check([3, 1, 2, 8, 2, 3]);
    insta::assert_snapshot!(app.shown(&bob.get("/my/status")), @r#"
    {
      "unread_room_num": 3,
      "mention_room_num": 1,
      "mytask_room_num": 2,
      "unread_num": 8,
      "mention_num": 2,
      "mytask_num": 3
    }
    "#);

    bob.put(&format!("/rooms/{launch}/tasks/{first}/status"), &[("body", "done")]).ok();
    bob.put(&format!("/rooms/{launch}/messages/read"), &[]).ok();
    check([2, 0, 2, 3, 0, 2]);
    bob.end_room(launch, "leave").no_content();
    check([2, 0, 1, 3, 0, 1]);
    alice.end_room(plans, "delete").no_content();
    check([1, 0, 1, 2, 0, 1]);
}

#[test]
fn ones_own_tasks_come_newest_first_with_their_rooms() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    bob.get("/my/tasks").no_content();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let direct = app.befriend("Alice", "Bob");
    let limit = (NOW_S + 60).to_string();
    let form = [("body", "Send the draft"), ("to_ids", &bob.id().to_string()), ("limit", &limit), ("limit_type", "date")];
    alice.post(&format!("/rooms/{room}/tasks"), &form).ok();
    let from_carol = carol.give_task(room, &bob, "from Carol");
    carol.give_task(room, &alice, "for Alice");
    let in_direct = alice.give_task(direct, &bob, "in a direct room");
    let in_own = bob.give_task(bob.own_room(), &bob, "alone");
    insta::assert_snapshot!(app.shown(&bob.get("/my/tasks")), @r#"
    [
      {
        "task_id": 1000023,
        "room": {
          "room_id": 1000007,
          "name": "マイチャット",
          "icon_path": "BASE/assets/avatar/ico_default_pink.png"
        },
        "assigned_by_account": {
          "account_id": 1000006,
          "name": "Bob",
          "avatar_image_url": "BASE/assets/avatar/ico_default_pink.png"
        },
        "message_id": "1769817600000000016",
        "body": "alone",
        "limit_time": 0,
        "status": "open",
        "limit_type": "none"
      },
      {
        "task_id": 1000022,
        "room": {
          "room_id": 1000018,
          "name": "Alice",
          "icon_path": "BASE/assets/avatar/ico_default_red.png"
        },
        "assigned_by_account": {
          "account_id": 1000004,
          "name": "Alice",
          "avatar_image_url": "BASE/assets/avatar/ico_default_red.png"
        },
        "message_id": "1769817600000000015",
        "body": "in a direct room",
        "limit_time": 0,
        "status": "open",
        "limit_type": "none"
      },
      {
        "task_id": 1000020,
        "room": {
          "room_id": 1000015,
          "name": "Launch",
          "icon_path": "BASE/assets/icon/ico_group.png"
        },
        "assigned_by_account": {
          "account_id": 1000008,
          "name": "Carol",
          "avatar_image_url": "BASE/assets/avatar/ico_default_brown.png"
        },
        "message_id": "1769817600000000013",
        "body": "from Carol",
        "limit_time": 0,
        "status": "open",
        "limit_type": "none"
      },
      {
        "task_id": 1000019,
        "room": {
          "room_id": 1000015,
          "name": "Launch",
          "icon_path": "BASE/assets/icon/ico_group.png"
        },
        "assigned_by_account": {
          "account_id": 1000004,
          "name": "Alice",
          "avatar_image_url": "BASE/assets/avatar/ico_default_red.png"
        },
        "message_id": "1769817600000000012",
        "body": "Send the draft",
        "limit_time": 1769817660,
        "status": "open",
        "limit_type": "date"
      }
    ]
    "#);

    let listed = |query: &str| {
        let tasks = bob.get(&format!("/my/tasks{query}")).ok();
        tasks.as_array().expect("a list").iter().map(|task| number(&task["task_id"])).collect::<Vec<_>>()
    };
    bob.put(&format!("/rooms/{direct}/tasks/{in_direct}/status"), &[("body", "done")]).ok();
    assert_eq!(listed("?status=done"), [in_direct]);
    assert_eq!(listed("?status=&assigned_by_account_id=")[0], in_own);
    assert_eq!(listed(&format!("?status=open&assigned_by_account_id={}", carol.id())), [from_carol]);
    bob.get(&format!("/my/tasks?status=done&assigned_by_account_id={}", carol.id())).no_content();
    bob.get("/my/tasks?assigned_by_account_id=1").no_content();
    for (query, parameter) in [
        ("status=open,done", "status"),
        ("status=DONE", "status"),
        ("assigned_by_account_id=x", "assigned_by_account_id"),
        ("assigned_by_account_id=-1", "assigned_by_account_id"),
    ] {
        bob.get(&format!("/my/tasks?{query}")).fails(400, &format!("Parameter '{parameter}' is invalid"));
    }
}

#[test]
fn at_most_a_hundred_own_tasks_are_listed() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let tasks: Vec<i64> = (0..101).map(|number| alice.give_task(room, &alice, &format!("task {number}"))).collect();
    let listed = alice.get("/my/tasks").ok();
    let listed: Vec<i64> = listed.as_array().expect("a list").iter().map(|task| number(&task["task_id"])).collect();
    assert_eq!(listed, tasks[1..].iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(number(&alice.get("/my/status").ok()["mytask_num"]), 101);
}

#[test]
fn a_disabled_account_is_refused_at_once_and_keeps_everything() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let before: Value = bob.get("/rooms").ok();
    app.set_disabled("Bob", true);
    for path in ["/me", "/my/status", "/rooms", "/no/such/path"] {
        let refused = bob.get(path);
        refused.fails(401, "Invalid API token");
        assert_eq!(refused.header("www-authenticate"), "");
    }
    assert_eq!(alice.members(room).len(), 2, "others still see who is in the room");
    app.set_disabled("Bob", false);
    assert_eq!(bob.get("/rooms").ok(), before);
}
