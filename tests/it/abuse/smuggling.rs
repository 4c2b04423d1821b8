//! Requests whose end two programs could see in different places, and heads that are no heads.

use crate::kit::{TestApp, Wire};

use super::entrances;

/// What would come as a request of its own if the one before it ended where an attacker wants it to.
const HIDDEN: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Framings that nobody may read in two ways, each with a body that hides a request behind a different end.
const AMBIGUOUS: &[(&str, &str)] = &[
    ("Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    ("Transfer-Encoding: chunked\r\nContent-Length: 40", "0\r\n\r\n"),
    ("Content-Length: 0\r\nContent-Length: 41", ""),
    ("Content-Length: 0\r\nContent-Length: 0", ""),
    ("Content-Length: 0, 41", ""),
    ("Content-Length: +0", ""),
    ("Content-Length: -1", ""),
    ("Content-Length: 0x0", ""),
    ("Content-Length: 99999999999999999999999", ""),
    ("Content-Length : 0", ""),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"),
    ("Transfer-Encoding: identity", ""),
    ("Transfer-Encoding: xchunked", ""),
    ("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    ("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
    ("Transfer-Encoding : chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    ("Transfer-Encoding: \u{b}chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    ("X-Note: a\r\n Content-Length: 41", ""),
    ("X-Note: a\rContent-Length: 41", ""),
    ("X-Note: a\0b", ""),
    ("Transfer-Encoding: chunked", "zz\r\n\r\n"),
    ("Transfer-Encoding: chunked", "-1\r\n\r\n"),
    ("Transfer-Encoding: chunked", "10000000000000000\r\n\r\n"),
    ("Transfer-Encoding: chunked", "1\nx\n0\n\n"),
];

#[test]
fn a_body_whose_end_is_in_doubt_is_refused_and_nothing_behind_it_is_read() {
    let app = TestApp::start();
    for entrance in entrances(&app) {
        for (framing, body) in AMBIGUOUS {
            let mut wire = Wire::open(&app);
            wire.send(entrance.head(framing, entrance.secret.as_deref())).send(body).send(HIDDEN);
            let answer = wire.answer();
            assert!((400..500).contains(&answer.status), "{} {framing:?} {body:?}: {}", entrance.api, answer.status);
            assert!(wire.is_closed(), "{} {framing:?} {body:?}", entrance.api);
        }
    }
}

#[test]
fn a_body_that_ends_where_everybody_sees_it_is_followed_by_the_next_request() {
    let app = TestApp::start();
    for entrance in entrances(&app) {
        let (body, length) = (&entrance.body, entrance.body.len());
        for (framing, body) in [
            (format!("Content-Length: {length}"), body.clone()),
            ("Transfer-Encoding:\tchunked".to_owned(), format!("{length:x}\r\n{body}\r\n0\r\n\r\n")),
            ("Transfer-Encoding: Chunked".to_owned(), format!("{length:x};note=x\r\n{body}\r\n0\r\nX-Trailer: y\r\n\r\n")),
        ] {
            let mut wire = Wire::open(&app);
            wire.send(entrance.head(&framing, entrance.secret.as_deref())).send(&body).send(HIDDEN);
            let answer = wire.answer();
            assert!(answer.status < 500, "{} {framing}: {}", entrance.api, answer.text());
            assert_eq!(wire.answer().text(), "ok\n", "{} {framing}", entrance.api);
        }
    }
}

#[test]
fn heads_that_are_no_heads_are_refused() {
    let app = TestApp::start();
    for (head, status) in [
        ("GET /livez HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), 400),
        ("GET /livez HTTP/9.9\r\nHost: a\r\n\r\n".to_owned(), 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".to_owned(), 400),
        ("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 404),
        (format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(70_000)), 400),
        (format!("GET /livez?{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(200_000)), 431),
        (format!("GET /livez HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Pad: y\r\n".repeat(200)), 431),
        (format!("GET /livez HTTP/1.1\r\nHost: a\r\nX-Pad: {}\r\n\r\n", "y".repeat(200_000)), 431),
    ] {
        let mut wire = Wire::open(&app);
        wire.send(&head);
        let shown: String = head.chars().take(60).collect();
        assert_eq!(wire.answer().status, status, "{shown:?}");
        // What is left of a head that was too long must not be taken for requests.
        assert!(wire.end().is_closed(), "{shown:?}");
    }
}
