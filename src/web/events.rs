//! Streams of events that a page follows (server-sent events).
//!
//! Invariant: a stream ends. When the server stops, when whoever follows may do so no longer, and, noticed by a line that is
//! sent now and then, when nobody reads any more; and there are never more than so many of them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::domain::Error;

/// Streams at the same time.
const SEATS: usize = 50;
/// How often a line is sent when there is nothing to tell, and it is asked whether the reader may go on.
const BEAT: Duration = Duration::from_secs(15);
/// Tells proxies not to gather what is sent.
const UNGATHERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// The streams of a server.
#[derive(Debug)]
pub struct Streams {
    seats: Arc<Semaphore>,
    is_over: watch::Sender<bool>,
}

/// A place for one of them.
#[derive(Debug)]
pub struct Seat {
    is_over: watch::Receiver<bool>,
    _permit: OwnedSemaphorePermit,
}

impl Default for Streams {
    fn default() -> Self {
        Self { seats: Arc::new(Semaphore::new(SEATS)), is_over: watch::Sender::new(false) }
    }
}

impl Streams {
    /// A place for a stream, if one is free.
    pub fn take_seat(&self) -> Result<Seat, Error> {
        let permit = self.seats.clone().try_acquire_owned().map_err(|_| Error::Busy)?;
        Ok(Seat { is_over: self.is_over.subscribe(), _permit: permit })
    }

    /// Ends all of them, and those that begin later.
    pub fn end(&self) {
        self.is_over.send_replace(true);
    }
}

/// Something to tell.
#[derive(Debug)]
pub struct Event {
    /// Where a reader goes on who lost the connection.
    pub id: Option<i64>,
    /// What it is, as JSON.
    pub data: String,
}

impl Event {
    /// Tells a value.
    pub fn new(id: Option<i64>, value: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { id, data: serde_json::to_string(value).map_err(Error::internal)? })
    }

    /// As it is sent. JSON has no line breaks of its own.
    fn bytes(&self) -> Bytes {
        let id = self.id.map(|id| format!("id: {id}\n")).unwrap_or_default();
        Bytes::from(format!("{id}data: {}\n\n", self.data))
    }
}

type Events = Pin<Box<dyn Stream<Item = Result<Event, Error>>>>;

/// A stream that goes on.
struct Follower<F> {
    seat: Seat,
    events: Events,
    beat: Interval,
    may_go_on: F,
}

/// Answers with events as they come; `may_go_on` is asked now and then.
pub fn answer<F>(seat: Seat, events: impl Stream<Item = Result<Event, Error>> + 'static, may_go_on: F) -> HttpResponse
where
    F: Fn() -> bool + 'static,
{
    let mut beat = interval_at(Instant::now() + BEAT, BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let follower = Follower { seat, events: Box::pin(events), beat, may_go_on };
    // The first line makes proxies and browsers see that it has begun.
    let first = stream::once(async { Ok::<_, actix_web::Error>(Bytes::from_static(b": follow\n\n")) });
    let rest = stream::unfold(follower, |mut follower| async {
        let piece = follower.next_piece().await?;
        Some((Ok(piece), follower))
    });
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/event-stream")).insert_header(UNGATHERED).streaming(Box::pin(first.chain(rest)))
}

impl<F: Fn() -> bool> Follower<F> {
    /// What is sent next; none: it is over.
    async fn next_piece(&mut self) -> Option<Bytes> {
        tokio::select! {
            biased;
            _ = self.seat.is_over.wait_for(|is_over| *is_over) => None,
            _ = self.beat.tick() => (self.may_go_on)().then(|| Bytes::from_static(b":\n\n")),
            event = self.events.next() => match event? {
                Ok(event) => Some(event.bytes()),
                Err(cause) => {
                    tracing::error!(?cause, "a stream of events broke off");
                    None
                }
            },
        }
    }
}
