//! Connections that do nothing, or as slowly as they can.

#![expect(clippy::print_stdout, reason = "how many connections this machine allowed is for people")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crosstalk::config::TlsMode;
use rustix::process::{Resource, getrlimit, setrlimit};

use super::{Entrance, entrances};
use crate::kit::{Process, Secure, TestApp, TestOptions, Wire};

/// Longer than the server waits for anything here.
const PATIENCE: Duration = Duration::from_secs(45);
/// As long as heads and handshakes may take, three times over: machines of tests are busy.
const SOON: Duration = Duration::from_secs(15);
/// As long as a body may take.
const BODY: Duration = Duration::from_secs(60);
/// The pause before the next byte of somebody slow.
const PACE: Duration = Duration::from_millis(300);
/// Idle connections, where this machine allows as many.
const IDLE: u64 = 10_000;
/// Fewer of them would show nothing.
const FEW: u64 = 1_000;
/// A whole request.
const LIVEZ: &[u8] = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// Descriptors that the rest of the tests need.
const OTHERS: u64 = 2_000;

#[test]
fn a_head_that_trickles_in_is_not_waited_for() {
    let app = TestApp::start();
    let mut wires: Vec<Wire> = ["", "G", "GET /livez HTTP/1.1\r\n", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: y"]
        .map(|part| {
            let mut wire = Wire::open(&app);
            wire.send(part);
            wire
        })
        .into();
    for wire in &mut wires {
        if !wire.is_closed() {
            assert_eq!(wire.answer().status, 408);
            assert!(wire.is_closed());
        }
    }
}

/// Sends a byte now and then until the server hangs up; gives what it said, and how long that took.
fn drip(base: &str, bytes: impl Iterator<Item = u8>) -> (String, Duration) {
    let (_, address) = base.split_once("://").expect("an address");
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PACE)).expect("a socket");
    drip_into(stream, bytes)
}

