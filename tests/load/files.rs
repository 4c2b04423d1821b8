//! Downloads beside nginx, uploads beside writing and fsyncing the same bytes with `dd` while `sha256sum` reads them.
//!
//! Bytes lie in the page cache on both sides. A yardstick of small uploads is mostly the start of its two programs.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::client::{Client, Upload, head};
use super::pairs::{CHATWORK, CLICKMEETING};
use super::report::Table;
use super::served::Served;
use super::worlds::{self, Made};
use super::wrk::{self, Request};
use super::{Done, knobs, nginx, scratch};

type Failed = Box<dyn std::error::Error>;

/// Sizes, and what part of nginx's speed a download has to reach.
const SIZES: [(&str, u64, f64); 6] = [
    ("1 KiB", 1 << 10, 0.5),
    ("4 KiB", 4 << 10, 0.5),
    ("64 KiB", 64 << 10, 0.5),
    ("1 MiB", 1 << 20, 0.5),
    ("64 MiB", 64 << 20, 0.7),
    ("1 GiB", 1 << 30, 0.7),
];
/// What part of its yardstick an upload has to reach.
const UPLOAD: f64 = 0.7;
/// From this size on connections of our own fetch: wrk reads in small pieces, and would be what is measured.
const LARGE: u64 = 1 << 20;
/// So many fetch at once.
const FETCHERS: usize = 4;
/// The largest file that Chatwork takes.
const CHATWORK_BYTES: u64 = 5 << 20;

/// Measures both directions.
pub fn measure() -> Done {
    let folder = scratch()?;
    let files = folder.path().join("files");
    std::fs::create_dir(&files)?;
    let world = worlds::small(folder.path())?;
    let server = Served::crosstalk(&world.dir)?;
    let nginx = nginx::serve(folder.path(), &files)?;
    let mut table = Table::with_posts()?;
    for (name, bytes, reach) in SIZES.into_iter().filter(|(_, bytes, _)| *bytes <= knobs::largest_bytes()) {
        let source = files.join(bytes.to_string());
        fill(&source, bytes)?;
        let uploads = [
            ("ClickMeeting", Upload::new("/v1/file-library", CLICKMEETING, &world.clickmeeting, "uploaded", bytes)),
            ("Chatwork", Upload::new(&format!("/v2/rooms/{}/files", world.plain), CHATWORK, &world.chatwork, "file", bytes)),
        ];
        for (api, upload) in uploads.iter().filter(|(api, _)| *api != "Chatwork" || bytes <= CHATWORK_BYTES) {
            let rounds = rounds(|| Ok((put(&server.base, upload, &source, bytes)?, write_and_hash(&source, bytes)?)))?;
            table.pair(&format!("MB of uploads of {name}, {api} | dd and sha256sum"), &rounds, UPLOAD);
        }
        let path = kept(&server.base, &world)?;
        let rounds = rounds(|| {
            let theirs = fetch(&nginx.base, &Request { path: format!("/{bytes}"), ..Request::default() }, bytes)?;
            Ok((fetch(&server.base, &Request::get(&path, CLICKMEETING, &world.clickmeeting), bytes)?, theirs))
        })?;
        table.pair(&format!("MB of downloads of {name} | nginx with sendfile"), &rounds, reach);
    }
    table.finish()
}

fn rounds(round: impl Fn() -> Result<(f64, f64), Failed>) -> Result<Vec<(f64, f64)>, Failed> {
    (0..knobs::rounds()).map(|_| round()).collect()
}

/// Bytes that can't be packed, cheaply made.
fn fill(path: &Path, bytes: u64) -> std::io::Result<()> {
    let (mut file, mut state) = (std::io::BufWriter::with_capacity(1 << 20, File::create(path)?), 0x9e37_79b9_7f4a_7c15_u64);
    for _ in 0..bytes / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes())?;
    }
    file.into_inner().map_err(|error| error.into_error())?.sync_all()
}

/// The address of the file that was kept last.
fn kept(base: &str, world: &Made) -> Result<String, Failed> {
    let (_, body) = super::operations::ask(base, &Request::get("/v1/file-library", CLICKMEETING, &world.clickmeeting))?;
    let files: serde_json::Value = serde_json::from_slice(&body)?;
    let id = files.as_array().and_then(|files| files.last()).map(|file| file["id"].clone()).ok_or("no file")?;
    Ok(format!("/v1/file-library/{id}/download"))
}

/// Megabytes per second of downloads.
fn fetch(base: &str, request: &Request, bytes: u64) -> Result<f64, Failed> {
    if bytes < LARGE {
        return Ok(wrk::rate(base, request) * bytes as f64 / 1e6);
    }
    let (name, value) = request.headers.first().cloned().unwrap_or_else(|| ("Accept".into(), "*/*".into()));
    let head = head(&request.path, &name, &value, None);
    let started = Instant::now();
    let fetched = std::thread::scope(|scope| {
        let one = || -> std::io::Result<u64> {
            let (mut client, mut fetched) = (Client::connect(base)?, 0);
            while started.elapsed() < knobs::round() {
                fetched += client.exchange(|stream| stream.write_all(head.as_bytes()))?;
            }
            Ok(fetched)
        };
        let all: Vec<_> = (0..FETCHERS).map(|_| scope.spawn(one)).collect();
        all.into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(std::io::Error::other("a fetcher panicked"))))
            .sum::<std::io::Result<u64>>()
    })?;
    Ok(fetched as f64 / started.elapsed().as_secs_f64() / 1e6)
}

/// Megabytes per second of uploads, one after the other.
fn put(base: &str, upload: &Upload, source: &Path, bytes: u64) -> Result<f64, Failed> {
    let mut client = Client::connect(base)?;
    repeat(bytes, || {
        upload.send(&mut client, &mut File::open(source)?)?;
        Ok(())
    })
}

/// The same for the two programs side by side.
fn write_and_hash(source: &Path, bytes: u64) -> Result<f64, Failed> {
    let copy = source.with_extension("copy");
    let speed = repeat(bytes, || {
        let mut hash = Command::new("sha256sum").arg(source).stdout(Stdio::null()).spawn()?;
        let (from, to) = (format!("if={}", source.display()), format!("of={}", copy.display()));
        let written = Command::new("dd").args([&from, &to]).args(["bs=1M", "conv=fsync", "status=none"]).status()?;
        if hash.wait()?.success() && written.success() { Ok(()) } else { Err("dd or sha256sum failed".into()) }
    });
    std::fs::remove_file(copy)?;
    speed
}

/// Megabytes per second of something that is done for a round, and once at least.
fn repeat(bytes: u64, mut once: impl FnMut() -> Result<(), Failed>) -> Result<f64, Failed> {
    let (started, mut times) = (Instant::now(), 0_u64);
    while times == 0 || started.elapsed() < knobs::round() {
        once()?;
        times += 1;
    }
    Ok((times * bytes) as f64 / started.elapsed().as_secs_f64() / 1e6)
}
