//! Erases people on request: what only the database knows, readable copies of letters, the request log, words in the search index; and
//! what stands of all that in write-ahead logs.

use std::sync::Arc;
use std::time::Duration;

use super::mail::remove_copies;
use super::search::forget_words;
use crate::domain::{AccountId, ErasureId, Error};
use crate::ops::erasure::{self, Next};
use crate::store::Cause;
use crate::store::requests::RequestLog;
use crate::world::World;

/// How long whoever began an erasure waits for the write-ahead log to be emptied.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far an erasure got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Nothing of the person is left.
    End,
    /// A letter to the person is on its way: when that is over, it goes on.
    Letter,
    /// All is gone, but something, a backup as a rule, reads an older state: when that is over, the write-ahead log is emptied.
    Log,
}

/// Goes on with the erasures that were begun. One that fails keeps nobody else waiting.
pub async fn erase_people(world: Arc<World>) -> Result<(), Error> {
    for id in world.read(erasure::list_open)? {
        let world = world.clone();
        let carried = tokio::task::spawn_blocking(move || carry_out(&world, id)).await;
        if let Err(cause) = carried.unwrap_or_else(|cause| Err(Error::internal(cause))) {
            tracing::warn!(erasure = id.get(), ?cause, "an erasure failed; it is tried again");
        }
    }
    Ok(())
}

/// Carries one out as far as possible, step by step; others write in between. Blocks.
pub fn carry_out(world: &World, id: ErasureId) -> Result<Reached, Error> {
    let cause = || Cause::job("erasure");
    // First, so that nobody who is on the way into a meeting leaves something behind what was looked through. Where only a letter is
    // waited for, that is over: who comes in with the address now is not meant.
    if let Some(email) = world.read(|tx| erasure::find_leaving(tx, id))? {
        world.say_farewell(&email);
    }
    while let Some(next) = world.read(|tx| erasure::find_next(tx, id))? {
        match next {
            Next::Step => world.write_blocking(cause(), move |tx| erasure::erase_step(tx, id))?,
            Next::Letters(..) => drop_letters(world, id)?,
            Next::Wait => return Ok(Reached::Letter),
            Next::Requests(account) => {
                if let Some(account) = account {
                    forget_requests(world, account)?;
                    forget_words(world)?;
                }
                world.write_blocking(cause(), move |tx| erasure::end_erasure(tx, id))?;
            }
        }
    }
    Ok(if world.empty_log(PATIENCE) { Reached::End } else { Reached::Log })
}

/// Takes some letters away, first their copies. They are listed while the outbox is held, so no copy is written after that.
fn drop_letters(world: &World, id: ErasureId) -> Result<(), Error> {
    let folder = world.outbox();
    let Some(Next::Letters(letters, upto)) = world.read(|tx| erasure::find_next(tx, id))? else { return Ok(()) };
    remove_copies(&folder, &letters)?;
    world.write_blocking(Cause::job("erasure"), move |tx| erasure::drop_letters(tx, id, &letters, upto))
}

fn forget_requests(world: &World, account: AccountId) -> Result<(), Error> {
    if let Some(log) = world.requests() {
        // First, as requests that were let in before may end, refused, when all others are taken out.
        log.disown(account)?;
    }
    RequestLog::forget(&world.dir().join("log.db"), account)
}
