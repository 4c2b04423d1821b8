//! Commands, as people type them.

use std::path::Path;
use std::process::{Command, Output};

use super::BINARY;

/// Runs one on a data directory.
pub fn run(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).arg("--data").arg(dir).output().expect("a command")
}

/// What it printed and what it said, if it ended with this code.
#[track_caller]
pub fn exits(output: &Output, code: i32) -> (String, String) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    (out.trim().to_owned(), err)
}
