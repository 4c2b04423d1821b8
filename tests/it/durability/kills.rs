//! The program is killed at any moment under load through every API, and started again.

#![expect(clippy::print_stdout, reason = "the numbers and seeds of a long run are for people")]

use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;

use crosstalk::world::Mode;
use fastrand::Rng;

use super::backups::Shelf;
use super::load::Load;
use super::office::Office;
use super::{census, losses, number_from, seed};
use crate::kit::{BINARY, Process, wait_until};

/// Kills of one run; `CROSSTALK_KILLS` sets more.
const KILLS: u64 = 25;
/// Kills that one world goes through.
const PER_WORLD: u64 = 25;
/// Requests after which a server is killed, at most.
const MOST_REQUESTS: usize = 200;

#[test]
fn nothing_acknowledged_is_lost_when_the_server_is_killed_under_load() {
    let (kills, seed) = (number_from("CROSSTALK_KILLS").unwrap_or(KILLS), seed());
    let (mut acknowledged, mut backups) = (0, 0);
    for first in (0..kills).step_by(usize::try_from(PER_WORLD).expect("few")) {
        let folder = tempfile::tempdir().expect("a folder");
        let (more, whole) = kill_again_and_again(folder.path(), seed.wrapping_add(first), PER_WORLD.min(kills - first));
        (acknowledged, backups) = (acknowledged + more, backups + whole);
    }
    assert!(acknowledged as u64 > kills * 10, "the servers died before they did anything: {acknowledged}");
    assert!(backups as u64 > kills / 5, "hardly a backup was made: {backups}");
    println!("{kills} kills, {acknowledged} things acknowledged, none lost; {backups} backups whole");
}

/// Gives how much was acknowledged, and how many backups were whole.
fn kill_again_and_again(folder: &Path, seed: u64, kills: u64) -> (usize, usize) {
    let dir = folder.join("data");
    let mut rng = Rng::with_seed(seed);
    let office = Office::found(&dir, Mode::Office);
    let start = || Process::start(Command::new(BINARY), &["serve"], &dir, &dir).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    let mut server = start();
    let shared = office.furnish(server.base());
    let (mut load, mut acknowledged) = (Load::default(), 0);
    let mut shelf = Shelf::of(&dir);
    for kill in 0..kills {
        let (after, pause) = (rng.usize(1..MOST_REQUESTS), rng.u32(..20_000));
        let ways = office.ways(server.base(), &shared);
        load.run(&ways, rng.u64(..), |progress| {
            std::thread::scope(|scope| {
                scope.spawn(|| shelf.fill(&ways, progress));
                wait_until("enough was asked for", || progress.sent.load(Ordering::Relaxed) >= after || progress.is_over());
                // Somewhere in the middle of what the next request does.
                (0..pause).for_each(|_| std::hint::spin_loop());
                server.kill();
                progress.end();
            });
        });
        acknowledged += load.acknowledged();
        server = start();
        let ways = office.ways(server.base(), &shared);
        let differences = losses(&mut load, &ways, &dir, &mut shelf, &mut rng);
        assert!(differences.is_empty(), "CROSSTALK_SEED={seed}, kill {kill}:\n{}", differences.join("\n"));
    }
    server.kill();
    let faults = census::faults_at_rest(&dir, Mode::Office);
    assert!(faults.is_empty(), "CROSSTALK_SEED={seed}:\n{}", faults.join("\n"));
    (acknowledged, shelf.whole)
}
