//! Protected connections: who is trusted, what is spoken, and certificates that change while the server runs.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crosstalk::config::{Listen, TlsMode};
use crosstalk::domain::{Dialect, Scopes};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::{Value, json};

use crate::kit::{Answer, BINARY, PASSWORD, Process, Secure, TestApp, TestOptions, request, send};

fn protected() -> TestOptions {
    let mut options = TestOptions::default();
    options.config.server.tls = TlsMode::SelfSigned;
    options
}

fn client(app: &TestApp) -> Secure {
    Secure::trusting(&app.secure, &authority(app))
}

fn authority(app: &TestApp) -> PathBuf {
    app.world.dir().join("tls/ca.pem")
}

#[test]
fn all_dialects_answer_in_both_versions_of_http() {
    let app = TestApp::with(protected());
    let client = client(&app);
    let token = |dialect, person: Option<&str>| app.token(dialect, person, Scopes::All, None).1;
    let (alice, bearer) = (token(Dialect::Chatwork, Some("Alice")), format!("Bearer {}", token(Dialect::ChatMessages, Some("Alice"))));
    let (key, cam, messenger) = (token(Dialect::ClickMeeting, None), token(Dialect::Cam, None), token(Dialect::Messenger, None));
    let cases = [
        ("/v2/me", "x-chatworktoken", alice.as_str()),
        ("/v1/conferences/active", "x-api-key", key.as_str()),
        ("/getConferenceRooms", "x-cam-apitoken", cam.as_str()),
        ("/api/v1/chatrooms?organization_id=1000000", "api-token", messenger.as_str()),
        ("/chat-rooms", "authorization", bearer.as_str()),
    ];
    for (path, header, secret) in cases {
        let plain = send(request("GET", &format!("{}{path}", app.base)).header(header, secret)).ok();
        for answer in [client.http1("GET", path, &[(header, secret)], b""), client.http2("GET", path, &[(header, secret)], b"")] {
            let text = answer.text();
            assert_eq!(answer.status, 200, "{path}: {text}");
            let same: Value = serde_json::from_str(&text.replace(&app.secure, &app.base)).expect("JSON");
            assert_eq!(same, plain, "{path}");
        }
        assert_eq!(client.http2("GET", path, &[(header, "wrong")], b"").status, 401, "{path}");
    }
    let me = client.http2("GET", "/v2/me", &[("x-chatworktoken", &alice)], b"").ok();
    assert!(me["avatar_image_url"].as_str().is_some_and(|url| url.starts_with(&format!("{}/", app.secure))), "{me}");
    let named = client.called("localhost").http2("GET", "/v2/me", &[("x-chatworktoken", &alice)], b"").ok();
    assert!(named["avatar_image_url"].as_str().is_some_and(|url| url.starts_with("https://localhost:")), "{named}");
}

#[test]
fn files_go_both_ways_in_http_2() {
    let app = TestApp::with(protected());
    let (client, alice) = (client(&app), app.chatwork("Alice"));
    let room = alice.own_room();
    let content: Vec<u8> = (0..4_000_000_u32).map(|number| (number % 251) as u8).collect();
    let head = "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"numbers.bin\"\r\ncontent-type: application/octet-stream\r\n\r\n";
    let body = [head.as_bytes(), &content, b"\r\n--edge--\r\n"].concat();
    let headers = [("x-chatworktoken", alice.token.as_str()), ("content-type", "multipart/form-data; boundary=edge")];
    let file = client.http2("POST", &format!("/v2/rooms/{room}/files"), &headers, &body).ok()["file_id"].as_i64().expect("an id");
    let shown = client.http2("GET", &format!("/v2/rooms/{room}/files/{file}?create_download_url=1"), &headers[..1], b"").ok();
    let url = shown["download_url"].as_str().expect("a link");
    let path = url.strip_prefix(&app.secure).expect("a protected link");
    assert!(client.http2("GET", path, &[], b"").bytes == content && client.http1("GET", path, &[], b"").bytes == content);
    let part = client.http2("GET", path, &[("range", "bytes=250-252")], b"");
    assert_eq!((part.status, part.bytes), (206, vec![250, 0, 1]));
}

