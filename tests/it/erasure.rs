//! A person who is erased on request is nowhere afterwards: in no API, no letter, no log, no file, no export.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crosstalk::backup::UNWATCHED;
use crosstalk::control::{Answer, Command, ErasureState, PastCommand, UserCommand, execute};
use crosstalk::domain::{
    AccountId, AnsweredRequest, BlobHash, ChainVerdict, Dialect, Email, ErasureId, Language, Mail, MailOutcome, MailState, ReportState,
    RequestFilter, RoomId, Scopes, SessionId, TokenId,
};
use crosstalk::jobs;
use crosstalk::ops::erasure::Next;
use crosstalk::ops::{self, audit};
use crosstalk::session_file::SessionFile;
use crosstalk::store::{self, Cause};
use crosstalk::world::World;
use serde_json::{Value, json};

use crate::kit::{BINARY, Browser, Chatwork, Guest, Process, TestApp, Visitor, Wire, number, open_office, request, send, wait_until};
use crate::mail::letter;

/// Name and address of whom it is about begin so, and so does everything else that may not be found afterwards.
const MARK: &str = "zqxqz";
const NAME: &str = "Zqxqzname";
const EMAIL: &str = "zqxqzname@example.com";

/// A person with traces everywhere.
struct Somebody {
    client: Chatwork,
    id: i64,
    /// The room they made with Bob.
    room: i64,
    /// A token for chat-messages.
    secret: String,
}

/// Leaves a trace in everything that keeps something of a person.
fn live(app: &TestApp) -> Somebody {
    let (alice, bob, _) = app.trio();
    let client = app.add_person("office", NAME);
    let (id, own) = (client.id(), client.own_room());
    app.in_store(move |tx| {
        let mut profile = store_profile(tx, id);
        profile.introduction = "zqxqz was here".to_owned();
        profile.tel_mobile = "zqxqz 0123".to_owned();
        profile.account.department = "zqxqz department".to_owned();
        ops::accounts::set_profile(tx, &profile)
    });
    app.request_contact(NAME, "alice", "zqxqz asks");
    bob.befriend(app, NAME, "bob");
    let room = client.create_room("Shared", &[&bob], &[]);
    client.say(room, "what was said");
    // The index keeps words without the beginning that they share with the one before.
    client.say(own, "zqxqz notes about zqxqzcertainlyzqxqzsecretzqxqzmatters");
    client.upload(room, "zqxqz plan.txt", b"zqxqz content", None).ok();
    client.post(&format!("/rooms/{room}/tasks"), &[("body", "a task"), ("to_ids", &bob.id().to_string())]).ok();
    bob.say(room, "an answer");
    bob.post(&format!("/rooms/{room}/tasks"), &[("body", "does it"), ("to_ids", &id.to_string())]).ok();
    let (_, secret) = app.token(Dialect::ChatMessages, Some(NAME), Scopes::All, None);
    app.chat_messages(NAME).get("/chat-rooms").ok();
    meet(app);
    alice.get("/me").ok();
    send(client.request("GET", "/me").header("User-Agent", "zqxqz browser")).ok();
    Somebody { client, id, room, secret }
}

fn store_profile(tx: &crosstalk::store::Tx<'_>, id: i64) -> crosstalk::domain::AccountProfile {
    crosstalk::store::accounts::find_profile(tx, AccountId::new(id)).expect("people").expect("a person")
}

/// In conference rooms: registered, invited, there, in the address book. Gives the session.
fn meet(app: &TestApp) -> (i64, i64) {
    let office = app.clickmeeting("office");
    let meeting = office.create_id("Conference", &[("registration[enabled]", "1")]);
    let form = [("registration[1]", "Zqxqz"), ("registration[2]", "Zqxqzlast"), ("registration[3]", EMAIL)];
    office.post(&format!("/conferences/{meeting}/registration"), &form).ok();
    office.post(&format!("/conferences/{meeting}/invitation/email/en"), &[("attendees[0][email]", EMAIL)]).ok();
    office.post("/contacts", &[("email", EMAIL), ("firstname", "Zqxqz"), ("lastname", "Zqxqzlast")]);
    let session: SessionFile = serde_json::from_value(json!({
        "started": "2026-01-30T09:00:00Z", "ended": "2026-01-30T10:00:00Z",
        "attendees": [{"nickname": "Zqxqznick", "email": EMAIL, "device": "zqxqz device", "address": "198.51.100.77"}, {"nickname": "Ada"}],
        "chat": [{"attendee": 0, "at": "2026-01-30T09:10:00Z", "text": "what was said"}]
    }))
    .expect("a session");
    let past = PastCommand::ImportSession { organization: Some("office".to_owned()), room: meeting.to_string(), session };
    execute(&app.world, Cause::command("root"), Command::Past(past)).expect("a session");
    let sessions = office.get(&format!("/conferences/{meeting}/sessions")).ok();
    (meeting, number(&sessions[0]["id"]))
}

