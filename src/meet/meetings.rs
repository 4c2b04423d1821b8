//! What all connections of all meetings share, and what happens by itself as time passes.
//!
//! Invariant: the lock on what is live is held for plain work in memory only, never over an await.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::live::{Live, Vacated};
use super::wire;
use crate::config::{ClickMeetingConfig, Limits};
use crate::domain::{AttendeeId, Error, MeetingId, MeetingKind, SessionId, Timestamp};
use crate::ops::{accounts, attendance, entry};
use crate::store::Cause;
use crate::web::limits::Windows;
use crate::web::meeting_links::MeetingKeys;
use crate::world::World;

/// Connections at the same time.
const MOST_SOCKETS: usize = 10_000;
/// Wrong passwords or tokens from one address for one room in a minute.
const WRONG_TRIES: u32 = 10;
/// Wrong passwords from one address for all quick calls in a minute.
const WRONG_CALL_TRIES: u32 = 5;
/// How often time passes.
const TICK: Duration = Duration::from_secs(1);

/// All meetings of a server.
#[derive(Debug)]
pub struct Meetings {
    pub(super) world: Arc<World>,
    pub(super) keys: MeetingKeys,
    /// People in one room.
    pub(super) most: u32,
    /// Connections from one network.
    most_of_network: usize,
    /// Wrong passwords and tokens, by room and address.
    wrong: Windows<(MeetingId, IpAddr)>,
    /// Wrong passwords of quick calls, by address.
    wrong_calls: Windows<IpAddr>,
    live: Mutex<Live>,
    sockets: Mutex<HashMap<IpAddr, usize>>,
    is_closing: AtomicBool,
}

/// Whose wrong passwords and tokens are counted together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tries {
    /// Those from this network for this room.
    Room(MeetingId, IpAddr),
    /// Those from this network for all quick calls: there is no end of them.
    Calls(IpAddr),
}

/// A place among the connections, given back when dropped.
#[derive(Debug)]
pub(super) struct SocketPlace(Arc<Meetings>, IpAddr);

impl Drop for SocketPlace {
    fn drop(&mut self) {
        let mut sockets = self.0.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut own) = sockets.entry(self.1) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

/// A JSON message, ready to be sent many times.
pub(super) fn text(value: &Value) -> Arc<str> {
    value.to_string().into()
}

pub(super) fn ended(code: &str) -> Arc<str> {
    text(&json!({"t": "ended", "code": code}))
}

impl Meetings {
    /// Meetings of a world.
    pub fn new(world: Arc<World>, config: &ClickMeetingConfig) -> Self {
        Self {
            keys: MeetingKeys::new(world.key()),
            world,
            most: config.attendees,
            most_of_network: config.network_connections,
            wrong: Windows::new(Limits::Vendor, WRONG_TRIES, 60),
            wrong_calls: Windows::new(Limits::Vendor, WRONG_CALL_TRIES, 60),
            live: Mutex::default(),
            sockets: Mutex::default(),
            is_closing: AtomicBool::new(false),
        }
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.world.clock().now()
    }

    /// Whether somebody has been wrong too often.
    pub(super) fn is_spent(&self, tries: &Tries, now: Timestamp) -> bool {
        match tries {
            Tries::Room(meeting, network) => self.wrong.is_spent(&(*meeting, *network), now),
            Tries::Calls(network) => self.wrong_calls.is_spent(network, now),
        }
    }

    /// Counts a wrong password or token.
    pub(super) fn count_wrong(&self, tries: Tries, now: Timestamp) {
        match tries {
            Tries::Room(meeting, network) => self.wrong.count((meeting, network), now),
            Tries::Calls(network) => self.wrong_calls.count(network, now),
        };
    }

    /// A place for one more connection, unless there are too many, too many from one network, or the server stops.
    pub(super) fn socket_place(self: &Arc<Self>, network: IpAddr) -> Option<SocketPlace> {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = sockets.values().sum::<usize>() >= MOST_SOCKETS;
        if is_full || self.is_closing.load(Ordering::Acquire) || sockets.get(&network).is_some_and(|own| *own >= self.most_of_network) {
            return None;
        }
        *sockets.entry(network).or_default() += 1;
        Some(SocketPlace(Arc::clone(self), network))
    }

    /// Ends sessions that an earlier process left open.
    pub async fn clear_up(&self) -> Result<(), Error> {
        let ended = self.world.write(Cause::job("meetings-start"), attendance::end_left_open).await?;
        if ended > 0 {
            tracing::info!(ended, "sessions that were going on when the server stopped were ended");
        }
        Ok(())
    }

    /// Sends everybody away and takes nobody any more; the server is about to stop.
    pub fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.live().close_all(&text(&json!({"t": "ended", "code": "restart"})));
    }

