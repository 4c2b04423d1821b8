//! The administration page's API: an administrator's session, the proof that a page of ours asks, a password shown just now, or nothing.
//!
//! Each operation is asked with something real to work on, so what is refused would have changed something: at the end, the same
//! requests are sent once more by who may.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crosstalk::domain::{Dialect, Email, Language, MailState, Scopes};
use crosstalk::{ops, store};
use reqwest::blocking::RequestBuilder;
use rusqlite::types::Value as Stored;
use serde_json::{Value, json};

use super::{Body, Contract, Form, Ids, MARK, Part, filled, with};
use crate::kit::{Answer, Browser, Operation, PASSWORD, TestApp, number, send};
use crate::mail::letter;

/// After so many seconds an unused session is over; a shown password counts for a third of it.
const IDLE_S: i64 = 30 * 60;
/// What never ends: asked for, but not read to its end.
const STREAMS: [&str; 2] = ["get-requests-live", "get-overview-live"];

fn operations() -> &'static [Operation] {
    let contract = Contract::served().find(|contract| contract.name == "admin").expect("the page's API");
    &contract.document.operations
}

fn needs_a_session(operation: &&Operation) -> bool {
    !operation.scopes.is_empty()
}

fn is_change(operation: &Operation) -> bool {
    operation.method != "GET"
}

fn is_sensitive(operation: &Operation) -> bool {
    operation.scopes == ["confirmed"]
}

/// The number under which lists show a browser's session.
fn number_of(browser: &Browser) -> String {
    browser.get("/session").ok()["id"].to_string()
}

