//! A disk under test: what the program did to a folder, as `journal.c` wrote it down, and what a power cut would have left of it.
//!
//! Stricter than file systems are: a name is there for good only after its folder was pushed to the disk, contents only after
//! the file was. Of everything else a cut keeps any part: names up to some moment, contents in pieces of a sector.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use fastrand::Rng;

/// Bytes that a disk writes wholly or not at all.
const SECTOR: usize = 512;

/// The library, built once by the C compiler that Rust links with.
static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/durability/journal.c");
    let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("journal-{}.so", std::process::id()));
    let mut compiler = Command::new("cc");
    let status = compiler.args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"]).arg(&built).arg(source).status();
    assert!(status.expect("a C compiler").success(), "journal.c can't be built");
    // Under one name for all runs: a process that has loaded it keeps what it has.
    let library = built.with_file_name("journal.so");
    fs::rename(&built, &library).expect("a library");
    library
});

/// What the program is started with to be watched.
pub struct Watch {
    /// The folder.
    pub folder: PathBuf,
    /// The side file.
    pub journal: PathBuf,
    /// The record at which the program dies by itself.
    pub end: Option<u64>,
}

impl Watch {
    pub fn command(&self) -> Command {
        let mut command = preloaded();
        command.env("CROSSTALK_JOURNAL", &self.journal).env("CROSSTALK_JOURNAL_FOLDER", &self.folder);
        self.end.map(|end| command.env("CROSSTALK_JOURNAL_END", end.to_string()));
        command
    }
}

/// The program on a folder that refuses changes as long as there is something at `switch`.
pub fn that_turns_read_only(folder: &Path, switch: &Path) -> Command {
    let mut command = preloaded();
    command.env("CROSSTALK_JOURNAL_FOLDER", folder).env("CROSSTALK_READ_ONLY", switch);
    command
}

/// The program on a folder of which nothing is pushed to the disk as long as there is something at `switch`.
pub fn that_stands_still(folder: &Path, switch: &Path) -> Command {
    let mut command = preloaded();
    command.env("CROSSTALK_JOURNAL_FOLDER", folder).env("CROSSTALK_STANDSTILL", switch);
    command
}

fn preloaded() -> Command {
    let mut command = Command::new(crate::kit::BINARY);
    command.env("LD_PRELOAD", LIBRARY.as_path());
    command
}

/// What is left of all that was not pushed to the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    Nothing,
    Everything,
    Anything,
}

impl Luck {
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Everything, Self::Anything];

    pub fn random(rng: &mut Rng) -> Self {
        Self::ALL[rng.usize(..3)]
    }
}

#[derive(Clone, Copy)]
enum Entry {
    File(usize),
    Folder,
}

/// What an inode number stands for, as it was opened last.
enum Opened {
    File(usize),
    Folder(PathBuf),
}

/// A file: what is on the disk for good, and what happened to it since.
#[derive(Default)]
struct File {
    kept: Vec<u8>,
    pending: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

/// Something that happened to names: what stands at a path now, and from where it came.
struct Naming {
    path: PathBuf,
    entry: Option<Entry>,
    from: Option<PathBuf>,
}

type Names = BTreeMap<PathBuf, Entry>;

/// A folder as programs see it, and as it is on the disk.
pub struct Disk {
    root: PathBuf,
    files: Vec<File>,
    seen: Names,
    kept: Names,
    pending: Vec<Naming>,
    opened: HashMap<u64, Opened>,
}

impl Disk {
    /// A folder that has been on the disk for long.
    pub fn of(root: &Path) -> Self {
        let mut disk = Self {
            root: root.to_owned(),
            files: Vec::new(),
            seen: Names::new(),
            kept: Names::new(),
            pending: Vec::new(),
            opened: HashMap::new(),
        };
        disk.take(root);
        disk.kept.clone_from(&disk.seen);
        disk
    }

    fn take(&mut self, path: &Path) {
        let kind = fs::symlink_metadata(path).expect("a file or folder").file_type();
        if kind.is_dir() {
            self.seen.insert(path.to_owned(), Entry::Folder);
            fs::read_dir(path).expect("a folder").for_each(|entry| self.take(&entry.expect("an entry").path()));
        } else if kind.is_file() && !is_shared_memory(path) {
            let file = self.add_file(fs::read(path).expect("a file"));
            self.seen.insert(path.to_owned(), Entry::File(file));
        }
    }

