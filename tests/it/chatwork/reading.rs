//! `PUT /rooms/{room_id}/messages/read` and `…/unread`, and whom a message addresses.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::kit::{Chatwork, TestApp, number};

const READ: &str = "You don't have permission to read messages in this room";
const UNREAD: &str = "You don't have permission to unread messages in this room";
const NOT_FOUND: &str = "The message is not found";

fn counts(answer: &Value) -> (i64, i64) {
    (number(&answer["unread_num"]), number(&answer["mention_num"]))
}

/// Reads up to a message, or everything; gives what remains.
#[track_caller]
fn read(reader: &Chatwork, room: i64, upto: Option<&str>) -> (i64, i64) {
    let form: Vec<(&str, &str)> = upto.iter().map(|id| ("message_id", *id)).collect();
    counts(&reader.put(&format!("/rooms/{room}/messages/read"), &form).ok())
}

#[track_caller]
fn unread(reader: &Chatwork, room: i64, from: &str) -> (i64, i64) {
    counts(&reader.put(&format!("/rooms/{room}/messages/unread"), &[("message_id", from)]).ok())
}

fn say_self_unread(author: &Chatwork, room: i64, body: &str) -> String {
    let posted = author.post(&format!("/rooms/{room}/messages"), &[("body", body), ("self_unread", "1")]).ok();
    posted["message_id"].as_str().expect("a message id").to_owned()
}

#[test]
fn the_worked_example_holds() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = bob.create_room("Launch", &[&alice], &[]);
    let ids: Vec<String> =
        [&bob, &alice, &bob, &alice, &bob].iter().enumerate().map(|(index, author)| author.say(room, &(index + 1).to_string())).collect();
    let now = || alice.counters(room).0;
    assert_eq!(now(), 4, "the room was made, 1, 3, 5");
    assert_eq!((read(&alice, room, None).0, now()), (0, 0));
    assert_eq!((unread(&alice, room, &ids[1]).0, now()), (4, 4));
    let sixth = alice.say(room, "6");
    assert_eq!(now(), 4);
    assert_eq!((read(&alice, room, Some(&ids[1])).0, now()), (3, 3));
    assert_eq!((read(&alice, room, Some(&ids[3])).0, now()), (1, 1));
    assert_eq!((read(&alice, room, None).0, now()), (0, 0));
    assert_eq!(unread(&alice, room, &sixth).0, 1, "an own last message alone");
}

#[test]
fn posting_counts_for_others_and_with_self_unread_for_oneself() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[&carol]);
    let now = || [&alice, &bob, &carol].map(|person| person.counters(room).0);
    assert_eq!(now(), [0, 1, 1]);
    bob.say(room, "x");
    assert_eq!(now(), [1, 1, 2], "posting leaves older messages unread");
    say_self_unread(&bob, room, "x");
    assert_eq!(now(), [2, 2, 3]);
    bob.post(&format!("/rooms/{room}/messages"), &[("body", "x"), ("self_unread", "0")]).ok();
    assert_eq!(now(), [3, 2, 4]);
    let own = alice.own_room();
    say_self_unread(&alice, own, "x");
    assert_eq!(alice.counters(own), (1, 0));
}

#[test]
fn reading_up_to_a_message_leaves_what_follows() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let ids =
        ["x".to_owned(), format!("[To:{}]", bob.id()), "x".to_owned(), format!("[To:{}]", bob.id())].map(|body| alice.say(room, &body));
    assert_eq!(bob.counters(room), (5, 2));
    assert_eq!(read(&bob, room, Some(&ids[0])), (3, 2));
    assert_eq!(read(&bob, room, Some(&ids[1])), (2, 1));
    assert_eq!(bob.counters(room), (2, 1));
    assert_eq!(read(&bob, room, None), (0, 0));
    assert_eq!(unread(&bob, room, &ids[2]), (2, 1));
    assert_eq!(unread(&bob, room, &ids[0]), (4, 2), "further back");
    assert_eq!(alice.counters(room), (0, 0), "nobody else's matter");
}

