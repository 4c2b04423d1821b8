//! The request log, in a database of its own (`log.db`), so that it never delays what people write.
//!
//! Invariants: handing a request over never waits for a disk, and is refused when too many wait; a log that can't be
//! read or written never keeps the server from serving, it is made anew or done without. What is in it may be lost.

mod keeper;
mod queries;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::watch;

use super::connection::{Durability, open_reader, open_writer};
use super::wal::empty;
use crate::domain::{AccountId, AnsweredRequest, Error, Grain, LogPage, LoggedRequest, RequestCount, RequestFilter, Timestamp};
use keeper::Keeper;

/// Requests that may wait to be written down; one more is dropped.
const WAITING: usize = 4_096;
/// So many are written down without waiting for more.
const BATCH: usize = 1_024;
/// How long a request waits for others to be written down with.
const GATHERING: Duration = Duration::from_millis(200);
/// Longest wait for what was handed over to be written down.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most people whose requests are written without their names.
const MOST_DISOWNED: usize = 100_000;

/// Tries to empty the write-ahead log.
const TRIES: usize = 20;

/// How much of the log is kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Most requests.
    pub requests: i64,
    /// Age of the oldest one, in milliseconds.
    pub age_ms: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { requests: 1_000_000, age_ms: 30 * Grain::Day.ms() }
    }
}

/// An open request log. Dropping it writes down what waits.
#[derive(Debug)]
pub struct RequestLog {
    path: PathBuf,
    shared: Arc<Shared>,
    newest: watch::Receiver<i64>,
    thread: Option<JoinHandle<()>>,
}

/// What the threads that serve requests share with the one that writes them down.
#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    retention: Mutex<Retention>,
    /// There is something to write down, or a reason to hurry.
    called: Condvar,
    /// Something was written down.
    written: Condvar,
    dropped: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    requests: Vec<AnsweredRequest>,
    /// Empty: the list that was written down last, for those that come next. A new one would have to grow each time.
    spare: Vec<AnsweredRequest>,
    /// Were erased since the start: a request of theirs that was under way then may end any time.
    disowned: BTreeSet<AccountId>,
    /// How many were ever handed over, and how many of them are done with.
    taken: u64,
    done: u64,
    is_urgent: bool,
    is_closing: bool,
    /// The present of whoever wants what lies beyond the bounds to be taken away.
    tidied: Option<Timestamp>,
    /// Whether that is still going on.
    is_tidying: bool,
}

/// What the writing thread does next.
struct Due {
    requests: Vec<AnsweredRequest>,
    tidied: Option<Timestamp>,
}

impl RequestLog {
    /// Opens the log at a path, making it (anew) if need be; none when that can't be done either. The log says why.
    pub fn open(path: &Path, retention: Retention) -> Option<Self> {
        let (tell, newest) = watch::channel(0);
        let shared = Arc::new(Shared::new(retention));
        let keeper = Keeper::open(path, shared.clone(), tell)?;
        let thread = std::thread::Builder::new().name("request-log".to_owned()).spawn(move || keeper.serve());
        match thread {
            Ok(thread) => Some(Self { path: path.to_owned(), shared, newest, thread: Some(thread) }),
            Err(cause) => {
                tracing::warn!(%cause, "no thread for the request log; requests are not logged until the next start");
                None
            }
        }
    }

    /// Hands a request over. Never waits: when too many wait already, it is dropped and counted.
    pub fn record(&self, request: AnsweredRequest) {
        let mut waiting = self.shared.lock();
        if waiting.requests.len() >= WAITING {
            drop(waiting);
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let request = waiting.disown(request);
        waiting.requests.push(request);
        waiting.taken += 1;
        // Waking a thread costs more than all the rest: once for the first one, once when there are enough.
        let is_news = matches!(waiting.requests.len(), 1 | BATCH);
        drop(waiting);
        if is_news {
            self.shared.called.notify_one();
        }
    }

    /// Keeps so much from now on; what lies beyond is taken away soon.
    pub fn keep(&self, retention: Retention, now: Timestamp) {
        *self.shared.retention.lock().unwrap_or_else(PoisonError::into_inner) = retention;
        self.tidy(now);
    }

    /// Has what is too old by now taken away, even if no request comes. Never waits for it.
    pub fn tidy(&self, now: Timestamp) {
        self.shared.tidy(now);
    }

    /// How many requests are not in the log because too many waited or the disk refused them.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was handed over before is written down and what was to be tidied is tidied, but not for long; says whether
    /// the former is. Blocks.
    pub fn settle(&self) -> bool {
        let mut waiting = self.shared.lock();
        let goal = waiting.taken;
        waiting.is_urgent |= waiting.done < goal;
        self.shared.called.notify_one();
        let is_at_work = |waiting: &mut Waiting| waiting.done < goal || waiting.is_tidying;
        let settled = self.shared.written.wait_timeout_while(waiting, PATIENCE, is_at_work);
        let (waiting, _) = settled.unwrap_or_else(PoisonError::into_inner);
        waiting.done >= goal
    }

    /// From now on nothing tells whose this account's requests are, however late those end that are under way; what was handed over
    /// before is in the log afterwards, and can be taken out of it. A later start needs none of this: no request outlives the server. Blocks.
    pub fn disown(&self, account: AccountId) -> Result<(), Error> {
        let mut waiting = self.shared.lock();
        if waiting.disowned.len() >= MOST_DISOWNED {
            waiting.disowned.pop_first();
        }
        waiting.disowned.insert(account);
        drop(waiting);
        if self.settle() { Ok(()) } else { Err(Error::Busy) }
    }

    /// The number of the newest request that was written down since the start, and a way to wait for newer ones.
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.newest.clone()
    }

