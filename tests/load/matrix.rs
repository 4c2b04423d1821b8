//! Every API at 1, 64 and 512 connections, in a small and a large world, each beside bare actix-web that answers with the same bytes.

use std::path::Path;

use super::operations::{self, Operation};
use super::report::Table;
use super::served::Served;
use super::worlds::{self, Made};
use super::wrk::{self, Outcome};
use super::{Done, scratch};

const CONNECTIONS: [usize; 3] = [1, 64, 512];

/// What a server took of the machine while it answered.
struct Measured {
    outcome: Outcome,
    /// Seconds of the processor per thousand requests.
    cpu_s: f64,
    memory_mb: f64,
}

/// Measures the operations whose name has this word. One round each: there are many.
pub fn measure(only: &str) -> Done {
    let folder = scratch()?;
    let mut table = Table::with_posts()?;
    table.push(format!(
        "{:<41} {:>5} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} | {:>8} {:>8} {:>8} {:>8} {:>8} | {:>5}",
        "operation",
        "world",
        "conn",
        "req/s",
        "p50 ms",
        "p99 ms",
        "p99.9",
        "CPU s/1k",
        "MB",
        "bare/s",
        "p50 ms",
        "p99 ms",
        "p99.9",
        "CPU s/1k",
        "ratio"
    ));
    for (name, world) in [("small", worlds::small(folder.path())?), ("large", worlds::copied(worlds::large()?, folder.path())?)] {
        measure_world(&mut table, name, &world, only, &folder.path().join(format!("answers-{name}")))?;
    }
    table.finish()
}

fn measure_world(table: &mut Table, size: &str, world: &Made, only: &str, answers: &Path) -> Done {
    let server = Served::crosstalk(&world.dir)?;
    let wanted: Vec<Operation> =
        operations::all(&server.base, world)?.into_iter().filter(|operation| operation.name.contains(only)).collect();
    std::fs::create_dir_all(answers)?;
    for (number, operation) in wanted.iter().enumerate() {
        let (content_type, bytes) = operations::ask(&server.base, &operation.request)?;
        std::fs::write(answers.join(number.to_string()), bytes)?;
        std::fs::write(answers.join(format!("{number}.type")), content_type)?;
    }
    let bare = Served::same(answers)?;
    for (number, operation) in wanted.iter().enumerate() {
        let same = operation.request.at(&format!("/{number}"));
        for connections in CONNECTIONS {
            let ours = load(&server, &operation.request, connections)?;
            let theirs = load(&bare, &same, connections)?;
            table.push(row(operation.name, size, connections, &ours, &theirs));
        }
    }
    Ok(())
}

fn load(server: &Served, request: &wrk::Request, connections: usize) -> Result<Measured, Box<dyn std::error::Error>> {
    let before = server.cpu_s();
    let outcome = wrk::run(&server.base, request, connections)?;
    let cpu_s = (server.cpu_s() - before) / outcome.requests * 1e3;
    server.rest();
    Ok(Measured { outcome, cpu_s, memory_mb: server.memory_mb() })
}

fn row(name: &str, size: &str, connections: usize, ours: &Measured, theirs: &Measured) -> String {
    let figures = |measured: &Measured| {
        let Outcome { rate, p50_ms, p99_ms, p999_ms, .. } = measured.outcome;
        format!("{rate:>8.0} {p50_ms:>8.2} {p99_ms:>8.2} {p999_ms:>8.2} {:>8.3}", measured.cpu_s)
    };
    let ratio = ours.outcome.rate / theirs.outcome.rate;
    format!("{name:<41} {size:>5} {connections:>4} {} {:>7.1} | {} | {ratio:>5.2}", figures(ours), ours.memory_mb, figures(theirs))
}
