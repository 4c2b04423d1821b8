//! Single operations beside yardsticks, over 64 connections: the table that every issue's ratios are read from.

use super::data::{self, Room};
use super::report::{Table, median};
use super::served::{self, Served};
use super::wrk::{self, FORM, JSON, Request};
use super::{Done, knobs, scratch, yardstick};

/// Headers that carry tokens.
pub const CHATWORK: &str = "X-ChatWorkToken";
pub const CLICKMEETING: &str = "X-Api-Key";
pub const CAM: &str = "x-cam-apiToken";
pub const BEARER: &str = "Authorization";

/// What people write all day long.
pub const TEXT: &str = "A message of an ordinary length, as people write them all day long.";

/// Measures the pairs whose name has this word.
pub fn measure(only: &str) -> Done {
    let folder = scratch()?;
    let dir = folder.path().join("data");
    let world = data::prepare(&dir)?;
    let mut table = Table::with_posts()?;

    let start = served::start_time(&dir)?;
    let idle = served::idle_memory(&dir)?;
    let server = Served::crosstalk(&dir)?;
    let bare = Served::yardstick(&dir)?;
    let (small, large) = (&world.small, &world.large);
    let get = |path: &str, header: &str, secret: &str| wrk::rate(&server.base, &Request::get(path, header, secret));
    let simple = |path: &str| wrk::rate(&bare.base, &Request { path: path.to_owned(), ..Request::default() });
    let one = |room: &Room| get(&format!("/v2/rooms/{}/messages/{}", room.id, room.message), CHATWORK, &world.token);
    let list = |room: &Room| get(&format!("/v2/rooms/{}/messages?force=1", room.id), CHATWORK, &world.token);

    let mut pair = |name: &str, reach: f64, ours: &dyn Fn() -> f64, theirs: &dyn Fn() -> f64| {
        if !name.contains(only) {
            return;
        }
        let rounds: Vec<(f64, f64)> = (0..knobs::rounds()).map(|_| (ours(), theirs())).collect();
        table.pair(name, &rounds, reach);
    };
    pair("GET one message | bare actix-web, same bytes", 0.5, &|| one(small), &|| simple("/one"));
    pair("GET 100 messages | bare handler, same SQL and struct", 0.6, &|| list(small), &|| simple(&format!("/list/{}", small.id)));
    for (name, path, reach) in [("JSON", "/v1/conferences/active", 0.5), ("XML", "/v1/conferences/active.xml", 0.3)] {
        pair(&format!("GET 250 conference rooms as {name} | bare handler, JSON"), reach, &|| get(path, CLICKMEETING, &world.key), &|| {
            simple("/conferences")
        });
    }
    let found = |room: &Room| {
        let query = format!("room={}&%24limit=50&%24sort%5BcreatedAt%5D=-1", room.external);
        get(&format!("/chat-messages?{query}"), BEARER, &world.bearer)
    };
    pair("Find 50 messages | bare handler, same SQL and struct", 0.6, &|| found(small), &|| simple(&format!("/found/{}", small.id)));
    let post = |room: &Room| {
        let path = format!("/v2/rooms/{}/messages", room.id);
        wrk::rate(&server.base, &Request::post(path, CHATWORK, &world.token, FORM, format!("body={}", TEXT.replace(' ', "+"))))
    };
    let sent = |room: &Room| {
        let message = format!("message={{\"panelName\":\"{}\",\"message\":\"{TEXT}\"}}", room.external);
        wrk::rate(&server.base, &Request::post("/sendMessage", CAM, &world.cam, FORM, message))
    };
    let said = |room: &Room| {
        let message = format!("{{\"room\":\"{}\",\"text\":\"{TEXT}\"}}", room.external);
        wrk::rate(&server.base, &Request::post("/chat-messages", BEARER, &world.bearer, JSON, message))
    };
    pair("POST through CAM | through Chatwork", 0.8, &|| sent(small), &|| post(small));
    pair("POST through chat-messages | through Chatwork", 0.8, &|| said(small), &|| post(small));
    pair("GET one of 1,000,000 | one of 1,000", 0.9, &|| one(large), &|| one(small));
    pair("GET 100 of 1,000,000 | 100 of 1,000", 0.9, &|| list(large), &|| list(small));
    pair("POST message, durable | raw SQLite, same statements", 0.4, &|| post(small), &|| {
        yardstick::raw_posts(folder.path()).unwrap_or(f64::NAN)
    });
    pair("POST into 1,000,000 | into the small room", 0.9, &|| post(large), &|| post(small));

    table.figure("start to ready on this directory, ms", median(&start), 200.0);
    table.figure("idle memory, MB", idle, 30.0);
    table.figure("memory after the run, MB", server.memory_mb(), 80.0);
    table.figure("binary, MB", std::fs::metadata(served::BINARY)?.len() as f64 / 1e6, 30.0);
    table.finish()
}
