//! Backups by command: made beside a server under way, read through, put back.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crosstalk::backup::Scheduled;
use crosstalk::domain::{Keep, Recurrence, TimeZone, Timestamp};
use crosstalk::jobs::make_backups;
use crosstalk::store::{Clock, Durability, Entropy};
use crosstalk::world::{World, WorldOptions};

use crate::kit::{Chatwork, Process, TestApp, all_answers, exits, number, run};

/// A served office in which somebody has a room with a message and a file.
struct Office {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    secret: String,
    server: Option<Process>,
    room: i64,
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("data");
        exits(&run(&dir, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 0);
        let secret = exits(&run(&dir, &["token", "create", "--dialect", "chatwork", "--user", "aki@example.com"]), 0).0;
        let server = Process::serve(&dir);
        let aki = server.chatwork(&secret);
        let room = aki.create_room("Kept 会議", &[], &[]);
        aki.say(room, "before");
        aki.upload(room, "plan.txt", b"what is kept", None).ok();
        Self { _folder: folder, dir, secret, server: Some(server), room }
    }

    fn aki(&self) -> Chatwork {
        self.server.as_ref().expect("a server").chatwork(&self.secret)
    }

    fn backup(&self, more: &[&str]) -> PathBuf {
        let arguments = [&["backup", "create"], more].concat();
        PathBuf::from(exits(&run(&self.dir, &arguments), 0).0)
    }
}

/// What somebody sees of a room, byte for byte but for addresses.
fn seen(server: &Process, secret: &str, room: i64) -> Vec<String> {
    let aki = server.chatwork(secret);
    let paths = ["/me", "/rooms", "/contacts", "/my/status"].map(str::to_owned);
    let below = ["", "/members", "/messages?force=1", "/files", "/tasks"].map(|below| format!("/rooms/{room}{below}"));
    paths.iter().chain(&below).map(|path| aki.get(path).text().replace(server.base(), "BASE")).collect()
}

/// What a file of the room holds, through its link.
fn content(server: &Process, secret: &str, room: i64) -> Vec<u8> {
    let aki = server.chatwork(secret);
    let file = number(&aki.list(&format!("/rooms/{room}/files"))[0]["file_id"]);
    let link =
        aki.get(&format!("/rooms/{room}/files/{file}?create_download_url=1")).ok()["download_url"].as_str().expect("a link").to_owned();
    crate::kit::send(crate::kit::request("GET", &link)).bytes
}

#[test]
fn an_office_is_put_back_as_it_was_when_the_backup_was_made() {
    let mut office = Office::open();
    let backup = office.backup(&[]);
    assert_eq!(backup.parent(), Some(&*office.dir.join("backups")));
    let server = office.server.take().expect("a server");
    let before = seen(&server, &office.secret, office.room);
    server.chatwork(&office.secret).say(office.room, "afterwards");
    drop(server);

    let again = office.dir.with_file_name("again");
    let (told, words) = exits(&run(&again, &["backup", "restore", &backup.display().to_string()]), 0);
    assert_eq!(told, again.display().to_string());
    assert!(words.contains(&format!("`crosstalk --data {} serve`", again.display())), "{words}");
    let server = Process::serve(&again);
    assert_eq!(seen(&server, &office.secret, office.room), before);
    assert_eq!(content(&server, &office.secret, office.room), b"what is kept");
    server.chatwork(&office.secret).say(office.room, "it goes on");
}

#[test]
fn a_backup_elsewhere_survives_the_loss_of_the_data() {
    let mut office = Office::open();
    let other = office.dir.with_file_name("other disk");
    let backup = office.backup(&["--to", &other.display().to_string()]);
    assert!(backup.starts_with(&other));
    drop(office.server.take());
    fs::remove_dir_all(&office.dir).expect("a loss");
    exits(&run(&office.dir, &["backup", "restore", &backup.display().to_string()]), 0);
    let server = Process::serve(&office.dir);
    assert_eq!(content(&server, &office.secret, office.room), b"what is kept");
}

