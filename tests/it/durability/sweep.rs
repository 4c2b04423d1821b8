//! What the sweep may take away, and what not yet.

use std::sync::mpsc::channel;
use std::time::Duration;

use crosstalk::domain::{Error, LibraryFileId};
use crosstalk::ops::access;
use crosstalk::store::{self, Cause};

use super::census;
use crate::kit::{TestApp, number};

/// Nothing here takes longer unless it waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn content_stays_as_long_as_the_deletion_of_its_row_can_be_undone() {
    let app = TestApp::start();
    let office = app.clickmeeting("office");
    let id = number(&office.upload("/file-library", "plan.txt", b"content").ok()["id"]);
    census::make_contents_old(app.world.dir());
    let (deleted, is_deleted) = channel();
    let (swept, is_swept) = channel();
    let (world, sweeper) = (app.world.clone(), app.world.clone());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            world.write_blocking(Cause::job("test"), move |tx| {
                let organization = access::organization(tx, Some("office"))?;
                store::library::delete_file(tx, organization, LibraryFileId::new(id))?;
                deleted.send(()).expect("a test that waits");
                is_swept.recv_timeout(PATIENCE).map_err(|_| Error::internal("the sweep waits for what is not committed"))?;
                Err::<(), _>(Error::Forbidden)
            })
        });
        is_deleted.recv().expect("a deletion");
        census::sweep(&sweeper);
        // Where it has waited for the deletion, nobody listens any more.
        swept.send(()).expect("the sweep asked only what is committed");
    });
    assert_eq!(office.get(&format!("/file-library/{id}/download")).bytes, b"content");
    office.delete(&format!("/file-library/{id}"), &[]).ok();
    census::sweep(&app.world);
    let left = std::fs::read_dir(app.world.dir().join("files")).expect("a folder").map(|entry| entry.expect("an entry").path());
    assert!(left.into_iter().all(|folder| std::fs::read_dir(folder).expect("a folder").next().is_none()), "something was left");
}
