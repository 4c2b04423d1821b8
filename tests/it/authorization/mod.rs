//! Who gets at whose things, over every route of every dialect: generated from the documents, which are held to the routes.
//!
//! Each dialect says how its secrets are presented, how its answers show a refusal, and what its roles may do. A matrix
//! asks every operation with every secret that should not work, and with every role for things of its own, of others, of
//! another organization, deleted ones and ones that never were.

mod admin;
mod cam;
mod chat_messages;
mod chatwork;
mod clickmeeting;
mod matrix;
mod messenger;
mod secrets;

use std::cell::Cell;
use std::collections::BTreeMap;

use crosstalk::domain::{Dialect, Scopes, Timestamp};
use crosstalk::ops;
use crosstalk::store::Cause;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::Value;

use crate::kit::{Answer, Contract, NOW_S, Operation, TestApp, request, send};

/// Stands in every name and text of the first organization; nothing that the other one is answered may hold it.
const MARK: &str = "Zebra7";

/// What an answer says about the right to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It was let through, whatever became of it.
    Through,
    /// The caller may not do this.
    Denied,
    /// There is no such thing, as far as the caller may know.
    Missing,
    /// The caller is not known.
    Unknown,
}

/// How a dialect lets somebody in and turns somebody away.
struct Door {
    /// Its name.
    name: &'static str,
    /// Tokens that are good for it.
    kinds: &'static [Dialect],
    /// The header that presents a secret, and what it holds.
    key: fn(Dialect, &str) -> Key,
    /// What an answer means.
    verdict: fn(&Answer) -> Verdict,
}

/// A header that presents a secret.
#[derive(Clone, Debug)]
struct Key {
    header: &'static str,
    value: String,
}

/// Values for the places in paths, by name.
type Ids = BTreeMap<&'static str, String>;

/// What is sent along.
enum Body {
    Nothing,
    Form(Vec<(&'static str, String)>),
    Json(Value),
    /// A file in the part of this name.
    File(&'static str),
}

/// All cases of one dialect against one server.
struct Matrix<'a> {
    app: &'a TestApp,
    door: &'a Door,
    contract: &'static Contract,
    cases: Cell<usize>,
}

impl<'a> Matrix<'a> {
    fn new(app: &'a TestApp, door: &'a Door) -> Self {
        let contract = Contract::served().find(|contract| contract.name == door.name).expect("a served dialect");
        Self { app, door, contract, cases: Cell::new(0) }
    }

    fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.contract.document.operations.iter()
    }

    fn ask(&self, key: Option<&Key>, operation: &Operation, ids: &Ids, body: Body) -> Answer {
        let path = if ids.is_empty() { operation.template.sample() } else { filled(operation, ids) };
        let mut wanted = request(&operation.method, &format!("{}{}{path}", self.app.base, self.contract.mount.shown));
        if let Some(key) = key {
            wanted = wanted.header(key.header, &key.value);
        }
        send(match body {
            Body::Nothing => wanted,
            Body::Form(fields) => wanted.form(&fields),
            Body::Json(value) => wanted.json(&value),
            Body::File(part) => wanted.multipart(Form::new().part(part, Part::bytes(&b"content"[..]).file_name("a.txt"))),
        })
    }

    /// Cases so far.
    fn count(&self) -> usize {
        self.cases.get()
    }

    /// One case: fails unless the answer means what it should.
    fn expect(&self, expected: Verdict, answer: &Answer, operation: &Operation, what: &str) {
        self.cases.set(self.cases.get() + 1);
        let found = (self.door.verdict)(answer);
        let text = String::from_utf8_lossy(&answer.bytes);
        assert_eq!(found, expected, "{} {}, {what}: {} {text}", self.door.name, operation.id, answer.status);
        let is_read = operation.method == "GET" && found == Verdict::Through;
        assert!(!is_read || matches!(answer.status, 200 | 204), "{} {}, {what}: {} {text}", self.door.name, operation.id, answer.status);
    }

    /// The same, for an answer to somebody of the other organization.
    fn expect_nothing_of_ours(&self, expected: Verdict, answer: &Answer, operation: &Operation, what: &str) {
        self.expect(expected, answer, operation, what);
        let headers = answer.headers.values().any(|value| value.contains(MARK));
        let shows = headers || answer.bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes());
        assert!(!shows, "{} {}, {what} shows what is ours: {}", self.door.name, operation.id, String::from_utf8_lossy(&answer.bytes));
    }

