//! Requests that come at a pace, whatever the server does.
//!
//! The loop is open: a request's latency counts from the instant at which it was due, so a server that stalls can't hide it.

use std::io::Write;
use std::time::{Duration, Instant};

use super::client::Client;
use super::report::Table;
use super::served::pause;

/// Time in which all connections are made, before the first request is due.
const CONNECTING: Duration = Duration::from_millis(200);

/// So many requests a second, shared by connections.
pub struct Pace<'a> {
    /// Where they go.
    pub base: &'a str,
    /// What each of them sends.
    pub request: &'a str,
    /// Requests in a second.
    pub per_s: u32,
    /// Connections that share them.
    pub connections: u32,
}

impl Pace<'_> {
    /// Goes on as long as it is told to, which is asked with the time since the first request was due. Gives latencies in milliseconds.
    pub fn run(&self, goes_on: &(impl Fn(Duration) -> bool + Sync)) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
        let start = Instant::now() + CONNECTING;
        let all = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..self.connections).map(|number| scope.spawn(move || self.connection(number, start, goes_on))).collect();
            threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
        });
        let mut latencies = Vec::new();
        for one in all {
            latencies.extend(one.map_err(|_| "a client panicked")??);
        }
        Ok(latencies)
    }

    fn connection(&self, number: u32, start: Instant, goes_on: &impl Fn(Duration) -> bool) -> std::io::Result<Vec<f64>> {
        let each = Duration::from_secs(self.connections.into()) / self.per_s;
        let mut client = Client::connect(self.base)?;
        let (mut due, mut latencies) = (start + each / self.connections * number, Vec::new());
        while goes_on(due.saturating_duration_since(start)) {
            pause(due.saturating_duration_since(Instant::now()));
            client.exchange(|stream| stream.write_all(self.request.as_bytes()))?;
            latencies.push(due.elapsed().as_secs_f64() * 1e3);
            due += each;
        }
        Ok(latencies)
    }
}

/// The head of a table of latencies.
pub fn head(table: &mut Table, what: &str, many: &str) {
    table.push(format!("{what:<40} {many:>9} {:>9} {:>9} {:>9} {:>9}", "p50 ms", "p99 ms", "p99.9 ms", "max ms"));
}

/// A row of latencies; gives the 99th percentile.
pub fn row(table: &mut Table, name: &str, mut latencies: Vec<f64>) -> f64 {
    latencies.sort_by(f64::total_cmp);
    let part = |part: f64| {
        let place = latencies.len().saturating_sub(1) as f64 * part;
        latencies.get(place as usize).copied().unwrap_or(f64::NAN)
    };
    table.push(format!("{name:<40} {:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.2}", latencies.len(), part(0.5), part(0.99), part(0.999), part(1.0)));
    part(0.99)
}
