//! Clients that make, change and end things through every API until the server is gone, and remember what it acknowledged.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use fastrand::Rng;
use reqwest::blocking::RequestBuilder;
use serde_json::Value;

use super::office::Ways;
use super::things::{KINDS, State, Thing};

/// Clients at the same time.
const CLIENTS: usize = 6;
/// Things that a client comes back to.
const RECENT: usize = 8;
/// Things of former rounds that are looked at again after each one.
const AGAIN: usize = 25;

/// A thing as it has to be found, and the state that was asked for last, if no answer came.
#[derive(Clone)]
struct Promise {
    thing: Thing,
    state: State,
    asked: Option<State>,
}

/// What one client remembers.
#[derive(Default)]
struct Memory(Vec<Promise>);

/// What all clients of a world remember.
#[derive(Default)]
pub struct Load {
    /// Of the round that goes on, by client.
    memories: Vec<Memory>,
    /// Of former rounds.
    kept: Vec<Promise>,
    /// What was refused in the round that goes on.
    refused: Vec<String>,
    made: AtomicU32,
}

/// What is known of a round while it goes on.
#[derive(Default)]
pub struct Progress {
    /// Requests that were sent.
    pub sent: AtomicUsize,
    is_over: AtomicBool,
    /// What was refused: each of these requests is good.
    refused: Mutex<Vec<String>>,
}

impl Progress {
    /// Whether the server is about to go, or a client got nowhere: nothing is begun from then on.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Says so.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

impl Load {
    /// Runs all clients until the server is gone or refuses something. `until` goes on beside them and ends the server.
    pub fn run(&mut self, ways: &Ways, seed: u64, until: impl FnOnce(&Progress)) {
        let progress = Progress::default();
        let made = &self.made;
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (progress, done) = (&progress, &done);
                scope.spawn(move || {
                    let mut memory = Memory::default();
                    let mut rng = Rng::with_seed(seed.wrapping_add(client as u64));
                    while memory.act(ways, &mut rng, made, progress) {}
                    progress.end();
                    done.lock().expect("no panic").push(memory);
                });
            }
            until(&progress);
        });
        self.memories = done.into_inner().expect("no panic");
        self.refused = progress.refused.into_inner().expect("no panic");
    }

    /// How much the last round brought.
    pub fn acknowledged(&self) -> usize {
        self.memories.iter().flat_map(|memory| &memory.0).filter(|promise| promise.state.is_some()).count()
    }

    /// Compares what is there with what was acknowledged; gives every difference. `dir` is where the server keeps its data.
    pub fn check(&mut self, ways: &Ways, dir: &Path, rng: &mut Rng) -> Vec<String> {
        let database = super::census::database(dir);
        let mut promises: Vec<Promise> = self.memories.drain(..).flat_map(|memory| memory.0).collect();
        promises.retain_mut(|promise| promise.is_found(&database));
        let again: Vec<Promise> = (0..AGAIN.min(self.kept.len())).map(|_| self.kept[rng.usize(..self.kept.len())].clone()).collect();
        let differences = Mutex::new(Vec::new());
        let pieces = promises.len().div_ceil(CLIENTS).max(1);
        std::thread::scope(|scope| {
            let differences = &differences;
            for piece in promises.chunks_mut(pieces) {
                scope.spawn(move || piece.iter_mut().for_each(|promise| promise.settle(ways, differences)));
            }
            scope.spawn(move || again.into_iter().for_each(|mut promise| promise.settle(ways, differences)));
        });
        self.kept.extend(promises);
        let mut differences = differences.into_inner().expect("no panic");
        differences.append(&mut self.refused);
        differences
    }
}

