//! The first thing that happens to a server.

use std::process::Command;

use crosstalk::domain::Email;
use crosstalk::ops::{accounts, administration};
use crosstalk::store::{self, Cause, Tx};
use serde_json::{Value, json};

use crate::kit::{BINARY, Browser, PASSWORD, Process, TestApp, TestOptions, open_office, password_hash, request, send};

fn key(app: &TestApp) -> String {
    app.world.write_blocking(Cause::command("test"), administration::renew_setup_key).expect("a key")
}

fn form(key: &str) -> Value {
    json!({
        "key": key, "organization": "Kwiaty Łódź", "language": "pl", "time_zone": "Europe/Warsaw", "email": "kim@example.org",
        "name": "Kim", "password": "correct horse battery"
    })
}

#[test]
fn whoever_has_the_key_sets_the_server_up_once() {
    let app = TestApp::bare(TestOptions::default());
    let mut browser = app.browser();
    assert_eq!(browser.get("/setup").ok()["is_needed"], true);
    let key = key(&app);
    let answer = browser.json("POST", "/setup", &form(&key));
    assert_eq!(answer.status, 201, "{}", answer.text());
    browser.take(&answer);
    assert_eq!(browser.get("/session").ok()["email"], "kim@example.org");
    assert_eq!(browser.get("/setup").ok()["is_needed"], false);
    let organization = &browser.get("/organizations").ok()["items"][0];
    assert_eq!(
        (&organization["name"], &organization["time_zone"], &organization["language"]),
        (&json!("Kwiaty Łódź"), &json!("Europe/Warsaw"), &json!("pl"))
    );
    let secret = answer.json()["token"]["secret"].as_str().expect("a secret").to_owned();
    let me = send(request("GET", &format!("{}/v2/me", app.base)).header("x-chatworktoken", &secret)).ok();
    assert_eq!(me["name"], "Kim");
    assert!(answer.json()["token"]["curl"].as_str().expect("a line").starts_with("curl -H 'X-ChatWorkToken: cw"));
    app.browser().json("POST", "/setup", &form(&key)).is_not_done(403, "not_here");
}

#[test]
fn a_key_is_good_for_half_an_hour_and_only_the_newest() {
    let app = TestApp::bare(TestOptions::default());
    let browser = app.browser();
    browser.json("POST", "/setup", &form("nonsense")).is_not_done(401, "key_not_good");
    let asked = |key: &str| browser.json("POST", "/setup/key", &json!({"key": key}));
    asked("nonsense").is_not_done(401, "key_not_good");
    let first = key(&app);
    let second = key(&app);
    browser.json("POST", "/setup", &form(&first)).is_not_done(401, "key_not_good");
    asked(&first).is_not_done(401, "key_not_good");
    asked(&second).ok();
    app.advance_s(30 * 60);
    asked(&second).is_not_done(401, "key_not_good");
    browser.json("POST", "/setup", &form(&second)).is_not_done(401, "key_not_good");
    let third = key(&app);
    for (field, bad) in [
        ("organization", json!("")),
        ("language", json!("tlh")),
        ("time_zone", json!("Mars/Olympus")),
        ("email", json!("kim")),
        ("name", json!("")),
        ("password", json!("short")),
    ] {
        let mut body = form(&third);
        body[field] = bad.clone();
        let answer = browser.json("POST", "/setup", &body);
        answer.is_not_done(
            400,
            if field == "email" {
                "no_address"
            } else if bad == "" {
                "missing"
            } else {
                "invalid"
            },
        );
        assert_eq!(answer.json()["error"]["field"], field);
    }
    assert_eq!(browser.json("POST", "/setup", &form(&third)).status, 201, "a form that was refused used no key up");
}

#[test]
fn a_form_hears_of_its_first_field_that_is_wrong() {
    let app = TestApp::bare(TestOptions::default());
    let (browser, key) = (app.browser(), key(&app));
    let whole = form(&key);
    let mut body = json!({"key": key});
    for field in ["language", "organization", "time_zone", "name", "email", "password"] {
        let answer = browser.json("POST", "/setup", &body);
        answer.is_not_done(400, "missing");
        assert_eq!(answer.json()["error"]["field"], field);
        body[field] = whole[field].clone();
    }
    assert_eq!(browser.json("POST", "/setup", &body).status, 201);
    browser.json("POST", "/setup/key", &json!({"key": key})).is_not_done(403, "not_here");
}

#[test]
fn of_ten_who_race_one_wins() {
    let app = TestApp::bare(TestOptions::default());
    let key = key(&app);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..10)
            .map(|n| {
                let (browser, mut body) = (app.browser(), form(&key));
                body["email"] = json!(format!("racer{n}@example.org"));
                scope.spawn(move || browser.json("POST", "/setup", &body).status)
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 401, 403].contains(status)), "{statuses:?}");
}

#[test]
fn who_is_disabled_is_made_no_administrator_and_nobody_counts_on_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let world = open_office(&dir);
    let leave_disabled = |tx: &Tx<'_>| {
        let email = Email::parse("kim@example.org")?;
        let kim = accounts::create_admin(tx, None, &email, password_hash())?;
        // As older versions could leave it.
        store::accounts::update_disabled(tx, kim.account.person.id, true)
    };
    world.write_blocking(Cause::command("test"), leave_disabled).expect("a disabled administrator");
    drop(world);
    let password = folder.path().join("password");
    std::fs::write(&password, PASSWORD).expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(BINARY);
        command.args(arguments).args(["--email", "kim@example.org", "--data"]).arg(&dir);
        let output = command.stdin(std::fs::File::open(&password).expect("a file")).output().expect("a process");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for command in ["create", "reset-password"] {
        let (code, words) = run(&["admin", command, "--password-stdin"]);
        assert!(code == Some(2) && words.contains("is disabled") && words.contains(" user enable`"), "{command} {code:?} {words}");
    }

    let mut command = Command::new(BINARY);
    command.envs([("CROSSTALK_ADMIN__EMAIL", "kim@example.org"), ("CROSSTALK_ADMIN__PASSWORD", "a long password")]);
    let server = Process::start(command, &["serve"], &dir, &dir).expect("a server");
    let told = std::fs::read_to_string(dir.with_extension("log")).expect("a log");
    assert!(told.contains("Nobody administers this server yet") && told.contains("crosstalk user enable"), "{told}");
    let mut browser = Browser::at(server.base());
    let login = json!({"email": "kim@example.org", "password": PASSWORD});
    browser.sign_in(&login).is_not_done(401, "wrong_password");
    assert_eq!(run(&["user", "enable"]).0, Some(0));
    browser.sign_in(&login).ok();
}
