//! Messages of several rooms in one order: of all their next messages the first one comes next.
//!
//! Invariant: of many rooms, newest first, one is opened only when a message of it may come next. A walk over the newest messages of
//! the world tells: what it has not come to has smaller ids, and no message shows a time that is far ahead of its id. So a page costs
//! what was said lately, not what rooms there are; of a long run of one room's messages it reads the first ones alone. A walk that does
//! not pay is given up, and all rooms are opened.

use std::collections::{BTreeMap, HashSet, VecDeque};

use super::access;
use super::messages::AHEAD_MS;
use super::newest::{Newest, PIECE};
use crate::domain::{AccountId, Actor, Error, MessageId, Order, Reach, RoomId, Span, Timestamp};
use crate::store::counts::Extent;
use crate::store::finding::{Place, Shelf};
use crate::store::{self, Tx};

/// Most places of one room that are kept.
const BATCH: i64 = 64;
/// Messages that a walk may read for each room that it may save opening: that costs as much as ten messages.
const WORTH: usize = 4;

/// What of each room is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) span: Span,
    pub(super) author: Option<AccountId>,
    pub(super) order: Order,
}

impl Wanted {
    pub(super) fn of(self, reach: Reach) -> Shelf {
        let Self { span, author, order } = self;
        Shelf { reach, span, author, order }
    }

    pub(super) fn start(self) -> Place {
        Place::start(self.order, &self.span)
    }
}

/// Rooms side by side. Only places are kept, and few of each room.
pub(super) struct Merge {
    wanted: Wanted,
    closed: Closed,
    open: Vec<Side>,
    /// Which open room has which next message; ids are unique in a world.
    heads: BTreeMap<(i64, i64), usize>,
    /// The last message that was given: a room that is opened later goes on behind it.
    last: Place,
}

/// One of the rooms.
struct Side {
    shelf: Shelf,
    behind: Place,
    next: VecDeque<Place>,
    batch: i64,
}

/// Rooms of which nothing was read yet.
enum Closed {
    /// These.
    Listed(Vec<Reach>),
    /// All that the actor is in and a walk has not come to.
    Ahead(Walk),
}

impl Merge {
    /// Some rooms, all of which are opened at once.
    pub(super) fn of_some(rooms: Vec<Reach>, wanted: Wanted) -> Self {
        Self::of(Closed::Listed(rooms), wanted)
    }

    /// All rooms of the actor, newest first, if they are so many that a walk may pay.
    pub(super) fn of_many(tx: &Tx<'_>, actor: &Actor, wanted: Wanted) -> Result<Option<Self>, Error> {
        if wanted.order == Order::Ascending {
            // Clients may say that a message is as old as they like: the oldest may be in any room.
            return Ok(None);
        }
        let extent = access::extent_of_rooms(tx, actor)?;
        // So few are opened sooner than a walk has begun.
        Ok((extent.rooms as usize > PIECE).then(|| Self::of(Closed::Ahead(Walk::start(actor.clone(), extent)), wanted)))
    }

    fn of(closed: Closed, wanted: Wanted) -> Self {
        Self { wanted, closed, open: Vec::new(), heads: BTreeMap::new(), last: wanted.start() }
    }

    /// The place of the next message.
    pub(super) fn next(&mut self, tx: &Tx<'_>) -> Result<Option<Place>, Error> {
        while !self.is_first_known() {
            self.open_some(tx)?;
        }
        let head = match self.wanted.order {
            Order::Ascending => self.heads.pop_first(),
            Order::Descending => self.heads.pop_last(),
        };
        let Some(((written, id), number)) = head else { return Ok(None) };
        self.put_head(tx, number)?;
        self.last = Place { written: Timestamp::from_ms(written), id: MessageId::new(id) };
        Ok(Some(self.last))
    }

