//! What was acknowledged stays: over kills, a full disk, a shutdown under load.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crosstalk::domain::{Dialect, Email, NewPerson, NewToken, OrganizationRole, PersonName, Scopes};
use crosstalk::ops;
use crosstalk::store::Cause;

use crate::kit::{Answer, Chatwork, Process, TestApp, Wire, number, open_office, send};

/// Kills of one run; `CROSSTALK_KILLS` sets more.
const KILLS: usize = 5;
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

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_under_load() {
    let kills = std::env::var("CROSSTALK_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let token = found_office(&dir);
    let room = {
        let server = Process::serve(&dir);
        server.chatwork(&token).own_room()
    };
    let mut acknowledged: Vec<(String, String)> = Vec::new();
    for round in 0..kills {
        let mut server = Process::serve(&dir);
        let client = server.chatwork(&token);
        check_present(&client, room, &acknowledged);
        acknowledged.clear();
        let (is_over, count, found) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    let own = post_until_gone(&client, room, round, &is_over, &count);
                    found.lock().expect("no panic").extend(own);
                });
            }
            // Each round dies at another moment.
            while count.load(Ordering::Relaxed) < 50 + round * 37 % 200 {
                std::thread::yield_now();
            }
            server.kill();
            is_over.store(true, Ordering::Relaxed);
        });
        acknowledged = found.into_inner().expect("no panic");
        assert!(!acknowledged.is_empty(), "the server died before it did anything");
    }
    let server = Process::serve(&dir);
    let client = server.chatwork(&token);
    check_present(&client, room, &acknowledged);
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
        while count.load(Ordering::Relaxed) < 100 {
            std::thread::yield_now();
        }
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

/// A server on a disk of a few megabytes: a tmpfs in a mount namespace of its own. None where the system allows no namespaces.
fn on_a_small_disk(folder: &Path) -> Option<(Process, std::path::PathBuf, String)> {
    let dir = folder.join("data");
    let seed = folder.join("seed");
    let token = found_office(&seed);
    std::fs::create_dir(&dir).expect("a folder");
    let script = "mount -t tmpfs -o size=3m tmpfs \"$0\" && cp -a \"$1\"/. \"$0\" && shift && exec \"$@\"";
    let mut probe = Command::new("unshare");
    let works = probe.args(["-rm", "sh", "-c", "mount -t tmpfs tmpfs \"$0\""]).arg(&dir).status().is_ok_and(|status| status.success());
    if !works {
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script]).arg(&dir).arg(&seed).arg(crate::kit::BINARY);
    let server = Process::spawn(command, &dir, &dir);
    let inside = Path::new("/proc").join(server.pid().to_string()).join("root").join(dir.strip_prefix("/").expect("an absolute path"));
    Some((server, inside, token))
}

#[test]
fn a_full_disk_refuses_in_the_dialects_shape_and_recovers_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((server, inside, token)) = on_a_small_disk(folder.path()) else {
        // The store's own test has the same with a page limit; here there is no namespace to mount a disk in.
        return;
    };
    let client = server.chatwork(&token);
    let room = client.own_room();
    let filler = inside.join("filler");
    fill(&filler);

    let refused = client.upload(room, "big.bin", &vec![7; 1 << 20], None);
    refused.fails(503, "The server's disk is full: nothing was saved");
    assert_eq!(std::fs::read_dir(inside.join("files/tmp")).expect("a folder").count(), 0, "an upload that failed left something");
    client.get(&format!("/rooms/{room}/files")).no_content();

    let answers = post_at_once(&client, room, 64);
    assert!(answers.iter().any(|(answer, _)| answer.status == 503), "the disk was not full");
    for (answer, body) in &answers {
        match answer.status {
            200 => {
                let id = answer.json()["message_id"].as_str().expect("an id").to_owned();
                assert_eq!(client.get(&format!("/rooms/{room}/messages/{id}")).ok()["body"].as_str(), Some(body.as_str()));
            }
            _ => answer.fails(503, "The server's disk is full: nothing was saved"),
        }
    }
    assert_eq!(client.get("/me").status, 200, "reading goes on");

    std::fs::remove_file(&filler).expect("space again");
    assert_eq!(client.upload(room, "small.bin", b"fits", None).status, 200);
    client.say(room, "written after the disk had space again");
}

/// Takes all space but a few pages.
fn fill(filler: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(filler).expect("a file");
    let block = [1; 4096];
    while file.write_all(&block).is_ok() {}
    let length = file.metadata().expect("a file").len();
    file.set_len(length.saturating_sub(40 * 4096)).expect("a shorter file");
}

fn post_at_once(client: &Chatwork, room: i64, posts: usize) -> Vec<(Answer, String)> {
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..posts)
            .map(|n| {
                scope.spawn(move || {
                    let body = format!("{n} {}", "x".repeat(8_000));
                    let answer = send(client.request("POST", &format!("/rooms/{room}/messages")).form(&[("body", &body)]));
                    (answer, body)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    })
}
