//! The command line as a person or a script meets it: exit codes, words, and commands beside a running server.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crosstalk::reference::CONTRACTS;

use crate::kit::{BINARY, Chatwork, ClickMeeting, Process, exits, request, run, send};

/// Runs a command on a data directory, with words on its standard input.
fn run_with(dir: &Path, arguments: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(BINARY)
        .args(arguments)
        .arg("--data")
        .arg(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    child.wait_with_output().expect("an end")
}

fn user(dir: &Path, email: &str) -> String {
    exits(&run(dir, &["user", "create", "--email", email, "--name", "Somebody"]), 0).0
}

fn token(dir: &Path, email: &str) -> String {
    let (secret, words) = exits(&run(dir, &["token", "create", "--dialect", "chatwork", "--user", email]), 0);
    assert!(!words.contains(secret.trim()), "the secret belongs to standard output alone");
    secret.trim().to_owned()
}

#[test]
fn an_office_is_set_up_by_commands_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let ids = user(&dir, "aki@example.com");
    assert!(
        ids.lines().any(|line| line.contains("Messenger") && line.contains("1000002")),
        "the ids that dialects know the person by: {ids}"
    );
    exits(&run(&dir, &["user", "create", "--email", "lee@example.com", "--name", "Lee", "--role", "chat-manager"]), 0);
    let (listed, _) = exits(&run(&dir, &["user", "list"]), 0);
    assert!(listed.lines().any(|line| line.contains("lee@example.com") && line.contains("chat-manager")), "{listed}");
    let (_, words) = exits(&run(&dir, &["token", "create", "--dialect", "chat-messages", "--user", "aki@example.com"]), 0);
    assert!(words.contains("in the header Authorization, after Bearer"), "{words}");
    let secret = token(&dir, "aki@example.com");
    let server = Process::serve(&dir);
    let me = server.chatwork(&secret).get("/me").ok();
    assert_eq!(me["login_mail"], "aki@example.com");
}

#[test]
fn an_office_is_set_up_by_the_address_that_a_command_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let server = Process::serve(&dir);
    let (url, words) = exits(&run(&dir, &["setup-url"]), 0);
    let (page, key) = url.trim().split_once("#k=").expect("a key in the fragment");
    assert_eq!(page, format!("{}/admin/setup", server.base()));
    assert!(words.contains("on this machine"), "{words}");
    let form = serde_json::json!({
        "key": key, "organization": "Office", "language": "en", "time_zone": "UTC", "email": "kim@example.org", "name": "Kim",
        "password": "correct horse battery"
    });
    let made = send(request("POST", &format!("{}/admin/api/setup", server.base())).json(&form));
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["token"]["secret"].as_str().expect("a secret").to_owned();
    assert_eq!(server.chatwork(&secret).get("/me").ok()["name"], "Kim");
    let (_, words) = exits(&run(&dir, &["setup-url"]), 1);
    assert!(words.contains("has an administrator already"), "{words}");
    let sign_in = |password: &str| {
        let body = serde_json::json!({"email": "kim@example.org", "password": password});
        send(request("POST", &format!("{}/admin/api/session", server.base())).json(&body))
    };
    let statuses: Vec<u16> = (0..6).map(|_| sign_in("a wrong password").status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429]);
    exits(&run_with(&dir, &["admin", "reset-password", "--email", "kim@example.org", "--password-stdin"], "another password\n"), 0);
    sign_in("another password").ok();
}

