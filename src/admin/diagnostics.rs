//! `/diagnostics`: what somebody looks at who thinks that something is wrong.

mod wire;

use actix_web::http::StatusCode;
use actix_web::web::{Data, block};

use super::backups;
use super::desk::Desk;
use super::overview::BackupFailureOut;
use super::wire::DoneOut;
use super::works::{Kind, Progress, WorkOut};
use crate::doctor::{self, State, of_backup, of_certificates, of_clock, of_disk, of_search, warned_if};
use crate::domain::Error;
use crate::ops::{overview, search};
use crate::store::requests::RequestLog;
use crate::web::{Call, Fault, Out, Reply, Server, With};
use crate::world::World;
use wire::{ChecksOut, DiagnosticsOut, ProtectionOut, SearchOut};

/// GET /diagnostics
pub(super) async fn get_diagnostics(call: Call, desk: Data<Desk>) -> Reply<DiagnosticsOut> {
    let server = call.shared_server();
    Ok(Out(block(move || look(&server, &desk)).await.map_err(Error::internal)??))
}

fn look(server: &Server, desk: &Desk) -> Result<DiagnosticsOut, Error> {
    let world = &server.world;
    let condition = world.read(overview::look_over)?;
    let (usage, failure) = (desk.usage(world)?, desk.scheduled.failure());
    let last_backup = backups::find_last(world, &desk.scheduled)?;
    let not_logged = world.requests().map_or(0, RequestLog::dropped);
    let is_log_missing = server.config.log.requests && world.requests().is_none();
    Ok(DiagnosticsOut {
        schema: condition.schema,
        checks: ChecksOut {
            schema: State::Good,
            disk: of_disk(&usage),
            backup: if failure.is_some() { State::Bad } else { of_backup(last_backup.made, last_backup.lacks, condition.now) },
            clock: of_clock(&condition),
            certificates: of_certificates(desk.tls.as_deref(), &server.config.server, condition.now),
            requests: if is_log_missing { State::Bad } else { warned_if(not_logged > 0) },
            mail: warned_if(condition.mails_failed > 0),
            search: of_search(condition.search),
            database: of_work(desk, Kind::DatabaseCheck),
            audit: of_work(desk, Kind::ChainCheck),
        },
        storage: usage.into(),
        last_backup_at: last_backup.made.map(|made| made.to_string()),
        last_backup_lacks: last_backup.lacks,
        backup_failure: failure.map(BackupFailureOut::from),
        now: condition.now.to_string(),
        newest_event_at: condition.newest_event.map(|at| at.to_string()),
        requests_not_logged: not_logged,
        mails_waiting: condition.mails_waiting,
        mails_failed: condition.mails_failed,
        protection: ProtectionOut::of(desk.tls.as_deref()),
        search: SearchOut { done: condition.search.done, total: condition.search.total },
    })
}

fn of_work(desk: &Desk, kind: Kind) -> State {
    match desk.works.last_of(kind).as_ref().and_then(|work| work.outcome()) {
        None => State::Unknown,
        Some(Ok(_)) => State::Good,
        Some(Err(_)) => State::Bad,
    }
}

/// POST /diagnostics/database
pub(super) async fn post_database_check(call: Call, desk: Data<Desk>) -> Result<With<WorkOut>, Fault> {
    Ok(With(StatusCode::ACCEPTED, desk.works.begin(&call.server().world, Kind::DatabaseCheck, "", check_database)?))
}

fn check_database(world: &World, _: &Progress) -> Result<u64, String> {
    doctor::quick_check(world.dir()).map(|()| 0)
}

/// POST /search/reindexing: `GET /diagnostics` tells how far it is.
pub(super) async fn post_reindexing(call: Call) -> Reply<DoneOut> {
    call.write(|tx, _| search::reindex(tx)).await?;
    Ok(Out(DoneOut {}))
}
