//! Marking messages as read and unread, and the counters over all rooms.

use super::finding::{Keep, Search};
use super::{access, finding};
use crate::domain::unread::{Counters, Position, ReadMark, Status};
use crate::domain::{Actor, Error, Event, ExternalRoomId, FoundMessage, MessageId, MessageQuery, Noun, Room, RoomId};
use crate::store::{self, Tx};

/// The counters over all rooms: the sums over all rooms.
pub fn get_status(tx: &Tx<'_>, actor: &Actor) -> Result<Status, Error> {
    store::status::find_status(tx, actor.account)
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

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{get_status, read_messages, see_message, see_room, unread_messages};
    use crate::domain::unread::Status;
    use crate::domain::{
        Actor, Body, Deadline, Error, MemberList, MessageId, NewTask, PostMessage, RoomCounts, RoomId, TaskId, TaskStatus,
    };
    use crate::ops::office::{Office, group, person};
    use crate::ops::{messages, rooms, tasks};
    use crate::store::Tx;
    use crate::store::counts::{Extent, count_rooms, find_extent};

    /// What happened to Alice and Bob, who keeps the rooms.
    #[derive(Default)]
    struct Past {
        rooms: Vec<RoomId>,
        said: Vec<(RoomId, MessageId)>,
        tasks: Vec<(RoomId, TaskId)>,
    }

    /// What came of a step.
    enum Made {
        Nothing,
        Room(RoomId),
        Message(RoomId, MessageId),
        Task(RoomId, TaskId),
    }

    fn any<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
        of[rng.usize(..of.len())]
    }

    fn post(tx: &Tx<'_>, author: &Actor, room: RoomId, text: String, self_unread: bool) -> Result<Made, Error> {
        let message = messages::post_message(tx, author, room, Ok(PostMessage { body: Body::parse(text)?, self_unread }))?;
        Ok(Made::Message(room, message))
    }

    /// Something happens, or is refused.
    fn step(tx: &Tx<'_>, rng: &mut Rng, past: &Past, alice: &Actor, bob: &Actor) -> Result<Made, Error> {
        let room = any(rng, &past.rooms);
        let (there, message) = any(rng, &past.said);
        let (place, task) = any(rng, &past.tasks);
        let call = ["hey".to_owned(), format!("[To:{}] hey", alice.account), "[toall] hey".to_owned()][rng.usize(..3)].clone();
        let done = match rng.u8(..24) {
            0..=5 => return post(tx, bob, room, call, false),
            6 => return post(tx, alice, room, call, rng.bool()),
            7 => messages::edit_message(tx, bob, there, message, Body::parse(call)).map(|_| ()),
            8 => messages::delete_message(tx, bob, there, message).map(|_| ()),
            9 | 10 => read_messages(tx, alice, room, Ok(None)).map(|_| ()),
            11 => read_messages(tx, alice, there, Ok(Some(message))).map(|_| ()),
            12 => unread_messages(tx, alice, there, Ok(message)).map(|_| ()),
            13 => see_message(tx, alice, message, Ok(true)).map(|_| ()),
            14 => see_room(tx, alice, rooms::get_room(tx, alice, room)?.external_id).map(|_| ()),
            15 | 16 => {
                let new = NewTask::parse(Body::parse(call)?, vec![alice.account, bob.account], Deadline::None);
                return Ok(Made::Task(room, tasks::create_tasks(tx, bob, room, new)?[0]));
            }
            17 => tasks::set_task_status(tx, bob, place, task, Ok(TaskStatus::Done)).map(|_| ()),
            18 => tasks::set_task_status(tx, alice, place, task, Ok(TaskStatus::Open)).map(|_| ()),
            19 => rooms::leave_room(tx, alice, room),
            20 | 21 => {
                let members = MemberList::parse(vec![bob.account], vec![alice.account], Vec::new());
                rooms::replace_members(tx, bob, room, members).map(|_| ())
            }
            22 => return Ok(Made::Room(group(tx, bob, &[alice])?)),
            _ => rooms::delete_room(tx, bob, room),
        };
        done.map(|()| Made::Nothing)
    }

    /// What reading threads keep.
    fn look(tx: &Tx<'_>, actor: &Actor) -> Result<(Status, Extent, RoomCounts), Error> {
        Ok((get_status(tx, actor)?, find_extent(tx, actor.account)?, count_rooms(tx, actor.organization)?))
    }

    #[test]
    fn what_a_thread_keeps_is_what_all_rooms_give() {
        let office = Office::found();
        let mut rng = Rng::with_seed(7);
        let begin = |tx: &Tx<'_>| {
            let (alice, bob) = (person(tx, "office", "Alice")?, person(tx, "office", "Bob")?);
            let rooms = (0..150).map(|_| group(tx, &bob, &[&alice])).collect::<Result<Vec<_>, _>>()?;
            Ok((alice, bob, rooms))
        };
        let (alice, bob, rooms) = office.write(begin).expect("rooms");
        let (first, mut past) = (rooms[0], Past { rooms, ..Past::default() });
        past.said.push((first, MessageId::new(0)));
        past.tasks.push((first, TaskId::new(0)));
        for number in 0..300 {
            // Sometimes little happens between two looks, and sometimes so much that all rooms are looked at again.
            for _ in 0..[0, 1, 3, 5, 20][rng.usize(..5)] {
                let (mut fate, known) =
                    (rng.fork(), Past { rooms: past.rooms.clone(), said: past.said.clone(), tasks: past.tasks.clone() });
                let (one, other) = (alice.clone(), bob.clone());
                match office.write(move |tx| step(tx, &mut fate, &known, &one, &other)) {
                    Ok(Made::Room(room)) => past.rooms.push(room),
                    Ok(Made::Message(room, message)) => past.said.push((room, message)),
                    Ok(Made::Task(room, task)) => past.tasks.push((room, task)),
                    Ok(Made::Nothing) | Err(_) => {}
                }
            }
            let one = alice.clone();
            // Who writes looks at all rooms.
            let all = office.write(move |tx| look(tx, &one)).expect("numbers");
            assert_eq!(office.store.read(|tx| look(tx, &alice)), Ok(all), "look {number}");
        }
    }
}