/// Makes something on the page; gives its id.
fn made(admin: &Browser, path: &str, body: &Value) -> String {
    let answer = admin.json("POST", path, body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().expect("a text").to_owned()
}

/// Something of everything that paths and bodies name.
fn furnished(app: &TestApp, admin: &Browser) -> Ids {
    let (alice, bob, carol) = app.trio();
    let (room, library) = (alice.create_room(MARK, &[&bob], &[]), alice.create_room("Library", &[], &[]));
    let file = alice.upload(library, "a.txt", b"a", None).ok()["file_id"].to_string();
    let office = app.clickmeeting("office");
    office.post("/contacts", &[("email", "guest@x.example"), ("firstname", "Gus"), ("lastname", "Guest")]).ok();
    let meeting = office.create_id(MARK, &[("access_type", "3")]);
    office.post(&format!("/conferences/{meeting}/tokens"), &[("how_many", "1")]).ok();
    let tokens = admin.get(&format!("/meetings/{meeting}/tokens?organization=office")).ok();
    let place = made(admin, "/places", &json!({"organization": "office", "name": "Lounge"}));
    let reservation = made(admin, "/reservations", &reservation("2026-02-02"));
    let token = || app.token(Dialect::Cam, None, Scopes::All, None).0.to_string();
    Ids::from([
        ("slug", "office".to_owned()),
        ("account_id", bob.id().to_string()),
        ("to be erased", carol.id().to_string()),
        ("token_id", token()),
        ("to be taken back", token()),
        ("erasure_id", "1".to_owned()),
        ("place_id", place),
        ("reservation_id", reservation),
        ("message_id", bob.say(room, MARK)),
        ("task_id", alice.give_task(room, &bob, MARK).to_string()),
        ("room_id", room.to_string()),
        ("file_id", file),
        ("mail_id", failed_mail(app).to_string()),
        ("name", "2026-01-31T00-00-00Z".to_owned()),
        ("meeting_id", meeting.to_string()),
        ("session_id", app.past_session(meeting).to_string()),
        ("recording_id", app.recording(meeting, b"moving pictures").to_string()),
        ("way into the meeting", tokens["items"][0]["token"].as_str().expect("a token").to_owned()),
        ("setting", "message_days".to_owned()),
    ])
}

fn reservation(day: &str) -> Value {
    let (starts, ends) = (format!("{day} 10:00"), format!("{day} 11:00"));
    json!({"organization": "office", "place": "Lounge", "starts": starts, "ends": ends, "title": MARK, "by": "alice@example.com"})
}

/// A letter that could not be delivered.
fn failed_mail(app: &TestApp) -> i64 {
    app.in_store(|tx| {
        let organization = ops::access::organization(tx, Some("office"))?;
        ops::mail::queue_letter(tx, organization, &Email::parse("guest@x.example")?, &letter(), Language::En)?;
        let id = store::mail::list_of_organization(tx, organization)?.last().expect("a mail").0.id;
        store::mail::update_ended(tx, id, MailState::Failed, Some("550 no such user")).map(|()| id)
    })
}

/// What a change needs to be done.
fn body(operation: &Operation, ids: &Ids) -> Body {
    let of_office = |mut fields: Value| {
        fields["organization"] = "office".into();
        Body::Json(fields)
    };
    let id = |place: &str| -> i64 { ids[place].parse().expect("a number") };
    match &*operation.id {
        "post-confirmation" | "put-admin" => Body::Json(json!({"password": PASSWORD})),
        "put-password" => Body::Json(json!({"password": "a wholly new one"})),
        "put-totp" => Body::Json(json!({"code": "000000"})),
        "post-organization" => Body::Json(json!({"slug": "third", "name": "Third", "time_zone": "Asia/Tokyo", "language": "en"})),
        "patch-organization" | "patch-user" | "patch-meeting" => Body::Json(json!({"name": "Renamed"})),
        "post-user" => of_office(json!({"email": "new@example.com", "name": "New"})),
        "post-erasure" => Body::Json(json!({"messages": "keep"})),
        "post-erasure-by-email" => Body::Json(json!({"email": "guest@x.example", "messages": "keep"})),
        "post-token" => of_office(json!({"dialect": "cam", "name": "Groupware", "reason": "a machine"})),
        "post-revocations" => of_office(json!({"ids": [id("to be taken back")]})),
        "post-rotation" => of_office(json!({"overlap_s": 0})),
        "post-place" => of_office(json!({"name": "Board room", "capacity": 4})),
        "patch-place" => of_office(json!({"is_in_use": true})),
        "post-reservation" => Body::Json(reservation("2026-02-03")),
        "post-room" => of_office(json!({"name": "Launch", "admins": [id("account_id")]})),
        "patch-room" => of_office(json!({"name": "Renamed"})),
        "put-member" => of_office(json!({"role": "moderator"})),
        "post-file" => Body::File("file"),
        "patch-task" => of_office(json!({"room": id("room_id"), "status": "done"})),
        "post-meeting" => Body::Json(json!({"name": "Planning"})),
        "post-meeting-report" => Body::Json(json!({"language": "en"})),
        "post-meeting-tokens" => Body::Json(json!({"how_many": 1})),
        "post-meeting-token-revocations" => Body::Json(json!({"tokens": [ids["way into the meeting"]]})),
        "put-setting" => of_office(json!({"value": 30})),
        _ => Body::Nothing,
    }
}

/// A request for an operation, as a browser sends it.
fn asking(who: &Browser, operation: &Operation, ids: &Ids) -> RequestBuilder {
    let ids = match &*operation.id {
        "delete-other-session" => with(ids, "session_id", &ids["another's session"]),
        "post-erasure" => with(ids, "account_id", &ids["to be erased"]),
        _ => ids.clone(),
    };
    let path = format!("{}?organization=office&room={}", filled(operation, &ids), ids["room_id"]);
    let request = who.request(&operation.method, &path);
    match body(operation, &ids) {
        Body::Nothing => request,
        Body::Form(fields) => request.form(&fields),
        Body::Json(value) => request.json(&value),
        Body::File(part) => request.multipart(Form::new().part(part, Part::bytes(&b"content"[..]).file_name("b.txt"))),
    }
}

/// All rows of all tables but those of the search index, which follows by itself, and but what notes that a secret was used: of a
/// session it says how long it is still good. The request log is a database of its own.
#[expect(clippy::disallowed_methods, reason = "this test looks at the database beside the program")]
fn contents(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let database = rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database");
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%'";
    let mut tables = database.prepare(tables).expect("tables");
    let names = tables.query_map([], |row| row.get::<_, String>(0)).expect("tables");
    names.map(|name| name.expect("a name")).map(|name| (name.clone(), rows(&database, &name))).collect()
}

fn rows(database: &rusqlite::Connection, table: &str) -> Vec<String> {
    let mut statement = database.prepare(&format!("SELECT * FROM \"{table}\"")).expect("a table");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let is_noted = |name: &str| table == "token" && name.starts_with("used_");
    let shown = statement.query_map([], |row| {
        let kept = names.iter().enumerate().filter(|(_, name)| !is_noted(name));
        let values = kept.map(|(at, name)| Ok(format!("{name}: {:?}", row.get::<_, Stored>(at)?)));
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join(", "))
    });
    let mut shown: Vec<String> = shown.expect("rows").map(|row| row.expect("a row")).collect();
    shown.sort();
    shown
}

