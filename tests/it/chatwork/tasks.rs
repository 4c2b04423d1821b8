//! `/rooms/{room_id}/tasks` and `/my/tasks`

use serde_json::{Value, json};

use crate::kit::{Answer, Chatwork, NOW_S, TestApp, number};

const GET: &str = "You don't have permission to get tasks in this room";
const CREATE: &str = "You don't have permission to create tasks in this room";
const EDIT: &str = "You don't have permission to edit tasks in this room";

/// Gives out a task; gives the ids.
#[track_caller]
fn assign(requester: &Chatwork, room: i64, body: &str, to: &[&Chatwork]) -> Vec<i64> {
    let ids: Vec<String> = to.iter().map(|person| person.id().to_string()).collect();
    let made = requester.post(&format!("/rooms/{room}/tasks"), &[("body", body), ("to_ids", &ids.join(","))]).ok();
    made["task_ids"].as_array().expect("a list").iter().map(number).collect()
}

fn set_status(person: &Chatwork, room: i64, task: i64, status: &str) -> Answer {
    person.put(&format!("/rooms/{room}/tasks/{task}/status"), &[("body", status)])
}

/// Ids in a list of tasks, in order.
#[track_caller]
fn ids_of(person: &Chatwork, path: &str) -> Vec<i64> {
    person.list(path).iter().map(|task| number(&task["task_id"])).collect()
}

fn newest_body(reader: &Chatwork, room: i64) -> String {
    let listed = reader.list(&format!("/rooms/{room}/messages?force=1"));
    listed.last().expect("a message")["body"].as_str().expect("a text").to_owned()
}

