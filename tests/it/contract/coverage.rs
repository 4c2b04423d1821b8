//! The tables of what is served, what tests call and what stock clients drive.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::source::{check_committed, root};
use crate::kit::Contract;

/// Where the table of a dialect is.
fn table_of(contract: &Contract) -> String {
    format!("tests/coverage-{}.md", contract.name)
}

/// The operations that tests of a dialect call, as a whole run has noted in a file. Without one, what the table says.
/// Not how many tests: that changes with every test somebody writes, and tells a reader nothing more.
fn tested_operations(contract: &Contract) -> BTreeSet<String> {
    let Ok(file) = std::env::var("CROSSTALK_CALLED") else {
        return tested_in(&std::fs::read_to_string(root().join(table_of(contract))).unwrap_or_default());
    };
    let calls = std::fs::read_to_string(file).expect("calls");
    let calls = calls.lines().filter(|line| line.starts_with(&contract.tests())).map(|line| {
        let [_, dialect, operation] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("not a call: {line}") };
        (dialect, operation)
    });
    calls.filter(|(dialect, _)| *dialect == contract.name).map(|(_, operation)| operation.to_owned()).collect()
}

/// The operations whose column *tested* says yes.
fn tested_in(table: &str) -> BTreeSet<String> {
    let rows = table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter(|cells| cells.get(4) == Some(&"yes")).map(|cells| cells[1].to_owned()).collect()
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
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
    let tested = tested_operations(contract);
    let mut table = format!(
        "# {}: what is covered\n\n\
        Written by `UPDATE=1 tests/run`. *tested*: called by tests in `tests/it/{}`. \
        *stock clients*: folders in `tests/clients` whose session gets a success from it.\n\n\
        | operation | request | served | tested | stock clients |\n|---|---|---|---|---|\n",
        contract.title,
        contract.tests().trim_end_matches(':')
    );
    for operation in &contract.document.operations {
        let is_served = contract.endpoints.iter().any(|endpoint| endpoint.operation == operation.id);
        let clients = clients.get(&(contract.name.to_owned(), operation.id.clone()));
        let clients: Vec<&str> = clients.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(
            table,
            "| {} | {} {} | {} | {} | {} |",
            operation.id,
            operation.method,
            operation.path,
            yes_or_no(is_served),
            yes_or_no(tested.contains(&operation.id)),
            clients.join(", ")
        );
    }
    for name in contract.not_served {
        let _ = writeln!(table, "| {name} | | no | no | |");
    }
    table
}

#[test]
fn the_coverage_tables_are_true() {
    let clients = clients_by_operation();
    for contract in Contract::served() {
        let table = table(contract, &clients);
        assert!(!table.contains("| yes | no |"), "there is an operation that no test calls:\n{table}");
        check_committed(&table_of(contract), &table, "tests/run");
    }
}
