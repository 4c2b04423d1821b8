//! The office that every sandbox starts with: three people and what they have done so far.
//!
//! One unit of work at fixed instants, so that ids are the same in every sandbox; the examples of `static/docs` name
//! them. Tokens come last: one dialect more moves no other id.

use super::seed_file::SeedFile;
use super::{annex, contents, meeting, place};
use crate::domain::{
    AccountId, Actor, Body, Deadline, Dialect, Email, Error, FileName, Icon, InvitationCode, MemberList, MessageId, NewInvitation,
    NewPerson, NewRoom, NewTask, NewToken, OrganizationRole, People, PersonName, PostMessage, RoomId, RoomName, Scopes, TaskStatus,
    Timestamp, TokenId,
};
use crate::files::Received;
use crate::ops::files::PostFile;
use crate::ops::{accounts, chatrooms, contacts, files, messages, reading, rooms, tasks, tokens};
use crate::store::{self, Cause, Tx};
use crate::world::World;

/// 2026-01-05T00:00:00Z, when the three met.
pub(super) const START: Timestamp = Timestamp::from_seconds(1_767_571_200);
/// The last second of 2026.
const END_OF_YEAR: Timestamp = Timestamp::from_seconds(1_798_761_599);
const MINUTE_MS: i64 = 60_000;
/// The number of an event elsewhere that has a room here.
const EVENT: i64 = 7001;

pub(super) const ALICE: &str = "alice@example.com";
const BOB: &str = "bob@example.com";
const CAROL: &str = "carol@example.com";

const PICTURE: &[u8] = include_bytes!("../../static/assets/icon/ico_star.png");
const PLAN: &[u8] = "Launch プロジェクト\n\n1. Text by Friday\n2. Pictures by Monday\n3. Go live on 2 March\n".as_bytes();

/// A recording: two minutes of nothing but its title.
const FILM: &[u8] = b"Spring demo: this stands for a film.\n";

/// Which tokens a sandbox starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// The fixed ones that everybody knows.
    WellKnown,
    /// Random ones, for a sandbox that others can reach.
    Random,
}

/// A well-known token.
#[derive(Debug)]
pub struct WellKnownToken {
    /// What it is for.
    pub dialect: Dialect,
    /// Whose it is; none belongs to the organization.
    pub person: Option<Persona>,
    /// The secret.
    pub secret: &'static str,
}

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say who they are")]
pub enum Persona {
    Alice,
    Bob,
    Carol,
}

impl Persona {
    const ALL: [Self; 3] = [Self::Alice, Self::Bob, Self::Carol];

    /// E-mail address.
    pub fn email(self) -> &'static str {
        match self {
            Self::Alice => ALICE,
            Self::Bob => BOB,
            Self::Carol => CAROL,
        }
    }

    /// Who it is, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Alice => "Alice (administrator)",
            Self::Bob => "Bob (member)",
            Self::Carol => "Carol (reads only in groups)",
        }
    }
}

/// The well-known tokens; an office refuses them by their first letters.
pub const TOKENS: &[WellKnownToken] = &[
    WellKnownToken { dialect: Dialect::Chatwork, person: Some(Persona::Alice), secret: "sandboxChatworkAlice000000000001" },
    WellKnownToken { dialect: Dialect::Chatwork, person: Some(Persona::Bob), secret: "sandboxChatworkBob00000000000001" },
    WellKnownToken { dialect: Dialect::Chatwork, person: Some(Persona::Carol), secret: "sandboxChatworkCarol000000000001" },
    WellKnownToken { dialect: Dialect::ClickMeeting, person: None, secret: "sandboxClickmeeting0000000000001" },
    WellKnownToken { dialect: Dialect::Cam, person: None, secret: "sandboxCam0000000000000000000001" },
    WellKnownToken { dialect: Dialect::Messenger, person: None, secret: "sandboxMessengerOrg0000000000001" },
    WellKnownToken { dialect: Dialect::MessengerPersonal, person: Some(Persona::Alice), secret: "sandboxMessengerAlice00000000001" },
    WellKnownToken { dialect: Dialect::MessengerPersonal, person: Some(Persona::Bob), secret: "sandboxMessengerBob0000000000001" },
    WellKnownToken { dialect: Dialect::ChatMessages, person: Some(Persona::Alice), secret: "sandboxBearerAlice00000000000001" },
    WellKnownToken { dialect: Dialect::ChatMessages, person: Some(Persona::Bob), secret: "sandboxBearerBob000000000000001a" },
];

