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

/// Where random choices begin: `CROSSTALK_SEED`, or another place each time. Failures name it.
fn seed() -> u64 {
    number_from("CROSSTALK_SEED").unwrap_or_else(|| fastrand::u64(..))
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
