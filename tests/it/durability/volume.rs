//! A disk that is full, has no room for more names, or can't be written any more: every API refuses in its own words, reading goes on,
//! and once the disk can be written again everything does, without a restart.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crosstalk::world::Mode;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::census;
use super::disk::{that_stands_still, that_turns_read_only};
use super::office::{Office, Ways};
use super::things::{KINDS, Kind, Thing};
use crate::kit::{Answer, BINARY, Process, wait_until};

/// A write through each API: the thing, the status of a refusal, and where its code stands.
const WRITES: [(&str, u16, &str, &str); 7] = [
    ("message", 503, "", ""),
    ("conference", 503, "/name", "SERVICE_UNAVAILABLE"),
    ("office's message", 503, "/errorCodes/0", "INTERNAL"),
    ("managed room", 503, "/error", "internal"),
    ("seen message", 503, "/name", "Unavailable"),
    ("device", 503, "/errcode", "M_UNKNOWN"),
    ("token", 507, "/error/code", "storage"),
];
/// An upload through each API that takes some.
const UPLOADS: [(&str, u16, &str, &str); 3] =
    [("file", 503, "", ""), ("library file", 503, "/name", "SERVICE_UNAVAILABLE"), ("attachment", 503, "/name", "Unavailable")];

const FULL: &str = "disk is full";
const READ_ONLY: &str = "disk can't be written";

/// Writes after which a full disk has to have refused one: what was reserved for the write-ahead log is used up by then.
const SOON: usize = 600;

/// An office whose server runs on a disk of its own.
struct Volume {
    server: Process,
    ways: Ways,
    /// Its data, as this process sees it.
    dir: PathBuf,
    made: u32,
}

/// A volume in a mount namespace, with these options. None where the system allows no namespaces: `tests/run` says so.
fn mounted(folder: &Path, options: &str) -> Option<Volume> {
    volume(folder, "-rm", &["-t", "tmpfs", "-o", options, "tmpfs"])
}

/// Makes an office on what `mount` brings with these words, seen by its server alone. None where that is not possible here.
fn volume(folder: &Path, namespaces: &str, what: &[&str]) -> Option<Volume> {
    let (dir, seed) = (folder.join("data"), folder.join("seed"));
    fs::create_dir(&dir).expect("a folder");
    let mut probe = Command::new("unshare");
    let works = probe.args([namespaces, "mount"]).args(what).arg(&dir).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !works {
        return None;
    }
    let office = Office::found(&seed, Mode::Office);
    let script = "mount $2 \"$0\" && cp -a \"$1\"/. \"$0\" && shift 2 && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args([namespaces, "sh", "-c", script]).arg(&dir).arg(&seed).arg(what.join(" ")).arg(BINARY);
    let server = Process::spawn(command, &dir, &dir);
    let inside = Path::new("/proc").join(server.pid().to_string()).join("root").join(dir.strip_prefix("/").expect("an absolute path"));
    Some(Volume::new(server, &office, inside))
}

/// An office on a disk with a fault, which begins as soon as there is something at the path that comes with it.
fn switched(folder: &Path, fault: fn(&Path, &Path) -> Command) -> (Volume, PathBuf) {
    let place = folder.canonicalize().expect("a folder");
    let (dir, switch) = (place.join("data"), place.join("switch"));
    let office = Office::found(&dir, Mode::Office);
    let server = Process::spawn(fault(&dir, &switch), &dir, &dir);
    (Volume::new(server, &office, dir), switch)
}

impl Volume {
    fn new(server: Process, office: &Office, dir: PathBuf) -> Self {
        let shared = office.furnish(server.base());
        let ways = office.ways(server.base(), &shared);
        Self { server, ways, dir, made: 0 }
    }

    fn make(&mut self, noun: &str) -> (Thing, Answer) {
        let kind: &'static Kind = KINDS.iter().find(|kind| kind.noun == noun).expect("a kind");
        self.made += 1;
        let mut thing = Thing::new(kind, self.made);
        let answer = thing.make(&self.ways);
        (thing, answer)
    }

    /// Makes one of everything.
    #[track_caller]
    fn make_all(&mut self) -> Vec<Thing> {
        let nouns = WRITES.iter().chain(&UPLOADS).map(|(noun, ..)| *noun);
        nouns
            .map(|noun| {
                let (thing, answer) = self.make(noun);
                assert!(!thing.id.is_empty(), "{noun}: {} {}", answer.status, answer.text());
                thing
            })
            .collect()
    }

    #[track_caller]
    fn shows(&self, things: &[Thing]) {
        for thing in things {
            assert_eq!((thing.kind.look)(&self.ways, thing), thing.expected(Some(0)), "{}", thing.name);
        }
    }

    /// Writes until one is refused, which has to be in the API's own shape; what was acknowledged before is there.
    fn is_refused(&mut self, (noun, status, place, code): (&str, u16, &str, &str), words: &str) {
        let mut made = Vec::new();
        for _ in 0..SOON {
            let (thing, answer) = self.make(noun);
            if answer.status < 300 {
                made.push(thing);
                continue;
            }
            let body = answer.json();
            assert_eq!(answer.status, status, "{noun}: {body}");
            assert!(place.is_empty() || body.pointer(place) == Some(&Value::from(code)), "{noun}: {body}");
            assert!(body.to_string().contains(words), "{noun}: {body}");
            self.shows(&made);
            return;
        }
        panic!("{noun}: {SOON} writes, and none was refused");
    }

    /// Everything goes on, and nothing is left of what was refused.
    fn ends_well(mut self, before: &[Thing]) {
        let after = self.make_all();
        self.shows(before);
        self.shows(&after);
        let faults = self.faults();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert_eq!(fs::read_dir(self.dir.join("files/tmp")).expect("a folder").count(), 0, "an upload that failed left something");
        self.server.kill();
    }

