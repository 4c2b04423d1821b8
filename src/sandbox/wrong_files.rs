//! Tests: what is wrong with a seed file is told with its place, and nothing of such a file is put in.

use super::seed::tests::sandbox;
use super::{SeedFile, Tokens, is_fresh, seed};
use crate::world::World;

/// Files that are refused, and how what is told about them begins.
const WRONG: &[(&str, &str)] = &[
    ("", "EOF while parsing a value at line 1"),
    ("{", "EOF while parsing an object at line 1"),
    (r#"{"people": [{"email"}]}"#, "people[0]: expected `:` at line 1"),
    ("3", "invalid type: integer `3`, expected an object with people, rooms and the like at line 1"),
    ("{} {}", "trailing characters at line 1 column 4"),
    (r#"{"persons": []}"#, "persons: unknown field `persons`, expected one of `people`, `contacts`"),
    (r#"{"folder": "/"}"#, "folder: unknown field `folder`"),
    (r#"{"people": ["d@example.com"]}"#, "people[0]: invalid type: string \"d@example.com\", expected an object at line 1"),
    (r#"{"people": [{"email": "d", "name": "D"}]}"#, "people[0].email: an e-mail address looks like name@example.org at line 1 column"),
    (r#"{"people": [{"email": "d@example.com", "name": ""}]}"#, "people[0].name: a name has 1 to 100 characters"),
    (r#"{"people": [{"email": "d@example.com"}]}"#, "people[0]: missing field `name`"),
    (r#"{"people": [{"email": "d@example.com", "name": "D", "mial": ""}]}"#, "people[0].mial: unknown field `mial`"),
    (r#"{"people": [{"email": "d@example.com", "name": "D", "role": "boss"}]}"#, "people[0].role: a role is admin, chat-manager or member"),
    (r#"{"people": [{"email": "bob@example.com", "name": "Bob"}]}"#, "people[0]: this email is taken; choose another"),
    (
        r#"{"contacts": [{"from": "zoe@example.com", "to": "bob@example.com"}]}"#,
        "contacts[0].from: nobody here has the e-mail zoe@example.com; people in the file and alice@example.com",
    ),
    (r#"{"contacts": [{"from": "alice@example.com", "to": "bob@example.com"}]}"#, "contacts[0]: the two are contacts already"),
    (r#"{"rooms": [{"name": "R", "admins": []}]}"#, "rooms[0].admins: name at least one person"),
    (r#"{"rooms": [{"name": "", "admins": ["bob@example.com"]}]}"#, "rooms[0].name: this must not be empty"),
    (r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "icon": "cat"}]}"#, "rooms[0].icon: there is no such icon"),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "members": ["alice@example.com", "zoe@example.com"]}]}"#,
        "rooms[0].members[1]: nobody here has the e-mail zoe@example.com",
    ),
    (r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "invitation": {"code": "launch-2026"}}]}"#, "rooms[0]: this code is taken"),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "zoe@example.com", "text": "x"}]}]}"#,
        "rooms[0].messages[0].from: nobody here has the e-mail zoe@example.com",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "alice@example.com", "text": "x"}]}]}"#,
        "rooms[0].messages[0].from: alice@example.com is not in this room",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "readonly": ["carol@example.com"], "messages": [{"from": "bob@example.com", "text": "x"}, {"from": "carol@example.com", "text": "x"}]}]}"#,
        "rooms[0].messages[1].from: carol@example.com may only read in this room",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "bob@example.com", "text": ""}]}]}"#,
        "rooms[0].messages[0].text: this must not be empty",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "bob@example.com", "text": "x", "at": "noon"}]}]}"#,
        "rooms[0].messages[0].at: write times as 2026-01-31T09:00:00Z",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "bob@example.com", "text": "x", "at": "2026-01-05T05:59:59Z"}]}]}"#,
        "rooms[0].messages[0].at: the people are there from 2026-01-05T06:00:00Z on; name a later time",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "messages": [{"from": "bob@example.com", "text": "x", "at": "2199-01-01T00:00:00Z"}]}]}"#,
        "rooms[0].messages[0].at: 2199-01-01T00:00:00Z is in the future by the sandbox's clock",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "tasks": [{"from": "bob@example.com", "to": [], "text": "x"}]}]}"#,
        "rooms[0].tasks[0].to: this must not be empty",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "tasks": [{"from": "bob@example.com", "to": ["alice@example.com"], "text": "x"}]}]}"#,
        "rooms[0].tasks[0].to: tasks go to members of the room",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "tasks": [{"from": "bob@example.com", "to": ["bob@example.com"], "text": "x", "due": "2026-02-30"}]}]}"#,
        "rooms[0].tasks[0].due: write a day as 2026-01-31, or a time",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "name": "a"}]}]}"#,
        "rooms[0].files[0]: say what is in the file with text, or where it lies with path",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "text": "a"}]}]}"#,
        "rooms[0].files[0].name: a file with text needs a name",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "gone.txt"}]}]}"#,
        "rooms[0].files[0].path: gone.txt can't be read: No such file",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "/etc/hostname"}]}]}"#,
        "rooms[0].files[0].path: name a file in the folder of the seed file or below it",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "../outside.txt"}]}]}"#,
        "rooms[0].files[0].path: name a file in the folder of the seed file or below it",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "out.txt"}]}]}"#,
        "rooms[0].files[0].path: name a file in the folder of the seed file or below it",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "."}]}]}"#,
        "rooms[0].files[0].path: . is no file",
    ),
    (
        r#"{"rooms": [{"name": "R", "admins": ["bob@example.com"], "files": [{"from": "bob@example.com", "path": "large.bin"}]}]}"#,
        "rooms[0].files[0].path: this is larger than 5242880 bytes",
    ),
    (r#"{"direct": [{"between": ["alice@example.com"]}]}"#, "direct[0].between: invalid length 1, expected an array of length 2"),
    (r#"{"direct": [{"between": ["alice@example.com", "alice@example.com"]}]}"#, "direct[0]: nobody can be a contact of themselves"),
    (
        r#"{"direct": [{"between": ["alice@example.com", "bob@example.com"], "messages": [{"from": "carol@example.com", "text": "x"}]}]}"#,
        "direct[0].messages[0].from: carol@example.com is not in this room",
    ),
    (r#"{"places": [{"name": "大会議室"}]}"#, "places[0]: this name is taken"),
    (r#"{"places": [{"name": "P", "capacity": -1}]}"#, "places[0].capacity: write a number from 0 to 1,000,000"),
    (
        r#"{"reservations": [{"place": "P", "day": "2026-01-12", "title": "T", "by": "bob@example.com"}]}"#,
        "reservations[0]: there is no such",
    ),
    (
        r#"{"reservations": [{"place": "大会議室", "start": "2026-01-15 14:00", "end": "2026-01-15 14:30", "title": "T", "by": "bob@example.com"}]}"#,
        "reservations[0]: this time is taken",
    ),
    (
        r#"{"reservations": [{"place": "大会議室", "start": "2026-01-15 14:00", "title": "T", "by": "bob@example.com"}]}"#,
        "reservations[0]: say when with start and end, or with day",
    ),
    (r#"{"meetings": [{"name": "M", "kind": "party"}]}"#, "meetings[0].kind: use meeting or webinar"),
    (r#"{"meetings": [{"name": "M", "access": "password"}]}"#, "meetings[0].password: a room with access `password` needs one"),
    (r#"{"meetings": [{"name": "M", "password": "x"}]}"#, "meetings[0].password: only a room with access `password` has one"),
    (r#"{"meetings": [{"name": "M", "duration": "1:30"}]}"#, "meetings[0].duration: only a room with a beginning"),
    (
        r#"{"meetings": [{"name": "M", "registrations": [{"email": "g@example.org", "first_name": "G"}]}]}"#,
        "meetings[0].registrations: people sign up where registration is true",
    ),
    (
        r#"{"meetings": [{"name": "M", "sessions": [{"started": "x", "ended": "y"}]}]}"#,
        "meetings[0].sessions[0]: write times as 2026-01-31T09:00:00Z",
    ),
    (
        r#"{"meetings": [{"name": "M", "sessions": [{"started": "2199-01-01T00:00:00Z", "ended": "2199-01-01T01:00:00Z"}]}]}"#,
        "meetings[0].sessions[0]: a session ends after it began, and not in the future",
    ),
    (r#"{"tokens": [{"dialect": "matrix"}]}"#, "tokens[0].dialect: use chatwork, clickmeeting"),
    (r#"{"tokens": [{"dialect": "chatwork"}]}"#, "tokens[0].user: tokens of this dialect belong to a person"),
    (
        r#"{"tokens": [{"dialect": "cam", "secret": "secretChatworkDana00000000000001"}]}"#,
        "tokens[0].secret: a secret begins with `sandbox` and has 32 to 64 letters",
    ),
    (
        r#"{"tokens": [{"dialect": "cam", "secret": "sandbox1"}]}"#,
        "tokens[0].secret: a secret begins with `sandbox` and has 32 to 64 letters",
    ),
    (
        r#"{"tokens": [{"dialect": "cam", "secret": "sandboxCam0000000000000000000001"}]}"#,
        "tokens[0].secret: another token has this secret",
    ),
];

fn put_in(world: &World, folder: &std::path::Path, text: &str) -> Result<(), String> {
    let put_in = |file| seed(world, Tokens::WellKnown, SeedFile { folder: folder.to_owned(), ..file });
    let seeded = SeedFile::parse(text.as_bytes()).and_then(put_in);
    seeded.map(|_| ()).map_err(|error| error.plain().trim_start_matches(": ").to_owned())
}

#[test]
fn a_wrong_file_is_refused_with_the_place_and_leaves_nothing() {
    let (folder, world) = sandbox();
    let beside = folder.path().join("seeds");
    std::fs::create_dir(&beside).unwrap();
    std::fs::write(folder.path().join("outside.txt"), "not for everybody").unwrap();
    std::os::unix::fs::symlink("../outside.txt", beside.join("out.txt")).unwrap();
    std::fs::write(beside.join("large.bin"), vec![0; 5 * 1024 * 1024 + 1]).unwrap();
    let mut missed = Vec::new();
    for (text, expected) in WRONG {
        let told = put_in(&world, &beside, text).expect_err(text);
        if !told.starts_with(expected) {
            missed.push(format!("{text}\n  {told}\n  {expected}"));
        }
        assert!(is_fresh(&world).unwrap(), "{text}");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    put_in(&world, &beside, "{}").unwrap();
}

#[test]
fn what_a_file_holds_has_bounds() {
    let (folder, world) = sandbox();
    let many = |count: usize| format!(r#"{{"places": [{}]}}"#, vec![r#"{"name": "P"}"#; count].join(","));
    let told = put_in(&world, folder.path(), &many(10_001)).unwrap_err();
    assert_eq!(told, "all lists together have at most 10,000 entries");
    assert!(put_in(&world, folder.path(), &many(10_000)).unwrap_err().starts_with("places[1]: this name is taken"));
    let people = vec![r#""bob@example.com""#; 10_000].join(",");
    let crowded = format!(r#"{{"rooms": [{{"name": "R", "admins": [{people}]}}]}}"#);
    assert_eq!(put_in(&world, folder.path(), &crowded).unwrap_err(), "all lists together have at most 10,000 entries");
    let deep = format!(r#"{{"people": {}"#, "[".repeat(100_000));
    assert!(put_in(&world, folder.path(), &deep).is_err());
    assert!(put_in(&world, folder.path(), "{}").is_ok(), "and nothing else was wrong");
}