impl Memory {
    /// Does one thing; says whether there is more to do.
    fn act(&mut self, ways: &Ways, rng: &mut Rng, made: &AtomicU32, progress: &Progress) -> bool {
        let place = if !self.0.is_empty() && rng.bool() { self.0.len() - 1 - rng.usize(..self.0.len().min(RECENT)) } else { self.0.len() };
        let wanted = match self.0.get(place) {
            Some(promise) => promise.next(rng),
            None => {
                self.0.push(Promise::new(rng, made.fetch_add(1, Ordering::Relaxed)));
                Some(Some(0))
            }
        };
        let Some(wanted) = wanted else { return true };
        let promise = &mut self.0[place];
        promise.asked = Some(wanted);
        progress.sent.fetch_add(1, Ordering::Relaxed);
        let Some(answer) = answer(promise.request(ways, wanted)) else { return false };
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => {
                let refusal = format!("{} → {wanted:?} was refused: {why}", promise.thing.name);
                progress.refused.lock().expect("no panic").push(refusal);
                return false;
            }
        };
        if wanted == Some(0) {
            promise.thing.id = (promise.thing.kind.id)(&promise.thing, &answer);
        }
        promise.state = wanted;
        promise.asked = None;
        !progress.is_over()
    }
}

/// The JSON of a success, or the text of a refusal; none when the server was gone before all of it came.
fn answer(request: RequestBuilder) -> Option<Result<Value, String>> {
    let response = request.send().ok()?;
    let status = response.status();
    let body = response.text().ok()?;
    let json: Option<Value> = serde_json::from_str(&body).ok();
    let is_refused = !status.is_success() || json.as_ref().is_some_and(|json| json.get("errorCodes").is_some());
    Some(if is_refused { Err(format!("{status} {body}")) } else { Ok(json.unwrap_or_default()) })
}

impl Promise {
    fn new(rng: &mut Rng, number: u32) -> Self {
        Self { thing: Thing::new(&KINDS[rng.usize(..KINDS.len())], number), state: None, asked: None }
    }

    /// What can be done to it next, if anything.
    fn next(&self, rng: &mut Rng) -> Option<State> {
        let version = self.state?;
        let kind = self.thing.kind;
        let ends = kind.end.is_some() && (kind.change.is_none() || rng.u8(..4) == 0);
        match kind.change {
            _ if ends => Some(None),
            Some((_, most)) if version < most => Some(Some(version + 1)),
            _ => None,
        }
    }

    fn request(&self, ways: &Ways, wanted: State) -> RequestBuilder {
        let kind = self.thing.kind;
        match (wanted, kind.change, kind.end) {
            (Some(0), ..) => (kind.make)(ways, &self.thing),
            (Some(version), Some((change, _)), _) => change(ways, &self.thing, version),
            (None, _, Some(end)) => end(ways, &self.thing),
            _ => panic!("a {} can't become {wanted:?}", kind.noun),
        }
    }

    /// Whether its id is known, or is found: what was asked for without an answer may be there.
    fn is_found(&mut self, database: &rusqlite::Connection) -> bool {
        if !self.thing.id.is_empty() {
            return true;
        }
        let Some(sql) = self.thing.kind.find else { return false };
        let found = database.query_row(sql, [&self.thing.name], |row| row.get::<_, rusqlite::types::Value>(0));
        self.thing.id = match found {
            Ok(rusqlite::types::Value::Integer(id)) => id.to_string(),
            Ok(rusqlite::types::Value::Text(id)) => id,
            Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => return false,
            Err(cause) => panic!("{sql}: {cause}"),
        };
        true
    }

    /// Looks at it: it has to be what was acknowledged last, or wholly what was asked for since.
    fn settle(&mut self, ways: &Ways, differences: &Mutex<Vec<String>>) {
        let found = (self.thing.kind.look)(ways, &self.thing);
        let asked = self.asked.take();
        if let Some(state) = asked.filter(|state| found == self.thing.expected(*state)) {
            self.state = state;
        } else if found != self.thing.expected(self.state) {
            let (name, state) = (&self.thing.name, self.thing.expected(self.state));
            let or = asked.map(|state| format!(" or wholly {}", self.thing.expected(state))).unwrap_or_default();
            differences.lock().expect("no panic").push(format!("{name} ({}): {state} was acknowledged{or}, found {found}", self.thing.id));
        }
    }
}
