//! `/overview`: how the server is, what it holds, what was going on lately, and what one does first.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{Data, block};
use futures_util::stream;

use super::desk::Desk;
use super::{backups, way};
use crate::domain::{Error, Grain};
use crate::ops::{overview, requests};
use crate::web::events::{self, Event};
use crate::web::{Call, Fault, Out, Params, Reply, Server};
pub(super) use wire::{BackupFailureOut, StorageOut};
use wire::{CountsOut, DayOut, DayRequestsOut, OverviewOut, StepsOut};

/// How often somebody who follows is told what changed.
const PAUSE: Duration = Duration::from_secs(5);
/// How often, as long as messages are being counted.
const SHORT_PAUSE: Duration = Duration::from_millis(200);
const MINUTE_MS: i64 = 60_000;

/// What an overview is about.
#[derive(Clone)]
struct View {
    organization: Option<String>,
    /// How long before those of UTC its days begin.
    offset_ms: i64,
}

impl View {
    fn parse(query: &Params) -> Result<Self, Error> {
        let minutes = query.text("offset_min")?.map_or(Ok(0), |text| text.trim().parse::<i64>());
        let offset = minutes
            .ok()
            .filter(|minutes| minutes.abs() < 24 * 60)
            .ok_or(Error::Invalid("offset_min", "no place is a day away from UTC"))?;
        Ok(Self { organization: query.text("organization")?.map(str::to_owned), offset_ms: offset * MINUTE_MS })
    }

    /// Looks at everything. Blocks.
    fn look(&self, server: &Server, desk: &Desk) -> Result<OverviewOut, Error> {
        let (world, offset_ms) = (&server.world, self.offset_ms);
        let figures = desk.figures(world, self.organization.as_deref())?;
        let last_backup = backups::find_last(world, &desk.scheduled)?;
        let now = world.clock().now();
        let (days, is_counting) = desk.messages_by_days(world, offset_ms)?;
        let counted = world.requests().map(|log| requests::count_requests(log, now, overview::DAYS, Grain::Day, offset_ms)).transpose()?;
        Ok(OverviewOut {
            mode: world.mode().name(),
            version: env!("CARGO_PKG_VERSION"),
            started_at: desk.started.to_string(),
            last_backup_at: last_backup.made.map(|made| made.to_string()),
            last_backup_lacks: last_backup.lacks,
            backup_failure: desk.scheduled.failure().map(BackupFailureOut::from),
            storage: desk.usage(world)?.into(),
            counts: CountsOut::new(&figures),
            steps: StepsOut::new(&figures, last_backup.made.is_some()),
            messages: days.into_iter().map(|day| DayOut::new(day, offset_ms)).collect(),
            is_counting,
            requests: counted.map(|counts| counts.into_iter().map(|count| DayRequestsOut::new(count, offset_ms)).collect()),
        })
    }
}

/// GET /overview
pub(super) async fn get_overview(call: Call, desk: Data<Desk>) -> Reply<OverviewOut> {
    let view = View::parse(&call.query()?)?;
    Ok(Out(look(view, call.shared_server(), desk).await?))
}

async fn look(view: View, server: Arc<Server>, desk: Data<Desk>) -> Result<OverviewOut, Error> {
    block(move || view.look(&server, &desk)).await.map_err(Error::internal)?
}

/// GET /overview/live: events, each the whole overview when something of it has changed.
pub(super) async fn get_overview_live(call: Call, desk: Data<Desk>) -> Result<HttpResponse, Fault> {
    let view = View::parse(&call.query()?)?;
    let seat = desk.streams.take_seat()?;
    let first = look(view.clone(), call.shared_server(), desk.clone()).await?;
    let following = Following { view, server: call.shared_server(), desk, told: None, seen: first };
    let told = stream::unfold(following, |mut following| async { Some((following.next().await, following)) });
    Ok(events::answer(seat, told, way::guard_of(&call)))
}

/// Somebody who looks on.
struct Following {
    view: View,
    server: Arc<Server>,
    desk: Data<Desk>,
    told: Option<OverviewOut>,
    seen: OverviewOut,
}

impl Following {
    async fn next(&mut self) -> Result<Event, Error> {
        while self.told.as_ref() == Some(&self.seen) {
            tokio::time::sleep(if self.seen.is_counting { SHORT_PAUSE } else { PAUSE }).await;
            self.seen = look(self.view.clone(), self.server.clone(), self.desk.clone()).await?;
        }
        self.told = Some(self.seen.clone());
        Event::new(None, &self.seen)
    }
}
