//! A world: one data directory, held by one process. Database, contents, clock, randomness, identity.
//!
//! Invariants: `lock` is held with flock as long as the world is open; a directory made in one mode is refused by the
//! other; whatever lies beside `app.db` and `files/` may be lost.

pub mod parts;
pub mod usage;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::{Actor, Error, TokenId};
use crate::files::{Blobs, make_private_folder, sync_folder};
use crate::ops::organizations::{self, Identity};
use crate::store::requests::{RequestLog, Retention};
use crate::store::tokens::Use;
use crate::store::{Cause, Clock, Durability, Entropy, OpenError, Store, StoreOptions, Tx, copies};
use parts::UNFINISHED;

/// What a world is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The real back end of an office.
    Office,
    /// A place to try things.
    Sandbox,
}

impl Mode {
    /// The mode in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Sandbox => "sandbox",
        }
    }

    /// What a directory in this mode holds, and the command that runs on it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Office => ("an office, not a sandbox", "serve"),
            Self::Sandbox => ("a sandbox, not an office", "sandbox"),
        }
    }
}

/// Why a world could not be opened. Each says what happened, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// Another process has it.
    #[error("the data directory {dir} is in use by {holder}. Stop that process, or choose another directory with --data DIR.")]
    InUse {
        /// The directory.
        dir: String,
        /// What the lock file says of the holder.
        holder: String,
    },
    /// It was made in the other mode.
    #[error(
        "the data directory {dir} holds {}. Run `crosstalk {} --data {dir}`, or choose another directory with --data DIR.",
        found.words().0,
        found.words().1
    )]
    WrongMode {
        /// The directory.
        dir: String,
        /// Its mode.
        found: Mode,
    },
    /// The database could not be opened.
    #[error("the data directory {dir} can't be opened: {cause}")]
    Store {
        /// The directory.
        dir: String,
        /// Why.
        cause: OpenError,
    },
    /// A file or folder could not be read or made.
    #[error("the data directory {dir} can't be used: {cause}. {}.", remedy(cause))]
    Io {
        /// The directory.
        dir: String,
        /// Why.
        cause: io::Error,
    },
    /// A backup or an export, which being opened would change.
    #[error(
        "{dir} is a backup or an export, as its manifest.json says, and not a data directory: to open it would change it, and then nothing \
         could put it back. Put a backup into a new directory with `crosstalk backup restore {dir} --data NEW-DIR`, an export with \
         `crosstalk import {dir} --data NEW-DIR`. If it shall be a data directory all the same, move manifest.json away."
    )]
    Copy {
        /// The directory.
        dir: String,
    },
    /// An import or a restore into it was cut off.
    #[error(
        "an import or a restore into the data directory {dir} was never finished, so it holds no world. Run `crosstalk import` or \
         `crosstalk backup restore` again with it, or delete `files` and {UNFINISHED} in it to begin with nothing."
    )]
    Unfinished {
        /// The directory.
        dir: String,
    },
    /// The database is not there, and other parts of a world are.
    #[error(
        "the data directory {dir} holds {found} of a world, but `app.db` is not there or holds nothing. Nothing was changed: a new world \
         would destroy what is left of the old one. Bring back the `app.db` that belongs to it (is a disk not mounted?), or put a backup \
         into a new directory with `crosstalk backup restore`; to begin with nothing, move {found} away."
    )]
    Remains {
        /// The directory.
        dir: String,
        /// Names of what stands there.
        found: String,
    },
    /// First work on it failed.
    #[error("the data directory {dir} can't be used: {cause}")]
    First {
        /// The directory.
        dir: String,
        /// Why.
        cause: String,
    },
}

/// What to do about a folder that can't be used.
fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => {
            "Run this as the user that the folder belongs to, name another one with --data DIR, or, where none is yet, make it and give it to this user"
        }
        _ => "Check that the folder exists, is writable and has free space",
    }
}