#[test]
fn answers_have_exactly_the_vendors_bytes() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let form =
        [("body", "Send \"日\""), ("to_ids", &*format!("{},{}", bob.id(), alice.id())), ("limit", "1769990399"), ("limit_type", "date")];
    let made = alice.post(&format!("/rooms/{room}/tasks"), &form);
    let task = number(&made.json()["task_ids"][0]);
    let listed = alice.get(&format!("/rooms/{room}/tasks?account_id={}", bob.id()));
    let single = alice.get(&format!("/rooms/{room}/tasks/{task}"));
    let own = bob.get("/my/tasks");
    let done = set_status(&bob, room, task, "done");
    let wire = [made, listed, single, own, done];
    for answer in &wire {
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"));
    }
    let wire = wire.map(|answer| answer.text().replace(&app.base, "http://[host]")).join("\n");
    insta::assert_snapshot!(wire, @r#"
    {"task_ids":[1000016,1000017]}
    [{"task_id":1000016,"account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"assigned_by_account":{"account_id":1000004,"name":"Alice","avatar_image_url":"http://[host]/assets/avatar/ico_default_red.png"},"message_id":"1769817600000000010","body":"Send \"\u65e5\"","limit_time":1769990399,"status":"open","limit_type":"date"}]
    {"task_id":1000016,"account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"assigned_by_account":{"account_id":1000004,"name":"Alice","avatar_image_url":"http://[host]/assets/avatar/ico_default_red.png"},"message_id":"1769817600000000010","body":"Send \"\u65e5\"","limit_time":1769990399,"status":"open","limit_type":"date"}
    [{"task_id":1000016,"room":{"room_id":1000015,"name":"Launch","icon_path":"http://[host]/assets/icon/ico_group.png"},"assigned_by_account":{"account_id":1000004,"name":"Alice","avatar_image_url":"http://[host]/assets/avatar/ico_default_red.png"},"message_id":"1769817600000000010","body":"Send \"\u65e5\"","limit_time":1769990399,"status":"open","limit_type":"date"}]
    {"task_id":1000016}
    "#);
}

#[test]
fn several_assignees_get_a_task_each_and_one_message() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[&carol]);
    let before = bob.counters(room).0;
    let tasks = assign(&alice, room, "[To:1] write\nit", &[&carol, &alice, &bob]);
    assert_eq!(bob.counters(room).0, before + 1);
    let cards: String =
        [&carol, &alice, &bob].map(|person| format!("[task aid={} st=open lt=0 ltype=none][To:1] write\nit[/task]", person.id())).concat();
    assert_eq!(newest_body(&bob, room), format!("[info][title][dtext:task_added][/title]{cards}[/info]"));

    let message = bob.list(&format!("/rooms/{room}/messages?force=1")).pop().expect("a message")["message_id"].clone();
    for (task, assignee) in tasks.iter().zip([&carol, &alice, &bob]) {
        let shown = bob.get(&format!("/rooms/{room}/tasks/{task}")).ok();
        assert_eq!((&shown["message_id"], number(&shown["account"]["account_id"])), (&message, assignee.id()), "in the order of to_ids");
        assert_eq!(number(&shown["assigned_by_account"]["account_id"]), alice.id());
    }
}

/// Parameters of a deadline, and what becomes of them: time and type, or the refused parameter.
type DeadlineCase<'a> = (&'a [(&'a str, &'a str)], Result<(i64, &'a str), &'a str>);

#[test]
fn deadlines_are_read_as_documented() {
    const LAST: &str = "253402300799";
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let (room, me) = (alice.own_room(), alice.id().to_string());
    let cases: [DeadlineCase<'_>; 21] = [
        (&[], Ok((0, "none"))),
        (&[("limit_type", "time")], Ok((0, "none"))),
        (&[("limit_type", "date")], Ok((0, "none"))),
        (&[("limit_type", "none")], Ok((0, "none"))),
        (&[("limit", "1700092799")], Ok((1_700_092_799, "time"))),
        (&[("limit", "1700092799"), ("limit_type", "")], Ok((1_700_092_799, "time"))),
        (&[("limit", "1700092799"), ("limit_type", "time")], Ok((1_700_092_799, "time"))),
        (&[("limit", "1700092799"), ("limit_type", "date")], Ok((1_700_092_799, "date"))),
        (&[("limit", "1700092799"), ("limit_type", "none")], Ok((0, "none"))),
        (&[("limit", "0"), ("limit_type", "date")], Ok((0, "none"))),
        (&[("limit", ""), ("limit_type", "time")], Ok((0, "none"))),
        (&[("limit", "1")], Ok((1, "time"))),
        (&[("limit", LAST), ("limit_type", "date")], Ok((253_402_300_799, "date"))),
        (&[("limit", "253402300800")], Err("limit")),
        (&[("limit", "99999999999999999999")], Err("limit")),
        (&[("limit", "-1")], Err("limit")),
        (&[("limit", "1.5")], Err("limit")),
        (&[("limit", "soon")], Err("limit")),
        (&[("limit_type", "day")], Err("limit_type")),
        (&[("limit_type", "TIME"), ("limit", "1700092799")], Err("limit_type")),
        (&[("limit_type", "none"), ("limit", "-1")], Err("limit")),
    ];
    for (limits, expected) in cases {
        let form = [&[("body", "x"), ("to_ids", &*me)], limits].concat();
        let answer = alice.post(&format!("/rooms/{room}/tasks"), &form);
        match expected {
            Err(parameter) => answer.fails(400, &format!("Parameter '{parameter}' is invalid")),
            Ok((at, kind)) => {
                let task = alice.get(&format!("/rooms/{room}/tasks/{}", answer.ok()["task_ids"][0])).ok();
                assert_eq!((number(&task["limit_time"]), &task["limit_type"]), (at, &json!(kind)), "{limits:?}");
                assert!(newest_body(&alice, room).contains(&format!("[task aid={me} st=open lt={at} ltype={kind}]x[/task]")), "{limits:?}");
            }
        }
    }
}

#[test]
fn bodies_and_assignees_are_required_and_checked() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let path = format!("/rooms/{room}/tasks");
    let (to_bob, to_carol, both) = (bob.id().to_string(), carol.id().to_string(), format!("{},{}", bob.id(), carol.id()));
    let long = "🎉".repeat(65_535);
    let too_long = format!("{long}x");
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[("to_ids", &to_bob)], "Parameter 'body' is required"),
        (&[("body", ""), ("to_ids", &to_bob)], "Parameter 'body' is required"),
        (&[], "Parameter 'body' is required"),
        (&[("body", &too_long), ("to_ids", &to_bob)], "Parameter 'body' is invalid"),
        (&[("body", "x")], "Parameter 'to_ids' is required"),
        (&[("body", "x"), ("to_ids", "")], "Parameter 'to_ids' is required"),
        (&[("body", "x"), ("to_ids", " , ,")], "Parameter 'to_ids' is required"),
        (&[("body", "x"), ("to_ids", "bob")], "Parameter 'to_ids' is invalid"),
        (&[("body", "x"), ("to_ids", "1")], "Parameter 'to_ids' is invalid"),
        (&[("body", "x"), ("to_ids", "99999999999999999999")], "Parameter 'to_ids' is invalid"),
        (&[("body", "x"), ("to_ids", &to_carol)], "Parameter 'to_ids' is invalid"),
        (&[("body", "x"), ("to_ids", &both)], "Parameter 'to_ids' is invalid"),
    ];
    for (form, text) in cases {
        alice.post(&path, form).fails(400, text);
    }
    alice.get(&path).no_content();
    assert_eq!(number(&alice.get(&format!("/rooms/{room}")).ok()["message_num"]), 1, "nothing was announced");
    let made = alice.post(&path, &[("body", &long), ("to_ids", &format!("{to_bob},{to_bob}, {to_bob} ,"))]).ok();
    assert_eq!(made["task_ids"].as_array().map(Vec::len), Some(1), "each assignee once");
}

