//! More writes than a server takes on: every API says so in its own words, reads go on, and afterwards so do writes.

use std::sync::mpsc::{Sender, channel};

use crosstalk::store::{Cause, Tx};
use futures_util::FutureExt;
use reqwest::blocking::RequestBuilder;
use serde_json::json;

use super::{Entrance, entrances};
use crate::kit::{Browser, Matrix, TestApp, Visitor, request, send};

/// What each API says when it is busy: a place in the body, and what stands there.
const WORDS: [(&str, &str, &str); 7] = [
    ("chatwork", "/errors/0", "The server is busy: nothing was saved, try again"),
    ("clickmeeting", "/name", "SERVICE_UNAVAILABLE"),
    ("cam", "/errorCodes/0", "INTERNAL"),
    ("messenger", "/error", "internal"),
    ("chat-messages", "/className", "unavailable"),
    ("matrix", "/errcode", "M_UNKNOWN"),
    ("admin", "/error/code", "busy"),
];

/// Somebody with a way into every API.
struct Caller<'a> {
    app: &'a TestApp,
    entrances: Vec<Entrance>,
    /// Name and password.
    credentials: (String, String),
    matrix: Matrix,
    admin: Browser,
}

impl<'a> Caller<'a> {
    fn of(app: &'a TestApp) -> Self {
        let (credentials, matrix) = (app.credentials("Alice"), app.sign_in("Alice", json!({})));
        Self { app, entrances: entrances(app), credentials, matrix, admin: app.admin() }
    }

    /// A change that is good in any other respect.
    fn change(&self, api: &str) -> RequestBuilder {
        let (user, password) = &self.credentials;
        match api {
            "matrix" => request("POST", &format!("{}/_matrix/client/v3/login", self.app.base)).json(&json!({
                "type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password,
            })),
            "admin" => {
                let annex = json!({"slug": "annex", "name": "Annex", "time_zone": "Asia/Tokyo"});
                self.admin.request("POST", "/organizations").json(&annex)
            }
            _ => {
                let entrance = self.entrance(api);
                with_secret(entrance, request("POST", &format!("{}{}", self.app.base, entrance.path)))
                    .header("content-type", entrance.content_type)
                    .body(entrance.body.clone())
            }
        }
    }

    /// Something that only reads.
    fn look(&self, api: &str) -> RequestBuilder {
        let path = match api {
            "chatwork" => "/v2/me",
            "clickmeeting" => "/v1/conferences",
            "cam" => "/getConferenceRooms",
            "messenger" => &*format!("/api/v1/chatrooms?organization_id={}", self.app.organization("office")),
            "chat-messages" => "/chat-rooms",
            "matrix" => {
                let whoami = request("GET", &format!("{}/_matrix/client/v3/account/whoami", self.app.base));
                return whoami.bearer_auth(&self.matrix.access);
            }
            _ => return self.admin.request("GET", "/organizations"),
        };
        with_secret(self.entrance(api), request("GET", &format!("{}{path}", self.app.base)))
    }

    fn entrance(&self, api: &str) -> &Entrance {
        self.entrances.iter().find(|entrance| entrance.api == api).expect("an entrance")
    }
}

fn with_secret(entrance: &Entrance, request: RequestBuilder) -> RequestBuilder {
    let (name, value) = entrance.secret.as_deref().and_then(|secret| secret.split_once(": ")).expect("a secret");
    request.header(name, value)
}

/// Holds the writer and fills its queue, until what this gives is dropped.
fn fill_queue(app: &TestApp) -> Sender<()> {
    let (tell, told) = channel();
    let (release, held) = channel::<()>();
    let hold = move |_: &Tx<'_>| Ok((tell.send(()).is_ok(), held.recv().is_err()));
    assert_eq!(app.world.write(Cause::job("test"), hold).now_or_never(), None);
    told.recv().expect("the writer is held");
    while app.world.write(Cause::job("test"), |_| Ok(())).now_or_never().is_none() {}
    release
}

#[test]
fn a_server_with_too_many_writes_says_so_in_every_api_and_goes_on() {
    let app = TestApp::start();
    let room = app.meeting(|meeting| (meeting.presenter_pin, meeting.listener_pin) = (100_001, 100_002));
    let caller = Caller::of(&app);
    assert!(caller.entrances.iter().all(|entrance| WORDS.iter().any(|(api, ..)| *api == entrance.api)), "an API has no words here");
    let full = fill_queue(&app);
    for (api, place, words) in WORDS {
        let refused = send(caller.change(api));
        let said = refused.json();
        assert_eq!((refused.status, said.pointer(place)), (503, Some(&json!(words))), "{api}: {said}");
        assert_eq!(refused.header("retry-after"), "1", "{api}");
        let read = send(caller.look(api));
        assert_eq!(read.status, 200, "{api}: {}", read.text());
    }
    let door = Visitor::new(&app).enter(&room, &[("name", "Ada")]);
    assert_eq!((door.status, door.json()), (503, json!({"code": "busy"})));
    assert_eq!(Visitor::new(&app).get(&format!("/meet/{}", room.slug)).status, 200);
    assert_eq!(app.raw("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n").text(), "ok\n", "it serves, if slowly");
    drop(full);
    // It takes on more as soon as something of what waited is done.
    while app.world.write_blocking(Cause::job("test"), |_| Ok(())).is_err() {}
    for (api, ..) in WORDS {
        let done = send(caller.change(api));
        let has_errors = done.json()["errors"].as_array().is_some_and(|errors| !errors.is_empty());
        assert!(done.status < 300 && !has_errors, "{api}: {} {}", done.status, done.text());
    }
    assert_eq!(Visitor::new(&app).enter(&room, &[("name", "Ada")]).status, 200);
}