#[test]
fn the_set_up_address_is_what_the_server_was_told_and_speaks_of_no_authority_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, cert, key) = (folder.path().join("data"), folder.path().join("chat.pem"), folder.path().join("chat.key"));
    let pair = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["chat.example.org".to_owned()]).expect("a name");
    std::fs::write(&cert, params.self_signed(&pair).expect("a certificate").pem()).expect("a file");
    std::fs::write(&key, pair.serialize_pem()).expect("a file");
    let [cert, key] = [&cert, &key].map(|path| path.to_str().expect("a path"));
    let files = ["serve", "--tls", "files", "--tls-cert", cert, "--tls-key", key];
    let told = |verb: &[&str]| {
        let process = Process::start(Command::new(BINARY), verb, &dir, &dir).expect("a server");
        let (url, words) = exits(&run(&dir, &["setup-url"]), 0);
        (process.secure().to_owned(), url, words)
    };
    let (_, url, words) = told(&[&files[..], &["--public-url", "https://chat.example.org"]].concat());
    assert!(url.starts_with("https://chat.example.org/admin/setup#k=") && !words.contains("/trust"), "{url}{words}");
    let (secure, url, words) = told(&files);
    assert!(url.starts_with(&secure) && words.contains("a name that the certificate is for"), "{url}{words}");
    let (secure, url, words) = told(&["serve", "--tls", "self-signed"]);
    assert!(url.starts_with(&secure) && words.contains("/trust"), "{url}{words}");
}

#[test]
fn what_a_server_says_at_its_start_can_be_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let mut command = Command::new(BINARY);
    command.envs([("CROSSTALK_ADMIN__EMAIL", "root@example.org"), ("CROSSTALK_ADMIN__PASSWORD", "a long password")]);
    let server = Process::start(command, &["serve", "--tls", "self-signed"], &dir, &dir).expect("a server");
    let told = std::fs::read_to_string(dir.with_extension("log")).expect("a log");
    let lines: Vec<Vec<&str>> =
        told.lines().filter(|line| line.starts_with("  crosstalk ")).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 2, "{told}");
    for line in lines {
        exits(&Command::new(BINARY).args(&line[1..]).output().expect("a process"), 0);
    }
    for (what, place) in [("Protected", server.secure().to_owned()), ("How to trust it", format!("{}/trust", server.base()))] {
        assert!(told.contains(&format!("\n  {what:<16} {place}\n")), "{what}: {told}");
    }
}

#[test]
fn commands_work_while_the_server_runs_and_act_on_the_next_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    user(&dir, "aki@example.com");
    let server = Process::serve(&dir);
    exits(&run(&dir, &["status"]), 0);
    exits(&run(&dir, &["wait", "--timeout", "10s"]), 0);
    let secret = token(&dir, "aki@example.com");
    let aki: Chatwork = server.chatwork(&secret);
    aki.get("/me").ok();

    let (table, _) = exits(&run(&dir, &["token", "list"]), 0);
    let id = table.lines().find_map(|line| line.split_whitespace().find(|word| word.parse::<i64>().is_ok())).expect("an id").to_owned();
    assert!(!table.contains(&secret), "a list shows no secret");
    exits(&run(&dir, &["user", "disable", "--email", "aki@example.com"]), 0);
    aki.get("/me").fails(401, "Invalid API token");
    exits(&run(&dir, &["user", "enable", "--email", "aki@example.com"]), 0);
    aki.get("/me").ok();

    let (rotated, _) = exits(&run(&dir, &["token", "rotate", &id, "--overlap", "1h"]), 0);
    aki.get("/me").ok();
    server.chatwork(rotated.trim()).get("/me").ok();
    exits(&run(&dir, &["token", "revoke", &id]), 0);
    aki.get("/me").fails(401, "Invalid API token");

    user(&dir, "ben@example.com");
    exits(&run(&dir, &["contact", "request", "--from", "aki@example.com", "--to", "ben@example.com", "--message", "hi"]), 0);
    let ben = server.chatwork(&token(&dir, "ben@example.com"));
    assert_eq!(ben.get("/incoming_requests").ok()[0]["message"], "hi");
}

