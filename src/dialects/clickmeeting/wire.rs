//! Answers of the ClickMeeting API: order, null or absent, number or text as the live service has them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::domain::civil::{Local, utc_text};
use crate::domain::link::{registration_url, room_url};
use crate::domain::{
    Access, AccessToken, Attendee, ChatArchive, LibraryFile, Meeting, MeetingKind, Recording, Registration, Report, ReportState, Session,
    Switch, Timestamp, Vote,
};
use crate::ops::meetings::MeetingView;
use crate::web::links;
use crate::web::meeting_links::{MeetingKeys, embed_url};

/// How long a link to a recording works, in milliseconds. GUESS: a day; the vendor's end after some hours.
const RECORDING_LINK_MS: i64 = 24 * 60 * 60 * 1000;

/// What rendering a room needs besides the room.
pub(super) struct Showing<'a> {
    /// What addresses start with.
    pub(super) base: String,
    /// Derives secrets.
    pub(super) keys: &'a MeetingKeys,
    /// The instant of the answer.
    pub(super) now: Timestamp,
}

impl Showing<'_> {
    pub(super) fn recording_link(&self, recording: crate::domain::RecordingId) -> String {
        self.keys.recording_link(&self.base, recording, self.now.plus_ms(RECORDING_LINK_MS))
    }
}

/// A room.
#[derive(Serialize)]
pub(super) struct RoomOut {
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
    password: Option<String>,
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
    pub(super) fn new(view: MeetingView, showing: &Showing<'_>) -> Self {
        let MeetingView { meeting, recordings } = view;
        let local = Local::of(&meeting.zone);
        let is_active = meeting.is_active(showing.now);
        let [listener, presenter, host] = showing.keys.role_hashes(meeting.id, showing.now);
        let owner = showing.keys.owner_hash(meeting.id);
        let starts = meeting.schedule.map(|schedule| schedule.starts);
        // GUESS: a closed permanent room ends when it was closed: an integrator reads `ends_at` of every inactive room.
        let ends = meeting.schedule.map(|schedule| schedule.ends).or(meeting.inactive_from.filter(|_| !is_active));
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
            updated_at: local.iso(meeting.updated),
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
            password: meeting.password,
            lobby_description: meeting.lobby_text,
        }
    }

    /// As the answer to making the room shows it.
    pub(super) fn just_made(mut self) -> Self {
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
pub(super) struct MadeOut {
    pub(super) room: RoomOut,
}

/// What reading and editing a room answers.
#[derive(Serialize)]
pub(super) struct ConferenceOut {
    pub(super) conference: RoomOut,
}

/// The list without a status. QUIRK(clickmeeting): an object, where the lists with a status are bare arrays (live answers of 2016 and 2019).
#[derive(Serialize)]
pub(super) struct ConferencesOut {
    pub(super) active_conferences: Vec<RoomOut>,
    /// Always empty: an integrator adds both lists up.
    pub(super) scheduled_conferences: Vec<RoomOut>,
}

/// Deleting a room.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum DeletedOut {
    Object { result: &'static str },
    Text(&'static str),
}

/// A skin.
#[derive(Serialize)]
pub(super) struct SkinOut {
    /// QUIRK(clickmeeting): a number in a text.
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) thumbnail_url: String,
}

#[derive(Serialize)]
pub(super) struct AutologinOut {
    pub(super) autologin_hash: String,
}

#[derive(Serialize)]
pub(super) struct StatusOut {
    pub(super) status: &'static str,
}

/// QUIRK(clickmeeting): deleting recordings answers with the key in capital letters.
#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct CapitalStatusOut {
    pub(super) status: &'static str,
}

/// QUIRK(clickmeeting): deleting a file answers with a third spelling.
#[derive(Serialize)]
pub(super) struct ResponseOut {
    pub(super) response: &'static str,
}

#[derive(Serialize)]
pub(super) struct TokensDeletedOut {
    pub(super) status: &'static str,
    pub(super) message: &'static str,
}

#[derive(Serialize)]
pub(super) struct TokensOut {
    pub(super) access_tokens: Vec<TokenOut>,
}

#[derive(Serialize)]
pub(super) struct TokenOut {
    token: String,
    sent_to_email: Option<String>,
    first_use_date: Option<String>,
}

impl TokensOut {
    pub(super) fn new(tokens: Vec<AccessToken>, local: &Local) -> Self {
        let shown = tokens.into_iter().map(|token| TokenOut {
            token: token.token,
            sent_to_email: token.sent_to,
            first_use_date: token.first_use.map(|at| local.iso(at)),
        });
        Self { access_tokens: shown.collect() }
    }
}