#[test]
fn lists_filter_by_assignee_requester_and_state() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let path = format!("/rooms/{room}/tasks");
    alice.get(&path).no_content();
    let [a_to_b, a_to_c] = assign(&alice, room, "x", &[&bob, &carol])[..] else { panic!("two tasks") };
    let [b_to_b] = assign(&bob, room, "x", &[&bob])[..] else { panic!("one task") };
    let [b_to_c] = assign(&bob, room, "x", &[&carol])[..] else { panic!("one task") };
    set_status(&carol, room, b_to_c, "done").ok();
    let (b, c, a) = (bob.id(), carol.id(), alice.id());
    let cases = [
        (String::new(), vec![b_to_b, a_to_c, a_to_b]),
        ("status=open".to_owned(), vec![b_to_b, a_to_c, a_to_b]),
        ("status=".to_owned(), vec![b_to_b, a_to_c, a_to_b]),
        ("status=done".to_owned(), vec![b_to_c]),
        (format!("account_id={b}"), vec![b_to_b, a_to_b]),
        (format!("account_id={c}"), vec![a_to_c]),
        (format!("account_id={c}&status=done"), vec![b_to_c]),
        (format!("account_id={b}&status=done"), vec![]),
        (format!("assigned_by_account_id={a}"), vec![a_to_c, a_to_b]),
        (format!("assigned_by_account_id={b}"), vec![b_to_b]),
        (format!("assigned_by_account_id={b}&status=done"), vec![b_to_c]),
        (format!("account_id={b}&assigned_by_account_id={a}"), vec![a_to_b]),
        (format!("account_id={c}&assigned_by_account_id={b}&status=done"), vec![b_to_c]),
        (format!("account_id={a}"), vec![]),
        ("account_id=1".to_owned(), vec![]),
        ("account_id=&assigned_by_account_id=".to_owned(), vec![b_to_b, a_to_c, a_to_b]),
    ];
    for (query, expected) in cases {
        assert_eq!(ids_of(&alice, &format!("{path}?{query}")), expected, "{query}");
    }
    for (query, parameter) in [
        ("status=open,done", "status"),
        ("status=OPEN", "status"),
        ("status=all", "status"),
        ("account_id=x", "account_id"),
        ("assigned_by_account_id=-1", "assigned_by_account_id"),
    ] {
        alice.get(&format!("{path}?{query}")).fails(400, &format!("Parameter '{parameter}' is invalid"));
    }
}

