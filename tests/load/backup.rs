//! Nobody who writes waits for a backup: paced posts into a world of a million messages, alone and beside a backup.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::client::head;
use super::paced::{self, Pace};
use super::pairs::{CHATWORK, TEXT};
use super::report::Table;
use super::served::{BINARY, Served, pause};
use super::worlds::{self, Made};
use super::wrk::FORM;
use super::{Done, knobs, scratch};

const POSTS_PER_S: u32 = 500;
/// Connections that share the posts.
const WRITERS: u32 = 64;
/// What a backup puts off is done right behind it, and counts as well.
const AFTERWARDS: Duration = Duration::from_secs(2);
/// What we promise: the 99th percentile beside a backup.
const MOST_MS: f64 = 50.0;

/// Measures rounds of both kinds in turn.
pub fn measure() -> Done {
    let shelf = scratch()?;
    let world = worlds::million()?;
    let mut table = Table::with_posts()?;
    let server = Served::crosstalk(&world.dir)?;
    server.rest();
    let (mut alone, mut beside, mut backups) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..knobs::rounds() {
        alone.extend(post(&server.base, &world, &|elapsed| elapsed < knobs::round())?);
        server.rest();
        let is_over = AtomicBool::new(false);
        let (posted, made, log_mb) = std::thread::scope(|scope| {
            let posting =
                scope.spawn(|| post(&server.base, &world, &|_| !is_over.load(Ordering::Relaxed)).map_err(|error| error.to_string()));
            let made = back_up(&world.dir, shelf.path());
            let log_mb = worlds::log_mb(&world.dir);
            pause(AFTERWARDS);
            is_over.store(true, Ordering::Relaxed);
            (posting.join(), made, log_mb)
        });
        beside.extend(posted.map_err(|_| "the writers panicked")??);
        backups.push((made?, log_mb?));
        server.rest();
    }
    paced::head(&mut table, "500 posts a second, due on time", "posts");
    paced::row(&mut table, "alone", alone);
    let p99_ms = paced::row(&mut table, "beside a backup", beside);
    for (took, log_mb) in backups {
        let size = worlds::shown(&world.dir)?;
        table.push(format!("a backup of {size} in {:.1} s; the write-ahead log was {log_mb:.0} MB long", took.as_secs_f64()));
    }
    table.figure("99th percentile beside a backup, ms", p99_ms, MOST_MS);
    table.finish()
}

/// Latencies of posts, in milliseconds.
fn post(base: &str, world: &Made, goes_on: &(impl Fn(Duration) -> bool + Sync)) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let body = format!("body={}", TEXT.replace(' ', "+"));
    let head = head(&format!("/v2/rooms/{}/messages", world.plain), CHATWORK, &world.chatwork, Some((FORM, body.len() as u64)));
    Pace { base, request: &format!("{head}{body}"), per_s: POSTS_PER_S, connections: WRITERS }.run(goes_on)
}

/// Has the running server make a backup; gives how long that took. It is deleted again.
fn back_up(data: &Path, shelf: &Path) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let mut command = Command::new(BINARY);
    command.args(["backup", "create", "--data"]).arg(data).arg("--to").arg(shelf).stdout(Stdio::piped()).stderr(Stdio::piped());
    let made = command.output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into());
    }
    let took = started.elapsed();
    std::fs::remove_dir_all(String::from_utf8(made.stdout)?.trim())?;
    Ok(took)
}