/// How a world is opened.
#[derive(Debug)]
pub struct WorldOptions {
    /// What it is for; none takes either (commands that work on what is there).
    pub mode: Option<Mode>,
    /// How hard a commit is pushed to the disk.
    pub durability: Durability,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// Name fixed at the first start.
    pub server_name: String,
    /// Tests only, see [`StoreOptions`].
    pub max_read_steps: Option<i32>,
}

/// Is told the e-mail addresses of people who are erased.
struct Farewell(Box<dyn Fn(&str) + Send + Sync>);

impl std::fmt::Debug for Farewell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Farewell").finish_non_exhaustive()
    }
}

/// An open world.
#[derive(Debug)]
pub struct World {
    dir: PathBuf,
    mode: Mode,
    identity: Identity,
    store: Store,
    blobs: Blobs,
    uses: Mutex<HashMap<TokenId, (Use, bool)>>,
    requests: OnceLock<Option<RequestLog>>,
    outbox: Mutex<PathBuf>,
    farewell: OnceLock<Farewell>,
    lock: Mutex<Lock>,
}

/// How often a token's last use is noted, in milliseconds.
const USE_NOTED_EVERY_MS: i64 = 60_000;

impl World {
    /// Opens a directory, making it if need be.
    pub fn open(dir: &Path, options: WorldOptions) -> Result<Arc<Self>, WorldError> {
        let shown = dir.display().to_string();
        let io_error = |cause| WorldError::Io { dir: dir.display().to_string(), cause };
        parts::refuse_copies(dir)?;
        make_private(dir).map_err(io_error)?;
        let lock = take_lock(dir)?;
        parts::refuse_remains(dir)?;
        let store_options = StoreOptions {
            durability: options.durability,
            clock: options.clock,
            entropy: options.entropy,
            max_read_steps: options.max_read_steps,
        };
        let store = Store::open(&dir.join("app.db"), store_options).map_err(|cause| WorldError::Store { dir: shown.clone(), cause })?;
        let first = |cause: Error| WorldError::First { dir: dir.display().to_string(), cause: describe(&cause) };
        let identity = match store.read(organizations::find_identity).map_err(first)? {
            Some(identity) => identity,
            None => {
                parts::refuse_contents(dir)?;
                found(&store, options.mode.unwrap_or(Mode::Office), options.server_name).map_err(first)?
            }
        };
        let mode = if identity.mode == Mode::Sandbox.name() { Mode::Sandbox } else { Mode::Office };
        if options.mode.is_some_and(|wanted| wanted != mode) {
            return Err(WorldError::WrongMode { dir: shown, found: mode });
        }
        let blobs = Blobs::open(&dir.join("files")).map_err(io_error)?;
        // A start that was cut off may have made some of it without making it last.
        sync_folder(dir).map_err(io_error)?;
        blobs.set_floor(store.read(organizations::find_free_floor).map_err(first)?);
        let (uses, requests, outbox, lock) = (Mutex::default(), OnceLock::new(), Mutex::new(dir.join("outbox")), Mutex::new(lock));
        let farewell = OnceLock::new();
        Ok(Arc::new(Self { dir: dir.to_owned(), mode, identity, store, blobs, uses, requests, outbox, farewell, lock }))
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What it is for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Key for signatures and derived secrets.
    pub fn key(&self) -> &[u8] {
        &self.identity.key
    }

    /// Which world this is: stays the same over backups and exports, tells nothing of its key.
    pub fn id(&self) -> String {
        id_of(&self.identity.key)
    }

    /// The server name fixed at the first start.
    pub fn server_name(&self) -> &str {
        &self.identity.server_name
    }

    /// Contents of files.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Time.
    pub fn clock(&self) -> &Clock {
        self.store.clock()
    }

    /// Randomness.
    pub fn entropy(&self) -> &Entropy {
        self.store.entropy()
    }

    /// The folder of letters' readable copies. Only who holds it writes or removes some: a letter is not erased while it is copied.
    pub fn outbox(&self) -> MutexGuard<'_, PathBuf> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has somebody told who is erased, by e-mail address: meetings know people in memory, of which the database says nothing.
    pub fn on_farewell(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        self.farewell.get_or_init(|| Farewell(Box::new(tell)));
    }

    /// Tells that somebody is erased.
    pub fn say_farewell(&self, email: &str) {
        self.farewell.get().iter().for_each(|farewell| farewell.0(email));
    }

    /// Opens the request log, which only a server needs, to keep so much of it. A log that can't be opened is done without.
    pub fn keep_requests(&self, retention: Retention) {
        self.requests.get_or_init(|| RequestLog::open(&self.dir.join("log.db"), retention));
    }

    /// The request log, where one is kept.
    pub fn requests(&self) -> Option<&RequestLog> {
        self.requests.get()?.as_ref()
    }

    /// See [`Store::is_writing`].
    pub fn is_writing(&self) -> bool {
        self.store.is_writing()
    }

    /// See [`Store::read`].
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.store.read(work)
    }

