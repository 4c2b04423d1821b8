//! Exact structs of bodies and answers.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::domain::{AccountId, Chatroom, Pass, Purpose, Role, RoomId};
use crate::web::links::attachment_path;
use crate::web::pictures::PICTURE_BYTES;

/// What rendering rooms needs.
#[derive(Debug)]
pub(super) struct Showing {
    /// What absolute addresses start with.
    pub(super) base: String,
    /// Name of this server.
    pub(super) server_name: String,
    /// Whether `assignedUsers` has everybody.
    pub(super) assigned_include_all: bool,
}

/// A room. `id` is not in the vendor's newest list of fields, but callers need a source for it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatroomOut {
    id: i64,
    admins: Vec<i64>,
    assigned_users: Vec<i64>,
    automation_enabled: bool,
    #[serde(rename = "avatarURL")]
    avatar_url: String,
    #[serde(rename = "eventID")]
    event_id: i64,
    #[serde(rename = "matrixRoomID")]
    matrix_room_id: String,
    moderators: Vec<i64>,
    name: String,
    #[serde(rename = "organizationID")]
    organization_id: i64,
    scheduled_deletion: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl ChatroomOut {
    pub(super) fn new(room: Chatroom, showing: &Showing) -> Self {
        let of = |wanted: &[Role]| -> Vec<i64> {
            let members = room.members.iter().filter(|(_, role)| wanted.contains(role));
            members.map(|(account, _)| account.get()).collect()
        };
        let assigned: &[Role] = match showing.assigned_include_all {
            true => &[Role::Admin, Role::Moderator, Role::Member, Role::Readonly],
            false => &[Role::Member, Role::Readonly],
        };
        Self {
            admins: of(&[Role::Admin]),
            assigned_users: of(assigned),
            moderators: of(&[Role::Moderator]),
            id: room.id.get(),
            automation_enabled: room.is_automated,
            avatar_url: room.picture.map(|key| format!("{}{}", showing.base, attachment_path(&key))).unwrap_or_default(),
            event_id: room.event.unwrap_or(0),
            matrix_room_id: matrix_room_id(room.id, &showing.server_name),
            name: room.name,
            organization_id: room.organization.get(),
            scheduled_deletion: room.ends.map(|at| at.to_string()),
            kind: match room.purpose {
                Purpose::Everybody => "default",
                Purpose::Custom => "custom",
                Purpose::Event => "event",
            },
        }
    }
}

/// A room's id in Matrix follows from its number.
fn matrix_room_id(room: RoomId, server_name: &str) -> String {
    format!("!r{room}:{server_name}")
}

/// The room behind an id of either kind; an id of Matrix that is none of ours is a room that nobody has.
pub(super) fn parse_room_id(text: &str, server_name: &str) -> Option<RoomId> {
    let Some(opaque) = text.strip_prefix('!') else { return text.parse().ok() };
    let number = opaque.split_once(':').filter(|(_, server)| *server == server_name).and_then(|(local, _)| local.strip_prefix('r'));
    let found: Option<RoomId> = number.and_then(|digits| digits.parse().ok());
    // Only the one spelling that we give out: no zeros in front.
    Some(found.filter(|id| matrix_room_id(*id, server_name) == text).unwrap_or(RoomId::new(i64::MAX)))
}

/// A page of rooms.
#[derive(Debug, Serialize)]
pub(super) struct ChatroomsOut {
    pub(super) entries: Vec<ChatroomOut>,
    pub(super) total: i64,
}

/// The answer of operations that have nothing to show.
#[derive(Debug, Serialize)]
pub(super) struct MessageOut {
    success: bool,
    message: &'static str,
}

impl MessageOut {
    pub(super) fn new(message: &'static str) -> Self {
        Self { success: true, message }
    }
}

/// What a person signs in to Matrix with.
#[derive(Debug, Serialize)]
pub(super) struct CredentialsOut {
    pub(super) password: String,
    pub(super) username: String,
}

/// A Matrix session.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MatrixLoginOut {
    access_token: String,
    #[serde(rename = "deviceID")]
    device_id: String,
    #[serde(rename = "expiresInMS")]
    expires_in_ms: i64,
    refresh_token: String,
    #[serde(rename = "userID")]
    user_id: String,
    well_known: WellKnownOut,
}

/// Where the Matrix server is, under the names of Matrix and under those that the vendor may have given them.
#[derive(Debug, Serialize)]
struct WellKnownOut {
    #[serde(rename = "m.homeserver")]
    homeserver: MatrixBaseOut,
    #[serde(rename = "m.identity_server")]
    identity_server: MatrixBaseOut,
    #[serde(rename = "homeserver")]
    own_homeserver: BaseOut,
    #[serde(rename = "identityServer")]
    own_identity_server: BaseOut,
}

#[derive(Debug, Serialize)]
struct MatrixBaseOut {
    base_url: String,
}

#[derive(Debug, Serialize)]
struct BaseOut {
    #[serde(rename = "baseURL")]
    base_url: String,
}