    /// How many messages there are.
    pub(super) fn count(&self, tx: &Tx<'_>) -> Result<i64, Error> {
        let closed = match &self.closed {
            Closed::Listed(rooms) => rooms.clone(),
            Closed::Ahead(walk) => walk.rooms_ahead(tx)?,
        };
        let open = self.open.iter().map(|side| side.shelf);
        open.chain(closed.into_iter().map(|reach| self.wanted.of(reach))).map(|shelf| store::finding::count_of_room(tx, &shelf)).sum()
    }

    /// Whether nothing of a closed room comes before the first head.
    fn is_first_known(&self) -> bool {
        match &self.closed {
            Closed::Listed(rooms) => rooms.is_empty(),
            Closed::Ahead(walk) => self.heads.last_key_value().is_some_and(|((written, _), _)| *written > walk.latest_ahead().ms()),
        }
    }

    fn open_some(&mut self, tx: &Tx<'_>) -> Result<(), Error> {
        let rooms = match &mut self.closed {
            Closed::Listed(rooms) => std::mem::take(rooms),
            Closed::Ahead(walk) if !walk.newest.is_over() => walk.go_on(tx)?,
            Closed::Ahead(walk) => {
                self.closed = Closed::Listed(walk.rooms_ahead(tx)?);
                return Ok(());
            }
        };
        rooms.into_iter().try_for_each(|reach| self.open(tx, reach))
    }

    fn open(&mut self, tx: &Tx<'_>, reach: Reach) -> Result<(), Error> {
        self.open.push(Side { shelf: self.wanted.of(reach), behind: self.last, next: VecDeque::new(), batch: 1 });
        self.put_head(tx, self.open.len() - 1)
    }

    /// Puts the next message of a room among the heads.
    fn put_head(&mut self, tx: &Tx<'_>, number: usize) -> Result<(), Error> {
        let Some(side) = self.open.get_mut(number) else { return Ok(()) };
        if side.next.is_empty() {
            side.next = store::finding::list_places(tx, &side.shelf, side.behind, side.batch, 0)?.into();
            side.batch = (side.batch * 4).min(BATCH);
        }
        if let Some(place) = side.next.pop_front() {
            side.behind = place;
            self.heads.insert((place.written.ms(), place.id.get()), number);
        }
        Ok(())
    }
}

/// A walk over the messages of the world, newest first, that finds the actor's rooms in which something was said lately.
struct Walk {
    actor: Actor,
    /// The last of the rooms that a search is about.
    last_room: RoomId,
    /// Rooms it came to, whoever is in them.
    met: HashSet<RoomId>,
    newest: Newest,
}

impl Walk {
    fn start(actor: Actor, extent: Extent) -> Self {
        Self { actor, last_room: extent.last, met: HashSet::new(), newest: Newest::start(extent.rooms as usize * WORTH) }
    }

    /// The latest time that a message shows which it has not come to.
    fn latest_ahead(&self) -> Timestamp {
        self.newest.down_to().latest().plus_ms(AHEAD_MS)
    }

    /// The actor's rooms among those that the next messages are in.
    fn go_on(&mut self, tx: &Tx<'_>) -> Result<Vec<Reach>, Error> {
        let mut found = Vec::new();
        for room in self.newest.go_on(tx)? {
            if room <= self.last_room && self.met.insert(room) {
                found.extend(access::own_room_within_reach(tx, &self.actor, room)?);
            }
        }
        Ok(found)
    }

