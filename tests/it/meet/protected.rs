//! A whole meeting over protected connections, as browsers come to it: page, door, WebSocket.

use crosstalk::config::TlsMode;
use serde_json::json;

use crate::kit::{Conference, Guest, Secure, TestApp, TestOptions, open};

/// A browser that trusts the office; it keeps its cookie.
struct Browser<'a> {
    app: &'a TestApp,
    client: Secure,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Opens the page of a room.
    fn at(app: &'a TestApp, room: &Conference) -> Self {
        let client = Secure::trusting(&app.secure, &app.world.dir().join("tls/ca.pem"));
        let page = client.http1("GET", &format!("/meet/{}", room.slug), &[], b"");
        assert_eq!(page.status, 200, "{}", page.text());
        let given = page.headers.get("set-cookie").expect("a cookie");
        assert!(given.contains("Secure") && given.contains("HttpOnly"), "{given}");
        Self { app, client, cookie: given.split(';').next().unwrap_or_default().to_owned() }
    }

    /// Fills in the form.
    fn enter(&self, room: &Conference, form: &str) -> String {
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("origin", self.app.secure.as_str()), ("cookie", self.cookie.as_str())];
        let answer = self.client.http1("POST", &format!("/_m/{}/enter", room.id), &headers, form.as_bytes());
        answer.ok()["ticket"].as_str().expect("a ticket").to_owned()
    }

    fn join(&self, room: &Conference, form: &str) -> Guest {
        Guest::protected(&self.client, &self.app.secure, &format!("ticket={}", self.enter(room, form)))
    }
}

#[test]
fn a_meeting_goes_from_the_door_to_its_end_over_protected_connections() {
    let mut options = TestOptions::default();
    options.config.server.tls = TlsMode::SelfSigned;
    let app = TestApp::with(options);
    let room = app.meeting(|meeting| meeting.has_lobby = true);
    let browsers = [(); 3].map(|()| Browser::at(&app, &room));
    let mut ada = browsers[0].join(&room, "name=Ada");
    assert_eq!(ada.state(), "lobby", "nobody leads yet");
    let mut olga = browsers[1].join(&room, &format!("l={}&name=Olga", app.owner_link(&room)));
    assert_eq!(olga.state(), "welcome");
    let welcome = ada.until("welcome");
    let mut bob = browsers[2].join(&room, "name=Bob");
    for (number, text) in ["first", "second"].into_iter().enumerate() {
        bob.say(&number.to_string(), text);
        assert_eq!(ada.until("chat")["line"]["text"], text);
    }
    // Larger than a record of the protected connection, with everything that goes with it.
    let long = "会議".repeat(2_000);
    bob.say("long", &long);
    assert_eq!(ada.until("chat")["line"]["text"], long);
    // Who comes from a page that is not protected is another server's, as browsers see it.
    let key = format!("ticket={}", browsers[0].enter(&room, "name=Ada"));
    assert_eq!(open(&app.base, &key, Some("https://evil.example")).err(), Some(403));
    // A broken line is taken up again.
    let pass = format!("pass={}", welcome["pass"].as_str().expect("a pass"));
    drop(ada);
    let mut back = Guest::protected(&browsers[0].client, &app.secure, &pass);
    assert_eq!(back.first["id"], welcome["id"]);
    assert_eq!(back.first["chat"].as_array().map(Vec::len), Some(3));
    assert_eq!(olga.ask(json!({"t": "mod.end"}))["t"], "ok");
    for guest in [&mut back, &mut bob, &mut olga] {
        assert_eq!(guest.until("ended")["t"], "ended");
        assert!(guest.next().is_none(), "the server hangs up");
    }
    let id = crosstalk::domain::MeetingId::new(room.id);
    let sessions = app.in_store(move |tx| crosstalk::store::sessions::list_of_meeting(tx, id));
    assert!(sessions.len() == 1 && sessions[0].ended.is_some(), "{sessions:?}");
}
