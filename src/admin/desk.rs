//! What the administration page's API keeps in memory between requests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::works::Works;
use crate::backup::Scheduled;
use crate::domain::{Error, Timestamp};
use crate::ops::overview::{self, Counted, Figures, MessageHours};
use crate::tls::Tls;
use crate::web::events::Streams;
use crate::world::World;
use crate::world::usage::{self, Usage};

/// How long a measured disk is believed.
const MEASURED: Duration = Duration::from_secs(60);

/// Pieces of messages that are counted for one look at the overview: less than a tenth of a second. The next looks count the rest.
const PIECES: usize = 25;

/// One for each server; lost when it ends.
#[derive(Debug)]
pub struct Desk {
    /// When the server started.
    pub(super) started: Timestamp,
    /// What pages follow.
    pub(super) streams: Streams,
    /// Backups that nobody has to ask for.
    pub(super) scheduled: Arc<Scheduled>,
    /// How connections are protected, if they are.
    pub(super) tls: Option<Arc<Tls>>,
    /// What takes long.
    pub(super) works: Arc<Works>,
    /// Messages of the last days, as far as they were counted.
    hours: Mutex<MessageHours>,
    counted: Mutex<Counted>,
    measured: Mutex<Option<(Instant, Usage)>>,
}

impl Desk {
    /// Of a server that starts now.
    pub fn new(started: Timestamp, scheduled: Arc<Scheduled>, tls: Option<Arc<Tls>>) -> Self {
        let (streams, works) = (Streams::default(), Arc::default());
        let (hours, counted, measured) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { started, streams, scheduled, tls, works, hours, counted, measured }
    }

    /// The server stops: what would go on without an end is ended.
    pub fn close(&self) {
        self.streams.end();
        self.works.close();
        self.scheduled.close();
    }

    /// Waits until what was going on is ended. Blocks.
    pub fn settle(&self) {
        self.works.settle();
    }

    /// What an organization has. Blocks.
    pub(super) fn figures(&self, world: &World, organization: Option<&str>) -> Result<Figures, Error> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        world.read(|tx| overview::count_up(tx, organization, &mut counted))
    }

    /// How many messages came on each of the last days, as far as they are counted, and whether there are more to count. Blocks, but
    /// not for long: each call counts some.
    pub(super) fn messages_by_days(&self, world: &World, offset_ms: i64) -> Result<(Vec<(Timestamp, i64)>, bool), Error> {
        let mut hours = self.hours.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |may_be_more, _| if may_be_more { world.read(|tx| hours.step(tx)) } else { Ok(false) };
        let is_counting = (0..PIECES).try_fold(true, count)?;
        Ok((hours.by_days(world.clock().now(), offset_ms), is_counting))
    }

    /// How much room there is, measured a minute ago at most. Blocks.
    pub(super) fn usage(&self, world: &World) -> Result<Usage, Error> {
        let mut measured = self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        match *measured {
            Some((at, usage)) if at.elapsed() < MEASURED => Ok(usage),
            _ => {
                let usage = usage::measure(world.dir()).map_err(Error::internal)?;
                *measured = Some((Instant::now(), usage));
                Ok(usage)
            }
        }
    }
}
