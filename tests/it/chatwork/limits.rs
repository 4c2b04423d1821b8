//! Rate limits: calls of one account, posts of one account in one room

use crosstalk::config::Limits;
use crosstalk::domain::{Dialect, Scopes};
use serde_json::json;

use crate::kit::{Answer, Chatwork, NOW_S, TestApp, TestOptions};

const CALLS: &str = "Rate limit exceeded";
const POSTS: &str = "Rate limit for message posting per room exceeded.";

fn start(limits: Limits) -> TestApp {
    TestApp::with(TestOptions { limits, ..TestOptions::default() })
}

/// A client that has made no call yet, unlike one that was asked for its id.
fn fresh(app: &TestApp, name: &str) -> Chatwork {
    app.chatwork(name)
}

/// Limit, remaining and reset, as numbers.
#[track_caller]
fn quota(answer: &Answer) -> [i64; 3] {
    ["limit", "remaining", "reset"].map(|name| {
        let value = answer.header(&format!("x-ratelimit-{name}"));
        value.parse().unwrap_or_else(|_| panic!("{name}: {value:?} in {answer:?}"))
    })
}

fn post(person: &Chatwork, room: i64) -> Answer {
    person.post(&format!("/rooms/{room}/messages"), &[("body", "x")])
}

#[test]
fn every_answer_to_a_known_caller_shows_what_is_left() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    let reset = NOW_S + 300;
    assert_eq!(quota(&alice.get("/me")), [300, 299, reset]);
    app.advance_s(10);
    for (left, (answer, status)) in (0..299).rev().zip([
        (alice.get("/incoming_requests"), 204),
        (alice.get("/nowhere"), 400),
        (alice.get("/rooms/1"), 403),
        (alice.get("/my/tasks?status=x"), 400),
        (alice.get("/me.xml"), 200),
        (alice.delete("/incoming_requests/1", &[]), 404),
        (alice.put("/me", &[]), 400),
    ]) {
        assert_eq!((answer.status, quota(&answer)), (status, [300, left, reset]));
    }
    assert_eq!(quota(&fresh(&app, "Alice").get("/me")), [300, 291, reset], "another token of the same account");
    assert_eq!(quota(&fresh(&app, "Bob").get("/me")), [300, 299, reset + 10], "another account");
}

#[test]
fn headers_of_a_limit_stand_exactly_once_and_only_for_known_callers() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    for (path, token, expected) in [("/v2/me", &*alice.token, 1), ("/v2/x", &alice.token, 1), ("/v2/me", "wrong", 0)] {
        let answer = app.raw(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nX-ChatWorkToken: {token}\r\n\r\n"));
        for wanted in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
            let found = answer.lines.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).count();
            assert_eq!(found, expected, "{wanted} of {path}");
        }
        assert_eq!(answer.header("retry-after"), "");
    }
}

#[test]
fn the_three_hundred_and_first_call_is_refused_until_the_window_ends() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    let bob = fresh(&app, "Bob");
    for left in (0..300).rev() {
        let answer = alice.get("/my/status");
        assert_eq!((answer.status, quota(&answer)[1]), (200, left));
    }
    app.advance_s(299);
    for path in ["/my/status", "/nowhere", "/rooms/1/messages"] {
        let refused = alice.get(path);
        refused.fails(429, CALLS);
        assert_eq!((quota(&refused), refused.header("retry-after")), ([300, 0, NOW_S + 300], ""));
    }
    post(&alice, 1).fails(429, CALLS);
    alice.get("/me.xml").text().find("<errors><item>Rate limit exceeded</item></errors>").expect("the refusal as XML");
    assert_eq!(Chatwork::new(&app.base, "wrong").get("/me").status, 401, "who is not known is not counted");
    assert_eq!(bob.get("/me").status, 200, "another account goes on");
    app.advance_s(1);
    assert_eq!(quota(&alice.get("/my/status")), [300, 299, NOW_S + 600]);
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    (0..300).for_each(|_| assert_eq!(alice.get("/my/status").status, 200));
    alice.get("/my/status").fails(429, CALLS);
    app.advance_s(-3600);
    assert_eq!(quota(&alice.get("/my/status")), [300, 299, NOW_S - 3600 + 300]);
}