/// Somebody who has no account; what they signed up for through a link, and the session that they were in.
fn visit(app: &TestApp) -> (i64, i64) {
    let (meeting, session) = meet(app);
    let room = app.meeting(|meeting| (meeting.has_registration, meeting.registration_template) = (true, 3));
    let form = [("first_name", "Zqxqz"), ("last_name", "Zqxqzlast"), ("email", EMAIL), ("company", "zqxqz works"), ("phone", "zqxqz 0123")];
    Visitor::new(app).post(&format!("/_m/{}/register", room.id), &form).ok();
    let office = app.clickmeeting("office");
    let link = [("email", EMAIL), ("nickname", "Zqxqznick"), ("role", "listener")];
    office.post(&format!("/conferences/{meeting}/room/autologin_hash"), &link).ok();
    let other = [("attendees[0][email]", "other@x.example")];
    office.post(&format!("/conferences/{meeting}/invitation/email/en"), &other).ok();
    deliver(&app.world);
    (meeting, session)
}

/// The lines of an export's file.
fn lines(app: &TestApp, noun: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    crosstalk::export::export(&app.world, &folder.path().join("all"), UNWATCHED).expect("an export");
    let text = fs::read_to_string(folder.path().join(format!("all/{noun}.jsonl"))).expect("a file");
    text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

/// One who began an upload, of which the rest is sent later.
struct Uploading {
    name: &'static str,
    room: i64,
    token: i64,
    wire: Wire,
}

fn begin_upload(app: &TestApp, name: &'static str) -> Uploading {
    let (token, secret) = app.token(Dialect::Chatwork, Some(name), Scopes::All, None);
    let room = Chatwork::new(&app.base, &secret).own_room();
    let begun = || fs::read_dir(app.world.dir().join("files/tmp")).expect("a folder").count();
    let (before, mut wire) = (begun(), Wire::open(app));
    wire.send(format!(
        "POST /v2/rooms/{room}/files HTTP/1.1\r\nHost: x\r\nUser-Agent: zqxqz\r\nX-ChatWorkToken: {secret}\r\nContent-Length: {}\r\n",
        PART.len()
    ));
    wire.send("Content-Type: multipart/form-data; boundary=b\r\n\r\n").send(&PART[..PART.len() - 10]);
    // The server knows who uploads once it keeps the beginning.
    wait_until("the beginning is kept", || begun() != before);
    Uploading { name, room, token, wire }
}

const PART: &str = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.txt\"\r\n\r\nwhat was planned\r\n--b--\r\n";

/// The command's own way.
fn erasure(is_blanking: bool) -> UserCommand {
    UserCommand::Erase { email: EMAIL.to_owned(), is_blanking }
}

fn erase(app: &TestApp, is_blanking: bool) -> ErasureState {
    match execute(&app.world, Cause::command("root"), Command::User(erasure(is_blanking))).expect("an erasure") {
        Answer::Erasure(state) => state,
        other => panic!("{other:?}"),
    }
}

/// Every text below a folder that has the mark, whatever its letters' case.
fn marked(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(&next).into_iter().flatten().map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).to_lowercase();
            found.extend(text.lines().filter(|line| line.contains(MARK)).map(|line| format!("{}: {line}", path.display())));
        }
    }
    found
}

/// What can be read on the disk, also in free places and write-ahead logs. Contents of files are swept later.
fn on_disk(dir: &Path) -> Vec<String> {
    let contents = dir.join("files");
    marked(dir).into_iter().filter(|found| !found.starts_with(&*contents.to_string_lossy())).collect()
}