/// A token of a sandbox.
#[derive(Clone, Debug)]
pub struct SandboxToken {
    /// What it is for.
    pub dialect: Dialect,
    /// Whose it is, in a few words.
    pub holder: String,
    /// The secret.
    pub secret: String,
}

impl SandboxToken {
    /// One of the person with this e-mail address, or of the organization.
    pub(super) fn new(dialect: Dialect, email: Option<&str>, secret: String) -> Self {
        let persona = Persona::ALL.into_iter().find(|persona| Some(persona.email()) == email);
        let holder = persona.map(Persona::words).or(email).unwrap_or("everybody").to_owned();
        Self { dialect, holder, secret }
    }
}

impl From<&WellKnownToken> for SandboxToken {
    fn from(known: &WellKnownToken) -> Self {
        Self::new(known.dialect, known.person.map(Persona::email), known.secret.to_owned())
    }
}

/// What a sandbox starts with.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// Alice, administrator of the organization.
    pub alice: AccountId,
    /// Bob, a member and Alice's contact.
    pub bob: AccountId,
    /// Carol, who may only read in both groups, and asks Alice to become a contact.
    pub carol: AccountId,
    /// A group with an invitation link.
    pub launch: RoomId,
    /// A group without one.
    pub support: RoomId,
    /// The direct room of Alice and Bob.
    pub alice_bob: RoomId,
    /// The direct room of Bob and Carol.
    pub bob_carol: RoomId,
    /// The tokens.
    pub tokens: Vec<SandboxToken>,
}

/// Fills a fresh world with the office and what a file adds to it, or with nothing.
pub fn seed(world: &World, tokens: Tokens, file: SeedFile) -> Result<Seeded, Error> {
    let plan = receive(world, PLAN)?;
    let picture = receive(world, PICTURE)?;
    let meeting_contents =
        meeting::Contents { film: receive(world, FILM)?, plan: receive(world, PLAN)?, picture: receive(world, PICTURE)? };
    let file_contents = contents::receive(world, &file)?;
    world.write_blocking(Cause::job("seed"), move |tx| {
        let office = Office::open(tx)?;
        office.talk_about_the_launch(plan, picture)?;
        office.talk_about_support()?;
        office.talk_in_pairs()?;
        meeting::meet(tx, START, &office.alice, meeting_contents)?;
        place::furnish(&minute(tx, 119), [ALICE, BOB, CAROL])?;
        let mut made = office.make_tokens(tokens)?;
        office.raise_an_alarm()?;
        let people = [(ALICE, &office.alice), (BOB, &office.bob), (CAROL, &office.carol)];
        made.extend(annex::build(tx, people, file, file_contents, tokens)?);
        Ok(Seeded { tokens: made, ..office.seeded })
    })
}

fn receive(world: &World, content: &[u8]) -> Result<Received, Error> {
    let mut incoming = world.blobs().receive(&world.entropy().text(20), content.len() as u64)?;
    incoming.write(content)?;
    incoming.finish()
}

struct Office<'a> {
    tx: &'a Tx<'a>,
    alice: Actor,
    bob: Actor,
    carol: Actor,
    seeded: Seeded,
}

impl<'a> Office<'a> {
    /// The people, their rooms, and who knows whom.
    fn open(tx: &'a Tx<'a>) -> Result<Self, Error> {
        let alice = add_person(&minute(tx, 0), ALICE, "alice000000000000001", "Alice Nguyễn", OrganizationRole::Admin)?;
        let bob = add_person(&minute(tx, 1), BOB, "bob00000000000000001", "Bob 田中", OrganizationRole::Member)?;
        let carol = add_person(&minute(tx, 2), CAROL, "carol000000000000001", "Carol Wiśniewska", OrganizationRole::Member)?;
        introduce_alice(tx, &alice)?;
        let launch = rooms::create_room(&minute(tx, 5), &alice, launch_room(&alice, &bob, &carol))?;
        let support = rooms::create_room(&minute(tx, 10), &bob, support_room(&alice, &bob, &carol))?;
        let alice_bob = befriend(tx, 15, BOB, ALICE, &alice)?;
        let bob_carol = befriend(tx, 20, CAROL, BOB, &bob)?;
        let seeded = Seeded {
            alice: alice.account,
            bob: bob.account,
            carol: carol.account,
            launch,
            support,
            alice_bob,
            bob_carol,
            tokens: Vec::new(),
        };
        Ok(Self { tx, alice, bob, carol, seeded })
    }