#[test]
fn headers_without_end_are_refused_in_http_2_and_the_server_goes_on() {
    let app = TestApp::with(protected());
    let (client, alice) = (client(&app), app.chatwork("Alice"));
    let token = ("x-chatworktoken", alice.token.as_str());
    let flood = "a".repeat(40 * 1024);
    let refused = client.http2("GET", "/v2/me", &[token, ("x-flood", &flood)], b"");
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(refused.text(), r#"{"errors":["Invalid request: the headers are larger than 32 KiB"]}"#);
    let pieces: Vec<(String, String)> = (0..400).map(|number| (format!("x-flood-{number}"), "a".repeat(100))).collect();
    let pieces: Vec<(&str, &str)> = pieces.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([token]).collect();
    assert_eq!(client.http2("GET", "/v2/me", &pieces, b"").status, 400);
    // What is larger than 16 MiB does not come so far.
    let ocean = "a".repeat(17 << 20);
    assert_eq!(client.http2("GET", "/v2/me", &[token, ("x-flood", &ocean)], b"").status, 431);
    assert_eq!(client.http2("GET", "/v2/me", &[token], b"").status, 200);
}

#[test]
fn many_streams_of_one_connection_keep_nobody_else_waiting() {
    const STREAMS: usize = 2_000;
    let mut options = protected();
    options.config.server.workers = Some(1);
    let app = TestApp::with(options);
    let (client, alice, bob) = (client(&app), app.chatwork("Alice"), app.chatwork("Bob"));
    let path = format!("/v2/rooms/{}/messages", alice.own_room());
    let headers = [("x-chatworktoken", alice.token.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let held = client.hold_streams(STREAMS, &path, &headers);
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(client.http2("GET", "/v2/me", &[("x-chatworktoken", &bob.token)], b"").status, 200);
        bob.get("/me").ok();
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(held.finish(b"body=done"), STREAMS, "and what they asked for is done");
    assert_eq!(alice.list(&format!("/rooms/{}/messages?force=1", alice.own_room())).len(), 100);
}

#[test]
fn who_does_not_trust_the_office_or_asks_for_another_name_is_warned() {
    let app = TestApp::with(protected());
    let stranger = TestApp::with(protected());
    let refused = Secure::trusting(&app.secure, &authority(&stranger)).connect(&[]).expect_err("an unknown authority").to_string();
    assert!(refused.contains("UnknownIssuer") || refused.contains("BadSignature"), "{refused}");
    let other = client(&app).called("bank.example.org");
    assert!(other.connect(&[]).expect_err("another name").to_string().contains("not valid for name"));
    for name in ["localhost", "127.0.0.1"] {
        assert!(client(&app).called(name).connect(&[]).is_ok(), "{name}");
    }
}

/// The beginning of a connection as a client of a version makes it, 3 for TLS 1.2 and less for older ones.
fn hello(version: u8) -> Vec<u8> {
    let extensions = [&[0, 10, 0, 4, 0, 2, 0, 23][..], &[0, 11, 0, 2, 1, 0], &[0, 13, 0, 4, 0, 2, 4, 3]].concat();
    let suites = [0xc0, 0x2b, 0xc0, 0x09, 0xc0, 0x13, 0x00, 0x2f];
    let body =
        [&[3, version][..], &[7; 32], &[0, 0, suites.len() as u8], &suites, &[1, 0, 0, extensions.len() as u8], &extensions].concat();
    let length = body.len() as u8;
    [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &body].concat()
}

fn first_bytes(address: &str, sent: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(15))).expect("a socket");
    stream.write_all(sent).expect("bytes");
    let mut answer = Vec::new();
    let _ = stream.take(7).read_to_end(&mut answer);
    answer
}

#[test]
fn older_protocols_are_refused() {
    const ALERT: u8 = 21;
    const PROTOCOL_VERSION: u8 = 70;
    let app = TestApp::with(protected());
    let address = app.secure.trim_start_matches("https://");
    for version in [0, 1, 2] {
        let answer = first_bytes(address, &hello(version));
        assert!(answer.first() == Some(&ALERT) && answer.last() == Some(&PROTOCOL_VERSION), "3.{version}: {answer:?}");
    }
    assert_eq!(first_bytes(address, &hello(3)).first(), Some(&22), "TLS 1.2 goes on");
    assert!(!first_bytes(address, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").starts_with(b"HTTP"));
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let plain = first_bytes(app.base.trim_start_matches("http://"), preface);
    assert!(plain.is_empty() || plain.starts_with(b"HTTP/1"), "plain ports speak HTTP/1.1 only: {plain:?}");
}

#[test]
fn administrators_sign_in_from_elsewhere_over_protected_connections_only() {
    let app = TestApp::with(protected());
    app.make_admin("alice@example.com");
    let client = client(&app);
    let form = json!({"email": "alice@example.com", "password": PASSWORD}).to_string();
    let elsewhere = [("x-forwarded-for", "10.0.0.1"), ("content-type", "application/json")];
    let plain = request("POST", &format!("{}/admin/api/session", app.base)).header(elsewhere[0].0, elsewhere[0].1);
    send(plain.header("content-type", "application/json").body(form.clone())).is_not_done(403, "not_here");
    type Ask = fn(&Secure, &str, &str, &[(&str, &str)], &[u8]) -> Answer;
    for ask in [Secure::http1 as Ask, Secure::http2] {
        let answer = ask(&client, "POST", "/admin/api/session", &elsewhere, form.as_bytes());
        let cookie = answer.header("set-cookie").to_owned();
        assert!(answer.status == 200 && cookie.ends_with("; Secure"), "{} {cookie}", answer.text());
        let session = cookie.split(';').next().expect("a cookie");
        let own = [elsewhere[0], ("cookie", session)];
        let found = ask(&client, "GET", "/admin/api/session", &own, b"").ok();
        assert_eq!(found["name"], "Alice");
        let (csrf, origin) = (found["csrf_token"].as_str().expect("a token"), app.secure.as_str());
        let confirm = json!({"password": PASSWORD}).to_string();
        for (origin, status) in [(origin, 200), ("https://evil.example.org", 403)] {
            let headers = [own[0], own[1], elsewhere[1], ("x-csrf-token", csrf), ("origin", origin)];
            assert_eq!(ask(&client, "POST", "/admin/api/session/confirmation", &headers, confirm.as_bytes()).status, status, "{origin}");
        }
    }
}

#[test]
fn a_server_without_plain_addresses_asks_itself_all_the_same() {
    let mut options = protected();
    options.config.server.listen = vec![Listen { is_tls: true, address: ([127, 0, 0, 1], 0).into() }];
    let app = TestApp::with(options);
    assert_eq!(app.base, app.secure, "no plain address is told");
    app.make_admin("alice@example.com");
    let (client, (_, alice)) = (client(&app), app.token(Dialect::Chatwork, Some("Alice"), Scopes::All, None));
    let room = client.http2("GET", "/v2/rooms", &[("x-chatworktoken", &alice)], b"").ok()[0]["room_id"].as_i64().expect("a room");
    let post = [("x-chatworktoken", alice.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    let posted = client.http2("POST", &format!("/v2/rooms/{room}/messages"), &post, b"body=hello").ok();
    let message = posted["message_id"].as_str().expect("an id");
    let form = json!({"email": "alice@example.com", "password": PASSWORD}).to_string();
    let signed_in = client.http2("POST", "/admin/api/session", &[("content-type", "application/json")], form.as_bytes());
    let cookie = signed_in.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let csrf =
        client.http2("GET", "/admin/api/session", &[("cookie", &cookie)], b"").ok()["csrf_token"].as_str().expect("a token").to_owned();
    let path = format!("/admin/api/messages/{message}/renderings?organization=office");
    let shown = client.http2("POST", &path, &[("cookie", &cookie), ("x-csrf-token", &csrf)], b"").ok().to_string();
    assert!(shown.contains(&format!("{}/assets/avatar", app.secure)), "links lead where the administrator is: {shown}");
}

#[test]
fn people_are_told_how_to_trust_the_office_in_their_language() {
    let app = TestApp::with(protected());
    let tls = crosstalk::tls::authority_in(app.world.dir()).expect("a folder").expect("an authority");
    for (language, words) in
        [("en", "Trust this office"), ("ja", "このオフィスの接続を信頼する"), ("vi", "Tin cậy kết nối"), ("pl", "Zaufaj połączeniom")]
    {
        let page = send(request("GET", &format!("{}/trust", app.base)).header("accept-language", language));
        let text = page.text();
        assert!(page.status == 200 && text.contains(words) && text.contains(&format!("<html lang=\"{language}\">")), "{text}");
        assert!(text.contains(&tls.fingerprint) && text.contains(&app.secure) && !text.contains("{{"), "{language}: {text}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        let asked = send(request("GET", &format!("{}/trust?lang={language}", app.base)).header("accept-language", "fr"));
        assert!(asked.text().contains(words), "{language}");
        assert_eq!(send(request("HEAD", &format!("{}/trust", app.base))).status, 200);
    }
    for answer in [
        send(request("GET", &format!("{}/trust/crosstalk-ca.crt", app.base))),
        client(&app).http2("GET", "/trust/crosstalk-ca.crt", &[], b""),
    ] {
        assert_eq!(answer.text(), fs::read_to_string(authority(&app)).expect("a file"));
        assert_eq!(answer.header("content-type"), "application/x-x509-ca-cert");
        assert!(!answer.text().contains("PRIVATE"));
    }
    let plain = TestApp::start();
    for (path, words) in [("/trust", "nothing to install"), ("/trust/crosstalk-ca.crt", "no authority of its own")] {
        let answer = send(request("GET", &format!("{}{path}", plain.base)));
        assert!(answer.status == 404 && answer.text().contains(words), "{}", answer.text());
    }
}

#[test]
fn meetings_connect_over_protected_connections() {
    let app = TestApp::with(protected());
    let mut stream = client(&app).connect(&["http/1.1"]).expect("a connection");
    let request = format!(
        "GET /_m/ws HTTP/1.1\r\nhost: {}\r\norigin: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        app.secure.trim_start_matches("https://"),
        app.secure
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 101");
}

/// A certificate and its key in files.
struct Pair {
    cert: PathBuf,
    key: PathBuf,
}

impl Pair {
    fn at(folder: &Path) -> Self {
        Self { cert: folder.join("chat.pem"), key: folder.join("chat.key") }
    }

    /// Puts a new certificate there; gives it.
    fn renew(&self, until_year: i32) -> Vec<u8> {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until_year, 1, 1));
        let certificate = params.self_signed(&key).expect("a certificate");
        fs::write(&self.key, key.serialize_pem()).expect("a file");
        fs::write(&self.cert, certificate.pem()).expect("a file");
        certificate.der().to_vec()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command
            .env("CROSSTALK_SERVER__TLS", "files")
            .env("CROSSTALK_SERVER__TLS_CERT", &self.cert)
            .env("CROSSTALK_SERVER__TLS_KEY", &self.key);
        command
    }
}

/// Waits until new connections are shown a certificate.
#[track_caller]
fn wait_for(client: &Secure, certificate: &[u8]) {
    let started = Instant::now();
    while client.certificate() != certificate {
        assert!(started.elapsed() < Duration::from_secs(30), "the old certificate is shown still");
    }
}

#[test]
fn a_certificate_changes_while_connections_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pair, dir) = (Pair::at(folder.path()), folder.path().join("data"));
    let first = pair.renew(2099);
    let process = Process::spawn(pair.command(), &dir, &dir);
    let client = Secure::credulous(process.secure());
    assert_eq!(client.certificate(), first);
    let mut standing = client.connect(&["http/1.1"]).expect("a connection");
    let mut alive = || {
        standing.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("it stands");
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            let mut piece = [0; 4096];
            let read = standing.read(&mut piece).expect("an answer");
            assert!(read > 0, "it was broken off");
            answer.extend_from_slice(&piece[..read]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    };
    alive();
    let second = pair.renew(2099);
    process.signal(rustix::process::Signal::HUP);
    wait_for(&client, &second);
    alive();
    fs::write(&pair.key, "nonsense").expect("a file");
    process.signal(rustix::process::Signal::HUP);
    alive();
    assert_eq!(client.certificate(), second, "what can't be used leaves the one before");
    let third = pair.renew(2099);
    wait_for(&client, &third);
    alive();
}

#[test]
fn a_sandbox_with_protected_connections_tells_of_those() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, config) = (folder.path().join("data"), folder.path().join("crosstalk.toml"));
    fs::write(&config, "[server]\ntls = \"self-signed\"\n").expect("a file");
    let verb = ["sandbox", "--clock", "2026-01-31T09:00:00Z", "--config", config.to_str().expect("UTF-8")];
    let server = Process::start(Command::new(BINARY), &verb, &dir, &dir).expect("a sandbox");
    let (secure, authority) = (server.secure().to_owned(), dir.join("tls/ca.pem"));
    let words = fs::read_to_string(dir.with_extension("log")).expect("a log");
    assert!(words.contains(&format!("{secure}/v2 ")) && words.contains(&format!("{secure}/admin ")), "{words}");
    let trust = format!("How to trust it  {}/trust\n", server.base());
    assert!(
        words.contains(&trust) && words.matches("http://").count() == 1,
        "whoever trusts nothing yet comes over the other one: {words}"
    );
    let line = words.lines().find(|line| line.trim().starts_with("curl ")).expect("a line to copy");
    assert!(line.contains(&format!("--cacert '{}'", authority.display())) && line.ends_with(&format!(" {secure}/v2/me")), "{line}");

    let client = Secure::trusting(&secure, &authority);
    let alice = ("x-chatworktoken", "sandboxChatworkAlice000000000001");
    let me = client.http2("GET", "/v2/me", &[alice], b"").ok();
    assert!(me["avatar_image_url"].as_str().is_some_and(|url| url.starts_with(&format!("{secure}/"))), "{me}");
    assert_eq!(client.http1("GET", "/admin/api/session", &[], b"").ok()["email"], "alice@example.com", "the door of this machine is open");
}

#[test]
fn files_that_can_not_be_used_are_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pair, other, dir) = (Pair::at(folder.path()), Pair::at(&folder.path().join("other")), folder.path().join("data"));
    let told = |pair: &Pair, code: i32| {
        let output = pair.command().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&dir).output().expect("a process");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words}");
        words
    };
    assert!(told(&pair, 3).contains("chat.pem can't be read"), "missing");
    pair.renew(2099);
    fs::create_dir(folder.path().join("other")).expect("a folder");
    other.renew(2099);
    let mixed = Pair { cert: pair.cert.clone(), key: other.key.clone() };
    assert!(told(&mixed, 3).contains("does not fit the certificate"));
    fs::write(&other.key, "").expect("a file");
    assert!(told(&other, 3).contains("not encrypted"));
    let output = Command::new(BINARY).args(["serve", "--tls", "files", "--tls-cert", "x", "--data"]).arg(&dir).output().expect("a process");
    assert!(output.status.code() == Some(2) && String::from_utf8_lossy(&output.stderr).contains("--tls-key"));
    pair.renew(2021);
    let process = Process::spawn(pair.command(), &dir, &dir);
    assert!(Secure::credulous(process.secure()).connect(&[]).is_ok(), "one that has ended is served, and told");
}

