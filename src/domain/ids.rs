//! Identifiers, one type per noun, so that they can't be mixed up.

use super::Timestamp;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a number that is known to be such an id (from the store or from a path).
            pub const fn new(value: i64) -> Self {
                Self(value)
            }

            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            /// Decimal digits only. Digits that overflow are an id nobody has: the largest number stands for them.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
                    return Ok(Self(text.parse().unwrap_or(i64::MAX)));
                }
                "".parse::<i64>().map(Self)
            }
        }
    )+};
}

id! {
    /// A person or an organization's service account.
    AccountId,
    /// A tenant of the world.
    OrganizationId,
    /// A room, as Chatwork knows it (below 2^31).
    RoomId,
    /// A room, as CAM knows it: from the message sequence (19 digits).
    ExternalRoomId,
    /// A message: milliseconds since 1970 × 10^6, or the last one plus one (19 digits).
    MessageId,
    /// A task.
    TaskId,
    /// A stored file.
    FileId,
    /// A token (not its secret).
    TokenId,
    /// A contact request.
    ContactRequestId,
    /// A position in the world's one event log.
    EventSeq,
    /// A conference room.
    MeetingId,
    /// A row of an access token (not its secret).
    AccessTokenId,
    /// A run of a conference room.
    SessionId,
    /// A person in one session.
    AttendeeId,
    /// Somebody's registration for a meeting.
    RegistrationId,
    /// A recording of a meeting.
    RecordingId,
    /// A file of an organization's library.
    LibraryFileId,
    /// A meeting room with walls: from the message sequence (19 digits).
    PlaceId,
    /// A reservation of such a room: from the message sequence (19 digits).
    ReservationId,
    /// An erasure that goes on.
    ErasureId,
}

impl MessageId {
    /// Ids in a millisecond.
    const PER_MS: i64 = 1_000_000;

    /// The first id of an instant: no message that came then or later has a smaller one.
    pub const fn first_at(at: Timestamp) -> Self {
        Self(at.ms().saturating_mul(Self::PER_MS))
    }

    /// The last instant at which a message of this id can have come; it came before if the clock was set back or stood still.
    pub const fn latest(self) -> Timestamp {
        Timestamp::from_ms(self.0 / Self::PER_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::RoomId;

    #[test]
    fn digits_that_overflow_are_an_id_nobody_has() {
        assert_eq!("99999999999999999999999".parse(), Ok(RoomId::new(i64::MAX)));
        assert_eq!("42".parse(), Ok(RoomId::new(42)));
    }

    #[test]
    fn anything_but_digits_is_no_id() {
        for text in ["", "-1", "+1", " 1", "1x", "１"] {
            assert!(text.parse::<RoomId>().is_err(), "{text:?}");
        }
    }
}