#[test]
fn recordings_and_past_sessions_come_in_beside_a_running_server_and_without_one() {
    const SESSION: &str = r#"{"started": "2026-03-04T15:00:00Z", "ended": "2026-03-04T16:00:00Z",
        "attendees": [{"nickname": "Ada", "email": "ada@example.org", "role": "host", "spans": [["2026-03-04T15:05:00Z", "2026-03-04T15:55:00Z"]],
                       "rating": 5, "votes": [[0, 0, 1]]}],
        "chat": [{"attendee": 0, "at": "2026-03-04T15:10:00Z", "text": "Hello"}],
        "polls": [{"name": "Lunch", "questions": [{"question": "What?", "answers": [{"value": "Soup"}, {"value": "Rice", "points": 1}]}]}]}"#;
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, film, session) = (folder.path().join("data"), folder.path().join("demo.mp4"), folder.path().join("session.json"));
    std::fs::write(&film, "a film").expect("a file");
    std::fs::write(&session, SESSION).expect("a file");
    let (film, session) = (film.to_str().expect("a path"), session.to_str().expect("a path"));
    exits(&run(&dir, &["organization", "create", "--slug", "second", "--name", "Second"]), 0);
    exits(&run(&dir, &["organization", "edit", "second", "--name", "Branch", "--time-zone", "Asia/Tokyo", "--language", "ja"]), 0);
    let (listed, _) = exits(&run(&dir, &["organization", "list"]), 0);
    assert!(listed.lines().any(|line| line.contains("second") && line.contains("Branch  Asia/Tokyo  ja")), "{listed}");
    exits(&run(&dir, &["organization", "edit", "second", "--language", "xx"]), 2);
    exits(&run(&dir, &["organization", "edit", "third", "--language", "ja"]), 1);
    let (key, _) = exits(&run(&dir, &["token", "create", "--dialect", "clickmeeting", "--organization", "office"]), 0);
    let server = Process::serve(&dir);
    let office = ClickMeeting::new(server.base(), key.trim());
    let room = office.create_id("Spring demo", &[]);

    let add =
        |name: &str, more: &[&str]| run(&dir, &[&["recording", "add", film, "--room", name, "--organization", "office"], more].concat());
    exits(&add("spring_demo", &["--duration", "60", "--started", "2026-03-04T15:00:00Z"]), 0);
    let (told, _) = exits(&run(&dir, &["session", "import", session, "--room", &room.to_string(), "--organization", "office"]), 0);
    let listed = office.list(&format!("/conferences/{room}/recordings"));
    assert_eq!((&listed[0]["recording_file_size"], &listed[0]["recorder_started"]), (&6.into(), &"2026-03-04 15:00:00".into()));
    let attendees = office.list(&format!("/conferences/{room}/sessions/{}/attendees", told.trim()));
    assert_eq!((&attendees[0]["rating"], &attendees[0]["polls"][0]["questions"][0]["answers"][0]["value"]), (&"5".into(), &"Rice".into()));
    drop(server);
    exits(&add("spring_demo", &["--duration", "60"]), 0);

    let (_, words) = exits(&add("nowhere", &["--duration", "60"]), 1);
    assert!(words.contains("no such conference room"), "{words}");
    exits(&run(&dir, &["recording", "add", "missing.mp4", "--room", "spring_demo", "--duration", "1", "--organization", "office"]), 2);
    exits(&run(&dir, &["recording", "add", film, "--room", "spring_demo", "--duration", "1"]), 2);
    for (right, wrong, field) in [
        ("T16:00:00Z", "T14:00:00Z", "ended"),
        ("\"host\"", "\"guest\"", "role"),
        ("[[0, 0, 1]]", "[[0, 0, 7]]", "votes"),
        ("\"attendee\": 0", "\"attendee\": 9", "chat"),
        ("\"started\"", "\"begun\"", "unknown field"),
    ] {
        std::fs::write(session, SESSION.replace(right, wrong)).expect("a file");
        let (_, words) = exits(&run(&dir, &["session", "import", session, "--room", "spring_demo", "--organization", "office"]), 2);
        assert!(words.contains(field), "{field}: {words}");
    }
}