    /// See [`Store::write`].
    pub async fn write<T, F>(&self, cause: Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.store.write(cause, work).await
    }

    /// See [`Store::write_blocking`].
    pub fn write_blocking<T, F>(&self, cause: Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.store.write_blocking(cause, work)
    }

    /// See [`Store::read_or_write`].
    pub async fn read_or_write<T, F>(&self, cause: impl FnOnce() -> Cause, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.store.read_or_write(cause, work).await
    }

    /// See [`Store::empty_log`].
    pub fn empty_log(&self, patience: Duration) -> bool {
        self.store.empty_log(patience)
    }

    /// The same for the request log, too.
    pub fn empty_logs(&self, patience: Duration) -> bool {
        let requests = self.requests().map_or(Ok(()), RequestLog::empty_log);
        self.empty_log(patience) && requests.is_ok()
    }

    /// Notes that a token was used; written down later, at most once a minute per token. `describe` gives address and client.
    pub fn note_use(&self, actor: &Actor, describe: impl FnOnce() -> (String, String)) {
        let now = self.clock().now();
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.get(&actor.token).is_none_or(|(last, _)| now.ms() - last.at.ms() >= USE_NOTED_EVERY_MS) {
            let (address, client) = describe();
            uses.insert(actor.token, (Use { account: actor.account, at: now, address, client }, true));
        }
    }

    /// Uses noted since the last call.
    pub fn take_uses(&self) -> Vec<(TokenId, Use)> {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = uses.iter_mut().filter_map(|(token, (used, is_new))| std::mem::take(is_new).then(|| (*token, used.clone()))).collect();
        // What is older would be noted again anyway; tokens that come and go must not pile up here.
        let now = self.clock().now();
        uses.retain(|_, (used, _)| now.ms() - used.at.ms() < USE_NOTED_EVERY_MS);
        fresh
    }

    /// Writes into the lock file who holds this world, for people and for commands.
    pub fn describe_holder(&self, text: &str) -> io::Result<()> {
        let Lock(file) = &mut *self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())
    }
}

fn found(store: &Store, mode: Mode, server_name: String) -> Result<Identity, Error> {
    let key = store.entropy().bytes();
    store.write_blocking(Cause::job("first-start"), move |tx| organizations::found_world(tx, mode.name(), &server_name, key))
}

fn describe(error: &Error) -> String {
    if let Error::Internal(cause) = error { cause.clone() } else { error.plain() }
}

/// Makes the folder, readable by its owner alone.
fn make_private(dir: &Path) -> io::Result<()> {
    if dir.exists() { Ok(()) } else { make_private_folder(dir) }
}

/// Bytes of a world's id.
const ID_BYTES: usize = 16;

