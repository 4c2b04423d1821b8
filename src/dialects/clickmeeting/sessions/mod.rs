//! `/conferences/{room_id}/sessions` and `/chats`.

mod wire;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse};

use super::registrations::RegistrationOut;
use super::requests::parse_registration_status;
use crate::documents::{chat_archive, chat_file_name};
use crate::domain::civil::Local;
use crate::domain::{Error, Language, MeetingId, RegistrationStatus, SessionId};
use crate::ops::sessions::SessionView;
use crate::ops::{reports, sessions};
use crate::web::{Call, Fault, Id, Out, Reply};
use wire::{AttendeeOut, ChatOut, PdfOut, PdfsOut, ReportOut, SessionDetailOut, SessionOut};

/// GET /conferences/{room_id}/sessions
pub(super) async fn get_sessions(call: Call, Id(room): Id<MeetingId>) -> Reply<Vec<SessionOut>> {
    let (meeting, found) = call.read(|tx, actor| sessions::list_sessions(tx, actor, room))?;
    let local = Local::of(&meeting.zone);
    Ok(Out(found.iter().map(|session| SessionOut::new(session, &local)).collect()))
}

/// GET /conferences/{room_id}/sessions/{session_id}
pub(super) async fn get_session(call: Call, Id(room): Id<MeetingId>, Id(id): Id<SessionId>) -> Reply<SessionDetailOut> {
    let view = call.read(|tx, actor| sessions::get_session(tx, actor, room, id))?;
    let pdf = pdfs(&call, &view);
    Ok(Out(SessionDetailOut::new(&view.session, view.attendees, pdf, &Local::of(&view.meeting.zone))))
}

fn pdfs(call: &Call, view: &SessionView) -> PdfsOut {
    let base = call.base();
    let in_progress = call.server().config.clickmeeting.in_progress.word();
    let pdf = |language: Language| match view.reports.iter().find(|report| report.language == language) {
        Some(report) => PdfOut::of(report, &base, in_progress),
        None => {
            let (room, session, code) = (view.meeting.id, view.session.id, language.code());
            PdfOut::Untouched {
                generate_pdf_url: format!("{base}/v1/conferences/{room}/sessions/{session}/generate-pdf/{code}"),
                progress: 0,
            }
        }
    };
    PdfsOut(Language::OF_REPORTS.into_iter().map(|language| (language.code(), pdf(language))).collect())
}

/// GET /conferences/{room_id}/sessions/{session_id}/attendees
pub(super) async fn get_session_attendees(call: Call, Id(room): Id<MeetingId>, Id(id): Id<SessionId>) -> Reply<Vec<AttendeeOut>> {
    let mut view = call.read(|tx, actor| sessions::get_session(tx, actor, room, id))?;
    let local = Local::of(&view.meeting.zone);
    let shown = view.attendees.into_iter().map(|attendee| {
        let votes = view.votes.remove(&attendee.id).unwrap_or_default();
        AttendeeOut::new(attendee, &view.session, votes, &local)
    });
    Ok(Out(shown.collect()))
}

/// GET /conferences/{room_id}/sessions/{session_id}/registrations[/{status}]
pub(super) async fn get_session_registrations(
    call: Call,
    Id(room): Id<MeetingId>,
    Id(id): Id<SessionId>,
    req: HttpRequest,
) -> Reply<Vec<RegistrationOut>> {
    let status = registration_status(&req)?;
    let (meeting, found) = call.read(|tx, actor| sessions::list_registrations(tx, actor, room, id, status))?;
    let (base, local) = (call.base(), Local::of(&meeting.zone));
    Ok(Out(found.into_iter().map(|registration| RegistrationOut::new(registration, &meeting, &base, &local)).collect()))
}

/// The status in the path; all of them where there is none.
pub(super) fn registration_status(req: &HttpRequest) -> Result<RegistrationStatus, Error> {
    match req.match_info().get("status") {
        None => Ok(RegistrationStatus::All),
        Some(word) => parse_registration_status(word).ok_or(Error::NoEndpoint),
    }
}

/// GET /conferences/{room_id}/sessions/{session_id}/generate-pdf/{lang}
pub(super) async fn generate_pdf(call: Call, Id(room): Id<MeetingId>, Id(id): Id<SessionId>, req: HttpRequest) -> Reply<ReportOut> {
    let language = Language::of_report(req.match_info().get("lang").unwrap_or_default());
    // GUESS: a language that there are no reports in is an address that leads nowhere.
    let language = language.ok_or(Fault(Error::NoEndpoint))?;
    let report = call.read_or_write(move |tx, actor| reports::request_report(tx, actor, room, id, language)).await?;
    Ok(Out(ReportOut::new(&report, &call.base(), call.server().config.clickmeeting.in_progress.word())))
}

/// GET /chats/{session_id}: an archive, whatever the extension says.
pub(super) async fn get_chat(call: Call, Id(id): Id<SessionId>) -> Result<HttpResponse, Fault> {
    let chat = call.read(|tx, actor| sessions::get_chat(tx, actor, id))?;
    let archive = call.blocking(move |world| chat_archive(|row| world.read(|tx| sessions::next_lines(tx, id, row)))).await?;
    // QUIRK(clickmeeting): the name stands without quotes.
    let disposition = format!("attachment; filename={}", chat_file_name(chat.session, chat.started));
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header((CONTENT_DISPOSITION, disposition)).body(archive))
}

/// GET /chats
pub(super) async fn get_chats(call: Call) -> Reply<Vec<ChatOut>> {
    let found = call.read(sessions::list_chats)?;
    let base = call.base();
    Ok(Out(found.into_iter().map(|chat| ChatOut::new(chat, &base)).collect()))
}