#[test]
fn commands_know_protected_addresses_and_the_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let output = Command::new(BINARY).args(arguments).arg("--data").arg(&dir).output().expect("a process");
        let words = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words}");
        words
    };
    let mut command = Command::new(BINARY);
    command.env("CROSSTALK_SERVER__TLS", "self-signed");
    let process = Process::spawn(command, &dir, &dir);
    let secure = process.secure().to_owned();
    assert!(run(&["status"]).contains(&format!("{}, {secure}", process.base())));
    assert!(run(&["wait"]).contains(&secure));
    assert!(run(&["setup-url"]).contains(&format!("{secure}/admin/setup#k=")), "a protected way is the better one");
    assert!(!run(&["curl", "chatwork", "get-me"]).contains("--cacert"), "the plain address is the first");
    let mode = fs::metadata(dir.join("tls/ca.key")).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(process);
    let ready = folder.path().join("protected.ready");
    let log = fs::File::create(ready.with_extension("log")).expect("a file");
    let arguments = ["serve", "--tls", "self-signed", "--listen", "https://127.0.0.1:0", "--ready-file"];
    let child = Command::new(BINARY).args(arguments).arg(&ready).arg("--data").arg(&dir).stderr(log).spawn();
    let process = Process::of(child.expect("a process"), &ready).unwrap_or_else(|why| panic!("{why}"));
    assert!(process.base().starts_with("https://"));
    let authority = dir.join("tls/ca.pem");
    let named = format!("--cacert '{}'", authority.display());
    assert!(run(&["curl", "chatwork", "get-me"]).contains(&named) && run(&["curl", "chatwork", "get-me"]).contains(process.base()));
    let exported = run(&["env", "chatwork"]);
    assert!(exported.contains(&format!("export CROSSTALK_CHATWORK_CA_FILE='{}'", authority.display())), "{exported}");
}

