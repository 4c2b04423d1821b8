//! `/rooms` and `/rooms/{room_id}`

use crate::kit::{Chatwork, Form, TestApp, TestOptions, ids, number, request, send};
use crosstalk::domain::{Avatar, Icon};
use crosstalk::ops;
use crosstalk::store::Cause;

/// A form as `curl -d` sends it, to show spellings that a list of pairs can't.
fn post_raw(person: &Chatwork, path: &str, form: String) -> crate::kit::Answer {
    send(person.request("POST", path).header("content-type", "application/x-www-form-urlencoded").body(form))
}

#[test]
fn a_fresh_account_has_its_own_room_alone() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    insta::assert_snapshot!(app.shown(&alice.get("/rooms")), @r#"
    [
      {
        "room_id": 1000005,
        "name": "マイチャット",
        "type": "my",
        "role": "member",
        "sticky": true,
        "unread_num": 0,
        "mention_num": 0,
        "mytask_num": 0,
        "message_num": 1,
        "file_num": 0,
        "task_num": 0,
        "icon_path": "BASE/assets/avatar/ico_default_red.png",
        "last_update_time": 1769817600
      }
    ]
    "#);
    let room = alice.own_room();
    assert_eq!(alice.said(room), ["[info][dtext:chatroom_mychat_created][/info]"]);
    assert_eq!(alice.members(room), [(alice.id(), "member".to_owned())]);
}

#[test]
fn a_new_room_looks_as_documented() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let form = [
        ("name", "Launch"),
        ("description", "All about\nthe launch"),
        ("icon_preset", "project"),
        ("members_admin_ids", &*ids(&[&alice])),
        ("members_member_ids", &*ids(&[&bob])),
        ("members_readonly_ids", &*ids(&[&carol])),
    ];
    let made = alice.post("/rooms", &form);
    insta::assert_snapshot!(app.shown(&made), @r#"
    {
      "room_id": 1000015
    }
    "#);
    let room = number(&made.ok()["room_id"]);
    insta::assert_snapshot!(app.shown(&alice.get(&format!("/rooms/{room}"))), @r#"
    {
      "room_id": 1000015,
      "name": "Launch",
      "type": "group",
      "role": "admin",
      "sticky": false,
      "unread_num": 0,
      "mention_num": 0,
      "mytask_num": 0,
      "message_num": 1,
      "file_num": 0,
      "task_num": 0,
      "icon_path": "BASE/assets/icon/ico_project.png",
      "last_update_time": 1769817600,
      "description": "All about\nthe launch"
    }
    "#);
    insta::assert_snapshot!(app.shown(&carol.get("/rooms")), @r#"
    [
      {
        "room_id": 1000009,
        "name": "マイチャット",
        "type": "my",
        "role": "member",
        "sticky": true,
        "unread_num": 0,
        "mention_num": 0,
        "mytask_num": 0,
        "message_num": 1,
        "file_num": 0,
        "task_num": 0,
        "icon_path": "BASE/assets/avatar/ico_default_brown.png",
        "last_update_time": 1769817600
      },
      {
        "room_id": 1000015,
        "name": "Launch",
        "type": "group",
        "role": "readonly",
        "sticky": false,
        "unread_num": 1,
        "mention_num": 0,
        "mytask_num": 0,
        "message_num": 1,
        "file_num": 0,
        "task_num": 0,
        "icon_path": "BASE/assets/icon/ico_project.png",
        "last_update_time": 1769817600
      }
    ]
    "#);
    let line = |person: &Chatwork| format!("[dtext:chatroom_member_is][piconname:{}][dtext:chatroom_added]", person.id());
    let report = format!(
        "[info][title][dtext:chatroom_groupchat_created][/title][dtext:chatroom_chatname_is]Launch[dtext:chatroom_set]\n\n{}\n{}\n{}[/info]",
        line(&alice),
        line(&bob),
        line(&carol)
    );
    assert_eq!(bob.said(room), [report]);
    assert_eq!(number(&bob.get(&format!("/rooms/{room}/messages?force=1")).ok()[0]["account"]["account_id"]), alice.id());
    assert_eq!([&alice, &bob, &carol].map(|person| person.counters(room)), [(0, 0), (1, 0), (1, 0)]);
    assert_eq!(alice.get(&format!("/rooms/{room}/link")).ok(), serde_json::json!({"public": false}));
}

#[test]
fn rooms_come_pinned_first_and_then_by_last_activity() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let own = alice.own_room();
    let mut rooms = Vec::new();
    for name in ["one", "two", "three"] {
        app.advance_s(10);
        rooms.push(alice.create_room(name, &[&bob], &[]));
    }
    assert_eq!(alice.rooms(), [own, rooms[2], rooms[1], rooms[0]]);
    app.advance_s(10);
    bob.say(rooms[0], "hello");
    assert_eq!(alice.rooms(), [own, rooms[0], rooms[2], rooms[1]]);
    app.advance_s(10);
    alice.put(&format!("/rooms/{}", rooms[1]), &[("name", "zwei")]).ok();
    assert_eq!(alice.rooms(), [own, rooms[1], rooms[0], rooms[2]]);
    let times =
        alice.get("/rooms").ok().as_array().expect("a list").iter().map(|room| number(&room["last_update_time"])).collect::<Vec<_>>();
    assert_eq!(times, [0, 50, 40, 30].map(|seconds| crate::kit::NOW_S + seconds));
    bob.get(&format!("/rooms/{}/messages?force=1", rooms[2])).ok();
    bob.put(&format!("/rooms/{}/messages/read", rooms[2]), &[]).ok();
    assert_eq!(alice.rooms()[1], rooms[1], "reading is no activity");
}

#[test]
fn a_name_has_1_to_255_characters() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let (id, room) = (alice.id().to_string(), alice.create_room("Launch", &[], &[]));
    let ask = |name: &str| {
        let made = alice.post("/rooms", &[("name", name), ("members_admin_ids", &id)]);
        (made, alice.put(&format!("/rooms/{room}"), &[("name", name)]))
    };
    for name in ["x", " ", "\u{1F680}", &"あ".repeat(255), "<b>&\"'</b>", "[toall]", "a\nb"] {
        let (made, _) = ask(name);
        assert_eq!(alice.room(number(&made.ok()["room_id"]))["name"], name);
        assert_eq!(alice.room(room)["name"], name);
    }
    for name in ["x".repeat(256), "あ".repeat(256)] {
        let (made, edited) = ask(&name);
        made.fails(400, "Parameter 'name' is invalid");
        edited.fails(400, "Parameter 'name' is invalid");
    }
    let (made, edited) = ask("");
    made.fails(400, "Parameter 'name' is required");
    edited.ok();
    assert_eq!(alice.room(room)["name"], "a\nb", "an empty optional value is none");
}

