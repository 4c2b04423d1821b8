//! The search index follows the log, a piece at a time. What a stopped server left out comes after the next start.

use std::sync::Arc;

use crate::domain::Error;
use crate::ops::indexing::{self, Piece};
use crate::store::Cause;
use crate::world::World;

/// Brings the index up to what was committed. Terms are worked out outside the writer's thread, so that it has little to do for each
/// piece and other writes get their turn between two.
pub async fn index_messages(world: Arc<World>) -> Result<(), Error> {
    while world.read(indexing::has_work)? {
        let Some(piece) = prepare(&world).await? else { return Ok(()) };
        world.write(Cause::job("search-index"), move |tx| indexing::keep(tx, piece)).await?;
    }
    Ok(())
}

/// The next piece. It takes a millisecond or two, and is made in this thread: any other might be another one each time, each with a
/// connection and a heap of its own. Only the first piece of an index takes long, and a thread that may block.
async fn prepare(world: &Arc<World>) -> Result<Option<Piece>, Error> {
    if !world.read(indexing::is_new)? {
        return world.read(indexing::prepare);
    }
    let world = world.clone();
    tokio::task::spawn_blocking(move || world.read(indexing::prepare)).await.map_err(Error::internal)?
}

/// Takes what was blanked out of the index, and out of its file. Others write between two steps. Blocks.
pub(super) fn forget_words(world: &World) -> Result<(), Error> {
    let cause = || Cause::job("search-index");
    while let Some(piece) = world.read(indexing::prepare)?.filter(Piece::is_of_log) {
        world.write_blocking(cause(), move |tx| indexing::keep(tx, piece))?;
    }
    let mut is_first = true;
    while world.write_blocking(cause(), move |tx| indexing::drop_words(tx, is_first))? {
        is_first = false;
    }
    Ok(())
}