#[test]
fn backups_are_listed_and_one_without_a_server_is_made_too() {
    let mut office = Office::open();
    let first = office.backup(&[]);
    drop(office.server.take());
    let second = office.backup(&[]);
    fs::create_dir(office.dir.join("backups/.partial-left")).expect("what a crash left");
    let (listed, _) = exits(&run(&office.dir, &["backup", "list"]), 0);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3, "{listed}");
    assert!(lines[1].ends_with(&first.display().to_string()) && lines[2].ends_with(&second.display().to_string()), "{listed}");
    let name = second.file_name().expect("a name").to_string_lossy().into_owned();
    let (told, _) = exits(&run(&office.dir, &["backup", "verify", &name]), 0);
    assert!(told.contains("is whole: the database and 1 file, "), "{told}");
}

/// The only content of a backup.
fn content_file(backup: &Path) -> PathBuf {
    let folder = fs::read_dir(backup.join("files")).expect("contents").next().expect("a folder").expect("an entry").path();
    fs::read_dir(folder).expect("a folder").next().expect("a file").expect("an entry").path()
}

#[test]
fn damage_is_found_and_nothing_damaged_is_put_back() {
    let office = Office::open();
    let again = office.dir.with_file_name("again");
    let damages: [fn(&Path); 5] = [
        |backup| fs::remove_file(content_file(backup)).expect("a loss"),
        |backup| {
            // Another file: the backup's shares its bytes with the data.
            let path = content_file(backup);
            fs::remove_file(&path).expect("a loss");
            fs::write(path, "what is lost").expect("a change");
        },
        |backup| {
            let mut bytes = fs::read(backup.join("app.db")).expect("a database");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(backup.join("app.db"), bytes).expect("a change");
        },
        |backup| fs::remove_file(backup.join("app.db")).expect("a loss"),
        |backup| {
            let text = fs::read_to_string(backup.join("manifest.json")).expect("a manifest");
            let cut = text.find("\"contents\"").expect("a list");
            fs::write(backup.join("manifest.json"), format!("{}\"contents\": []}}", &text[..cut])).expect("a change");
        },
    ];
    for damage in damages {
        let backup = office.backup(&[]);
        damage(&backup);
        let path = backup.display().to_string();
        let (_, words) = exits(&run(&office.dir, &["backup", "verify", &path]), 4);
        assert!(words.contains("damaged"), "{words}");
        exits(&run(&again, &["backup", "restore", &path]), 4);
        assert!(!again.join("app.db").exists());
    }
    let (_, words) = exits(&run(&office.dir, &["backup", "verify", "nowhere"]), 2);
    assert!(words.contains("is no backup"), "{words}");
}

/// The content that a data directory has.
fn kept_content(data: &Path) -> PathBuf {
    let folders = fs::read_dir(data.join("files")).expect("contents").map(|entry| entry.expect("a folder").path());
    let mut contents = folders.filter(|path| !path.ends_with("tmp")).flat_map(|folder| fs::read_dir(folder).expect("a folder"));
    contents.next().expect("a content").expect("an entry").path()
}

#[test]
fn a_file_that_is_lost_costs_no_backup_and_no_export_of_all_the_others() {
    let mut office = Office::open();
    office.aki().upload(office.room, "other.txt", b"what stays", None).ok();
    drop(office.server.take());
    let lost = kept_content(&office.dir);
    fs::remove_file(&lost).expect("a loss");
    let (backup, words) = exits(&run(&office.dir, &["--quiet", "backup", "create"]), 0);
    assert!(words.contains("warning: 1 file is missing in the data directory, so the backup"), "{words}");
    let (told, _) = exits(&run(&office.dir, &["backup", "verify", &backup]), 0);
    assert!(told.contains("and 1 file, ") && told.contains("1 file was missing already"), "{told}");
    let hash = lost.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(fs::read_to_string(Path::new(&backup).join("manifest.json")).expect("a manifest").contains(&hash));
    let [again, out, imported] = ["again", "out", "imported"].map(|name| office.dir.with_file_name(name));
    let (_, words) = exits(&run(&again, &["backup", "restore", &backup]), 0);
    assert!(words.contains("1 file was missing already"), "{words}");

    let (_, words) = exits(&run(&again, &["export", &out.display().to_string()]), 0);
    assert!(words.contains("and 1 file, ") && words.contains("so the export is without"), "{words}");
    let (_, words) = exits(&run(&imported, &["import", &out.display().to_string()]), 0);
    assert!(words.contains("1 file is missing"), "{words}");
    let server = Process::serve(&imported);
    assert_eq!(server.chatwork(&office.secret).list(&format!("/rooms/{}/files", office.room)).len(), 2, "both are listed");
}

