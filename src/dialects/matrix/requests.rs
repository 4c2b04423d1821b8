//! What clients send, as what operations take.

use super::wire::{AuthIn, IdentifierIn, LoginIn, PASSWORD};
use crate::domain::{DeviceId, Error, NewClient, Proof, SignIn};

/// Longest name of a user or of a device, and longest password, in characters.
const TEXT_CHARS: usize = 255;
/// Most devices that one call takes away.
const MOST_DEVICES: usize = 1_000;

/// `POST /login`.
pub(super) fn sign_in(body: LoginIn) -> Result<SignIn, Error> {
    require_type(body.r#type.as_deref())?;
    Ok(SignIn {
        user: user(body.identifier, body.user)?,
        password: password(body.password)?,
        client: NewClient {
            device: DeviceId::parse("device_id", body.device_id.as_deref().unwrap_or_default(), DeviceId::MAX_CHARS)?,
            name: body.initial_device_display_name.map(name).transpose()?,
            refreshes: body.refresh_token.unwrap_or(false),
        },
    })
}

fn require_type(given: Option<&str>) -> Result<(), Error> {
    match given {
        None => Err(Error::Missing("type")),
        Some(PASSWORD) => Ok(()),
        Some(_) => Err(Error::Invalid("type", "use m.login.password")),
    }
}

/// The name in its new form or in its old one; or an e-mail address.
fn user(identifier: Option<IdentifierIn>, old: Option<String>) -> Result<String, Error> {
    let given = match identifier {
        None => old.ok_or(Error::Missing("identifier"))?,
        Some(IdentifierIn { r#type, user, medium, address }) => match (r#type.as_deref(), medium.as_deref()) {
            (Some("m.id.user"), _) => user.ok_or(Error::Missing("identifier.user"))?,
            (Some("m.id.thirdparty"), Some("email")) => address.ok_or(Error::Missing("identifier.address"))?,
            (None, _) => return Err(Error::Missing("identifier.type")),
            _ => return Err(Error::Invalid("identifier.type", "use m.id.user")),
        },
    };
    bounded("identifier.user", given)
}

fn password(given: Option<String>) -> Result<String, Error> {
    bounded("password", given.ok_or(Error::Missing("password"))?)
}

/// What a device is called.
pub(super) fn name(given: String) -> Result<String, Error> {
    bounded("display_name", given)
}

fn bounded(field: &'static str, text: String) -> Result<String, Error> {
    if text.chars().count() <= TEXT_CHARS { Ok(text) } else { Err(Error::Invalid(field, "at most 255 characters")) }
}

/// What a client shows to prove who asks; another way than by password is as good as none.
pub(super) fn proof(given: Option<AuthIn>) -> Result<Option<Proof>, Error> {
    let Some(auth) = given.filter(|auth| auth.r#type.as_deref() == Some(PASSWORD)) else { return Ok(None) };
    let session = auth.session.unwrap_or_default();
    Ok(Some(Proof { session, user: user(auth.identifier, auth.user)?, password: password(auth.password)? }))
}

/// Devices to be taken away.
pub(super) fn devices(given: Option<Vec<String>>) -> Result<Vec<DeviceId>, Error> {
    let given = given.ok_or(Error::Missing("devices"))?;
    if given.len() > MOST_DEVICES {
        return Err(Error::Invalid("devices", "at most 1,000 devices at once"));
    }
    Ok(given.into_iter().map(DeviceId::stored).collect())
}
