//! Marking messages as read and unread, and the counters over all rooms.

use super::access;
use crate::domain::unread::{Counters, Position, ReadMark};
use crate::domain::{Actor, Error, Event, MessageId, Noun, Room, RoomId};
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

/// The counters over all rooms: always the sums over the list of rooms.
pub fn get_status(tx: &Tx<'_>, actor: &Actor) -> Result<Status, Error> {
    let mut status = Status::default();
    for room in store::rooms::list_rooms_of(tx, actor.account)? {
        status.unread_rooms += i64::from(room.unread > 0);
        status.mention_rooms += i64::from(room.mentions > 0);
        status.task_rooms += i64::from(room.own_tasks > 0);
        status.unread += room.unread;
        status.mentions += room.mentions;
        status.tasks += room.own_tasks;
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

fn keep(tx: &Tx<'_>, room: &Room, mark: ReadMark, event: Event) -> Result<Counters, Error> {
    if mark != room.membership.mark {
        store::reading::update_mark(tx, &room.membership, &mark)?;
        tx.record(event)?;
    }
    let mentions = store::reading::count_mentions(tx, room.id, room.membership.account, mark.read_upto)?;
    Ok(Counters { unread: mark.unread(room.last_ordinal), mentions })
}
