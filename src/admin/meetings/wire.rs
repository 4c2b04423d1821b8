//! Conference rooms as the administration page knows them.

use serde::{Deserialize, Serialize};

use crate::domain::civil::Local;
use crate::domain::link::{report_url, room_url};
use crate::domain::{
    Access, AccessToken, Attendee, ChatLine, Language, Meeting, Recording, Registration, Report, ReportState, Session, Timestamp,
};
use crate::ops::sessions::SessionView;
use crate::web::meeting_links::MeetingKeys;

/// How long a link to a recording works, in milliseconds: as long as somebody looks at the page.
const RECORDING_LINK_MS: i64 = 12 * 60 * 60 * 1000;

/// What showing a room needs besides the room.
pub(super) struct Showing<'a> {
    /// What addresses start with.
    pub(super) base: String,
    /// Derives secrets.
    pub(super) keys: &'a MeetingKeys,
    /// The instant of the answer.
    pub(super) now: Timestamp,
}

/// A room.
#[derive(Serialize)]
pub(in crate::admin) struct MeetingOut {
    id: i64,
    name: String,
    kind: &'static str,
    access: &'static str,
    /// Null also where a room's password is only known as its hash.
    password: Option<String>,
    status: &'static str,
    is_permanent: bool,
    /// With the offset of the room's zone.
    starts_at: Option<String>,
    ends_at: Option<String>,
    time_zone: String,
    has_lobby: bool,
    lobby_text: String,
    has_registration: bool,
    recordings: i64,
    url: String,
    /// Lets whoever opens it in as host.
    host_url: String,
    pin: i64,
    presenter_pin: i64,
    listener_pin: i64,
    created_at: String,
}

impl MeetingOut {
    pub(super) fn new(meeting: Meeting, showing: &Showing<'_>) -> Self {
        let local = Local::of(&meeting.zone);
        let url = room_url(&showing.base, &meeting.slug);
        Self {
            id: meeting.id.get(),
            kind: meeting.kind.word(),
            access: match meeting.access {
                Access::Open => "open",
                Access::Password => "password",
                Access::Token => "token",
            },
            status: if meeting.is_active(showing.now) { "active" } else { "inactive" },
            is_permanent: meeting.schedule.is_none(),
            starts_at: meeting.schedule.map(|schedule| local.iso(schedule.starts)),
            ends_at: meeting.schedule.map(|schedule| local.iso(schedule.ends)),
            has_lobby: meeting.has_lobby,
            has_registration: meeting.has_registration,
            recordings: meeting.recording_num,
            host_url: format!("{url}?l={}", showing.keys.owner_hash(meeting.id)),
            url,
            pin: meeting.pin,
            presenter_pin: meeting.presenter_pin,
            listener_pin: meeting.listener_pin,
            created_at: meeting.created.to_string(),
            time_zone: meeting.zone.as_str().to_owned(),
            name: meeting.name,
            password: meeting.password.and_then(|password| password.plain().map(str::to_owned)),
            lobby_text: meeting.lobby_text,
        }
    }
}

/// A room to be made, or what of one is to change.
#[derive(Deserialize)]
pub(in crate::admin) struct MeetingIn {
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) access: Option<String>,
    pub(super) password: Option<String>,
    pub(super) is_permanent: Option<bool>,
    /// A time on the wall of the room's zone, or with an offset.
    pub(super) starts_at: Option<String>,
    pub(super) duration_min: Option<i64>,
    pub(super) time_zone: Option<String>,
    pub(super) has_lobby: Option<bool>,
    pub(super) lobby_text: Option<String>,
    pub(super) has_registration: Option<bool>,
    pub(super) status: Option<String>,
}

/// A session in a list.
#[derive(Serialize)]
pub(in crate::admin) struct PastSessionOut {
    id: i64,
    started_at: String,
    /// Null while it goes on.
    ended_at: Option<String>,
    visitors: i64,
    most_at_once: i64,
    messages: i64,
}

impl PastSessionOut {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            id: session.id.get(),
            started_at: session.started.to_string(),
            ended_at: session.ended.map(|at| at.to_string()),
            visitors: session.total_visitors,
            most_at_once: session.max_visitors,
            messages: session.message_num,
        }
    }
}

/// A session with who came and its reports.
#[derive(Serialize)]
pub(in crate::admin) struct SessionDetailOut {
    session: PastSessionOut,
    attendees: Vec<AttendeeOut>,
    reports: Vec<ReportOut>,
}

