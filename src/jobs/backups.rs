//! Backups on a schedule.

use std::sync::Arc;

use crate::backup::Scheduled;
use crate::domain::Error;
use crate::ops::{audit, organizations};
use crate::store::Cause;
use crate::world::World;

/// Makes a backup if one is due. A failure is kept for the pages to show, and tried again after a while.
pub async fn make_backups(world: Arc<World>, scheduled: Arc<Scheduled>) -> Result<(), Error> {
    if scheduled.schedule.is_none() {
        return Ok(());
    }
    let zone = world.read(organizations::find_zone)?;
    let (held, folder) = (world.clone(), scheduled.folder.display().to_string());
    let made = tokio::task::spawn_blocking(move || scheduled.work(&held, &zone)).await.map_err(Error::internal)?;
    match made {
        Ok(None) => {}
        Ok(Some(backup)) => {
            tracing::info!(backup = %backup.path.display(), bytes = backup.bytes, "a scheduled backup was made");
            if backup.missing > 0 {
                let (missing, backup) = (backup.missing, backup.path.display());
                tracing::warn!(missing, %backup, "files are missing in the data directory, so the backup lacks them; its manifest.json lists them. Older backups that hold them are kept; `crosstalk doctor` says how to put them back");
            }
            let elsewhere = backup.made_elsewhere(world.dir());
            world.write(Cause::job("backups"), move |tx| audit::note_backup(tx, elsewhere)).await?;
        }
        Err(cause) => tracing::error!(%cause, folder, "a scheduled backup could not be made; it is tried again in a quarter of an hour"),
    }
    Ok(())
}