/// A session in a list.
#[derive(Serialize)]
pub(super) struct SessionOut {
    id: i64,
    total_visitors: i64,
    max_visitors: i64,
    start_date: String,
    end_date: String,
}

impl SessionOut {
    pub(super) fn new(session: &Session, local: &Local) -> Self {
        Self {
            id: session.id.get(),
            total_visitors: session.total_visitors,
            max_visitors: session.max_visitors,
            start_date: local.iso(session.started),
            end_date: local.iso(end_of(session)),
        }
    }
}

/// GUESS: a session that goes on ends, for now, when it was last known to go on: clients parse a date there.
fn end_of(session: &Session) -> Timestamp {
    session.ended.unwrap_or(session.heartbeat)
}

/// A session by itself; without its id.
#[derive(Serialize)]
pub(super) struct SessionDetailOut {
    total_visitors: i64,
    max_visitors: i64,
    start_date: String,
    end_date: String,
    attendees: Vec<VisitorOut>,
    pdf: PdfsOut,
}

#[derive(Serialize)]
struct VisitorOut {
    id: i64,
    start_date: String,
    end_date: String,
    login: String,
    email: Option<String>,
}

impl SessionDetailOut {
    pub(super) fn new(session: &Session, attendees: Vec<Attendee>, pdf: PdfsOut, local: &Local) -> Self {
        let visitor = |attendee: Attendee| VisitorOut {
            id: attendee.id.get(),
            start_date: local.iso(attendee.joined),
            end_date: local.iso(attendee.left.unwrap_or(session.heartbeat.max(attendee.joined))),
            login: attendee.nickname,
            email: attendee.email,
        };
        Self {
            total_visitors: session.total_visitors,
            max_visitors: session.max_visitors,
            start_date: local.iso(session.started),
            end_date: local.iso(end_of(session)),
            attendees: attendees.into_iter().map(visitor).collect(),
            pdf,
        }
    }
}

/// Reports by language, in the order of the languages.
pub(super) struct PdfsOut(pub(super) Vec<(&'static str, PdfOut)>);

impl Serialize for PdfsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (language, pdf) in &self.0 {
            map.serialize_entry(language, pdf)?;
        }
        map.end()
    }
}

/// How far a report is.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum PdfOut {
    /// Nobody asked for it.
    Untouched { generate_pdf_url: String, progress: u8 },
    /// Somebody did.
    Asked {
        status: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        progress: u8,
    },
}

impl PdfOut {
    pub(super) fn of(report: &Report, base: &str, in_progress: &'static str) -> Self {
        let (status, progress) = match report.state {
            ReportState::New => ("NEW", 0),
            ReportState::Running => (in_progress, 50),
            ReportState::Finished => ("FINISHED", 100),
            ReportState::Failed => ("FAILED", 0),
        };
        let is_there = report.state == ReportState::Finished;
        let url = is_there.then(|| format!("{base}/panel/pdf/{}/{}/{}", report.language.code(), report.session, report.code));
        Self::Asked { status, url, progress }
    }
}