    fn rooms_ahead(&self, tx: &Tx<'_>) -> Result<Vec<Reach>, Error> {
        let mut rooms = access::rooms_within_reach(tx, &self.actor, None)?;
        rooms.retain(|reach| !self.met.contains(&reach.room));
        Ok(rooms)
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{Closed, Merge, Wanted};
    use crate::domain::{Actor, Body, Content, Dialect, Error, Icon, MessageId, Order, PostGiven, Reach, Role, RoomKind, Span, Timestamp};
    use crate::ops;
    use crate::ops::office::{Office, START_MS, person};
    use crate::store::finding::{find_in_run, list_newest, list_places};
    use crate::store::rooms::{RoomRow, find_last_ordinal, insert_room};
    use crate::store::{self, Cause, Tx};

    /// A world in which Bob is in every room, and Alice in most.
    struct Company {
        office: Office,
        alice: Actor,
        bob: Actor,
        rooms: Vec<Reach>,
    }

    impl Company {
        fn with_rooms(count: usize) -> Self {
            let office = Office::found();
            let (alice, bob) = office.write(|tx| Ok((person(tx, "office", "Alice")?, person(tx, "office", "Bob")?))).expect("people");
            let mut rooms = Vec::new();
            // In rooms made through Messenger newcomers see what is said from then on.
            for dialect in [Dialect::Chatwork, Dialect::Messenger] {
                let members = [alice.clone(), bob.clone()];
                let make = move |tx: &Tx<'_>| (0..count / 2).map(|_| room(tx, &members)).collect::<Result<Vec<_>, Error>>();
                rooms.extend(office.store.write_blocking(Cause { dialect: Some(dialect), ..Cause::job("test") }, make).expect("rooms"));
            }
            Self { office, alice, bob, rooms }
        }

        fn write<T: Send + 'static>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static) -> T {
            self.office.write(work).expect("a write")
        }

        /// Something goes on: messages with times of their own among them, some are deleted, and Alice leaves and comes back.
        fn live(&self, mut rng: Rng, steps: usize) {
            let (alice, bob, rooms) = (self.alice.clone(), self.bob.clone(), self.rooms.clone());
            // The clock stands still or goes on by so much at a time, and in some worlds it is set back; the talk is in few rooms or in many.
            let (pace_ms, is_set_back) = ([0, 2_000, 60_000, 600_000][rng.usize(..4)], rng.u8(..4) == 0);
            let busy = rng.usize(1..=rooms.len());
            self.write(move |tx| {
                let (mut now, mut said) = (START_MS, Vec::new());
                for _ in 0..steps {
                    now += if is_set_back && rng.u8(..50) == 0 { -3_600_000 } else { rng.i64(0..=pace_ms) };
                    let (tx, reach) = (&tx.at(Timestamp::from_ms(now)), rooms[rng.usize(..busy)]);
                    match rng.u8(..21) {
                        // An import, in which the clock may stand still.
                        20 if rng.u8(..4) == 0 => {
                            let each_ms = rng.i64(0..=1_000);
                            for _ in 0..rng.usize(64..400) {
                                now += each_ms;
                                say(&tx.at(Timestamp::from_ms(now)), &bob, reach, None)?;
                            }
                        }
                        0 if !said.is_empty() => {
                            let (room, message) = said.swap_remove(rng.usize(..said.len()));
                            ops::messages::delete_message(tx, &bob, room, message)?;
                        }
                        1 => leave_or_return(tx, &alice, reach)?,
                        kind => {
                            let written = match kind {
                                2..=4 => Some(now - rng.i64(0..7_200_000)),
                                5..=7 => Some(now + rng.i64(0..=300_000)),
                                _ => None,
                            };
                            let is_alice = rng.bool() && store::memberships::find_role(tx, reach.room, alice.account)?.is_some();
                            let message = say(tx, if is_alice { &alice } else { &bob }, reach, written)?;
                            said.extend((!is_alice).then_some((reach.room, message)));
                        }
                    }
                }
                Ok(())
            });
        }

        /// Something is said in each room, a minute after the one before.
        fn say_in_each(&self) {
            let (bob, rooms) = (self.bob.clone(), self.rooms.clone());
            self.write(move |tx| {
                let minute = |number| Timestamp::from_ms(START_MS + number as i64 * 60_000);
                rooms.iter().enumerate().try_for_each(|(number, room)| say(&tx.at(minute(number)), &bob, *room, None).map(|_| ()))
            });
        }

        /// All that Alice sees of it: every message of every room, put into order.
        fn plain_look(&self, tx: &Tx<'_>, wanted: Wanted) -> Result<Vec<(i64, i64)>, Error> {
            let mut all = Vec::new();
            for reach in ops::access::rooms_within_reach(tx, &self.alice, None)? {
                let places = list_places(tx, &wanted.of(reach), wanted.start(), 1_000_000, 0)?;
                all.extend(places.iter().map(|place| (place.written.ms(), place.id.get())));
            }
            all.sort_unstable();
            if wanted.order == Order::Descending {
                all.reverse();
            }
            Ok(all)
        }
    }

