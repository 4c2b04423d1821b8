//! The outbox: what is sent, what is tried again, what is never sent twice.

use std::path::Path;
use std::sync::Arc;

use crosstalk::backup::Scheduled;
use crosstalk::config::{Config, MailConfig, Security};
use crosstalk::domain::{
    AttendeeRole, Email, Language, Letter, Mail, MailOutcome, MailState, MeetingId, MeetingKind, Occasion, TimeZone, Timestamp,
};
use crosstalk::jobs::{self, Post, forget_mail};
use crosstalk::ops;
use crosstalk::store::{self, Cause, Clock, Durability, Entropy};
use crosstalk::world::{Mode, World, WorldOptions};

use crate::kit::{MailServer, Manner, NOW_S};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn open(dir: &Path, mode: Mode) -> Arc<World> {
    let options = WorldOptions {
        mode: Some(mode),
        durability: Durability::Off,
        clock: Clock::fixed(Timestamp::from_seconds(NOW_S)),
        entropy: Entropy::seeded(1),
        server_name: "test.local".into(),
        max_read_steps: None,
    };
    World::open(dir, options).expect("a world")
}

/// A letter about a meeting.
pub fn letter() -> Letter {
    Letter {
        occasion: Occasion::Invitation,
        organization: "Office".into(),
        sender: "office@example.org".into(),
        meeting: MeetingId::new(7),
        room: "Spring démo".into(),
        kind: MeetingKind::Meeting,
        schedule: None,
        zone: TimeZone::parse("UTC").expect("a zone"),
        link: "http://localhost/meet/spring".into(),
        token: None,
        password: None,
        role: AttendeeRole::Listener,
        lobby_text: String::new(),
        dial_in: Vec::new(),
        phone_pin: 1,
        room_pin: 2,
        nickname: String::new(),
        is_advanced: true,
    }
}

fn queue(world: &World, to: &'static str) {
    world
        .write_blocking(Cause::job("test"), move |tx| {
            let organization = ops::access::organization(tx, None)?;
            ops::mail::queue_letter(tx, organization, &Email::parse(to)?, &letter(), Language::En)
        })
        .expect("a queued letter");
}

fn outbox(world: &World) -> Vec<(Mail, MailState)> {
    world.read(|tx| store::mail::list_of_organization(tx, ops::access::organization(tx, None)?)).expect("the outbox")
}

fn states(world: &World) -> Vec<MailState> {
    outbox(world).into_iter().map(|(_, state)| state).collect()
}

fn through(server: &MailServer) -> MailConfig {
    MailConfig {
        smtp_host: Some("127.0.0.1".into()),
        smtp_port: Some(server.port()),
        smtp_security: Security::None,
        from: Some("Office <office@example.org>".into()),
        ..MailConfig::default()
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// What the server does at its start and then now and then, once.
fn deliver(world: &Arc<World>, config: &MailConfig) {
    block_on(async { Post::new(world.clone(), config).deliver().await.expect("a delivery") });
}

#[test]
fn a_mail_is_sent_once_and_a_copy_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[]);
    queue(&world, "ada@example.com");
    queue(&world, "bob@example.com");
    for _ in 0..3 {
        deliver(&world, &through(&server));
    }
    let received = server.received();
    assert_eq!((received.len(), states(&world)), (2, vec![MailState::Sent, MailState::Sent]));
    assert!(received.iter().any(|mail| mail.contains("To: ada@example.com\n") && mail.contains("From: Office <office@example.org>\n")));
    let copy = std::fs::read_to_string(folder.path().join("outbox/1.eml")).expect("a copy");
    assert!(copy.contains("To: ada@example.com\r\n") && copy.contains("Message-ID: <1."), "{copy}");
}

#[test]
fn a_mail_that_is_not_taken_now_is_tried_again_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[Manner::Answers(451), Manner::HangsUp]);
    queue(&world, "ada@example.com");
    deliver(&world, &through(&server));
    assert_eq!((server.received().len(), states(&world)), (1, vec![MailState::Queued]));
    deliver(&world, &through(&server));
    assert_eq!(server.received().len(), 1, "not before its time");
    world.clock().advance_ms(2 * MINUTE_MS);
    deliver(&world, &through(&server));
    assert_eq!((server.received().len(), states(&world)), (2, vec![MailState::Queued]));
    world.clock().advance_ms(7 * MINUTE_MS);
    deliver(&world, &through(&server));
    let received = server.received();
    assert_eq!((received.len(), states(&world)), (3, vec![MailState::Sent]));
    let id = |mail: &str| mail.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned);
    assert!(received.iter().all(|mail| id(mail) == id(&received[0])), "each try is the same mail");
}

