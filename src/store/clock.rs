//! The one place where the wall clock is read.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::Timestamp;

/// Where a world's time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The system's clock.
    Real,
    /// Stands still until it is moved (sandbox and tests). Milliseconds since 1970.
    Fixed(AtomicI64),
}

impl Clock {
    /// A clock that stands still at this instant.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(AtomicI64::new(at.ms()))
    }

    /// The present.
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read (rule 7)")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => Timestamp::from_ms(jiff::Timestamp::now().as_millisecond()),
            Self::Fixed(at) => Timestamp::from_ms(at.load(Ordering::Acquire)),
        }
    }

    /// Whether it stands still.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }

    /// Moves a fixed clock; does nothing to the real one.
    pub fn advance_ms(&self, ms: i64) {
        if let Self::Fixed(at) = self {
            at.fetch_add(ms, Ordering::AcqRel);
        }
    }
}