#[test]
fn a_database_that_is_none_is_damage_even_if_the_manifest_fits() {
    let office = Office::open();
    let backup = office.backup(&[]);
    let (database, manifest) = (backup.join("app.db"), backup.join("manifest.json"));
    let hash = |bytes: &[u8]| data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(bytes));
    let (before, text) = (fs::read(&database).expect("a database"), fs::read_to_string(&manifest).expect("a manifest"));
    let after = vec![b'x'; before.len()];
    fs::write(&database, &after).expect("a change");
    fs::write(&manifest, text.replace(&hash(&before), &hash(&after))).expect("a change");
    let (_, words) = exits(&run(&office.dir, &["backup", "verify", &backup.display().to_string()]), 4);
    assert!(words.contains("is no database that can be read"), "{words}");
}

#[test]
fn what_holds_data_is_never_written_over() {
    let office = Office::open();
    let backup = office.backup(&[]).display().to_string();
    exits(&run(&office.dir, &["backup", "restore", &backup]), 5);
    let other = office.dir.with_file_name("other");
    exits(&run(&other, &["user", "create", "--email", "eve@example.com", "--name", "Eve"]), 0);
    let (_, words) = exits(&run(&other, &["backup", "restore", &backup]), 2);
    assert!(words.contains("holds data already"), "{words}");
    office.aki().get("/me").ok();
}

/// SQLite would write into it, so that it were no longer what its manifest says.
#[test]
fn a_backup_is_no_data_directory() {
    let office = Office::open();
    let backup = office.backup(&[]);
    let export = office.dir.with_file_name("export");
    exits(&run(&office.dir, &["export", &export.display().to_string()]), 0);
    for copy in [&backup, &export] {
        let before = names_below(copy);
        for command in [&["user", "list"][..], &["token", "list"], &["setup-url"], &["serve", "--listen", "127.0.0.1:0"], &["sandbox"]] {
            let (_, words) = exits(&run(copy, command), 1);
            assert!(words.contains("is a backup or an export") || command == ["setup-url"], "{words}");
        }
        assert_eq!(names_below(copy), before);
    }
    let shown = backup.display().to_string();
    exits(&run(&office.dir, &["backup", "verify", &shown]), 0);
    let again = office.dir.with_file_name("again");
    let (_, words) = exits(&run(&again, &["import", &shown]), 2);
    assert!(words.contains("it is a backup, which `crosstalk backup restore`"), "{words}");
    let (_, words) = exits(&run(&again, &["backup", "restore", &export.display().to_string()]), 2);
    assert!(words.contains("it is an export, which `crosstalk import`"), "{words}");
    assert!(!again.exists(), "what was made for nothing goes again");
    exits(&run(&again, &["backup", "restore", &shown]), 0);
}

fn names_below(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// SQLite would play the log of changes of the former database into the one that was put back.
#[test]
fn nothing_is_put_where_a_part_of_other_data_stands() {
    let office = Office::open();
    let backup = office.backup(&[]).display().to_string();
    let again = office.dir.with_file_name("again");
    fs::create_dir(&again).expect("a folder");
    for part in ["app.db-wal", "app.db-shm", "files"] {
        fs::write(again.join(part), "what was there").expect("a part");
        let (_, words) = exits(&run(&again, &["backup", "restore", &backup]), 2);
        assert!(words.contains(&format!("holds data already: {part}.")) && words.contains("--data DIR"), "{words}");
        assert_eq!(fs::read_to_string(again.join(part)).expect("a part"), "what was there");
        fs::remove_file(again.join(part)).expect("a part");
    }
    exits(&run(&again, &["backup", "restore", &backup]), 0);
}

#[test]
fn nobody_else_can_read_a_backup() {
    let office = Office::open();
    let shelf = office.dir.with_file_name("shelf");
    for backup in [office.backup(&[]), office.backup(&["--to", &shelf.display().to_string()])] {
        assert_eq!(fs::metadata(&backup).expect("a folder").permissions().mode() & 0o777, 0o700, "{}", backup.display());
    }
}

#[test]
fn writing_goes_on_while_backups_are_made() {
    let office = Office::open();
    let aki = office.aki();
    std::thread::scope(|scope| {
        let made = scope.spawn(|| (0..5).map(|_| office.backup(&[])).collect::<Vec<_>>());
        let mut said = 0;
        while !made.is_finished() {
            aki.say(office.room, "meanwhile");
            aki.upload(office.room, "more.txt", format!("more {said}").as_bytes(), None).ok();
            said += 1;
        }
        for backup in made.join().expect("backups") {
            exits(&run(&office.dir, &["backup", "verify", &backup.display().to_string()]), 0);
        }
        assert!(said > 0);
    });
}

/// The drill: a backup is worth what comes back of it, whichever API asks.
#[test]
fn a_restored_sandbox_answers_the_same_in_every_dialect() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, other, again] = ["data", "other", "again"].map(|name| folder.path().join(name));
    let server = Process::sandbox(&data);
    all_answers(server.base());
    let before = all_answers(server.base());
    let backup = exits(&run(&data, &["backup", "create", "--to", &other.display().to_string()]), 0).0;
    drop(server);
    fs::remove_dir_all(&data).expect("a loss");
    exits(&run(&again, &["backup", "restore", &backup]), 0);
    let server = Process::sandbox(&again);
    for (old, new) in before.iter().zip(all_answers(server.base())) {
        assert_eq!(*old, new);
    }
}

