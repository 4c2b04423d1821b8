//! Wrong secrets: counted by where they come from, and told to the log in one line that programs such as fail2ban read.
//!
//! Who guesses is slowed down and seen; who has the right secret never waits because somebody else guesses, not even behind
//! the same address. From this machine itself nothing is counted: developers try wrong secrets all day.

use std::net::IpAddr;

use actix_web::HttpRequest;

use super::forwarded;
use super::health::is_loopback;
use super::limits::Windows;
use super::server::Server;
use crate::config::Limits;
use crate::domain::{Error, LimitKind, Unauthenticated};

/// Wrong secrets from one network in a minute that are called wrong; further ones are told to wait.
const MOST: u32 = 60;
/// Those of them that the log tells of: enough for whoever shuts addresses out, and no flood.
const LOGGED: u32 = 20;

/// Wrong secrets by network.
#[derive(Debug)]
pub struct WrongSecrets(Windows<IpAddr>);

impl Default for WrongSecrets {
    fn default() -> Self {
        Self(Windows::new(Limits::Vendor, MOST, 60))
    }
}

impl WrongSecrets {
    /// What to answer to a failure. If it is about a secret that never was one, that is counted for whoever sent it, and after
    /// too many the answer says to wait.
    pub fn judge(&self, server: &Server, req: &HttpRequest, api: &str, error: Error) -> Error {
        let is_guess =
            matches!(error, Error::WrongPassword | Error::Unauthenticated(Unauthenticated::Unknown | Unauthenticated::SandboxOnly));
        let source = forwarded::source(req, &server.bases.trusted_proxies).filter(|_| is_guess && !is_loopback(req));
        let Some(source) = source else { return error };
        let (quota, is_refused) = self.0.count(forwarded::network(source), server.world.clock().now());
        if quota.limit - quota.remaining <= LOGGED {
            // The shape of this line is promised: README.md has the filter for it, and a test compares the two.
            tracing::warn!("wrong secret from {source} for {api}");
        }
        if is_refused { Error::RateLimited(LimitKind::SignIn(quota.wait_s)) } else { error }
    }

    /// Refuses a password before it is looked at, where too many wrong ones came from the same network.
    pub fn check(&self, server: &Server, req: &HttpRequest) -> Result<(), Error> {
        let source = forwarded::source(req, &server.bases.trusted_proxies).map(forwarded::network);
        let wait_s = source.and_then(|network| self.0.wait_s(&network, server.world.clock().now()));
        wait_s.map_or(Ok(()), |seconds| Err(Error::RateLimited(LimitKind::SignIn(seconds))))
    }
}
