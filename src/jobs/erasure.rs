//! Erases people on request: what only the database knows, readable copies of letters, the request log.

use std::sync::Arc;

use super::mail::remove_copy;
use crate::domain::{AccountId, ErasureId, Error};
use crate::ops::erasure::{self, Next};
use crate::store::Cause;
use crate::store::requests::RequestLog;
use crate::world::World;

/// Goes on with the erasures that were begun.
pub async fn erase_people(world: Arc<World>) -> Result<(), Error> {
    for id in world.read(erasure::list_open)? {
        let world = world.clone();
        tokio::task::spawn_blocking(move || carry_out(&world, id)).await.map_err(Error::internal)??;
    }
    Ok(())
}

/// Carries one out to its end, step by step; others write in between. Blocks.
pub fn carry_out(world: &World, id: ErasureId) -> Result<(), Error> {
    let cause = || Cause::job("erasure");
    while let Some(next) = world.read(|tx| erasure::find_next(tx, id))? {
        match next {
            Next::Step => world.write_blocking(cause(), move |tx| erasure::erase_step(tx, id))?,
            Next::Letters(letters, upto) => {
                let folder = world.dir().join("outbox");
                letters.iter().try_for_each(|letter| remove_copy(&folder, *letter)).map_err(Error::internal)?;
                world.write_blocking(cause(), move |tx| erasure::drop_letters(tx, id, &letters, upto))?;
            }
            Next::Requests(account) => {
                if let Some(account) = account {
                    forget_requests(world, account)?;
                }
                world.write_blocking(cause(), move |tx| erasure::end_erasure(tx, id))?;
            }
        }
    }
    Ok(())
}

fn forget_requests(world: &World, account: AccountId) -> Result<(), Error> {
    if let Some(log) = world.requests() {
        log.settle();
    }
    RequestLog::forget(&world.dir().join("log.db"), account)
}