/// What asking for a report answers: the same, in another order.
#[derive(Serialize)]
pub(super) struct ReportOut {
    status: &'static str,
    progress: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl ReportOut {
    pub(super) fn new(report: &Report, base: &str, in_progress: &'static str) -> Self {
        match PdfOut::of(report, base, in_progress) {
            PdfOut::Asked { status, url, progress } => Self { status, progress, url },
            PdfOut::Untouched { progress, .. } => Self { status: "NEW", progress, url: None },
        }
    }
}

/// An attendee, with what they voted and thought.
#[derive(Serialize)]
pub(super) struct AttendeeOut {
    /// QUIRK(clickmeeting): a number in a text.
    uid: String,
    role: &'static str,
    nickname: String,
    email: Option<String>,
    device: String,
    /// QUIRK(clickmeeting): a number in a text.
    rating: Option<String>,
    rating_comment: Option<String>,
    start_date: String,
    end_date: String,
    user_ip: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    polls: Vec<PollOut>,
}

#[derive(Serialize)]
struct PollOut {
    name: String,
    questions: Vec<QuestionOut>,
}

#[derive(Serialize)]
struct QuestionOut {
    question: String,
    answers: Vec<AnswerOut>,
}

#[derive(Serialize)]
struct AnswerOut {
    points: i64,
    value: String,
}

impl AttendeeOut {
    pub(super) fn new(attendee: Attendee, session: &Session, votes: Vec<Vote>, local: &Local) -> Self {
        Self {
            uid: attendee.id.to_string(),
            role: attendee.role.word(),
            nickname: attendee.nickname,
            email: attendee.email,
            device: attendee.device,
            rating: attendee.rating.map(|rating| rating.to_string()),
            rating_comment: attendee.rating_comment,
            start_date: local.iso(attendee.joined),
            end_date: local.iso(attendee.left.unwrap_or(session.heartbeat.max(attendee.joined))),
            user_ip: attendee.address,
            polls: polls(votes),
        }
    }
}

/// Votes come by poll and question.
fn polls(votes: Vec<Vote>) -> Vec<PollOut> {
    let mut polls: Vec<PollOut> = Vec::new();
    let mut last = (0, 0);
    for vote in votes {
        if vote.poll.0 != last.0 {
            polls.push(PollOut { name: vote.poll.1, questions: Vec::new() });
        }
        let Some(poll) = polls.last_mut() else { continue };
        if (vote.poll.0, vote.question.0) != last {
            poll.questions.push(QuestionOut { question: vote.question.1, answers: Vec::new() });
        }
        if let Some(question) = poll.questions.last_mut() {
            question.answers.push(AnswerOut { points: vote.points, value: vote.answer });
        }
        last = (vote.poll.0, vote.question.0);
    }
    polls
}

/// A registration.
#[derive(Serialize)]
pub(super) struct RegistrationOut {
    id: i64,
    visitor_nickname: String,
    email: String,
    registration_date: String,
    registration_confirmed: String,
    session_id: Option<i64>,
    fields: FieldsOut,
    url: String,
    r: String,
    http_referer: Option<String>,
    geo: GeoOut,
}

#[derive(Serialize)]
struct GeoOut {
    country: Option<String>,
    city: Option<String>,
}

/// Answers by label.
struct FieldsOut(Vec<(String, String)>);

impl Serialize for FieldsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (label, answer) in &self.0 {
            map.serialize_entry(label, answer)?;
        }
        map.end()
    }
}

/// GUESS: labels of further fields; no vendor's form was ever seen whole.
fn label(number: u32) -> String {
    match number {
        10 => "Company".to_owned(),
        11 => "Phone".to_owned(),
        other => format!("Field {other}"),
    }
}

impl RegistrationOut {
    pub(super) fn new(registration: Registration, meeting: &Meeting, base: &str, local: &Local) -> Self {
        let nickname = format!("{} {}", registration.first_name, registration.last_name);
        let mut fields = vec![
            ("First Name".to_owned(), registration.first_name),
            ("Last Name".to_owned(), registration.last_name),
            ("Email Address".to_owned(), registration.email.clone()),
        ];
        fields.extend(registration.answers.into_iter().map(|(number, answer)| (label(number), answer)));
        Self {
            id: registration.id.get(),
            visitor_nickname: nickname.trim().to_owned(),
            email: registration.email,
            registration_date: local.iso(registration.registered),
            // QUIRK(clickmeeting): four letters in a text where nothing was confirmed.
            registration_confirmed: registration.confirmed.map_or_else(|| "null".to_owned(), |at| local.iso(at)),
            session_id: registration.session.map(crate::domain::SessionId::get),
            fields: FieldsOut(fields),
            url: registration_url(base, meeting.pin, &registration.hash),
            r: registration.hash,
            http_referer: registration.referer,
            geo: GeoOut { country: None, city: None },
        }
    }
}

/// What signing up answers.
#[derive(Serialize)]
pub(super) struct RegisteredOut {
    pub(super) status: &'static str,
    pub(super) exist: u8,
    pub(super) url: String,
    pub(super) r: String,
}

/// A file of the library.
#[derive(Serialize)]
pub(super) struct FileOut {
    id: i64,
    name: String,
    document_type: &'static str,
    conversion_progress: u8,
    status: &'static str,
    status_message: &'static str,
    upload_date: String,
    url: String,
    created_at: String,
}

impl FileOut {
    pub(super) fn new(file: LibraryFile, base: &str) -> Self {
        let (document_type, status, status_message, conversion_progress) = conversion(&file.media_type);
        let utc = utc_text(file.uploaded);
        Self {
            id: file.id.get(),
            document_type,
            conversion_progress,
            status,
            status_message,
            created_at: format!("{}+00:00", utc.replace(' ', "T")),
            upload_date: utc,
            url: format!("{base}/v1/file-library/{}/download", file.id),
            name: file.name.as_str().to_owned(),
        }
    }
}

