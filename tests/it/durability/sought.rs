//! What a search has to find: what a look at every single message finds, whatever the index went through.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use crosstalk::domain::{AccountId, MessageId, OrganizationId, RoomId, Words, index_terms};
use crosstalk::store::eras::{Era, era_of};
use crosstalk::store::search::{Indexable, scoped_terms};
use fastrand::Rng;
use rusqlite::Connection;

use super::census::database;
use super::office::{Ways, fetch};

/// Words that are looked for after each round.
const SEARCHES: usize = 3;
/// Hits that a page shows.
const HITS: usize = 100;

/// What is wrong with the index, and with what the server finds by it.
pub fn faults(ways: &Ways, dir: &Path, rng: &mut Rng) -> Vec<String> {
    let database = database(dir);
    // One snapshot for all: the server goes on following its log.
    database.execute_batch("BEGIN").expect("a snapshot");
    let messages = messages(&database);
    let mut faults = faults_of_index(&database, &messages);
    let of_office: Vec<&Indexable> = messages.iter().filter(|message| message.organization.get() == ways.organization).collect();
    faults.extend((0..SEARCHES).filter_map(|_| fault_of_search(ways, &of_office, rng)));
    faults
}

/// Messages that are there, in rooms that are there, newest first.
fn messages(database: &Connection) -> Vec<Indexable> {
    let sql = "SELECT m.id, r.organization_id, m.room_id, m.author_id, m.version_id, v.text FROM message m \
               JOIN room r ON r.id = m.room_id JOIN message_version v ON v.id = m.version_id \
               WHERE m.deleted_ms IS NULL AND r.deleted_ms IS NULL ORDER BY m.id DESC";
    let mut statement = database.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| {
        Ok(Indexable {
            id: MessageId::new(row.get(0)?),
            organization: OrganizationId::new(row.get(1)?),
            room: RoomId::new(row.get(2)?),
            author: AccountId::new(row.get(3)?),
            version: row.get(4)?,
            text: row.get(5)?,
        })
    });
    rows.expect(sql).map(|message| message.expect(sql)).collect()
}

/// Each message that the index has followed is in it with its own terms, and no deleted one is.
fn faults_of_index(database: &Connection, messages: &[Indexable]) -> Vec<String> {
    let state = "SELECT followed, backlog FROM search_state";
    let (followed, backlog): (i64, i64) = database.query_row(state, [], |row| Ok((row.get(0)?, row.get(1)?))).expect(state);
    let mut unknown: HashSet<i64> = numbers(
        database,
        "SELECT DISTINCT object_id FROM event WHERE seq > ?1 AND kind IN ('message-posted', 'message-edited', 'message-deleted')",
        followed,
    );
    unknown.extend(numbers(database, "SELECT id FROM message WHERE id < ?1", backlog));
    let deleted =
        numbers(database, "SELECT m.id FROM message m JOIN room r ON r.id = m.room_id WHERE m.deleted_ms > ?1 AND r.deleted_ms IS NULL", 0);
    let (indexed, eras) = (indexed(database), eras(database));
    let mut faults = Vec::new();
    for message in messages.iter().filter(|message| !unknown.contains(&message.id.get())) {
        let terms = index_terms(&message.text);
        let era = era_of(&eras, message.id).filter(|_| !terms.is_empty());
        let wanted: BTreeSet<String> =
            era.map(|era| scoped_terms(message, era, terms)).iter().flat_map(|terms| terms.split(' ')).map(str::to_owned).collect();
        let found = indexed.get(&message.id.get()).cloned().unwrap_or_default();
        if found != wanted {
            faults.push(format!("the index has other terms of {:?} than its text: {found:?}", message));
        }
    }
    let left = deleted.iter().filter(|id| !unknown.contains(id) && indexed.contains_key(id));
    faults.extend(left.map(|id| format!("the index still has the deleted message {id}")));
    faults.truncate(5);
    faults
}

fn eras(database: &Connection) -> Vec<Era> {
    let sql = "SELECT number, first FROM search_era ORDER BY first";
    let mut statement = database.prepare(sql).expect(sql);
    let rows = statement.query_map([], |row| Ok(Era { number: row.get(0)?, first: MessageId::new(row.get(1)?) })).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

fn numbers(database: &Connection, sql: &str, beyond: i64) -> HashSet<i64> {
    let mut statement = database.prepare(sql).expect(sql);
    let rows = statement.query_map([beyond], |row| row.get(0)).expect(sql);
    rows.collect::<Result<_, _>>().expect(sql)
}

/// The terms of each message in the index.
fn indexed(database: &Connection) -> BTreeMap<i64, BTreeSet<String>> {
    let table = "CREATE VIRTUAL TABLE temp.listed USING fts5vocab('main', 'search_index', 'instance')";
    database.execute_batch(table).expect(table);
    let mut statement = database.prepare("SELECT doc, term FROM temp.listed").expect("a list of terms");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("a list of terms");
    let mut indexed: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        let (message, term) = row.expect("a term");
        indexed.entry(message).or_default().insert(term);
    }
    indexed
}

/// Looks for words of some message, and compares what is found with a look at all messages.
fn fault_of_search(ways: &Ways, messages: &[&Indexable], rng: &mut Rng) -> Option<String> {
    let some = rng.choice(messages)?;
    let pieces: Vec<&str> = some.text.split_whitespace().collect();
    let wanted = *rng.choice(&pieces)?;
    let words = Words::parse(wanted).ok()?;
    let expected: Vec<String> =
        messages.iter().filter(|message| words.find(&message.text).is_some()).map(|message| message.id.to_string()).take(HITS).collect();
    let query = [("organization", "office"), ("limit", "100"), ("q", wanted)];
    let answer = fetch(ways.admin.request("GET", "/messages").query(&query));
    let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
    let found: Vec<String> = items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect();
    (found != expected).then(|| format!("looking for {wanted:?} found {found:?}, a look at all messages {expected:?}; {}", answer.text()))
}
