//! Every writing operation of every dialect, by its name: done through its own dialect and read through each other that
//! has words for what it does, or a reason why none has. `src/README.md` has the table of those words.

mod cam;
mod chat_messages;
mod chatwork;
mod clickmeeting;
mod matrix;
mod messenger;

use std::thread;

use super::office::Office;
use crate::kit::{Contract, Operation};

/// A writing operation and what the other dialects make of it.
struct Write(&'static str, Elsewhere);

/// What becomes of a write elsewhere.
enum Elsewhere {
    /// Does it, and reads it through every other dialect that can tell of it.
    Shown(fn(&Office, &Operation)),
    /// No other dialect can tell of it, and this is why.
    Untold(#[expect(dead_code, reason = "for those who read the tables")] &'static str),
}

use Elsewhere::{Shown, Untold};

/// The writing operations of each dialect.
const TABLES: [(&str, &[Write]); 6] = [
    ("chatwork", chatwork::WRITES),
    ("clickmeeting", clickmeeting::WRITES),
    ("messenger", messenger::WRITES),
    ("matrix", matrix::WRITES),
    ("cam", cam::WRITES),
    ("chat-messages", chat_messages::WRITES),
];

/// What writes although it is asked for by GET.
const WRITING_GETS: [(&str, &str); 2] = [("chatwork", "get-messages"), ("clickmeeting", "generate-pdf")];

fn contract(dialect: &str) -> &'static Contract {
    Contract::of_vendors().find(|contract| contract.name == dialect).expect("a served dialect")
}

/// Does every write of a dialect in an office of its own; a failure names the operation as its thread.
fn check(dialect: &str) {
    let (_, writes) = TABLES.iter().find(|(name, _)| *name == dialect).expect("a table");
    for Write(name, elsewhere) in *writes {
        let Shown(show) = elsewhere else { continue };
        let operation = contract(dialect).document.operations.iter().find(|operation| operation.id == *name).expect("an operation");
        thread::scope(|scope| {
            let named = thread::Builder::new().name(format!("{dialect} {name}"));
            let shown = named.spawn_scoped(scope, || show(&Office::open(), operation)).expect("a thread");
            assert!(shown.join().is_ok(), "{dialect} {name} is not shown elsewhere");
        });
    }
}

#[test]
fn what_is_written_through_chatwork_is_read_elsewhere() {
    check("chatwork");
}

#[test]
fn what_is_written_through_clickmeeting_is_read_elsewhere() {
    check("clickmeeting");
}

#[test]
fn what_is_written_through_messenger_is_read_elsewhere() {
    check("messenger");
}

#[test]
fn what_is_written_through_matrix_is_read_elsewhere() {
    check("matrix");
}

#[test]
fn what_is_written_through_cam_is_read_elsewhere() {
    check("cam");
}

#[test]
fn what_is_written_through_chat_messages_is_read_elsewhere() {
    check("chat-messages");
}

#[test]
fn every_writing_operation_has_one_entry_and_every_entry_names_one() {
    assert_eq!(Contract::of_vendors().count(), TABLES.len(), "a dialect has no table");
    for (dialect, writes) in TABLES {
        let writes_something = |name: &str, method: &str| method != "GET" || WRITING_GETS.contains(&(dialect, name));
        let endpoints = contract(dialect).endpoints.iter().filter(|endpoint| writes_something(endpoint.operation, endpoint.method));
        let mut expected: Vec<&str> = endpoints.map(|endpoint| endpoint.operation).collect();
        let mut written: Vec<&str> = writes.iter().map(|Write(name, _)| *name).collect();
        expected.sort_unstable();
        written.sort_unstable();
        assert_eq!(written, expected, "{dialect}");
    }
}