#[test]
fn browsers_are_told_to_stay_protected_only_where_nothing_else_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let pair = Pair::at(folder.path());
    pair.renew(2099);
    let with = |listen: &[&str], public: Option<&str>, mode| {
        let mut options = TestOptions::default();
        options.config.server.listen = listen.iter().map(|text| text.parse().expect("an address")).collect();
        options.config.server.tls = mode;
        options.config.server.public_url = public.map(str::to_owned);
        (options.config.server.tls_cert, options.config.server.tls_key) = (Some(pair.cert.clone()), Some(pair.key.clone()));
        let app = TestApp::with(options);
        Secure::credulous(&app.secure).http2("GET", "/livez", &[], b"").header("strict-transport-security").to_owned()
    };
    let public = Some("https://chat.example.org");
    let only = ["https://127.0.0.1:0"];
    assert_eq!(with(&only, public, TlsMode::Files), "max-age=31536000");
    assert_eq!(with(&["127.0.0.1:0"], public, TlsMode::Files), "max-age=31536000", "nobody else reaches the plain one");
    assert_eq!(with(&["0.0.0.0:0", "https://127.0.0.1:0"], public, TlsMode::Files), "");
    assert_eq!(with(&only, None, TlsMode::Files), "");
    assert_eq!(with(&only, public, TlsMode::SelfSigned), "", "browsers that do not know the authority could not get past it");
}
