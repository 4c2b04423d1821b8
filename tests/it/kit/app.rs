//! The server under test.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crosstalk::app::{self, Settings, Stopper};
use crosstalk::config::{Config, Limits, Loaded, Parameters};
use crosstalk::domain::{
    AccountId, Dialect, Email, NewPerson, NewToken, OrganizationRole, PersonName, RoomId, Scopes, Slug, TimeZone, Timestamp,
};
use crosstalk::meet::Meetings;
use crosstalk::ops;
use crosstalk::store::{self, Cause, Clock, Durability, Entropy, Tx};
use crosstalk::world::{Mode, World, WorldOptions};

use super::{Cam, ChatMessages, Chatwork, ClickMeeting};

/// The instant at which every test starts, in seconds since 1970: 2026-01-31T00:00:00Z.
pub const NOW_S: i64 = 1_769_817_600;

/// What a test may want otherwise.
pub struct TestOptions {
    /// Vendor rate limits.
    pub limits: Limits,
    /// Office or sandbox.
    pub mode: Mode,
    /// How hard commits are pushed.
    pub durability: Durability,
    /// Everything else.
    pub config: Config,
    /// Whether the administration page asks for no password.
    pub opens_admin: bool,
    /// Whether there are people in it from the start.
    pub has_people: bool,
    /// Steps of SQLite's machine after which a query is stopped.
    pub max_read_steps: i32,
    /// Folder to use instead of a temporary one.
    pub dir: Option<std::path::PathBuf>,
}

impl Default for TestOptions {
    fn default() -> Self {
        let mut config = Config::default();
        config.server.listen = vec![SocketAddr::from(([127, 0, 0, 1], 0)).into()];
        config.server.workers = Some(2);
        config.server.shutdown_s = 5;
        Self {
            limits: Limits::CountOnly,
            mode: Mode::Office,
            durability: Durability::Off,
            config,
            opens_admin: false,
            has_people: true,
            max_read_steps: 2_000_000,
            dir: None,
        }
    }
}

impl TestOptions {
    /// Parameters only where the vendor accepts them since July 2025.
    pub fn strict() -> Self {
        let mut options = Self::default();
        options.config.chatwork.parameters = Parameters::Strict;
        options
    }
}

/// A running server with an organization of Alice (administrator), Bob and Carol, and another one with Eve.
pub struct TestApp {
    /// Scheme, host and port.
    pub base: String,
    /// The same where connections are protected; empty if they are nowhere.
    pub secure: String,
    /// What it serves.
    pub world: Arc<World>,
    /// Its meetings.
    pub meetings: Arc<Meetings>,
    handle: Stopper,
    thread: Option<JoinHandle<()>>,
    _dir: Option<tempfile::TempDir>,
}

impl TestApp {
    /// Starts one with the usual options.
    pub fn start() -> Self {
        Self::with(TestOptions::default())
    }

    /// Starts one.
    pub fn with(options: TestOptions) -> Self {
        let dir = options.dir.is_none().then(|| tempfile::tempdir().expect("a temporary folder"));
        let path = options.dir.clone().unwrap_or_else(|| dir.as_ref().expect("a temporary folder").path().to_owned());
        let world = World::open(
            &path,
            WorldOptions {
                mode: Some(options.mode),
                durability: options.durability,
                clock: Clock::fixed(Timestamp::from_seconds(NOW_S)),
                entropy: Entropy::seeded(1),
                server_name: "test.local".into(),
                max_read_steps: Some(options.max_read_steps),
            },
        )
        .expect("a world");
        if options.has_people {
            found(&world);
        }
        let (report, started) = mpsc::channel();
        let served = world.clone();
        let thread = std::thread::spawn(move || {
            let shown = Loaded::default().shown();
            let settings = Settings { config: options.config, limits: options.limits, opens_admin: options.opens_admin, shown };
            actix_web::rt::System::new().block_on(async move {
                let running = app::start(served, &settings).await.expect("a running server");
                report.send((running.endpoints.clone(), running.handle(), running.meetings.clone())).expect("the test waits");
                running.stopped().await.expect("a clean stop");
            });
        });
        let (endpoints, handle, meetings) = started.recv().expect("a running server");
        Self {
            base: endpoints[0].url(),
            secure: endpoints.iter().find(|listen| listen.is_tls).map(|listen| listen.url()).unwrap_or_default(),
            world,
            meetings,
            handle,
            thread: Some(thread),
            _dir: dir,
        }
    }

    /// Starts one in whose world nobody is yet.
    pub fn bare(options: TestOptions) -> Self {
        Self::with(TestOptions { has_people: false, ..options })
    }

    /// Writes down when tokens were used last, as the background does now and then.
    pub fn flush_uses(&self) {
        let uses = self.world.take_uses();
        self.world.write_blocking(Cause::job("test"), move |tx| ops::sign_in::note_uses(tx, &uses)).expect("uses");
    }

    /// Adds a person to an organization.
    pub fn add_person(&self, organization: &'static str, name: &'static str) -> Chatwork {
        self.world
            .write_blocking(Cause::job("test"), move |tx| {
                let email = Email::parse(&format!("{name}@example.com"))?;
                let person = NewPerson { email, name: PersonName::parse(name)?, role: OrganizationRole::Member };
                ops::accounts::create_user(tx, Some(organization), &person).map(|_| ())
            })
            .expect("a new person");
        self.chatwork(name)
    }

