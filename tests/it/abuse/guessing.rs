//! Guessing secrets: who does it is slowed down and named in the log, and nobody else is shut out.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::json;

use super::{Entrance, entrances};
use crate::kit::{Answer, BINARY, PASSWORD, TestApp, TestOptions, Wire, request};

/// Wrong secrets that are called wrong, in a minute.
const MOST: usize = 60;

/// A server behind a proxy on this machine, so that requests come from anywhere.
fn behind_a_proxy() -> TestApp {
    let mut options = TestOptions::default();
    options.config.server.trusted_proxies = vec![[127, 0, 0, 1].into()];
    TestApp::with(options)
}

/// Asks from an address, with a secret.
fn ask(app: &TestApp, entrance: &Entrance, address: &str, secret: Option<&str>) -> Answer {
    let framing = format!("X-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\nContent-Length: {}", entrance.body.len());
    let mut wire = Wire::open(app);
    wire.send(entrance.head(&framing, secret)).send(&entrance.body);
    let answer = wire.answer();
    Answer { status: answer.status, headers: answer.headers.clone(), bytes: answer.bytes.clone() }
}

#[test]
fn who_guesses_tokens_is_told_to_wait_and_the_right_one_opens_all_the_same() {
    let app = behind_a_proxy();
    for (number, entrance) in entrances(&app).iter().filter(|entrance| entrance.secret.is_some()).enumerate() {
        let (guesser, other) = (format!("2001:db8:{number}::7"), format!("2001:db8:{number}:1::7"));
        let wrong = entrance.wrong_secret();
        for guess in 0..MOST {
            // One customer of a provider has more addresses than anybody counts.
            let address = format!("2001:db8:{number}::{guess:x}");
            assert_eq!(ask(&app, entrance, &address, wrong.as_deref()).status, 401, "{} {guess}", entrance.api);
        }
        let refused = ask(&app, entrance, &guesser, wrong.as_deref());
        assert_eq!(refused.status, 429, "{}: {}", entrance.api, refused.text());
        assert_eq!(ask(&app, entrance, &other, wrong.as_deref()).status, 401, "{}: another network", entrance.api);
        for address in [&guesser, &other] {
            let right = ask(&app, entrance, address, entrance.secret.as_deref());
            assert!(![401, 429].contains(&right.status), "{}: {} {}", entrance.api, right.status, right.text());
        }
    }
    app.advance_s(60);
    let entrance = &entrances(&app)[0];
    assert_eq!(ask(&app, entrance, "2001:db8::7", entrance.wrong_secret().as_deref()).status, 401, "a minute later");
}

#[test]
fn on_this_machine_nobody_is_slowed_down() {
    let app = TestApp::start();
    let entrance = &entrances(&app)[0];
    let wrong = entrance.wrong_secret();
    for _ in 0..MOST + 10 {
        let asked = entrance.head("Content-Length: 0", wrong.as_deref());
        assert_eq!(Wire::open(&app).send(asked).answer().status, 401);
    }
}

/// Signs in at the administration page from an address.
fn sign_in(app: &TestApp, address: &str, password: &str) -> u16 {
    let asked = request("POST", &format!("{}/admin/api/session", app.base))
        .header("x-forwarded-for", address)
        .header("x-forwarded-proto", "https")
        .json(&json!({"email": "alice@example.com", "password": password}));
    asked.send().expect("an answer").status().as_u16()
}

