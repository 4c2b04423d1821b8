//! What can be configured about the Messenger API.

/// The Messenger API.
#[derive(Clone, Debug, Default)]
pub struct MessengerConfig {
    /// Whether `assignedUsers` has everybody in a room, administrators and moderators too.
    pub assigned_users_include_all: bool,
    /// Whether the list of rooms may leave its organization out, and then has a person's own rooms.
    pub lists_own_rooms: bool,
}