#[test]
fn meeting_rooms_are_added_and_reserved_beside_a_running_server_and_without_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    exits(&run(&dir, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 0);
    exits(&run(&dir, &["organization", "create", "--slug", "tokyo", "--name", "Tokyo", "--time-zone", "Asia/Tokyo"]), 0);
    exits(&run(&dir, &["user", "create", "--organization", "tokyo", "--email", "mika@example.com", "--name", "Mika"]), 0);
    exits(&run(&dir, &["user", "create", "--organization", "tokyo", "--email", "ken@example.com", "--name", "Ken"]), 0);
    let tokyo = |arguments: &[&str]| run(&dir, &[arguments, &["--organization", "tokyo"]].concat());
    let (id, words) = exits(&tokyo(&["place", "add", "--name", "会議室A", "--group", "3F", "--capacity", "8", "--memo", "screen"]), 0);
    assert!(id.trim().len() == 19 && words.contains(" reservation add`"), "{id}{words}");
    exits(&tokyo(&["place", "add", "--name", "Attic", "--not-in-use"]), 0);
    let (_, words) = exits(&tokyo(&["place", "add", "--name", "会議室A"]), 1);
    assert!(words.contains("name is taken"), "{words}");
    let (_, words) = exits(&tokyo(&["place", "add", "--name", " "]), 2);
    assert!(words.contains("name is required"), "{words}");
    let server = Process::serve(&dir);
    let (table, _) = exits(&tokyo(&["place", "list"]), 0);
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines.len() == 3 && lines[1].starts_with(id.trim()) && lines[1].contains("screen") && lines[2].contains("not in use"),
        "{table}"
    );

    let add = |place: &str, more: &[&str]| {
        tokyo(&[&["reservation", "add", "--place", place, "--title", "Weekly", "--by", "mika@example.com"], more].concat())
    };
    let hour: &[&str] = &["--start", "2026-01-12 10:00", "--end", "2026-01-12T02:00:00Z"];
    let (reservation, words) = exits(&add("会議室A", &[hour, &["--member", "ken@example.com"]].concat()), 0);
    assert!(words.contains("from 2026-01-12T10:00:00+09:00 to 2026-01-12T11:00:00+09:00"), "{words}");
    let (_, words) = exits(&add(id.trim(), hour), 1);
    assert!(words.contains("time is taken") && words.contains(" reservation list"), "{words}");
    exits(&add("会議室A", &["--day", "2026-01-13", "--last-day", "2026-01-14"]), 0);
    let (table, _) = exits(&tokyo(&["reservation", "list", "--period", "2026-01"]), 0);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines.len() == 3 && lines[1].starts_with(reservation.trim()) && lines[1].ends_with("mika@example.com  2"), "{table}");
    assert!(lines[2].contains("2026-01-13") && lines[2].contains("2026-01-14"), "{table}");
    assert_eq!(exits(&tokyo(&["reservation", "list"]), 0).0.lines().count(), 1, "nothing today");
    drop(server);
    exits(&run(&dir, &["reservation", "remove", reservation.trim()]), 0);
    let (_, words) = exits(&tokyo(&["reservation", "remove", reservation.trim()]), 1);
    assert!(words.contains("no such reservation") && words.contains(" reservation list"), "{words}");
    exits(&add("会議室A", hour), 0);

    let cases: [(&str, &[&str], i32, &str); 8] = [
        ("Cellar", hour, 1, " place list`"),
        ("Attic", hour, 2, "not in use"),
        ("会議室A", &["--start", "2026-01-12 10:00"], 2, "--end"),
        ("会議室A", &["--start", "2026-01-12 10:00", "--end", "2026-01-12 09:00"], 2, "end has to come after"),
        ("会議室A", &["--start", "tomorrow", "--end", "2026-01-12 09:00"], 2, "start: write it as"),
        ("会議室A", &["--day", "2026-02-30"], 2, "write a day as"),
        ("会議室A", &[hour, &["--day", "2026-01-12"]].concat(), 2, "--day"),
        ("会議室A", &[hour, &["--member", "aki@example.com"]].concat(), 1, "no such account"),
    ];
    for (place, more, code, word) in cases {
        let (out, err) = exits(&add(place, more), code);
        assert!(format!("{out}{err}").contains(word), "{more:?}: {out}{err}");
    }
    let (_, words) = exits(&tokyo(&["reservation", "list", "--period", "soon"]), 2);
    assert!(words.contains("period: write a month as"), "{words}");
}

