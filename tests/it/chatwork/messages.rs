//! `/rooms/{room_id}/messages` and `/rooms/{room_id}/messages/{message_id}`

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::kit::{Answer, Chatwork, NOW_S, TestApp, number};

const SEND: &str = "You don't have permission to send/edit message.";
const GET: &str = "You don't have permission to get messages in this room";
const DELETE: &str = "You don't have permission to delete this message";
const NOT_FOUND: &str = "The message is not found";
/// Longest body, in characters.
const MOST_CHARS: usize = 65_535;

fn all(room: i64) -> String {
    format!("/rooms/{room}/messages")
}

fn one(room: i64, id: &str) -> String {
    format!("/rooms/{room}/messages/{id}")
}

/// Ids of what a poll gives, in order.
#[track_caller]
fn poll(reader: &Chatwork, room: i64, force: &str) -> Vec<String> {
    let listed = reader.list(&format!("/rooms/{room}/messages?force={force}"));
    listed.iter().map(|message| message["message_id"].as_str().expect("a message id").to_owned()).collect()
}

/// Posts numbered messages; gives their ids.
fn say_many(author: &Chatwork, room: i64, count: usize) -> Vec<String> {
    (0..count).map(|number| author.say(room, &format!("message {number}"))).collect()
}

#[test]
fn a_posted_message_is_read_by_others() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let id = alice.say(room, "hello 日本");
    let listed = bob.get(&format!("/rooms/{room}/messages?force=1")).ok();
    assert_eq!(listed[1]["message_id"], json!(id));
    assert_eq!(listed[1]["body"], json!("hello 日本"));
    assert_eq!(bob.counters(room), (2, 0));
    bob.get(&format!("/rooms/{room}/messages")).no_content();
}

#[test]
fn answers_have_exactly_the_vendors_bytes() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch 日", &[&bob], &[]);
    app.advance_s(1);
    let posted = bob.post(&all(room), &[("body", "[To:1] é日🎉 \"a/b\"\\\n\u{1}")]);
    let id = posted.json()["message_id"].as_str().expect("a message id").to_owned();
    app.advance_s(1);
    let edited = bob.put(&one(room, &id), &[("body", "[To:1] é日🎉 \"a/b\"\\\r\n\t\u{1}")]);
    let listed = alice.get(&format!("{}?force=1", all(room)));
    let single = alice.get(&one(room, &id));
    let deleted = bob.delete(&one(room, &id), &[]);
    for answer in [&posted, &edited, &listed, &single, &deleted] {
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json; charset=utf-8"));
    }
    let wire = [posted, edited, listed, single, deleted].map(|answer| answer.text().replace(&app.base, "http://[host]")).join("\n");
    insta::assert_snapshot!(wire, @r#"
    {"message_id":"1769817601000000000"}
    {"message_id":"1769817601000000000"}
    [{"message_id":"1769817600000000009","account":{"account_id":1000004,"name":"Alice","avatar_image_url":"http://[host]/assets/avatar/ico_default_red.png"},"body":"[info][title][dtext:chatroom_groupchat_created][/title][dtext:chatroom_chatname_is]Launch \u65e5[dtext:chatroom_set]\n\n[dtext:chatroom_member_is][piconname:1000004][dtext:chatroom_added]\n[dtext:chatroom_member_is][piconname:1000006][dtext:chatroom_added][/info]","send_time":1769817600,"update_time":0},{"message_id":"1769817601000000000","account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"body":"[To:1] \u00e9\u65e5\ud83c\udf89 \"a/b\"\\\r\n\t\u0001","send_time":1769817601,"update_time":1769817602}]
    {"message_id":"1769817601000000000","account":{"account_id":1000006,"name":"Bob","avatar_image_url":"http://[host]/assets/avatar/ico_default_pink.png"},"body":"[To:1] \u00e9\u65e5\ud83c\udf89 \"a/b\"\\\r\n\t\u0001","send_time":1769817601,"update_time":1769817602}
    {"message_id":"1769817601000000000"}
    "#);
}

