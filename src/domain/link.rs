//! Addresses that lead into meetings. `base` is scheme and host, without a slash at the end.

use super::{Language, SessionId};

/// The address of a room.
pub fn room_url(base: &str, slug: &str) -> String {
    format!("{base}/meet/{slug}")
}

/// A link that says who comes in, and as what.
pub fn autologin_url(base: &str, slug: &str, hash: &str) -> String {
    format!("{}?l={hash}", room_url(base, slug))
}

/// The address of a report on a session: whoever knows the code may read it.
pub fn report_url(base: &str, language: Language, session: SessionId, code: &str) -> String {
    format!("{base}/panel/pdf/{}/{session}/{code}", language.code())
}

/// The address of a quick call.
pub fn quick_call_url(base: &str, id: &str) -> String {
    format!("{base}/quick/{id}")
}

/// The personal link of a registration.
pub fn registration_url(base: &str, pin: i64, hash: &str) -> String {
    format!("{base}/{pin}?r={hash}")
}
