//! Everything goes out in an open format and comes back: the same bytes, the same answers, or nothing at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use data_encoding::HEXLOWER;
use rusqlite::types::ValueRef;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::kit::{BINARY, Process, all_answers, exits, run};

fn export(data: &Path, to: &Path) {
    let (told, _) = exits(&run(data, &["export", &to.display().to_string()]), 0);
    assert_eq!(told, to.display().to_string());
}

fn import(from: &Path, data: &Path) -> Output {
    run(data, &["import", &from.display().to_string()])
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(&next).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.insert(path.strip_prefix(folder).expect("below it").to_owned(), bytes);
            }
        }
    }
    found
}

/// A folder with a seeded sandbox in `data`, exported into `out` beside its server.
fn exported() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, out) = (folder.path().join("data"), folder.path().join("out"));
    let _server = Process::sandbox(&data);
    export(&data, &out);
    (folder, out)
}

#[test]
fn what_is_exported_and_imported_answers_and_exports_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, out, again, out_again] = ["data", "out", "again", "out again"].map(|name| folder.path().join(name));
    let server = Process::sandbox(&data);
    all_answers(server.base());
    let before = all_answers(server.base());
    assert!(before.len() > 100, "{}", before.len());
    export(&data, &out);
    drop(server);

    exits(&import(&out, &again), 0);
    export(&again, &out_again);
    assert_eq!(files(&out_again), files(&out), "the same bytes");

    let (_, words) = exits(&run(&again, &["serve", "--listen", "127.0.0.1:0"]), 6);
    assert!(words.contains("sandbox"), "it is still a sandbox: {words}");
    let server = Process::sandbox(&again);
    for (old, new) in before.iter().zip(all_answers(server.base())) {
        assert_eq!(*old, new);
    }
}

#[test]
fn an_office_goes_on_after_an_import_and_its_audit_log_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, out, again] = ["data", "out", "again"].map(|name| folder.path().join(name));
    exits(&run(&data, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 0);
    let secret = exits(&run(&data, &["token", "create", "--dialect", "chatwork", "--user", "aki@example.com"]), 0).0;
    export(&data, &out);
    exits(&import(&out, &again), 0);
    exits(&run(&again, &["user", "create", "--email", "bea@example.com", "--name", "Bea"]), 0);
    {
        let server = Process::serve(&again);
        let aki = server.chatwork(&secret);
        let room = aki.create_room("Afterwards", &[], &[]);
        aki.say(room, "it goes on");
    }
    let world = crate::kit::open_office(&again);
    let verdict = crosstalk::ops::audit::verify_chain(|check| world.read(|tx| check.step(tx))).expect("a check");
    assert!(matches!(verdict, crosstalk::domain::ChainVerdict::Whole(_)), "{verdict:?}");
    let exports = world.read(|tx| crosstalk::store::audit::list_after(tx, 0, 100)).expect("a log");
    assert!(!exports.iter().any(|entry| entry.action == "data.exported"), "the export does not hold its own entry");
}

#[test]
fn what_is_there_is_never_written_over() {
    let (folder, out) = exported();
    let data = folder.path().join("data");
    let (_, words) = exits(&run(&data, &["export", &out.display().to_string()]), 2);
    assert!(words.contains("is not empty"), "{words}");
    let (_, words) = exits(&import(&out, &data), 2);
    assert!(words.contains("holds data already"), "{words}");
    let server = Process::sandbox(&data);
    exits(&import(&out, &data), 5);
    drop(server);
    let (_, words) = exits(&import(&data, &folder.path().join("new")), 2);
    assert!(words.contains("is no export"), "{words}");
}

#[test]
fn a_damaged_file_stops_an_export_with_words_about_the_export() {
    let (folder, _) = exported();
    let data = folder.path().join("data");
    let (content, _) = files(&data.join("files")).into_iter().next().expect("a content");
    fs::write(data.join("files").join(&content), "other").expect("damage");
    let another = folder.path().join("another");
    let (_, words) = exits(&run(&data, &["export", &another.display().to_string()]), 1);
    assert!(words.contains("Nothing was exported") && words.contains("doctor --deep") && !another.exists(), "{words}");
}

