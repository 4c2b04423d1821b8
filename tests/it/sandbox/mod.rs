//! `crosstalk sandbox --seed`: what a file adds to the office is there in every API.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::kit::{Answer, BINARY, Process, exits, request, run, send};

/// The example that README.md and `crosstalk sandbox --help` show.
const EXAMPLE: &str = include_str!("../../../src/cli/seed.json");
const DANA: &str = "sandboxChatworkDana0000000000001";
const ALICE: &str = "sandboxChatworkAlice000000000001";

struct Sandbox {
    folder: tempfile::TempDir,
    data: PathBuf,
}

impl Sandbox {
    fn new(seed: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("seed.json"), seed).expect("a file");
        let data = folder.path().join("data");
        Self { folder, data }
    }

    fn seed(&self) -> PathBuf {
        self.folder.path().join("seed.json")
    }

    /// Starts it with more flags, where the clock stands still.
    fn start(&self, more: &[&str]) -> Result<Process, String> {
        let verb: Vec<&str> = ["sandbox", "--clock", "2026-01-31T09:00:00Z"].iter().chain(more).copied().collect();
        Process::start(Command::new(BINARY), &verb, &self.data, &self.data)
    }

    /// Starts it with its file.
    fn start_seeded(&self, more: &[&str]) -> Result<Process, String> {
        let seed = self.seed();
        let flags = ["--seed", seed.to_str().expect("a path")];
        self.start(&flags.iter().chain(more).copied().collect::<Vec<_>>())
    }

    fn greeting(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).expect("a greeting")
    }
}

fn get(server: &Process, header: (&str, &str), path: &str) -> Answer {
    send(request("GET", &format!("{}{path}", server.base())).header(header.0, header.1))
}

/// Everything that the example adds, as APIs show it; the same for the same file.
fn shown(server: &Process) -> Value {
    let dana = server.chatwork(DANA);
    let rooms = dana.get("/rooms").ok();
    let room = |name: &str| {
        let found = rooms.as_array().expect("rooms").iter().find(|room| room["name"] == name);
        found.unwrap_or_else(|| panic!("{name} in {rooms}"))["room_id"].as_i64().expect("an id")
    };
    let (website, bob) = (room("Website"), room("Bob 田中"));
    let of = |room: i64, what: &str| dana.get(&format!("/rooms/{room}/{what}")).ok();
    json!({
        "me": dana.get("/me").ok(), "contacts": dana.get("/contacts").ok(), "requests": dana.get("/incoming_requests").ok(),
        "members": of(website, "members"), "link": of(website, "link"), "tasks": of(website, "tasks"), "files": of(website, "files"),
        "messages": of(website, "messages?force=1"), "direct": of(bob, "messages?force=1"),
        "places": get(server, ("x-cam-apiToken", "sandboxCam0000000000000000000001"), "/getConferenceRooms").json(),
        "meetings": get(server, ("X-Api-Key", "sandboxClickmeeting0000000000001"), "/v1/conferences/active").json(),
    })
}

