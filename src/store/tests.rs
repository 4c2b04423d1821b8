//! What the writer promises, tried on a real database file.

use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

use super::memo::tests::presented;
use super::{Cause, Clock, Durability, Entropy, Store, StoreOptions, Tx, settings};
use crate::domain::{Error, Timestamp};

fn open(folder: &std::path::Path) -> Store {
    open_with(folder, None)
}

fn open_with(folder: &std::path::Path, max_read_steps: Option<i32>) -> Store {
    let options = StoreOptions {
        durability: Durability::Off,
        clock: Clock::fixed(Timestamp::from_seconds(1_000)),
        entropy: Entropy::seeded(1),
        max_read_steps,
    };
    Store::open(&folder.join("app.db"), options).expect("a store")
}

fn insert(key: String, value: String) -> impl FnOnce(&Tx<'_>) -> Result<(), Error> + Send {
    move |tx| settings::insert_setting(tx, &key, &value)
}

fn has(store: &Store, key: &str) -> bool {
    store.read(|tx| settings::find_setting(tx, key)).expect("a read").is_some()
}

/// Holds the writer in a job until the returned sender is dropped, so that what follows lands in one batch.
fn hold(store: &Store) -> std::sync::mpsc::Sender<()> {
    let (release, held) = channel::<()>();
    let (started, running) = channel();
    store
        .writer
        .submit(Cause::job("hold"), move |_| {
            let _ = started.send(());
            let _ = held.recv();
            Ok(())
        })
        .expect("a place in the queue");
    running.recv().expect("the job runs");
    release
}

#[test]
fn a_job_that_fails_or_panics_rolls_back_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let release = hold(&store);
    let good = store.writer.submit(Cause::job("t"), insert("good".into(), "1".into())).expect("queued");
    let bad = store.writer.submit(Cause::job("t"), |tx: &Tx<'_>| {
        settings::insert_setting(tx, "bad", "1")?;
        Err::<(), _>(Error::Forbidden)
    });
    let worse = store.writer.submit(Cause::job("t"), |tx: &Tx<'_>| -> Result<(), Error> {
        settings::insert_setting(tx, "worse", "1")?;
        panic!("on purpose")
    });
    let last = store.writer.submit(Cause::job("t"), insert("last".into(), "1".into())).expect("queued");
    drop(release);
    assert_eq!(good.blocking_recv(), Ok(Ok(())));
    assert_eq!(bad.expect("queued").blocking_recv(), Ok(Err(Error::Forbidden)));
    assert!(matches!(worse.expect("queued").blocking_recv(), Ok(Err(Error::Internal(_)))));
    assert_eq!(last.blocking_recv(), Ok(Ok(())));
    assert_eq!(["good", "bad", "worse", "last"].map(|key| has(&store, key)), [true, false, false, true]);
}

#[test]
fn on_a_full_disk_no_job_is_acknowledged_without_its_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let limit = |pages: i64| {
        store.write_blocking(Cause::job("t"), move |tx| Ok(tx.conn.pragma_update(None, "max_page_count", pages)?)).expect("a limit")
    };
    let pages: i64 = store.read(|tx| Ok(tx.conn.query_row("PRAGMA page_count", [], |row| row.get(0))?)).expect("a number");
    limit(pages + 40);
    let release = hold(&store);
    let answers: Vec<_> =
        (0..64).map(|n| store.writer.submit(Cause::job("t"), insert(format!("key{n}"), "x".repeat(6_000))).expect("queued")).collect();
    drop(release);
    let mut refused = 0;
    for (n, answer) in answers.into_iter().enumerate() {
        match answer.blocking_recv().expect("an answer") {
            Ok(()) => assert!(has(&store, &format!("key{n}")), "job {n} was acknowledged"),
            Err(error) => {
                assert_eq!(error, Error::StorageFull);
                assert!(!has(&store, &format!("key{n}")), "job {n} was refused");
                refused += 1;
            }
        }
    }
    assert!(refused > 0, "the disk was not full");
    limit(1_000_000);
    assert_eq!(store.write_blocking(Cause::job("t"), insert("after".into(), "1".into())), Ok(()));
}

#[test]
fn a_full_queue_is_refused_and_drained_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let release = hold(&store);
    let waiting: Vec<_> = (0..super::writer::QUEUE).map(|_| store.writer.submit(Cause::job("t"), |_| Ok(())).expect("a place")).collect();
    assert!(matches!(store.writer.submit(Cause::job("t"), |_| Ok(())), Err(Error::Busy)));
    drop(release);
    assert!(waiting.into_iter().all(|answer| answer.blocking_recv() == Ok(Ok(()))));
}

#[test]
fn what_was_queued_is_finished_when_the_store_closes() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let release = hold(&store);
    for n in 0..100 {
        store.writer.submit(Cause::job("t"), insert(format!("key{n}"), "1".into())).expect("queued");
    }
    drop(release);
    drop(store);
    let store = open(folder.path());
    assert!((0..100).all(|n| has(&store, &format!("key{n}"))));
}

#[test]
fn ids_go_on_after_a_restart_and_a_clock_that_jumps_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let draw = |store: &Store| store.write_blocking(Cause::job("t"), |tx| Ok((tx.next_id()?, tx.next_message_id()?.get()))).expect("ids");
    let first = draw(&open(folder.path()));
    assert_eq!(first, (1_000_000, 1_000_000 * 1_000_000));
    let store = open(folder.path());
    store.clock().advance_ms(-500_000);
    assert_eq!(draw(&store), (first.0 + 1, first.1 + 1));
    store.clock().advance_ms(1_000_000);
    assert_eq!(draw(&store).1, 1_500_000 * 1_000_000);
}

