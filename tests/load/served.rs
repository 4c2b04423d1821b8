//! Servers as processes of their own, and wrk.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// The program that is measured.
pub const BINARY: &str = env!("CARGO_BIN_EXE_crosstalk");
/// Length of a round.
const ROUND: &str = "6s";

/// A running server; ended when dropped.
pub struct Served {
    process: Child,
    base: String,
}

impl Served {
    /// Crosstalk as an office runs it.
    pub fn crosstalk(dir: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let ready = dir.with_extension("ready");
        let _ = std::fs::remove_file(&ready);
        let process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(dir)
            .arg("--ready-file")
            .arg(&ready)
            .stderr(Stdio::null())
            .spawn()?;
        let deadline = Instant::now() + std::time::Duration::from_secs(20);
        while !ready.exists() {
            if Instant::now() > deadline {
                return Err("the server did not start".into());
            }
            std::thread::yield_now();
        }
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&ready)?)?;
        let base = told["listen"][0].as_str().ok_or("no address")?.to_owned();
        Ok(Self { process, base })
    }

    /// The yardstick: this program again, as a bare server.
    pub fn yardstick(dir: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut process = Command::new(std::env::current_exe()?).arg("yardstick").arg(dir).stdout(Stdio::piped()).spawn()?;
        let mut base = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut base)?;
        Ok(Self { process, base: base.trim().to_owned() })
    }

    /// Address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Resident memory.
    pub fn memory_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1e3
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Content types of what is posted.
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

/// Requests per second with 64 connections; a body makes them POSTs.
pub fn wrk(url: &str, token: Option<(&str, &str)>, body: Option<(&str, &str)>) -> f64 {
    let mut command = Command::new("wrk");
    command.args(["-t2", "-c64", "-d", ROUND]);
    if let Some((header, token)) = token {
        command.arg("-H").arg(format!("{header}: {token}"));
    }
    let script = body.map(|(content_type, body)| {
        let file = std::env::temp_dir().join(format!("crosstalk-post-{}.lua", std::process::id()));
        let text = format!("wrk.method = \"POST\"\nwrk.body = '{body}'\nwrk.headers[\"Content-Type\"] = \"{content_type}\"\n");
        std::fs::write(&file, text).map(|()| file)
    });
    if let Some(Ok(file)) = &script {
        command.arg("-s").arg(file);
    }
    let Ok(output) = command.arg(url).output() else { return f64::NAN };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("Non-2xx"), "{url} failed:\n{text}");
    text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")).and_then(|rate| rate.trim().parse().ok()).unwrap_or(f64::NAN)
}

/// Milliseconds from start to ready, several times.
pub fn start_time(dir: &Path) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    (0..5)
        .map(|_| {
            let started = Instant::now();
            let server = Served::crosstalk(dir)?;
            let elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
            drop(server);
            Ok(elapsed_ms)
        })
        .collect()
}

/// Memory of a server that has answered nothing yet.
pub fn idle_memory(dir: &Path) -> Result<f64, Box<dyn std::error::Error>> {
    Ok(Served::crosstalk(dir)?.memory_mb())
}