fn index(app: &TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::index_messages(app.world.clone())).expect("an index");
}

/// What an export of the world holds of the mark.
fn exported(app: &TestApp) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    crosstalk::export::export(&app.world, &folder.path().join("all"), UNWATCHED).expect("an export");
    marked(folder.path())
}

fn chain(app: &TestApp) -> ChainVerdict {
    audit::verify_chain(|check| app.world.read(|tx| check.step(tx))).expect("a check")
}

/// Waits until requests so far are in their log, and gives who asked.
fn askers(app: &TestApp, admin: &Browser) -> Vec<Value> {
    app.world.requests().expect("a log").settle();
    let listed = admin.get("/requests?limit=200").ok();
    listed["items"].as_array().expect("a list").iter().map(|one| one["caller"]["account_id"].clone()).collect()
}

#[test]
fn nothing_of_an_erased_person_is_found_anywhere_and_messages_stay() {
    let app = TestApp::start();
    let (admin, person) = (app.admin(), live(&app));
    deliver(&app.world);
    let found = exported(&app).join("\n");
    for noun in ["account", "address", "attendee", "audit", "contact_request", "file", "invitee", "mail", "message_version", "registration"]
    {
        assert!(found.contains(&format!("/{noun}.jsonl")), "there has to be something to find in {noun}: {found}");
    }
    assert!(!marked(&app.world.dir().join("outbox")).is_empty());
    assert!(askers(&app, &admin).contains(&person.id.into()));
    index(&app);
    assert_eq!(erase(&app, false), ErasureState::Done);

    assert_eq!(on_disk(app.world.dir()), Vec::<String>::new());
    assert_eq!(exported(&app), Vec::<String>::new());
    assert!(!askers(&app, &admin).contains(&person.id.into()));
    assert!(matches!(chain(&app), ChainVerdict::Whole(_)), "{:?}", chain(&app));

    assert_eq!(person.client.get("/me").status, 401);
    let (_, bob, _) = app.trio();
    let messages = bob.list(&format!("/rooms/{}/messages?force=1", person.room));
    let said = messages.iter().find(|message| message["body"] == "what was said").expect("it stays");
    assert_eq!((&said["account"]["name"], &said["account"]["account_id"]), (&json!("Erased person"), &json!(person.id)));
    let members = bob.list(&format!("/rooms/{}/members", person.room));
    assert_eq!(members.len(), 1, "the person is out of the room: {members:?}");
    assert!(bob.list(&format!("/rooms/{}/files", person.room)).is_empty());
    let bearer = request("GET", &format!("{}/chat-rooms", app.base)).header("Authorization", format!("Bearer {}", person.secret));
    assert_eq!(send(bearer).status, 401);
    let found = admin.get("/audit?action=account.erased").ok();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    assert!(admin.get("/users?organization=office&q=zqxqz").ok()["items"].as_array().expect("a list").is_empty());
}

#[test]
fn what_an_erased_person_wrote_goes_too_where_that_is_wanted() {
    let app = TestApp::start();
    let person = live(&app);
    let long = "zqxqz words ".repeat(1_000);
    for text in ["zqxqz words", "zqxqzcertainlyzqxqzsecretzqxqzmatters", &long] {
        person.client.say(person.room, text);
    }
    index(&app);
    erase(&app, true);
    assert_eq!(on_disk(app.world.dir()), Vec::<String>::new());
    let folder = tempfile::tempdir().expect("a folder");
    let backup = crosstalk::backup::create(&app.world, folder.path(), UNWATCHED).expect("a backup").path;
    assert_eq!(on_disk(&backup), Vec::<String>::new());
    assert_eq!(exported(&app), Vec::<String>::new());
    let (_, bob, _) = app.trio();
    let messages = bob.list(&format!("/rooms/{}/messages?force=1", person.room));
    let texts: Vec<&str> = messages.iter().filter_map(|message| message["body"].as_str()).collect();
    assert!(texts.contains(&"an answer") && texts.contains(&"[deleted]") && !texts.contains(&"what was said"), "{texts:?}");
    assert!(matches!(chain(&app), ChainVerdict::Whole(_)), "{:?}", chain(&app));
}

