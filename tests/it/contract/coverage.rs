//! The tables of what is served, what tests call and what stock clients drive.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::source::{check_committed, root};
use crate::kit::Contract;

/// Where the table of a dialect is.
fn table_of(contract: &Contract) -> String {
    format!("tests/coverage-{}.md", contract.name)
}

/// How many tests of a dialect call each operation, as a whole run has noted in a file. Without one, what the table says.
fn tests_by_operation(contract: &Contract) -> BTreeMap<String, usize> {
    let Ok(file) = std::env::var("CROSSTALK_CALLED") else {
        return counts_of(&std::fs::read_to_string(root().join(table_of(contract))).unwrap_or_default());
    };
    let mut counts = BTreeMap::new();
    for line in std::fs::read_to_string(file).expect("calls").lines().filter(|line| line.starts_with(&contract.tests())) {
        let [_, dialect, operation] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("not a call: {line}") };
        if dialect == contract.name {
            *counts.entry(operation.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// The column *tests* of a table.
fn counts_of(table: &str) -> BTreeMap<String, usize> {
    let rows = table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter(|cells| cells.len() > 4).filter_map(|cells| Some((cells[1].to_owned(), cells[4].parse().ok()?))).collect()
}

/// Stock clients by dialect and operation; `tests/clients/run` compares those with what a server really saw.
fn clients_by_operation() -> BTreeMap<(String, String), BTreeSet<String>> {
    let mut clients: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("tests/clients")).expect("clients") {
        let folder = entry.expect("an entry").path();
        let Ok(operations) = std::fs::read_to_string(folder.join("operations.txt")) else { continue };
        let client = folder.file_name().expect("a name").to_string_lossy().into_owned();
        for line in operations.lines() {
            let (dialect, operation) = line.split_once(' ').expect("a dialect and an operation");
            let contract = Contract::all().iter().find(|contract| contract.name == dialect);
            let is_known = contract.is_some_and(|contract| contract.document.operations.iter().any(|known| known.id == operation));
            assert!(is_known, "{client}: there is no {line}");
            clients.entry((dialect.to_owned(), operation.to_owned())).or_default().insert(client.clone());
        }
    }
    clients
}

/// What the table of a dialect should be.
fn table(contract: &Contract, clients: &BTreeMap<(String, String), BTreeSet<String>>) -> String {
    let tests = tests_by_operation(contract);
    let mut table = format!(
        "# {}: what is covered\n\n\
        Written by `UPDATE=1 tests/run`. *tests*: functions in `tests/it/{}` that call the operation. \
        *stock clients*: folders in `tests/clients` whose session gets a success from it.\n\n\
        | operation | request | served | tests | stock clients |\n|---|---|---|---:|---|\n",
        contract.title,
        contract.tests().trim_end_matches(':')
    );
    for operation in &contract.document.operations {
        let is_served = contract.endpoints.iter().any(|endpoint| endpoint.operation == operation.id);
        let tests = tests.get(&operation.id).copied().unwrap_or_default();
        let clients = clients.get(&(contract.name.to_owned(), operation.id.clone()));
        let clients: Vec<&str> = clients.into_iter().flatten().map(String::as_str).collect();
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
    for name in contract.not_served {
        let _ = writeln!(table, "| {name} | | no | 0 | |");
    }
    table
}

#[test]
fn the_coverage_tables_are_true() {
    let clients = clients_by_operation();
    for contract in Contract::served() {
        check_committed(&table_of(contract), &table(contract, &clients), "tests/run");
    }
}