/// What a file is to the vendor, and how far its conversion is: kind, state, message, percent.
fn conversion(media_type: &str) -> (&'static str, &'static str, &'static str, u8) {
    const NO_CONVERTER: &str = "This server keeps and serves documents; it does not convert them to slides.";
    match media_type.split('/').next().unwrap_or_default() {
        // QUIRK(clickmeeting): pictures are converted with a progress of 0.
        "image" => ("image", "converted", "", 0),
        "audio" => ("audio", "converted", "", 100),
        "video" => ("video", "converted", "", 100),
        _ if media_type == "application/pdf" => ("presentation_pdf", "waiting_for_conversion", NO_CONVERTER, 0),
        // GUESS: only three kinds were ever seen.
        _ => ("document", "waiting_for_conversion", NO_CONVERTER, 0),
    }
}

/// A recording, in a list of its room or (with the room's id) of all.
#[derive(Serialize)]
pub(super) struct RecordingOut {
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    conference_id: Option<i64>,
    recording_url: String,
    recording_duration: i64,
    recorder_started: String,
    recorder_start_date: String,
    recording_file_size: SizeOut,
    recording_name: String,
}

/// A size in bytes: a number, or a text where the configuration says so.
#[derive(Serialize)]
#[serde(untagged)]
enum SizeOut {
    Number(u64),
    Text(String),
}

impl RecordingOut {
    pub(super) fn new(recording: Recording, showing: &Showing<'_>, is_size_text: bool, with_room: bool) -> Self {
        let utc = utc_text(recording.started);
        let size = if is_size_text { SizeOut::Text(recording.bytes.to_string()) } else { SizeOut::Number(recording.bytes) };
        Self {
            id: recording.id.get(),
            conference_id: with_room.then(|| recording.meeting.get()),
            recording_url: showing.recording_link(recording.id),
            recording_duration: recording.duration_s,
            recorder_start_date: format!("{}+00:00", utc.replace(' ', "T")),
            recorder_started: utc,
            recording_file_size: size,
            recording_name: recording.name,
        }
    }
}

/// A session with chat.
#[derive(Serialize)]
pub(super) struct ChatOut {
    id: i64,
    name: String,
    date: String,
    time: String,
    timezone: String,
    download_link: String,
}

impl ChatOut {
    pub(super) fn new(chat: ChatArchive, base: &str) -> Self {
        let local = Local::of(&chat.zone);
        let (wall, offset_s) = (local.wall(chat.started), local.offset_s(chat.started));
        Self {
            id: chat.session.get(),
            name: chat.room_name,
            date: wall.date().to_string(),
            time: format!("{:02}:{:02} {}", wall.hour(), wall.minute(), gmt(offset_s)),
            timezone: chat.zone.as_str().to_owned(),
            download_link: format!("{base}/v1/chats/{}", chat.session),
        }
    }
}

/// `GMT+2`, `GMT-3:30`, `GMT+0`.
fn gmt(offset_s: i32) -> String {
    let (hours, minutes) = (offset_s.abs() / 3_600, offset_s.abs() / 60 % 60);
    let sign = if offset_s < 0 { '-' } else { '+' };
    if minutes == 0 { format!("GMT{sign}{hours}") } else { format!("GMT{sign}{hours}:{minutes:02}") }
}

#[derive(Serialize)]
pub(super) struct PingOut {
    pub(super) ping: &'static str,
}

/// A telephone number.
#[derive(Serialize)]
pub(super) struct GatewayOut {
    pub(super) code: String,
    pub(super) location: String,
    pub(super) value: String,
    pub(super) geo: PlaceOut,
}

/// QUIRK(clickmeeting): coordinates are texts.
#[derive(Serialize)]
pub(super) struct PlaceOut {
    pub(super) lat: String,
    pub(super) long: String,
}

/// The name of a downloaded file as a header carries it.
pub(super) fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' }).collect();
    if plain == name {
        format!("attachment; filename=\"{plain}\"")
    } else {
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", links::segment(name))
    }
}

/// `meeting` or `webinar`.
pub(super) fn kind_named(word: &str) -> Option<MeetingKind> {
    [MeetingKind::Meeting, MeetingKind::Webinar].into_iter().find(|kind| kind.word() == word)
}
