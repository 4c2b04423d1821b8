//! Connections that do nothing, or as slowly as they can.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};

use super::entrances;
use crate::kit::{Process, TestApp, Wire};

/// Longer than the server waits for anything here.
const PATIENCE: Duration = Duration::from_secs(45);
/// Idle connections, where this machine allows as many.
const IDLE: u64 = 10_000;
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

#[test]
fn a_body_that_stops_coming_is_not_waited_for() {
    let app = TestApp::start();
    let started = Instant::now();
    let slow: Vec<_> = entrances(&app)
        .into_iter()
        .map(|entrance| {
            let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
            stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
            let head = entrance.head("Content-Length: 100", entrance.secret.as_deref());
            stream.write_all(format!("{head}{{").as_bytes()).expect("a head");
            (entrance.api, stream)
        })
        .collect();
    for (api, mut stream) in slow {
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap_or_else(|cause| panic!("{api}: {cause}"));
        assert_eq!(&start[..10], b"HTTP/1.1 4", "{api}");
        assert!(started.elapsed() < PATIENCE, "{api}");
    }
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("a limit");
    let idle = limit.maximum.map_or(IDLE, |most| most.saturating_sub(OTHERS).min(IDLE));
    let folder = tempfile::tempdir().expect("a folder");
    let server = Process::serve(&folder.path().join("data"));
    let address = server.base().trim_start_matches("http://");
    let held: Vec<TcpStream> = (0..idle).map(|number| idle_connection(address, number)).collect();
    let asked = Instant::now();
    let answer = Wire::at(server.base()).send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
    assert_eq!(answer.text(), "ok\n");
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?} beside {} idle connections", asked.elapsed(), held.len());
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
    let many = "GET /docs/admin.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(16);
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
