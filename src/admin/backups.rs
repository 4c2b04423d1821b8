//! `/backups`: those in their folder, and the schedule of the next ones. Putting one back takes a server that stands still, so a command does that.

mod wire;

use std::path::{Path, PathBuf};

use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::desk::Desk;
use super::works::{Kind, Progress, WorkOut};
use crate::backup::{self, Owner, Scheduled};
use crate::domain::{Error, Noun, Timestamp};
use crate::ops::{audit, organizations};
use crate::store::Cause;
use crate::web::{Call, Fault, Out, Reply, With};
use crate::world::World;
use wire::{BackupOut, BackupsOut, ScheduleOut};

/// Backups that are listed.
const LISTED: usize = 500;

/// GET /backups: this world's, newest first.
pub(super) async fn get_backups(call: Call, desk: Data<Desk>) -> Reply<BackupsOut> {
    let list = move |world: &World| {
        let scheduled = &desk.scheduled;
        let found = backup::list(&scheduled.folder).map_err(Error::internal)?;
        let id = world.id();
        let items = found.into_iter().rev().filter(|backup| backup.is_of(&id)).take(LISTED).map(BackupOut::from).collect();
        let next = scheduled.next(world, &world.read(organizations::find_zone)?)?;
        Ok(BackupsOut {
            items,
            folder: scheduled.folder.display().to_string(),
            last_backup_at: find_last(world, scheduled)?.made.map(|made| made.to_string()),
            create: wire::command(world.dir()),
            schedule: ScheduleOut::of(scheduled, next),
        })
    };
    Ok(Out(call.blocking(list).await?))
}

/// The last backup.
pub(super) struct LastBackup {
    /// When it was made, here or in a folder that somebody named.
    pub(super) made: Option<Timestamp>,
    /// How many files it lacks, if it can be looked at.
    pub(super) lacks: u64,
}

/// Looks for the last backup. Blocks.
pub(super) fn find_last(world: &World, scheduled: &Scheduled) -> Result<LastBackup, Error> {
    let now = world.clock().now();
    let usual = backup::newest(&backup::usual_folder(world.dir()), &Owner::of(world), now);
    let here = usual.into_iter().chain(scheduled.newest(world)).max_by_key(|newest| newest.made);
    let elsewhere = world.read(audit::last_backup_elsewhere)?.filter(|made| backup::is_credible(*made, now));
    Ok(LastBackup { made: here.as_ref().map(|newest| newest.made).max(elsewhere), lacks: here.map_or(0, |newest| newest.lacks) })
}

/// POST /backups
pub(super) async fn post_backup(call: Call, desk: Data<Desk>) -> Result<With<WorkOut>, Fault> {
    let cause = call.cause();
    let folder = desk.scheduled.folder.clone();
    let make = move |world: &World, progress: &Progress| make_backup(world, &folder, cause, progress);
    Ok(With(StatusCode::ACCEPTED, desk.works.begin(&call.server().world, Kind::Backup, "", make)?))
}

fn make_backup(world: &World, folder: &Path, cause: Cause, progress: &Progress) -> Result<u64, String> {
    let watch = |done, total| progress.note(done, Some(total));
    let made = backup::create(world, folder, &watch).map_err(|error| error.to_string())?;
    let elsewhere = made.made_elsewhere(world.dir());
    world.write_blocking(cause, move |tx| audit::note_backup(tx, elsewhere)).map_err(|error| error.plain())?;
    Ok(made.contents as u64)
}

/// POST /backups/{name}/verification
pub(super) async fn post_backup_verification(call: Call, desk: Data<Desk>) -> Result<With<WorkOut>, Fault> {
    let name = call.place("name");
    let folder = place_of(&desk.scheduled.folder, &name).ok_or(Error::NotFound(Noun::Backup))?;
    let verify = move |_: &World, progress: &Progress| {
        let found = backup::verify(&folder, &|done, total| progress.note(done, Some(total)));
        found.map(|backup| backup.contents as u64).map_err(|error| error.to_string())
    };
    Ok(With(StatusCode::ACCEPTED, desk.works.begin(&call.server().world, Kind::BackupCheck, &name, verify)?))
}

/// The folder of a backup that is there. What could lead elsewhere is no name of one.
fn place_of(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_name = !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    let folder = is_name.then(|| folder.join(name))?;
    folder.is_dir().then_some(folder)
}