    fn room(tx: &Tx<'_>, members: &[Actor]) -> Result<Reach, Error> {
        let (organization, maker) = (members[0].organization, members[0].account);
        let row = RoomRow { organization, kind: RoomKind::Group, name: "Room", description: "", icon: Icon::default(), maker };
        let room = insert_room(tx, &row)?;
        for member in members {
            store::memberships::insert_membership(tx, room, member.account, Role::Admin, 0)?;
        }
        Ok(ops::access::own_room_within_reach(tx, &members[0], room)?.expect("a room"))
    }

    fn say(tx: &Tx<'_>, author: &Actor, room: Reach, written: Option<i64>) -> Result<MessageId, Error> {
        let content = Content { text: "hey".into(), notice: None, media: None };
        let post = PostGiven { content, session: None, written: written.map(Timestamp::from_ms) };
        Ok(ops::messages::post_given(tx, author, vec![(Ok(room.external_id), Ok(post))])?[0].id)
    }

    fn leave_or_return(tx: &Tx<'_>, who: &Actor, Reach { room, .. }: Reach) -> Result<(), Error> {
        match store::memberships::find_role(tx, room, who.account)? {
            Some(_) => store::memberships::end_membership(tx, room, who.account),
            None => store::memberships::insert_membership(tx, room, who.account, Role::Member, find_last_ordinal(tx, room)?),
        }
    }

    fn newest_first() -> Wanted {
        Wanted { span: Span::ALWAYS, author: None, order: Order::Descending }
    }

    fn is_walking(merge: &Merge) -> bool {
        matches!(merge.closed, Closed::Ahead(_))
    }

    #[test]
    fn a_walk_gives_what_a_plain_look_at_all_messages_gives() {
        let (mut stopped_early, mut gave_up) = (0, 0);
        for seed in 0..24 {
            let mut rng = Rng::with_seed(seed);
            let company = Company::with_rooms(rng.usize(90..150));
            company.live(rng.fork(), 250);
            let upto = Timestamp::from_ms(START_MS + rng.i64(0..1_000_000));
            let wanted = match rng.u8(..4) {
                0 => Wanted { span: Span { upto, ..Span::ALWAYS }, ..newest_first() },
                1 => Wanted { author: Some(company.alice.account), ..newest_first() },
                _ => newest_first(),
            };
            let looked = company.office.store.read(|tx| {
                let plain = company.plain_look(tx, wanted)?;
                let mut merge = Merge::of_many(tx, &company.alice, wanted)?.expect("so many rooms that a walk may pay");
                assert_eq!(merge.count(tx)?, plain.len() as i64, "seed {seed}");
                for (number, expected) in plain.iter().enumerate() {
                    let found = merge.next(tx)?.map(|place| (place.written.ms(), place.id.get()));
                    assert_eq!(found, Some(*expected), "seed {seed}, message {number}");
                    if number == 5 {
                        *(if is_walking(&merge) { &mut stopped_early } else { &mut gave_up }) += 1;
                    }
                }
                assert!(merge.next(tx)?.is_none(), "seed {seed}");
                Ok(())
            });
            assert_eq!(looked, Ok(()), "seed {seed}");
        }
        assert!(stopped_early > 3 && gave_up > 3, "both ways are tried: {stopped_early}, {gave_up}");
    }

