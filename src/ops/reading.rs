//! Marking messages as read and unread, and the counters over all rooms.

use super::finding::{Keep, Search};
use super::{access, finding};
use crate::domain::unread::{Counters, Position, ReadMark};
use crate::domain::{Actor, Error, Event, ExternalRoomId, FoundMessage, MessageId, MessageQuery, Noun, Room, RoomId};
use crate::store::{self, Tx};

/// Counters of an account over all its rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Rooms with unread messages.
    pub unread_rooms: i64,
    /// Rooms with unread messages that address the account.
    pub mention_rooms: i64,
    /// Rooms with open tasks of the account.
    pub task_rooms: i64,
    /// Unread messages.
    pub unread: i64,
    /// Unread messages that address the account.
    pub mentions: i64,
    /// Open tasks of the account.
    pub tasks: i64,
}

/// The counters over all rooms: the sums over all rooms.
pub fn get_status(tx: &Tx<'_>, actor: &Actor) -> Result<Status, Error> {
    let mut status = Status::default();
    for (counters, tasks) in store::rooms::list_counters(tx, actor.account)? {
        status.unread_rooms += i64::from(counters.unread > 0);
        status.mention_rooms += i64::from(counters.mentions > 0);
        status.task_rooms += i64::from(tasks > 0);
        status.unread += counters.unread;
        status.mentions += counters.mentions;
        status.tasks += tasks;
    }
    Ok(status)
}

/// Marks everything up to a message (or everything) as read; gives what remains.
pub fn read_messages(tx: &Tx<'_>, actor: &Actor, room: RoomId, upto: Result<Option<MessageId>, Error>) -> Result<Counters, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let mark = room.membership.mark;
    let Some(upto) = upto? else {
        return keep(tx, &room, mark.read_all(room.last_ordinal), Event::RoomRead(room.id));
    };
    let position = position_of(tx, &room, upto)?;
    let own_no = |ordinal| store::reading::own_no(tx, room.id, actor.account, ordinal);
    let own_upto = |from| Ok(own_no(position.ordinal)? - own_no(from)?);
    if !mark.has_unread_up_to(position.ordinal, own_upto)? {
        return Err(Error::AlreadyRead);
    }
    let mark = mark.read_up_to(position.ordinal, |from| Ok(own_no(room.last_ordinal)? - own_no(from)?))?;
    keep(tx, &room, mark, Event::RoomRead(room.id))
}

/// Marks a message and everything after it as unread; gives what is unread now.
pub fn unread_messages(tx: &Tx<'_>, actor: &Actor, room: RoomId, from: Result<MessageId, Error>) -> Result<Counters, Error> {
    let room = access::visible_room(tx, actor, room)?;
    let position = position_of(tx, &room, from?)?;
    let mark = room.membership.mark;
    if mark.is_unread(position) {
        return Err(Error::AlreadyUnread);
    }
    keep(tx, &room, mark.unread_from(position.ordinal, room.last_ordinal), Event::RoomUnread(room.id))
}

fn position_of(tx: &Tx<'_>, room: &Room, message: MessageId) -> Result<Position, Error> {
    let found = store::reading::find_position(tx, room.id, message, room.membership.account)?;
    found.filter(|position| position.ordinal > room.visible_from).ok_or(Error::NotFound(Noun::Message))
}

/// Marks a message as seen by the actor, if that is asked for, and reads the room up to it; gives the message as it is then.
pub fn see_message(tx: &Tx<'_>, actor: &Actor, message: MessageId, is_seen: Result<bool, Error>) -> Result<FoundMessage, Error> {
    let found = finding::get_message(tx, actor, message)?;
    if !is_seen? || !see(tx, actor, &found)? {
        return Ok(found);
    }
    finding::get_message(tx, actor, message)
}

/// Messages that are to be marked together.
pub struct Target {
    /// Which to look at.
    pub query: MessageQuery,
    /// Which of them are meant.
    pub keep: Keep,
    /// How many to leave out at the beginning.
    pub skip: usize,
    /// How many at most.
    pub most: usize,
}

/// Marks messages as seen by the actor; gives what was not seen before.
pub fn see_messages(tx: &Tx<'_>, actor: &Actor, target: &Target) -> Result<Vec<MessageId>, Error> {
    let mut search = Search::start(tx, actor, &target.query, target.keep.clone(), target.skip, target.most)?;
    let mut changed = Vec::new();
    while !search.is_over() {
        for message in search.next_page(tx)? {
            if see(tx, actor, &message)? {
                changed.push(message.id);
            }
        }
    }
    Ok(changed)
}

/// One sparse row, unless the actor counts as having seen it already; says whether it did not. What lies before the
/// message is read, but not seen by it.
fn see(tx: &Tx<'_>, actor: &Actor, message: &FoundMessage) -> Result<bool, Error> {
    let room = access::visible_room(tx, actor, message.room)?;
    let mark = room.membership.mark;
    if message.ordinal > mark.read_upto {
        tx.must_write()?;
        let own_no = |ordinal| store::reading::own_no(tx, room.id, actor.account, ordinal);
        let read = mark.read_up_to(message.ordinal, |from| Ok(own_no(room.last_ordinal)? - own_no(from)?))?;
        keep(tx, &room, ReadMark { seen_upto: mark.seen_upto, ..read }, Event::RoomRead(room.id))?;
    }
    let is_by_reading = message.author.id != actor.account && has_read(message, actor);
    if is_by_reading || store::finding::has_mark(tx, message.id, actor.account)? {
        return Ok(false);
    }
    tx.must_write()?;
    store::finding::insert_mark(tx, message.id, actor.account)?;
    tx.record(Event::MessageSeen(room.id, message.id))?;
    Ok(true)
}

fn has_read(message: &FoundMessage, actor: &Actor) -> bool {
    let own = message.audience.0.iter().find(|reader| reader.account == actor.account);
    own.is_some_and(|reader| reader.joined_at < message.ordinal && message.ordinal <= reader.seen_upto)
}

/// Reads a whole room; gives the newest messages of others that the actor had not seen before, at most 1,000.
pub fn see_room(tx: &Tx<'_>, actor: &Actor, room: ExternalRoomId) -> Result<Vec<MessageId>, Error> {
    let room = access::room_in_reach(tx, actor, room)?;
    let mark = room.membership.mark;
    let unseen = store::finding::list_unseen(tx, room.id, actor.account, mark.seen_upto)?;
    keep(tx, &room, mark.read_all(room.last_ordinal), Event::RoomRead(room.id))?;
    Ok(unseen)
}

fn keep(tx: &Tx<'_>, room: &Room, mark: ReadMark, event: Event) -> Result<Counters, Error> {
    if mark != room.membership.mark {
        store::reading::update_mark(tx, &room.membership, &mark)?;
        tx.record(event)?;
    }
    let mentions = store::reading::count_mentions(tx, room.id, room.membership.account, mark.read_upto)?;
    Ok(Counters { unread: mark.unread(room.last_ordinal), mentions })
}