#[test]
fn polls_give_each_message_once_oldest_first_own_ones_and_reports_included() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let mut expected = say_many(&alice, room, 2);
    expected.push(bob.say(room, "my own"));

    let first = bob.list(&all(room));
    let report = first[0]["body"].as_str().expect("a body");
    assert!(report.starts_with("[info][title][dtext:chatroom_groupchat_created][/title][dtext:chatroom_chatname_is]Launch"), "{report}");
    let ids: Vec<&str> = first[1..].iter().filter_map(|message| message["message_id"].as_str()).collect();
    assert_eq!(ids, expected);
    bob.get(&all(room)).no_content();

    let news = [bob.say(room, "own news"), alice.say(room, "other news")];
    assert_eq!(poll(&bob, room, "0"), news);
    assert_eq!(poll(&bob, room, "0"), [""; 0]);
}

#[test]
fn the_first_poll_gives_the_latest_hundred_and_a_late_one_skips_what_is_older() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let early = say_many(&alice, room, 101);
    assert_eq!(poll(&bob, room, "0"), early[1..]);
    let late = say_many(&alice, room, 102);
    assert_eq!(poll(&bob, room, "0"), late[2..], "the newest hundred of those pending");
    assert_eq!(poll(&bob, room, "0"), [""; 0], "what was skipped does not come later");
    assert_eq!(poll(&bob, room, "1"), late[2..]);
}

#[test]
fn a_forced_poll_gives_the_latest_page_again_and_moves_the_cursor_too() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    say_many(&alice, room, 3);
    let page = poll(&bob, room, "1");
    assert_eq!((page.len(), poll(&bob, room, "1")), (4, page));
    assert_eq!(poll(&bob, room, "0"), [""; 0]);
    let news = alice.say(room, "news");
    assert_eq!(poll(&bob, room, "1").len(), 5);
    assert_eq!(poll(&bob, room, "0"), [""; 0], "{news} was delivered by force");
}

#[test]
fn a_cursor_belongs_to_the_account_whatever_its_token() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    assert_eq!(poll(&bob, room, "0").len(), 1);
    assert_eq!(poll(&app.chatwork("Bob"), room, "0").len(), 0, "another token of the same account");
    assert_eq!(poll(&alice, room, "0").len(), 1, "another account");
    let other = alice.create_room("Other", &[&bob], &[]);
    assert_eq!(poll(&bob, other, "0").len(), 1, "another room");
}

#[test]
fn edits_and_deletions_are_not_delivered_again_and_polls_read_nothing() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let ids = say_many(&alice, room, 2);
    let before = bob.counters(room);
    poll(&bob, room, "0");
    alice.put(&one(room, &ids[0]), &[("body", "edited")]).ok();
    alice.delete(&one(room, &ids[1]), &[]).ok();
    bob.get(&all(room)).no_content();
    assert_eq!((before, bob.counters(room)), ((3, 0), (3, 0)));
}

#[test]
fn coming_back_to_a_room_starts_polling_anew() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    assert_eq!(poll(&bob, room, "0").len(), 1);
    bob.delete(&format!("/rooms/{room}"), &[("action_type", "leave")]).no_content();
    alice.set_members(room, &[&bob], &[]);
    assert_eq!(poll(&bob, room, "0").len(), 3, "the whole history: made, left, came back");
}

/// Several threads poll one account while two people post, never more than a page ahead: every message comes once.
#[test]
fn concurrent_polls_share_the_news_without_loss_or_repetition() {
    const EACH: usize = 45;
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    assert_eq!(poll(&bob, room, "0").len(), 1);
    for _round in 0..3 {
        let is_over = AtomicBool::new(false);
        let seen: Mutex<BTreeMap<String, usize>> = Mutex::default();
        let posted: Vec<String> = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        // Asked before the poll: what was posted before it is in this poll or an earlier one.
                        let is_last = is_over.load(Ordering::Acquire);
                        for id in poll(&bob, room, "0") {
                            *seen.lock().expect("a lock").entry(id).or_default() += 1;
                        }
                        if is_last {
                            break;
                        }
                    }
                });
            }
            let posters = [&alice, &carol].map(|author| scope.spawn(move || say_many(author, room, EACH)));
            let posted = posters.into_iter().flat_map(|poster| poster.join().expect("a poster")).collect();
            is_over.store(true, Ordering::Release);
            posted
        });
        let expected: BTreeMap<String, usize> = posted.into_iter().map(|id| (id, 1)).collect();
        assert_eq!(expected.len(), 2 * EACH, "ids are unique");
        assert_eq!(seen.into_inner().expect("a lock"), expected);
    }
}

