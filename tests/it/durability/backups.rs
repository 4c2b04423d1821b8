//! Backups that are made while something else goes on or goes wrong, and how they get to the disk.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crosstalk::backup::{self, UNWATCHED};
use crosstalk::domain::{AccountId, Actor, Body, Dialect, OrganizationId, PostMessage, Scopes, TokenId};
use crosstalk::ops;
use crosstalk::store::Cause;
use crosstalk::world::Mode;
use serde_json::Value;

use super::census;
use super::disk::{DeedKind, Watch, deeds};
use super::load::Progress;
use super::office::{Office, Ways};
use crate::kit::{BINARY, Process, open_world, wait_until};

/// The usual folder of a world's backups, under an eye that knows which of them were reported done.
pub struct Shelf {
    dir: PathBuf,
    made: Mutex<HashSet<PathBuf>>,
    /// Backups that were looked at and found whole.
    pub whole: usize,
}

impl Shelf {
    /// That of a data directory.
    pub fn of(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), made: Mutex::default(), whole: 0 }
    }

    /// Has backups made, one after the other, until the server is gone.
    pub fn fill(&self, ways: &Ways, progress: &Progress) {
        while !progress.is_over() {
            let Some(begun) = said(ways, "POST", "/backups") else { return };
            let state = || {
                let works = said(ways, "GET", "/works")?;
                let work = works["items"].as_array()?.iter().find(|work| work["id"] == begun["id"])?.clone();
                Some(work["state"].as_str()?.to_owned())
            };
            wait_until("the backup is made", || state().is_none_or(|state| state != "running"));
            let Some(listed) = said(ways, "GET", "/backups") else { return };
            let paths = listed["items"].as_array().into_iter().flatten().filter_map(|item| item["path"].as_str()).map(PathBuf::from);
            self.made.lock().expect("no panic").extend(paths);
        }
    }

    /// What is wrong with it: what was reported done has to be there; what is listed has to be whole, and a world in order; all else is
    /// called unfinished. What was looked at is cleared away.
    pub fn faults(&mut self) -> Vec<String> {
        let folder = backup::usual_folder(&self.dir);
        let mut missing = std::mem::take(&mut *self.made.lock().expect("no panic"));
        let mut faults = Vec::new();
        for listed in backup::list(&folder).expect("a list") {
            missing.remove(&listed.path);
            self.whole += 1;
            faults.extend(backup::verify(&listed.path, UNWATCHED).err().map(|error| error.to_string()));
            faults.extend(census::faults(&listed.path).into_iter().map(|fault| format!("{}: {fault}", listed.path.display())));
            std::fs::remove_dir_all(&listed.path).expect("an old backup");
        }
        faults.extend(missing.iter().map(|path| format!("{} was reported done, and is not listed", path.display())));
        for left in std::fs::read_dir(&folder).into_iter().flatten() {
            let left = left.expect("an entry").path();
            let name = left.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.starts_with(".partial-") {
                faults.push(format!("{name} is neither a backup nor called unfinished"));
            }
            std::fs::remove_dir_all(&left).expect("what is left");
        }
        faults
    }
}

/// What the administration page's API says; none when the server is gone, or does not want to.
fn said(ways: &Ways, method: &str, path: &str) -> Option<Value> {
    let response = ways.admin.request(method, path).send().ok().filter(|response| response.status().is_success())?;
    serde_json::from_str(&response.text().ok()?).ok()
}

/// What may wait for the disk at a time, of a copy: a piece, and what SQLite keeps back.
const MOST_WAITING: u64 = 8 << 20;
/// Messages of the world that is copied, and how long each is: 48 MB in all.
const MESSAGES: usize = 800;
const MESSAGE_CHARS: usize = 60_000;

/// Posts messages that no search index has terms of; gives the secret of whoever did.
fn fill(dir: &Path) -> (Office, i64) {
    let office = Office::found(dir, Mode::Office);
    let world = open_world(dir, Mode::Office).expect("a world");
    let room = world.write_blocking(Cause::job("test"), |tx| {
        let alice = crosstalk::store::accounts::find_by_email(tx, "alice@example.com")?.expect("Alice").account;
        let organization: OrganizationId = ops::organizations::list_organizations(tx)?[0].id;
        let account: AccountId = alice.person.id;
        let actor = Actor { account, organization, token: TokenId::new(0), dialect: Dialect::Chatwork, scopes: Scopes::All };
        let room = crosstalk::store::rooms::list_rooms_of(tx, account)?[0].id;
        for _ in 0..MESSAGES {
            let message = PostMessage { body: Body::parse("-".repeat(MESSAGE_CHARS))?, self_unread: false };
            ops::messages::post_message(tx, &actor, room, Ok(message))?;
        }
        Ok(room.get())
    });
    (office, room.expect("messages"))
}

#[test]
fn a_copy_goes_to_the_disk_in_pieces_and_commits_go_on_between_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("a folder");
    let (dir, journal) = (place.join("data"), place.join("journal"));
    let (office, room) = fill(&dir);
    let watch = Watch { folder: dir.clone(), journal: journal.clone(), end: None };
    let mut server = Process::spawn(watch.command(), &dir, &dir);
    let alice = office.alice(server.base());
    std::thread::scope(|scope| {
        let made = scope.spawn(|| Command::new(BINARY).args(["backup", "create", "--data"]).arg(&dir).output().expect("a command"));
        while !made.is_finished() {
            alice.say(room, "meanwhile");
        }
        assert!(made.join().expect("a backup").status.success());
    });
    server.kill();
    let deeds = deeds(&journal);
    let is_copy =
        |path: &Path| path.ends_with("app.db") && path.components().any(|part| part.as_os_str().to_string_lossy().starts_with(".partial-"));
    let (mut written, mut waiting, mut most, mut commits_between) = (0, 0, 0, 0);
    for deed in &deeds {
        match deed.kind {
            DeedKind::Written(bytes) if is_copy(&deed.path) => (written, waiting) = (written + bytes, waiting + bytes),
            DeedKind::Pushed { .. } if is_copy(&deed.path) => waiting = 0,
            DeedKind::Pushed { .. } if deed.path.ends_with("app.db-wal") && waiting > 0 => commits_between += 1,
            _ => {}
        }
        most = most.max(waiting);
    }
    assert!(written > 40 << 20, "the copy has {written} bytes");
    assert!(most < MOST_WAITING, "{most} bytes of {written} waited for the disk at the same time");
    assert_eq!(waiting, 0, "the end of the copy was never pushed to the disk");
    assert!(commits_between > 1, "nobody committed while the copy was written");
}

/// A push that also keeps the time of the last change waits for the file system's journal, and for all that other files wait for.
#[test]
fn a_commit_pushes_what_it_wrote_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().canonicalize().expect("a folder");
    let (dir, journal) = (place.join("data"), place.join("journal"));
    let office = Office::found(&dir, Mode::Office);
    let watch = Watch { folder: dir.clone(), journal: journal.clone(), end: None };
    let server = Process::spawn(watch.command(), &dir, &dir);
    let alice = office.alice(server.base());
    (0..10).for_each(|_| drop(alice.say(alice.own_room(), "hello")));
    drop(server);
    let pushes: Vec<_> = deeds(&journal).into_iter().filter(|deed| deed.path.ends_with("app.db-wal")).map(|deed| deed.kind).collect();
    let [whole, data] = [true, false].map(|whole| pushes.iter().filter(|kind| **kind == DeedKind::Pushed { whole }).count());
    assert!(whole == 0 && data >= 10, "{whole} whole pushes, {data} of data alone: see .cargo/config.toml");
}
