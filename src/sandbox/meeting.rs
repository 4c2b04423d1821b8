//! The conference rooms of the sandbox's office. All of them are open for years, so that lists show them whenever the
//! sandbox is started.

use crate::domain::{
    Access, Actor, AttendeeRole, Email, Error, FileName, Language, Meeting, MeetingKind, MeetingName, MeetingPatch, NewMeeting,
    NewRegistration, PastAttendee, PastSession, Poll, PollAnswer, PollQuestion, SettingsPatch, Start, Switch, TimeZone, Timestamp,
};
use crate::files::Received;
use crate::ops::library::KeepFile;
use crate::ops::recordings::NewRecording;
use crate::ops::{library, meetings, past, recordings, registrations, room_keys};
use crate::store::Tx;

const MINUTE_MS: i64 = 60_000;
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36";
/// The well-known access token of the room that asks for tokens.
const ACCESS_TOKEN: &str = "K7D4QP";

/// What the rooms hold.
pub(super) struct Contents {
    /// A recording.
    pub(super) film: Received,
    /// A text.
    pub(super) plan: Received,
    /// A picture.
    pub(super) picture: Received,
}

/// Three rooms: one with a session that is over, one with registration, one with access tokens.
pub(super) fn meet(tx: &Tx<'_>, start: Timestamp, alice: &Actor, contents: Contents) -> Result<(), Error> {
    let at = |minute: i64| start.plus_ms(minute * MINUTE_MS);
    let hours = make(&tx.at(at(116)), alice, "Office hours 相談会", MeetingKind::Meeting, Access::Open, office_hours())?;
    let demo = make(&tx.at(at(117)), alice, "Spring demo – pokaz wiosenny", MeetingKind::Webinar, Access::Password, spring_demo()?)?;
    let customers = make(&tx.at(at(118)), alice, "Ngày khách hàng", MeetingKind::Webinar, Access::Token, MeetingPatch::default())?;
    past::import_session(&tx.at(at(300)), &hours, &session(&at))?;
    registrations::sign_up(&tx.at(at(301)), &demo, &guest()?)?;
    let later = &tx.at(at(302));
    recordings::add_recording(later, &hours, recording(at(181), contents.film))?;
    library::keep_file(later, alice, None, Ok(file("launch-plan.txt", "text/plain", contents.plan)))?;
    library::keep_file(later, alice, Some(hours.id), Ok(file("star.png", "image/png", contents.picture)))?;
    room_keys::keep_token(later, &customers, ACCESS_TOKEN, &Email::parse("ada@example.com")?)
}

fn make(tx: &Tx<'_>, alice: &Actor, name: &str, kind: MeetingKind, access: Access, rest: MeetingPatch) -> Result<Meeting, Error> {
    let is_permanent = rest.starts.is_none();
    let room = NewMeeting { name: MeetingName::parse(name)?, kind, is_permanent, access, rest };
    Ok(meetings::create_meeting(tx, alice, Ok(room))?.meeting)
}

fn office_hours() -> MeetingPatch {
    MeetingPatch {
        has_lobby: Some(false),
        settings: SettingsPatch { switches: vec![(Switch::ConnectionTester, true), (Switch::Sharing, true)], ..SettingsPatch::default() },
        ..MeetingPatch::default()
    }
}

fn spring_demo() -> Result<MeetingPatch, Error> {
    Ok(MeetingPatch {
        starts: Some(Start::parse("2031-03-04 15:00:00")?),
        duration_ms: Some(90 * MINUTE_MS),
        zone: Some(TimeZone::parse("Europe/Warsaw")?),
        password: Some("tulip-9".to_owned()),
        lobby_text: Some("We start in a few minutes.".to_owned()),
        has_registration: Some(true),
        ..MeetingPatch::default()
    })
}

fn guest() -> Result<NewRegistration, Error> {
    Ok(NewRegistration {
        email: Email::parse("dang@example.com")?,
        first_name: "Đặng".to_owned(),
        last_name: "Văn Lâm".to_owned(),
        answers: vec![(10, "Công ty Ví dụ".to_owned())],
        referer: None,
        language: Some(Language::Vi),
    })
}

fn recording(started: Timestamp, film: Received) -> NewRecording {
    let (media_type, started) = ("video/mp4".to_owned(), Some(started));
    NewRecording { name: None, media_type, started, duration_s: 120, bytes: film.bytes, hash: film.hash }
}

fn file(name: &str, media_type: &str, content: Received) -> KeepFile {
    KeepFile { name: FileName::sanitize(name), media_type: media_type.to_owned(), bytes: content.bytes, hash: content.hash }
}

fn session(at: &impl Fn(i64) -> Timestamp) -> PastSession {
    let attendee = |nickname: &str, email: &str, role, from, to| PastAttendee {
        nickname: nickname.to_owned(),
        email: Some(email.to_owned()),
        role,
        device: BROWSER.to_owned(),
        address: "192.0.2.10".to_owned(),
        spans: vec![(at(from), at(to))],
        rating: None,
        rating_comment: None,
        votes: Vec::new(),
    };
    let alice = attendee("Alice Nguyễn", "alice@example.com", AttendeeRole::Host, 178, 270);
    let dang = PastAttendee {
        rating: Some(5),
        rating_comment: Some("Rất hay! Thank you.".to_owned()),
        votes: vec![(0, 0, 1)],
        ..attendee("Đặng Văn Lâm", "dang@example.com", AttendeeRole::Listener, 182, 268)
    };
    let tanaka =
        PastAttendee { votes: vec![(0, 0, 0)], ..attendee("田中 一郎", "tanaka@example.com", AttendeeRole::Listener, 190, 240) };
    PastSession {
        started: at(178),
        ended: at(270),
        attendees: vec![alice, dang, tanaka],
        chat: vec![
            (0, at(181), "Dzień dobry! Welcome, everybody.".to_owned()),
            (1, at(183), "Xin chào, \"hello\" from Hà Nội".to_owned()),
            (2, at(191), "こんにちは、よろしくお願いします。".to_owned()),
        ],
        polls: vec![poll()],
    }
}

fn poll() -> Poll {
    let answer = |text: &str, points| PollAnswer { id: 0, text: text.to_owned(), points, votes: 0 };
    let question = PollQuestion {
        id: 0,
        text: "When shall we meet again?".to_owned(),
        answers: vec![answer("In a month", 0), answer("In a week", 1)],
    };
    Poll { id: 0, name: "Next time".to_owned(), is_open: false, questions: vec![question] }
}