#[test]
fn administrators_have_passwords_that_no_argument_carries() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let create = ["admin", "create", "--email", "root@example.com", "--password-stdin"];
    exits(&run_with(&dir, &create, "a long password\n"), 0);
    assert!(exits(&run(&dir, &["admin", "list"]), 0).0.contains("root@example.com"));
    let (_, words) = exits(&run_with(&dir, &create, "a long password\n"), 1);
    assert!(words.contains("administrator already"), "{words}");
    exits(&run_with(&dir, &["admin", "reset-password", "--email", "root@example.com", "--password-stdin"], "another password\n"), 0);
    for last in [["admin", "disable"], ["user", "disable"]] {
        let (_, words) = exits(&run(&dir, &[&last[..], &["--email", "root@example.com"]].concat()), 1);
        assert!(words.contains("at least one administrator has to remain") && words.contains(" admin create`"), "{words}");
    }
    exits(&run_with(&dir, &["admin", "create", "--email", "kim@example.com", "--password-stdin"], "a long password\n"), 0);
    exits(&run(&dir, &["admin", "disable", "--email", "root@example.com"]), 0);
    assert!(!exits(&run(&dir, &["admin", "list"]), 0).0.contains("root@example.com"));
}

#[test]
fn a_directory_has_one_holder_and_one_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    user(&dir, "aki@example.com");
    let (_, words) = exits(&run(&dir, &["sandbox", "--listen", "127.0.0.1:0"]), 6);
    assert!(words.contains("holds an office, not a sandbox. Run `crosstalk serve --data "), "{words}");
    let server = Process::serve(&dir);
    let (_, words) = exits(&run(&dir, &["serve", "--listen", "127.0.0.1:0"]), 5);
    assert!(words.contains(&server.pid().to_string()), "the holder is named: {words}");
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    user(&dir, "aki@example.com");
    #[expect(clippy::disallowed_methods, reason = "this test makes the directory that the program refuses")]
    let database = rusqlite::Connection::open(dir.join("app.db")).expect("a database");
    database.pragma_update(None, "user_version", 9_999).expect("a newer schema");
    drop(database);
    let (_, words) = exits(&run(&dir, &["serve", "--listen", "127.0.0.1:0"]), 6);
    assert!(words.contains("9999"), "{words}");
}

#[test]
fn an_address_in_use_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let (_, words) = exits(&run(&folder.path().join("data"), &["serve", "--listen", &address]), 5);
    assert!(words.contains(&address) && words.contains("--listen ADDR."), "{words}");
    let (dir, protected) = (folder.path().join("protected"), format!("https://{address}"));
    let serve = ["serve", "--tls", "self-signed", "--listen", "127.0.0.1:0", "--listen", &protected];
    let (_, words) = exits(&run(&dir, &serve), 5);
    assert!(words.contains(&protected) && words.contains("--listen https://ADDR"), "the plain one would not help: {words}");
    let files = ["serve", "--listen", "https://127.0.0.1:0", "--tls", "files", "--tls-cert", "missing.pem", "--tls-key", "missing.key"];
    exits(&run(&dir, &files), 3);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "what can't start leaves no office behind");
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let advised = format!("`crosstalk --data {} user list`", dir.display());
    let cases: [(&[&str], i32, &str); 11] = [
        (&["serve", "--lisen", "127.0.0.1:0"], 2, "--listen"),
        (&["sandbox", "--sead", "x"], 2, "--seed"),
        (&["setup-url"], 1, "no server runs"),
        (&["sandbox", "--listen", "0.0.0.0:0"], 2, "--expose"),
        (&["token", "create", "--dialect", "chatwrk", "--user", "x@example.com"], 2, "chatwork"),
        (&["user", "disable", "--email", "nobody@example.com"], 1, &advised),
        (&["user", "erase", "--email", "aki@example.com"], 2, "keep|blank"),
        (&["curl", "chatwork", "post-mesage"], 2, "post-message"),
        (&["token", "revoke", "abc"], 2, "digits that stand in the list"),
        (&["reservation", "remove", "Weekly"], 2, "digits that stand in the list"),
        (&["status"], 4, "no server runs"),
    ];
    user(&dir, "aki@example.com");
    for (arguments, code, word) in cases {
        let (out, err) = exits(&run(&dir, arguments), code);
        assert!(format!("{out}{err}").contains(word), "{arguments:?}: {out}{err}");
    }
}

