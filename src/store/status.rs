//! What somebody has not read and has to do, over all rooms.
//!
//! Invariant: what changes one of these numbers leaves an event that names the room, in the same transaction. So a reading thread keeps
//! the numbers of who is in many rooms, with their place in the log, and looks again only at rooms that the log names since then.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use rusqlite::Row;

use super::Tx;
use super::rooms::unread_mentions;
use crate::domain::unread::{Counters, ReadMark, Status, Tally};
use crate::domain::{AccountId, Error, RoomId};

/// Most rooms that are looked at. Who is in more has the numbers of so many.
const ROOMS: usize = 20_000;
/// Numbers in fewer rooms are found as quickly as they are kept.
const FEW: usize = 64;
/// Rooms that are looked at while the log is read on by one event, and a room of it is looked at.
const PER_EVENT: usize = 4;
/// Most people whose numbers are kept by one thread, and most rooms of all of them.
const PEOPLE: usize = 256;
const TALLIES: usize = 100_000;

macro_rules! select_tally {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.last_ordinal, m.read_upto, m.own_read, ",
            unread_mentions!(),
            ", m.open_task_num FROM membership m JOIN room r ON r.id = m.room_id \
             WHERE m.account_id = ?1 AND m.ended_ms IS NULL AND r.deleted_ms IS NULL ",
            $tail
        )
    };
}

fn tally(row: &Row<'_>) -> rusqlite::Result<(RoomId, Tally)> {
    let mark = ReadMark { read_upto: row.get(2)?, own_read: row.get(3)?, ..ReadMark::default() };
    let counters = Counters { unread: mark.unread(row.get(1)?), mentions: row.get(4)? };
    Ok((row.get(0)?, Tally { counters, tasks: row.get(5)? }))
}

/// The sums over all rooms that an account is in.
pub fn find_status(tx: &Tx<'_>, account: AccountId) -> Result<Status, Error> {
    match tx.memo {
        Some(memo) => memo.statuses.find(tx, account),
        None => Ok(Kept::look(tx, account, 0)?.sum),
    }
}

/// The numbers of people who are in many rooms.
#[derive(Default)]
pub(super) struct Statuses(RefCell<HashMap<AccountId, Kept>>);

/// The numbers of one person.
struct Kept {
    /// The last event that they hold.
    upto: i64,
    /// How many rooms were looked at for them.
    rooms: usize,
    /// Those of each room in which there is anything.
    tallies: HashMap<RoomId, Tally>,
    sum: Status,
}

impl Statuses {
    fn find(&self, tx: &Tx<'_>, account: AccountId) -> Result<Status, Error> {
        let last = tx.last_event()?;
        // Taken out: what fails half-way is not kept.
        let known = self.0.borrow_mut().remove(&account).filter(|kept| kept.is_near(last));
        let is_new = known.is_none();
        let kept = match known {
            Some(kept) => kept.follow(tx, account, last)?,
            None => Kept::look(tx, account, last)?,
        };
        let sum = kept.sum;
        if is_new {
            self.make_place(kept.tallies.len());
        }
        if (FEW..ROOMS).contains(&kept.rooms) {
            self.0.borrow_mut().insert(account, kept);
        }
        Ok(sum)
    }

    /// Forgets somebody as long as there are too many, or too many rooms with `more` of them.
    fn make_place(&self, more: usize) {
        let mut people = self.0.borrow_mut();
        let mut tallies = people.values().map(|kept| kept.tallies.len()).sum::<usize>() + more;
        while people.len() >= PEOPLE || tallies > TALLIES {
            let Some(somebody) = people.keys().next().copied() else { break };
            tallies -= people.remove(&somebody).map_or(0, |kept| kept.tallies.len());
        }
    }
}

impl Kept {
    /// Looks at all rooms.
    fn look(tx: &Tx<'_>, account: AccountId, last: i64) -> Result<Self, Error> {
        let found = tx.all(select_tally!("LIMIT ?2"), (account, ROOMS as i64), tally)?;
        let mut kept = Self { upto: last, rooms: found.len(), tallies: HashMap::new(), sum: Status::default() };
        found.into_iter().for_each(|(room, tally)| kept.put(room, tally));
        Ok(kept)
    }

    /// Whether reading the log on to its end costs less than looking at all rooms.
    fn is_near(&self, last: i64) -> bool {
        (0..=(self.rooms / PER_EVENT) as i64).contains(&(last - self.upto))
    }

    /// Looks at the rooms that the log names since then.
    fn follow(mut self, tx: &Tx<'_>, account: AccountId, last: i64) -> Result<Self, Error> {
        let sql = "SELECT room_id FROM event WHERE seq > ?1 AND room_id IS NOT NULL ORDER BY seq LIMIT ?2";
        let named: HashSet<RoomId> = tx.all(sql, (self.upto, last - self.upto), |row| row.get(0))?.into_iter().collect();
        for room in named {
            let now = tx.first(select_tally!("AND m.room_id = ?2"), (account, room), tally)?;
            self.put(room, now.map(|(_, tally)| tally).unwrap_or_default());
        }
        self.upto = last;
        Ok(self)
    }

    /// Keeps the numbers of a room instead of those it had.
    fn put(&mut self, room: RoomId, tally: Tally) {
        let before = if tally == Tally::default() { self.tallies.remove(&room) } else { self.tallies.insert(room, tally) };
        self.sum.take(before.unwrap_or_default());
        self.sum.add(tally);
    }
}