#[test]
fn bodies_have_one_to_65535_characters() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let id = alice.say(room, "first");
    for unit in ["x", "é", "日", "🎉"] {
        let most = unit.repeat(MOST_CHARS);
        let posted = alice.say(room, &most);
        assert!(alice.get(&one(room, &posted)).ok()["body"] == json!(most), "{unit} comes back whole");
        alice.put(&one(room, &id), &[("body", &most)]).ok();

        let too_long = unit.repeat(MOST_CHARS + 1);
        alice.post(&all(room), &[("body", &too_long)]).fails(400, "Parameter 'body' is invalid");
        alice.put(&one(room, &id), &[("body", &too_long)]).fails(400, "Parameter 'body' is invalid");
    }
    alice.say(room, "x");
    for form in [&[][..], &[("body", "")], &[("text", "x")]] {
        alice.post(&all(room), form).fails(400, "Parameter 'body' is required");
        alice.put(&one(room, &id), form).fails(400, "Parameter 'body' is required");
    }
}

#[test]
fn bodies_are_kept_verbatim() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let bodies = [
        " ",
        "0",
        "\n",
        "line\nline\r\nline\rline\n\n",
        "  spaces around \t",
        "a+b%20c&d=e;f",
        "[info][title]T[/title][code]x < y && z[/code][/info][hr][qt][qtmeta aid=1 time=2]q[/qt][toall](sweat)",
        "[deleted]",
        "<b>&amp;</b> \"quoted\" 'single' \\ back\\nslash / slash",
        "NUL \0 and \u{1}\u{1f}\u{7f}\u{80}\u{9f}",
        "\u{2028}\u{2029}\u{feff}\u{fffd}\u{ffff}\u{202e}",
        "👩‍👩‍👧‍👦 e\u{301} 𠮷 \u{10ffff}",
        "null",
        "{\"errors\":[\"no\"]}",
    ];
    for body in bodies {
        let id = alice.say(room, body);
        assert_eq!(alice.get(&one(room, &id)).ok()["body"], json!(body));
        alice.put(&one(room, &id), &[("body", &format!("{body}{body}"))]).ok();
        assert_eq!(alice.get(&one(room, &id)).ok()["body"], json!(format!("{body}{body}")));
    }
}

#[test]
fn an_edit_changes_text_and_update_time_alone() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    app.advance_s(10);
    let id = bob.say(room, "first");
    let later = alice.say(room, "later");
    alice.put(&format!("/rooms/{room}/messages/read"), &[]).ok();
    let before = alice.get(&format!("{}?force=1", all(room))).ok();
    app.advance_s(5);
    assert_eq!(bob.put(&one(room, &id), &[("body", "second")]).ok(), json!({"message_id": id}));

    let mut expected = before;
    assert_eq!((&expected[1]["update_time"], &expected[1]["send_time"]), (&json!(0), &json!(NOW_S + 10)));
    expected[1]["body"] = json!("second");
    expected[1]["update_time"] = json!(NOW_S + 15);
    assert_eq!(expected[2]["message_id"], json!(later));
    assert_eq!(alice.get(&format!("{}?force=1", all(room))).ok(), expected);
    assert_eq!(alice.counters(room), (0, 0), "a read message stays read");
    let room = alice.get(&format!("/rooms/{room}")).ok();
    assert_eq!((&room["message_num"], &room["last_update_time"]), (&json!(3), &json!(NOW_S + 10)));
}

