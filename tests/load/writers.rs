//! Nobody who posts waits for what is done behind the scenes: 64 connections that post as fast as they can, to a server that just
//! started, in a small world and in one of a million messages.

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
    let worlds = [("1,000", worlds::small(folder.path())?), ("1,000,000", worlds::copied(worlds::million()?, folder.path())?)];
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
            slowest.extend((*name == worlds[1].0).then_some(round.p99_ms));
        }
    }
    table.figure("99th percentile in 1,000,000, ms", median(&slowest), MOST_MS);
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
