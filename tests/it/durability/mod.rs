//! What was acknowledged stays: over kills, power cuts, full disks, upgrades, a shutdown under load. All on the real binary.

mod backups;
mod census;
mod disk;
mod kills;
mod load;
mod office;
mod power;
mod shutdown;
mod sought;
mod sweep;
mod things;
mod upgrade;
mod volume;

use std::path::Path;

use fastrand::Rng;

use self::backups::Shelf;
use self::load::Load;
use self::office::Ways;

/// Where random choices begin: `CROSSTALK_SEED`, or another place each time. Failures name it.
fn seed() -> u64 {
    number_from("CROSSTALK_SEED").unwrap_or_else(|| fastrand::u64(..))
}

/// What is wrong after a restart: what was acknowledged is not there, or something in the world is not in order.
fn losses(load: &mut Load, ways: &Ways, dir: &Path, shelf: &mut Shelf, rng: &mut Rng) -> Vec<String> {
    let damage = census::damage(dir);
    if !damage.is_empty() {
        return damage;
    }
    let mut found = load.check(ways, dir, rng);
    found.extend(census::faults(dir));
    found.extend(sought::faults(ways, dir, rng));
    found.extend(shelf.faults());
    found
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
