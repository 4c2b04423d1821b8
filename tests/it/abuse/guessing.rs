//! Guessing secrets: who does it is slowed down and named in the log, and nobody else is shut out.

use std::process::Command;

use crosstalk::domain::{
    Access, CallExpiry, Dialect, Email, NewPerson, NewQuickCall, NewToken, OrganizationRole, PasswordHash, PersonName, Scopes,
};
use crosstalk::ops::accounts;
use crosstalk::ops::quick_calls::create_quick_call;
use crosstalk::ops::sign_in::authenticate;
use crosstalk::ops::tokens::create_token;
use crosstalk::store::{self, Cause, Tx};
use crosstalk::world::World;
use regex::Regex;
use serde_json::json;

use super::{Entrance, entrances};
use crate::kit::{
    Answer, BINARY, Conference, PASSWORD, Process, TestApp, TestOptions, Wire, make_meeting, open_office, password_hash, request,
};

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

/// Where secrets are judged besides tokens: doors of conference rooms, and the page behind a link.
struct Doors {
    locked: Conference,
    tokens: Conference,
    call: Conference,
    /// Alice's token for Chatwork, by which a link can be made.
    alice: String,
}

impl Doors {
    fn build(world: &World) -> Self {
        let locked = make_meeting(world, |meeting| (meeting.access, meeting.password) = (Access::Password, Some("tulip-9".into())));
        let tokens = make_meeting(world, |meeting| meeting.access = Access::Token);
        let make = |tx: &Tx<'_>| {
            let email = Email::parse("alice@example.com")?;
            let person = NewPerson { email: email.clone(), name: PersonName::parse("Alice")?, role: OrganizationRole::Member };
            accounts::create_user(tx, Some("office"), &person)?;
            let token = |dialect| NewToken { dialect, scopes: Scopes::All, expires: None, note: String::new() };
            let cam = create_token(tx, Some("office"), None, &token(Dialect::Cam))?.secret;
            let actor = authenticate(tx, &cam, Dialect::Cam, false)?;
            let password = Some(PasswordHash::new(password_hash().to_owned()));
            let call = create_quick_call(tx, &actor, Ok(NewQuickCall { expiry: CallExpiry::from_number(0), password }))?;
            let meeting = store::meetings::find_any_meeting(tx, call.meeting)?.expect("a room");
            let secret = create_token(tx, Some("office"), Some(&email), &token(Dialect::Chatwork))?.secret;
            Ok((Conference { id: meeting.id.get(), pin: meeting.pin, slug: meeting.slug }, secret))
        };
        let (call, alice) = world.write_blocking(Cause::job("test"), make).expect("a quick call");
        Self { locked, tokens, call, alice }
    }
}

