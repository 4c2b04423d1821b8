//! People in conference rooms: a browser with its cookie, and its connection into the room.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crosstalk::domain::{Access, Meeting, MeetingId, MeetingKind, MeetingSettings, Schedule, TimeZone, Timestamp};
use crosstalk::store::{self, Cause, Tx};
use crosstalk::web::meeting_links::MeetingKeys;
use crosstalk::world::World;
use reqwest::Method;
use reqwest::blocking::Client;
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

use super::secure::{Secure, SecureStream};
use super::{Answer, TestApp};

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(15);

/// A conference room under test.
#[derive(Clone, Debug)]
pub struct Conference {
    /// Its id.
    pub id: i64,
    /// Its nine digits.
    pub pin: i64,
    /// Its part of an address.
    pub slug: String,
}

impl TestApp {
    /// Makes an open room without lobby, or what `change` makes of it.
    pub fn meeting(&self, change: impl FnOnce(&mut Meeting) + Send + 'static) -> Conference {
        make_meeting(&self.world, change)
    }

    /// Changes a room.
    pub fn change_meeting(&self, room: &Conference, change: impl FnOnce(&Tx<'_>, &mut Meeting) + Send + 'static) {
        let id = MeetingId::new(room.id);
        self.in_store(move |tx| {
            let mut meeting = store::meetings::find_any_meeting(tx, id)?.expect("a room");
            change(tx, &mut meeting);
            store::meetings::update_meeting(tx, &meeting)
        });
    }

    /// Does something in the store.
    pub fn in_store<T: Send + 'static>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, crosstalk::domain::Error> + Send + 'static) -> T {
        self.world.write_blocking(Cause::job("test"), work).expect("a write")
    }

    /// Makes an access token for a room.
    pub fn access_token(&self, room: &Conference, token: &'static str) -> &'static str {
        let id = MeetingId::new(room.id);
        self.in_store(move |tx| store::access_tokens::insert_token(tx, id, token));
        token
    }

    /// What derives the secrets in links.
    pub fn meeting_keys(&self) -> MeetingKeys {
        MeetingKeys::new(self.world.key())
    }

    /// The host's own link.
    pub fn owner_link(&self, room: &Conference) -> String {
        self.meeting_keys().owner_hash(MeetingId::new(room.id))
    }

    /// Moves the clock and lets what depends on it happen.
    pub fn pass_s(&self, seconds: i64) {
        self.advance_s(seconds);
        self.tick();
    }

    /// Lets what depends on time happen.
    pub fn tick(&self) {
        actix_web::rt::System::new().block_on(self.meetings.tick()).expect("a tick");
    }
}

/// Makes an open room without lobby in a world, or what `change` makes of it.
pub fn make_meeting(world: &World, change: impl FnOnce(&mut Meeting) + Send + 'static) -> Conference {
    let made = world.write_blocking(Cause::job("test"), move |tx| {
        let organization = store::organizations::find_by_slug(tx, "office")?.expect("an office").id;
        let maker = store::accounts::find_service_account(tx, organization)?.expect("an account");
        let id = store::meetings::next_meeting_id(tx)?;
        let mut meeting = blank(tx, id, organization);
        change(&mut meeting);
        let over = meeting.schedule.map(|schedule| schedule.ends);
        meeting.inactive_from = if meeting.is_closed { Some(tx.now) } else { over };
        store::meetings::insert_meeting(tx, &meeting, maker)?;
        Ok(Conference { id: id.get(), pin: meeting.pin, slug: meeting.slug })
    });
    made.expect("a room")
}

fn blank(tx: &Tx<'_>, id: MeetingId, organization: crosstalk::domain::OrganizationId) -> Meeting {
    Meeting {
        id,
        organization,
        kind: MeetingKind::Meeting,
        pin: 100_000_000 + id.get(),
        name: "Spring demo".into(),
        slug: format!("spring_demo_{id}"),
        schedule: None,
        access: Access::Open,
        password: None,
        has_lobby: false,
        lobby_text: String::new(),
        has_registration: false,
        registration_template: 1,
        zone: TimeZone::parse("Europe/Warsaw").expect("a zone"),
        skin: None,
        presenter_pin: 1,
        listener_pin: 2,
        widgets: "abc123".into(),
        settings: MeetingSettings::default(),
        is_closed: false,
        inactive_from: None,
        recording_num: 0,
        created: tx.now,
        updated: tx.now,
    }
}

/// A schedule around now, in seconds from it.
pub fn schedule(from_s: i64, to_s: i64) -> Option<Schedule> {
    let now = Timestamp::from_seconds(super::NOW_S);
    Some(Schedule { starts: now.plus_ms(from_s * 1000), ends: now.plus_ms(to_s * 1000) })
}

/// A browser: it keeps its cookie.
#[derive(Clone, Debug)]
pub struct Visitor {
    base: String,
    /// Name and value, when the server gave it one.
    pub cookie: Option<String>,
    client: Client,
}

impl Visitor {
    /// A fresh one.
    pub fn new(app: &TestApp) -> Self {
        Self::at(&app.base)
    }

    /// A fresh one, for a server elsewhere.
    pub fn at(base: &str) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { base: base.to_owned(), cookie: None, client }
    }

