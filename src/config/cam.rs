//! What can be configured about the CAM API.

use super::Limits;

/// The CAM API.
#[derive(Clone, Debug)]
pub struct CamConfig {
    /// Whether failures are answered with status 200 too, for callers that read no body of another status.
    pub errors_always_200: bool,
    /// Whether calls are limited; none: as for Chatwork.
    pub limits: Option<Limits>,
    /// Calls of one token in a minute.
    pub calls_per_minute: u32,
}

impl Default for CamConfig {
    fn default() -> Self {
        Self { errors_always_200: false, limits: None, calls_per_minute: 300 }
    }
}
