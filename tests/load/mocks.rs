//! One read and one durable post beside the two stock mock servers, which serve the same operations from our own document and keep
//! nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::pairs::{CHATWORK, TEXT};
use super::report::Table;
use super::served::{Served, free_address};
use super::wrk::{self, FORM, Request};
use super::{Done, knobs, scratch, target, worlds};

/// How many times their speed a read, and a durable post, has to reach. The issue names Prism; Mockoon is held to the same.
const READ: f64 = 10.0;
const POST: f64 = 5.0;

/// Measures both operations beside both servers.
pub fn measure() -> Done {
    let programs = install()?;
    let folder = scratch()?;
    let world = worlds::small(folder.path())?;
    let server = Served::crosstalk(&world.dir)?;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/docs/chatwork.yaml");
    let read = Request::get(format!("/rooms/{}/messages/{}", world.long, world.message), CHATWORK, &world.chatwork);
    let post = Request::post(
        format!("/rooms/{}/messages", world.plain),
        CHATWORK,
        &world.chatwork,
        FORM,
        format!("body={}", TEXT.replace(' ', "+")),
    );
    let mut table = Table::with_posts()?;
    let at = free_address()?;
    let (host, port) = (at.ip().to_string(), at.port().to_string());
    let starts: [(&str, &str, Vec<&str>); 2] = [
        ("Prism", "", vec!["prism", "mock", "--host", &host, "--port", &port]),
        ("Mockoon", "/v2", vec!["mockoon-cli", "start", "--hostname", &host, "--port", &port, "--disable-log-to-file", "--data"]),
    ];
    for (name, prefix, start) in &starts {
        let mut command = Command::new("node");
        command.arg(programs.join("node_modules/.bin").join(start[0])).args(&start[1..]).arg(&document);
        let mock = Served::other(&mut command, at)?;
        for (what, request, reach) in [("GET one message", &read, READ), ("POST message, durable", &post, POST)] {
            let (ours, theirs) = (request.at(&format!("/v2{}", request.path)), request.at(&format!("{prefix}{}", request.path)));
            // Answers once at least before it is measured.
            super::operations::ask(&mock.base, &theirs)?;
            let rounds: Vec<(f64, f64)> =
                (0..knobs::rounds()).map(|_| (wrk::rate(&server.base, &ours), wrk::rate(&mock.base, &theirs))).collect();
            table.pair(&format!("{what} | {name}"), &rounds, reach);
        }
    }
    table.finish()
}

/// Both programs, pinned by `mocks/package-lock.json`.
fn install() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let (here, there) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/load/mocks"), target()?.join("load-mocks"));
    std::fs::create_dir_all(&there)?;
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(here.join(file), there.join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&there).stdout(Stdio::null());
    if npm.status().map_err(|error| format!("npm: {error}"))?.success() {
        Ok(there)
    } else {
        Err("npm could not install the mock servers".into())
    }
}