#[test]
fn what_is_read_or_unread_already_is_refused() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let (reads, unreads) = (format!("/rooms/{room}/messages/read"), format!("/rooms/{room}/messages/unread"));
    let first = alice.say(room, "first");
    let own = bob.say(room, "own, behind unread ones");
    assert_eq!(read(&bob, room, Some(&own)), (0, 0), "an own message is a valid target");
    for id in [&first, &own] {
        bob.put(&reads, &[("message_id", id)]).fails(400, "The message is already read");
    }
    let last = bob.say(room, "own, with nothing unread before");
    bob.put(&reads, &[("message_id", &last)]).fails(400, "The message is already read");
    bob.put(&reads, &[("message_id", "")]).ok();
    assert_eq!(read(&bob, room, None), (0, 0), "reading everything is never refused");

    assert_eq!(unread(&bob, room, &own).0, 2);
    for id in [&own, &last] {
        bob.put(&unreads, &[("message_id", id)]).fails(400, "The message is already unread");
    }
    let news = alice.say(room, "news");
    bob.put(&unreads, &[("message_id", &news)]).fails(400, "The message is already unread");
    assert_eq!(bob.counters(room).0, 3, "refusals change nothing");
}

#[test]
fn messages_that_are_not_there_and_ids_that_are_none_are_refused() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let elsewhere = alice.say(alice.own_room(), "elsewhere");
    let here = alice.say(room, "here");
    for (path, denied) in [("read", READ), ("unread", UNREAD)] {
        let path = format!("/rooms/{room}/messages/{path}");
        for id in ["1", "99999999999999999999999", &elsewhere] {
            bob.put(&path, &[("message_id", id)]).fails(404, NOT_FOUND);
        }
        for id in ["x", "-1", "1.0", "0x1", &format!("{here},{here}")] {
            bob.put(&path, &[("message_id", id)]).fails(400, "Parameter 'message_id' is invalid");
        }
        for form in [&[][..], &[("message_id", &*here)], &[("message_id", "x")]] {
            carol.put(&path, form).fails(403, denied);
        }
    }
    for form in [&[][..], &[("message_id", "")], &[("id", &*here)]] {
        bob.put(&format!("/rooms/{room}/messages/unread"), form).fails(400, "Parameter 'message_id' is required");
    }
    assert_eq!(bob.counters(room).0, 2);
}

#[test]
fn readonly_members_read_and_unread_too_and_so_do_people_in_direct_rooms() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let direct = carol.befriend(&app, "Alice", "Carol");
    let group = alice.create_room("Launch", &[&bob], &[&carol]);
    for room in [direct, group] {
        let id = alice.say(room, "x");
        assert_eq!(read(&carol, room, None), (0, 0));
        assert_eq!(unread(&carol, room, &id), (1, 0));
    }
}

#[test]
fn a_deleted_message_can_be_read_and_unread() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let id = alice.say(room, "x");
    alice.delete(&format!("/rooms/{room}/messages/{id}"), &[]).ok();
    assert_eq!(read(&bob, room, Some(&id)), (0, 0));
    assert_eq!(unread(&bob, room, &id), (1, 0));
}

#[test]
fn who_comes_back_has_read_what_was_before() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let before = alice.say(room, "before");
    bob.delete(&format!("/rooms/{room}"), &[("action_type", "leave")]).no_content();
    alice.say(room, &format!("[To:{}] while away", bob.id()));
    alice.set_members(room, &[&bob], &[]);
    assert_eq!(bob.counters(room), (1, 0), "the message that says so");
    assert_eq!(unread(&bob, room, &before), (4, 0), "and the whole history is there");
}

