//! API documents against themselves and against the routes. Answers are compared with them whenever a test sends a
//! request: `kit::send`.

use crate::kit::Contract;

/// `/rooms/{room_id:\d{1,9}}` as a document writes it: `/rooms/{room_id}`.
fn documented(path: &str) -> String {
    let (mut depth, mut is_pattern) = (0, false);
    path.chars()
        .filter(|&sign| {
            depth += i32::from(sign == '{') - i32::from(sign == '}');
            is_pattern = depth > 0 && (is_pattern || sign == ':');
            !is_pattern
        })
        .collect()
}

#[test]
fn patterns_of_routes_are_left_out_of_documents() {
    assert_eq!(documented(r"/rooms/{room_id:\d{1,9}}/members"), "/rooms/{room_id}/members");
    assert_eq!(documented(r"/rooms/{status:(?i)active}/sessions{id:\d+}/{any}"), "/rooms/{status}/sessions{id}/{any}");
}

#[test]
fn every_route_is_documented_and_every_documented_operation_is_routed() {
    for contract in Contract::served() {
        let routes = contract.endpoints.iter();
        let mut served: Vec<String> =
            routes.map(|endpoint| format!("{} {} {}", endpoint.operation, endpoint.method, documented(endpoint.path))).collect();
        let operations = contract.document.operations.iter();
        let mut written: Vec<String> =
            operations.map(|operation| format!("{} {} {}", operation.id, operation.method, operation.path)).collect();
        served.sort();
        written.sort();
        assert_eq!(served, written, "{}", contract.name);
    }
}

#[test]
fn documented_scopes_are_the_ones_that_are_checked() {
    for contract in Contract::served() {
        for endpoint in contract.endpoints {
            let operation = contract.document.operations.iter().find(|operation| operation.id == endpoint.operation).expect("documented");
            assert_eq!(operation.scopes, endpoint.scopes, "{} {}", contract.name, endpoint.operation);
        }
    }
}

#[test]
fn no_path_is_answered_by_two_operations() {
    for contract in Contract::all() {
        for operation in &contract.document.operations {
            let found = contract.document.find(&operation.method, &operation.template.sample());
            let ids: Vec<&str> = found.iter().map(|found| &*found.id).collect();
            assert_eq!(ids, [&operation.id], "{}", contract.name);
        }
    }
}

#[test]
fn the_documents_own_examples_are_as_documented() {
    for contract in Contract::all() {
        assert!(contract.document.server().ends_with(contract.mount.shown), "{}", contract.name);
        for operation in &contract.document.operations {
            assert!(contract.document.check_examples(operation) > 5, "{} {} shows too few answers", contract.name, operation.id);
        }
    }
}
