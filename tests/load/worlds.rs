//! The small and the large world. The large one is made once and kept below `target/`, and so is a tenth of it. What runs post into
//! that one stays, so delete its folder to begin anew; what makes rooms or very many messages measures in a copy.
//!
//! They are made by what serves people, too: only faster, as nothing is waited for and many things are one transaction. So counters,
//! index and log are right by themselves.

use std::fs;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crosstalk::domain::{AccountId, Actor, Dialect, Email, Error, FileName, RoomId};
use crosstalk::ops::{self, files::PostFile};
use crosstalk::store::{Clock, Durability};
use crosstalk::web::passwords;
use crosstalk::world::World;
use serde::{Deserialize, Serialize};

use super::data::{self, CHUNK, FIRST, write};
use super::{knobs, target};

/// Rises when worlds are made differently, so that none of an older kind is used.
const KIND: u32 = 3;
/// Password of the first person, who administers the server.
pub const PASSWORD: &str = "correct horse battery";
/// People in an ordinary room.
const COMPANY: usize = 10;
/// How far back the first message of the worlds lies: a year. The last one came just now.
const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1_000;
/// Rooms that one transaction makes, and files that are received together.
const FEW: usize = 200;
/// Threads that wait for the disk.
const WAITING: usize = 20;
/// Bytes of a file.
const FILE_BYTES: usize = 4_096;

type Failed = Box<dyn std::error::Error>;

/// How much there is. One person is in all rooms, everybody in the first; a tenth of the messages is in the second, all files are in
/// the third.
#[derive(Clone, Copy, Debug)]
struct Size {
    messages: usize,
    rooms: usize,
    people: usize,
    files: usize,
}

const SMALL: Size = Size { messages: 1_000, rooms: 10, people: 10, files: 100 };
const LARGE: Size = Size { messages: 10_000_000, rooms: 10_000, people: 1_000, files: 100_000 };

/// What requests to a world need.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Made {
    /// The data directory.
    pub dir: PathBuf,
    /// Tokens of the first person and of the organization.
    pub chatwork: String,
    pub clickmeeting: String,
    pub cam: String,
    pub chat_messages: String,
    pub messenger: String,
    pub messenger_personal: String,
    /// The organization.
    pub organization: i64,
    /// The room with everybody.
    pub crowd: i64,
    /// The room with the most messages, its other id, and a message in its middle.
    pub long: i64,
    pub long_external: i64,
    pub message: i64,
    /// The room with the files.
    pub shelf: i64,
    /// An ordinary room, and its other id.
    pub plain: i64,
    pub plain_external: i64,
}

/// The small world, made in this folder.
pub fn small(folder: &Path) -> Result<Made, Failed> {
    build(&folder.join("small"), SMALL)
}

/// The large world; made if it is not there.
pub fn large() -> Result<Made, Failed> {
    kept(LARGE.scaled(knobs::factor()))
}

/// A copy of a kept world, in this folder, for what makes rooms or very many messages: the kept one would have more after each run.
pub fn copied(kept: Made, folder: &Path) -> Result<Made, Failed> {
    let dir = folder.join("large");
    copy(&kept.dir, &dir)?;
    // Or the first seconds of a measurement are those in which the disk takes the copy.
    rustix::fs::sync();
    Ok(Made { dir, ..kept })
}

/// Copies a data directory that nobody holds.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, place, kind) = (entry.path(), to.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            copy(&path, &place)?;
        } else if kind.is_file() {
            fs::copy(path, place)?;
        }
    }
    Ok(())
}

/// A tenth of the large world: a million messages.
pub fn million() -> Result<Made, Failed> {
    kept(LARGE.scaled(knobs::factor() / 10.0))
}

fn kept(size: Size) -> Result<Made, Failed> {
    let folder = target()?.join(format!("load-world-{KIND}-{}", size.messages));
    let told = folder.join("made.json");
    if told.exists() {
        return Ok(serde_json::from_slice(&fs::read(told)?)?);
    }
    // What a broken-off run left is of no use.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let made = build(&folder.join("data"), size)?;
    fs::write(told, serde_json::to_vec_pretty(&made)?)?;
    Ok(made)
}

impl Size {
    fn scaled(self, factor: f64) -> Self {
        let part = |whole: usize, least: usize| ((whole as f64 * factor) as usize).max(least);
        Self {
            messages: part(self.messages, 1_000),
            rooms: part(self.rooms, 10),
            people: part(self.people, 10),
            files: part(self.files, 10),
        }
    }
}

