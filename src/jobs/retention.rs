//! Forgets what administrators no longer want to be kept, piece by piece.

use std::sync::Arc;

use crate::domain::Error;
use crate::ops::retention;
use crate::store::Cause;
use crate::world::World;

/// Takes the texts of old messages away, cuts the audit log, and has the request log tidied.
pub async fn forget_old(world: Arc<World>) -> Result<(), Error> {
    for organization in world.read(retention::list_forgetting)? {
        while world.read(|tx| retention::has_old(tx, organization))? {
            world.write(Cause::job("retention"), move |tx| retention::forget_step(tx, organization)).await?;
        }
    }
    while world.read(retention::has_old_audit)? {
        world.write(Cause::job("retention"), retention::cut_audit_step).await?;
    }
    if let Some(log) = world.requests() {
        log.tidy(world.clock().now());
    }
    Ok(())
}
