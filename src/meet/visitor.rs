//! Who stands at a page's door: the browser's own cookie, what it calls itself, where it comes from, its language.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderValue, USER_AGENT};
use sha2::{Digest, Sha256};

use super::meetings::Meetings;
use crate::domain::{Credentials, Email, Error, LinkKey, MeetingId, PersonKey, PersonName, Timestamp, Visitor};
use crate::web::call::address_of;
use crate::web::cookies::cookie;
use crate::web::{Params, Server};

/// The cookie by which a browser is recognised.
const NAME: &str = "crosstalk_attendee";
/// Its length: 160 random bits.
const SECRET_CHARS: usize = 32;
/// What is kept of a browser's name for itself.
const DEVICE_CHARS: usize = 300;
/// Longest link, token or password that is looked at.
const KEY_BYTES: usize = 1_000;

/// A browser's secret: the one it brought, or a new one with the cookie to give it.
pub(super) struct Browser {
    pub(super) key: PersonKey,
    pub(super) new_cookie: Option<HeaderValue>,
}

impl Browser {
    pub(super) fn of(req: &HttpRequest, server: &Server) -> Self {
        let known = cookie(req.head(), NAME).map(str::to_owned);
        let known = known.filter(|secret| secret.len() == SECRET_CHARS && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let (secret, new_cookie) = match known {
            Some(secret) => (secret, None),
            None => {
                let secret = server.world.entropy().text(SECRET_CHARS);
                let secure = if server.bases.of(req).starts_with("https:") { "; Secure" } else { "" };
                let cookie = format!("{NAME}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}");
                (secret, HeaderValue::from_str(&cookie).ok())
            }
        };
        Self { key: Sha256::new().chain_update(b"browser:").chain_update(secret).finalize().into(), new_cookie }
    }
}

/// Where a request comes from and what it says of itself.
pub(super) fn visitor(req: &HttpRequest, server: &Server, browser: PersonKey, params: &Params) -> Result<Visitor, Error> {
    let name = params.text("name")?.map(PersonName::parse).transpose()?;
    let email = params.text("email")?.map(Email::parse).transpose()?;
    let device = req.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let device = device.chars().take(DEVICE_CHARS).collect();
    Ok(Visitor { browser, name, email, device, address: address_of(server, req), base: server.bases.of(req) })
}

/// What somebody shows: links whose hash follows from the world's key are checked here.
pub(super) fn credentials(meetings: &Meetings, meeting: MeetingId, params: &Params, now: Timestamp) -> Result<Credentials, Error> {
    let text = |name| Ok::<_, Error>(params.text(name)?.filter(|text| text.len() <= KEY_BYTES).map(str::to_owned));
    let link = text("l")?.map(|hash| match meetings.keys.is_owner(meeting, &hash) {
        true => LinkKey::Verified(crate::domain::AttendeeRole::Host),
        false => meetings.keys.role_of(meeting, &hash, now).map_or(LinkKey::Issued(hash), LinkKey::Verified),
    });
    let (registration, token, password, quick_call) = (text("r")?, text("token")?, text("password")?, text("call")?);
    Ok(Credentials { link, registration, token, password, quick_call, fits: None })
}

/// The page's language: the one asked for, else the first that the browser names and we know.
pub(super) fn language(req: &HttpRequest, asked: Option<&str>) -> &'static str {
    let spoken = req.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = asked.into_iter().chain(spoken.split(','));
    let codes = named.map(|item| item.split([';', '-', '_']).next().unwrap_or_default().trim());
    codes.filter_map(super::texts::known).next().unwrap_or("en")
}
