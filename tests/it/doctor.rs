//! `crosstalk doctor`: what is well, what is worth a warning, and what is broken, found without changing anything.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crosstalk::domain::{Dialect, Email, NewPerson, NewToken, OrganizationRole, PersonName, Scopes};
use crosstalk::ops;
use crosstalk::store::Cause;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::Value;

use crate::kit::{BINARY, Guard, MailServer, Process, authority, open_office};

/// An office on the disk, with a file of Kim's.
struct Office {
    _folder: tempfile::TempDir,
    dir: PathBuf,
}

/// What was found, and the exit code.
struct Found {
    report: Value,
    code: Option<i32>,
}

impl Found {
    fn check(&self, name: &str) -> (&str, &str) {
        let checks = self.report["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("{name} in {}", self.report));
        (check["state"].as_str().expect("a state"), check["message"].as_str().expect("words"))
    }

    #[track_caller]
    fn is(&self, name: &str, state: &str, words: &str) -> &Self {
        let (found, message) = self.check(name);
        assert!(found == state && message.contains(words), "{name}: {found}, {message}");
        let advice =
            self.report["checks"].as_array().expect("checks").iter().find(|check| check["check"] == name).expect("a check").get("advice");
        assert_eq!(advice.is_some(), matches!(state, "warning" | "bad"), "whoever is warned is told what to do");
        self
    }

    /// The exit code follows from the worst finding.
    #[track_caller]
    fn exits(&self, code: i32) -> &Self {
        let is_bad = self.report["checks"].as_array().expect("checks").iter().any(|check| check["state"] == "bad");
        assert_eq!((self.code, is_bad, self.report["state"] == "bad"), (Some(code), code == 4, code == 4), "{}", self.report);
        self
    }
}

impl Office {
    fn found() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("data");
        let made = open_office(&dir).write_blocking(Cause::job("test"), |tx| {
            let email = Email::parse("kim@example.org")?;
            ops::accounts::create_user(
                tx,
                None,
                &NewPerson { email: email.clone(), name: PersonName::parse("Kim")?, role: OrganizationRole::Member },
            )?;
            let token = NewToken { dialect: Dialect::Chatwork, scopes: Scopes::All, expires: None, note: String::new() };
            ops::tokens::create_token(tx, None, Some(&email), &token)
        });
        let mut process = Process::serve(&dir);
        let kim = process.chatwork(&made.expect("a token").secret);
        let room = kim.own_room();
        let form = reqwest::blocking::multipart::Form::new();
        let part = reqwest::blocking::multipart::Part::bytes(b"what Kim wrote".to_vec()).file_name("notes.txt");
        crate::kit::send(kim.request("POST", &format!("/rooms/{room}/files")).multipart(form.part("file", part))).ok();
        process.terminate();
        process.exit_code();
        Self { _folder: folder, dir }
    }

    fn look(&self, more: &[&str]) -> Found {
        self.look_with(more, &[])
    }

    fn look_with(&self, more: &[&str], environment: &[(&str, &str)]) -> Found {
        let mut command = Command::new(BINARY);
        let output = command
            .args(["doctor", "--json", "--data"])
            .arg(&self.dir)
            .args(more)
            .envs(environment.iter().copied())
            .output()
            .expect("a process");
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        Found { report, code: output.status.code() }
    }

    /// The only content.
    fn content(&self) -> PathBuf {
        let folders = fs::read_dir(self.dir.join("files")).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut contents = folders.filter(|path| !path.ends_with("tmp")).flat_map(|folder| fs::read_dir(folder).expect("a folder"));
        contents.next().expect("a content").expect("an entry").path()
    }

    fn database(&self) -> rusqlite::Connection {
        #[expect(clippy::disallowed_methods, reason = "these tests do what the doctor has to find")]
        rusqlite::Connection::open(self.dir.join("app.db")).expect("a database")
    }
}

