//! A client of the ClickMeeting dialect.

use std::ops::Deref;

use crosstalk::domain::{AttendeeRole, PastAttendee, PastSession, Poll, PollAnswer, PollQuestion, Timestamp};
use crosstalk::ops;
use crosstalk::store::Cause;
use serde_json::Value;

use super::caller::Caller;
use super::{Answer, Form, NOW_S, TestApp, number, send};

/// An organization's way in.
#[derive(Clone, Debug)]
pub struct ClickMeeting(Caller);

impl Deref for ClickMeeting {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl ClickMeeting {
    /// With a key.
    pub fn new(base: &str, key: &str) -> Self {
        Self(Caller::new(format!("{base}/v1"), "X-Api-Key", key))
    }

    /// A write with a body as it stands, and no content type unless one is named.
    #[track_caller]
    pub fn bare(&self, method: &str, path: &str, content_type: Option<&str>, body: &str) -> Answer {
        let request = self.request(method, path).body(body.to_owned());
        send(content_type.into_iter().fold(request, |request, name| request.header("content-type", name)))
    }

    /// Uploads a file to a library.
    #[track_caller]
    pub fn upload(&self, path: &str, name: &str, content: &[u8]) -> Answer {
        self.post_file(path, "uploaded", name, content, &[])
    }

    /// The entries of a list.
    #[track_caller]
    pub fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).ok().as_array().expect("a list").clone()
    }

    /// Makes a permanent open meeting, changed by `form`; gives the room.
    #[track_caller]
    pub fn create(&self, name: &str, form: Form<'_>) -> Value {
        let mut all = vec![("name", name), ("room_type", "meeting"), ("permanent_room", "1"), ("access_type", "1")];
        all.retain(|(key, _)| !form.iter().any(|(own, _)| own == key));
        all.extend_from_slice(form);
        self.post("/conferences", &all).ok()["room"].clone()
    }

    /// The same; gives the room's id.
    #[track_caller]
    pub fn create_id(&self, name: &str, form: Form<'_>) -> i64 {
        number(&self.create(name, form)["id"])
    }

    /// A room as it is now.
    #[track_caller]
    pub fn room(&self, id: i64) -> Value {
        self.get(&format!("/conferences/{id}")).ok()["conference"].clone()
    }
}

impl Answer {
    /// Asserts a failure in ClickMeeting's shape: status, name, and the first parameter it is about.
    #[track_caller]
    pub fn refused(&self, status: u16, name: &str, field: &str) {
        let body = self.json();
        let found = (self.status, body["code"].as_u64(), body["name"].as_str(), body["errors"][0]["name"].as_str());
        assert_eq!(found, (status, Some(status.into()), Some(name), Some(field)), "{body}");
        assert!(body["errors"][0]["message"].as_str().is_some_and(|words| words.ends_with('.')), "{body}");
    }
}

impl TestApp {
    /// Adds a session that is over to a room of the first organization: two people, three lines of chat, a poll; gives its id.
    pub fn past_session(&self, room: i64) -> i64 {
        self.past_session_in("office", room, "Hello")
    }

    /// The same in a room of any organization, with these first words.
    pub fn past_session_in(&self, organization: &'static str, room: i64, words: &str) -> i64 {
        let past = past_session(words);
        let imported = self.world.write_blocking(Cause::job("test"), move |tx| {
            let meeting = ops::past::find_meeting(tx, Some(organization), &room.to_string())?;
            ops::past::import_session(tx, &meeting, &past)
        });
        imported.expect("a session").get()
    }

    /// Makes the reports that were asked for: what the server does now and then is done when this returns.
    pub fn make_reports(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(crosstalk::jobs::make_reports(self.world.clone())).expect("made reports");
    }

    /// Adds a recording with this content to a room of the first organization; gives its id.
    pub fn recording(&self, room: i64, content: &'static [u8]) -> i64 {
        self.recording_in("office", room, content)
    }

    /// The same in a room of any organization.
    pub fn recording_in(&self, organization: &'static str, room: i64, content: &'static [u8]) -> i64 {
        let mut incoming = self.world.blobs().receive(&self.world.entropy().text(20), 1 << 20).expect("a new file");
        incoming.write(content).expect("content");
        let received = incoming.finish().expect("content");
        let added = self.world.write_blocking(Cause::job("test"), move |tx| {
            let meeting = ops::past::find_meeting(tx, Some(organization), &room.to_string())?;
            let new = ops::recordings::NewRecording {
                name: None,
                media_type: "video/mp4".into(),
                started: Some(Timestamp::from_seconds(NOW_S - 3_600)),
                duration_s: 60,
                bytes: received.bytes,
                hash: received.hash,
            };
            ops::recordings::add_recording(tx, &meeting, new)
        });
        added.expect("a recording").id.get()
    }
}

fn past_session(words: &str) -> PastSession {
    let at = |minute: i64| Timestamp::from_seconds(NOW_S - 7_200 + minute * 60);
    let attendee = |nickname: &str, role, spans: Vec<(Timestamp, Timestamp)>, votes| PastAttendee {
        nickname: nickname.into(),
        email: Some(format!("{}@example.com", nickname.to_lowercase())),
        role,
        device: "Mozilla/5.0".into(),
        address: "192.0.2.1".into(),
        spans,
        rating: None,
        rating_comment: None,
        votes,
    };
    let answer = |text: &str, points| PollAnswer { id: 0, text: text.into(), points, votes: 0 };
    let question = PollQuestion { id: 0, text: "Soup?".into(), answers: vec![answer("Yes", 1), answer("No", 0)] };
    PastSession {
        started: at(0),
        ended: at(60),
        attendees: vec![
            attendee("Host", AttendeeRole::Host, Vec::new(), Vec::new()),
            PastAttendee {
                rating: Some(4),
                rating_comment: Some("Nice.".into()),
                ..attendee("Guest", AttendeeRole::Listener, vec![(at(10), at(20)), (at(30), at(50))], vec![(0, 0, 1)])
            },
        ],
        chat: vec![(0, at(5), words.into()), (1, at(11), "Say \"hi\", all".into()), (0, at(12), "あ".into())],
        polls: vec![Poll { id: 0, name: "Lunch".into(), is_open: false, questions: vec![question] }],
    }
}
