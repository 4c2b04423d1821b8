//! What clients make, change and end, in every API, and how each is looked at from all sides.
//!
//! A thing has a name that nothing else has, and versions that count from 0. However it is looked at, it is the text
//! "NAME vVERSION", or null when it is not there. A look that finds its sides at odds gives them all.

use fastrand::Rng;
use reqwest::blocking::RequestBuilder;
use reqwest::blocking::multipart::{Form, Part};
use serde_json::{Value, json};

use super::office::{Ways, ask, fetch, text};
use crate::kit::Answer;

/// A version; none before it is made and after it was ended.
pub type State = Option<u32>;

/// One thing.
#[derive(Clone)]
pub struct Thing {
    pub kind: &'static Kind,
    pub name: String,
    /// Its number among all things of the world.
    pub number: u32,
    /// Known from the answer that acknowledged it.
    pub id: String,
}

/// The request that brings a thing to a version.
pub type Change = fn(&Ways, &Thing, u32) -> RequestBuilder;

/// A kind of thing.
pub struct Kind {
    pub noun: &'static str,
    pub make: fn(&Ways, &Thing) -> RequestBuilder,
    /// Its id in the answer.
    pub id: fn(&Thing, &Value) -> String,
    /// Brings it to its next version, and how often one may.
    pub change: Option<(Change, u32)>,
    pub end: Option<fn(&Ways, &Thing) -> RequestBuilder>,
    /// Finds the id by the name, where the answer never came. None: nothing can be known then.
    pub find: Option<&'static str>,
    pub look: fn(&Ways, &Thing) -> Value,
}

impl Thing {
    /// One that is not made yet.
    pub fn new(kind: &'static Kind, number: u32) -> Self {
        Self { kind, name: format!("{}-{number}", kind.noun.replace([' ', '\''], "-")), number, id: String::new() }
    }

    /// Makes it; its id is known when that was acknowledged.
    pub fn make(&mut self, ways: &Ways) -> Answer {
        let answer = fetch((self.kind.make)(ways, self));
        if answer.status < 300 {
            self.id = (self.kind.id)(self, &answer.json());
        }
        answer
    }

    /// How it is called in a version.
    pub fn at(&self, version: u32) -> String {
        format!("{} v{version}", self.name)
    }

    /// What a look has to find.
    pub fn expected(&self, state: State) -> Value {
        state.map_or(Value::Null, |version| json!(self.at(version)))
    }

    /// Its content, where it is a file: any bytes, but always the same.
    pub fn content(&self) -> Vec<u8> {
        let seed = self.name.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let mut rng = Rng::with_seed(seed);
        let length = rng.usize(1..30_000);
        std::iter::repeat_with(|| rng.u8(..)).take(length).collect()
    }

    /// The version that two states of something stand for.
    fn either(&self, is_second: bool) -> Value {
        json!(self.at(u32::from(is_second)))
    }

    /// Its name, if all sides agree that it is there; else all of them.
    fn whole(&self, sides: &[(&str, bool)]) -> Value {
        match sides.iter().filter(|(_, holds)| *holds).count() {
            0 => Value::Null,
            all if all == sides.len() => json!(self.at(0)),
            _ => json!(sides),
        }
    }
}

/// What is the same from both sides; else both.
fn both(one: &Value, other: &Value) -> Value {
    if one == other { one.clone() } else { json!([one, other]) }
}

fn path_of_message(ways: &Ways, thing: &Thing) -> String {
    format!("/rooms/{}/messages/{}", ways.shared.room, thing.id)
}

/// A message as Chatwork and chat-messages show it. A deleted one has a text of its own in one and is not there in the other.
fn message_from_both_sides(ways: &Ways, thing: &Thing) -> Value {
    let in_chatwork = ask(ways.alice.request("GET", &path_of_message(ways, thing)))["body"].clone();
    let in_chatwork = if in_chatwork == "[deleted]" { Value::Null } else { in_chatwork };
    let in_chats = ask(ways.bob_chats.request("GET", &format!("/chat-messages/{}", thing.id)))["text"].clone();
    let plain = |body: Value| body.as_str().map_or(Value::Null, |body| json!(body.trim_start_matches(&address(ways))));
    both(&plain(in_chatwork), &plain(in_chats))
}

