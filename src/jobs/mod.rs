//! What happens in the background: last uses of tokens are written down, the search index follows the log, old letters,
//! deleted rooms and contents nobody names are cleared away. Everything here may be stopped at any moment and goes on after the next start;
//! only mails that are under way are waited for.

mod backups;
mod erasure;
mod mail;
mod reports;
mod retention;
mod search;

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

pub use backups::make_backups;
pub use erasure::{Reached, carry_out, erase_people};
pub use mail::{Post, forget_mail, sweep_copies};
pub use reports::make_reports;
pub use retention::forget_old;
pub use search::index_messages;

use self::mail::Hands;
use crate::backup::Scheduled;
use crate::config::Config;
use crate::domain::Error;
use crate::ops::{administration, chatrooms, meetings, sign_in, sweeping};
use crate::store::Cause;
use crate::world::World;

/// How often the outbox and the log are looked at.
const PROMPTLY: Duration = Duration::from_secs(1);
/// How often last uses are written down and deleted rooms are looked for.
const OFTEN: Duration = Duration::from_secs(10);
/// How often it is looked whether a backup is due.
const MINUTELY: Duration = Duration::from_secs(60);
/// How often old messages, the beginning of the audit log and copies of letters that are gone are looked for.
const HOURLY: Duration = Duration::from_secs(60 * 60);
/// How often contents are swept.
const SELDOM: Duration = Duration::from_secs(6 * 60 * 60);

/// How long a stop waits for mails that are under way: they are never sent again.
const LAST_MAILS: Duration = Duration::from_secs(10);

/// Background work that goes on.
#[derive(Debug)]
pub struct Jobs {
    handles: Vec<JoinHandle<()>>,
    mails: Arc<Mutex<Hands>>,
}

impl Jobs {
    /// Adds work that may be stopped at any moment.
    pub fn push(&mut self, job: JoinHandle<()>) {
        self.handles.push(job);
    }

    /// Ends all of it. Only a mail that was handed over and has no answer yet is waited for.
    pub async fn stop(self) {
        let hands = timeout(LAST_MAILS, self.mails.lock()).await;
        if hands.is_err() {
            tracing::warn!("a mail was under way for too long; it may have arrived and is not sent again");
        }
        self.handles.iter().for_each(JoinHandle::abort);
    }
}

/// Starts the background work of a world.
pub fn start(world: &Arc<World>, config: &Config, scheduled: &Arc<Scheduled>) -> Jobs {
    let scheduled = scheduled.clone();
    let post = Post::new(world.clone(), &config.mail);
    let mails = post.hands();
    let handles = vec![
        tokio::task::spawn_local(deliver_mail(post)),
        repeat(world, "token-uses", OFTEN, flush_uses),
        repeat(world, "reports", PROMPTLY, make_reports),
        repeat(world, "search-index", PROMPTLY, index_messages),
        repeat(world, "end-rooms", PROMPTLY, end_rooms),
        repeat(world, "forget-mail", OFTEN, forget_mail),
        repeat(world, "sweep-copies", HOURLY, sweep_copies),
        repeat(world, "forget-sessions", SELDOM, forget_sessions),
        repeat(world, "purge-rooms", OFTEN, purge_rooms),
        repeat(world, "purge-meetings", OFTEN, purge_meetings),
        repeat(world, "retention", HOURLY, forget_old),
        repeat(world, "sweep-files", SELDOM, sweep_files),
        repeat(world, "erasure", PROMPTLY, erase_people),
        repeat(world, "backups", MINUTELY, move |world| make_backups(world, scheduled.clone())),
    ];
    Jobs { handles, mails }
}

async fn deliver_mail(post: Post) {
    let post = Rc::new(post);
    work_forever("mail", PROMPTLY, move || {
        let post = post.clone();
        async move { post.deliver().await }
    })
    .await;
}

fn repeat<F>(world: &Arc<World>, name: &'static str, pause: Duration, work: impl Fn(Arc<World>) -> F + 'static) -> JoinHandle<()>
where
    F: Future<Output = Result<(), Error>> + 'static,
{
    let world = world.clone();
    tokio::task::spawn_local(work_forever(name, pause, move || work(world.clone())))
}

async fn work_forever<F>(name: &'static str, pause: Duration, work: impl Fn() -> F)
where
    F: Future<Output = Result<(), Error>>,
{
    let mut ticks = interval(pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // The others would go on without this one, and nobody would know.
        match AssertUnwindSafe(work()).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => tracing::warn!(job = name, ?cause, "background work failed; it is tried again"),
            Err(_) => tracing::error!(job = name, "background work panicked; it is tried again"),
        }
    }
}

/// Writes down when tokens were last used.
pub async fn flush_uses(world: Arc<World>) -> Result<(), Error> {
    let uses = world.take_uses();
    if uses.is_empty() {
        return Ok(());
    }
    world.write(Cause::job("token-uses"), move |tx| sign_in::note_uses(tx, &uses)).await
}

/// Deletes rooms whose time is over, some at a time.
pub async fn end_rooms(world: Arc<World>) -> Result<(), Error> {
    while world.read(chatrooms::has_over)? {
        world.write(Cause::job("end-rooms"), chatrooms::end_over).await?;
    }
    Ok(())
}

/// Forgets administrators' sessions that ended a while ago, some at a time.
pub async fn forget_sessions(world: Arc<World>) -> Result<(), Error> {
    while world.write(Cause::job("forget-sessions"), administration::forget_sessions).await? > 0 {}
    Ok(())
}

/// Clears away the texts of deleted rooms, piece by piece.
pub async fn purge_rooms(world: Arc<World>) -> Result<(), Error> {
    while world.read(sweeping::has_purge)? {
        world.write(Cause::job("purge-rooms"), sweeping::purge_step).await?;
    }
    Ok(())
}

/// Clears away conference rooms that were deleted a month ago, piece by piece.
pub async fn purge_meetings(world: Arc<World>) -> Result<(), Error> {
    while world.read(meetings::has_purge)? {
        world.write(Cause::job("purge-meetings"), meetings::purge_step).await?;
    }
    Ok(())
}

/// Unlinks contents that no row names, folder by folder.
pub async fn sweep_files(world: Arc<World>) -> Result<(), Error> {
    for folder in 0..=u8::MAX {
        let blobs = world.blobs().clone();
        let listed = tokio::task::spawn_blocking(move || blobs.list_old(folder)).await.map_err(Error::internal)?;
        let listed = listed.map_err(Error::internal)?;
        let candidates = world.read(|tx| sweeping::list_unnamed(tx, &listed))?;
        if candidates.is_empty() {
            continue;
        }
        let blobs = world.blobs().clone();
        let swept = world.write(Cause::job("sweep-files"), move |tx| sweeping::sweep_blobs(tx, &blobs, &candidates)).await?;
        if swept > 0 {
            tracing::info!(swept, "contents that no file names any more were cleared away");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;
    use std::time::Duration;

    use super::work_forever;

    #[test]
    fn work_that_panics_is_tried_again() {
        let (tell, mut told) = tokio::sync::mpsc::channel(1);
        let tries = Rc::new(Cell::new(0));
        let work = move || {
            let (tell, tries) = (tell.clone(), tries.clone());
            async move {
                tries.set(tries.get() + 1);
                assert!(tries.get() > 1, "the first time");
                let _ = tell.try_send(tries.get());
                Ok(())
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            tokio::select! {
                () = work_forever("test", Duration::from_millis(1), work) => {}
                tries = told.recv() => assert_eq!(tries, Some(2)),
            }
        });
    }
}
