//! No read waits for a commit: 1,000 paced reads a second, alone and beside 64 writers.

use super::client::head;
use super::paced::{self, Pace};
use super::pairs::{CHATWORK, TEXT};
use super::report::Table;
use super::served::Served;
use super::worlds::{self, Made};
use super::wrk::{self, FORM, Request};
use super::{Done, knobs, scratch};

const READS_PER_S: u32 = 1_000;
/// Connections that share the reads.
const READERS: u32 = 50;
const WRITERS: usize = 64;

/// Measures rounds of both kinds in turn.
pub fn measure() -> Done {
    let folder = scratch()?;
    let world = worlds::small(folder.path())?;
    let mut table = Table::with_posts()?;
    let server = Served::crosstalk(&world.dir)?;
    let (mut alone, mut beside, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..knobs::rounds() {
        alone.extend(read(&server.base, &world)?);
        let write = Request::post(
            format!("/v2/rooms/{}/messages", world.plain),
            CHATWORK,
            &world.chatwork,
            FORM,
            format!("body={}", TEXT.replace(' ', "+")),
        );
        let (read, written) = std::thread::scope(|scope| {
            let writing = scope.spawn(|| wrk::run(&server.base, &write, WRITERS).map_err(|error| error.to_string()));
            (read(&server.base, &world), writing.join())
        });
        beside.extend(read?);
        writes.push(written.map_err(|_| "the writers panicked")??);
    }
    paced::head(&mut table, "1,000 reads a second, due on time", "reads");
    paced::row(&mut table, "alone", alone);
    paced::row(&mut table, "beside 64 writers", beside);
    for write in writes {
        table.push(format!("the writers: {:.0} durable posts/s, p50 {:.2} ms, p99 {:.2} ms", write.rate, write.p50_ms, write.p99_ms));
    }
    table.finish()
}

/// Latencies of a round, in milliseconds.
fn read(base: &str, world: &Made) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let request = head(&format!("/v2/rooms/{}/messages/{}", world.long, world.message), CHATWORK, &world.chatwork, None);
    Pace { base, request: &request, per_s: READS_PER_S, connections: READERS }.run(&|elapsed| elapsed < knobs::round())
}
