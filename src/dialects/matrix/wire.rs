//! Exact structs of bodies and answers. What is absent is left out, never null.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Device, Pass};

/// How one signs in.
pub(super) const PASSWORD: &str = "m.login.password";

/// Versions of the specification whose sessions work as here. GUESS: a client that needs more than sessions finds out by 404.
const VERSIONS: [&str; 4] = ["r0.6.1", "v1.1", "v1.2", "v1.3"];

/// Where the server is.
#[derive(Debug, Serialize)]
pub(super) struct WellKnownOut {
    #[serde(rename = "m.homeserver")]
    homeserver: BaseOut,
    #[serde(rename = "io.element.e2ee", skip_serializing_if = "Option::is_none")]
    encryption: Option<EncryptionOut>,
}

#[derive(Debug, Serialize)]
struct BaseOut {
    base_url: String,
}

/// Rooms are not encrypted: the other APIs could not read them.
#[derive(Debug, Serialize)]
struct EncryptionOut {
    default: bool,
    force_disable: bool,
}

impl WellKnownOut {
    /// For clients that look for the server.
    pub(super) fn whole(base_url: String) -> Self {
        Self { homeserver: BaseOut { base_url }, encryption: Some(EncryptionOut { default: false, force_disable: true }) }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct VersionsOut {
    versions: [&'static str; 4],
    unstable_features: BTreeMap<&'static str, bool>,
}

impl VersionsOut {
    pub(super) fn new() -> Self {
        Self { versions: VERSIONS, unstable_features: BTreeMap::from([("org.matrix.simplified_msc3575", false)]) }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct FlowsOut {
    flows: [FlowOut; 1],
}

#[derive(Debug, Serialize)]
struct FlowOut {
    r#type: &'static str,
}

impl FlowsOut {
    pub(super) fn new() -> Self {
        Self { flows: [FlowOut { r#type: PASSWORD }] }
    }
}

/// A device that signed in.
#[derive(Debug, Serialize)]
pub(super) struct LoginOut {
    user_id: String,
    access_token: String,
    device_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    well_known: Option<WellKnownOut>,
}

impl LoginOut {
    /// Clients move to `address` at once, so it is told only if it is certain.
    pub(super) fn new(pass: Pass, server_name: &str, address: Option<String>) -> Self {
        let (refresh_token, expires_in_ms) = pass.refresh.unzip();
        Self {
            user_id: user_id(&pass.local_part, server_name),
            access_token: pass.access,
            device_id: pass.device.as_str().to_owned(),
            expires_in_ms,
            refresh_token,
            well_known: address.map(|base_url| WellKnownOut { homeserver: BaseOut { base_url }, encryption: None }),
        }
    }
}

/// An account's id.
pub(super) fn user_id(local_part: &str, server_name: &str) -> String {
    format!("@{local_part}:{server_name}")
}

/// A pair of tokens that takes the place of another.
#[derive(Debug, Serialize)]
pub(super) struct RefreshOut {
    access_token: String,
    refresh_token: String,
    expires_in_ms: i64,
}

impl RefreshOut {
    pub(super) fn new(pass: Pass) -> Self {
        let (refresh_token, expires_in_ms) = pass.refresh.unwrap_or_default();
        Self { access_token: pass.access, refresh_token, expires_in_ms }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct WhoamiOut {
    pub(super) user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_id: Option<String>,
    pub(super) is_guest: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct DevicesOut {
    pub(super) devices: Vec<DeviceOut>,
}

#[derive(Debug, Serialize)]
pub(super) struct DeviceOut {
    device_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_ip: Option<String>,
    last_seen_ts: i64,
}

impl DeviceOut {
    pub(super) fn new(device: Device) -> Self {
        Self {
            device_id: device.id.as_str().to_owned(),
            display_name: device.name,
            last_seen_ip: device.address,
            last_seen_ts: device.seen.ms(),
        }
    }
}

/// `{}`.
#[derive(Debug, Serialize)]
pub(super) struct EmptyOut {}

/// What a client is told that has to prove who asks.
#[derive(Debug, Serialize)]
pub(super) struct ChallengeOut {
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    session: String,
    flows: [StagesOut; 1],
    params: EmptyOut,
    completed: [&'static str; 0],
}

#[derive(Debug, Serialize)]
struct StagesOut {
    stages: [&'static str; 1],
}

impl ChallengeOut {
    pub(super) fn new(session: String, was_wrong: bool) -> Self {
        Self {
            errcode: was_wrong.then_some("M_FORBIDDEN"),
            error: was_wrong.then_some("the name or the password is wrong"),
            session,
            flows: [StagesOut { stages: [PASSWORD] }],
            params: EmptyOut {},
            completed: [],
        }
    }
}

/// A name and a password.
#[derive(Debug, Deserialize)]
pub(super) struct LoginIn {
    pub(super) r#type: Option<String>,
    pub(super) identifier: Option<IdentifierIn>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) device_id: Option<String>,
    pub(super) initial_device_display_name: Option<String>,
    pub(super) refresh_token: Option<bool>,
}

/// Who.
#[derive(Debug, Default, Deserialize)]
pub(super) struct IdentifierIn {
    pub(super) r#type: Option<String>,
    pub(super) user: Option<String>,
    pub(super) medium: Option<String>,
    pub(super) address: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RefreshIn {
    pub(super) refresh_token: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DeviceIn {
    pub(super) display_name: Option<String>,
}

/// A deletion, with the proof that it needs.
#[derive(Debug, Deserialize)]
pub(super) struct DeletionIn {
    #[serde(default)]
    pub(super) devices: Option<Vec<String>>,
    pub(super) auth: Option<AuthIn>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AuthIn {
    pub(super) r#type: Option<String>,
    pub(super) session: Option<String>,
    pub(super) identifier: Option<IdentifierIn>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}
