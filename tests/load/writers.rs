//! Nobody who posts waits for what is done behind the scenes: 64 connections that post as fast as they can, to a server that just
//! started, in the small and in the large world.

use super::pairs::{CHATWORK, TEXT};
use super::report::{Table, median};
use super::served::Served;
use super::worlds::{self, Made};
use super::wrk::{self, FORM, Outcome, Request};
use super::{Done, knobs, scratch};

const WRITERS: usize = 64;
/// The 99th percentile in the large world, in milliseconds: what is promised beside a backup.
const MOST_MS: f64 = 50.0;

/// Measures rounds of both worlds in turn, each with a server of its own.
pub fn measure() -> Done {
    let folder = scratch()?;
    let worlds =
        [("the small world", worlds::small(folder.path())?), ("the large world", worlds::copied(worlds::large()?, folder.path())?)];
    let mut table = Table::with_posts()?;
    let (mut slowest, what) = (Vec::new(), "64 connections post, into");
    table.push(format!("{what:<40} {:>9} {:>9} {:>9} {:>9} {:>9}", "posts/s", "p50 ms", "p99 ms", "p99.9 ms", "log MB"));
    for _ in 0..knobs::rounds() {
        for (name, world) in &worlds {
            let (round, log_mb) = post(world)?;
            table.push(format!(
                "{name:<40} {:>9.0} {:>9.2} {:>9.2} {:>9.2} {log_mb:>9.1}",
                round.rate, round.p50_ms, round.p99_ms, round.p999_ms
            ));
            slowest.extend((*name == "the large world").then_some(round.p99_ms));
        }
    }
    table.figure("99th percentile in the large world, ms", median(&slowest), MOST_MS);
    table.finish()
}

/// A round of posts to a server that just started, and how long its write-ahead log is then.
fn post(world: &Made) -> Result<(Outcome, f64), Box<dyn std::error::Error>> {
    let server = Served::crosstalk(&world.dir)?;
    let path = format!("/v2/rooms/{}/messages", world.plain);
    let request = Request::post(path, CHATWORK, &world.chatwork, FORM, format!("body={}", TEXT.replace(' ', "+")));
    let round = wrk::run(&server.base, &request, WRITERS)?;
    Ok((round, worlds::log_mb(&world.dir)?))
}