#[test]
fn own_tasks_come_from_all_rooms_with_their_room() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    bob.get("/my/tasks").no_content();
    let group = alice.create_room("Launch", &[&bob], &[]);
    let direct = bob.befriend(&app, "Alice", "Bob");
    let mine = bob.own_room();
    let tasks =
        [(&alice, group), (&alice, direct), (&bob, mine), (&bob, group)].map(|(requester, room)| assign(requester, room, "x", &[&bob])[0]);
    assign(&bob, group, "not mine", &[&alice]);

    let listed = bob.get("/my/tasks").ok();
    let rooms: Vec<(i64, &Value)> =
        listed.as_array().expect("a list").iter().map(|task| (number(&task["task_id"]), &task["room"])).collect();
    let room = |id: i64| bob.get(&format!("/rooms/{id}")).ok();
    for ((task, shown), (expected, id)) in rooms.iter().zip([(tasks[3], group), (tasks[2], mine), (tasks[1], direct), (tasks[0], group)]) {
        let room = room(id);
        assert_eq!((*task, *shown), (expected, &json!({"room_id": id, "name": room["name"], "icon_path": room["icon_path"]})));
    }
    assert_eq!(
        rooms.iter().map(|(_, room)| room["name"].as_str().expect("a name")).collect::<Vec<_>>(),
        ["Launch", "マイチャット", "Alice", "Launch"]
    );
    assert!(listed.as_array().expect("a list").iter().all(|task| task.get("account").is_none()));

    assert_eq!(ids_of(&bob, &format!("/my/tasks?assigned_by_account_id={}", alice.id())), [tasks[1], tasks[0]]);
    assert_eq!(ids_of(&bob, &format!("/my/tasks?assigned_by_account_id={}", bob.id())), [tasks[3], tasks[2]]);
    bob.get("/my/tasks?status=done").no_content();
    set_status(&bob, group, tasks[0], "done").ok();
    assert_eq!(ids_of(&bob, "/my/tasks?status=done"), [tasks[0]]);
    assert_eq!(ids_of(&bob, "/my/tasks?status=open"), [tasks[3], tasks[2], tasks[1]]);
    for query in ["status=open,done", "status=x"] {
        bob.get(&format!("/my/tasks?{query}")).fails(400, "Parameter 'status' is invalid");
    }
    bob.get("/my/tasks?assigned_by_account_id=x").fails(400, "Parameter 'assigned_by_account_id' is invalid");
}

#[test]
fn finishing_and_reopening_are_reported_once_and_counted() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let form = [("body", "Send"), ("to_ids", &*bob.id().to_string()), ("limit", "1700092799"), ("limit_type", "date")];
    let task = number(&alice.post(&format!("/rooms/{room}/tasks"), &form).ok()["task_ids"][0]);
    let count = |person: &Chatwork| {
        let room = person.get(&format!("/rooms/{room}")).ok();
        [&room["mytask_num"], &room["task_num"], &room["message_num"], &person.get("/my/status").ok()["mytask_num"]].map(number)
    };
    assert_eq!((count(&bob), count(&alice)), ([1, 1, 2, 1], [0, 1, 2, 0]));
    let card = |status: &str| format!("[task aid={} st={status} lt=1700092799 ltype=date]Send[/task][/info]", bob.id());
    for (status, title, open, messages) in
        [("open", "added", 1, 2), ("done", "done", 0, 3), ("done", "done", 0, 3), ("open", "edited", 1, 4), ("done", "done", 0, 5)]
    {
        // Anybody in the room may: here the one who gave it.
        assert_eq!(set_status(&alice, room, task, status).ok(), json!({"task_id": task}));
        assert_eq!(count(&bob), [open, 1, messages, open], "after {status}");
        assert_eq!(newest_body(&bob, room), format!("[info][title][dtext:task_{title}][/title]{}", card(status)));
        assert_eq!(bob.get(&format!("/rooms/{room}/tasks/{task}")).ok()["status"], json!(status));
    }
}