    /// Ends what goes on, when the server has stopped.
    pub async fn end_all(&self) -> Result<(), Error> {
        let end = |tx: &crate::store::Tx<'_>| attendance::end_running(tx, "restart");
        self.world.write(Cause::job("meetings-stop"), end).await.map(|_| ())
    }

    /// Puts out whoever has this e-mail address, and forgets them: they are nobody any more.
    fn put_out(&self, email: &str) {
        self.live().forget(email, &ended("kicked"), self.now());
    }

    /// Lets time pass: who was disabled is put out, who went silent has left, empty sessions end, closed rooms send people out, the rest goes on.
    pub async fn tick(&self) -> Result<(), Error> {
        let emails = self.live().emails();
        self.world.read(|tx| accounts::list_disabled(tx, &emails))?.into_iter().for_each(|email| self.put_out(email));
        let chores = self.live().tick(self.now(), |count| text(&json!({"t": "count", "count": count})));
        if !chores.lost.is_empty() {
            let lost = chores.lost.clone();
            let leave = move |tx: &crate::store::Tx<'_>| lost.iter().try_for_each(|(_, gone)| attendance::leave(tx, gone.seat, "lost"));
            self.world.write(Cause::job("meetings-lost"), leave).await?;
            chores.lost.iter().for_each(|(meeting, gone)| self.tell_left(*meeting, gone));
        }
        for (meeting, session) in chores.empty {
            let end = move |tx: &crate::store::Tx<'_>| attendance::end_if_empty(tx, session);
            if self.world.write(Cause::job("meetings-empty"), end).await? {
                self.live().end(meeting, session, &ended("empty"), self.now());
            }
        }
        for meeting in chores.rooms {
            if self.world.read(|tx| entry::is_shut(tx, meeting))? {
                self.shut(meeting).await?;
            }
        }
        if !chores.beat.is_empty() {
            let beat = move |tx: &crate::store::Tx<'_>| attendance::beat(tx, &chores.beat);
            self.world.write(Cause::job("meetings-beat"), beat).await?;
        }
        Ok(())
    }

    async fn shut(&self, meeting: MeetingId) -> Result<(), Error> {
        let session = self.live().session(meeting);
        if let Some(session) = session {
            self.end_session(meeting, session, "closed").await?;
        }
        self.live().dismiss(meeting, &ended("closed"));
        Ok(())
    }

    /// Ends a session and tells who is in it why.
    pub(super) async fn end_session(&self, meeting: MeetingId, session: SessionId, code: &'static str) -> Result<(), Error> {
        let end = move |tx: &crate::store::Tx<'_>| attendance::end(tx, session, code);
        self.world.write(Cause::job("meetings-end"), end).await?;
        self.live().end(meeting, session, &ended(code), self.now());
        Ok(())
    }

    /// Ends a span of presence and tells the others, if its owner is gone.
    pub(super) async fn give_up(&self, meeting: MeetingId, chair: u64, reason: &'static str) -> Result<(), Error> {
        let Some(gone) = self.live().vacate(meeting, chair, self.now()) else { return Ok(()) };
        self.tell_left(meeting, &gone);
        self.world.write(Cause::job("meetings-leave"), move |tx| attendance::leave(tx, gone.seat, reason)).await
    }

    fn tell_left(&self, meeting: MeetingId, vacated: &Vacated) {
        let mut live = self.live();
        let (Some(gone), Some(kind)) = (vacated.gone, live.kind(meeting)) else { return };
        let count = live.people(meeting).len();
        let left = text(&json!({"t": "roster", "left": [vacated.seat.attendee.get()], "count": count}));
        live.tell(meeting, |_, role| wire::sees(kind, role, gone).then(|| left.clone()));
    }

    /// Tells those who may see it that somebody is there, or has changed.
    pub(super) fn tell_joined(&self, meeting: MeetingId, kind: MeetingKind, attendee: AttendeeId) {
        let mut live = self.live();
        let Some(person) = live.person(meeting, attendee).cloned() else { return };
        let count = live.people(meeting).len();
        let joined = text(&json!({"t": "roster", "joined": [wire::person(attendee, &person)], "count": count}));
        live.tell(meeting, |_, role| wire::sees(kind, role, person.role).then(|| joined.clone()));
    }
}

/// Lets time pass for the meetings of a server; ends with the handle.
pub fn start(meetings: Arc<Meetings>) -> JoinHandle<()> {
    let leaving = Arc::downgrade(&meetings);
    meetings.world.on_farewell(move |email| leaving.upgrade().iter().for_each(|meetings| meetings.put_out(email)));
    tokio::task::spawn_local(async move {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(cause) = meetings.tick().await {
                tracing::warn!(?cause, "meetings could not be kept in order; it is tried again");
            }
        }
    })
}
