//! chat-messages: rooms by who takes part, and what is written there.

use crosstalk::domain::Dialect;
use serde_json::json;

use super::{Body, Door, Ids, Key, MARK, Matrix, Verdict, names};
use crate::kit::{Answer, Chatwork, Operation, TestApp};

const DOOR: Door = Door {
    name: "chat-messages",
    kinds: &[Dialect::ChatMessages],
    key: |_, secret| Key { header: "authorization", value: format!("Bearer {secret}") },
    verdict,
};

fn verdict(answer: &Answer) -> Verdict {
    match answer.status {
        401 => Verdict::Unknown,
        403 => Verdict::Denied,
        404 => Verdict::Missing,
        _ => Verdict::Through,
    }
}

/// A room that has a message.
struct Scene {
    number: i64,
    room: String,
    message: String,
}

impl Scene {
    /// Whichever of the two an operation names.
    fn ids(&self, operation: &Operation) -> Ids {
        let id = if operation.id.contains("room") { &self.room } else { &self.message };
        Ids::from([("id", id.clone())])
    }

    fn body(&self, operation: &Operation) -> Body {
        match &*operation.id {
            "post-chat-message" => Body::Json(json!({"room": self.room, "text": "x"})),
            id if id.starts_with("patch") => Body::Json(json!({"seen": true})),
            _ => Body::Nothing,
        }
    }
}

#[test]
fn every_route_lets_through_whom_it_should_and_nobody_else() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let (alice, bob, carol) = app.trio();
    let secret = |name: &str| app.token(Dialect::ChatMessages, Some(name), crosstalk::domain::Scopes::All, None).1;
    let key = |secret: &str| (DOOR.key)(Dialect::ChatMessages, secret);
    let (of_alice, of_bob, of_carol) = (key(&secret("Alice")), key(&secret("Bob")), key(&secret("Carol")));
    let of_eve = key(&app.bearer_in_other());
    let dave = app.add_person("office", "Dave");
    let of_dave = key(&secret("Dave"));

    let scene = |members: &[&Chatwork], readonly: &[&Chatwork]| {
        let room = alice.create_room(MARK, members, readonly);
        let message = alice.say(room, MARK);
        Scene { number: room, room: app.external_id(alice.id(), room), message }
    };
    let own = scene(&[&bob], &[&dave]);
    let elsewhere = scene(&[&carol], &[]);
    let never = Scene { number: 1, room: "1700000000000000001".to_owned(), message: "1700000000000000002".to_owned() };
    let everybody = [
        ("the administrator", &of_alice),
        ("a member", &of_bob),
        ("a reader", &of_dave),
        ("a colleague", &of_carol),
        ("a stranger", &of_eve),
    ];
    for operation in matrix.operations() {
        let is_post = operation.id == "post-chat-message";
        for (who, caller) in everybody {
            let ask = |scene: &Scene| matrix.ask(Some(caller), operation, &scene.ids(operation), scene.body(operation));
            let is_outside = matches!(who, "a colleague" | "a stranger");
            if names(operation, "id") || is_post {
                let expected = match (is_outside, who, is_post) {
                    (false, "a reader", true) | (true, _, true) => Verdict::Denied,
                    (false, ..) => Verdict::Through,
                    (true, ..) => Verdict::Missing,
                };
                let answer = ask(&own);
                match is_outside {
                    true => matrix.expect_nothing_of_ours(expected, &answer, operation, who),
                    false => matrix.expect(expected, &answer, operation, who),
                }
                matrix.expect_nothing_of_ours(Verdict::Missing, &ask(&never), operation, &format!("{who}: never there"));
                if !matches!(who, "the administrator" | "a colleague") {
                    let hidden = if is_post { Verdict::Denied } else { Verdict::Missing };
                    matrix.expect_nothing_of_ours(hidden, &ask(&elsewhere), operation, &format!("{who}: another room"));
                }
            } else {
                let answer = ask(&own);
                let expected = Verdict::Through;
                match who {
                    "a stranger" => matrix.expect_nothing_of_ours(expected, &answer, operation, who),
                    _ => matrix.expect(expected, &answer, operation, who),
                }
            }
        }
    }
    for path in [format!("/chat-messages?room={}", own.room), format!("/chat-messages?id={}", own.message), "/chat-rooms".to_owned()] {
        let found = crate::kit::send(crate::kit::request("GET", &format!("{}{path}", app.base)).header(of_eve.header, &of_eve.value));
        assert!(!found.text().contains(MARK), "{path}: {}", found.text());
    }
    alice.end_room(own.number, "delete").no_content();
    for operation in matrix.operations().filter(|operation| names(operation, "id") || operation.id == "post-chat-message") {
        for (who, caller) in everybody {
            let answer = matrix.ask(Some(caller), operation, &own.ids(operation), own.body(operation));
            matrix.expect_nothing_of_ours(Verdict::Missing, &answer, operation, &format!("{who}: a deleted room"));
        }
    }
    matrix.tokens_without_scope();
    matrix.secrets_that_do_not_work();
    assert!(matrix.count() >= 200, "{} cases", matrix.count());
}