#[test]
fn a_deleted_message_stays_in_its_place_and_says_so() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    app.advance_s(10);
    let ids = say_many(&bob, room, 3);
    app.advance_s(5);
    assert_eq!(bob.delete(&one(room, &ids[0]), &[]).ok(), json!({"message_id": ids[0]}));
    alice.delete(&one(room, &ids[1]), &[]).ok();
    carol.delete(&one(room, &ids[2]), &[]).fails(403, DELETE);

    let listed = carol.list(&format!("{}?force=1", all(room)));
    for (message, id) in listed[1..3].iter().zip(&ids) {
        let person = json!({"account_id": bob.id(), "name": "Bob", "avatar_image_url": listed[3]["account"]["avatar_image_url"]});
        let expected =
            json!({"message_id": id, "account": person, "body": "[deleted]", "send_time": NOW_S + 10, "update_time": NOW_S + 15});
        assert_eq!(*message, expected);
        assert_eq!(carol.get(&one(room, id)).ok(), expected, "alone as in the list");
    }
    assert_eq!(listed[3]["body"], json!("message 2"));
    assert_eq!(carol.counters(room), (4, 0), "deleted messages stay unread");
    assert_eq!(number(&carol.get(&format!("/rooms/{room}")).ok()["message_num"]), 4);
    for person in [&bob, &alice] {
        person.delete(&one(room, &ids[0]), &[]).fails(404, NOT_FOUND);
        person.put(&one(room, &ids[0]), &[("body", "back")]).fails(403, SEND);
    }
}

#[test]
fn a_message_alone_equals_its_entry_in_the_list() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    say_many(&alice, room, 2);
    for message in bob.list(&all(room)) {
        assert_eq!(bob.get(&one(room, message["message_id"].as_str().expect("an id"))).ok(), message);
    }
}

/// A message of each author in one room, and what each role may do with them.
#[test]
fn each_role_may_do_what_it_may() {
    let app = TestApp::start();
    let (alice, bob, carol) = app.trio();
    let stranger = app.add_person("office", "Dave");
    let room = alice.create_room("Launch", &[&bob, &carol], &[]);
    let texts = |author: &Chatwork| [author.say(room, "to be edited"), author.say(room, "to be deleted")];
    let [by_alice, by_bob, by_carol] = [&alice, &bob, &carol].map(texts);
    alice.set_members(room, &[&bob], &[&carol]);

    let yes = (200, "");
    let check = |what: &str, answer: &Answer, expected: (u16, &str)| {
        assert_eq!(answer.status, expected.0, "{what}: {}", answer.text());
        if expected.0 != 200 {
            assert_eq!(answer.json(), json!({"errors": [expected.1]}), "{what}");
        }
    };
    let no_edit = (403, SEND);
    let no_delete = (403, DELETE);
    for (who, person, get, post, edit_own, edit_other, delete_own, delete_other) in [
        ("readonly", &carol, yes, no_edit, no_edit, no_edit, no_delete, no_delete),
        ("a stranger", &stranger, (403, GET), no_edit, no_edit, no_edit, no_delete, no_delete),
        ("a member", &bob, yes, yes, yes, no_edit, yes, no_delete),
        ("an administrator", &alice, yes, yes, yes, no_edit, yes, yes),
    ] {
        let own = if person.token == bob.token {
            &by_bob
        } else if person.token == alice.token {
            &by_alice
        } else {
            &by_carol
        };
        let other = if person.token == carol.token { &by_bob } else { &by_carol };
        check(&format!("{who} lists"), &person.get(&format!("{}?force=1", all(room))), get);
        check(&format!("{who} gets"), &person.get(&one(room, &by_bob[0])), get);
        check(&format!("{who} posts"), &person.post(&all(room), &[("body", "x")]), post);
        check(&format!("{who} edits their own"), &person.put(&one(room, &own[0]), &[("body", "x")]), edit_own);
        check(&format!("{who} edits another's"), &person.put(&one(room, &other[0]), &[("body", "x")]), edit_other);
        check(&format!("{who} deletes their own"), &person.delete(&one(room, &own[1]), &[]), delete_own);
        check(&format!("{who} deletes another's"), &person.delete(&one(room, &other[1]), &[]), delete_other);
    }
}

