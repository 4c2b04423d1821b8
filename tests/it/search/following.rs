//! The index follows what happens, and catches up.

use crosstalk::domain::{Body, OrganizationId, SearchPage, SearchProgress};
use crosstalk::ops;
use crosstalk::store::{self, Cause};

use super::office::Office;
use crate::kit::{TestApp, asking, wait_until};

#[test]
fn edits_replace_and_deletions_remove() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let (edited, deleted) = (alice.say(room, "before 会議"), alice.say(room, "to be deleted"));
    alice.say(room, "stays");
    assert_eq!((app.finds("before").len(), app.finds("deleted").len()), (1, 1));
    alice.put(&format!("/rooms/{room}/messages/{edited}"), &[("body", "after 打合せ")]).ok();
    alice.delete(&format!("/rooms/{room}/messages/{deleted}"), &[]).ok();
    for (words, hits) in [("before", 0), ("会議", 0), ("after", 1), ("打合", 1), ("deleted", 0), ("stays", 1)] {
        assert_eq!(app.finds(words).len(), hits, "{words}");
    }
}

#[test]
fn an_edited_old_message_keeps_its_place() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let room = alice.own_room();
    let first = alice.say(room, "nothing yet");
    alice.say(room, "word 2");
    app.index();
    alice.say(room, "word 3");
    alice.put(&format!("/rooms/{room}/messages/{first}"), &[("body", "word 1")]).ok();
    assert_eq!(app.finds("word"), ["word 3", "word 2", "word 1"]);
}

#[test]
fn what_a_deleted_room_said_is_gone_at_once_and_goes_from_the_index() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    let rooms = ["Indexed", "Fresh"].map(|name| alice.create_room(name, &[], &[]));
    alice.say(rooms[0], "marker indexed");
    app.index();
    alice.say(rooms[1], "marker fresh");
    for room in rooms {
        alice.end_room(room, "delete").no_content();
    }
    assert_eq!(app.search(&asking("marker"), SearchPage::FIRST).hits.len(), 0);
    assert_eq!(app.finds("marker"), Vec::<String>::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(crosstalk::jobs::purge_rooms(app.world.clone())).expect("purged rooms");
    let listed = |term: &str| {
        let organization = OrganizationId::new(app.organization("office"));
        let newest = crosstalk::domain::MessageId::new(i64::MAX);
        let listed = app.world.read(|tx| {
            let era = store::eras::list_eras(tx)?[0];
            store::search::list_with_term(tx, organization, era, term, newest, 10)
        });
        listed.expect("a list").len()
    };
    alice.say(alice.own_room(), "marker kept");
    assert_eq!((app.finds("marker").len(), listed("wmarker"), listed("wfresh")), (1, 1, 0));
}

#[test]
fn the_running_server_follows_by_itself() {
    let app = TestApp::start();
    let alice = app.chatwork("Alice");
    alice.say(alice.own_room(), "soon 会議");
    let followed = || app.world.read(crosstalk::store::search::find_state).expect("a state").followed;
    let last =
        app.world.read(|tx| crosstalk::store::search::list_changes(tx, followed(), 500)).expect("changes").last().map(|change| change.seq);
    wait_until("the index has followed the log", || last.is_none_or(|last| followed() >= last));
    assert_eq!(app.finds("会議").len(), 1);
}

#[test]
fn an_index_that_was_left_half_made_is_finished_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    let office = Office::open(&dir);
    office.say(0..700);
    assert!(office.index_piece());
    drop(office);
    let office = Office::open(&dir);
    assert_eq!((office.hits("699"), office.hits("5")), (1, 1));
    let mut pieces = 0;
    while office.index_piece() {
        pieces += 1;
    }
    assert!(pieces >= 3, "{pieces} pieces");
    assert_eq!((office.hits("699"), office.hits("5"), office.hits("number")), (1, 1, 100));
    assert!(!office.world.read(ops::indexing::has_work).expect("a look"), "nothing is left to do");
}

#[test]
fn an_index_made_anew_is_searched_meanwhile_and_says_how_far_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(&folder.path().join("data"));
    office.say(0..500);
    while office.index_piece() {}
    office.world.write_blocking(Cause::job("test"), ops::search::reindex).expect("a reset");
    let total = office.progress().total;
    assert_eq!((office.progress().done, total >= 500), (0, true));
    for number in 1_000.. {
        let before = office.progress().done;
        assert!(office.index_piece());
        assert_eq!((office.hits("number"), office.hits("7"), office.hits("499")), (100, 1, 1), "at {before}");
        // What is said meanwhile comes first.
        office.say(number..number + 1);
        assert_eq!(office.hits(&number.to_string()), 1);
        assert!(office.progress().done >= before);
        if before == total {
            break;
        }
    }
    assert_eq!(office.progress(), SearchProgress { done: total, total });
}

#[test]
fn what_changes_while_a_piece_is_worked_out_comes_with_a_later_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(&folder.path().join("data"));
    office.say(0..3);
    let piece = office.world.read(ops::indexing::prepare).expect("a piece").expect("a piece");
    let ids: Vec<_> = office
        .world
        .read(|tx| crosstalk::store::messages::list_newest(tx, office.room, 4, 0))
        .expect("messages")
        .into_iter()
        .filter(|message| message.content.as_ref().is_some_and(|content| content.text.starts_with("number")))
        .map(|message| message.id)
        .collect();
    let (actor, room, changed) = (office.actor.clone(), office.room, ids.clone());
    office
        .world
        .write_blocking(Cause::job("test"), move |tx| {
            ops::messages::edit_message(tx, &actor, room, changed[0], Body::parse("edited".into()))?;
            ops::messages::delete_message(tx, &actor, room, changed[1])
        })
        .expect("changes");
    let again = office.world.read(ops::indexing::prepare).expect("a piece").expect("a piece");
    office.world.write_blocking(Cause::job("test"), move |tx| ops::indexing::keep(tx, piece)).expect("a kept piece");
    // The other one starts where the index no longer is.
    office.world.write_blocking(Cause::job("test"), move |tx| ops::indexing::keep(tx, again)).expect("a left out piece");
    for _ in 0..2 {
        assert_eq!((office.hits("number"), office.hits("edited"), office.hits("0"), office.hits("2")), (1, 1, 0, 1));
        while office.index_piece() {}
    }
}
