//! The API document against the routes. The answers are compared with it whenever a test sends a request: `kit::send`.

use crosstalk::dialects::chatwork::Chatwork;
use crosstalk::web::Dialect;

use crate::kit::DOCUMENT;

/// `/rooms/{room_id:\d+}` as the document writes it: `/rooms/{room_id}`.
fn documented(path: &str) -> String {
    path.replace(r":\d+}", "}")
}

#[test]
fn every_route_is_documented_and_every_documented_operation_is_routed() {
    let mut served: Vec<String> = Chatwork::ENDPOINTS
        .iter()
        .map(|endpoint| format!("{} {} {}", endpoint.operation, endpoint.method, documented(endpoint.path)))
        .collect();
    let mut written: Vec<String> =
        DOCUMENT.operations.iter().map(|operation| format!("{} {} {}", operation.id, operation.method, operation.path)).collect();
    served.sort();
    written.sort();
    assert_eq!(served, written);
}

#[test]
fn documented_scopes_are_the_ones_that_are_checked() {
    for endpoint in Chatwork::ENDPOINTS {
        let operation = DOCUMENT.operations.iter().find(|operation| operation.id == endpoint.operation).expect("documented");
        assert_eq!(operation.scopes, endpoint.scopes, "{}", endpoint.operation);
    }
}

#[test]
fn no_path_is_answered_by_two_operations() {
    for endpoint in Chatwork::ENDPOINTS {
        let path =
            documented(endpoint.path).split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
        let found = DOCUMENT.find(endpoint.method, &path).expect("documented");
        assert_eq!(found.id, endpoint.operation);
    }
}

#[test]
fn the_documents_own_examples_are_as_documented() {
    for operation in &DOCUMENT.operations {
        assert!(DOCUMENT.check_examples(operation) > 5, "{} shows too few answers", operation.id);
    }
}
