//! A shutdown under load finishes what was accepted, and a server that can tell nobody goes on serving.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crosstalk::domain::{Dialect, Email, NewPerson, NewToken, OrganizationRole, PersonName, Scopes};
use crosstalk::ops;
use crosstalk::store::Cause;

use crate::kit::{BINARY, Chatwork, Process, TestApp, Wire, number, open_office, wait_until};

/// Writers at the same time.
const WRITERS: usize = 8;

/// Makes an office with one person; gives their token.
fn found_office(dir: &Path) -> String {
    let world = open_office(dir);
    let made = world.write_blocking(Cause::job("test"), |tx| {
        let email = Email::parse("alice@example.com")?;
        ops::accounts::create_user(
            tx,
            None,
            &NewPerson { email: email.clone(), name: PersonName::parse("Alice")?, role: OrganizationRole::Admin },
        )?;
        let token = NewToken { dialect: Dialect::Chatwork, scopes: Scopes::All, expires: None, note: String::new() };
        ops::tokens::create_token(tx, None, Some(&email), &token)
    });
    made.expect("a token").secret
}

/// Posts until the server is gone or `is_over`; gives what was acknowledged.
fn post_until_gone(client: &Chatwork, room: i64, round: usize, is_over: &AtomicBool, count: &AtomicUsize) -> Vec<(String, String)> {
    let mut acknowledged = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let body = format!("round {round}, message {}", count.fetch_add(1, Ordering::Relaxed));
        let Ok(response) = client.request("POST", &format!("/rooms/{room}/messages")).form(&[("body", &body)]).send() else { break };
        if response.status() != 200 {
            break;
        }
        let Ok(bytes) = response.bytes() else { break };
        let answer: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        acknowledged.push((answer["message_id"].as_str().expect("an id").to_owned(), body));
    }
    acknowledged
}

fn check_present(client: &Chatwork, room: i64, acknowledged: &[(String, String)]) {
    for (id, body) in acknowledged {
        let message = client.get(&format!("/rooms/{room}/messages/{id}")).ok();
        assert_eq!(message["body"].as_str(), Some(body.as_str()));
    }
    let shown = client.get(&format!("/rooms/{room}")).ok();
    assert!(number(&shown["message_num"]) >= i64::try_from(acknowledged.len()).expect("a small number"));
}

#[test]
fn a_shutdown_finishes_what_was_accepted() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let (is_over, count, found) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Vec::new()));
    let world = app.world.clone();
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let own = post_until_gone(&alice, room, 0, &is_over, &count);
                found.lock().expect("no panic").extend(own);
            });
        }
        wait_until("a hundred messages were posted", || count.load(Ordering::Relaxed) >= 100);
        app.stop();
        is_over.store(true, Ordering::Relaxed);
    });
    let acknowledged = found.into_inner().expect("no panic");
    assert!(acknowledged.len() > 50);
    let actor = world.read(|tx| ops::sign_in::authenticate(tx, &alice.token, Dialect::Chatwork, false)).expect("Alice");
    for (id, _) in &acknowledged {
        let id = id.parse().expect("an id");
        assert!(world.read(|tx| ops::messages::get_message(tx, &actor, crosstalk::domain::RoomId::new(room), id)).is_ok());
    }
}

#[test]
fn a_request_that_was_being_sent_when_the_server_stops_is_answered_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let token = found_office(&dir);
    let mut process = Process::serve(&dir);
    let room = process.chatwork(&token).own_room();
    let mut wire = Wire::at(process.base());
    let head = format!(
        "POST /v2/rooms/{room}/messages HTTP/1.1\r\nHost: localhost\r\nX-ChatWorkToken: {token}\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
    );
    // The server says that it waits for the body: it has read the head.
    assert_eq!(wire.send(head).bodiless_answer().status, 100);
    wire.send("body=");
    process.terminate();
    let answer = wire.send("last").answer();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(process.exit_code(), Some(0));
    let process = Process::serve(&dir);
    check_present(&process.chatwork(&token), room, &[(answer.json()["message_id"].as_str().expect("an id").to_owned(), "last".to_owned())]);
}

#[test]
fn a_server_whose_log_can_not_be_written_goes_on_serving() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let token = found_office(&dir);
    let mut command = Command::new("sh");
    // Every line of the log fails, as it does on a full disk.
    command.args(["-c", "exec \"$0\" \"$@\" 2>/dev/full", BINARY]);
    let process = Process::spawn(command, &dir, &dir);
    let alice = process.chatwork(&token);
    let room = alice.own_room();
    let posted = alice.post(&format!("/rooms/{room}/messages"), &[("body", "said")]).ok();
    check_present(&alice, room, &[(posted["message_id"].as_str().expect("an id").to_owned(), "said".to_owned())]);
    process.chatwork("unknown").get("/me").fails(401, "Invalid API token");
}