    /// What is wrong in a copy: SQLite does not find its way into another process's mounts. The server stands still meanwhile.
    fn faults(&self) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let pid = Pid::from_raw(i32::try_from(self.server.pid()).expect("a process id")).expect("a process id");
        kill_process(pid, Signal::STOP).expect("a signal");
        let copied = Command::new("cp").arg("-a").arg(self.dir.join(".")).arg(folder.path()).status().expect("a copy");
        kill_process(pid, Signal::CONT).expect("a signal");
        assert!(copied.success(), "no copy");
        census::faults(folder.path())
    }
}

#[test]
fn a_full_disk_is_told_by_every_api_and_all_goes_on_when_there_is_room_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut volume) = mounted(folder.path(), "size=12m") else { return };
    let before = volume.make_all();
    let filler = volume.dir.join("filler");
    fill(&filler);
    for write in WRITES.iter().chain(&UPLOADS) {
        volume.is_refused(*write, FULL);
    }
    volume.shows(&before);
    fs::remove_file(&filler).expect("room again");
    volume.ends_well(&before);
}

/// Takes all room.
fn fill(filler: &Path) {
    let mut file = fs::File::create(filler).expect("a file");
    let block = [1; 4096];
    while file.write_all(&block).is_ok() {}
}

#[test]
fn a_disk_without_room_for_names_takes_messages_but_no_files_until_it_has_some() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut volume) = mounted(folder.path(), "size=64m,nr_inodes=400") else { return };
    let before = volume.make_all();
    let fillers: Vec<PathBuf> =
        (0..400).map(|n| volume.dir.join(format!("filler-{n}"))).take_while(|path| fs::File::create(path).is_ok()).collect();
    assert!(fillers.len() < 400, "the disk has room for more names");
    for upload in UPLOADS {
        volume.is_refused(upload, FULL);
    }
    for (noun, ..) in WRITES {
        let (thing, answer) = volume.make(noun);
        assert!(answer.status < 300, "{noun}: {}", answer.text());
        volume.shows(&[thing]);
    }
    fillers.iter().for_each(|path| fs::remove_file(path).expect("a name again"));
    volume.ends_well(&before);
}

#[test]
fn a_disk_that_turns_read_only_is_told_by_every_api_and_all_goes_on_when_it_can_be_written_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut volume, switch) = switched(folder.path(), that_turns_read_only);
    let before = volume.make_all();
    fs::write(&switch, "").expect("a switch");
    for write in WRITES.iter().chain(&UPLOADS) {
        volume.is_refused(*write, READ_ONLY);
    }
    volume.shows(&before);
    fs::remove_file(&switch).expect("no switch");
    volume.ends_well(&before);
}

/// The same as the kernel does it. Takes root and a file system of its own, so it is asked for with CROSSTALK_LOOP=1.
#[test]
fn a_file_system_that_gives_up_is_told_by_every_api_and_reading_goes_on() {
    if std::env::var_os("CROSSTALK_LOOP").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("image");
    fs::File::create(&image).and_then(|file| file.set_len(64 << 20)).expect("a file");
    assert!(Command::new("mkfs.ext4").arg("-q").arg(&image).status().expect("mkfs.ext4").success());
    let mut volume = volume(folder.path(), "-m", &["-o", "loop", image.to_str().expect("a path")]).expect("a loop device");
    let before = volume.make_all();
    let mut abort = Command::new("nsenter");
    abort.args(["-m", "-t", &volume.server.pid().to_string(), "mount", "-o", "remount,abort"]).arg(folder.path().join("data"));
    assert!(abort.status().expect("nsenter").success());
    for write in WRITES.iter().chain(&UPLOADS) {
        volume.is_refused(*write, READ_ONLY);
    }
    volume.shows(&before);
}

#[test]
fn a_server_does_not_start_on_a_read_only_disk_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    drop(Office::found(&dir, Mode::Office));
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script]).arg(&dir).arg(BINARY);
    match Process::start(command, &["serve"], &dir, &dir) {
        Ok(_) => panic!("it serves"),
        // No namespaces here.
        Err(why) if why.contains("unshare:") || why.contains("mount:") => {}
        Err(why) => assert!(why.contains("Read-only file system") && why.contains("is writable"), "{why}"),
    }
}

/// The commit is held up at the disk until every API has shown what there is.
#[test]
fn no_read_waits_for_a_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut volume, switch) = switched(folder.path(), that_stands_still);
    let before = volume.make_all();
    std::thread::scope(|scope| {
        let standstill = Standstill::begin(&switch);
        let writing = scope.spawn(|| volume.ways.alice.post(&format!("/rooms/{}/messages", volume.ways.shared.room), &[("body", "late")]));
        wait_until("the write waits for the disk", || standstill.is_reached() || writing.is_finished());
        volume.shows(&before);
        assert!(!writing.is_finished(), "the write did not wait for the disk");
        drop(standstill);
        writing.join().expect("an answer").ok();
    });
    volume.ends_well(&before);
}

/// Nothing is pushed to the disk as long as it lasts.
struct Standstill<'a>(&'a Path);

impl<'a> Standstill<'a> {
    fn begin(switch: &'a Path) -> Self {
        fs::write(switch, "").expect("a switch");
        Self(switch)
    }

    fn is_reached(&self) -> bool {
        self.0.with_extension("reached").exists()
    }
}

impl Drop for Standstill<'_> {
    fn drop(&mut self) {
        fs::remove_file(self.0).expect("no switch");
    }
}
