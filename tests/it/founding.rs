//! How a data directory begins: nowhere beside what is left of another one, and for nobody but its owner.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::{BINARY, Process, exits, open_office, run};

/// An office with a file; gives its directory and where the file's content lies.
fn office(folder: &Path) -> (PathBuf, PathBuf) {
    let dir = folder.join("data");
    let secret = {
        exits(&run(&dir, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 0);
        exits(&run(&dir, &["token", "create", "--dialect", "chatwork", "--user", "aki@example.com"]), 0).0
    };
    let mut server = Process::serve(&dir);
    let aki = server.chatwork(&secret);
    aki.upload(aki.own_room(), "plan.txt", b"what nobody may lose", None).ok();
    server.terminate();
    assert_eq!(server.exit_code(), Some(0));
    let below = |dir: &Path| fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>();
    let content = below(&dir.join("files")).iter().filter(|path| !path.ends_with("tmp")).flat_map(|path| below(path)).next();
    (dir, content.expect("a content"))
}

/// Starts a server, which has to refuse; gives what it said.
fn refusal(dir: &Path) -> String {
    Process::start(Command::new(BINARY), &["serve"], dir, dir).err().expect("a refusal")
}

/// A disk that is not mounted, or a database that was moved away: a new world's sweep would take all files for nobody's.
#[test]
fn files_without_their_database_are_no_place_for_a_new_office() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, content) = office(folder.path());
    let (database, aside) = (dir.join("app.db"), dir.join("aside"));
    fs::rename(&database, &aside).expect("a database");
    for is_empty in [false, true] {
        if is_empty {
            fs::write(&database, "").expect("an empty file");
        }
        let words = refusal(&dir);
        assert!(words.contains("holds files of a world, but `app.db` is not there or holds nothing"), "{words}");
        let found = exits(&run(&dir, &["doctor"]), 4).0;
        assert!(found.contains("holds files of a world"), "{found}");
    }
    // Something else may have made a database there, in which there is no world.
    #[expect(clippy::disallowed_methods, reason = "no world")]
    let other = rusqlite::Connection::open(&database);
    other.and_then(|conn| conn.execute_batch("CREATE TABLE other (a)")).expect("a database");
    assert!(refusal(&dir).contains("holds files of a world"));
    fs::rename(&aside, &database).expect("a database");
    drop(Process::serve(&dir));
    assert!(content.exists());
}

/// What was acknowledged last stands in the log of changes alone, which SQLite empties beside a database that is new.
#[test]
fn changes_whose_database_is_elsewhere_are_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let mut server = Process::serve(&dir);
    let told = fs::read_to_string(dir.with_extension("log")).expect("a log");
    assert!(told.contains("is new; it is made for an office"), "{told}");
    exits(&run(&dir, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 0);
    server.kill();
    let (database, aside) = (dir.join("app.db"), dir.join("aside"));
    let is_empty = |path: &Path| fs::metadata(path).expect("a file").len() == 0;
    assert!(!is_empty(&dir.join("app.db-wal")), "nothing to lose");
    fs::rename(&database, &aside).expect("a database");
    assert!(refusal(&dir).contains("holds app.db-wal of a world"));
    fs::write(&database, "").expect("an empty file");
    assert!(refusal(&dir).contains("holds app.db-wal of a world"));
    fs::rename(&aside, &database).expect("a database");
    let people = exits(&run(&dir, &["user", "list"]), 0).0;
    assert!(people.contains("aki@example.com"), "{people}");
}

#[test]
fn a_restore_that_was_cut_off_is_told_of_and_done_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, content) = office(folder.path());
    let backup = exits(&run(&dir, &["backup", "create"]), 0).0;
    let again = folder.path().join("again");
    fs::create_dir_all(again.join("files/ab")).expect("a folder");
    fs::write(again.join(".unfinished-app.db"), "half of it").expect("a file");
    let words = refusal(&again);
    assert!(words.contains("a restore into the data directory") && words.contains("was never finished"), "{words}");
    exits(&run(&again, &["backup", "restore", &backup]), 0);
    assert!(!again.join("files/ab").exists() && !again.join(".unfinished-app.db").exists());
    assert!(again.join(content.strip_prefix(&dir).expect("a path")).exists());
    drop(open_office(&again));
}

/// Nothing was ever acknowledged in it, so it is no reason to refuse; nor is a disk of its own for files.
#[test]
fn a_first_start_that_was_cut_off_is_made_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    for below in ["tmp", "lost+found"] {
        fs::create_dir_all(dir.join("files").join(below)).expect("a folder");
    }
    fs::write(dir.join("app.db"), "").expect("an empty file");
    drop(Process::serve(&dir));
}

/// Everything below a folder that others may use.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            let below = if path.is_dir() { open_to_others(&path) } else { Vec::new() };
            let is_open = path.symlink_metadata().expect("a file").permissions().mode() & 0o077 != 0;
            below.into_iter().chain(is_open.then_some(path)).collect::<Vec<_>>()
        })
        .collect()
}

/// Somebody made the folder beforehand, as instructions for containers and mounts have it, and anybody may look into it.
#[test]
fn whatever_is_written_is_its_owners_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    fs::create_dir(&dir).expect("a folder");
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("a mode");
    office(folder.path());
    let server = Process::serve(&dir);
    exits(&run(&dir, &["backup", "create"]), 0);
    assert_eq!(open_to_others(&dir), Vec::<PathBuf>::new());
    drop(server);
    exits(&run(&dir, &["export", &folder.path().join("out").display().to_string()]), 0);
    assert_eq!(open_to_others(&folder.path().join("out")), Vec::<PathBuf>::new());
}