#[test]
fn what_a_room_is_made_of_is_checked_and_nothing_stays_of_a_refused_one() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let (me, eve) = (alice.id().to_string(), app.chatwork("Eve").id().to_string());
    let gone = app.add_person("office", "Gus").id().to_string();
    app.set_disabled("Gus", true);
    let service = app.world.read(|tx| {
        let office = ops::organizations::list_organizations(tx)?.into_iter().find(|one| one.slug == "office").expect("an office");
        crosstalk::store::accounts::find_service_account(tx, office.id)
    });
    let service = service.expect("a read").expect("a service account").to_string();
    let taken = bob.create_room("Taken", &[], &[]);
    bob.post(&format!("/rooms/{taken}/link"), &[("code", "taken")]).ok();

    let long = "c".repeat(51);
    let (required, invalid) =
        (|name: &str| format!("Parameter '{name}' is required"), |name: &str| format!("Parameter '{name}' is invalid"));
    let (admins, members, readonly, code) = ("members_admin_ids", "members_member_ids", "members_readonly_ids", "link_code");
    let cases: Vec<(Vec<(&str, &str)>, String)> = vec![
        (vec![], required("name")),
        (vec![(admins, &me)], required("name")),
        (vec![("name", "x")], required(admins)),
        (vec![("name", "x"), (admins, "")], required(admins)),
        (vec![("name", "x"), (admins, " , ,")], required(admins)),
        (vec![("name", "x"), (members, &me)], required(admins)),
        (vec![("name", "x"), (admins, "a")], invalid(admins)),
        (vec![("name", "x"), (admins, "-1")], invalid(admins)),
        (vec![("name", "x"), (admins, "1.5")], invalid(admins)),
        (vec![("name", "x"), (admins, &me), (members, "1;2")], invalid(members)),
        (vec![("name", "x"), (admins, &me), (readonly, "x")], invalid(readonly)),
        (vec![("name", "x"), (admins, &eve)], invalid(admins)),
        (vec![("name", "x"), (admins, &me), (members, &eve)], invalid(members)),
        (vec![("name", "x"), (admins, &me), (readonly, &eve)], invalid(readonly)),
        (vec![("name", "x"), (admins, &me), (members, "1")], invalid(members)),
        (vec![("name", "x"), (admins, &me), (members, "99999999999999999999")], invalid(members)),
        (vec![("name", "x"), (admins, &me), (members, &gone)], invalid(members)),
        (vec![("name", "x"), (admins, &me), (members, &service)], invalid(members)),
        (vec![("name", "x"), (admins, &me), ("icon_preset", "rocket")], invalid("icon_preset")),
        (vec![("name", "x"), (admins, &me), ("icon_preset", "Group")], invalid("icon_preset")),
        (vec![("name", "x"), (admins, &me), ("link", "yes")], invalid("link")),
        (vec![("name", "x"), (admins, &me), ("link", "1"), ("link_need_acceptance", "2")], invalid("link_need_acceptance")),
        (vec![("name", "x"), (admins, &me), ("link", "1"), (code, "a b")], invalid(code)),
        (vec![("name", "x"), (admins, &me), ("link", "1"), (code, "é")], invalid(code)),
        (vec![("name", "x"), (admins, &me), ("link", "1"), (code, "a/b")], invalid(code)),
        (vec![("name", "x"), (admins, &me), ("link", "1"), (code, &long)], invalid(code)),
        (vec![("name", "x"), (admins, &me), ("link", "1"), (code, "taken")], invalid(code)),
    ];
    for (form, text) in &cases {
        let answer = alice.post("/rooms", form);
        assert_eq!((answer.status, answer.text()), (400, format!(r#"{{"errors":["{text}"]}}"#)), "{form:?}");
    }
    assert_eq!(alice.rooms(), [alice.own_room()]);
}

#[test]
fn every_icon_and_every_avatar_is_a_picture_that_browsers_may_keep() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    assert_eq!(Icon::ALL.len(), 17);
    let icons = Icon::ALL.map(|icon| {
        alice.put(&format!("/rooms/{room}"), &[("icon_preset", icon)]).ok();
        let address = alice.room(room)["icon_path"].as_str().expect("an address").to_owned();
        assert_eq!(address, format!("{}/assets/icon/ico_{icon}.png", app.base));
        address
    });
    let own = ["/me", "/rooms"].map(|path| alice.get(path).ok());
    let shown = [&own[0]["avatar_image_url"], &own[1][0]["icon_path"]].map(|address| address.as_str().expect("an address").to_owned());
    assert_eq!(shown[0], shown[1], "one's own room shows oneself");
    let avatars = Avatar::ALL.map(|avatar| format!("{}/assets/avatar/ico_default_{avatar}.png", app.base));
    assert!(avatars.contains(&shown[0]), "{}", shown[0]);
    for address in icons.iter().chain(&avatars) {
        let picture = send(request("GET", address));
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"), "{address}");
        assert!(picture.bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{address}");
        let tag = picture.header("etag");
        assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for known in [tag, &format!("\"other\", W/{tag}"), "*"] {
            let unchanged = send(request("GET", address).header("if-none-match", known));
            assert_eq!((unchanged.status, unchanged.bytes.len(), unchanged.header("etag")), (304, 0, tag), "{known}");
        }
        assert_eq!(send(request("GET", address).header("if-none-match", "\"other\"")).bytes, picture.bytes);
    }
    for missing in ["/assets/icon/ico_rocket.png", "/assets/icon/", "/assets/../meet/gone.html", "/assets/%2e%2e/meet/gone.html"] {
        assert_eq!(app.open(missing).status, 404, "{missing}");
    }
}

#[test]
fn a_room_without_an_icon_gets_the_group_icon() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let id = alice.id().to_string();
    for preset in [&[][..], &[("icon_preset", "")]] {
        let room = number(&alice.post("/rooms", &[&[("name", "x"), ("members_admin_ids", &*id)], preset].concat()).ok()["room_id"]);
        assert_eq!(alice.room(room)["icon_path"], format!("{}/assets/icon/ico_group.png", app.base));
    }
}

#[test]
fn lists_of_members_come_in_many_spellings_and_the_highest_role_wins() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let (a, b, c) = (alice.id(), bob.id(), carol.id());
    let (admin, member, readonly) = ("admin", "member", "readonly");
    let cases = [
        (format!("members_admin_ids={a}&members_member_ids={b},{c}"), [admin, member, member]),
        (format!("members_admin_ids=+{a}+%2C,%20{b},&members_readonly_ids={c},{c}"), [admin, admin, readonly]),
        (format!("members_admin_ids={a}&members_admin_ids={b}&members_member_ids={c}"), [admin, admin, member]),
        (format!("members_admin_ids[]={a}&members_member_ids[]={b}&members_member_ids%5B%5D={c}"), [admin, member, member]),
        (format!("members_admin_ids={a}&members_member_ids={c}&members_readonly_ids={b},{c},{a}"), [admin, readonly, member]),
        (format!("members_readonly_ids={b}&members_member_ids={b},{c}&members_admin_ids={b},{a}"), [admin, admin, member]),
    ];
    for (lists, [alices, bobs, carols]) in cases {
        let room = number(&post_raw(&alice, "/rooms", format!("name=x&{lists}")).ok()["room_id"]);
        let role = |id: i64| alice.members(room).into_iter().filter(|member| member.0 == id).map(|member| member.1).collect::<Vec<_>>();
        assert_eq!([role(a), role(b), role(c)], [[alices], [bobs], [carols]], "{lists}");
    }
}

