//! The table of what is served, what tests call and what stock clients drive.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crosstalk::dialects::chatwork::Chatwork;
use crosstalk::web::Dialect;

use super::source::{check_committed, root};
use crate::kit::DOCUMENT;

/// The table.
const TABLE: &str = "tests/coverage-chatwork.md";
/// What the vendor has and this server does not.
const NOT_SERVED: &[&str] = &["webhooks", "OAuth2: authorize", "OAuth2: token"];

/// How many tests of the dialect call each operation, as a whole run has noted in a file. Without one, what the table says.
fn tests_by_operation() -> BTreeMap<String, usize> {
    let Ok(file) = std::env::var("CROSSTALK_CALLED") else {
        return counts_of(&std::fs::read_to_string(root().join(TABLE)).unwrap_or_default());
    };
    let mut counts = BTreeMap::new();
    for line in std::fs::read_to_string(file).expect("calls").lines().filter(|line| line.starts_with("chatwork::")) {
        let (_, operation) = line.split_once(' ').expect("a test and an operation");
        *counts.entry(operation.to_owned()).or_default() += 1;
    }
    counts
}

/// The column *tests* of a table.
fn counts_of(table: &str) -> BTreeMap<String, usize> {
    let rows = table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter(|cells| cells.len() > 4).filter_map(|cells| Some((cells[1].to_owned(), cells[4].parse().ok()?))).collect()
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
        Written by `UPDATE=1 tests/run`. *tests*: functions in `tests/it/chatwork` that call the operation. \
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
    check_committed(TABLE, &table, "tests/run");
}
