//! What can be configured about the Messenger API.

/// The Messenger API.
#[derive(Clone, Debug, Default)]
pub struct MessengerConfig {
    /// Whether `assignedUsers` has everybody in a room, administrators and moderators too.
    pub assigned_users_include_all: bool,
}