#[test]
fn who_makes_a_room_without_naming_themselves_is_its_administrator() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let make = |roles: [(&str, &Chatwork); 2]| {
        let lists = roles.map(|(list, person)| (list, person.id().to_string()));
        let form = [("name", "x"), (lists[0].0, &*lists[0].1), (lists[1].0, &*lists[1].1)];
        number(&alice.post("/rooms", &form).ok()["room_id"])
    };
    let unnamed = make([("members_admin_ids", &bob), ("members_member_ids", &carol)]);
    let roles = [(alice.id(), "admin"), (bob.id(), "admin"), (carol.id(), "member")];
    assert_eq!(bob.members(unnamed), roles.map(|(id, role)| (id, role.to_owned())));
    let named = make([("members_admin_ids", &bob), ("members_readonly_ids", &alice)]);
    assert_eq!(alice.room(named)["role"], "readonly", "who names themselves gets what they asked for");
    assert_eq!(bob.room(named)["role"], "admin");
}

#[test]
fn people_of_another_organization_come_in_only_as_contacts() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let eve = app.chatwork("Eve");
    let make = |maker: &Chatwork| {
        maker
            .post("/rooms", &[("name", "x"), ("members_admin_ids", &maker.id().to_string()), ("members_member_ids", &eve.id().to_string())])
    };
    make(&alice).fails(400, "Parameter 'members_member_ids' is invalid");
    app.befriend("Alice", "Eve");
    let room = number(&make(&alice).ok()["room_id"]);
    assert_eq!(eve.room(room)["name"], "x");
    make(&bob).fails(400, "Parameter 'members_member_ids' is invalid");
    let named = (bob.id(), "admin".to_owned());
    bob.put_members(bob.create_room("y", &[], &[]), [&[&bob], &[&eve], &[]]).fails(400, "Parameter 'members_member_ids' is invalid");
    alice.put_members(room, [&[&alice, &bob], &[&eve], &[]]).ok();
    assert!(eve.members(room).contains(&named), "a guest sees whom else the room has");
    bob.put_members(room, [&[&alice, &bob], &[], &[&eve]]).ok();
    assert_eq!(eve.room(room)["role"], "readonly", "who is in the room already may be kept by anybody who manages it");
}

