//! The power is cut at any moment under load: what was not pushed to the disk is gone, wholly or in pieces, and the program has to
//! start on what is left. `disk.rs` says what may be left.

#![expect(clippy::print_stdout, reason = "the numbers and seeds of a long run are for people")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

use crosstalk::world::Mode;
use fastrand::Rng;

use super::backups::Shelf;
use super::disk::{Disk, Luck, Watch};
use super::load::Load;
use super::office::{Office, Shared};
use super::{census, losses, number_from, seed};
use crate::kit::{BINARY, Chatwork, Process, wait_until};

/// Cuts of one run; `CROSSTALK_CUTS` sets more.
const CUTS: u64 = 10;
/// Cuts that one world goes through.
const PER_WORLD: u64 = 10;
/// Cuts within which a program that waits for no disk loses something.
const SOON: u64 = 12;
/// Requests after which the power is cut, at most.
const MOST_REQUESTS: usize = 150;
/// Changes on the disk after which it is cut, at most.
const MOST_CHANGES: u64 = 2_500;

#[test]
fn nothing_acknowledged_is_lost_when_the_power_is_cut() {
    let (cuts, seed) = (number_from("CROSSTALK_CUTS").unwrap_or(CUTS), seed());
    let (mut acknowledged, mut backups) = (0, 0);
    for first in (0..cuts).step_by(usize::try_from(PER_WORLD).expect("few")) {
        let mut world = World::found(Mode::Office, seed.wrapping_add(first));
        for cut in 0..PER_WORLD.min(cuts - first) {
            let lost = world.cut();
            assert!(lost.is_empty(), "CROSSTALK_SEED={}, cut {cut}:\n{}", world.seed, lost.join("\n"));
        }
        (acknowledged, backups) = (acknowledged + world.acknowledged, backups + world.shelf.whole);
        world.check_at_rest();
    }
    assert!(acknowledged as u64 > cuts * 10, "the servers died before they did anything: {acknowledged}");
    println!("{cuts} power cuts, {acknowledged} things acknowledged, none lost; {backups} backups whole");
}

/// What the test above is worth: a sandbox does not wait for the disk, and the same cuts find it out.
#[test]
fn a_sandbox_which_waits_for_no_disk_loses_what_it_acknowledged() {
    let mut world = World::found(Mode::Sandbox, seed());
    assert!((0..SOON).any(|_| !world.cut().is_empty()), "CROSSTALK_SEED={}: {SOON} cuts, and nothing was lost", world.seed);
}

/// An office that goes through cuts.
struct World {
    folder: tempfile::TempDir,
    mode: Mode,
    seed: u64,
    rng: Rng,
    office: Office,
    shared: Shared,
    load: Load,
    shelf: Shelf,
    acknowledged: usize,
}

impl World {
    fn found(mode: Mode, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().canonicalize().expect("a folder").join("data");
        let office = Office::found(&dir, mode);
        let server = Process::start(Command::new(BINARY), &[verb(mode)], &dir, &dir).unwrap_or_else(|why| panic!("{why}"));
        let shared = office.furnish(server.base());
        drop(server);
        Self {
            folder,
            mode,
            seed,
            rng: Rng::with_seed(seed),
            office,
            shared,
            load: Load::default(),
            shelf: Shelf::of(&dir),
            acknowledged: 0,
        }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("a folder").join("data")
    }

    /// One cut under load; gives what was lost or is wrong afterwards.
    fn cut(&mut self) -> Vec<String> {
        let dir = self.dir();
        let mut disk = Disk::of(&dir);
        let journal = self.folder.path().join("journal");
        let _ = fs::remove_file(&journal);
        // By a change on the disk or by a request: the one hits the middle of something, the other the time just after an answer.
        let end = self.rng.bool().then(|| self.rng.u64(1..MOST_CHANGES));
        let watch = Watch { folder: dir.clone(), journal: journal.clone(), end };
        if let Ok(server) = Process::start(watch.command(), &[verb(self.mode)], &dir, &dir) {
            self.work(server);
        }
        disk.replay(&journal);
        disk.come_back(Luck::random(&mut self.rng), &mut self.rng);
        let server = match Process::start(Command::new(BINARY), &[verb(self.mode)], &dir, &dir) {
            Ok(server) => server,
            Err(why) => return vec![why],
        };
        let ways = self.office.ways(server.base(), &self.shared);
        losses(&mut self.load, &ways, &dir, &mut self.shelf, &mut self.rng)
    }

