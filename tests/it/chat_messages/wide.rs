//! Rooms of a thousand people: what is seen costs no row per person, and answers are sent piece by piece.

use std::io::{BufRead, BufReader, Read, Write};

use crosstalk::domain::{AccountId, Actor, Body, Dialect, Email, NewPerson, OrganizationRole, PersonName, PostMessage, Scopes, TokenId};
use crosstalk::ops;
use crosstalk::store::Cause;
use serde_json::Value;

use crate::kit::{Process, TestApp, TestOptions, number, request};

const PEOPLE: usize = 1_000;
const MESSAGES: usize = 1_000;

/// A room of a thousand people in which Alice wrote a thousand messages that all others have read; gives its id.
fn wide_room(app: &TestApp) -> i64 {
    let alice = AccountId::new(app.chatwork("Alice").id());
    let room = app.chatwork("Alice").create_room("Wide", &[], &[]);
    let made = app.world.write_blocking(Cause::job("test"), move |tx| {
        let organization = ops::accounts::list_users(tx, Some("office"))?[0].account.organization;
        let act = |account| Actor { account, organization, token: TokenId::new(0), dialect: Dialect::Chatwork, scopes: Scopes::All };
        let mut people = Vec::new();
        for person in 1..PEOPLE {
            let email = Email::parse(&format!("p{person}@example.com"))?;
            let new = NewPerson { email, name: PersonName::parse(&format!("Person {person}"))?, role: OrganizationRole::Member };
            people.push(ops::accounts::create_user(tx, Some("office"), &new)?.account.person.id);
        }
        let room = crosstalk::domain::RoomId::new(room);
        let list = crosstalk::domain::MemberList::parse(vec![alice], people.clone(), Vec::new());
        ops::rooms::replace_members(tx, &act(alice), room, list)?;
        for message in 0..MESSAGES {
            let body = Body::parse(format!("message {message}")).map(|body| PostMessage { body, self_unread: false });
            ops::messages::post_message(tx, &act(alice), room, body)?;
        }
        for person in people {
            ops::reading::read_messages(tx, &act(person), room, Ok(None))?;
        }
        Ok(())
    });
    made.expect("a wide room");
    room
}

#[test]
fn a_million_entries_of_seen_by_are_sent_in_pieces() {
    let app = TestApp::start();
    wide_room(&app);
    let alice = app.chat_messages("Alice");
    let room = alice.room_called("Wide");
    let call = request("GET", &format!("{}/chat-messages?room={room}&text[$gte]=message&$limit=1000", app.base));
    let mut answer = call.header("Authorization", &alice.token).send().expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.headers().get("content-length")), (200, None), "its length is not known before its end");
    let mut body = Vec::new();
    answer.read_to_end(&mut body).expect("a whole body");
    let found: Value = serde_json::from_slice(&body).expect("JSON");
    let entries: usize = found.as_array().expect("a list").iter().map(|message| message["seenBy"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!((found.as_array().map(Vec::len), entries), (Some(MESSAGES), MESSAGES * (PEOPLE - 1)));
    assert!(body.len() > 20 * 1024 * 1024);
}

#[test]
fn a_million_entries_of_seen_by_need_little_memory_and_no_row_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let app = TestApp::with(TestOptions { dir: Some(dir.clone()), ..TestOptions::default() });
    wide_room(&app);
    let alice = app.chat_messages("Alice");
    let room = alice.room_called("Wide");
    app.stop();
    let bytes: u64 = std::fs::read_dir(&dir).expect("a folder").map(|entry| entry.expect("a file").metadata().expect("a size").len()).sum();
    assert!(bytes < 64 * 1024 * 1024, "a million rows would be more: {bytes}");
    let process = Process::serve(&dir);
    let call = |query: &str| {
        let call = request("GET", &format!("{}/chat-messages?room={room}&{query}", process.base())).header("Authorization", &alice.token);
        call.send().expect("an answer").bytes().expect("a body").len()
    };
    call("$limit=2");
    let before = process.memory("VmRSS");
    assert!(call("$limit=1000") > 20 * 1024 * 1024);
    let grown = process.memory("VmHWM").saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "{grown} bytes were needed");
}

#[test]
fn no_piece_is_larger_than_its_bound_by_more_than_one_message() {
    let app = TestApp::start();
    wide_room(&app);
    let alice = app.chat_messages("Alice");
    let room = alice.room_called("Wide");
    let mut stream = std::net::TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
    let head = format!(
        "GET /chat-messages?room={room} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nConnection: close\r\n\r\n",
        alice.token
    );
    stream.write_all(head.as_bytes()).expect("a sent request");
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).expect("a head");
    }
    let mut pieces = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a size");
        let size = usize::from_str_radix(line.trim(), 16).expect("a size in hexadecimal digits");
        let mut piece = vec![0; size + 2];
        reader.read_exact(&mut piece).expect("a piece");
        if size == 0 {
            break;
        }
        pieces.push(size);
    }
    let entry = PEOPLE * (20 + 3) + 300;
    assert!(pieces.len() > 200 && pieces.iter().all(|size| *size < crosstalk::web::listing::PIECE + entry), "{pieces:?}");
}

#[test]
fn who_goes_away_in_the_middle_leaves_a_server_that_answers() {
    let app = TestApp::start();
    wide_room(&app);
    let alice = app.chat_messages("Alice");
    let room = alice.room_called("Wide");
    for _ in 0..3 {
        let call = request("GET", &format!("{}/chat-messages?room={room}", app.base));
        let mut answer = call.header("Authorization", &alice.token).send().expect("an answer");
        let mut some = [0; 4096];
        answer.read_exact(&mut some).expect("a beginning");
    }
    assert_eq!(alice.list(&format!("/chat-messages?room={room}&$limit=2")).len(), 2);
    let shown = alice.get(&format!("/chat-rooms/{room}")).ok();
    assert_eq!(shown["participants"].as_array().map(Vec::len), Some(PEOPLE));
    assert_eq!(number(&shown["unseenMessages"][app.uid("Alice")]), 0);
}
