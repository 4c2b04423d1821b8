//! Contents of files that a seed file names: written in it, or in files beside it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::seed_file::{FileEntry, SeedFile, blame, wrong};
use crate::domain::{Error, FileName};
use crate::files::Incoming;
use crate::store::Entropy;
use crate::web::upload::UploadedFile;
use crate::world::World;

/// Largest file: what Chatwork takes.
const FILE_BYTES: u64 = 5 * 1024 * 1024;
const PIECE_BYTES: usize = 64 * 1024;

/// Receives everything: for each room, for each of its files.
pub(super) fn receive(world: &World, seed: &SeedFile) -> Result<Vec<Vec<UploadedFile>>, Error> {
    let rooms = seed.rooms.iter().enumerate();
    rooms
        .map(|(room, entry)| {
            let files = entry.files.iter().enumerate();
            files.map(|(file, entry)| receive_one(world, &seed.folder, entry, &format!("rooms[{room}].files[{file}]"))).collect()
        })
        .collect()
}

fn receive_one(world: &World, folder: &Path, entry: &FileEntry, place: &str) -> Result<UploadedFile, Error> {
    // The world's own randomness stays as it is: what the office draws from it does not depend on a seed file.
    let mut incoming = world.blobs().receive(&Entropy::System.text(32), FILE_BYTES)?;
    let beside = match (&entry.text, &entry.path) {
        (Some(text), None) => {
            incoming.write(text.as_bytes()).map_err(blame(format!("{place}.text")))?;
            None
        }
        (None, Some(path)) => {
            copy(folder, path, &mut incoming, &format!("{place}.path"))?;
            Some(path.as_str())
        }
        (Some(_), Some(_)) | (None, None) => {
            return Err(wrong(place, "say what is in the file with text, or where it lies with path: one of the two"));
        }
    };
    let name = match (&entry.name, beside) {
        (Some(name), _) => name.0.as_str(),
        (None, Some(path)) => path,
        (None, None) => return Err(wrong(format!("{place}.name"), "a file with text needs a name")),
    };
    Ok(UploadedFile { name: FileName::sanitize(name), content: incoming.finish()? })
}

fn copy(folder: &Path, path: &str, incoming: &mut Incoming, place: &str) -> Result<(), Error> {
    let unreadable = |cause: std::io::Error| wrong(place, format!("{path} can't be read: {cause}"));
    let mut source = File::open(find(folder, path, place)?).map_err(unreadable)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match source.read(&mut piece).map_err(unreadable)? {
            0 => return Ok(()),
            length => incoming.write(&piece[..length]).map_err(blame(place.to_owned()))?,
        }
    }
}

/// A file in the seed file's folder or below it, wherever links lead: a seed file from elsewhere takes nothing else along.
fn find(folder: &Path, path: &str, place: &str) -> Result<PathBuf, Error> {
    let unreadable = |cause: std::io::Error| wrong(place, format!("{path} can't be read: {cause}"));
    let outside = || wrong(place, "name a file in the folder of the seed file or below it, without / at the beginning and without ..");
    if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(outside());
    }
    let found = fs::canonicalize(folder.join(path)).map_err(unreadable)?;
    if !found.starts_with(fs::canonicalize(folder).map_err(unreadable)?) {
        return Err(outside());
    }
    if fs::metadata(&found).map_err(unreadable)?.is_file() { Ok(found) } else { Err(wrong(place, format!("{path} is no file"))) }
}
