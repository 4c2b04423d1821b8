//! Speed of the program beside yardsticks: `cargo bench --bench load -- COMMAND`. Needs a quiet machine; not part of CI.
//!
//! | command | what it shows | needs besides wrk |
//! |---|---|---|
//! | `[WORD]` | single operations beside bare actix-web and raw SQLite; only pairs whose name has the word | |
//! | `matrix [WORD]` | every API at 1, 64 and 512 connections, in a small and a large world, beside bare actix-web with the same bytes | |
//! | `worlds` | makes the large world, which is kept below `target/`, and tells how long it took | |
//! | `files` | downloads beside nginx, uploads beside `dd conv=fsync` with `sha256sum` | nginx |
//! | `mocks` | one read and one durable post beside Prism and Mockoon | Node.js, npm |
//! | `readers` | 1,000 paced reads a second, alone and beside 64 writers | |
//! | `writers` | 64 writers in a small and a large world that were just started | |
//! | `backup` | 500 paced posts a second into a million messages, alone and beside a backup | |
//! | `flood` | ten minutes of posts, reads and uploads: memory over time | |
//!
//! Every figure is a ratio against something that runs beside it, or is shown beside it; rounds alternate, and the median is shown.
//! A figure that misses its reach is an error: the command ends with exit code 1 and names it.
//! `knobs.rs` lists the environment variables that make a run shorter or smaller.

mod backup;
mod client;
mod conferences;
mod data;
mod disk;
mod files;
mod flood;
mod found;
mod knobs;
mod matrix;
mod mocks;
mod nginx;
mod operations;
mod paced;
mod pairs;
mod readers;
mod report;
mod served;
mod worlds;
mod writers;
mod wrk;
mod yardstick;

use std::path::{Path, PathBuf};

/// What a command gives back: nothing, or why it could not be done.
type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> Done {
    // Cargo adds a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // These servers run in processes of their own.
        ["yardstick", dir] => yardstick::serve(Path::new(dir)),
        ["same", dir] => yardstick::serve_same(Path::new(dir)),
        ["prepare", dir] => data::prepare(Path::new(dir)).map(|_| ()),
        ["worlds"] => worlds::large().map(|_| ()),
        ["matrix"] => matrix::measure(""),
        ["matrix", word] => matrix::measure(word),
        ["files"] => files::measure(),
        ["mocks"] => mocks::measure(),
        ["readers"] => readers::measure(),
        ["writers"] => writers::measure(),
        ["backup"] => backup::measure(),
        ["flood"] => flood::measure(),
        [] => pairs::measure(""),
        [word] => pairs::measure(word),
        _ => Err("one word at most; the head of tests/load/main.rs lists the commands".into()),
    }
}

/// The folder of everything that is built.
fn target() -> Result<PathBuf, std::io::Error> {
    Ok(std::env::current_dir()?.join("target"))
}

/// A folder below it that goes when it is dropped: on a disk, as an office has it.
fn scratch() -> Result<tempfile::TempDir, std::io::Error> {
    tempfile::Builder::new().prefix("crosstalk-load-").tempdir_in(target()?)
}
