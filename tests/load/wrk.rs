//! wrk, and what it tells. It is a closed loop: a connection asks again when it was answered, so latencies are those of a full server.

use std::path::PathBuf;
use std::process::Command;

use super::knobs;

/// Content types of what is posted.
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

/// In a body it stands for a number that no other request has.
pub const UNIQUE: &str = "@@";

/// One kind of request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Below the server's address.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Content type and bytes; they make it a POST.
    pub body: Option<(String, String)>,
}

/// What a round told.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Requests answered with success, per second.
    pub rate: f64,
    /// How many that were.
    pub requests: f64,
    /// Latencies in milliseconds: the median, of 99 in 100, of 999 in 1,000.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
}

impl Request {
    /// A GET.
    pub fn get(path: impl Into<String>, header: &str, secret: &str) -> Self {
        Self { path: path.into(), headers: vec![(header.to_owned(), secret.to_owned())], body: None }
    }

    /// A POST.
    pub fn post(path: impl Into<String>, header: &str, secret: &str, content_type: &str, body: impl Into<String>) -> Self {
        Self { body: Some((content_type.to_owned(), body.into())), ..Self::get(path, header, secret) }
    }

    /// The same elsewhere.
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }
}

/// Asks a server again and again over so many connections for the length of a round.
pub fn run(base: &str, request: &Request, connections: usize) -> Result<Outcome, Box<dyn std::error::Error>> {
    let script = Script::write(request)?;
    let threads = connections.min(2);
    let mut command = Command::new("wrk");
    command.arg(format!("-t{threads}")).arg(format!("-c{connections}")).args(["--latency", "--timeout", "30s"]);
    command.arg(format!("-d{}s", knobs::round().as_secs().max(1)));
    for (name, value) in &request.headers {
        command.arg("-H").arg(format!("{name}: {value}"));
    }
    command.arg("-s").arg(&script.lua).arg(format!("{base}{}", request.path));
    let output = command.output().map_err(|error| format!("wrk (package wrk): {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text).ok_or_else(|| format!("{} failed:\n{text}{}", request.path, String::from_utf8_lossy(&output.stderr)).into())
}

/// Requests per second over 64 connections.
pub fn rate(base: &str, request: &Request) -> f64 {
    match run(base, request, 64) {
        Ok(outcome) => outcome.rate,
        Err(error) => panic!("{error}"),
    }
}

/// The line that the script prints; none when something went wrong.
fn read(text: &str) -> Option<Outcome> {
    let figures = text.lines().find_map(|line| line.strip_prefix("figures "))?;
    let figures: Vec<f64> = figures.split(' ').map_while(|figure| figure.parse().ok()).collect();
    let [requests, micros, p50, p99, p999, failed] = figures[..] else { return None };
    (failed == 0.0).then_some(Outcome {
        rate: requests / micros * 1e6,
        requests,
        p50_ms: p50 / 1e3,
        p99_ms: p99 / 1e3,
        p999_ms: p999 / 1e3,
    })
}

/// The files that say what wrk does; they go when it has.
struct Script {
    lua: PathBuf,
    body: PathBuf,
}

impl Script {
    fn write(request: &Request) -> std::io::Result<Self> {
        let stem = std::env::temp_dir().join(format!("crosstalk-load-{}", std::process::id()));
        let written = Self { lua: stem.with_extension("lua"), body: stem.with_extension("body") };
        let mut text = include_str!("wrk.lua").to_owned();
        if let Some((content_type, body)) = &request.body {
            // Bytes as they are: a string in a script would lose line ends of Windows.
            std::fs::write(&written.body, body)?;
            text = format!("body_file, content_type = '{}', '{content_type}'\n{text}", written.body.display());
        }
        std::fs::write(&written.lua, text)?;
        Ok(written)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.lua);
        let _ = std::fs::remove_file(&self.body);
    }
}