#[test]
fn the_example_is_in_every_api_and_the_same_each_time() {
    let (first, second) = (Sandbox::new(EXAMPLE), Sandbox::new(EXAMPLE));
    let server = first.start_seeded(&["--ids", "seed:7"]).expect("a sandbox");
    let all = shown(&server);
    assert_eq!((&all["me"]["name"], &all["me"]["login_mail"]), (&json!("Dana Okafor"), &json!("dana@example.com")));
    let names = |list: &Value, key: &str| -> Vec<String> {
        list.as_array().expect("a list").iter().map(|one| one[key].as_str().expect("a text").to_owned()).collect()
    };
    assert_eq!(names(&all["contacts"], "name"), ["Alice Nguyễn", "Bob 田中"]);
    assert_eq!(names(&all["requests"], "name"), ["江口 英二"]);
    assert_eq!(names(&all["members"], "role"), ["admin", "member", "member", "readonly"]);
    assert!(all["link"]["url"].as_str().is_some_and(|url| url.ends_with("/g/website")), "{all}");
    assert_eq!((&all["tasks"][0]["body"], &all["files"][0]["filename"]), (&json!("Draw a logo"), &json!("notes.txt")));
    let said = names(&all["messages"], "body");
    let greetings: Vec<&String> = said.iter().rev().take(2).collect();
    assert_eq!(greetings, ["おはようございます", "Good morning!"], "{said:?}");
    assert_eq!(all["messages"].as_array().and_then(|list| list.last()).map(|last| &last["send_time"]), Some(&json!(1_768_208_460)));
    assert_eq!(names(&all["direct"], "body").last().map(String::as_str), Some("Welcome!"));
    let rooms = get(&server, ("Authorization", "Bearer sandboxBearerBob000000000000001a"), "/chat-rooms").text();
    assert!(rooms.contains("dana0000000000000002"), "{rooms}");
    assert!(all["places"].to_string().contains("Studio"), "{}", all["places"]);
    let meeting = all["meetings"].as_array().expect("meetings").iter().find(|room| room["name"] == "Open studio").expect("the meeting");
    let of_meeting = |what: &str| {
        let path = format!("/v1/conferences/{}/{what}", meeting["id"]);
        get(&server, ("X-Api-Key", "sandboxClickmeeting0000000000001"), &path).json()
    };
    assert_eq!(of_meeting("sessions")[0]["total_visitors"], 1);
    assert!(of_meeting("registrations/all").to_string().contains("gia@example.org"));
    let printed = first.greeting();
    assert!(printed.contains(&format!("{DANA}  dana@example.com")), "{printed}");
    let made = printed.lines().find_map(|line| line.trim().strip_prefix("cm")).and_then(|line| line.split_once("  everybody"));
    let made = format!("cm{}", made.expect("the token that was made").0);
    assert_eq!(get(&server, ("X-Api-Key", &made), "/v1/ping").status, 200);

    let again = second.start_seeded(&["--ids", "seed:7"]).expect("a sandbox");
    let text = |all: Value, server: &Process| all.to_string().replace(server.base(), "");
    assert_eq!(text(all, &server), text(shown(&again), &again));
}

#[test]
fn the_office_is_as_it_is_without_a_file() {
    let (seeded, plain) = (Sandbox::new(EXAMPLE), Sandbox::new(""));
    let (with, without) = (seeded.start_seeded(&["--ids", "seed:7"]).expect("a sandbox"), plain.start(&["--ids", "seed:7"]).expect("one"));
    let key = ("X-Api-Key", "sandboxClickmeeting0000000000001");
    let office = |server: &Process| {
        let alice = server.chatwork("sandboxChatworkBob00000000000001");
        let meetings = get(server, key, "/v1/conferences/1000022").json();
        let all = json!([alice.get("/me").ok(), alice.get("/rooms/1000008/messages?force=1").ok(), meetings]);
        all.to_string().replace(server.base(), "")
    };
    assert_eq!(office(&with), office(&without));
}

#[test]
fn the_readme_and_the_help_show_the_example() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    assert!(readme.contains(&format!("```json\n{EXAMPLE}```")), "README.md shows another example than src/cli/seed.json");
    let help = Command::new(BINARY).args(["sandbox", "--help"]).output().expect("a command");
    let (help, _) = exits(&help, 0);
    assert!(help.contains(EXAMPLE.trim()), "{help}");
}

/// The id of Alice's room of this name.
fn room_of_alice(server: &Process, name: &str) -> Value {
    let rooms = server.chatwork(ALICE).get("/rooms").ok();
    let found = rooms.as_array().expect("rooms").iter().find(|room| room["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {rooms}"))["room_id"].clone()
}

#[test]
fn ids_of_messages_follow_their_times_wherever_they_stand() {
    let room = |name: &str, at: &str| {
        json!({
            "name": name, "admins": ["alice@example.com"], "messages": [{"from": "alice@example.com", "text": name, "at": at}]
        })
    };
    let seed = json!({"rooms": [room("Later", "2026-01-20T00:00:00Z"), room("Earlier", "2026-01-10T00:00:00.250Z")]});
    let sandbox = Sandbox::new(&seed.to_string());
    let server = sandbox.start_seeded(&[]).expect("a sandbox");
    let id = |name: &str| {
        let path = format!("/rooms/{}/messages?force=1", room_of_alice(&server, name));
        server.chatwork(ALICE).get(&path).ok().as_array().and_then(|list| list.last().cloned()).expect("a message")["message_id"].clone()
    };
    assert_eq!([id("Later"), id("Earlier")], [json!("1768867200000000000"), json!("1768003200250000000")]);
}

