//! Waiting for what the program does by itself, without sleeping and not for ever.

use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until something is so; fails when that does not come about.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "for {} s it was not so that {what}", PATIENCE.as_secs());
        std::thread::yield_now();
    }
}
