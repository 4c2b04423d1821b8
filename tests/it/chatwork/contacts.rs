//! `/contacts` and `/incoming_requests`

use crate::kit::{Chatwork, TestApp, number};
use crosstalk::domain::{Email, NewPerson, OrganizationRole, PersonName};
use crosstalk::ops;
use crosstalk::store::Cause;

#[test]
fn without_contacts_and_requests_both_lists_are_empty() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    alice.get("/contacts").no_content();
    alice.get("/incoming_requests").no_content();
}

#[test]
fn accepting_a_request_makes_two_contacts_with_a_room_of_their_own() {
    let app = TestApp::start();
    app.tell("Eve", |profile| {
        profile.account.handle = "eve".into();
        profile.account.department = "Sales".into();
    });
    let (alice, eve) = (app.chatwork("Alice"), app.chatwork("Eve"));
    let request = app.request_contact("Eve", "Alice", "Nice to meet you");
    eve.get("/incoming_requests").no_content();
    insta::assert_snapshot!(app.shown(&alice.get("/incoming_requests")), @r#"
    [
      {
        "request_id": 1000014,
        "account_id": 1000010,
        "message": "Nice to meet you",
        "name": "Eve",
        "chatwork_id": "eve",
        "organization_id": 1000002,
        "organization_name": "Other",
        "department": "Sales",
        "avatar_image_url": "BASE/assets/avatar/ico_default_violet.png"
      }
    ]
    "#);
    let accepted = alice.put(&format!("/incoming_requests/{request}"), &[]);
    insta::assert_snapshot!(app.shown(&accepted), @r#"
    {
      "request_id": 1000014,
      "account_id": 1000010,
      "room_id": 1000015,
      "name": "Eve",
      "chatwork_id": "eve",
      "organization_id": 1000002,
      "organization_name": "Other",
      "department": "Sales",
      "avatar_image_url": "BASE/assets/avatar/ico_default_violet.png"
    }
    "#);
    alice.get("/incoming_requests").no_content();

    insta::assert_snapshot!(app.shown(&alice.get("/contacts")), @r#"
    [
      {
        "account_id": 1000010,
        "room_id": 1000015,
        "name": "Eve",
        "chatwork_id": "eve",
        "organization_id": 1000002,
        "organization_name": "Other",
        "department": "Sales",
        "avatar_image_url": "BASE/assets/avatar/ico_default_violet.png"
      }
    ]
    "#);
    insta::assert_snapshot!(app.shown(&eve.get("/contacts")), @r#"
    [
      {
        "account_id": 1000004,
        "room_id": 1000015,
        "name": "Alice",
        "chatwork_id": "",
        "organization_id": 1000000,
        "organization_name": "Office",
        "department": "",
        "avatar_image_url": "BASE/assets/avatar/ico_default_red.png"
      }
    ]
    "#);
    let room = number(&accepted.ok()["room_id"]);
    insta::assert_snapshot!(app.shown(&alice.get(&format!("/rooms/{room}"))), @r#"
    {
      "room_id": 1000015,
      "name": "Eve",
      "type": "direct",
      "role": "member",
      "sticky": false,
      "unread_num": 0,
      "mention_num": 0,
      "mytask_num": 0,
      "message_num": 1,
      "file_num": 0,
      "task_num": 0,
      "icon_path": "BASE/assets/avatar/ico_default_violet.png",
      "last_update_time": 1769817600,
      "description": ""
    }
    "#);
    insta::assert_snapshot!(app.shown(&eve.get(&format!("/rooms/{room}"))), @r#"
    {
      "room_id": 1000015,
      "name": "Alice",
      "type": "direct",
      "role": "member",
      "sticky": false,
      "unread_num": 1,
      "mention_num": 0,
      "mytask_num": 0,
      "message_num": 1,
      "file_num": 0,
      "task_num": 0,
      "icon_path": "BASE/assets/avatar/ico_default_red.png",
      "last_update_time": 1769817600,
      "description": ""
    }
    "#);
    for person in [&alice, &eve] {
        assert_eq!(person.said(room), ["[info][dtext:chatroom_contact_added][/info]"]);
        assert_eq!(person.members(room), [(alice.id(), "member".to_owned()), (eve.id(), "member".to_owned())]);
    }
    let message = &alice.get(&format!("/rooms/{room}/messages?force=1")).ok()[0];
    assert_eq!(number(&message["account"]["account_id"]), alice.id(), "who accepts reports it");
    alice.put(&format!("/incoming_requests/{request}"), &[]).fails(404, "The request is not found");
}

#[test]
fn a_declined_request_is_gone_and_may_be_made_again() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let request = app.request_contact("Eve", "Alice", "");
    alice.delete(&format!("/incoming_requests/{request}"), &[]).no_content();
    alice.get("/incoming_requests").no_content();
    alice.get("/contacts").no_content();
    alice.put(&format!("/incoming_requests/{request}"), &[]).fails(404, "The request is not found");
    alice.delete(&format!("/incoming_requests/{request}"), &[]).fails(404, "The request is not found");
    assert_ne!(app.request_contact("Eve", "Alice", ""), request);
    assert_eq!(alice.get("/incoming_requests").ok().as_array().map(Vec::len), Some(1));
}

/// Accepting and declining, as documented and as the official MCP server spells it.
const ANSWERS: [(&str, &str); 4] = [("PUT", ""), ("PUT", "/accept"), ("DELETE", ""), ("DELETE", "/reject")];

fn answer(person: &Chatwork, verb: &str, request: i64, alias: &str) -> crate::kit::Answer {
    crate::kit::send(person.request(verb, &format!("/incoming_requests/{request}{alias}")))
}

#[test]
fn the_official_clients_own_paths_do_the_same() {
    let app = TestApp::start();
    let (alice, bob) = (app.chatwork("Alice"), app.chatwork("Bob"));
    let (accepted, declined) = (app.request_contact("Eve", "Alice", ""), app.request_contact("Eve", "Bob", ""));
    let contact = answer(&alice, "PUT", accepted, "/accept").ok();
    assert_eq!(contact["request_id"], accepted);
    assert_eq!(contact["room_id"], alice.get("/contacts").ok()[0]["room_id"]);
    answer(&bob, "DELETE", declined, "/reject").no_content();
    bob.get("/contacts").no_content();
    for (person, request) in [(&alice, accepted), (&bob, declined)] {
        person.get("/incoming_requests").no_content();
        answer(person, "PUT", request, "/accept").fails(404, "The request is not found");
    }
    answer(&alice, "PUT", accepted, "/reject").fails(400, "Invalid Endpoint or HTTP method");
    answer(&alice, "DELETE", accepted, "/accept").fails(400, "Invalid Endpoint or HTTP method");
}

#[test]
fn requests_to_others_and_unknown_ones_are_not_found() {
    let app = TestApp::start();
    let (alice, eve) = (app.chatwork("Alice"), app.chatwork("Eve"));
    let request = app.request_contact("Eve", "Bob", "");
    for (verb, alias) in ANSWERS {
        for (person, id) in [(&alice, request), (&eve, request), (&alice, 1), (&alice, i64::MAX)] {
            answer(person, verb, id, alias).fails(404, "The request is not found");
        }
    }
    assert_eq!(app.chatwork("Bob").get("/incoming_requests").ok()[0]["request_id"], request);
}

#[test]
fn accepting_answers_a_request_the_other_way_too() {
    let app = TestApp::start();
    let (alice, eve) = (app.chatwork("Alice"), app.chatwork("Eve"));
    let request = app.request_contact("Eve", "Alice", "");
    app.request_contact("Alice", "Eve", "");
    alice.put(&format!("/incoming_requests/{request}"), &[]).ok();
    eve.get("/incoming_requests").no_content();
    assert_eq!(eve.get("/contacts").ok().as_array().map(Vec::len), Some(1));
}

#[test]
fn the_newest_hundred_requests_are_listed() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let requests = app
        .world
        .write_blocking(Cause::job("test"), |tx| {
            (0..101)
                .map(|number| {
                    let address = format!("guest{number}@example.com");
                    let person =
                        NewPerson { email: Email::parse(&address)?, name: PersonName::parse("Guest")?, role: OrganizationRole::Member };
                    ops::accounts::create_user(tx, Some("other"), &person)?;
                    ops::contacts::request_contact(tx, &address, "alice@example.com", "").map(|id| id.get())
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .expect("many requests");
    let listed = alice.get("/incoming_requests").ok();
    let listed: Vec<i64> = listed.as_array().expect("a list").iter().map(|request| number(&request["request_id"])).collect();
    assert_eq!(listed, requests[1..].iter().rev().copied().collect::<Vec<_>>());
}