/// Fails unless everything is as it was.
fn assert_same(before: &BTreeMap<String, Vec<String>>, app: &TestApp, what: &str) {
    let after = contents(app);
    assert!(before.keys().eq(after.keys()), "{what}: other tables");
    for (table, rows) in before {
        let only_in = |these: &[String], those: &[String]| these.iter().filter(|row| !those.contains(row)).cloned().collect::<Vec<_>>();
        let (gone, new) = (only_in(rows, &after[table]), only_in(&after[table], rows));
        assert!(*rows == after[table], "{what} changed {table}:\n- {gone:?}\n+ {new:?}");
    }
}

/// A way to ask that must not work.
struct Refused {
    what: &'static str,
    who: Browser,
    header: Option<(&'static str, String)>,
    /// Status and code of the answer.
    expected: (u16, &'static str),
    /// Which operations it must not work for.
    concerns: fn(&Operation) -> bool,
}

impl Refused {
    fn new(what: &'static str, who: Browser, expected: (u16, &'static str)) -> Self {
        Self { what, who, header: None, expected, concerns: |_| true }
    }

    fn with(self, header: &'static str, value: impl Into<String>) -> Self {
        Self { header: Some((header, value.into())), ..self }
    }

    fn only(self, concerns: fn(&Operation) -> bool) -> Self {
        Self { concerns, ..self }
    }

    fn check(&self, operation: &Operation, ids: &Ids) {
        let request = asking(&self.who, operation, ids);
        let answer = send(self.header.iter().fold(request, |request, (name, value)| request.header(*name, value)));
        let found = (answer.status, code(&answer));
        let expected = (self.expected.0, self.expected.1.to_owned());
        assert_eq!(found, expected, "{}, {}: {}", operation.id, self.what, answer.text());
    }
}

fn code(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    body["error"]["code"].as_str().unwrap_or_default().to_owned()
}

/// Sessions whose passwords were shown too long ago, one of which is over; half an hour passes.
fn old_sessions(app: &TestApp, idle: Browser) -> Vec<Refused> {
    let again = app.admin_again();
    app.advance_s(IDLE_S / 2 + 1);
    again.json("POST", "/session/confirmation", &json!({"password": PASSWORD})).ok();
    app.flush_uses();
    let once = app.admin_again();
    app.advance_s(IDLE_S / 2 + 1);
    let unconfirmed = (403, "confirm_password");
    vec![
        Refused::new("a session left unused", idle, (401, "session_over")),
        Refused::new("a password shown again too long ago", again, unconfirmed).only(is_sensitive),
        Refused::new("a password never shown again", once, unconfirmed).only(is_sensitive),
    ]
}

fn changed(browser: &Browser, change: impl FnOnce(&mut Browser)) -> Browser {
    let mut browser = browser.clone();
    change(&mut browser);
    browser
}

/// An administrator's session, another one's, and every way to ask that must not work.
fn refused(app: &TestApp, idle: Browser) -> (Browser, Browser, Vec<Refused>) {
    let mut all = old_sessions(app, idle);
    let (admin, ended, other) = (app.admin_again(), app.admin_again(), app.another_admin("kim@example.com"));
    ended.bare("DELETE", "/session").ok();
    let withdrawn = app.another_admin("dan@example.com");
    admin.bare("DELETE", &format!("/users/{}/admin", app.person("Dan"))).ok();
    let disabled = app.another_admin("lee@example.com");
    app.set_disabled("Lee", true);
    let (alice, bearer) = (app.chatwork("Alice").token.clone(), format!("Bearer {}", app.chat_messages("Alice").token));
    let with_session = |session: &str| changed(&admin, |admin| admin.session = session.to_owned());
    let with_proof = |proof: &str| changed(&admin, |admin| admin.csrf = proof.to_owned());

    let (unknown, not_here) = ((401, "sign_in"), (403, "not_here"));
    all.extend([
        Refused::new("no cookie", with_session(""), unknown),
        Refused::new("a made-up cookie", with_session(&format!("ad{}", "x".repeat(38))), unknown),
        Refused::new("a cookie with one letter more", with_session(&format!("{}x", admin.session)), unknown),
        Refused::new("a session that was ended", ended, unknown),
        Refused::new("a session of somebody whose right was taken away", withdrawn, unknown),
        Refused::new("a session of somebody disabled", disabled, unknown),
        Refused::new("a Chatwork token as cookie", with_session(&alice), unknown),
        Refused::new("a Chatwork token in its header", with_session(""), unknown).with("x-chatworktoken", alice),
        Refused::new("a Bearer token", with_session(""), unknown).with("authorization", bearer),
        Refused::new("the session as a Bearer token", with_session(""), unknown).with("authorization", format!("Bearer {}", admin.session)),
        Refused::new("another server's name", admin.clone(), not_here).with("host", "evil.example.org"),
        Refused::new("unprotected from elsewhere", admin.clone(), not_here).with("x-forwarded-for", "192.0.2.7"),
        Refused::new("no proof", with_proof(""), not_here).only(is_change),
        Refused::new("the proof of another session", with_proof(&other.csrf), not_here).only(is_change),
        Refused::new("another site's page", admin.clone(), not_here).with("origin", "http://evil.example.org").only(is_change),
    ]);
    (admin, other, all)
}

#[test]
fn no_operation_of_the_page_is_for_anybody_but_an_administrator() {
    let app = TestApp::start();
    for name in ["Kim", "Dan", "Lee"] {
        app.add_person("office", name);
    }
    let idle = app.admin();
    let mut ids = furnished(&app, &idle);
    let (admin, other, refused) = refused(&app, idle);
    ids.insert("another's session", number_of(&other));

    let mut cases = 0;
    for operation in operations().iter().filter(needs_a_session) {
        let before = contents(&app);
        for refused in refused.iter().filter(|refused| (refused.concerns)(operation)) {
            refused.check(operation, &ids);
            cases += 1;
        }
        assert_same(&before, &app, &operation.id);
    }
    assert!(cases >= 1_200, "{cases} cases");
    administrators_may_do_all_of_it(&admin, &ids);
}

/// Without this, refusals would prove little: a request may be refused for more reasons than one.
fn administrators_may_do_all_of_it(admin: &Browser, ids: &Ids) {
    let mut changes: Vec<&Operation> = operations().iter().filter(needs_a_session).filter(|operation| is_change(operation)).collect();
    // What is deleted is needed before, and the session until the end.
    changes.sort_by_key(|operation| (operation.method == "DELETE", Reverse(operation.path.len())));
    let failures: Vec<String> = changes
        .into_iter()
        .filter_map(|operation| {
            let answer = send(asking(admin, operation, ids));
            let is_let_through = match &*operation.id {
                "put-totp" => code(&answer) == "invalid",
                // There is none at this time.
                "post-backup-verification" => answer.status == 404,
                // Two long works go on at once, others wait.
                _ => matches!(answer.status, 200..=299 | 503),
            };
            (!is_let_through).then(|| format!("{}: {} {}", operation.id, answer.status, answer.text()))
        })
        .collect();
    assert_eq!(failures, [""; 0]);
}

#[test]
fn asking_changes_nothing() {
    let app = TestApp::start();
    let admin = app.admin();
    let ids = furnished(&app, &admin);
    let before = contents(&app);
    let mut reads = 0;
    for operation in operations().iter().filter(|operation| !is_change(operation)) {
        for _ in 0..2 {
            let request = asking(&admin, operation, &ids);
            let status = match STREAMS.contains(&&*operation.id) {
                true => request.send().expect("an answer").status().as_u16(),
                false => send(request).status,
            };
            assert_eq!(status, 200, "{}", operation.id);
        }
        app.flush_uses();
        assert_same(&before, &app, &operation.id);
        reads += 1;
    }
    assert!(reads >= 30, "{reads} operations");
    assert!(number(&admin.get("/users?organization=office").ok()["total"]) >= 3, "there was something to tell");
}
