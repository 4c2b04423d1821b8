//! The rooms in which something happened last, newest first.
//!
//! Invariant: the answer is the one that sorting all rooms gives. A walk over the newest messages of the world finds it sooner: a room that
//! it has not come to was last active at the time of a message before those it came to, and ids of messages grow with time, however
//! clocks were set. Changes of which no message tells are asked for beside it. A walk that does not pay is given up.

use std::collections::{BTreeSet, HashSet};

use super::newest::{Newest, PIECE};
use crate::domain::{Error, RoomId, Timestamp};
use crate::store::latest::Among;
use crate::store::{self, Tx};

/// Rooms that are sorted while a walk comes to a message, and looks at its room.
const PER_MESSAGE: usize = 4;
/// Most messages of a walk.
const MESSAGES: usize = 1_024;

/// The first `most` of these rooms, of which there are `all`.
pub(super) fn list_rooms(tx: &Tx<'_>, among: Among, most: usize, all: usize) -> Result<Vec<RoomId>, Error> {
    let budget = (all / PER_MESSAGE).min(MESSAGES);
    if budget >= PIECE
        && (1..=budget).contains(&most)
        && let Some(found) = Walk::new(among).find(tx, most, budget)?
    {
        return Ok(found);
    }
    store::latest::list_rooms(tx, among, i64::try_from(most).unwrap_or(i64::MAX))
}

/// A walk over the newest messages of the world.
struct Walk {
    among: Among,
    /// Rooms it came to, whether or not they are among those it is about.
    met: HashSet<RoomId>,
    /// Those that are, by last activity.
    found: BTreeSet<(Timestamp, RoomId)>,
}

impl Walk {
    fn new(among: Among) -> Self {
        Self { among, met: HashSet::new(), found: BTreeSet::new() }
    }

    /// The first `most` rooms, unless more than `budget` messages would have to be looked at.
    fn find(mut self, tx: &Tx<'_>, most: usize, budget: usize) -> Result<Option<Vec<RoomId>>, Error> {
        let mut newest = Newest::start(budget);
        while !newest.is_over() {
            let rooms = newest.go_on(tx)?;
            // No other room was active after that.
            let ahead = newest.down_to().latest();
            let silent = store::latest::list_silent(tx, ahead, PIECE as i64)?;
            if silent.len() == PIECE {
                return Ok(None);
            }
            rooms.into_iter().chain(silent).try_for_each(|room| self.meet(tx, room))?;
            if self.found.iter().nth_back(most - 1).is_some_and(|(active, _)| *active > ahead) {
                return Ok(Some(self.found.into_iter().rev().take(most).map(|(_, room)| room).collect()));
            }
        }
        Ok(None)
    }

    fn meet(&mut self, tx: &Tx<'_>, room: RoomId) -> Result<(), Error> {
        if self.met.insert(room)
            && let Some(active) = store::latest::find_activity(tx, self.among, room)?
        {
            self.found.insert((active, room));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::{Among, PIECE, Walk};
    use crate::domain::{Actor, Body, Error, MessageId, PostMessage, Role, RoomId, RoomKind, Slug, TimeZone, Timestamp};
    use crate::ops;
    use crate::ops::office::{Office, START_MS, group, person};
    use crate::store::latest::list_rooms;
    use crate::store::rooms::{find_last_ordinal, update_manner};
    use crate::store::{self, Tx};

    /// A world of two organizations. Bob keeps the rooms of one, Eve those of the other; Alice is in many of both.
    struct People {
        office: Office,
        alice: Actor,
        keepers: [Actor; 2],
    }

    impl People {
        fn new() -> Self {
            let office = Office::found();
            let people = |tx: &Tx<'_>| {
                ops::organizations::create_organization(tx, &Slug::parse("others")?, "Others", &TimeZone::parse("UTC")?)?;
                Ok((person(tx, "office", "Alice")?, [person(tx, "office", "Bob")?, person(tx, "others", "Eve")?]))
            };
            let (alice, keepers) = office.write(people).expect("people");
            Self { office, alice, keepers }
        }

        /// Something goes on in so many steps.
        fn live(&self, rng: Rng, steps: usize) {
            let mut life = Life { rng, now: START_MS, alice: self.alice.clone(), rooms: Vec::new(), said: Vec::new() };
            let keepers = self.keepers.clone();
            let work = move |tx: &Tx<'_>| {
                let (all, pace_ms) = (life.rng.usize(20..60), [0, 2_000, 60_000, 600_000][life.rng.usize(..4)]);
                // In some worlds the clock is set back now and then, and the talk is in few rooms or in many.
                let (is_set_back, busy) = (life.rng.bool(), life.rng.usize(1..=all));
                for _ in 0..all {
                    life.make(tx, &keepers)?;
                }
                for _ in 0..steps {
                    life.now += if is_set_back && life.rng.u8(..50) == 0 { -3_600_000 } else { life.rng.i64(0..=pace_ms) };
                    life.step(&tx.at(Timestamp::from_ms(life.now)), &keepers, busy)?;
                }
                Ok(())
            };
            self.office.write(work).expect("a write");
        }
    }