#[test]
fn a_mail_that_is_refused_for_good_or_for_two_days_is_given_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[Manner::Answers(550)]);
    queue(&world, "ada@example.com");
    deliver(&world, &through(&server));
    world.clock().advance_ms(90 * MINUTE_MS);
    deliver(&world, &through(&server));
    assert_eq!((server.received().len(), states(&world)), (1, vec![MailState::Failed]));

    let nobody = MailConfig { smtp_port: Some(1), ..through(&server) };
    queue(&world, "bob@example.com");
    let mut tries = 0;
    while states(&world)[1] == MailState::Queued {
        deliver(&world, &nobody);
        world.clock().advance_ms(73 * MINUTE_MS);
        tries += 1;
        assert!(tries < 60, "it comes to an end");
    }
    assert_eq!(states(&world)[1], MailState::Failed);
    assert!(tries > 20, "it was tried for two days");
}

#[test]
fn what_was_being_sent_when_the_program_ended_is_never_sent_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = MailServer::start(&[]);
    {
        let world = open(folder.path(), Mode::Office);
        queue(&world, "ada@example.com");
        queue(&world, "bob@example.com");
        // As far as the program gets before it is killed: the first is marked, nobody knows whether it went out.
        world.write_blocking(Cause::job("test"), |tx| ops::mail::take_due(tx, 1)).expect("one mail");
    }
    let world = open(folder.path(), Mode::Office);
    deliver(&world, &through(&server));
    assert_eq!(states(&world), [MailState::Uncertain, MailState::Sent]);
    assert_eq!(server.received().len(), 1);
}

/// Changes the database while the program has it open.
#[expect(clippy::disallowed_methods, reason = "these tests make writes fail as a full disk would")]
fn change(folder: &Path, sql: &str) {
    rusqlite::Connection::open(folder.join("app.db")).expect("a database").execute_batch(sql).expect("a change");
}

/// Lets no mail to Ada get into a state.
fn refuse(folder: &Path, state: &str) {
    let refuse = "BEGIN SELECT RAISE(ABORT, 'refused'); END";
    change(folder, &format!("CREATE TRIGGER ada BEFORE UPDATE ON mail WHEN NEW.state = '{state}' AND NEW.recipient LIKE 'ada%' {refuse}"));
}

#[test]
fn what_came_of_a_mail_is_noted_later_when_it_can_not_be_noted_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[]);
    refuse(folder.path(), "sent");
    queue(&world, "ada@example.com");
    queue(&world, "bob@example.com");
    block_on(async {
        let post = Post::new(world.clone(), &through(&server));
        post.deliver().await.expect_err("it is said");
        assert_eq!(states(&world), [MailState::Sending, MailState::Sent], "the other one is noted all the same");
        let shared = world.clone();
        tokio::task::spawn_blocking(move || queue(&shared, "carol@example.com")).await.expect("a letter");
        post.deliver().await.expect_err("it is said again");
        assert_eq!(states(&world), [MailState::Sending, MailState::Sent, MailState::Sent], "nobody else waits for it");
        change(folder.path(), "DROP TRIGGER ada");
        post.deliver().await.expect("a delivery");
    });
    assert_eq!(states(&world), [MailState::Sent; 3]);
    assert_eq!(server.received().len(), 3, "nothing is sent twice");
}

#[test]
fn mails_leave_though_the_outbox_could_not_be_put_in_order_at_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[]);
    queue(&world, "ada@example.com");
    queue(&world, "bob@example.com");
    world.write_blocking(Cause::job("test"), |tx| ops::mail::take_due(tx, 1)).expect("one mail");
    refuse(folder.path(), "uncertain");
    block_on(async {
        let post = Post::new(world.clone(), &through(&server));
        post.deliver().await.expect_err("it is said");
        change(folder.path(), "DROP TRIGGER ada");
        post.deliver().await.expect("a delivery");
    });
    assert_eq!((states(&world), server.received().len()), (vec![MailState::Uncertain, MailState::Sent], 1));
}

