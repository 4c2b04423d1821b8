//! Writing: one thread, group commit. Whatever is waiting goes into one transaction; each job has a savepoint.
//!
//! Invariants: an answer is released only after the commit that holds it returned; a job that fails or panics rolls
//! back alone; when SQLite gives up the whole transaction (disk full, I/O error), no job of it is acknowledged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::tx::{FIRST_ID, Ids};
use super::wal::{Folding, empty};
use super::{Cause, Clock, Entropy, OpenError, Tx};
use crate::domain::Error;

/// Jobs that may wait; one more is refused as busy.
pub(crate) const QUEUE: usize = 4_096;
/// Jobs in one transaction.
const BATCH: usize = 256;
/// Silence after which the log is folded into the database file.
const IDLE: Duration = Duration::from_secs(1);

/// A unit of work with the answer it owes.
trait Job: Send {
    /// Does the work inside its savepoint; on failure its changes have to be undone.
    fn run(&mut self, conn: &Connection, ids: &Ids, clock: &Clock, entropy: &Entropy) -> Result<(), Error>;
    /// Hands out the answer, or the failure of the whole transaction.
    fn release(self: Box<Self>, commit: &Result<(), Error>);
}

struct Work<T, F> {
    cause: Cause,
    work: Option<F>,
    result: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Job for Work<T, F>
where
    T: Send,
    F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send,
{
    fn run(&mut self, conn: &Connection, ids: &Ids, clock: &Clock, entropy: &Entropy) -> Result<(), Error> {
        let Some(work) = self.work.take() else { return Ok(()) };
        let tx = Tx::writing(conn, ids, entropy, clock.now(), &self.cause);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&tx)));
        let result = outcome.unwrap_or_else(|_| Err(Error::internal("a writing unit of work panicked")));
        let verdict = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        verdict
    }

    fn release(self: Box<Self>, commit: &Result<(), Error>) {
        let own = self.result.unwrap_or_else(|| Err(Error::internal("a writing unit of work was not run")));
        let result = match commit {
            Ok(()) => own,
            Err(shared) => own.and_then(|_| Err(shared.clone())),
        };
        // The caller may have hung up; its work is done all the same.
        drop(self.reply.send(result));
    }
}

/// The way to the writer thread. Dropping it finishes what is queued and waits for the thread.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on an open connection.
    pub(super) fn start(
        conn: Connection,
        folding: Folding,
        clock: Arc<Clock>,
        entropy: Arc<Entropy>,
        commits: Arc<AtomicU64>,
    ) -> Result<Self, OpenError> {
        let ids = load_ids(&conn)?;
        let (queue, jobs) = sync_channel(QUEUE);
        let engine = Engine { conn, folding, ids, clock, entropy, commits };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || engine.serve(&jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Whether the thread still takes work. It ends early only by a fault of ours.
    pub(super) fn is_running(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Queues work; the receiver gets its answer after the commit.
    pub(super) fn submit<T, F>(&self, cause: Cause, work: F) -> Result<oneshot::Receiver<Result<T, Error>>, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Work { cause, work: Some(work), result: None, reply });
        match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => Ok(answer),
            Some(Err(TrySendError::Full(_))) => Err(Error::Busy),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(Error::internal("the writer thread has ended")),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

struct Engine {
    conn: Connection,
    folding: Folding,
    ids: Ids,
    clock: Arc<Clock>,
    entropy: Arc<Entropy>,
    /// Tells readers that there is something new.
    commits: Arc<AtomicU64>,
}

impl Engine {
    fn serve(self, jobs: &Receiver<Box<dyn Job>>) {
        let mut is_folded = true;
        loop {
            let first = if is_folded { jobs.recv().map_err(|_| RecvTimeoutError::Disconnected) } else { jobs.recv_timeout(IDLE) };
            match first {
                Ok(job) => {
                    self.folding.finish(&self.conn);
                    self.transaction(job, jobs);
                    is_folded = false;
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.folding.wake();
                    is_folded = true;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Nothing that was deleted stays behind; if somebody still reads, the next start does it.
        empty(&self.conn);
    }

    /// One transaction: the first job and whatever is waiting behind it.
    fn transaction(&self, first: Box<dyn Job>, jobs: &Receiver<Box<dyn Job>>) {
        let mut done: Vec<Box<dyn Job>> = Vec::new();
        let before = (self.ids.last_id.get(), self.ids.last_message.get());
        let mut outcome = self.sql("BEGIN IMMEDIATE");
        let mut next = Some(first);
        while let Some(mut job) = next {
            if outcome.is_ok() {
                outcome = self.run_one(job.as_mut());
            }
            done.push(job);
            // A broken transaction takes no further job: they wait for the next one.
            next = if outcome.is_ok() && done.len() < BATCH { jobs.try_recv().ok() } else { None };
        }
        let outcome = outcome.and_then(|()| self.save_ids(before)).and_then(|()| self.sql("COMMIT"));
        if let Err(cause) = &outcome {
            tracing::error!(?cause, jobs = done.len(), "a transaction was lost; nothing of it was acknowledged");
            if !self.conn.is_autocommit() {
                let _ = self.sql("ROLLBACK");
            }
        }
        // Before any answer leaves: whoever got one must find its write.
        self.commits.fetch_add(1, Ordering::Release);
        for job in done {
            job.release(&outcome);
        }
    }

    /// Runs a job in its savepoint. An error means that the whole transaction is gone.
    fn run_one(&self, job: &mut dyn Job) -> Result<(), Error> {
        self.sql("SAVEPOINT job")?;
        let Err(error) = job.run(&self.conn, &self.ids, &self.clock, &self.entropy) else { return self.sql("RELEASE job") };
        // On a full disk or an I/O error SQLite ends the transaction by itself; a new savepoint would start another.
        if self.conn.is_autocommit() {
            return Err(error);
        }
        self.sql("ROLLBACK TO job")?;
        self.sql("RELEASE job")
    }

    /// Keeps the counters of the ids that this transaction drew.
    fn save_ids(&self, before: (i64, i64)) -> Result<(), Error> {
        let now = (self.ids.last_id.get(), self.ids.last_message.get());
        let mut statement = self.conn.prepare_cached("UPDATE sequence SET value = ?2 WHERE name = ?1")?;
        if now.0 != before.0 {
            statement.execute(("id", now.0))?;
        }
        if now.1 != before.1 {
            statement.execute(("message", now.1))?;
        }
        Ok(())
    }

    fn sql(&self, sql: &'static str) -> Result<(), Error> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

fn load_ids(conn: &Connection) -> Result<Ids, OpenError> {
    conn.execute("INSERT OR IGNORE INTO sequence (name, value) VALUES ('id', ?1), ('message', 0)", [FIRST_ID - 1])?;
    let value = |name: &str| conn.query_row("SELECT value FROM sequence WHERE name = ?1", [name], |row| row.get::<_, i64>(0));
    Ok(Ids { last_id: value("id")?.into(), last_message: value("message")?.into() })
}