#[test]
fn readers_see_what_was_acknowledged_and_can_not_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Arc::new(open(folder.path()));
    store.write_blocking(Cause::job("t"), insert("a".into(), "1".into())).expect("a write");
    let other = store.clone();
    assert!(std::thread::spawn(move || has(&other, "a")).join().expect("a thread"));
    assert!(store.read(|tx| settings::insert_setting(tx, "b", "1")).is_err());
}

#[test]
fn sqlite_is_built_as_we_need_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let options: Vec<String> = store.read(|tx| tx.all("PRAGMA compile_options", [], |row| row.get(0))).expect("options");
    assert!(!options.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "one lock around all page caches");
    assert!(options.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "one lock per allocation: see .cargo/config.toml");
}

#[test]
fn a_statement_is_parsed_once_whatever_is_bound_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let sql =
        "SELECT m.id FROM membership m JOIN room r ON r.id = m.room_id WHERE m.room_id = ?1 AND m.account_id = ?2 AND m.ended_ms IS NULL";
    let parsed_anew = |tx: &Tx<'_>| -> Result<i32, Error> {
        for n in 0..3 {
            tx.first(sql, (n, n + 1), |_| Ok(()))?;
        }
        Ok(tx.prepare(sql)?.get_status(rusqlite::StatementStatus::RePrepare))
    };
    assert_eq!(store.read(parsed_anew), Ok(0));
    assert_eq!(store.write_blocking(Cause::job("t"), parsed_anew), Ok(0));
}

#[test]
fn a_thread_that_stays_in_its_snapshot_sees_what_was_acknowledged_and_leaves_soon() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let remembered = |token| {
        let find = |tx: &Tx<'_>| tx.memo.expect("a memo").tokens.find([7; 32], || Ok(Some(presented(token))));
        store.read(find).expect("a read").map(|known| known.actor.token.get())
    };
    tokio::task::LocalSet::new().block_on(&runtime, async {
        super::stay_in_snapshots();
        for n in 0..100 {
            let key = format!("key{n}");
            assert!(!has(&store, &key));
            assert_eq!((remembered(n), remembered(1_000)), (Some(n), Some(n)), "in the same snapshot, and in no other");
            store.write(Cause::job("t"), insert(key.clone(), "1".into())).await.expect("a write");
            assert!(has(&store, &key), "read after its write was acknowledged");
        }
        // An old snapshot would keep the log from being folded; the thread leaves it without being asked.
        for _ in 0..10_000_000 {
            if super::reader::is_outside() {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the thread stays in its snapshot for good");
    });
}

/// How often the write-ahead log began anew, as its head says.
fn beginnings(folder: &std::path::Path) -> u32 {
    let mut head = [0; 16];
    std::fs::File::open(folder.join("app.db-wal")).and_then(|mut log| log.read_exact(&mut head)).expect("a log");
    u32::from_be_bytes(head[12..].try_into().expect("four bytes"))
}

/// Reads once for each word that it hears, as a thread that serves requests: it stays in its snapshot until the next one.
fn serve_reads(store: &Store, words: &Receiver<()>, done: &SyncSender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        super::stay_in_snapshots();
        while words.recv().is_ok() {
            has(store, "key");
            done.send(()).expect("somebody waits");
        }
    });
}

#[test]
fn the_log_begins_anew_beside_threads_that_stay_in_their_snapshots() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    std::thread::scope(|scope| {
        let store = &store;
        let (done, heard) = sync_channel(1);
        let readers = [(); 2].map(|()| {
            let ((word, words), done) = (sync_channel(1), done.clone());
            scope.spawn(move || serve_reads(store, &words, &done));
            word
        });
        for number in 0..600 {
            store.write_blocking(Cause::job("t"), insert(format!("key{number}"), "x".repeat(100_000))).expect("a write");
            readers[number % 2].send(()).expect("a reader");
            heard.recv().expect("a read");
        }
    });
    let length = std::fs::metadata(folder.path().join("app.db-wal")).expect("a log").len();
    assert!(length < 20 << 20, "what was written is three times that: {length}");
}

#[test]
fn no_commit_folds_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = open(folder.path()).write_blocking(Cause::job("t"), |tx| tx.one("PRAGMA wal_autocheckpoint", [], |row| row.get(0)));
    assert_eq!(pages, Ok(0));
}

#[test]
fn what_an_old_snapshot_put_off_is_folded_while_people_go_on_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let mut number = 0;
    let mut write = || {
        number += 1;
        store.write_blocking(Cause::job("t"), insert(format!("key{number}"), "x".repeat(100_000))).expect("a write");
    };
    write();
    let before = beginnings(folder.path());
    let backup = super::connection::open_copier(&folder.path().join("app.db")).expect("a connection");
    backup.execute_batch("BEGIN; SELECT count(*) FROM sequence").expect("a snapshot");
    (0..100).for_each(|_| write());
    assert_eq!(beginnings(folder.path()), before, "a log that somebody reads goes on");
    backup.execute_batch("COMMIT").expect("an end");
    drop(backup);
    for _ in 0..2_000 {
        write();
        if beginnings(folder.path()) > before {
            return;
        }
    }
    panic!("the log never begins anew");
}

#[test]
fn a_query_is_stopped_for_its_own_steps_and_not_for_those_of_former_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open_with(folder.path(), Some(1_000));
    assert!((0..1_000).all(|_| !has(&store, "color")), "a thousand small ones");
    let count = |upto: i64| {
        let sql = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1) SELECT count(*) FROM number";
        store.read(|tx| tx.one(sql, [upto], |row| row.get::<_, i64>(0)))
    };
    assert_eq!(count(10).ok(), Some(10));
    assert!(count(1_000).is_err(), "a large one");
}
