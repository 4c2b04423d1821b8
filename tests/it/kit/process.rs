//! The real binary as a process of its own, for what only a process can show: kills, full disks, signals.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crosstalk::store::{Clock, Durability, Entropy};
use crosstalk::world::{Mode, World, WorldOptions};

use super::Chatwork;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_crosstalk");

/// A running `crosstalk serve`; killed when dropped.
pub struct Process {
    child: Child,
    base: String,
}

impl Process {
    /// Serves a directory on a free port and waits until it is ready.
    pub fn serve(dir: &Path) -> Self {
        Self::spawn(Command::new(BINARY), dir, dir)
    }

    /// Serves a sandbox whose clock stands still, so that it answers the same whenever it is asked.
    pub fn sandbox(dir: &Path) -> Self {
        let arguments = ["sandbox", "--clock", "2026-01-31T09:00:00Z"];
        Self::run(Command::new(BINARY), &arguments, dir, dir)
    }

    /// The same, started by another program that ends by executing ours; `seen_as` is the directory as that one sees it.
    pub fn spawn(command: Command, dir: &Path, seen_as: &Path) -> Self {
        Self::run(command, &["serve"], dir, seen_as)
    }

    fn run(mut command: Command, arguments: &[&str], dir: &Path, seen_as: &Path) -> Self {
        let ready = ready_file(dir);
        let _ = std::fs::remove_file(&ready);
        let child = command
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(seen_as)
            .arg("--ready-file")
            .arg(&ready)
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut process = Self { child, base: String::new() };
        process.base = process.wait_until_ready(&ready);
        process
    }

    fn wait_until_ready(&mut self, ready: &Path) -> String {
        while !ready.exists() {
            if let Some(status) = self.child.try_wait().expect("a process") {
                panic!("the server ended before it was ready: {status}\n{}", self.stderr());
            }
            std::thread::yield_now();
        }
        let text = std::fs::read(ready).expect("a ready file");
        let told: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        told["listen"][0].as_str().expect("an address").to_owned()
    }

    fn stderr(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut pipe) = self.child.stderr.take() {
            let _ = std::io::Read::read_to_string(&mut pipe, &mut text);
        }
        text
    }

    /// Scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A client with this token.
    pub fn chatwork(&self, token: &str) -> Chatwork {
        Chatwork::new(&self.base, token)
    }

    /// Asks it to stop, as the system does, and waits until it takes no more connections.
    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.pid()).expect("a process id")).expect("a process id");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
        while std::net::TcpStream::connect(self.base.trim_start_matches("http://")).is_ok() {
            std::thread::yield_now();
        }
    }

    /// Waits for its end; gives its exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().expect("an end").code()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().expect("a kill");
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
    let options = WorldOptions {
        mode: Some(Mode::Office),
        durability: Durability::Full,
        clock: Clock::Real,
        entropy: Entropy::System,
        server_name: "test.local".into(),
        max_read_steps: None,
    };
    World::open(dir, options).expect("a world")
}

fn ready_file(dir: &Path) -> PathBuf {
    dir.with_extension("ready")
}
