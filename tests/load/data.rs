//! The world of the pairs: ten people, a room of 1,000 messages and one of 1,000,000. And what every world of a run is made of.

use std::path::Path;
use std::sync::Arc;

use crosstalk::domain::{
    Access, Actor, Body, Dialect, Email, Error, ExternalRoomId, Icon, MeetingKind, MeetingName, MeetingPatch, MemberList, MessageId,
    NewMeeting, NewPerson, NewRoom, NewToken, OrganizationRole, PersonName, PostMessage, RoomId, RoomName, Scopes, TimeZone,
};
use crosstalk::ops::{self, indexing};
use crosstalk::store::{Cause, Clock, Durability, Entropy, Tx};
use crosstalk::world::{Mode, World, WorldOptions};

/// What may go wrong.
type Failed = Box<dyn std::error::Error>;

/// A room and one of its messages, from the middle.
pub struct Room {
    pub id: RoomId,
    /// The 19 digits by which CAM and chat-messages know it.
    pub external: ExternalRoomId,
    pub message: MessageId,
}

/// What requests need.
pub struct Prepared {
    pub token: String,
    /// Key of an organization with 250 conference rooms.
    pub key: String,
    /// CAM token of the same organization.
    pub cam: String,
    /// The value of the header of chat-messages, of the person that the first token is of.
    pub bearer: String,
    pub small: Room,
    pub large: Room,
}

/// Messages that one transaction of the preparation posts.
pub const CHUNK: usize = 5_000;

/// Makes the data directory.
pub fn prepare(dir: &Path) -> Result<Prepared, Failed> {
    let world = open(dir, Durability::Normal, Clock::Real)?;
    write(&world, |tx| people(tx, 10))?;
    let (actor, token) = write(&world, first_person)?;
    let (small, large) = (fill(&world, &actor, 1_000)?, fill(&world, &actor, 1_000_000)?);
    // Both cursors stand at the end, so that the lists that are measured write nothing.
    for room in [small.id, large.id] {
        let actor = actor.clone();
        write(&world, move |tx| ops::messages::poll_messages(tx, &actor, room, Ok(true)).map(|_| ()))?;
    }
    let key = write(&world, conference_rooms)?;
    let cam = write(&world, |tx| token_of(tx, Dialect::Cam, None))?;
    let bearer = format!("Bearer {}", write(&world, |tx| token_of(tx, Dialect::ChatMessages, Some(FIRST)))?);
    index_all(&world)?;
    Ok(Prepared { token, key, cam, bearer, small, large })
}

/// The person whose tokens are used.
pub const FIRST: &str = "person0@example.com";

/// A world of an office.
pub fn open(dir: &Path, durability: Durability, clock: Clock) -> Result<Arc<World>, Failed> {
    let (mode, server_name) = (Some(Mode::Office), "load.local".into());
    Ok(World::open(dir, WorldOptions { mode, durability, clock, entropy: Entropy::System, server_name, max_read_steps: None })?)
}

/// A server that is behind with its search index would work on that while it is measured.
pub fn index_all(world: &Arc<World>) -> Result<(), Failed> {
    let read = |error: Error| error.plain();
    while world.read(indexing::has_work).map_err(read)? {
        let Some(piece) = world.read(indexing::prepare).map_err(read)? else { break };
        write(world, move |tx| indexing::keep(tx, piece))?;
    }
    Ok(())
}

/// One transaction.
pub fn write<T: Send + 'static>(world: &Arc<World>, work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static) -> Result<T, Failed> {
    world.write_blocking(Cause::job("load"), work).map_err(|error| error.plain().into())
}

/// The secret of a new token, of a person or of the organization.
pub fn token_of(tx: &Tx<'_>, dialect: Dialect, person: Option<&str>) -> Result<String, Error> {
    let token = NewToken { dialect, scopes: Scopes::All, expires: None, note: String::new() };
    let person = person.map(Email::parse).transpose()?;
    Ok(ops::tokens::create_token(tx, None, person.as_ref(), &token)?.secret)
}

