//! Answers that nobody takes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crosstalk::config::TlsMode;

use crate::kit::{Secure, TestApp, TestOptions};

/// Longer than the server waits for anything here; machines of tests are busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// What may wait for readers, as README says.
const MOST: u64 = 64 << 20;
/// With so much no answer is begun.
const FULL: u64 = 128 << 20;
/// Bytes of an answer.
const ANSWER: u64 = 16 << 20;
/// Messages that an answer holds, each as long as they may be.
const MESSAGES: usize = 40;
/// Answers that are asked for: together more than may wait, and than the system takes off our hands.
const READERS: usize = 16;
/// The same where the system takes nothing.
const STREAMS: usize = 6;

/// Gives the path of a list of fifteen megabytes, and Alice's token.
fn long_list(app: &TestApp) -> (String, String) {
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let text = "字".repeat(65_535);
    for _ in 0..MESSAGES {
        alice.post(&format!("/rooms/{room}/messages"), &[("body", &text)]).ok();
    }
    let list = format!("/rooms/{room}/messages?force=1");
    // From now on nothing new is in it, so that asking changes nothing.
    alice.get(&list).ok();
    (format!("/v2{list}"), alice.token.clone())
}

fn unsent(app: &TestApp) -> u64 {
    let answer = app.raw("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(answer.status, 200, "{:?}", answer.lines);
    let metrics = answer.text();
    let counts = metrics.lines().filter(|line| line.starts_with("crosstalk_unsent_bytes{")).filter_map(|line| line.rsplit_once(' '));
    counts.map(|(_, count)| count.parse::<u64>().expect("a count")).sum()
}

/// Waits until no more is unsent than that.
fn wait_until_unsent_is(app: &TestApp, most: u64) {
    let started = Instant::now();
    while unsent(app) > most {
        assert!(started.elapsed() < PATIENCE, "{} bytes wait for readers", unsent(app));
    }
}

/// The most that was unsent until something is over.
fn highest_unsent_until(app: &TestApp, is_over: &AtomicBool) -> u64 {
    let mut highest = 0;
    while !is_over.load(Ordering::Relaxed) {
        highest = highest.max(unsent(app));
    }
    highest
}

#[test]
fn answers_that_nobody_takes_dont_fill_the_memory() {
    let app = TestApp::start();
    let (path, token) = long_list(&app);
    let ask = |_| {
        let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nX-ChatWorkToken: {token}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("a request");
        stream
    };
    let mut readers: Vec<TcpStream> = (0..READERS).map(ask).collect();
    let is_begun = AtomicBool::new(false);
    let highest = std::thread::scope(|scope| {
        let highest = scope.spawn(|| highest_unsent_until(&app, &is_begun));
        for reader in &mut readers {
            let mut start = [0; 12];
            reader.read_exact(&mut start).expect("a start");
            assert_eq!(&start, b"HTTP/1.1 200");
        }
        is_begun.store(true, Ordering::Relaxed);
        highest.join().expect("a count")
    });
    assert!(highest < FULL + 3 * ANSWER, "{highest} bytes waited for readers");
    wait_until_unsent_is(&app, MOST);
    let is_whole = |reader: &mut TcpStream| {
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).is_ok() && rest.ends_with(b"]")
    };
    let whole = readers.iter_mut().map(is_whole).filter(|is_whole| *is_whole).count();
    assert!(whole < READERS, "all of it waited, which is too much");
    assert!(whole >= 2, "only {whole} were left, though more may wait");
    wait_until_unsent_is(&app, 0);
}

#[test]
fn a_connection_with_many_answers_that_nobody_takes_is_ended() {
    let mut options = TestOptions::default();
    options.config.server.tls = TlsMode::SelfSigned;
    let app = TestApp::with(options);
    let (path, token) = long_list(&app);
    let client = Secure::credulous(&app.secure);
    assert!(client.is_ended_when_unread(STREAMS, &path, &[("x-chatworktoken", &token)]));
    wait_until_unsent_is(&app, 0);
    assert_eq!(client.http2("GET", "/v2/me", &[("x-chatworktoken", &token)], b"").status, 200);
}