    /// Every operation with every secret that is none here.
    fn secrets_that_do_not_work(&self) {
        let mut keys: Vec<(String, Option<Key>)> = vec![("no secret".to_owned(), None)];
        for kind in self.door.kinds {
            for (what, secret) in self.dead_secrets(*kind) {
                keys.push((format!("{what} of {}", kind.name()), Some((self.door.key)(*kind, &secret))));
            }
        }
        self.app.advance_s(2);
        for operation in self.operations() {
            for (what, key) in &keys {
                let answer = self.ask(key.as_ref(), operation, &Ids::new(), Body::Nothing);
                self.expect(Verdict::Unknown, &answer, operation, what);
            }
        }
    }

    fn dead_secrets(&self, kind: Dialect) -> Vec<(&'static str, String)> {
        let app = self.app;
        let person = |name| kind.is_personal().then_some(name);
        let live = |kind: Dialect| app.token(kind, kind.is_personal().then_some("Alice"), Scopes::All, None).1;
        let mut dead = vec![
            ("an empty secret", String::new()),
            ("an unknown secret", "x".repeat(40)),
            ("a secret with one letter more", format!("{}x", live(kind))),
            ("a token of everybody's sandbox", "sandboxChatworkAlice000000000001".to_owned()),
            ("an expired token", app.token(kind, person("Alice"), Scopes::All, Some(Timestamp::from_seconds(NOW_S + 1))).1),
        ];
        let (id, revoked) = app.token(kind, person("Alice"), Scopes::All, None);
        app.revoke(id);
        dead.push(("a revoked token", revoked));
        if kind.is_personal() {
            dead.push(("a token of somebody disabled", app.token(kind, Some("Carol"), Scopes::All, None).1));
            app.set_disabled("Carol", true);
        }
        dead.extend(Dialect::ALL.into_iter().filter(|other| *other != kind).map(|other| ("another dialect's token", live(other))));
        dead
    }

    /// Every operation with a token whose scopes cover nothing.
    fn tokens_without_scope(&self) {
        for kind in self.door.kinds {
            let scopes = Scopes::Only(vec!["none".to_owned()]);
            let key = (self.door.key)(*kind, &self.app.token(*kind, kind.is_personal().then_some("Alice"), scopes, None).1);
            for operation in self.operations() {
                let answer = self.ask(Some(&key), operation, &Ids::new(), Body::Nothing);
                self.expect(Verdict::Denied, &answer, operation, "a token without scope");
            }
        }
    }
}

impl TestApp {
    /// Takes a token of the first organization back.
    fn revoke(&self, id: i64) {
        let revoked = self.world.write_blocking(Cause::job("test"), move |tx| {
            ops::tokens::revoke_token(tx, Some("office"), crosstalk::domain::TokenId::new(id))
        });
        revoked.expect("a revoked token");
    }
}

/// An operation's path with its places filled.
fn filled(operation: &Operation, ids: &Ids) -> String {
    operation.filled(ids.iter().map(|(name, id)| (*name, &**id)))
}

/// The same values but one.
fn with(ids: &Ids, place: &'static str, id: &str) -> Ids {
    let mut ids = ids.clone();
    ids.insert(place, id.to_owned());
    ids
}

/// Whether an operation's path names something of somebody's.
fn names(operation: &Operation, place: &str) -> bool {
    operation.path.contains(&format!("{{{place}}}"))
}