#[test]
fn what_the_example_leaves_out_can_be_said_as_well() {
    let (cam, click) = (("x-cam-apiToken", "sandboxCam0000000000000000000001"), ("X-Api-Key", "sandboxClickmeeting0000000000001"));
    let seed = json!({
        "people": [{"email": "Dana@Example.com", "name": "Dana", "role": "chat-manager", "handle": "dana", "department": "Art", "title": "Lead", "skype": "dana.o",
                    "introduction": "Ask me.\nAnything."}],
        "rooms": [{"name": "R", "admins": ["dana@example.com"], "members": ["alice@example.com"],
                   "tasks": [{"from": "dana@example.com", "to": ["alice@example.com"], "text": "Rest", "done": true,
                              "due": "2026-01-20T10:00:00Z"}]}],
        "reservations": [{"place": "大会議室", "day": "2026-01-22", "last_day": "2026-01-23", "title": "Fair", "by": "alice@example.com",
                          "members": ["dana@example.com"]}],
        "meetings": [{"name": "Fair", "kind": "webinar", "slug": "the-fair", "starts": "2031-01-22 10:00", "duration": "1:30",
                      "time_zone": "Asia/Tokyo", "lobby": false, "access": "open"}],
        "tokens": [{"dialect": "messenger-personal", "user": "dana@example.com", "secret": "sandboxMessengerDana000000000001"},
                   {"dialect": "chatwork", "user": "dana@example.com", "secret": DANA}]
    });
    let sandbox = Sandbox::new(&seed.to_string());
    let server = sandbox.start_seeded(&[]).expect("a sandbox");
    let me = server.chatwork(DANA).get("/me").ok();
    let shown = ["chatwork_id", "department", "title", "skype", "introduction"].map(|field| me[field].as_str().expect("a text"));
    assert_eq!(shown, ["dana", "Art", "Lead", "dana.o", "Ask me.\nAnything."]);
    let tasks = format!("/rooms/{}/tasks?status=done", room_of_alice(&server, "R"));
    let done = server.chatwork(ALICE).get(&tasks).ok();
    assert_eq!((&done[0]["body"], &done[0]["limit_time"], &done[0]["limit_type"]), (&json!("Rest"), &json!(1_768_903_200), &json!("time")));
    let reserved = get(&server, cam, "/getConferenceRoomStatus?yyyyMMdd=20260123").text();
    assert!(reserved.contains("Fair"), "{reserved}");
    let meetings = get(&server, click, "/v1/conferences/active").json();
    let fair = meetings.as_array().expect("meetings").iter().find(|room| room["name"] == "Fair").expect("the meeting");
    assert_eq!((&fair["room_type"], &fair["starts_at"]), (&json!("webinar"), &json!("2031-01-22T10:00:00+09:00")), "{fair}");
    let groups = get(&server, ("Personal-Access-Token", "sandboxMessengerDana000000000001"), "/api/v1/chatrooms?organization_id=1000000");
    assert_eq!(groups.status, 200, "{}", groups.text());
}

#[test]
fn contents_lie_beside_the_file() {
    let seed =
        r#"{"rooms": [{"name": "R", "admins": ["alice@example.com"], "files": [{"from": "alice@example.com", "path": "art/star.png"}]}]}"#;
    let sandbox = Sandbox::new(seed);
    let picture = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/static/assets/icon/ico_star.png")).expect("a picture");
    std::fs::create_dir(sandbox.folder.path().join("art")).expect("a folder");
    std::fs::write(sandbox.folder.path().join("art/star.png"), &picture).expect("a file");
    let server = sandbox.start_seeded(&[]).expect("a sandbox");
    let alice = server.chatwork(ALICE);
    let room = room_of_alice(&server, "R");
    let files = alice.get(&format!("/rooms/{room}/files")).ok();
    assert_eq!((&files[0]["filename"], &files[0]["filesize"]), (&json!("star.png"), &json!(picture.len())));
    let link = alice.get(&format!("/rooms/{room}/files/{}?create_download_url=1", files[0]["file_id"])).ok();
    let content = send(request("GET", link["download_url"].as_str().expect("a link")));
    assert_eq!(content.bytes, picture);
}