    /// Requests that fit, newest first: at most `limit` of the `most` last ones before a number.
    pub fn list_requests(
        &self,
        filter: &RequestFilter,
        before: Option<i64>,
        limit: i64,
        most: i64,
    ) -> Result<LogPage<LoggedRequest>, Error> {
        Ok(queries::list_requests(&self.reader()?, filter, before, limit, most)?)
    }

    /// How many requests each API answered from an instant on, by hours or days that begin `offset_ms` before UTC's.
    pub fn count_requests(&self, since: Timestamp, grain: Grain, offset_ms: i64) -> Result<Vec<RequestCount>, Error> {
        Ok(queries::count_requests(&self.reader()?, since, grain, offset_ms)?)
    }

    /// Takes somebody's requests out of the log at a path, if there is one; their numbers stay counted. Blocks.
    pub fn forget(path: &Path, account: AccountId) -> Result<(), Error> {
        if !path.exists() {
            return Ok(());
        }
        let conn = open_writer(path, Durability::Normal).map_err(Error::internal)?;
        queries::delete_requests_of(&conn, account)?;
        empty_log(&conn)
    }

    /// Leaves nothing of what was taken out of the log in its file. Blocks.
    pub fn empty_log(&self) -> Result<(), Error> {
        empty_log(&open_writer(&self.path, Durability::Normal).map_err(Error::internal)?)
    }

    /// The log is read seldom, and its file may have been made anew meanwhile: each reading opens it.
    fn reader(&self) -> Result<Connection, Error> {
        Ok(open_reader(&self.path, None)?)
    }
}

/// Empties the write-ahead log; whoever reads or writes in it is done in a moment.
fn empty_log(conn: &Connection) -> Result<(), Error> {
    if (0..TRIES).any(|_| empty(conn)) { Ok(()) } else { Err(Error::Busy) }
}

impl Waiting {
    /// A request as it may be written down: without anything of somebody who was erased meanwhile.
    fn disown(&self, request: AnsweredRequest) -> AnsweredRequest {
        match request.caller {
            Some(caller) if self.disowned.contains(&caller.account) => {
                AnsweredRequest { caller: None, address: String::new(), client: String::new(), ..request }
            }
            _ => request,
        }
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        self.shared.lock().is_closing = true;
        self.shared.called.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn new(retention: Retention) -> Self {
        Self {
            waiting: Mutex::default(),
            retention: Mutex::new(retention),
            called: Condvar::new(),
            written: Condvar::new(),
            dropped: AtomicU64::new(0),
        }
    }

    fn retention(&self) -> Retention {
        *self.retention.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tidy(&self, now: Timestamp) {
        let mut waiting = self.lock();
        (waiting.tidied, waiting.is_tidying) = (Some(now), true);
        drop(waiting);
        self.called.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be done next; none when there is nothing and there will be nothing.
    fn next_due(&self) -> Option<Due> {
        let idle = |waiting: &mut Waiting| waiting.requests.is_empty() && !waiting.is_closing && waiting.tidied.is_none();
        let gathers =
            |waiting: &mut Waiting| waiting.requests.len() < BATCH && !waiting.is_urgent && !waiting.is_closing && waiting.tidied.is_none();
        let waiting = self.called.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let (mut waiting, _) = self.called.wait_timeout_while(waiting, GATHERING, gathers).unwrap_or_else(PoisonError::into_inner);
        waiting.is_urgent = false;
        let spare = std::mem::take(&mut waiting.spare);
        let due = Due { requests: std::mem::replace(&mut waiting.requests, spare), tidied: waiting.tidied.take() };
        // A log that is closed is tidied when it is next opened and used.
        (!due.requests.is_empty() || !waiting.is_closing).then_some(due)
    }

    fn finish(&self, mut requests: Vec<AnsweredRequest>) {
        let done = requests.len() as u64;
        requests.clear();
        let mut waiting = self.lock();
        waiting.done += done;
        waiting.spare = requests;
        waiting.is_tidying = waiting.tidied.is_some();
        drop(waiting);
        self.written.notify_all();
    }
}