#[test]
fn who_has_to_say_which_organization_is_told_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    user(&dir, "aki@example.com");
    token(&dir, "aki@example.com");
    exits(&run(&dir, &["organization", "create", "--slug", "tokyo", "--name", "Tokyo"]), 0);
    for several in [&["user", "list"][..], &["place", "list"], &["reservation", "list"]] {
        let (_, words) = exits(&run(&dir, several), 2);
        assert!(words.contains("there are several, office, tokyo; say which with --organization SLUG"), "{words}");
    }
    let (_, words) = exits(&run(&dir, &["user", "create", "--organization", "tokyo", "--email", "aki@example.com", "--name", "Aki"]), 1);
    assert!(words.contains("the address of Somebody in the organization office already"), "{words}");
    let (table, _) = exits(&run(&dir, &["token", "list", "--organization", "office"]), 0);
    let id = table.lines().find_map(|line| line.split_whitespace().find(|word| word.parse::<i64>().is_ok())).expect("an id");
    exits(&run(&dir, &["token", "revoke", id]), 0);
    let (_, words) = exits(&run(&dir, &["token", "revoke", "999999"]), 1);
    assert!(words.contains("no such token"), "{words}");
}

#[test]
fn commands_that_name_no_directory_find_the_one_sandbox_that_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let (temporary, ready) = (folder.path().join("tmp"), folder.path().join("sandbox.ready"));
    std::fs::create_dir(&temporary).expect("a folder");
    let command = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(folder.path()).env("TMPDIR", &temporary);
        command
    };
    let ask = |arguments: &[&str]| command(BINARY).args(arguments).output().expect("a command");
    exits(&ask(&["status"]), 4);
    let sandbox = |more: &[&str], ready: &Path| {
        let mut sandbox = command(BINARY);
        sandbox.args(["sandbox", "--listen", "127.0.0.1:0", "--ready-file"]).arg(ready).args(more).stdout(Stdio::null());
        let log = std::fs::File::create(ready.with_extension("log")).expect("a file");
        Process::of(sandbox.stderr(log).spawn().expect("a process"), ready).expect("a sandbox")
    };
    let server = sandbox(&[], &ready);
    let (_, words) = exits(&ask(&["organization", "edit", "office", "--language", "pl"]), 0);
    assert!(words.contains("so this is about the sandbox in"), "{words}");
    assert!(exits(&ask(&["status"]), 0).0.contains(server.base()));
    assert!(exits(&ask(&["env", "chatwork"]), 0).0.contains(server.base()));
    assert!(exits(&ask(&["doctor"]), 0).0.contains("good     server"));
    assert!(exits(&ask(&["backup", "list"]), 0).1.contains("crosstalk-sandbox-"));
    assert!(exits(&ask(&["setup-url"]), 1).1.contains("a sandbox has no set-up page"));

    std::fs::write(folder.path().join("demo.mp4"), "a film").expect("a file");
    let session = r#"{"started": "2026-03-04T15:00:00Z", "ended": "2026-03-04T16:00:00Z"}"#;
    std::fs::write(folder.path().join("session.json"), session).expect("a file");
    for (name, examples) in [("recording", 2), ("session", 1)] {
        let help = exits(&ask(&[name, "--help"]), 0).0.replace("\\\n", " ");
        let lines: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  crosstalk ")).collect();
        assert_eq!(lines.len(), examples, "{help}");
        for line in lines {
            exits(&command("sh").arg("-c").arg(format!("{BINARY} {line}")).output().expect("a shell"), 0);
        }
    }

    let own = std::fs::read_dir(&temporary).expect("a folder").next().expect("a sandbox").expect("an entry").path();
    std::fs::set_permissions(&own, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    let (_, words) = exits(&ask(&["organization", "list"]), 1);
    assert!(words.contains("there is nothing in the data directory"), "others may have put it there: {words}");
    assert!(!folder.path().join("data").exists(), "asking makes nothing");

    std::fs::set_permissions(&own, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("a mode");
    let ready_too = folder.path().join("another.ready");
    let _another = sandbox(&["--login"], &ready_too);
    let (_, words) = exits(&ask(&["env", "chatwork"]), 0);
    assert!(words.contains("Several sandboxes run, so none is chosen. Name one: --data /"), "{words}");
    let greeting = std::fs::read_to_string(ready_too.with_extension("log")).expect("a greeting");
    let advice =
        greeting.lines().find_map(|line| line.trim().strip_prefix("Sign-in          crosstalk ")).unwrap_or_else(|| panic!("{greeting}"));
    assert!(advice.starts_with("admin create --email alice@example.com --data '/"), "{advice}");
}

#[test]
fn backups_are_listed_where_the_running_server_has_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, shelf) = (folder.path().join("data"), folder.path().join("shelf"));
    user(&dir, "aki@example.com");
    let (here, words) = exits(&run(&dir, &["backup", "create"]), 0);
    assert!(here.starts_with(&*dir.to_string_lossy()) && !words.contains("the server goes on"), "{words}");
    let mut command = Command::new(BINARY);
    command.env("CROSSTALK_BACKUP__DIR", &shelf);
    let _server = Process::start(command, &["serve"], &dir, &dir).expect("a server");
    let (table, words) = exits(&run(&dir, &["backup", "list"]), 0);
    assert!(table.lines().count() == 1 && words.contains(&format!("There is no folder {}", shelf.display())), "{table}{words}");
    let (made, words) = exits(&run(&dir, &["backup", "create"]), 0);
    assert!(made.starts_with(&*shelf.to_string_lossy()) && words.contains("the server goes on"), "{made}{words}");
    let (table, _) = exits(&run(&dir, &["backup", "list"]), 0);
    assert!(table.contains(&made) && !table.contains(&here), "{table}");
}