    /// In the end Alice has one message of Bob's unread, which addresses her, and an open task.
    fn talk_about_the_launch(&self, plan: Received, picture: Received) -> Result<(), Error> {
        let (alice, bob, room) = (&self.alice, &self.bob, self.seeded.launch);
        self.say(30, bob, room, "Xin chào! おはようございます。Dzień dobry!")?;
        let question =
            self.say(35, alice, room, &format!("[To:{}]Bob 田中さん\nGood morning! When will the plan be ready?", bob.account))?;
        self.say(40, bob, room, &format!("[rp aid={} to={room}-{question}]Alice Nguyễnさん\nThis morning.", alice.account))?;
        self.say(45, alice, room, "[toall]\n[info][title]Plan[/title]Text by Friday, pictures by Monday. We go live on 2 March.[/info]")?;
        let quoted = START.plus_ms(45 * MINUTE_MS).seconds();
        self.say(50, bob, room, &format!("[qt][qtmeta aid={} time={quoted}]We go live on 2 March.[/qt]\nFine with me.", alice.account))?;
        self.hand_out(55, bob, room, &[alice], Deadline::Day(END_OF_YEAR), "Send the draft")?;
        self.upload(60, bob, room, "launch-plan.txt", "text/plain", plan, Some("Here is the plan."))?;
        self.upload(65, alice, room, "star.png", "image/png", picture, None)?;
        self.read_all(70, alice, room)?;
        self.say(75, bob, room, &format!("[To:{}]Alice Nguyễnさん\nThe plan is ready.", alice.account))?;
        Ok(())
    }

    /// In the end two tasks are open, one is done, and Bob has something to read.
    fn talk_about_support(&self) -> Result<(), Error> {
        let (alice, bob, room) = (&self.alice, &self.bob, self.seeded.support);
        self.say(80, bob, room, "The server starts again with:\n[code]systemctl restart crosstalk[/code]")?;
        self.hand_out(85, bob, room, &[alice, bob], Deadline::None, "Viết câu hỏi thường gặp")?;
        let booked = self.hand_out(90, alice, room, &[bob], Deadline::Instant(START.plus_ms(600 * MINUTE_MS)), "Book a meeting room")?;
        for task in booked {
            tasks::set_task_status(&minute(self.tx, 95), bob, room, task, Ok(TaskStatus::Done))?;
        }
        self.read_all(96, alice, room)?;
        self.say(100, alice, room, "[info]Support is open from 9 to 17.[/info]")?;
        Ok(())
    }

    fn talk_in_pairs(&self) -> Result<(), Error> {
        let Seeded { alice_bob, bob_carol, .. } = self.seeded;
        self.say(105, &self.alice, alice_bob, "お疲れさまです。")?;
        self.read_all(106, &self.bob, alice_bob)?;
        self.say(107, &self.bob, alice_bob, "Cảm ơn! See you at ten.")?;
        self.say(110, &self.carol, bob_carol, "Cześć! Where do I find the plan?")?;
        contacts::request_contact(&minute(self.tx, 115), CAROL, ALICE, "はじめまして、Carol です。")?;
        Ok(())
    }

    /// The room of an event, in which nobody has anything to read. It comes after everything else: no other id moves.
    fn raise_an_alarm(&self) -> Result<(), Error> {
        let tx = &minute(self.tx, 125);
        let people = People::parse(vec![self.bob.account], Vec::new(), Vec::new())?;
        let room = chatrooms::make_event_room(tx, None, EVENT, &RoomName::parse(format!("Alarm {EVENT}"))?, &people)?;
        reading::read_messages(tx, &self.bob, room.id, Ok(None)).map(|_| ())
    }

    fn make_tokens(&self, which: Tokens) -> Result<Vec<SandboxToken>, Error> {
        let tx = &minute(self.tx, 120);
        let mut made = Vec::with_capacity(TOKENS.len());
        for known in TOKENS {
            let user = known.person.map(|person| Email::parse(person.email())).transpose()?;
            let token = NewToken { dialect: known.dialect, scopes: Scopes::All, expires: None, note: "sandbox".to_owned() };
            let secret = match which {
                Tokens::WellKnown => tokens::keep_secret(tx, None, user.as_ref(), &token, known.secret.to_owned())?,
                Tokens::Random => tokens::create_token(tx, None, user.as_ref(), &token)?,
            }
            .secret;
            made.push(SandboxToken { secret, ..known.into() });
        }
        Ok(made)
    }

    fn say(&self, at: i64, who: &Actor, room: RoomId, text: &str) -> Result<MessageId, Error> {
        let message = Body::parse(text.to_owned()).map(|body| PostMessage { body, self_unread: false });
        messages::post_message(&minute(self.tx, at), who, room, message)
    }