#[test]
fn a_room_may_be_made_with_its_invitation_link() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let id = alice.id().to_string();
    let link = |fields: Form<'_>| {
        let room = number(&alice.post("/rooms", &[&[("name", "x"), ("members_admin_ids", &*id)], fields].concat()).ok()["room_id"]);
        alice.get(&format!("/rooms/{room}/link"))
    };
    insta::assert_snapshot!(app.shown(&link(&[("link", "0"), ("link_need_acceptance", "1")])), @r#"
    {
      "public": false
    }
    "#);
    insta::assert_snapshot!(app.shown(&link(&[("link_code", "unused")])), @r#"
    {
      "public": false
    }
    "#);
    insta::assert_snapshot!(app.shown(&link(&[("link", "1"), ("link_code", "launch-42_A")])), @r#"
    {
      "public": true,
      "url": "BASE/g/launch-42_A",
      "need_acceptance": true,
      "description": ""
    }
    "#);
    insta::assert_snapshot!(app.shown(&link(&[("link", "true"), ("link_need_acceptance", "0"), ("link_code", "open")])), @r#"
    {
      "public": true,
      "url": "BASE/g/open",
      "need_acceptance": false,
      "description": ""
    }
    "#);
    let random = link(&[("link", "1"), ("link_code", "")]).ok()["url"].as_str().expect("an address").to_owned();
    assert_eq!(random.len(), format!("{}/g/", app.base).len() + 14);
}

#[test]
fn editing_changes_what_is_sent_and_reports_it() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let edit = |form: Form<'_>| {
        assert_eq!(alice.put(&format!("/rooms/{room}"), form).ok(), serde_json::json!({"room_id": room}));
        let now = bob.room(room);
        let said = bob.said(room);
        let text = |key: &str| now[key].as_str().expect("a text").trim_start_matches(&app.base).to_owned();
        (text("name"), text("description"), text("icon_path"), said.len(), said.last().cloned().unwrap_or_default())
    };
    let report = |lines: &str| format!("[info][title][dtext:chatroom_chat_edited][/title]{lines}[/info]");
    let (name, text) = ("[dtext:chatroom_chatname_is]", "[dtext:chatroom_description_is]");
    let (group, star) = ("/assets/icon/ico_group.png", "/assets/icon/ico_star.png");
    let steps: [(Form<'_>, &str, &str, &str, usize, String); 7] = [
        (&[("name", "Start")], "Start", "", group, 2, report(&format!("{name}Start[dtext:chatroom_changed]"))),
        (&[("description", "a\nb")], "Start", "a\nb", group, 3, report(&format!("{text}a\nb[dtext:chatroom_changed]"))),
        (&[("icon_preset", "star")], "Start", "a\nb", star, 4, report("")),
        (&[], "Start", "a\nb", star, 4, report("")),
        (&[("name", "Start"), ("description", "a\nb"), ("icon_preset", "star")], "Start", "a\nb", star, 4, report("")),
        (
            &[("name", ""), ("icon_preset", ""), ("description", "")],
            "Start",
            "",
            star,
            5,
            report(&format!("{text}[dtext:chatroom_changed]")),
        ),
        (
            &[("name", "Both"), ("description", "x"), ("icon_preset", "group")],
            "Both",
            "x",
            group,
            6,
            report(&format!("{name}Both[dtext:chatroom_changed]\n{text}x[dtext:chatroom_changed]")),
        ),
    ];
    for (form, name, description, icon, messages, last) in steps {
        assert_eq!(edit(form), (name.to_owned(), description.to_owned(), icon.to_owned(), messages, last), "{form:?}");
    }
    assert_eq!((alice.counters(room), bob.counters(room)), ((0, 0), (6, 0)));
    assert_eq!(number(&alice.room(room)["message_num"]), 6);
    for (field, value) in [("icon_preset", "rocket"), ("icon_preset", "STAR")] {
        alice.put(&format!("/rooms/{room}"), &[(field, value), ("name", "No")]).fails(400, &format!("Parameter '{field}' is invalid"));
    }
    assert_eq!(alice.room(room)["name"], "Both", "a refused change changes nothing");
}

#[test]
fn what_stands_in_a_rooms_name_addresses_nobody() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("[toall]", &[&bob], &[]);
    let address = format!("[To:{}]", bob.id());
    alice.put(&format!("/rooms/{room}"), &[("name", &*address), ("description", "[toall]")]).ok();
    assert_eq!(bob.counters(room), (2, 0));
}

#[test]
fn leaving_a_room_takes_ones_tasks_and_files_along() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let elsewhere = alice.create_room("Plans", &[&bob], &[]);
    let kept_elsewhere = alice.give_task(elsewhere, &bob, "elsewhere");
    let (open, done) = (alice.give_task(room, &bob, "open"), alice.give_task(room, &bob, "done"));
    bob.put(&format!("/rooms/{room}/tasks/{done}/status"), &[("body", "done")]).ok();
    let for_carol = bob.give_task(room, &carol, "for Carol");
    let (bobs, link) = bob.upload_linked(room, "bob.txt");
    let (alices, _) = alice.upload_linked(room, "alice.txt");
    let counts = |person: &Chatwork| ["message_num", "file_num", "task_num"].map(|key| number(&person.room(room)[key]));
    assert_eq!(counts(&alice), [7, 2, 3]);
    assert_eq!(app.open(link.trim_start_matches(&app.base)).status, 200);
    alice.put(&format!("/rooms/{room}/messages/read"), &[]).ok();

    bob.end_room(room, "leave").no_content();
    assert_eq!(counts(&alice), [8, 1, 1]);
    assert_eq!(alice.counters(room), (1, 0));
    assert_eq!(
        alice.said(room).last().expect("a report"),
        &format!(
            "[info][title][dtext:chatroom_chat_edited][/title][dtext:chatroom_member_is][piconname:{}][dtext:chatroom_leaved][/info]",
            bob.id()
        )
    );
    let column = |path: &str, key: &str| {
        let rows = alice.get(path).ok();
        rows.as_array().expect("a list").iter().map(|row| number(&row[key])).collect::<Vec<_>>()
    };
    assert_eq!(column(&format!("/rooms/{room}/tasks"), "task_id"), [for_carol], "what one gave to others stays");
    alice.get(&format!("/rooms/{room}/tasks?status=done")).no_content();
    for task in [open, done] {
        alice.get(&format!("/rooms/{room}/tasks/{task}")).fails(404, "The task is not found");
    }
    assert_eq!(column(&format!("/rooms/{room}/files"), "file_id"), [alices]);
    alice.get(&format!("/rooms/{room}/files/{bobs}")).fails(404, "The file is not found");
    assert_eq!(remains(&app, room)[2], 1, "nothing names the content of the other file any more");
    assert_eq!(app.open(link.trim_start_matches(&app.base)).status, 404);

    bob.get(&format!("/rooms/{room}")).fails(403, "You don't have permission to get this room");
    bob.end_room(room, "leave").fails(403, "You don't have permission to leave/delete this room");
    assert_eq!(bob.rooms(), [bob.own_room(), elsewhere]);
    let own = bob.get("/my/tasks").ok();
    assert_eq!((own.as_array().map(Vec::len), number(&own[0]["task_id"])), (Some(1), kept_elsewhere));
    assert_eq!(alice.members(room).len(), 2);
}