/// Hands over what waits in the outbox: without a mail server it is kept, with a readable copy.
fn deliver(world: &Arc<World>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let post = jobs::Post::new(world.clone(), &crosstalk::config::MailConfig::default());
    runtime.block_on(post.deliver()).expect("letters");
}

#[test]
fn an_erasure_that_was_cut_off_goes_on() {
    let app = TestApp::start();
    let person = live(&app);
    let account = AccountId::new(person.id);
    let id = app.in_store(move |tx| ops::erasure::begin_erasure(tx, None, account, false));
    app.in_store(move |tx| ops::erasure::erase_step(tx, id));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::erase_people(app.world.clone())).expect("the rest");
    assert_eq!(exported(&app), Vec::<String>::new());
    assert_eq!(app.world.read(ops::erasure::list_open).expect("a list"), []);
}

#[test]
fn nothing_is_found_of_an_outsider_who_was_erased_by_an_address() {
    let app = TestApp::start();
    let admin = app.admin();
    visit(&app);
    let found = exported(&app).join("\n");
    for noun in ["address", "attendee", "autologin", "invitee", "mail", "registration"] {
        assert!(found.contains(&format!("/{noun}.jsonl")), "there has to be something to find in {noun}: {found}");
    }
    let signed_up = |app: &TestApp| -> Vec<Value> {
        let by_link = |event: &Value| event["kind"] == "registered" && event["dialect"].is_null();
        lines(app, "event").into_iter().filter(by_link).map(|event| event["address"].clone()).collect()
    };
    assert_eq!(signed_up(&app), [json!("127.0.0.1")]);
    erase(&app, false);

    assert_eq!(on_disk(app.world.dir()), Vec::<String>::new());
    assert_eq!(exported(&app), Vec::<String>::new());
    assert_eq!(signed_up(&app), [Value::Null]);
    assert!(matches!(chain(&app), ChainVerdict::Whole(_)), "{:?}", chain(&app));
    let audited = |action: &str| admin.get(&format!("/audit?action={action}")).ok()["items"].as_array().cloned().unwrap_or_default();
    let links: Vec<Value> = audited("meeting.registered").into_iter().filter(|entry| entry["dialect"] == "link").collect();
    assert!(links.len() == 1 && links[0]["address"].is_null(), "{links:?}");
    assert_eq!(audited("account.outsider-erased").len(), 1);
    assert_eq!(lines(&app, "erasure"), Vec::<Value>::new());
    let letters: Vec<Value> = lines(&app, "mail").into_iter().map(|letter| letter["recipient"].clone()).collect();
    assert_eq!(letters, ["other@x.example"], "letters to others stay");
    let said: Vec<Value> = lines(&app, "session_message").into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(said, ["what was said"]);
    let (words, again) = (UserCommand::Erase { email: EMAIL.to_owned(), is_blanking: false }, Cause::command("root"));
    let refused = execute(&app.world, again, Command::User(words)).expect_err("nothing is left");
    assert!(refused.message.contains("nothing is known"), "{}", refused.message);
}

#[test]
fn what_an_outsider_said_goes_too_where_that_is_wanted() {
    let app = TestApp::start();
    visit(&app);
    erase(&app, true);
    assert_eq!(exported(&app), Vec::<String>::new());
    let said: Vec<Value> = lines(&app, "session_message").into_iter().map(|line| line["text"].clone()).collect();
    assert_eq!(said, [""]);
}

#[test]
fn an_erasure_of_an_outsider_that_was_cut_off_goes_on() {
    let app = TestApp::start();
    visit(&app);
    let email = Email::parse(EMAIL).expect("an address");
    let id = app.in_store(move |tx| ops::erasure::begin_erasure_of(tx, None, &email, false));
    app.in_store(move |tx| ops::erasure::erase_step(tx, id));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::erase_people(app.world.clone())).expect("the rest");
    assert_eq!(exported(&app), Vec::<String>::new());
}

