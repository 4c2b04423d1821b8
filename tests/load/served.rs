//! Servers as processes of their own, and what they take of the machine.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The program that is measured.
pub const BINARY: &str = env!("CARGO_BIN_EXE_crosstalk");
/// Longest time until a server is ready.
const START: Duration = Duration::from_secs(120);
/// Longest time that it may take to end, or to finish what it was asked.
const END: Duration = Duration::from_secs(30);
/// Ticks of the kernel's clock in a second, in which it counts a process's time.
const TICKS: f64 = 100.0;

/// A running server; ended when dropped.
pub struct Served {
    process: Child,
    /// Its address, as `http://127.0.0.1:1234`.
    pub base: String,
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
        let mut server = Self { process, base: String::new() };
        server.wait(|| ready.exists())?;
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&ready)?)?;
        server.base = told["listen"][0].as_str().ok_or("no address")?.to_owned();
        Ok(server)
    }

    /// The yardstick: this program again, as a bare server.
    pub fn yardstick(dir: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        Self::ours("yardstick", dir)
    }

    /// A bare server that answers `/<name>` with what lies in the folder under that name.
    pub fn same(dir: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        Self::ours("same", dir)
    }

    fn ours(command: &str, dir: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        let mut process = Command::new(std::env::current_exe()?).arg(command).arg(dir).stdout(Stdio::piped()).spawn()?;
        let mut base = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut base)?;
        Ok(Self { process, base: base.trim().to_owned() })
    }

    /// Somebody else's server, told to listen there.
    pub fn other(command: &mut Command, address: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let name = command.get_program().to_string_lossy().into_owned();
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|error| format!("{name}: {error}"))?;
        let mut server = Self { process, base: format!("http://{address}") };
        server.wait(|| TcpStream::connect(address).is_ok())?;
        Ok(server)
    }

    fn wait(&mut self, is_ready: impl Fn() -> bool) -> Result<(), Box<dyn std::error::Error>> {
        let deadline = Instant::now() + START;
        while !is_ready() {
            if self.process.try_wait()?.is_some() || Instant::now() > deadline {
                return Err("the server did not start".into());
            }
            pause(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Resident memory.
    pub fn memory_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1e3
    }

    /// Seconds that its threads have run so far, in the program and in the kernel.
    pub fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        // The name stands in brackets and may hold blanks; user and system time are the 12th and 13th word behind it.
        let words = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
        words.map(|ticks| ticks.parse::<f64>().unwrap_or(f64::NAN)).sum::<f64>() / TICKS
    }
}

impl Served {
    /// Waits until it does nothing any more: at the end of a round clients hang up, and what they had asked for is still answered.
    pub fn rest(&self) {
        const LOOK: Duration = Duration::from_millis(200);
        let deadline = Instant::now() + END;
        loop {
            let before = self.cpu_s();
            pause(LOOK);
            // Two ticks in a look: a tenth of one processor.
            if self.cpu_s() - before <= 2.0 / TICKS || Instant::now() > deadline {
                return;
            }
        }
    }
}

impl Drop for Served {
    /// Asks it to end, so that it ends its own processes and leaves its files tidy; what does not listen is ended.
    fn drop(&mut self) {
        let asked = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).is_some_and(|id| kill_process(id, Signal::TERM).is_ok());
        let deadline = Instant::now() + END;
        while asked && Instant::now() < deadline && matches!(self.process.try_wait(), Ok(None)) {
            pause(Duration::from_millis(1));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address that nobody listens at now.
pub fn free_address() -> std::io::Result<SocketAddr> {
    std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "load is paced by time, and nothing else tells when to look again")]
pub fn pause(time: Duration) {
    std::thread::sleep(time);
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
