//! Which way a request may come: over a protected connection or from this machine, from this server's own pages, in a
//! session that is still good.

use actix_web::HttpRequest;
use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::{Actor, Dialect, Error, Scopes, TokenId};
use crate::ops::{administration, sign_in};
use crate::store::Tx;
use crate::web::cookies::cookie;
use crate::web::health::is_loopback;
use crate::web::{Call, Server, forwarded};
use crate::world::Mode;

/// The cookie of a session.
const COOKIE_NAME: &str = "crosstalk_session";
/// The header that shows that a page of ours sends the request.
const PROOF: HeaderName = HeaderName::from_static("x-csrf-token");
const UNPROTECTED: Error = Error::NotHere(
    "the administration page is open to this machine only, as the connection is not protected; open it here, through an SSH tunnel, \
     over a protected connection (--tls self-signed), or start the server with --admin-plain-http",
);
const UNKNOWN_HOST: Error =
    Error::NotHere("this host name is not one of this server's; open the page by its address, or add the name to server.hosts");
const OTHER_SITE: Error = Error::NotHere("this request comes from a page of another site");
const NO_PROOF: Error = Error::NotHere("this request does not come from this server's page; send x-csrf-token, as GET /session tells it");

/// Lets through what comes from this machine or protected, asks for a host of ours, and comes from no other site's page.
pub(super) fn check(server: &Server, req: &HttpRequest) -> Result<(), Error> {
    if !(is_loopback(req) || is_protected(server, req) || server.config.admin.plain_http) {
        return Err(UNPROTECTED);
    }
    let host = req.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !server.bases.allows(host) {
        return Err(UNKNOWN_HOST);
    }
    if is_change(req.method()) && !comes_from_own_page(server, req, host) {
        return Err(OTHER_SITE);
    }
    Ok(())
}

/// Whether it came over a protected connection, to this server or to a trusted proxy.
pub(super) fn is_protected(server: &Server, req: &HttpRequest) -> bool {
    forwarded::is_protected(req, &server.bases.trusted_proxies)
}

fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Browsers name the site of the page that sends a change, with its port; other clients name none. Behind a proxy that names another
/// host, pages come from the public address.
fn comes_from_own_page(server: &Server, req: &HttpRequest, host: &str) -> bool {
    let Some(origin) = req.headers().get(ORIGIN) else { return true };
    let site = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, site)| site);
    site.is_some_and(|site| site.eq_ignore_ascii_case(host) || is_public(server, site))
}

fn is_public(server: &Server, site: &str) -> bool {
    let public = server.bases.public_url.as_deref().and_then(|url| url.split("://").nth(1)).unwrap_or_default();
    !site.is_empty() && public.split('/').next().is_some_and(|public| public.eq_ignore_ascii_case(site))
}

/// The secret of a session, in its cookie.
pub(super) fn session_cookie(head: &RequestHead) -> Option<&str> {
    cookie(head, COOKIE_NAME)
}

/// A session has to be in use still, and what changes something has to carry its proof.
pub(super) fn check_caller(server: &Server, req: &HttpRequest, actor: &mut Actor) -> Result<(), Error> {
    actor.scopes = server.world.read(|tx| administration::resume(tx, actor))?;
    let given = req.headers().get(PROOF).map(|proof| proof.as_bytes()).unwrap_or_default();
    let is_proven: bool = proof(server, actor.token).as_bytes().ct_eq(given).into();
    if is_change(req.method()) && !is_proven { Err(NO_PROOF) } else { Ok(()) }
}

/// Whether the session of a call is still good, for what goes on after it was answered.
pub(super) fn guard_of(call: &Call) -> impl Fn() -> bool + use<> {
    let (server, is_door) = (call.shared_server(), call.actor().scopes == Scopes::All);
    let secret = session_cookie(call.head()).unwrap_or_default().to_owned();
    move || {
        let is_sandbox = server.world.mode() == Mode::Sandbox;
        // Asked anew, as for any request: the session may have been ended, be over, or have been left unused.
        let check = |tx: &Tx<'_>| administration::resume(tx, &sign_in::authenticate(tx, &secret, Dialect::Admin, is_sandbox)?);
        is_door || server.world.read(check).is_ok()
    }
}

/// What requests of a session that change something have to carry: pages of other sites can't read it.
pub(super) fn proof(server: &Server, session: TokenId) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(server.world.key()) else { return String::new() };
    mac.update(b"admin-csrf-v1");
    mac.update(&session.get().to_be_bytes());
    data_encoding::BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
}

/// The header that gives a browser its session; with an empty secret, that takes it away.
pub(super) fn set_cookie(secret: &str, is_protected: bool) -> Result<HeaderValue, Error> {
    let lifetime_s = if secret.is_empty() { 0 } else { administration::SESSION_MS / 1000 };
    let secure = if is_protected { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={secret}; Path=/admin; HttpOnly; SameSite=Strict; Max-Age={lifetime_s}{secure}");
    HeaderValue::from_str(&cookie).map_err(Error::internal)
}