/// Bob, as messages address him.
fn address(ways: &Ways) -> String {
    format!("[To:{}]", ways.ids[1])
}

const MESSAGE: Kind = Kind {
    noun: "message",
    make: |ways, thing| {
        let body = format!("{}{}", address(ways), thing.at(0));
        ways.alice.request("POST", &format!("/rooms/{}/messages", ways.shared.room)).form(&[("body", body)])
    },
    id: |_, answer| text(&answer["message_id"]),
    change: Some((|ways, thing, to| ways.alice.request("PUT", &path_of_message(ways, thing)).form(&[("body", thing.at(to))]), 5)),
    end: Some(|ways, thing| ways.alice.request("DELETE", &path_of_message(ways, thing))),
    find: Some("SELECT message_id FROM message_version WHERE text LIKE '%]' || ?1 || ' v0'"),
    look: message_from_both_sides,
};

const TASK: Kind = Kind {
    noun: "task",
    make: |ways, thing| {
        let form = [("body", thing.name.clone()), ("to_ids", format!("{},{}", ways.ids[0], ways.ids[1]))];
        ways.alice.request("POST", &format!("/rooms/{}/tasks", ways.shared.room)).form(&form)
    },
    id: |_, answer| answer["task_ids"].as_array().expect("a list").iter().map(text).collect::<Vec<_>>().join(","),
    change: Some((
        |ways, thing, _| {
            let own = thing.id.split(',').next().expect("a task");
            ways.alice.request("PUT", &format!("/rooms/{}/tasks/{own}/status", ways.shared.room)).form(&[("body", "done")])
        },
        1,
    )),
    end: None,
    find: Some("SELECT group_concat(id ORDER BY id) FROM task WHERE body = ?1"),
    look: |ways, thing| {
        let read = |id: &str| ask(ways.bob.request("GET", &format!("/rooms/{}/tasks/{id}", ways.shared.room)));
        let tasks: Vec<Value> = thing.id.split(',').map(read).collect();
        let message = tasks[0]["message_id"].as_str().unwrap_or("0");
        let announced = ask(ways.bob.request("GET", &format!("/rooms/{}/messages/{message}", ways.shared.room)));
        let is_whole = tasks.len() == 2 && tasks.iter().all(|task| task["body"] == *thing.name) && announced.is_object();
        if is_whole { thing.either(tasks[0]["status"] == "done") } else { json!([tasks, announced]) }
    },
};

const FILE: Kind = Kind {
    noun: "file",
    make: |ways, thing| {
        let part = Part::bytes(thing.content()).file_name(thing.name.clone());
        ways.bob.request("POST", &format!("/rooms/{}/files", ways.shared.room)).multipart(Form::new().part("file", part))
    },
    id: |_, answer| text(&answer["file_id"]),
    change: None,
    end: None,
    find: Some("SELECT id FROM file WHERE name = ?1"),
    look: |ways, thing| {
        let path = format!("/rooms/{}/files/{}?create_download_url=1", ways.shared.room, thing.id);
        let shown = ask(ways.alice.request("GET", &path));
        let url = shown["download_url"].as_str().unwrap_or_default();
        let has_content = !url.is_empty() && fetch(crate::kit::request("GET", url)).bytes == thing.content();
        let announced = format!("/rooms/{}/messages/{}", ways.shared.room, shown["message_id"].as_str().unwrap_or("0"));
        let is_announced = ask(ways.alice.request("GET", &announced)).is_object();
        thing.whole(&[("row", shown["filename"] == *thing.name), ("content", has_content), ("message", is_announced)])
    },
};