fn build(dir: &Path, size: Size) -> Result<Made, Failed> {
    let watch = Watch { started: Instant::now() };
    let start = Clock::Real.now().plus_ms(-YEAR_MS);
    let world = data::open(dir, Durability::Off, Clock::fixed(start))?;
    write(&world, move |tx| data::people(tx, size.people))?;
    let (actor, chatwork) = write(&world, data::first_person)?;
    let people: Vec<AccountId> =
        write(&world, |tx| Ok(ops::accounts::list_users(tx, None)?.iter().map(|user| user.account.person.id).collect()))?;
    let rooms = make_rooms(&world, &actor, &people, size.rooms)?;
    watch.tell(&format!("{} people in {} rooms", size.people, size.rooms));
    let files = receive_all(&world, size.files)?;
    watch.tell(&format!("{} files", size.files));
    let message = post(&world, &actor, &rooms, size.messages, files)?;
    watch.tell(&format!("{} messages", size.messages));
    data::index_all(&world)?;
    watch.tell("the search index");
    let made = keys(&world, &actor, dir, &rooms, chatwork, message)?;
    drop(world);
    watch.tell(&format!("all; it takes {:.0} MB of the disk", bytes_below(dir)? as f64 / 1e6));
    Ok(made)
}

/// A room and who writes there.
struct Place {
    id: RoomId,
    writers: Vec<AccountId>,
}

fn make_rooms(world: &Arc<World>, actor: &Actor, people: &[AccountId], count: usize) -> Result<Vec<Place>, Failed> {
    let company = |number: usize| -> Vec<AccountId> {
        let others = &people[1..];
        let few = (0..COMPANY - 1).map(|seat| others[(number * (COMPANY - 1) + seat) % others.len()]);
        std::iter::once(people[0]).chain(if number == 0 { others.to_vec() } else { few.collect() }).collect()
    };
    let mut places = Vec::with_capacity(count);
    for from in (0..count).step_by(FEW) {
        let (maker, wanted): (Actor, Vec<_>) =
            (actor.clone(), (from..(from + FEW).min(count)).map(|number| (number, company(number))).collect());
        places.extend(write(world, move |tx| {
            let make = |(number, members): (usize, Vec<AccountId>)| {
                let id = data::group(tx, &maker, format!("Room {number}"), members.clone())?;
                Ok(Place { id, writers: members.into_iter().take(COMPANY).collect() })
            };
            wanted.into_iter().map(make).collect::<Result<Vec<_>, _>>()
        })?);
    }
    Ok(places)
}

/// Spreads messages and files over a year, each with a time of its own, and the messages over the rooms; gives one from the middle of
/// the longest room.
fn post(world: &Arc<World>, actor: &Actor, rooms: &[Place], messages: usize, files: Vec<PostFile>) -> Result<i64, Failed> {
    let (mut middle, files_each, shelf, mut files) = (0, messages / files.len(), rooms[2].id, files.into_iter());
    for from in (0..messages).step_by(CHUNK) {
        let upto = (from + CHUNK).min(messages);
        // Every tenth message goes into the long room; the others come in bursts, as people talk.
        let turns: Vec<(usize, RoomId, AccountId, Option<PostFile>)> = (from..upto)
            .map(|number| {
                let burst = number / 10;
                let place = if number % 10 == 0 { &rooms[1] } else { &rooms[burst % rooms.len()] };
                let file = if number % files_each == 0 { files.next() } else { None };
                (number, place.id, place.writers[(number + burst) % place.writers.len()], file)
            })
            .collect();
        let (actor, time) = (actor.clone(), move |count: usize| YEAR_MS * count as i64 / messages as i64);
        let first = write(world, move |tx| {
            let mut first = 0;
            for (number, room, account, file) in turns {
                let tx = &tx.at(tx.now.plus_ms(time(number - from)));
                let id = data::say(tx, &Actor { account, ..actor.clone() }, room, text(number))?;
                first = if first == 0 && number % 10 == 0 { id.get() } else { first };
                if let Some(file) = file {
                    ops::files::post_file(tx, &actor, shelf, Ok(file))?;
                }
            }
            Ok(first)
        })?;
        if from <= messages / 2 {
            middle = first;
        }
        world.clock().advance_ms(time(upto - from));
    }
    Ok(middle)
}