#[test]
fn a_bad_setting_is_named_with_its_nearest_good_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("crosstalk.toml");
    std::fs::write(&file, "[server]\nlisen = [\"127.0.0.1:0\"]\n").expect("a file");
    let output = Command::new(BINARY).args(["config", "check", "--config"]).arg(&file).output().expect("a process");
    let (_, words) = exits(&output, 3);
    assert!(words.contains("server.listen"), "{words}");
    let output =
        Command::new(BINARY).args(["config", "show", "--origin"]).env("CROSSTALK_LOG__LEVEL", "debug").output().expect("a process");
    let (shown, _) = exits(&output, 0);
    assert!(shown.contains("CROSSTALK_LOG__LEVEL"), "{shown}");
    let template = Command::new(BINARY).args(["config", "template"]).output().expect("a process");
    assert!(exits(&template, 0).0.contains("listen = "));
}

#[test]
fn a_contract_can_be_printed_and_its_lines_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    for contract in CONTRACTS {
        let printed = exits(&run(&dir, &["openapi", contract.dialect.name()]), 0).0;
        assert_eq!(printed.trim_end(), contract.document().trim_end());
    }
    let (line, _) = exits(&run(&dir, &["curl", "chatwork", "post-message"]), 0);
    assert!(line.starts_with("curl ") && line.contains("/v2/rooms/") && line.contains("X-ChatWorkToken"), "{line}");
    let (exports, _) = exits(&run(&dir, &["env", "chatwork"]), 0);
    assert!(exports.contains("export CROSSTALK_CHATWORK_URL="), "{exports}");
}