    /// A page.
    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[])
    }

    /// A form.
    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send("POST", path, form)
    }

    /// A request with more headers than browsers add themselves.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send().expect("an answer"))
    }

    fn send(&mut self, method: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base)).header("User-Agent", "Test browser");
        if method == Method::POST {
            request = request.form(form);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("Cookie", cookie);
        }
        let answer = Answer::read(request.send().expect("an answer"));
        if let Some(given) = answer.headers.get("set-cookie") {
            self.cookie = Some(given.split(';').next().unwrap_or_default().to_owned());
        }
        answer
    }

    /// Asks to be let in.
    pub fn enter(&mut self, room: &Conference, form: &[(&str, &str)]) -> Answer {
        self.post(&format!("/_m/{}/enter", room.id), form)
    }

    /// Comes in, by name.
    #[track_caller]
    pub fn join(&mut self, room: &Conference, form: &[(&str, &str)]) -> Guest {
        let ticket = self.enter(room, form).ok()["ticket"].as_str().expect("a ticket").to_owned();
        Guest::connect(&self.base, &format!("ticket={ticket}"))
    }
}

/// What a WebSocket goes over.
pub enum Line {
    /// A connection that anybody on the way may read.
    Plain(TcpStream),
    /// A protected one.
    Protected(Box<SecureStream>),
}

impl Read for Line {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(bytes),
            Self::Protected(stream) => stream.read(bytes),
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Protected(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Protected(stream) => stream.flush(),
        }
    }
}

/// A connection into a room.
pub struct Guest {
    socket: WebSocket<Line>,
    /// What the server said first.
    pub first: Value,
    next: u64,
}

impl Guest {
    /// With `ticket=…` or `pass=…`.
    pub fn connect(base: &str, key: &str) -> Self {
        Self::over(open(base, key, None).expect("an upgrade"))
    }

    /// The same over a protected connection, as a page of the server opens it.
    pub fn protected(client: &Secure, base: &str, key: &str) -> Self {
        let line = Line::Protected(Box::new(client.connect(&["http/1.1"]).expect("a connection")));
        Self::over(upgrade(line, base, key, &[("origin", base)]).expect("an upgrade"))
    }

    /// In a WebSocket that is open.
    pub fn over(mut socket: WebSocket<Line>) -> Self {
        let first = read(&mut socket).expect("a first message");
        Self { socket, first, next: 1 }
    }

    /// Comes back after a break.
    pub fn again(&self, app: &TestApp) -> Self {
        Self::connect(&app.base, &format!("pass={}", self.first["pass"].as_str().expect("a pass")))
    }

    /// The type of the first message.
    pub fn state(&self) -> &str {
        self.first["t"].as_str().unwrap_or_default()
    }

    /// Own attendee id.
    pub fn id(&self) -> i64 {
        self.first["id"].as_i64().expect("a welcome")
    }

    /// The next message; none when the server has hung up.
    pub fn next(&mut self) -> Option<Value> {
        read(&mut self.socket)
    }

    /// The next message of a type.
    #[track_caller]
    pub fn until(&mut self, t: &str) -> Value {
        loop {
            let message = self.next().unwrap_or_else(|| panic!("the line broke before {t}"));
            if message["t"] == t {
                return message;
            }
        }
    }

    /// Sends a text as it stands.
    pub fn send(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text));
    }

    /// Sends any frame.
    pub fn send_raw(&mut self, message: Message) {
        let _ = self.socket.send(message);
    }

    /// Asks for something; gives the answer. What else comes meanwhile is dropped.
    #[track_caller]
    pub fn ask(&mut self, mut message: Value) -> Value {
        self.next += 1;
        message["id"] = json!(self.next);
        self.send(&message.to_string());
        loop {
            let answer = self.next().expect("an answer");
            if answer["re"] == self.next {
                return answer;
            }
        }
    }

    /// Says something; the server has it when this returns.
    #[track_caller]
    pub fn say(&mut self, key: &str, text: &str) {
        let answer = self.ask(json!({"t": "chat.send", "key": key, "text": text}));
        assert_eq!(answer["t"], "ok", "{answer}");
    }

    /// Leaves, and waits until the server has hung up.
    pub fn leave(mut self) {
        self.send(r#"{"t":"leave"}"#);
        while self.next().is_some() {}
    }

    /// The code with which the server hung up.
    pub fn close_code(&mut self) -> Option<u16> {
        loop {
            match self.socket.read() {
                Ok(Message::Close(reason)) => return reason.map(|reason| reason.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }
}

/// Opens a WebSocket as a page of `origin` would.
pub fn open(base: &str, key: &str, origin: Option<&str>) -> Result<WebSocket<Line>, u16> {
    upgrade(plain(base), base, key, &[("origin", origin.unwrap_or(base))])
}

/// The same as a proxy passes it on from somewhere.
pub fn open_from(address: &str, base: &str, key: &str) -> Result<WebSocket<Line>, u16> {
    upgrade(plain(base), base, key, &[("origin", base), ("x-forwarded-for", address)])
}

fn plain(base: &str) -> Line {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_nodelay(true).expect("a socket");
    Line::Plain(stream)
}

fn upgrade(line: Line, base: &str, key: &str, headers: &[(&'static str, &str)]) -> Result<WebSocket<Line>, u16> {
    let mut request = format!("{}/_m/ws?{key}", base.replacen("http", "ws", 1)).into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().expect("a header"));
    }
    match tungstenite::client(request, line) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(Error::Http(response))) => Err(response.status().as_u16()),
        Err(cause) => panic!("{cause}"),
    }
}

fn read(socket: &mut WebSocket<Line>) -> Option<Value> {
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(text.as_str()).expect("JSON")),
            Ok(Message::Close(_)) => return None,
            Ok(_) => {}
            Err(Error::ConnectionClosed | Error::AlreadyClosed | Error::Protocol(_)) => return None,
            Err(Error::Io(cause)) if cause.kind() != std::io::ErrorKind::WouldBlock => return None,
            Err(cause) => panic!("nothing came: {cause}"),
        }
    }
}
