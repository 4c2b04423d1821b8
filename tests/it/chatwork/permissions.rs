//! Who may do what in which room: one table, held against every role, every kind of room and strangers.

use crate::kit::{Answer, Chatwork, Form, Roles, TestApp, number};

/// A room with what operations need: a message of the one who asks, one of somebody else, a task.
struct Scene {
    admin: Chatwork,
    who: Chatwork,
    room: i64,
    own: String,
    theirs: String,
    task: i64,
}

impl Scene {
    fn path(&self, below: &str) -> String {
        format!("/rooms/{}{below}", self.room)
    }

    fn get(&self, below: &str) -> Answer {
        self.who.get(&self.path(below))
    }

    fn put(&self, below: &str, form: Form<'_>) -> Answer {
        self.who.put(&self.path(below), form)
    }

    fn post(&self, below: &str, form: Form<'_>) -> Answer {
        self.who.post(&self.path(below), form)
    }

    /// Makes an invitation link, where there can be one.
    fn linked(&self) -> &Self {
        self.admin.post(&self.path("/link"), &[]);
        self
    }
}

/// One operation: who may (a: administrator, m: member, r: read-only member of a group; p: own room, d: direct room),
/// what others are told they may not do, and how it is asked.
struct Operation {
    may: &'static str,
    denied: &'static str,
    ask: fn(&Scene) -> Answer,
}

const fn operation(may: &'static str, denied: &'static str, ask: fn(&Scene) -> Answer) -> Operation {
    Operation { may, denied, ask }
}

const OPERATIONS: [Operation; 24] = [
    operation("amrpd", "get this room", |s| s.get("")),
    operation("amrpd", "get members of this room", |s| s.get("/members")),
    operation("amrpd", "get messages in this room", |s| s.get("/messages?force=1")),
    operation("amrpd", "get messages in this room", |s| s.get(&format!("/messages/{}", s.theirs))),
    operation("amrpd", "get tasks in this room", |s| s.get("/tasks")),
    operation("amrpd", "get tasks in this room", |s| s.get(&format!("/tasks/{}", s.task))),
    operation("amrpd", "get files in this room", |s| s.get("/files")),
    operation("amrpd", "read messages in this room", |s| s.put("/messages/read", &[])),
    operation("amrpd", "unread messages in this room", |s| s.put("/messages/unread", &[("message_id", &s.own)])),
    operation("ampd", "send/edit message.", |s| s.post("/messages", &[("body", "x")])),
    operation("ampd", "send/edit message.", |s| s.put(&format!("/messages/{}", s.own), &[("body", "x")])),
    operation("ampd", "delete this message", |s| s.who.delete(&s.path(&format!("/messages/{}", s.own)), &[])),
    operation("ap", "delete this message", |s| s.who.delete(&s.path(&format!("/messages/{}", s.theirs)), &[])),
    operation("ampd", "create tasks in this room", |s| s.post("/tasks", &[("body", "x"), ("to_ids", &s.admin.id().to_string())])),
    operation("ampd", "edit tasks in this room", |s| s.put(&format!("/tasks/{}/status", s.task), &[("body", "done")])),
    operation("ampd", "upload files in this room", |s| s.who.upload(s.room, "a.txt", b"a", None)),
    operation("a", "edit this room", |s| s.put("", &[("name", "x")])),
    operation("a", "edit members of this room", |s| s.put("/members", &[("members_admin_ids", &s.who.id().to_string())])),
    operation("am", "get the invitation link of this room", |s| s.get("/link")),
    operation("a", "create the invitation link of this room", |s| s.post("/link", &[])),
    operation("a", "edit the invitation link of this room", |s| s.linked().put("/link", &[])),
    operation("a", "delete the invitation link of this room", |s| s.linked().who.delete(&s.path("/link"), &[])),
    operation("amr", "leave/delete this room", |s| s.who.end_room(s.room, "leave")),
    operation("a", "leave/delete this room", |s| s.who.end_room(s.room, "delete")),
];

/// A room in which `who` has the place that the letter stands for.
fn scene(app: &TestApp, place: char, admin: &Chatwork, who: &Chatwork) -> Scene {
    let (admin, room) = match place {
        'p' => (who, who.own_room()),
        'd' => (admin, number(&admin.get("/contacts").ok()[0]["room_id"])),
        _ => (admin, admin.create_room("Launch", &[who], &[])),
    };
    let (theirs, own, task) = (admin.say(room, "theirs"), who.say(room, "own"), admin.give_task(room, who, "draft"));
    let roles: Option<Roles<'_>> = match place {
        'a' => Some([&[admin, who], &[], &[]]),
        'm' => Some([&[admin], &[who], &[]]),
        'r' => Some([&[admin], &[], &[who]]),
        _ => None,
    };
    if let Some(roles) = roles {
        admin.put_members(room, roles).ok();
    }
    app.advance_s(1);
    Scene { admin: admin.clone(), who: who.clone(), room, own, theirs, task }
}