/// `{A}`, `{B}`, `{C}` stand for account ids, `{room}` and `{id}` for a message to reply to. Alice posts.
#[test]
fn texts_address_whom_they_should() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let first = bob.say(room, "first");
    let [a, b, c] = [&alice, &bob, &carol].map(|person| person.id().to_string());
    let cases: [(&str, [i64; 3]); 34] = [
        ("no marks", [0, 0, 0]),
        ("[To:{B}] hello", [0, 1, 0]),
        ("[to:{B}][TO:{C}]", [0, 1, 1]),
        ("[To:{B}][To:{B}][rp aid={B} to={room}-{id}][toall]", [0, 1, 1]),
        ("[To:{A}] myself", [0, 0, 0]),
        ("[To:{A}][toall]", [0, 1, 1]),
        ("[rp aid={B} to={room}-{id}] yes", [0, 1, 0]),
        ("[RP AID={B} to={room}-{id}] yes", [0, 1, 0]),
        ("[返信 aid={B} to={room}-{id}] はい", [0, 1, 0]),
        ("[rp to={room}-{id}] nobody", [0, 0, 0]),
        ("[toall]", [0, 1, 1]),
        ("[TOALL] loud", [0, 1, 1]),
        ("[toall ]", [0, 0, 0]),
        ("[picon:{B}][pname:{B}][piconname:{B}]", [0, 0, 0]),
        ("[To:{B}", [0, 0, 0]),
        ("To:{B}]", [0, 0, 0]),
        ("[To:{B}x]", [0, 0, 0]),
        ("[To:]", [0, 0, 0]),
        ("[To:1] somebody who is not here", [0, 0, 0]),
        ("[To:99999999999999999999]", [0, 0, 0]),
        ("[info][title][To:{B}][/title][To:{C}][/info]", [0, 1, 1]),
        ("[code][To:{B}][toall][/code]", [0, 0, 0]),
        ("[CODE][To:{B}][/Code][To:{C}]", [0, 0, 1]),
        ("[code][To:{B}] never closed", [0, 1, 0]),
        ("[To:{B}] never opened[/code]", [0, 1, 0]),
        ("[qt][qtmeta aid={B} time=1700000000][To:{B}] quoted[/qt][To:{C}]", [0, 0, 1]),
        ("[QT][qtmeta aid={B}][toall][/QT]", [0, 0, 0]),
        ("[qt][To:{B}] never closed", [0, 1, 0]),
        ("[qt][qt][To:{B}][/qt][To:{C}][/qt]", [0, 0, 0]),
        ("[引用 aid={B} time=1][To:{B}][/引用][To:{C}]", [0, 0, 1]),
        ("[code][qt][/code][To:{B}][/qt]", [0, 1, 0]),
        ("[qtmeta aid={B} time=1]", [0, 0, 0]),
        ("[task aid={B} st=open lt=0 ltype=none]x[/task]", [0, 0, 0]),
        ("line\n[To:{B}]\n日本[To:{C}]🎉", [0, 1, 1]),
    ];
    for (pattern, expected) in cases {
        let fill = |text: &str| {
            let people = text.replace("{A}", &a).replace("{B}", &b).replace("{C}", &c);
            people.replace("{room}", &room.to_string()).replace("{id}", &first)
        };
        for person in [&alice, &bob, &carol] {
            read(person, room, None);
        }
        alice.say(room, &fill(pattern));
        assert_eq!([&alice, &bob, &carol].map(|person| person.counters(room).1), expected, "{pattern}");
        assert_eq!([&bob, &carol].map(|person| person.counters(room).0), [1, 1], "{pattern}");
    }
}

#[test]
fn an_author_is_addressed_only_by_a_message_left_unread_for_them() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let to_self = format!("[To:{}]", alice.id());
    for (body, others) in [(&*to_self, 0), ("[toall]", 1)] {
        read(&alice, room, None);
        read(&bob, room, None);
        let id = alice.say(room, body);
        assert_eq!((alice.counters(room), bob.counters(room)), ((0, 0), (1, others)), "{body}");
        assert_eq!(unread(&alice, room, &id), (1, 0), "made unread afterwards, it is still the author's own");
        read(&alice, room, None);
        let id = say_self_unread(&alice, room, body);
        assert_eq!((alice.counters(room), bob.counters(room)), ((1, 1), (2, 2 * others)), "{body}");
        assert_eq!(read(&alice, room, Some(&id)), (0, 0));
        assert_eq!(unread(&alice, room, &id), (1, 1));
        read(&alice, room, None);
    }
}

