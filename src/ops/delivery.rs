//! Bringing one text to people or into a room, by what the caller calls them.

use super::addressing::{self, Named};
use super::{access, contacts, messages};
use crate::domain::{AccountId, Actor, Body, Content, Error, Mentions, MessageId, Noun, RoomId, Timestamp};
use crate::store::{self, Tx};

/// A text on its way.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where to.
    pub to: Destination,
    /// The text.
    pub body: Body,
    /// Whether it goes in an envelope.
    pub is_sealed: bool,
    /// E-mail addresses or 20-character ids: who gets it, or whom it addresses in the room.
    pub people: Vec<String>,
}

/// Where a text goes.
#[derive(Clone, Debug)]
pub enum Destination {
    /// To each of the people alone.
    People,
    /// Into the group of this name or id.
    Group(String),
}

/// A text that has arrived.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Its message; the first one where several people got one each.
    pub id: MessageId,
    /// Id and name of the room; none when it went to people.
    pub room: Option<(String, String)>,
    /// The text.
    pub body: Body,
    /// Whether it went in an envelope.
    pub is_sealed: bool,
    /// The people that were found, as the caller called them.
    pub people: Vec<String>,
    /// The 20-character id of who sent it.
    pub sender_uid: String,
    /// When.
    pub sent: Timestamp,
    /// What did not go as asked.
    pub warnings: Vec<Warning>,
}

/// Something that did not go as asked, though the text arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Nobody in the organization is called so.
    Unknown(String),
    /// The person is not in the room, so nothing tells them.
    NotInRoom(String),
}

/// Brings a text to people, one message in a direct room each, or into a group.
pub fn deliver(tx: &Tx<'_>, actor: &Actor, cmd: Result<Delivery, Error>) -> Result<Delivered, Error> {
    let cmd = cmd?;
    let (people, unknown) = addressing::people(tx, actor, &cmd.people)?;
    match cmd.to.clone() {
        Destination::People => to_people(tx, actor, cmd, people, unknown),
        Destination::Group(name) => to_group(tx, actor, cmd, &name, people, unknown),
    }
}

fn to_people(tx: &Tx<'_>, actor: &Actor, cmd: Delivery, mut people: Vec<Named>, mut unknown: Vec<String>) -> Result<Delivered, Error> {
    // Nobody has a direct room with themselves.
    let selves = people.extract_if(.., |named| named.account == actor.account);
    unknown.extend(selves.map(|named| named.name));
    let mut first = None;
    for named in &people {
        let id = tell(tx, actor, named.account, &cmd)?;
        first = first.or(Some(id));
    }
    let Some(id) = first else { return Err(Error::UnknownPeople(unknown)) };
    let warnings = unknown.into_iter().map(Warning::Unknown).collect();
    delivered(tx, actor, cmd, Arrival { id, room: None, people, warnings })
}

fn to_group(tx: &Tx<'_>, actor: &Actor, cmd: Delivery, name: &str, people: Vec<Named>, unknown: Vec<String>) -> Result<Delivered, Error> {
    let room = addressing::group(tx, actor, name)?;
    let mentions = Mentions { all: false, accounts: people.iter().map(|named| named.account).collect() };
    let id = post(tx, actor, room, &cmd, mentions)?;
    let mut warnings: Vec<Warning> = unknown.into_iter().map(Warning::Unknown).collect();
    for named in &people {
        if store::memberships::find_role(tx, room, named.account)?.is_none() {
            warnings.push(Warning::NotInRoom(named.name.clone()));
        }
    }
    let card = store::rooms::find_card(tx, room)?.ok_or(Error::RoomHidden)?;
    delivered(tx, actor, cmd, Arrival { id, room: Some((card.id, card.name)), people, warnings })
}

/// Posts into the direct room of the actor and somebody, which is made if need be.
fn tell(tx: &Tx<'_>, actor: &Actor, to: AccountId, cmd: &Delivery) -> Result<MessageId, Error> {
    contacts::connect(tx, actor.organization, actor.account, to)?;
    let contact = store::contacts::find_contact(tx, actor.account, to)?.ok_or(Error::NotFound(Noun::Account))?;
    post(tx, actor, contact.room, cmd, Mentions::default())
}

fn post(tx: &Tx<'_>, actor: &Actor, room: RoomId, cmd: &Delivery, mentions: Mentions) -> Result<MessageId, Error> {
    let room = access::visible_room(tx, actor, room)?.writable()?;
    let message = messages::append_addressing(tx, &room, &Content::text(cmd.body.clone()), false, mentions)?;
    if cmd.is_sealed {
        store::messages::update_sealed(tx, message.id)?;
    }
    Ok(message.id)
}

/// What is known once a text has arrived.
struct Arrival {
    id: MessageId,
    room: Option<(String, String)>,
    people: Vec<Named>,
    warnings: Vec<Warning>,
}

fn delivered(tx: &Tx<'_>, actor: &Actor, cmd: Delivery, arrived: Arrival) -> Result<Delivered, Error> {
    let sender_uid = store::accounts::find_uid(tx, actor.account)?.unwrap_or_default();
    let Arrival { id, room, people, warnings } = arrived;
    let people = people.into_iter().map(|named| named.name).collect();
    Ok(Delivered { id, room, body: cmd.body, is_sealed: cmd.is_sealed, people, sender_uid, sent: tx.now, warnings })
}