const GROUP: Kind = Kind {
    noun: "group",
    make: |ways, thing| make_group(ways, &thing.at(0)),
    id: |_, answer| text(&answer["room_id"]),
    change: Some((|ways, thing, to| ways.alice.request("PUT", &format!("/rooms/{}", thing.id)).form(&[("name", thing.at(to))]), 5)),
    end: Some(|ways, thing| ways.alice.request("DELETE", &format!("/rooms/{}", thing.id)).form(&[("action_type", "delete")])),
    find: Some("SELECT id FROM room WHERE name = ?1 || ' v0' AND made_through = 'chatwork'"),
    look: |ways, thing| {
        let path = format!("/rooms/{}", thing.id);
        let (of_alice, of_bob) = (ask(ways.alice.request("GET", &path)), ask(ways.bob.request("GET", &path)));
        let of_messenger = ask(ways.messenger.request("GET", &format!("/chatrooms/{}", thing.id)));
        both(&both(&of_alice["name"], &of_bob["name"]), &of_messenger["name"])
    },
};

fn make_group(ways: &Ways, name: &str) -> RequestBuilder {
    let (alice, bob) = (ways.ids[0].to_string(), ways.ids[1].to_string());
    ways.alice.request("POST", "/rooms").form(&[("name", name), ("members_admin_ids", &alice), ("members_member_ids", &bob)])
}

/// A room that Bob has read, or not.
const READ_ROOM: Kind = Kind {
    noun: "read room",
    make: |ways, thing| make_group(ways, &thing.name),
    id: |_, answer| text(&answer["room_id"]),
    change: Some((|ways, thing, _| ways.bob.request("PUT", &format!("/rooms/{}/messages/read", thing.id)), 1)),
    end: None,
    find: Some("SELECT id FROM room WHERE name = ?1"),
    look: |ways, thing| {
        let room = ask(ways.bob.request("GET", &format!("/rooms/{}", thing.id)));
        if room["name"] == *thing.name { thing.either(room["unread_num"] == 0) } else { room }
    },
};

const SEEN_MESSAGE: Kind = Kind {
    noun: "seen message",
    make: |ways, thing| ways.alice_chats.request("POST", "/chat-messages").json(&json!({"room": ways.shared.external, "text": thing.name})),
    id: |_, answer| text(&answer["id"]),
    change: Some((
        |ways, thing, _| ways.bob_chats.request("PATCH", &format!("/chat-messages/{}", thing.id)).json(&json!({"seen": true})),
        1,
    )),
    end: None,
    find: Some("SELECT message_id FROM message_version WHERE text = ?1"),
    look: |ways, thing| {
        let message = ask(ways.alice_chats.request("GET", &format!("/chat-messages/{}", thing.id)));
        let has_bob = message["seenBy"].as_array().is_some_and(|seen| seen.contains(&json!(ways.uids[1])));
        if message["text"] == *thing.name { thing.either(has_bob) } else { message }
    },
};

/// Three messages in one request: all of them or none.
const THREE_MESSAGES: Kind = Kind {
    noun: "three messages",
    make: |ways, thing| {
        let message = |n: u32| json!({"room": ways.shared.external, "text": format!("{} {n}", thing.name)});
        ways.bob_chats.request("POST", "/chat-messages").json(&[message(0), message(1), message(2)])
    },
    id: |_, answer| answer.as_array().expect("a list").iter().map(|message| text(&message["id"])).collect::<Vec<_>>().join(","),
    change: None,
    end: None,
    find: Some("SELECT group_concat(message_id ORDER BY message_id) FROM message_version WHERE text LIKE ?1 || ' _'"),
    look: |ways, thing| {
        let read = |id: &str| ask(ways.alice.request("GET", &format!("/rooms/{}/messages/{id}", ways.shared.room)))["body"].clone();
        let found: Vec<Value> = thing.id.split(',').map(read).collect();
        let wanted: Vec<Value> = (0..3).map(|n| json!(format!("{} {n}", thing.name))).collect();
        if found == wanted { thing.either(false) } else { json!(found) }
    },
};