#[test]
fn anybody_may_leave_a_group_even_its_only_administrator() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[&carol]);
    carol.end_room(room, "leave").no_content();
    alice.end_room(room, "leave").no_content();
    assert_eq!(bob.members(room), [(bob.id(), "member".to_owned())]);
    bob.put(&format!("/rooms/{room}"), &[("name", "x")]).fails(403, "You don't have permission to edit this room");
    assert_eq!(bob.counters(room), (3, 0));
}

/// Texts, tasks, files, mentions, names and people waiting that the store still has of a room.
fn remains(app: &TestApp, room: i64) -> [i64; 6] {
    #[expect(clippy::disallowed_methods, reason = "looks at what no API shows")]
    let db = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("the database");
    [
        "SELECT count(*) FROM message m JOIN message_version v ON v.message_id = m.id WHERE m.room_id = ?1 AND (v.text <> '' OR v.notice IS NOT NULL)",
        "SELECT count(*) FROM task WHERE room_id = ?1 AND body <> ''",
        "SELECT count(*) FROM file WHERE room_id = ?1 AND (name <> '' OR hash IS NOT NULL)",
        "SELECT count(*) FROM mention WHERE room_id = ?1",
        "SELECT count(*) FROM room WHERE id = ?1 AND (name <> '' OR description <> '')",
        "SELECT count(*) FROM join_request WHERE room_id = ?1",
    ]
    .map(|sql| db.query_row(sql, [room], |row| row.get(0)).expect("a number"))
}

