//! Addresses that lead into meetings. `base` is scheme and host, without a slash at the end.

/// The address of a room.
pub fn room_url(base: &str, slug: &str) -> String {
    format!("{base}/meet/{slug}")
}

/// The address of a quick call.
pub fn quick_call_url(base: &str, id: &str) -> String {
    format!("{base}/quick/{id}")
}

/// The personal link of a registration.
pub fn registration_url(base: &str, pin: i64, hash: &str) -> String {
    format!("{base}/{pin}?r={hash}")
}
