//! The real binary as a process of its own, for what only a process can show: kills, full disks, signals.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crosstalk::store::{Clock, Durability, Entropy};
use crosstalk::world::{Mode, World, WorldError, WorldOptions};

use super::{Chatwork, wait_until};

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_crosstalk");

/// A running server; killed when dropped.
pub struct Process {
    child: Child,
    base: String,
    secure: String,
}

impl Process {
    /// Serves a directory on a free port and waits until it is ready.
    pub fn serve(dir: &Path) -> Self {
        Self::spawn(Command::new(BINARY), dir, dir)
    }

    /// Serves a sandbox whose clock stands still, so that it answers the same whenever it is asked.
    pub fn sandbox(dir: &Path) -> Self {
        let arguments = ["sandbox", "--clock", "2026-01-31T09:00:00Z"];
        Self::start(Command::new(BINARY), &arguments, dir, dir).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The same, started by another program that ends by executing ours; `seen_as` is the directory as that one sees it.
    pub fn spawn(command: Command, dir: &Path, seen_as: &Path) -> Self {
        Self::start(command, &["serve"], dir, seen_as).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The same with either of the commands that serve; says why when it ends before it is ready.
    pub fn start(mut command: Command, verb: &[&str], dir: &Path, seen_as: &Path) -> Result<Self, String> {
        let (ready, log) = (dir.with_extension("ready"), dir.with_extension("log"));
        let _ = std::fs::remove_file(&ready);
        let child = command
            .args(verb)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(seen_as)
            .arg("--ready-file")
            .arg(&ready)
            // A pipe that nobody reads would hold up a server that has much to say.
            .stderr(std::fs::File::create(&log).expect("a file"))
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        Self::of(child, &ready)
    }

    /// A server that was started already, with its errors in the file beside `ready` that ends in `.log`; waits until its
    /// ready file is there.
    pub fn of(child: Child, ready: &Path) -> Result<Self, String> {
        let mut process = Self { child, base: String::new(), secure: String::new() };
        let addresses = process.wait_until_ready(ready)?;
        process.secure = addresses.iter().find(|address| address.starts_with("https:")).cloned().unwrap_or_default();
        process.base = addresses.into_iter().next().expect("an address");
        Ok(process)
    }

    fn wait_until_ready(&mut self, ready: &Path) -> Result<Vec<String>, String> {
        wait_until("the server is ready or has ended", || ready.exists() || self.has_ended());
        if !ready.exists() {
            let said = std::fs::read_to_string(ready.with_extension("log")).expect("a log");
            let status = self.child.wait().expect("a process");
            return Err(format!("the server ended before it was ready: {status}\n{said}"));
        }
        let text = std::fs::read(ready).expect("a ready file");
        let told: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        Ok(told["listen"].as_array().expect("addresses").iter().map(|one| one.as_str().expect("an address").to_owned()).collect())
    }

    /// Scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The same where connections are protected; empty if they are nowhere.
    pub fn secure(&self) -> &str {
        &self.secure
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()).expect("a process id")).expect("a process id");
        rustix::process::kill_process(pid, signal).expect("a signal");
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the system says of its memory (`VmRSS`: now, `VmHWM`: at most so far), in bytes.
    pub fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("a status");
        let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("a line");
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// A client with this token.
    pub fn chatwork(&self, token: &str) -> Chatwork {
        Chatwork::new(&self.base, token)
    }

    /// Asks it to stop, as the system does, and waits until it takes no more connections.
    pub fn terminate(&self) {
        self.signal(rustix::process::Signal::TERM);
        wait_until("it takes no more connections", || std::net::TcpStream::connect(self.base.trim_start_matches("http://")).is_err());
    }

    /// Waits for its end; gives its exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().expect("an end").code()
    }

    /// Whether it is gone.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a process").is_some()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("an end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An office that no process serves, as it is found on the disk.
pub fn open_office(dir: &Path) -> Arc<World> {
    open_world(dir, Mode::Office).expect("a world")
}

/// The same of either mode, if it can be opened.
pub fn open_world(dir: &Path, mode: Mode) -> Result<Arc<World>, WorldError> {
    let options = WorldOptions {
        mode: Some(mode),
        durability: Durability::Full,
        clock: Clock::Real,
        entropy: Entropy::System,
        server_name: "test.local".into(),
        max_read_steps: None,
    };
    World::open(dir, options)
}
