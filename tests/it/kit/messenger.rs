//! A client of the Messenger dialect.

use std::ops::Deref;

use crosstalk::domain::{Dialect, Email, OrganizationRole, People, RoomName, Scopes};
use crosstalk::ops;
use crosstalk::store::Cause;
use serde_json::{Value, json};

use super::caller::Caller;
use super::{Answer, TestApp, number, send};

/// A picture of one point.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

/// One way in: an organization's or a person's.
#[derive(Clone, Debug)]
pub struct Messenger(Caller);

impl Deref for Messenger {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl Messenger {
    /// With an organization's token.
    pub fn new(base: &str, token: &str) -> Self {
        Self(Caller::new(format!("{base}/api/v1"), "API-TOKEN", token))
    }

    /// A write with a JSON body.
    #[track_caller]
    pub fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        send(self.request(method, path).json(body))
    }

    /// A write without a body.
    #[track_caller]
    pub fn bare(&self, method: &str, path: &str) -> Answer {
        send(self.request(method, path))
    }

    /// Makes a room; gives it.
    #[track_caller]
    pub fn create(&self, body: &Value) -> Value {
        let made = self.json("POST", "/chatrooms", body);
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    /// Makes a room with these users; gives its id.
    #[track_caller]
    pub fn create_id(&self, app: &TestApp, name: &str, assigned: &[i64]) -> i64 {
        number(&self.create(&json!({"name": name, "organizationID": app.organization("office"), "assignedUsers": assigned}))["id"])
    }

    /// A room as it is now.
    #[track_caller]
    pub fn room(&self, id: i64) -> Value {
        self.get(&format!("/chatrooms/{id}")).ok()
    }
}

impl Answer {
    /// Asserts a failure in the Messenger API's shape.
    #[track_caller]
    pub fn is_refused(&self, status: u16, error: &str) {
        let body = self.json();
        assert_eq!((self.status, body["error"].as_str(), &body["success"]), (status, Some(error), &json!(false)), "{body}");
    }
}

impl TestApp {
    /// The first organization's way in.
    pub fn messenger(&self) -> Messenger {
        let (_, token) = self.token(Dialect::Messenger, None, Scopes::All, None);
        Messenger::new(&self.base, &token)
    }

    /// A person's way in, by first name.
    pub fn messenger_of(&self, name: &str) -> Messenger {
        let (_, token) = self.token(Dialect::MessengerPersonal, Some(name), Scopes::All, None);
        Messenger(Caller::new(format!("{}/api/v1", self.base), "Personal-Access-Token", &token))
    }

    /// Id of an organization.
    pub fn organization(&self, slug: &str) -> i64 {
        let all = self.world.read(ops::organizations::list_organizations).expect("organizations");
        all.iter().find(|organization| organization.slug == slug).expect("an organization").id.get()
    }

    /// Id of a person, by first name.
    pub fn person(&self, name: &str) -> i64 {
        self.chatwork(name).id()
    }

    /// Makes the room of an event in the first organization, with these people; gives its id.
    pub fn event_room(&self, event: i64, name: &'static str, assigned: &[i64]) -> i64 {
        let assigned: Vec<_> = assigned.iter().copied().map(crosstalk::domain::AccountId::new).collect();
        let made = self.world.write_blocking(Cause::job("test"), move |tx| {
            let people = People::parse(Vec::new(), Vec::new(), assigned)?;
            ops::chatrooms::make_event_room(tx, Some("office"), event, &RoomName::parse(name.to_owned())?, &people)
        });
        made.expect("a room").id.get()
    }

    /// Adds a person with a role to the first organization.
    pub fn add_manager(&self, name: &'static str, role: OrganizationRole) {
        let added = self.world.write_blocking(Cause::job("test"), move |tx| {
            let email = Email::parse(&format!("{name}@example.com"))?;
            let person = crosstalk::domain::NewPerson { email, name: crosstalk::domain::PersonName::parse(name)?, role };
            ops::accounts::create_user(tx, Some("office"), &person).map(|_| ())
        });
        added.expect("a person");
    }
}
