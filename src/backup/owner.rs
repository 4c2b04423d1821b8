//! Whose a backup is: of which world, and made from which data directory.
//!
//! An office and its restored copy are one world. Where both run and share a folder, neither takes the other's turn or clears away its
//! backups: each directory has a number of its own, which no backup and no export holds.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::PARTIAL;
use super::wire::Head;
use crate::files::disk::{DiskError, at, write_file};
use crate::files::sync_folder;
use crate::store::Entropy;
use crate::world::{World, id_in};

/// The file with the number of a data directory.
const NAME: &str = "backup-id";
/// Letters of that number.
const LETTERS: usize = 20;

/// Two backups that begin together go by one number.
static MAKING: Mutex<()> = Mutex::new(());

/// Whose backups somebody asks for.
#[derive(Debug)]
pub struct Owner {
    world: Option<String>,
    directory: Option<String>,
}

impl Owner {
    /// A world in its directory.
    pub fn of(world: &World) -> Self {
        Self { world: Some(world.id()), directory: read_number(world.dir()) }
    }

    /// The same without opening it. If its database can't be read, anybody's backups count.
    pub fn in_directory(dir: &Path) -> Self {
        Self { world: id_in(dir), directory: read_number(dir) }
    }

    /// Whether a backup is its own; what was made before worlds or directories were told apart is everybody's.
    pub(super) fn owns(&self, head: &Head) -> bool {
        let is_own = |named: &Option<String>, own: &Option<String>| named.is_none() || named == own;
        self.world.is_none() || is_own(&head.world, &self.world) && is_own(&head.directory, &self.directory)
    }
}

/// The number of a data directory, made if it has none.
pub(super) fn number_of(dir: &Path) -> Result<String, DiskError> {
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(number) = read_number(dir) {
        return Ok(number);
    }
    let number = Entropy::System.text(LETTERS);
    let (path, partial) = (dir.join(NAME), dir.join(format!("{PARTIAL}{NAME}")));
    write_file(&partial, number.as_bytes())?;
    fs::rename(&partial, &path).and_then(|()| sync_folder(dir)).map_err(at(&path))?;
    Ok(number)
}

fn read_number(dir: &Path) -> Option<String> {
    fs::read_to_string(dir.join(NAME)).ok().filter(|number| number.len() == LETTERS)
}
