//! Messenger: rooms as an organization manages them, for its token and for people by their role in it.

use crosstalk::domain::{Dialect, OrganizationRole, Scopes};
use serde_json::json;

use super::{Body, Door, Ids, Key, MARK, Matrix, Verdict, names};
use crate::kit::{Answer, Operation, TestApp, number};

const DOOR: Door = Door {
    name: "messenger",
    kinds: &[Dialect::Messenger, Dialect::MessengerPersonal],
    key: |kind, secret| {
        let header = if kind == Dialect::Messenger { "api-token" } else { "personal-access-token" };
        Key { header, value: secret.to_owned() }
    },
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

/// Who asks for a room of the first organization that Bob is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// The organization's own token.
    Organization,
    /// Alice, its administrator, who is not in the room.
    Administrator,
    /// Somebody who manages chats, and is not in the room.
    Manager,
    /// Bob.
    Member,
    /// Carol, who is not in the room.
    Colleague,
    /// The other organization's administrator.
    Stranger,
}

fn expected(who: Who, operation: &Operation) -> Verdict {
    let is_claim = operation.id.contains("claim");
    let is_read = operation.method == "GET";
    match who {
        Who::Organization | Who::Administrator => Verdict::Through,
        // Managing a room is not being entitled to it.
        Who::Manager if is_claim => Verdict::Denied,
        Who::Manager => Verdict::Through,
        Who::Member if is_read || is_claim => Verdict::Through,
        Who::Member | Who::Colleague => Verdict::Denied,
        Who::Stranger => Verdict::Missing,
    }
}

fn body(operation: &Operation, person: i64) -> Body {
    match &*operation.id {
        id if id.contains("users") => Body::Json(json!({"assignedUsers": [person]})),
        id if id.contains("automation") || id.starts_with("patch-chatroom") || id.starts_with("put-chatroom") => {
            Body::Json(json!({"automationEnabled": false}))
        }
        _ => Body::Nothing,
    }
}

fn ids(room: &str) -> Ids {
    Ids::from([("roomID", room.to_owned()), ("people", "members".to_owned())])
}

#[test]
fn every_route_lets_through_whom_it_should_and_nobody_else() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    app.add_manager("Mia", OrganizationRole::ChatManager);
    let office = app.messenger();
    let (bob, carol) = (app.person("Bob"), app.person("Carol"));
    let personal = |name: &str| app.token(Dialect::MessengerPersonal, Some(name), Scopes::All, None).1;
    let callers = [
        (Who::Organization, Dialect::Messenger, app.token(Dialect::Messenger, None, Scopes::All, None).1),
        (Who::Administrator, Dialect::MessengerPersonal, personal("Alice")),
        (Who::Manager, Dialect::MessengerPersonal, personal("Mia")),
        (Who::Member, Dialect::MessengerPersonal, personal("Bob")),
        (Who::Colleague, Dialect::MessengerPersonal, personal("Carol")),
        (Who::Stranger, Dialect::MessengerPersonal, app.personal_token_in_other()),
        (Who::Stranger, Dialect::Messenger, app.organization_token_in_other()),
    ];
    let mut made = 0;
    let mut room = || {
        made += 1;
        let body = json!({"name": format!("{MARK} {made}"), "organizationID": app.organization("office"), "assignedUsers": [bob]});
        number(&office.create(&body)["id"]).to_string()
    };
    let gone = room();
    office.bare("DELETE", &format!("/chatrooms/{gone}")).ok();
    for operation in matrix.operations().filter(|operation| names(operation, "roomID")) {
        for (who, kind, secret) in &callers {
            // What concerns a person is refused to an organization's token before anybody asks about the room.
            if operation.id.contains("claim") && *kind == Dialect::Messenger {
                continue;
            }
            let key = (DOOR.key)(*kind, secret);
            for (what, missing) in [("a deleted room", gone.as_str()), ("no room", "1"), ("no Matrix room", "!r1:test.local")] {
                let answer = matrix.ask(Some(&key), operation, &ids(missing), body(operation, carol));
                matrix.expect_nothing_of_ours(Verdict::Missing, &answer, operation, &format!("{who:?}: {what}"));
            }
            let answer = matrix.ask(Some(&key), operation, &ids(&room()), body(operation, carol));
            let what = format!("{who:?} with {kind:?}");
            match who {
                Who::Stranger => matrix.expect_nothing_of_ours(expected(*who, operation), &answer, operation, &what),
                _ => matrix.expect(expected(*who, operation), &answer, operation, &what),
            }
        }
    }
    matrix.tokens_without_scope();
    matrix.secrets_that_do_not_work();
    assert!(matrix.count() >= 1_500, "{} cases", matrix.count());
}