    /// Works until the power is cut.
    fn work(&mut self, mut server: Process) {
        let after = self.rng.usize(1..MOST_REQUESTS);
        let ways = self.office.ways(server.base(), &self.shared);
        let shelf = &self.shelf;
        self.load.run(&ways, self.rng.u64(..), |progress| {
            std::thread::scope(|scope| {
                scope.spawn(|| shelf.fill(&ways, progress));
                let is_enough = || progress.sent.load(Ordering::Relaxed) >= after || progress.is_over();
                wait_until("enough was asked for", || is_enough() || server.has_ended());
                server.kill();
                progress.end();
            });
        });
        self.acknowledged += self.load.acknowledged();
    }

    fn check_at_rest(&self) {
        let faults = census::faults_at_rest(&self.dir(), self.mode);
        assert!(faults.is_empty(), "CROSSTALK_SEED={}:\n{}", self.seed, faults.join("\n"));
    }
}

fn verb(mode: Mode) -> &'static str {
    match mode {
        Mode::Office => "serve",
        Mode::Sandbox => "sandbox",
    }
}

#[test]
fn what_a_new_office_keeps_first_is_there_after_a_power_cut() {
    let seed = seed();
    let mut rng = Rng::with_seed(seed);
    for luck in Luck::ALL {
        let folder = tempfile::tempdir().expect("a folder");
        // The folder of the data is made, too.
        let place = folder.path().canonicalize().expect("a folder").join("srv");
        fs::create_dir(&place).expect("a folder");
        let (dir, journal) = (place.join("crosstalk").join("data"), folder.path().join("journal"));
        let mut disk = Disk::of(&place);
        let watch = Watch { folder: place, journal: journal.clone(), end: None };
        run(&watch, &dir, &["user", "create", "--email", "alice@example.com", "--name", "Alice"]);
        let token = run(&watch, &dir, &["token", "create", "--dialect", "chatwork", "--user", "alice@example.com"]);
        let mut server = Process::spawn(watch.command(), &dir, &dir);
        let alice = server.chatwork(token.trim());
        let (room, kept) = (alice.own_room(), alice.say(alice.own_room(), "first"));
        let file = alice.upload(room, "first.bin", b"content", None).ok()["file_id"].clone();
        server.kill();
        disk.replay(&journal);
        disk.come_back(luck, &mut rng);
        assert!(dir.exists(), "CROSSTALK_SEED={seed}: the folder itself is gone");
        let server =
            Process::start(Command::new(BINARY), &["serve"], &dir, &dir).unwrap_or_else(|why| panic!("CROSSTALK_SEED={seed}: {why}"));
        let alice: Chatwork = server.chatwork(token.trim());
        assert_eq!(alice.get(&format!("/rooms/{room}/messages/{kept}")).ok()["body"], "first", "CROSSTALK_SEED={seed}");
        let shown = alice.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok();
        let url = shown["download_url"].as_str().expect("an address");
        let content = crate::kit::send(crate::kit::request("GET", url));
        assert_eq!((content.status, &*content.bytes), (200, &b"content"[..]), "CROSSTALK_SEED={seed}");
    }
}

/// Runs a command under watch; gives what it prints.
fn run(watch: &Watch, dir: &Path, arguments: &[&str]) -> String {
    let output = watch.command().arg("--data").arg(dir).args(arguments).output().expect("a command");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a text")
}
