//! `/audit`: who did what, as a list and as a file, and whether its chain holds.

mod wire;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, block};
use futures_util::stream;

use super::desk::Desk;
use super::request_log::LogOut;
use super::requests::{self, instant};
use super::works::{Kind, Progress, WorkOut};
use crate::domain::{AccountId, AuditFilter, ChainVerdict, Error, OrganizationId};
use crate::ops::audit::{self, ChainCheck};
use crate::web::{Call, Fault, Out, Params, Reply, Server, With};
use crate::world::World;
use wire::AuditOut;

/// GET /audit
pub(super) async fn get_audit(call: Call) -> Reply<LogOut<AuditOut>> {
    let query = call.query()?;
    let (filter, before, limit) = (filter(&query)?, query.natural("before")?, requests::limit(&query)?);
    let page = call.blocking(move |world| world.read(|tx| audit::list_audit(tx, &filter, before, limit))).await?;
    Ok(Out(LogOut { items: page.entries.into_iter().map(AuditOut::from).collect(), next: page.next }))
}

fn filter(query: &Params) -> Result<AuditFilter, Error> {
    let text = |name| Ok::<_, Error>(query.text(name)?.map(str::to_owned));
    Ok(AuditFilter {
        action: text("action")?,
        actor: query.natural("account")?.map(AccountId::new),
        organization: query.natural("organization_id")?.map(OrganizationId::new),
        dialect: text("dialect")?,
        since: query.text("since")?.map(|text| instant("since", text)).transpose()?,
        until: query.text("until")?.map(|text| instant("until", text)).transpose()?,
        subject_kind: text("subject")?,
        subject_id: query.natural("subject_id")?,
    })
}

/// GET /audit/export: the whole log, oldest first, an entry a line.
pub(super) async fn get_audit_export(call: Call) -> Result<HttpResponse, Fault> {
    let (server, name) = (call.shared_server(), "attachment; filename=\"audit.jsonl\"");
    let lines = stream::try_unfold((server, Some(0)), |(server, reached)| async move {
        let Some(reached) = reached else { return Ok::<_, actix_web::Error>(None) };
        let (piece, next) = next_lines(&server, reached).await.map_err(|cause| {
            tracing::error!(?cause, "a file of the audit log broke off in the middle");
            actix_web::Error::from(Fault(cause))
        })?;
        Ok(Some((piece, (server, next))))
    });
    let head = [(CONTENT_TYPE, "application/jsonl"), (CONTENT_DISPOSITION, name)];
    let mut answer = HttpResponse::Ok();
    head.into_iter().for_each(|header| _ = answer.insert_header(header));
    Ok(answer.streaming(Box::pin(lines)))
}

/// The lines behind a number, and the number that they go up to; none: that was the end.
async fn next_lines(server: &Arc<Server>, reached: i64) -> Result<(Bytes, Option<i64>), Error> {
    let world = server.world.clone();
    let entries = block(move || world.read(|tx| audit::list_after(tx, reached))).await.map_err(Error::internal)??;
    let next = entries.last().map(|last| last.seq);
    let mut piece = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut piece, &AuditOut::from(entry)).map_err(Error::internal)?;
        piece.push(b'\n');
    }
    Ok((Bytes::from(piece), next))
}

/// POST /audit/verification
pub(super) async fn post_audit_verification(call: Call, desk: Data<Desk>) -> Result<With<WorkOut>, Fault> {
    Ok(With(StatusCode::ACCEPTED, desk.works.begin(&call.server().world, Kind::ChainCheck, "", check_chain)?))
}

fn check_chain(world: &World, progress: &Progress) -> Result<u64, String> {
    let mut check = ChainCheck::default();
    loop {
        let verdict = world.read(|tx| check.step(tx)).map_err(|error| error.plain())?;
        match verdict {
            Some(ChainVerdict::Whole(entries)) => return Ok(entries),
            Some(ChainVerdict::Broken { seq, why }) => return Err(format!("at entry {seq}: {why}")),
            None if progress.note(check.checked(), None) => {}
            None => return Err("the server stopped".to_owned()),
        }
    }
}
