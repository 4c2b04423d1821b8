//! The table of what is served, what tests call and what stock clients drive.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::{Command, Stdio};

use crosstalk::dialects::chatwork::Chatwork;
use crosstalk::web::Dialect;

use super::source::{check_committed, root};
use crate::kit::{CALLS, DOCUMENT};

/// What the vendor has and this server does not.
const NOT_SERVED: &[&str] = &["webhooks", "OAuth2: authorize", "OAuth2: token"];

/// How many tests of the dialect call each operation: they are run once more, and say what they call.
fn tests_by_operation() -> BTreeMap<String, usize> {
    let folder = tempfile::tempdir().expect("a folder");
    let calls = folder.path().join("calls");
    let run = Command::new(std::env::current_exe().expect("this program"))
        // With one thread, tests run in the main one, which bears no test's name.
        .args(["chatwork::", "--test-threads=4", "--quiet"])
        .env(CALLS, &calls)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(run.expect("a run").success(), "a test of the dialect fails, so nobody knows what it calls");
    let mut counts = BTreeMap::new();
    for line in std::fs::read_to_string(calls).expect("calls").lines() {
        let (_, operation) = line.split_once(' ').expect("a test and an operation");
        *counts.entry(operation.to_owned()).or_default() += 1;
    }
    counts
}

/// Stock clients by the operations they drive; `tests/clients/run` compares those with what a server really saw.
fn clients_by_operation() -> BTreeMap<String, BTreeSet<String>> {
    let mut clients: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("tests/clients")).expect("clients") {
        let folder = entry.expect("an entry").path();
        let Ok(operations) = std::fs::read_to_string(folder.join("operations.txt")) else { continue };
        let client = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for operation in operations.lines() {
            assert!(DOCUMENT.operations.iter().any(|known| known.id == operation), "{client}: there is no {operation}");
            clients.entry(operation.to_owned()).or_default().insert(client.clone());
        }
    }
    clients
}

#[test]
fn the_coverage_table_is_true() {
    let tests = tests_by_operation();
    let clients = clients_by_operation();
    let mut table = "# Chatwork: what is covered\n\n\
        Written by `UPDATE=1 cargo test --test it coverage`. *tests*: functions in `tests/it/chatwork` that call the operation. \
        *stock clients*: folders in `tests/clients` whose session gets a success from it.\n\n\
        | operation | request | served | tests | stock clients |\n|---|---|---|---:|---|\n"
        .to_owned();
    for operation in &DOCUMENT.operations {
        let is_served = Chatwork::ENDPOINTS.iter().any(|endpoint| endpoint.operation == operation.id);
        let tests = tests.get(&operation.id).copied().unwrap_or_default();
        let clients: Vec<&str> = clients.get(&operation.id).into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(
            table,
            "| {} | {} {} | {} | {tests} | {} |",
            operation.id,
            operation.method,
            operation.path,
            if is_served { "yes" } else { "no" },
            clients.join(", ")
        );
    }
    for name in NOT_SERVED {
        let _ = writeln!(table, "| {name} | | no | 0 | |");
    }
    check_committed("tests/coverage-chatwork.md", &table);
}