    /// Makes a token for a person of the first organization (by first name) or, without one, for that organization.
    pub fn token(&self, dialect: Dialect, person: Option<&str>, scopes: Scopes, expires: Option<Timestamp>) -> (i64, String) {
        self.token_in("office", NewToken { dialect, scopes, expires, note: String::new() }, person)
    }

    fn token_in(&self, organization: &str, token: NewToken, person: Option<&str>) -> (i64, String) {
        let email = person.map(|name| Email::parse(&format!("{name}@example.com")).expect("an address"));
        let organization = organization.to_owned();
        let made = self
            .world
            .write_blocking(Cause::job("test"), move |tx| ops::tokens::create_token(tx, Some(&organization), email.as_ref(), &token))
            .expect("a token");
        (made.id.get(), made.secret)
    }

    /// A Chatwork client of a person, by first name.
    pub fn chatwork(&self, name: &str) -> Chatwork {
        let (_, secret) = self.token(Dialect::Chatwork, Some(name), Scopes::All, None);
        Chatwork::new(&self.base, &secret)
    }

    /// A chat-messages client of a person of the first organization, by first name.
    pub fn chat_messages(&self, name: &str) -> ChatMessages {
        let (_, secret) = self.token(Dialect::ChatMessages, Some(name), Scopes::All, None);
        ChatMessages::new(&self.base, &secret)
    }

    /// The uid of a person, by first name.
    pub fn uid(&self, name: &str) -> String {
        let email = format!("{name}@example.com").to_lowercase();
        self.world.read(|tx| crosstalk::store::accounts::find_by_email(tx, &email)).expect("people").expect("a person").uid
    }

    /// A token of Eve, of the other organization.
    pub fn personal_token_in_other(&self) -> String {
        self.token_in("other", new_token(Dialect::MessengerPersonal), Some("Eve")).1
    }

    /// A Messenger token of the other organization.
    pub fn organization_token_in_other(&self) -> String {
        self.token_in("other", new_token(Dialect::Messenger), None).1
    }

    /// A chat-messages token of Eve, of the other organization.
    pub fn bearer_in_other(&self) -> String {
        self.token_in("other", new_token(Dialect::ChatMessages), Some("Eve")).1
    }

    /// The 19 digits of a room that somebody is in.
    pub fn external_id(&self, account: i64, room: i64) -> String {
        let view = self.world.read(|tx| store::rooms::find_view(tx, AccountId::new(account), RoomId::new(room)));
        view.expect("a reading").expect("a room").external_id.to_string()
    }

    /// A ClickMeeting client of an organization.
    pub fn clickmeeting(&self, organization: &str) -> ClickMeeting {
        ClickMeeting::new(&self.base, &self.token_in(organization, new_token(Dialect::ClickMeeting), None).1)
    }

    /// A CAM client of an organization.
    pub fn cam(&self, organization: &str) -> Cam {
        Cam::new(&self.base, &self.token_in(organization, new_token(Dialect::Cam), None).1)
    }

    /// Alice, Bob and Carol: one organization.
    pub fn trio(&self) -> (Chatwork, Chatwork, Chatwork) {
        (self.chatwork("Alice"), self.chatwork("Bob"), self.chatwork("Carol"))
    }

    /// Moves the clock.
    pub fn advance_s(&self, seconds: i64) {
        self.world.clock().advance_ms(seconds * 1000);
    }

    /// Asks one to become a contact of another, by first names; gives the id of the request.
    pub fn request_contact(&self, from: &str, to: &str, message: &'static str) -> i64 {
        let (from, to) = (format!("{from}@example.com"), format!("{to}@example.com"));
        self.world
            .write_blocking(Cause::job("test"), move |tx| ops::contacts::request_contact(tx, &from, &to, message))
            .expect("a request")
            .get()
    }

    /// Stops the server, finishing what was accepted; its world goes with it unless the caller holds it.
    pub fn stop(mut self) {
        self.finish();
        // A worker may still be letting go of the world, or of the meetings that hold it, when the server says that it
        // has stopped. Two of each are ours: the meetings are held here and by the handle, the world here and by them.
        let started = Instant::now();
        let is_held = || Arc::strong_count(&self.meetings) > 2 || Arc::strong_count(&self.world) > 2;
        while is_held() && started.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
        }
    }

    fn finish(&mut self) {
        if let Some(thread) = self.thread.take() {
            drop(self.handle.stop(true));
            thread.join().expect("a clean end");
        }
    }
}

/// Two organizations with four people; nothing when they are there already.
fn found(world: &World) {
    let is_new = world.read(|tx| ops::accounts::list_users(tx, Some("office"))).expect("people").is_empty();
    if !is_new {
        return;
    }
    let make = |tx: &Tx<'_>| {
        ops::organizations::create_organization(tx, &Slug::parse("other")?, "Other", &TimeZone::parse("Asia/Tokyo")?)?;
        for (organization, name, role) in [
            ("office", "Alice", OrganizationRole::Admin),
            ("office", "Bob", OrganizationRole::Member),
            ("office", "Carol", OrganizationRole::Member),
            ("other", "Eve", OrganizationRole::Admin),
        ] {
            let email = Email::parse(&format!("{name}@example.com"))?;
            ops::accounts::create_user(tx, Some(organization), &NewPerson { email, name: PersonName::parse(name)?, role })?;
        }
        Ok(())
    };
    world.write_blocking(Cause::job("test"), make).expect("four people");
}

fn new_token(dialect: Dialect) -> NewToken {
    NewToken { dialect, scopes: Scopes::All, expires: None, note: String::new() }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.finish();
        }
    }
}
