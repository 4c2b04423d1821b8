//! The chain: what is changed beside the program is found, and copies hold it.

use crosstalk::backup;
use crosstalk::domain::{ChainVerdict, Timestamp};
use crosstalk::ops::audit;

use super::{actions, entries, verdict};
use crate::kit::{NOW_S, TestApp, open_office};

/// The database of an app, beside its server.
fn database(app: &TestApp) -> rusqlite::Connection {
    #[expect(clippy::disallowed_methods, reason = "this test changes what nobody may change")]
    rusqlite::Connection::open(app.world.dir().join("app.db")).expect("a database")
}

#[test]
fn the_program_can_neither_change_nor_delete_nor_put_in_between() {
    let app = TestApp::start();
    let database = database(&app);
    for sql in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "INSERT INTO audit SELECT 1000, at_ms, action, actor_id, actor, organization_id, dialect, address, request_id, subject_kind, \
         subject_id, facts, previous, hash FROM audit WHERE seq = 2",
        "UPDATE audit_edge SET seq = 0 WHERE name = 'end'",
        "UPDATE audit_edge SET hash = zeroblob(32)",
        "DELETE FROM audit_edge",
    ] {
        let refused = database.execute(sql, []).expect_err(sql).to_string();
        assert!(refused.contains("audit log"), "{sql}: {refused}");
    }
    assert!(matches!(verdict(&app.world), ChainVerdict::Whole(_)));
}

#[test]
fn whoever_gets_round_that_is_found_out() {
    let cases: [(&str, i64, &str); 6] = [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 3", 3, "the entry was changed"),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1", 1, "the entry was changed"),
        ("UPDATE audit SET address = '' WHERE seq = 4", 4, "the entry was changed"),
        ("DELETE FROM audit WHERE seq = 2", 2, "the entry is missing"),
        ("UPDATE audit SET previous = zeroblob(32) WHERE seq = 5", 5, "the entry does not follow the one before it"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", 0, "the newest entries are missing"),
    ];
    for (sql, broken, why) in cases {
        let app = TestApp::start();
        let newest = entries(&app.world).len() as i64;
        assert_eq!(verdict(&app.world), ChainVerdict::Whole(newest.unsigned_abs()));
        let database = database(&app);
        database.execute_batch("DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_cut_at_its_beginning").expect("no triggers");
        database.execute(sql, []).expect("a change");
        let seq = if broken == 0 { newest } else { broken };
        assert_eq!(verdict(&app.world), ChainVerdict::Broken { seq, why }, "{sql}");
    }
}

#[test]
fn a_backup_holds_the_chain_and_it_goes_on_after_the_way_back() {
    let app = TestApp::start();
    app.chatwork("Alice").create_room("Plans", &[], &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let made = backup::create(&app.world, folder.path(), backup::UNWATCHED).expect("a backup");
    let before = entries(&app.world);
    app.chatwork("Bob");
    let again = folder.path().join("again");
    backup::restore(&made.path, &again).expect("a restored folder");
    let world = open_office(&again);
    assert_eq!(entries(&world), before);
    world.write_blocking(crosstalk::store::Cause::job("test"), |tx| audit::note_backup(tx, None)).expect("an entry");
    assert_eq!(verdict(&world), ChainVerdict::Whole(before.len() as u64 + 1));
}

#[test]
fn the_beginning_is_cut_in_one_place_only_and_the_rest_can_still_be_checked() {
    let app = TestApp::start();
    let old = entries(&app.world).len();
    app.advance_s(3_600);
    app.chatwork("Alice").create_room("Plans", &[], &[]);
    let cut = |at_s| app.in_store(move |tx| audit::cut_before(tx, Timestamp::from_seconds(at_s)));
    assert!(!cut(NOW_S));
    assert_eq!(entries(&app.world).len(), old + 3, "nothing is as old as that");
    assert!(!cut(NOW_S + 1));
    let left = entries(&app.world);
    assert_eq!(actions(&left), ["token.created", "room.created", "room.member-added", "audit.cut"]);
    assert_eq!(left[3].facts, format!(r#"{{"upto":{old}}}"#));
    assert_eq!(verdict(&app.world), ChainVerdict::Whole(4));
    let database = database(&app);
    database.execute("DELETE FROM audit", []).expect_err("only what was cut away");
}

#[test]
fn many_at_once_and_some_that_fail_make_one_chain() {
    let app = TestApp::start();
    let people = [app.chatwork("Alice"), app.chatwork("Bob"), app.chatwork("Carol")];
    let before = entries(&app.world).len();
    std::thread::scope(|scope| {
        for person in &people {
            scope.spawn(|| {
                for number in 0..10 {
                    person.create_room(&format!("Room {number}"), &[], &[]);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..30 {
                let failed = app.world.write_blocking(crosstalk::store::Cause::job("test"), |tx| {
                    audit::note_backup(tx, None)?;
                    Err::<(), _>(crosstalk::domain::Error::Forbidden)
                });
                assert_eq!(failed, Err(crosstalk::domain::Error::Forbidden));
            }
        });
    });
    assert_eq!(verdict(&app.world), ChainVerdict::Whole(before as u64 + 60), "what failed left no entry");
}
