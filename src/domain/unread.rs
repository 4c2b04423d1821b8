//! Unread is arithmetic: a few numbers per membership, never a row per member per message.
//!
//! Messages of a room have consecutive ordinals. A message of one's own is *born read* unless it was posted as
//! unread for oneself. `own_no` of a message counts its author's born-read messages in the room up to it.
//! Invariant: unread = last − read_upto − own_read, and own_from ≥ read_upto.

use super::Error;

/// A member's place in a room's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadMark {
    /// R: everything up to this ordinal is read.
    pub read_upto: i64,
    /// F: own messages up to this ordinal follow R; born-read ones beyond it are read.
    pub own_from: i64,
    /// Born-read own messages beyond F.
    pub own_read: i64,
    /// Highest ordinal ever read up to; never moves back.
    pub seen_upto: i64,
}

/// A member's unread messages, and those of them that address the member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Unread messages.
    pub unread: i64,
    /// Unread messages that address the member.
    pub mentions: i64,
}

/// What a member has not read and has to do in one room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What is unread.
    pub counters: Counters,
    /// Open tasks of the member.
    pub tasks: i64,
}

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

impl Status {
    /// Counts a room in.
    pub fn add(&mut self, room: Tally) {
        self.count(room, 1);
    }

    /// Counts a room out again.
    pub fn take(&mut self, room: Tally) {
        self.count(room, -1);
    }

    fn count(&mut self, Tally { counters: Counters { unread, mentions }, tasks }: Tally, times: i64) {
        self.unread_rooms += times * i64::from(unread > 0);
        self.mention_rooms += times * i64::from(mentions > 0);
        self.task_rooms += times * i64::from(tasks > 0);
        self.unread += times * unread;
        self.mentions += times * mentions;
        self.tasks += times * tasks;
    }
}

/// A message as far as reading goes.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// Its ordinal.
    pub ordinal: i64,
    /// Whether the member wrote it and it was born read.
    pub is_own_born_read: bool,
}

impl ReadMark {
    /// The place of somebody who comes in when `last` is the newest message.
    pub fn joining_at(last: i64) -> Self {
        Self { read_upto: last, own_from: last, own_read: 0, seen_upto: last }
    }

    /// Unread messages when `last` is the newest one.
    pub fn unread(&self, last: i64) -> i64 {
        (last - self.read_upto - self.own_read).max(0)
    }

    /// Whether this message is unread.
    pub fn is_unread(&self, message: Position) -> bool {
        message.ordinal > self.read_upto && !(message.is_own_born_read && message.ordinal > self.own_from)
    }

    /// After posting a born-read message.
    #[must_use]
    pub fn posted(self) -> Self {
        Self { own_read: self.own_read + 1, ..self }
    }

    /// After reading up to `upto`. `own_beyond(upto)` counts born-read own messages beyond it; it is asked only when needed.
    pub fn read_up_to(self, upto: i64, own_beyond: impl FnOnce(i64) -> Result<i64, Error>) -> Result<Self, Error> {
        let seen_upto = self.seen_upto.max(upto);
        if upto > self.own_from {
            return Ok(Self { read_upto: upto, own_from: upto, own_read: own_beyond(upto)?, seen_upto });
        }
        Ok(Self { read_upto: upto.max(self.read_upto), seen_upto, ..self })
    }

    /// After reading everything.
    #[must_use]
    pub fn read_all(self, last: i64) -> Self {
        Self { read_upto: last, own_from: last, own_read: 0, seen_upto: last }
    }

    /// After marking everything from `ordinal` on as unread.
    #[must_use]
    pub fn unread_from(self, ordinal: i64, last: i64) -> Self {
        // GUESS: when it is an own message beyond R, own ones between count as unread too.
        Self { read_upto: self.read_upto.min(ordinal - 1), own_from: last, own_read: 0, ..self }
    }

    /// Whether something up to `ordinal` is unread; `own_upto` counts born-read own messages in (own_from, ordinal].
    pub fn has_unread_up_to(&self, ordinal: i64, own_upto: impl FnOnce(i64) -> Result<i64, Error>) -> Result<bool, Error> {
        if ordinal <= self.read_upto {
            return Ok(false);
        }
        let read_own = if ordinal > self.own_from { own_upto(self.own_from)? } else { 0 };
        Ok(ordinal - self.read_upto - read_own > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, ReadMark};

    fn read(mark: ReadMark, upto: i64, own_beyond: i64) -> ReadMark {
        mark.read_up_to(upto, |_| Ok(own_beyond)).unwrap_or_default()
    }

    #[test]
    fn the_worked_example_holds() {
        // 1 B, 2 A, 3 B, 4 A, 5 B, seen by A.
        let mark = ReadMark { own_read: 2, ..ReadMark::default() };
        assert_eq!(mark.unread(5), 3);
        let mark = mark.read_all(5);
        assert_eq!(mark.unread(5), 0);
        let mark = mark.unread_from(2, 5);
        assert_eq!((mark.read_upto, mark.own_from, mark.unread(5)), (1, 5, 4));
        let mark = mark.posted();
        assert_eq!(mark.unread(6), 4);
        let mark = read(mark, 2, 0);
        assert_eq!(mark.unread(6), 3);
        let mark = read(mark, 4, 0);
        assert_eq!(mark.unread(6), 1);
        assert_eq!(mark.read_all(6).unread(6), 0);
    }

    #[test]
    fn an_own_message_is_unread_only_after_it_was_made_so() {
        let own = Position { ordinal: 2, is_own_born_read: true };
        let mark = ReadMark { own_read: 1, ..ReadMark::default() };
        assert!(!mark.is_unread(own));
        assert!(mark.unread_from(1, 2).is_unread(own));
        assert!(mark.is_unread(Position { ordinal: 1, is_own_born_read: false }));
    }
}