#[test]
fn edits_recount_and_deletions_drop_mentions() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let now = || [&alice, &bob, &carol].map(|person| person.counters(room));
    let id = alice.say(room, "nobody");
    let message = format!("/rooms/{room}/messages/{id}");
    assert_eq!(now(), [(0, 0), (2, 0), (2, 0)]);
    let (to_bob, to_both) = (format!("[To:{}]", bob.id()), format!("[To:{}][To:{}]", bob.id(), carol.id()));
    for (body, bobs, carols) in [(&*to_bob, 1, 0), (&to_bob, 1, 0), (&to_both, 1, 1), ("[toall]", 1, 1), (&to_bob, 1, 0), ("x", 0, 0)] {
        alice.put(&message, &[("body", body)]).ok();
        assert_eq!(now(), [(0, 0), (2, bobs), (2, carols)], "{body}");
    }
    read(&carol, room, None);
    alice.put(&message, &[("body", &to_both)]).ok();
    assert_eq!(now(), [(0, 0), (2, 1), (0, 0)], "a read message does not come up again");
    assert_eq!(unread(&carol, room, &id), (1, 1));
    alice.delete(&message, &[]).ok();
    assert_eq!(now(), [(0, 0), (2, 0), (1, 0)]);
}

#[test]
fn words_of_files_and_tasks_address_people_too() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let to_bob = format!("[To:{}] look", bob.id());
    alice.upload(room, "a.txt", b"a", Some(&to_bob)).ok();
    assert_eq!(bob.counters(room), (2, 1));
    alice.post(&format!("/rooms/{room}/tasks"), &[("body", &to_bob), ("to_ids", &alice.id().to_string())]).ok();
    assert_eq!(bob.counters(room), (3, 2));
    alice.upload(room, &format!("[To:{}].txt", bob.id()), b"a", None).ok();
    assert_eq!(bob.counters(room), (4, 2), "a file's name addresses nobody");
}

#[test]
fn the_status_is_the_sum_over_all_rooms() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let rooms = [alice.create_room("One", &[&bob], &[]), alice.create_room("Two", &[&bob], &[]), alice.create_room("Three", &[&bob], &[])];
    alice.say(rooms[0], "[toall]");
    alice.say(rooms[0], "[toall]");
    alice.say(rooms[1], "x");
    read(&bob, rooms[2], None);
    let status = bob.get("/my/status").ok();
    let expected =
        json!({"unread_room_num": 2, "mention_room_num": 1, "mytask_room_num": 0, "unread_num": 5, "mention_num": 2, "mytask_num": 0});
    assert_eq!(status, expected);
    let sum = |key: &str| bob.list("/rooms").iter().map(|room| number(&room[key])).sum::<i64>();
    assert_eq!((sum("unread_num"), sum("mention_num")), (5, 2));
}

// ---- Random histories against a model that keeps what is unread one by one.

/// People: 0 Alice (administrator, never leaves), 1 Bob, 2 Carol.
const PEOPLE: usize = 3;

/// Whom a text addresses: some of the people, or everybody.
#[derive(Clone, Debug)]
struct Addressees {
    people: [bool; PEOPLE],
    all: bool,
}