#[test]
fn states_that_are_none_are_refused() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let task = assign(&alice, room, "x", &[&alice])[0];
    for body in ["DONE", "closed", "1", "open,done"] {
        set_status(&alice, room, task, body).fails(400, "Parameter 'body' is invalid");
    }
    let path = format!("/rooms/{room}/tasks/{task}/status");
    for form in [&[][..], &[("body", "")], &[("status", "done")]] {
        alice.put(&path, form).fails(400, "Parameter 'body' is required");
    }
    assert_eq!(alice.get(&format!("/rooms/{room}/tasks/{task}")).ok()["status"], json!("open"));
}

#[test]
fn each_role_may_do_what_it_may() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let stranger = app.add_person("office", "Dave");
    let room = alice.create_room("Launch", &[&bob], &[&carol]);
    let task = assign(&alice, room, "x", &[&carol])[0];
    let (all, one, to_alice) = (format!("/rooms/{room}/tasks"), format!("/rooms/{room}/tasks/{task}"), alice.id().to_string());
    for person in [&alice, &bob, &carol] {
        assert_eq!(person.list(&all).len(), 1);
        person.get(&one).ok();
    }
    carol.post(&all, &[("body", "x"), ("to_ids", &to_alice)]).fails(403, CREATE);
    set_status(&carol, room, task, "done").fails(403, EDIT);
    carol.post(&all, &[]).fails(400, "Parameter 'body' is required");
    for room in [room, 1] {
        let (all, one) = (format!("/rooms/{room}/tasks"), format!("/rooms/{room}/tasks/{task}"));
        stranger.get(&format!("{all}?status=x")).fails(403, GET);
        stranger.get(&one).fails(403, GET);
        stranger.post(&all, &[]).fails(403, CREATE);
        set_status(&stranger, room, task, "x").fails(403, EDIT);
    }
    for person in [&bob, &alice] {
        assign(person, room, "x", &[&carol]);
        set_status(person, room, task, "done").ok();
    }
}

#[test]
fn tasks_that_are_not_in_the_room_are_not_found() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    let elsewhere = assign(&alice, alice.own_room(), "x", &[&alice])[0].to_string();
    for id in ["1", "0", "99999999999999999999", &elsewhere] {
        alice.get(&format!("/rooms/{room}/tasks/{id}")).fails(404, "The task is not found");
        alice.put(&format!("/rooms/{room}/tasks/{id}/status"), &[]).fails(404, "The task is not found");
    }
}

#[test]
fn tasks_of_somebody_who_leaves_are_gone() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let tasks = assign(&alice, room, "x", &[&bob, &carol, &alice]);
    set_status(&bob, room, assign(&alice, room, "done", &[&bob])[0], "done").ok();
    bob.delete(&format!("/rooms/{room}"), &[("action_type", "leave")]).no_content();
    alice.set_members(room, &[], &[]);
    assert_eq!(ids_of(&alice, &format!("/rooms/{room}/tasks")), [tasks[2]]);
    assert_eq!(number(&alice.get(&format!("/rooms/{room}")).ok()["task_num"]), 1);
    for person in [&bob, &carol] {
        person.get("/my/tasks").no_content();
        assert_eq!(number(&person.get("/my/status").ok()["mytask_num"]), 0);
    }
    alice.set_members(room, &[&bob], &[&carol]);
    assert_eq!(number(&bob.get(&format!("/rooms/{room}")).ok()["mytask_num"]), 0, "coming back brings nothing back");
    alice.get(&format!("/rooms/{room}/tasks/{}", tasks[0])).fails(404, "The task is not found");
}

#[test]
fn lists_show_the_newest_hundred_first() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let mut tasks: Vec<i64> = (0..102).flat_map(|number| assign(&alice, room, &number.to_string(), &[&bob])).collect();
    tasks.reverse();
    assert_eq!(ids_of(&bob, "/my/tasks"), tasks[..100]);
    for query in [String::new(), format!("?account_id={}", bob.id()), format!("?assigned_by_account_id={}", alice.id())] {
        assert_eq!(ids_of(&alice, &format!("/rooms/{room}/tasks{query}")), tasks[..100], "{query}");
    }
    let room = bob.get(&format!("/rooms/{room}")).ok();
    assert_eq!((number(&room["mytask_num"]), number(&room["task_num"])), (102, 102));
    assert_eq!(number(&room["last_update_time"]), NOW_S);
}
