//! Lists of the index end with eras, and searches go through all of them.

use std::path::Path;

use crosstalk::domain::{Body, MessageId, SearchPage};
use crosstalk::ops;
use crosstalk::store::eras::{self, Era, MESSAGES};
use crosstalk::store::{self, Cause, Tx};
use rusqlite::Connection;

use super::office::Office;
use crate::kit::asking;

impl Office {
    fn eras(&self) -> Vec<Era> {
        self.world.read(eras::list_eras).expect("eras")
    }

    /// Has the newest era count so many messages more.
    fn count(&self, messages: i64) {
        let newest = *self.eras().last().expect("an era");
        self.world.write_blocking(Cause::job("test"), move |tx| eras::add_entries(tx, newest, messages)).expect("a fuller era");
    }

    fn index(&self) {
        while self.index_piece() {}
    }

    /// Ids that an era lists under a term, newest first.
    fn listed(&self, era: Era, term: &str) -> Vec<MessageId> {
        let newest = MessageId::new(i64::MAX);
        let listed = self.world.read(|tx| store::search::list_with_term(tx, self.actor.organization, era, term, newest, 1_000));
        listed.expect("a list")
    }

    fn edit(&self, id: MessageId) {
        let (actor, room) = (self.actor.clone(), self.room);
        let edit = move |tx: &Tx<'_>| ops::messages::edit_message(tx, &actor, room, id, Body::parse("changed".into()));
        self.world.write_blocking(Cause::job("test"), edit).expect("an edited message");
    }

    fn delete(&self, id: MessageId) {
        let (actor, room) = (self.actor.clone(), self.room);
        let delete = move |tx: &Tx<'_>| ops::messages::delete_message(tx, &actor, room, id);
        self.world.write_blocking(Cause::job("test"), delete).expect("a deleted message");
    }

    /// Texts of all pages of so many hits, newest first.
    fn found(&self, words: &str, limit: usize) -> Vec<String> {
        let (mut texts, mut before) = (Vec::new(), None);
        loop {
            let page = SearchPage { before, limit };
            let page =
                self.world.read(|tx| ops::search::search_messages(tx, self.actor.organization, &asking(words), page)).expect("a page");
            texts.extend(page.hits.into_iter().map(|hit| hit.text));
            before = page.next;
            if before.is_none() {
                return texts;
            }
        }
    }
}

#[test]
fn a_list_ends_with_its_era_and_searches_find_what_all_of_them_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(&folder.path().join("data"));
    for round in 0..3 {
        office.say(round * 10..round * 10 + 10);
        office.index();
        office.count(MESSAGES);
    }
    office.say(200..201);
    assert_eq!(office.hits("200"), 1, "what is in no era yet is found");
    office.index();
    let lengths: Vec<usize> = office.eras().iter().map(|era| office.listed(*era, "wnumber").len()).collect();
    assert_eq!(lengths, [10, 10, 10, 1]);
    let numbers = [200].into_iter().chain((0..30).rev());
    let expected: Vec<String> = numbers.map(|number| format!("number {number}")).collect();
    for limit in [1, 7, 11, 100] {
        assert_eq!(office.found("number", limit), expected, "pages of {limit}");
    }
    let (all, oldest) = (office.eras(), office.listed(office.eras()[1], "wnumber")[9]);
    assert_eq!(office.world.read(|tx| eras::list_eras_from(tx, oldest)).expect("eras"), all[1..], "what is older is not looked through");
    assert_eq!(["number 5", "15 number", "29", "200", "30"].map(|words| office.hits(words)), [1, 1, 1, 1, 0]);
}

#[test]
fn a_message_of_a_former_era_stays_in_it_whatever_happens_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(&folder.path().join("data"));
    office.say(0..3);
    office.index();
    office.count(MESSAGES);
    office.say(3..5);
    office.index();
    let [former, newest] = office.eras()[..] else { panic!("{:?}", office.eras()) };
    let ids = office.listed(former, "wnumber");
    office.edit(ids[1]);
    office.delete(ids[0]);
    office.index();
    assert_eq!(
        (office.listed(former, "wnumber").len(), office.listed(former, "wchanged").len(), office.listed(newest, "wchanged").len()),
        (1, 1, 0)
    );
    assert_eq!(
        (office.found("number", 1), office.found("changed", 1)),
        (["number 4", "number 3", "number 0"].map(str::to_owned).into(), vec!["changed".to_owned()])
    );
    office.world.write_blocking(Cause::job("test"), ops::search::reindex).expect("a reset");
    office.index();
    assert_eq!(office.eras(), [former, newest], "an index made anew keeps its eras");
    assert_eq!((office.hits("number"), office.hits("changed")), (3, 1));
}

#[test]
fn what_goes_into_the_newest_era_fills_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(&folder.path().join("data"));
    let eras_with = |numbers| {
        office.say(numbers);
        office.index();
        office.eras().len()
    };
    assert_eq!(eras_with(0..1), 1);
    office.count(MESSAGES - 10);
    assert_eq!((eras_with(1..5), eras_with(5..20), eras_with(20..40)), (1, 2, 2));
}

#[test]
fn what_was_there_before_is_laid_out_in_eras() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("data");
    drop(Office::open(&dir));
    put_messages(&dir, 2 * MESSAGES + 200);
    let office = Office::open(&dir);
    assert_eq!(office.eras(), []);
    assert!(office.index_piece());
    let firsts: Vec<i64> = office.eras().into_iter().map(|era| era.first.get()).collect();
    assert_eq!(firsts, [0, MESSAGES + 1, 2 * MESSAGES + 1]);
    assert!(
        office.listed(office.eras()[2], "wput").len() >= 50 && office.listed(office.eras()[1], "wput").is_empty(),
        "the newest ones come first"
    );
}

/// Messages that have been in the room for notes for long, with ids from 1 on. The index knows nothing of them.
fn put_messages(dir: &Path, count: i64) {
    #[expect(clippy::disallowed_methods, reason = "so many messages are put there below the store")]
    let database = Connection::open(dir.join("app.db")).expect("a database");
    let sql = format!(
        "PRAGMA foreign_keys = OFF;
         BEGIN;
         CREATE TEMP TABLE number AS WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count}) SELECT n FROM counted;
         INSERT INTO message_version (id, message_id, text, at_ms) SELECT 1000 + n, n, 'put there', 0 FROM number;
         INSERT INTO message (id, room_id, ordinal, author_id, own_no, is_self_unread, version_id, sent_ms, shown_ms)
         SELECT n, room.id, 1000 + n, room.created_by, 0, 0, 1000 + n, 0, 0 FROM number, room;
         UPDATE room SET last_ordinal = 1000 + {count};
         UPDATE search_state SET backlog = {count} + 1;
         COMMIT;"
    );
    database.execute_batch(&sql).expect("messages");
}
