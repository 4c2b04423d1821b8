//! Work that takes long: it goes on while its page is left, and is found again when somebody comes back.
//!
//! Invariants: what is asked for while the same is going on is that same work; there is never more at once than a few; a
//! server that stops breaks it off and waits for that.

mod wire;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use actix_web::web::Data;

use super::desk::Desk;
use super::wire::ListOut;
use crate::domain::{Error, Timestamp};
use crate::web::{Call, Out, Reply};
use crate::world::World;
pub(super) use wire::WorkOut;

/// Works at the same time.
const AT_ONCE: usize = 2;
/// Works that are remembered.
const REMEMBERED: usize = 50;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Backup,
    BackupCheck,
    ChainCheck,
    DatabaseCheck,
}

/// How it ended: with a number (of what was looked at), or a reason.
type Outcome = Result<u64, String>;

/// One piece of work.
#[derive(Clone, Debug)]
pub(super) struct Work {
    id: u64,
    kind: Kind,
    /// What it is done to; empty where there is only one such thing.
    subject: String,
    began: Timestamp,
    ended: Option<Timestamp>,
    done: u64,
    /// None as long as nobody knows.
    total: Option<u64>,
    outcome: Option<Outcome>,
}

impl Work {
    /// How it ended, once it has.
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }
}

/// Everything that is going on, or was.
#[derive(Debug, Default)]
pub(super) struct Works {
    entries: Mutex<Entries>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    is_over: AtomicBool,
}

#[derive(Debug, Default)]
struct Entries {
    newest: u64,
    works: VecDeque<Work>,
}

/// What working hands on how far it is to.
pub(super) struct Progress {
    works: Arc<Works>,
    world: Arc<World>,
    id: u64,
}

impl Works {
    /// Begins something, unless the same is going on already.
    pub(super) fn begin<F>(self: &Arc<Self>, world: &Arc<World>, kind: Kind, subject: &str, work: F) -> Result<WorkOut, Error>
    where
        F: FnOnce(&World, &Progress) -> Outcome + Send + 'static,
    {
        let (began, is_new) = self.enter(kind, subject, world.clock().now())?;
        if is_new {
            let progress = Progress { works: self.clone(), world: world.clone(), id: began.id };
            let thread = std::thread::Builder::new().name("long-work".to_owned()).spawn(move || {
                let outcome = work(&progress.world, &progress);
                progress.end(outcome);
            });
            let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
            threads.retain(|thread| !thread.is_finished());
            threads.push(thread.map_err(Error::internal)?);
        }
        Ok(WorkOut::from(&began))
    }

    /// The entry of a work, and whether it was made now.
    fn enter(&self, kind: Kind, subject: &str, now: Timestamp) -> Result<(Work, bool), Error> {
        let mut entries = self.entries();
        let mut going_on = entries.works.iter().filter(|work| work.outcome.is_none());
        if let Some(same) = going_on.clone().find(|work| work.kind == kind && work.subject == subject) {
            return Ok((same.clone(), false));
        }
        if self.is_over.load(Ordering::Relaxed) || going_on.nth(AT_ONCE - 1).is_some() {
            return Err(Error::Busy);
        }
        entries.newest += 1;
        let id = entries.newest;
        let work = Work { id, kind, subject: subject.to_owned(), began: now, ended: None, done: 0, total: None, outcome: None };
        entries.works.push_back(work.clone());
        if entries.works.len() > REMEMBERED {
            entries.works.pop_front();
        }
        Ok((work, true))
    }

    /// The last one of a kind.
    pub(super) fn last_of(&self, kind: Kind) -> Option<Work> {
        self.entries().works.iter().rev().find(|work| work.kind == kind).cloned()
    }

    /// Breaks off what goes on.
    pub(super) fn close(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Waits until nothing goes on. Blocks.
    pub(super) fn settle(&self) {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("long work ended with a panic");
            }
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Work)) {
        if let Some(work) = self.entries().works.iter_mut().find(|work| work.id == id) {
            change(work);
        }
    }
}

impl Progress {
    /// Says how far it is; whether to go on is the answer.
    pub(super) fn note(&self, done: u64, total: Option<u64>) -> bool {
        self.works.change(self.id, |work| (work.done, work.total) = (done, total));
        !self.works.is_over.load(Ordering::Relaxed)
    }

    fn end(&self, outcome: Outcome) {
        let now = self.world.clock().now();
        self.works.change(self.id, |work| (work.outcome, work.ended) = (Some(outcome), Some(now)));
    }
}

impl Drop for Progress {
    /// Whatever happens, nobody waits for ever.
    fn drop(&mut self) {
        let now = self.world.clock().now();
        let broken = || Err("it broke off; the server's log has the cause".to_owned());
        self.works.change(self.id, |work| {
            work.outcome.get_or_insert_with(broken);
            work.ended.get_or_insert(now);
        });
    }
}

/// GET /works: newest first.
pub(super) async fn get_works(_: Call, desk: Data<Desk>) -> Reply<ListOut<WorkOut>> {
    let items = desk.works.entries().works.iter().rev().map(WorkOut::from).collect();
    Ok(Out(ListOut { items }))
}