/// Something that happens in a room. Messages are chosen by a fraction of those there are.
#[derive(Clone, Debug)]
enum Step {
    Nothing,
    Post { who: usize, to: Addressees, self_unread: bool },
    File { who: usize, to: Addressees },
    Task { who: usize, to: Addressees },
    Edit { message: f64, to: Addressees },
    Delete { message: f64, by_admin: bool },
    ReadUpTo { who: usize, message: f64 },
    ReadAll { who: usize },
    UnreadFrom { who: usize, message: f64 },
    Poll { who: usize },
    Leave { who: usize },
    SetMembers { bob: bool, carol: bool },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || 0..PEOPLE;
    let message = || 0.0..1.0;
    let to = || {
        let flags = (any::<[bool; PEOPLE]>(), prop::bool::weighted(0.2));
        prop_oneof![
            1 => Just(Addressees { people: [false; PEOPLE], all: false }),
            2 => flags.prop_map(|(people, all)| Addressees { people, all })
        ]
    };
    // The first is what failing histories shrink to.
    let step = prop_oneof![
        1 => Just(Step::Nothing),
        8 => (who(), to(), prop::bool::weighted(0.25)).prop_map(|(who, to, self_unread)| Step::Post { who, to, self_unread }),
        1 => (who(), to()).prop_map(|(who, to)| Step::File { who, to }),
        1 => (who(), to()).prop_map(|(who, to)| Step::Task { who, to }),
        2 => (message(), to()).prop_map(|(message, to)| Step::Edit { message, to }),
        1 => (message(), any::<bool>()).prop_map(|(message, by_admin)| Step::Delete { message, by_admin }),
        4 => (who(), message()).prop_map(|(who, message)| Step::ReadUpTo { who, message }),
        1 => who().prop_map(|who| Step::ReadAll { who }),
        4 => (who(), message()).prop_map(|(who, message)| Step::UnreadFrom { who, message }),
        1 => who().prop_map(|who| Step::Poll { who }),
        1 => (1..PEOPLE).prop_map(|who| Step::Leave { who }),
        2 => (prop::bool::weighted(0.8), prop::bool::weighted(0.8)).prop_map(|(bob, carol)| Step::SetMembers { bob, carol }),
    ];
    prop::collection::vec(step, 40)
}

#[derive(Debug)]
struct Posted {
    id: String,
    author: usize,
    self_unread: bool,
    is_deleted: bool,
}

/// One person's view, in sets of message numbers.
#[derive(Debug, Default)]
struct View {
    is_member: bool,
    unread: BTreeSet<usize>,
    addressed: BTreeSet<usize>,
    /// Everything below this number was read at some time, and not made unread since.
    read_below: usize,
    polled_below: usize,
}

#[derive(Debug, Default)]
struct Model {
    messages: Vec<Posted>,
    views: [View; PEOPLE],
}

impl Model {
    fn counts(&self, who: usize) -> (i64, i64) {
        let view = &self.views[who];
        let mentions = view.unread.intersection(&view.addressed).count();
        (i64::try_from(view.unread.len()).expect("few"), i64::try_from(mentions).expect("few"))
    }

    fn post(&mut self, id: String, author: usize, to: &Addressees, self_unread: bool) {
        let number = self.messages.len();
        self.messages.push(Posted { id, author, self_unread, is_deleted: false });
        for (who, view) in self.views.iter_mut().enumerate().filter(|(_, view)| view.is_member) {
            if who != author || self_unread {
                view.unread.insert(number);
            }
        }
        self.address(number, to);
    }

    /// Single people have to be there when they are addressed; "everybody" is whoever counts.
    fn address(&mut self, number: usize, to: &Addressees) {
        let message = &self.messages[number];
        for (who, view) in self.views.iter_mut().enumerate() {
            let is_meant = to.all || (to.people[who] && view.is_member);
            if is_meant && (who != message.author || message.self_unread) {
                view.addressed.insert(number);
            } else {
                view.addressed.remove(&number);
            }
        }
    }

    fn delete(&mut self, number: usize) {
        self.messages[number].is_deleted = true;
        for view in &mut self.views {
            view.addressed.remove(&number);
        }
    }

    /// Reads everything below a number; false when none of it is unread.
    fn read_below(&mut self, who: usize, end: usize) -> bool {
        let view = &mut self.views[who];
        let before = view.unread.len();
        view.unread.retain(|number| *number >= end);
        let is_change = view.unread.len() < before;
        if is_change {
            view.read_below = end;
        }
        is_change
    }

    /// Makes a message and all later ones unread; false when it is already.
    fn unread_from(&mut self, who: usize, start: usize) -> bool {
        let view = &mut self.views[who];
        if view.unread.contains(&start) {
            return false;
        }
        view.read_below = view.read_below.min(start);
        view.unread.extend(start..self.messages.len());
        // Own messages behind unread ones count as unread too (a guess of the design).
        let own = |number: &usize| self.messages[*number].author == who;
        view.unread.extend((view.read_below..start).filter(own));
        true
    }

