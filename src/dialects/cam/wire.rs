//! Answers of the CAM API, literally. GUESS: no answer of the vendor was ever seen but for the names `errors`, `chatRoom`,
//! `conferenceRooms` and `conferenceRoomStatus`.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error;
use crate::domain::link::quick_call_url;
use crate::domain::{Error, MeetingPlace, QuickCall};
use crate::ops::delivery::{Delivered, Warning};
use crate::ops::groups::SavedGroup;
use crate::ops::places::ReservationView;

/// A message as it was sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageOut {
    /// Digits, as scripts round numbers of this length.
    id: String,
    panel_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_id: Option<String>,
    message: String,
    is_opened: bool,
    general_purposes: UsersOut,
    send_user_id: String,
    send_date: i64,
}

#[derive(Serialize)]
struct UsersOut {
    users: String,
}

/// What `sendMessage` answers.
#[derive(Serialize)]
pub(super) struct SentOut {
    message: MessageOut,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl SentOut {
    pub(super) fn new(sent: Delivered) -> Self {
        let warnings = sent.warnings.iter().map(words).collect();
        let (room_id, panel_name) = match sent.room {
            Some((id, name)) => (Some(id), name),
            None => (None, "messenger".to_owned()),
        };
        let message = MessageOut {
            id: sent.id.to_string(),
            panel_name,
            room_id,
            message: sent.body.as_str().to_owned(),
            is_opened: sent.is_sealed,
            general_purposes: UsersOut { users: sent.people.join(",") },
            send_user_id: sent.sender_uid,
            send_date: sent.sent.ms(),
        };
        Self { message, warnings }
    }
}

fn words(warning: &Warning) -> String {
    match warning {
        Warning::Unknown(name) => format!("user not found: {name}"),
        Warning::NotInRoom(name) => format!("user is not in this room and was not notified: {name}"),
    }
}

/// What `sendMessages` answers: a message or null for each item.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BatchOut {
    messages: Vec<Option<MessageOut>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    error_codes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl BatchOut {
    pub(super) fn new(outcomes: Vec<Result<Delivered, Error>>) -> Self {
        let mut out = Self { messages: Vec::new(), errors: Vec::new(), error_codes: Vec::new(), warnings: Vec::new() };
        for (place, outcome) in outcomes.into_iter().enumerate() {
            out.messages.push(match outcome {
                Ok(sent) => {
                    let SentOut { message, warnings } = SentOut::new(sent);
                    out.warnings.extend(warnings.iter().map(|warning| format!("messages[{place}]: {warning}")));
                    Some(message)
                }
                Err(cause) => {
                    for (code, text) in error::entries(&cause) {
                        out.errors.push(format!("messages[{place}]: {text}"));
                        out.error_codes.push(code);
                    }
                    None
                }
            });
        }
        out
    }
}

/// What `updateChatRoom` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedOut {
    chat_room: ChatRoomOut,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChatRoomOut {
    /// Digits, as scripts round numbers of this length.
    id: String,
    name: String,
    create_user_id: String,
    is_message_thread: bool,
    is_public: bool,
    /// Whether each member is an administrator.
    member_uids: Map<String, Value>,
    update_date: i64,
}

impl SavedOut {
    pub(super) fn new(saved: SavedGroup) -> Self {
        let SavedGroup { card, members } = saved;
        let member_uids = members.into_iter().map(|(uid, is_admin)| (uid, Value::from(is_admin))).collect();
        Self {
            chat_room: ChatRoomOut {
                id: card.id,
                name: card.name,
                create_user_id: card.maker_uid,
                is_message_thread: card.is_thread,
                is_public: card.is_public,
                member_uids,
                update_date: card.updated.ms(),
            },
        }
    }
}

/// What `createQuickCall` answers: the address twice, as nobody knows where callers look for it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QuickCallOut {
    url: String,
    quick_call: CallOut,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallOut {
    id: String,
    url: String,
    expired_date: i64,
    has_password: bool,
}

impl QuickCallOut {
    pub(super) fn new(call: QuickCall, base: &str) -> Self {
        let url = quick_call_url(base, &call.id);
        let quick_call = CallOut { url: url.clone(), expired_date: call.expires.ms(), has_password: call.has_password, id: call.id };
        Self { url, quick_call }
    }
}

/// What `getConferenceMaster` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlacesOut {
    conference_rooms: Vec<PlaceOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceOut {
    id: String,
    name: String,
    group_name: String,
    capacity: i64,
    memo: String,
    sort_order: i64,
    is_valid: bool,
}

impl PlacesOut {
    pub(super) fn new(places: Vec<MeetingPlace>) -> Self {
        let shown = places.into_iter().map(|place| PlaceOut {
            id: place.id.to_string(),
            name: place.name,
            group_name: place.group,
            capacity: place.capacity,
            memo: place.memo,
            sort_order: place.sort_order,
            is_valid: place.is_valid,
        });
        Self { conference_rooms: shown.collect() }
    }
}

/// What `getConferenceRoomStatus` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReservationsOut {
    conference_room_status: Vec<ReservationOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReservationOut {
    id: String,
    conference_room_id: String,
    conference_room_name: String,
    #[serde(rename = "yyyyMMdd")]
    day: String,
    start_date: i64,
    end_date: i64,
    is_all_day: bool,
    title: String,
    memo: String,
    create_user_id: String,
    create_user_name: String,
    create_user_email: String,
    /// Whether each answers for the reservation.
    member_uids: Map<String, Value>,
}

impl ReservationsOut {
    pub(super) fn new(views: Vec<ReservationView>) -> Self {
        let shown = views.into_iter().map(|ReservationView { reservation, day, .. }| ReservationOut {
            id: reservation.id.to_string(),
            conference_room_id: reservation.place.to_string(),
            conference_room_name: reservation.place_name,
            day,
            start_date: reservation.starts.ms(),
            end_date: reservation.ends.ms(),
            is_all_day: reservation.is_all_day,
            title: reservation.title,
            memo: reservation.memo,
            create_user_id: reservation.creator.uid,
            create_user_name: reservation.creator_name,
            create_user_email: reservation.creator_email,
            member_uids: reservation.members.into_iter().map(|member| (member.uid, Value::from(member.is_in_charge))).collect(),
        });
        Self { conference_room_status: shown.collect() }
    }
}
