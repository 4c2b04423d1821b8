//! Matrix client-server API below `/_matrix`, as far as sessions go, and `/.well-known/matrix/client`: the route table, and
//! what the dialect says about itself.

mod devices;
mod error;
mod requests;
mod session;
mod wire;

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

use actix_web::dev::RequestHead;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{delete, get, post, put};

use crate::domain::{self, Error, LimitKind};
use crate::web::dialect::{bearer, endpoints};
use crate::web::params::query_text;
use crate::web::{CrossOrigin, Dialect, Drawn, Endpoint, Mount, Scene, Server};

/// The Matrix API.
#[derive(Debug)]
pub struct Matrix;

/// Needs no token.
const OPEN: &[&str] = &[];
/// Needs the token of a device. These tokens are never restricted.
const SIGNED_IN: &[&str] = &["client"];

/// Its name in metrics and logs.
const NAME: &str = "matrix";

/// Every operation. `r0` is what v3 was called before.
#[rustfmt::skip]
const ENDPOINTS: &[Endpoint] = endpoints! {
    "get-well-known" "GET" "/.well-known/matrix/client" OPEN, "" => get().to(session::get_well_known);
    "get-versions" "GET" "/client/versions" OPEN, "" => get().to(session::get_versions);
    "get-login" "GET" "/client/{version:v3|r0}/login" OPEN, "" => get().to(session::get_login);
    "post-login" "POST" "/client/{version:v3|r0}/login" OPEN, "" => post().to(session::post_login);
    "post-refresh" "POST" "/client/{version:v3|r0}/refresh" OPEN, "" => post().to(session::post_refresh);
    "post-logout" "POST" "/client/{version:v3|r0}/logout" SIGNED_IN, "" => post().to(session::post_logout);
    "post-logout-all" "POST" "/client/{version:v3|r0}/logout/all" SIGNED_IN, "" => post().to(session::post_logout_all);
    "get-whoami" "GET" "/client/{version:v3|r0}/account/whoami" SIGNED_IN, "" => get().to(session::get_whoami);
    "get-devices" "GET" "/client/{version:v3|r0}/devices" SIGNED_IN, "" => get().to(devices::get_devices);
    "get-device" "GET" "/client/{version:v3|r0}/devices/{device_id}" SIGNED_IN, "" => get().to(devices::get_device);
    "put-device" "PUT" "/client/{version:v3|r0}/devices/{device_id}" SIGNED_IN, "" => put().to(devices::put_device);
    "delete-device" "DELETE" "/client/{version:v3|r0}/devices/{device_id}" SIGNED_IN, "" => delete().to(devices::delete_device);
    "post-delete-devices" "POST" "/client/{version:v3|r0}/delete_devices" SIGNED_IN, "" => post().to(devices::post_delete_devices);
};

impl Dialect for Matrix {
    const TOKENS: domain::Dialect = domain::Dialect::Matrix;
    const MOUNT: Mount = Mount {
        prefix: "/_matrix",
        shown: "/_matrix",
        also_at: |path| (path.trim_end_matches('/') == "/.well-known/matrix/client").then(|| format!("/_matrix{path}")),
        name: NAME,
        ..Mount::PLAIN
    };
    const ENDPOINTS: &'static [Endpoint] = ENDPOINTS;
    const CROSS_ORIGIN: Option<&'static CrossOrigin> = Some(&CrossOrigin {
        methods: "GET, HEAD, POST, PUT, DELETE, OPTIONS",
        headers: "X-Requested-With, Content-Type, Authorization, Date",
    });

    fn secret(head: &RequestHead) -> Cow<'_, str> {
        if head.headers.contains_key(AUTHORIZATION) {
            return Cow::Borrowed(bearer(head).unwrap_or_default());
        }
        Cow::Owned(query_text(head.uri.query().unwrap_or_default(), &["access_token"]).unwrap_or_default())
    }

    /// Clients tell what a server has by 404 and 405, before they sign in: only what needs a token asks for one.
    fn is_open(head: &RequestHead) -> bool {
        let below = head.uri.path().strip_prefix(Self::MOUNT.prefix).unwrap_or_default();
        let is_it = |endpoint: &Endpoint| endpoint.method == head.method.as_str() && fits(endpoint.path, below);
        !ENDPOINTS.iter().any(|endpoint| endpoint.scopes == SIGNED_IN && is_it(endpoint))
    }

    fn draw(error: &Error, scene: &Scene<'_>) -> Drawn {
        error::draw(error, scene)
    }
}

/// Whether a path is one that a pattern of the table stands for.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if fits_segment(wanted, given) => {}
            _ => return false,
        }
    }
}

fn fits_segment(wanted: &str, given: &str) -> bool {
    match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        None => wanted == given,
        Some(place) => place.split_once(':').map_or(!given.is_empty(), |(_, words)| words.split('|').any(|word| word == given)),
    }
}

/// Who tries to sign in from where, so that nobody tries for long.
#[derive(Debug)]
struct Tries<'a> {
    server: &'a Server,
    key: (IpAddr, u64),
}

impl<'a> Tries<'a> {
    /// Refuses where too many failed already.
    fn begin(server: &'a Server, network: IpAddr, user: &str) -> Result<Self, Error> {
        // Names are as long as somebody likes; who makes two of one hash counts for both.
        let mut name = DefaultHasher::new();
        user.trim().to_lowercase().hash(&mut name);
        let key = (network, name.finish());
        let now = server.world.clock().now();
        match server.failed_sign_ins.wait_s(&key, now) {
            Some(seconds) => Err(Error::RateLimited(LimitKind::SignIn(seconds))),
            None => Ok(Self { server, key }),
        }
    }

    /// Counts one that failed.
    fn count(self) {
        self.server.failed_sign_ins.count(self.key, self.server.world.clock().now());
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_are_compared_part_by_part() {
        let devices = "/client/{version:v3|r0}/devices/{device_id}";
        assert!(fits(devices, "/client/v3/devices/A%3AB") && fits(devices, "/client/r0/devices/x"));
        for other in ["/client/v1/devices/x", "/client/v3/devices", "/client/v3/devices/", "/client/v3/devices/x/y", ""] {
            assert!(!fits(devices, other), "{other}");
        }
    }
}