/// A disk that is mounted there can't be replaced by a folder. Where the system allows no namespaces there is nothing to try.
#[test]
fn an_export_to_where_a_disk_begins_is_refused_before_anything_is_written() {
    let (folder, _) = exported();
    let (data, disk) = (folder.path().join("data"), folder.path().join("disk"));
    fs::create_dir(&disk).expect("a folder");
    let mounted = |then: &[&str]| {
        let script = "mount -t tmpfs tmpfs \"$0\" && exec \"$@\"";
        Command::new("unshare").args(["-rm", "sh", "-c", script]).arg(&disk).args(then).output()
    };
    if !mounted(&["true"]).is_ok_and(|output| output.status.success()) {
        return;
    }
    let data = data.display().to_string();
    let output = mounted(&[BINARY, "--data", &data, "export", &disk.display().to_string()]).expect("a command");
    let (_, words) = exits(&output, 2);
    assert!(words.contains("another disk begins at") && words.contains("disk/export"), "{words}");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".partial-")), "{left:?}");
}

/// An import that was killed leaves its database; what came into that directory afterwards is not its own.
#[test]
fn what_a_cut_off_import_left_never_costs_a_world_its_files() {
    let (folder, out) = exported();
    let [data, again] = ["data", "again"].map(|name| folder.path().join(name));
    let kept = files(&data.join("files"));
    assert!(!kept.is_empty());
    fs::write(data.join(".unfinished-app.db"), "cut off").expect("what was left");
    let (_, words) = exits(&import(&out, &data), 2);
    assert_eq!(files(&data.join("files")), kept);
    assert!(words.contains("holds data already: app.db, "), "{words}");
    exits(&run(&data, &["user", "list"]), 0);
    assert!(!data.join(".unfinished-app.db").exists(), "whoever opens the world clears it away");

    fs::create_dir_all(again.join("files/ab")).expect("a folder");
    fs::write(again.join(".unfinished-app.db"), "cut off").expect("what was left");
    let (_, words) = exits(&run(&again, &["user", "create", "--email", "aki@example.com", "--name", "Aki"]), 1);
    assert!(words.contains("was never finished") && !again.join("app.db").exists(), "{words}");
    fs::write(again.join("app.db-wal"), "of another database").expect("a part");
    exits(&import(&out, &again), 2);
    assert!(again.join("files/ab").exists() && again.join(".unfinished-app.db").exists());
    fs::remove_file(again.join("app.db-wal")).expect("a part");
    exits(&import(&out, &again), 0);
    assert_eq!(files(&again.join("files")), files(&out.join("files")));
}

/// Changes a row of a noun, and tells the manifest so: whoever edits an export by hand does the same.
fn edit(out: &Path, noun: &str, line: usize, change: impl FnOnce(&mut Value)) {
    let path = out.join(format!("{noun}.jsonl"));
    let text = fs::read_to_string(&path).expect("rows");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut row = serde_json::from_str(&lines[line - 1]).expect("a row");
    change(&mut row);
    lines[line - 1] = row.to_string();
    let text = lines.join("\n") + "\n";
    fs::write(&path, &text).expect("a change");
    let manifest = out.join("manifest.json");
    let mut told: Value = serde_json::from_slice(&fs::read(&manifest).expect("a manifest")).expect("JSON");
    let hash = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()));
    let files = told["nouns"].as_array_mut().expect("nouns");
    let file = files.iter_mut().find(|file| file["file"] == format!("{noun}.jsonl")).expect("a noun");
    (file["sha256"], file["bytes"]) = (hash.into(), text.len().into());
    fs::write(&manifest, told.to_string()).expect("a change");
}

/// A copy of an export that may be broken.
fn copy(out: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files(out) {
        let to = copy.path().join(path);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::write(to, bytes).expect("a file");
    }
    copy
}

#[test]
fn a_row_edited_by_hand_is_imported_when_it_makes_sense() {
    let (folder, out) = exported();
    edit(&out, "organization", 1, |row| row["name"] = "Renamed 会社".into());
    let again = folder.path().join("again");
    exits(&import(&out, &again), 0);
    let (listed, _) = exits(&run(&again, &["organization", "list"]), 0);
    assert!(listed.contains("Renamed 会社"), "{listed}");
}