fn id_of(key: &[u8]) -> String {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    let sum = mac.chain_update("which world this is").finalize().into_bytes();
    data_encoding::HEXLOWER.encode(&sum[..ID_BYTES])
}

/// The id of the world in a directory, found without opening it; none if its database can't be read.
pub fn id_in(dir: &Path) -> Option<String> {
    let key = copies::find_setting(&dir.join("app.db"), "key").ok()??;
    Some(id_of(&data_encoding::HEXLOWER.decode(key.as_bytes()).ok()?))
}

/// What the lock file of a directory says, if a process holds it now.
pub fn holder_of(dir: &Path) -> io::Result<Option<String>> {
    let mut file = match File::open(dir.join("lock")) {
        // A folder that may not be looked into is another matter: a server may well run on it.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockShared).is_ok() {
        return Ok(None);
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(Some(text))
}

/// The held lock of a directory. Let go of expressly: merely closing the file would leave it held by a child process
/// that is just being started and has not closed its copy yet.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(cause) = rustix::fs::flock(&self.0, rustix::fs::FlockOperation::Unlock) {
            tracing::warn!(%cause, "the lock of the data directory could not be let go of; it ends with this process");
        }
    }
}

/// Fills a directory that is no world yet, made if need be, and holds it so that nobody serves it meanwhile. One that was made for
/// nothing goes again.
pub fn fill<T, E: From<WorldError>>(dir: &Path, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let is_new = !dir.exists();
    make_private(dir).map_err(|cause| WorldError::Io { dir: dir.display().to_string(), cause })?;
    let lock = take_lock(dir)?;
    let filled = work();
    if is_new && filled.is_err() {
        // Whatever else stands there keeps the folder; the failure is what counts.
        let _ = fs::remove_file(dir.join("lock")).and_then(|()| fs::remove_dir(dir));
    }
    drop(lock);
    filled
}

fn take_lock(dir: &Path) -> Result<Lock, WorldError> {
    let io_error = |cause| WorldError::Io { dir: dir.display().to_string(), cause };
    let path = dir.join("lock");
    let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(io_error)?;
    if rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_err() {
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(io_error)?;
        let holder = if text.trim().is_empty() { "another process".to_owned() } else { text.trim().to_owned() };
        return Err(WorldError::InUse { dir: dir.display().to_string(), holder });
    }
    // What stands there is about a process that has ended.
    file.set_len(0).map_err(io_error)?;
    Ok(Lock(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &Path) -> Result<Arc<World>, WorldError> {
        let options = WorldOptions {
            mode: None,
            durability: Durability::Off,
            clock: Clock::Real,
            entropy: Entropy::System,
            server_name: "test.local".into(),
            max_read_steps: None,
        };
        World::open(dir, options)
    }

    #[test]
    fn a_world_is_free_when_it_is_dropped_though_a_child_still_has_a_copy_of_its_lock() {
        let dir = tempfile::tempdir().unwrap();
        let world = open(dir.path()).unwrap();
        let inherited = world.lock.lock().unwrap().0.try_clone().unwrap();
        assert!(matches!(open(dir.path()), Err(WorldError::InUse { .. })));
        drop(world);
        open(dir.path()).unwrap();
        drop(inherited);
    }

    #[test]
    fn a_directory_that_cannot_be_looked_into_is_not_taken_for_free() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(holder_of(dir.path()).unwrap(), None);
        assert_eq!(holder_of(&dir.path().join("new")).unwrap(), None);
        let file = dir.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert!(holder_of(&file).is_err());
    }

    #[test]
    fn a_folder_of_somebody_else_has_another_remedy_than_one_that_is_not_there() {
        let told = |kind: io::ErrorKind| WorldError::Io { dir: "data".to_owned(), cause: kind.into() }.to_string();
        assert!(told(io::ErrorKind::PermissionDenied).contains("as the user that the folder belongs to"));
        assert!(told(io::ErrorKind::NotADirectory).contains("Check that the folder exists"));
    }
}
