//! Rooms as the ClickMeeting API shows them.

use serde::Serialize;

use crate::dialects::clickmeeting::wire::Showing;
use crate::domain::civil::{Local, utc_text};
use crate::domain::link::room_url;
use crate::domain::{Access, Meeting, Switch};
use crate::ops::meetings::MeetingView;
use crate::web::meeting_links::embed_url;

/// A room.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct RoomOut {
    id: i64,
    parent_id: Option<i64>,
    room_type: &'static str,
    room_pin: i64,
    name: String,
    name_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    access_type: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Option<String>>,
    lobby_enabled: bool,
    lobby_description: String,
    registration_enabled: u8,
    status: &'static str,
    timezone: String,
    timezone_offset: i32,
    paid_enabled: u8,
    automated_enabled: u8,
    created_at: String,
    updated_at: String,
    r#type: u8,
    permanent_room: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ccc: Option<String>,
    access_role_hashes: RoleHashesOut,
    room_url: String,
    phone_presenter_pin: i64,
    phone_listener_pin: i64,
    embed_room_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    widgets_hash: Option<String>,
    recorder_list: Vec<String>,
    settings: SettingsOut,
    autologin_hashes: OwnerHashOut,
    autologin_hash: String,
}

#[derive(Serialize)]
struct RoleHashesOut {
    listener: String,
    presenter: String,
    host: String,
}

#[derive(Serialize)]
struct OwnerHashOut {
    host: String,
}

#[derive(Serialize)]
struct SettingsOut {
    show_on_personal_page: bool,
    thank_you_emails_enabled: bool,
    connection_tester_enabled: bool,
    phonegateway_enabled: bool,
    recorder_autostart_enabled: bool,
    room_invite_button_enabled: bool,
    social_media_sharing_enabled: bool,
    connection_status_enabled: bool,
    thank_you_page_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption_enabled: Option<bool>,
}

/// The number that stands for a way to enter.
fn access_type(access: Access) -> u8 {
    match access {
        Access::Open => 1,
        Access::Password => 2,
        Access::Token => 3,
    }
}

impl RoomOut {
    pub(in crate::dialects::clickmeeting) fn new(view: MeetingView, showing: &Showing<'_>) -> Self {
        let MeetingView { meeting, recordings } = view;
        let local = Local::of(&meeting.zone);
        let is_active = meeting.is_active(showing.now);
        let [listener, presenter, host] = showing.keys.role_hashes(meeting.id, showing.now);
        let owner = showing.keys.owner_hash(meeting.id);
        let starts = meeting.schedule.map(|schedule| schedule.starts);
        // GUESS: a closed permanent room ends when it was closed: an integrator reads `ends_at` of every inactive room.
        let ends = meeting.schedule.map(|schedule| schedule.ends).or(meeting.inactive_from.filter(|_| !is_active));
        // QUIRK(clickmeeting): a room that is over counts as changed when it closed (live values of `updated_at`).
        let updated = meeting.inactive_from.filter(|_| !is_active).map_or(meeting.updated, |closed| closed.max(meeting.updated));
        Self {
            id: meeting.id.get(),
            parent_id: None,
            room_type: meeting.kind.word(),
            room_pin: meeting.pin,
            starts_at: starts.map(|at| local.iso(at)),
            ends_at: ends.map(|at| local.iso(at)),
            access_type: access_type(meeting.access),
            lobby_enabled: meeting.has_lobby,
            registration_enabled: meeting.has_registration.into(),
            status: if is_active { "active" } else { "inactive" },
            timezone_offset: local.offset_s(showing.now),
            paid_enabled: 0,
            automated_enabled: 0,
            created_at: local.iso(meeting.created),
            updated_at: local.iso(updated),
            r#type: starts.is_none().into(),
            permanent_room: starts.is_none(),
            ccc: starts.map(utc_text),
            access_role_hashes: RoleHashesOut { listener, presenter, host },
            room_url: room_url(&showing.base, &meeting.slug),
            phone_presenter_pin: meeting.presenter_pin,
            phone_listener_pin: meeting.listener_pin,
            embed_room_url: embed_url(&showing.base, meeting.organization, meeting.id),
            recorder_list: recordings.into_iter().map(|id| showing.recording_link(id)).collect(),
            settings: SettingsOut::of(&meeting),
            autologin_hashes: OwnerHashOut { host: owner.clone() },
            autologin_hash: owner,
            widgets_hash: Some(meeting.widgets),
            timezone: meeting.zone.as_str().to_owned(),
            name: meeting.name,
            name_url: meeting.slug,
            // GUESS: null where a room has a password that only its hash is known of (quick calls).
            password: meeting.password.map(|password| password.plain().map(str::to_owned)),
            lobby_description: meeting.lobby_text,
        }
    }

    /// As the answer to making the room shows it.
    pub(in crate::dialects::clickmeeting) fn just_made(mut self) -> Self {
        self.widgets_hash = None;
        self
    }
}

impl SettingsOut {
    fn of(meeting: &Meeting) -> Self {
        let settings = &meeting.settings;
        Self {
            show_on_personal_page: settings.is_on(Switch::PersonalPage),
            thank_you_emails_enabled: settings.is_on(Switch::ThankYouMail),
            connection_tester_enabled: settings.is_on(Switch::ConnectionTester),
            phonegateway_enabled: settings.is_on(Switch::PhoneGateway),
            recorder_autostart_enabled: settings.is_on(Switch::RecorderAutostart),
            room_invite_button_enabled: settings.is_on(Switch::Invite),
            social_media_sharing_enabled: settings.is_on(Switch::Sharing),
            connection_status_enabled: settings.is_on(Switch::ConnectionStatus),
            thank_you_page_url: settings.thank_you_url.clone(),
            encryption_enabled: settings.is_encrypted,
        }
    }
}

/// What making a room answers.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct MadeOut {
    pub(in crate::dialects::clickmeeting) room: RoomOut,
}

/// What reading and editing a room answers.
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct ConferenceOut {
    pub(in crate::dialects::clickmeeting) conference: RoomOut,
}

/// The list without a status. QUIRK(clickmeeting): an object, where the lists with a status are bare arrays (live answers of 2016 and 2019).
#[derive(Serialize)]
pub(in crate::dialects::clickmeeting) struct ConferencesOut {
    pub(in crate::dialects::clickmeeting) active_conferences: Vec<RoomOut>,
    /// Always empty: an integrator adds both lists up.
    pub(in crate::dialects::clickmeeting) scheduled_conferences: Vec<RoomOut>,
}

/// Deleting a room.
#[derive(Serialize)]
#[serde(untagged)]
pub(in crate::dialects::clickmeeting) enum DeletedOut {
    Object { result: &'static str },
    Text(&'static str),
}