#[test]
fn what_makes_no_sense_is_refused_with_its_line_and_nothing_is_left() {
    let (folder, out) = exported();
    let again = folder.path().join("again");
    type Break = fn(&Path);
    let cases: [(Break, &str); 15] = [
        (|out| edit(out, "account", 2, |row| row["colour"] = "red".into()), "account.jsonl, line 2: its field \"colour\" is not known"),
        (
            |out| edit(out, "message", 3, |row| drop(row.as_object_mut().expect("a row").shift_remove("sent_ms"))),
            "message.jsonl, line 3: its field \"sent_ms\" is missing",
        ),
        (|out| edit(out, "room", 1, |row| row["id"] = "one".into()), "room.jsonl, line 1: its field \"id\" is not a whole number"),
        (|out| edit(out, "room", 1, |row| row["name"] = 7.into()), "room.jsonl, line 1: its field \"name\" is not a text"),
        (
            |out| edit(out, "token", 1, |row| row["hash"] = "xyz".into()),
            "token.jsonl, line 1: its field \"hash\" is not a text of hexadecimal",
        ),
        (
            |out| edit(out, "message", 2, |row| row["author_id"] = 1.into()),
            "message.jsonl, line 2: the database does not take it: FOREIGN KEY",
        ),
        (|out| edit(out, "room", 2, |row| row["kind"] = "cave".into()), "room.jsonl, line 2: the database does not take it: CHECK"),
        (|out| edit(out, "message", 2, |row| row["version_id"] = 1.into()), "a message names a version that is not its own"),
        (|out| edit(out, "message", 2, |row| row["sent_ms"] = i64::MAX.into()), "a message has an id from before it was sent"),
        (|out| edit(out, "message", 2, |row| row["shown_ms"] = i64::MAX.into()), "shows a time more than five minutes after that"),
        (|out| edit(out, "audit", 2, |row| row["previous"] = "00".repeat(32).into()), "audit.jsonl, line 2"),
        (|out| edit(out, "audit_edge", 2, |row| row["seq"] = json!(999)), "audit_edge.jsonl: its rows"),
        (
            |out| {
                let path = out.join("room.jsonl");
                let text = fs::read_to_string(&path).expect("rows").replace("\"group\"", "\"groups\"");
                fs::write(path, text).expect("a change");
            },
            "room.jsonl, line",
        ),
        (|out| fs::remove_file(out.join("task.jsonl")).expect("a loss"), "task.jsonl"),
        (
            |out| {
                let content = files(&out.join("files")).into_keys().next().expect("a content");
                fs::write(out.join("files").join(content), "other").expect("a change");
            },
            "is not what its name says",
        ),
    ];
    for (damage, expected) in cases {
        let broken = copy(&out);
        damage(broken.path());
        let output = import(broken.path(), &again);
        assert!([1, 4].contains(&output.status.code().expect("an end")), "{output:?}");
        let (_, words) = exits(&output, output.status.code().expect("an end"));
        assert!(words.contains(expected), "{expected}: {words}");
        assert!(!again.exists(), "{expected}: what was made for nothing goes again");
    }
    exits(&import(&out, &again), 0);
}

#[test]
fn what_another_program_made_is_refused_in_time() {
    let (folder, out) = exported();
    let again = folder.path().join("again");
    let told = fs::read_to_string(out.join("manifest.json")).expect("a manifest");
    let mut manifest: Value = serde_json::from_str(&told).expect("JSON");
    let mut says = |key: &str, value: Value, code: i32| {
        let kept = manifest[key].clone();
        manifest[key] = value;
        fs::write(out.join("manifest.json"), manifest.to_string()).expect("a change");
        manifest[key] = kept;
        exits(&import(&out, &again), code).1
    };
    assert!(says("format", json!(2), 2).contains("its format is 2, this program knows 1"));
    assert!(says("schema", json!(9_999), 6).contains("or a newer one"));
    assert!(says("schema", json!(1), 6).contains("upgrades that data directory"));
    assert!(says("mode", json!("office"), 4).contains("do not say the same mode"));
    assert!(says("contents", json!([]), 4).contains("does not list the contents"));
    assert!(says("extra", json!(1), 2).contains("unknown field"));
    fs::write(out.join("manifest.json"), told).expect("a change");
    exits(&import(&out, &again), 0);
}

