//! Everything that the command line does is in the log, by the user of the operating system.

use crosstalk::control::{
    AdminCommand, Answer, Command, OrganizationCommand, PastCommand, PlaceCommand, ReservationCommand, TokenCommand, UserCommand,
    WantedTime, execute, os_user,
};
use crosstalk::domain::{AuditEntry, AuditFilter, ChainVerdict};
use crosstalk::session_file::SessionFile;
use crosstalk::store::Cause;

use super::{actions, added, list, verdict};
use crate::kit::{BINARY, Process, TestApp, open_office};

/// Carries a command out; gives its answer and what it added to the log.
fn run(app: &TestApp, command: Command) -> (Answer, Vec<AuditEntry>) {
    let mut answer = None;
    let entries = added(app, || answer = Some(execute(&app.world, Cause::command("root"), command).expect("an answer")));
    let text = format!("{entries:?}");
    for words in ["@example.com", "$argon2id", "let me in", "secret name", "printer", "Board"] {
        assert!(!text.contains(words), "{words} is in {text}");
    }
    for entry in &entries {
        let by = (entry.actor, &*entry.actor_name, &*entry.dialect, entry.address.as_deref(), &*entry.request_id);
        assert_eq!(by, (None, "root", "command-line", None, "cli:root"), "{entry:?}");
    }
    (answer.expect("an answer"), entries)
}

#[track_caller]
fn does(app: &TestApp, command: Command, expected: &[&str]) -> Vec<AuditEntry> {
    let (_, entries) = run(app, command);
    assert_eq!(actions(&entries), expected);
    entries
}

fn office() -> Option<String> {
    Some("office".to_owned())
}

#[test]
fn the_command_names_the_user_of_the_system_beside_a_server_and_without_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let add = |email: &str| {
        let arguments = ["user", "create", "--email", email, "--name", "Aki", "--data"];
        let done = std::process::Command::new(BINARY).args(arguments).arg(&dir).output().expect("a command");
        assert!(done.status.success(), "{done:?}");
    };
    add("one@example.com");
    {
        let server = Process::serve(&dir);
        add("two@example.com");
        drop(server);
    }
    let world = open_office(&dir);
    let made = list(&world, &AuditFilter { action: Some("account.created".into()), ..AuditFilter::default() });
    let user = os_user(rustix::process::getuid().as_raw());
    let by: Vec<_> = made.iter().map(|entry| (&*entry.actor_name, &*entry.dialect)).collect();
    assert_eq!(by, [(&*user, "command-line"); 2]);
    assert!(matches!(verdict(&world), ChainVerdict::Whole(_)));
}