/// So many people.
pub fn people(tx: &Tx<'_>, count: usize) -> Result<(), Error> {
    for n in 0..count {
        let email = Email::parse(&format!("person{n}@example.com"))?;
        let name = PersonName::parse(&format!("Person {n}"))?;
        ops::accounts::create_user(tx, None, &NewPerson { email, name, role: OrganizationRole::Member })?;
    }
    Ok(())
}

/// Who acts, and with which token.
pub fn first_person(tx: &Tx<'_>) -> Result<(Actor, String), Error> {
    let secret = token_of(tx, Dialect::Chatwork, Some(FIRST))?;
    let actor = ops::sign_in::authenticate(tx, &secret, Dialect::Chatwork, false)?;
    Ok((actor, secret))
}

/// As many rooms as one list shows, as people make them.
pub fn conference_rooms(tx: &Tx<'_>) -> Result<String, Error> {
    let secret = token_of(tx, Dialect::ClickMeeting, None)?;
    let actor = ops::sign_in::authenticate(tx, &secret, Dialect::ClickMeeting, false)?;
    for n in 0..250 {
        let rest = MeetingPatch {
            zone: Some(TimeZone::parse("Europe/Warsaw")?),
            duration_ms: Some(24 * 60 * 60 * 1000),
            lobby_text: Some("We start in a few minutes.".to_owned()),
            ..MeetingPatch::default()
        };
        let name = MeetingName::parse(&format!("Spring demo {n}"))?;
        let room = NewMeeting { name, kind: MeetingKind::Webinar, is_permanent: false, access: Access::Open, rest };
        ops::meetings::create_meeting(tx, &actor, Ok(room))?;
    }
    Ok(secret)
}

/// A group with its maker and these people.
pub fn group(tx: &Tx<'_>, maker: &Actor, name: String, members: Vec<crosstalk::domain::AccountId>) -> Result<RoomId, Error> {
    let members = MemberList::parse(vec![maker.account], members, Vec::new())?;
    let room = NewRoom { name: RoomName::parse(name)?, description: String::new(), icon: Icon::default(), members, invitation: None };
    ops::rooms::create_room(tx, maker, Ok(room))
}

/// Posts a message.
pub fn say(tx: &Tx<'_>, actor: &Actor, room: RoomId, text: String) -> Result<MessageId, Error> {
    ops::messages::post_message(tx, actor, room, Ok(PostMessage { body: Body::parse(text)?, self_unread: false }))
}

/// The 19 digits of a room.
pub fn external(world: &World, actor: &Actor, room: RoomId) -> Result<ExternalRoomId, Failed> {
    Ok(world.read(|tx| ops::rooms::get_room(tx, actor, room)).map_err(|error| error.plain())?.external_id)
}

fn fill(world: &Arc<World>, actor: &Actor, messages: usize) -> Result<Room, Failed> {
    let maker = actor.clone();
    let id = write(world, move |tx| {
        let members = ops::accounts::list_users(tx, None)?.into_iter().map(|user| user.account.person.id);
        group(tx, &maker, "Load".into(), members.collect())
    })?;
    let mut middle = None;
    for chunk in 0..messages.div_ceil(CHUNK) {
        let actor = actor.clone();
        let count = CHUNK.min(messages - chunk * CHUNK);
        let first = write(world, move |tx| {
            let mut ids = Vec::with_capacity(count);
            for n in 0..count {
                ids.push(say(tx, &actor, id, format!("Message {n} of an ordinary length, as people write them all day long."))?);
            }
            Ok(ids[count / 2])
        })?;
        if chunk * CHUNK <= messages / 2 {
            middle = Some(first);
        }
    }
    Ok(Room { id, external: external(world, actor, id)?, message: middle.ok_or("an empty room")? })
}