    fn join(&mut self, who: usize) {
        let last = self.messages.len();
        let view = &mut self.views[who];
        view.is_member = true;
        view.unread.clear();
        view.read_below = last;
        view.polled_below = 0;
    }

    /// What is in a fraction of the messages that fit.
    fn choose(&self, fraction: f64, fits: impl Fn(&Posted) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.messages.len()).filter(|number| fits(&self.messages[*number])).collect();
        fitting.get((fraction * fitting.len() as f64) as usize).copied()
    }
}

struct History<'a> {
    people: [&'a Chatwork; PEOPLE],
    ids: [i64; PEOPLE],
    room: i64,
    model: Model,
}

impl<'a> History<'a> {
    fn start(people: [&'a Chatwork; PEOPLE], ids: [i64; PEOPLE]) -> Self {
        let [alice, bob, carol] = ids.map(|id| id.to_string());
        let form = [("name", "History"), ("members_admin_ids", &alice), ("members_member_ids", &format!("{bob},{carol}"))];
        let room = number(&people[0].post("/rooms", &form).ok()["room_id"]);
        let mut history = Self { people, ids, room, model: Model::default() };
        (0..PEOPLE).for_each(|who| history.model.join(who));
        history.note_report(0);
        history
    }

    /// Takes a message that the server wrote by itself into the model, in the name of `author`.
    fn note_report(&mut self, author: usize) {
        let newest = self.newest();
        self.model.post(newest, author, &Addressees { people: [false; PEOPLE], all: false }, false);
    }

    /// Id of the newest message. Alice asks; in the model that is a forced poll.
    fn newest(&mut self) -> String {
        let listed = self.people[0].list(&format!("/rooms/{}/messages?force=1", self.room));
        self.model.views[0].polled_below = self.model.messages.len() + 1;
        listed.last().expect("a message")["message_id"].as_str().expect("an id").to_owned()
    }

    fn text(&self, to: &Addressees) -> String {
        let mut text = String::from("x");
        for (who, id) in self.ids.iter().enumerate() {
            if to.people[who] {
                text += &format!("[To:{id}]");
            }
        }
        if to.all { text + "[toall]" } else { text }
    }

    fn path(&self, rest: &str) -> String {
        format!("/rooms/{}{rest}", self.room)
    }

    fn is_member(&self, who: usize) -> bool {
        self.model.views[who].is_member
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Post { who, to, self_unread } if self.is_member(*who) => {
                let form = [("body", &*self.text(to)), ("self_unread", if *self_unread { "1" } else { "0" })];
                let posted = self.people[*who].post(&self.path("/messages"), &form).ok();
                self.model.post(posted["message_id"].as_str().expect("an id").to_owned(), *who, to, *self_unread);
            }
            Step::File { who, to } if self.is_member(*who) => {
                self.people[*who].upload(self.room, "a.txt", b"a", Some(&self.text(to))).ok();
                let newest = self.newest();
                self.model.post(newest, *who, to, false);
            }
            Step::Task { who, to } if self.is_member(*who) => {
                let (body, assignee) = (self.text(to), self.ids[0].to_string());
                let made = self.people[*who].post(&self.path("/tasks"), &[("body", &body), ("to_ids", &assignee)]).ok();
                let newest = self.newest();
                self.model.post(newest, *who, to, false);
                self.people[*who].put(&self.path(&format!("/tasks/{}/status", made["task_ids"][0])), &[("body", "done")]).ok();
                self.note_report(*who);
            }
            Step::Edit { message, to } => {
                let here = self.model.views.each_ref().map(|view| view.is_member);
                let Some(chosen) = self.model.choose(*message, |message| here[message.author] && !message.is_deleted) else { return };
                let message = &self.model.messages[chosen];
                let path = self.path(&format!("/messages/{}", message.id));
                self.people[message.author].put(&path, &[("body", &self.text(to))]).ok();
                self.model.address(chosen, to);
            }
            Step::Delete { message, by_admin } => {
                let here = self.model.views.each_ref().map(|view| *by_admin || view.is_member);
                let Some(chosen) = self.model.choose(*message, |message| here[message.author] && !message.is_deleted) else { return };
                let message = &self.model.messages[chosen];
                let person = if *by_admin { self.people[0] } else { self.people[message.author] };
                person.delete(&self.path(&format!("/messages/{}", message.id)), &[]).ok();
                self.model.delete(chosen);
            }
            Step::ReadUpTo { who, message } if self.is_member(*who) => {
                let Some(chosen) = self.model.choose(*message, |_| true) else { return };
                let form = [("message_id", &*self.model.messages[chosen].id)];
                let answer = self.people[*who].put(&self.path("/messages/read"), &form);
                if self.model.read_below(*who, chosen + 1) {
                    assert_eq!(counts(&answer.ok()), self.model.counts(*who));
                } else {
                    answer.fails(400, "The message is already read");
                }
            }
            Step::ReadAll { who } if self.is_member(*who) => {
                self.model.read_below(*who, self.model.messages.len());
                self.model.views[*who].read_below = self.model.messages.len();
                assert_eq!(read(self.people[*who], self.room, None), (0, 0));
            }
            Step::UnreadFrom { who, message } if self.is_member(*who) => {
                let Some(chosen) = self.model.choose(*message, |_| true) else { return };
                let form = [("message_id", &*self.model.messages[chosen].id)];
                let answer = self.people[*who].put(&self.path("/messages/unread"), &form);
                if self.model.unread_from(*who, chosen) {
                    assert_eq!(counts(&answer.ok()), self.model.counts(*who));
                } else {
                    answer.fails(400, "The message is already unread");
                }
            }
            Step::Poll { who } if self.is_member(*who) => {
                let polled = self.people[*who].list(&self.path("/messages"));
                let view = &mut self.model.views[*who];
                let expected: Vec<&str> = self.model.messages[view.polled_below..].iter().map(|message| &*message.id).collect();
                let latest = &expected[expected.len().saturating_sub(100)..];
                assert_eq!(polled.iter().filter_map(|message| message["message_id"].as_str()).collect::<Vec<_>>(), latest);
                view.polled_below = self.model.messages.len();
            }
            Step::Leave { who } if self.is_member(*who) => {
                self.people[*who].delete(&self.path(""), &[("action_type", "leave")]).no_content();
                self.model.views[*who].is_member = false;
                self.note_report(*who);
            }
            Step::SetMembers { bob, carol } => self.set_members([true, *bob, *carol]),
            _ => {}
        }
    }

