//! No read waits for a commit: 1,000 paced reads a second, alone and beside 64 writers.
//!
//! The loop is open: a read's latency counts from the instant at which it was due, so a server that stalls can't hide it.

use std::io::Write;
use std::time::{Duration, Instant};

use super::client::{Client, head};
use super::pairs::{CHATWORK, TEXT};
use super::report::Table;
use super::served::{Served, pause};
use super::worlds::{self, Made};
use super::wrk::{self, FORM, Request};
use super::{Done, knobs, scratch};

const READS_PER_S: u64 = 1_000;
/// Connections that share the reads.
const READERS: u64 = 50;
const WRITERS: usize = 64;

/// Measures rounds of both kinds in turn.
pub fn measure() -> Done {
    let folder = scratch()?;
    let world = worlds::small(folder.path())?;
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
    let mut table = Table::default();
    table.push(format!(
        "{:<40} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "1,000 reads a second, due on time", "reads", "p50 ms", "p99 ms", "p99.9 ms", "max ms"
    ));
    table.push(row("alone", alone));
    table.push(row("beside 64 writers", beside));
    for write in writes {
        table.push(format!("the writers: {:.0} durable posts/s, p50 {:.2} ms, p99 {:.2} ms", write.rate, write.p50_ms, write.p99_ms));
    }
    table.print();
    Ok(())
}

/// Latencies of a round, in milliseconds.
fn read(base: &str, world: &Made) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let head = head(&format!("/v2/rooms/{}/messages/{}", world.long, world.message), CHATWORK, &world.chatwork, None);
    let each = Duration::from_secs(READERS) / READS_PER_S as u32;
    // The first read is due when all are connected.
    let start = Instant::now() + Duration::from_millis(200);
    let reader = |number: u32| -> std::io::Result<Vec<f64>> {
        let mut client = Client::connect(base)?;
        let (mut due, mut latencies) = (start + each / READERS as u32 * number, Vec::new());
        while due < start + knobs::round() {
            pause(due.saturating_duration_since(Instant::now()));
            client.exchange(|stream| stream.write_all(head.as_bytes()))?;
            latencies.push(due.elapsed().as_secs_f64() * 1e3);
            due += each;
        }
        Ok(latencies)
    };
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..READERS as u32).map(|number| scope.spawn(move || reader(number))).collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    let mut latencies = Vec::new();
    for reader in all {
        latencies.extend(reader.map_err(|_| "a reader panicked")??);
    }
    Ok(latencies)
}

fn row(name: &str, mut latencies: Vec<f64>) -> String {
    latencies.sort_by(f64::total_cmp);
    let part = |part: f64| latencies.get(((latencies.len() - 1) as f64 * part) as usize).copied().unwrap_or(f64::NAN);
    format!("{name:<40} {:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.2}", latencies.len(), part(0.5), part(0.99), part(0.999), part(1.0))
}