#[test]
fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    app.befriend("Bob", "Alice");
    for operation in &OPERATIONS {
        for place in "amrpd".chars() {
            let answer = (operation.ask)(&scene(&app, place, &alice, &bob));
            let denied = format!(r#"{{"errors":["You don't have permission to {}"]}}"#, operation.denied);
            let in_groups_only = r#"{"errors":["This operation is available in group chats only"]}"#;
            let found = (answer.status, answer.text());
            let what = format!("{place}: {} {found:?}", operation.denied);
            match place {
                _ if operation.may.contains(place) => assert!([200, 204].contains(&answer.status), "{what}"),
                // Somebody else's message is denied there as everywhere; what rooms of this kind don't have is another mistake.
                'p' | 'd' if !operation.may.contains('p') => assert_eq!(found, (400, in_groups_only.to_owned()), "{what}"),
                _ => assert_eq!(found, (403, denied), "{what}"),
            }
        }
    }
}

#[test]
fn strangers_are_denied_every_room_whatever_they_ask_and_learn_nothing() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let eve = app.chatwork("Eve");
    app.befriend("Bob", "Alice");
    let left = |scene: &Scene| alice.put_members(scene.room, [&[&alice], &[], &[]]).ok();
    for operation in &OPERATIONS {
        let denied = format!("You don't have permission to {}", operation.denied);
        for (place, stranger) in [('m', &eve), ('m', &carol), ('d', &eve), ('p', &eve), ('p', &alice)] {
            let scene = Scene { who: stranger.clone(), ..scene(&app, place, &alice, &bob) };
            (operation.ask)(&scene).fails(403, &denied);
            (operation.ask)(&Scene { room: 1, ..scene }).fails(403, &denied);
        }
        let removed = scene(&app, 'a', &alice, &bob);
        left(&removed);
        (operation.ask)(&removed).fails(403, &denied);
    }
    let room = alice.create_room("Launch", &[], &[]);
    for (verb, below) in [("PUT", ""), ("DELETE", ""), ("PUT", "/members"), ("POST", "/link"), ("POST", "/messages"), ("POST", "/tasks")] {
        let bad = [("name", "x".repeat(256)), ("members_admin_ids", "x".into()), ("code", "?".into()), ("need_acceptance", "?".into())];
        let answer = crate::kit::send(eve.request(verb, &format!("/rooms/{room}{below}")).form(&bad));
        assert_eq!(answer.status, 403, "{verb} {below}: strangers don't even learn that parameters are bad");
    }
}

#[test]
fn nothing_of_one_organization_shows_in_another() {
    const MARK: &str = "Zebra7";
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let eve = app.chatwork("Eve");
    for name in ["Alice", "Bob"] {
        app.tell(name, |profile| {
            profile.account.handle = MARK.into();
            profile.account.department = MARK.into();
            profile.introduction = MARK.into();
        });
    }
    app.befriend("Alice", "Bob");
    app.request_contact("Carol", "Bob", MARK);
    let room = alice.create_room(MARK, &[&bob], &[]);
    alice.put(&format!("/rooms/{room}"), &[("description", MARK)]).ok();
    alice.post(&format!("/rooms/{room}/link"), &[("code", MARK), ("description", MARK)]).ok();
    let said = alice.say(room, &format!("[To:{}] {MARK}", eve.id()));
    let task = alice.give_task(room, &bob, MARK);
    let (file, _) = alice.upload_linked(room, &format!("{MARK}.txt"));

    let paths = ["/me", "/my/status", "/my/tasks", "/contacts", "/rooms", "/incoming_requests"].map(str::to_owned);
    let below = ["", "/members", "/messages?force=1", "/tasks", "/files", "/link"].map(|below| format!("/rooms/{room}{below}"));
    let single = [format!("messages/{said}"), format!("tasks/{task}"), format!("files/{file}")];
    let foreign = single.iter().map(|path| format!("/rooms/{}/{path}", eve.own_room()));
    let single = single.iter().map(|path| format!("/rooms/{room}/{path}")).collect::<Vec<_>>();
    for path in paths.iter().chain(&below).chain(&single) {
        let answer = eve.get(path);
        assert!(!answer.text().contains(MARK), "{path}");
        assert_eq!(answer.status == 403, path.starts_with("/rooms/"), "{path}: {}", answer.status);
    }
    for path in foreign {
        let answer = eve.get(&path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains(MARK), "{path}");
    }
    assert_eq!(eve.get("/my/status").ok()["mention_num"], 0, "who is not in the room is not addressed");
    assert!(bob.get("/rooms").text().contains(MARK), "the mark would show");
    let name = |id: i64| eve.post("/rooms", &[("name", "x"), ("members_admin_ids", &id.to_string())]).text();
    assert_eq!(name(alice.id()), name(1), "people elsewhere look like nobody");
    assert_eq!(app.submit(&format!("/g/{MARK}"), &[("token", &eve.token)]).status, 403);
}
