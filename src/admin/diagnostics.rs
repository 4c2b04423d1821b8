//! `/diagnostics`: what somebody looks at who thinks that something is wrong.

mod wire;

use actix_web::http::StatusCode;
use actix_web::web::{Data, block};

use super::backups;
use super::desk::Desk;
use super::wire::DoneOut;
use super::works::{Kind, Progress, WorkOut};
use crate::domain::{Error, Grain, SearchProgress, Timestamp};
use crate::ops::overview::{self, Condition};
use crate::ops::search;
use crate::store::copies;
use crate::store::requests::RequestLog;
use crate::web::{Call, Fault, Out, Reply, Server, With};
use crate::world::World;
use crate::world::usage::Usage;
use wire::{ChecksOut, DiagnosticsOut, SearchOut, State};

/// Less free space than this is bad: a write may fail any moment.
const LEAST_FREE: u64 = 100 << 20;
/// Less than this, or than a twentieth of the disk, is little.
const LITTLE_FREE: u64 = 1 << 30;
/// A backup that is older than a week is old.
const OLD_BACKUP_MS: i64 = 7 * Grain::Day.ms();
/// How far what happened last may lie ahead of the clock: clocks are set by moments all the time.
const AHEAD_MS: i64 = 60_000;

/// GET /diagnostics
pub(super) async fn get_diagnostics(call: Call, desk: Data<Desk>) -> Reply<DiagnosticsOut> {
    let server = call.shared_server();
    Ok(Out(block(move || look(&server, &desk)).await.map_err(Error::internal)??))
}

fn look(server: &Server, desk: &Desk) -> Result<DiagnosticsOut, Error> {
    let world = &server.world;
    let condition = world.read(overview::look_over)?;
    let (usage, last_backup) = (desk.usage(world)?, backups::last_made(world)?);
    let not_logged = world.requests().map_or(0, RequestLog::dropped);
    let is_log_missing = server.config.log.requests && world.requests().is_none();
    Ok(DiagnosticsOut {
        schema: condition.schema,
        checks: ChecksOut {
            schema: State::Good,
            disk: of_disk(&usage),
            backup: of_backup(last_backup, condition.now),
            clock: of_clock(&condition),
            requests: if is_log_missing { State::Bad } else { warned_if(not_logged > 0) },
            mail: warned_if(condition.mails_failed > 0),
            search: of_search(condition.search),
            database: of_work(desk, Kind::DatabaseCheck),
            audit: of_work(desk, Kind::ChainCheck),
        },
        storage: usage.into(),
        last_backup_at: last_backup.map(|made| made.to_string()),
        now: condition.now.to_string(),
        newest_event_at: condition.newest_event.map(|at| at.to_string()),
        requests_not_logged: not_logged,
        mails_waiting: condition.mails_waiting,
        mails_failed: condition.mails_failed,
        search: SearchOut { done: condition.search.done, total: condition.search.total },
    })
}

fn warned_if(is_wrong: bool) -> State {
    if is_wrong { State::Warning } else { State::Good }
}

fn of_disk(usage: &Usage) -> State {
    let is_little = usage.free_bytes < LITTLE_FREE || usage.free_bytes < usage.disk_bytes / 20;
    if usage.free_bytes < LEAST_FREE { State::Bad } else { warned_if(is_little) }
}

fn of_backup(last: Option<Timestamp>, now: Timestamp) -> State {
    warned_if(last.is_none_or(|made| now.ms() - made.ms() > OLD_BACKUP_MS))
}

fn of_clock(condition: &Condition) -> State {
    warned_if(condition.newest_event.is_some_and(|at| at.ms() - condition.now.ms() > AHEAD_MS))
}

fn of_search(progress: SearchProgress) -> State {
    if progress.done < progress.total { State::Unknown } else { State::Good }
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
    match copies::check_quickly(&world.dir().join("app.db")) {
        Ok(None) => Ok(0),
        Ok(Some(verdict)) => Err(verdict),
        Err(cause) => Err(cause.to_string()),
    }
}

/// POST /search/reindexing: `GET /diagnostics` tells how far it is.
pub(super) async fn post_reindexing(call: Call) -> Reply<DoneOut> {
    call.write(|tx, _| search::reindex(tx)).await?;
    Ok(Out(DoneOut {}))
}