    fn add_file(&mut self, kept: Vec<u8>) -> usize {
        self.files.push(File { kept, pending: Vec::new() });
        self.files.len() - 1
    }

    /// Does again what a journal says.
    pub fn replay(&mut self, journal: &Path) {
        let bytes = fs::read(journal).expect("a journal");
        let mut rest = &bytes[..];
        while let Some((record, behind)) = Record::read(rest) {
            self.apply(&record);
            rest = behind;
        }
    }

    /// The number of a journal's records.
    pub fn count(journal: &Path) -> u64 {
        let bytes = fs::read(journal).expect("a journal");
        let mut rest = &bytes[..];
        std::iter::from_fn(|| Record::read(rest).map(|(_, behind)| rest = behind)).fold(0, |count, ()| count + 1)
    }

    fn apply(&mut self, record: &Record<'_>) {
        match record.letter {
            b'C' => {
                let file = self.add_file(Vec::new());
                self.name(Naming { path: record.path(), entry: Some(Entry::File(file)), from: None });
                self.opened.insert(record.file, Opened::File(file));
            }
            b'O' => {
                let opened = match self.seen.get(&record.path()) {
                    Some(Entry::File(file)) => Opened::File(*file),
                    Some(Entry::Folder) => Opened::Folder(record.path()),
                    None => panic!("a file that nobody made was opened: {}", record.path().display()),
                };
                self.opened.insert(record.file, opened);
            }
            b'W' => self.change(record, Change::Write(record.number, record.bytes.to_vec())),
            b'T' => self.change(record, Change::Cut(record.number)),
            b'S' => self.push_to_disk(record.file),
            b'M' => self.name(Naming { path: record.path(), entry: Some(Entry::Folder), from: None }),
            b'U' => self.name(Naming { path: record.path(), entry: None, from: None }),
            b'R' | b'L' => {
                let (from, path) = record.paths();
                let entry = self.seen.get(&from).copied();
                assert!(entry.is_some(), "something that nobody made was moved or linked: {}", from.display());
                let from = (record.letter == b'R').then_some(from);
                self.move_opened(from.as_deref(), &path);
                self.name(Naming { path, entry, from });
            }
            letter => panic!("no record begins with {letter}"),
        }
    }

    fn change(&mut self, record: &Record<'_>, change: Change) {
        let Some(Opened::File(file)) = self.opened.get(&record.file) else { panic!("a change of something that is no open file") };
        self.files[*file].pending.push(change);
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.seen);
        self.pending.push(naming);
    }

    /// Folders that are open go along with what they lie in.
    fn move_opened(&mut self, from: Option<&Path>, to: &Path) {
        for opened in self.opened.values_mut() {
            if let (Opened::Folder(folder), Some(from)) = (opened, from)
                && let Ok(below) = folder.strip_prefix(from)
            {
                *folder = to.join(below);
            }
        }
    }

    fn push_to_disk(&mut self, inode: u64) {
        match &self.opened[&inode] {
            Opened::File(file) => {
                let File { kept, pending } = &mut self.files[*file];
                pending.drain(..).for_each(|change| change.apply(kept));
            }
            Opened::Folder(folder) => {
                let is_here = |naming: &Naming| naming.path.parent() == Some(folder);
                let (now, later) = self.pending.drain(..).partition::<Vec<_>, _>(is_here);
                self.pending = later;
                now.iter().for_each(|naming| naming.apply(&mut self.kept));
            }
        }
    }

    /// Makes the folder anew as it might be found after the power came back.
    pub fn come_back(mut self, luck: Luck, rng: &mut Rng) {
        let lucky = match luck {
            Luck::Nothing => 0,
            Luck::Everything => self.pending.len(),
            Luck::Anything => rng.usize(0..=self.pending.len()),
        };
        self.pending[..lucky].iter().for_each(|naming| naming.apply(&mut self.kept));
        fs::remove_dir_all(&self.root).expect("an old folder");
        for (path, entry) in &self.kept {
            // Below a folder whose own name was lost there is nothing to be found.
            if path != &self.root && !path.parent().is_some_and(Path::is_dir) {
                continue;
            }
            match entry {
                Entry::Folder => fs::create_dir(path).expect("a folder"),
                Entry::File(file) => fs::write(path, self.files[*file].after_cut(luck, rng)).expect("a file"),
            }
        }
    }
}