fn drip_into(mut stream: impl Read + Write, bytes: impl Iterator<Item = u8>) -> (String, Duration) {
    let (started, mut said) = (Instant::now(), Vec::new());
    for byte in bytes {
        assert!(started.elapsed() < SOON, "each byte buys more time: {}", String::from_utf8_lossy(&said));
        let mut piece = [0; 512];
        match stream.write_all(&[byte]).and_then(|()| stream.read(&mut piece)) {
            Ok(0) => break,
            Ok(length) => said.extend_from_slice(&piece[..length]),
            Err(cause) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    (String::from_utf8_lossy(&said).into_owned(), started.elapsed())
}

#[test]
fn a_head_of_which_a_byte_comes_now_and_then_is_not_waited_for() {
    let app = TestApp::start();
    let head = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    let (said, took) = drip(&app.base, head.iter().copied().chain(std::iter::repeat(b'y')));
    // The answer may be lost when a byte is on its way as the server hangs up.
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(took > PACE * 3, "cut off after {took:?}, so it was not for being slow");
}

/// Asks, and reads the answer to its end.
fn answered<S: Read + Write>(mut stream: S) -> S {
    stream.write_all(LIVEZ).expect("a request");
    let mut said = Vec::new();
    while !said.ends_with(b"\r\n\r\nok\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        said.push(byte[0]);
    }
    stream
}

/// Reads until the server hangs up, which says why.
fn wait_for_end(mut stream: impl Read) {
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("an end");
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
}

#[test]
fn later_heads_have_no_more_time_than_the_first() {
    let mut options = TestOptions::default();
    options.config.server.tls = TlsMode::SelfSigned;
    let app = TestApp::with(options);
    let plain = |patience| {
        let stream = answered(TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection"));
        stream.set_read_timeout(Some(patience)).expect("a socket");
        stream
    };
    let protected = |patience| {
        let stream = answered(Secure::credulous(&app.secure).connect(&["http/1.1"]).expect("a connection"));
        stream.sock.set_read_timeout(Some(patience)).expect("a socket");
        stream
    };
    let (idle, mut stopped) = (plain(SOON), plain(SOON));
    stopped.write_all(b"G").expect("a start");
    let mut stopped_late = protected(SOON);
    stopped_late.write_all(&LIVEZ[..LIVEZ.len() - 1]).expect("a head but for its last byte");
    let endless = || b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".iter().copied().chain(std::iter::repeat(b'y'));
    std::thread::scope(|scope| {
        let drips = [scope.spawn(|| drip_into(plain(PACE), endless())), scope.spawn(|| drip_into(protected(PACE), endless()))];
        // The head that drips in stands behind a whole one, in one packet.
        let behind = scope.spawn(|| {
            let mut stream = plain(PACE);
            stream.write_all(&[LIVEZ, b"GE"].concat()).expect("a request and a start");
            drip_into(stream, b"T /livez HTTP/1.1\r\n".iter().copied().chain(std::iter::repeat(b'y'))).1
        });
        for drip in drips {
            let (said, took) = drip.join().expect("a drip");
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
            assert!(took > PACE * 3, "cut off after {took:?}, so it was not for being slow");
        }
        assert!(behind.join().expect("a drip") > PACE * 3);
    });
    wait_for_end(stopped);
    wait_for_end(stopped_late);
    // Who says nothing at all may stay.
    answered(idle);
}

#[test]
fn a_handshake_that_stops_or_trickles_in_is_not_waited_for() {
    let mut options = TestOptions::default();
    options.config.server.tls = TlsMode::SelfSigned;
    let app = TestApp::with(options);
    // The start of a ClientHello of 512 bytes.
    let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    let address = app.secure.trim_start_matches("https://");
    let mut stopped = [0, 1, 5, hello.len()].map(|length| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(SOON)).expect("a socket");
        stream.write_all(&hello[..length]).expect("a part of a handshake");
        stream
    });
    let (said, took) = drip(&app.secure, hello.into_iter().chain(std::iter::repeat(0)));
    assert!(said.is_empty() && took > PACE * 3, "cut off after {took:?}, so it was not for being slow: {said}");
    for stream in &mut stopped {
        match stream.read(&mut [0]) {
            Ok(length) => assert_eq!(length, 0, "nothing is said to who never finished"),
            Err(cause) => assert_eq!(cause.kind(), ErrorKind::ConnectionReset, "{cause}"),
        }
    }
}

/// A request at each entrance whose body has begun.
fn begun_bodies(app: &TestApp) -> Vec<(&'static str, TcpStream)> {
    let begin = |entrance: Entrance| {
        let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let head = entrance.head("Content-Length: 100", entrance.secret.as_deref());
        stream.write_all(format!("{head}{{").as_bytes()).expect("a head");
        (entrance.api, stream)
    };
    entrances(app).into_iter().map(begin).collect()
}

#[test]
fn a_body_that_stops_coming_is_not_waited_for() {
    let app = TestApp::start();
    let started = Instant::now();
    for (api, mut stream) in begun_bodies(&app) {
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap_or_else(|cause| panic!("{api}: {cause}"));
        assert_eq!(&start[..10], b"HTTP/1.1 4", "{api}");
        assert!(started.elapsed() < PATIENCE, "{api}");
    }
}

/// Takes the minute that a body may take, so it is asked for with CROSSTALK_DRIPS=1.
#[test]
fn a_body_of_which_a_byte_comes_now_and_then_is_not_waited_for() {
    if std::env::var_os("CROSSTALK_DRIPS").is_none() {
        return;
    }
    let app = TestApp::start();
    let started = Instant::now();
    let mut slow = begun_bodies(&app);
    while !slow.is_empty() {
        assert!(started.elapsed() < BODY * 2, "each byte buys more time: {slow:?}");
        slow.retain_mut(|(api, stream)| {
            let _ = stream.write_all(b" ");
            stream.set_read_timeout(Some(PACE)).expect("a socket");
            let mut start = [0; 10];
            match stream.read(&mut start) {
                Err(cause) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return true,
                // Or the answer was lost, as a byte was on its way when the server hung up.
                Err(_) | Ok(0) => {}
                Ok(_) => assert_eq!(&start, b"HTTP/1.1 4", "{api}"),
            }
            assert!(started.elapsed() > BODY, "{api}: cut off after {:?}, so it was not for being slow", started.elapsed());
            false
        });
    }
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("a limit");
    let idle = limit.maximum.map_or(IDLE, |most| most.saturating_sub(OTHERS).min(IDLE));
    assert!(idle >= FEW, "this machine allows {:?} open files, which is too few for this test: see `ulimit -Hn`", limit.maximum);
    let folder = tempfile::tempdir().expect("a folder");
    let server = Process::serve(&folder.path().join("data"));
    let address = server.base().trim_start_matches("http://");
    let held: Vec<TcpStream> = (0..idle).map(|number| idle_connection(address, number)).collect();
    let asked = Instant::now();
    let answer = Wire::at(server.base()).send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
    assert_eq!(answer.text(), "ok\n");
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?} beside {} idle connections", asked.elapsed(), held.len());
    println!("{} idle connections were held; where enough files may be open, {IDLE} are", held.len());
}

/// A connection that was answered once, so that it may stay.
fn idle_connection(address: &str, number: u64) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap_or_else(|cause| panic!("connection {number}: {cause}"));
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap_or_else(|cause| panic!("connection {number}: {cause}"));
    assert_eq!(&start, b"HTTP/1.1 200", "connection {number}");
    stream
}

#[test]
fn who_asks_without_end_and_reads_nothing_stops_nobody_else() {
    let app = TestApp::start();
    let many = "GET /docs/chatwork.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(16);
    let greedy: Vec<TcpStream> = (0..64)
        .map(|_| {
            let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
            stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket");
            // As much as fits: the server must not read on while nobody takes its answers.
            let _ = stream.write_all(many.as_bytes());
            stream
        })
        .collect();
    // The wire waits for seconds, not for as long as they ask.
    assert_eq!(app.raw("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").text(), "ok\n");
    for stream in greedy {
        let _ = stream.shutdown(Shutdown::Both);
    }
}