#[test]
fn a_report_that_was_being_made_during_an_erasure_is_made_anew() {
    let app = TestApp::start();
    let session = SessionId::new(visit(&app).1);
    // A copy, of which no server makes reports at the same time.
    let (backups, copy) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let backup = crosstalk::backup::create(&app.world, backups.path(), UNWATCHED).expect("a backup");
    fs::copy(backup.path.join("app.db"), copy.path().join("app.db")).expect("a copy");
    let world = open_office(copy.path());
    let state = || world.read(|tx| store::reports::find_report(tx, session, Language::En)).expect("reports").expect("a report").state;
    let has_attended = |name: &str| {
        let told = world.read(|tx| ops::reports::tell_session(tx, session)).expect("what it tells");
        told.attendees.iter().any(|attendee| attendee.nickname == name)
    };
    let cause = || Cause::job("test");
    world.write_blocking(cause(), move |tx| store::reports::insert_report(tx, session, Language::En, "code")).expect("a report");
    let report = world.write_blocking(cause(), ops::reports::take_report).expect("a write").expect("a report to make");
    assert!(has_attended("Zqxqznick"));
    execute(&world, Cause::command("root"), Command::User(erasure(false))).expect("an erasure");
    for content in [Some((4, BlobHash([7; 32]))), None] {
        let report = report.clone();
        world.write_blocking(cause(), move |tx| ops::reports::finish_report(tx, &report, content)).expect("a write");
        assert_eq!(state(), ReportState::New, "what was read before the erasure counts no more");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::make_reports(world.clone())).expect("made reports");
    assert_eq!(state(), ReportState::Finished);
    assert!(has_attended("Erased person") && !has_attended("Zqxqznick"));
}

/// Queues a letter to whom it is about and takes it in one go, before the server itself does it.
fn set_out(app: &TestApp) -> Vec<Mail> {
    app.in_store(|tx| {
        write_to(tx, EMAIL)?;
        ops::mail::take_due(tx, 10)
    })
}

#[test]
fn a_letter_that_is_on_its_way_is_waited_for() {
    let app = TestApp::start();
    meet(&app);
    let sending = set_out(&app);
    assert!(sending.iter().any(|mail| mail.to == EMAIL));
    assert_eq!(erase(&app, false), ErasureState::WaitsForLetter);
    assert!(exported(&app).iter().all(|line| line.contains("/mail.jsonl") || line.contains("/erasure.jsonl")));
    app.in_store(move |tx| sending.iter().try_for_each(|mail| ops::mail::note_outcome(tx, mail, &MailOutcome::Sent)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::erase_people(app.world.clone())).expect("the rest");
    assert_eq!(exported(&app), Vec::<String>::new());
}

#[test]
fn who_comes_in_with_an_address_that_only_a_letter_keeps_is_not_put_out() {
    let app = TestApp::start();
    let room = app.meeting(|_| {});
    set_out(&app);
    assert_eq!(erase(&app, false), ErasureState::WaitsForLetter);
    let guest = Visitor::new(&app).join(&room, &[("name", "Ada"), ("email", EMAIL)]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(jobs::erase_people(app.world.clone())).expect("a look");
    assert_eq!(guest.again(&app).id(), guest.id(), "the way back in is open");
}

#[test]
fn the_chain_tells_a_redaction_from_a_change() {
    let app = TestApp::start();
    live(&app);
    erase(&app, false);
    assert!(matches!(chain(&app), ChainVerdict::Whole(_)));
    let folder = tempfile::tempdir().expect("a folder");
    let path = crosstalk::backup::create(&app.world, folder.path(), UNWATCHED).expect("a backup").path.join("app.db");
    for change in [
        "UPDATE audit SET actor = 'Somebody else' WHERE seq = (SELECT min(seq) FROM audit_redaction)",
        "UPDATE audit_redaction SET seal = zeroblob(32) WHERE seq = (SELECT min(seq) FROM audit_redaction)",
        "DELETE FROM audit_redaction WHERE seq = (SELECT min(seq) FROM audit_redaction)",
        "INSERT INTO audit_redaction (by_seq, seq, seal) VALUES ((SELECT max(seq) FROM audit), 1, zeroblob(32))",
    ] {
        let copy = tempfile::tempdir().expect("a folder");
        let changed = copy.path().join("app.db");
        fs::copy(&path, &changed).expect("a copy");
        let conn = database(&changed);
        conn.execute_batch("DROP TRIGGER audit_is_not_changed").expect("no guard");
        conn.execute_batch(change).expect("a change");
        drop(conn);
        let world = open_office(copy.path());
        let verdict = audit::verify_chain(|check| world.read(|tx| check.step(tx))).expect("a check");
        assert!(matches!(verdict, ChainVerdict::Broken { .. }), "{change}: {verdict:?}");
    }
}

#[expect(clippy::disallowed_methods, reason = "this test changes a database behind the program's back")]
fn database(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).expect("a database")
}

#[test]
fn the_command_erases_without_a_server_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY).args(arguments).arg("--data").arg(&dir).output().expect("a command");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    run(&["user", "create", "--email", "aki@example.com", "--name", "Aki"]);
    run(&["user", "create", "--email", EMAIL, "--name", NAME]);
    let (code, words) = run(&["user", "erase", "--email", EMAIL]);
    assert!(code == Some(2) && words.contains("--messages"), "{words}");
    let (code, words) = run(&["user", "erase", "--email", EMAIL, "--messages", "blank"]);
    assert_eq!(code, Some(0), "{words}");
    assert_eq!(on_disk(&dir), Vec::<String>::new());
    let (_, listed) = run(&["user", "list"]);
    assert!(!listed.to_lowercase().contains(MARK) && listed.contains("Erased person"), "{listed}");
    let (code, words) = run(&["user", "erase", "--email", EMAIL, "--messages", "keep"]);
    assert!(code == Some(2) && words.contains("nothing is known"), "{words}");
    let server = Process::serve(&dir);
    let (code, words) = run(&["user", "erase", "--email", "aki@example.com", "--messages", "keep"]);
    assert_eq!(code, Some(0), "{words}");
    drop(server);
}