/// Device and number of a file, which all of its names share.
fn identity(path: &Path) -> (u64, u64) {
    let found = fs::metadata(path).expect("a file");
    (found.dev(), found.ino())
}

#[test]
fn on_one_disk_a_backup_is_a_second_name_for_the_same_contents() {
    let office = Office::open();
    let shelf = office.dir.with_file_name("shelf");
    let kept = kept_content(&office.dir);
    for backup in [office.backup(&[]), office.backup(&["--to", &shelf.display().to_string()])] {
        assert_eq!(identity(&content_file(&backup)), identity(&kept), "{}", backup.display());
        assert_ne!(identity(&backup.join("app.db")), identity(&office.dir.join("app.db")), "a database goes on changing");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs this should know what was not tried")]
fn a_backup_on_another_disk_holds_all_bytes_and_brings_every_answer_back() {
    let (folder, memory) = (tempfile::tempdir().expect("a folder"), Path::new("/dev/shm"));
    let device = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
    let here = device(folder.path());
    if device(memory).is_none_or(|found| Some(found) == here) {
        println!("nothing was tried: /dev/shm is no other disk here");
        return;
    }
    let (data, disk) = (folder.path().join("data"), tempfile::tempdir_in(memory).expect("another disk"));
    let server = Process::sandbox(&data);
    // What is asked first moves marks.
    all_answers(server.base());
    let before = all_answers(server.base());
    let backup = exits(&run(&data, &["backup", "create", "--to", &disk.path().display().to_string()]), 0).0;
    assert!(Path::new(&backup).starts_with(disk.path()), "{backup}");
    let content = content_file(Path::new(&backup));
    assert!(device(&content).is_some_and(|found| Some(found) != here), "{} has to be on the other disk", content.display());
    assert!(exits(&run(&data, &["backup", "verify", &backup]), 0).0.contains("is whole"));

    drop(server);
    fs::remove_dir_all(&data).expect("a loss");
    exits(&run(&data, &["backup", "restore", &backup]), 0);
    assert_eq!(device(&kept_content(&data)), here);
    let server = Process::sandbox(&data);
    for (old, new) in before.iter().zip(all_answers(server.base())) {
        assert_eq!(*old, new);
    }
}

/// Does what the job does once, at this moment of the world's clock.
fn pass(app: &TestApp, scheduled: &Arc<Scheduled>) {
    pass_in(&app.world, scheduled);
}

fn pass_in(world: &Arc<World>, scheduled: &Arc<Scheduled>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(make_backups(world.clone(), scheduled.clone())).expect("a pass");
}

fn nightly(folder: &Path, keep: Keep) -> Arc<Scheduled> {
    Arc::new(Scheduled::new(Recurrence::parse("03:30"), folder.to_owned(), keep))
}

/// Names of the backups in a folder, oldest first.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

const DAY_S: i64 = 24 * 60 * 60;

#[test]
fn backups_come_every_night_and_old_ones_go() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scheduled = nightly(folder.path(), Keep { days: 2, weeks: 1 });
    pass(&app, &scheduled);
    pass(&app, &scheduled);
    assert_eq!(names(folder.path()).len(), 1, "the first one comes at once, and only once");
    let kept = app.world.clone();
    crosstalk::backup::create(&kept, folder.path(), crosstalk::backup::UNWATCHED).expect("one that somebody asked for");
    for _ in 0..20 {
        app.advance_s(DAY_S);
        pass(&app, &scheduled);
        pass(&app, &scheduled);
    }
    let names = names(folder.path());
    let (by_hand, by_itself): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| !name.ends_with("-scheduled"));
    assert_eq!((by_hand.len(), by_itself.len()), (1, 2), "{names:?}");
    let listed = crosstalk::backup::list(folder.path()).expect("a list");
    assert_eq!(listed.len(), 3);
    crosstalk::backup::verify(&listed[2].path, crosstalk::backup::UNWATCHED).expect("it is whole");
    let next = scheduled.next(&app.world, &TimeZone::parse("UTC").expect("a zone")).expect("a time").expect("a schedule");
    assert!(next > app.world.clock().now() && next.to_string().ends_with("T03:30:00Z"), "{next}");
}