fn make_old(path: &Path) {
    let file = File::options().write(true).open(path).expect("a file");
    let modified = file.metadata().expect("a file").modified().expect("a time");
    file.set_modified(modified - Duration::from_secs(30 * 24 * 60 * 60)).expect("a time");
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_healthy_office_is_told_to_be_one_with_and_without_a_server_and_nothing_is_changed() {
    let office = Office::found();
    let written = || {
        let found = fs::metadata(office.dir.join("app.db")).expect("a database");
        (found.mtime_nsec(), found.mtime(), found.len())
    };
    let before = written();
    let found = office.look(&[]);
    found.exits(0).is("backup", "warning", "there is none").is("server", "good", "none runs").is("configuration", "good", "");
    for check in ["directory", "leftovers", "schema", "database", "contents", "audit", "clock", "mails", "certificates", "mail-server"] {
        assert_eq!(found.check(check).0, "good", "{check}: {}", found.report);
    }
    found.is("contents", "good", "1 are there, 1 were read");
    assert_eq!(written(), before);
    let process = Process::serve(&office.dir);
    office.look(&["--deep"]).exits(0).is("server", "good", process.base()).is("database", "good", "index").is("audit", "good", "whole");
    let text = Command::new(BINARY).args(["doctor", "--data"]).arg(&office.dir).output().expect("a process");
    let words = String::from_utf8(text.stdout).expect("a text");
    let advised = format!("→ Make one with `crosstalk --data {} backup create --to DIR`", office.dir.display());
    assert!(words.contains("warning  backup") && words.contains(&advised) && !words.contains("BROKEN"), "{words}");
}

#[test]
fn contents_that_are_missing_damaged_or_named_by_nothing_are_found() {
    let office = Office::found();
    let content = office.content();
    let kept = fs::read(&content).expect("a content");
    fs::write(&content, "what Kim wrotE").expect("a content");
    office.look(&[]).exits(4).is("contents", "bad", "1 damaged");
    fs::remove_file(&content).expect("a content");
    office.look(&[]).exits(4).is("contents", "bad", "1 are missing");
    fs::write(&content, kept).expect("a content");
    let stray = content.with_file_name(format!("{}{}", &content.file_name().expect("a name").to_string_lossy()[..2], "0".repeat(62)));
    fs::write(&stray, "x").expect("a content");
    office.look(&[]).exits(0).is("contents", "good", "1 are there");
    make_old(&stray);
    office.look(&[]).exits(0).is("contents", "warning", "1 lie there");
}

#[test]
fn a_broken_database_and_a_changed_audit_log_are_found() {
    let office = Office::found();
    let database = office.database();
    database.execute_batch("DROP TRIGGER IF EXISTS audit_stays; DROP TRIGGER IF EXISTS audit_is_kept").expect("a database");
    let triggers: Vec<String> = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'")
        .and_then(|mut found| found.query_map([], |row| row.get(0))?.collect())
        .expect("triggers");
    triggers.iter().for_each(|name| database.execute_batch(&format!("DROP TRIGGER {name}")).expect("a trigger"));
    database.execute("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 2", []).expect("a change");
    drop(database);
    office.look(&[]).exits(4).is("audit", "bad", "breaks at entry 2").is("database", "good", "");
    let mut file = File::options().write(true).open(office.dir.join("app.db")).expect("a database");
    for page in 3..60 {
        file.seek(SeekFrom::Start(page * 4096 + 100)).expect("a place");
        file.write_all(&[0xA5; 900]).expect("damage");
    }
    let found = office.look(&[]);
    found.exits(4);
    assert_eq!(found.check("database").0, "bad", "{}", found.report);
    let advice = "with `crosstalk backup restore BACKUP --data NEW-DIR`";
    assert!(found.report.to_string().contains(advice), "not into the one that is broken: {}", found.report);
}

#[test]
fn schemas_of_other_programs_are_told_from_ours() {
    let office = Office::found();
    let known: u32 = office.database().pragma_query_value(None, "user_version", |row| row.get(0)).expect("a schema");
    office.database().pragma_update(None, "user_version", known + 1).expect("a schema");
    office.look(&[]).exits(4).is("schema", "bad", &format!("this program knows {known}"));
    office.database().pragma_update(None, "user_version", known - 1).expect("a schema");
    office.look(&[]).exits(0).is("schema", "good", "the next start").is("contents", "unknown", "");
    let schema: u32 = office.database().pragma_query_value(None, "user_version", |row| row.get(0)).expect("a schema");
    assert_eq!(schema, known - 1, "looking changes nothing");
}

#[test]
fn what_others_may_read_and_what_was_left_behind_is_told() {
    let office = Office::found();
    set_mode(&office.dir, 0o755);
    office.look(&[]).exits(0).is("directory", "warning", "mode 755");
    set_mode(&office.dir, 0o700);
    fs::create_dir_all(office.dir.join("tls")).expect("a folder");
    fs::write(office.dir.join("tls/ca.key"), "x").expect("a file");
    set_mode(&office.dir.join("tls/ca.key"), 0o644);
    office.look(&[]).exits(4).is("directory", "bad", "ca.key is open to others");
    set_mode(&office.dir.join("tls/ca.key"), 0o600);
    office.look(&[]).exits(0).is("directory", "good", "");
    let upload = office.dir.join("files/tmp/abc");
    fs::write(&upload, "half").expect("a file");
    office.look(&[]).is("leftovers", "good", "");
    make_old(&upload);
    office.look(&[]).exits(0).is("leftovers", "warning", "files/tmp/abc");
    fs::remove_file(&upload).expect("a file");
    let shelf = office.dir.with_file_name("shelf");
    for folder in ["outbox", "backups"] {
        fs::create_dir_all(office.dir.join(folder)).expect("a folder");
    }
    fs::create_dir(&shelf).expect("a folder");
    for left in [".unfinished-app.db", ".partial-app.db", "outbox/7.partial", "backups/.partial-x", "tls/ca.partial", "../shelf/.partial-y"]
    {
        let left = office.dir.join(left);
        fs::write(&left, "half").expect("a file");
        make_old(&left);
        let words = left.file_name().expect("a name").to_string_lossy().into_owned();
        office.look(&["--backups", shelf.to_str().expect("a path")]).exits(4).is("leftovers", "warning", &words).is(
            "backup",
            "bad",
            "there is none",
        );
        fs::remove_file(&left).expect("a file");
    }
    let cut_off = office.dir.with_file_name("cut off");
    fs::create_dir(&cut_off).expect("a folder");
    fs::write(cut_off.join(".unfinished-app.db"), "half").expect("a file");
    Office { _folder: tempfile::tempdir().expect("a folder"), dir: cut_off }.look(&[]).exits(4).is("directory", "bad", "never finished");
    let nowhere = office.dir.join("nowhere");
    let output = Command::new(BINARY).args(["doctor", "--data"]).arg(&nowhere).output().expect("a process");
    assert!(output.status.code() == Some(4) && !nowhere.exists(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn backups_are_judged_by_age_and_by_the_disk_they_lie_on() {
    let office = Office::found();
    let backup = |to: &Path| {
        let made =
            Command::new(BINARY).args(["backup", "create", "--data"]).arg(&office.dir).arg("--to").arg(to).output().expect("a process");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        PathBuf::from(String::from_utf8(made.stdout).expect("a path").trim())
    };
    let beside = office.dir.join("backups");
    let made = backup(&beside);
    office.look(&[]).exits(0).is("backup", "warning", "on the same disk");
    fs::rename(&made, made.with_file_name("2020-01-31T09-00-00Z")).expect("a name");
    office.look(&[]).exits(0).is("backup", "warning", "2020-01-31");
    let shelf = office.dir.with_file_name("shelf");
    let look = || office.look(&["--backups", shelf.to_str().expect("a path")]);
    look().exits(4).is("backup", "bad", "shelf is not there");
    let made = backup(&shelf);
    set_mode(&shelf, 0o755);
    look().exits(0).is("backup", "warning", "on the same disk");
    set_mode(&made, 0o755);
    look().exits(0).is("backup", "warning", "is open to other users of this machine (mode 755)");
    set_mode(&shelf, 0o700);
    look().exits(0).is("backup", "warning", "on the same disk");
    let later = made.with_file_name("2136-01-31T09-00-00Z");
    fs::rename(&made, &later).expect("a name");
    look().exits(4).is("backup", "bad", "there is none");
    let another = Office::found();
    fs::rename(&later, &made).expect("a name");
    another.look(&["--backups", shelf.to_str().expect("a path")]).exits(4).is("backup", "bad", "there is none");
    let old = made.with_file_name("2020-01-31T09-00-00Z");
    fs::rename(&made, &old).expect("a name");
    look().exits(4).is("backup", "bad", "2020-01-31");
    let memory = Path::new("/dev/shm");
    let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
    if device(memory).is_some_and(|found| Some(found) != device(&office.dir)) {
        let other = tempfile::tempdir_in(memory).expect("another disk");
        backup(other.path());
        office.look(&["--backups", other.path().to_str().expect("a path")]).exits(0).is("backup", "good", "on another disk");
    }
}

#[test]
fn a_configuration_that_is_wrong_is_one_of_the_findings() {
    let office = Office::found();
    office.look_with(&[], &[("CROSSTALK_LOG__LEVEL", "loud")]).exits(4).is("configuration", "bad", "log.level");
}

#[test]
fn the_mail_server_is_tried_when_somebody_asks_and_never_else() {
    let office = Office::found();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let mail = |port: u16, more: &[&str], file: Option<&Path>| {
        let (port, file) = (port.to_string(), file.map(|path| path.display().to_string()).unwrap_or_default());
        let environment = [
            ("CROSSTALK_MAIL__SMTP_HOST", "127.0.0.1"),
            ("CROSSTALK_MAIL__SMTP_PORT", &port),
            ("CROSSTALK_MAIL__SMTP_SECURITY", "tls"),
            ("SSL_CERT_FILE", &file),
        ];
        office.look_with(more, &environment)
    };
    let port = silent.local_addr().expect("a port").port();
    mail(port, &[], None).exits(0).is("mail-server", "unknown", "was not tried");
    silent.set_nonblocking(true).expect("a socket");
    assert!(silent.accept().is_err(), "nobody connected");
    drop(silent);
    mail(port, &["--connect"], None).exits(0).is("mail-server", "warning", "could not be reached");
    let server = MailServer::guarded(Guard::Tls, &[]);
    mail(server.port(), &["--connect"], Some(&authority())).exits(0).is("mail-server", "good", "answers");
    assert!(server.received().is_empty());
}

#[test]
fn beside_a_server_the_doctor_goes_by_what_that_was_told() {
    let office = Office::found();
    let (cert, key, file) = (office.dir.with_extension("pem"), office.dir.with_extension("key"), office.dir.with_extension("toml"));
    let pair = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["chat.example.org".to_owned()]).expect("a name");
    fs::write(&cert, params.self_signed(&pair).expect("a certificate").pem()).expect("a file");
    fs::write(&key, pair.serialize_pem()).expect("a file");
    // A file is in the place of the folder, so no backup can be made.
    let settings = format!("[mail]\nsmtp_host = '127.0.0.1'\n[backup]\ndir = '{}'\nschedule = '6h'\n", cert.display());
    fs::write(&file, settings).expect("a file");
    let [cert, key, file] = [&cert, &key, &file].map(|path| path.to_str().expect("a path"));
    let verb = ["serve", "--config", file, "--tls", "files", "--tls-cert", cert, "--tls-key", key];
    let _process = Process::start(Command::new(BINARY), &verb, &office.dir, &office.dir).expect("a server");
    let until = Instant::now() + Duration::from_secs(60);
    let mut found = office.look(&[]);
    while found.check("backup").0 != "bad" && Instant::now() < until {
        found = office.look(&[]);
    }
    found.exits(4).is("backup", "bad", "of the schedule could not be made").is("certificates", "good", "is good from");
    found.is("mail-server", "unknown", "127.0.0.1 was not tried");
    office.look_with(&[], &[("CROSSTALK_MAIL__SMTP_HOST", "mail.example.org")]).is("mail-server", "unknown", "mail.example.org");

    fs::remove_file(office.dir.join("control.sock")).expect("a socket");
    let found = office.look(&[]);
    for check in ["backup", "certificates", "mail-server"] {
        found.exits(0).is(check, "unknown", "settings of its own");
    }
    office.look(&["--config", file]).is("mail-server", "unknown", "127.0.0.1 was not tried");
}

#[test]
fn a_server_that_answers_is_judged_by_what_it_uses_and_one_that_hangs_is_told() {
    let office = Office::found();
    fs::create_dir_all(office.dir.join("tls")).expect("a folder");
    for name in ["ca.pem", "ca.key", "server.pem"] {
        fs::write(office.dir.join("tls").join(name), "of old, and damaged").expect("a file");
        set_mode(&office.dir.join("tls").join(name), 0o600);
    }
    office.look(&[]).exits(4).is("certificates", "bad", "ca.pem").is("server", "good", "none runs");
    let process = Process::serve(&office.dir);
    office.look(&[]).exits(0).is("certificates", "good", "not protected").is("server", "good", process.base());
    process.signal(rustix::process::Signal::STOP);
    let found = office.look(&[]);
    found.exits(4).is("server", "bad", "runs, but does not answer").is("mail-server", "unknown", "settings of its own");
    found.is("certificates", "bad", "ca.pem").is("database", "good", "");
}

#[test]
fn certificates_are_judged_by_their_ends_and_names() {
    let office = Office::found();
    let (cert, key) = (office.dir.with_extension("pem"), office.dir.with_extension("key"));
    let files = |until: (i32, u8, u8)| {
        let pair = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["chat.example.org".to_owned()]).expect("a name");
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until.0, until.1, until.2));
        fs::write(&cert, params.self_signed(&pair).expect("a certificate").pem()).expect("a file");
        fs::write(&key, pair.serialize_pem()).expect("a file");
        let environment = [
            ("CROSSTALK_SERVER__TLS", "files"),
            ("CROSSTALK_SERVER__TLS_CERT", cert.to_str().expect("a path")),
            ("CROSSTALK_SERVER__TLS_KEY", key.to_str().expect("a path")),
            ("CROSSTALK_SERVER__PUBLIC_URL", "https://chat.example.org:8443"),
        ];
        office.look_with(&[], &environment)
    };
    files((2099, 1, 1)).exits(0).is("certificates", "good", "until 2099-01-01");
    files((2021, 1, 1)).exits(4).is("certificates", "bad", "until 2021-01-01");
    let environment =
        [("CROSSTALK_SERVER__TLS", "files"), ("CROSSTALK_SERVER__TLS_CERT", "/no/such.pem"), ("CROSSTALK_SERVER__TLS_KEY", "/no/such.key")];
    office.look_with(&[], &environment).exits(4).is("certificates", "bad", "/no/such.pem");
    let own = [("CROSSTALK_SERVER__TLS", "self-signed")];
    office.look_with(&[], &own).exits(0).is("certificates", "good", "the first start");
    assert!(!office.dir.join("tls").exists(), "looking makes nothing");
    let mut command = Command::new(BINARY);
    command.envs(own);
    let process = Process::spawn(command, &office.dir, &office.dir);
    let made = crosstalk::tls::authority_in(&office.dir).expect("a folder").expect("an authority");
    office.look_with(&[], &own).exits(0).is("certificates", "good", &made.fingerprint);
    office.look(&[]).is("certificates", "good", &made.fingerprint);
    drop(process);
}
