//! `/meetings/{meeting_id}/sessions`: what happened in a room, its reports and its chat.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;

use super::super::requests::{id_in_path, required};
use super::super::wire::ListOut;
use super::wire::{ChatOut, PastSessionOut, ReportIn, ReportOut, SessionDetailOut};
use super::{meeting_in_path, read, write};
use crate::documents::{chat_archive, chat_file_name};
use crate::domain::{Error, Language, MeetingId, Noun, SessionId};
use crate::ops::{reports, sessions};
use crate::web::{Call, Fault, Out, Reply, Typed};

fn session_in_path(call: &Call) -> Result<(MeetingId, SessionId), Error> {
    Ok((meeting_in_path(call)?, id_in_path(call, "session_id", Error::NotFound(Noun::Session))?))
}

/// GET /meetings/{meeting_id}/sessions
pub(in crate::admin) async fn get_meeting_sessions(call: Call) -> Reply<ListOut<PastSessionOut>> {
    let id = meeting_in_path(&call)?;
    let (_, found) = read(&call, |tx, actor| sessions::list_sessions(tx, actor, id))?;
    // Newest first: people look for what was just over.
    Ok(Out(ListOut { items: found.iter().rev().map(PastSessionOut::new).collect() }))
}

/// GET /meetings/{meeting_id}/sessions/{session_id}
pub(in crate::admin) async fn get_meeting_session(call: Call) -> Reply<SessionDetailOut> {
    let (meeting, session) = session_in_path(&call)?;
    let view = read(&call, |tx, actor| sessions::get_session(tx, actor, meeting, session))?;
    Ok(Out(SessionDetailOut::new(view, &call.base())))
}

/// GET /meetings/{meeting_id}/sessions/{session_id}/chat
pub(in crate::admin) async fn get_chat(call: Call) -> Reply<ChatOut> {
    let (meeting, session) = session_in_path(&call)?;
    let after = call.query()?.natural("after")?.unwrap_or(0);
    let (next, lines) = read(&call, |tx, actor| {
        sessions::get_session(tx, actor, meeting, session)?;
        sessions::next_lines(tx, session, after)
    })?;
    Ok(Out(ChatOut::new(next, lines)))
}

/// GET /meetings/{meeting_id}/sessions/{session_id}/chat/archive
pub(in crate::admin) async fn get_chat_archive(call: Call) -> Result<HttpResponse, Fault> {
    let (meeting, session) = session_in_path(&call)?;
    let chat = read(&call, |tx, actor| {
        sessions::get_session(tx, actor, meeting, session)?;
        sessions::get_chat(tx, actor, session)
    })?;
    let archive = call.blocking(move |world| chat_archive(|row| world.read(|tx| sessions::next_lines(tx, session, row)))).await?;
    let disposition = format!("attachment; filename=\"{}\"", chat_file_name(chat.session, chat.started));
    Ok(HttpResponse::Ok().content_type("application/zip").insert_header((CONTENT_DISPOSITION, disposition)).body(archive))
}

/// POST /meetings/{meeting_id}/sessions/{session_id}/reports
pub(in crate::admin) async fn post_report(call: Call, Typed(body): Typed<ReportIn>) -> Reply<ReportOut> {
    let (meeting, session) = session_in_path(&call)?;
    let language = Language::of_report(&required(body.language, "language")?);
    let language = language.ok_or(Error::Invalid("language", "reports are written in en, pl, ru, de, es, ja or vi"))?;
    let report = write(&call, move |tx, actor| reports::request_report(tx, actor, meeting, session, language)).await?;
    Ok(Out(ReportOut::new(&report, &call.base())))
}
