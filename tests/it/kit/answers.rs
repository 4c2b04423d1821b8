//! What every dialect answers about a seeded sandbox, byte for byte: the same before a way out and after the way back.

use serde_json::Value;

use super::caller::Caller;
use super::{Answer, number, request, send};

/// Addresses are each server's own.
const BASE: &str = "http://BASE";
/// Id of the first organization.
const OFFICE: i64 = 1_000_000;

/// Asks one sandbox everything, and keeps what it said.
struct Asking<'a> {
    base: &'a str,
    said: Vec<(String, String)>,
}

/// Every reading operation of every dialect that has something to read in a seeded sandbox, with its answer.
pub fn all_answers(base: &str) -> Vec<(String, String)> {
    let mut asking = Asking { base, said: Vec::new() };
    for token in ["sandboxChatworkAlice000000000001", "sandboxChatworkBob00000000000001", "sandboxChatworkCarol000000000001"] {
        asking.chatwork(&Caller::new(format!("{base}/v2"), "X-ChatWorkToken", token));
    }
    asking.clickmeeting(&Caller::new(format!("{base}/v1"), "X-Api-Key", "sandboxClickmeeting0000000000001"));
    let cam = Caller::new(base.to_owned(), "x-cam-apiToken", "sandboxCam0000000000000000000001");
    for path in ["/getConferenceMaster", "/getConferenceRooms", "/getConferenceRoomStatus", "/getConferenceRoomStatus?yyyyMMdd=2026"] {
        asking.ask(&cam, path);
    }
    asking.messenger(&Caller::new(format!("{base}/api/v1"), "API-TOKEN", "sandboxMessengerOrg0000000000001"));
    for token in ["sandboxMessengerAlice00000000001", "sandboxMessengerBob0000000000001"] {
        asking.ask(&Caller::new(format!("{base}/api/v1"), "Personal-Access-Token", token), "/matrix/credentials");
    }
    for token in ["sandboxBearerAlice00000000000001", "sandboxBearerBob000000000000001a"] {
        asking.chat_messages(&Caller::new(base.to_owned(), "Authorization", &format!("Bearer {token}")));
    }
    asking.said
}

impl Asking<'_> {
    fn ask(&mut self, caller: &Caller, path: &str) -> Answer {
        let answer = caller.get(path);
        let text = String::from_utf8_lossy(&answer.bytes).replace(self.base, BASE);
        self.said.push((path.to_owned(), format!("{} {text}", answer.status)));
        answer
    }

    /// The same for what has to be there.
    fn read(&mut self, caller: &Caller, path: &str) -> Value {
        self.ask(caller, path).ok()
    }

    fn chatwork(&mut self, caller: &Caller) {
        for path in ["/me", "/my/status", "/my/tasks", "/contacts", "/incoming_requests"] {
            self.ask(caller, path);
        }
        for room in numbers(&self.read(caller, "/rooms"), "room_id") {
            let room = format!("/rooms/{room}");
            for below in ["", "/members", "/messages?force=1", "/tasks", "/link"] {
                self.ask(caller, &format!("{room}{below}"));
            }
            let files = self.ask(caller, &format!("{room}/files"));
            // An empty list is no JSON but nothing.
            let files = if files.status == 200 { files.json() } else { Value::Null };
            for file in files.as_array().into_iter().flatten().map(|file| number(&file["file_id"])) {
                let shown = self.read(caller, &format!("{room}/files/{file}?create_download_url=1"));
                let content = send(request("GET", shown["download_url"].as_str().expect("a link")));
                self.said.push((format!("{room}/files/{file} content"), data_encoding::HEXLOWER.encode(&content.bytes)));
            }
        }
    }

    fn clickmeeting(&mut self, caller: &Caller) {
        for path in ["/conferences/skins", "/conferences/recordings", "/file-library", "/chats", "/conferences/inactive"] {
            self.ask(caller, path);
        }
        let rooms = self.read(caller, "/conferences");
        for room in numbers(&rooms["active_conferences"], "id").iter().map(|id| format!("/conferences/{id}")) {
            for below in ["", "/tokens", "/registrations", "/registrations/all", "/recordings"] {
                self.ask(caller, &format!("{room}{below}"));
            }
            let sessions = self.ask(caller, &format!("{room}/sessions")).json();
            for session in sessions.as_array().into_iter().flatten().map(|session| number(&session["id"])) {
                for below in ["", "/attendees", "/registrations"] {
                    self.ask(caller, &format!("{room}/sessions/{session}{below}"));
                }
                self.ask(caller, &format!("/chats/{session}"));
            }
        }
    }

    fn messenger(&mut self, caller: &Caller) {
        let rooms = self.read(caller, &format!("/chatrooms?organization_id={OFFICE}&all=true"));
        for room in numbers(&rooms["entries"], "id") {
            self.ask(caller, &format!("/chatrooms/{room}"));
        }
    }

    fn chat_messages(&mut self, caller: &Caller) {
        self.ask(caller, "/chat-messages?$limit=50");
        let rooms = self.read(caller, "/chat-rooms");
        for room in rooms.as_array().filter(|rooms| !rooms.is_empty()).expect("rooms") {
            let id = room["id"].as_str().expect("an id");
            self.ask(caller, &format!("/chat-rooms/{id}"));
            self.ask(caller, &format!("/chat-messages?room={id}&$limit=50&$sort[createdAt]=-1"));
        }
    }
}

/// A number of each entry of a list that has some.
#[track_caller]
fn numbers(list: &Value, key: &str) -> Vec<i64> {
    let list = list.as_array().filter(|list| !list.is_empty()).unwrap_or_else(|| panic!("nothing is listed: {list}"));
    list.iter().map(|entry| number(&entry[key])).collect()
}