#[test]
fn a_request_that_was_let_in_before_its_owner_was_nobody_any_more_changes_nothing_and_is_logged_as_nobodys() {
    let app = TestApp::start();
    let [erased, disabled, revoked, fine] = [NAME, "Kim", "Lee", "Mai"].map(|name| {
        app.add_person("office", name);
        begin_upload(&app, name)
    });
    assert_eq!(erase(&app, true), ErasureState::Done);
    app.set_disabled(disabled.name, true);
    let token = TokenId::new(revoked.token);
    app.in_store(move |tx| ops::tokens::revoke_token(tx, Some("office"), token));
    for (mut upload, expected) in [(erased, 401), (disabled, 401), (revoked, 401), (fine, 200)] {
        let answer = upload.wire.send(&PART[PART.len() - 10..]).answer();
        assert_eq!(answer.status, expected, "{}: {}", upload.name, answer.text());
        let room = RoomId::new(upload.room);
        let files = app.in_store(move |tx| store::files::list_of_room(tx, room, None));
        assert_eq!(files.len(), usize::from(expected == 200), "{}", upload.name);
    }
    let log = app.world.requests().expect("a log");
    log.settle();
    let uploads = RequestFilter { path: Some("/files".into()), ..RequestFilter::default() };
    let logged = log.list_requests(&uploads, None, 10, 1_000).expect("requests").entries;
    let tells = |one: &AnsweredRequest| [one.caller.is_some(), !one.address.is_empty(), !one.client.is_empty()];
    let told: Vec<_> = logged.iter().map(|one| (one.request.status, tells(&one.request))).collect();
    assert_eq!(told, [(200, [true; 3]), (401, [true; 3]), (401, [true; 3]), (401, [false; 3])], "newest first: the erased one is nobody");
}