const ATTACHMENT: Kind = Kind {
    noun: "attachment",
    make: |ways, thing| {
        let uri = format!("data:application/octet-stream;base64,{}", data_encoding::BASE64.encode(&thing.content()));
        ways.alice_chats.request("POST", "/files").json(&json!({ "uri": uri }))
    },
    // The address without the host, which changes.
    id: |_, answer| format!("/files/a/{}", text(&answer["uri"]).rsplit_once("/files/a/").expect("an address").1),
    change: None,
    end: None,
    find: None,
    look: |ways, thing| {
        let opened = fetch(crate::kit::request("GET", &format!("{}{}", ways.base, thing.id)));
        thing.whole(&[("content", opened.status == 200 && opened.bytes == thing.content())])
    },
};

const CONFERENCE: Kind = Kind {
    noun: "conference",
    make: |ways, thing| {
        let form = [("name", &*thing.at(0)), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")];
        ways.clickmeeting.request("POST", "/conferences").form(&form)
    },
    id: |_, answer| text(&answer["room"]["id"]),
    change: Some((
        |ways, thing, to| ways.clickmeeting.request("PUT", &format!("/conferences/{}", thing.id)).form(&[("name", thing.at(to))]),
        5,
    )),
    end: Some(|ways, thing| ways.clickmeeting.request("DELETE", &format!("/conferences/{}", thing.id))),
    find: Some("SELECT id FROM meeting WHERE name = ?1 || ' v0'"),
    look: |ways, thing| ask(ways.clickmeeting.request("GET", &format!("/conferences/{}", thing.id)))["conference"]["name"].clone(),
};

const REGISTRATION: Kind = Kind {
    noun: "registration",
    make: |ways, thing| {
        let email = format!("{}@example.com", thing.name);
        let form = [("registration[1]", "Ada"), ("registration[2]", &*thing.name), ("registration[3]", &email)];
        ways.clickmeeting.request("POST", &format!("/conferences/{}/registration", ways.shared.open_conference)).form(&form)
    },
    id: |thing, _| format!("{}@example.com", thing.name),
    change: None,
    end: None,
    find: Some("SELECT email FROM registration WHERE email = ?1 || '@example.com'"),
    look: |ways, thing| {
        let all = ask(ways.clickmeeting.request("GET", &format!("/conferences/{}/registrations/all", ways.shared.open_conference)));
        let own = |entry: &&Value| entry["email"] == *thing.id;
        let found: Vec<&Value> = all.as_array().into_iter().flatten().filter(own).collect();
        thing.whole(&[("entry", found.len() == 1 && found[0]["visitor_nickname"] == format!("Ada {}", thing.name))])
    },
};

/// Three keys in one request: all of them or none.
const THREE_KEYS: Kind = Kind {
    noun: "three keys",
    make: |ways, _| ways.clickmeeting.request("POST", &path_of_keys(ways)).form(&[("how_many", "3")]),
    id: |_, answer| answer["access_tokens"].as_array().expect("a list").iter().map(|key| text(&key["token"])).collect::<Vec<_>>().join(","),
    change: None,
    end: Some(|ways, thing| {
        let form: Vec<_> = thing.id.split(',').map(|key| ("tokens[]", key)).collect();
        ways.clickmeeting.request("DELETE", &path_of_keys(ways)).form(&form)
    }),
    find: None,
    look: |ways, thing| {
        let listed = ask(ways.clickmeeting.request("GET", &path_of_keys(ways)));
        let has = |key: &str| listed["access_tokens"].as_array().is_some_and(|all| all.iter().any(|entry| entry["token"] == key));
        let keys: Vec<(&str, bool)> = thing.id.split(',').map(|key| (key, has(key))).collect();
        thing.whole(&keys)
    },
};

fn path_of_keys(ways: &Ways) -> String {
    format!("/conferences/{}/tokens", ways.shared.locked_conference)
}

const LIBRARY_FILE: Kind = Kind {
    noun: "library file",
    make: |ways, thing| {
        let part = Part::bytes(thing.content()).file_name(thing.name.clone());
        ways.clickmeeting.request("POST", "/file-library").multipart(Form::new().part("uploaded", part))
    },
    id: |_, answer| text(&answer["id"]),
    change: None,
    end: Some(|ways, thing| ways.clickmeeting.request("DELETE", &format!("/file-library/{}", thing.id))),
    find: Some("SELECT id FROM library_file WHERE name = ?1"),
    look: |ways, thing| {
        let path = format!("/file-library/{}", thing.id);
        let shown = ask(ways.clickmeeting.request("GET", &path));
        let content = fetch(ways.clickmeeting.request("GET", &format!("{path}/download")));
        thing.whole(&[("row", shown["name"] == *thing.name), ("content", content.status == 200 && content.bytes == thing.content())])
    },
};

const OFFICE_MESSAGE: Kind = Kind {
    noun: "office's message",
    make: |ways, thing| {
        let message = json!({"panelName": ways.shared.external, "message": thing.at(0)});
        ways.cam.request("POST", "/sendMessage").form(&[("message", message.to_string())])
    },
    id: |_, answer| text(&answer["message"]["id"]),
    change: None,
    end: None,
    find: Some("SELECT message_id FROM message_version WHERE text = ?1 || ' v0'"),
    look: message_from_both_sides,
};

/// A group under an id that the caller chose.
const CHAT_ROOM: Kind = Kind {
    noun: "chat room",
    make: |ways, thing| save_chat_room(ways, thing, 0),
    id: |_, answer| text(&answer["chatRoom"]["id"]),
    change: Some((save_chat_room, 5)),
    end: None,
    find: Some("SELECT chosen_id FROM room WHERE chosen_id = ?1"),
    look: |ways, thing| {
        let named = |rooms: &Value, key: &str| {
            let names = rooms.as_array().into_iter().flatten().map(|room| room[key].clone());
            names.into_iter().find(|name| name.as_str().is_some_and(|name| name.starts_with(&format!("{} v", thing.name))))
        };
        let of_alice = named(&ask(ways.alice.request("GET", "/rooms")), "name");
        let of_bob = named(&ask(ways.bob.request("GET", "/rooms")), "name");
        both(&of_alice.unwrap_or_default(), &of_bob.unwrap_or_default())
    },
};

fn save_chat_room(ways: &Ways, thing: &Thing, version: u32) -> RequestBuilder {
    let members = json!({&*ways.uids[0]: true, &*ways.uids[1]: false});
    let room = json!({"id": thing.name, "name": thing.at(version), "memberUids": members});
    ways.cam.request("POST", "/updateChatRoom").form(&[("chatRoom", room.to_string())])
}

const QUICK_CALL: Kind = Kind {
    noun: "quick call",
    make: |ways, _| ways.cam.request("POST", "/createQuickCall").form(&[("expiredDate", "0"), ("password", "")]),
    id: |_, answer| text(&answer["quickCall"]["id"]),
    change: None,
    end: None,
    find: None,
    look: |ways, thing| {
        let page = fetch(crate::kit::request("GET", &format!("{}/quick/{}", ways.base, thing.id)));
        thing.whole(&[("page", page.status == 200)])
    },
};

/// A room that Bob was brought into, or not yet.
const MANAGED_ROOM: Kind = Kind {
    noun: "managed room",
    make: |ways, thing| {
        let body = json!({"name": thing.name, "organizationID": ways.organization, "admins": [ways.ids[0]]});
        ways.messenger.request("POST", "/chatrooms").json(&body)
    },
    id: |_, answer| text(&answer["id"]),
    change: Some((
        |ways, thing, _| {
            let body = json!({"assignedUsers": [ways.ids[1]]});
            ways.messenger.request("POST", &format!("/chatrooms/{}/users", thing.id)).json(&body)
        },
        1,
    )),
    end: Some(|ways, thing| ways.messenger.request("DELETE", &format!("/chatrooms/{}", thing.id))),
    find: Some("SELECT id FROM room WHERE name = ?1"),
    look: |ways, thing| {
        let managed = ask(ways.messenger.request("GET", &format!("/chatrooms/{}", thing.id)));
        let (of_alice, of_bob) = (&ways.alice, &ways.bob);
        let [of_alice, of_bob] =
            [of_alice, of_bob].map(|person| ask(person.request("GET", &format!("/rooms/{}", thing.id)))["name"] == *thing.name);
        let has_bob = managed["assignedUsers"] == json!([ways.ids[1]]);
        match (managed["name"] == *thing.name, of_alice, has_bob == of_bob) {
            (true, true, true) => thing.either(has_bob),
            (false, false, true) if managed.is_null() => Value::Null,
            _ => json!([managed, of_alice, of_bob]),
        }
    },
};

const DEVICE: Kind = Kind {
    noun: "device",
    make: |ways, thing| ways.sign_in(&thing.name),
    id: |_, answer| text(&answer["access_token"]),
    change: None,
    end: Some(|ways, thing| ways.matrix("POST", "/logout").bearer_auth(&thing.id).json(&json!({}))),
    find: None,
    look: |ways, thing| {
        let told = ask(ways.matrix("GET", "/account/whoami").bearer_auth(&thing.id));
        thing.whole(&[("device", told["device_id"] == *thing.name)])
    },
};

const TOKEN: Kind = Kind {
    noun: "token",
    make: |ways, thing| {
        let body = json!({"organization": "office", "dialect": "cam", "name": thing.name, "expires_at": null, "reason": "a machine"});
        ways.admin.request("POST", "/tokens").json(&body)
    },
    id: |_, answer| text(&answer["id"]),
    change: None,
    end: Some(|ways, thing| {
        let id: i64 = thing.id.parse().expect("an id");
        ways.admin.request("POST", "/tokens/revocations").json(&json!({"organization": "office", "ids": [id]}))
    }),
    find: Some("SELECT id FROM token WHERE note LIKE ?1 || ' %'"),
    look: |ways, thing| {
        let listed = ask(ways.admin.request("GET", &format!("/tokens?organization=office&q={}&state=active", thing.name)));
        let found = listed["items"].as_array().into_iter().flatten().find(|token| text(&token["id"]) == thing.id);
        thing.whole(&[("token", found.is_some())])
    },
};

const RESERVATION: Kind = Kind {
    noun: "reservation",
    make: |ways, thing| {
        let (day, hour) = slot(thing);
        let body = json!({
            "place": "Board room", "starts": format!("{day} {hour:02}:00"), "ends": format!("{day} {hour:02}:30"), "title": thing.name,
            "by": "alice@example.com", "members": ["bob@example.com"]
        });
        ways.admin.request("POST", "/reservations").json(&body)
    },
    id: |_, answer| text(&answer["id"]),
    change: None,
    end: Some(|ways, thing| ways.admin.request("DELETE", &format!("/reservations/{}", thing.id))),
    find: Some("SELECT id FROM reservation WHERE title = ?1 AND removed_ms IS NULL"),
    look: |ways, thing| {
        let day = slot(thing).0;
        let listed = ask(ways.admin.request("GET", &format!("/reservations?period={}", day.strftime("%Y-%m"))));
        let own = listed["items"].as_array().into_iter().flatten().find(|entry| entry["title"] == *thing.name);
        let status = fetch(ways.cam.request("GET", &format!("/getConferenceRoomStatus?yyyyMMdd={}", day.strftime("%Y%m%d")))).text();
        let has_people = own.is_some_and(|entry| entry["members"] == 2);
        thing.whole(&[("entry", own.is_some()), ("people", has_people), ("through CAM", status.contains(&format!("\"{}\"", thing.name)))])
    },
};

/// An hour that nobody else takes.
fn slot(thing: &Thing) -> (jiff::civil::Date, u32) {
    let first = jiff::civil::date(2027, 1, 1);
    let days = jiff::Span::new().days(i64::from(thing.number / 20));
    (first.checked_add(days).expect("a day"), thing.number % 20)
}

/// All of them.
pub const KINDS: &[Kind] = &[
    MESSAGE,
    TASK,
    FILE,
    GROUP,
    READ_ROOM,
    SEEN_MESSAGE,
    THREE_MESSAGES,
    ATTACHMENT,
    CONFERENCE,
    REGISTRATION,
    THREE_KEYS,
    LIBRARY_FILE,
    OFFICE_MESSAGE,
    CHAT_ROOM,
    QUICK_CALL,
    MANAGED_ROOM,
    DEVICE,
    TOKEN,
    RESERVATION,
];