    fn set_members(&mut self, wanted: [bool; PEOPLE]) {
        let before = self.model.views.each_ref().map(|view| view.is_member);
        let listed: Vec<String> = (1..PEOPLE).filter(|who| wanted[*who]).map(|who| self.ids[who].to_string()).collect();
        let form = [("members_admin_ids", &*self.ids[0].to_string()), ("members_member_ids", &listed.join(","))];
        self.people[0].put(&self.path("/members"), &form).ok();
        for who in 1..PEOPLE {
            match (before[who], wanted[who]) {
                (false, true) => self.model.join(who),
                (true, false) => self.model.views[who].is_member = false,
                _ => {}
            }
        }
        if before != wanted {
            self.note_report(0);
        }
    }

    fn check(&self, step: &Step) {
        for (who, person) in self.people.iter().enumerate() {
            if self.is_member(who) {
                assert_eq!(person.counters(self.room), self.model.counts(who), "person {who} after {step:?}");
            } else {
                person.get(&self.path("")).fails(403, "You don't have permission to get this room");
            }
        }
    }
}

#[test]
fn counters_equal_a_model_that_keeps_every_unread_message() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let people = [&alice, &bob, &carol];
    let ids = people.map(Chatwork::id);
    let config = Config { cases: 60, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let mut history = History::start(people, ids);
        for step in &steps {
            history.apply(step);
            history.check(step);
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