#[test]
fn organizations_and_people() {
    let app = TestApp::start();
    let create = OrganizationCommand::Create { slug: "third".into(), name: "Third".into(), time_zone: "UTC".into() };
    let made = does(&app, Command::Organization(create), &["organization.created"]);
    assert_eq!((&*made[0].subject_kind, made[0].subject_id), ("organization", made[0].organization.map(|id| id.get())));
    let edit = OrganizationCommand::Edit { slug: "third".into(), name: Some("3rd".into()), time_zone: None, language: None };
    does(&app, Command::Organization(edit.clone()), &["organization.edited"]);
    does(&app, Command::Organization(edit), &[]);
    let email = || "zoe@example.com".to_owned();
    let create = UserCommand::Create { organization: office(), email: email(), name: "Zoë".into(), role: "member".into() };
    let made = does(&app, Command::User(create), &["account.created", "room.created", "room.member-added"]);
    assert_eq!(made[0].facts, format!(r#"{{"account":{},"name":"Zoë"}}"#, made[0].subject_id.expect("an account")));
    does(&app, Command::User(UserCommand::Disable { email: email() }), &["account.disabled"]);
    does(&app, Command::User(UserCommand::Disable { email: email() }), &[]);
    does(&app, Command::User(UserCommand::Enable { email: email() }), &["account.enabled"]);
    let (word, other) = ("$argon2id$one".to_owned(), "$argon2id$two".to_owned());
    app.make_admin("alice@example.com");
    let create = AdminCommand::Create { organization: office(), email: email(), password_hash: word };
    does(&app, Command::Admin(create), &["admin.granted"]);
    does(&app, Command::Admin(AdminCommand::ResetPassword { email: email(), password_hash: other }), &["admin.password-reset"]);
    does(&app, Command::Admin(AdminCommand::Disable { email: email() }), &["admin.withdrawn"]);
    let request = Command::RequestContact { from: "alice@example.com".into(), to: email(), message: "let me in".into() };
    does(&app, request, &["contact.requested"]);
}

#[test]
fn tokens() {
    let app = TestApp::start();
    let create = TokenCommand::Create {
        organization: office(),
        dialect: "chatwork".into(),
        user: Some("bob@example.com".into()),
        scopes: Vec::new(),
        expires: None,
        note: "for the printer".into(),
    };
    let (Answer::Made(made), entries) = run(&app, Command::Token(create)) else { panic!("no token") };
    assert_eq!((actions(&entries), entries[0].subject_id), (vec!["token.created"], Some(made.id)));
    assert!(entries[0].facts.starts_with(r#"{"token_dialect":"chatwork","account":"#) && entries[0].facts.contains("Bob"), "{entries:?}");
    let rotate = TokenCommand::Rotate { organization: office(), id: made.id, overlap_s: 60 };
    let (Answer::Made(newer), entries) = run(&app, Command::Token(rotate)) else { panic!("no token") };
    assert_eq!((actions(&entries), entries[0].subject_id), (vec!["token.rotated"], Some(made.id)));
    assert!(entries[0].facts.ends_with(&format!(r#""new_token":{}}}"#, newer.id)), "{entries:?}");
    does(&app, Command::Token(TokenCommand::Revoke { organization: office(), id: newer.id }), &["token.revoked"]);
    does(&app, Command::Token(TokenCommand::Revoke { organization: office(), id: newer.id }), &[]);
    does(&app, Command::Token(TokenCommand::List { organization: office() }), &[]);
}

#[test]
fn places_and_reservations() {
    let app = TestApp::start();
    let add = PlaceCommand::Add {
        organization: office(),
        name: "Hall".into(),
        group: String::new(),
        capacity: 5,
        memo: String::new(),
        sort_order: None,
        is_in_use: true,
    };
    let made = does(&app, Command::Place(add), &["place.created"]);
    assert_eq!(made[0].organization.map(|id| id.get()), Some(app.organization("office")));
    let time = WantedTime::Days { first: "20260202".into(), last: "20260202".into() };
    let add = ReservationCommand::Add {
        organization: office(),
        place: "Hall".into(),
        time,
        title: "Board".into(),
        memo: String::new(),
        by: "alice@example.com".into(),
        members: Vec::new(),
    };
    let made = does(&app, Command::Reservation(add), &["reservation.created"]);
    let id = made[0].subject_id.expect("a reservation");
    does(&app, Command::Reservation(ReservationCommand::Remove { organization: office(), id }), &["reservation.removed"]);
}

#[test]
fn recordings_sessions_and_backups() {
    let app = TestApp::start();
    let room = app.clickmeeting("office").create_id("Room", &[]).to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret name.mp4");
    std::fs::write(&file, "film").expect("a file");
    let add = PastCommand::AddRecording { organization: office(), room: room.clone(), file, name: None, started_ms: None, duration_s: 60 };
    does(&app, Command::Past(add), &["recording.added"]);
    let (started, ended) = ("2026-01-30T09:00:00Z".to_owned(), "2026-01-30T10:00:00Z".to_owned());
    let session = SessionFile { started, ended, attendees: Vec::new(), chat: Vec::new(), polls: Vec::new() };
    does(&app, Command::Past(PastCommand::ImportSession { organization: office(), room, session }), &["meeting.session-imported"]);
    does(&app, Command::Backup { to: Some(folder.path().to_owned()) }, &["backup.made"]);
}