#[test]
fn who_is_erased_or_disabled_is_put_out_of_meetings_and_does_not_come_back() {
    let app = TestApp::start();
    app.add_person("office", "Kim");
    let room = app.meeting(|_| {});
    let mut host = Visitor::new(&app).join(&room, &[("l", &app.owner_link(&room)), ("name", "Olga")]);
    for email in [EMAIL, "kim@example.com"] {
        let (mut there, mut at_the_door) = (Visitor::new(&app), Visitor::new(&app));
        let form = [("name", "Zqxqznick"), ("email", email)];
        let ticket = at_the_door.enter(&room, &form).ok()["ticket"].as_str().expect("a ticket").to_owned();
        let mut guest = there.join(&room, &form);
        if email == EMAIL {
            assert_eq!(erase(&app, false), ErasureState::Done);
        } else {
            app.set_disabled("kim", true);
            app.tick();
        }
        assert_eq!(guest.until("ended")["code"], "kicked", "{email}");
        app.tick();
        while host.until("roster")["left"] != json!([guest.id()]) {}
        assert_eq!(guest.again(&app).first["code"], "ticket", "{email}: the way back in is closed");
        assert_eq!(Guest::connect(&app.base, &format!("ticket={ticket}")).first["code"], "ticket", "{email}");
    }
    app.tick();
    let open = app.in_store(store::sessions::list_open)[0].id;
    assert_eq!(app.in_store(move |tx| store::sessions::count_present(tx, open)), 1, "only who leads is still there");
}

/// Puts a letter into the outbox.
fn write_to(tx: &store::Tx<'_>, email: &str) -> Result<(), crosstalk::domain::Error> {
    let organization = ops::access::organization(tx, Some("office"))?;
    ops::mail::queue_letter(tx, organization, &Email::parse(email)?, &letter(), Language::En)
}

fn next_of(world: &World, id: ErasureId) -> Option<Next> {
    world.read(|tx| ops::erasure::find_next(tx, id)).expect("what comes next")
}

/// Carries an erasure on until letters come next; gives those, and up to which number they were looked for.
fn letters_of(world: &World, id: ErasureId) -> (Vec<i64>, i64) {
    while next_of(world, id) == Some(Next::Step) {
        world.write_blocking(Cause::job("test"), move |tx| ops::erasure::erase_step(tx, id)).expect("a step");
    }
    let Some(Next::Letters(letters, upto)) = next_of(world, id) else { panic!("letters come next") };
    (letters, upto)
}

#[test]
fn a_letter_that_sets_out_while_letters_are_erased_is_left_alone_until_it_has_arrived() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open_office(folder.path());
    let write = |work: fn(&store::Tx<'_>) -> _| world.write_blocking(Cause::job("test"), work).expect("a write");
    let id = write(|tx| {
        write_to(tx, EMAIL)?;
        ops::erasure::begin_erasure_of(tx, None, &Email::parse(EMAIL)?, false)
    });
    let (letters, upto) = letters_of(&world, id);
    assert_eq!(letters, [1]);
    world.write_blocking(Cause::job("test"), |tx| ops::mail::take_due(tx, 10)).expect("a letter");
    world.write_blocking(Cause::job("test"), move |tx| ops::erasure::drop_letters(tx, id, &letters, upto)).expect("a step");
    assert_eq!(next_of(&world, id), Some(Next::Wait));
    assert_eq!(jobs::carry_out(&world, id).expect("an erasure"), jobs::Reached::Letter);
    assert!(!world.read(|tx| ops::mail::is_gone(tx, 1)).expect("letters"), "it is on its way");
}

#[test]
fn a_letter_to_another_that_is_sent_again_while_letters_are_erased_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open_office(folder.path());
    let write = |work: fn(&store::Tx<'_>) -> _| world.write_blocking(Cause::job("test"), work).expect("a write");
    let id = write(|tx| {
        let mut about = letter();
        about.room = EMAIL.to_owned();
        let organization = ops::access::organization(tx, Some("office"))?;
        ops::mail::queue_letter(tx, organization, &Email::parse("other@x.example")?, &about, Language::En)?;
        for mail in ops::mail::take_due(tx, 10)? {
            ops::mail::note_outcome(tx, &mail, &MailOutcome::Refused("no".to_owned()))?;
        }
        write_to(tx, EMAIL)?;
        ops::erasure::begin_erasure_of(tx, None, &Email::parse(EMAIL)?, false)
    });
    let (letters, upto) = letters_of(&world, id);
    assert_eq!(letters, [1, 2]);
    world.write_blocking(Cause::job("test"), |tx| ops::mail::send_again(tx, Some("office"), 1)).expect("another try");
    world.write_blocking(Cause::job("test"), move |tx| ops::erasure::drop_letters(tx, id, &letters, upto)).expect("a step");
    assert_eq!([1, 2].map(|letter| world.read(|tx| ops::mail::is_gone(tx, letter)).expect("letters")), [false, true]);
}

