//! Files that a command is given to read: seed files and sessions.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::failure::{Exit, Failure};

/// What a file holds, if it is at most so many MiB.
pub(super) fn read(path: &Path, most_mib: u64) -> Result<Vec<u8>, Failure> {
    let refused = |message: String| Failure::new(Exit::Usage, format!("{} {message}", path.display()));
    let most = most_mib * 1024 * 1024;
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|cause| refused(format!("can't be read: {cause}. Check the path, and that it is a file which you may read.")))?;
    if bytes.len() as u64 > most {
        return Err(refused(format!("is larger than {most_mib} MiB. Leave something out.")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_file_is_read_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let told = || read(&path, 1).unwrap_err().message;
        assert!(told().contains("x.json can't be read: No such file or directory (os error 2). Check the path"), "{}", told());
        std::fs::write(&path, vec![b'x'; 1024 * 1024]).unwrap();
        assert_eq!(read(&path, 1).unwrap().len(), 1024 * 1024);
        std::fs::write(&path, vec![b'x'; 1024 * 1024 + 1]).unwrap();
        assert!(told().contains("x.json is larger than 1 MiB"), "{}", told());
        assert!(read(folder.path(), 1).unwrap_err().message.contains("that it is a file"));
    }
}