/// Opens a world, with a clock of its own.
fn open_world(dir: &Path, seed: u64) -> Arc<World> {
    let (clock, entropy) = (Clock::fixed(Timestamp::from_seconds(1_800_000_000)), Entropy::seeded(seed));
    let options = WorldOptions {
        mode: None,
        durability: Durability::Off,
        clock,
        entropy,
        server_name: "test.local".to_owned(),
        max_read_steps: None,
    };
    World::open(dir, options).expect("a world")
}

/// Somebody tries a restore, and both run.
#[test]
fn an_office_and_its_restored_copy_take_turns_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let [shelf, first, second, other] = ["shelf", "office", "copy", "other"].map(|name| folder.path().join(name));
    let office = open_world(&first, 1);
    let backup = crosstalk::backup::create(&office, &other, crosstalk::backup::UNWATCHED).expect("a backup");
    crosstalk::backup::restore(&backup.path, &second).expect("a copy");
    let copy = open_world(&second, 2);
    assert_eq!(office.id(), copy.id());
    let [of_office, of_copy] = [(); 2].map(|()| nightly(&shelf, Keep { days: 1, weeks: 1 }));
    pass_in(&office, &of_office);
    let made = names(&shelf);
    assert_eq!((made.len(), of_copy.newest(&copy)), (1, None));
    for _ in 0..20 {
        copy.clock().advance_ms(DAY_S * 1_000);
        pass_in(&copy, &of_copy);
    }
    assert!(shelf.join(&made[0]).exists() && names(&shelf).len() < 4, "{:?}", names(&shelf));
    office.clock().advance_ms(20 * DAY_S * 1_000);
    let before = of_copy.newest(&copy);
    pass_in(&office, &of_office);
    assert!(of_office.newest(&office) != before && of_copy.newest(&copy) == before, "{:?}", names(&shelf));
    assert!(!shelf.join(&made[0]).exists(), "it is the office's own");
}

/// Two servers on one machine, with one disk for their backups.
#[test]
fn worlds_that_share_a_folder_go_each_by_their_own_backups() {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = folder.path().join("shelf");
    let [one, other] = [1, 2].map(|seed| open_world(&folder.path().join(seed.to_string()), seed));
    let [first, second] = [(); 2].map(|()| nightly(&shelf, Keep { days: 1, weeks: 1 }));
    pass_in(&one, &first);
    assert_eq!(second.newest(&other), None);
    pass_in(&other, &second);
    let of = |world: &World| {
        let listed = crosstalk::backup::list(&shelf).expect("a list").into_iter();
        listed.filter(|backup| backup.is_of(&world.id())).map(|backup| backup.path).collect::<Vec<_>>()
    };
    let kept = of(&one);
    assert_eq!((kept.len(), of(&other).len()), (1, 1));
    for _ in 0..20 {
        other.clock().advance_ms(DAY_S * 1_000);
        pass_in(&other, &second);
    }
    assert_eq!(of(&one), kept, "nobody clears away what is another one's");
    assert!(of(&other).len() < 3);

    // Made before manifests named worlds: it counts for whoever looks.
    let manifest = kept[0].join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let is_of_before = |line: &&str| !line.contains("\"world\":") && !line.contains("\"directory\":");
    fs::write(&manifest, text.lines().filter(is_of_before).collect::<Vec<_>>().join("\n")).expect("an old manifest");
    assert!(of(&one).contains(&kept[0]) && of(&other).contains(&kept[0]));
    other.clock().advance_ms(DAY_S * 1_000);
    pass_in(&other, &second);
    assert_eq!(of(&one), Vec::<PathBuf>::new(), "what nobody knows whose it is does not pile up");
}