impl MatrixLoginOut {
    pub(super) fn new(pass: Pass, base: String, server_name: &str) -> Self {
        let (refresh_token, expires_in_ms) = pass.refresh.unwrap_or_default();
        Self {
            access_token: pass.access,
            device_id: pass.device.as_str().to_owned(),
            expires_in_ms,
            refresh_token,
            user_id: format!("@{}:{server_name}", pass.local_part),
            well_known: WellKnownOut {
                homeserver: MatrixBaseOut { base_url: base.clone() },
                identity_server: MatrixBaseOut { base_url: String::new() },
                own_homeserver: BaseOut { base_url: base },
                own_identity_server: BaseOut { base_url: String::new() },
            },
        }
    }
}

/// A room to be made.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChatroomCreationIn {
    pub(super) admins: Option<Vec<i64>>,
    pub(super) assigned_users: Option<Vec<i64>>,
    pub(super) moderators: Option<Vec<i64>>,
    pub(super) automation_enabled: Option<bool>,
    #[serde(default)]
    pub(super) avatar: AvatarIn,
    pub(super) name: Option<String>,
    #[serde(rename = "organizationID")]
    pub(super) organization_id: Option<i64>,
    #[serde(default)]
    pub(super) scheduled_deletion: MomentIn,
}

/// People by role.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PeopleIn {
    pub(super) admins: Option<Vec<i64>>,
    pub(super) assigned_users: Option<Vec<i64>>,
    pub(super) moderators: Option<Vec<i64>>,
}

/// The room for everybody.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefaultChatroomIn {
    pub(super) automation_enabled: Option<bool>,
    #[serde(rename = "organizationID")]
    pub(super) organization_id: Option<i64>,
}

/// Whether a room follows the organization's people.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AutomationIn {
    pub(super) automation_enabled: Option<bool>,
}

/// A device to sign in with.
#[derive(Debug, Deserialize)]
pub(super) struct LoginIn {
    #[serde(rename = "deviceID")]
    pub(super) device_id: Option<String>,
}

/// A picture.
#[derive(Debug, Default)]
pub(super) enum AvatarIn {
    /// None.
    #[default]
    Absent,
    /// A list of bytes, at most one more than a picture may have.
    Bytes(Vec<u8>),
    /// Base64, perhaps as a `data:` address.
    Text(String),
}

// QUIRK(messenger): the document says a list of uint8; that is how Go's generator prints bytes, which Go's codec writes as base64.
impl<'de> Deserialize<'de> for AvatarIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AvatarVisitor)
    }
}

struct AvatarVisitor;

impl<'de> Visitor<'de> for AvatarVisitor {
    type Value = AvatarIn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes as numbers or as base64")
    }

    fn visit_unit<E>(self) -> Result<AvatarIn, E> {
        Ok(AvatarIn::Absent)
    }

    fn visit_str<E>(self, text: &str) -> Result<AvatarIn, E> {
        Ok(AvatarIn::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<AvatarIn, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = items.next_element::<u8>()? {
            if bytes.len() <= PICTURE_BYTES {
                bytes.push(byte);
            }
        }
        Ok(AvatarIn::Bytes(bytes))
    }
}

/// A point in time.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum MomentIn {
    /// None.
    #[default]
    Absent,
    /// Seconds since 1970.
    Seconds(i64),
    /// RFC 3339.
    Text(String),
}

impl<'de> Deserialize<'de> for MomentIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = MomentIn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time as text or as seconds")
    }

    fn visit_unit<E>(self) -> Result<MomentIn, E> {
        Ok(MomentIn::Absent)
    }

    fn visit_i64<E>(self, seconds: i64) -> Result<MomentIn, E> {
        Ok(MomentIn::Seconds(seconds))
    }

    fn visit_u64<E>(self, seconds: u64) -> Result<MomentIn, E> {
        Ok(MomentIn::Seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
    }

    fn visit_str<E>(self, text: &str) -> Result<MomentIn, E> {
        Ok(MomentIn::Text(text.to_owned()))
    }
}

/// Ids of users.
pub(super) fn accounts(ids: Option<Vec<i64>>) -> Vec<AccountId> {
    ids.unwrap_or_default().into_iter().map(AccountId::new).collect()
}

#[cfg(test)]
mod tests {
    use super::{RoomId, matrix_room_id, parse_room_id};

    #[test]
    fn a_room_is_found_by_its_number_and_by_its_matrix_id() {
        let id = |text| parse_room_id(text, "h.example:8448").map(RoomId::get);
        assert_eq!(matrix_room_id(RoomId::new(17), "h.example:8448"), "!r17:h.example:8448");
        assert_eq!((id("17"), id("!r17:h.example:8448")), (Some(17), Some(17)));
        for nobodys in ["!r17:elsewhere", "!r017:h.example:8448", "!x:h.example:8448", "!r17", "!"] {
            assert_eq!(id(nobodys), Some(i64::MAX), "{nobodys}");
        }
        for bad in ["", "x", "-1", "1.5", "r17:h.example:8448", "٣"] {
            assert_eq!(id(bad), None, "{bad}");
        }
    }
}
