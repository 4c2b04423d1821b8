//! Chatwork: rooms, and what is in them.

use crosstalk::domain::{AccountId, Dialect, Role, RoomId};
use crosstalk::store::{self, Cause};

use super::{Body, Door, Ids, Key, MARK, Matrix, Verdict, names, with};
use crate::kit::{Answer, Chatwork, Operation, TestApp};

const DOOR: Door = Door {
    name: "chatwork",
    kinds: &[Dialect::Chatwork],
    key: |_, secret| Key { header: "x-chatworktoken", value: secret.to_owned() },
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

/// Bob's roles in a room; a moderator, whom only another dialect makes, is a member here.
const ROLES: [Role; 4] = [Role::Admin, Role::Moderator, Role::Member, Role::Readonly];

/// The lowest role that may do it in a group.
fn lowest_role(operation: &str) -> Role {
    match operation {
        "put-room" | "put-members" | "post-link" | "put-link" | "delete-link" => Role::Admin,
        "post-message" | "put-message" | "delete-message" | "post-task" | "put-task-status" | "post-file" | "get-link" => Role::Member,
        _ => Role::Readonly,
    }
}

/// A room of Alice's in which Bob has a role, with something of everything; Bob wrote the message.
fn room(app: &TestApp, alice: &Chatwork, bob: &Chatwork, role: Role, has_link: bool) -> Ids {
    let room = alice.create_room(MARK, &[bob], &[]);
    let message = bob.say(room, MARK);
    let task = alice.give_task(room, bob, MARK);
    let file = alice.upload(room, &format!("{MARK}.txt"), MARK.as_bytes(), None).ok()["file_id"].to_string();
    if has_link {
        alice.post(&format!("/rooms/{room}/link"), &[("description", MARK)]).ok();
    }
    let account = AccountId::new(bob.id());
    let changed =
        app.world.write_blocking(Cause::job("test"), move |tx| store::memberships::update_role(tx, RoomId::new(room), account, role));
    changed.expect("a role");
    ids(room, &message, &task.to_string(), &file)
}

fn ids(room: i64, message: &str, task: &str, file: &str) -> Ids {
    Ids::from([
        ("room_id", room.to_string()),
        ("message_id", message.to_owned()),
        ("task_id", task.to_owned()),
        ("file_id", file.to_owned()),
        ("request_id", "1".to_owned()),
    ])
}

/// What an operation needs to be more than a bad request.
fn body(operation: &Operation, ids: &Ids, admin: i64) -> Body {
    let field = |name, value: &str| Body::Form(vec![(name, value.to_owned())]);
    match &*operation.id {
        "post-message" | "put-message" => field("body", "x"),
        "unread-messages" => field("message_id", &ids["message_id"]),
        "put-room" => field("name", "x"),
        "put-members" => field("members_admin_ids", &admin.to_string()),
        "post-task" => Body::Form(vec![("body", "x".to_owned()), ("to_ids", admin.to_string())]),
        "put-task-status" => field("body", "done"),
        "delete-room" => field("action_type", "leave"),
        "post-file" => Body::File("file"),
        _ => Body::Nothing,
    }
}

#[test]
fn every_route_lets_through_whom_it_should_and_nobody_else() {
    let app = TestApp::start();
    let matrix = Matrix::new(&app, &DOOR);
    let (alice, bob, carol) = app.trio();
    let (eve, admin) = (app.chatwork("Eve"), alice.id());
    let key = |who: &Chatwork| (DOOR.key)(Dialect::Chatwork, &who.token);
    let request = app.request_contact("Carol", "Alice", MARK).to_string();

    let elsewhere = room(&app, &alice, &carol, Role::Member, true);
    let gone = room(&app, &alice, &bob, Role::Admin, true);
    alice.end_room(gone["room_id"].parse().expect("an id"), "delete").no_content();
    let of_eve = eve.create_room("Elsewhere", &[], &[]);
    let never = ids(1, "1", "1", "1");

    for operation in matrix.operations().filter(|operation| names(operation, "room_id")) {
        let has_link = operation.id != "post-link";
        for role in ROLES {
            let own = room(&app, &alice, &bob, role, has_link);
            let foreign = with(&own, "room_id", &of_eve.to_string());
            let hidden =
                [("another room", &elsewhere), ("another organization's", &foreign), ("a deleted room", &gone), ("no room", &never)];
            for (what, ids) in hidden {
                let answer = matrix.ask(Some(&key(&bob)), operation, ids, body(operation, ids, admin));
                matrix.expect(Verdict::Denied, &answer, operation, &format!("{role:?}: {what}"));
            }
            for place in ["message_id", "task_id", "file_id"].into_iter().filter(|place| names(operation, place)) {
                let mixed = with(&own, place, &elsewhere[place]);
                let answer = matrix.ask(Some(&key(&bob)), operation, &mixed, body(operation, &mixed, admin));
                matrix.expect(Verdict::Missing, &answer, operation, &format!("{role:?}: another room's {place}"));
            }
            for (who, caller) in [("a colleague", &carol), ("a stranger", &eve)] {
                let answer = matrix.ask(Some(&key(caller)), operation, &own, body(operation, &own, admin));
                matrix.expect_nothing_of_ours(Verdict::Denied, &answer, operation, &format!("{who}: {role:?}'s room"));
                let nowhere = matrix.ask(Some(&key(caller)), operation, &never, body(operation, &never, admin));
                assert_eq!(answer.text(), nowhere.text(), "{}: {who} can tell a room that is hidden from none", operation.id);
            }
            let expected = if role >= lowest_role(&operation.id) { Verdict::Through } else { Verdict::Denied };
            let answer = matrix.ask(Some(&key(&bob)), operation, &own, body(operation, &own, admin));
            matrix.expect(expected, &answer, operation, &format!("{role:?}: the own room"));
        }
    }
    for operation in matrix.operations().filter(|operation| !names(operation, "room_id")) {
        let ids = Ids::from([("request_id", request.clone())]);
        for (who, caller) in [("a colleague", &bob), ("a stranger", &eve)] {
            let expected = if names(operation, "request_id") { Verdict::Missing } else { Verdict::Through };
            let answer = matrix.ask(Some(&key(caller)), operation, &ids, Body::Nothing);
            if who == "a stranger" {
                matrix.expect_nothing_of_ours(expected, &answer, operation, who);
            } else {
                matrix.expect(expected, &answer, operation, who);
            }
        }
    }
    matrix.tokens_without_scope();
    matrix.secrets_that_do_not_work();
    assert!(matrix.count() >= 1_100, "{} cases", matrix.count());
}