    #[test]
    fn a_long_run_in_one_room_costs_no_more_than_a_short_one() {
        let company = Company::with_rooms(600);
        company.say_in_each();
        let (bob, room) = (company.bob.clone(), company.rooms[7]);
        let at = Timestamp::from_ms(START_MS + 600 * 60_000);
        // So many that a walk past each of them is given up, at one instant.
        company.write(move |tx| (0..5_000).try_for_each(|_| say(&tx.at(at), &bob, room, None).map(|_| ())));
        let mut merge =
            company.office.store.read(|tx| Merge::of_many(tx, &company.alice, newest_first())).expect("a merge").expect("many rooms");
        for _ in 0..20 {
            assert!(company.office.store.read(|tx| merge.next(tx)).expect("a place").is_some());
        }
        assert!(is_walking(&merge) && merge.open.len() <= 2 * super::PIECE, "{}", merge.open.len());
    }

    #[test]
    fn a_run_is_one_rooms_messages_and_ends_where_something_was_said_elsewhere() {
        let (company, mut rng) = (Company::with_rooms(4), Rng::with_seed(1));
        for _ in 0..40 {
            let (bob, room, is_edited, count) = (company.bob.clone(), company.rooms[rng.usize(..4)], rng.u8(..8) == 0, rng.usize(1..20));
            company.write(move |tx| {
                let said = (0..count).map(|_| say(tx, &bob, room, None)).collect::<Result<Vec<_>, Error>>()?;
                let text = Body::parse("hi".to_owned());
                if is_edited { ops::messages::edit_message(tx, &bob, room.room, said[0], text).map(|_| ()) } else { Ok(()) }
            });
        }
        let looked = company.office.store.read(|tx| {
            let all = list_newest(tx, MessageId::new(i64::MAX), 1_000)?;
            let mut found = 0;
            for (start, (message, room)) in all.iter().enumerate() {
                for places in 1..40 {
                    let Some(end) = find_in_run(tx, *message, places)? else { continue };
                    let run = &all[start..=start + places as usize];
                    assert!(run.iter().all(|(_, other)| other == room) && run[places as usize].0 == end, "{places} before {message}");
                    found += 1;
                }
            }
            Ok(found)
        });
        assert!(looked.as_ref().is_ok_and(|found| *found > 1_000), "{looked:?}");
    }

    #[test]
    fn what_is_said_while_somebody_reads_on_does_not_change_the_order() {
        let company = Company::with_rooms(100);
        company.say_in_each();
        let mut merge =
            company.office.store.read(|tx| Merge::of_many(tx, &company.alice, newest_first())).expect("a merge").expect("many rooms");
        let mut found = Vec::new();
        loop {
            let next = company.office.store.read(|tx| merge.next(tx)).expect("a place");
            let Some(place) = next else { break };
            found.push((place.written.ms(), place.id.get()));
            let (bob, room) = (company.bob.clone(), company.rooms[found.len() % company.rooms.len()]);
            company.write(move |tx| say(&tx.at(Timestamp::from_ms(START_MS + 86_400_000)), &bob, room, None));
        }
        assert!(found.len() >= 50 && found.is_sorted_by(|one, next| one > next), "{found:?}");
    }

    #[test]
    fn a_page_opens_the_rooms_in_which_something_was_said_lately_and_no_others() {
        for count in [100, 1_000] {
            let company = Company::with_rooms(count);
            company.say_in_each();
            let mut merge =
                company.office.store.read(|tx| Merge::of_many(tx, &company.alice, newest_first())).expect("a merge").expect("many rooms");
            for _ in 0..20 {
                assert!(company.office.store.read(|tx| merge.next(tx)).expect("a place").is_some());
            }
            assert!(is_walking(&merge) && merge.open.len() <= super::PIECE, "{count} rooms: {}", merge.open.len());
        }
    }
}