#[test]
fn a_wrong_file_starts_nothing_and_the_right_one_then_does() {
    let sandbox = Sandbox::new(&EXAMPLE.replace(r#""from": "eiji@example.com", "text""#, r#""from": "zoe@example.com", "text""#));
    let refused = sandbox.start_seeded(&[]).err().expect("a refusal");
    let place =
        "seed.json: rooms[0].messages[1].from: nobody here has the e-mail zoe@example.com; people in the file and alice@example.com";
    assert!(refused.contains("exit status: 2") && refused.contains(place), "{refused}");
    std::fs::write(sandbox.seed(), EXAMPLE).expect("a file");
    let server = sandbox.start_seeded(&[]).expect("a sandbox");
    assert_eq!(server.chatwork(DANA).get("/me").ok()["name"], "Dana Okafor");

    let unread = Sandbox::new("{");
    let refused = unread.start_seeded(&[]).err().expect("a refusal");
    assert!(refused.contains("exit status: 2") && refused.contains("seed.json: EOF while parsing"), "{refused}");
    std::fs::remove_file(unread.seed()).expect("no file");
    let refused = unread.start_seeded(&[]).err().expect("a refusal");
    assert!(refused.contains("exit status: 2") && refused.contains("seed.json can't be read: No such file"), "{refused}");
    assert!(refused.contains("Check the path"), "{refused}");
    assert!(!unread.data.exists(), "nothing was made");
}

#[test]
fn a_sandbox_that_has_people_takes_no_file() {
    let sandbox = Sandbox::new(EXAMPLE);
    let mut server = sandbox.start(&[]).expect("a sandbox");
    server.terminate();
    server.exit_code();
    let refused = sandbox.start_seeded(&[]).err().expect("a refusal");
    assert!(refused.contains("exit status: 2") && refused.contains("--seed fills a new sandbox, and the one in"), "{refused}");
    assert!(refused.contains("Remove the folder first, name another one with --data, or leave --seed out"), "{refused}");
    let (people, _) = exits(&run(&sandbox.data, &["user", "list"]), 0);
    assert!(!people.contains("dana@example.com"), "{people}");
}

#[test]
fn an_exposed_sandbox_keeps_no_secret_of_a_file() {
    let me = |server: &Process, secret: &str| get(server, ("X-ChatWorkToken", secret), "/v2/me");
    let printed = |sandbox: &Sandbox| {
        let greeting = sandbox.greeting();
        assert!(!greeting.contains("sandboxC"), "{greeting}");
        let line = greeting.lines().find(|line| line.ends_with("  dana@example.com")).unwrap_or_else(|| panic!("{greeting}"));
        line.split_whitespace().next().expect("a secret").to_owned()
    };
    let fresh = Sandbox::new(EXAMPLE);
    let server = fresh.start_seeded(&["--expose"]).expect("a sandbox");
    assert_eq!((me(&server, DANA).status, me(&server, ALICE).status), (401, 401));
    assert_eq!(me(&server, &printed(&fresh)).json()["name"], "Dana Okafor");

    let kept = Sandbox::new(EXAMPLE);
    let mut server = kept.start_seeded(&[]).expect("a sandbox");
    assert_eq!(me(&server, DANA).status, 200);
    server.terminate();
    server.exit_code();
    let server = kept.start(&["--expose"]).expect("a sandbox");
    assert_eq!((me(&server, DANA).status, me(&server, ALICE).status), (401, 401));
    assert_eq!(me(&server, &printed(&kept)).json()["name"], "Dana Okafor");
}
