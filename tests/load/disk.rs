//! What the disk below `target/` takes to keep a small write: every post waits for that once, whoever serves it.

use std::io::Write;
use std::time::Instant;

use super::report::median;
use super::scratch;

/// What promises about posts suppose, in milliseconds.
pub const MOST_MS: f64 = 1.0;
/// Writes of which the median counts.
const WRITES: usize = 200;
/// Bytes of one: a page of a write-ahead log.
const WRITE_BYTES: usize = 4_096;

/// Milliseconds of one small write with its fdatasync.
pub fn sync_ms() -> Result<f64, std::io::Error> {
    let folder = scratch()?;
    let mut file = std::fs::File::create_new(folder.path().join("sync"))?;
    let times = (0..WRITES).map(|number| {
        let started = Instant::now();
        file.write_all(&[number as u8; WRITE_BYTES])?;
        file.sync_data()?;
        Ok(started.elapsed().as_secs_f64() * 1e3)
    });
    Ok(median(&times.collect::<Result<Vec<_>, std::io::Error>>()?))
}
