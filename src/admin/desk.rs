//! What the administration page's API keeps in memory between requests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::works::Works;
use crate::backup::Scheduled;
use crate::domain::{Error, Timestamp};
use crate::ops::overview::MessageHours;
use crate::web::events::Streams;
use crate::world::World;
use crate::world::usage::{self, Usage};

/// How long a measured disk is believed.
const MEASURED: Duration = Duration::from_secs(60);

/// One for each server; lost when it ends.
#[derive(Debug)]
pub struct Desk {
    /// When the server started.
    pub(super) started: Timestamp,
    /// What pages follow.
    pub(super) streams: Streams,
    /// Backups that nobody has to ask for.
    pub(super) scheduled: Arc<Scheduled>,
    /// What takes long.
    pub(super) works: Arc<Works>,
    /// Messages of the last days, as far as they were counted.
    hours: Mutex<MessageHours>,
    measured: Mutex<Option<(Instant, Usage)>>,
}

impl Desk {
    /// Of a server that starts now.
    pub fn new(started: Timestamp, scheduled: Arc<Scheduled>) -> Self {
        let (hours, measured) = (Mutex::default(), Mutex::default());
        Self { started, streams: Streams::default(), scheduled, works: Arc::default(), hours, measured }
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

    /// How many messages came on each of the last days. Blocks; the first time as long as it takes to count them all.
    pub(super) fn messages_by_days(&self, world: &World, offset_ms: i64) -> Result<Vec<(Timestamp, i64)>, Error> {
        let mut hours = self.hours.lock().unwrap_or_else(PoisonError::into_inner);
        while world.read(|tx| hours.step(tx))? {}
        Ok(hours.by_days(world.clock().now(), offset_ms))
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
