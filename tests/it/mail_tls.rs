//! The real program sends through mail servers that protect their connections.

use std::path::{Path, PathBuf};
use std::process::Command;

use crosstalk::domain::{Dialect, MailState, NewToken, Scopes};
use crosstalk::ops;
use crosstalk::store::{self, Cause};

use crate::kit::{ClickMeeting, Guard, MailServer, Manner, Process, authority, open_office, wait_until};

/// An office with a key and a room to invite people to.
struct Office {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    key: String,
}

impl Office {
    fn found() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("data");
        let made = open_office(&dir).write_blocking(Cause::job("test"), |tx| {
            let token = NewToken { dialect: Dialect::ClickMeeting, scopes: Scopes::All, expires: None, note: String::new() };
            ops::tokens::create_token(tx, None, None, &token)
        });
        Self { _folder: folder, dir, key: made.expect("a key").secret }
    }

    /// Serves it, with mails going to that server; `trusted` is the file of authorities, if not the machine's.
    fn serve(&self, server: &MailServer, security: &str, trusted: Option<&Path>) -> Process {
        let mut command = Command::new(crate::kit::BINARY);
        command
            .env("CROSSTALK_MAIL__SMTP_HOST", "127.0.0.1")
            .env("CROSSTALK_MAIL__SMTP_PORT", server.port().to_string())
            .env("CROSSTALK_MAIL__SMTP_SECURITY", security)
            .env("CROSSTALK_MAIL__FROM", "Office <office@example.org>");
        if let Some(file) = trusted {
            command.env("SSL_CERT_FILE", file);
        }
        Process::spawn(command, &self.dir, &self.dir)
    }

    fn invite(&self, process: &Process, email: &str) {
        let client = ClickMeeting::new(process.base(), &self.key);
        let room = client.create_id("Spring", &[]);
        client.post(&format!("/conferences/{room}/invitation/email/en"), &[("attendees[0][email]", email)]).ok();
    }

    /// How far each mail is, once nobody serves.
    fn states(&self) -> Vec<MailState> {
        let all = open_office(&self.dir).read(|tx| store::mail::list_of_organization(tx, ops::access::organization(tx, None)?));
        all.expect("the outbox").into_iter().map(|(_, state)| state).collect()
    }

    /// Waits until a mail was handed over or not: then its copy is written.
    fn wait_for_copy(&self, number: usize) {
        wait_until("the copy is written", || self.dir.join(format!("outbox/{number}.eml")).exists());
    }
}

#[test]
fn mails_go_through_a_protected_connection() {
    for (guard, security) in [(Guard::StartTls, "starttls"), (Guard::Tls, "tls")] {
        let (office, server) = (Office::found(), MailServer::guarded(guard, &[]));
        let process = office.serve(&server, security, Some(&authority()));
        office.invite(&process, "ada@example.com");
        let received = server.wait_for(1);
        assert!(received[0].contains("To: ada@example.com\n") && received[0].contains("From: Office <office@example.org>\n"), "{security}");
    }
}

#[test]
fn nothing_is_sent_to_a_server_that_cannot_prove_who_it_is_or_offers_no_protection() {
    let cases = [(Guard::StartTls, "starttls", None), (Guard::Tls, "tls", None), (Guard::None, "starttls", Some(authority()))];
    for (guard, security, trusted) in cases {
        let (office, server) = (Office::found(), MailServer::guarded(guard, &[]));
        let mut process = office.serve(&server, security, trusted.as_deref());
        office.invite(&process, "ada@example.com");
        office.wait_for_copy(1);
        process.terminate();
        process.exit_code();
        assert_eq!((server.received().len(), office.states()), (0, vec![MailState::Queued]), "{guard:?} {security}");
    }
}

#[test]
fn a_mail_that_was_handed_over_when_the_program_was_killed_is_not_sent_again() {
    let office = Office::found();
    let server = MailServer::guarded(Guard::StartTls, &[Manner::FallsSilent]);
    let mut process = office.serve(&server, "starttls", Some(&authority()));
    office.invite(&process, "ada@example.com");
    server.wait_for(1);
    process.kill();
    let mut process = office.serve(&server, "starttls", Some(&authority()));
    office.invite(&process, "bob@example.com");
    let received = server.wait_for(2);
    assert!(received[0].contains("To: ada@example.com\n") && received[1].contains("To: bob@example.com\n"), "{received:?}");
    office.wait_for_copy(2);
    process.terminate();
    process.exit_code();
    assert_eq!((server.received().len(), office.states()), (2, vec![MailState::Uncertain, MailState::Sent]));
}