impl Naming {
    fn apply(&self, names: &mut Names) {
        if let Some(from) = &self.from {
            names.remove(from);
            // What is in a folder goes along with it.
            let below: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
            for old in below {
                let entry = names.remove(&old);
                let new = old.strip_prefix(from).map(|rest| self.path.join(rest));
                names.extend(new.ok().zip(entry));
            }
        }
        match self.entry {
            Some(entry) => drop(names.insert(self.path.clone(), entry)),
            None => drop(names.remove(&self.path)),
        }
    }
}

impl Change {
    fn apply(self, content: &mut Vec<u8>) {
        match self {
            Self::Cut(length) => content.resize(length, 0),
            Self::Write(at, bytes) => write_at(content, at, &bytes),
        }
    }
}

fn write_at(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(bytes);
}

impl File {
    /// What is kept of it, and what more is left. Files differ where anything may be left: nothing, everything, or any sectors.
    fn after_cut(&self, luck: Luck, rng: &mut Rng) -> Vec<u8> {
        let mut content = self.kept.clone();
        let luck = if luck == Luck::Anything { Luck::random(rng) } else { luck };
        for change in &self.pending {
            match change {
                Change::Cut(length) if luck == Luck::Everything || luck == Luck::Anything && rng.bool() => content.resize(*length, 0),
                Change::Write(at, bytes) if luck == Luck::Everything => write_at(&mut content, *at, bytes),
                Change::Write(at, bytes) if luck == Luck::Anything => {
                    let mut from = 0;
                    while from < bytes.len() {
                        let upto = bytes.len().min(from + SECTOR - (at + from) % SECTOR);
                        if rng.bool() {
                            write_at(&mut content, at + from, &bytes[from..upto]);
                        }
                        from = upto;
                    }
                }
                _ => {}
            }
        }
        content
    }
}

/// Something that the program did to a file.
#[derive(Debug)]
pub struct Deed {
    /// Under the name by which the file was opened last.
    pub path: PathBuf,
    pub kind: DeedKind,
}

#[derive(Debug, PartialEq, Eq)]
pub enum DeedKind {
    /// So many bytes were written.
    Written(u64),
    /// It was pushed to the disk; `whole` if the time of its change had to be there, too.
    Pushed { whole: bool },
}

/// What a journal says of files, in order.
pub fn deeds(journal: &Path) -> Vec<Deed> {
    let bytes = fs::read(journal).expect("a journal");
    let (mut rest, mut opened, mut found) = (&bytes[..], HashMap::new(), Vec::new());
    while let Some((record, behind)) = Record::read(rest) {
        rest = behind;
        let kind = match record.letter {
            b'C' | b'O' => {
                opened.insert(record.file, record.path());
                continue;
            }
            b'W' => DeedKind::Written(record.bytes.len() as u64),
            b'S' => DeedKind::Pushed { whole: record.number == 0 },
            _ => continue,
        };
        found.push(Deed { path: opened[&record.file].clone(), kind });
    }
    found
}

/// SQLite's index of its log, which it makes anew.
fn is_shared_memory(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

struct Record<'a> {
    letter: u8,
    file: u64,
    number: usize,
    bytes: &'a [u8],
}

impl<'a> Record<'a> {
    /// The first record and what is behind it; none at the end, or where the program died while it wrote one.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, rest) = bytes.split_at_checked(25)?;
        let number = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().expect("8 bytes"));
        let (bytes, rest) = rest.split_at_checked(usize::try_from(number(17)).expect("a length"))?;
        Some((Self { letter: head[0], file: number(1), number: usize::try_from(number(9)).expect("a place"), bytes }, rest))
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(OsStr::from_bytes(self.bytes))
    }

    fn paths(&self) -> (PathBuf, PathBuf) {
        let middle = self.bytes.iter().position(|byte| *byte == 0).expect("two paths");
        let path = |bytes| PathBuf::from(OsStr::from_bytes(bytes));
        (path(&self.bytes[..middle]), path(&self.bytes[middle + 1..]))
    }
}