impl SessionDetailOut {
    pub(super) fn new(view: SessionView, base: &str) -> Self {
        let of = |language: Language| match view.reports.iter().find(|report| report.language == language) {
            Some(report) => ReportOut::new(report, base),
            None => ReportOut { language: language.code(), state: "none", url: None },
        };
        Self {
            session: PastSessionOut::new(&view.session),
            reports: Language::OF_REPORTS.into_iter().map(of).collect(),
            attendees: view.attendees.into_iter().map(AttendeeOut::from).collect(),
        }
    }
}

#[derive(Serialize)]
struct AttendeeOut {
    id: i64,
    nickname: String,
    email: Option<String>,
    role: &'static str,
    device: String,
    address: String,
    joined_at: String,
    /// Null while present.
    left_at: Option<String>,
    rating: Option<i64>,
    comment: Option<String>,
}

impl From<Attendee> for AttendeeOut {
    fn from(from: Attendee) -> Self {
        Self {
            id: from.id.get(),
            nickname: from.nickname,
            email: from.email,
            role: from.role.word(),
            device: from.device,
            address: from.address,
            joined_at: from.joined.to_string(),
            left_at: from.left.map(|at| at.to_string()),
            rating: from.rating,
            comment: from.rating_comment,
        }
    }
}

/// How far a report is.
#[derive(Serialize)]
pub(in crate::admin) struct ReportOut {
    language: &'static str,
    /// `none`, `asked`, `finished` or `failed`.
    state: &'static str,
    url: Option<String>,
}

impl ReportOut {
    pub(super) fn new(report: &Report, base: &str) -> Self {
        let state = match report.state {
            ReportState::New | ReportState::Running => "asked",
            ReportState::Finished => "finished",
            ReportState::Failed => "failed",
        };
        let url = (report.state == ReportState::Finished).then(|| report_url(base, report.language, report.session, &report.code));
        Self { language: report.language.code(), state, url }
    }
}

#[derive(Deserialize)]
pub(in crate::admin) struct ReportIn {
    pub(super) language: Option<String>,
}

/// Lines of a chat, and where the next ones begin.
#[derive(Serialize)]
pub(in crate::admin) struct ChatOut {
    items: Vec<ChatLineOut>,
    next: i64,
}

#[derive(Serialize)]
struct ChatLineOut {
    sent_at: String,
    nickname: String,
    text: String,
}

impl ChatOut {
    pub(super) fn new(next: i64, lines: Vec<ChatLine>) -> Self {
        let shown = |line: ChatLine| ChatLineOut { sent_at: line.sent.to_string(), nickname: line.nickname, text: line.text };
        Self { items: lines.into_iter().map(shown).collect(), next }
    }
}

#[derive(Serialize)]
pub(in crate::admin) struct RecordingOut {
    id: i64,
    name: String,
    media_type: String,
    started_at: String,
    duration_s: i64,
    bytes: u64,
    url: String,
}

impl RecordingOut {
    pub(super) fn new(from: Recording, showing: &Showing<'_>) -> Self {
        Self {
            id: from.id.get(),
            url: showing.keys.recording_link(&showing.base, from.id, showing.now.plus_ms(RECORDING_LINK_MS)),
            name: from.name,
            media_type: from.media_type,
            started_at: from.started.to_string(),
            duration_s: from.duration_s,
            bytes: from.bytes,
        }
    }
}

#[derive(Serialize)]
pub(in crate::admin) struct RegistrationOut {
    id: i64,
    email: String,
    first_name: String,
    last_name: String,
    /// By the numbers of the form's fields.
    answers: Vec<AnswerOut>,
    registered_at: String,
    confirmed_at: Option<String>,
    /// Whether the person was seen in a session.
    has_come: bool,
}

#[derive(Serialize)]
struct AnswerOut {
    field: u32,
    text: String,
}

impl From<Registration> for RegistrationOut {
    fn from(from: Registration) -> Self {
        Self {
            id: from.id.get(),
            email: from.email,
            first_name: from.first_name,
            last_name: from.last_name,
            answers: from.answers.into_iter().map(|(field, text)| AnswerOut { field, text }).collect(),
            registered_at: from.registered.to_string(),
            confirmed_at: from.confirmed.map(|at| at.to_string()),
            has_come: from.session.is_some(),
        }
    }
}

#[derive(Serialize)]
pub(in crate::admin) struct AccessTokenOut {
    id: i64,
    token: String,
    sent_to: Option<String>,
    used_at: Option<String>,
}

impl From<AccessToken> for AccessTokenOut {
    fn from(from: AccessToken) -> Self {
        Self { id: from.id.get(), token: from.token, sent_to: from.sent_to, used_at: from.first_use.map(|at| at.to_string()) }
    }
}

#[derive(Deserialize)]
pub(in crate::admin) struct HowManyIn {
    pub(super) how_many: i64,
}

#[derive(Deserialize)]
pub(in crate::admin) struct TokensIn {
    pub(super) tokens: Vec<String>,
}