#[test]
fn the_last_copies_of_lost_files_outlast_the_rotation_until_the_files_are_back() {
    let app = TestApp::start();
    app.admin();
    let (alice, data) = (app.chatwork("alice"), app.world.dir().to_owned());
    let (shelf, room) = (data.join("backups"), alice.create_room("Kept", &[], &[]));
    let scheduled = nightly(&shelf, Keep { days: 1, weeks: 1 });
    let nights = |count| {
        for _ in 0..count {
            app.advance_s(DAY_S);
            pass(&app, &scheduled);
        }
    };
    let lost = ["first", "second"].map(|name| {
        alice.upload(room, name, name.as_bytes(), None).ok();
        nights(1);
        let (content, holder) = (kept_content(&data), shelf.join(names(&shelf).pop().expect("a backup")));
        fs::remove_file(&content).expect("a loss");
        (content, holder)
    });
    nights(20);
    let holders = || lost.each_ref().map(|(_, holder)| holder.exists());
    assert_eq!((holders(), names(&shelf).len()), ([true, true], 3), "those two and the latest: {:?}", names(&shelf));
    let admin = app.admin_again();
    assert_eq!(admin.get("/overview?organization=office").ok()["last_backup_lacks"], 2);
    let found = admin.get("/diagnostics").ok();
    assert_eq!((&found["last_backup_lacks"], &found["checks"]["backup"]), (&2.into(), &"warning".into()));

    let (content, holder) = &lost[0];
    fs::copy(content_file(holder), content).expect("it is put back");
    nights(1);
    assert_eq!((holders(), names(&shelf).len()), ([false, true], 2), "{:?}", names(&shelf));
    assert_eq!(app.admin_again().get("/overview?organization=office").ok()["last_backup_lacks"], 1);
}

#[test]
fn the_doctor_shows_the_command_that_puts_lost_files_back() {
    let mut office = Office::open();
    drop(office.server.take());
    let whole = office.backup(&[]);
    let lost = kept_content(&office.dir);
    fs::remove_file(&lost).expect("a loss");
    let lacking = office.backup(&[]);
    let (found, _) = exits(&run(&office.dir, &["doctor"]), 4);
    let told = format!(
        "warning  backup           the newest one, {}, lacks files, 1 of them; missing in the data directory now: 1;",
        lacking.display()
    );
    let command = format!("cp -an '{}' '{}'", whole.join("files").display(), office.dir.display());
    assert!(found.contains(&told) && found.contains(&format!("`{command}`")), "{found}");
    let done = Command::new("sh").args(["-c", &command]).status().expect("a command");
    assert!(done.success() && fs::read(&lost).expect("a content") == b"what is kept");
    let (found, _) = exits(&run(&office.dir, &["doctor"]), 0);
    assert!(found.contains("they are back by now"), "{found}");
    [whole, lacking].iter().for_each(|backup| fs::remove_dir_all(backup).expect("backups are gone"));
    fs::remove_file(&lost).expect("a loss");
    office.backup(&[]);
    let (found, _) = exits(&run(&office.dir, &["doctor"]), 4);
    assert!(found.contains("missing in the data directory and in all backups there: 1"), "{found}");
}

/// As much of a manifest as is read, of before manifests named worlds.
const OF_BEFORE: &str = r#"{"format": 1, "contents": []}"#;

/// A backup by its looks.
fn put_backup(shelf: &Path, name: &str, manifest: &str) -> PathBuf {
    let backup = shelf.join(name);
    fs::create_dir_all(&backup).expect("a folder");
    fs::write(backup.join("manifest.json"), manifest).expect("a manifest");
    backup
}

#[test]
fn what_somebody_renamed_is_never_cleared_away() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scheduled = nightly(folder.path(), Keep { days: 1, weeks: 1 });
    let put = |mark: &str| put_backup(folder.path(), &format!("2020-01-01T00-00-00Z-{mark}"), OF_BEFORE);
    let going = ["scheduled", "scheduled-2"].map(put);
    let renamed = ["scheduled-keep", "scheduled-2-keep", "scheduled2", "kept-scheduled"].map(put);
    pass(&app, &scheduled);
    assert!(going.iter().all(|path| !path.exists()), "{:?}", names(folder.path()));
    assert!(renamed.iter().all(|path| path.exists()), "{:?}", names(folder.path()));
}

