//! Reports of sessions are made one after another, each on a thread that may block. What a stopped server left half made
//! is begun anew: the store still says that it is wanted.

use std::sync::Arc;

use crate::documents;
use crate::domain::{BlobHash, Error, Report};
use crate::ops::reports;
use crate::store::{Cause, Entropy};
use crate::world::World;

/// Largest report, in bytes.
const REPORT_BYTES: u64 = 256 * 1024 * 1024;

/// Makes every report that was asked for.
pub async fn make_reports(world: Arc<World>) -> Result<(), Error> {
    loop {
        let taken = world.read_or_write(|| Cause::job("reports"), reports::take_report).await?;
        let Some(report) = taken else { return Ok(()) };
        let (maker, wanted) = (world.clone(), report.clone());
        let made = tokio::task::spawn_blocking(move || make(&maker, &wanted)).await.map_err(Error::internal).flatten();
        let content = made.inspect_err(|cause| {
            tracing::error!(session = %report.session, language = report.language.code(), ?cause, "a report could not be made");
        });
        world.write(Cause::job("reports"), move |tx| reports::finish_report(tx, &report, content.ok())).await?;
    }
}

fn make(world: &World, report: &Report) -> Result<(u64, BlobHash), Error> {
    let told = world.read(|tx| reports::tell_session(tx, report.session))?;
    let pdf = documents::report(&told, report.language).map_err(Error::internal)?;
    let mut incoming = world.blobs().receive(&Entropy::System.text(32), REPORT_BYTES)?;
    incoming.write(&pdf)?;
    let received = incoming.finish()?;
    Ok((received.bytes, received.hash))
}
