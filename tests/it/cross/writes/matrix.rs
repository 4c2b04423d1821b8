//! Matrix: its sessions. What Messenger makes there is read here; Messenger lists no sessions.

use super::{Untold, Write};

const SESSIONS: &str = "a session of a device: Messenger makes them and lists none, others have no words for them";

pub const WRITES: &[Write] = &[
    Write("post-login", Untold(SESSIONS)),
    Write("post-refresh", Untold(SESSIONS)),
    Write("post-logout", Untold(SESSIONS)),
    Write("post-logout-all", Untold(SESSIONS)),
    Write("put-device", Untold(SESSIONS)),
    Write("delete-device", Untold(SESSIONS)),
    Write("post-delete-devices", Untold(SESSIONS)),
];