fn purge(app: &TestApp) {
    while app.world.write_blocking(Cause::job("test"), ops::sweeping::purge_step).expect("a step") {}
}

#[test]
fn deleting_a_room_takes_it_from_everybody_and_purges_what_was_said() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let kept = alice.create_room("Kept", &[&bob], &[]);
    alice.say(kept, "[toall] stays");
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    alice.put(&format!("/rooms/{room}"), &[("description", "secret")]).ok();
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch")]).ok();
    assert_eq!(app.submit("/g/launch", &[("token", &app.add_person("office", "Dave").token)]).status, 200);
    let (file, link) = bob.upload_linked(room, "bob.txt");
    let task = alice.give_task(room, &bob, "draft");
    let said = bob.say(room, "[toall] secret");
    carol.put(&format!("/rooms/{room}/messages/{said}"), &[("body", "x")]).fails(403, "You don't have permission to send/edit message.");
    bob.put(&format!("/rooms/{room}/messages/{said}"), &[("body", "[toall] secret again")]).ok();
    assert!(remains(&app, room).iter().all(|count| *count > 0), "{:?}", remains(&app, room));

    alice.end_room(room, "delete").no_content();
    for person in [&alice, &bob, &carol] {
        person.get(&format!("/rooms/{room}")).fails(403, "You don't have permission to get this room");
        person.get(&format!("/rooms/{room}/messages?force=1")).fails(403, "You don't have permission to get messages in this room");
        person.get(&format!("/rooms/{room}/messages/{said}")).fails(403, "You don't have permission to get messages in this room");
        person.get(&format!("/rooms/{room}/tasks/{task}")).fails(403, "You don't have permission to get tasks in this room");
        person.get(&format!("/rooms/{room}/files/{file}")).fails(403, "You don't have permission to get files in this room");
        person.end_room(room, "delete").fails(403, "You don't have permission to leave/delete this room");
        assert!(!person.rooms().contains(&room));
        person.get("/my/tasks").no_content();
    }
    assert_eq!(number(&bob.get("/my/status").ok()["mytask_num"]), 0);
    assert_eq!(app.open("/g/launch").status, 404);
    assert_eq!(app.submit("/g/launch", &[("token", &bob.token)]).status, 404);
    assert_eq!(app.open(link.trim_start_matches(&app.base)).status, 404);
    bob.post(&format!("/rooms/{}/link", bob.create_room("Next", &[], &[])), &[("code", "launch")]).ok();

    purge(&app);
    assert_eq!(remains(&app, room), [0; 6]);
    assert_eq!(bob.said(kept).last().map(String::as_str), Some("[toall] stays"));
    assert_eq!(bob.counters(kept), (2, 1));
}