    /// What goes on.
    struct Life {
        rng: Rng,
        now: i64,
        alice: Actor,
        /// Rooms with their keepers.
        rooms: Vec<(RoomId, Actor)>,
        said: Vec<(RoomId, Actor, MessageId)>,
    }

    impl Life {
        fn step(&mut self, tx: &Tx<'_>, keepers: &[Actor; 2], busy: usize) -> Result<(), Error> {
            let number = self.rng.usize(..busy.min(self.rooms.len()));
            let (room, keeper) = self.rooms[number].clone();
            match self.rng.u8(..40) {
                0 => self.make(tx, keepers),
                1 if self.rooms.len() > 10 => {
                    self.rooms.swap_remove(number);
                    self.said.retain(|(there, ..)| *there != room);
                    ops::rooms::delete_room(tx, &keeper, room)
                }
                2 | 3 => update_manner(tx, room, Some(self.rng.bool()), None),
                4 | 5 => leave_or_return(tx, &self.alice, room),
                6 | 7 if !self.said.is_empty() => {
                    let (room, keeper, message) = self.said.swap_remove(self.rng.usize(..self.said.len()));
                    ops::messages::delete_message(tx, &keeper, room, message).map(|_| ())
                }
                _ => {
                    let post = PostMessage { body: Body::parse("hey".into())?, self_unread: false };
                    let message = ops::messages::post_message(tx, &keeper, room, Ok(post))?;
                    self.said.push((room, keeper, message));
                    Ok(())
                }
            }
        }

        fn make(&mut self, tx: &Tx<'_>, keepers: &[Actor; 2]) -> Result<(), Error> {
            let keeper = &keepers[usize::from(self.rng.u8(..4) == 0)];
            let room = group(tx, keeper, &[])?;
            self.rooms.push((room, keeper.clone()));
            leave_or_return(tx, &self.alice, room)
        }
    }

    fn leave_or_return(tx: &Tx<'_>, who: &Actor, room: RoomId) -> Result<(), Error> {
        match store::memberships::find_role(tx, room, who.account)? {
            Some(_) => store::memberships::end_membership(tx, room, who.account),
            None => store::memberships::insert_membership(tx, room, who.account, Role::Member, find_last_ordinal(tx, room)?),
        }
    }

    #[test]
    fn a_walk_gives_what_sorting_all_rooms_gives() {
        let (mut found, mut gave_up) = (0, 0);
        for seed in 0..16 {
            let people = People::new();
            people.live(Rng::with_seed(seed), 300);
            let organization = people.keepers[0].organization;
            let lists = [
                Among::Own(people.alice.account),
                Among::Own(people.keepers[1].account),
                Among::Organization(organization, None),
                Among::Organization(organization, Some(RoomKind::Group)),
            ];
            for (among, budget, most) in lists.into_iter().flat_map(|among| {
                let budgets = [PIECE, 4 * PIECE].into_iter();
                budgets.flat_map(move |budget| [1, 2, 5, 13, 30].map(|most| (among, budget, most)))
            }) {
                let looked =
                    people.office.store.read(|tx| Ok((Walk::new(among).find(tx, most, budget)?, list_rooms(tx, among, most as i64)?)));
                let (walked, sorted) = looked.expect("two lists");
                let Some(walked) = walked else {
                    gave_up += 1;
                    continue;
                };
                assert_eq!(walked, sorted, "seed {seed}, {most} of {among:?} within {budget}");
                found += 1;
            }
        }
        assert!(found > 100 && gave_up > 100, "both happens: {found}, {gave_up}");
    }

    #[test]
    fn a_long_run_in_one_room_is_passed_over() {
        let people = People::new();
        let keeper = people.keepers[0].clone();
        let work = move |tx: &Tx<'_>| {
            let at = |minute: i64| tx.at(Timestamp::from_ms(START_MS + minute * 60_000));
            let rooms = (0..8).map(|minute| group(&at(minute), &keeper, &[])).collect::<Result<Vec<_>, _>>()?;
            // So many that a walk past each of them is given up, at one instant.
            let post = || Ok(PostMessage { body: Body::parse("hey".into())?, self_unread: false });
            (0..5_000).try_for_each(|_| ops::messages::post_message(&at(9), &keeper, rooms[2], post()).map(|_| ()))
        };
        people.office.write(work).expect("a run");
        let among = Among::Own(people.keepers[0].account);
        let looked = people.office.store.read(|tx| Ok((Walk::new(among).find(tx, 4, 16 * PIECE)?, list_rooms(tx, among, 4)?)));
        let (walked, sorted) = looked.expect("two lists");
        assert_eq!(walked, Some(sorted));
    }
}
