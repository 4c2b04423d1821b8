//! What the sweep may take away, and what not yet.

use std::path::Path;
use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::time::Duration;

use crosstalk::domain::{Error, LibraryFileId};
use crosstalk::ops::access;
use crosstalk::store::{self, Cause};
use crosstalk::world::Mode;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::census;
use crate::kit::{ClickMeeting, TestApp, TestOptions, number};

/// Nothing here takes longer unless it waits for something that does not come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Rounds in which uploads of one content meet the sweep: it comes by each round's content at another moment of the uploads.
const ROUNDS: usize = 32;
/// Contents in the same folder that were used once: the more of them, the longer the sweep is between looking and unlinking.
const UNUSED: usize = 200;
/// People who upload the same at the same moment.
const UPLOADERS: usize = 3;

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

/// Uploads to the library; gives the id.
fn keep(office: &ClickMeeting, content: &[u8]) -> i64 {
    number(&office.upload("/file-library", "plan.txt", content).ok()["id"])
}

/// What one person does while others do the same: an upload that was acknowledged is there until its deletion.
fn keep_and_look(office: &ClickMeeting, content: &[u8]) -> i64 {
    let id = keep(office, content);
    let found = office.get(&format!("/file-library/{id}/download"));
    assert_eq!((found.status, found.bytes.as_slice()), (200, content), "an acknowledged upload is not there");
    id
}

/// What everybody uploads in a round. Its folder is in the middle: the sweep comes there while uploads are under way.
fn content_of(round: usize) -> Vec<u8> {
    let mut contents = (0..).map(|number| format!("what everybody has in round {round}, {number}").into_bytes());
    contents.find(|content| (64..208).contains(&Sha256::digest(content)[0])).expect("a content")
}

/// Puts contents that no row names beside this one.
fn crowd(dir: &Path, content: &[u8]) {
    let folder = HEXLOWER.encode(&Sha256::digest(content)[..1]);
    for number in 0..UNUSED {
        std::fs::write(dir.join("files").join(&folder).join(format!("{folder}{number:062x}")), "x").expect("a file");
    }
}

/// Old content that no row names, or whose only row is being deleted, meets the sweep while others upload the same again.
fn meet(app: &TestApp, office: &ClickMeeting, round: usize) {
    let content = content_of(round);
    let first = keep(office, &content);
    let delete = |id: i64| office.delete(&format!("/file-library/{id}"), &[]).ok();
    crowd(app.world.dir(), &content);
    // No upload is under way here: what is between its content and its row must not be a day old.
    census::make_contents_old(app.world.dir());
    let is_unused = !round.is_multiple_of(3);
    if is_unused {
        delete(first);
    }
    let start = Barrier::new(UPLOADERS + 2);
    let (world, content) = (&app.world, &content);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            census::sweep(world);
        });
        scope.spawn(|| {
            start.wait();
            if !is_unused {
                delete(first);
            }
        });
        for person in 0..UPLOADERS {
            let (start, delete) = (&start, &delete);
            scope.spawn(move || {
                start.wait();
                delete(keep_and_look(office, content));
                let second = keep_and_look(office, content);
                // One row stays, for the census.
                if person > 0 {
                    delete(second);
                }
            });
        }
    });
}

#[test]
fn no_row_is_ever_without_content_when_the_same_is_uploaded_deleted_and_swept_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let app = TestApp::with(TestOptions { dir: Some(dir.clone()), ..TestOptions::default() });
    let office = app.clickmeeting("office");
    for round in 0..ROUNDS {
        meet(&app, &office, round);
    }
    assert_eq!((office.list("/file-library").len(), census::faults(&dir)), (ROUNDS, Vec::new()));
    app.stop();
    assert_eq!(census::faults_at_rest(&dir, Mode::Office), Vec::<String>::new());
}