/// Every place that judges a secret, with a wrong one: what the log calls it, the request, a header, a body.
fn guesses(doors: &Doors, code: &str) -> Vec<(&'static str, String, &'static str, String)> {
    let guess = |api, line: &str, header, body: &str| (api, line.to_owned(), header, body.to_owned());
    let enter =
        |room: &Conference, shown: &str| guess("meetings", &format!("POST /_m/{}/enter", room.id), "", &format!("name=Eve&{shown}"));
    let login = r#"{"type":"m.login.password","identifier":{"type":"m.id.user","user":"u1"},"password":"guess"}"#;
    vec![
        guess("chatwork", "GET /v2/me", "X-ChatWorkToken: guess", ""),
        guess("chatwork", "GET /v2/me", "Authorization: Bearer guess", ""),
        guess("chatwork", "GET /nowhere", "X-ChatWorkToken: wrong secret from 198.51.100.1 for chatwork", ""),
        guess("clickmeeting", "GET /v1/conferences", "X-Api-Key: guess", ""),
        guess("clickmeeting", "GET /v1/conferences?api_key=guess", "", ""),
        guess("clickmeeting", "POST /v1/conferences", "", "api_key=guess&name=x"),
        guess("cam", "POST /sendMessage", "x-cam-apiToken: guess", "message=x"),
        guess("messenger", "GET /api/v1/chatrooms", "API-TOKEN: guess", ""),
        guess("messenger", "GET /api/v1/chatrooms", "PERSONAL-ACCESS-TOKEN: guess", ""),
        guess("chat-messages", "GET /chat-rooms", "Authorization: Bearer guess", ""),
        guess("matrix", "GET /_matrix/client/v3/account/whoami", "Authorization: Bearer guess", ""),
        guess("matrix", "POST /_matrix/client/v3/refresh", "", r#"{"refresh_token":"guess"}"#),
        guess("matrix", "POST /_matrix/client/v3/login", "", login),
        guess("admin", "GET /admin/api/users", "Cookie: crosstalk_session=guess", ""),
        guess("admin", "POST /admin/api/session", "", r#"{"email":"alice@example.com","password":"guess"}"#),
        guess("admin", "POST /admin/api/setup/key", "", r#"{"key":"guess"}"#),
        guess("admin", "POST /admin/api/setup", "", r#"{"key":"guess","email":"eve@example.com","password":"correct horse battery"}"#),
        enter(&doors.locked, "password=guess"),
        enter(&doors.tokens, "token=GUESS1"),
        enter(&doors.call, &format!("call={}&password=guess", doors.call.slug)),
        enter(&doors.locked, "l=guess"),
        enter(&doors.locked, "r=guess"),
        guess("meetings", &format!("POST /_m/{}/register", doors.locked.id), "", "first_name=Eve&email=eve@x.example&password=guess"),
        guess("invitations", &format!("POST /g/{code}"), "", "token=guess"),
    ]
}

/// Shows a wrong secret from an address, as a proxy passes it on.
fn show_wrong(base: &str, address: &str, (api, line, header, body): &(&str, String, &str, String)) {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let content_type = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let length = body.len();
    let asked = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\nX-Forwarded-Proto: https\r\n{header}\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let answer = Wire::at(base).send(asked).answer();
    assert!([401, 403].contains(&answer.status), "{api} {line}: {} {}", answer.status, answer.text());
}

#[test]
fn the_log_names_who_guesses_in_the_line_that_is_documented() {
    let filter = documented_filter();
    assert_eq!(filter.len(), 2);
    for format in ["text", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("data");
        let doors = Doors::build(&open_office(&dir));
        let mut command = Command::new(BINARY);
        command.env("CROSSTALK_SERVER__TRUSTED_PROXIES", "127.0.0.1").env("CROSSTALK_LOG__FORMAT", format);
        let server = Process::spawn(command, &dir, &dir);
        let alice = server.chatwork(&doors.alice);
        let room = alice.create_room("Launch", &[], &[]);
        alice.post(&format!("/rooms/{room}/link"), &[("code", "launch-42")]).ok();
        let mut expected = Vec::new();
        for (number, guess) in guesses(&doors, "launch-42").iter().enumerate() {
            // Every other one comes from the new kind of address, and wrote something before it.
            let address = if number % 2 == 0 { format!("203.0.113.{number}") } else { format!("2001:db8:0:{number}::7") };
            let before = if number % 2 == 0 { "" } else { "x\u{a0}, " };
            show_wrong(server.base(), &format!("{before}{address}"), guess);
            expected.push(format!("{address} {}", guess.0));
        }
        // A line is written before the answer to what it tells of.
        let log = std::fs::read_to_string(dir.with_extension("log")).expect("a log");
        let named = |line: &str| {
            let host = filter.iter().find_map(|pattern| Some(pattern.captures(line)?["host"].to_owned()))?;
            let (_, rest) = line.rsplit_once(" for ")?;
            Some(format!("{host} {}", rest.split(|sign: char| !sign.is_ascii_lowercase() && sign != '-').next()?))
        };
        assert_eq!(log.lines().filter_map(named).collect::<Vec<_>>(), expected, "{format}: {log}");
    }
}

#[test]
fn tokens_are_guessed_on_the_page_of_a_link_no_oftener_than_elsewhere() {
    let app = behind_a_proxy();
    let alice = app.chatwork("Alice");
    let room = alice.create_room("Launch", &[], &[]);
    alice.post(&format!("/rooms/{room}/link"), &[("code", "launch-42")]).ok();
    let show = |token: &str| {
        let asked = request("POST", &format!("{}/g/launch-42", app.base)).header("x-forwarded-for", "192.0.2.1").form(&[("token", token)]);
        asked.send().expect("an answer").status().as_u16()
    };
    for guess in 0..MOST {
        assert_eq!(show("guess"), 401, "{guess}");
    }
    assert_eq!(show("guess"), 429);
    assert_eq!(show(&app.token(Dialect::Chatwork, Some("Bob"), Scopes::All, None).1), 200, "the right one");
}
