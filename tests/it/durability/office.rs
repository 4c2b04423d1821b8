//! An office with a way into every API, and what all clients share there.

use std::path::Path;

use crosstalk::domain::{Dialect, Email, Error, NewPerson, NewToken, OrganizationRole, PersonName, Scopes};
use crosstalk::ops::{accounts, organizations, tokens};
use crosstalk::store::{self, Cause, Tx};
use crosstalk::world::{Mode, World};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};

use crate::kit::{Answer, Browser, Cam, ChatMessages, Chatwork, ClickMeeting, Messenger, PASSWORD, number, open_world, password_hash};

/// Who is in it: Alice, its administrator, and Bob.
const PEOPLE: [&str; 2] = ["Alice", "Bob"];

/// Secrets, which stay when the server comes back at another address.
pub struct Office {
    chatwork: [String; 2],
    chats: [String; 2],
    personal: String,
    clickmeeting: String,
    cam: String,
    messenger: String,
    organization: i64,
    uids: [String; 2],
}

/// What all clients of a world use.
#[derive(Clone)]
pub struct Shared {
    ids: [i64; 2],
    /// Alice's and Bob's group, by both of its ids.
    pub room: i64,
    pub external: String,
    /// Conferences whose registration is open, and which asks for tokens.
    pub open_conference: i64,
    pub locked_conference: i64,
    admin: Browser,
    matrix: (String, String),
}

/// The office as it is open at some address.
#[derive(Clone)]
pub struct Ways {
    pub base: String,
    pub alice: Chatwork,
    pub bob: Chatwork,
    pub alice_chats: ChatMessages,
    pub bob_chats: ChatMessages,
    pub clickmeeting: ClickMeeting,
    pub cam: Cam,
    pub messenger: Messenger,
    pub admin: Browser,
    pub organization: i64,
    pub uids: [String; 2],
    pub ids: [i64; 2],
    pub shared: Shared,
}

impl Office {
    /// Makes a world with people and tokens.
    pub fn found(dir: &Path, mode: Mode) -> Self {
        let world = open_world(dir, mode).expect("a world");
        let add_people = |tx: &Tx<'_>| {
            for (name, role) in PEOPLE.into_iter().zip([OrganizationRole::Admin, OrganizationRole::Member]) {
                accounts::create_user(tx, None, &NewPerson { email: email(name)?, name: PersonName::parse(name)?, role })?;
            }
            Ok(())
        };
        world.write_blocking(Cause::job("test"), add_people).expect("people");
        Self::of(&world)
    }

    /// Makes tokens in a world that has the people.
    pub fn of(world: &World) -> Self {
        let add_tokens = |tx: &Tx<'_>| {
            accounts::create_admin(tx, None, &email("Alice")?, password_hash())?;
            let uid = |name| {
                let found = store::accounts::find_by_email(tx, email(name)?.as_str())?;
                Ok::<_, Error>(found.expect("a person").uid)
            };
            let secret = |dialect, person: Option<&str>| {
                let token = NewToken { dialect, scopes: Scopes::All, expires: None, note: String::new() };
                tokens::create_token(tx, None, person.map(email).transpose()?.as_ref(), &token).map(|made| made.secret)
            };
            Ok(Self {
                chatwork: [secret(Dialect::Chatwork, Some("Alice"))?, secret(Dialect::Chatwork, Some("Bob"))?],
                chats: [secret(Dialect::ChatMessages, Some("Alice"))?, secret(Dialect::ChatMessages, Some("Bob"))?],
                personal: secret(Dialect::MessengerPersonal, Some("Alice"))?,
                clickmeeting: secret(Dialect::ClickMeeting, None)?,
                cam: secret(Dialect::Cam, None)?,
                messenger: secret(Dialect::Messenger, None)?,
                organization: organizations::list_organizations(tx)?[0].id.get(),
                uids: [uid("Alice")?, uid("Bob")?],
            })
        };
        world.write_blocking(Cause::job("test"), add_tokens).expect("tokens")
    }

    /// Alice, through Chatwork.
    pub fn alice(&self, base: &str) -> Chatwork {
        Chatwork::new(base, &self.chatwork[0])
    }

    /// Makes what all clients share.
    pub fn furnish(&self, base: &str) -> Shared {
        let [alice, bob] = self.chatwork.each_ref().map(|token| Chatwork::new(base, token));
        let clickmeeting = ClickMeeting::new(base, &self.clickmeeting);
        let ids = [alice.id(), bob.id()];
        let room = alice.create_room("Everybody", &[&bob], &[]);
        let external = ChatMessages::new(base, &self.chats[0]).room_called("Everybody");
        let open_conference = clickmeeting.create_id("Open", &[("registration[enabled]", "1")]);
        let locked_conference = clickmeeting.create_id("Locked", &[("access_type", "3")]);
        let mut admin = Browser::at(base);
        admin.sign_in(&json!({"email": "alice@example.com", "password": PASSWORD})).ok();
        let place = admin.json("POST", "/places", &json!({"name": "Board room"}));
        assert_eq!(place.status, 201, "{}", place.text());
        let credentials = crate::kit::request("GET", &format!("{base}/api/v1/matrix/credentials"));
        let credentials = ask(credentials.header("Personal-Access-Token", &self.personal));
        let matrix = ["username", "password"].map(|key| text(&credentials[key]));
        let matrix = (matrix[0].clone(), matrix[1].clone());
        Shared { ids, room, external, open_conference, locked_conference, admin, matrix }
    }

    /// Everybody's ways in, at the address of the server that runs now.
    pub fn ways(&self, base: &str, shared: &Shared) -> Ways {
        let [alice, bob] = self.chatwork.each_ref().map(|token| Chatwork::new(base, token));
        let [alice_chats, bob_chats] = self.chats.each_ref().map(|token| ChatMessages::new(base, token));
        Ways {
            base: base.to_owned(),
            alice,
            bob,
            alice_chats,
            bob_chats,
            clickmeeting: ClickMeeting::new(base, &self.clickmeeting),
            cam: Cam::new(base, &self.cam),
            messenger: Messenger::new(base, &self.messenger),
            admin: shared.admin.moved_to(base),
            organization: self.organization,
            uids: self.uids.clone(),
            ids: shared.ids,
            shared: shared.clone(),
        }
    }
}

impl Ways {
    /// A request to the Matrix API.
    pub fn matrix(&self, method: &str, path: &str) -> RequestBuilder {
        crate::kit::request(method, &format!("{}/_matrix/client/v3{path}", self.base))
    }

    /// Alice's sign-in there, on a device.
    pub fn sign_in(&self, device: &str) -> RequestBuilder {
        let (user, password) = &self.shared.matrix;
        let identifier = json!({"type": "m.id.user", "user": user});
        let body = json!({"type": "m.login.password", "identifier": identifier, "password": password, "device_id": device});
        self.matrix("POST", "/login").json(&body)
    }
}

fn email(name: &str) -> Result<Email, Error> {
    Email::parse(&format!("{name}@example.com"))
}

/// What a server says to a question; null when it has no such thing, or does not say.
pub fn ask(request: RequestBuilder) -> Value {
    let answer = fetch(request);
    if answer.status == 200 { answer.json() } else { Value::Null }
}

/// Sends a question to a server that is there.
pub fn fetch(request: RequestBuilder) -> Answer {
    Answer::read(request.send().expect("an answer"))
}

/// A text, or a number as one.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| number(value).to_string(), str::to_owned)
}
