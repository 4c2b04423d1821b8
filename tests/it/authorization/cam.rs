//! CAM: a token reaches every group of its organization, by name or id, and nothing of another's.

use crosstalk::domain::Dialect;
use serde_json::{Value, json};

use super::{Body, Door, Ids, Key, MARK, Matrix, Verdict};
use crate::kit::{Answer, Operation, TestApp};

const DOOR: Door =
    Door { name: "cam", kinds: &[Dialect::Cam], key: |_, secret| Key { header: "x-cam-apitoken", value: secret.to_owned() }, verdict };

/// Failures of what was asked for stand in the body of a 200.
fn verdict(answer: &Answer) -> Verdict {
    let codes = serde_json::from_slice::<Value>(&answer.bytes).unwrap_or_default()["errorCodes"].to_string();
    match answer.status {
        401 => Verdict::Unknown,
        403 => Verdict::Denied,
        404 => Verdict::Missing,
        _ if codes.contains("NOT_FOUND") => Verdict::Missing,
        _ => Verdict::Through,
    }
}

/// A room of the first organization, addressed in every way.
fn body(operation: &Operation, room: &str) -> Body {
    let field = |name, value: Value| Body::Form(vec![(name, value.to_string())]);
    match &*operation.id {
        "sendMessage" => field("message", json!({"panelName": room, "message": "x"})),
        "sendMessages" => field("messages", json!([{"send": room, "message": "x"}])),
        "createQuickCall" => Body::Form(vec![("expiredDate", "0".to_owned())]),
        "updateChatRoom" => field("chatRoom", json!({"id": room, "isPublic": false})),
        _ => Body::Nothing,
    }
}

#[test]
fn every_route_lets_through_whom_it_should_and_nobody_else() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let alice = app.chatwork("Alice");
    let room = alice.create_room(MARK, &[], &[]);
    let external = app.external_id(alice.id(), room);
    let (office, other) = (app.cam("office"), app.cam("other"));
    let key = |secret: &str| (DOOR.key)(Dialect::Cam, secret);
    for operation in matrix.operations() {
        let answer = matrix.ask(Some(&key(&office.token)), operation, &Ids::new(), body(operation, &external));
        matrix.expect(Verdict::Through, &answer, operation, "its own organization");
        for (what, named) in [("by id", &*external), ("by name", MARK)] {
            let expected = if operation.id.starts_with("sendMessage") { Verdict::Missing } else { Verdict::Through };
            let answer = matrix.ask(Some(&key(&other.token)), operation, &Ids::new(), body(operation, named));
            // A batch and a name that is not known repeat what was asked for.
            let repeats = what == "by name";
            match repeats {
                true => matrix.expect(expected, &answer, operation, what),
                false => matrix.expect_nothing_of_ours(expected, &answer, operation, what),
            }
        }
    }
    assert_eq!(alice.said(room).iter().filter(|body| *body == "x").count(), 2, "only its own organization wrote there");
    alice.end_room(room, "delete").no_content();
    for operation in matrix.operations().filter(|operation| operation.id.starts_with("sendMessage")) {
        let answer = matrix.ask(Some(&key(&office.token)), operation, &Ids::new(), body(operation, &external));
        matrix.expect(Verdict::Missing, &answer, operation, "a deleted room");
    }
    matrix.tokens_without_scope();
    matrix.secrets_that_do_not_work();
    assert!(matrix.count() >= 150, "{} cases", matrix.count());
}