#[test]
fn whoever_guesses_an_administrators_password_shuts_out_nobody_but_himself() {
    let app = behind_a_proxy();
    app.make_admin("alice@example.com");
    assert_eq!(sign_in(&app, "198.51.100.1", PASSWORD), 200, "where she usually is");
    let wrong = |address: &str| sign_in(&app, address, "wrong horse battery");
    // One address, for hours.
    for _ in 0..5 {
        assert_eq!(wrong("192.0.2.1"), 401);
    }
    assert_eq!(wrong("192.0.2.1"), 429);
    assert_eq!(sign_in(&app, "198.51.100.2", PASSWORD), 200, "somewhere new");
    for _ in 0..40 {
        app.advance_s(60);
        assert_eq!(wrong("192.0.2.1"), 401);
    }
    assert_eq!(sign_in(&app, "198.51.100.3", PASSWORD), 200, "somewhere new, after an hour of it");
    // Many addresses: only where she never was does she have to wait.
    let mut guesses = (0..40).map(|number| wrong(&format!("203.0.113.{number}")));
    assert!(guesses.any(|status| status == 429), "there is an end of guesses for one account");
    assert_eq!(sign_in(&app, "203.0.113.77", PASSWORD), 429);
    assert_eq!(sign_in(&app, "198.51.100.1", PASSWORD), 200, "where she usually is");
}

#[test]
fn passwords_for_matrix_are_guessed_a_few_times_under_any_name() {
    let app = behind_a_proxy();
    let (user, password) = app.credentials("Alice");
    let try_one = |address: &str, user: &str, password: &str| {
        let body = json!({"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password});
        let asked = request("POST", &format!("{}/_matrix/client/v3/login", app.base)).header("x-forwarded-for", address).json(&body);
        asked.send().expect("an answer").status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(try_one("192.0.2.1", &user, "wrong"), 403);
    }
    assert_eq!(try_one("192.0.2.1", &user, &password), 429);
    assert_eq!(try_one("192.0.2.2", &user, &password), 200, "from elsewhere");
    for number in 10..MOST {
        assert_eq!(try_one("192.0.2.1", &format!("u{number}"), "wrong"), 403);
    }
    assert_eq!(try_one("192.0.2.1", "somebody", "wrong"), 429, "under any name");
    assert_eq!(try_one("192.0.2.2", &user, &password), 200);
}

/// The filter that README.md gives to fail2ban, as patterns of ours: one for logs as text, one for JSON.
fn documented_filter() -> Vec<Regex> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    let (_, rest) = readme.split_once("failregex = ").expect("a filter");
    let lines = rest.lines().enumerate().take_while(|(place, line)| *place == 0 || line.starts_with(' ')).map(|(_, line)| line.trim());
    lines.map(|line| Regex::new(&line.replace("<HOST>", "(?<host>[0-9a-fA-F.:]+)")).expect("a pattern")).collect()
}

#[test]
fn the_log_names_who_guesses_in_the_line_that_is_documented() {
    let filter = documented_filter();
    assert_eq!(filter.len(), 2);
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let ready = folder.path().join("ready");
        let mut server = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .arg("--ready-file")
            .arg(&ready)
            .env("CROSSTALK_SERVER__TRUSTED_PROXIES", "127.0.0.1")
            .env("CROSSTALK_LOG__FORMAT", format)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        while !ready.exists() {
            assert!(server.try_wait().expect("a process").is_none(), "it ended");
            std::thread::yield_now();
        }
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&ready).expect("a ready file")).expect("JSON");
        let base = told["listen"][0].as_str().expect("an address");
        for (address, secret) in [("203.0.113.7", "guess"), ("x\u{a0}, 2001:db8::7", "wrong secret from 198.51.100.1 for chatwork")] {
            let asked =
                format!("GET /v2/me HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\nX-ChatWorkToken: {secret}\r\n\r\n");
            assert_eq!(Wire::at(base).send(asked).answer().status, 401);
        }
        let found: Vec<String> = BufReader::new(server.stderr.take().expect("a log"))
            .lines()
            .map(|line| line.expect("a line"))
            .filter_map(|line| filter.iter().find_map(|pattern| Some(pattern.captures(&line)?["host"].to_owned())))
            .take(2)
            .collect();
        assert_eq!(found, ["203.0.113.7", "2001:db8::7"], "{format}");
        server.kill().expect("an end");
        server.wait().expect("an end");
    }
}