#[test]
fn a_sandbox_and_an_office_without_a_mail_server_keep_every_mail() {
    for (mode, has_server) in [(Mode::Sandbox, true), (Mode::Office, false)] {
        let folder = tempfile::tempdir().expect("a folder");
        let world = open(folder.path(), mode);
        let server = MailServer::start(&[]);
        queue(&world, "ada@example.com");
        deliver(&world, &if has_server { through(&server) } else { MailConfig::default() });
        assert_eq!((server.received().len(), states(&world)), (0, vec![MailState::Kept]));
        assert!(folder.path().join("outbox/1.eml").exists());
    }
}

#[test]
fn what_came_of_a_letter_is_not_noted_for_another_one_with_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    queue(&world, "ada@example.com");
    let (mut gone, _) = outbox(&world).remove(0);
    gone.key = "of an earlier letter".into();
    world.write_blocking(Cause::job("test"), move |tx| ops::mail::note_outcome(tx, &gone, &MailOutcome::Sent)).expect("a write");
    assert_eq!(states(&world), [MailState::Queued], "it still has to go out");
}

#[test]
fn copies_without_a_letter_are_swept() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    queue(&world, "ada@example.com");
    deliver(&world, &MailConfig::default());
    let outbox = folder.path().join("outbox");
    for name in ["2.eml", "3.partial", "notes.txt"] {
        std::fs::write(outbox.join(name), "x").expect("a file");
    }
    block_on(jobs::sweep_copies(world.clone())).expect("a sweep");
    let mut left: Vec<_> = std::fs::read_dir(outbox).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    left.sort();
    assert_eq!(left, ["1.eml", "notes.txt"]);
}

#[test]
fn a_letter_and_its_copy_are_forgotten_a_month_after_it_was_done_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let forget = || block_on(forget_mail(world.clone())).expect("a purge");
    let copies = || std::fs::read_dir(folder.path().join("outbox")).expect("copies").count();
    let keep = MailConfig::default();
    queue(&world, "ada@example.com");
    deliver(&world, &keep);
    // A copy that is gone already keeps nobody from forgetting the letter.
    std::fs::remove_file(folder.path().join("outbox/1.eml")).expect("a copy");
    for _ in 0..600 {
        queue(&world, "bob@example.com");
    }
    deliver(&world, &keep);
    world.clock().advance_ms(15 * DAY_MS);
    queue(&world, "carol@example.com");
    deliver(&world, &keep);
    queue(&world, "dave@example.com");
    world.clock().advance_ms(15 * DAY_MS);
    forget();
    assert_eq!((states(&world).len(), copies()), (603, 601), "not before the month is over");
    world.clock().advance_ms(1);
    forget();
    let left: Vec<(String, MailState)> = outbox(&world).into_iter().map(|(mail, state)| (mail.to, state)).collect();
    assert_eq!(left, [("carol@example.com".to_owned(), MailState::Kept), ("dave@example.com".to_owned(), MailState::Queued)]);
    assert_eq!(copies(), 1);
}

#[test]
fn a_letter_that_is_sent_again_while_letters_are_forgotten_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[Manner::Answers(550)]);
    queue(&world, "ada@example.com");
    deliver(&world, &through(&server));
    world.clock().advance_ms(31 * DAY_MS);
    let outdated = world.read(ops::mail::list_outdated).expect("a list");
    assert_eq!(outdated, [1]);
    world.write_blocking(Cause::job("test"), |tx| ops::mail::send_again(tx, None, 1)).expect("another try");
    world.write_blocking(Cause::job("test"), move |tx| ops::mail::forget(tx, &outdated)).expect("a purge");
    deliver(&world, &through(&server));
    assert_eq!((states(&world), server.received().len()), (vec![MailState::Sent], 2));
    assert!(folder.path().join("outbox/1.eml").exists());
}

#[test]
fn a_stop_waits_for_the_answer_to_a_mail_that_is_under_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = open(folder.path(), Mode::Office);
    let server = MailServer::start(&[Manner::Hesitates]);
    let config = Config { mail: through(&server), ..Config::default() };
    queue(&world, "ada@example.com");
    block_on(tokio::task::LocalSet::new().run_until(async {
        let nothing = Scheduled::new(None, folder.path().to_owned(), config.backup.keep());
        let jobs = jobs::start(&world, &config, &Arc::new(nothing));
        while server.received().is_empty() {
            tokio::task::yield_now().await;
        }
        // The server answers only once the stop has begun.
        tokio::join!(jobs.stop(), async { server.release() });
    }));
    assert_eq!(states(&world), [MailState::Sent]);
}