/// It may be another server's, which can mend it.
#[test]
fn what_tells_nothing_of_itself_counts_for_nothing_and_stays() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scheduled = nightly(folder.path(), Keep { days: 1, weeks: 1 });
    let now = app.world.clock().now().to_string().replace(':', "-");
    let put = |made: &str| put_backup(folder.path(), &format!("{made}-scheduled-9"), r#"{"format": 1, "wor"#);
    let damaged = [now.as_str(), "2019-01-01T00-00-00Z"].map(put);
    assert_eq!(scheduled.newest(&app.world), None);
    pass(&app, &scheduled);
    assert!(folder.path().join(format!("{now}-scheduled")).exists(), "it is due: {:?}", names(folder.path()));
    for _ in 0..3 {
        app.advance_s(8 * DAY_S);
        pass(&app, &scheduled);
    }
    assert!(damaged.iter().all(|path| path.exists()), "{:?}", names(folder.path()));
}

#[test]
fn a_clock_that_was_wrong_once_stops_no_backups() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scheduled = nightly(folder.path(), Keep { days: 2, weeks: 1 });
    let future = put_backup(folder.path(), "2136-01-01T00-00-00Z-scheduled", OF_BEFORE);
    assert_eq!(scheduled.newest(&app.world), None);
    for made in 1..=2 {
        pass(&app, &scheduled);
        assert_eq!(names(folder.path()).len(), made + 1);
        app.advance_s(DAY_S);
    }
    assert!(future.exists(), "it may be the only one there is");
}

fn make_old(path: &Path) {
    let file = fs::File::open(path).expect("a file");
    let modified = file.metadata().expect("a file").modified().expect("a time");
    file.set_modified(modified - Duration::from_secs(2 * 24 * 60 * 60)).expect("a time");
}

/// The backup is there, whatever else went wrong.
#[test]
fn what_can_not_be_cleared_away_makes_no_backup_a_failure() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scheduled = nightly(folder.path(), Keep { days: 1, weeks: 1 });
    pass(&app, &scheduled);
    let (first, notes) = (names(folder.path()).remove(0), folder.path().join(".partial-notes"));
    fs::create_dir_all(folder.path().join(format!(".partial-{first}/in the way"))).expect("a folder");
    fs::write(&notes, "somebody's").expect("a file");
    make_old(&notes);
    for _ in 0..20 {
        app.advance_s(DAY_S);
        pass(&app, &scheduled);
        assert_eq!(scheduled.failure(), None);
    }
    assert!(folder.path().join(&first).exists() && notes.exists(), "{:?}", names(folder.path()));
    let entries = app.in_store(|tx| crosstalk::store::audit::list_after(tx, 0, 1_000));
    assert_eq!(entries.iter().filter(|entry| entry.action == "backup.made").count(), 21);
}

#[test]
fn what_a_killed_backup_left_goes_with_the_next_one_whoever_asks_for_it() {
    let mut office = Office::open();
    drop(office.server.take());
    let [old, young] = ["old", "young"].map(|name| office.dir.join("backups/.partial-".to_owned() + name));
    [&old, &young].into_iter().for_each(|left| fs::create_dir_all(left.join("files")).expect("what was left"));
    make_old(&old);
    office.backup(&[]);
    assert_eq!((old.exists(), young.exists()), (false, true));
}

#[test]
fn a_scheduled_backup_that_fails_is_told_and_tried_again() {
    let app = TestApp::start();
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = folder.path().join("shelf");
    fs::write(&shelf, "no folder").expect("something in the way");
    let scheduled = nightly(&shelf, Keep { days: 2, weeks: 1 });
    pass(&app, &scheduled);
    let failure = scheduled.failure().expect("a failure");
    assert!(failure.why.contains("shelf"), "{failure:?}");
    fs::remove_file(&shelf).expect("out of the way");
    pass(&app, &scheduled);
    assert_eq!(scheduled.failure(), Some(failure), "not at once");
    app.advance_s(15 * 60);
    pass(&app, &scheduled);
    assert_eq!((scheduled.failure(), names(&shelf).len()), (None, 1));
}