#[test]
fn copies_that_are_being_written_are_erased_with_their_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open_office(folder.path());
    let write = |tx: &store::Tx<'_>| {
        (0..99).try_for_each(|_| write_to(tx, "other@x.example"))?;
        write_to(tx, EMAIL)
    };
    world.write_blocking(Cause::job("test"), write).expect("letters");
    let state = || world.read(|tx| ops::mail::get_from_outbox(tx, Some("office"), 100)).map(|letter| letter.state).expect("a letter");
    std::thread::scope(|scope| {
        scope.spawn(|| deliver(&world));
        // Marked as kept, but the copies are still being written, this one last.
        wait_until("the last letter is kept", || state() == MailState::Kept);
        execute(&world, Cause::command("root"), Command::User(erasure(false))).expect("an erasure");
    });
    assert_eq!(marked(&world.dir().join("outbox")), Vec::<String>::new());
}

#[test]
fn an_erasure_that_fails_keeps_no_other_one_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open_office(folder.path());
    // Nobody can remove this as a file.
    fs::create_dir_all(world.dir().join("outbox/1.eml/x")).expect("a folder");
    let begin = |tx: &store::Tx<'_>| {
        ["other@x.example", EMAIL]
            .map(|email| {
                write_to(tx, email)?;
                ops::erasure::begin_erasure_of(tx, None, &Email::parse(email)?, false)
            })
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
    };
    let begun = world.write_blocking(Cause::job("test"), begin).expect("two erasures");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // What is said of the failure goes to the log.
    let _ = runtime.block_on(jobs::erase_people(world.clone()));
    assert_eq!(world.read(ops::erasure::list_open).expect("a list"), [begun[0]]);
    fs::remove_dir_all(world.dir().join("outbox/1.eml")).expect("a folder");
    runtime.block_on(jobs::erase_people(world.clone())).expect("the rest");
    assert_eq!(world.read(ops::erasure::list_open).expect("a list"), []);
}

#[test]
fn the_write_ahead_log_is_emptied_once_nobody_reads_an_older_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open_office(folder.path());
    world.write_blocking(Cause::job("test"), |tx| write_to(tx, EMAIL)).expect("a letter");
    let old = database(&folder.path().join("app.db"));
    old.execute_batch("BEGIN; SELECT count(*) FROM mail").expect("an older state");
    world.write_blocking(Cause::job("test"), |tx| write_to(tx, "other@x.example")).expect("a letter");
    let erased = execute(&world, Cause::command("root"), Command::User(erasure(false))).expect("an erasure");
    assert!(matches!(erased, Answer::Erasure(ErasureState::WaitsForReaders)), "{erased:?}");
    assert!(!on_disk(folder.path()).is_empty());
    old.execute_batch("COMMIT").expect("an end");
    // It is tried again by itself; this only waits for it.
    assert!(world.empty_log(std::time::Duration::from_secs(10)));
    assert_eq!(on_disk(folder.path()), Vec::<String>::new());
}

#[test]
fn nothing_that_was_deleted_can_be_read_on_the_disk_after_a_clean_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let user = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY).args(arguments).arg("--data").arg(&dir).output().expect("a command");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    user(&["user", "create", "--email", "aki@example.com", "--name", "Aki"]);
    let made = user(&["token", "create", "--dialect", "chatwork", "--user", "aki@example.com"]);
    let mut server = Process::serve(&dir);
    let aki = server.chatwork(made.trim());
    let room = aki.own_room();
    for text in ["said: zqxqz!", &"said: zqxqz! ".repeat(3_000)] {
        let message = aki.say(room, text);
        aki.delete(&format!("/rooms/{room}/messages/{message}"), &[]).ok();
    }
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));
    // The index keeps single words until it is merged, no texts.
    let texts: Vec<String> = on_disk(&dir).into_iter().filter(|found| found.contains("said: zqxqz")).collect();
    assert_eq!(texts, Vec::<String>::new());
    for log in ["app.db-wal", "log.db-wal"] {
        assert_eq!(fs::metadata(dir.join(log)).map_or(0, |log| log.len()), 0, "{log}");
    }
}
