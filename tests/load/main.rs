//! Speed of the dialects beside yardsticks, in one run: `cargo bench --bench load`.
//!
//! Needs wrk and a quiet machine with a release build. Every figure is a ratio against something that runs beside it;
//! rounds alternate, and the median is shown. A word after `--` leaves only the pairs whose name has it. Not part of CI.

mod conferences;
mod data;
mod found;
mod report;
mod served;
mod yardstick;

use std::path::Path;

use report::{Table, median};
use served::{FORM, JSON, Served, wrk};

/// Headers that carry tokens.
const CHATWORK: &str = "X-ChatWorkToken";
const CLICKMEETING: &str = "X-Api-Key";
const CAM: &str = "x-cam-apiToken";
const CHAT_MESSAGES: &str = "Authorization";

/// Rounds per pair; the median counts.
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("yardstick") => yardstick::serve(Path::new(&arguments[2])),
        Some("prepare") => data::prepare(Path::new(&arguments[2])).map(|_| ()),
        // Cargo adds a flag of its own.
        Some(word) if !word.starts_with('-') => measure(word),
        _ => measure(""),
    }
}

fn measure(only: &str) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::Builder::new().prefix("crosstalk-load-").tempdir_in(std::env::current_dir()?.join("target"))?;
    let dir = folder.path().join("data");
    let world = data::prepare(&dir)?;
    let mut table = Table::default();

    let start = served::start_time(&dir)?;
    let idle = served::idle_memory(&dir)?;
    let server = Served::crosstalk(&dir)?;
    let bare = Served::yardstick(&dir)?;
    let token = Some((CHATWORK, world.token.as_str()));
    let key = Some((CLICKMEETING, world.key.as_str()));
    let one = |room: &data::Room| format!("/v2/rooms/{}/messages/{}", room.id, room.message);
    let list = |room: &data::Room| format!("/v2/rooms/{}/messages?force=1", room.id);

    let mut pair = |name: &str, reach: f64, ours: &dyn Fn() -> f64, theirs: &dyn Fn() -> f64| {
        if !name.contains(only) {
            return;
        }
        let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (ours(), theirs())).collect();
        table.pair(name, &rounds, reach);
    };
    pair("GET one message | bare actix-web, same bytes", 0.5, &|| wrk(&server.url(&one(&world.small)), token, None), &|| {
        wrk(&bare.url("/one"), None, None)
    });
    pair("GET 100 messages | bare handler, same SQL and struct", 0.6, &|| wrk(&server.url(&list(&world.small)), token, None), &|| {
        wrk(&bare.url(&format!("/list/{}", world.small.id)), None, None)
    });
    for (name, path, reach) in [("JSON", "/v1/conferences/active", 0.5), ("XML", "/v1/conferences/active.xml", 0.3)] {
        pair(&format!("GET 250 conference rooms as {name} | bare handler, JSON"), reach, &|| wrk(&server.url(path), key, None), &|| {
            wrk(&bare.url("/conferences"), None, None)
        });
    }
    let post = |room: &data::Room| {
        wrk(
            &server.url(&format!("/v2/rooms/{}/messages", room.id)),
            token,
            Some((FORM, "body=A+message+of+an+ordinary+length%2C+as+people+write+them+all+day+long.")),
        )
    };
    let (cam, bearer) = (Some((CAM, world.cam.as_str())), Some((CHAT_MESSAGES, world.bearer.as_str())));
    let found = |room: &data::Room| {
        let query = format!("room={}&%24limit=50&%24sort%5BcreatedAt%5D=-1", room.external);
        wrk(&server.url(&format!("/chat-messages?{query}")), bearer, None)
    };
    pair("Find 50 messages | bare handler, same SQL and struct", 0.6, &|| found(&world.small), &|| {
        wrk(&bare.url(&format!("/found/{}", world.small.id)), None, None)
    });
    let text = "A message of an ordinary length, as people write them all day long.";
    let sent = |room: &data::Room| {
        let message = format!("message={{\"panelName\":\"{}\",\"message\":\"{text}\"}}", room.external);
        wrk(&server.url("/sendMessage"), cam, Some((FORM, &message)))
    };
    let said = |room: &data::Room| {
        wrk(&server.url("/chat-messages"), bearer, Some((JSON, &format!("{{\"room\":\"{}\",\"text\":\"{text}\"}}", room.external))))
    };
    pair("POST through CAM | through Chatwork", 0.8, &|| sent(&world.small), &|| post(&world.small));
    pair("POST through chat-messages | through Chatwork", 0.8, &|| said(&world.small), &|| post(&world.small));
    pair("GET one of 1,000,000 | one of 1,000", 0.9, &|| wrk(&server.url(&one(&world.large)), token, None), &|| {
        wrk(&server.url(&one(&world.small)), token, None)
    });
    pair("GET 100 of 1,000,000 | 100 of 1,000", 0.9, &|| wrk(&server.url(&list(&world.large)), token, None), &|| {
        wrk(&server.url(&list(&world.small)), token, None)
    });
    pair("POST message, durable | raw SQLite, same statements", 0.4, &|| post(&world.small), &|| {
        yardstick::raw_posts(folder.path()).unwrap_or(f64::NAN)
    });
    pair("POST into 1,000,000 | into the small room", 0.9, &|| post(&world.large), &|| post(&world.small));

    table.figure("start to ready on this directory, ms", median(&start), 200.0);
    table.figure("idle memory, MB", idle, 30.0);
    table.figure("memory after the run, MB", server.memory_mb(), 80.0);
    table.figure("binary, MB", std::fs::metadata(served::BINARY)?.len() as f64 / 1e6, 30.0);
    table.print();
    Ok(())
}
