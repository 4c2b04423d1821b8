//! What nobody sends who means well: floods, tricks with framing, hostile names and hosts, guessing. Every API where it applies.

mod busy;
mod connections;
mod guessing;
mod hosts;
mod names;
mod payloads;
mod smuggling;
mod unread;

use crosstalk::domain::{Dialect, Scopes};

use crate::kit::TestApp;

/// A change in one API: what it needs to be let in, and where it goes.
pub struct Entrance {
    /// The API.
    pub api: &'static str,
    /// Where a change is made.
    pub path: String,
    /// The header line of a good secret; none where nobody needs one.
    pub secret: Option<String>,
    /// The type of bodies.
    pub content_type: &'static str,
    /// A body that is understood.
    pub body: String,
}

impl Entrance {
    /// The head of the change, up to what frames its body; the secret may be another one.
    pub fn head(&self, framing: &str, secret: Option<&str>) -> String {
        let secret = secret.map(|secret| format!("{secret}\r\n")).unwrap_or_default();
        format!("POST {} HTTP/1.1\r\nHost: localhost\r\n{secret}Content-Type: {}\r\n{framing}\r\n\r\n", self.path, self.content_type)
    }

    /// The same with a secret that nobody has.
    pub fn wrong_secret(&self) -> Option<String> {
        let (name, value) = self.secret.as_deref()?.split_once(": ")?;
        let (lead, _) = value.split_at(value.rfind([' ', '=']).map_or(0, |at| at + 1));
        Some(format!("{name}: {lead}thisisasecretthatnobodyhas"))
    }
}

/// One for each API.
pub fn entrances(app: &TestApp) -> Vec<Entrance> {
    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json";
    let secret = |dialect, person| app.token(dialect, person, Scopes::All, None).1;
    let alice = app.chatwork("Alice");
    let (room, organization) = (alice.own_room(), app.organization("office"));
    let entrance = |api, path: &str, secret: String, content_type, body: &str| Entrance {
        api,
        path: path.to_owned(),
        secret: Some(secret).filter(|secret| !secret.is_empty()),
        content_type,
        body: body.to_owned(),
    };
    vec![
        entrance(
            "chatwork",
            &format!("/v2/rooms/{room}/messages"),
            format!("X-ChatWorkToken: {}", secret(Dialect::Chatwork, Some("Alice"))),
            FORM,
            "body=x",
        ),
        entrance(
            "clickmeeting",
            "/v1/conferences",
            format!("X-Api-Key: {}", secret(Dialect::ClickMeeting, None)),
            FORM,
            "name=Demo&room_type=meeting&permanent_room=1&access_type=1",
        ),
        entrance(
            "cam",
            "/sendMessage",
            format!("x-cam-apiToken: {}", secret(Dialect::Cam, None)),
            FORM,
            "message={\"panelName\":\"messenger\",\"message\":\"x\",\"users\":\"alice@example.com\"}",
        ),
        entrance(
            "messenger",
            "/api/v1/chatrooms",
            format!("API-TOKEN: {}", secret(Dialect::Messenger, None)),
            JSON,
            &format!("{{\"name\":\"Crew\",\"organizationID\":{organization}}}"),
        ),
        entrance(
            "chat-messages",
            "/chat-rooms",
            format!("Authorization: Bearer {}", secret(Dialect::ChatMessages, Some("Alice"))),
            JSON,
            &format!("{{\"title\":\"Crew\",\"participants\":[\"{}\"]}}", app.uid("Bob")),
        ),
        entrance("matrix", "/_matrix/client/v3/login", String::new(), JSON, "{\"type\":\"m.login.password\"}"),
        entrance("admin", "/admin/api/session", String::new(), JSON, "{\"email\":\"nobody@example.com\"}"),
    ]
}
