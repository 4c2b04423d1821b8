//! What a run may be made shorter or smaller by. Figures are taken without any of these; with them a run only shows that everything works.

use std::time::Duration;

/// A number from the environment.
fn number(name: &str, usual: f64) -> f64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// `CROSSTALK_LOAD_SECONDS`: length of one round of requests; 6 seconds unless said otherwise.
pub fn round() -> Duration {
    Duration::from_secs_f64(number("CROSSTALK_LOAD_SECONDS", 6.0).max(1.0))
}

/// `CROSSTALK_LOAD_ROUNDS`: rounds per pair, of which the median counts; 3 unless said otherwise.
pub fn rounds() -> usize {
    number("CROSSTALK_LOAD_ROUNDS", 3.0).max(1.0) as usize
}

/// `CROSSTALK_LOAD_FACTOR`: the large world's size, 1 for ten million messages.
pub fn factor() -> f64 {
    number("CROSSTALK_LOAD_FACTOR", 1.0).clamp(0.000_1, 1.0)
}

/// `CROSSTALK_LOAD_LARGEST_MIB`: the largest file, in MiB; 1,024 unless said otherwise.
pub fn largest_bytes() -> u64 {
    (number("CROSSTALK_LOAD_LARGEST_MIB", 1_024.0).clamp(1.0, 1_024.0) as u64) << 20
}

/// `CROSSTALK_LOAD_FLOOD_SECONDS`: length of the flood; ten minutes unless said otherwise; growth is judged from five on.
pub fn flood() -> Duration {
    Duration::from_secs_f64(number("CROSSTALK_LOAD_FLOOD_SECONDS", 600.0).max(6.0))
}
