//! Keeping the search index: read what changed, work out its terms, put them into the index; a piece at a time.
//!
//! Reading and working out are done on another thread than the writer's. What changes meanwhile is left out when the piece is
//! kept: the log tells of it, and it comes with a later piece.

use std::collections::HashSet;

use crate::domain::{Error, MessageId, index_terms};
use crate::store::eras::{self, Era};
use crate::store::search::{Indexable, SearchState};
use crate::store::{self, Tx};

/// Events that are read at a time.
const EVENTS: i64 = 500;
/// Messages of each half of a piece, and about as many bytes of their texts: so long do other writes wait.
const MESSAGES: usize = 100;
const BYTES: usize = 32 * 1024;
/// Pages of a kilobyte that are merged at a time.
const PAGES: i64 = 500;

/// A piece of work: messages with their terms, and how far the index is with it.
pub struct Piece {
    from: SearchState,
    to: SearchState,
    entries: Vec<Entry>,
    /// Oldest first; those of an index that has none yet are kept with the piece.
    eras: Vec<Era>,
    brings_eras: bool,
}

/// A message with its terms; none when it says nothing.
struct Entry {
    id: MessageId,
    version: i64,
    terms: Option<String>,
}

/// Whether there is something to do, so that an idle server does nothing.
pub fn has_work(tx: &Tx<'_>) -> Result<bool, Error> {
    let state = store::search::find_state(tx)?;
    Ok(state.backlog > MessageId::new(0) || !store::search::list_changes(tx, state.followed, 1)?.is_empty())
}

/// Whether nothing is in the index yet: then its first piece looks at all messages.
pub fn is_new(tx: &Tx<'_>) -> Result<bool, Error> {
    Ok(eras::list_eras(tx)?.is_empty())
}

/// The next piece; none when nothing is left to do. Half of it is for what happened, half for what was there before: neither
/// waits for the other one to end.
pub fn prepare(tx: &Tx<'_>) -> Result<Option<Piece>, Error> {
    let from = store::search::find_state(tx)?;
    let kept = eras::list_eras(tx)?;
    let brings_eras = kept.is_empty();
    let eras = if brings_eras { eras::lay_out(tx)? } else { kept };
    let mut piece = Piece { from, to: from, entries: Vec::new(), eras, brings_eras };
    piece.follow(tx)?;
    if from.backlog > MessageId::new(0) {
        piece.catch_up(tx)?;
    }
    Ok((piece.to != from).then_some(piece))
}

impl Piece {
    /// Whether it brings the index further along the log, and not only the backlog.
    pub fn is_of_log(&self) -> bool {
        self.to.followed != self.from.followed
    }

    /// Takes what the log says behind the index. What matters to no text is passed over many at a time.
    fn follow(&mut self, tx: &Tx<'_>) -> Result<(), Error> {
        let changes = store::search::list_changes(tx, self.from.followed, EVENTS)?;
        if changes.iter().all(|change| change.message.is_none()) && (changes.len() as i64) < EVENTS {
            return Ok(());
        }
        let (mut known, mut bytes) = (HashSet::new(), 0);
        for change in changes {
            if let Some(message) = change.message.filter(|message| known.insert(*message))
                && let Some(message) = store::search::find_indexable(tx, message)?
            {
                bytes += message.text.len();
                self.add(&message);
            }
            self.to.followed = change.seq;
            if self.entries.len() >= MESSAGES || bytes >= BYTES {
                break;
            }
        }
        Ok(())
    }

    /// Takes the newest messages of the backlog.
    fn catch_up(&mut self, tx: &Tx<'_>) -> Result<(), Error> {
        let messages = store::search::list_indexable(tx, self.from.backlog, MESSAGES as i64, BYTES)?;
        self.to = match messages.last() {
            Some(last) => SearchState { backlog: last.id, done: self.from.done + messages.len() as i64, ..self.to },
            None => SearchState { backlog: MessageId::new(0), done: self.from.total, ..self.to },
        };
        messages.iter().for_each(|message| self.add(message));
        Ok(())
    }

    fn add(&mut self, message: &Indexable) {
        let terms = index_terms(&message.text);
        let era = eras::era_of(&self.eras, message.id).filter(|_| !terms.is_empty());
        let terms = era.map(|era| store::search::scoped_terms(message, era, terms));
        self.entries.push(Entry { id: message.id, version: message.version, terms });
    }

    /// Counts what goes into the newest era, which ends when it is full.
    fn count(&self, tx: &Tx<'_>) -> Result<(), Error> {
        let Some(newest) = self.eras.last() else { return Ok(()) };
        let entries = self.entries.iter().filter(|entry| entry.id >= newest.first).count();
        eras::add_entries(tx, *newest, entries as i64)
    }
}

/// Puts a piece into the index, unless the index was moved meanwhile.
pub fn keep(tx: &Tx<'_>, mut piece: Piece) -> Result<(), Error> {
    if !store::search::update_state(tx, &piece.from, &piece.to)? {
        return Ok(());
    }
    if piece.brings_eras {
        piece.eras.iter().try_for_each(|era| eras::insert_era(tx, *era))?;
    }
    // In the order of their ids the index writes them in one go.
    piece.entries.sort_unstable_by_key(|entry| entry.id);
    for entry in &piece.entries {
        match &entry.terms {
            Some(terms) => store::search::replace_terms(tx, entry.id, entry.version, terms)?,
            None => store::search::delete_terms(tx, entry.id)?,
        }
    }
    piece.count(tx)
}

/// Takes words of messages that are in the index no more out of its file, a step at a time; says whether there may be more to do.
pub fn drop_words(tx: &Tx<'_>, is_first: bool) -> Result<bool, Error> {
    store::search::merge_terms(tx, PAGES, is_first)
}