/// Makes an export as a program of a former schema made it, of the database that the tests of upgrades have of it. Contents are not
/// kept there: all rows name one.
fn export_of_former(schema: u32, known: &Path, out: &Path) {
    const CONTENT: &[u8] = b"what was in a file";
    let sql =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schemas/{schema}.sql"))).expect("a fixture");
    let conn = rusqlite::Connection::open_in_memory().expect("a database");
    conn.execute_batch(&sql).expect("a fixture");
    let hash = Sha256::digest(CONTENT);
    for table in ["file", "attachment", "recording", "report", "library_file"] {
        let change = format!("UPDATE {table} SET hash = ?1, bytes = ?2 WHERE hash IS NOT NULL");
        conn.execute(&change, (hash.as_slice(), CONTENT.len() as i64)).expect("a change");
    }
    if schema == 14 {
        let begun =
            "INSERT INTO erasure SELECT id, 'gone@x.example', 'Gone', 1, 'traces', 0, 0, 5 FROM account WHERE kind = 'person' LIMIT 1";
        assert_eq!(conn.execute(begun, []).expect("an erasure"), 1);
    }
    let named = HEXLOWER.encode(&hash);
    let content = out.join("files").join(&named[..2]);
    fs::create_dir_all(&content).expect("a folder");
    fs::write(content.join(&named), CONTENT).expect("a content");
    let manifest: Value = serde_json::from_slice(&fs::read(known.join("manifest.json")).expect("a manifest")).expect("JSON");
    let files = manifest["nouns"].as_array().expect("nouns").iter().map(|noun| noun["file"].as_str().expect("a file"));
    let nouns: Vec<Value> = files.filter_map(|file| write_rows(&conn, file, out)).collect();
    let manifest = json!({
        "format": 1, "version": "0.0.1", "schema": schema, "mode": "office", "nouns": nouns,
        "contents": [{"sha256": named, "bytes": CONTENT.len()}]
    });
    fs::write(out.join("manifest.json"), manifest.to_string()).expect("a manifest");
}

/// Writes the rows of a table; gives what the manifest says of them, none if there is no such table.
fn write_rows(conn: &rusqlite::Connection, file: &str, out: &Path) -> Option<Value> {
    let table = file.strip_suffix(".jsonl").expect("a name");
    let keys: Vec<String> = {
        let mut keys = conn.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE pk > 0 ORDER BY pk").expect("a query");
        keys.query_map([table], |row| row.get(0)).expect("keys").collect::<Result<_, _>>().expect("keys")
    };
    if keys.is_empty() {
        return None;
    }
    let mut statement = conn.prepare(&format!("SELECT * FROM {table} ORDER BY {}", keys.join(", "))).expect("a query");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let line = |row: &rusqlite::Row<'_>| {
        let cell = |place| match row.get_ref(place).expect("a cell") {
            ValueRef::Null | ValueRef::Real(_) => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
            ValueRef::Blob(bytes) => HEXLOWER.encode(bytes).into(),
        };
        Ok(Value::Object(names.iter().enumerate().map(|(place, name)| (name.clone(), cell(place))).collect()).to_string() + "\n")
    };
    let lines: Vec<String> = statement.query_map([], line).expect("rows").collect::<Result<_, _>>().expect("rows");
    let text = lines.concat();
    fs::write(out.join(file), &text).expect("a file");
    Some(json!({"file": file, "rows": lines.len(), "bytes": text.len(), "sha256": HEXLOWER.encode(&Sha256::digest(&text))}))
}

/// Rows as they were before they had this field.
fn without_field(rows: &[u8], field: &str) -> Vec<u8> {
    let line = |line: &str| {
        let mut row: serde_json::Map<String, Value> = serde_json::from_str(line).expect("a row");
        row.shift_remove(field).expect("the field");
        Value::Object(row).to_string() + "\n"
    };
    String::from_utf8_lossy(rows).lines().map(line).collect::<String>().into_bytes()
}

#[test]
fn an_export_of_a_former_schema_is_upgraded_on_its_way() {
    let (_known, now) = exported();
    for schema in 12..=15 {
        let folder = tempfile::tempdir().expect("a folder");
        let (then, data, again) = (folder.path().join("then"), folder.path().join("data"), folder.path().join("again"));
        export_of_former(schema, &now, &then);
        exits(&import(&then, &data), 0);
        export(&data, &again);
        assert!(!data.join("backups").exists(), "the import upgraded it: nothing was left to do for who opened it");
        let (then, again) = (files(&then), files(&again));
        for (path, rows) in then.iter().filter(|(path, _)| !path.ends_with("manifest.json") && !path.ends_with("erasure.jsonl")) {
            let came = if path.ends_with("room.jsonl") { without_field(&again[path], "silent_ms") } else { again[path].clone() };
            assert!(came == *rows, "schema {schema}, {}", path.display());
        }
        let erasures = String::from_utf8_lossy(&again[Path::new("erasure.jsonl")]).into_owned();
        match schema {
            14 => {
                let erasure: Value = serde_json::from_str(&erasures).expect("one erasure");
                assert_eq!((&erasure["id"], &erasure["email"]), (&erasure["account_id"], &json!("gone@x.example")), "{erasure}");
            }
            _ => assert_eq!(erasures, ""),
        }
        assert!(again.contains_key(Path::new("audit_redaction.jsonl")));
        let (out, words) = exits(&run(&data, &["doctor"]), 0);
        assert!(!(out + &words).contains("broken"), "a data directory like any other");
        let _serves = Process::serve(&data);
    }
}