#[test]
fn personal_and_direct_rooms_take_messages_and_only_authors_delete_there() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let direct = bob.befriend(&app, "Alice", "Bob");
    for room in [alice.own_room(), direct] {
        let id = alice.say(room, "note");
        alice.put(&one(room, &id), &[("body", "edited")]).ok();
        assert_eq!(alice.get(&one(room, &id)).ok()["body"], json!("edited"));
        alice.delete(&one(room, &id), &[]).ok();
    }
    let id = alice.say(direct, "hello");
    bob.get(&one(direct, &id)).ok();
    bob.delete(&one(direct, &id), &[]).fails(403, DELETE);
    bob.put(&one(direct, &id), &[("body", "x")]).fails(403, SEND);
    bob.get(&all(alice.own_room())).fails(403, GET);
}

#[test]
fn rooms_out_of_reach_look_alike_and_come_before_other_mistakes() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[], &[]);
    let left = bob.create_room("Left", &[&alice], &[]);
    bob.delete(&format!("/rooms/{left}"), &[("action_type", "leave")]).no_content();
    let deleted = bob.create_room("Deleted", &[], &[]);
    bob.delete(&format!("/rooms/{deleted}"), &[("action_type", "delete")]).no_content();
    let id = alice.say(room, "secret");
    for room in [room, left, deleted, 1, i64::MAX] {
        bob.get(&format!("{}?force=nonsense", all(room))).fails(403, GET);
        bob.get(&one(room, &id)).fails(403, GET);
        bob.post(&all(room), &[]).fails(403, SEND);
        bob.put(&one(room, &id), &[]).fails(403, SEND);
        bob.delete(&one(room, &id), &[]).fails(403, DELETE);
    }
}

#[test]
fn messages_that_are_not_in_the_room_are_not_found() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let elsewhere = alice.say(alice.own_room(), "elsewhere");
    for id in ["1", "0", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", &elsewhere] {
        alice.get(&one(room, id)).fails(404, NOT_FOUND);
        alice.put(&one(room, id), &[("body", "x")]).fails(404, NOT_FOUND);
        alice.put(&one(room, id), &[]).fails(404, NOT_FOUND);
        alice.delete(&one(room, id), &[]).fails(404, NOT_FOUND);
    }
    assert_eq!(alice.get(&one(alice.own_room(), &elsewhere)).ok()["body"], json!("elsewhere"));
}

#[test]
fn flags_that_are_none_are_refused() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    for value in ["2", "yes", "-1", "01", "on"] {
        alice.get(&format!("{}?force={value}", all(room))).fails(400, "Parameter 'force' is invalid");
        alice.post(&all(room), &[("body", "x"), ("self_unread", value)]).fails(400, "Parameter 'self_unread' is invalid");
    }
    for value in ["", "0", "1", "true", "FALSE"] {
        alice.post(&all(room), &[("body", "x"), ("self_unread", value)]).ok();
        assert!([200, 204].contains(&alice.get(&format!("{}?force={value}", all(room))).status));
    }
    alice.post(&all(room), &[("self_unread", "nonsense")]).fails(400, "Parameter 'body' is required");
}

#[test]
fn ids_are_texts_that_increase_over_all_rooms_even_when_the_clock_jumps_back() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let rooms = [alice.create_room("One", &[], &[]), alice.own_room(), alice.create_room("Two", &[&bob], &[])];
    let mut last = 0;
    for (turn, seconds) in [0, 0, 1, -3600, 0, 7200].into_iter().enumerate() {
        app.advance_s(seconds);
        let answer = alice.post(&all(rooms[turn % 3]), &[("body", "x")]).ok();
        let Value::String(text) = &answer["message_id"] else { panic!("not a text: {answer}") };
        let id: i64 = text.parse().expect("a decimal of 64 bits");
        assert!(id > last && text.len() == 19, "{id} after {last}");
        last = id;
    }
}

#[test]
fn posting_is_the_rooms_last_activity() {
    let app = TestApp::start();
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    app.advance_s(90);
    bob.say(room, "x");
    let room = alice.get(&format!("/rooms/{room}")).ok();
    assert_eq!((&room["last_update_time"], &room["message_num"]), (&json!(NOW_S + 90), &json!(2)));
}