#[test]
fn ten_messages_and_tasks_together_fit_into_ten_seconds_of_a_room() {
    let app = start(Limits::Vendor);
    let (alice, bob, _) = app.trio();
    let room = alice.create_room("Launch", &[&bob], &[]);
    let other = alice.create_room("Other", &[&bob], &[]);
    let to = bob.id().to_string();
    let task = |person: &Chatwork| person.post(&format!("/rooms/{room}/tasks"), &[("body", "x"), ("to_ids", &to)]);
    for _ in 0..5 {
        post(&alice, room).ok();
        task(&alice).ok();
    }
    app.advance_s(9);
    for refused in [post(&alice, room), task(&alice)] {
        refused.fails(429, POSTS);
        assert_eq!(refused.text(), format!("{{\"errors\":[\"{POSTS}\"]}}"), "to the byte");
        assert!(quota(&refused)[1] > 0, "calls are left");
    }
    let id = bob.say(room, "another account is not stopped");
    post(&alice, other).ok();
    for allowed in [
        bob.put(&format!("/rooms/{room}/messages/{id}"), &[("body", "y")]),
        alice.upload(room, "a.txt", b"a", None),
        alice.get(&format!("/rooms/{room}/messages")),
        alice.put(&format!("/rooms/{room}/messages/read"), &[]),
    ] {
        assert_eq!(allowed.status, 200, "only posts are counted: {}", allowed.text());
    }
    app.advance_s(1);
    post(&alice, room).ok();
    let room = alice.get(&format!("/rooms/{room}")).ok();
    assert_eq!((&room["message_num"], &room["task_num"]), (&json!(14), &json!(5)), "nothing of what was refused");
}

#[test]
fn refused_posts_count_as_calls() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    let room = alice.own_room();
    let left: Vec<i64> = (0..12).map(|_| quota(&post(&alice, room))[1]).collect();
    assert_eq!(left, (287..299).rev().collect::<Vec<_>>());
    post(&alice, room).fails(429, POSTS);
}

#[test]
fn counting_only_counts_down_and_refuses_nothing() {
    let app = start(Limits::CountOnly);
    let alice = fresh(&app, "Alice");
    let room = alice.own_room();
    let left: Vec<i64> =
        (0..302).map(|_| post(&alice, room)).inspect(|answer| assert_eq!(answer.status, 200)).map(|answer| quota(&answer)[1]).collect();
    let expected: Vec<i64> = (0..299).rev().chain([0, 0, 0]).collect();
    assert_eq!(left, expected);
}

#[test]
fn without_limits_every_window_is_full() {
    let app = start(Limits::Off);
    let alice = fresh(&app, "Alice");
    let room = alice.own_room();
    for seconds in 0..12 {
        let answer = post(&alice, room);
        assert_eq!((answer.status, quota(&answer)), (200, [300, 300, NOW_S + seconds + 300]));
        app.advance_s(1);
    }
}

#[test]
fn limits_can_be_configured() {
    let mut options = TestOptions { limits: Limits::Vendor, ..TestOptions::default() };
    options.config.chatwork.account_limit = 5;
    options.config.chatwork.account_window_s = 60;
    options.config.chatwork.room_limit = 1;
    options.config.chatwork.room_window_s = 2;
    let app = TestApp::with(options);
    let alice = fresh(&app, "Alice");
    let room = alice.own_room();
    post(&alice, room).ok();
    post(&alice, room).fails(429, POSTS);
    app.advance_s(2);
    post(&alice, room).ok();
    let last = alice.get("/my/status");
    assert_eq!((last.status, quota(&last)), (200, [5, 0, NOW_S + 60]));
    alice.get("/my/status").fails(429, CALLS);
    app.advance_s(58);
    alice.get("/my/status").ok();
}

#[test]
fn a_token_without_the_scope_uses_up_calls_but_no_posts() {
    let app = start(Limits::Vendor);
    let alice = fresh(&app, "Alice");
    let room = alice.own_room();
    let (_, secret) = app.token(Dialect::Chatwork, Some("Alice"), Scopes::Only(vec!["rooms.messages:read".into()]), None);
    let reader = Chatwork::new(&app.base, &secret);
    for _ in 0..11 {
        post(&reader, room).fails(403, "Insufficient scope");
    }
    assert_eq!(quota(&post(&alice, room)), [300, 287, NOW_S + 300]);
    for _ in 0..9 {
        post(&alice, room).ok();
    }
    post(&alice, room).fails(429, POSTS);
}
