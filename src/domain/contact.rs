//! Who knows whom.

use super::{Account, ContactRequestId, RoomId};

/// Somebody the caller is connected with.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The other account.
    pub account: Account,
    /// The direct room of the two.
    pub room: RoomId,
}

/// Somebody who wants to be connected.
#[derive(Clone, Debug)]
pub struct ContactRequest {
    /// Its id.
    pub id: ContactRequestId,
    /// Who asks.
    pub from: Account,
    /// What they wrote.
    pub message: String,
}
