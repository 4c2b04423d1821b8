//! When a meeting begins, as somebody wrote it.

use super::{Error, TimeZone, Timestamp};

/// A beginning: with an offset it is an instant, without one a time on the wall of the meeting's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// An instant.
    At(Timestamp),
    /// A time on the wall.
    Wall(jiff::civil::DateTime),
}

impl Start {
    /// The instant, for a meeting of this zone. A time that the zone's clocks jump over is refused.
    pub fn in_zone(self, zone: &TimeZone) -> Result<Timestamp, Error> {
        match self {
            Self::At(instant) => Ok(instant),
            Self::Wall(time) => zone.instant_of(time),
        }
    }
}