/// Some of its words are in every message, one in each thousandth, one in no other.
fn text(number: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ka", "mo", "ri", "ne", "su", "ta", "li", "vo", "de", "ba"];
    let word: String = [number / 100 % 10, number / 10 % 10, number % 10].map(|digit| SYLLABLES[digit]).concat();
    format!("About {word}, number {number}: a message of an ordinary length, as people write all day.")
}

/// Files whose contents are on the disk, for messages that come later.
fn receive_all(world: &World, count: usize) -> Result<Vec<PostFile>, Failed> {
    let mut files = Vec::with_capacity(count);
    for from in (0..count).step_by(FEW) {
        let numbers: Vec<usize> = (from..(from + FEW).min(count)).collect();
        // Each waits for the disk three times; side by side they wait together.
        let received = std::thread::scope(|scope| {
            let threads: Vec<_> = numbers
                .chunks(FEW / WAITING)
                .map(|some| scope.spawn(|| some.iter().map(|number| receive(world, *number)).collect::<Result<Vec<_>, Error>>()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or(Err(Error::Busy))).collect::<Result<Vec<_>, Error>>()
        });
        files.extend(received.map_err(|error| error.plain())?.into_iter().flatten());
    }
    Ok(files)
}

/// A file whose content is on the disk.
fn receive(world: &World, number: usize) -> Result<PostFile, Error> {
    let mut incoming = world.blobs().receive(&format!("load-{number}"), FILE_BYTES as u64)?;
    incoming.write(format!("{number:>FILE_BYTES$}").as_bytes())?;
    Ok(PostFile::of("text/plain".into(), FileName::sanitize(&format!("notes {number}.txt")), &incoming.finish()?))
}

/// Cursors at the end, so that the lists that are measured write nothing; tokens; an administrator.
fn keys(world: &Arc<World>, actor: &Actor, dir: &Path, rooms: &[Place], chatwork: String, message: i64) -> Result<Made, Failed> {
    let reader = actor.clone();
    let all: Vec<RoomId> = rooms.iter().map(|place| place.id).collect();
    write(world, move |tx| all.into_iter().try_for_each(|room| ops::messages::poll_messages(tx, &reader, room, Ok(true)).map(|_| ())))?;
    let token = |dialect, person: Option<&'static str>| write(world, move |tx| data::token_of(tx, dialect, person));
    let hash = passwords::hash_now(PASSWORD).map_err(|error| error.plain())?.as_str().to_owned();
    write(world, move |tx| ops::accounts::create_admin(tx, None, &Email::parse(FIRST)?, &hash).map(|_| ()))?;
    let (long, plain) = (rooms[1].id, rooms[rooms.len() - 1].id);
    Ok(Made {
        dir: dir.to_owned(),
        chatwork,
        clickmeeting: write(world, data::conference_rooms)?,
        cam: token(Dialect::Cam, None)?,
        chat_messages: token(Dialect::ChatMessages, Some(FIRST))?,
        messenger: token(Dialect::Messenger, None)?,
        messenger_personal: token(Dialect::MessengerPersonal, Some(FIRST))?,
        organization: actor.organization.get(),
        crowd: rooms[0].id.get(),
        long: long.get(),
        long_external: data::external(world, actor, long)?.get(),
        message,
        shelf: rooms[2].id.get(),
        plain: plain.get(),
        plain_external: data::external(world, actor, plain)?.get(),
    })
}

/// Tells how long each part took.
struct Watch {
    started: Instant,
}

impl Watch {
    fn tell(&self, what: &str) {
        let _ = writeln!(std::io::stderr(), "made after {:.1} s: {what}", self.started.elapsed().as_secs_f64());
    }
}

/// How much there is in a world's database, as people read it.
pub fn shown(dir: &Path) -> std::io::Result<String> {
    Ok(format!("{:.0} MB", fs::metadata(dir.join("app.db"))?.len() as f64 / 1e6))
}

/// How long the write-ahead log of a world's database is, in MB.
pub fn log_mb(dir: &Path) -> std::io::Result<f64> {
    Ok(fs::metadata(dir.join("app.db-wal"))?.len() as f64 / 1e6)
}

fn bytes_below(dir: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let found = entry.metadata()?;
        bytes += if found.is_dir() { bytes_below(&entry.path())? } else { found.len() };
    }
    Ok(bytes)
}
