//! A walk over the newest messages of the world, for what only asks in which rooms something was said lately.
//!
//! Invariant: it comes to each room of which a message lies above where it is; of a long run of one room's messages it reads the first
//! ones alone.

use crate::domain::{Error, MessageId, RoomId};
use crate::store::{self, Tx};

/// Messages that are read at a time.
pub(super) const PIECE: usize = 64;
/// What it costs to look for the end of a run, in messages that a walk reads, as measured.
const LEAP: usize = 16;

/// Where a walk is.
pub(super) struct Newest {
    /// It came to all messages from this one on.
    down_to: MessageId,
    /// How many more messages it may look at.
    left: usize,
}

impl Newest {
    /// Begins with the newest message, and looks at so many.
    pub(super) fn start(budget: usize) -> Self {
        Self { down_to: MessageId::new(i64::MAX), left: budget }
    }

    /// It came to all messages from this one on.
    pub(super) fn down_to(&self) -> MessageId {
        self.down_to
    }

    /// Whether it came to the end, or has looked at as many as it may.
    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The rooms of the next messages, in their order.
    pub(super) fn go_on(&mut self, tx: &Tx<'_>) -> Result<Vec<RoomId>, Error> {
        let most = self.left.min(PIECE);
        let newest = store::finding::list_newest(tx, self.down_to, most as i64)?;
        self.left = if newest.len() < most { 0 } else { self.left - most };
        self.down_to = newest.last().map_or(self.down_to, |(message, _)| *message);
        let rooms: Vec<RoomId> = newest.into_iter().map(|(_, room)| room).collect();
        if rooms.iter().all(|room| *room == rooms[0]) {
            self.pass_over_run(tx)?;
        }
        Ok(rooms)
    }

    /// Passes over the rest of many messages of one room that came without one from elsewhere, as from an import: by leaps twice as long
    /// each time, and from the first that is too long by shorter ones.
    fn pass_over_run(&mut self, tx: &Tx<'_>) -> Result<(), Error> {
        let (mut places, mut is_within) = (PIECE, true);
        while places >= PIECE && self.left > 0 {
            self.left = self.left.saturating_sub(LEAP);
            let found = store::finding::find_in_run(tx, self.down_to, places as i64)?;
            is_within &= found.is_some();
            self.down_to = found.unwrap_or(self.down_to);
            places = if is_within { places * 2 } else { places / 2 };
        }
        Ok(())
    }
}