    fn read_all(&self, at: i64, who: &Actor, room: RoomId) -> Result<(), Error> {
        reading::read_messages(&minute(self.tx, at), who, room, Ok(None)).map(|_| ())
    }

    fn hand_out(
        &self,
        at: i64,
        who: &Actor,
        room: RoomId,
        to: &[&Actor],
        deadline: Deadline,
        text: &str,
    ) -> Result<Vec<crate::domain::TaskId>, Error> {
        let assignees = to.iter().map(|actor| actor.account).collect();
        let task = Body::parse(text.to_owned()).and_then(|body| NewTask::parse(body, assignees, deadline));
        tasks::create_tasks(&minute(self.tx, at), who, room, task)
    }

    #[expect(clippy::too_many_arguments, reason = "a file has that many properties")]
    fn upload(
        &self,
        at: i64,
        who: &Actor,
        room: RoomId,
        name: &str,
        media_type: &str,
        content: Received,
        words: Option<&str>,
    ) -> Result<(), Error> {
        let file = PostFile {
            name: FileName::sanitize(name),
            media_type: media_type.to_owned(),
            bytes: content.bytes,
            hash: content.hash,
            message: words.map(|words| Body::parse(words.to_owned())).transpose()?,
        };
        files::post_file(&minute(self.tx, at), who, room, Ok(file)).map(|_| ())
    }
}

/// The same unit of work, so many minutes after the start.
fn minute<'a>(tx: &'a Tx<'a>, minute: i64) -> Tx<'a> {
    tx.at(START.plus_ms(minute * MINUTE_MS))
}

pub(super) fn add_person(tx: &Tx<'_>, email: &str, uid: &str, name: &str, role: OrganizationRole) -> Result<Actor, Error> {
    let person = NewPerson { email: Email::parse(email)?, name: PersonName::parse(name)?, role };
    let account = accounts::create_user(tx, None, &person)?.account;
    store::accounts::update_uid(tx, account.person.id, uid)?;
    // Nobody acts through a token here; ops ask only for the account and its organization.
    let token = TokenId::new(0);
    Ok(Actor { account: account.person.id, organization: account.organization, token, dialect: Dialect::Chatwork, scopes: Scopes::All })
}

fn introduce_alice(tx: &Tx<'_>, alice: &Actor) -> Result<(), Error> {
    let mut profile = accounts::get_own_profile(tx, alice)?;
    profile.account.handle = "alice".to_owned();
    profile.account.department = "Sales".to_owned();
    profile.title = "Lead".to_owned();
    profile.url = "https://example.com".to_owned();
    profile.introduction = "Ask me about the launch.".to_owned();
    profile.mail = ALICE.to_owned();
    profile.tel_organization = "03-0000-0000".to_owned();
    profile.tel_extension = "12".to_owned();
    accounts::set_profile(tx, &profile)
}

fn launch_room(alice: &Actor, bob: &Actor, carol: &Actor) -> Result<NewRoom, Error> {
    Ok(NewRoom {
        name: RoomName::parse("Launch プロジェクト".to_owned())?,
        description: "All about the launch".to_owned(),
        icon: Icon::parse("project")?,
        members: MemberList::parse(vec![alice.account], vec![bob.account], vec![carol.account])?,
        invitation: Some(NewInvitation {
            code: Some(InvitationCode::parse("code", "launch-2026")?),
            needs_acceptance: true,
            description: Some("Everybody who helps with the launch".to_owned()),
        }),
    })
}

fn support_room(alice: &Actor, bob: &Actor, carol: &Actor) -> Result<NewRoom, Error> {
    Ok(NewRoom {
        name: RoomName::parse("Phòng hỗ trợ".to_owned())?,
        description: "Questions and answers".to_owned(),
        icon: Icon::parse("meeting")?,
        members: MemberList::parse(vec![bob.account, alice.account], Vec::new(), vec![carol.account])?,
        invitation: None,
    })
}