#[test]
fn a_room_that_its_last_member_left_is_deleted() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch"), ("need_acceptance", "0")]).ok();
    alice.end_room(room, "leave").no_content();
    assert_eq!(app.open("/g/launch").status, 200, "while somebody is in it the link goes on");
    bob.end_room(room, "leave").no_content();
    bob.get(&format!("/rooms/{room}")).fails(403, "You don't have permission to get this room");
    assert_eq!(app.submit("/g/launch", &[("token", &bob.token)]).status, 404);
    purge(&app);
    assert_eq!(remains(&app, room), [0; 6]);
}

#[test]
fn the_way_out_stands_in_the_body_or_the_query() {
    for options in [TestOptions::default(), TestOptions::strict()] {
        let app = TestApp::with(options);
        let (alice, bob, _) = app.trio();
        let room = alice.create_room("Launch", &[&bob], &[]);
        for (form, text) in [
            (vec![], "Parameter 'action_type' is required"),
            (vec![("action_type", "")], "Parameter 'action_type' is required"),
            (vec![("action_type", "Leave")], "Parameter 'action_type' is invalid"),
            (vec![("action_type", "leave,delete")], "Parameter 'action_type' is invalid"),
        ] {
            alice.delete(&format!("/rooms/{room}"), &form).fails(400, text);
        }
        bob.delete(&format!("/rooms/{room}?action_type=leave"), &[]).no_content();
        alice.delete(&format!("/rooms/{room}"), &[("action_type", "delete")]).no_content();
        assert_eq!(alice.rooms(), [alice.own_room()]);
    }
}

#[test]
fn rooms_people_and_links_outlast_a_restart() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let start = || TestApp::with(TestOptions { dir: Some(dir.path().to_owned()), ..TestOptions::default() });
    let app = start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch")]).ok();
    alice.say(room, "[toall] hello");
    let told = |app: &TestApp, person: &Chatwork| {
        let person = Chatwork::new(&app.base, &person.token);
        let paths = ["/rooms".to_owned(), "/my/status".to_owned(), format!("/rooms/{room}/members"), format!("/rooms/{room}/link")];
        paths.map(|path| app.shown(&person.get(&path)))
    };
    let before = told(&app, &bob);
    app.stop();
    let app = start();
    assert_eq!(told(&app, &bob), before);
    assert_ne!(Chatwork::new(&app.base, &alice.token).create_room("Next", &[], &[]), room, "no id is given out twice");
}
