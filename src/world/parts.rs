//! What of a world stands in a directory: whether one may be founded there, put there, or has to be brought back first.

use std::fs;
use std::io;
use std::path::Path;

use super::WorldError;

/// The database of an import or a restore until everything is there.
pub const UNFINISHED: &str = ".unfinished-app.db";
/// What a database is made of. The first is the database itself; the second holds its newest changes.
const DATABASE: [&str; 3] = ["app.db", "app.db-wal", "app.db-shm"];
const CONTENTS: &str = "files";
/// What a backup and an export have, and no data directory.
const MANIFEST: &str = "manifest.json";

/// A directory in which something of a world stands, so that no other one may be put there: SQLite would take the log of
/// changes of one database for that of another, and nobody could tell whose contents are whose.
#[derive(Debug, thiserror::Error)]
#[error(
    "{dir} holds data already: {found}. Move all of that away together (`app.db`, `app.db-wal` and `app.db-shm` are one database), \
     or name a new directory with --data DIR; then try again."
)]
pub struct Occupied {
    /// The directory.
    pub dir: String,
    /// Names of what stands there.
    pub found: String,
}

/// Refuses a directory in which anything of a world stands, whole or not.
pub fn refuse_occupied(dir: &Path) -> Result<(), Occupied> {
    let parts = DATABASE.into_iter().chain([CONTENTS, UNFINISHED, MANIFEST]);
    let found: Vec<&str> = parts.filter(|name| stands(&dir.join(name))).collect();
    if found.is_empty() { Ok(()) } else { Err(Occupied { dir: dir.display().to_string(), found: found.join(", ") }) }
}

/// Clears what an import or a restore that a crash cut off left; its database goes last, as it is what tells of it. Beside any part of
/// another database the contents may be that one's, so there everything stays.
pub fn clear_unfinished(dir: &Path) -> io::Result<()> {
    let (unfinished, contents) = (dir.join(UNFINISHED), dir.join(CONTENTS));
    if !stands(&unfinished) || DATABASE.iter().any(|name| stands(&dir.join(name))) {
        return Ok(());
    }
    if contents.exists() {
        fs::remove_dir_all(contents)?;
    }
    fs::remove_file(unfinished)
}

/// Why a directory without a database is no place for a new world.
#[derive(Debug, PartialEq, Eq)]
pub enum Remains {
    /// An import or a restore into it was cut off.
    Unfinished,
    /// Parts of a world whose database is not there: files, or its newest changes.
    Parts(String),
}

/// Looks for what a new world would destroy: SQLite empties the log of changes of a database that is not there, and contents that no
/// row names are swept. None where there is a database, or nothing.
pub fn find_remains(dir: &Path) -> Option<Remains> {
    match () {
        () if has_bytes(&dir.join(DATABASE[0])) => None,
        () if stands(&dir.join(UNFINISHED)) => Some(Remains::Unfinished),
        () => {
            let changes = Some(DATABASE[1]).filter(|name| has_bytes(&dir.join(name)));
            let found: Vec<&str> = changes.into_iter().chain(Some(CONTENTS).filter(|_| has_contents(dir))).collect();
            (!found.is_empty()).then(|| Remains::Parts(found.join(", ")))
        }
    }
}

/// Refuses a backup and an export: SQLite would write into the one, and a world would be founded in the other.
pub(super) fn refuse_copies(dir: &Path) -> Result<(), WorldError> {
    if stands(&dir.join(MANIFEST)) { Err(WorldError::Copy { dir: dir.display().to_string() }) } else { Ok(()) }
}

/// Refuses to found a world where something of another one stands.
pub(super) fn refuse_remains(dir: &Path) -> Result<(), WorldError> {
    let shown = dir.display().to_string();
    match find_remains(dir) {
        None => clear_stale(dir).map_err(|cause| WorldError::Io { dir: shown, cause }),
        Some(Remains::Unfinished) => Err(WorldError::Unfinished { dir: shown }),
        Some(Remains::Parts(found)) => Err(WorldError::Remains { dir: shown, found }),
    }
}

/// Refuses to found a world in a database that is there and holds none, if there are contents: they were another one's.
pub(super) fn refuse_contents(dir: &Path) -> Result<(), WorldError> {
    if has_contents(dir) { Err(WorldError::Remains { dir: dir.display().to_string(), found: CONTENTS.to_owned() }) } else { Ok(()) }
}

/// Beside a database an unfinished one is left over from before that one was made.
fn clear_stale(dir: &Path) -> io::Result<()> {
    let unfinished = dir.join(UNFINISHED);
    if !stands(&unfinished) {
        return Ok(());
    }
    tracing::warn!(file = %unfinished.display(), "what an import or a restore left unfinished before this world was made is cleared away");
    fs::remove_file(unfinished)
}

/// Whether there are folders of contents, which are named by two digits of hashes. A disk of its own may hold other things, too.
fn has_contents(dir: &Path) -> bool {
    let is_of_contents = |name: &[u8]| name.len() == 2 && name.iter().all(u8::is_ascii_hexdigit);
    let entries = fs::read_dir(dir.join(CONTENTS)).into_iter().flatten();
    entries.filter_map(Result::ok).any(|entry| is_of_contents(entry.file_name().as_encoded_bytes()))
}

fn has_bytes(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.len() > 0)
}

/// Whether a name is taken, also by a link that leads nowhere.
fn stands(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