/// One asks, the other accepts a minute later; gives their direct room.
fn befriend(tx: &Tx<'_>, at: i64, from: &str, to: &str, accepting: &Actor) -> Result<RoomId, Error> {
    let request = contacts::request_contact(&minute(tx, at), from, to, "")?;
    Ok(contacts::accept_request(&minute(tx, at + 1), accepting, request)?.room)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::{SeedFile, Seeded, TOKENS, Tokens, seed};
    use crate::domain::civil::Period;
    use crate::domain::{Actor, Dialect, Scopes, TaskStatus};
    use crate::ops::{contacts, files, messages, places, reading, rooms, sign_in, tasks};
    use crate::store::{Clock, Durability, Entropy};
    use crate::world::{Mode, World, WorldOptions};

    /// An empty sandbox in a folder of its own.
    pub(in crate::sandbox) fn sandbox() -> (tempfile::TempDir, Arc<World>) {
        let folder = tempfile::tempdir().unwrap();
        let options = WorldOptions {
            mode: Some(Mode::Sandbox),
            durability: Durability::Off,
            clock: Clock::Real,
            entropy: Entropy::System,
            server_name: "sandbox".to_owned(),
            max_read_steps: None,
        };
        let world = World::open(&folder.path().join("world"), options).unwrap();
        (folder, world)
    }

    fn seeded() -> (tempfile::TempDir, Arc<World>, Seeded) {
        let (folder, world) = sandbox();
        let seeded = seed(&world, Tokens::WellKnown, SeedFile::default()).unwrap();
        (folder, world, seeded)
    }

    fn acting(world: &World, index: usize) -> Actor {
        world.read(|tx| sign_in::authenticate(tx, TOKENS[index].secret, Dialect::Chatwork, true)).unwrap()
    }

    #[test]
    fn two_sandboxes_have_the_same_ids() {
        let (_one, first, seeded_first) = seeded();
        let (_two, second, seeded_second) = seeded();
        assert_eq!(seeded_first.launch, seeded_second.launch);
        let (alice, room) = (acting(&first, 0), seeded_first.launch);
        let ids = |world: &World| -> Vec<i64> {
            let list = world.write_blocking(crate::store::Cause::job("test"), {
                let alice = alice.clone();
                move |tx| messages::poll_messages(tx, &alice, room, Ok(true)).and_then(|news| messages::list_news(tx, news))
            });
            list.unwrap().iter().map(|message| message.id.get()).collect()
        };
        assert_eq!(ids(&first), ids(&second));
        assert_eq!(ids(&first).last(), Some(&1_767_575_700_000_000_000));
    }

    #[test]
    fn alice_has_something_of_everything() {
        let (_folder, world, seeded) = seeded();
        let alice = acting(&world, 0);
        assert_eq!((alice.account, alice.scopes.clone()), (seeded.alice, Scopes::All));
        world
            .read(|tx| {
                let status = reading::get_status(tx, &alice)?;
                assert!(status.unread > 0 && status.mentions == 1 && status.tasks == 2, "{status:?}");
                assert_eq!(rooms::list_rooms(tx, &alice)?.len(), 4);
                assert_eq!(contacts::list_contacts(tx, &alice)?.len(), 1);
                assert_eq!(contacts::list_requests(tx, &alice)?.len(), 1);
                assert_eq!(files::list_files(tx, &alice, seeded.launch, Ok(None))?.len(), 2);
                assert_eq!(tasks::list_own_tasks(tx, &alice, Ok((Some(seeded.bob), TaskStatus::Open)))?.len(), 2);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn meeting_rooms_are_reserved_in_january() {
        let (_folder, world, _) = seeded();
        let alice = acting(&world, 0);
        let january = Period::parse("yyyyMMdd", "202601");
        world
            .read(|tx| {
                let names: Vec<_> = places::list_places(tx, &alice)?.into_iter().map(|place| (place.id.get(), place.name)).collect();
                let ids = 1_767_578_340_000_000_000..;
                let expected = ["Meeting room A", "大会議室", "Phòng họp Sen"].map(str::to_owned);
                assert_eq!(names, ids.zip(expected).collect::<Vec<_>>());
                let reserved = places::list_reservations(tx, &alice, january.map(Some))?;
                let shown: Vec<_> = reserved.iter().map(|view| (view.day.as_str(), view.reservation.title.as_str())).collect();
                assert_eq!(shown, [("20260112", "Weekly"), ("20260115", "キックオフ"), ("20260120", "Đào tạo"), ("20260126", "Weekly")]);
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn carol_only_reads_in_both_groups() {
        let (_folder, world, seeded) = seeded();
        let carol = acting(&world, 2);
        world
            .read(|tx| {
                for room in [seeded.launch, seeded.support] {
                    assert_eq!(rooms::get_room(tx, &carol, room)?.role, crate::domain::Role::Readonly);
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn every_well_known_token_works_and_looks_like_one() {
        let (_folder, world, _) = seeded();
        for token in TOKENS {
            assert!(token.secret.len() == 32 && token.secret.starts_with("sandbox"), "{}", token.secret);
            assert!(token.secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert!(world.read(|tx| sign_in::authenticate(tx, token.secret, token.dialect, true)).is_ok());
            assert!(world.read(|tx| sign_in::authenticate(tx, token.secret, token.dialect, false)).is_err());
        }
    }
}
