//! Posts, reads and uploads for ten minutes: memory has to stay flat once caches are full.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::client::{Client, Upload, head};
use super::pairs::{CHATWORK, TEXT};
use super::report::Table;
use super::served::{Served, pause};
use super::worlds::{self, Made};
use super::wrk::FORM;
use super::{Done, knobs, scratch};

/// Who floods: so many connections each.
const POSTERS: usize = 32;
const READERS: usize = 16;
const UPLOADERS: usize = 4;
/// Contents that are uploaded again and again, so that the disk does not fill up.
const CONTENTS: usize = 64;
const CONTENT_BYTES: usize = 64 * 1024;
/// Growth over the last two thirds that is no growth: pages that the allocator keeps.
const FLAT_MB: f64 = 4.0;
/// From this length on caches are full before the last two thirds begin: on two processors that takes some 80 seconds.
const LONG_ENOUGH: Duration = Duration::from_secs(300);
/// Samples that are shown.
const SHOWN: usize = 20;

/// What was done so far.
#[derive(Default)]
struct Counts {
    is_over: AtomicBool,
    posts: AtomicU64,
    reads: AtomicU64,
    uploads: AtomicU64,
}

/// Floods a server and watches its memory.
pub fn measure() -> Done {
    let folder = scratch()?;
    let world = worlds::small(folder.path())?;
    let table = Table::with_posts()?;
    let server = Served::crosstalk(&world.dir)?;
    let counts = Counts::default();
    let samples = std::thread::scope(|scope| {
        let (base, world, counts) = (server.base.as_str(), &world, &counts);
        let mut threads = Vec::new();
        threads.extend((0..POSTERS).map(|_| scope.spawn(move || post(base, world, counts))));
        threads.extend((0..READERS).map(|_| scope.spawn(move || read(base, world, counts))));
        threads.extend((0..UPLOADERS).map(|number| scope.spawn(move || upload(base, world, counts, number))));
        let samples = watch(&server);
        counts.is_over.store(true, Ordering::Relaxed);
        let ended =
            threads.into_iter().map(|thread| thread.join().map_err(|_| "a client panicked".to_owned())?.map_err(|error| error.to_string()));
        ended.collect::<Result<Vec<()>, String>>().map(|_| samples)
    })?;
    report(table, &samples, &counts)
}

/// Seconds since the start, and megabytes then.
fn watch(server: &Served) -> Vec<(f64, f64)> {
    let (started, mut samples) = (Instant::now(), Vec::new());
    while started.elapsed() < knobs::flood() {
        samples.push((started.elapsed().as_secs_f64(), server.memory_mb()));
        pause(Duration::from_millis(500));
    }
    samples
}

fn report(mut table: Table, samples: &[(f64, f64)], counts: &Counts) -> Done {
    for (seconds, megabytes) in samples.iter().step_by(samples.len().div_ceil(SHOWN)) {
        table.push(format!("after {seconds:>5.0} s {megabytes:>8.1} MB"));
    }
    let seconds = samples.last().map_or(1.0, |sample| sample.0);
    let rate = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64 / seconds;
    table.push(format!("{:.0} posts/s, {:.0} reads/s, {:.0} uploads/s", rate(&counts.posts), rate(&counts.reads), rate(&counts.uploads)));
    let settled = &samples[samples.len() / 3..];
    let what = "growth of memory over the last two thirds, MB";
    match knobs::flood() {
        length if length >= LONG_ENOUGH => table.figure(what, growth(settled), FLAT_MB),
        _ => table.push(format!("{what:<60} {:>10.1}  (too short to be judged: caches still fill)", growth(settled))),
    }
    table.finish()
}

/// By how much a line through all samples rises from the first to the last one.
fn growth(samples: &[(f64, f64)]) -> f64 {
    let count = samples.len() as f64;
    let middle = |pick: fn(&(f64, f64)) -> f64| samples.iter().map(pick).sum::<f64>() / count;
    let (at, level) = (middle(|sample| sample.0), middle(|sample| sample.1));
    let rise: f64 = samples.iter().map(|(seconds, megabytes)| (seconds - at) * (megabytes - level)).sum();
    let spread: f64 = samples.iter().map(|(seconds, _)| (seconds - at).powi(2)).sum();
    let length = samples.last().map_or(0.0, |sample| sample.0) - samples.first().map_or(0.0, |sample| sample.0);
    rise / spread * length
}

fn post(base: &str, world: &Made, counts: &Counts) -> std::io::Result<()> {
    let body = format!("body={}", TEXT.replace(' ', "+"));
    let head = head(&format!("/v2/rooms/{}/messages", world.plain), CHATWORK, &world.chatwork, Some((FORM, body.len() as u64)));
    ask(base, format!("{head}{body}"), &counts.posts, &counts.is_over)
}

fn read(base: &str, world: &Made, counts: &Counts) -> std::io::Result<()> {
    let path = format!("/v2/rooms/{}/messages?force=1", world.plain);
    ask(base, head(&path, CHATWORK, &world.chatwork, None), &counts.reads, &counts.is_over)
}

/// The same again and again.
fn ask(base: &str, request: String, count: &AtomicU64, is_over: &AtomicBool) -> std::io::Result<()> {
    let mut client = Client::connect(base)?;
    while !is_over.load(Ordering::Relaxed) {
        client.exchange(|stream| stream.write_all(request.as_bytes()))?;
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

fn upload(base: &str, world: &Made, counts: &Counts, number: usize) -> std::io::Result<()> {
    let upload = Upload::new(&format!("/v2/rooms/{}/files", world.plain), CHATWORK, &world.chatwork, "file", CONTENT_BYTES as u64);
    let mut client = Client::connect(base)?;
    for turn in (number..).step_by(UPLOADERS) {
        if counts.is_over.load(Ordering::Relaxed) {
            break;
        }
        let content = vec![(turn % CONTENTS) as u8; CONTENT_BYTES];
        upload.send(&mut client, &mut content.as_slice())?;
        counts.uploads.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
